"""Tables ``entries``, ``sightings`` and ``revisions``: looking posts up by what identifies them, and writing them.

Look-ups take all keys of a document at once and touch an index once a key, so that their cost does not depend on how
much is stored. Each key finds at most a handful of rows: feeds that give every post the same guid exist.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.store.known import NEAR, KnownEntry, Sighting, Source
from aggregator.store.titled import entries_titled
from aggregator.store.values import moment_of, text_of, time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from typing import Any

    from aggregator.model import ParsedEntry
    from aggregator.store.known import Wanted

__all__ = [
    "OPENING",
    "add_sightings",
    "change",
    "index_new",
    "insert",
    "look_up",
    "merge",
    "next_id",
    "recent_times",
    "revise",
    "rewrite_sightings",
    "see",
    "sightings_by_guid",
    "sightings_by_id",
    "told_apart",
]

OPENING: Final = 600
"""Characters of an entry's text that ``KnownEntry.opening`` holds."""

_A_HANDFUL: Final = 50

# Three queries with the same columns: spelled out, so that each stands there as it is run.
_SIGHTINGS_BY_GUID: Final = """
    SELECT s.id, s.entry_id, s.feed_id, s.source, s.guid, s.url, s.match_key, s.guid_key, s.title, s.published_at,
        s.content_hash, s.first_seen_at, s.last_seen_at
    FROM json_each(:guids) AS wanted JOIN sightings AS s ON s.id IN (
        SELECT id FROM sightings WHERE feed_id IS :feed AND source IS :file AND guid = wanted.value
        ORDER BY id DESC LIMIT :handful)
"""
# The oldest of each entry, and those that were looked for: what thousands of feeds carry must not be read whole for
# each of them.
_SIGHTINGS_OF_ENTRIES: Final = """
    SELECT id, entry_id, feed_id, source, guid, url, match_key, guid_key, title, published_at,
        content_hash, first_seen_at, last_seen_at
    FROM sightings WHERE id IN (
        SELECT s.id FROM json_each(:entries) AS wanted JOIN sightings AS s ON s.id IN (
            SELECT id FROM sightings WHERE entry_id = wanted.value ORDER BY id LIMIT :handful)
        UNION SELECT value FROM json_each(:sightings))
    ORDER BY id
"""
_SIGHTINGS_BY_ID: Final = """
    SELECT id, entry_id, feed_id, source, guid, url, match_key, guid_key, title, published_at,
        content_hash, first_seen_at, last_seen_at
    FROM sightings WHERE id IN (SELECT value FROM json_each(?))
"""

_BY_GUID: Final = """
    SELECT s.entry_id, s.id FROM json_each(:values) AS wanted JOIN sightings AS s ON s.id IN (
        SELECT id FROM sightings WHERE feed_id IS :feed AND source IS :file AND guid = wanted.value
        ORDER BY id DESC LIMIT :handful)
"""
_BY_ADDRESS: Final = """
    SELECT s.entry_id, s.id FROM json_each(:values) AS wanted JOIN sightings AS s ON s.id IN (
        SELECT id FROM sightings WHERE match_key = wanted.value ORDER BY id DESC LIMIT :handful)
"""
_BY_GUID_KEY: Final = """
    SELECT s.entry_id, s.id FROM json_each(:values) AS wanted JOIN sightings AS s ON s.id IN (
        SELECT id FROM sightings WHERE guid_key = wanted.value ORDER BY id DESC LIMIT :handful)
"""
_BY_CONTENT: Final = """
    SELECT s.entry_id, s.id FROM json_each(:values) AS wanted JOIN sightings AS s ON s.id IN (
        SELECT id FROM sightings WHERE content_hash = wanted.value ORDER BY id DESC LIMIT :handful)
"""
# What a feed had of the kind: among the newest of all feeds with these words ("No posts yet") its own may be missing.
_BARE_BY_CONTENT: Final = """
    SELECT entry_id, id FROM sightings WHERE feed_id = :feed AND guid IS NULL AND match_key IS NULL
        AND content_hash IN (SELECT value FROM json_each(:values))
"""
_BY_TIME: Final = """
    SELECT s.entry_id, s.id FROM json_each(:values) AS wanted JOIN sightings AS s ON s.id IN (
        SELECT id FROM sightings WHERE feed_id IS :feed AND source IS :file AND published_at = wanted.value
        ORDER BY id DESC LIMIT :handful)
"""
_ADDRESSLESS_NEAR: Final = """
    SELECT s.entry_id, s.id FROM json_each(:values) AS wanted JOIN sightings AS s ON s.id IN (
        SELECT id FROM sightings WHERE match_key IS NULL AND guid_key IS NULL
        AND published_at BETWEEN json_extract(wanted.value, '$[0]') AND json_extract(wanted.value, '$[1]')
        LIMIT :handful)
"""


# --- looking up ---------------------------------------------------------------------------------------


def sightings_by_guid(connection: sqlite3.Connection, source: Source, guids: Collection[str]) -> list[Sighting]:
    """The newest sightings of each of ``guids`` in ``source``."""
    bound = {"guids": json.dumps(list(guids)), "feed": source.feed_id, "file": source.file, "handful": _A_HANDFUL}
    rows = connection.execute(_SIGHTINGS_BY_GUID, bound)
    return [_sighting(row) for row in rows]


def sightings_by_id(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Sighting]:
    """Those of ``ids`` that are there."""
    return {row[0]: _sighting(row) for row in connection.execute(_SIGHTINGS_BY_ID, (json.dumps(list(ids)),))}


def look_up(connection: sqlite3.Connection, wanted: Wanted) -> list[KnownEntry]:
    """Every entry that one of the keys of ``wanted`` finds, the oldest first.

    With all its sightings, or, where these are a crowd, with the oldest and those that the keys found.
    """
    found, seen = _ids(connection, wanted)
    if not found:
        return []
    ids = json.dumps(sorted(found))
    sightings: dict[int, list[Sighting]] = {}
    bound = {"entries": ids, "sightings": json.dumps(sorted(seen)), "handful": _A_HANDFUL}
    for row in connection.execute(_SIGHTINGS_OF_ENTRIES, bound):
        sightings.setdefault(row[1], []).append(_sighting(row))
    earlier: dict[int, set[str]] = {}
    for entry_id, content_hash in connection.execute(
        "SELECT entry_id, content_hash FROM revisions WHERE entry_id IN (SELECT value FROM json_each(?))", (ids,)
    ):
        earlier.setdefault(entry_id, set()).add(content_hash)
    rows = connection.execute(
        "SELECT id, title, author, canonical_url, published_at, updated_at, news, content_hash, length(text),"
        " substr(text, 1, ?) FROM entries WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (OPENING, ids),
    )
    return [
        KnownEntry(
            id=row[0],
            title=row[1],
            author=row[2],
            canonical_url=row[3],
            published_at=moment_of(row[4]),
            updated_at=moment_of(row[5]),
            news=bool(row[6]),
            content_hash=row[7],
            size=row[8],
            opening=row[9],
            sightings=tuple(sightings.get(row[0], ())),
            earlier=frozenset(earlier.get(row[0], ())),
        )
        for row in rows
    ]


_TOLD_APART: Final = """
    SELECT EXISTS (
        SELECT 1 FROM sightings AS one CROSS JOIN sightings AS other
        WHERE one.entry_id = :one AND other.entry_id = :other
            AND one.feed_id IS other.feed_id AND one.source IS other.source
            AND (one.guid <> other.guid
                OR (one.first_seen_at <= other.last_seen_at AND other.first_seen_at <= one.last_seen_at)))
"""


def told_apart(connection: sqlite3.Connection, one: int, other: int) -> bool:
    """``matching.coexisted`` of all sightings of two entries, where ``look_up`` gives only some of a crowd's."""
    return bool(connection.execute(_TOLD_APART, {"one": one, "other": other}).fetchone()[0])


def _ids(connection: sqlite3.Connection, wanted: Wanted) -> tuple[set[int], set[int]]:
    """The entries that the keys find, and the sightings by which they do."""
    bound = {"feed": wanted.source.feed_id, "file": wanted.source.file, "handful": _A_HANDFUL}
    queries: tuple[tuple[str, Sequence[object]], ...] = (
        (_BY_GUID, wanted.guids),
        (_BY_ADDRESS, wanted.keys),
        (_BY_GUID_KEY, wanted.keys),
        (_BY_CONTENT, wanted.hashes),
        (_BARE_BY_CONTENT, wanted.bare),
        (_BY_TIME, [to_text(moment) for moment in wanted.times]),
        (_ADDRESSLESS_NEAR, [_around(moment) for moment in wanted.near]),
    )
    rows = [
        row
        for query, values in queries
        if values
        for row in connection.execute(query, {**bound, "values": json.dumps(values)})
    ]
    entries, sightings = {entry_id for entry_id, _ in rows}, {sighting_id for _, sighting_id in rows}
    return entries | entries_titled(connection, wanted.titled), sightings


def _around(moment: datetime) -> tuple[str, str]:
    try:
        return to_text(moment - NEAR), to_text(moment + NEAR)
    except OverflowError:  # the first or the last day of the calendar: feeds state them
        return to_text(moment), to_text(moment)


def _sighting(row: Sequence[Any]) -> Sighting:
    return Sighting(
        id=row[0],
        entry_id=row[1],
        source=Source(row[2], row[3]),
        guid=row[4],
        url=row[5],
        match_key=row[6],
        guid_key=row[7],
        title=row[8],
        published_at=moment_of(row[9]),
        content_hash=row[10],
        first_seen_at=time_of(row[11]),
        last_seen_at=time_of(row[12]),
    )


def recent_times(connection: sqlite3.Connection, feed_id: int, *, now: datetime, limit: int = 30) -> list[datetime]:
    """When a feed's latest posts were published, as it states it, the latest first; future dates left out."""
    rows = connection.execute(
        "SELECT published_at FROM sightings WHERE feed_id = ? AND published_at <= ? ORDER BY published_at DESC LIMIT ?",
        (feed_id, to_text(now + timedelta(minutes=1)), limit),
    )
    return [time_of(row[0]) for row in rows]


# --- writing ------------------------------------------------------------------------------------------


def next_id(connection: sqlite3.Connection) -> int:
    """The id the next entry may have: greater than any ever given. Only for the holder of the write lock."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    return 1 if row is None else int(row[0]) + 1


def insert(
    connection: sqlite3.Connection,
    rows: Iterable[tuple[int, ParsedEntry, str | None, bool]],
    *,
    now: datetime,
    extractor_version: int,
) -> None:
    """New entries: id, state, canonical address, and whether it is news. ``index_new`` makes them searchable."""
    connection.executemany(
        "INSERT INTO entries (id, canonical_url, title, author, published_at, published_raw, updated_at,"
        " first_seen_at, news, content_hash, extractor_version, html, text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                entry_id,
                canonical_url,
                entry.title,
                entry.author,
                text_of(entry.published.at) if entry.published else None,
                entry.published.raw if entry.published else None,
                text_of(entry.updated.at) if entry.updated else None,
                to_text(now),
                news,
                entry.content_hash,
                extractor_version,
                entry.html,
                entry.text,
            )
            for entry_id, entry, canonical_url, news in rows
        ],
    )


def index_new(connection: sqlite3.Connection) -> None:
    """Make what was inserted searchable: once, at the end of the transaction that inserted it.

    Ids only grow, so whatever is beyond the last indexed entry is not indexed yet.
    """
    connection.execute(
        "INSERT INTO entries_fts (rowid, title, text) SELECT id, title, text FROM entries"
        " WHERE id > (SELECT coalesce(max(id), 0) FROM entries_fts_docsize)"
    )


_KEEP_STATE: Final = """
    INSERT INTO revisions (entry_id, replaced_at, title, author, published_at, published_raw, updated_at, html, text,
        content_hash, ratings)
    SELECT :of, :now, title, author, published_at, published_raw, updated_at, html, text, content_hash,
        (SELECT json_group_array(json_object(
            'provider_type', provider_type, 'provider', provider, 'area', area, 'aspect', aspect, 'rating', rating,
            'raw', raw, 'when', "when", 'evidence', evidence, 'field', field, 'position', position, 'start', start,
            'end', "end", 'confidence', confidence, 'reason', reason, 'extractor_version', extractor_version))
        FROM (SELECT * FROM ratings WHERE ratings.entry_id = entries.id ORDER BY ratings.id))
    FROM entries WHERE id = :entry
"""


def revise(
    connection: sqlite3.Connection,
    rows: Sequence[tuple[int, ParsedEntry]],
    *,
    now: datetime,
    extractor_version: int,
) -> None:
    """Keep each entry's state, with its ratings, as a revision, and give it the new one. Dates are ``change``'s."""
    moment = to_text(now)
    connection.executemany(_KEEP_STATE, [{"of": entry_id, "now": moment, "entry": entry_id} for entry_id, _ in rows])
    connection.executemany(
        "UPDATE entries SET title = ?, html = ?, text = ?, content_hash = ?, extractor_version = ?, changed_at = ?"
        " WHERE id = ?",
        [
            (entry.title, entry.html, entry.text, entry.content_hash, extractor_version, moment, entry_id)
            for entry_id, entry in rows
        ],
    )


def change(
    connection: sqlite3.Connection,
    rows: Iterable[tuple[int, str | None, str | None, datetime | None, str | None, datetime | None, bool]],
) -> None:
    """Facts that no revision is kept of.

    Id, author, canonical address, publication time with its words (None: as they are), time of update, news.
    """
    connection.executemany(
        "UPDATE entries SET author = ?, canonical_url = ?, published_at = ?,"
        " published_raw = coalesce(?, published_raw), updated_at = ?, news = ? WHERE id = ?",
        [
            (author, canonical_url, text_of(published_at), published_raw, text_of(updated_at), news, entry_id)
            for entry_id, author, canonical_url, published_at, published_raw, updated_at, news in rows
        ],
    )


SightingRow = tuple[int, "str | None", "str | None", "str | None", "str | None", str, "datetime | None", str]
"""Entry or sighting id, guid, url, match key, guid key, title, publication time, content hash."""


def add_sightings(
    connection: sqlite3.Connection, rows: Iterable[SightingRow], *, source: Source, now: datetime
) -> None:
    """Entries as ``source`` carries them; each row starts with the entry's id."""
    moment = to_text(now)
    connection.executemany(
        "INSERT INTO sightings (entry_id, feed_id, source, guid, url, match_key, guid_key, title, published_at,"
        " content_hash, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(row[0], source.feed_id, source.file, *row[1:6], text_of(row[6]), row[7], moment, moment) for row in rows],
    )


def rewrite_sightings(connection: sqlite3.Connection, rows: Iterable[SightingRow], *, now: datetime) -> None:
    """Sightings whose copy, guid or address changed; each row starts with the sighting's id."""
    moment = to_text(now)
    connection.executemany(
        "UPDATE sightings SET guid = ?, url = ?, match_key = ?, guid_key = ?, title = ?, published_at = ?,"
        " content_hash = ?, last_seen_at = ? WHERE id = ?",
        [(*row[1:6], text_of(row[6]), row[7], moment, row[0]) for row in rows],
    )


def see(connection: sqlite3.Connection, sighting_ids: Collection[int], *, now: datetime) -> None:
    """Sightings that a changed document holds as they were."""
    if sighting_ids:
        connection.execute(
            "UPDATE sightings SET last_seen_at = ? WHERE id IN (SELECT value FROM json_each(?))",
            (to_text(now), json.dumps(list(sighting_ids))),
        )


_MERGE: Final = (
    "UPDATE sightings SET entry_id = :kept WHERE entry_id = :dropped",
    "UPDATE revisions SET entry_id = :kept WHERE entry_id = :dropped",
    "UPDATE OR IGNORE digest_entries SET entry_id = :kept WHERE entry_id = :dropped",
    "DELETE FROM ratings WHERE entry_id = :losing",
    "DELETE FROM flags WHERE entry_id = :losing",
    "UPDATE ratings SET entry_id = :kept WHERE entry_id = :winning",
    "UPDATE flags SET entry_id = :kept WHERE entry_id = :winning",
    """
    UPDATE entries SET (title, author, html, text, content_hash, extractor_version, canonical_url,
        published_at, published_raw, updated_at, first_seen_at, changed_at, news) =
    (SELECT w.title, coalesce(w.author, l.author), w.html, w.text, w.content_hash, w.extractor_version,
        coalesce(w.canonical_url, l.canonical_url),
        iif(l.published_at < w.published_at, l.published_at, coalesce(w.published_at, l.published_at)),
        iif(l.published_at < w.published_at, l.published_raw, coalesce(w.published_raw, l.published_raw)),
        iif(l.updated_at > w.updated_at, l.updated_at, coalesce(w.updated_at, l.updated_at)),
        min(w.first_seen_at, l.first_seen_at), iif(:changed, :now, w.changed_at), max(w.news, l.news)
    FROM entries AS w, entries AS l WHERE w.id = :winning AND l.id = :losing)
    WHERE id = :kept
    """,
    "DELETE FROM entries WHERE id = :dropped",
)


def merge(connection: sqlite3.Connection, *, kept: int, dropped: int, now: datetime) -> set[int]:
    """Make one entry of two that are one post.

    The fuller state stays, the other becomes a revision where it differs. Sightings, revisions and the ledger of
    digests are united, so that what was told of either is not told again. Returns the inspections that either spoke of.
    """
    both = {"kept": kept, "dropped": dropped}
    fullness = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT id, length(text), content_hash FROM entries WHERE id IN (:kept, :dropped)", both
        )
    }
    inspections = {
        row[0]
        for row in connection.execute(
            "SELECT inspection_id FROM ratings WHERE entry_id IN (:kept, :dropped) AND inspection_id IS NOT NULL", both
        )
    }
    losing, winning = (kept, dropped) if fullness[dropped] > fullness[kept] else (dropped, kept)
    changed = fullness[kept][1] != fullness[dropped][1]
    if changed:
        connection.execute(_KEEP_STATE, {"of": kept, "now": to_text(now), "entry": losing})
    parties = both | {"losing": losing, "winning": winning, "now": to_text(now), "changed": changed}
    for statement in _MERGE:
        connection.execute(statement, parties)
    return inspections
