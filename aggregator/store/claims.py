"""Which feeds are due, and whose they are while they are polled: leases in table ``feeds``.

A claim is one atomic ``UPDATE … RETURNING``, so two processes on one database never poll the same feed at once; it
lapses after its lease, so a killed process's feeds come back by themselves. A clock that jumps does no harm: see
``claim_due``.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.model import FeedState, Validators
from aggregator.store.values import moment_of, time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection
    from datetime import datetime

    from aggregator.store.database import Store

__all__ = ["ask_again", "claim_due", "claimants", "nobody_answers", "put_off", "release", "renew"]

_FURTHEST: Final = timedelta(days=8)
"""No schedule sets a due time, and no Retry-After counts, further from now than this: the clock was wrong then."""

_CLOCK_SLACK: Final = timedelta(minutes=5)
"""What two clocks may differ by before one of them counts as wrong."""


def claim_due(
    store: Store,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    names: Collection[str] | None = None,
    without: Collection[str] = (),
    force: bool = False,
) -> list[FeedState]:
    """Take feeds to poll, the longest due first: nobody else gets them before ``release`` or the end of the lease.

    Args:
        store: Open for writing.
        owner: Who takes them: what ``record`` and ``release`` are given later.
        now: UTC.
        lease: After this a claim lapses, as its process must have died.
        limit: At most so many.
        names: Only these.
        without: None of these.
        force: Also what is not due, and what is gone. A Retry-After that still runs is waited for all the same.

    A feed never polled at its present address is due whatever its row says; so is one with a due time that no right
    clock can have set.
    """
    moment = to_text(now)
    furthest = to_text(now + _FURTHEST)
    only = None if names is None else json.dumps(sorted(names))
    with store.write() as connection:
        _undo_wrong_clock(connection, now)
        rows = connection.execute(
            "UPDATE feeds SET lease_owner = :owner, lease_expires_at = :expires WHERE id IN ("
            "  SELECT id FROM feeds WHERE enabled = 1"
            "  AND (:force OR (status <> 'gone'"
            "    AND (next_poll_at <= :now OR next_poll_at > :furthest OR last_polled_at IS NULL)))"
            "  AND (retry_after_until IS NULL OR retry_after_until <= :now OR retry_after_until > :furthest)"
            "  AND (lease_owner IS NULL OR lease_expires_at <= :now OR lease_expires_at > :longest)"
            "  AND (:only IS NULL OR name IN (SELECT value FROM json_each(:only)))"
            "  AND name NOT IN (SELECT value FROM json_each(:without))"
            "  ORDER BY next_poll_at, id LIMIT :limit)"
            " RETURNING id, name, url, configured_url, etag, last_modified, validators_url, body_hash, failures,"
            "  first_success_at, last_success_at, next_poll_at,"
            "  (SELECT marks FROM item_marks WHERE feed_id = feeds.id)",
            {
                "owner": owner,
                "expires": to_text(now + lease),
                "longest": to_text(now + 2 * lease),
                "now": moment,
                "furthest": furthest,
                "force": force,
                "only": only,
                "without": json.dumps(sorted(without)),
                "limit": limit,
            },
        ).fetchall()
    rows.sort(key=lambda row: (row[11], row[0]))  # RETURNING has an order of its own
    return [
        FeedState(
            id=row[0],
            name=row[1],
            url=row[2],
            configured_url=row[3],
            validators=Validators(row[4], row[5], row[6]),
            body_hash=row[7],
            failures=row[8],
            first_success_at=moment_of(row[9]),
            last_success_at=moment_of(row[10]),
            marks=row[12],
        )
        for row in rows
    ]


def _undo_wrong_clock(connection: sqlite3.Connection, now: datetime) -> None:
    """Feeds polled "in the future" were polled under a clock that has been set back: their waits start now.

    Without this they would not be asked until the clock gets there; all due at once would be a burst.
    """
    late = connection.execute(
        "SELECT id, last_polled_at, next_poll_at, retry_after_until FROM feeds WHERE last_polled_at > ?",
        (to_text(now + _CLOCK_SLACK),),
    ).fetchall()
    moment = to_text(now)
    for feed_id, polled_at, next_at, until in late:
        ahead = time_of(polled_at) - now
        connection.execute(
            "UPDATE feeds SET last_polled_at = ?1, next_poll_at = ?2, retry_after_until = ?3,"
            " first_success_at = min(first_success_at, ?1), last_success_at = min(last_success_at, ?1),"
            " last_new_at = min(last_new_at, ?1) WHERE id = ?4",
            (
                moment,
                _brought_back(next_at, ahead, now),
                _brought_back(until, ahead, now) if until else None,
                feed_id,
            ),
        )


def _brought_back(text: str, ahead: timedelta, now: datetime) -> str:
    try:
        return to_text(time_of(text) - ahead)
    except OverflowError:  # a clock that was thousands of years ahead, or a hand that wrote so
        return to_text(now)


_UNANSWERED: Final = (
    "status = 'failing' AND coalesce((SELECT http_status IS NULL AND error_kind IN ('dns', 'connect', 'timeout')"
    " FROM polls WHERE feed_id = feeds.id ORDER BY polled_at DESC, id DESC LIMIT 1), 0)"
)
"""Whether the last poll of a feed met no server at all."""


def nobody_answers(store: Store) -> bool:
    """Whether no server of any feed answered at its last poll, of two feeds at least: the fault is nearer to us."""
    with store.read() as connection:
        feeds, unanswered = connection.execute(
            f"SELECT count(*), total({_UNANSWERED}) FROM feeds WHERE enabled = 1 AND status <> 'gone'"  # noqa: S608 - own words
        ).fetchone()
    return bool(feeds > 1 and unanswered == feeds)


def ask_again(store: Store, *, now: datetime, limit: int = -1) -> int:
    """Make feeds due whose servers did not answer; those that did last come first. How many there were.

    Args:
        store: Open for writing.
        now: UTC.
        limit: At most so many; -1: all.
    """
    with store.write() as connection:
        return connection.execute(
            "UPDATE feeds SET next_poll_at = ?1, next_poll_reason = 'it was not to blame: no server answered'"  # noqa: S608 - own words
            f" WHERE id IN (SELECT id FROM feeds WHERE enabled = 1 AND next_poll_at > ?1 AND {_UNANSWERED}"
            "  AND (retry_after_until IS NULL OR retry_after_until <= ?1)"
            "  ORDER BY last_success_at DESC NULLS LAST, id LIMIT ?2)",
            (to_text(now), limit),
        ).rowcount


def put_off(store: Store, names: Collection[str], *, now: datetime, to: Callable[[], datetime], reason: str) -> int:
    """Move the due times of those of these feeds that are due and not being polled; how many there were.

    Args:
        store: Open for writing; nothing is written where none is due.
        names: Which feeds.
        now: UTC.
        to: Gives each its new due time, UTC.
        reason: Why, for a person.
    """
    due = (
        "enabled = 1 AND status <> 'gone' AND next_poll_at <= ?1 AND (lease_owner IS NULL OR lease_expires_at <= ?1)"
        " AND name IN (SELECT value FROM json_each(?2))"
    )
    values = (to_text(now), json.dumps(sorted(names)))
    with store.read() as connection:
        if connection.execute(f"SELECT 1 FROM feeds WHERE {due} LIMIT 1", values).fetchone() is None:  # noqa: S608 - own words
            return 0
    with store.write() as connection:
        ids = connection.execute(f"SELECT id FROM feeds WHERE {due}", values).fetchall()  # noqa: S608 - own words
        connection.executemany(
            "UPDATE feeds SET next_poll_at = ?, next_poll_reason = ? WHERE id = ?",
            [(to_text(to()), reason, feed_id) for (feed_id,) in ids],
        )
    return len(ids)


def renew(store: Store, *, owner: str, now: datetime, lease: timedelta) -> int:
    """Extend every claim of ``owner``; how many it still holds."""
    with store.write() as connection:
        return connection.execute(
            "UPDATE feeds SET lease_expires_at = ? WHERE lease_owner = ?", (to_text(now + lease), owner)
        ).rowcount


def claimants(store: Store) -> list[str]:
    """Everybody who has claimed a feed now, also those whose claim has lapsed."""
    with store.read() as connection:
        rows = connection.execute("SELECT DISTINCT lease_owner FROM feeds WHERE lease_owner IS NOT NULL").fetchall()
    return [owner for (owner,) in rows]


def release(store: Store, owner: str) -> int:
    """Give back every claim of ``owner``, polled or not; how many there were."""
    with store.write() as connection:
        return connection.execute(
            "UPDATE feeds SET lease_owner = NULL, lease_expires_at = NULL WHERE lease_owner = ?", (owner,)
        ).rowcount
