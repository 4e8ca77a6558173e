"""Entries by title and time: for copies that have neither guid nor address, such as saved newsletters."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aggregator.identity import title_key
from aggregator.store.known import NEAR
from aggregator.store.values import time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

__all__ = ["entries_titled"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_A_CROWD: Final = 2000
"""Entries of one stretch of time that are looked at: more are of no use to anybody."""


def entries_titled(connection: sqlite3.Connection, wanted: Iterable[tuple[str, datetime]]) -> set[int]:
    """The entries that have one of the titles within ``NEAR`` of its time.

    Each stretch of time is read once, however many of ``wanted`` are about it: a document may have 20,000 items.

    Args:
        connection: The database.
        wanted: Title keys and times.
    """
    stretches: dict[int, dict[str, list[datetime]]] = {}
    for title, moment in sorted(wanted):
        place = (moment - _EPOCH) // NEAR
        for near in (place - 1, place, place + 1):
            stretches.setdefault(near, {}).setdefault(title, []).append(moment)
    found: set[int] = set()
    for place, titles in stretches.items():
        try:
            bounds = to_text(_EPOCH + NEAR * place), to_text(_EPOCH + NEAR * (place + 1))
        except OverflowError:  # the first or the last day of the calendar: feeds state them
            continue
        rows = connection.execute(
            "SELECT id, title, published_at FROM entries WHERE published_at >= ? AND published_at < ? LIMIT ?",
            (*bounds, _A_CROWD),
        )
        for entry_id, title, at in rows:
            if (moments := titles.get(title_key(title))) and _is_near(time_of(at), moments):
                found.add(entry_id)
    return found


def _is_near(moment: datetime, ordered: list[datetime]) -> bool:
    """Whether one of ``ordered`` is within ``NEAR`` of the moment."""
    place = bisect_left(ordered, moment, key=lambda each: each + NEAR)
    return place < len(ordered) and ordered[place] - moment <= NEAR
