"""Tables ``ratings`` and ``flags``: what an entry states, and the rules it met."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from aggregator.model import Flag, Rating

__all__ = ["add_flags", "add_ratings", "forget"]


def forget(connection: sqlite3.Connection, entry_ids: Collection[int]) -> set[int]:
    """Remove the ratings and flags of entries whose state is replaced; the inspections that these ratings were from."""
    if not entry_ids:
        return set()
    ids = json.dumps(list(entry_ids))
    inspections = {
        row[0]
        for row in connection.execute(
            "DELETE FROM ratings WHERE entry_id IN (SELECT value FROM json_each(?)) RETURNING inspection_id", (ids,)
        )
    }
    connection.execute("DELETE FROM flags WHERE entry_id IN (SELECT value FROM json_each(?))", (ids,))
    return inspections - {None}


def add_ratings(
    connection: sqlite3.Connection, rows: Iterable[tuple[int, Rating, int | None]], *, extractor_version: int
) -> None:
    """Ratings: the entry that states it, what it states, and the inspection it is from, where known."""
    connection.executemany(
        "INSERT INTO ratings (entry_id, inspection_id, provider_type, provider, area, aspect, rating, raw,"
        ' "when", evidence, field, position, start, "end", confidence, reason, extractor_version)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                entry_id,
                inspection_id,
                rating.provider_type,
                rating.provider,
                rating.area,
                rating.aspect,
                rating.rating,
                rating.raw,
                rating.when,
                rating.evidence,
                rating.field,
                rating.position,
                rating.start,
                rating.end,
                rating.confidence,
                rating.reason,
                extractor_version,
            )
            for entry_id, rating, inspection_id in rows
        ],
    )


def add_flags(connection: sqlite3.Connection, rows: Iterable[tuple[int, Flag, str]], *, now: datetime) -> None:
    """Flags: the entry, the rule it met and why, and the rule's version."""
    connection.executemany(
        "INSERT INTO flags (entry_id, rule, rule_version, reason, flagged_at) VALUES (?, ?, ?, ?, ?)",
        [(entry_id, flag.rule, version, flag.reason, to_text(now)) for entry_id, flag, version in rows],
    )
