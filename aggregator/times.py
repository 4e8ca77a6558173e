"""Times at the edge: UTC ISO 8601 text in tables, what people type on the command line, local time in print.

No business logic and no clock: ``now`` is an argument.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["format_duration", "from_text", "parse_duration", "parse_moment", "to_text"]

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
    """The inverse of ``to_text``, aware, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


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
