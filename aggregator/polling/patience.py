"""When a database that took nothing is tried again: servers must not be asked, over and over, for what is thrown away.

What a pass fetched and could not record is fetched again by the next, whole, as no validator was stored for it. So the
next one waits, for longer each time; but where the disk was full, not for longer than until there is room on it.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.errors import DatabaseFull
from aggregator.store.room import free_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aggregator.errors import StoreError

__all__ = ["Patience"]

LONGEST: Final = timedelta(minutes=30)

ROOM: Final = 1_000_000
"""Bytes by which a disk that was full must have got emptier to be worth a try."""


class Patience:
    """Counts passes that failed for the database's sake.

    Args:
        path: The database.
        first: How long the first of them is waited out.
        monotonic: Seconds, of a clock that nobody sets.
    """

    def __init__(self, path: Path, first: timedelta, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._first = first
        self._monotonic = monotonic
        self._failed = 0
        self._until = 0.0
        self._was_free: int | None = None

    @property
    def over(self) -> bool:
        """Whether another pass may begin."""
        if not self._failed or self._monotonic() >= self._until:
            return True
        free = free_bytes(self._path)
        return self._was_free is not None and free is not None and free >= self._was_free + ROOM

    def failed(self, error: StoreError) -> timedelta:
        """A pass ended so; how long the next one waits at most."""
        wait = min(self._first * (1 << min(self._failed, 20)), LONGEST)
        self._failed += 1
        self._until = self._monotonic() + wait.total_seconds()
        self._was_free = free_bytes(self._path) if isinstance(error, DatabaseFull) else None
        return wait

    def went_well(self) -> None:
        """A pass was recorded."""
        self._failed = 0
