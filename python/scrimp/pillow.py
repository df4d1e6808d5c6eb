"""Saving from Pillow: `import scrimp.pillow`, then `image.save("photo.jpg", format="SCRIMP", look="high")`.

The keywords of `scrimp.shrink` are taken, and of the JPEG plug-in's `exif`, `icc_profile`, `xmp`, `comment` and `dpi`;
its `quality` and the like say how to encode, which is what scrimp finds out, and are passed over. As there, EXIF is saved
if it is handed over, and the comment that was read goes along; so does the ICC profile, without which the colours would
be others.
"""

from __future__ import annotations

from typing import IO, Any, cast

from PIL import Image, JpegImagePlugin
from scrimp._photo import shrunk
from scrimp._pixels import picture_of_image
from scrimp._wish import Options, wish

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
    picture.icc = asked.get("icc_profile", image.info.get("icc_profile")) or None
    picture.comment = _bytes(asked.get("comment", image.info.get("comment")))
    picture.xmp = _bytes(asked.get("xmp", image.info.get("xmp")))
    if exif := asked.get("exif"):
        block = exif.tobytes() if isinstance(exif, Image.Exif) else bytes(exif)
        picture.exif = block.removeprefix(b"Exif\0\0")
    if dpi := asked.get("dpi"):
        # Dots an inch as dots a metre.
        across, down = (round(float(dots) / 0.0254) for dots in dpi)
        picture.density = across, down
    return shrunk(picture, wish(cast(Options, options))).data


def _bytes(text: str | bytes | None) -> bytes | None:
    return text.encode() if isinstance(text, str) else text or None


Image.register_save("SCRIMP", _save)
Image.register_mime("SCRIMP", "image/jpeg")
