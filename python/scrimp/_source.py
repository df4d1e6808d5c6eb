"""Whatever holds a photo, as the bytes of a file."""

from __future__ import annotations

import os
from typing import Any, Protocol, runtime_checkable

from scrimp._pixels import Picture, is_image, picture_of_array, picture_of_image, png

# As scrimp::Limits: one byte more is read, so that the engine itself refuses the file.
_FILE_BYTES = 512_000_000


@runtime_checkable
class Readable(Protocol):
    """A file that is open for reading bytes."""

    def read(self, size: int, /) -> bytes: ...


@runtime_checkable
class Buffer(Protocol):
    """An array of numbers, such as NumPy's: gray, or with three or four channels; 8 or 16 bits."""

    @property
    def shape(self) -> tuple[int, ...]: ...


class Image(Protocol):
    """A picture of Pillow."""

    @property
    def mode(self) -> str: ...

    def tobytes(self) -> bytes: ...


Source = bytes | bytearray | memoryview | str | os.PathLike[str] | Readable | Image | Buffer


def bytes_of(source: Source, limits: dict[str, int]) -> tuple[bytes, bool]:
    """The bytes of the file, and whether it was made here of pixels."""
    limit = limits.get("file-bytes", _FILE_BYTES) + 1
    if isinstance(source, bytes):
        return source, False
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            return file.read(limit), False
    if is_image(source):
        return png(picture_of_image(source)), True
    if isinstance(source, Readable):
        return source.read(limit), False
    view = _view(source)
    if view.ndim == 1:
        return view.tobytes(), False
    return png(picture_of_array(view)), True


def _view(source: Any) -> memoryview:
    try:
        return memoryview(source)
    except TypeError:
        kinds = "bytes, a path, an open file, a Pillow image or an array"
        raise TypeError(f"a photo is {kinds}, not {type(source).__name__}") from None


__all__ = ["Picture", "Source", "bytes_of"]
