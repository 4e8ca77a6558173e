"""From no database, or an older one, to today's tables: each step whole or not at all.

``schema.sql`` creates the newest version at once. A step takes a database from its version to the next one. It runs,
with those after it, in one ``BEGIN IMMEDIATE`` after the file was copied to ``NAME.before-vN``; processes that want
to migrate at the same time wait for each other, and the later ones find nothing left to do.

Writing a step: plain ``ALTER TABLE`` where it goes. ``sqlite_utils``'s ``transform`` drops triggers, those of the
full-text index among them; a test compares ``sqlite_master`` of a migrated and of a fresh database.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Final

from aggregator.errors import DatabaseDamaged, DatabaseTooNew, StoreError
from aggregator.store.files import copy, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

__all__ = ["APPLICATION_ID", "SCHEMA", "Schema", "bring_up_to_date", "is_current"]

APPLICATION_ID: Final = 0x50726F62
"""``Prob`` in the file's header: how ``file(1)`` and we tell this database from any other SQLite file."""


@dataclass(frozen=True)
class Schema:
    """A version of the tables, and how older ones become it. Tests make their own; the program has ``SCHEMA``.

    Attributes:
        version: What ``PRAGMA user_version`` says of such a database.
        script: The DDL of a fresh one.
        steps: By the version they start from: what makes the next one of it. A step must not commit.
    """

    version: int
    script: str
    steps: Mapping[int, Callable[[sqlite3.Connection], None]] = field(default_factory=dict)

    @cached_property
    def tables(self) -> frozenset[str]:
        """What a database of this version has at least; users may have added their own."""
        return frozenset(re.findall(r"^CREATE (?:VIRTUAL )?TABLE (\w+)", self.script, re.MULTILINE))


def _script(name: str) -> str:
    return resources.files("aggregator.store").joinpath(name).read_text("utf-8")


def _run(name: str) -> Callable[[sqlite3.Connection], None]:
    """A step that is a script."""

    def step(connection: sqlite3.Connection) -> None:
        for statement in _statements(_script(name)):
            connection.execute(statement)

    return step


SCHEMA: Final = Schema(
    version=3,
    script=_script("schema.sql"),
    steps={1: _run("to-version-2.sql"), 2: _run("to-version-3.sql")},
)


def is_current(connection: sqlite3.Connection, path: Path, schema: Schema) -> bool:
    """Whether the database needs nothing done.

    Raises:
        DatabaseTooNew: It was written by a newer aggregator.
        DatabaseDamaged: It is a half-made database, of ours by its header but without tables.
        StoreError: It is somebody else's SQLite database.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if application == 0 and version == 0 and not tables:
        return False
    if application != APPLICATION_ID:
        raise StoreError(
            "it is an SQLite database, but not one that aggregator made",
            subject=str(path),
            next_step="It was left as it is. Name another file as database.path or with --database",
        )
    if version > schema.version:
        raise DatabaseTooNew(
            f"it was written by a newer aggregator (its tables are version {version}, this one knows {schema.version})",
            subject=str(path),
            next_step="It was left as it is. Upgrade aggregator, or name another file with --database",
        )
    missing = sorted(schema.tables - tables) if version == schema.version else []
    if version < 1 or not tables or missing:
        raise DatabaseDamaged(
            f"its header is aggregator's, but tables are missing ({', '.join(missing) or 'all'})",
            subject=str(path),
            next_step="It was left as it is. Restore a backup (docs/how-to/back-up.md)",
        )
    return bool(version == schema.version)


def bring_up_to_date(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    """Create the tables, or migrate them. Does nothing where another process has done it meanwhile.

    ``connection`` is in autocommit mode and in no transaction.

    Raises:
        StoreError: as ``is_current``; and ``sqlite3`` errors, with nothing changed.
    """
    # The pragma does nothing within a transaction, and a step that rebuilds a table must not cascade.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not is_current(connection, path, schema):  # asked again: now nobody else can change it
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version == 0:
                    _create(connection, schema)
                else:
                    _copy_aside(path, schema.version)
                    _step_up(connection, version, schema, path)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _create(connection: sqlite3.Connection, schema: Schema) -> None:
    for statement in _statements(schema.script):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.version}")


def _step_up(connection: sqlite3.Connection, version: int, schema: Schema, path: Path) -> None:
    for start in range(version, schema.version):
        schema.steps[start](connection)
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise DatabaseDamaged(
            f"table {broken[0]} refers to rows of {broken[2]} that are not there",
            subject=str(path),
            next_step="It was left as it is, at its old version",
        )
    connection.execute(f"PRAGMA user_version = {schema.version}")


def _copy_aside(path: Path, version: int) -> None:
    """Copy the database beside itself, whole, before it is changed; an earlier copy is never written over.

    The caller holds the write lock, so what a second connection reads is the last committed state, log included.
    """
    part = path.with_name(f"{path.name}.before-v{version}.part")
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        copy(source, part)
    finally:
        source.close()
    part.rename(next(name for name in _copy_names(path, version) if not name.exists()))
    sync_folder(path.parent)


def _copy_names(path: Path, version: int) -> Iterator[Path]:
    yield path.with_name(f"{path.name}.before-v{version}")
    for count in range(2, 1_000_000):
        yield path.with_name(f"{path.name}.before-v{version}.{count}")


def _statements(script: str) -> Iterator[str]:
    """The single statements of ``script``: ``executescript`` would commit the transaction they must be part of."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in statement.splitlines()):
        yield statement
