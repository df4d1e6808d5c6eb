"""The cluster: finding one, what its machines have, and handing shards out."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import ray
import ray.data
import scrimp
from scrimp import errors
from scrimp.ray.job import Job, Unfinished
from scrimp.ray.pace import Pace
from scrimp.records import ShardSum

SPARING = {
    "RAY_enable_metrics_collection": "0",
    "RAY_event_stats": "0",
    "RAY_gcs_pull_resource_loads_period_milliseconds": "10000",
    "RAY_health_check_period_ms": "10000",
    "RAY_memory_monitor_refresh_ms": "1000",
    "RAY_raylet_report_resources_period_milliseconds": "1000",
    "RAY_task_events_report_interval_ms": "0",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "1073741824",
}
"""Environment of `ray start`. A machine's own processes of Ray look about less often: there is little to see where a task takes
minutes. And the allocator of glibc keeps a photo's memory for the next one, up to 1 GiB, where it would give it back to the system and
take it page by page again."""

# Only names of shards and their sums go through Ray's own store. It takes no less than 75 MB.
_STORE_BYTES = 100_000_000


def connect(address: str | None) -> None:
    """To the cluster, or to a Ray of this machine alone, which ends with the program and listens to this machine only."""
    quiet: dict[str, Any] = {"configure_logging": False, "log_to_driver": False}
    if address is not None:
        ray.init(address, **quiet)
        return
    for name, value in SPARING.items():
        os.environ.setdefault(name, value)
    # "local": never another cluster of this machine that happens to be up.
    ray.init(
        "local", include_dashboard=False, _node_ip_address="127.0.0.1", object_store_memory=_STORE_BYTES, **quiet
    )


def memory_of_shard(cpus: int) -> int:
    """Half of what the poorest machine has for so many of its processors: as elsewhere half of a machine."""
    machines = [node["Resources"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    return int(min(machine["memory"] / machine["CPU"] for machine in machines) * cpus / 2)


def finish(
    shards: Sequence[str], job: Job, shrink: Callable[..., ShardSum] = scrimp.shrink_shard
) -> Iterator[ShardSum | Unfinished]:
    """What becomes of each shard, in the order in which they come to an end."""
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # What a task takes is known beforehand.
    context.memory_usage_poll_interval_s = None
    context.custom_execution_callback_classes = [Pace]
    # A list of names is tiny, so that Ray would work on all of them in one task on one machine: hence the repartition.
    named = ray.data.from_items([{"shard": shard} for shard in shards], override_num_blocks=1)
    apart = named.repartition(target_num_rows_per_block=1)
    tried = apart.map(_attempt, fn_args=(job, shrink), num_cpus=job.cpus, memory=job.memory)
    for row in _rows(tried):
        told = json.loads(row["told"])
        Pace.follow(told.pop("seconds"))
        yield Unfinished(**told) if "reason" in told else ShardSum(**told)


def _rows(dataset: ray.data.Dataset) -> Iterator[dict[str, str]]:
    """As `iter_rows`, whose threads would look for the next one all the time."""
    bundles = dataset.iter_internal_ref_bundles()
    while (bundle := next(bundles, None)) is not None:
        for block in ray.get(list(bundle.block_refs)):
            yield from block.to_pylist()
        Pace.await_output()


def _attempt(row: dict[str, str], job: Job, shrink: Callable[..., ShardSum]) -> dict[str, str]:
    """One column of JSON. Nothing is raised: that would end the work on all other shards too."""
    shard, start = row["shard"], time.monotonic()
    try:
        told = asdict(
            shrink(shard, to=job.to, results=job.results, processors=job.cpus, memory=job.memory, **job.options)
        )
    except Exception as error:
        code = error.code if isinstance(error, errors.Error) else errors.Defect.code
        told = {"shard": shard, "code": code, "reason": str(error)}
    return {"told": json.dumps(told | {"seconds": time.monotonic() - start})}
