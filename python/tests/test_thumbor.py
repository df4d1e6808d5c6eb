"""The adapter for thumbor, which pins its own Pillow: scripts/python runs this in an environment of its own."""

import io
from types import SimpleNamespace

import pytest
import scrimp
from conftest import file_of
from PIL import Image


def test_thumbor_optimises_what_it_has_written(jpeg, photo):
    pytest.importorskip("thumbor")
    from scrimp.contrib.thumbor import Optimizer

    optimizer = Optimizer(SimpleNamespace(config=SimpleNamespace(SCRIMP_LOOK="web")))
    assert optimizer.run_optimizer(".jpg", jpeg) == scrimp.shrink(jpeg, look="web").data
    assert optimizer.run_optimizer(".jpg", b"no photo") == b"no photo"
    png = file_of(photo, "PNG")
    assert optimizer.run_optimizer(".png", png) == png
    assert Image.open(io.BytesIO(optimizer.run_optimizer(".jpg", jpeg))).size == photo.size
