"""Times at the edge: UTC ISO 8601 text in tables, what people type on the command line, local time in print.

No business logic and no clock: ``now`` is an argument.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from zoneinfo import ZoneInfo

__all__ = [
    "DailyWindow",
    "fill_the_day",
    "format_duration",
    "from_text",
    "in_zone",
    "parse_duration",
    "parse_moment",
    "quiet_until",
    "to_text",
]

_UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DURATION: Final = re.compile(r"\s*(?:\d{1,9}\s*[smhdw]\s*)+")
_PART: Final = re.compile(r"(\d{1,9})\s*([smhdw])")


def to_text(moment: datetime) -> str:
    """UTC as the tables hold it, to the second: ``2017-04-20T05:01:00Z``. It sorts as text.

    Raises:
        ValueError: ``moment`` is naive.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a naive time has no meaning here: {moment!r}")
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    # isoformat, not strftime: %Y drops leading zeros of years before 1000 on glibc.
    return utc.isoformat(timespec="seconds")[:19] + "Z"


def from_text(text: str) -> datetime:
    """The inverse of ``to_text``, aware, in UTC; so is what has no zone, as SQLite's own functions write it.

    Raises:
        ValueError: It is no time.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The moment on the clocks of ``zone``; as it is where these cannot show it, at the ends of the calendar."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def parse_duration(text: str) -> timedelta:
    """``90s``, ``15m``, ``1h 30m``, ``7d``, ``2w``.

    Raises:
        ValueError: with a message fit for a person.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration; write it like 90s, 15m, 1h 30m, 7d or 2w")
    try:
        return sum((int(count) * _UNITS[unit] for count, unit in _PART.findall(text)), timedelta())
    except OverflowError:
        raise ValueError(f"{text!r} is longer than a duration can be") from None


def format_duration(duration: timedelta) -> str:
    """A duration in its two largest units: ``2d 3h``, ``15m``, ``0s``; what ``parse_duration`` reads."""
    seconds = max(0, round(duration.total_seconds()))
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
        if len(parts) == 2:
            break
    return " ".join(parts) or "0s"


_WINDOW: Final = re.compile(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)\s*")


@dataclass(frozen=True, slots=True)
class DailyWindow:
    """A stretch of every local day, by the clock on the wall: from ``start`` on, before ``end``, over midnight too."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> DailyWindow:
        """``22:30-05:30``, ``13:00-14:00``, ``18:00-24:00``.

        Raises:
            ValueError: with a message fit for a person.
        """
        match = _WINDOW.fullmatch(text)
        if match is None:
            raise ValueError(f'{text!r} is no stretch of a day; write it like "22:30-05:30"')
        start, end = time(int(match[1]), int(match[2])), time(int(match[3] or 0), int(match[4] or 0))
        if start == end:
            raise ValueError(f"{text!r} begins when it ends: no time at all, or all of the day")
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def __contains__(self, clock: time) -> bool:
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def next_end(self, after: datetime, zone: tzinfo) -> datetime:
        """When the clock on the wall next shows ``end``, in UTC; ``after`` lies in the window.

        When clocks go back it shows it twice, and the first time counts. An end that is skipped when they go forward
        comes as long after the leap as it lies behind the skipped hour's start (PEP 495: the offset before the gap).
        """
        day = after.astimezone(zone).date()
        shown = (
            datetime.combine(day + timedelta(days=later), self.end, zone).replace(fold=fold).astimezone(UTC)
            for later in (0, 1, 2)
            for fold in (0, 1)
        )
        return min(moment for moment in shown if moment > after)


def quiet_until(windows: Iterable[DailyWindow], moment: datetime, zone: tzinfo) -> datetime | None:
    """The first moment from this one on that no window holds, in UTC; None where none holds this one.

    Raises:
        ValueError: There is none: they ``fill_the_day``.
    """
    windows = tuple(windows)
    found = moment
    while ends := [window.next_end(found, zone) for window in windows if found.astimezone(zone).time() in window]:
        found = max(ends)
        if found - moment > timedelta(days=2):
            raise ValueError("these windows leave no minute of the day")
    return None if found is moment else found


def fill_the_day(windows: Iterable[DailyWindow]) -> bool:
    """Whether no minute of the day is outside all of them."""
    windows = tuple(windows)
    minutes = (time(minute // 60, minute % 60) for minute in range(24 * 60))
    return all(any(minute in window for window in windows) for minute in minutes)


def parse_moment(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """What a person types for a time: ``7d`` (that long ago), ``2017-04-20`` (midnight in ``zone``), an ISO time.

    An ISO time without an offset is local to ``zone``. Returns UTC.

    Raises:
        ValueError: with a message fit for a person.
    """
    cleaned = text.strip()
    try:
        return (now - parse_duration(cleaned)).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is before the calendar starts") from None
    except ValueError:
        pass
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned):
            return datetime.combine(date.fromisoformat(cleaned), time(), zone).astimezone(UTC)
        moment = datetime.fromisoformat(cleaned)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time; write 7d, 2017-04-20 or 2017-04-20T06:00") from None
