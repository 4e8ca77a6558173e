"""What SQLite's errors mean for the person who runs the program: ``sqlite3`` errors to the error tree.

Contains no business logic. Only trouble with the *surroundings* is translated (lock, permission, space, damage); a
wrong statement or a broken constraint is a bug here and passes through as ``sqlite3`` raised it.
"""

from __future__ import annotations

import re
import resource
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from aggregator.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseReadOnly,
    StoreError,
)
from aggregator.store.migrations import SCHEMA
from aggregator.store.room import free_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["faults", "translate"]

_NO_ROOM_LEFT: Final = 1_000_000
"""Bytes: a file system with less free space than this is taken as full when writing to it fails."""

_BUSY_STEP: Final = "Nothing was written; another process is writing to it. Try again when it has finished"
_READ_ONLY_STEP: Final = "Nothing was written. Make the file and its folder writable for this user"
_FULL_STEP: Final = "Nothing was half-written. Make room; what was not recorded is asked for again"
_DAMAGED_STEP: Final = (
    "It was left as it is. Restore a backup (docs/how-to/back-up.md), or move the file away to start afresh"
)

_MISSED: Final = re.compile(r"no such (?:table|column): (?:\w+\.)?(\w+)")

_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_READ_ONLY: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})


def translate(error: Exception, path: Path) -> StoreError | None:
    """The error tree's word for ``error``, or None where it is no trouble around the database, but a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the sqlite3 module itself: misuse, not the database
        return None
    primary = code & 0xFF  # the high bytes refine it: https://www.sqlite.org/rescode.html
    subject = str(path)
    if primary in _BUSY:
        return DatabaseBusy("the database is locked", subject=subject, next_step=_BUSY_STEP)
    if primary in _READ_ONLY:
        return DatabaseReadOnly("the database cannot be written", subject=subject, next_step=_READ_ONLY_STEP)
    if primary == sqlite3.SQLITE_FULL:
        return DatabaseFull("the disk is full", subject=subject, next_step=_FULL_STEP)
    if primary in _DAMAGED:
        return DatabaseDamaged(_damage(primary, error), subject=subject, next_step=_DAMAGED_STEP)
    if primary == sqlite3.SQLITE_CANTOPEN:
        return DatabaseReadOnly(
            "the database, or the log beside it, cannot be opened", subject=subject, next_step=_READ_ONLY_STEP
        )
    if primary == sqlite3.SQLITE_IOERR:
        # A full disk shows as an I/O error where SQLite grows its shared-memory file or a quota says no.
        if _full(path):
            return DatabaseFull("the disk is full", subject=subject, next_step=_FULL_STEP)
        limited = resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY
        return StoreError(
            f"the disk answered with an error ({error})",
            subject=subject,
            next_step="Nothing was half-written. Look at "
            + ("the limit on the size of files (ulimit -f)" if limited else "the disk and its file system"),
        )
    if primary == sqlite3.SQLITE_ERROR and _is_missed(str(error)):
        return DatabaseDamaged(
            f"its tables are not those that its version has ({error})", subject=subject, next_step=_DAMAGED_STEP
        )
    if primary == sqlite3.SQLITE_NOMEM:
        return StoreError("there is not enough memory", subject=subject, next_step="Nothing was half-written")
    return None


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Within it, ``sqlite3`` errors about the database's surroundings leave as the error tree's.

    Raises:
        StoreError: or one of its kinds, with what happens next.
    """
    try:
        yield
    except sqlite3.Error as error:
        translated = translate(error, path)
        if translated is None:
            raise
        raise translated from error


def _damage(primary: int, error: Exception) -> str:
    if primary == sqlite3.SQLITE_NOTADB:
        return "the file is not an SQLite database"
    return f"the database is damaged ({error})"


def _is_missed(message: str) -> bool:
    """Whether it tells of a table or column that our tables have: somebody has changed them. Another is a bug."""
    found = _MISSED.match(message)
    return found is not None and re.search(rf"\b{found[1]}\b", SCHEMA.script) is not None


def _full(path: Path) -> bool:
    free = free_bytes(path)
    return free is not None and free < _NO_ROOM_LEFT
