"""When a digest is due, around both changes of the clocks and through every kind of absence."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.schedule import WEEKDAYS, due_window, local_moment

LONDON = ZoneInfo("Europe/London")
SEVEN = time(7, 0)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(
    now: str, last: str | None, *, when: time = SEVEN, days=WEEKDAYS, since: str | None = None, zone=LONDON
) -> str | None:
    found = due_window(
        last=at(last) if last else None, now=at(now), at=when, days=days, zone=zone, since=at(since) if since else None
    )
    return found.strftime("%Y-%m-%dT%H:%M") if found else None


@pytest.mark.parametrize(
    ("now", "last", "expected", "why"),
    [
        ("2026-07-10T05:59:59", "2026-07-09T06:00", None, "a second before 07:00 BST"),
        ("2026-07-10T06:00:00", "2026-07-09T06:00", "2026-07-10T06:00", "07:00 BST is 06:00 UTC"),
        ("2026-07-10T06:00:01", "2026-07-10T06:00", None, "answered already"),
        ("2026-01-10T06:59:59", "2026-01-09T07:00", None, "a second before 07:00 GMT"),
        ("2026-01-10T07:00:00", "2026-01-09T07:00", "2026-01-10T07:00", "07:00 GMT is 07:00 UTC"),
        ("2026-07-13T10:00:00", "2026-07-09T06:00", "2026-07-13T06:00", "asleep for four days: one, the latest"),
        ("2027-07-13T10:00:00", "2026-07-09T06:00", "2027-07-13T06:00", "asleep for a year: one"),
        ("2026-07-10T03:00:00", "2026-07-10T06:00", None, "the clock was set back by hours"),
        ("2026-07-08T10:00:00", "2026-07-10T06:00", None, "the clock was set back by days"),
        ("2026-10-25T07:00:00", "2026-10-24T06:00", "2026-10-25T07:00", "clocks went back: 25 hours later"),
        ("2026-10-25T06:30:00", "2026-10-24T06:00", None, "and not 24 hours later, which is 06:00 GMT"),
        ("2027-03-28T06:00:00", "2027-03-27T07:00", "2027-03-28T06:00", "clocks went forward: 23 hours later"),
        ("2027-03-28T05:59:59", "2027-03-27T07:00", None, "and no sooner"),
    ],
)
def test_every_day_at_seven(now, last, expected, why):
    assert due(now, last) == expected, why


@pytest.mark.parametrize(
    ("now", "last", "expected", "why"),
    [
        ("2026-10-25T00:30:00", "2026-10-24T00:30", "2026-10-25T00:30", "01:30 BST, the first of two"),
        ("2026-10-25T01:29:59", "2026-10-25T00:30", None, "between the two"),
        ("2026-10-25T01:30:00", "2026-10-25T00:30", None, "01:30 GMT, the second: told already"),
        (
            "2026-10-25T01:30:00",
            "2026-10-24T00:30",
            "2026-10-25T00:30",
            "slept through the first: the first is answered",
        ),
        ("2026-10-26T01:30:00", "2026-10-25T00:30", "2026-10-26T01:30", "the next day, in winter time"),
        ("2027-03-28T01:29:59", "2027-03-27T01:30", None, "01:30 does not exist: 00:59 GMT is followed by 02:00 BST"),
        ("2027-03-28T01:30:00", "2027-03-27T01:30", "2027-03-28T01:30", "as long after midnight as usual: 02:30 BST"),
        ("2027-03-28T23:00:00", "2027-03-28T01:30", None, "and only once"),
        ("2027-03-29T00:30:00", "2027-03-28T01:30", "2027-03-29T00:30", "the next day, in summer time"),
    ],
)
def test_at_a_time_that_comes_twice_or_never(now, last, expected, why):
    assert due(now, last, when=time(1, 30)) == expected, why


@pytest.mark.parametrize(
    ("now", "last", "days", "expected", "why"),
    [
        ("2026-07-11T10:00:00", "2026-07-10T06:00", ("mon", "tue", "wed", "thu", "fri"), None, "a Saturday is off"),
        ("2026-07-13T06:00:00", "2026-07-10T06:00", ("mon", "tue", "wed", "thu", "fri"), "2026-07-13T06:00", "Monday"),
        ("2026-07-12T10:00:00", "2026-07-08T06:00", ("mon", "fri"), "2026-07-10T06:00", "Friday's, missed, on Sunday"),
        ("2026-07-12T10:00:00", "2026-06-29T06:00", ("mon",), "2026-07-06T06:00", "last Monday's, six days late"),
        ("2026-07-12T10:00:00", "2026-07-06T06:00", ("mon",), None, "weekly, answered"),
        ("2026-07-12T10:00:00", "2026-07-05T06:00", ("sun",), "2026-07-12T06:00", "weekly, today"),
        (
            "2026-07-12T05:00:00",
            "2026-06-28T06:00",
            ("sun",),
            "2026-07-05T06:00",
            "weekly, today but too early: last week's",
        ),
    ],
)
def test_on_some_days(now, last, days, expected, why):
    assert due(now, last, days=days) == expected, why


@pytest.mark.parametrize(
    ("now", "since", "expected", "why"),
    [
        ("2026-07-10T10:00:00", None, None, "nothing has begun"),
        ("2026-07-10T10:00:00", "2026-07-10T08:00", None, "installed after today's moment: not for what was before"),
        ("2026-07-11T06:00:00", "2026-07-10T08:00", "2026-07-11T06:00", "its first morning"),
        ("2026-07-10T06:00:00", "2026-07-10T05:00", "2026-07-10T06:00", "installed an hour before the moment"),
        ("2026-07-10T06:00:00", "2026-07-10T06:00", "2026-07-10T06:00", "installed at the moment"),
        ("2026-07-20T09:00:00", "2026-07-10T08:00", "2026-07-20T06:00", "first awake at a moment after ten days"),
    ],
)
def test_the_first_ever(now, since, expected, why):
    assert due(now, None, since=since) == expected, why


@pytest.mark.parametrize(
    ("now", "last", "when", "zone", "expected", "why"),
    [
        ("2026-07-10T07:00", "2026-07-10T06:00", time(6), LONDON, None, "made earlier, after today's: not again today"),
        ("2026-07-11T05:00", "2026-07-10T06:00", time(6), LONDON, "2026-07-11T05:00", "and at its hour tomorrow"),
        ("2026-07-10T16:59", "2026-07-10T06:00", time(18), LONDON, None, "made later, after today's: not yet"),
        ("2026-07-10T17:00", "2026-07-10T06:00", time(18), LONDON, "2026-07-10T17:00", "what came since, tonight"),
        ("2026-07-10T06:30", "2026-07-09T17:00", SEVEN, LONDON, "2026-07-10T06:00", "from evening to morning: at once"),
        (
            "2026-07-10T07:00",
            "2026-07-10T06:00",
            SEVEN,
            ZoneInfo("UTC"),
            "2026-07-10T07:00",
            "another zone: its own seven",
        ),
        (
            "2026-07-10T06:30",
            "2026-07-10T06:00",
            SEVEN,
            ZoneInfo("Europe/Paris"),
            None,
            "whose seven was before the last",
        ),
    ],
)
def test_a_time_that_was_changed_loses_nothing_and_answers_no_moment_twice(now, last, when, zone, *, expected, why):
    assert due(now, last, when=when, zone=zone) == expected, why


def test_a_local_day_can_be_another_day_in_utc():
    assert (
        due("2026-07-09T18:00:00", "2026-07-08T17:00", when=time(5, 0), zone=ZoneInfo("Pacific/Auckland"))
        == "2026-07-09T17:00"
    )
    assert (
        due("2026-07-10T06:30:00", "2026-07-09T06:30", when=time(23, 30), zone=ZoneInfo("America/Los_Angeles"))
        == "2026-07-10T06:30"
    )


ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/London", "America/St_Johns", "Pacific/Apia", "UTC", "Australia/Lord_Howe")]
)
MOMENTS = st.integers(1_262_304_000, 2_145_916_800).map(lambda second: datetime.fromtimestamp(second, UTC))  # 2010–2038
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))
DAYS = st.sets(st.sampled_from(WEEKDAYS), min_size=1)


@given(MOMENTS, TIMES, DAYS, ZONES, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_what_is_due_has_come_was_not_answered_and_is_on_a_day_that_was_asked_for(now, when, days, zone, ago):
    last = now - ago
    window = due_window(last=last, now=now, at=when, days=days, zone=zone)

    if window is not None:
        assert last < window <= now
        # The local day is the one asked for, or the next where the time was skipped over midnight (Apia, 2011).
        local = window.astimezone(zone).date()
        assert any(WEEKDAYS[(local - timedelta(days=back)).weekday()] in days for back in (0, 1))
        assert due_window(last=window, now=now, at=when, days=days, zone=zone) is None, (
            "answered once, it stays answered"
        )
    else:
        day = now.astimezone(zone).date()
        for back in range(9):
            each = day - timedelta(days=back)
            if WEEKDAYS[each.weekday()] in days:
                moment = local_moment(each, when, zone)
                assert moment > now or moment <= last, "nothing that was due was passed over"


@given(
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    TIMES,
    DAYS,
    ZONES,
    st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=9)), min_size=1, max_size=40),
)
def test_however_it_is_asked_each_moment_is_answered_at_most_once_and_none_is_lost(day, when, days, zone, naps):
    """A daemon that sleeps as it likes: it never composes more often than there were moments, nor lets one lie."""
    start = now = datetime.combine(day, time(), UTC)
    last = None
    answered = []
    for nap in naps:
        now += nap
        window = due_window(last=last, now=now, at=when, days=days, zone=zone, since=start)
        if window is not None:
            answered.append(window)
            last = window

    moments = [
        moment
        for n in range(-1, (now - start).days + 2)
        if WEEKDAYS[(each := day + timedelta(days=n)).weekday()] in days
        and start <= (moment := local_moment(each, when, zone)) <= now
    ]
    assert answered == sorted(set(answered))
    assert set(answered) <= set(moments)
    assert (last == max(moments)) if moments else last is None


@given(MOMENTS, TIMES, DAYS, ZONES, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_clock_set_back_composes_nothing_again(now, when, days, zone, back):
    window = due_window(last=now - timedelta(days=20), now=now, at=when, days=days, zone=zone)
    assert window is not None

    assert due_window(last=window, now=now - back, at=when, days=days, zone=zone) is None
