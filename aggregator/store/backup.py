"""Back the database up while everything goes on, and put a backup in its place.

A backup is one file, checked after it was written, and appears under its name whole or not at all. Restoring never
writes over a database: the one that was there is kept beside it, however damaged it is.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.errors import DatabaseBusy, DatabaseDamaged, StoreError
from aggregator.store.faults import faults
from aggregator.store.files import connect, copy, look_at_file, sync_folder
from aggregator.store.migrations import SCHEMA, is_current

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

__all__ = ["Copied", "back_up", "backups_in", "name_for", "restore"]

_LOGS: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, by the ends of the names."""

_SHARED_FIRST: Final = 0x40000002
_SHARED_SIZE: Final = 510


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was checked.

    Attributes:
        path: Where it is.
        size: Bytes.
        entries: How many posts are in it.
        kept: After a restore: where the database is that was there before; None where there was none.
    """

    path: Path
    size: int
    entries: int
    kept: Path | None = None


def back_up(database: Path, target: Path, *, busy_timeout: timedelta) -> Copied:
    """Write a whole, checked copy of ``database``, as it is at one moment, to ``target``.

    Raises:
        StoreError: There is something of that name; or one of its kinds. Nothing is left behind under that name.
    """
    if target.exists() or target.is_symlink():
        raise StoreError(
            "it exists already", subject=str(target), next_step="Nothing was written. Name another file, or a folder"
        )
    if not target.parent.is_dir():
        raise StoreError("its folder does not exist", subject=str(target), next_step="Create the folder first")
    look_at_file(database, create=False, read_only=True)
    part = target.with_name(f".{target.name}.part")
    _copy_ours(database, part, into=target, busy_timeout=busy_timeout)
    try:
        entries = _checked(part, subject=target)
        shutil.copymode(database, part)
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return Copied(target, target.stat().st_size, entries)


def name_for(database: Path, now: datetime) -> str:
    """The name of a backup made at a time (UTC), in a folder of backups."""
    return f"{database.stem}-{now:%Y%m%dT%H%M%SZ}.db"


def backups_in(folder: Path, database: Path) -> list[Path]:
    """The backups of ``database`` in a folder, the newest first: files that ``name_for`` has named, and no others."""
    pattern = re.compile(re.escape(database.stem) + r"-\d{8}T\d{6}Z\.db")
    try:
        return sorted((each for each in folder.iterdir() if pattern.fullmatch(each.name)), reverse=True)
    except (FileNotFoundError, NotADirectoryError):
        return []


def restore(source: Path, database: Path) -> Copied:
    """Put a copy of the backup ``source`` in the place of ``database``, and keep what was there.

    Claims that were running when the backup was made are ended: nobody alive holds them.

    Raises:
        DatabaseBusy: A process has the database open. Nothing was changed.
        DatabaseDamaged: The backup is not sound. Nothing was changed.
        StoreError: It is no backup of ours; or one of its kinds.
    """
    look_at_file(source, create=False, read_only=True)
    database = database.resolve()  # a link goes on pointing to where it does
    if database.exists() and source.samefile(database):
        raise StoreError("it is the database itself", subject=str(source), next_step="Name a backup of it")
    part = database.with_name(f"{database.name}.restoring")
    _copy_ours(source, part, into=database, busy_timeout=timedelta(seconds=5))
    try:
        entries = _checked(part, subject=source)
        with faults(database):
            _end_claims(part)
            _alone_with(database)
        _give_to_owner(part, database)
        kept = _set_aside(database) if database.exists() else None
        part.replace(database)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(database.parent)
    return Copied(database, database.stat().st_size, entries, kept)


def _copy_ours(source: Path, part: Path, *, into: Path, busy_timeout: timedelta) -> None:
    """Copy a database of ours to ``part``, which is going to be ``into``: faults there are told of that."""
    with faults(source):
        connection = connect(source, busy_timeout, read_only=True)
        try:
            _must_be_ours(connection, source)
            with faults(into):
                copy(connection, part)
        finally:
            connection.close()


def _must_be_ours(connection: sqlite3.Connection, path: Path) -> None:
    is_current(connection, path, SCHEMA)
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        raise StoreError("it is empty", subject=str(path))


def _checked(part: Path, *, subject: Path) -> int:
    """Read a copy from the disk, all of it; how many posts it has."""
    try:
        with faults(subject):
            connection = connect(part, timedelta(0), read_only=True)
            try:
                found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
                if found == ["ok"]:
                    return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])
            finally:
                connection.close()
    except DatabaseDamaged as error:
        found = [error.what]
    raise DatabaseDamaged(
        f"the copy is not sound ({'; '.join(found)})",
        subject=str(subject),
        next_step="It was not kept. Look with aggregator doctor whether the database that was copied is",
    )


def _end_claims(part: Path) -> None:
    """Whoever was at work when the backup was made is not at work on this copy."""
    connection = sqlite3.connect(part, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM daemon")
        for table in ("feeds", "deliveries"):
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info ({table})")}
            if "lease_owner" in columns:  # a backup of an older version is brought up to date later
                connection.execute(f"UPDATE {table} SET lease_owner = NULL, lease_expires_at = NULL")  # noqa: S608 - ours
        connection.execute("COMMIT")
    finally:
        connection.close()


def _alone_with(database: Path) -> None:
    """See to it that no process has the database open.

    Every connection in WAL mode holds a shared lock on some bytes of the file for as long as it is open
    (https://www.sqlite.org/src/file/src/os.h, SHARED_FIRST). SQLite itself is not asked: of a database that is
    ruined it would drop the log.

    Raises:
        DatabaseBusy: One has.
    """
    if not database.exists():
        return
    with database.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                raise
            raise DatabaseBusy(
                "a process has it open",
                subject=str(database),
                next_step="Nothing was changed. Stop the daemon, and whatever else looks at it, then restore again",
            ) from None


def _set_aside(database: Path) -> Path:
    """Give a database, and the logs that a damaged one may still need, other names; that of the file.

    Its own name stays until the new file takes it: were there a moment without, a poll would begin afresh in it.
    """
    kept = next(name for name in _names(database) if not any(_beside(name, end).exists() for end in ("", *_LOGS)))
    try:
        kept.hardlink_to(database)
    except OSError:  # a file system without links
        database.rename(kept)
    for end in _LOGS:
        if _beside(database, end).exists():
            _beside(database, end).rename(_beside(kept, end))
    return kept


def _give_to_owner(part: Path, database: Path) -> None:
    """Whoever serves the database must be able to open what root has restored."""
    before = database if database.exists() else database.parent
    if database.exists():
        shutil.copymode(database, part)
    if os.geteuid() == 0:
        os.chown(part, before.stat().st_uid, before.stat().st_gid)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _names(database: Path) -> Iterator[Path]:
    yield _beside(database, ".before-restore")
    for count in range(2, 1_000_000):
        yield _beside(database, f".before-restore.{count}")
