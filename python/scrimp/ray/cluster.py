"""The cluster: finding one, what its machines have, and handing shards out."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

import ray
import scrimp
from scrimp import errors
from scrimp.ray.job import Job, Unfinished
from scrimp.records import ShardSum

SPARING = {
    "RAY_enable_metrics_collection": "0",
    "RAY_event_stats": "0",
    "RAY_gcs_pull_resource_loads_period_milliseconds": "10000",
    "RAY_health_check_period_ms": "10000",
    "RAY_kill_idle_workers_interval_ms": "2000",
    "RAY_memory_monitor_refresh_ms": "1000",
    "RAY_object_manager_timer_freq_ms": "1000",
    "RAY_prestart_worker_first_driver": "0",
    "RAY_raylet_check_gc_period_milliseconds": "2000",
    "RAY_raylet_report_resources_period_milliseconds": "1000",
    "RAY_task_events_report_interval_ms": "0",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "1073741824",
}
"""Environment of `ray start`. A machine's own processes of Ray look about less often: there is little to see where a task takes
minutes. No worker is started before there is work for it. And the allocator of glibc keeps a photo's memory for the next one, up to
1 GiB, where it would give it back to the system and take it page by page again."""

# Nothing goes through Ray's own store, which takes no less than 75 MB.
_STORE_BYTES = 100_000_000

# Shards that Ray has in hand: two for each place that the cluster has for one, so that whoever ends one finds the next, and a machine
# that joins some; for a small cluster a few more.
_AHEAD = 16
# Seconds after which it is looked how many places there are.
_LOOK = 10.0


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
    machines = _machines()
    if not machines:
        raise errors.OptionError("no machine of the cluster has a processor for shards yet; with --memory SIZE they wait for one")
    return int(min(machine.get("memory", 0) / machine["CPU"] for machine in machines) * cpus / 2)


def has_room(job: Job) -> bool:
    """Whether a shard fits any machine; else all wait until such a one joins."""
    return _places(job) > 0


def finish(
    shards: Iterable[str], job: Job, shrink: Callable[..., ShardSum] = scrimp.shrink_shard
) -> Iterator[ShardSum | Unfinished]:
    """What becomes of each shard, in the order in which they come to an end.

    Each is a task of Ray's core, which runs it again where its worker or machine is lost, and hands a worker the next one while Python
    only waits here. Ray Data would add two actors and a loop that wake all the time, more than all requests and records take.
    """
    attempt = ray.remote(_attempt).options(name="shrink_shard", num_cpus=job.cpus, memory=job.memory, max_retries=-1)
    waiting, asked = iter(shards), list[Any]()
    ahead, looked = 0, -_LOOK
    while True:
        if time.monotonic() - looked >= _LOOK:
            ahead, looked = max(_AHEAD, 2 * _places(job)), time.monotonic()
        asked += [attempt.remote(shard, job, shrink) for shard in islice(waiting, max(0, ahead - len(asked)))]
        if not asked:
            return
        (ended,), asked = ray.wait(asked)
        told = json.loads(ray.get(ended))
        yield Unfinished(**told) if "reason" in told else ShardSum(**told)


def _places(job: Job) -> int:
    """How many shards the cluster has room for at a time. One that is given no memory at all still finds a place: its photos are refused."""
    memory = max(1, job.memory)
    return sum(int(min(machine["CPU"] // job.cpus, machine.get("memory", 0) // memory)) for machine in _machines())


def _machines() -> list[dict[str, float]]:
    """What each has for tasks, if it has a processor for any."""
    return [node["Resources"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]


def _attempt(shard: str, job: Job, shrink: Callable[..., ShardSum]) -> str:
    """Its end as JSON. Nothing is raised: that would be Ray's trouble."""
    try:
        told = asdict(
            shrink(shard, to=job.to, results=job.results, processors=job.cpus, memory=job.memory, **job.options)
        )
    except Exception as error:
        code = error.code if isinstance(error, errors.Error) else errors.Defect.code
        told = {"shard": shard, "code": code, "reason": str(error)}
    return json.dumps(told)
