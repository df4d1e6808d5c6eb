"""Many photos."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Unpack

from scrimp import _native, errors
from scrimp._wish import Options, half_of_memory, wish
from scrimp.records import Record, from_json

Path = str | os.PathLike[str]


def shrink_many(
    paths: Iterable[Path] | Path,
    *,
    out: Path | None = None,
    in_place: bool = False,
    backup: Path | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    resume: Path | None = None,
    jobs: int | None = None,
    memory: int | None = None,
    progress: Callable[[Record], object] | None = None,
    **options: Unpack[Options],
) -> list[Record]:
    """Shrinks photos and folders into the folder `out`, or in place, and tells what became of each, in their order.

    `progress` is called with each record as soon as it is known, on the calling thread; its exception ends the work.
    `backup` is a folder for the photos that are replaced. `resume` is a file, the ledger: what is done is written down
    there, and photos that it says were done before with the same options, and have not changed since, are left out and
    have no record. It must lie outside the folders of photos. `jobs` photos are worked on at once, by default as many as
    there are processors, and together take no more than `memory` bytes, by default half of the machine's. A photo that
    is refused is a record, no exception.
    """
    if in_place == (out is not None):
        raise errors.OptionError("say where to write: out is a folder, or in_place is True")
    named = [paths] if isinstance(paths, str | os.PathLike) else paths
    files = {
        "paths": [os.fspath(path) for path in named],
        "folder": None if out is None else os.fspath(out),
        "backup": None if backup is None else os.fspath(backup),
        "overwrite": overwrite,
        "dry_run": dry_run,
        "ledger": None if resume is None else os.fspath(resume),
        "jobs": jobs,
        "memory": half_of_memory() if memory is None else memory,
    }
    records: list[Record] = []

    def hear(line: str) -> None:
        record = from_json(Record, line)
        records.append(record)
        if progress is not None:
            progress(record)

    _native.shrink_many(files, wish(options), hear)
    return records
