"""The dynamic JPEG quality that was published in 2017, with the published functions' arguments and results.

By default the answers are those of the libraries of 2017; `world="today"` gives what the same Python answers with those
of today: Pillow's bicubic instead of nearest, and pyssim's window half a pixel off its middle.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from scrimp import _native
from scrimp._wish import share

if TYPE_CHECKING:
    from PIL.Image import Image

World = Literal["published", "today"]
Resize = Literal["nearest", "bicubic"]
Kernel = Literal["centred", "shifted"]

_RESIZE: dict[World, Resize] = {"published": "nearest", "today": "bicubic"}
_KERNEL: dict[World, Kernel] = {"published": "centred", "today": "shifted"}


def jpeg_dynamic_quality(
    original_photo: Image,
    *,
    world: World = "published",
    resize: Resize | None = None,
    kernel: Kernel | None = None,
    goal: float = 0.95,
    lo: int = 80,
    hi: int = 85,
    enabled: bool = True,
    rollout: float | str | None = None,
    shadow: bool = False,
) -> tuple[int, float]:
    """The quality to save a Pillow image at, and SSIM at that quality.

    It is the lowest met from `lo` to `hi` whose SSIM is at least `goal` times that of quality 95; with
    `enabled=False` it is `hi`. With `rollout` it is so for that share of the photos (0.01 or "1%"), drawn by their
    content, and `hi` for the others; with `shadow` it is `hi` for all, and `decide` tells what it would have been.
    """
    wish = _wish(world, resize, kernel, (goal, lo, hi), enabled, (rollout, shadow))
    return _native.classic_quality(_looked_at(original_photo, wish), wish)


@dataclass(frozen=True, slots=True)
class Decision:
    """How a quality was chosen."""

    quality: int
    ssim: float
    probes: tuple[tuple[int, float], ...]
    """Every quality tried and its SSIM, in the order of trying."""
    arm: Literal["treatment", "control"] | None
    """By what it was chosen; None without `rollout` or `shadow`."""
    shadow: tuple[int, float] | None
    """The quality that would have been chosen, and SSIM at it, where that is only told."""


def decide(
    original_photo: Image,
    *,
    world: World = "published",
    resize: Resize | None = None,
    kernel: Kernel | None = None,
    goal: float = 0.95,
    lo: int = 80,
    hi: int = 85,
    enabled: bool = True,
    rollout: float | str | None = None,
    shadow: bool = False,
) -> Decision:
    """As `jpeg_dynamic_quality`, with all that was tried."""
    wish = _wish(world, resize, kernel, (goal, lo, hi), enabled, (rollout, shadow))
    quality, ssim, probes, arm, told = _native.classic_decide(_looked_at(original_photo, wish), wish)
    return Decision(quality, ssim, tuple(probes), arm, told)


def _wish(
    world: World,
    resize: Resize | None,
    kernel: Kernel | None,
    passing: tuple[float, int, int],
    enabled: bool,
    tried: tuple[float | str | None, bool],
) -> dict[str, Any]:
    """The keywords, as the native half takes them."""
    (goal, lo, hi), (rollout, shadow) = passing, tried
    return {
        "resize": resize or _RESIZE[world],
        "kernel": kernel or _KERNEL[world],
        "goal": goal,
        "lo": lo,
        "hi": hi,
        "enabled": enabled,
        "rollout": share(rollout),
        "shadow": shadow,
    }


def _looked_at(photo: Image, wish: dict[str, Any]) -> tuple[int, int, int, bytes]:
    """The pixels from which the native half goes on."""
    if wish["resize"] == "nearest":
        # Pillow's own, the same in all its versions: the whole photo need not be copied for it.
        photo = photo.resize((400, 400), 0)
    return _pixels(photo)


class Settings(TypedDict):
    """What a profile tells `jpeg_dynamic_quality`."""

    resize: Resize
    kernel: Kernel
    goal: float
    lo: int
    hi: int


def from_profile(
    profile: str | os.PathLike[str], class_: str | None = None, *, accept_stale_profile: bool = False
) -> Settings:
    """What `scrimp calibrate --classic` found for a class of photos: `jpeg_dynamic_quality(photo, **from_profile("p.toml"))`."""
    resize, kernel, goal, lo, hi = _native.classic_of_profile(profile, class_, accept_stale_profile)
    return {"resize": resize, "kernel": kernel, "goal": goal, "lo": lo, "hi": hi}


def get_ssim_at_quality(
    photo: Image, quality: int, *, world: World = "published", kernel: Kernel | None = None
) -> float:
    """SSIM of a Pillow image to itself, saved as a progressive 4:2:0 JPEG at `quality`."""
    return _native.ssim_at_quality(_pixels(photo), quality, kernel or _KERNEL[world])


def compute_ssim(
    image1: Image,
    image2: Image,
    gaussian_kernel_sigma: float = 1.5,
    gaussian_kernel_width: int = 11,
    *,
    world: World = "published",
    kernel: Kernel | None = None,
) -> float:
    """SSIM of two Pillow images in gray, as pyssim's; an `image2` of another size is resized (Lanczos)."""
    if image2.size != image1.size:
        image2 = image2.resize(image1.size, 1)  # LANCZOS
    pictures = (_pixels(image1), _pixels(image2))
    return _native.compute_ssim(pictures, gaussian_kernel_sigma, gaussian_kernel_width, kernel or _KERNEL[world])


def _pixels(image: Image) -> tuple[int, int, int, bytes]:
    """Gray stays gray, all else is made RGB."""
    if image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    return image.width, image.height, len(image.getbands()), image.tobytes()
