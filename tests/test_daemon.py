"""The daemon as a process: start, beat, drain, stop, kill, and a second one."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import pytest

from tests.servers.feed_server import FeedServer, after, answer, in_turn, rss, stall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

SCRIPT = """
import logging, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from aggregator import daemon, logs
from aggregator.config.load import load
from aggregator.errors import AggregatorError
folder, offset, drain = Path(sys.argv[1]), timedelta(seconds=float(sys.argv[2])), float(sys.argv[3])
logs.configure("json")
daemon.DRAIN = drain
try:
    status = daemon.run(
        load(folder / "config.toml", environ={}),
        beat=timedelta(seconds=0.2),
        housekeeping=timedelta(seconds=0.3),
        clock=lambda: datetime.now(UTC) + offset,
    )
except AggregatorError as error:
    print(json_line := str(error), file=sys.stderr)
    sys.exit(error.exit_status)
sys.exit(status)
"""


class Daemon:
    """A daemon with quick beats in a process of its own. ``offset``: how far its clock is ahead, in seconds."""

    def __init__(self, folder: Path, *, offset: float = 0, drain: float = 9) -> None:
        self.folder = folder
        self._command = [sys.executable, "-c", SCRIPT, str(folder), str(offset), str(drain)]
        self._log = (folder / f"log-{time.monotonic_ns()}").open("w+")

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(self._command, stderr=self._log)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._log.close()

    @property
    def said(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = []
        for line in self.said.splitlines():
            with suppress(ValueError):
                lines.append(json.loads(line))
        return [line for line in lines if line["event"] == name]

    def wait_for(self, condition: Callable[[], object], seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; the daemon said:\n{self.said}"
            assert self.process.poll() is None, f"the daemon ended:\n{self.said}"
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 10) -> int:
        self.process.send_signal(number)
        return self.process.wait(seconds)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


def configure(folder: Path, server: FeedServer, *paths: str, more: str = "") -> None:
    feeds = "".join(f'[[feeds]]\nname = "{path[1:]}"\nurl = "{server.url(path)}"\n' for path in paths)
    (folder / "config.toml").write_text(f'[http]\nallow = ["{server.authority()}"]\n{more}\n{feeds}')


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "aggregator.db", timeout=10)) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_polls_what_is_due_beats_and_stops_when_told(tmp_path, server, number):
    server["/a"] = rss("One", "Two")
    server["/b"] = answer(status=500)
    configure(tmp_path, server, "/a", "/b")
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: len(daemon.events("feed_polled")) == 2)
        (first,) = rows(tmp_path, "SELECT heartbeat_at FROM daemon")
        daemon.wait_for(lambda: rows(tmp_path, "SELECT heartbeat_at FROM daemon") != [first])
        assert daemon.stop(number) == 0
        said = [daemon.events(name) for name in ("started", "pass_done", "stopping", "stopped")]
        assert [len(lines) for lines in said] == [1, 1, 1, 1], daemon.said
        polled = {line["feed"]: line for line in daemon.events("feed_polled")}
        assert (polled["a"]["new"], polled["a"]["level"]) == (2, "info")
        assert (polled["b"]["outcome"], polled["b"]["level"]) == ("failed", "warning")
        assert datetime.fromisoformat(polled["a"]["next_poll_at"]) > datetime.now(UTC)
    assert rows(tmp_path, "SELECT count(*) FROM entries") == [(2,)]
    assert rows(tmp_path, "SELECT count(*) FROM daemon") == [(0,)]
    assert len(server.requests) == 2  # many beats later, what is not due has not been asked again


def test_told_to_stop_it_keeps_what_came_and_waits_for_nobody(tmp_path, server):
    """One feed has answered, one never will: the answer is stored, and the end comes in seconds."""
    server["/quick"] = rss("One")
    server["/never"] = stall()
    configure(tmp_path, server, "/quick", "/never")
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("feed_polled"))
        started = time.monotonic()
        assert daemon.stop() == 0
        assert time.monotonic() - started < 5
    assert rows(tmp_path, "SELECT count(*) FROM entries") == [(1,)]
    assert rows(tmp_path, "SELECT count(*) FROM feeds WHERE lease_owner IS NOT NULL") == [(0,)]


def test_a_second_signal_ends_it_at_once(tmp_path, server):
    """Something holds up the end (here: another process's lock); who asks twice is not kept waiting."""
    server["/a"] = stall()
    configure(tmp_path, server, "/a")
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: server.requests)
        with closing(sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            daemon.process.send_signal(signal.SIGTERM)
            daemon.wait_for(lambda: daemon.events("stopping"))
            daemon.process.send_signal(signal.SIGTERM)
            assert daemon.process.wait(2) == -signal.SIGTERM


def test_the_end_comes_in_time_even_when_the_database_is_locked(tmp_path, server):
    server["/a"] = stall()
    configure(tmp_path, server, "/a")
    with Daemon(tmp_path, drain=0.5) as daemon:
        daemon.wait_for(lambda: server.requests)
        with closing(sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert daemon.stop(seconds=5) == 0
        (line,) = daemon.events("stopped")
        assert line["level"] == "warning"


def test_told_to_stop_in_the_middle_of_a_beat_it_logs_no_error(tmp_path, server):
    """The scheduler cancelled the beat that was waiting for the disk, and logged a traceback of it."""
    configure(tmp_path, server, more='[database]\nbusy_timeout = "20s"')
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("started"))
        with closing(sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None, timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(0.6)  # three beats: one is waiting
            daemon.process.send_signal(signal.SIGTERM)
            daemon.wait_for(lambda: daemon.events("stopping"))
            other.execute("ROLLBACK")
        assert daemon.process.wait(10) == 0
        assert "Traceback" not in daemon.said
        assert [line["level"] for line in daemon.events("stopped")] == ["info"]


def test_killed_it_starts_again_at_once_and_goes_on(tmp_path, server):
    """Its leases have time to go, but it is dead, and this machine knows."""
    server["/a"] = in_turn(stall(), rss("One"))
    configure(tmp_path, server, "/a")
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: server.requests)
        daemon.process.kill()
        daemon.process.wait()
    assert rows(tmp_path, "SELECT count(*) FROM feeds WHERE lease_owner IS NOT NULL") == [(1,)]
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("feed_polled"))
        assert daemon.stop() == 0
    assert rows(tmp_path, "SELECT title FROM entries") == [("One",)]


def test_a_second_daemon_is_refused_and_the_first_goes_on(tmp_path, server):
    server["/a"] = rss("One")
    configure(tmp_path, server, "/a")
    with Daemon(tmp_path) as first, Daemon(tmp_path) as second:
        statuses: list[int] = []
        deadline = time.monotonic() + 15
        while not statuses and time.monotonic() < deadline:
            statuses = [each.process.returncode for each in (first, second) if each.process.poll() is not None]
            time.sleep(0.02)
        refused, serving = (first, second) if first.process.returncode is not None else (second, first)
        assert statuses == [1]
        assert "another aggregator serves this database" in refused.said
        serving.wait_for(lambda: serving.events("feed_polled"))
        assert serving.stop() == 0
    assert len(server.requests) == 1


def test_one_whose_database_was_taken_over_stops(tmp_path, server):
    """After a long sleep another daemon may serve the database: two would send everything twice."""
    configure(tmp_path, server)
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("started"))
        with closing(sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None, timeout=10)) as connection:
            connection.execute("UPDATE daemon SET owner = 'elsewhere:1:x'")
        assert daemon.process.wait(10) == 1
        assert "another aggregator has taken this database over" in daemon.said
    assert rows(tmp_path, "SELECT owner FROM daemon") == [("elsewhere:1:x",)]


def test_a_locked_database_is_told_and_waited_out(tmp_path, server):
    server["/a"] = rss("One")
    configure(tmp_path, server, more='[database]\nbusy_timeout = "0s"')
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("started"))
        with closing(sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None, timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            daemon.wait_for(lambda: daemon.events("database_trouble"))
            other.execute("ROLLBACK")
        (before,) = rows(tmp_path, "SELECT heartbeat_at FROM daemon")
        daemon.wait_for(lambda: rows(tmp_path, "SELECT heartbeat_at FROM daemon") != [before])
        assert daemon.stop() == 0


def test_the_digest_is_composed_after_the_pass_that_its_moment_fell_before(tmp_path, server):
    """The clock jumps from noon to the next morning, as of a laptop that slept: first the news, then the digest."""
    server["/a"] = in_turn(rss("Old news"), after(0.3, answer(rss("Old news", "This morning"))))
    configure(tmp_path, server, "/a", more='[polling]\nfirst_poll = "all"')
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("feed_polled"))
        assert daemon.stop() == 0
        assert daemon.events("digest_composed") == []
    with Daemon(tmp_path, offset=86_400) as daemon:
        daemon.wait_for(lambda: daemon.events("digest_composed"))
        assert daemon.stop() == 0
        assert len(daemon.events("digest_composed")) == 1
    told = rows(tmp_path, "SELECT title FROM digest_entries JOIN entries ON entries.id = entry_id ORDER BY title")
    assert told == [("Old news",), ("This morning",)]
    assert rows(tmp_path, "SELECT count(*), max(trigger) FROM digests") == [(1, "schedule")]


def test_old_polls_are_forgotten(tmp_path, server):
    server["/a"] = rss("One")
    configure(tmp_path, server, "/a", more='[polling]\nkeep_polls = "1d"')
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("feed_polled"))
        assert daemon.stop() == 0
    assert len(rows(tmp_path, "SELECT 1 FROM polls")) == 1
    with Daemon(tmp_path, offset=3 * 86_400) as daemon:
        daemon.wait_for(lambda: len(server.requests) == 2)
        daemon.wait_for(
            lambda: all(at > datetime.now(UTC).isoformat() for (at,) in rows(tmp_path, "SELECT polled_at FROM polls"))
        )
        assert daemon.stop() == 0


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])


def test_without_a_network_it_says_so_once_and_stays(tmp_path):
    port = free_port()
    feeds = "".join(f'[[feeds]]\nname = "f{n}"\nurl = "http://127.0.0.1:{port}/{n}"\n' for n in range(3))
    (tmp_path / "config.toml").write_text(f'[http]\nallow = ["127.0.0.1:{port}"]\n{feeds}')
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("offline"))
        (beat,) = rows(tmp_path, "SELECT heartbeat_at FROM daemon")
        daemon.wait_for(lambda: rows(tmp_path, "SELECT heartbeat_at FROM daemon") != [beat])
        assert daemon.stop() == 0
        assert len(daemon.events("offline")) == 1
    assert rows(tmp_path, "SELECT DISTINCT status FROM feeds") == [("failing",)]
    assert rows(tmp_path, "SELECT count(*) FROM polls") == [(3,)]


def test_back_off_does_not_outlast_an_outage(tmp_path, server):
    """A laptop that was offline for days must not wait for another when it is online: back-off is for servers."""
    for number in range(3):
        server[f"/{number}"] = rss(f"Post {number}")
    configure(tmp_path, server, "/0", "/1", "/2")
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: len(daemon.events("feed_polled")) == 3)
        assert daemon.stop() == 0
    with closing(sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None)) as connection:
        connection.execute("UPDATE feeds SET status = 'failing', failures = 7")
        connection.execute("UPDATE feeds SET next_poll_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 day')")
        connection.execute("UPDATE polls SET outcome = 'failed', http_status = NULL, error_kind = 'dns'")
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("online"))
        daemon.wait_for(lambda: len(daemon.events("feed_polled")) == 3)
        assert daemon.stop() == 0
    assert rows(tmp_path, "SELECT DISTINCT status, failures FROM feeds") == [("ok", 0)]
    assert len(server.requests) == 6


def test_feeds_that_alone_do_not_answer_are_left_to_their_back_off(tmp_path, server):
    server["/a"] = rss("One")
    server["/b"] = answer(status=500)
    dead = free_port()
    configure(tmp_path, server, "/a", "/b", more=f'[[feeds]]\nname = "dead"\nurl = "http://127.0.0.1:{dead}/"')
    text = (tmp_path / "config.toml").read_text()
    (tmp_path / "config.toml").write_text(text.replace("allow = [", f'allow = ["127.0.0.1:{dead}", '))
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: len(daemon.events("feed_polled")) == 3)
        (beat,) = rows(tmp_path, "SELECT heartbeat_at FROM daemon")
        daemon.wait_for(lambda: rows(tmp_path, "SELECT heartbeat_at FROM daemon") != [beat])
        assert daemon.stop() == 0
        assert daemon.events("offline") == daemon.events("online") == []
        assert len(daemon.events("feed_polled")) == 3


# --- a database in trouble ----------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes, where this user may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("mounting a small file system needs root, and leave to do it")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path, *, leave: int) -> Path:
    """Use up a file system but for some bytes."""
    found = os.statvfs(place)
    ballast = place / "ballast"
    ballast.write_bytes(b"x" * (found.f_bfree * found.f_frsize - leave))
    return ballast


def test_on_a_full_disk_it_asks_less_and_less_often_and_goes_on_when_there_is_room(tmp_path, small_disk, server):
    """It asked every feed whole at every beat, and threw the answers away, for as long as the disk was full."""
    server["/a"] = rss("One")
    configure(tmp_path, server, "/a", more='[database]\npath = "small/aggregator.db"')
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("feed_polled"))
        assert daemon.stop() == 0
    server["/a"] = rss(*(f"{number} " + "and so on " * 5000 for number in range(60)))  # 3 MB
    ballast = fill(small_disk, leave=600_000)
    asked = len(server.requests)
    with Daemon(tmp_path, offset=7200) as daemon:
        daemon.wait_for(lambda: len(daemon.events("database_trouble")) >= 4)
        told = [line["message"] for line in daemon.events("database_trouble")]
        assert all("the disk is full" in message for message in told)
        assert len({message.rpartition("tried again in ")[2] for message in told}) > 1, told
        assert asked < len(server.requests) <= asked + len(daemon.events("database_trouble")), (
            "a beat may meet the full disk before a pass does"
        )
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
        daemon.wait_for(lambda: rows(small_disk, "SELECT count(*) FROM entries") == [(60,)], seconds=3)
        assert daemon.stop() == 0
    assert rows(small_disk, "PRAGMA integrity_check") == [("ok",)]


def damage(folder: Path, table: str) -> None:
    """Overwrite a table's first page."""
    path = folder / "aggregator.db"
    ((page,),) = rows(folder, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(content)


def test_a_damaged_database_ends_it_and_the_next_asks_no_server(tmp_path, server):
    """A service manager starts it over and over: without a look at the database first, each start asked every feed."""
    server["/a"] = in_turn(rss("One"), rss("One", "Two"))
    configure(tmp_path, server, "/a")
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("feed_polled"))
        assert daemon.stop() == 0
    damage(tmp_path, "sightings")
    for _ in range(3):
        with Daemon(tmp_path, offset=7200) as daemon:
            assert daemon.process.wait(20) == 1
            assert "the database is damaged" in daemon.said
            assert "docs/how-to/back-up.md" in daemon.said
        assert len(server.requests) == 2, "one before the damage was met, and the one that met it"


def test_a_database_replaced_under_it_ends_it(tmp_path, server):
    """A backup put in its place: what it wrote from then on went into a file that had no name any more."""
    configure(tmp_path, server)
    with Daemon(tmp_path) as daemon:
        daemon.wait_for(lambda: daemon.events("started"))
        (tmp_path / "aggregator.db").rename(tmp_path / "old.db")
        assert daemon.process.wait(10) == 1
        assert "removed or replaced" in daemon.said
