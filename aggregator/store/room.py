"""How much room there is for the database to grow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from aggregator.errors import DatabaseFull

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LEAST", "free_bytes", "require_room"]

LEAST: Final = 256_000
"""Bytes: what one poll of one feed may well need."""


def free_bytes(path: Path) -> int | None:
    """What this user may still write beside ``path``; None where the system does not say."""
    try:
        found = os.statvfs(path.parent)
    except OSError:
        return None
    return found.f_frsize * found.f_bavail


def require_room(path: Path) -> None:
    """See to it that servers are not asked for what could not be stored: each poll would fetch all of it again.

    Raises:
        DatabaseFull: There is next to none.
    """
    free = free_bytes(path)
    if free is not None and free < LEAST:
        raise DatabaseFull(
            "the disk is full",
            subject=str(path),
            next_step="No feed was asked, as nothing could be stored. Make room; what is due waits until then",
        )
