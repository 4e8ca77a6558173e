"""When a feed is asked next: tables with a reason a row, and what must hold for any input."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Failure, FailureKind, Hints
from aggregator.polling.outcome import Wishes
from aggregator.polling.rhythm import learn
from aggregator.polling.schedule import CAP, JITTER, NEVER, Decision, Limits, after_failure, after_success
from aggregator.times import DailyWindow, quiet_until

if TYPE_CHECKING:
    from collections.abc import Sequence

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)  # a Wednesday, in summer time
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMITS = Limits(interval=30 * MINUTE, min_interval=15 * MINUTE, max_interval=DAY, zone=LONDON)


NO_WISHES = Wishes()


def success(
    wishes: Wishes = NO_WISHES,
    recent: Sequence[datetime] = (),
    *,
    now: datetime = NOW,
    limits: Limits = LIMITS,
    jitter: float = 0.0,
    since: datetime | None = None,
) -> Decision:
    return after_success(now=now, limits=limits, wishes=wishes, recent=recent, jitter=jitter, since=since)


def failed(
    kind: FailureKind = FailureKind.HTTP_STATUS,
    failures: int = 1,
    *,
    status: int = 503,
    retry_after: timedelta | None = None,
    limits: Limits = LIMITS,
    jitter: float = 0.0,
) -> Decision:
    failure = Failure(kind, "no", status=status, hints=Hints(retry_after=retry_after))
    return after_failure(now=NOW, limits=limits, failure=failure, failures=failures, jitter=jitter)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("wishes", "wait", "reason"),
    [
        pytest.param(Wishes(), 30 * MINUTE, "every 30 minutes", id="nothing said: the interval"),
        pytest.param(
            Wishes(hints=Hints(max_age=HOUR)),
            HOUR,
            "every 30 minutes; the server asks for 1 hour (Cache-Control or Expires)",
            id="max-age longer than the interval",
        ),
        pytest.param(Wishes(hints=Hints(max_age=5 * MINUTE)), 30 * MINUTE, "every 30 minutes", id="a short max-age"),
        pytest.param(
            Wishes(ttl=2 * HOUR), 2 * HOUR, "every 30 minutes; the feed asks for 2 hours (ttl)", id="RSS 2.0 ttl"
        ),
        pytest.param(
            Wishes(update_period=DAY),
            DAY,
            "every 30 minutes; the feed says it changes every 1 day (sy:updatePeriod)",
            id="syndication module",
        ),
        pytest.param(
            Wishes(hints=Hints(max_age=HOUR), ttl=90 * MINUTE, update_period=40 * MINUTE),
            90 * MINUTE,
            "every 30 minutes; the feed asks for 1 hour 30 minutes (ttl)",
            id="the largest wins",
        ),
        pytest.param(
            Wishes(hints=Hints(max_age=365 * DAY)),
            CAP,
            "every 30 minutes; the server asks for 7 days (Cache-Control or Expires)",
            id="a year is capped: a publisher cannot switch a feed off",
        ),
        pytest.param(
            Wishes(hints=Hints(max_age=-HOUR), ttl=timedelta(0)), 30 * MINUTE, "every 30 minutes", id="nonsense"
        ),
    ],
)
def test_the_largest_of_interval_and_wishes(wishes, wait, reason):
    decision = success(wishes)
    assert (decision.at - NOW, decision.reason) == (wait, reason)
    assert decision.retry_after_until is None


def test_retry_after_on_an_answer_is_a_floor_and_is_remembered():
    decision = success(Wishes(hints=Hints(retry_after=3 * HOUR)))
    assert decision.at == decision.retry_after_until == NOW + 3 * HOUR
    assert "Retry-After" in decision.reason


@pytest.mark.parametrize(
    ("skip_hours", "skip_days", "wait", "at"),
    [
        pytest.param({12}, set(), 30 * MINUTE, "2026-06-10T13:00", id="one hour is skipped"),
        pytest.param({12, 13, 14}, set(), 30 * MINUTE, "2026-06-10T15:00", id="a run of hours"),
        pytest.param(set(range(6, 24)), set(), 30 * MINUTE, "2026-06-11T00:00", id="until midnight"),
        pytest.param(set(), {2, 3}, 30 * MINUTE, "2026-06-12T00:00", id="Wednesday and Thursday are skipped"),
        pytest.param({0, 1}, {2}, 30 * MINUTE, "2026-06-11T02:00", id="both together"),
        pytest.param(set(range(24)), set(), 30 * MINUTE, "2026-06-10T12:30", id="who allows no hour is not obeyed"),
        pytest.param(set(), set(range(7)), 30 * MINUTE, "2026-06-10T12:30", id="who allows no day is not obeyed"),
        pytest.param(
            set(), {2, 3}, 7 * DAY, "2026-06-17T12:00", id="none is left below the cap: a week was polite enough"
        ),
    ],
)
def test_skip_hours_and_days_push_to_the_next_allowed_hour(skip_hours, skip_days, wait, at):
    wishes = Wishes(ttl=wait, skip_hours=frozenset(skip_hours), skip_days=frozenset(skip_days))
    assert success(wishes).at == utc(at)


def weekday_posts(count: int, *, at: str = "06:00", before: datetime = NOW, zone: tzinfo = LONDON) -> list[datetime]:
    """Post times on the last ``count`` weekdays, at the same local time."""
    hour, minute = map(int, at.split(":"))
    day = before.astimezone(zone)
    posts: list[datetime] = []
    while len(posts) < count:
        day -= DAY
        if day.weekday() < 5:
            posts.append(day.replace(hour=hour, minute=minute, second=0).astimezone(UTC))
    return posts


@pytest.mark.parametrize(
    ("now", "at", "why"),
    [
        ("2026-06-11T04:40", "2026-06-11T05:03", "Thursday 05:40 in London: asked at 06:03, not at 06:10"),
        ("2026-06-11T05:00", "2026-06-11T05:15", "two minutes before the post: never sooner than min_interval"),
        ("2026-06-11T05:04", "2026-06-11T05:34", "just after: the usual pace again"),
        ("2026-06-13T04:40", "2026-06-13T05:10", "a Saturday is no day of this blog"),
        ("2026-12-10T05:40", "2026-12-10T06:03", "in winter 06:00 in London is 06:00 UTC"),
    ],
)
def test_a_blog_that_posts_at_six_on_weekdays_is_asked_then(now, at, why):
    moment = utc(now)
    assert success(recent=weekday_posts(20, before=moment), now=moment).at == utc(at), why


def test_the_reason_names_the_usual_time():
    moment = utc("2026-06-11T04:40")
    decision = success(recent=weekday_posts(20), now=moment)
    assert decision.reason == "every 30 minutes, and when it usually posts: about 06:00 on weekdays"


def test_long_intervals_are_cut_short_for_the_usual_time():
    limits = Limits(interval=12 * HOUR, min_interval=15 * MINUTE, max_interval=DAY, zone=LONDON)
    moment = utc("2026-06-10T20:00")
    assert success(recent=weekday_posts(20), now=moment, limits=limits).at == utc("2026-06-11T05:03")


def test_the_servers_wish_outweighs_the_rhythm():
    moment = utc("2026-06-11T04:40")
    decision = success(Wishes(hints=Hints(max_age=HOUR)), weekday_posts(20), now=moment)
    assert decision.at == moment + HOUR


@pytest.mark.parametrize(
    ("posts", "why"),
    [
        (weekday_posts(3), "three posts are no habit"),
        ([NOW - n * 31 * HOUR for n in range(1, 25)], "posts all round the clock have no usual time"),
        ([utc(f"2026-05-{day:02}T00:00") for day in range(1, 29)], "midnight sharp is a date without a time"),
        ([NOW + n * DAY for n in range(1, 20)], "dates in the future are no evidence"),
    ],
)
def test_no_slot_without_a_habit(posts, why):
    assert learn(posts, now=NOW, zone=LONDON).slots == (), why


def test_a_slot_round_midnight_belongs_to_the_evening_it_starts_in():
    sundays = [utc("2026-06-07T23:50") - week * 7 * DAY for week in range(8)]
    after_midnight = [utc("2026-06-01T00:10") - week * 7 * DAY for week in range(8)]
    (slot,) = learn(sundays + after_midnight, now=NOW, zone=UTC).slots
    assert (slot.weekdays, slot.clock, slot.days) == (frozenset({6}), "23:50", "on Sun")


def test_two_usual_times_are_both_known():
    posts = weekday_posts(12) + weekday_posts(12, at="14:30")
    rhythm = learn(posts, now=NOW, zone=LONDON)
    assert {slot.clock for slot in rhythm.slots} == {"06:00", "14:30"}
    asked = rhythm.next_asked(after=utc("2026-06-10T12:30"), zone=LONDON)
    assert asked is not None
    assert asked[0] == utc("2026-06-10T13:33")


def test_a_busy_feed_is_asked_as_often_as_it_posts_but_not_below_the_minimum():
    every_20 = [NOW - n * 20 * MINUTE for n in range(1, 12)]
    assert success(recent=every_20).at - NOW == 20 * MINUTE
    every_2 = [NOW - n * 2 * MINUTE for n in range(1, 30)]
    decision = success(recent=every_2)
    assert decision.at - NOW == 15 * MINUTE
    assert decision.reason == "every 15 minutes, as it posts often"


@pytest.mark.parametrize(
    ("newest_age", "since_age", "wait", "why"),
    [
        (10 * DAY, 900 * DAY, 30 * MINUTE, "ten days of silence change nothing"),
        (90 * DAY, 900 * DAY, 3 * HOUR, "an hour for every thirty days of silence"),
        (3000 * DAY, 3000 * DAY, DAY, "never later than max_interval"),
        (3000 * DAY, 1 * DAY, 30 * MINUTE, "an old archive that was added yesterday has not been seen to be silent"),
        (3000 * DAY, None, 30 * MINUTE, "unknown since when: silence is not looked at"),
    ],
)
def test_a_silent_feed_is_asked_less(newest_age, since_age, wait, why):
    since = None if since_age is None else NOW - since_age
    assert success(recent=[NOW - newest_age], since=since).at - NOW == wait, why


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(1, 30 * MINUTE), (2, HOUR), (3, 2 * HOUR), (6, 16 * HOUR), (7, DAY), (8, DAY), (100_000, DAY)],
)
def test_failures_back_off_to_a_day_for_ever(failures, wait):
    assert failed(failures=failures).at - NOW == wait


def test_backoff_never_undercuts_a_long_interval():
    limits = Limits(interval=3 * DAY, min_interval=HOUR, max_interval=7 * DAY)
    assert [failed(failures=n, limits=limits).at - NOW for n in (1, 2, 9)] == [3 * DAY] * 3


def test_retry_after_is_meant_where_it_is_longer_and_kept_either_way():
    longer = failed(FailureKind.RATE_LIMITED, status=429, retry_after=5 * HOUR)
    assert (longer.at, longer.retry_after_until) == (NOW + 5 * HOUR, NOW + 5 * HOUR)
    assert longer.reason == "the poll failed; the server asks for 5 hours (Retry-After)"
    shorter = failed(FailureKind.RATE_LIMITED, failures=4, status=429, retry_after=MINUTE)
    assert (shorter.at, shorter.retry_after_until) == (NOW + 4 * HOUR, NOW + MINUTE)
    for_a_year = failed(FailureKind.RATE_LIMITED, status=503, retry_after=365 * DAY)
    assert (for_a_year.at, for_a_year.retry_after_until) == (NOW + CAP, NOW + CAP)


def test_gone_is_parked():
    decision = failed(FailureKind.GONE, status=410)
    assert decision.at == NEVER
    assert decision.reason.startswith("parked")


# --- quiet hours, told by the clock in London (an hour before UTC's in summer)

NIGHT = (DailyWindow.parse("22:30-05:30"),)
AT_NIGHT = replace(LIMITS, quiet=NIGHT)


def test_what_would_fall_into_quiet_hours_comes_after_them():
    decision = success(now=utc("2026-06-10T21:20"), limits=AT_NIGHT)
    assert decision.at == utc("2026-06-11T04:30")
    assert decision.reason == "every 30 minutes; quiet hours last until Thu 05:30"
    assert success(now=utc("2026-06-10T21:20"), limits=AT_NIGHT, jitter=1.0).at == utc("2026-06-11T04:36")
    assert success(now=utc("2026-06-10T20:50"), limits=AT_NIGHT).at == utc("2026-06-10T21:20")


def test_failures_too_wait_for_the_end_of_quiet_hours():
    limits = replace(LIMITS, quiet=(DailyWindow.parse("13:15-15:00"),))  # it is 13:00
    decision = failed(limits=limits)
    assert decision.at == utc("2026-06-10T14:00")
    assert decision.reason == "the poll failed; asked again after 30 minutes; quiet hours last until Wed 15:00"
    limited = failed(FailureKind.RATE_LIMITED, status=429, retry_after=HOUR, limits=limits)
    assert (limited.at, limited.retry_after_until) == (utc("2026-06-10T14:00"), NOW + HOUR)


def test_skipped_hours_hold_after_a_failure_too():
    failure = Failure(FailureKind.HTTP_STATUS, "no", status=500)
    wishes = Wishes(hints=Hints(max_age=9 * HOUR), skip_hours=frozenset({12, 13}))
    decision = after_failure(now=NOW, limits=LIMITS, failure=failure, failures=1, jitter=0, wishes=wishes)
    assert decision.at == utc("2026-06-10T14:00"), "and how long its document was fresh does not"


def test_quiet_and_skipped_hours_both_hold():
    wishes = Wishes(skip_hours=frozenset({4, 5}))
    decision = success(wishes, now=utc("2026-06-10T21:20"), limits=AT_NIGHT)
    assert decision.at == utc("2026-06-11T06:00")
    assert decision.reason.endswith("its publisher wants no visit before Thu 06:00 UTC (skipHours, skipDays)")


def test_where_both_leave_nothing_quiet_hours_hold_and_skipped_ones_give_way():
    wishes = Wishes(skip_hours=frozenset(range(4, 22)))
    assert success(wishes, now=utc("2026-06-10T21:20"), limits=AT_NIGHT).at == utc("2026-06-11T04:30")


@given(
    st.datetimes(datetime(2017, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (hypothesis adds the zone)
    st.sampled_from(["22:30-05:30", "00:00-23:00", "06:00-06:01", "01:15-01:45"]),
    st.floats(0, 1),
)
def test_no_schedule_falls_into_quiet_hours(now, window, jitter):
    limits = replace(LIMITS, quiet=(DailyWindow.parse(window),))
    at = success(now=now, limits=limits, jitter=jitter).at
    assert quiet_until(limits.quiet, at, LONDON) is None
    assert now + 15 * MINUTE <= at <= now + 26 * HOUR


durations = st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=4000))


def _limits(lengths: tuple[timedelta, ...]) -> Limits:
    low, middle, high = sorted(lengths)
    return Limits(interval=middle, min_interval=low, max_interval=high, zone=LONDON)


limits_any = st.tuples(*[st.timedeltas(min_value=MINUTE, max_value=CAP)] * 3).map(_limits)
wishes_any = st.builds(
    Wishes,
    hints=st.builds(Hints, max_age=st.none() | durations, retry_after=st.none() | durations),
    ttl=st.none() | durations,
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
    update_period=st.none() | durations,
)
moments = st.datetimes(min_value=datetime(2017, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)
ages = st.lists(st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=600)), max_size=30)
chance = st.floats(0, 1)


@given(now=moments, limits=limits_any, wishes=wishes_any, posted=ages, jitter=chance, since=st.none() | durations)
def test_a_success_is_asked_again_within_bounds(*, now, limits, wishes, posted, jitter, since):
    decision = after_success(
        now=now,
        limits=limits,
        wishes=wishes,
        recent=[now - age for age in posted],
        jitter=jitter,
        since=None if since is None else now - since,
    )
    assert now + limits.min_interval <= decision.at <= now + CAP
    floors = [wishes.hints.max_age, wishes.hints.retry_after, wishes.ttl, wishes.update_period]
    for floor in floors:
        if floor is not None:
            assert decision.at >= now + min(floor, CAP)
    assert "\n" not in decision.reason
    assert re.match(r"every \d+ ", decision.reason)


@given(moments, limits_any, wishes_any, chance)
def test_skipped_hours_are_never_asked_where_another_is_left_below_the_cap(now, limits, wishes, jitter):
    at = after_success(now=now, limits=limits, wishes=wishes, recent=(), jitter=jitter).at
    hours = [at.replace(minute=0) + n * HOUR for n in range(24 * 7)]
    left = [hour for hour in hours if hour.hour not in wishes.skip_hours and hour.weekday() not in wishes.skip_days]
    if any(hour <= now + CAP for hour in left):
        assert at.hour not in wishes.skip_hours
        assert at.weekday() not in wishes.skip_days


def test_a_feed_with_one_open_day_is_asked_in_its_first_hour_though_that_is_the_last_moment():
    # From Sunday to Sunday is seven days, the longest wait there is: the hour that begins then was taken for too late,
    # and the feed was asked on the Monday between, which its publisher had asked to be left alone on.
    sunday = datetime(2017, 1, 1, tzinfo=UTC)
    wishes = Wishes(skip_days=frozenset(range(6)))
    decision = after_success(
        now=sunday, limits=replace(LIMITS, interval=timedelta(days=1)), wishes=wishes, recent=(), jitter=0.9
    )
    assert decision.at == sunday + CAP


@given(limits_any, st.integers(1, 60), chance, st.none() | durations, st.sampled_from(FailureKind))
def test_failures_never_bring_the_next_poll_nearer(limits, failures, jitter, retry_after, kind):
    def nth(count: int) -> datetime:
        return failed(kind, count, retry_after=retry_after, limits=limits, jitter=jitter).at

    assert nth(failures) <= nth(failures + 1)
    if kind is not FailureKind.GONE:
        assert NOW < nth(failures) <= NOW + CAP
        assert nth(failures) >= NOW + min(limits.interval, CAP)


@given(limits_any, wishes_any, chance)
def test_jitter_only_adds_and_a_tenth_at_most(limits, wishes, jitter):
    plain = success(Wishes(hints=wishes.hints, ttl=wishes.ttl), limits=limits).at - NOW
    moved = success(Wishes(hints=wishes.hints, ttl=wishes.ttl), limits=limits, jitter=jitter).at - NOW
    assert plain <= moved <= plain * (1 + JITTER) + timedelta(microseconds=1)
