"""Photos among what Schemathesis sends: bytes by chance would never be one, and a result never be seen."""

import pathlib
import struct
import zlib

import schemathesis
from hypothesis import strategies as st


def png(width: int, height: int) -> bytes:
    """A slope of grays."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes((3 * x + 5 * y) % 256 for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


PHOTOS = st.sampled_from([png(8, 8), png(64, 48), png(200, 3)])
schemathesis.openapi.media_type("image/*", PHOTOS | st.binary(max_size=64))
