"""Whether a feed's permanent move still holds: pure.

A 301 or 308 is adopted once a feed was read behind it, and from then on its target is asked, not the address in
config. Moves go wrong later: a hotel's network moved everything for an afternoon, a new host is given up, a name is
sold. What a person wrote in config then counts again; if it still leads to the same place, little is lost.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.model import FailureKind

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import Failure
    from aggregator.store.feeds import FeedRow

__all__ = ["TAKEN_BACK", "leads_nowhere"]

TAKEN_BACK: Final = "at its address in config again, as where it had moved to fails"

_NOT_THERE: Final = frozenset(
    {
        *(FailureKind.DNS, FailureKind.CONNECT, FailureKind.TLS, FailureKind.TIMEOUT, FailureKind.FORBIDDEN_ADDRESS),
        *(FailureKind.HTTP_STATUS, FailureKind.GONE, FailureKind.REDIRECT),
        *(FailureKind.EMPTY, FailureKind.CHALLENGE, FailureKind.NOT_A_FEED),
    }
)
"""Failures that say nothing of the feed but that it cannot be had there."""

_ENOUGH: Final = 3
"""Failed polls in a row, where a server answered them."""
_SILENCE: Final = timedelta(days=1)
"""How long they must have gone on where none did: this machine may be offline."""


def leads_nowhere(feed: FeedRow, failure: Failure, *, now: datetime) -> bool:
    """Whether ``failure``, the latest poll of ``feed`` as it was before, ends its move."""
    if feed.url == feed.configured_url or failure.kind not in _NOT_THERE:
        return False
    if failure.kind is FailureKind.GONE:
        return True
    if feed.failures + 1 < _ENOUGH:
        return False
    return failure.answered or (feed.failing_since is not None and now - feed.failing_since >= _SILENCE)
