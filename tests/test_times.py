"""Times at the edge: what is stored sorts, what people type means what they meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.times import format_duration, from_text, parse_duration, parse_moment, to_text

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
