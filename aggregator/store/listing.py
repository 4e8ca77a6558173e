"""Read-only queries behind the listings: rows with the column names of the tables, streamed.

A post is dated by what its feed states, but never later than it was first seen: a feed that dates its posts in the
future would otherwise stand on top for years.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aggregator.store.faults import faults
from aggregator.store.values import time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from aggregator.store.database import Store

__all__ = [
    "DATED",
    "Conditions",
    "Filter",
    "count_entries",
    "digests",
    "entries",
    "entry",
    "feeds",
    "find_entry",
    "fts_query",
    "last_window_end",
    "limit_of",
    "overview",
    "polls",
    "ratings",
    "rows",
]

Row = dict[str, Any]

DATED: Final = "min(coalesce(entries.published_at, entries.first_seen_at), entries.first_seen_at)"
"""When a post is from: stated, but not after it was first seen. Indexed as entries_by_date."""

_WORD_OR_PHRASE: Final = re.compile(r'"([^"]*)"?|(\S+)')
# What a post's flags and ratings come to, in the words ``explain`` uses: "flags" are provider types, "rules" names.
_TOLD: Final = f"""
    (SELECT json_group_array(DISTINCT provider_type) FROM ratings
        WHERE entry_id = entries.id AND "when" = 'current') AS flags,
    (SELECT json_group_array(rule) FROM flags WHERE entry_id = entries.id) AS rules,
    (SELECT json_group_array(DISTINCT coalesce(feeds.name, source))
        FROM sightings LEFT JOIN feeds ON feeds.id = feed_id WHERE entry_id = entries.id) AS feeds,
    {DATED} AS dated_at
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Filter:
    """What a listing asks for; everything given must fit.

    Attributes:
        since, until: From the first on, before the second; UTC.
        area: A place or body, as whole words, in any case.
        search: Words that must all be there, "phrases in quotes", prefix*.
        rule: The name of a ``[[flags]]`` rule, or "any" for all that met one.
        feed: The name of a feed that carried it, or a file it was imported from.
        limit: At most so many; None: all.
    """

    since: datetime | None = None
    until: datetime | None = None
    provider_types: Sequence[str] = ()
    area: str | None = None
    ratings: Sequence[str] = ()
    aspect: str | None = None
    when: str | None = None
    search: str | None = None
    rule: str | None = None
    feed: str | None = None
    entry_id: int | None = None
    limit: int | None = None


@dataclass(slots=True)
class Conditions:
    """A WHERE clause in the making: what must hold, and the values it is bound to."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> None:
        """One more condition."""
        self.parts.append(sql)
        self.values.extend(values)

    def one_of(self, column: str, values: Sequence[str]) -> None:
        """The column holds one of these; nothing asked for fits all."""
        if values:
            self.add(f"{column} IN ({', '.join('?' * len(values))})", *values)

    def between(self, expression: str, since: datetime | None, until: datetime | None) -> None:
        """A time as text, from ``since`` on and before ``until``."""
        if since is not None:
            self.add(f"{expression} >= ?", to_text(since))
        if until is not None:
            self.add(f"{expression} < ?", to_text(until))

    def whole_words(self, columns: Sequence[str], text: str | None) -> None:
        """The words of ``text`` in one of the columns, not as part of longer ones: Kent is not Kentish Town."""
        if text is None:
            return
        pattern = f"% {' '.join(text.replace(',', ' ').casefold().split())} %"
        pattern = pattern.replace("_", r"\_")
        folded = (f"' ' || replace(replace(lower({column}), ', ', ' '), ',', ' ') || ' '" for column in columns)
        tests = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in folded)
        self.add(f"({tests})", *[pattern] * len(columns))

    def __str__(self) -> str:
        return f"WHERE {' AND '.join(self.parts)}" if self.parts else ""


def entries(store: Store, wanted: Filter) -> Iterator[Row]:
    """Posts, newest first: the columns of ``entries``, with ``flags``, ``rules``, ``feeds`` and ``dated_at``."""
    conditions = _entry_conditions(wanted)
    sql = f"SELECT entries.*, {_TOLD} FROM entries {conditions} ORDER BY {DATED} DESC, entries.id DESC LIMIT ?"  # noqa: S608 - values are bound
    for row in rows(store, sql, [*conditions.values, limit_of(wanted)]):
        yield _with_lists(row)


def count_entries(store: Store, wanted: Filter) -> int:
    """How many posts there are, whatever the limit."""
    conditions = _entry_conditions(wanted)
    (row,) = rows(store, f"SELECT count(*) AS n FROM entries {conditions}", conditions.values)  # noqa: S608 - values are bound
    return int(row["n"])


def entry(store: Store, entry_id: int) -> Row | None:
    """One post, as ``entries`` lists it; None where there is none."""
    found = rows(store, f"SELECT entries.*, {_TOLD} FROM entries WHERE id = ?", [entry_id])  # noqa: S608 - constants
    return next((_with_lists(row) for row in found), None)


def find_entry(store: Store, words: str) -> int | None:
    """The id of the post that ``words`` name: an id, or an address as any feed gave it."""
    if words.isdecimal():
        found = rows(store, "SELECT id FROM entries WHERE id = ?", [int(words)])
    else:
        found = rows(
            store,
            """
            SELECT id FROM entries WHERE canonical_url = :url
            UNION SELECT entry_id FROM sightings WHERE url = :url OR guid = :url LIMIT 1
            """,
            {"url": words},
        )
    return next((int(row["id"]) for row in found), None)


def ratings(store: Store, wanted: Filter) -> Iterator[Row]:
    """Ratings, newest posts first: the columns of ``ratings``, with title, address and date of the post."""
    conditions = Conditions()
    conditions.between(DATED, wanted.since, wanted.until)
    conditions.one_of("ratings.provider_type", wanted.provider_types)
    conditions.one_of("ratings.rating", wanted.ratings)
    conditions.whole_words(("coalesce(ratings.area, '')", "coalesce(ratings.provider, '')"), wanted.area)
    if wanted.aspect is not None:
        conditions.add("ratings.aspect = ?", wanted.aspect.strip().casefold())
    if wanted.when is not None:
        conditions.add('ratings."when" = ?', wanted.when)
    _common(conditions, wanted)
    sql = f"""
        SELECT ratings.*, entries.title AS entry_title, entries.canonical_url AS entry_url, {DATED} AS dated_at
        FROM ratings JOIN entries ON entries.id = ratings.entry_id {conditions}
        ORDER BY {DATED} DESC, entries.id DESC, ratings.field = 'text', ratings.position, ratings.start, ratings.id
        LIMIT ?
    """  # noqa: S608 - values are bound
    yield from rows(store, sql, [*conditions.values, limit_of(wanted)])


def digests(store: Store, wanted: Filter) -> Iterator[Row]:
    """Digests, newest first, without their content."""
    conditions = Conditions()
    conditions.between("composed_at", wanted.since, wanted.until)
    sql = f"""
        SELECT id, subscriber_id, composed_at, window_end, trigger, subject, entries
        FROM digests {conditions} ORDER BY id DESC LIMIT ?
    """  # noqa: S608 - values are bound
    yield from rows(store, sql, [*conditions.values, limit_of(wanted)])


def feeds(store: Store) -> Iterator[Row]:
    """Every feed and its state: the columns of ``feeds``, with how many posts it carried."""
    yield from rows(
        store,
        """
        SELECT feeds.*,
            (SELECT count(DISTINCT entry_id) FROM sightings WHERE feed_id = feeds.id) AS entries
        FROM feeds ORDER BY name
        """,
    )


def polls(store: Store, feed_id: int, *, limit: int) -> Iterator[Row]:
    """The last polls of a feed, newest first."""
    yield from rows(
        store, "SELECT * FROM polls WHERE feed_id = ? ORDER BY polled_at DESC, id DESC LIMIT ?", [feed_id, limit]
    )


def last_window_end(store: Store) -> datetime | None:
    """When everybody's last digest was composed, which is what ``--since last`` means; None where there is none."""
    (row,) = rows(store, "SELECT max(composed_at) AS at FROM digests WHERE subscriber_id IS NULL")
    return time_of(row["at"]) if row["at"] else None


def overview(store: Store, *, now: datetime) -> Row:
    """How things stand, in figures."""
    (row,) = rows(
        store,
        """
        SELECT
            (SELECT count(*) FROM entries) AS entries,
            (SELECT count(DISTINCT entry_id) FROM flags) AS flagged,
            (SELECT count(*) FROM ratings) AS ratings,
            (SELECT count(*) FROM inspections) AS inspections,
            (SELECT count(*) FROM digests WHERE subscriber_id IS NULL) AS digests,
            (SELECT max(composed_at) FROM digests WHERE subscriber_id IS NULL) AS last_digest_at,
            (SELECT count(*) FROM entries WHERE news = 1 AND id NOT IN (SELECT entry_id FROM digest_entries
                WHERE digest_id IN (SELECT id FROM digests WHERE subscriber_id IS NULL))) AS waiting_for_digest,
            (SELECT max(first_seen_at) FROM entries) AS last_entry_at,
            (SELECT count(*) FROM feeds WHERE enabled = 1) AS feeds,
            (SELECT count(*) FROM feeds WHERE enabled = 1 AND status = 'failing') AS feeds_failing,
            (SELECT count(*) FROM feeds WHERE enabled = 1 AND status = 'gone') AS feeds_gone,
            (SELECT count(*) FROM feeds
                WHERE enabled = 1 AND status <> 'gone' AND next_poll_at <= ?) AS feeds_due,
            (SELECT min(next_poll_at) FROM feeds WHERE enabled = 1 AND status <> 'gone') AS next_poll_at,
            (SELECT max(last_polled_at) FROM feeds) AS last_polled_at,
            (SELECT heartbeat_at FROM daemon) AS daemon_heartbeat_at
        """,
        [to_text(now)],
    )
    return row


def fts_query(text: str) -> str | None:
    """A full-text query that finds all the words of ``text`` and can't be malformed; None where it has no word.

    ``"in quotes"`` is a phrase, ``inspect*`` a beginning; everything else FTS5 would take for syntax is text.
    """
    terms: list[str] = []
    for match in _WORD_OR_PHRASE.finditer(text):
        term = match[1] if match[1] is not None else match[2]
        if not any(char.isalnum() for char in term):
            continue
        prefix = "*" if match[2] and term.endswith("*") else ""
        quoted = term.rstrip("*").replace('"', '""')
        terms.append(f'"{quoted}"{prefix}')
    return " ".join(terms) or None


def rows(store: Store, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[Row]:
    """The rows of a query as dicts, read as they are asked for; a query sees one state of the database throughout.

    Raises:
        StoreError: The database could not be read.
    """
    with faults(store.path):
        cursor = store.connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))


def _entry_conditions(wanted: Filter) -> Conditions:
    conditions = Conditions()
    conditions.between(DATED, wanted.since, wanted.until)
    if wanted.provider_types:
        inner = Conditions()
        inner.one_of("provider_type", wanted.provider_types)
        conditions.add(
            f"""entries.id IN (SELECT entry_id FROM ratings {inner} AND "when" = 'current')""",  # noqa: S608 - values are bound
            *inner.values,
        )
    _common(conditions, wanted)
    return conditions


def _common(conditions: Conditions, wanted: Filter) -> None:
    """The filters that speak of the post."""
    if wanted.entry_id is not None:
        conditions.add("entries.id = ?", wanted.entry_id)
    if wanted.rule == "any":
        conditions.add("EXISTS (SELECT 1 FROM flags WHERE entry_id = entries.id)")
    elif wanted.rule is not None:
        conditions.add("EXISTS (SELECT 1 FROM flags WHERE entry_id = entries.id AND rule = ?)", wanted.rule)
    if wanted.feed is not None:
        conditions.add(
            """entries.id IN (SELECT entry_id FROM sightings LEFT JOIN feeds ON feeds.id = feed_id
            WHERE feeds.name = ? OR source = ?)""",
            wanted.feed,
            wanted.feed,
        )
    if wanted.search is not None:
        conditions.add(
            "entries.id IN (SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?)", fts_query(wanted.search)
        )


def limit_of(wanted: Filter) -> int:
    """The limit as SQLite takes it."""
    return -1 if wanted.limit is None else wanted.limit


def _with_lists(row: Row) -> Row:
    for key in ("flags", "rules", "feeds"):
        row[key] = sorted(json.loads(row[key]))
    return row
