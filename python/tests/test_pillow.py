import io

import pytest
import scrimp
import scrimp.pillow
from conftest import file_of
from PIL import Image, ImageCms


def saved(image, format="SCRIMP", **options):
    file = io.BytesIO()
    image.save(file, format=format, **options)
    return file.getvalue()


@pytest.fixture
def taken_over():
    scrimp.pillow.take_over_jpeg(look="thumb")
    yield
    scrimp.pillow.give_back_jpeg()


def test_an_image_is_saved_at_its_look(photo):
    web, thumb = saved(photo, look="web"), saved(photo, look="thumb", quality=95, optimize=True)
    assert scrimp.score(photo, web).score >= 70 > scrimp.score(photo, thumb).score >= 60
    assert len(thumb) < len(web)


def test_what_rides_along_is_kept(photo):
    exif = Image.Exif()
    exif[0x010E] = "a description"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(photo, exif=exif, icc_profile=profile, comment="a comment", dpi=(72, 72), xmp=b"<x:xmpmeta/>")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
    assert image.format == "JPEG" and image.getexif()[0x010E] == "a description"
    assert image.info["icc_profile"] == profile and image.info["comment"] == b"a comment"
    assert image.info["dpi"] == pytest.approx((72, 72), abs=0.5)
    assert image.info["xmp"] == b"<x:xmpmeta/>"
    assert saved(photo, exif=exif.tobytes()) == saved(photo, exif=exif)


def test_what_was_read_goes_along_as_with_the_jpeg_plug_in(photo):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.open(io.BytesIO(file_of(photo, icc_profile=profile, comment=b"read")))
    again = Image.open(io.BytesIO(saved(image)))
    assert again.info["icc_profile"] == profile and again.info["comment"] == b"read"
    assert "icc_profile" not in Image.open(io.BytesIO(saved(image, icc_profile=None))).info


def test_metadata_that_no_jpeg_holds_is_refused(photo):
    with pytest.raises(scrimp.errors.MetadataTooLong):
        saved(photo, xmp=b" " * 70_000)


def test_jpeg_is_taken_over_only_when_asked(photo, taken_over, tmp_path):
    assert saved(photo, "JPEG", quality=85) == saved(photo, look="thumb")
    assert saved(photo, "JPEG", look="web") == saved(photo, look="web")
    photo.save(tmp_path / "photo.jpg")
    assert (tmp_path / "photo.jpg").read_bytes() == saved(photo, look="thumb")
    assert Image.open(io.BytesIO(saved(photo.convert("CMYK"), "JPEG"))).mode == "CMYK"
    scrimp.pillow.give_back_jpeg()
    assert saved(photo, "JPEG", quality=85) == file_of(photo, quality=85, subsampling=-1)


def test_an_alpha_channel_is_refused_as_by_the_jpeg_plug_in(photo):
    with pytest.raises(scrimp.Error):
        saved(Image.new("RGBA", (8, 8)))
    assert saved(Image.new("RGBA", (8, 8)), background=(255, 255, 255))
