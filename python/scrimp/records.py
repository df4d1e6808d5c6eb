"""What calls give back. The fields are those of the command line's JSON: docs/json.md."""

from __future__ import annotations

import dataclasses
import json
import os
import types
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from scrimp import _native

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Goal:
    """What was asked for, in the metric's own unit."""

    metric: str
    value: float | None
    floor: float | None
    max_bytes: int | None
    class_: str | None
    """What the photo was found to be, where its goal goes by that."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a file was encoded."""

    quality: float
    subsampling: str
    tables: str
    effort: str


@dataclass(frozen=True, slots=True)
class Probe:
    """One setting tried."""

    setting: Setting
    scale: str
    bytes: int
    score: float
    floor: float | None


@dataclass(frozen=True, slots=True)
class WorstCell:
    """The place where two pictures look least alike, in pixels, and its own score."""

    x: int
    y: int
    width: int
    height: int
    score: float


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """Where the time went, in milliseconds of wall clock."""

    decode: float
    transform: float
    blind: float
    reference: float
    guides: float
    probes: float
    proof: float
    entropy: float
    write: float
    total: float


@dataclass(frozen=True, slots=True)
class Shadow:
    """What would have become of a photo."""

    outcome: str
    code: str
    goal: Goal | None
    output_bytes: int | None
    score: float | None
    floor: float | None
    setting: Setting | None


@dataclass(frozen=True, slots=True)
class Rollout:
    """A photo's part in a rollout."""

    arm: Literal["treatment", "control"]
    """By what its output is made."""
    shadow: Shadow | None
    """What would have become of it by what is tried, where that is only told."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How an outcome came about."""

    goal: Goal
    score: float | None
    proof: str
    error_bound: float | None
    blind: float | None
    floor: float | None
    worst: WorstCell | None
    setting: Setting | None
    probes: tuple[Probe, ...]
    credentials_broken: bool
    rollout: Rollout | None
    damage: str | None
    ms: Milliseconds


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a photo.

    `data` is what to store: the new JPEG, or of a photo that was kept its own bytes.
    """

    data: bytes = dataclasses.field(repr=False)
    outcome: Literal["saved", "kept", "best_effort"]
    code: str
    reason: str
    input_bytes: int
    decision: Decision = dataclasses.field(repr=False)

    @property
    def score(self) -> float | None:
        """The score of the new file; of a photo that was kept, none."""
        return self.decision.score

    @property
    def quality(self) -> float | None:
        """The quality of the new file on libjpeg's scale; of a photo that was kept, none."""
        return self.decision.setting.quality if self.decision.setting else None

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = True) -> None:
        """Writes `data` whole or not at all: another reader sees the old file or the new one."""
        _native.write_whole(os.fspath(path), self.data, overwrite)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much two pictures look alike, in the metric's own unit and direction."""

    metric: str
    score: float
    worst: WorstCell
    heat_map: bytes | None = dataclasses.field(default=None, repr=False)
    """A PNG, where it was asked for."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Something that rides along with a photo."""

    kind: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a photo is, what rides along, and its curve from quality to bytes and score."""

    format: str
    bytes: int
    width: int
    height: int
    components: int
    process: str | None
    subsampling: str | None
    estimated_quality: float | None
    standard_tables: bool | None
    scans: int | None
    blind: float | None
    metadata: tuple[Segment, ...]
    behind: tuple[Segment, ...]
    trailing_bytes: int
    curve: tuple[Probe, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one photo of many."""

    path: str
    outcome: Literal["saved", "kept", "best_effort", "refused", "failed"]
    code: str
    reason: str
    input_bytes: int
    output_bytes: int | None
    width: int | None
    height: int | None
    goal: Goal | None
    score: float | None
    floor: float | None
    setting: Setting | None
    probes: tuple[Probe, ...]
    rollout: Rollout | None
    output: str | None
    ms: Milliseconds


@dataclass(frozen=True, slots=True)
class ShardSum:
    """What became of the photos of a shard."""

    shard: str
    photos: int
    saved: int
    kept: int
    best_effort: int
    refused: int
    failed: int
    bytes_before: int
    bytes_after: int
    resumed: bool
    """Whether an earlier run had finished it."""


def from_json(kind: type[Made], text: str) -> Made:
    """The record in a line of JSON; fields that are not known here are passed over."""
    made: Made = _made(kind, json.loads(text))
    return made


def _made(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        # What is a word of Python itself has an underscore more here.
        return kind(**{name: _made(hint, value[name.rstrip("_")]) for name, hint in hints.items()})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], item) for item in value)
    if get_origin(kind) in (Union, types.UnionType) and value is not None:
        return _made(get_args(kind)[0], value)
    return value
