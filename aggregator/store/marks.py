"""Table ``item_marks``: what is known of the items of each feed's last document; ``polling.marks`` reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

__all__ = ["keep_marks", "marks_of"]


def marks_of(connection: sqlite3.Connection, feed_id: int) -> bytes | None:
    """A feed's marks."""
    row = connection.execute("SELECT marks FROM item_marks WHERE feed_id = ?", (feed_id,)).fetchone()
    return None if row is None else bytes(row[0])


def keep_marks(connection: sqlite3.Connection, feed_id: int, marks: bytes) -> None:
    """Put a document's marks in the place of the last one's; none: empty."""
    if marks:
        connection.execute("INSERT OR REPLACE INTO item_marks (feed_id, marks) VALUES (?, ?)", (feed_id, marks))
    else:
        connection.execute("DELETE FROM item_marks WHERE feed_id = ?", (feed_id,))
