"""Signals to a poll: the first ends it in order, the second at once, and the exit status tells which it was."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from tests.servers.feed_server import FeedServer, rss, stall


@pytest.fixture
def server():
    with FeedServer() as running:
        running["/quick"] = rss("One")
        running["/stalls"] = stall()
        yield running


def start(folder, server, *before):
    feeds = "".join(f'[[feeds]]\nname = "{name}"\nurl = "{server.url(f"/{name}")}"\n' for name in ("quick", "stalls"))
    (folder / "config.toml").write_text(f'[http]\nallow = ["{server.authority()}"]\n{feeds}')
    process = subprocess.Popen(
        [*before, sys.executable, "-m", "aggregator", "poll", "--format", "json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 20
    while rows(folder, "SELECT count(*) FROM polls") != [(1,)] or not server.requests_to("/stalls"):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process


def rows(folder, sql):
    if not (folder / "aggregator.db").exists():
        return []
    with closing(sqlite3.connect(f"file:{folder / 'aggregator.db'}?mode=ro", uri=True, timeout=10)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'polls'").fetchone():
            return []
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_one_signal_ends_a_poll_in_order(tmp_path, server, number, status):
    """A closed terminal (SIGHUP) is no reason to leave feeds claimed."""
    process = start(tmp_path, server)
    process.send_signal(number)
    out, error = process.communicate(timeout=15)
    assert process.returncode == status
    assert '"feed": "quick"' in out, "what came is told"
    assert "Traceback" not in error
    assert rows(tmp_path, "SELECT name, lease_owner, last_polled_at IS NULL FROM feeds ORDER BY name") == [
        ("quick", None, 0),
        ("stalls", None, 1),
    ]


def test_the_second_signal_ends_it_at_once(tmp_path, server):
    process = start(tmp_path, server)
    with closing(sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None, timeout=10)) as lock:
        lock.execute("BEGIN IMMEDIATE")  # the feeds cannot be given back while this lasts
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=5)
    assert process.returncode == -signal.SIGINT


def test_under_nohup_a_closed_terminal_ends_nothing(tmp_path, server):
    process = start(tmp_path, server, "nohup")
    process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=15)
    assert process.returncode == 143
