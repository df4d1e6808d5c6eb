"""How often the driver looks whether a shard has come to an end."""

from __future__ import annotations

import time
from typing import Any, ClassVar

# A machine that has ended a shard waits for the next look: half of this share of a shard's time as a rule.
_SHARE = 0.01
# Seconds, however long shards take, and however short.
_LONGEST = 1.0
_SHORTEST = 0.05


class Pace:
    """A pause in each round of Ray Data's loop, which else looks ten times a second and takes 3 % of a processor for it.

    Ray makes one of this class (`DataContext.custom_execution_callback_classes`), so all that it knows is the class's own.
    """

    pause: ClassVar[float] = 0.0
    """Seconds."""
    _executor: ClassVar[Any] = None

    @classmethod
    def follow(cls, seconds: float) -> None:
        """Goes by a shard that took so long."""
        cls.pause = min(_LONGEST, _SHARE * seconds)

    @classmethod
    def await_output(cls) -> None:
        """Waits until Ray Data has something to hand out, or comes to its end: its own iterator looks a hundred times a second."""
        while cls._executor.is_alive() and not _has_output(cls._executor):
            time.sleep(max(_SHORTEST, cls.pause))

    def before_execution_starts(self, executor: object) -> None:
        """The first shards come when they come."""
        type(self).pause = 0.0
        type(self)._executor = executor

    def on_execution_step(self, executor: object) -> None:
        """After each look."""
        time.sleep(self.pause)

    def after_execution_succeeds(self, executor: object) -> None:
        """Nothing is to be done."""

    def after_execution_fails(self, executor: object, error: Exception) -> None:
        """Nothing is to be done."""


def _has_output(executor: Any) -> bool:
    try:
        return len(executor._output_node[1].output_queue) > 0
    except (AttributeError, TypeError, IndexError):
        # Of a Ray that keeps it elsewhere: its iterator may wait itself.
        return True
