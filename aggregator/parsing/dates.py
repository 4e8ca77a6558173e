"""Dates as feeds state them: the two standard forms, and the ways in which publishers miss them.

British zones come first. RFC 822 names no British summer time, so that many parsers read "06:01 BST" as 06:01
UTC and every summer post comes an hour late; here BST is one hour ahead of UTC, as a reader in Leeds means it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from aggregator.parsing.zones import PATTERN as _ZONE
from aggregator.parsing.zones import find_zone

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["parse_date"]

#: Feeds began in the nineties: what lies outside is a broken clock or a placeholder (0001-01-01, 1970-01-01).
_YEARS: Final = range(1990, 2101)
_LONGEST: Final = 120
# A true minus (ISO 8601 §3.2) and dashes; and the marks that Internet Explorer puts round each number.
_PLAIN: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-") | dict.fromkeys((0x200E, 0x200F))

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            # English in full and short, then Welsh: the inspectorate and the ministry publish in both.
            "january jan ionawr",
            "february feb chwefror",
            "march mar mawrth",
            "april apr ebrill ebr",
            "may mai",
            "june jun mehefin",
            "july jul gorffennaf",
            "august aug awst",
            "september sep sept medi",
            "october oct hydref",
            "november nov tachwedd",
            "december dec rhagfyr",
        ),
        start=1,
    )
    for name in names.split()
}

_TIME: Final = r"""
    (?P<hour>\d{1,2})
    (?: [:.h] (?P<minute>\d{2}) (?: [:.] (?P<second>\d{2}) (?: [.,]\d* | :\d{1,3} )? )? )?
    \s* (?P<half>[ap]\.?m\b\.?)?
"""
# "dydd" is Welsh for day: Dydd Iau 20 Ebrill
_WEEKDAY: Final = r"(?:dydd \s)? (?: [^\W\d_]{2,12}\.? \s* ,? \s+ | [^\W\d_]{2,12}\.?,\s* )?"
_DAY: Final = r"(?P<day>\d{1,2}) (?:st|nd|rd|th|ain|af|il|ydd|ed|fed|eg)?"
_MONTH: Final = r"(?P<month>[^\W\d_]{3,11})\.?"
_THEN: Final = r"(?: \s*t\s* | [,\s]\s* (?:at\s+|-\s+|[@|]\s*)? )"
_CLOCK: Final = rf"(?: {_THEN} {_TIME} \s* {_ZONE} )?"
# 5:01am, 20 April 2017; a bare hour before a day would be another number
_CLOCK_FIRST: Final = rf"(?=\d+(?:[:.]\d|\s*[ap])) {_TIME} \s* {_ZONE} (?: ,?\s+ (?:on\s+|-\s+|[|]\s*)? )"


@cache
def _pattern(source: str) -> re.Pattern[str]:
    """The form of a date; compiled when the first date comes that is in none of those before it, for they are long."""
    return re.compile(source, re.VERBOSE)


# As in mail (RFC 5322): Thu, 20 Apr 2017 06:01:00 +0100; and what is near it: 20-Apr-17 06:01 GMT, 20th April 2017
_DAY_FIRST: Final = rf"{_WEEKDAY} {_DAY} (?:\s+of)? [\s-]+ {_MONTH} ,? [\s-]+ (?P<year>\d{{2,4}})"
# American order: Apr 20, 2017 06:01 am
_MONTH_FIRST: Final = rf"{_WEEKDAY} {_MONTH} \s+ {_DAY} ,? \s+ (?P<year>\d{{4}})"
# Day first, as in Britain: 20/04/2017 06:01, 20.04.2017, 20/04/17
_NUMERIC: Final = (
    rf"{_WEEKDAY} (?P<day>\d{{1,2}}) (?P<separator>[/.-]) (?P<month>\d{{1,2}}) (?P=separator)"
    r"(?P<year>\d{4} | (?<=[/.])\d{2})"
)
# C's asctime, and Java's with a zone in it: Thu Apr 20 06:01:00 BST 2017
_YEAR_LAST: Final = rf"{_WEEKDAY} {_MONTH} \s+ {_DAY} \s+ {_TIME} (?:\s+ {_ZONE})? \s+ (?P<year>\d{{4}})"
# RFC 3339 and what is near it: 2017-04-20T05:01:00Z; then ISO 8601's basic form: 20170420T050100Z, 20170420050100
_YEAR_FIRST: Final = rf"""
    (?P<year>\d{{4}}) (?: (?P<separator>[-/.]) (?P<month>\d{{1,2}}) (?: (?P=separator) (?P<day>\d{{1,2}}) )? )?
    (?: (?: {_THEN} | _ ) {_TIME} \s* {_ZONE} )?
    """
_BASIC: Final = rf"""
    (?P<year>\d{{4}}) (?P<month>\d{{2}}) (?P<day>\d{{2}})
    (?: [t\s]? (?P<hour>\d{{2}}) :? (?P<minute>\d{{2}}) (?: :? (?P<second>\d{{2}}) (?:[.,]\d+)? )? (?P<half>\b\B)?
        \s* {_ZONE} )?
    """
# ISO 8601 too: 2017-110 (ordinal), 2017-W16-4 (week)
_ORDINAL: Final = rf"(?P<year>\d{{4}}) - (?P<ordinal>\d{{3}}) (?: t {_TIME} \s* {_ZONE} )?"
_WEEK: Final = rf"(?P<year>\d{{4}}) -? w (?P<week>\d{{2}}) (?: -? (?P<weekday>[1-7]) )? (?: t {_TIME} \s* {_ZONE} )?"
# Seconds since 1970, or JavaScript's milliseconds.
_EPOCH: Final = re.compile(r"(\d{9,10})(?:\d{3}|\.\d+)?")

_FORMS: Final = (
    _DAY_FIRST + _CLOCK,
    _YEAR_FIRST,
    _MONTH_FIRST + _CLOCK,
    _YEAR_LAST,
    _NUMERIC + _CLOCK,
    _BASIC,
    _ORDINAL,
    _WEEK,
    *(_CLOCK_FIRST + day for day in (_DAY_FIRST, _MONTH_FIRST, _NUMERIC)),
)


def parse_date(raw: str, *, zone: tzinfo = UTC) -> datetime | None:
    """The moment a feed's date means, aware, in UTC; None where it means none.

    A wrong weekday is passed over; a day that does not exist, or a year outside 1990 to 2100, is no date.

    Args:
        raw: The date as stated.
        zone: Where a time without offset or zone name is meant: UTC in a feed, the reader's zone in a newsletter.
    """
    # One blank for many, or the patterns would try each way of sharing them out.
    text = " ".join((raw if raw.isascii() else raw.translate(_PLAIN)).split()).strip("\"'").lower()
    if not text or len(text) > _LONGEST:
        return None
    for form in _FORMS:
        if match := _pattern(form).fullmatch(text):
            try:
                return _moment(match.groupdict(), zone)
            except (ValueError, OverflowError):
                return None
    if match := _EPOCH.fullmatch(text):
        return _in_range(datetime.fromtimestamp(int(match[1]), UTC))
    return None


def _moment(part: dict[str, str | None], zone: tzinfo) -> datetime | None:
    day = _day(part)
    hour, minute, second = int(part["hour"] or 0), int(part["minute"] or 0), int(part["second"] or 0)
    if half := part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("an hour with am or pm is 1 to 12")
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    extra = timedelta()
    if (hour, minute, second) == (24, 0, 0):  # ISO 8601: the end of the day
        hour, extra = 0, timedelta(days=1)
    if second == 60:  # a leap second is the last of its minute; this calendar has none
        second, extra = 59, timedelta(seconds=1)
    local = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 -- its zone is found next
    stated = find_zone(part["zone"], part["aside"] or part["place"], local)
    return _in_range(local.replace(tzinfo=stated or zone).astimezone(UTC) + extra)


def _day(part: dict[str, str | None]) -> date:
    year = _year(part["year"] or "")
    if ordinal := part.get("ordinal"):
        day = date(year, 1, 1) + timedelta(days=int(ordinal) - 1)
        if day.year != year:
            raise ValueError("no such day of the year")
        return day
    if week := part.get("week"):
        return date.fromisocalendar(year, int(week), int(part["weekday"] or 1))
    name = part.get("month") or "1"
    month = int(name) if name.isdecimal() else _MONTHS.get(name, 0)
    number = int(part.get("day") or 1)
    if month > 12 and number <= 12 and part.get("separator") == "/":
        # 04/20/2017 can only be American.
        month, number = number, month
    return date(year, month, number)


def _year(digits: str) -> int:
    """RFC 5322 §4.3: two digits up to 49 are of this century, else of the last; three count from 1900."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _in_range(moment: datetime) -> datetime | None:
    return moment if moment.year in _YEARS else None
