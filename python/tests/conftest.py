"""Made pictures, the same each time."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

numpy = pytest.importorskip("numpy")
Image = pytest.importorskip("PIL.Image")


def picture(width=320, height=240, channels=3, seed=1):
    """Slopes, a shape with an edge, and noise."""
    y, x, c = numpy.mgrid[0:height, 0:width, 0:channels].astype(numpy.float64)
    waves = 110 + 60 * numpy.sin(x / 23 + c + seed) + 50 * numpy.cos(y / 17 - c)
    shape = numpy.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2, 40, 0)
    noise = numpy.random.default_rng(seed).normal(0, 4, x.shape)
    samples = (waves + shape + noise).clip(0, 255).astype(numpy.uint8)
    return Image.fromarray(samples[:, :, 0] if channels == 1 else samples)


def file_of(image, format="JPEG", **options):
    file = io.BytesIO()
    image.save(file, format=format, **({"quality": 95, "subsampling": 0} | options if format == "JPEG" else options))
    return file.getvalue()


@pytest.fixture
def photo():
    return picture()


@pytest.fixture
def jpeg(photo):
    return file_of(photo)


@pytest.fixture
def corpus():
    """The folder that holds corpus/ and golden/: by the rule of CONTRIBUTING.md."""
    folder = Path(os.environ.get("SCRIMP_CORPUS") or Path(__file__).parents[3] / "shared")
    if not (folder / "golden").is_dir():
        pytest.skip("no corpus")
    return folder
