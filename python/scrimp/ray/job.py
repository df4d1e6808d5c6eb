"""What is done to shards, and what becomes of one that cannot be finished."""

from __future__ import annotations

from dataclasses import dataclass

from scrimp._wish import Options


@dataclass(frozen=True)
class Job:
    """What is done to each shard."""

    to: str
    results: str
    cpus: int
    memory: int
    options: Options


@dataclass(frozen=True)
class Unfinished:
    """A shard that the next run tries again: the store is at fault or the shard itself, and no photo."""

    shard: str
    code: str
    reason: str
