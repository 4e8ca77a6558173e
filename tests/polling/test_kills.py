"""Killed at any moment, the database holds whole batches: all that was reported, and nothing by halves."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from aggregator.store import open_store
from aggregator.store.feeds import feeds
from tests.polling.killed import items

KILLS = int(os.environ.get("AGGREGATOR_TEST_KILLS", "8"))
"""Hundreds, for a night: AGGREGATOR_TEST_KILLS=300."""

ROOT = Path(__file__).resolve().parents[2]


def start(path, *more):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.polling.killed", str(path), *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def first_report(process):
    return [process.stdout.readline()]


def kill(process, read=()):
    """Kill a poller; the rounds of the feeds that it reported, in its order. ``read``: lines of it read already."""
    process.kill()
    out, err = process.communicate()
    assert err == ""
    lines = [line.split() for line in (*read, *out.splitlines(True)) if line.endswith("\n")]
    return [(name, int(round_)) for name, round_ in lines]


def check(store, reported):
    """What must hold whenever the process may have died; the rounds that the feeds have reached."""
    rounds = {}
    assert store.problems() == []
    store.connection.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")
    for feed in feeds(store):
        round_ = rounds[feed.name] = int(feed.etag or 0)
        assert round_ >= reported.get(feed.name, 0), "what was reported is there"
        assert feed.body_hash == (f"body {round_}" if round_ else None)
        polls = store.connection.execute("SELECT count(*) FROM polls WHERE feed_id = ?", (feed.id,)).fetchone()
        assert polls == (round_,), "one row for each poll that counts"
        stored = store.connection.execute(
            "SELECT e.title, e.text, count(*), (SELECT count(*) FROM ratings WHERE entry_id = e.id AND inspection_id > 0),"
            " (SELECT count(*) FROM flags WHERE entry_id = e.id), (SELECT count(*) FROM revisions WHERE entry_id = e.id)"
            " FROM sightings AS s JOIN entries AS e ON e.id = s.entry_id WHERE s.feed_id = ? GROUP BY e.id ORDER BY e.id",
            (feed.id,),
        ).fetchall()
        assert len(stored) == round_, "the validator vouches for exactly these posts"
        current = {item.entry.title: item.entry.text for item in items(feed.name, round_)}
        for number, (title, text, sightings, ratings, flags, revisions) in enumerate(stored, start=1):
            assert title == f"{feed.name} {number}"
            assert text == current.get(title, text)
            assert (sightings, ratings, flags) == (1, 1, 1)
            assert revisions == (round_ - 1 if number == 1 else 0)
    indexed = store.connection.execute("SELECT count(*) FROM entries_fts_docsize").fetchone()
    assert indexed == store.connection.execute("SELECT count(*) FROM entries").fetchone()
    return rounds


def test_kills_at_random_moments_lose_and_halve_nothing(tmp_path):
    path = tmp_path / "a.db"
    chance = random.Random()
    reached: dict[str, int] = {}
    for turn in range(KILLS):
        process = start(path)
        read = first_report(process) if turn % 2 else []
        time.sleep(chance.uniform(0.0, 0.3))
        reported = dict(kill(process, read))
        with open_store(path) as store:
            rounds = check(store, reported)
        assert all(rounds[name] >= round_ for name, round_ in reached.items()), "nothing goes back"
        reached = rounds
    assert sum(reached.values()) >= KILLS // 2, "the pollers did get something done"


def test_pollers_side_by_side_double_and_lose_nothing(tmp_path):
    path = tmp_path / "a.db"
    pollers = [start(path, "together") for _ in range(2)]
    read = [first_report(poller) for poller in pollers]  # each gets something to do
    time.sleep(0.3)
    every = [report for poller, lines in zip(pollers, read, strict=True) for report in kill(poller, lines)]
    assert len(every) == len(set(every)), "no round of a feed was polled by two"
    with open_store(path) as store:
        check(store, {name: max(round_ for other, round_ in every if other == name) for name, _ in every})
