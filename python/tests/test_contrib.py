"""Each adapter with the real package, where it is installed."""

import io
import sys

import pytest
import scrimp
from conftest import file_of, picture


def test_a_storage_of_django_shrinks_uploads(jpeg, tmp_path):
    settings = pytest.importorskip("django.conf").settings
    if not settings.configured:
        settings.configure(MEDIA_ROOT=str(tmp_path))
    from django.core.files.base import ContentFile
    from django.core.files.storage import FileSystemStorage
    from scrimp.contrib.django import Shrinking

    class Photos(Shrinking, FileSystemStorage):
        shrink_options = {"look": "web"}

    storage = Photos(location=tmp_path)
    name = storage.save("photo.jpg", ContentFile(jpeg))
    assert storage.open(name).read() == scrimp.shrink(jpeg, look="web").data
    for other in (b"a text", jpeg[: len(jpeg) // 2], file_of(picture(), "PNG")):
        assert storage.open(storage.save("other", ContentFile(other))).read() == other


def test_pilkit_saves_through_scrimp(photo):
    utils = pytest.importorskip("pilkit.utils")
    import scrimp.contrib.pilkit

    file = utils.save_image(photo, io.BytesIO(), "SCRIMP", {"look": "thumb"})
    file.seek(0)
    assert 60 <= scrimp.score(photo, file.read()).score < 70
    assert utils.format_to_extension("SCRIMP") == ".jpg"
    assert utils.format_to_mimetype("SCRIMP") == "image/jpeg"


def test_willow_optimises_what_it_has_written(photo, monkeypatch):
    pytest.importorskip("willow")
    monkeypatch.setenv("WILLOW_OPTIMIZERS", "scrimp")
    # Where there is a Django, Willow asks its settings instead.
    if "django.conf" in sys.modules and sys.modules["django.conf"].settings.configured:
        monkeypatch.setattr(sys.modules["django.conf"].settings, "WILLOW_OPTIMIZERS", ["scrimp"], raising=False)
    from scrimp.contrib import willow as adapter
    from willow.image import Image as WillowImage
    from willow.registry import registry

    registry.register_optimizer(adapter.Scrimp)
    plain, new = io.BytesIO(), io.BytesIO()
    WillowImage.open(io.BytesIO(file_of(photo, "PNG"))).save_as_jpeg(plain, quality=98, apply_optimizers=False)
    WillowImage.open(io.BytesIO(file_of(photo, "PNG"))).save_as_jpeg(new, quality=98)
    wanted = scrimp.shrink(plain.getvalue())
    assert wanted.outcome == "saved" and new.getvalue() == wanted.data
