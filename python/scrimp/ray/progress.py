"""How far the work is: lines for whoever waits, and the sum."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from scrimp import _native
from scrimp.ray.job import Unfinished
from scrimp.records import ShardSum

# Seconds between lines, so that 100,000 shards do not fill a log.
_PERIOD = 10.0
_OUTCOMES = ("saved", "kept", "best_effort", "refused", "failed")
_SUMMED = ("photos", *_OUTCOMES, "bytes_before", "bytes_after")


class Progress:
    """What has come to an end so far."""

    def __init__(self, shards: int, tell: Callable[[str], object], clock: Callable[[], float] = time.monotonic):
        self.shards, self.finished, self.before, self.unfinished = shards, 0, 0, 0
        self.sum: Counter[str] = Counter()
        self._tell, self._clock = tell, clock
        self._start = self._told = clock()
        self._now_photos = 0

    def take(self, outcome: ShardSum | Unfinished) -> None:
        """Counts a shard. One that is not finished is told of at once."""
        if isinstance(outcome, Unfinished):
            self.unfinished += 1
            self._tell(f"{outcome.shard} is not finished: {outcome.reason} ({outcome.code})")
        else:
            self.finished += 1
            self.before += outcome.resumed
            self._now_photos += 0 if outcome.resumed else outcome.photos
            for name in _SUMMED:
                self.sum[name] += getattr(outcome, name)
        if self._clock() - self._told >= _PERIOD or self.ended == self.shards:
            self._told = self._clock()
            self._tell(self.line())

    @property
    def ended(self) -> int:
        """Shards that are finished, or are not for this time."""
        return self.finished + self.unfinished

    def is_all_well(self) -> bool:
        """Whether nothing is left to do, and no photo failed, was refused or missed its goal."""
        bad = self.sum["refused"] + self.sum["failed"] + self.sum["best_effort"]
        return self.finished == self.shards and not bad

    def as_dict(self) -> dict[str, float]:
        """All of it for a program."""
        shards = {"shards": self.shards, "finished": self.finished, "before": self.before, "unfinished": self.unfinished}
        return shards | {name: self.sum[name] for name in _SUMMED} | {"seconds": round(self._clock() - self._start, 3)}

    def line(self) -> str:
        """All of it in one line."""
        before = f" ({self.before} by an earlier run)" if self.before else ""
        parts = [f"{self.ended} of {self.shards} shards{before}", f"{self.sum['photos']:,} photos"]
        parts += [f"{self.sum[name]:,} {name.replace('_', ' ')}" for name in _OUTCOMES if self.sum[name]]
        parts.append(f"{_native.show_bytes(self.sum['bytes_before'])} -> {_native.show_bytes(self.sum['bytes_after'])}")
        seconds = self._clock() - self._start
        worked = self.ended - self.before
        if worked and seconds:
            parts.append(f"{self._now_photos / seconds:.1f} photos/s")
        if worked and self.ended < self.shards:
            parts.append(f"{_span(seconds / worked * (self.shards - self.ended))} left")
        return ", ".join(parts)


def _span(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
