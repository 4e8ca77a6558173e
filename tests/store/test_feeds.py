"""What config names, what is due, who polls it, and how the feeds are."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.errors import DatabaseDamaged
from aggregator.model import Validators
from aggregator.store import open_store
from aggregator.store.feeds import (
    FeedEntry,
    claim_due,
    describe,
    feeds,
    health,
    prune_polls,
    release,
    renew,
    store_failure,
    store_success,
    sync,
)
from aggregator.store.polls import PollRow, add_poll

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "a.db") as opened:
        yield opened


def name_feeds(store, *names, now=NOON, **urls):
    return sync(store, [FeedEntry(name, urls.get(name, f"https://{name}.example/feed")) for name in names], now)


def claim(store, *, now=NOON, owner="me", limit=99, **more):
    return [state.name for state in claim_due(store, owner=owner, now=now, lease=LEASE, limit=limit, **more)]


def row(store, name="a"):
    return next(feed for feed in feeds(store) if feed.name == name)


def succeed(store, name="a", *, now=NOON, due=None, until=None, **more):
    feed = row(store, name)
    with store.write() as connection:
        store_success(
            connection,
            feed.id,
            polled_at=now,
            now=now,
            validators=more.get("validators", Validators()),
            body_hash="h",
            url=more.get("url", feed.url),
            next_poll_at=due or now + HOUR,
            next_poll_reason="every hour",
            retry_after_until=until,
            brought_new=True,
        )


def fail(store, name="a", *, now=NOON, gone=False, due=None, until=None):
    with store.write() as connection:
        store_failure(
            connection,
            row(store, name).id,
            polled_at=now,
            now=now,
            gone=gone,
            error="no",
            next_poll_at=due or now + HOUR,
            next_poll_reason="later",
            retry_after_until=until,
        )


# --- config → table -----------------------------------------------------------------------------------


def test_a_new_feed_is_due_at_once(store):
    assert name_feeds(store, "a", "b").added == ("a", "b")
    assert (row(store).status, row(store).next_poll_at, row(store).next_poll_reason) == ("new", NOON, "new in config")
    assert claim(store) == ["a", "b"]


def test_the_same_config_changes_nothing(store):
    name_feeds(store, "a")
    succeed(store)
    before = feeds(store)
    assert name_feeds(store, "a", now=NOON + DAY) == type(name_feeds(store, "a"))()
    assert feeds(store) == before


def test_a_feed_no_longer_named_is_disabled_and_comes_back_with_its_past(store):
    name_feeds(store, "a", "b")
    succeed(store, validators=Validators('"x"'))
    assert name_feeds(store, "b").disabled == ("a",)
    assert not row(store).enabled
    assert claim(store, now=NOON + DAY, force=True) == ["b"]
    assert name_feeds(store, "a", "b").enabled == ("a",)
    assert (row(store).etag, row(store).first_success_at) == ('"x"', NOON)


def test_disabled_in_config(store):
    report = sync(store, [FeedEntry("a", "https://a.example/", enabled=False)], NOON)
    assert report.added == ("a",)
    assert claim(store, force=True, names=["a"]) == []


def test_another_address_forgets_what_the_old_one_left(store):
    name_feeds(store, "a")
    succeed(store, validators=Validators('"x"', "then"), url="https://moved.example/", until=NOON + DAY)
    with store.write() as connection:
        describe(connection, row(store).id, title="T", site_url=None, warning="w", wishes='{"ttl": 1}')
    fail(store, gone=True)
    assert name_feeds(store, "a", a="https://www.a.example/rss", now=NOON + DAY).moved == ("a",)
    feed = row(store)
    assert (feed.url, feed.etag, feed.last_modified, feed.body_hash) == ("https://www.a.example/rss", None, None, None)
    assert (feed.status, feed.failures, feed.wishes, feed.retry_after_until) == ("new", 0, None, None)
    assert feed.first_success_at == NOON, "the same site: its new posts stay news"
    assert claim(store, now=NOON + DAY) == ["a"]


def test_an_address_on_another_host_is_a_new_feed(store):
    name_feeds(store, "a")
    succeed(store)
    name_feeds(store, "a", a="https://other.example/feed")
    assert row(store).first_success_at is None, "its past is history again, not news"


def test_gone_stays_gone_under_the_same_address(store):
    name_feeds(store, "a")
    fail(store, gone=True)
    name_feeds(store, "a")
    name_feeds(store)
    name_feeds(store, "a")
    assert row(store).status == "gone"
    assert claim(store, now=NOON + 30 * DAY) == []
    assert claim(store, now=NOON + 30 * DAY, force=True) == ["a"]


def test_a_renamed_feed_keeps_its_past(store):
    name_feeds(store, "a", "b")
    succeed(store, validators=Validators('"x"'))
    report = name_feeds(store, "blog", "b", blog="https://a.example/feed")
    assert (report.renamed, report.added, report.disabled) == ((("a", "blog"),), (), ())
    assert row(store, "blog").etag == '"x"'
    assert len(feeds(store)) == 2


def test_names_that_change_places(store):
    name_feeds(store, "a", "b")
    report = name_feeds(store, "a", "b", a="https://b.example/feed", b="https://a.example/feed")
    assert report.moved == ("a", "b")
    assert [feed.configured_url for feed in feeds(store)] == ["https://b.example/feed", "https://a.example/feed"]


# --- claims -------------------------------------------------------------------------------------------


def test_what_is_due_is_taken_longest_due_first(store):
    name_feeds(store, "a", "b", "c", "d")
    for name, due in (("a", NOON - HOUR), ("b", NOON - 3 * HOUR), ("c", NOON + HOUR), ("d", NOON)):
        succeed(store, name, due=due)
    assert claim(store, limit=2) == ["b", "a"]
    assert claim(store) == ["d"]
    assert claim(store) == []


def test_only_the_named_ones(store):
    name_feeds(store, "a", "b", "c")
    succeed(store, "c")
    assert claim(store, names=["b", "c", "unknown"]) == ["b"]
    assert claim(store, names=["b", "c"], force=True) == ["c"], "b is claimed already"
    assert claim(store, names=[]) == []


def test_force_ignores_the_schedule_but_never_a_retry_after(store):
    name_feeds(store, "a")
    fail(store, due=NOON + 5 * HOUR, until=NOON + 2 * HOUR)
    assert claim(store, now=NOON + HOUR, force=True) == []
    assert claim(store, now=NOON + 2 * HOUR, force=True) == ["a"]


def test_a_claim_is_given_back_renewed_or_lapses(store):
    name_feeds(store, "a", "b")
    assert claim(store) == ["a", "b"]
    assert renew(store, owner="me", now=NOON + LEASE / 2, lease=LEASE) == 2
    assert claim(store, owner="you", now=NOON + LEASE) == []
    assert release(store, "me") == 2
    assert claim(store, owner="you") == ["a", "b"]
    assert claim(store, owner="third", now=NOON + LEASE - timedelta(seconds=1)) == []
    assert claim(store, owner="third", now=NOON + LEASE) == ["a", "b"]
    assert release(store, "you") == 0


def test_a_feed_is_never_claimed_twice(tmp_path):
    path = tmp_path / "a.db"
    names = [f"feed{number}" for number in range(60)]
    with open_store(path) as store:
        name_feeds(store, *names)
    taken = []

    def work(owner):
        with open_store(path) as store:
            while got := claim(store, owner=owner, limit=3):
                taken.extend(got)

    threads = [threading.Thread(target=work, args=(f"process {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(names)


def test_a_claim_brings_what_fetching_and_planning_need(store):
    name_feeds(store, "a")
    succeed(store, validators=Validators(' "x" ', "then"), url="https://moved.example/", due=NOON)
    fail(store, due=NOON)
    (state,) = claim_due(store, owner="me", now=NOON, lease=LEASE, limit=1)
    assert (state.name, state.url, state.configured_url) == ("a", "https://moved.example/", "https://a.example/feed")
    assert (state.validators, state.body_hash, state.failures) == (Validators(' "x" ', "then"), "h", 1)
    assert (state.first_success_at, state.last_success_at) == (NOON, NOON)


# --- clocks that jump ---------------------------------------------------------------------------------


def test_a_clock_set_back_neither_stops_polling_nor_makes_a_burst(store):
    """The clock was three days ahead for an hour; what was polled then keeps its waits, counted from now."""
    name_feeds(store, "a", "b", "c")
    ahead = NOON + 3 * DAY
    succeed(store, "a", now=ahead, due=ahead + HOUR)
    succeed(store, "b", now=ahead, due=ahead + 2 * HOUR, until=ahead + HOUR)
    succeed(store, "c", now=NOON - HOUR, due=NOON)
    assert claim(store) == ["c"]
    succeed(store, "c", due=NOON + DAY)
    assert (row(store, "a").next_poll_at, row(store, "b").next_poll_at) == (NOON + HOUR, NOON + 2 * HOUR)
    assert row(store, "b").retry_after_until == NOON + HOUR
    assert (row(store, "a").last_polled_at, row(store, "a").last_success_at) == (NOON, NOON)
    assert claim(store, now=NOON + HOUR) == ["a"]


def test_a_feed_added_while_the_clock_was_ahead_is_due(store):
    name_feeds(store, "a", now=NOON + 3 * DAY)
    assert claim(store) == ["a"]


def test_a_due_time_that_no_right_clock_can_have_set_is_due(store):
    name_feeds(store, "a", "b")
    succeed(store, "a", due=NOON + 30 * DAY, until=NOON + 29 * DAY)
    succeed(store, "b", due=NOON + 7.5 * DAY)
    assert claim(store) == ["a"]


def test_a_claim_made_under_a_clock_far_ahead_lapses(store):
    name_feeds(store, "a")
    assert claim(store, now=NOON + 2 * DAY, owner="killed") == ["a"]
    assert claim(store) == ["a"]


def test_two_clocks_a_little_apart_are_both_right(store):
    name_feeds(store, "a")
    succeed(store, now=NOON + timedelta(minutes=2))
    claim(store)
    assert row(store).last_polled_at == NOON + timedelta(minutes=2)


# --- health and pruning -------------------------------------------------------------------------------


def test_health_in_numbers(store):
    name_feeds(store, "a", "b", "c", "d", "e")
    succeed(store, "a", due=NOON - 3 * HOUR)
    succeed(store, "b", due=NOON - timedelta(minutes=10))
    fail(store, "c", due=NOON + HOUR)
    fail(store, "d", gone=True, due=NOON - DAY)
    name_feeds(store, "a", "b", "c", "d")
    found = health(store, now=NOON, grace=HOUR)
    assert (found.enabled, found.by_status) == (4, {"ok": 2, "failing": 1, "gone": 1})
    assert (found.overdue, found.oldest_due_at) == (1, NOON - 3 * HOUR)


@pytest.mark.parametrize("column", ["next_poll_at", "last_polled_at"])
def test_what_is_no_time_is_told_in_words(store, column):
    """Somebody wrote `tomorrow` into the table with another program, and got a traceback out of the middle of a poll."""
    name_feeds(store, "a")
    store.connection.execute(f"UPDATE feeds SET {column} = 'tomorrow'")
    with pytest.raises(DatabaseDamaged, match="'tomorrow' stands in the database where a time should"):
        feeds(store)


def test_a_claim_is_not_made_over_what_is_no_time(store):
    name_feeds(store, "a")
    store.connection.execute("UPDATE feeds SET last_polled_at = 'tomorrow'")
    with pytest.raises(DatabaseDamaged, match="tomorrow"):
        claim_due(store, owner="me", now=NOON, lease=LEASE, limit=1)


def test_old_polls_are_pruned_a_few_at_a_time(store):
    """After keep_polls was shortened, millions may go: other writes must get their turn in between."""
    name_feeds(store, "a")
    with store.write() as connection:
        for days in range(7):
            add_poll(connection, 1, PollRow(NOON - days * DAY, "ok", 200, 1, 0.1))
    assert [prune_polls(store, before=NOON - DAY, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert store.connection.execute("SELECT count(*) FROM polls").fetchone() == (2,)


def test_old_polls_are_pruned(store):
    name_feeds(store, "a")
    with store.write() as connection:
        for days in range(5):
            add_poll(connection, 1, PollRow(NOON - days * DAY, "ok", 200, 1, 0.1))
    assert prune_polls(store, before=NOON - 2 * DAY) == 2
    assert store.connection.execute("SELECT count(*) FROM polls").fetchone() == (3,)
