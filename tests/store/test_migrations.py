"""An older database becomes today's, whole or not at all, whoever else tries at the same time."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import DatabaseDamaged, StoreError
from aggregator.store import open_store
from aggregator.store.migrations import APPLICATION_ID, SCHEMA, Schema

ONE = Schema(1, "CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE TABLE b (a REFERENCES a (id));")


def add_column(connection):
    connection.execute("ALTER TABLE a ADD COLUMN name TEXT")


def count_rows(connection):
    connection.execute("CREATE TABLE c AS SELECT count(*) AS n FROM a")


def fail(connection):
    connection.execute("CREATE TABLE half (id)")
    raise ZeroDivisionError


TWO = Schema(2, "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);", {1: add_column})
THREE = Schema(3, "", {1: add_column, 2: count_rows})


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.db"
    with open_store(path, schema=ONE) as store, store.write() as connection:
        connection.execute("INSERT INTO a VALUES (7)")
    return path


def tables(path):
    raw = sqlite3.connect(path)
    try:
        (version,) = raw.execute("PRAGMA user_version").fetchone()
        return version, {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        raw.close()


def test_an_older_database_is_brought_up_step_by_step_after_a_copy(path):
    with open_store(path, schema=THREE) as store:
        assert store.connection.execute("SELECT id, name FROM a").fetchall() == [(7, None)]
        assert store.connection.execute("SELECT n FROM c").fetchall() == [(1,)]
        assert store.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert tables(path) == (3, {"a", "b", "c"})
    copy = path.with_name("a.db.before-v3")
    assert tables(copy) == (1, {"a", "b"})
    with open_store(copy, schema=ONE) as store:
        assert store.connection.execute("SELECT id FROM a").fetchall() == [(7,)]


def test_the_copy_holds_what_was_still_in_the_log(path):
    with open_store(path, schema=ONE) as held:
        with held.write() as connection:
            connection.execute("INSERT INTO a VALUES (8)")
        assert path.with_name("a.db-wal").stat().st_size > 0
        open_store(path, schema=TWO).close()
    with open_store(path.with_name("a.db.before-v2"), schema=ONE) as store:
        assert store.connection.execute("SELECT id FROM a").fetchall() == [(7,), (8,)]


def test_a_step_that_fails_leaves_the_database_as_it_was(path):
    broken = Schema(3, "", {1: add_column, 2: fail})
    with pytest.raises(ZeroDivisionError):
        open_store(path, schema=broken)
    assert tables(path) == (1, {"a", "b"})
    with open_store(path, schema=THREE) as store:
        assert store.connection.execute("SELECT n FROM c").fetchone() == (1,)
    assert path.with_name("a.db.before-v3").exists()
    assert path.with_name("a.db.before-v3.2").exists(), "an earlier copy is not written over"


def test_a_step_that_breaks_references_is_undone(path):
    def orphan(connection):
        connection.execute("INSERT INTO b VALUES (99)")

    with pytest.raises(DatabaseDamaged, match="refers to rows of a"):
        open_store(path, schema=Schema(2, "", {1: orphan}))
    assert tables(path)[0] == 1


def test_a_step_may_rebuild_a_table_that_others_refer_to(path):
    with open_store(path, schema=ONE) as store, store.write() as connection:
        connection.execute("INSERT INTO b VALUES (7)")

    def rebuild(connection):
        connection.execute("CREATE TABLE a_new (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO a_new SELECT id, 'x' FROM a")
        connection.execute("DROP TABLE a")
        connection.execute("ALTER TABLE a_new RENAME TO a")

    with open_store(path, schema=Schema(2, "", {1: rebuild})) as store:
        assert store.connection.execute("SELECT a, name FROM b JOIN a ON a.id = b.a").fetchall() == [(7, "x")]


def test_an_older_database_is_not_migrated_by_looking_at_it(path):
    with pytest.raises(StoreError, match="older version"):
        open_store(path, schema=TWO, read_only=True)
    assert tables(path)[0] == 1


def test_a_database_of_ours_without_tables_is_damaged(tmp_path):
    raw = sqlite3.connect(tmp_path / "a.db")
    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    raw.execute("PRAGMA user_version = 1")
    raw.close()
    with pytest.raises(DatabaseDamaged, match="tables are missing"):
        open_store(tmp_path / "a.db")


def test_a_locked_database_is_not_migrated(path):
    with open_store(path, schema=ONE) as store, store.write():
        with pytest.raises(StoreError, match="locked"):
            open_store(path, schema=TWO, busy_timeout=timedelta(milliseconds=50))
        assert not path.with_name("a.db.before-v2").exists()


RACE = """
    import sys, time
    from pathlib import Path
    from aggregator.store import open_store
    from aggregator.store.migrations import SCHEMA, Schema

    def step(connection):
        time.sleep(0.1)
        connection.execute("ALTER TABLE a ADD COLUMN name TEXT")

    schema = SCHEMA if sys.argv[2] == "fresh" else Schema(2, "", {1: step})
    print("ready", flush=True)
    sys.stdin.readline()
    with open_store(Path(sys.argv[1]), schema=schema) as store:
        print(store.connection.execute("PRAGMA user_version").fetchone()[0], flush=True)
"""


def race(path, kind, count=4):
    """Versions that processes see which all open the database at one moment."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(RACE), str(path), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in answers] == [""] * count
    return [answer.strip() for answer, _ in answers]


def test_processes_that_migrate_at_once_do_it_once(path):
    assert race(path, "migrate") == ["2"] * 4
    assert sorted(copy.name for copy in path.parent.glob("*.before-*")) == ["a.db.before-v2"]


def test_processes_that_create_at_once_make_one_database(tmp_path):
    assert race(tmp_path / "new.db", "fresh") == [str(SCHEMA.version)] * 4
    with open_store(tmp_path / "new.db") as store:
        assert store.problems() == []


def shape(connection):
    """Every object's DDL, white space and order apart."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(kind, name): " ".join(sql.split()) for kind, name, sql in rows}


def test_every_version_has_its_step_and_ends_at_the_fresh_tables(tmp_path):
    """When the tables get a second version, the first one's script is kept in tests/store/ for this."""
    assert set(SCHEMA.steps) == set(range(1, SCHEMA.version))
    with open_store(tmp_path / "fresh.db") as fresh:
        expected = shape(fresh.connection)
        assert ("trigger", "entries_fts_update") in expected
    for version in range(1, SCHEMA.version):
        script = Path(__file__).with_name(f"schema-v{version}.sql").read_text("utf-8")
        open_store(tmp_path / f"{version}.db", schema=Schema(version, script)).close()
        with open_store(tmp_path / f"{version}.db") as migrated:
            assert shape(migrated.connection) == expected


def test_killed_at_any_moment_of_a_migration_it_is_old_or_new_and_so_are_its_copies(tmp_path):
    """Several processes migrate at once, and all are killed; whoever comes next does it."""
    path = tmp_path / "a.db"
    raw = sqlite3.connect(path)
    raw.executescript((Path(__file__).parent / "schema-v1.sql").read_text())
    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    raw.execute("PRAGMA user_version = 1")
    raw.executemany(
        "INSERT INTO entries (title, first_seen_at, news, content_hash, extractor_version, html, text)"
        " VALUES (?1, '2026-01-01T00:00:00Z', 1, ?1, 1, ?2, ?2)",
        ((str(number), "Planning was thorough. " * 100) for number in range(2000)),
    )
    raw.commit()
    raw.close()
    script = (
        "import sys; from pathlib import Path; from aggregator.store import open_store; open_store(Path(sys.argv[1]))"
    )
    versions = []
    for turn in range(8):
        together = [subprocess.Popen([sys.executable, "-c", script, str(path)]) for _ in range(2)]
        time.sleep(0.06 + 0.03 * turn)
        for process in together:
            process.kill()
            process.wait()
        for file in (path, *(copy for copy in path.parent.glob("a.db.before-v*") if copy.suffix != ".part")):
            if file.name.endswith(("-journal", "-wal", "-shm")):
                continue
            raw = sqlite3.connect(file)
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert raw.execute("SELECT count(*) FROM entries").fetchone() == (2000,)
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            raw.close()
            assert version == 1 or (file == path and version == SCHEMA.version)
            if file == path:
                versions.append(version)
    with open_store(path) as store:
        assert store.problems() == []
        assert count_entries(store) == 2000
    assert versions == sorted(versions), "nothing goes back"


def count_entries(store):
    return store.connection.execute("SELECT count(*) FROM entries").fetchone()[0]
