"""The program, killed in every way at any moment, against a server that keeps a ledger of what it was asked.

What must hold after each kill: the database is sound; a validator vouches for nothing that is not stored; no post is
there twice; every post can be searched for; and no feed whose answer was recorded is ever asked without its validator.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from aggregator.store import open_store
from aggregator.store.checkup import index_problem, integrity
from tests.servers.feed_server import FeedServer, answer

KILLS = int(os.environ.get("AGGREGATOR_TEST_KILLS", "8"))
"""Hundreds, for a night: AGGREGATOR_TEST_KILLS=300."""

FEEDS = 16
SHOWN = 8
"""Posts in a document: older ones leave the feed, and must stay in the archive."""


class Farm:
    """Feeds that get a post more with every edition."""

    def __init__(self, server):
        self.server = server
        self.edition = 0
        self.next_edition()

    def next_edition(self):
        self.edition += 1
        for feed in range(FEEDS):
            posts = "".join(
                f"<item><title>{title}</title><link>https://f{feed}.example/{title}</link><guid>{title}</guid>"
                f"<description>The Essex CRC was rated 'Good' overall. {'And so on. ' * 60}{title}</description></item>"
                for title in self.titles(feed, self.edition)
            )
            body = f"<rss version='2.0'><channel><title>F{feed}</title>{posts}</channel></rss>"
            self.server[f"/f{feed}"] = answer(body, etag=f'"{self.edition}"')

    @staticmethod
    def titles(feed, edition):
        return [f"post-{feed}-{number}" for number in range(max(1, edition - SHOWN + 1), edition + 1)]


@pytest.fixture
def server():
    with FeedServer() as running:
        yield running


def children(process):
    with suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    return []


def harm(process, how):
    """Do it; whoever has ended by itself is left in peace."""
    with suppress(ProcessLookupError):
        match how:
            case "kill":
                process.kill()
            case "group":
                os.killpg(process.pid, signal.SIGKILL)
            case "workers":
                for pid in children(process):
                    os.kill(pid, signal.SIGKILL)
            case "twice":
                process.send_signal(signal.SIGINT)
                time.sleep(0.02)
                process.send_signal(signal.SIGINT)
            case "unheard":
                process.stdout.close()
                process.stderr.close()
            case "stopped":  # a machine that sleeps
                process.send_signal(signal.SIGSTOP)
                time.sleep(0.1)
                process.send_signal(signal.SIGCONT)
            case _:
                process.send_signal(signal.Signals[how])


def check(path):
    """What must hold; the validator of each feed."""
    if not path.exists() or path.stat().st_size == 0:
        return {}
    with open_store(path) as store:
        assert integrity(store) == []
        assert index_problem(store) is None
        stored = dict(store.connection.execute("SELECT title, count(*) FROM entries GROUP BY title"))
        assert set(stored.values()) <= {1}, "a post is there twice"
        etags = dict(store.connection.execute("SELECT name, etag FROM feeds"))
    for name, etag in etags.items():
        if etag is not None:
            vouched = Farm.titles(int(name[1:]), int(etag.strip('"')))
            assert set(vouched) <= stored.keys(), f"{name}: {etag} vouches for what is not there"
    return etags


def configure(folder, server):
    feeds = "".join(f'[[feeds]]\nname = "f{n}"\nurl = "{server.url(f"/f{n}")}"\n' for n in range(FEEDS))
    (folder / "config.toml").write_text(
        f'[http]\nallow = ["{server.authority()}"]\nper_host = 4\n[database]\npath = "a.db"\n{feeds}'
    )


def nothing_asked_anew(requests, etags, how):
    """Whoever has a validator sends it."""
    for request in requests:
        known = etags.get(request.path[1:])
        assert known is None or request.header("If-None-Match") is not None, f"{how}: {request.path} asked anew"


def all_comes_in_the_end(folder, farm):
    """One poll more brings all there is, and leaves no claim behind."""
    farm.next_edition()
    done = subprocess.run(
        [sys.executable, "-m", "aggregator", "poll", "--force"], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert check(folder / "a.db") == {f"f{n}": f'"{farm.edition}"' for n in range(FEEDS)}
    with closing(sqlite3.connect(folder / "a.db")) as connection:
        assert connection.execute("SELECT count(*) FROM feeds WHERE lease_owner IS NOT NULL").fetchone() == (0,)


def test_however_it_ends_nothing_is_lost_doubled_or_asked_for_twice(tmp_path, server):
    farm = Farm(server)
    configure(tmp_path, server)
    chance = random.Random()
    ways = ["kill", "group", "workers", "SIGTERM", "SIGHUP", "twice", "unheard", "stopped"]
    took = 0.8
    etags: dict[str, str | None] = {}
    for turn in range(KILLS):
        if turn % 3:
            farm.next_edition()
        asked = len(server.requests)
        process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", "poll", "--force"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        moment = chance.uniform(0.1, 1.1) * took
        time.sleep(moment)
        how = ways[turn % len(ways)]
        harm(process, how)
        if how == "unheard":
            process.wait(30)
        else:
            _, error = process.communicate(timeout=30)
            assert b"Traceback" not in error or b"KeyboardInterrupt" in error, (how, moment, error.decode())
        nothing_asked_anew(server.requests[asked:], etags, how)
        etags = check(tmp_path / "a.db")
    all_comes_in_the_end(tmp_path, farm)


def test_a_daemon_ended_at_any_moment_takes_up_where_it_was(tmp_path, server):
    """Feeds fall due again at each start, so that there is always something to be in the middle of."""
    farm = Farm(server)
    configure(tmp_path, server)
    chance = random.Random()
    ways = ["kill", "group", "SIGTERM", "workers", "twice", "SIGHUP"]
    etags: dict[str, str | None] = {}
    for turn in range(KILLS):
        if turn % 3:
            farm.next_edition()
        if etags:
            with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
                connection.execute("UPDATE feeds SET next_poll_at = '2020-01-01T00:00:00Z'")
        asked = len(server.requests)
        process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", "run"],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        moment = chance.uniform(0.1, 1.2)
        time.sleep(moment)
        how = ways[turn % len(ways)]
        harm(process, how)
        if how == "workers":  # it goes on without them
            time.sleep(0.2)
            process.terminate()
        error = process.communicate(timeout=30)[1].decode()
        assert "Traceback" not in error or "KeyboardInterrupt" in error, (how, moment, error)
        ended = {"SIGTERM": 15, "workers": 15, "SIGHUP": 1, "twice": 2}.get(how, 9)
        fine = {-ended} if ended == 9 else {0, -ended, 128 + ended}
        assert process.returncode in fine, (how, moment, error)
        nothing_asked_anew(server.requests[asked:], etags, how)
        paths = [request.path for request in server.requests[asked:]]
        assert len(paths) == len(set(paths)), f"{how}: a feed was asked twice by one daemon"
        etags = check(tmp_path / "a.db")
    all_comes_in_the_end(tmp_path, farm)


def test_ten_polls_at_once_ask_each_feed_once(tmp_path, server):
    """All of them make the database, and none waits for a claim of another's."""
    Farm(server)
    feeds = "".join(f'[[feeds]]\nname = "f{n}"\nurl = "{server.url(f"/f{n}")}"\n' for n in range(FEEDS))
    (tmp_path / "config.toml").write_text(f'[http]\nallow = ["{server.authority()}"]\n{feeds}')
    polls = [
        subprocess.Popen(
            [sys.executable, "-m", "aggregator", "poll"],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(10)
    ]
    said = [poll.communicate(timeout=60)[1].decode() for poll in polls]
    assert [poll.returncode for poll in polls] == [0] * 10, said
    assert sorted(request.path for request in server.requests) == sorted(f"/f{n}" for n in range(FEEDS))
    assert set(check(tmp_path / "aggregator.db").values()) == {'"1"'}
