"""``backup``, ``restore`` and ``doctor`` as commands."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.store import open_store
from aggregator.store.backup import name_for

NOW = datetime.now(UTC)


def count(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM entries").fetchone()[0]


# --- backup and restore -------------------------------------------------------------------------------


def test_without_a_target_a_backup_goes_into_the_folder_beside_the_database(own_archive):
    done = own_archive("backup")
    (made,) = (own_archive.folder / "backups").iterdir()
    assert done.status == 0
    assert done.out.startswith(f"{made}: 3 entries, ")
    assert count(made) == 3


def test_old_backups_are_removed_once_the_new_one_is_sound(own_archive):
    folder = own_archive.folder / "kept"
    folder.mkdir()
    old = [name_for(own_archive.folder / "aggregator.db", NOW - timedelta(days=day)) for day in (1, 2, 3)]
    for name in [*old, "letters.db"]:
        (folder / name).write_text("old")
    done = own_archive("backup", folder, "--keep", "2")
    assert done.status == 0
    left = {each.name for each in folder.iterdir()}
    assert {old[0], "letters.db"} < left
    assert len(left) == 3
    assert done.out.count("removed, as 2 newer ones are kept") == 2


def test_a_backup_that_fails_removes_no_older_one(own_archive):
    folder = own_archive.folder / "kept"
    folder.mkdir()
    old = folder / name_for(own_archive.folder / "aggregator.db", NOW - timedelta(days=1))
    old.write_text("old")
    (own_archive.folder / "aggregator.db").write_text("ruined " * 1000)
    assert own_archive("backup", folder, "--keep", "1").status == 1
    assert list(folder.iterdir()) == [old]


def test_by_way_of_a_pipe_and_back(own_archive):
    command = " ".join(own_archive.argv("backup", "-")) + " | cat > piped.db"
    run = subprocess.run(
        ["sh", "-c", command], cwd=own_archive.folder, env=own_archive.environ, capture_output=True, check=True
    )
    assert b"3 entries" in run.stderr
    piped = own_archive.folder / "piped.db"
    assert count(piped) == 3
    (own_archive.folder / "aggregator.db").write_bytes(b"")
    done = own_archive("restore", "-", stdin=piped.read_bytes())
    assert done.status == 0, done.err
    assert count(own_archive.folder / "aggregator.db") == 3
    assert (own_archive.folder / "aggregator.db.before-restore").read_bytes() == b""


def test_a_pipe_that_breaks_is_a_backup_that_failed(own_archive):
    command = "{ " + " ".join(own_archive.argv("backup", "-")) + "; echo $? >&2; } | true"
    run = subprocess.run(
        ["sh", "-c", command], cwd=own_archive.folder, env=own_archive.environ, capture_output=True, check=True
    )
    assert run.stderr.split()[-1] == b"1", run.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("backup", "x.db", "--keep", "3"), 2, "--keep is about a folder"),
        (("backup", "-", "--keep", "3"), 2, "--keep is about a folder"),
        (("backup", "nowhere/x.db"), 1, "its folder does not exist"),
        (("backup", "config.toml"), 1, "it exists already"),
        (("restore", "nowhere.db"), 1, "there is no database here"),
        (("restore", "config.toml"), 1, "not an SQLite database"),
        (("restore", "aggregator.db"), 1, "it is the database itself"),
        (("--database", "nowhere.db", "backup"), 1, "there is no database here yet"),
        (("--database", "nowhere/a.db", "restore", "aggregator.db"), 2, "its folder does not exist"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_changes(own_archive, words, status, said):
    before = (own_archive.folder / "aggregator.db").read_bytes()
    done = own_archive(*words)
    assert done.status == status
    assert said in done.err
    assert "Traceback" not in done.err
    assert (own_archive.folder / "aggregator.db").read_bytes() == before
    assert not list(own_archive.folder.glob("*restor*"))


# --- doctor -------------------------------------------------------------------------------------------


def findings(command, *words):
    done = command("doctor", *words, "--format", "json")
    return done.status, {(row["what"], row["state"]): row for row in done.json}


def test_a_healthy_archive_has_no_problem(own_archive):
    own_archive("backup")
    status, found = findings(own_archive)
    assert status == 0
    assert not [key for key in found if key[1] == "problem"]
    assert {("database", "ok"), ("search", "ok"), ("clock", "ok"), ("disk", "ok"), ("backup", "ok")} <= found.keys()
    assert all(row["advice"] for row in found.values() if row["state"] != "ok"), "each trouble comes with advice"


def test_before_the_first_poll_there_is_nothing_wrong(empty):
    assert empty("init").status == 0
    status, found = findings(empty)
    assert status == 0
    assert "none yet" in found["database", "ok"]["finding"]
    assert not (empty.folder / "aggregator.db").exists()


def test_a_damaged_database_is_found_and_the_way_out_is_told(own_archive):
    path = own_archive.folder / "aggregator.db"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ratings'").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(content)
    status, found = findings(own_archive)
    assert status == 1
    assert "damaged" in found["database", "problem"]["finding"]
    assert "restore a backup" in found["database", "problem"]["advice"]


def test_an_index_that_disagrees_with_its_table_is_found_and_repaired(own_archive):
    path = own_archive.folder / "aggregator.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '(entry_id)', '(entry_id + 1)') WHERE name = 'ratings_by_entry'"
        )
        connection.commit()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("REINDEX ratings_by_entry")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '(entry_id + 1)', '(entry_id)') WHERE name = 'ratings_by_entry'"
        )
        connection.commit()
    status, found = findings(own_archive)
    assert status == 1
    assert "ratings_by_entry" in found["database", "problem"]["finding"]
    status, found = findings(own_archive, "--repair")
    assert status == 0
    assert ("database", "ok") in found


@pytest.mark.parametrize(
    "harm",
    ["DELETE FROM entries_fts_data WHERE id > 10", "DELETE FROM entries_fts_docsize WHERE id = 2"],
)
def test_a_full_text_index_that_has_lost_posts_is_found_and_made_again(own_archive, harm):
    path = own_archive.folder / "aggregator.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(harm)
        connection.commit()
    status, found = findings(own_archive)
    assert status == 1
    assert "--repair" in found["search", "problem"]["advice"]
    assert findings(own_archive, "--repair")[0] == 0
    assert len(own_archive("entries", "--search", "drones", "--format", "json").json) == 1


def test_a_clock_that_was_ahead_is_told(own_archive):
    with open_store(own_archive.folder / "aggregator.db") as store, store.write() as connection:
        connection.execute("UPDATE entries SET first_seen_at = '2999-01-01T00:00:00Z'")
    assert "in the future" in findings(own_archive)[1]["clock", "warning"]["finding"]


def test_failing_feeds_are_told_with_what_comes_next(own_archive):
    with open_store(own_archive.folder / "aggregator.db") as store, store.write() as connection:
        connection.execute(
            "INSERT INTO feeds (name, configured_url, url, status, last_error, next_poll_at, next_poll_reason)"
            " VALUES ('blog', 'u', 'u', 'failing', 'the server answered 503', '2030-01-01T00:00:00Z', 'it said so')"
        )
    found = findings(own_archive)[1]["feed", "warning"]
    assert "503" in found["finding"]
    assert "2030" in found["advice"]


def test_a_secret_that_is_not_there_is_told(own_archive):
    config = own_archive.folder / "config.toml"
    config.write_text(config.read_text().replace('/feed/"', '/feed/"\nproxy_env = "NO_SUCH_PROXY"', 1))
    done = own_archive("doctor", "--format", "json")
    assert any("NO_SUCH_PROXY" in row["finding"] for row in done.json)


def test_a_folder_that_is_not_there_is_a_problem(own_archive):
    status, found = findings(own_archive, "--database", "nowhere/a.db")
    assert status == 1
    assert ("folder", "problem") in found
