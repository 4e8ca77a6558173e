"""Which feeds a reader of the digest should know about: pure.

A single failed poll is weather. A feed that never answered, or failed more than once, or is gone, is said in every
digest while it lasts, as posts may be missing; one that came back is said once, and so is one that went quiet.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.digest.clean import NAME_LIMIT, clean_line
from aggregator.digest.model import Trouble, TroubleKind
from aggregator.digest.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aggregator.store.gathered import FeedHealth

__all__ = ["troubles"]

PERSISTS: Final = 2  # failed polls in a row
QUIET_LEAST: Final = timedelta(days=14)  # no feed is quiet before
QUIET_FACTOR: Final = 5  # times its usual gap between posts
POSTS_LEAST: Final = 5  # fewer posts say nothing about a rhythm

_ORDER: Final = (TroubleKind.GONE, TroubleKind.FAILING, TroubleKind.QUIET, TroubleKind.RECOVERED)


def troubles(
    feeds: Sequence[FeedHealth],
    *,
    now: datetime,
    since: datetime | None,
    before: Iterable[Trouble] = (),
) -> tuple[Trouble, ...]:
    """The feeds that need a look, the worst first.

    Args:
        feeds: Every enabled feed.
        now: When the digest is composed.
        since: The digest before it; None for the first, which says of every quiet feed that it is.
        before: The troubles that digest told of.
    """
    in_trouble = {each.feed for each in before if each.kind in (TroubleKind.FAILING, TroubleKind.GONE)}
    found: list[Trouble] = []
    for feed in feeds:
        name = clean_line(feed.name, NAME_LIMIT)
        error = clean_line(feed.last_error or "")
        if feed.status == "gone":
            found.append(Trouble(name, TroubleKind.GONE, feed.failing_since, error or "its server says it is gone"))
        elif feed.status == "failing":
            if feed.failures >= PERSISTS or feed.first_success_at is None:
                tries = count(feed.failures, "failed poll")
                found.append(
                    Trouble(name, TroubleKind.FAILING, feed.failing_since, f"{error or 'no answer'} ({tries})")
                )
        elif (quiet := _quiet(feed, now, since)) is not None:
            found.append(quiet)
        elif feed.status == "ok" and name in in_trouble:
            found.append(Trouble(name, TroubleKind.RECOVERED, None, "polled without an error again"))
    return tuple(sorted(found, key=lambda each: (_ORDER.index(each.kind), each.feed)))


def _quiet(feed: FeedHealth, now: datetime, since: datetime | None) -> Trouble | None:
    posts = sorted((at for at in feed.recent if at <= now), reverse=True)
    if len(posts) < POSTS_LEAST:
        return None
    gaps = sorted(newer - older for newer, older in pairwise(posts))
    gap = gaps[len(gaps) // 2]
    noticed = posts[0] + max(QUIET_LEAST, QUIET_FACTOR * gap)
    if noticed > now or (since is not None and noticed <= since):
        return None
    usual = max(1, round(gap / timedelta(days=1)))
    message = f"no post for {count((now - posts[0]).days, 'day')}; one every {count(usual, 'day')} is its rhythm"
    return Trouble(clean_line(feed.name, NAME_LIMIT), TroubleKind.QUIET, posts[0], message)
