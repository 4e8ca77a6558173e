"""Zones as dates name them: offsets, letters, names of the zone database, and words.

What a server's clock prints beside a time is letters (BST), an offset (+0100, GMT+1), both (Go: +0100 BST), or the
zone database's name for a place (Europe/London, which Java puts in brackets); Windows has words of its own.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

__all__ = ["PATTERN", "find_zone"]

# RFC 5322 §4.3 names the American zones; the rest are those seen in feeds. It also says that other letters and
# names count as "-0000", no zone known, because RFC 822 gave the military letters the wrong sign.
_LETTERS: Final = {
    name: timezone(timedelta(hours=hours))
    for hours, names in (
        (0, "gmt ut utc z wet"),
        (1, "bst west cet met"),
        (2, "cest mest eet sast"),
        (3, "eest msk"),
        (8, "awst hkt sgt"),
        (9, "jst kst"),
        (10, "aest"),
        (11, "aedt"),
        (12, "nzst"),
        (13, "nzdt"),
        (-3, "adt"),
        (-4, "edt ast"),
        (-5, "est cdt"),
        (-6, "cst mdt"),
        (-7, "mst pdt"),
        (-8, "pst akdt"),
        (-9, "akst"),
        (-10, "hst"),
    )
    for name in names.split()
}
_WORDS: Final = {
    "british summer time": _LETTERS["bst"],
    "greenwich mean time": UTC,
    "coordinated universal time": UTC,
}
# What Windows calls the zone of London: by its "GMT Standard Time" .NET means all the year.
_PLACES: Final = dict.fromkeys(
    ("gmt standard time", "gmt daylight time", "gmt summer time", "uk", "uk time", "london time", "gb-eire", "gb"),
    "Europe/London",
) | {"est5edt": "America/New_York", "cst6cdt": "America/Chicago", "pst8pdt": "America/Los_Angeles"}

_INDIA: Final = timezone(timedelta(hours=5, minutes=30))
_IRELAND: Final = timezone(timedelta(hours=1))

# Letters before or behind an offset add nothing to it. An offset without a sign had a plus, which in an address is a
# blank.
_NAME: Final = "|".join((*map(re.escape, (*_WORDS, *_PLACES)), r"[a-z][a-z_]+/[a-z0-9_+/-]+", "[a-z]{1,5}"))
PATTERN: Final = rf"""
    (?P<zone>
        (?: [a-z]{{1,5}} )? \s* [+-]\d{{1,2}} (?: :?\d{{2}} )? (?: \s* [a-z]{{1,5}} (?: \s m=[+-][\d.]+ )? )?
      | (?: {_NAME} ) (?: \s [a-z]{{1,5}} )?
      | (?<=\s) \d{{2}}:?\d{{2}}
    )?
    (?: \s* \( (?P<aside>[^()]*) \) | \[ (?P<place>[a-z0-9_+/-]+) \] )?
"""
"""A zone behind a time, in lower case, for a verbose pattern; its groups go to ``find_zone``."""

_OFFSET: Final = re.compile(r"(?:[a-z]{1,5})?\s*([+-]|\b)(\d{1,2})(?::?(\d{2}))?(?:\s*[a-z]{1,5}(?:\sm=\S+)?)?")


def find_zone(stated: str | None, aside: str | None, local: datetime) -> tzinfo | None:
    """The zone that a date states; None where it states none. One that is not known counts as UTC (RFC 5322 §4.3).

    Args:
        stated: What stands behind the time, in lower case.
        aside: What stands in brackets behind that: a comment, unless there is nothing before it.
        local: The date and time without zone, for letters that mean another zone in another season.

    Raises:
        ValueError: An offset that cannot be.
    """
    if stated:
        known = _LETTERS.get(stated) or _offset(stated)
        return known or _named(stated, local) or _named(stated.partition(" ")[0], local) or UTC
    if aside:
        return _offset(aside) or _named(aside, local)
    return None


def _offset(text: str) -> tzinfo | None:
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    if minutes > 59:
        raise ValueError("no such offset")
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if match[1] == "-" else length)


def _named(name: str, local: datetime) -> tzinfo | None:
    if zone := _LETTERS.get(name) or _WORDS.get(name):
        return zone
    if name == "ist":
        # Irish Standard Time is that of summer; no clock prints it in winter, when it must be India's. In summer it
        # could be either, and feeds about England come from Dublin sooner.
        in_dublin = ZoneInfo("Europe/Dublin").utcoffset(local)
        return _IRELAND if in_dublin else _INDIA
    if key := _PLACES.get(name) or ("/" in name and _keys().get(name)):
        return ZoneInfo(key)
    return None


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    """The zone database's names by their lower case: only these are ever opened as files. Costs some 20 ms, once."""
    return {key.lower(): key for key in available_timezones()}
