"""When a feed is asked next, and why, in words: pure.

After a success the wait is the largest of the feed's interval and what its publisher wishes: ``max-age`` or
``Expires`` (RFC 9111 §5), ``Retry-After`` (RFC 9110 §10.2.3), ``ttl`` (RSS 2.0), ``sy:updatePeriod`` (RSS syndication
module). The feed's own rhythm moves that within the user's bounds: sooner to when it usually posts, slower when it has
been silent for months. ``skipHours`` and ``skipDays`` (RSS 2.0) push the moment to the next hour that is allowed, and
the user's quiet hours to their end; where no moment fits both, skipped hours give way, as they are the weaker wish.
After failures the wait doubles up to a day. Nothing waits longer than ``CAP``: a publisher cannot switch a feed off
by asking for a year.

A due time later than ``CAP`` from now cannot have been set by today's clock: the clock was ahead when it was
set. ``store.claims.claim_due`` takes such a feed as due, so that a clock that jumps back does
not stop polling. A clock that jumps forward makes everything due once; each feed then has a new time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from aggregator.model import FailureKind
from aggregator.polling.rhythm import Rhythm, learn
from aggregator.times import quiet_until

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from aggregator.model import Failure
    from aggregator.polling.outcome import Wishes
    from aggregator.times import DailyWindow

__all__ = ["CAP", "NEVER", "Decision", "Limits", "after_failure", "after_success"]

CAP: Final = timedelta(days=7)
"""Nobody's wish keeps a feed waiting longer, jitter included."""

JITTER: Final = 0.1
"""The largest share of the wait that jitter adds, so that feeds (and readers) do not move in step."""

NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""The due time of a feed that is gone for good; its row's status says so too."""

LONGEST_BACKOFF: Final = timedelta(days=1)

_SILENCE_PER_HOUR: Final = timedelta(days=30)
"""A feed silent for so long is asked every hour, for twice as long every two hours, and so on."""

_SLOT_JITTER: Final = timedelta(minutes=4)
_HOUR: Final = timedelta(hours=1)
_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The user's bounds for one feed, from config; ``zone`` is where its people live, and what ``quiet`` is told in."""

    interval: timedelta
    min_interval: timedelta
    max_interval: timedelta
    zone: tzinfo = UTC
    quiet: tuple[DailyWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """When a feed is due, the reason in one plain sentence, and how long a Retry-After still runs."""

    at: datetime
    reason: str
    retry_after_until: datetime | None = None


def after_success(
    *,
    now: datetime,
    limits: Limits,
    wishes: Wishes,
    recent: Iterable[datetime],
    jitter: float,
    since: datetime | None = None,
) -> Decision:
    """When to ask again after a document or a 304.

    Args:
        now: UTC.
        limits: The user's bounds.
        wishes: What the publisher said, in headers and document.
        recent: Publication times of its latest posts (thirty are plenty), aware, in any order.
        jitter: 0 to 1, drawn by the caller.
        since: When the feed was first read here. Its silence counts from then at the earliest: an archive of old
            posts that was added today has not been seen to be silent. None: silence is not looked at.
    """
    rhythm = learn(recent, now=now, zone=limits.zone)
    wait, reason = _own_pace(now, limits, rhythm, since)
    floor, wish = _largest_wish(wishes)
    if floor > wait:
        wait, reason = floor, f"{reason}; {wish}"
    at = now + min(wait * (1 + JITTER * jitter), CAP)

    soonest = now + max(floor, limits.min_interval)
    slot = rhythm.next_asked(after=now, zone=limits.zone)
    if slot is not None and max(slot[0], soonest) < at:
        at = max(slot[0], soonest)
        at += min(_SLOT_JITTER, (at - now) * JITTER) * jitter
        reason = f"{reason}, and when it usually posts: about {slot[1].clock} {slot[1].days}"

    at, why = _next_allowed(at, limits, wishes, latest=now + CAP, jitter=jitter)
    return Decision(at, reason + why, _retry_after_until(now, wishes.hints.retry_after))


def after_failure(
    *,
    now: datetime,
    limits: Limits,
    failure: Failure,
    failures: int,
    jitter: float,
    wishes: Wishes | None = None,
) -> Decision:
    """When to ask again after the ``failures``-th failed poll in a row, this one included (from 1).

    Of ``wishes``, what its last document said, the hours and days to be skipped hold here too.

    The wait doubles from the feed's interval to a day, for ever: a feed is never given up, except that a 410 is
    the publisher's own word that it will not come back (RFC 9110 §15.5.11).
    """
    if failure.kind is FailureKind.GONE:
        return Decision(NEVER, "parked: its server says it is gone for good (410); `poll --force` tries it once more")
    interval = _clamped(limits)
    longest = max(interval, LONGEST_BACKOFF)
    wait = min(interval * 2 ** min(max(failures, 1) - 1, 12), longest, CAP)
    times = "the poll failed" if failures <= 1 else f"{failures} polls in a row failed"
    reason = f"{times}; asked again after {_words(wait)}"
    retry_after = failure.hints.retry_after
    if retry_after is not None and min(retry_after, CAP) > wait:
        wait = min(retry_after, CAP)
        reason = f"{times}; the server asks for {_words(wait)} (Retry-After)"
    at = now + min(wait * (1 + JITTER * jitter), CAP)
    at, why = _next_allowed(at, limits, wishes, latest=now + CAP, jitter=jitter)
    return Decision(at, reason + why, _retry_after_until(now, retry_after))


def _clamped(limits: Limits) -> timedelta:
    return min(max(limits.interval, limits.min_interval), CAP)


def _own_pace(now: datetime, limits: Limits, rhythm: Rhythm, since: datetime | None) -> tuple[timedelta, str]:
    """How long to wait by the user's bounds and the feed's habits alone."""
    interval = _clamped(limits)
    if rhythm.gap is not None and rhythm.gap < interval:
        busy = max(rhythm.gap, limits.min_interval)
        return busy, f"every {_words(busy)}, as it posts often"
    if since is not None:
        silence = now - max(rhythm.newest or since, since)
        slow = min(_HOUR * (silence / _SILENCE_PER_HOUR), limits.max_interval, CAP)
        if slow > interval:
            slow -= timedelta(seconds=slow.total_seconds() % 60)
            return max(slow, interval), f"every {_words(slow)}, as it has been silent for {silence.days} days"
    return interval, f"every {_words(interval)}"


def _largest_wish(wishes: Wishes) -> tuple[timedelta, str]:
    stated = [
        (wishes.hints.max_age, "the server asks for {} (Cache-Control or Expires)"),
        (wishes.ttl, "the feed asks for {} (ttl)"),
        (wishes.update_period, "the feed says it changes every {} (sy:updatePeriod)"),
        (wishes.hints.retry_after, "the server asks for {} (Retry-After)"),
    ]
    known = [(min(wait, CAP), words) for wait, words in stated if wait is not None]
    wait, words = max(known, key=lambda pair: pair[0], default=(timedelta(), ""))
    return wait, words.format(_words(wait))


def _next_allowed(
    at: datetime, limits: Limits, wishes: Wishes | None, *, latest: datetime, jitter: float
) -> tuple[datetime, str]:
    """``at``, or soon after the next moment in no quiet and no skipped hour, and why it is later, in words.

    Without such a moment by ``latest`` it is one in no quiet hour; without that, ``at``.
    """
    skips = None if wishes is None or not (wishes.skip_hours or wishes.skip_days) else wishes
    found, why = at, ""
    while later := quiet_until(limits.quiet, found, limits.zone) or _skipped_until(skips, found):
        if later > latest:
            return _next_allowed(at, limits, None, latest=latest, jitter=jitter) if skips else (at, "")
        found = later
    if found == at:
        return at, ""
    if quiet_until(limits.quiet, found - _MOMENT, limits.zone):
        why = f"; quiet hours last until {found.astimezone(limits.zone):%a %H:%M}"
    else:
        why = f"; its publisher wants no visit before {found:%a %H:%M} UTC (skipHours, skipDays)"
    # Not all at the very minute, unless the next moment is not allowed any more.
    spread = min(found + _HOUR * JITTER * jitter, latest)
    return (found if quiet_until(limits.quiet, spread, limits.zone) or _skipped_until(skips, spread) else spread), why


def _skipped_until(wishes: Wishes | None, moment: datetime) -> datetime | None:
    """The end of the UTC hour, where the publisher wants no visit in it."""
    if wishes is None:
        return None
    utc = moment.astimezone(UTC)
    if utc.hour in wishes.skip_hours or utc.weekday() in wishes.skip_days:
        return utc.replace(minute=0, second=0, microsecond=0) + _HOUR
    return None


def _retry_after_until(now: datetime, retry_after: timedelta | None) -> datetime | None:
    if retry_after is None or retry_after <= timedelta():
        return None
    return now + min(retry_after, CAP)


def _words(duration: timedelta) -> str:
    """``1 hour 30 minutes``: the two largest units, for a sentence."""
    seconds = max(0, round(duration.total_seconds()))
    parts: list[str] = []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}" if count == 1 else f"{count} {unit}s")
        if len(parts) == 2:
            break
    return " ".join(parts) or "0 seconds"
