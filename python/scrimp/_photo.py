"""One photo."""

from __future__ import annotations

from typing import Unpack

from scrimp import _native
from scrimp._source import Source, bytes_of
from scrimp._wish import Options, wish
from scrimp.records import Comparison, Decision, Inspection, Result, WorstCell, from_json


def shrink(photo: Source, **options: Unpack[Options]) -> Result:
    """The smallest JPEG of `photo` that reaches the goal, which is look="high" unless another is named.

    `photo` is the bytes of a file, its path, an open file, a Pillow image or an array of pixels. Pixels have no file
    that could be kept: they always become a JPEG. Raises `scrimp.Error`.
    """
    wished = wish(options)
    data, is_made = bytes_of(photo, wished["limits"])
    if is_made:
        wished["min_saving"] = 0.0
    outcome, code, reason, new, decision = _native.shrink(data, wished)
    return Result(
        data=data if new is None else new,
        outcome=outcome,
        code=code,
        reason=reason,
        input_bytes=len(data),
        decision=from_json(Decision, decision),
    )


def score(
    original: Source, candidate: Source, *, metric: str = "ssimulacra2", **options: Unpack[Options]
) -> Comparison:
    """How much `candidate` looks like `original`; both as for `shrink`, and of the same size in pixels."""
    wished = wish(options)
    (first, _), (second, _) = bytes_of(original, wished["limits"]), bytes_of(candidate, wished["limits"])
    value, worst = _native.score(first, second, metric, wished)
    return Comparison(metric=metric, score=value, worst=from_json(WorstCell, worst))


def inspect(photo: Source, **options: Unpack[Options]) -> Inspection:
    """What `photo` is, what rides along, and its curve from quality to bytes and score."""
    wished = wish(options)
    data, _ = bytes_of(photo, wished["limits"])
    return from_json(Inspection, _native.inspect(data, wished))
