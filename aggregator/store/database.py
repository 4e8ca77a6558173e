"""Open the database, and write to it in short transactions.

WAL lets readers go on beside the one writer. ``synchronous=FULL`` keeps every committed transaction through a power
cut. Writing takes the lock at once (``BEGIN IMMEDIATE``): a transaction that starts by reading and writes later fails
at once with "locked" when another process wrote in between, whatever the busy timeout says.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from aggregator.errors import DatabaseDamaged, DatabaseReadOnly, DatabaseReplaced, DatabaseTooNew, StoreError
from aggregator.store.faults import faults
from aggregator.store.files import WRITABLE_STEP, connect, identity, look_at_file
from aggregator.store.migrations import SCHEMA, Schema, bring_up_to_date, is_current

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    import sqlite_utils

__all__ = ["BUSY_TIMEOUT", "Store", "open_store"]

BUSY_TIMEOUT: Final = timedelta(seconds=30)

_CACHE_KIB: Final = 16_384
_LOG_LIMIT: Final = 32_000_000
"""Bytes: a log that one big transaction has blown up is cut back to this when it is next started over."""


class Store:
    """One open database. Not for two threads at once: a reader beside a writer opens its own.

    Attributes:
        path: The file.
        connection: The ``sqlite3`` connection, in autocommit mode: outside of ``write()`` each statement stands alone.
        read_only: Whether ``write()`` is refused.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, *, version: int, read_only: bool) -> None:
        self.connection = connection
        self.path = path
        self.read_only = read_only
        self._version = version
        self._file = identity(path)
        self._writing = False

    @cached_property
    def db(self) -> sqlite_utils.Database:
        """The same connection for comfortable reading. Write through ``write()``, never through ``db.atomic()``."""
        import sqlite_utils  # noqa: PLC0415 - 50 ms that a poll has no use for

        return sqlite_utils.Database(self.connection, execute_plugins=False)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: all of it or nothing. Keep it short; no network, no rendering within.

        Raises:
            RuntimeError: It was asked for within itself: a bug, as the inner block could not be undone alone.
            DatabaseBusy: Another process held the lock past the busy timeout.
            DatabaseReadOnly, DatabaseFull, DatabaseDamaged: as they say; nothing was half-written.
            DatabaseReplaced, DatabaseTooNew: The file was taken away, or migrated, since it was opened.
        """
        if self._writing:
            raise RuntimeError("write() within write(): a transaction has one owner")
        if self.read_only:
            raise DatabaseReadOnly(
                "the database was opened for reading only", subject=str(self.path), next_step=WRITABLE_STEP
            )
        self._writing = True
        try:
            with faults(self.path):
                try:
                    self.connection.execute("BEGIN IMMEDIATE")
                    self._still_ours()
                    yield self.connection
                    self.connection.execute("COMMIT")
                except BaseException:
                    self._roll_back()
                    raise
        finally:
            self._writing = False

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One consistent view over several statements, with the error tree's errors; nothing to it within ``write()``.

        Raises:
            StoreError: or one of its kinds, where the database cannot be read.
        """
        with faults(self.path):
            if self.connection.in_transaction:
                yield self.connection
                return
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self._roll_back()

    @contextmanager
    def savepoint(self, *, keep: bool = True) -> Iterator[None]:
        """A part of a write transaction that can fail alone: undone, and the error goes on to the caller.

        With ``keep=False`` it is a trial, undone in any case.
        """
        self.connection.execute("SAVEPOINT part")
        done = False
        try:
            yield
            done = keep
        finally:
            # Where an error has ended the whole transaction (disk full), there is no savepoint left to return to.
            if self.connection.in_transaction:
                if not done:
                    self.connection.execute("ROLLBACK TO part")
                self.connection.execute("RELEASE part")

    def checkpoint(self) -> bool:
        """Move the log into the database and empty it; whether that could be done just now.

        SQLite does it by itself every thousand pages, but never shortens the log while a reader is looking: a
        process that lives for years calls this now and then. It waits for nobody: while it waited for a reader, no
        process could write.
        """
        if self.read_only:
            return False
        with faults(self.path):
            (patience,) = self.connection.execute("PRAGMA busy_timeout").fetchone()
            self.connection.execute("PRAGMA busy_timeout = 0")
            try:
                (busy, _, _) = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self.connection.execute(f"PRAGMA busy_timeout = {patience}")
        return not busy

    @property
    def log_size(self) -> int:
        """Bytes in the log beside the database."""
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def problems(self, *, within: timedelta | None = None) -> list[str]:
        """What SQLite finds wrong with its pages and references: empty for a sound database. Reads all of it.

        Args:
            within: After this no more is read: what was not found by then is not told.
        """
        rows: list[str] = []
        broken: list[tuple[str, int, str]] = []
        try:
            with faults(self.path), self._limit(within):
                rows += [str(row[0]) for row in self.connection.execute("PRAGMA quick_check(20)")]
                broken += self.connection.execute("PRAGMA foreign_key_check").fetchmany(20)
        except DatabaseDamaged as error:
            return [error.what]
        found = [row for row in rows if row != "ok"]
        return found + [
            f"{table} row {rowid} refers to a missing row of {parent}" for table, rowid, parent, *_ in broken
        ]

    @contextmanager
    def _limit(self, within: timedelta | None) -> Iterator[None]:
        """Break off quietly what takes longer."""
        if within is None:
            yield
            return
        end = time.monotonic() + within.total_seconds()
        self.connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
        finally:
            self.connection.set_progress_handler(None, 0)

    def close(self) -> None:
        """Close it. Closing twice is harmless."""
        self.connection.close()

    def _still_ours(self) -> None:
        """Whether what is open is the database that was opened: a process that lives for years sees others come.

        A file that was removed or replaced stays open, and takes what is written to it along when it is closed.
        """
        if identity(self.path) != self._file:
            raise DatabaseReplaced(
                "the file was removed or replaced while it was open",
                subject=str(self.path),
                next_step="Nothing was written. Start the program again, on the file that is there then",
            )
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if version > self._version:
            raise DatabaseTooNew(
                f"a newer aggregator has migrated it to version {version} (this one knows {self._version})",
                subject=str(self.path),
                next_step="Nothing was written. Start the newer version in place of this one",
            )

    def _roll_back(self) -> None:
        # Some errors (disk full, I/O) have already ended the transaction; and the first error is the one to tell.
        if self.connection.in_transaction:
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(
    path: Path,
    *,
    busy_timeout: timedelta = BUSY_TIMEOUT,
    create: bool = True,
    read_only: bool = False,
    schema: Schema = SCHEMA,
) -> Store:
    """Open the database at ``path``: create it where there is none, bring an older one up to date.

    Never recreates over an existing file: what is not an aggregator database, or no longer one, is refused.

    Args:
        path: The SQLite file.
        busy_timeout: How long to wait for another process's write.
        create: Whether to make one where there is no file.
        read_only: Open what is there for reading; an older version is refused, as it cannot be migrated.
        schema: For tests of migrations.

    Raises:
        StoreError: No file, a folder in its place, somebody else's database; or one of its kinds.
    """
    look_at_file(path, create=create, read_only=read_only)
    with faults(path):
        connection = connect(path, busy_timeout, read_only=read_only)
        try:
            _prepare(connection, path, busy_timeout, read_only=read_only, schema=schema)
        except BaseException:
            connection.close()
            raise
    return Store(connection, path, version=schema.version, read_only=read_only)


def _prepare(
    connection: sqlite3.Connection, path: Path, busy_timeout: timedelta, *, read_only: bool, schema: Schema
) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")  # as sqlite_utils sets it: one behaviour on either way in
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT}")
    current = is_current(connection, path, schema)
    if read_only:
        if not current:
            empty = connection.execute("PRAGMA user_version").fetchone()[0] == 0
            raise StoreError(
                "the file is empty" if empty else "it is of an older version",
                subject=str(path),
                next_step=f"Run aggregator poll once to {'make the tables' if empty else 'migrate it'}",
            )
        return
    _use_log(connection, busy_timeout)
    if not current:
        bring_up_to_date(connection, path, schema)


def _use_log(connection: sqlite3.Connection, busy_timeout: timedelta) -> None:
    """Switch to WAL, once in a database's life. SQLite does not wait for others there, so we do."""
    give_up = time.monotonic() + busy_timeout.total_seconds()
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return  # also where the file system has no shared memory and the old journal stays
