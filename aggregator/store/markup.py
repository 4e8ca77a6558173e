"""The HTML of posts whose words are as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from aggregator.model import ParsedEntry
    from aggregator.store.known import Source

__all__ = ["refresh_html"]

# The first of the sources that have these words has the say: two that mark them up differently would take turns.
_REFRESH: Final = """
    UPDATE entries SET html = :html
    WHERE content_hash = :hash AND html <> :html AND id IN (
        SELECT entry_id FROM sightings AS mine
        WHERE content_hash = :hash AND feed_id IS :feed AND source IS :file AND guid IS :guid AND url IS :url
        AND NOT EXISTS (
            SELECT 1 FROM sightings AS first
            WHERE first.entry_id = mine.entry_id AND first.content_hash = :hash AND first.id < mine.id
            AND (first.feed_id IS NOT mine.feed_id OR first.source IS NOT mine.source)))
"""


def refresh_html(connection: sqlite3.Connection, entries: Iterable[ParsedEntry], *, source: Source) -> None:
    """Keep today's HTML of entries whose copy in ``source`` has the words that are stored, in other markup.

    A link that was put right, a word set in bold: nobody is told of it and no revision is kept, as nothing reads
    otherwise than before.
    """
    connection.executemany(
        _REFRESH,
        [
            {
                "html": entry.html,
                "hash": entry.content_hash,
                "feed": source.feed_id,
                "file": source.file,
                "guid": entry.guid or None,
                "url": entry.url,
            }
            for entry in entries
        ],
    )
