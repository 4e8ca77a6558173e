"""What can be told of SQLite and of one database by looking closely: for ``aggregator doctor``."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aggregator.store.faults import faults

if TYPE_CHECKING:
    from aggregator.store.database import Store

__all__ = ["Library", "file_system", "index_problem", "integrity", "journal_mode", "library", "rebuild"]

_REMOTE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "afs"})
"""File systems that two machines may share, or that promise no locks or shared memory."""


@dataclass(frozen=True, slots=True)
class Library:
    """The SQLite that Python was built with.

    Attributes:
        resets_wrongly: Whether it has the bug by which two connections that write and checkpoint at the same moment
            may, very rarely, corrupt a database in WAL mode: 3.7.0 to 3.51.2, but not 3.44.6 and 3.50.7, to which
            the fix was carried back (https://www.sqlite.org/changes.html).
        has_search: Whether it can search full text.
    """

    version: str
    resets_wrongly: bool
    has_search: bool


def library() -> Library:
    """Look at it."""
    connection = sqlite3.connect(":memory:")
    try:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    finally:
        connection.close()
    return Library(sqlite3.sqlite_version, resets_wrongly(sqlite3.sqlite_version_info), "ENABLE_FTS5" in options)


def resets_wrongly(version: tuple[int, ...]) -> bool:
    """Whether a version of SQLite has the bug: see ``Library``."""
    if version[:2] in {(3, 44), (3, 50)}:
        return version < {44: (3, 44, 6), 50: (3, 50, 7)}[version[1]]
    return (3, 7, 0) <= version < (3, 51, 3)


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The kind of file system that ``path`` is on, where that is one on which WAL is not safe; else None."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best, kind = "", ""
    real = str(path.resolve())
    for line in lines:
        fields = line.split()
        place = fields[1].encode().decode("unicode_escape", "replace")
        if (real == place or real.startswith(place.rstrip("/") + "/")) and len(place) >= len(best):
            best, kind = place, fields[2]
    return kind if kind in _REMOTE else None


def journal_mode(store: Store) -> str:
    """How it keeps transactions whole; ``wal`` where all is as it should be."""
    with store.read() as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def integrity(store: Store) -> list[str]:
    """Everything that SQLite finds wrong, indexes included; empty for a sound database. Reads all of it, twice."""
    found = store.problems()
    if not found:
        with faults(store.path):
            rows = [str(row[0]) for row in store.connection.execute("PRAGMA integrity_check(20)")]
        found = [row for row in rows if row != "ok"]
    return found


def index_problem(store: Store) -> str | None:
    """What is wrong with the full-text index, in words; None where it agrees with the posts. Needs to write."""
    try:
        with store.write() as connection:
            connection.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")
            (missing,) = connection.execute(
                "SELECT count(*) FROM entries WHERE id NOT IN (SELECT id FROM entries_fts_docsize)"
            ).fetchone()
    except Exception as error:
        if "malformed" in str(error) or "damaged" in str(error):
            return "it does not agree with the posts"
        raise
    return f"{missing} posts are not in it" if missing else None


def rebuild(store: Store) -> None:
    """Make again what is made from the rest: indexes and the full-text index."""
    with store.write() as connection:
        connection.execute("REINDEX")
        connection.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')")
