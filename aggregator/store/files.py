"""A database as files: what can be told of them before SQLite looks, connecting to them, copying them whole."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Final

from aggregator.errors import DatabaseDamaged, DatabaseReadOnly, StoreError

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

__all__ = ["WRITABLE_STEP", "connect", "copy", "identity", "look_at_file", "sync_folder"]

WRITABLE_STEP: Final = "Nothing was written. Make the file and its folder writable for this user"


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that takes its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def look_at_file(path: Path, *, create: bool, read_only: bool) -> None:
    """What the file system alone can tell, in better words than SQLite's "unable to open database file"."""
    subject = str(path)
    try:
        exists = path.exists()
        if path.is_dir():
            raise StoreError("it is a folder, not a database file", subject=subject)
        if exists and not path.is_file():  # a pipe would be waited for, for ever
            raise StoreError("it is no regular file", subject=subject)
        if not exists and path.is_symlink():
            raise StoreError(f"it is a link to {path.readlink()}, which is not there", subject=subject)
        if not exists and (read_only or not create):
            raise StoreError(
                "there is no database here yet", subject=subject, next_step="Run aggregator poll to make it"
            )
        if not path.parent.is_dir():
            raise StoreError("its folder does not exist", subject=subject, next_step="Create the folder first")
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size > 0 and (not exists or path.stat().st_size == 0):
            # SQLite would take it as new, and drop the log that still holds what the file has lost.
            raise DatabaseDamaged(
                f"the file is {'empty' if exists else 'gone'}, but the log beside it is not",
                subject=subject,
                next_step=f"{log.name} was left as it is. Restore a backup (docs/how-to/back-up.md)",
            )
    except PermissionError:
        raise DatabaseReadOnly("no permission to look at it", subject=subject, next_step=WRITABLE_STEP) from None
    if not read_only:
        for place in (path, path.parent) if exists else (path.parent,):
            if not os.access(place, os.W_OK):
                raise DatabaseReadOnly(
                    "the file cannot be written" if place == path else "its folder cannot be written",
                    subject=subject,
                    next_step=WRITABLE_STEP,
                )


def connect(path: Path, busy_timeout: timedelta, *, read_only: bool) -> sqlite3.Connection:
    """A connection in autocommit mode, to be used by one thread at a time."""

    def attempt(options: str) -> sqlite3.Connection:
        # One thread at a time uses it, but not always the same one.
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?{options}",
            uri=True,
            timeout=busy_timeout.total_seconds(),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )

    if not read_only:
        return attempt("mode=rwc")
    connection = attempt("mode=ro")
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        if not isinstance(error, sqlite3.OperationalError):
            raise
        # A WAL database wants its -shm file even for reading. Where the folder cannot be written and no log is left
        # over, nobody can be writing, and the file can be read as it stands.
        if os.access(path.parent, os.W_OK) or path.with_name(path.name + "-wal").exists():
            raise
        return attempt("mode=ro&immutable=1")
    return connection


def copy(source: sqlite3.Connection, part: Path) -> None:
    """Copy a database whole, log included, as of one moment, into one file that needs no log beside it.

    Others may go on reading and writing meanwhile.

    Args:
        source: The database.
        part: The file, which is on the disk when this returns; it is removed if that fails.
    """
    part.unlink(missing_ok=True)
    try:
        target = sqlite3.connect(part, isolation_level=None)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE").fetchone()  # the copy says WAL, as its original does
        finally:
            target.close()
        with part.open("rb") as written:
            os.fsync(written.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Put names that were given in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
