"""The items of a document that are kept where it has more than can be read: the newest, as far as it says.

Most feeds put the newest first, archives the oldest, and some whatever they like; so place alone does not tell.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aggregator.parsing.dates import parse_date

if TYPE_CHECKING:
    from aggregator.parsing.raw import RawItem

__all__ = ["MOST_ITEMS", "NewestItems"]

MOST_ITEMS: Final = 20_000
"""Items of one document that are read; the rest are counted. A blog's feed has 10, an archive some thousands."""

_EVER: Final = datetime.min.replace(tzinfo=UTC)


class NewestItems:
    """Takes the items of a document in its order, and keeps the newest ``most`` of them.

    An item without a date is taken to be as old as the one before it (the first ones: as the one after). Where no
    item has a date, the first and the last are kept: nobody can tell which end is the new one. Never more than twice
    as many are held at a time.

    Attributes:
        skipped: How many were left out so far.
    """

    __slots__ = ("_items", "_most", "skipped")

    def __init__(self, most: int = MOST_ITEMS) -> None:
        self._most = most
        self._items: list[RawItem] = []
        self.skipped = 0

    def append(self, item: RawItem) -> None:
        """Take the next item."""
        self._items.append(item)
        if len(self._items) >= 2 * self._most:
            self._prune()

    def all(self) -> list[RawItem]:
        """Those that are kept, in the document's order."""
        if len(self._items) > self._most:
            self._prune()
        return self._items

    def _prune(self) -> None:
        dates = _dates(self._items)
        places = range(len(dates))
        if any(dates):
            # Of a crowd of one moment the first in the document: sorting keeps their order.
            best = sorted(places, key=lambda place: dates[place] or _EVER, reverse=True)[: self._most]
        else:
            last = self._most // 2
            best = [*places[: self._most - last], *places[len(places) - last :]]
        self.skipped += len(places) - len(best)
        self._items = [self._items[place] for place in sorted(best)]


def _dates(items: list[RawItem]) -> list[datetime | None]:
    """When each item says it is from, or else a neighbour does."""
    dates: list[datetime | None] = []
    known: datetime | None = None
    undated = 0
    for item in items:
        stated = item.published or item.updated
        at = parse_date(stated) if stated else None
        if at is not None:
            if known is None and undated:
                dates[:] = [at] * undated
            known = at
        elif known is None:
            undated += 1
        dates.append(known)
    return dates
