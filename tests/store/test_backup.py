"""A backup is whole and checked, or not there; a restore keeps what was there, and ends what nobody holds any more."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import DatabaseBusy, DatabaseDamaged, DatabaseFull, DatabaseTooNew, StoreError
from aggregator.store import daemon, open_store
from aggregator.store.backup import back_up, backups_in, name_for, restore
from aggregator.store.claims import claim_due
from aggregator.store.feeds import FeedEntry, sync
from aggregator.store.files import copy

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SOON = timedelta(milliseconds=100)
LEASE = timedelta(minutes=5)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    """A database with 300 feeds."""
    path = tmp_path / "a.db"
    with open_store(path) as store:
        sync(store, [FeedEntry(f"feed{n}", f"https://f{n}.example/") for n in range(300)], NOW)
    return path


def feeds(path):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute("SELECT count(*) FROM feeds").fetchone()[0]


def names(folder):
    """But for the log, which whoever only reads leaves beside a database."""
    return sorted(each.name for each in folder.iterdir() if each.name not in ("a.db-wal", "a.db-shm"))


# --- backing up ---------------------------------------------------------------------------------------


def test_a_backup_is_one_file_that_holds_what_was_still_in_the_log(path):
    with open_store(path) as store:
        store.connection.execute("PRAGMA wal_autocheckpoint = 0")
        with store.write() as connection:
            connection.execute("DELETE FROM feeds WHERE id > 200")
        made = back_up(path, path.with_name("b.db"), busy_timeout=SOON)
    assert made.size == made.path.stat().st_size
    assert names(path.parent) == ["a.db", "b.db"]
    assert feeds(made.path) == 200
    with open_store(made.path) as copy:
        assert copy.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",), "it can be used as it is"


def test_a_backup_is_of_one_moment_however_much_is_written_meanwhile(path):
    """Two rows that change together, as often as can be: a copy page by page would catch them apart."""
    with open_store(path) as store, store.write() as connection:
        connection.execute("UPDATE feeds SET failures = 0")
    stop = threading.Event()

    def write():
        with open_store(path) as store:
            while not stop.is_set():
                with store.write() as connection:
                    connection.execute("UPDATE feeds SET failures = failures + 1 WHERE id IN (1, 300)")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(15):
            made = back_up(path, path.with_name(f"{turn}.db"), busy_timeout=timedelta(seconds=20))
            with closing(sqlite3.connect(made.path)) as copy:
                (first,), (last,) = copy.execute("SELECT failures FROM feeds WHERE id IN (1, 300)")
            assert first == last
    finally:
        stop.set()
        writer.join()
    assert first > 0, "there was something to catch"


def test_nothing_is_written_over(path):
    other = path.with_name("letter.txt")
    other.write_text("dear")
    for target in (other, path):
        with pytest.raises(StoreError, match="exists already"):
            back_up(path, target, busy_timeout=SOON)
    assert other.read_text() == "dear"


def test_a_damaged_database_makes_no_backup(path):
    content = bytearray(path.read_bytes())
    content[-9 * 4096 :] = b"\xff" * 9 * 4096
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged, match="the copy is not sound"):
        back_up(path, path.with_name("b.db"), busy_timeout=SOON)
    assert names(path.parent) == ["a.db"]


def test_a_copy_is_read_again_before_it_gets_its_name(path, monkeypatch):
    """A disk that loses what was written to it is found out when the backup is made, not when it is needed."""

    def bad_disk(source, part):
        copy(source, part)
        with part.open("r+b") as stream:
            stream.seek(3 * 4096)
            stream.write(b"\0" * 4096)

    monkeypatch.setattr("aggregator.store.backup.copy", bad_disk)
    with pytest.raises(DatabaseDamaged, match="the copy is not sound"):
        back_up(path, path.with_name("b.db"), busy_timeout=SOON)
    assert names(path.parent) == ["a.db"]


def test_a_disk_without_room_is_told_and_nothing_is_left(path, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=False)
    if done.returncode != 0:
        pytest.skip("mounting a small file system needs root, and leave to do it")
    try:
        with pytest.raises(DatabaseFull, match="the disk is full"):
            back_up(path, small / "b.db", busy_timeout=SOON)
        assert names(small) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_killed_backup_leaves_nothing_under_its_name(path):
    script = (
        "import os, signal, sys; from datetime import timedelta; from pathlib import Path;"
        "from aggregator.store import backup;"
        "backup._checked = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL);"
        "backup.back_up(Path(sys.argv[1]), Path(sys.argv[2]), busy_timeout=timedelta(1))"
    )
    target = path.with_name("b.db")
    done = subprocess.run([sys.executable, "-c", script, str(path), str(target)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not target.exists()
    assert back_up(path, target, busy_timeout=SOON).path == target, "what the killed one left is in nobody's way"
    assert not [name for name in names(path.parent) if name.endswith(".part")]


def test_names_sort_by_time_and_others_files_are_not_counted_as_backups(tmp_path):
    database = tmp_path / "a.db"
    made = [name_for(database, NOW + timedelta(days=day)) for day in range(3)]
    assert made[0] == "a-20260301T120000Z.db"
    for name in [
        *made,
        "a-notes.db",
        "b-20260301T120000Z.db",
        "a-20260301T120000Z.db.txt",
        ".a-20260301T120000Z.db.part",
    ]:
        (tmp_path / name).touch()
    assert [each.name for each in backups_in(tmp_path, database)] == made[::-1]
    assert backups_in(tmp_path / "nowhere", database) == []


# --- restoring ----------------------------------------------------------------------------------------


@pytest.fixture
def backup(path):
    return back_up(path, path.with_name("backup.db"), busy_timeout=SOON).path


def test_a_restore_brings_the_backup_back_and_keeps_what_was_there(path, backup):
    with open_store(path) as store, store.write() as connection:
        connection.execute("DELETE FROM feeds WHERE id > 5")
    path.chmod(0o640)
    for number in (1, 2):
        made = restore(backup, path)
        assert feeds(path) == 300
        assert made.kept == path.with_name("a.db.before-restore" + ("" if number == 1 else ".2"))
        assert feeds(made.kept) == (5 if number == 1 else 300)
    assert path.stat().st_mode & 0o777 == 0o640
    assert feeds(backup) == 300


def test_a_restore_where_there_is_no_database(path, backup):
    path.unlink()
    assert restore(backup, path).kept is None
    assert feeds(path) == 300


def test_claims_of_the_time_of_the_backup_are_nobodys(path):
    """A backup of a running daemon holds its lease: the next daemon would wait for it, and its feeds too."""
    with open_store(path) as store:
        daemon.acquire(store, owner="elsewhere:1:x", now=NOW, lease=LEASE)
        claim_due(store, owner="elsewhere:1:x", now=NOW, lease=LEASE, limit=10)
        made = back_up(path, path.with_name("b.db"), busy_timeout=SOON)
    restore(made.path, path)
    with open_store(path) as store:
        assert daemon.current(store) is None
        assert len(claim_due(store, owner="me", now=NOW, lease=LEASE, limit=1000)) == 300


def test_an_open_database_is_not_taken_away_from_whoever_has_it(path, backup):
    code = (
        "import sys; from pathlib import Path; from aggregator.store import open_store\n"
        "with open_store(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    inode = path.stat().st_ino
    with pytest.raises(DatabaseBusy, match="a process has it open"):
        restore(backup, path)
    assert path.stat().st_ino == inode
    process.communicate()
    restore(backup, path)
    assert not [name for name in names(path.parent) if name.endswith((".restoring", "-wal", "-shm"))]


@pytest.mark.parametrize("ruin", [b"", b"not a database at all" * 1000])
def test_a_ruined_database_is_replaced_and_kept_with_its_logs(path, backup, ruin):
    path.write_bytes(ruin)
    path.with_name("a.db-wal").write_bytes(b"what the log still holds")
    made = restore(backup, path)
    assert feeds(path) == 300
    assert made.kept is not None
    assert made.kept.read_bytes() == ruin
    assert made.kept.with_name(made.kept.name + "-wal").read_bytes() == b"what the log still holds"
    assert not path.with_name("a.db-wal").exists(), "SQLite would play it into the restored one"


def test_a_database_ruined_in_the_middle_is_replaced(path, backup):
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * 20_000)
    restore(backup, path)
    assert feeds(path) == 300


def test_what_is_no_sound_backup_of_ours_is_refused_and_nothing_changes(path, backup, tmp_path):
    before = path.read_bytes()
    text = tmp_path / "text"
    text.write_text("hello" * 1000)
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE recipes (id)")
    empty = tmp_path / "empty"
    empty.touch()
    newer = tmp_path / "newer"
    newer.write_bytes(backup.read_bytes())
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 99")
    ruined = tmp_path / "ruined"
    content = bytearray(backup.read_bytes())
    content[-9 * 4096 :] = b"\xff" * 9 * 4096
    ruined.write_bytes(content)
    for source, error, words in (
        (text, DatabaseDamaged, "not an SQLite database"),
        (other, StoreError, "not one that aggregator made"),
        (empty, StoreError, "it is empty"),
        (newer, DatabaseTooNew, "version 99"),
        (ruined, DatabaseDamaged, "not sound"),
        (path, StoreError, "the database itself"),
        (tmp_path / "nowhere", StoreError, "no database here"),
        (tmp_path, StoreError, "a folder"),
    ):
        with pytest.raises(error, match=words):
            restore(source, path)
    assert path.read_bytes() == before
    assert not [name for name in names(tmp_path) if "restor" in name]


def test_a_backup_of_an_older_version_is_brought_up_to_date_by_the_next_command(path, tmp_path):
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((Path(__file__).parent / "schema-v1.sql").read_text())
        connection.execute("PRAGMA application_id = 1349676898")
        connection.execute("PRAGMA user_version = 1")
    restore(old, path)
    with open_store(path) as store:
        assert store.problems() == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_what_root_restores_still_belongs_to_whom_it_belonged(path, backup):
    os.chown(path, 12345, 12345)
    restore(backup, path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12345)


@pytest.mark.parametrize("moment", ["copied", "checked", "alone", "aside"])
def test_killed_at_any_step_of_a_restore_there_is_always_a_whole_database(path, backup, moment):
    step = {"copied": "_checked", "checked": "_end_claims", "alone": "_set_aside", "aside": "sync_folder"}[moment]
    with open_store(path) as store, store.write() as connection:
        connection.execute("DELETE FROM feeds WHERE id > 5")
    script = (
        "import os, signal, sys; from pathlib import Path; from aggregator.store import backup;"
        f"backup.{step} = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL);"
        "backup.restore(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(backup), str(path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert feeds(path) == (300 if moment == "aside" else 5)
    restore(backup, path)
    assert feeds(path) == 300
