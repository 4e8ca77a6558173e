"""Times at the edge: what is stored sorts, what people type means what they meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.times import (
    DailyWindow,
    fill_the_day,
    format_duration,
    from_text,
    parse_duration,
    parse_moment,
    quiet_until,
    to_text,
)

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2017, 4, 20, 12, 0, tzinfo=UTC)

moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by hypothesis' rule


@given(moments)
def test_stored_text_reads_back_to_the_second(moment):
    assert from_text(to_text(moment)) == moment.replace(microsecond=0)


@given(moments, moments)
def test_stored_text_sorts_as_time_does(one, other):
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    assert (to_text(one) < to_text(other)) == (one < other)


def test_a_local_time_is_stored_in_utc():
    assert to_text(datetime(2017, 4, 20, 6, 1, tzinfo=LONDON)) == "2017-04-20T05:01:00Z"


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="naive"):
        to_text(datetime(2017, 4, 20))  # noqa: DTZ001 - the point


@given(st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)))
def test_a_duration_in_print_is_read_back_within_its_smaller_unit(duration):
    read = parse_duration(format_duration(duration))
    assert read <= duration
    assert duration - read < max(timedelta(seconds=1), duration / 24)


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("90s", timedelta(seconds=90), "seconds"),
        ("15m", timedelta(minutes=15), "minutes"),
        ("1h 30m", timedelta(minutes=90), "two parts"),
        ("1h30m", timedelta(minutes=90), "no space needed"),
        ("7d", timedelta(days=7), "days"),
        ("2w", timedelta(weeks=2), "weeks"),
        (" 7 d ", timedelta(days=7), "loose spacing"),
    ],
)
def test_durations_as_people_write_them(text, expected, reason):
    assert parse_duration(text) == expected, reason


@pytest.mark.parametrize("text", ["", "7", "d", "7 days", "-1h", "1.5h", "1h and 5m", "999999999w"])
def test_what_is_no_duration_is_refused_with_its_own_words(text):
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("7d", datetime(2017, 4, 13, 12, tzinfo=UTC), "so long ago"),
        ("2017-04-20", datetime(2017, 4, 19, 23, tzinfo=UTC), "midnight in London is 23:00 UTC in summer"),
        ("2017-01-20", datetime(2017, 1, 20, tzinfo=UTC), "and midnight UTC in winter"),
        ("2017-04-20T06:01", datetime(2017, 4, 20, 5, 1, tzinfo=UTC), "no offset: local"),
        ("2017-04-20T06:01Z", datetime(2017, 4, 20, 6, 1, tzinfo=UTC), "an offset is obeyed"),
    ],
)
def test_moments_as_people_write_them(text, expected, reason):
    assert parse_moment(text, now=NOW, zone=LONDON) == expected, reason


@pytest.mark.parametrize("text", ["", "yesterday", "20/04/2017", "2017-13-01", "200000w"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r"write 7d|calendar"):
        parse_moment(text, now=NOW, zone=LONDON)


# --- quiet hours ---------------------------------------------------------------------------------------------


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("windows", "moment", "until", "why"),
    [
        (["22:30-05:30"], "2026-06-10T21:29", None, "a minute before (22:29 in London)"),
        (["22:30-05:30"], "2026-06-10T21:30", "2026-06-11T04:30", "its first minute; it ends tomorrow"),
        (["22:30-05:30"], "2026-06-11T00:00", "2026-06-11T04:30", "after midnight it ends today"),
        (["22:30-05:30"], "2026-06-11T04:30", None, "its end is outside"),
        (["22:30-05:30"], "2026-01-10T22:30", "2026-01-11T05:30", "in winter an hour later by UTC"),
        (["12:00-13:00"], "2026-06-10T11:30", "2026-06-10T12:00", "by day"),
        (["18:00-24:00"], "2026-06-10T20:00", "2026-06-10T23:00", "to midnight"),
        (["22:00-02:00", "01:30-06:00"], "2026-06-10T22:00", "2026-06-11T05:00", "one runs into the next"),
        (["22:00-02:00", "02:00-03:00"], "2026-06-10T22:00", "2026-06-11T02:00", "one follows the other"),
        ([], "2026-06-10T22:00", None, "no quiet hours"),
        # 2026-03-29: 01:00 GMT is followed by 02:00 BST.
        (["23:00-06:00"], "2026-03-28T23:30", "2026-03-29T05:00", "a night of six hours"),
        (["23:00-01:30"], "2026-03-29T00:30", "2026-03-29T01:30", "its end is skipped: as long after the leap"),
        (["01:10-01:50"], "2026-03-29T01:00", None, "a window that the leap swallows"),
        # 2026-10-25: 02:00 BST is followed by 01:00 GMT.
        (["23:00-06:00"], "2026-10-24T22:30", "2026-10-25T06:00", "a night of eight hours"),
        (["23:00-01:30"], "2026-10-24T23:00", "2026-10-25T00:30", "its end is shown twice: the first counts"),
        (["23:00-01:30"], "2026-10-25T01:10", "2026-10-25T01:30", "and the clock on the wall is quiet again"),
    ],
)
def test_quiet_hours_are_those_of_the_clock_on_the_wall(windows, moment, until, why):
    found = quiet_until([DailyWindow.parse(window) for window in windows], utc(moment), LONDON)
    assert found == (utc(until) if until else None), why


clocks = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
windows_any = st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]).map("-".join).map(DailyWindow.parse)
zones = st.sampled_from(["Europe/London", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]).map(
    ZoneInfo
)


@given(
    st.lists(windows_any, max_size=3).filter(lambda windows: not fill_the_day(windows)),
    st.datetimes(datetime(2017, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
    zones,
)
def test_quiet_hours_end_outside_of_all_windows_and_soon(windows, moment, zone):
    until = quiet_until(windows, moment, zone)
    held = any(moment.astimezone(zone).time() in window for window in windows)
    assert (until is not None) == held
    if until is not None:
        assert moment < until <= moment + timedelta(hours=26)
        assert quiet_until(windows, until, zone) is None


@given(windows_any)
def test_a_window_reads_back(window):
    assert DailyWindow.parse(str(window)) == window


def test_windows_that_fill_the_day():
    parse = DailyWindow.parse
    assert fill_the_day([parse("00:00-12:00"), parse("12:00-24:00")])
    assert not fill_the_day([parse("00:00-12:00"), parse("12:01-24:00")])
    with pytest.raises(ValueError, match="no minute"):
        quiet_until([parse("00:00-12:00"), parse("12:00-24:00")], NOW, LONDON)
