"""The ledger of digests: what was composed when, and exactly which entries each one holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aggregator.errors import StoreError
from aggregator.store import subscribers
from aggregator.store.deliveries import plan
from aggregator.store.gathered import Gathered, Why
from aggregator.store.gathering import gather
from aggregator.store.listing import Filter, digests, rows
from aggregator.store.values import moment_of
from aggregator.times import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.store.database import Store
    from aggregator.store.deliveries import Planned

__all__ = ["Gathered", "ToldMeanwhile", "gather", "get", "last_window", "listing", "record", "started_at"]

# A clock that once ran far ahead has left digests in the future. One that is more than this ahead of now is
# taken for such, or no digest would be due for years.
FUTURE: Final = timedelta(days=1)


class ToldMeanwhile(StoreError):
    """Another process recorded a digest since the gathering; what was gathered may have been told."""


def record(
    store: Store,
    *,
    subject: str,
    composed_at: datetime,
    window_end: datetime,
    trigger: str,
    content: str,
    members: Sequence[tuple[int, Why, str]],
    after: int | None,
    subscriber: int | None = None,
    seen_entry: int = 0,
    deliveries: Sequence[Planned] = (),
) -> int:
    """Record a digest, what it holds and to whom it goes in one transaction, and give its id.

    Args:
        store: Where.
        subject: Its subject, for listings.
        composed_at: When.
        window_end: The scheduled moment it answers, or when it was asked for by hand.
        trigger: "schedule" or "manual".
        content: The digest itself, as JSON.
        members: The entries it holds: id, why, and the content hash of the state it tells.
        after: The newest digest's id when its entries were gathered (``Gathered.last_digest``).
        subscriber: Whose it is; None: everybody's.
        seen_entry: For a subscriber's, the newest entry that was considered.
        deliveries: Where it is to go. A crash after the recording loses none of them.

    Raises:
        ToldMeanwhile: Another digest was recorded since: gather and compose again. Nothing was written.
    """
    with store.write() as connection:
        newest = _one(store, "SELECT max(id) AS id FROM digests WHERE subscriber_id IS ?", [subscriber])
        if newest is None or newest["id"] != after:
            raise ToldMeanwhile("another process recorded a digest at the same moment")
        cursor = connection.execute(
            "INSERT INTO digests (subscriber_id, composed_at, window_end, trigger, subject, entries, content)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [subscriber, to_text(composed_at), to_text(window_end), trigger, subject, len(members), content],
        )
        number = cursor.lastrowid
        assert number is not None
        # From entries, so that one which retention removed since it was gathered is passed over.
        connection.executemany(
            "INSERT INTO digest_entries (digest_id, entry_id, why, content_hash)"
            " SELECT ?, id, ?, ? FROM entries WHERE id = ?",
            [(number, why, content_hash, entry_id) for entry_id, why, content_hash in members],
        )
        if subscriber is not None:
            subscribers.consider(connection, subscriber, seen_entry)
        plan(connection, number, deliveries, subscriber=subscriber, now=composed_at)
        return number


def listing(store: Store, *, limit: int | None = None) -> list[dict[str, Any]]:
    """The digests, newest first, without their content: rows with the columns of the table."""
    return list(digests(store, Filter(limit=limit)))


def get(store: Store, number: int) -> dict[str, Any] | None:
    """One digest's row with its content, or None where there is no such digest."""
    return _one(store, "SELECT * FROM digests WHERE id = ?", [number])


def next_number(store: Store) -> int:
    """The number that the next digest will have, if no other comes before it."""
    row = _one(store, "SELECT seq + 1 AS number FROM sqlite_sequence WHERE name = 'digests'")
    return int(row["number"]) if row else 1


def last_window(store: Store, *, now: datetime, subscriber: int | None = None) -> datetime | None:
    """The last scheduled moment that a digest answered; None where none did."""
    row = _one(
        store,
        "SELECT max(window_end) AS at FROM digests"
        " WHERE trigger = 'schedule' AND window_end <= ? AND subscriber_id IS ?",
        [to_text(now + FUTURE), subscriber],
    )
    return moment_of(row["at"]) if row else None


def started_at(store: Store) -> datetime | None:
    """When this database got its first entry; None while it has none. No digest is due for moments before."""
    row = _one(store, "SELECT min(first_seen_at) AS at FROM entries")
    return moment_of(row["at"]) if row else None


def _one(store: Store, sql: str, parameters: Sequence[Any] = ()) -> dict[str, Any] | None:
    return next(rows(store, sql, parameters), None)
