"""One exception type for each code of the manual's list; all are `Error`.

The code is the type's own name in small letters, `limit_pixels` of `LimitPixels`, but for `OptionError`.
"""

from __future__ import annotations

import re
from typing import ClassVar


class Error(Exception):
    """Nothing came of a photo. Its text is the reason as a sentence."""

    code: ClassVar[str] = "error"
    # The option that would help, as the end of the sentence.
    _remedy: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"\B([A-Z])", r"_\1", cls.__name__).lower()


class OptionError(Error, ValueError):
    """What was asked makes no sense."""

    code = "option"


class Defect(Error, RuntimeError):
    """Something that must not happen did: a defect of scrimp. Please report it."""


class Interrupted(Error):
    """The work was interrupted."""


class Refused(Error):
    """The photo is at fault."""


class Empty(Refused):
    """There are no bytes."""


class NotAnImage(Refused):
    """The first bytes are of no image format known here."""


class UnsupportedFormat(Refused):
    """An image, but of a format that is not read."""


class Damaged(Refused):
    """A decoder would invent what is missing."""


class CannotStrip(Refused):
    """What is to be left out cannot be taken out."""


class SizesDiffer(Refused):
    """Two pictures that were to be compared are of different size."""


class Unsupported(Refused):
    """An image of a kind that is not read."""


class Cmyk(Unsupported):
    """Its colours are CMYK, which are not measured."""


class Depth(Unsupported):
    """A number of bits a sample that is not read."""


class JpegProcess(Unsupported):
    """A lossless or hierarchical JPEG."""


class JpegColours(Unsupported):
    """A JPEG of two components or unknown colours."""


class Alpha(Unsupported):
    """Some pixels are transparent, and there is no `background`."""

    _remedy = " with background"


class Animation(Unsupported):
    """It has several frames; `first_frame` takes the first."""

    _remedy = " with first_frame"


class Pages(Unsupported):
    """It has several pages; `first_frame` takes the first."""

    _remedy = " with first_frame"


class Layers(Unsupported):
    """A TIFF with other pictures below its first."""


class TiffKind(Unsupported):
    """A TIFF stored in a way that is not read."""


class BmpKind(Unsupported):
    """A BMP stored in a way that is not read."""


class Gamma(Unsupported):
    """A PNG that says of its colours what no profile says."""


class Profile(Unsupported):
    """An ICC profile that cannot be read or is for other pixels."""


class MetadataTooLong(Unsupported):
    """Pixels with metadata that no segment of a JPEG holds."""


class LimitPassed(Refused):
    """A limit would be passed; `limits` raises it."""

    _remedy = " with limits"


class LimitPixels(LimitPassed): ...
class LimitSide(LimitPassed): ...
class LimitFileBytes(LimitPassed): ...
class LimitScanPixels(LimitPassed): ...
class LimitMetadataBytes(LimitPassed): ...
class LimitMetadataSegments(LimitPassed): ...
class LimitMemory(LimitPassed): ...
class LimitTime(LimitPassed): ...


class FileProblem(Error, OSError):
    """A file or its disk is at fault."""


class Unreadable(FileProblem): ...
class NotAFile(FileProblem): ...
class Changed(FileProblem): ...
class Unwritable(FileProblem): ...
class OutputExists(FileProblem, FileExistsError): ...
class OutputIsInput(FileProblem): ...
class OutputIsPhoto(FileProblem): ...
class OutputCollision(FileProblem): ...
class Link(FileProblem): ...
class HardLinked(FileProblem): ...
class ReadOnly(FileProblem): ...
class Busy(FileProblem): ...
class Attributes(FileProblem): ...
class BackupExists(FileProblem): ...
class Unsettled(FileProblem): ...
class Ledger(FileProblem): ...


class StoreProblem(Error, OSError):
    """An object store, or an object of it, is at fault."""

    code = "store"


class StoreCredentials(StoreProblem, PermissionError): ...
class StoreBucket(StoreProblem): ...
class StoreDenied(StoreProblem, PermissionError): ...
class StoreNotFound(StoreProblem, FileNotFoundError): ...
class StoreThrottled(StoreProblem): ...
class StoreFailing(StoreProblem): ...
class StoreTimeout(StoreProblem, TimeoutError): ...
class StoreUnreachable(StoreProblem, ConnectionError): ...
class StoreKey(StoreProblem): ...
class StoreTorn(StoreProblem): ...
class StoreUnconditional(StoreProblem): ...
class StoreUnreadable(StoreProblem): ...


def _all(of: type[Error]) -> dict[str, type[Error]]:
    return {of.code: of} | {code: kind for below in of.__subclasses__() for code, kind in _all(below).items()}


_BY_CODE = _all(Error)


def of(code: str, reason: str) -> Error:
    """The exception for a code."""
    kind = _BY_CODE.get(code, Error)
    return kind(reason + kind._remedy)
