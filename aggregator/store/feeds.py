"""Table ``feeds``: what config names, what a poll leaves, and how the feeds are. ``claims`` says who polls what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aggregator.store.claims import claim_due, release, renew
from aggregator.store.polls import prune_polls
from aggregator.store.values import moment_of, text_of
from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime, timedelta
    from typing import Any

    from aggregator.model import Validators
    from aggregator.store.database import Store

__all__ = [
    "FeedEntry",
    "FeedHealth",
    "FeedRow",
    "SyncReport",
    "by_id",
    "claim_due",
    "describe",
    "end_claim",
    "feeds",
    "health",
    "keep_wishes",
    "prune_polls",
    "release",
    "renew",
    "store_failure",
    "store_success",
    "sync",
]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A feed as config names it."""

    name: str
    url: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What ``sync`` changed, by feed name. ``renamed`` holds (old, new) pairs."""

    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    enabled: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A row of ``feeds``: every column by its name, times as UTC datetimes."""

    id: int
    name: str
    configured_url: str
    url: str
    title: str | None
    site_url: str | None
    enabled: bool
    status: str
    etag: str | None
    last_modified: str | None
    validators_url: str | None
    body_hash: str | None
    failures: int
    failing_since: datetime | None
    last_error: str | None
    last_warning: str | None
    wishes: str | None
    first_success_at: datetime | None
    last_polled_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime
    next_poll_reason: str
    retry_after_until: datetime | None
    lease_owner: str | None
    lease_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """The feeds in numbers, for ``status`` and ``healthcheck``.

    Attributes:
        enabled: How many are polled at all (gone ones included).
        by_status: Of these, how many are ``new``, ``ok``, ``failing``, ``gone``.
        overdue: Of these, how many have been due for longer than the grace given.
        oldest_due_at: The due time of the one that has waited longest.
    """

    enabled: int
    by_status: dict[str, int]
    overdue: int
    oldest_due_at: datetime | None


# --- config → table -----------------------------------------------------------------------------------


def sync(store: Store, entries: Sequence[FeedEntry], now: datetime) -> SyncReport:
    """Make the table name the same feeds as config.

    A new feed is due at once. One whose address changed forgets what the old address left (validators, body hash,
    failures, ``gone``) and is due at once; on another host it is a new feed too, so that its past is history again.
    A feed that config no longer names is disabled, and keeps its posts. One that only has another name there, at the
    same address, is renamed.
    """
    added: list[str] = []
    moved: list[str] = []
    renamed: list[tuple[str, str]] = []
    enabled: list[str] = []
    disabled: list[str] = []
    named = {entry.name for entry in entries}
    with store.write() as connection:
        rows = {row.name: row for row in _rows(connection)}
        orphans = {row.configured_url: row for row in rows.values() if row.name not in named}
        for entry in entries:
            row = rows.get(entry.name)
            if row is None and (row := orphans.pop(entry.url, None)) is not None:
                connection.execute("UPDATE feeds SET name = ? WHERE id = ?", (entry.name, row.id))
                renamed.append((row.name, entry.name))
                del rows[row.name]
            if row is None:
                _insert(connection, entry, now)
                added.append(entry.name)
                continue
            if row.configured_url != entry.url:
                _move(connection, row, entry.url, now)
                moved.append(entry.name)
            if row.enabled != entry.enabled:
                connection.execute("UPDATE feeds SET enabled = ? WHERE id = ?", (entry.enabled, row.id))
                (enabled if entry.enabled else disabled).append(entry.name)
        for row in rows.values():
            if row.name not in named and row.enabled:
                connection.execute("UPDATE feeds SET enabled = 0 WHERE id = ?", (row.id,))
                disabled.append(row.name)
    return SyncReport(tuple(added), tuple(moved), tuple(renamed), tuple(enabled), tuple(disabled))


def _insert(connection: sqlite3.Connection, entry: FeedEntry, now: datetime) -> None:
    connection.execute(
        "INSERT INTO feeds (name, configured_url, url, enabled, next_poll_at, next_poll_reason)"
        " VALUES (?, ?, ?, ?, ?, 'new in config')",
        (entry.name, entry.url, entry.url, entry.enabled, to_text(now)),
    )


def _move(connection: sqlite3.Connection, row: FeedRow, url: str, now: datetime) -> None:
    connection.execute(
        "UPDATE feeds SET configured_url = ?1, url = ?1, etag = NULL, last_modified = NULL, validators_url = NULL,"
        " body_hash = NULL,"
        " status = 'new', failures = 0, failing_since = NULL, last_error = NULL, last_warning = NULL,"
        " wishes = NULL, retry_after_until = NULL, last_polled_at = NULL, next_poll_at = ?2,"
        " next_poll_reason = 'its address in config changed',"
        " first_success_at = CASE WHEN ?3 THEN first_success_at END"
        " WHERE id = ?4",
        (url, to_text(now), _host(url) == _host(row.configured_url), row.id),
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


# --- what a poll leaves -------------------------------------------------------------------------------


def store_success(
    connection: sqlite3.Connection,
    feed_id: int,
    *,
    polled_at: datetime,
    now: datetime,
    validators: Validators,
    body_hash: str | None,
    url: str,
    next_poll_at: datetime,
    next_poll_reason: str,
    retry_after_until: datetime | None,
    brought_new: bool,
) -> None:
    """The feed answered, with a document that was stored or with nothing new. Ends the claim."""
    connection.execute(
        "UPDATE feeds SET status = 'ok', etag = ?, last_modified = ?, validators_url = ?, body_hash = ?, url = ?,"
        " failures = 0,"
        " failing_since = NULL, last_error = NULL, first_success_at = coalesce(first_success_at, ?),"
        " last_polled_at = ?, last_success_at = ?, last_new_at = iif(?, ?, last_new_at),"
        " next_poll_at = ?, next_poll_reason = ?, retry_after_until = ?,"
        " lease_owner = NULL, lease_expires_at = NULL WHERE id = ?",
        (
            validators.etag,
            validators.last_modified,
            None if validators.url == url else validators.url,
            body_hash,
            url,
            to_text(now),
            to_text(polled_at),
            to_text(now),
            brought_new,
            to_text(now),
            to_text(next_poll_at),
            next_poll_reason,
            text_of(retry_after_until),
            feed_id,
        ),
    )


def describe(
    connection: sqlite3.Connection,
    feed_id: int,
    *,
    title: str | None,
    site_url: str | None,
    warning: str | None,
    wishes: str | None,
) -> None:
    """What the last document said of itself, what was wrong with it, and its wishes as JSON."""
    connection.execute(
        "UPDATE feeds SET title = ?, site_url = ?, last_warning = ?, wishes = ? WHERE id = ?",
        (title, site_url, warning, wishes, feed_id),
    )


def keep_wishes(connection: sqlite3.Connection, feed_id: int, wishes: str | None) -> None:
    """When the publisher wants to be asked, as JSON."""
    connection.execute("UPDATE feeds SET wishes = ? WHERE id = ?", (wishes, feed_id))


def store_failure(
    connection: sqlite3.Connection,
    feed_id: int,
    *,
    polled_at: datetime,
    now: datetime,
    gone: bool,
    taken_back: bool = False,
    error: str,
    next_poll_at: datetime,
    next_poll_reason: str,
    retry_after_until: datetime | None,
) -> None:
    """The poll failed: validators, address and posts stay as they are. Ends the claim.

    ``taken_back``: only the address becomes that of config again. The validators stay those of the address that gave
    them, should it lead there.

    A feed that is gone stays gone until it answers again or gets another address: a forced poll that times out does
    not bring it back into the schedule.
    """
    connection.execute(
        "UPDATE feeds SET status = iif(? OR status = 'gone', 'gone', 'failing'), failures = failures + 1,"
        " failing_since = coalesce(failing_since, ?), last_error = ?, last_polled_at = ?,"
        " validators_url = iif(? AND coalesce(etag, last_modified) IS NOT NULL, coalesce(validators_url, url),"
        " validators_url), url = iif(?, configured_url, url),"
        " next_poll_at = iif(status = 'gone', next_poll_at, ?),"
        " next_poll_reason = iif(status = 'gone', next_poll_reason, ?),"
        " retry_after_until = ?, lease_owner = NULL, lease_expires_at = NULL WHERE id = ?",
        (
            gone,
            to_text(now),
            error,
            to_text(polled_at),
            taken_back,
            taken_back,
            to_text(next_poll_at),
            next_poll_reason,
            text_of(retry_after_until),
            feed_id,
        ),
    )


def end_claim(connection: sqlite3.Connection, feed_id: int) -> None:
    """Give one feed back without recording anything."""
    connection.execute("UPDATE feeds SET lease_owner = NULL, lease_expires_at = NULL WHERE id = ?", (feed_id,))


# --- looking ------------------------------------------------------------------------------------------

_COLUMNS: Final = tuple(field.name for field in fields(FeedRow))
_ALL: Final = f"SELECT {', '.join(_COLUMNS)} FROM feeds ORDER BY name"  # noqa: S608 - the names are FeedRow's
_ONE: Final = f"SELECT {', '.join(_COLUMNS)} FROM feeds WHERE id = ?"  # noqa: S608 - the names are FeedRow's
_ENABLED: Final = _COLUMNS.index("enabled")
_TIMES: Final = tuple(place for place, name in enumerate(_COLUMNS) if name.endswith(("_at", "_since", "_until")))


def feeds(store: Store) -> list[FeedRow]:
    """Every feed, by name, disabled ones too."""
    with store.read() as connection:
        return _rows(connection)


def by_id(connection: sqlite3.Connection, feed_id: int) -> FeedRow | None:
    """One feed."""
    values = connection.execute(_ONE, (feed_id,)).fetchone()
    return None if values is None else _row(values)


def _rows(connection: sqlite3.Connection) -> list[FeedRow]:
    return [_row(values) for values in connection.execute(_ALL)]


def _row(stored: Sequence[Any]) -> FeedRow:
    values = list(stored)
    for place in _TIMES:
        values[place] = moment_of(values[place])
    values[_ENABLED] = bool(values[_ENABLED])
    return FeedRow(*values)


def health(store: Store, *, now: datetime, grace: timedelta) -> FeedHealth:
    """The feeds in numbers. ``grace``: for how long a due feed may wait before it counts as overdue."""
    with store.read() as connection:
        by_status = dict(
            connection.execute("SELECT status, count(*) FROM feeds WHERE enabled = 1 GROUP BY status").fetchall()
        )
        overdue, oldest = connection.execute(
            "SELECT count(*), min(next_poll_at) FROM feeds WHERE enabled = 1 AND status <> 'gone' AND next_poll_at < ?",
            (to_text(now - grace),),
        ).fetchone()
    return FeedHealth(sum(by_status.values()), by_status, overdue, moment_of(oldest))
