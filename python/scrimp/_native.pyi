from collections.abc import Callable
from typing import Any, Literal

from scrimp._pixels import Picture

__all__ = [
    "compute_ssim",
    "inspect",
    "jpeg_dynamic_quality",
    "panic",
    "score",
    "shrink",
    "shrink_many",
    "ssim_at_quality",
    "write_whole",
]

def shrink(
    photo: bytes | Picture, wish: dict[str, Any]
) -> tuple[Literal["saved", "kept", "best_effort"], str, str, bytes | None, str]: ...
def score(
    photos: tuple[bytes | Picture, bytes | Picture], metric: str, maps: bool, wish: dict[str, Any]
) -> tuple[float, str, bytes | None]: ...
def inspect(photo: bytes | Picture, wish: dict[str, Any]) -> str: ...
def shrink_many(files: dict[str, Any], wish: dict[str, Any], hear: Callable[[str], None]) -> None: ...
def write_whole(path: str, data: bytes, overwrite: bool) -> None: ...
def jpeg_dynamic_quality(photo: tuple[int, int, int, bytes], wish: dict[str, Any]) -> tuple[int, float]: ...
def ssim_at_quality(photo: tuple[int, int, int, bytes], quality: int, kernel: str) -> float: ...
def compute_ssim(
    images: tuple[tuple[int, int, int, bytes], tuple[int, int, int, bytes]], sigma: float, width: int, kernel: str
) -> float: ...
def panic() -> None: ...
