"""One daemon a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.errors import AlreadyRunning
from aggregator.store import daemon, open_store

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "a.db") as opened:
        yield opened


def acquire(store, owner, now=NOON):
    daemon.acquire(store, owner=owner, now=now, lease=LEASE)


def test_a_second_daemon_is_refused_by_name(store):
    acquire(store, "one")
    with pytest.raises(AlreadyRunning, match="one") as caught:
        acquire(store, "two")
    assert "2026-03-18T12:02:00Z" in str(caught.value)


def test_a_killed_daemons_lease_lapses(store):
    acquire(store, "one")
    with pytest.raises(AlreadyRunning):
        acquire(store, "two", NOON + LEASE - SECOND)
    acquire(store, "two", NOON + LEASE)
    with pytest.raises(AlreadyRunning, match="taken this database over"):
        daemon.heartbeat(store, owner="one", now=NOON + LEASE, lease=LEASE)


def test_a_heartbeat_extends_the_lease(store):
    acquire(store, "one")
    daemon.heartbeat(store, owner="one", now=NOON + LEASE - SECOND, lease=LEASE)
    with pytest.raises(AlreadyRunning):
        acquire(store, "two", NOON + LEASE)
    row = daemon.current(store)
    assert row is not None
    assert (row.owner, row.started_at, row.heartbeat_at) == ("one", NOON, NOON + LEASE - SECOND)


def test_a_released_lease_is_free_and_only_its_owner_releases(store):
    assert daemon.current(store) is None
    acquire(store, "one")
    daemon.release(store, owner="two")
    with pytest.raises(AlreadyRunning):
        acquire(store, "two")
    daemon.release(store, owner="one")
    acquire(store, "two")


def test_a_lease_taken_under_a_clock_far_ahead_lapses(store):
    acquire(store, "one", NOON + timedelta(days=3))
    acquire(store, "two", NOON)
