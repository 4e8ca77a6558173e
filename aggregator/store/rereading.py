"""Stored posts to be read again: what they say, what was read in them, and what takes its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.store import inspections
from aggregator.store.ratings import add_flags, add_ratings, forget
from aggregator.store.values import moment_of, rating_of, time_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.model import Flag, Rating
    from aggregator.store.database import Store

__all__ = ["StoredPost", "count", "is_as_read", "posts_after", "rewrite"]


_RATING: Final = (
    *("provider_type", "provider", "area", "aspect", "rating", "raw", "when", "evidence", "field", "position"),
    *("start", "end", "confidence", "reason"),
)


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post and what was made of it.

    Attributes:
        flags: The rules it met: each one's version and the reason.
    """

    id: int
    url: str | None
    title: str
    html: str
    text: str
    dated_at: datetime | None
    first_seen_at: datetime
    content_hash: str
    extractor_version: int
    ratings: tuple[Rating, ...]
    flags: dict[str, tuple[str, str]]


def count(store: Store) -> int:
    """How many posts there are."""
    with store.read() as connection:
        return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])


def posts_after(store: Store, entry_id: int, *, limit: int) -> list[StoredPost]:
    """The next posts by id, with their ratings and flags, in one view of the database."""
    with store.read() as connection:
        found = connection.execute(
            "SELECT id, canonical_url, title, html, text, coalesce(published_at, updated_at), first_seen_at,"
            " content_hash, extractor_version"
            " FROM entries WHERE id > ? ORDER BY id LIMIT ?",
            (entry_id, limit),
        ).fetchall()
        ids = json.dumps([row[0] for row in found])
        ratings: dict[int, list[Rating]] = {}
        for row in connection.execute(
            'SELECT entry_id, provider_type, provider, area, aspect, rating, raw, "when", evidence, field, position,'
            ' start, "end", confidence, reason FROM ratings'
            " WHERE entry_id IN (SELECT value FROM json_each(?)) ORDER BY entry_id, id",
            (ids,),
        ):
            ratings.setdefault(row[0], []).append(rating_of(dict(zip(_RATING, row[1:], strict=True))))
        flags: dict[int, dict[str, tuple[str, str]]] = {}
        for owner, rule, version, reason in connection.execute(
            "SELECT entry_id, rule, rule_version, reason FROM flags WHERE entry_id IN (SELECT value FROM json_each(?))",
            (ids,),
        ):
            flags.setdefault(owner, {})[rule] = (version, reason)
    return [
        StoredPost(
            id=row[0],
            url=row[1],
            title=row[2],
            html=row[3],
            text=row[4],
            dated_at=moment_of(row[5]),
            first_seen_at=time_of(row[6]),
            content_hash=row[7],
            extractor_version=row[8],
            ratings=tuple(ratings.get(row[0], ())),
            flags=flags.get(row[0], {}),
        )
        for row in found
    ]


def is_as_read(connection: sqlite3.Connection, post: StoredPost) -> bool:
    """Whether a post still says what it said when it was read: another process may have stored an edit meanwhile."""
    row = connection.execute("SELECT content_hash FROM entries WHERE id = ?", (post.id,)).fetchone()
    return row is not None and row[0] == post.content_hash


def rewrite(
    connection: sqlite3.Connection,
    entry_id: int,
    *,
    ratings: Sequence[tuple[Rating, int | None]],
    flags: Sequence[tuple[Flag, str]],
    extractor_version: int,
    now: datetime,
) -> None:
    """Put a new reading in the place of the old one. A flag that stays keeps the time at which it was first met.

    Args:
        connection: In a write transaction.
        entry_id: The post.
        ratings: What it states, each with the inspection it is from.
        flags: The rules it meets, each with the rule's version.
        extractor_version: What read it.
        now: UTC; the time of flags that are new.
    """
    first_met = connection.execute("SELECT flagged_at, entry_id, rule FROM flags WHERE entry_id = ?", (entry_id,))
    kept = first_met.fetchall()
    orphans = forget(connection, [entry_id])
    add_ratings(
        connection,
        [(entry_id, rating, inspection) for rating, inspection in ratings],
        extractor_version=extractor_version,
    )
    inspections.drop_unspoken(connection, orphans)
    add_flags(connection, [(entry_id, flag, version) for flag, version in flags], now=now)
    connection.executemany("UPDATE flags SET flagged_at = ? WHERE entry_id = ? AND rule = ?", kept)
    connection.execute("UPDATE entries SET extractor_version = ? WHERE id = ?", (extractor_version, entry_id))
