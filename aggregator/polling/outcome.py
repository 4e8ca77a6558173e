"""What came of one feed's poll, on its way from the cycle to the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import Hints

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from aggregator.model import AssessedEntry, Document, Failure, FeedState, ParsedFeed, Unchanged

__all__ = ["READ_WHOLE", "Assessed", "Changes", "Polled", "Wishes"]

READ_WHOLE: Final = "read whole"
"""The outcome of a poll that was not recorded: an item that was left unread matters."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything a publisher said about when to ask again: in headers, and in the document."""

    hints: Hints = Hints()
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    update_period: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Assessed:
    """A document after parsing and assessing, as a worker sends it back.

    ``feed.entries`` is empty and the entries carry no blocks: everything is in ``entries`` once.
    """

    feed: ParsedFeed
    entries: tuple[AssessedEntry, ...]


@dataclass(frozen=True, slots=True)
class Polled:
    """One feed after its poll.

    ``answer`` is what the fetcher or, where a document could not be read, the parser gave. A ``Document`` has its
    body dropped (``b""``) by now, unless items of it were left unread; it comes with ``assessed``, or with None where
    its body was the one stored before (same hash), so that there was nothing to read.
    """

    feed: FeedState
    polled_at: datetime
    answer: Unchanged | Document | Failure
    assessed: Assessed | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What recording one poll, or one import, changed, and when the feed is asked next.

    ``new``, ``changed`` and ``flagged`` are entry ids; ``flagged`` are those of the new and changed that meet a rule.
    ``outcome`` is that of the poll as ``polls`` has it, or "skipped", or ``READ_WHOLE``.
    """

    feed: str
    outcome: str
    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    flagged: tuple[int, ...] = ()
    status: int | None = None
    wire_bytes: int = 0
    elapsed: float = 0.0
    error: str | None = None
    warning: str | None = None
    next_poll_at: datetime | None = None
    next_poll_reason: str = ""
