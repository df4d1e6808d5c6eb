"""Patience with what may never come."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Stalled(Exception):
    """Nothing came for too long."""


@dataclass(frozen=True)
class _Come(Generic[Item]):
    item: Item


def watched(items: Iterable[Item], patience: float) -> Iterator[Item]:
    """The same items; `Stalled` where the next one takes more than `patience` seconds.

    They are taken on a thread of their own, so that signals are heard here meanwhile. It is left behind where it hangs.
    """
    # No more than one is taken ahead: whoever stops here stops what makes them.
    news: queue.Queue[_Come[Item] | BaseException | None] = queue.Queue(1)

    def take() -> None:
        try:
            for item in items:
                news.put(_Come(item))
            news.put(None)
        except BaseException as error:  # raised where the items are used
            news.put(error)

    threading.Thread(target=take, name="shards", daemon=True).start()
    while True:
        try:
            come = news.get(timeout=patience)
        except queue.Empty:
            raise Stalled from None
        if come is None:
            return
        if isinstance(come, BaseException):
            raise come
        yield come.item
