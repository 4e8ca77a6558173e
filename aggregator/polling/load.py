"""The documents that a pass has in memory: fetched, and not yet recorded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.fetching.fetcher import Held as Place
    from aggregator.polling.outcome import Assessed

__all__ = ["Held", "Load", "weight"]

MOST_DOCUMENTS: Final = 48
MOST_BYTES: Final = 12_000_000
"""From here on no fetch is started. Those under way may still come; the fetcher lets big ones wait for each other."""


class Load:
    """All of them, counted and weighed."""

    def __init__(self) -> None:
        self.documents = 0
        self.bytes = 0
        self.big = asyncio.Lock()

    @property
    def has_room(self) -> bool:
        """Whether another fetch may be started."""
        return self.documents < MOST_DOCUMENTS and self.bytes < MOST_BYTES

    def hold(self, place: Place) -> Held:
        """One more. ``place``: what the fetcher counts it as."""
        return Held(self, place)


class Held:
    """One of them: first its bytes, then what was read from them. It counts until it is released.

    Attributes:
        was_big: Whether it had to wait for its turn.
    """

    __slots__ = ("_has_turn", "_load", "_place", "_size", "was_big")

    def __init__(self, load: Load, place: Place) -> None:
        self._load = load
        self._place = place
        self._size = 0
        self._has_turn = False
        self.was_big = False
        load.documents += 1

    def weigh(self, size: int) -> None:
        """It takes so many bytes now."""
        self._load.bytes += size - self._size
        self._size = size
        self._place.weigh(size)

    async def wait_for_turn(self) -> None:
        """For a big one: what is read from it is recorded before the next is read."""
        await self._load.big.acquire()
        self._has_turn = self.was_big = True

    def release(self) -> None:
        """It is recorded, or given up."""
        if self._has_turn:
            self._load.big.release()
        self._load.documents -= 1
        self._load.bytes -= self._size
        self._place.release()


def weight(assessed: Assessed | None) -> int:
    """About how many bytes of posts there are."""
    if assessed is None:
        return 0
    return sum(len(each.entry.html) + len(each.entry.text) for each in assessed.entries)
