"""Pixels in memory, as the native half takes them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from scrimp import errors
from scrimp._arrow import samples_of_image

if TYPE_CHECKING:
    from PIL.Image import Image

# Modes of Pillow whose bands are taken as they are.
_DIRECT_MODES = ("L", "LA", "RGB", "RGBA")
_INDIRECT_MODES = {"1": "L", "La": "LA", "RGBa": "RGBA", "PA": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB"}
_BANDS_OF_CHANNELS = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_IS_BIG_ENDIAN = sys.byteorder == "big"


@dataclass
class Picture:
    """Samples row by row without padding, channels interleaved, and what rides along."""

    width: int
    height: int
    bands: str
    """L, LA, RGB, RGBA, or RGBX, whose fourth sample says nothing."""
    samples: bytes | memoryview
    depth: int = 8
    is_big_endian: bool = _IS_BIG_ENDIAN
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    comment: bytes | None = None
    density: tuple[int, int] | None = None
    """Pixels a metre."""
    owner: object = None
    """What must live as long as the samples."""

    @property
    def bytes(self) -> int:
        """The size of the samples."""
        return self.width * self.height * len(self.bands.rstrip("X")) * self.depth // 8


def is_image(source: object) -> TypeGuard[Image]:
    """Whether it is a picture of Pillow, which need not be installed."""
    return hasattr(source, "getbands") and hasattr(source, "tobytes")


def picture_of_image(image: Image) -> Picture:
    """The pixels of a picture of Pillow with its ICC profile."""
    profile = image.info.get("icc_profile") or None
    if image.mode in ("I;16", "I;16L", "I;16B"):
        is_big_endian = image.mode == "I;16B"
        return Picture(image.width, image.height, "L", image.tobytes(), 16, is_big_endian, icc=profile)
    image = _direct(image)
    bands, samples, owner = samples_of_image(image) or (image.mode, image.tobytes(), None)
    return Picture(image.width, image.height, bands, samples, icc=profile, owner=owner)


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
    if depth is None or len(shape) not in (2, 3) or channels not in _BANDS_OF_CHANNELS:
        form = f"{'x'.join(map(str, shape))} of {view.format}"
        raise errors.OptionError(
            f"an array of pixels is height x width, or height x width x 1 to 4, of uint8 or uint16, not {form}"
        )
    # What does not lie row by row in the machine's own order of bytes can only be copied.
    is_plain = view.c_contiguous and view.format in ("B", "H") and view.nbytes > 0
    samples = view.cast("B") if is_plain else view.tobytes()
    is_big_endian = view.format == ">H" or (view.format == "H" and _IS_BIG_ENDIAN)
    return Picture(shape[1], shape[0], _BANDS_OF_CHANNELS[channels], samples, depth, is_big_endian)
