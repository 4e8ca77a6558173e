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
    # Midnight sharp is what a date without a time is read as.
    local = [at for at in (moment.astimezone(zone) for moment in times) if at.timetz() != time(tzinfo=at.tzinfo)]
    left = [at for at, moment in zip(local, times, strict=False) if moment.timetz() != time(tzinfo=UTC)]
    least = max(_LEAST_POSTS, _LEAST_SHARE * len(times))
    slots: list[Slot] = []
    while len(slots) < _MOST_SLOTS and len(left) >= least:
        start, inside = _densest(left)
        if len(inside) < least:
            break
        slots.append(_slot(start, inside))
        left = [at for at in left if at not in inside]
    return tuple(slots)


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _densest(local: Sequence[datetime]) -> tuple[int, list[datetime]]:
    """The stretch of the day, round midnight too, that holds most of the times: its first minute, and them."""
    best: list[datetime] = []
    best_start = 0
    for start in sorted({_minute(at) for at in local}):
        inside = [at for at in local if (_minute(at) - start) % _DAY < _WIDTH]
        if len(inside) > len(best):
            best, best_start = inside, start
    return best_start, best


def _slot(start: int, inside: Sequence[datetime]) -> Slot:
    offsets = sorted((_minute(at) - start) % _DAY for at in inside)
    # Counted from the stretch's start, so that 00:05 belongs to the evening before when the stretch starts at 23:30.
    days = [(at - timedelta(minutes=(_minute(at) - start) % _DAY)).weekday() for at in inside]
    most = max(days.count(day) for day in days)
    usual = frozenset(day for day in days if days.count(day) * 4 >= most)
    return Slot(weekdays=usual, start=start, length=offsets[(len(offsets) - 1) * 3 // 4])
