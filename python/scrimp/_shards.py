"""Shards of a manifest: the unit of work, whatever shares it out."""

from __future__ import annotations

from typing import Unpack

from scrimp import _native
from scrimp._wish import Options, half_of_memory, wish
from scrimp.records import ShardSum, from_json


def cut_shards(manifest: str, *, into: str, rows: int = 1000) -> list[str]:
    """Cuts a manifest into shards below the URL or folder `into`, and tells their URLs. The same manifest gives the same shards."""
    return _native.cut_shards(manifest, into, rows)


def shrink_shard(
    shard: str,
    *,
    to: str,
    results: str,
    processors: int = 1,
    memory: int | None = None,
    **options: Unpack[Options],
) -> ShardSum:
    """Shrinks the photos of a shard to below the URL `to`, and then writes what became of each below `results`.

    That file is the commit: where it is there already for the same shard and options, its sum is given back at once. A photo
    that is done is recognised by its output, so that work that was killed on the way costs no photo twice. A photo that is
    refused or fails is a record, no exception. `processors` photos are worked on at once, and together take no more than
    `memory` bytes, by default half of the machine's.
    """
    memory = half_of_memory() if memory is None else memory
    task = {"shard": shard, "to": to, "results": results, "threads": processors, "memory": memory}
    return from_json(ShardSum, _native.shrink_shard(task, wish(options)))
