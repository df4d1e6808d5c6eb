"""One photo."""

from __future__ import annotations

from typing import Any, Unpack

from scrimp import _native
from scrimp._source import Picture, Source, taken
from scrimp._wish import Options, wish
from scrimp.records import Comparison, Decision, Inspection, Result, WorstCell, from_json


def shrink(photo: Source, **options: Unpack[Options]) -> Result:
    """The smallest JPEG of `photo` that reaches the goal, which is look="high" unless another is named.

    `photo` is the bytes of a file, its path, an open file, a Pillow image or an array of pixels. Pixels have no file
    that could be kept: they always become a JPEG. Raises `scrimp.Error`.
    """
    wished = wish(options)
    return shrunk(taken(photo, wished["limits"]), wished)


def shrunk(photo: bytes | Picture, wished: dict[str, Any]) -> Result:
    """As `shrink`, of what was taken."""
    outcome, code, reason, new, decision = _native.shrink(photo, wished)
    own, size = (photo, len(photo)) if isinstance(photo, bytes) else (b"", photo.bytes)
    return Result(
        data=own if new is None else new,
        outcome=outcome,
        code=code,
        reason=reason,
        input_bytes=size,
        decision=from_json(Decision, decision),
    )


def score(
    original: Source,
    candidate: Source,
    *,
    metric: str = "ssimulacra2",
    heat_map: bool = False,
    **options: Unpack[Options],
) -> Comparison:
    """How much `candidate` looks like `original`; both as for `shrink`, and of the same size in pixels.

    With `heat_map` there is also a PNG of the original under the colours of its cells' scores.
    """
    wished = wish(options)
    photos = taken(original, wished["limits"]), taken(candidate, wished["limits"])
    value, worst, png = _native.score(photos, metric, heat_map, wished)
    return Comparison(metric=metric, score=value, worst=from_json(WorstCell, worst), heat_map=png)


def inspect(photo: Source, **options: Unpack[Options]) -> Inspection:
    """What `photo` is, what rides along, and its curve from quality to bytes and score."""
    wished = wish(options)
    return from_json(Inspection, _native.inspect(taken(photo, wished["limits"]), wished))
