"""When a feed usually posts, read from the times of its recent posts: pure.

Two things are learned. The *gap*, for feeds that post many times a day. And *slots*: a stretch of at most an hour
of the local day into which a good part of the posts falls, with its weekdays, as of a blog that posts at six on
weekdays. Local time, because people keep theirs through changes of the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

__all__ = ["Rhythm", "Slot", "learn"]

_DAY: Final = 24 * 60
_WIDTH: Final = 60
"""Minutes: posts within one such stretch of the day count as posted at the same time."""

_LEAST_POSTS: Final = 4
_LEAST_SHARE: Final = 0.25
_MOST_SLOTS: Final = 3
_MEMORY: Final = timedelta(days=400)
"""Posts so much older than the newest say nothing of today's habits."""

_LATER: Final = timedelta(minutes=3)
"""How long after the usual minute it is worth asking: clocks differ, and sites take time to show a post."""

_BUSY_WINDOW: Final = timedelta(days=2)
_BUSY_POSTS: Final = 8


@dataclass(frozen=True, slots=True)
class Slot:
    """A usual time: ``weekdays`` (0 = Monday) of its start, minute of the local day, and minutes to most posts."""

    weekdays: frozenset[int]
    start: int
    length: int

    @property
    def clock(self) -> str:
        """Its start for a person: ``06:00``."""
        return f"{self.start // 60:02}:{self.start % 60:02}"

    @property
    def days(self) -> str:
        """Its days for a person: ``weekdays``, ``every day``, ``Mon and Thu``."""
        if len(self.weekdays) == 7:
            return "every day"
        if self.weekdays == frozenset(range(5)):
            return "on weekdays"
        names = [("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day] for day in sorted(self.weekdays)]
        return "on " + (" and ".join([", ".join(names[:-1]), names[-1]]) if names[1:] else names[0])


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was learned. ``newest`` is the last post not in the future; ``gap`` is set for busy feeds only."""

    newest: datetime | None = None
    gap: timedelta | None = None
    slots: tuple[Slot, ...] = ()

    def next_asked(self, *, after: datetime, zone: tzinfo) -> tuple[datetime, Slot] | None:
        """The first moment later than ``after`` at which a usual post should be out; within eight days, in UTC."""
        found: list[tuple[datetime, Slot]] = []
        # Yesterday too: a slot that starts before midnight may be worth asking after it.
        first_day = after.astimezone(zone).date() - timedelta(days=1)
        for slot in self.slots:
            for day in (first_day + timedelta(days=count) for count in range(10)):
                if day.weekday() not in slot.weekdays:
                    continue
                start = datetime.combine(day, time(slot.start // 60, slot.start % 60), zone).astimezone(UTC)
                moment = start + timedelta(minutes=slot.length) + _LATER
                if moment > after:
                    found.append((moment, slot))
                    break
        return min(found, key=lambda pair: pair[0], default=None)


def learn(posted: Iterable[datetime], *, now: datetime, zone: tzinfo) -> Rhythm:
    """The rhythm of a feed whose recent posts bear these times (aware; any order; future ones are no evidence)."""
    times = sorted({moment.astimezone(UTC) for moment in posted if moment <= now})
    if not times:
        return Rhythm()
    times = [moment for moment in times if times[-1] - moment <= _MEMORY]
    return Rhythm(newest=times[-1], gap=_busy_gap(times, now), slots=_slots(times, zone))


def _busy_gap(times: Sequence[datetime], now: datetime) -> timedelta | None:
    """The usual time between posts, where there were many in the last days."""
    busy = [moment for moment in times if now - moment <= _BUSY_WINDOW]
    if len(busy) < _BUSY_POSTS:
        return None
    gaps = sorted(later - earlier for earlier, later in pairwise(busy))
    return gaps[len(gaps) // 2]


def _slots(times: Sequence[datetime], zone: tzinfo) -> tuple[Slot, ...]:
    least = max(_LEAST_POSTS, _LEAST_SHARE * len(times))
    # Midnight sharp is what a date without a time is read as.
    stated = [moment.astimezone(zone) for moment in times if moment.hour or moment.minute or moment.second]
    left = sorted((at.hour * 60 + at.minute, at) for at in stated if at.hour or at.minute or at.second)
    slots: list[Slot] = []
    while len(slots) < _MOST_SLOTS and len(left) >= least:
        start, inside = _densest([minute for minute, _ in left])
        if len(inside) < least:
            break
        slots.append(_slot(start, [left[index] for index in inside]))
        left = [pair for index, pair in enumerate(left) if index not in inside]
    return tuple(slots)


def _densest(minutes: Sequence[int]) -> tuple[int, set[int]]:
    """The stretch of the day, round midnight too, with most of these sorted minutes: its first one, and which they are.

    This runs after every poll of every feed: one walk with two ends.
    """
    count = len(minutes)
    twice = [*minutes, *(minute + _DAY for minute in minutes)]
    best, best_first = 0, 0
    last = 0
    for first in range(count):
        last = max(last, first)
        while last < first + count and twice[last] < twice[first] + _WIDTH:
            last += 1
        if last - first > best:
            best, best_first = last - first, first
    return minutes[best_first], {index % count for index in range(best_first, best_first + best)}


def _slot(start: int, inside: Sequence[tuple[int, datetime]]) -> Slot:
    """A slot of these posts, each with its minute of the day."""
    offsets = [((minute - start) % _DAY, at) for minute, at in inside]
    # Counted from the stretch's start, so that 00:05 belongs to the evening before when the stretch starts at 23:30.
    days = [(at - timedelta(minutes=offset)).weekday() for offset, at in offsets]
    most = max(days.count(day) for day in days)
    usual = frozenset(day for day in days if days.count(day) * 4 >= most)
    lengths = sorted(offset for offset, _ in offsets)
    return Slot(weekdays=usual, start=start, length=lengths[(len(lengths) - 1) * 3 // 4])
