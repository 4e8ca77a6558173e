"""What makes a daemon unhealthy, and what does not: a table of states with a reason a row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.config.model import Config
from aggregator.health import health
from aggregator.store import daemon, open_store
from aggregator.store.feeds import FeedEntry, sync

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CONFIG = Config()
LEASE = timedelta(seconds=100)


@pytest.fixture
def database(tmp_path):
    return tmp_path / "aggregator.db"


@pytest.fixture
def store(database):
    with open_store(database) as opened:
        sync(opened, [FeedEntry("a", "https://a.example/"), FeedEntry("b", "https://b.example/")], NOW)
        daemon.acquire(opened, owner="here:1:x", now=NOW, lease=LEASE)
        yield opened


def set_feeds(store, **columns):
    with store.write() as connection:
        for column, value in columns.items():
            connection.execute(f"UPDATE feeds SET {column} = ?", (value,))


def test_a_daemon_that_beats_and_polls_is_well(database, store):
    state = health(database, CONFIG, NOW + MINUTE)
    assert state.ok
    assert (state.problems, state.warnings) == ((), ())
    assert state.daemon is not None
    assert state.daemon.owner == "here:1:x"
    assert state.feeds is not None
    assert state.feeds.enabled == 2


@pytest.mark.parametrize(
    ("later", "problem"),
    [
        (4 * MINUTE, "The daemon (here:1:x) has not been heard of for 4m"),
        (-10 * MINUTE, "The daemon's last beat is 10m in the future: a clock is wrong"),
    ],
)
def test_an_old_heartbeat_is_a_problem(database, store, later, problem):
    assert health(database, CONFIG, NOW + later).problems == (problem,)


def test_no_daemon_is_a_problem(database, store):
    daemon.release(store, owner="here:1:x")
    (problem,) = health(database, CONFIG, NOW).problems
    assert problem.startswith("No daemon runs")


@pytest.mark.parametrize(
    ("due", "status", "problems"),
    [
        pytest.param("2026-06-10T11:50:00Z", "ok", (), id="ten minutes happen behind slow servers"),
        pytest.param(
            "2026-06-10T10:00:00Z", "ok", ("2 feeds are overdue, the oldest by 2h",), id="it beats, and polls not"
        ),
        pytest.param("2026-06-10T10:00:00Z", "gone", (), id="who is gone is not waited for"),
    ],
)
def test_feeds_that_were_due_long_ago_are_a_problem(database, store, due, status, problems):
    set_feeds(store, next_poll_at=due, status=status)
    assert health(database, CONFIG, NOW).problems == problems


def test_a_disabled_feed_is_never_overdue(database, store):
    set_feeds(store, next_poll_at="2026-06-01T00:00:00Z", enabled=0)
    assert health(database, CONFIG, NOW).ok


def test_feeds_that_fail_are_told_and_make_nobody_unhealthy(database, store):
    """A container that is restarted because the Internet is away only makes matters worse."""
    set_feeds(store, status="failing", next_poll_at="2026-06-10T13:00:00Z")
    state = health(database, CONFIG, NOW)
    assert state.ok
    assert state.warnings == ("Every feed is failing: is this machine online?",)


def test_one_failing_feed_is_not_worth_a_warning(database, store):
    with store.write() as connection:
        connection.execute("UPDATE feeds SET status = 'failing' WHERE name = 'a'")
    assert health(database, CONFIG, NOW).warnings == ()


@pytest.mark.parametrize(
    ("now", "problems"),
    [
        ("2026-06-11T05:59:00", ()),  # 06:59 in London
        ("2026-06-11T06:20:00", ()),
        ("2026-06-11T06:31:00", ("The digest of 2026-06-11T06:00:00Z has not been composed",)),
    ],
)
def test_a_digest_that_is_late_is_a_problem(database, store, now, problems):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    set_feeds(store, next_poll_at="2026-06-11T08:00:00Z")
    daemon.heartbeat(store, owner="here:1:x", now=moment, lease=LEASE)
    with store.write() as connection:
        connection.execute(
            "INSERT INTO entries (title, first_seen_at, news, html, text, content_hash, extractor_version)"
            " VALUES ('a', '2026-06-10T12:00:00Z', 1, '', '', '', 1)"
        )
    state = health(database, CONFIG, moment)
    assert state.problems == problems


def test_a_database_that_is_not_there_or_none_is_a_problem_in_words(database, tmp_path):
    (problem,) = health(database, CONFIG, NOW).problems
    assert "there is no database here yet" in problem
    database.write_bytes(b"not a database, but long enough to be taken for one" * 20)
    (problem,) = health(database, CONFIG, NOW).problems
    assert str(database) in problem
    assert not list(tmp_path.glob("*.db-wal"))  # looking changes nothing
