"""The program: exit code 0 is all done, and what is left is said with the command that goes on."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from typing import NoReturn, TextIO

import scrimp
from scrimp import _native, errors
from scrimp.ray.arguments import parse
from scrimp.ray.job import Job, Unfinished
from scrimp.ray.progress import Progress
from scrimp.ray.watch import Stalled, watched

SOME_UNDONE, USAGE, STALLED, INTERRUPTED, TERMINATED = 1, 2, 3, 130, 143
# Shards in a row that are not finished, after which it is idle to try the others: the store is away, or keeps us out.
_ENOUGH = 10
# Seconds that Ray gets for its end.
_GOODBYE = 10.0


def main(arguments: Sequence[str] | None = None, output: TextIO | None = None) -> int:
    """Runs the program, whose sum goes to `output`, and gives its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    parsed = parse(given)
    # Read when Ray starts: else it tells its makers of each cluster.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        return _say("there is no Ray here: pip install 'scrimp[ray]'", USAGE)
    try:
        code = _run(parsed, output or sys.stdout)
    except errors.Error as error:
        return _say(str(error), SOME_UNDONE)
    except Stalled:
        code = _say(f"no shard has been finished for {parsed.stall:g} minutes; --stall waits longer", STALLED)
    except ray.exceptions.RayError as error:
        code = _say(f"Ray ended the work: {error}", SOME_UNDONE)
    except KeyboardInterrupt:
        code = _say("interrupted", INTERRUPTED)
    except _Terminated:
        code = _say("terminated", TERMINATED)
    if code:
        _say(f"what is finished stays so; to go on: {shlex.join(['python', '-m', 'scrimp.ray', *given])}", code)
    return code


class _Terminated(BaseException):
    """By SIGTERM."""


def _run(parsed: Namespace, output: TextIO) -> int:
    from scrimp.ray import cluster

    shards = scrimp.cut_shards(parsed.manifest, rows=parsed.rows, into=f"{parsed.results}/shards")
    cluster.connect(parsed.address)
    # Ray has set one of its own.
    signal.signal(signal.SIGTERM, _terminate)
    memory = parsed.memory or cluster.memory_of_shard(parsed.cpus)
    job = Job(parsed.to, f"{parsed.results}/results", parsed.cpus, memory, parsed.options)
    if not cluster.has_room(job):
        needed = f"--cpus {job.cpus}, --memory {_native.show_bytes(memory)}"
        _say(f"no machine has room for a shard ({needed}); all wait for one that joins, {parsed.stall:g} minutes at most (--stall)")
    progress = Progress(len(shards), _say)
    in_a_row = 0
    for outcome in watched(cluster.finish(shards, job), parsed.stall * 60):
        progress.take(outcome)
        in_a_row = in_a_row + 1 if isinstance(outcome, Unfinished) else 0
        if in_a_row == _ENOUGH:
            return _say(f"the last {_ENOUGH} shards could not be finished, so the others are not tried", SOME_UNDONE)
    print(json.dumps(progress.as_dict()) if parsed.json else progress.line(), file=output, flush=True)
    return 0 if progress.is_all_well() else SOME_UNDONE


def _terminate(signal_number: int, frame: object) -> NoReturn:
    raise _Terminated


def _say(text: str, code: int = 0) -> int:
    print(f"scrimp: {text}", file=sys.stderr, flush=True)
    return code


def _leave(code: int) -> NoReturn:
    """Ends the program, even where Ray hangs and would keep it."""
    ray = sys.modules.get("ray")
    if ray is not None:
        closing = threading.Thread(target=ray.shutdown, daemon=True)
        closing.start()
        closing.join(_GOODBYE)
    sys.stdout.flush()
    os._exit(code)


def _own_output() -> TextIO:
    """Standard output for the sum alone: what Ray has to say, some of it from native code, goes to standard error."""
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return output


if __name__ == "__main__":
    _leave(main(output=_own_output()))
