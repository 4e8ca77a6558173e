"""Dates: the standard forms, British zones, and the ways in which publishers miss them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parsing.dates import parse_date

LONDON = ZoneInfo("Europe/London")
SIX = "2017-04-20 05:01:00"  # 06:01 in London that day
WINTER = "2016-12-14 06:01:00"

READ = [
    # RFC 822 and its successors
    ("Thu, 20 Apr 2017 05:01:00 +0000", SIX, "the usual form"),
    ("Thu, 20 Apr 2017 06:01:00 +0100", SIX, "an offset"),
    ("Thu, 20 Apr 2017 06:01:00 BST", SIX, "British summer time, which RFC 822 does not name"),
    ("20 Apr 2017 05:01:00 GMT", SIX, "the weekday is optional"),
    ("Thu, 20 Apr 2017 05:01 GMT", SIX, "so are the seconds"),
    ("Mon, 20 Apr 2017 05:01:00 GMT", SIX, "a wrong weekday proves nothing"),
    ("Thurs, 20 April 2017 05:01:00 UT", SIX, "long names"),
    ("20 Apr 17 05:01 GMT", SIX, "RFC 5322 §4.3: two digits up to 49 are of this century"),
    ("20 Apr 97 05:01 GMT", "1997-04-20 05:01:00", "RFC 5322 §4.3: from 50 of the last"),
    ("20 Apr 117 05:01 GMT", SIX, "RFC 5322 §4.3: three digits count from 1900"),
    ("Thu, 20 Apr 2017 01:01:00 EDT", SIX, "RFC 5322 §4.3: American zones"),
    ("Thu, 20 Apr 2017 00:01:00 EST", SIX, "the same in winter time"),
    ("Wed, 19 Apr 2017 22:01:00 PDT", SIX, "and in the west"),
    ("Thu, 20 Apr 2017 05:01:00 WET", SIX, "western Europe"),
    ("Thu, 20 Apr 2017 06:01:00 WEST", SIX, "western Europe in summer"),
    ("Thu, 20 Apr 2017 07:01:00 CEST", SIX, "central Europe in summer"),
    ("Thu, 20 Apr 2017 05:01:00 Z", SIX, "a military letter that is UTC"),
    ("Thu, 20 Apr 2017 05:01:00 A", SIX, "RFC 5322 §4.3: the other letters mean no known zone"),
    ("Thu, 20 Apr 2017 05:01:00 QQT", SIX, "an unknown name does too"),
    ("Thu, 20 Apr 2017 05:01:00 -0000", SIX, "as does this"),
    ("Thu, 20 Apr 2017 06:01:00 GMT+1", SIX, "a name with an offset"),
    ("Thu, 20 Apr 2017 06:01:00 UTC+01:00", SIX, "the same, with a colon"),
    ("Thu, 20 Apr 2017 06:01:00 +0100 (BST)", SIX, "RFC 5322: a comment"),
    ("Thu,20 Apr 2017 05:01:00 GMT", SIX, "no blank after the comma"),
    ("  Thu,  20  Apr 2017  05:01:00  GMT ", SIX, "blanks everywhere"),
    ("Thu,\u00a020 Apr 2017 05:01:00 GMT", SIX, "a no-break space"),
    ("20-Apr-2017 05:01:00 GMT", SIX, "hyphens"),
    ("Thursday, 20-Apr-17 05:01:00 GMT", SIX, "RFC 850"),
    ("Thu, 20 Apr 2017 05:01:00 GMT-00:00", SIX, "no difference"),
    ("Thu, 20 Apr 2017 06:01:00 +1", SIX, "an offset in one figure"),
    ("Thu, 20 Apr 2017 06:01:00 0100", SIX, "a plus that an address made a blank"),
    ("Thu, 20 Apr 2017 06:01:00 BST+0100", SIX, "letters and offset"),
    ("Thu, 20 Apr 2017 05:01:00 GMT GMT", SIX, "a zone added to a zone"),
    ("Thu, 20 Apr 2017 10:46:00 +0545", SIX, "Nepal's quarter of an hour"),
    ("Thu, 20 Apr 2017, 05:01:00 GMT", SIX, "a comma behind the date"),
    ("Thu., 20 Apr. 2017 05:01:00 GMT", SIX, "full stops"),
    ("Thu, 20 April, 2017 05:01 GMT", SIX, "a comma behind the month"),
    ("Thu, 20 Apr 2017T05:01:00Z", SIX, "two standards in one"),
    ("Thu, 20 Apr 2017 05:01:00:000 GMT", SIX, "milliseconds behind a colon"),
    ("Thu, 20 Apr 2017 05:01:00.5 GMT", SIX, "a fraction"),
    ("'Thu, 20 Apr 2017 05:01:00 GMT'", SIX, "quotes"),
    # Zones by name
    ("Thu, 20 Apr 2017 06:01:00 Europe/London", SIX, "the zone database's name, in summer"),
    ("Wed, 14 Dec 2016 06:01:00 Europe/London", WINTER, "and in winter"),
    ("Thu, 20 Apr 2017 06:01 Europe/Dublin", SIX, "Dublin's"),
    ("Thu, 20 Apr 2017 06:01:00 europe/london", SIX, "in lower case"),
    ("Thu, 20 Apr 2017 02:01:00 America/Argentina/Buenos_Aires", SIX, "the longest form of them"),
    ("Thu, 20 Apr 2017 04:01:00 Etc/GMT+1", SIX, "POSIX: plus is west here"),
    ("Thu, 20 Apr 2017 05:01:00 Nowhere/Else", SIX, "RFC 5322 §4.3: unknown"),
    ("Sun, 29 Oct 2017 01:30:00 Europe/London", "2017-10-29 00:30:00", "twice that night: the first"),
    (
        "Sun, 26 Mar 2017 01:30:00 Europe/London",
        "2017-03-26 01:30:00",
        "never that night: as if the clock had not changed",
    ),
    ("2017-04-20T06:01:00 Europe/London", SIX, "the same in RFC 3339"),
    ("2017-04-20T06:01:00+01:00[Europe/London]", SIX, "Java's ZonedDateTime"),
    ("2017-04-20T06:01:00[Europe/London]", SIX, "the same without offset"),
    ("Thu, 20 Apr 2017 06:01:00 (Europe/London)", SIX, "in brackets, where nothing else is"),
    ("Thu, 20 Apr 2017 06:01:00 (BST)", SIX, "so are letters"),
    ("Thu, 20 Apr 2017 06:01:00 (UTC+01:00)", SIX, "so is an offset"),
    ("Thu, 20 Apr 2017 05:01:00 (early)", SIX, "a comment that is no zone"),
    ("Thu, 20 Apr 2017 06:01:00 IST", SIX, "Irish summer time"),
    ("Wed, 14 Dec 2016 11:31:00 IST", WINTER, "Ireland has it in summer only: India's"),
    ("Wed, 14 Dec 2016 07:01:00 BST", WINTER, "no clock prints it in winter: as stated"),
    ("Thu, 20 Apr 2017 06:01:00 British Summer Time", SIX, "in words"),
    ("Thu, 20 Apr 2017 05:01:00 Coordinated Universal Time", SIX, "in words of .NET"),
    ("Thu, 20 Apr 2017 06:01:00 GMT Daylight Time", SIX, "Windows' words for it"),
    ("Wed, 14 Dec 2016 06:01:00 GMT Standard Time", WINTER, "Windows' words for London"),
    ("Thu, 20 Apr 2017 06:01:00 UK time", SIX, "people's words for it"),
    ("20 Apr 2017 01:01:00 EST5EDT", SIX, "POSIX's name for New York"),
    # RFC 3339 and ISO 8601
    ("2017-04-20T05:01:00Z", SIX, "the usual form"),
    ("2017-04-20T06:01:00+01:00", SIX, "an offset"),
    ("2017-04-20T06:01:00.123456+01:00", SIX, "a fraction is dropped"),
    ("2017-04-20t05:01:00z", SIX, "RFC 3339 §5.6: lower case"),
    ("2017-04-20 05:01:00Z", SIX, "RFC 3339 §5.6: a blank for the T"),
    ("2017-04-20T06:01+0100", SIX, "no seconds, no colon in the offset"),
    ("2017-04-20T06:01+01", SIX, "an offset in hours"),
    ("2017-04-20 05:01:00 UTC", SIX, "a zone's name"),
    ("20170420T050100Z", SIX, "the basic form"),
    ("2017/04/20 05:01:00 GMT", SIX, "slashes"),
    ("2017-04-20", "2017-04-20 00:00:00", "a day alone"),
    ("20170420", "2017-04-20 00:00:00", "a day alone, basic"),
    ("2017-04", "2017-04-01 00:00:00", "W3CDTF: a month"),
    ("2017", "2017-01-01 00:00:00", "W3CDTF: a year"),
    ("2017-110", "2017-04-20 00:00:00", "ordinal"),
    ("2017-W16-4", "2017-04-20 00:00:00", "week and day"),
    ("2017-W16", "2017-04-17 00:00:00", "week"),
    ("2017-04-20T05:01:00.Z", SIX, "a fraction of no figures"),
    ("2017-04-20 05:01:00.0", SIX, "SQL's"),
    ("2017-04-20T00:01:00\u221205:00", SIX, "ISO 8601 §3.2: a true minus"),
    ("2017-04-20T05:01:00+00:00Z", SIX, "an offset and a Z"),
    ("2017-04-20T05:01:00Z+00:00", SIX, "a Z and an offset"),
    ("2017-04-20 06:01:00 +0100 BST", SIX, "Go's"),
    ("2017-04-20 06:01:00.123456789 +0100 BST m=+0.0012", SIX, "Go's, with what its clock adds"),
    ("20170420050100", SIX, "figures alone"),
    ("201704200501", SIX, "the same without seconds"),
    # People
    ("20/04/2017", "2017-04-20 00:00:00", "day first, as in Britain"),
    ("03/04/2017", "2017-04-03 00:00:00", "day first also where the other order could be"),
    ("04/20/2017", "2017-04-20 00:00:00", "which can only be American"),
    ("20/04/2017 05:01", SIX, "with a time"),
    ("20.04.2017", "2017-04-20 00:00:00", "points"),
    ("20 April 2017", "2017-04-20 00:00:00", "in words"),
    ("20th April 2017", "2017-04-20 00:00:00", "an ordinal number"),
    ("Thursday 20th of April 2017 at 5.01am", SIX, "all of it"),
    ("Apr 20, 2017 05:01 am", SIX, "a mailing service's by-line"),
    ("April 20, 2017", "2017-04-20 00:00:00", "American"),
    ("Apr 20, 2017 12:01 am", "2017-04-20 00:01:00", "the hour after midnight"),
    ("Apr 20, 2017 12:01 pm", "2017-04-20 12:01:00", "the hour after noon"),
    ("Thu Apr 20 05:01:00 2017", SIX, "asctime"),
    ("Thu Apr 20 06:01:00 BST 2017", SIX, "Java's"),
    ("20 Ebrill 2017", "2017-04-20 00:00:00", "Welsh"),
    ("Thu Apr 20 06:01:00 GMT+01:00 2017", SIX, "Java's, without a name"),
    ("Thu Apr 20 06:01:00 +0100 2017", SIX, "Ruby's"),
    ("Thu Apr 20 2017 06:01:00 GMT+0100 (British Summer Time)", SIX, "JavaScript's"),
    ("Thursday, April 20, 2017 - 05:01", SIX, "Drupal's"),
    ("Thu, 04/20/2017 - 05:01", SIX, "Drupal's, American"),
    ("Thu, 20/04/2017 - 05:01", SIX, "Drupal's, British"),
    ("4/20/2017 5:01:00 AM", SIX, "American .NET's"),
    ("Apr 20 2017 5:01AM", SIX, "SQL Server's"),
    ("20 Apr 2017 5:01\u202fAM", SIX, "the narrow blank of newer Unicode"),
    ("\u200e20\u200e/\u200e04\u200e/\u200e2017", "2017-04-20 00:00:00", "Internet Explorer's marks of direction"),
    ("20 Apr 2017 \u2013 05:01", SIX, "a dash"),
    ("20 Apr 2017 | 06:01 BST", SIX, "a bar"),
    ("20-04-2017T05:01:00", SIX, "day first, with a T"),
    ("20/04/17", "2017-04-20 00:00:00", "two figures of a year"),
    ("04/20/17", "2017-04-20 00:00:00", "the same, which can only be American"),
    ("20.04.17 05:01", SIX, "the same with points"),
    ("05:01, 20 April 2017", SIX, "the time first"),
    ("5.01am, Thursday 20 April 2017", SIX, "so does a paper"),
    ("06:01 BST on April 20, 2017", SIX, "American, with a zone"),
    ("05:01 20/04/2017", SIX, "in figures"),
    ("Thursday, April 20th 2017", "2017-04-20 00:00:00", "American, with an ordinal number"),
    ("Iau, 20 Ebr 2017 06:01:00 +0100", SIX, "Welsh, short"),
    ("Dydd Iau 20 Ebrill 2017", "2017-04-20 00:00:00", "Welsh, with the word for day"),
    ("20fed Ebrill 2017", "2017-04-20 00:00:00", "a Welsh ordinal number"),
    ("1492664460", SIX, "seconds since 1970"),
    ("1492664460000", SIX, "JavaScript's milliseconds"),
    # Edges of the clock
    ("Thu, 20 Apr 2017 24:00:00 GMT", "2017-04-21 00:00:00", "ISO 8601: the end of the day"),
    ("2016-12-31T23:59:60Z", "2017-01-01 00:00:00", "a leap second"),
    ("29 Feb 2016", "2016-02-29 00:00:00", "a leap day"),
]

UNREADABLE = [
    ("", "nothing"),
    ("   ", "blanks"),
    ("yesterday", "words"),
    ("31 Feb 2017", "no such day"),
    ("29 Feb 2017", "no leap year"),
    ("2017-13-01", "no such month"),
    ("2017-366", "no such day of the year"),
    ("2017-W54-1", "no such week"),
    ("Thu, 20 Apr 2017 25:00:00 GMT", "no such hour"),
    ("Thu, 20 Apr 2017 24:01:00 GMT", "the day ends at 24:00:00"),
    ("Thu, 20 Apr 2017 05:61:00 GMT", "no such minute"),
    ("Apr 20, 2017 13:01 pm", "no such hour on that clock"),
    ("Thu, 20 Apr 2017 05:01:00 +0199", "no such offset"),
    ("Thu, 20 Apr 2017 05:01:00 +9900", "no such offset either"),
    ("0001-01-01T00:00:00Z", "a placeholder"),
    ("1970-01-01T00:00:00Z", "a clock that was never set"),
    ("31 Dec 1989", "before there were feeds"),
    ("2101-01-01", "a long way off"),
    ("99999999999", "not seconds"),
    ("20 Apr 2017 and then some", "more than a date"),
    ("20 Smarch 2017", "no such month"),
    ("2017-04-20T06:01:00+2500", "no such offset in hours"),
    ("Thu, 20 Apr 2017 05:01:00 ../../etc/passwd", "no name of a zone"),
    ("Wed, 30 Nov -0001 00:00:00 +0000", "PHP's for no date"),
    ("-0001-11-30T00:00:00+00:00", "the same"),
    ("0000-00-00 00:00:00", "MySQL's for no date"),
    ("12/31/9999 11:59:59 PM", ".NET's for never"),
    ("Invalid Date", "JavaScript's for no date"),
    ("{{ post.date }}", "a template that was not filled in"),
    ("5 20 April 2017", "a number too many"),
    ("20-04-17", "year or day first"),
    ("20" + " " * 90 + "apr", "blanks, which must not take long"),
    ("9" * 5000, "too long to be one"),
]


@pytest.mark.parametrize(("raw", "utc", "why"), READ, ids=[why for _, _, why in READ])
def test_a_date_is_read(raw: str, utc: str, why: str):
    assert parse_date(raw) == datetime.fromisoformat(utc).replace(tzinfo=UTC), why


@pytest.mark.parametrize(("raw", "why"), UNREADABLE, ids=[why for _, why in UNREADABLE])
def test_what_is_no_date_is_none(raw: str, why: str):
    assert parse_date(raw) is None, why


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("Apr 20, 2017 06:01 am", SIX),
        ("2017-04-20 06:01", SIX),
        ("20/04/2017", "2017-04-19 23:00:00"),
        ("Dec 14, 2016 06:02 am", "2016-12-14 06:02:00"),
        ("Thu, 20 Apr 2017 06:01:00 +0200", "2017-04-20 04:01:00"),
        ("Oct 29, 2017 01:30 am", "2017-10-29 00:30:00"),  # twice that night: the first
    ],
)
def test_a_time_without_an_offset_is_local_to_the_zone_given(raw: str, utc: str):
    assert parse_date(raw, zone=LONDON) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_summer_posts_are_not_an_hour_late():
    """Read by feedparser, "BST" is UTC: a report out at 06:01 in London would be filed under 07:01."""
    assert parse_date("Thu, 13 Sep 2018 06:01:00 BST") == datetime(2018, 9, 13, 5, 1, tzinfo=UTC)


moments = st.datetimes(
    min_value=datetime.fromisoformat("1990-01-02"),
    max_value=datetime.fromisoformat("2100-12-30"),
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
offsets = st.integers(min_value=-14 * 60, max_value=14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, offsets)
def test_rfc_822_round_trip(moment: datetime, offset: timezone):
    assert parse_date(format_datetime(moment.astimezone(offset))) == moment


@given(moments, offsets, st.sampled_from(["T", " ", "t"]))
def test_rfc_3339_round_trip(moment: datetime, offset: timezone, separator: str):
    assert parse_date(moment.astimezone(offset).isoformat(separator)) == moment


@given(st.text(max_size=200) | st.text(alphabet="0123456789-/:., TZ+apmBSTGMApril", max_size=60))
def test_it_never_raises_and_its_answers_are_utc_and_in_range(raw: str):
    found = parse_date(raw)
    assert found is None or (found.tzinfo is UTC and 1990 <= found.year <= 2100)
