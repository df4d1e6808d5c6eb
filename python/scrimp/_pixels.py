"""Pixels in memory as a file that the engine reads: a PNG that is not compressed."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard

from scrimp import errors

if TYPE_CHECKING:
    from PIL.Image import Image

# PNG specification 11.2.1: colour type for the samples of a pixel.
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
# Pixels have no file to be smaller than: their PNG is made longer than any JPEG of them, however few they are.
_PADDING = bytes(1 << 16)
_DIRECT_MODES = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
_INDIRECT_MODES = {"1": "L", "La": "LA", "RGBa": "RGBA", "PA": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB"}


@dataclass
class Picture:
    """Samples row by row, channels interleaved; those of 16 bits with the high byte first."""

    width: int
    height: int
    channels: int
    samples: bytes
    depth: int = 8
    riders: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Chunks that go before the pixels: name and content."""


def is_image(source: object) -> TypeGuard[Image]:
    """Whether it is a picture of Pillow, which need not be installed."""
    return hasattr(source, "getbands") and hasattr(source, "tobytes")


def picture_of_image(image: Image) -> Picture:
    """The pixels of a picture of Pillow with its ICC profile."""
    profile = image.info.get("icc_profile")
    if image.mode in ("I;16", "I;16L", "I;16B"):
        samples = image.tobytes()
        samples = samples if image.mode == "I;16B" else _swapped(samples)
        picture = Picture(image.width, image.height, 1, samples, depth=16)
    else:
        image = _direct(image)
        picture = Picture(image.width, image.height, _DIRECT_MODES[image.mode], image.tobytes())
    if profile:
        picture.riders.append(profile_chunk(profile))
    return picture


def _direct(image: Image) -> Image:
    if image.mode in _DIRECT_MODES:
        transparency = image.info.get("transparency")
        return image if transparency is None else image.convert("LA" if image.mode == "L" else "RGBA")
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode == "CMYK":
        raise errors.Cmyk("CMYK pictures are not measured here; convert it to RGB first")
    if image.mode not in _INDIRECT_MODES:
        raise errors.Depth(f"pictures of mode {image.mode} are not read; convert it to L, RGB or I;16 first")
    return image.convert(_INDIRECT_MODES[image.mode])


def picture_of_array(view: memoryview) -> Picture:
    """The pixels of an array of height x width, or height x width x channels."""
    depth = {"B": 8, "H": 16, "<H": 16, ">H": 16}.get(view.format)
    shape = view.shape or ()
    channels = shape[2] if len(shape) == 3 else 1
    if depth is None or len(shape) not in (2, 3) or channels not in _COLOUR_TYPES:
        form = f"{'x'.join(map(str, shape))} of {view.format}"
        raise errors.OptionError(
            f"an array of pixels is height x width, or height x width x 1 to 4, of uint8 or uint16, not {form}"
        )
    samples = view.tobytes()
    if depth == 16 and view.format != ">H":
        samples = _swapped(samples)
    return Picture(shape[1], shape[0], channels, samples, depth)


def _swapped(samples: bytes) -> bytes:
    swapped = bytearray(len(samples))
    swapped[0::2], swapped[1::2] = samples[1::2], samples[0::2]
    return bytes(swapped)


def png(picture: Picture) -> bytes:
    """The file (PNG specification, third edition)."""
    header = struct.pack(
        ">2I5B", picture.width, picture.height, picture.depth, _COLOUR_TYPES[picture.channels], 0, 0, 0
    )
    length = picture.width * picture.channels * picture.depth // 8
    rows = memoryview(picture.samples)
    # Before each row stands its filter: none.
    filtered = b"".join(
        part for y in range(picture.height) for part in (b"\0", rows[y * length : (y + 1) * length])
    )
    chunks = [(b"IHDR", header), (b"paDd", _PADDING), *picture.riders]
    chunks += [(b"IDAT", zlib.compress(filtered, 0)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(part for name, content in chunks for part in _chunk(name, content))


def _chunk(name: bytes, content: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    check = zlib.crc32(content, zlib.crc32(name))
    return struct.pack(">I", len(content)), name, content, struct.pack(">I", check)


def profile_chunk(profile: Any) -> tuple[bytes, bytes]:
    """An ICC profile."""
    return b"iCCP", b"icc\0\0" + zlib.compress(bytes(profile), 1)
