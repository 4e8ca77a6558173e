"""When a digest is due: pure. From the ledger and local time, never from a timer that must not be missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

    from aggregator.config.model import Weekday

__all__ = ["WEEKDAYS", "due_window", "local_moment", "next_window"]

WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local time on a day.

    A time that comes twice, as clocks go back, means the first. One that is skipped, as they go forward, means as
    long after midnight as usual: 01:30 in London is then 02:30 BST. Both are PEP 495's reading of ``fold=0``.
    """
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def next_window(after: datetime, *, at: time, days: Collection[Weekday], zone: ZoneInfo) -> datetime:
    """The first scheduled moment after ``after``."""
    today = after.astimezone(zone).date()
    return min(
        moment
        for ahead in range(-1, 9)
        if WEEKDAYS[(day := today + timedelta(days=ahead)).weekday()] in days
        and (moment := local_moment(day, at, zone)) > after
    )


def due_window(
    *,
    last: datetime | None,
    now: datetime,
    at: time,
    days: Collection[Weekday],
    zone: ZoneInfo,
    since: datetime | None = None,
) -> datetime | None:
    """The latest scheduled moment that has come and was not answered yet; None where there is none.

    However many moments were missed, the answer is one: the latest. Where ``last`` is after ``now``, because the
    clock was set back, none is due.

    Args:
        last: The last moment that a digest answered.
        now: The present.
        at: The local time of the digest.
        days: Its weekdays.
        zone: The zone both are local to.
        since: With no ``last``: when it all began. Moments before it are nobody's; one at it counts.
    """
    today = now.astimezone(zone).date()
    # A day ahead, as midnight differs by zone and a skipped moment may fall on the next day; and back a week and a day.
    for back in range(-1, 9):
        try:
            day = today - timedelta(days=back)
        except OverflowError:
            continue
        if WEEKDAYS[day.weekday()] not in days:
            continue
        moment = local_moment(day, at, zone)
        if moment > now:
            continue
        unanswered = moment > last if last is not None else since is not None and moment >= since
        return moment if unanswered else None
    return None
