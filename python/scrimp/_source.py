"""Whatever holds a photo, as the bytes of a file or as pixels."""

from __future__ import annotations

import os
from typing import Any, Protocol, runtime_checkable

from scrimp._pixels import Picture, is_image, picture_of_array, picture_of_image

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


def taken(source: Source, limits: dict[str, int]) -> bytes | Picture:
    """The bytes of the file, or the pixels."""
    limit = limits.get("file-bytes", _FILE_BYTES) + 1
    if isinstance(source, bytes):
        return source
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            return file.read(limit)
    if is_image(source):
        return picture_of_image(source)
    if isinstance(source, Readable):
        return source.read(limit)
    view = _view(source)
    if view.ndim == 1:
        return view.tobytes()
    return picture_of_array(view)


def _view(source: Any) -> memoryview:
    try:
        return memoryview(source)
    except TypeError:
        kinds = "bytes, a path, an open file, a Pillow image or an array"
        raise TypeError(f"a photo is {kinds}, not {type(source).__name__}") from None


__all__ = ["Picture", "Source", "taken"]
