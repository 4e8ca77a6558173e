"""Table ``polls``: one row an attempt at one feed, pruned by age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from aggregator.store.database import Store

__all__ = ["PRUNED_AT_ONCE", "PollRow", "add_poll", "prune_polls"]

PRUNED_AT_ONCE: Final = 5000
"""Rows in one transaction: some twenty milliseconds."""


@dataclass(frozen=True, slots=True)
class PollRow:
    """A row of ``polls`` to be."""

    polled_at: datetime
    outcome: str
    http_status: int | None
    bytes: int
    duration: float
    new: int = 0
    changed: int = 0
    flagged: int = 0
    error_kind: str | None = None
    error: str | None = None


def add_poll(connection: sqlite3.Connection, feed_id: int, poll: PollRow) -> None:
    """One row of ``polls``."""
    connection.execute(
        "INSERT INTO polls (feed_id, polled_at, outcome, http_status, bytes, new, changed, flagged, duration,"
        " error_kind, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            feed_id,
            to_text(poll.polled_at),
            poll.outcome,
            poll.http_status,
            poll.bytes,
            poll.new,
            poll.changed,
            poll.flagged,
            poll.duration,
            poll.error_kind,
            poll.error,
        ),
    )


def prune_polls(store: Store, *, before: datetime, limit: int = PRUNED_AT_ONCE) -> int:
    """Forget the record of polls made before that moment, the oldest first; how many.

    Args:
        store: Open for writing.
        before: UTC.
        limit: At most so many, so that no other write waits for long: ask again while it is that many.
    """
    with store.write() as connection:
        return connection.execute(
            "DELETE FROM polls WHERE id IN (SELECT id FROM polls WHERE polled_at < ? ORDER BY polled_at LIMIT ?)",
            (to_text(before), limit),
        ).rowcount
