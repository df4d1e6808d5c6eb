"""One exception type for each code of the manual's list; all are `Error`."""

from __future__ import annotations

from typing import ClassVar


class Error(Exception):
    """Nothing came of a photo. Its text is the reason as a sentence."""

    code: ClassVar[str] = "error"


class OptionError(Error, ValueError):
    """What was asked makes no sense."""

    code = "option"


class Defect(Error, RuntimeError):
    """Something that must not happen did: a defect of scrimp. Please report it."""

    code = "defect"


class Interrupted(Error):
    """The work was interrupted."""

    code = "interrupted"


class Refused(Error):
    """The photo is at fault."""


class Empty(Refused):
    """There are no bytes."""

    code = "empty"


class NotAnImage(Refused):
    """The first bytes are of no image format known here."""

    code = "not_an_image"


class UnsupportedFormat(Refused):
    """An image, but of a format that is not read."""

    code = "unsupported_format"


class Damaged(Refused):
    """A decoder would invent what is missing."""

    code = "damaged"


class CannotStrip(Refused):
    """What is to be left out cannot be taken out."""

    code = "cannot_strip"


class SizesDiffer(Refused):
    """Two pictures that were to be compared are of different size."""

    code = "sizes_differ"


class Unsupported(Refused):
    """An image of a kind that is not read."""


class Cmyk(Unsupported):
    code = "cmyk"


class Depth(Unsupported):
    code = "depth"


class JpegProcess(Unsupported):
    code = "jpeg_process"


class JpegColours(Unsupported):
    code = "jpeg_colours"


class Alpha(Unsupported):
    code = "alpha"


class Animation(Unsupported):
    code = "animation"


class Pages(Unsupported):
    code = "pages"


class Layers(Unsupported):
    code = "layers"


class TiffKind(Unsupported):
    code = "tiff_kind"


class BmpKind(Unsupported):
    code = "bmp_kind"


class Gamma(Unsupported):
    code = "gamma"


class Profile(Unsupported):
    code = "profile"


class LimitPassed(Refused):
    """A limit would be passed; `limits` raises it."""


class LimitPixels(LimitPassed):
    code = "limit_pixels"


class LimitSide(LimitPassed):
    code = "limit_side"


class LimitFileBytes(LimitPassed):
    code = "limit_file_bytes"


class LimitScanPixels(LimitPassed):
    code = "limit_scan_pixels"


class LimitMetadataBytes(LimitPassed):
    code = "limit_metadata_bytes"


class LimitMetadataSegments(LimitPassed):
    code = "limit_metadata_segments"


class LimitMemory(LimitPassed):
    code = "limit_memory"


class LimitTime(LimitPassed):
    code = "limit_time"


class FileProblem(Error, OSError):
    """A file or its disk is at fault."""


class Unreadable(FileProblem):
    code = "unreadable"


class NotAFile(FileProblem):
    code = "not_a_file"


class Changed(FileProblem):
    code = "changed"


class Unwritable(FileProblem):
    code = "unwritable"


class OutputExists(FileProblem, FileExistsError):
    code = "output_exists"


class OutputIsInput(FileProblem):
    code = "output_is_input"


class OutputIsPhoto(FileProblem):
    code = "output_is_photo"


class OutputCollision(FileProblem):
    code = "output_collision"


class Link(FileProblem):
    code = "link"


class HardLinked(FileProblem):
    code = "hard_linked"


class ReadOnly(FileProblem):
    code = "read_only"


class Busy(FileProblem):
    code = "busy"


class Attributes(FileProblem):
    code = "attributes"


class BackupExists(FileProblem):
    code = "backup_exists"


class Unsettled(FileProblem):
    code = "unsettled"


def _all(of: type[Error]) -> dict[str, type[Error]]:
    own = {of.code: of} if "code" in of.__dict__ else {}
    return own | {code: kind for below in of.__subclasses__() for code, kind in _all(below).items()}


_BY_CODE = _all(Error)


def of(code: str, reason: str) -> Error:
    """The exception for a code."""
    return _BY_CODE.get(code, Error)(reason)
