"""Table ``inspections``: one inspection report, whatever speaks of it. Which post is on which is decided elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.store.values import time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from datetime import datetime

__all__ = ["InspectionRow", "between", "create", "drop_unspoken", "improve", "link"]


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """What tells one report from another; ``published_at`` is the earliest date known for it."""

    id: int
    provider_type: str
    provider: str | None
    area: str | None
    regime: str
    published_at: datetime


def between(
    connection: sqlite3.Connection, *, provider_type: str, regime: str, since: datetime, until: datetime
) -> list[InspectionRow]:
    """The reports of a programme on such bodies that came out between two moments, the earliest first."""
    rows = connection.execute(
        "SELECT id, provider_type, provider, area, regime, published_at FROM inspections"
        " WHERE provider_type = ? AND regime = ? AND published_at BETWEEN ? AND ? ORDER BY published_at, id",
        (provider_type, regime, to_text(since), to_text(until)),
    )
    return [InspectionRow(row[0], row[1], row[2], row[3], row[4], time_of(row[5])) for row in rows]


def create(
    connection: sqlite3.Connection,
    *,
    provider_type: str,
    provider: str | None,
    area: str | None,
    regime: str,
    published_at: datetime,
    now: datetime,
) -> int:
    """A report not known before; its id."""
    cursor = connection.execute(
        "INSERT INTO inspections (provider_type, provider, area, regime, published_at, first_seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (provider_type, provider, area, regime, to_text(published_at), to_text(now)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def link(connection: sqlite3.Connection, inspection_id: int, official_url: str) -> None:
    """The inspectorate's own page on a report, where none was known: the first that a post gave stays."""
    connection.execute(
        "UPDATE inspections SET official_url = ? WHERE id = ? AND official_url IS NULL", (official_url, inspection_id)
    )


def improve(
    connection: sqlite3.Connection, inspection_id: int, *, provider: str | None, published_at: datetime
) -> None:
    """Another post on the report: its body's name where none was known, and the earlier of the dates."""
    connection.execute(
        "UPDATE inspections SET provider = coalesce(provider, ?), published_at = min(published_at, ?) WHERE id = ?",
        (provider, to_text(published_at), inspection_id),
    )


def drop_unspoken(connection: sqlite3.Connection, inspection_ids: Collection[int]) -> None:
    """Remove those of the reports that no rating points at any more: an edit took back what was read."""
    if inspection_ids:
        connection.execute(
            "DELETE FROM inspections WHERE id IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM ratings WHERE ratings.inspection_id = inspections.id)",
            (json.dumps(sorted(inspection_ids)),),
        )
