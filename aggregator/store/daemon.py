"""Table ``daemon``: the one process that serves this database, its lease and its heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.errors import AlreadyRunning
from aggregator.store.values import time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from aggregator.store.database import Store

__all__ = ["DaemonRow", "acquire", "current", "heartbeat", "release"]


@dataclass(frozen=True, slots=True)
class DaemonRow:
    """The daemon that holds the lease, or held it last.

    Attributes:
        owner: Host, process id and a random part.
        heartbeat_at: Its last completed beat.
        lease_expires_at: Another may take over after this.
    """

    owner: str
    started_at: datetime
    heartbeat_at: datetime
    lease_expires_at: datetime


def acquire(store: Store, *, owner: str, now: datetime, lease: timedelta) -> None:
    """Become this database's daemon.

    A lease that runs for longer than two of today's was taken under a clock that was ahead, and counts as lapsed.

    Raises:
        AlreadyRunning: Another daemon holds the lease.
    """
    with store.write() as connection:
        taken = connection.execute(
            "INSERT INTO daemon (id, owner, started_at, heartbeat_at, lease_expires_at) VALUES (1, ?1, ?2, ?2, ?3)"
            " ON CONFLICT (id) DO UPDATE SET owner = ?1, started_at = ?2, heartbeat_at = ?2, lease_expires_at = ?3"
            " WHERE owner = ?1 OR lease_expires_at <= ?2 OR lease_expires_at > ?4",
            (owner, to_text(now), to_text(now + lease), to_text(now + 2 * lease)),
        ).rowcount
        if not taken:
            (other, until) = connection.execute("SELECT owner, lease_expires_at FROM daemon").fetchone()
            raise AlreadyRunning(
                f"another aggregator serves this database ({other})",
                subject=str(store.path),
                next_step=f"Stop it first; if it was killed, its claim lapses at {until}",
            )


def heartbeat(store: Store, *, owner: str, now: datetime, lease: timedelta) -> None:
    """Record a completed beat and extend the lease.

    Raises:
        AlreadyRunning: The lease had lapsed (a machine that slept) and another daemon has taken over.
    """
    with store.write() as connection:
        kept = connection.execute(
            "UPDATE daemon SET heartbeat_at = ?, lease_expires_at = ? WHERE owner = ?",
            (to_text(now), to_text(now + lease), owner),
        ).rowcount
    if not kept:
        raise AlreadyRunning(
            "another aggregator has taken this database over",
            subject=str(store.path),
            next_step="This one stops; nothing is lost",
        )


def release(store: Store, *, owner: str) -> None:
    """Give the lease back at the end; harmless where another has it."""
    with store.write() as connection:
        connection.execute("DELETE FROM daemon WHERE owner = ?", (owner,))


def current(store: Store) -> DaemonRow | None:
    """The daemon on record, running or not."""
    with store.read() as connection:
        row = connection.execute("SELECT owner, started_at, heartbeat_at, lease_expires_at FROM daemon").fetchone()
    if row is None:
        return None
    return DaemonRow(row[0], *(time_of(value) for value in row[1:]))
