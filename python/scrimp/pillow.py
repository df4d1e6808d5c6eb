"""Saving from Pillow: `import scrimp.pillow`, then `image.save("photo.jpg", format="SCRIMP", look="high")`.

The keywords of `scrimp.shrink` are taken, and of the JPEG plug-in's `exif`, `icc_profile`, `xmp`, `comment` and `dpi`;
its `quality` and the like say how to encode, which is what scrimp finds out, and are passed over. As there, EXIF is saved
if it is handed over, and the comment that was read goes along; so does the ICC profile, without which the colours would
be others.
"""

from __future__ import annotations

import struct
from typing import IO, Any

from PIL import Image, JpegImagePlugin

import scrimp
from scrimp._pixels import picture_of_image, png, profile_chunk
from scrimp._wish import Options

# What `take_over_jpeg` was told.
_jpeg_options: dict[str, Any] = {}


def take_over_jpeg(**options: Any) -> None:
    """From now on `format="JPEG"`, and names such as `photo.jpg`, are saved by scrimp with these keywords.

    What scrimp does not take, such as CMYK, is saved as before.
    """
    _jpeg_options.clear()
    _jpeg_options.update(options)
    Image.register_save("JPEG", _save_jpeg)


def give_back_jpeg() -> None:
    """Undoes `take_over_jpeg`."""
    Image.register_save("JPEG", JpegImagePlugin._save)


def _save(image: Image.Image, file: IO[bytes], filename: str | bytes) -> None:
    asked: dict[str, Any] = image.encoderinfo
    file.write(_jpeg(image, asked, _known(asked)))


def _save_jpeg(image: Image.Image, file: IO[bytes], filename: str | bytes) -> None:
    if image.mode == "CMYK":
        JpegImagePlugin._save(image, file, filename)
        return
    asked: dict[str, Any] = image.encoderinfo
    named = _known(asked)
    # A goal that is named here stands in place of the other one.
    goals = {"look", "goal", "floor", "max_bytes"} if named.keys() & {"look", "goal"} else set()
    general = {name: value for name, value in _jpeg_options.items() if name not in goals}
    file.write(_jpeg(image, asked, general | named))


def _known(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name in Options.__annotations__}


def _jpeg(image: Image.Image, asked: dict[str, Any], options: dict[str, Any]) -> bytes:
    picture = picture_of_image(image)
    picture.riders = list(_riders(image, asked))
    result = scrimp.shrink(png(picture), **{**options, "min_saving": 0.0})
    comment = asked.get("comment", image.info.get("comment"))
    return _with_comment(result.data, comment) if comment else result.data


def _riders(image: Image.Image, asked: dict[str, Any]) -> Any:
    """What goes along, as chunks of a PNG, which the engine carries over."""
    profile = asked.get("icc_profile", image.info.get("icc_profile"))
    if profile:
        yield profile_chunk(profile)
    if dpi := asked.get("dpi"):
        # Dots an inch as dots a metre.
        yield b"pHYs", struct.pack(">IIB", *(round(float(dots) / 0.0254) for dots in dpi), 1)
    if exif := asked.get("exif"):
        block = exif.tobytes() if isinstance(exif, Image.Exif) else bytes(exif)
        yield b"eXIf", block.removeprefix(b"Exif\0\0")
    if xmp := asked.get("xmp", image.info.get("xmp")):
        yield b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + (xmp.encode() if isinstance(xmp, str) else bytes(xmp))


def _with_comment(jpeg: bytes, comment: str | bytes) -> bytes:
    """The same JPEG with a comment behind its APPn segments (ITU-T T.81 B.2.4.5)."""
    content = comment.encode() if isinstance(comment, str) else comment
    if len(content) > 65533:
        raise ValueError("Comment too long")
    at = 2
    while jpeg[at + 1] & 0xF0 == 0xE0:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return jpeg[:at] + b"\xff\xfe" + (len(content) + 2).to_bytes(2) + content + jpeg[at:]


Image.register_save("SCRIMP", _save)
Image.register_mime("SCRIMP", "image/jpeg")
