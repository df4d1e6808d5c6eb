"""The samples of a Pillow image where Pillow has them, by the Arrow C data interface
(https://arrow.apache.org/docs/format/CDataInterface.html, the struct ArrowArray)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

# Pillow holds the three bands of RGB in four bytes.
_BANDS_IN_MEMORY = {"L": "L", "RGB": "RGBX", "RGBA": "RGBA"}


class _Array(ctypes.Structure):
    pass


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

_address_in = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
_view_of = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int)(
    ("PyMemoryView_FromMemory", ctypes.pythonapi)
)
_TO_READ = 0x100  # PyBUF_READ


def samples_of_image(image: Image) -> tuple[str, memoryview, object] | None:
    """Bands and samples of an image of mode L, RGB or RGBA, and what must live as long as they are looked at.

    None where Pillow is older than 11.3, or holds the image in several pieces, as it does from 16 MB on.
    """
    bands, export = _BANDS_IN_MEMORY.get(image.mode), getattr(image, "__arrow_c_array__", None)
    if bands is None or export is None:
        return None
    try:
        _, capsule = export()
    except ValueError:  # "Image rows are not contiguous in memory"
        return None
    array = _Array.from_address(_address_in(capsule, b"arrow_array"))
    samples = array.children[0].contents if array.n_children else array
    size = image.width * image.height * len(bands)
    if array.offset or samples.offset or samples.length != size or samples.n_buffers != 2:
        return None
    return bands, _view_of(samples.buffers[1], size, _TO_READ), capsule
