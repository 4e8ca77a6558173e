"""Table ``deliveries``: the outbox. A digest for one recipient over one channel, from planned to finished.

It is claimed by a lease, sent, and recorded. A process that is killed between sending and recording sends once more,
when its lease has lapsed, the very same bytes: at least once, and at most one too many for each kill.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from aggregator.store.listing import rows
from aggregator.store.values import time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.store.database import Store
    from aggregator.store.subscribers import Channel

__all__ = [
    "LEASE",
    "LONGEST_WAIT",
    "Claimed",
    "Finished",
    "Planned",
    "claim",
    "finish",
    "freeze",
    "hold",
    "listing",
    "plan",
    "postpone",
    "retry",
]

LEASE: Final = timedelta(minutes=5)
"""How long a killed process's claim holds; longer than any one sending takes."""

LONGEST_WAIT: Final = timedelta(hours=2)
"""The longest time between two attempts. What claims to be due, or leased, beyond it was written by a clock that stood
ahead."""

Finished = Literal["sent", "refused", "given_up"]


@dataclass(frozen=True, slots=True)
class Planned:
    """Where a digest is to go. ``give_up_at``: after a failed attempt later than this there is no other."""

    channel: Channel
    recipient: str
    give_up_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process is to attempt now. ``attempts`` counts this one too."""

    id: int
    digest_id: int
    channel: Channel
    recipient: str
    subscriber_id: int | None
    attempts: int
    give_up_at: datetime
    message_id: str | None
    message: bytes | None


def plan(
    connection: sqlite3.Connection,
    digest: int,
    planned: Sequence[Planned],
    *,
    subscriber: int | None,
    now: datetime,
) -> None:
    """Put deliveries into the outbox, due at once. Within the write transaction that records their digest.

    A reader who has left while their digest was composed gets none.
    """
    if subscriber is not None:
        row = connection.execute("SELECT state FROM subscribers WHERE id = ?", [subscriber]).fetchone()
        if row is None or row[0] != "active":
            return
    connection.executemany(
        "INSERT OR IGNORE INTO deliveries (digest_id, channel, recipient, subscriber_id, planned_at, next_attempt_at,"
        " give_up_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (digest, each.channel, each.recipient, subscriber, to_text(now), to_text(now), to_text(each.give_up_at))
            for each in planned
        ],
    )


def claim(store: Store, *, now: datetime, owner: str, channels: Sequence[Channel] | None = None) -> Claimed | None:
    """Take the delivery that has been due for longest, for ``LEASE``; None where none is due.

    Args:
        store: The database.
        now: The present.
        owner: Who takes it.
        channels: Only over these.
    """
    parameters = {
        "now": to_text(now),
        "owner": owner,
        "lease": to_text(now + LEASE),
        "horizon": to_text(now + LONGEST_WAIT),
    }
    only = "" if channels is None else f"AND channel IN ({', '.join(repr(str(each)) for each in channels)})"
    with store.write() as connection:
        row = connection.execute(
            f"""
            UPDATE deliveries SET lease_owner = :owner, lease_expires_at = :lease, attempts = attempts + 1
            WHERE id = (
                SELECT id FROM deliveries
                WHERE state = 'waiting' AND (next_attempt_at <= :now OR next_attempt_at > :horizon)
                    AND (lease_expires_at IS NULL OR lease_expires_at <= :now OR lease_expires_at > :horizon)
                    {only}
                ORDER BY next_attempt_at, id LIMIT 1)
            RETURNING id, digest_id, channel, recipient, subscriber_id, attempts, give_up_at, message_id, message
            """,  # noqa: S608 - channels are our own words
            parameters,
        ).fetchone()
    if row is None:
        return None
    values = list(row)
    values[6] = time_of(values[6])
    return Claimed(*values)


def freeze(store: Store, claimed: Claimed, owner: str, *, message_id: str, message: bytes) -> bool:
    """Keep what is about to be sent, before it is. False where the claim was lost meanwhile: then do not send it."""
    with store.write() as connection:
        cursor = connection.execute(
            "UPDATE deliveries SET message_id = ?, message = ?"
            " WHERE id = ? AND lease_owner = ? AND state = 'waiting' AND message IS NULL",
            [message_id, message, claimed.id, owner],
        )
        return cursor.rowcount == 1


def finish(store: Store, claimed: Claimed, owner: str, state: Finished, *, answer: str, now: datetime) -> bool:
    """Record the end of a delivery. False where another process has taken it over or finished it."""
    with store.write() as connection:
        cursor = connection.execute(
            "UPDATE deliveries SET state = ?, finished_at = ?, last_answer = ?, message = NULL, lease_owner = NULL,"
            " lease_expires_at = NULL WHERE id = ? AND lease_owner = ? AND state = 'waiting'",
            [state, to_text(now), answer, claimed.id, owner],
        )
        return cursor.rowcount == 1


def postpone(store: Store, claimed: Claimed, owner: str, *, answer: str, next_attempt_at: datetime) -> None:
    """Record an attempt that failed for now."""
    with store.write() as connection:
        connection.execute(
            "UPDATE deliveries SET next_attempt_at = ?, last_answer = ?, lease_owner = NULL, lease_expires_at = NULL"
            " WHERE id = ? AND lease_owner = ?",
            [to_text(next_attempt_at), answer, claimed.id, owner],
        )


def hold(store: Store, channel: Channel, *, until: datetime) -> None:
    """Let all that waits for a channel wait until then: its server is down, and asking for each one would not help."""
    with store.write() as connection:
        connection.execute(
            "UPDATE deliveries SET next_attempt_at = max(next_attempt_at, ?)"
            " WHERE channel = ? AND state = 'waiting' AND lease_owner IS NULL",
            [to_text(until), channel],
        )


def retry(store: Store, digest: int, *, now: datetime, give_up_at: datetime) -> int:
    """Put what was refused or given up of a digest back into the outbox, due now; how many."""
    with store.write() as connection:
        return connection.execute(
            "UPDATE deliveries SET state = 'waiting', finished_at = NULL, attempts = 0, next_attempt_at = ?,"
            " give_up_at = ? WHERE digest_id = ? AND state IN ('refused', 'given_up')",
            [to_text(now), to_text(give_up_at), digest],
        ).rowcount


def listing(
    store: Store, *, digest: int | None = None, subscriber: int | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """The deliveries, newest first, without their messages: rows with the columns of the table."""
    return list(
        rows(
            store,
            """
            SELECT id, digest_id, channel, recipient, subscriber_id, state, attempts, planned_at, next_attempt_at,
                give_up_at, finished_at, last_answer, message_id
            FROM deliveries
            WHERE (:digest IS NULL OR digest_id = :digest) AND (:subscriber IS NULL OR subscriber_id = :subscriber)
            ORDER BY id DESC LIMIT :limit
            """,
            {"digest": digest, "subscriber": subscriber, "limit": -1 if limit is None else limit},
        )
    )
