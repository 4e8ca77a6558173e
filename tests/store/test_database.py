"""Opening, writing, and what each kind of trouble around the file is told as."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseReplaced,
    DatabaseTooNew,
    StoreError,
)
from aggregator.store import open_store
from aggregator.store.faults import translate
from aggregator.store.migrations import SCHEMA, Schema

SOON = timedelta(milliseconds=50)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "aggregator.db"


def pragma(store, name):
    return store.connection.execute(f"PRAGMA {name}").fetchone()[0]


def add_feed(connection, name="a"):
    connection.execute(
        "INSERT INTO feeds (name, configured_url, url, next_poll_at, next_poll_reason) VALUES (?, 'u', 'u', 't', 'r')",
        (name,),
    )


def add_feeds(connection, how_many, *, then_fail=False):
    for number in range(how_many):
        add_feed(connection, f"{number:050}")
    if then_fail:
        raise ZeroDivisionError


def count(store):
    return store.connection.execute("SELECT count(*) FROM feeds").fetchone()[0]


def test_a_new_database_keeps_what_it_has_committed(path):
    with open_store(path) as store:
        assert pragma(store, "journal_mode") == "wal"
        assert pragma(store, "synchronous") == 2, "FULL: a power cut loses no committed transaction"
        assert pragma(store, "foreign_keys") == 1
        assert pragma(store, "application_id") == 0x50726F62
        assert pragma(store, "user_version") == SCHEMA.version
        assert pragma(store, "busy_timeout") == 30_000
        assert store.problems() == []
        assert {"feeds", "entries", "sightings", "digests"} <= set(store.db.table_names())


def test_opening_again_changes_nothing(path):
    with open_store(path) as store, store.write() as connection:
        add_feed(connection)
    with open_store(path) as store:
        assert count(store) == 1


def test_a_transaction_is_whole_or_not_at_all(path):
    with open_store(path) as store:
        with pytest.raises(ZeroDivisionError), store.write() as connection:
            add_feeds(connection, 1, then_fail=True)
        assert count(store) == 0
        with store.write() as connection:
            add_feed(connection)
        assert count(store) == 1


def test_write_within_write_is_refused(path):
    with open_store(path) as store:
        with pytest.raises(RuntimeError, match="within"), store.write(), store.write():
            pass
        with store.write() as connection:
            add_feed(connection)
        assert count(store) == 1


def test_a_bug_is_not_dressed_up_as_trouble_with_the_disk(path):
    with open_store(path) as store:
        with pytest.raises(sqlite3.OperationalError, match="no such table"), store.write() as connection:
            connection.execute("INSERT INTO nowhere VALUES (1)")
        with pytest.raises(sqlite3.IntegrityError), store.write() as connection:
            add_feed(connection, None)
        assert count(store) == 0


def test_a_part_of_a_transaction_can_fail_alone(path):
    with open_store(path) as store, store.write() as connection:
        add_feed(connection, "kept")
        with pytest.raises(ZeroDivisionError), store.savepoint():
            add_feeds(connection, 1, then_fail=True)
        with store.savepoint(keep=False):
            add_feed(connection, "tried")
        with store.savepoint():
            add_feed(connection, "kept too")
        assert [row[0] for row in connection.execute("SELECT name FROM feeds")] == ["kept", "kept too"]


def test_reading_sees_one_moment_however_long_it_takes(path):
    with open_store(path) as writer, open_store(path, read_only=True) as reader:
        with reader.read():
            assert count(reader) == 0
            with writer.write() as connection:
                add_feed(connection)
            assert count(reader) == 0
        assert count(reader) == 1
        with writer.write() as connection, writer.read() as same:
            assert same is connection


def test_writing_waits_for_another_process_and_gives_up_in_words(path):
    with open_store(path) as one, open_store(path, busy_timeout=SOON) as other:
        with one.write() as connection:
            add_feed(connection)
            with pytest.raises(DatabaseBusy, match="locked") as caught, other.write():
                pytest.fail("two writers at once")
        assert "Try again" in str(caught.value)
        assert str(path) in str(caught.value)
        with other.write() as connection:
            add_feed(connection, "b")
        assert count(one) == 2


def test_read_then_write_never_fails_for_another_writer(path):
    """A transaction begun by reading fails at once with "locked", whatever the timeout, when another wrote meanwhile."""
    failures = []

    def work(number):
        try:
            with open_store(path) as store:
                for turn in range(25):
                    with store.write() as connection:
                        connection.execute("SELECT count(*) FROM feeds").fetchone()
                        add_feed(connection, f"{number}-{turn}")
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    open_store(path).close()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_store(path) as store:
        assert count(store) == 100


def test_the_log_is_emptied_on_request(path):
    with open_store(path) as store:
        with store.write() as connection:
            for number in range(500):
                add_feed(connection, str(number))
        log = path.with_name(path.name + "-wal")
        assert log.stat().st_size > 0
        assert store.checkpoint()
        assert log.stat().st_size == 0


def test_emptying_the_log_waits_for_no_reader(path):
    """It took the write lock and waited for the reader, half a minute long: nobody could write meanwhile."""
    with open_store(path) as store, open_store(path, read_only=True) as reader:
        with store.write() as connection:
            add_feed(connection)
        with reader.read() as reading:
            reading.execute("SELECT count(*) FROM feeds").fetchone()
            with store.write() as connection:
                add_feed(connection, "b")
            began = time.monotonic()
            assert not store.checkpoint()
            assert time.monotonic() - began < 5
        assert store.log_size > 0
        assert store.checkpoint()
        assert store.log_size == 0
        assert pragma(store, "busy_timeout") == 30_000, "other writes wait as before"


def test_a_log_that_a_reader_let_grow_is_cut_back_when_the_reader_has_gone(path):
    with open_store(path) as store, open_store(path, read_only=True) as reader:
        with reader.read() as reading:
            reading.execute("SELECT count(*) FROM feeds").fetchone()
            for turn in range(30):
                with store.write() as connection:
                    connection.execute("DELETE FROM feeds")
                    add_feeds(connection, 2000)
                assert not store.checkpoint() or not turn
            grown = store.log_size
            assert grown > 5_000_000
        assert store.checkpoint()
        assert store.log_size == 0


def test_opening_and_closing_leaves_no_files_open(path):
    def open_files():
        return len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    open_store(path).close()
    before = open_files()
    for _ in range(30):
        with open_store(path) as store:
            assert store.db is store.db
            with store.write() as connection:
                connection.execute("DELETE FROM feeds")
    assert open_files() == before
    store.close()


# --- files that are not what they should be -----------------------------------------------------------


def test_no_file_where_none_may_be_made(path):
    for create, read_only in ((False, False), (True, True)):
        with pytest.raises(StoreError, match="no database here"):
            open_store(path, create=create, read_only=read_only)
    assert not path.exists()


def test_no_folder(tmp_path):
    with pytest.raises(StoreError, match="folder does not exist"):
        open_store(tmp_path / "nowhere" / "a.db")


def test_a_folder_in_its_place(tmp_path):
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path)


def test_a_link_to_nowhere(path):
    path.symlink_to("/nowhere/a.db")
    with pytest.raises(StoreError, match=r"a link to /nowhere/a\.db, which is not there"):
        open_store(path)


@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_file_is_not_waited_for(path, read_only):
    """Opening a pipe for reading waits until somebody writes to it: `aggregator status` hung for ever."""
    os.mkfifo(path)
    with pytest.raises(StoreError, match="no regular file"):
        open_store(path, read_only=read_only)


def test_an_empty_file_is_called_so_by_those_who_only_look(path):
    path.touch()
    with pytest.raises(StoreError, match="the file is empty"):
        open_store(path, read_only=True)


def test_an_empty_file_becomes_a_database(path):
    path.touch()
    with open_store(path) as store:
        assert count(store) == 0


def test_an_empty_file_beside_a_log_is_not_taken_as_new(path):
    """SQLite would drop the log, which may hold all that the file has lost."""
    path.touch()
    path.with_name(path.name + "-wal").write_bytes(b"x" * 5000)
    with pytest.raises(DatabaseDamaged, match="empty"):
        open_store(path)
    assert path.with_name(path.name + "-wal").stat().st_size == 5000


def test_a_log_without_its_file_is_not_dropped(path):
    """What was not yet moved into the file is in the log alone; SQLite deletes a log that it finds beside no file."""
    log = path.with_name(path.name + "-wal")
    log.write_bytes(b"x" * 5000)
    with pytest.raises(DatabaseDamaged, match="the file is gone, but the log beside it is not"):
        open_store(path)
    assert log.stat().st_size == 5000


def test_a_database_that_lacks_a_table_is_not_written(path):
    """Somebody dropped `polls`: the poll asked every server, and then crashed on the first row."""
    with open_store(path) as store:
        store.connection.execute("DROP TABLE polls")
    with pytest.raises(DatabaseDamaged, match=r"tables are missing \(polls\)"):
        open_store(path)


def test_a_database_that_lacks_a_column_is_told_when_it_is_missed(path):
    with open_store(path) as store:
        store.connection.execute("ALTER TABLE feeds DROP COLUMN wishes")
        with pytest.raises(DatabaseDamaged, match="no such column: wishes"), store.write() as connection:
            connection.execute("SELECT wishes FROM feeds")


def test_tables_of_the_users_own_are_welcome(path):
    with open_store(path) as store:
        store.connection.execute("CREATE TABLE notes (id)")
        store.connection.execute("CREATE VIEW rated AS SELECT * FROM ratings")
    open_store(path).close()


@pytest.mark.parametrize("successor", [None, "another"])
def test_a_file_that_was_taken_away_is_not_written_any_more(path, successor):
    """A backup was put in its place under a running daemon, which went on writing to a file that nobody would see."""
    with open_store(path) as store:
        path.unlink()
        if successor:
            open_store(path.with_name(successor)).close()
            path.with_name(successor).rename(path)
        with pytest.raises(DatabaseReplaced, match="removed or replaced"), store.write():
            pytest.fail("written")
        assert not store.connection.in_transaction


def test_a_database_that_a_newer_program_has_migrated_is_not_written_any_more(path):
    """An upgrade while the daemon runs: the old program must not write to tables that it does not know."""
    with open_store(path) as old:
        newer = Schema(SCHEMA.version + 1, SCHEMA.script, {SCHEMA.version: lambda _: None})
        open_store(path, schema=newer).close()
        with pytest.raises(DatabaseTooNew, match="newer aggregator has migrated it"), old.write():
            pytest.fail("written")


@pytest.mark.parametrize("content", [b"not a database at all" * 400, b"\0" * 8192, b"<html>" + b" " * 5000])
def test_what_is_no_database_is_left_alone(path, content):
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged):
        open_store(path)
    assert path.read_bytes() == content


def test_somebody_elses_database_is_left_alone(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (id)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not one that aggregator made"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_newer_database_is_left_alone(path):
    open_store(path).close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(DatabaseTooNew, match="version 99"):
            open_store(path, read_only=read_only)
    assert path.read_bytes() == before


def test_a_database_cut_short_is_damaged(path):
    with open_store(path) as store:
        with store.write() as connection:
            add_feeds(connection, 2000)
        store.checkpoint()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // 4096 * 4096])
    with pytest.raises(DatabaseDamaged) as caught, open_store(path) as store, store.read():
        store.connection.execute("SELECT * FROM feeds").fetchall()
    assert "restore" in str(caught.value).lower()


def test_damaged_pages_are_told_when_they_are_met(path):
    with open_store(path) as store:
        with store.write() as connection:
            add_feeds(connection, 2000)
        store.checkpoint()
    content = bytearray(path.read_bytes())
    half = len(content) // 2 // 4096 * 4096
    content[half : half + 4096 * 8] = b"\xff" * 4096 * 8
    path.write_bytes(content)
    with open_store(path) as store:
        assert store.problems() != []
        assert store.problems(within=timedelta(0)) == [], "whoever has no time sees nothing"
        assert store.problems(within=timedelta(minutes=1)) != []
        with pytest.raises(DatabaseDamaged), store.write() as connection:
            connection.execute("UPDATE feeds SET url = 'v'")


# --- permission and room ------------------------------------------------------------------------------


def test_a_database_opened_for_reading_is_not_written(path):
    open_store(path).close()
    with open_store(path, read_only=True) as store:
        assert count(store) == 0
        with pytest.raises(DatabaseReadOnly), store.write():
            pytest.fail("written")
        assert not store.checkpoint()


# Runs as a user who is not root where the tests do, since root may write anywhere.
AS_NOBODY = """
    import os, sys
    from pathlib import Path
    from aggregator.store import open_store
    from aggregator.errors import AggregatorError
    if os.getuid() == 0:
        os.setuid(65534)
    try:
        with open_store(Path(sys.argv[1]), read_only=sys.argv[2] == "read") as store:
            if sys.argv[2] == "write":
                with store.write() as connection:
                    connection.execute("DELETE FROM feeds")
            print("rows", store.connection.execute("SELECT count(*) FROM feeds").fetchone()[0])
    except AggregatorError as error:
        print(type(error).__name__, error)
"""


def as_nobody(path, how):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(AS_NOBODY), str(path), how],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.fixture
def shared():
    """A database in a folder that other users can look into."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with open_store(folder / "a.db") as store, store.write() as connection:
            add_feed(connection)
        yield folder / "a.db"
        folder.chmod(0o755)


def test_a_file_that_may_not_be_written(shared):
    shared.parent.chmod(0o777)
    shared.chmod(0o444)
    answer = as_nobody(shared, "write")
    assert answer.startswith("DatabaseReadOnly")
    assert "the file cannot be written" in answer
    assert as_nobody(shared, "read") == "rows 1"


def test_a_folder_that_may_not_be_written(shared):
    shared.chmod(0o666)
    shared.parent.chmod(0o555)
    answer = as_nobody(shared, "write")
    assert answer.startswith("DatabaseReadOnly")
    assert "folder cannot be written" in answer
    assert as_nobody(shared, "read") == "rows 1", "a database on a read-only file system can still be looked at"


def test_a_file_that_may_not_even_be_read(shared):
    shared.parent.chmod(0o755)
    shared.chmod(0o000)
    assert as_nobody(shared, "read").startswith("DatabaseReadOnly")


def test_a_full_database_keeps_what_it_had(path):
    with open_store(path) as store:
        with store.write() as connection:
            add_feed(connection, "before")
        pages = pragma(store, "page_count")
        store.connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(DatabaseFull, match="full") as caught, store.write() as connection:
            add_feeds(connection, 5000)
        assert "half-written" in str(caught.value)
        assert count(store) == 1
        assert store.problems() == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of a megabyte, where this user may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.getuid() != 0:
        pytest.skip("mounting a small file system needs root")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("mounting a small file system is not allowed here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_and_loses_nothing(small_disk):
    path = small_disk / "a.db"
    with open_store(path) as store:
        with store.write() as connection:
            add_feed(connection, "before")
        with pytest.raises(DatabaseFull), store.write() as connection:
            add_feeds(connection, 50_000)
        assert count(store) == 1
        with store.write() as connection:
            add_feed(connection, "after")
    with open_store(path) as store:
        assert count(store) == 2
        assert store.problems() == []


def test_a_disk_too_full_to_begin_is_told(small_disk):
    (small_disk / "ballast").write_bytes(b"x" * (1_048_576 - 8192))
    with pytest.raises(DatabaseFull):
        open_store(small_disk / "a.db")
    (small_disk / "ballast").unlink()
    with open_store(small_disk / "a.db") as store:
        assert count(store) == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SQLITE_BUSY_SNAPSHOT", DatabaseBusy),
        ("SQLITE_BUSY_RECOVERY", DatabaseBusy),
        ("SQLITE_READONLY_DIRECTORY", DatabaseReadOnly),
        ("SQLITE_CANTOPEN", DatabaseReadOnly),
        ("SQLITE_CORRUPT_INDEX", DatabaseDamaged),
        ("SQLITE_NOTADB", DatabaseDamaged),
        ("SQLITE_FULL", DatabaseFull),
        ("SQLITE_IOERR_FSYNC", StoreError),
        ("SQLITE_NOMEM", StoreError),
        ("SQLITE_ERROR", type(None)),
        ("SQLITE_CONSTRAINT_UNIQUE", type(None)),
    ],
)
def test_each_error_has_its_word(name, expected, tmp_path):
    error = sqlite3.OperationalError("why")
    error.sqlite_errorcode = getattr(sqlite3, name)
    error.sqlite_errorname = name
    assert type(translate(error, tmp_path / "a.db")) is expected


def test_a_limit_on_the_size_of_files_is_named(tmp_path):
    """SQLite calls it an I/O error, which sends people to look for a broken disk."""
    script = (
        "import resource, sys; from pathlib import Path; from aggregator.store import open_store\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "with open_store(Path(sys.argv[1])) as store, store.write() as connection:\n"
        "    connection.execute('CREATE TABLE notes AS SELECT randomblob(20000000)')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.db")], capture_output=True, text=True, check=False
    )
    assert "Look at the limit on the size of files (ulimit -f)" in done.stderr
    with open_store(tmp_path / "a.db") as store:
        assert store.problems() == []


def test_an_error_of_the_module_itself_is_a_bug(tmp_path):
    assert translate(sqlite3.ProgrammingError("misuse"), tmp_path) is None


def test_sqlite_utils_is_imported_when_it_is_first_wanted(path):
    code = f"""
import sys
from pathlib import Path
from aggregator.store import open_store
store = open_store(Path({str(path)!r}))
assert not {{"sqlite_utils", "httpx", "pydantic", "feedparser"}} & set(sys.modules)
store.db
assert "sqlite_utils" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
