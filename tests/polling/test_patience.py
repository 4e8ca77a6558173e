"""After a pass that could not be recorded, the next waits: longer each time, or until the disk has room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.errors import DatabaseFull, StoreError
from aggregator.polling import patience
from aggregator.polling.patience import LONGEST, ROOM, Patience

BEAT = timedelta(seconds=30)


class Time:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def disk(monkeypatch):
    """Free bytes, as the system would tell."""
    free = {"bytes": 0}
    monkeypatch.setattr(patience, "free_bytes", lambda _: free["bytes"])
    return free


def test_without_trouble_nobody_waits(tmp_path, clock):
    assert Patience(tmp_path / "a.db", BEAT, clock).over


def test_each_failure_in_a_row_is_waited_out_twice_as_long(tmp_path, clock):
    waits = Patience(tmp_path / "a.db", BEAT, clock)
    seconds = []
    for _ in range(9):
        seconds.append(waits.failed(StoreError("the disk answered with an error")).total_seconds())
        assert not waits.over
        clock.now += seconds[-1] - 1
        assert not waits.over
        clock.now += 1
        assert waits.over
    assert seconds == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]
    waits.went_well()
    assert waits.failed(StoreError("again")) == BEAT


def test_after_any_number_of_failures_the_wait_is_bounded(tmp_path, clock):
    waits = Patience(tmp_path / "a.db", BEAT, clock)
    assert {waits.failed(StoreError("again")) for _ in range(5000)} >= {LONGEST}


def test_a_full_disk_is_waited_out_only_until_it_has_room(tmp_path, clock, disk):
    waits = Patience(tmp_path / "a.db", BEAT, clock)
    disk["bytes"] = 40_000
    for _ in range(7):
        waits.failed(DatabaseFull("the disk is full"))
    assert not waits.over
    disk["bytes"] += ROOM - 1
    assert not waits.over, "not for a few bytes more"
    disk["bytes"] += 1
    assert waits.over


def test_room_ends_no_other_wait(tmp_path, clock, disk):
    waits = Patience(tmp_path / "a.db", BEAT, clock)
    waits.failed(StoreError("the disk answered with an error"))
    disk["bytes"] = 10**12
    assert not waits.over


def test_where_the_system_tells_nothing_of_room_the_wait_runs_out(tmp_path, clock, disk):
    disk["bytes"] = None
    waits = Patience(tmp_path / "a.db", BEAT, clock)
    waits.failed(DatabaseFull("the disk is full"))
    assert not waits.over
    clock.now += 30
    assert waits.over
