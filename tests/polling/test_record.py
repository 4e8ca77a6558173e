"""What a poll leaves: the feed's row, the row in polls, and posts with all that belongs to them, together or not at all."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.errors import DatabaseFull
from aggregator.model import FailureKind, Hints, ProviderType, RatingValue, Unchanged, Validators, When
from aggregator.polling.outcome import Polled
from aggregator.polling.plan import BACKFILL_AGE
from aggregator.polling.record import FeedPolicy, RecordSettings, record
from aggregator.polling.schedule import NEVER, Limits
from aggregator.store.feeds import FeedEntry, claim_due, release, sync
from tests.polling.desk import FULL, LEASE, LIMITS, NOON, Desk, document, failure, post, rating

A = "https://blog.example/kent/"
HOUR = timedelta(hours=1)


# --- validators (RFC 9110 §8.8, RFC 9111 §4.3.4) ------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "kept", "why"),
    [
        (
            Validators(' W/"b" ', "yesterday, more or less"),
            Validators(' W/"b" ', "yesterday, more or less"),
            "byte for byte",
        ),
        (Validators('"b"', None), Validators('"b"', None), "absent: forgotten"),
        (Validators(), Validators(), "both absent: both forgotten"),
        (Validators("", None), Validators("", None), "an empty one is one"),
    ],
)
def test_a_document_replaces_the_validators(desk, answered, kept, why):
    desk.poll(post(guid="1"), validators=Validators('"a"', "Mon, 16 Mar 2026 06:00:00 GMT"))
    desk.poll(post(guid="1"), post(guid="2"), validators=answered)
    assert Validators(desk.feed().etag, desk.feed().last_modified) == kept, why
    assert desk.claim().validators == kept


@pytest.mark.parametrize(
    ("answered", "kept"),
    [
        (Validators(), Validators('"a"', "then")),
        (Validators('"b"', None), Validators('"b"', "then")),
        (Validators(None, "now"), Validators('"a"', "now")),
    ],
)
def test_a_304_replaces_only_what_it_brings(desk, answered, kept):
    desk.poll(post(guid="1"), validators=Validators('"a"', "then"))
    changes = desk.answer(Unchanged(304, answered))
    assert changes.outcome == "unchanged"
    assert Validators(desk.feed().etag, desk.feed().last_modified) == kept


def test_the_same_body_updates_the_validators_and_reads_nothing(desk):
    desk.poll(post(guid="1"), validators=Validators('"a"', "then"), body_hash="h")
    answer, _ = document(validators=Validators('"b"'), body_hash="h")
    changes = desk.answer(answer)
    assert (changes.outcome, changes.new, changes.status) == ("unchanged", (), 200)
    assert (desk.feed().etag, desk.feed().last_modified, desk.feed().body_hash) == ('"b"', None, "h")


def test_a_document_that_breaks_off_vouches_for_nothing(desk):
    """Its validators once hid the posts behind the break: the next answer was a 304."""
    answer, assessed = document(post(guid="1", url=A), validators=Validators('"1"', "Mon"))
    desk.answer(answer, assessed=replace(assessed, feed=replace(assessed.feed, complete=False)))
    state = desk.claim()
    assert (state.validators, state.body_hash) == (Validators(), None)
    assert desk.count("entries") == 1


def test_validators_mean_something_to_the_address_that_gave_them_only(desk):
    mirror = "https://mirror.example/feed/"
    answer, assessed = document(post(guid="1", url=A), validators=Validators('"1"', None, mirror))
    desk.answer(answer, assessed=assessed)
    desk.answer(Unchanged(304))
    assert desk.rows("SELECT etag, validators_url FROM feeds") == [{"etag": '"1"', "validators_url": mirror}]
    desk.answer(Unchanged(304, Validators('"2"', None)))
    assert desk.rows("SELECT etag, validators_url FROM feeds") == [{"etag": '"2"', "validators_url": None}]
    answer, assessed = document(post(guid="2", url=A + "2"), validators=Validators('"3"', None, mirror))
    desk.answer(answer, assessed=assessed)
    assert desk.claim().validators == Validators('"3"', None, mirror)


def test_a_document_that_nothing_was_read_from_is_no_success(desk):
    desk.poll(post(guid="1"), validators=Validators('"a"'), body_hash="h")
    answer, _ = document(validators=Validators('"b"'), body_hash="other")
    changes = desk.answer(answer)
    assert changes.outcome == "failed"
    assert (desk.feed().etag, desk.feed().body_hash) == ('"a"', "h")


def test_a_failure_leaves_validators_posts_and_address(desk):
    desk.poll(post(guid="1"), validators=Validators('"a"', "then"), body_hash="h")
    changes = desk.answer(failure(FailureKind.NOT_A_FEED, 200, wire_bytes=99, elapsed=0.3))
    feed = desk.feed()
    assert (changes.outcome, changes.error, changes.wire_bytes) == ("failed", "the server answered 200", 99)
    assert (feed.etag, feed.last_modified, feed.body_hash) == ('"a"', "then", "h")
    assert (feed.status, feed.failures, feed.last_error) == ("failing", 1, "the server answered 200")
    assert feed.failing_since == NOON + HOUR
    assert feed.last_success_at == NOON
    assert desk.count("entries") == 1


# --- the feed's row and the row in polls --------------------------------------------------------------


def test_failures_are_counted_until_a_success(desk):
    for count in (1, 2, 3):
        changes = desk.answer(failure())
        assert desk.feed().failures == count
        assert changes.next_poll_at == desk.now - HOUR + LIMITS.interval * 2 ** (count - 1)
    assert desk.feed().failing_since == NOON
    desk.answer(Unchanged(304))
    feed = desk.feed()
    assert (feed.status, feed.failures, feed.failing_since, feed.last_error) == ("ok", 0, None, None)


def test_a_poll_is_a_row(desk):
    desk.poll(post(guid="1", flags=("crc",)), post("B", guid="2"))
    desk.poll(post("Edited", guid="1", flags=("crc",)), post("B", guid="2"))
    desk.answer(failure(FailureKind.TIMEOUT, None, elapsed=45.0))
    assert desk.rows(
        "SELECT polled_at, outcome, http_status, bytes, new, changed, flagged, duration, error_kind, error FROM polls ORDER BY id"
    ) == [
        _poll("12", "ok", 200, bytes=4321, new=2, flagged=1, duration=0.2),
        _poll("13", "ok", 200, bytes=4321, changed=1, flagged=1, duration=0.2),
        _poll("14", "failed", None, duration=45.0, error_kind="timeout", error="the server answered None"),
    ]


def _poll(hour, outcome, status, **said):
    row = {"bytes": 0, "new": 0, "changed": 0, "flagged": 0, "duration": 0.0, "error_kind": None, "error": None}
    return row | {"polled_at": f"2026-03-18T{hour}:00:00Z", "outcome": outcome, "http_status": status} | said


def test_a_feed_that_is_gone_is_asked_no_more_until_a_person_says_so(desk):
    desk.poll(post(guid="1"))
    desk.answer(failure(FailureKind.GONE, 410))
    assert (desk.feed().status, desk.feed().next_poll_at) == ("gone", NEVER)
    late = NOON + timedelta(days=400)
    assert claim_due(desk.store, owner="x", now=late, lease=LEASE, limit=9) == []
    desk.answer(failure(FailureKind.TIMEOUT, None))  # forced
    assert (desk.feed().status, desk.feed().next_poll_at) == ("gone", NEVER)
    desk.answer(Unchanged(304))  # forced
    assert desk.feed().status == "ok"
    assert desk.count("entries") == 1


def test_a_move_is_adopted_once_a_feed_was_read_from_the_new_address(desk):
    new = "https://new.example/feed/"
    desk.answer(failure(FailureKind.NOT_A_FEED, 200))
    assert desk.feed().url == "https://blog.example/feed/"
    desk.poll(post(guid="1"), moved_to=new)
    assert (desk.feed().url, desk.feed().configured_url) == (new, "https://blog.example/feed/")
    assert desk.claim().url == new


def test_retry_after_is_kept_and_runs_out(desk):
    desk.answer(failure(FailureKind.RATE_LIMITED, 429, hints=Hints(retry_after=timedelta(hours=5))))
    until = NOON + timedelta(hours=5)
    assert desk.feed().retry_after_until == until
    assert claim_due(desk.store, owner="x", now=until - HOUR, lease=LEASE, limit=9, force=True) == []
    assert len(claim_due(desk.store, owner="x", now=until, lease=LEASE, limit=9, force=True)) == 1


def test_the_documents_wishes_hold_over_304s(desk):
    """A 304 says nothing of the document's ttl: without memory the feed would be asked too soon after it."""
    said = {"ttl": timedelta(hours=6), "skip_hours": frozenset({3}), "skip_days": frozenset({6})}
    first = desk.poll(post(guid="1"), **said)
    assert first.next_poll_at == NOON + timedelta(hours=6)
    second = desk.answer(Unchanged(304))
    assert second.next_poll_at == NOON + HOUR + timedelta(hours=6)
    assert json.loads(desk.feed().wishes) == {"ttl": 21600.0, "skip_hours": [3], "skip_days": [6]}
    third = desk.poll(post(guid="1"), post(guid="2"))
    assert third.next_poll_at == NOON + 2 * HOUR + LIMITS.interval
    assert desk.feed().wishes is None


def test_how_long_an_answer_is_fresh_holds_over_304s_that_do_not_say(desk):
    """A 304 freshens what is stored (RFC 9111 §4.3.4): headers that it leaves out stay as they were."""
    hours = [timedelta(hours=n) for n in range(10)]
    waits = []
    first = desk.poll(post(guid="1"), hints=Hints(max_age=hours[6]))
    assert first.next_poll_at == NOON + hours[6]
    for answer in (
        Unchanged(304),
        Unchanged(304, hints=Hints(max_age=hours[3])),
        Unchanged(304),
        Unchanged(304, hints=Hints(max_age=hours[0])),
        Unchanged(304),
    ):
        asked = desk.now
        waits.append(desk.answer(answer).next_poll_at - asked)
    assert waits == [hours[6], hours[3], hours[3], LIMITS.interval, LIMITS.interval]
    assert desk.feed().wishes is None


def test_the_rhythm_of_its_posts_is_heard(desk):
    weekdays = [NOON.replace(hour=6, minute=0) - timedelta(days=n) for n in range(1, 15)]
    desk.now = NOON.replace(hour=20)
    desk.settings = RecordSettings(
        desk.settings.versions,
        FeedPolicy(Limits(timedelta(hours=20), timedelta(minutes=15), timedelta(days=2))),
        owner="desk",
    )
    changes = desk.poll(*(post(f"Post {n}", guid=f"{n}", published=at) for n, at in enumerate(weekdays)))
    assert changes.next_poll_at is not None
    assert changes.next_poll_at.hour == 6
    assert "usually posts" in changes.next_poll_reason


def test_warnings_are_kept_and_told(desk):
    changes = desk.poll(post(guid="1"), post(guid="1"), warning="cut off after 1 of 2 items")
    assert changes.warning == "cut off after 1 of 2 items; 1 post stood there twice"
    assert desk.feed().last_warning == changes.warning
    desk.poll(post(guid="1"), post(guid="2"))
    assert desk.feed().last_warning is None


def test_each_feed_has_its_own_policy(desk):
    desk.settings = RecordSettings(
        desk.settings.versions,
        FeedPolicy(LIMITS, "all"),
        feeds={"quiet": FeedPolicy(Limits(timedelta(hours=9), timedelta(hours=1), timedelta(days=2)), "baseline")},
        owner="desk",
    )
    loud = desk.poll(post(guid="1", published=NOON), name="loud")
    quiet = desk.poll(post("Q", guid="1", published=NOON), name="quiet")
    assert (loud.next_poll_at, quiet.next_poll_at) == (NOON + LIMITS.interval, NOON + timedelta(hours=10))
    assert desk.rows("SELECT title FROM entries WHERE news") == [{"title": "Probation in the county"}]


def test_first_seen_tells_when_a_feed_has_last_brought_something(desk):
    desk.poll(post(guid="1"))
    desk.poll(post("Edited", guid="1"))
    desk.answer(Unchanged(304))
    assert (desk.feed().last_new_at, desk.feed().last_success_at) == (NOON, NOON + 2 * HOUR)
    assert (desk.feed().first_success_at, desk.feed().title) == (NOON, "A blog")


def test_an_empty_first_document_is_a_first_document(tmp_path):
    desk = Desk(tmp_path / "a.db", first_poll="baseline")
    desk.poll()
    desk.poll(post(guid="1"))
    assert desk.rows("SELECT news FROM entries") == [{"news": 1}]
    desk.close()


def test_a_second_machine_that_slept_is_not_a_backfill(desk):
    desk.poll(post(guid="0"))
    desk.now += BACKFILL_AGE * 3
    asleep = [post(f"P{n}", guid=f"p{n}", published=NOON + n * timedelta(days=9)) for n in range(1, 9)]
    assert len(desk.poll(*asleep).new) == 8
    assert desk.rows("SELECT count(*) AS n FROM entries WHERE news") == [{"n": 9}]


# --- what belongs to a post ---------------------------------------------------------------------------


def test_ratings_flags_and_inspections_come_and_go_with_the_state_they_were_read_from(desk):
    desk.poll(
        post(guid="1", url=A, published=NOON, ratings=(rating(), rating(aspect="leadership")), flags=("crc", "any"))
    )
    assert desk.count("ratings") == 2
    assert desk.rows("SELECT rule, rule_version FROM flags ORDER BY rule") == [
        {"rule": "any", "rule_version": ""},
        {"rule": "crc", "rule_version": "v1"},
    ]
    worse = rating(value=RatingValue.INADEQUATE)
    changes = desk.poll(post("Corrected", guid="1", url=A, published=NOON, ratings=(worse,), flags=("crc",)))
    assert (changes.changed, changes.flagged) == ((1,), (1,))
    assert desk.rows("SELECT rating, inspection_id FROM ratings") == [{"rating": "inadequate", "inspection_id": 1}]
    assert [row["rule"] for row in desk.rows("SELECT rule FROM flags")] == ["crc"]
    (revision,) = desk.rows("SELECT title, ratings FROM revisions")
    assert revision["title"] == "Probation in the county"
    kept = json.loads(revision["ratings"])
    assert [(row["rating"], row["aspect"]) for row in kept] == [("good", "overall"), ("good", "leadership")]
    assert kept[0]["evidence"][kept[0]["start"] : kept[0]["end"]] == kept[0]["raw"]
    desk.poll(post("Withdrawn", guid="1", url=A, published=NOON))
    assert [desk.count(table) for table in ("ratings", "flags", "inspections", "revisions")] == [0, 0, 0, 2]


def test_posts_on_one_report_meet_in_one_inspection(desk):
    desk.poll(post(guid="1", published=NOON, ratings=(rating(),)), name="a")
    desk.poll(post("B", guid="1", published=NOON - HOUR, ratings=(rating(),)), name="b")
    desk.poll(post("C", guid="1", published=NOON, ratings=(rating(area="Kent"),)), name="c")
    desk.poll(post("D", guid="1", published=NOON, ratings=(rating(area="Gwent"),)), name="d")
    desk.poll(post("E", guid="1", published=NOON, ratings=(rating(area="Kent", when=When.PREVIOUS),)), name="e")
    assert desk.rows(
        "SELECT area, published_at, (SELECT count(*) FROM ratings WHERE inspection_id = i.id) AS n FROM inspections AS i ORDER BY area"
    ) == [
        {"area": "Essex", "published_at": "2026-03-18T11:00:00Z", "n": 2},
        {"area": "Gwent", "published_at": "2026-03-18T12:00:00Z", "n": 1},
        {"area": "Kent", "published_at": "2026-03-18T12:00:00Z", "n": 1},
    ]


def test_a_post_that_states_only_when_it_was_updated_is_dated_by_that(tmp_path):
    """GOV.UK's Atom states no more.

    Its first poll was never news, and its posts made a second report of an inspection that the blogs had told already.
    """
    desk = Desk(tmp_path / "test.db", first_poll="recent")
    with closing(desk):
        told = NOON - timedelta(days=1)
        kent = (rating(area="Kent"),)
        desk.poll(post("Kent", guid="1", url="https://a.example/1", published=told, ratings=kent), name="a")
        desk.poll(post("Kent plan", guid="2", url="https://b.example/2", updated=told, ratings=kent), name="b")
        assert desk.rows("SELECT news FROM entries") == [{"news": 1}, {"news": 1}]
        assert desk.rows("SELECT published_at FROM inspections") == [{"published_at": "2026-03-17T12:00:00Z"}]


def test_what_is_stored_can_be_searched(desk):
    desk.poll(post("Kent", "Supervised well.", guid="1"))
    desk.poll(post("Kent", "Managed badly.", guid="1"))
    assert desk.rows("SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'supervise'") == []
    assert desk.rows("SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'manage'") == [{"rowid": 1}]
    desk.store.connection.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")


# --- trouble ------------------------------------------------------------------------------------------

POISON = post("A \ud800 lone surrogate", guid="poison")


def batch(desk, polls):
    sync(desk.store, [FeedEntry(name, f"https://{name}.example/") for name in polls], desk.now)
    states = {s.name: s for s in claim_due(desk.store, owner="desk", now=desk.now, lease=LEASE, limit=99)}
    polled = []
    for name, items in polls.items():
        answer, assessed = document(*items, validators=Validators(f'"{name}"'))
        polled.append(Polled(states[name], desk.now, answer, assessed))
    return polled


def run(desk, polled):
    return record(desk.store, polled, now=desk.now, settings=desk.settings, jitter=lambda: 0.0)


def test_a_post_that_cannot_be_stored_is_left_out_alone(desk, caplog):
    changes = run(desk, batch(desk, {"a": [post(guid="1")], "b": [post("B", guid="1"), POISON, post("C", guid="2")]}))
    assert [len(change.new) for change in changes] == [1, 2]
    assert changes[1].warning is not None
    assert changes[1].warning.startswith("1 of 3 posts could not be stored (UnicodeEncodeError")
    assert desk.feed("b").last_warning == changes[1].warning
    assert desk.feed("b").etag == '"b"'
    assert desk.titles() == ["Probation in the county", "B", "C"]
    assert "left out 1 of 3 posts" in caplog.text


def test_a_feed_that_cannot_be_stored_fails_alone(desk, monkeypatch, caplog):
    from aggregator.polling.incoming import incoming

    def broken(entries, *, site_url):
        if any(entry.entry.title == "Break" for entry in entries):
            raise KeyError("a bug")
        return incoming(entries, site_url=site_url)

    monkeypatch.setattr("aggregator.polling.commit.incoming", broken)
    polls = {"a": [post(guid="1")], "b": [post("Break", guid="1")], "c": [post("C", guid="1")]}
    changes = run(desk, batch(desk, polls))
    assert [change.outcome for change in changes] == ["ok", "failed", "ok"]
    assert changes[1].error == "what came could not be stored (KeyError: 'a bug')"
    assert (desk.feed("b").etag, desk.feed("c").etag) == (None, '"c"')


def test_a_failure_outside_of_single_posts_is_the_feeds(desk, monkeypatch, caplog):
    def broken(connection, feed_id, **said):
        if feed_id == 2:
            raise KeyError("a bug")

    monkeypatch.setattr("aggregator.store.feeds.describe", broken)
    changes = run(desk, batch(desk, {"a": [post(guid="1")], "b": [post("B", guid="1")], "c": [post("C", guid="1")]}))
    assert [change.outcome for change in changes] == ["ok", "failed", "ok"]
    assert desk.titles() == ["Probation in the county", "C"]
    feed = desk.feed("b")
    assert (feed.status, feed.etag, feed.body_hash, feed.failures) == ("failing", None, None, 1)
    assert feed.last_error == "what came could not be stored (KeyError: 'a bug')"
    assert desk.rows("SELECT error_kind FROM polls WHERE feed_id = 2") == [{"error_kind": "worker"}]
    assert "a bug" in caplog.text
    assert feed.lease_owner is None


def test_a_full_disk_records_nothing_and_says_so(desk):
    desk.poll(post(guid="1"), name="a")
    polled = batch(desk, {"b": [post("B", FULL * 2000, guid="1")], "c": [post("C", guid="1")]})
    (pages,) = desk.store.connection.execute("PRAGMA page_count").fetchone()
    desk.store.connection.execute(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(DatabaseFull, match="disk is full"):
        run(desk, polled)
    assert desk.titles() == ["Probation in the county"]
    assert desk.feed("b").last_polled_at is None
    desk.store.connection.execute("PRAGMA max_page_count = 1000000")
    assert [change.outcome for change in run(desk, polled)] == ["ok", "ok"]
    assert desk.store.problems() == []


def test_a_lapsed_claim_is_left_to_who_has_it_now(desk):
    polled = batch(desk, {"a": [post(guid="1")]})
    desk.now += LEASE + timedelta(seconds=1)
    (theirs,) = claim_due(desk.store, owner="other", now=desk.now, lease=LEASE, limit=9)
    (ours,) = run(desk, polled)
    assert (ours.outcome, ours.new) == ("skipped", ())
    assert ours.error is not None
    assert "another process" in ours.error
    assert (desk.count("entries"), desk.count("polls"), desk.feed("a").lease_owner) == (0, 0, "other")
    answer, assessed = document(post(guid="1"))
    settings = RecordSettings(desk.settings.versions, desk.settings.policy, owner="other")
    (changes,) = record(
        desk.store, [Polled(theirs, desk.now, answer, assessed)], now=desk.now, settings=settings, jitter=lambda: 0.0
    )
    assert changes.new == (1,)


def test_a_lapsed_claim_that_nobody_took_is_recorded(desk):
    polled = batch(desk, {"a": [post(guid="1")]})
    desk.now += LEASE * 5
    assert run(desk, polled)[0].outcome == "ok"


def test_a_batch_recorded_twice_counts_once(desk):
    polled = batch(desk, {"a": [post(guid="1")]})
    assert run(desk, polled)[0].outcome == "ok"
    assert run(desk, polled)[0].outcome == "skipped"
    assert (desk.count("entries"), desk.count("polls")) == (1, 1)


def test_an_answer_from_an_address_no_longer_configured_is_dropped(desk):
    polled = batch(desk, {"a": [post(guid="1")]})
    sync(desk.store, [FeedEntry("a", "https://a.example/new/")], desk.now)
    assert run(desk, polled)[0].outcome == "skipped"
    feed = desk.feed("a")
    assert (feed.etag, feed.url, feed.lease_owner) == (None, "https://a.example/new/", None)
    assert desk.count("entries") == 0
    assert release(desk.store, "desk") == 0


def test_ratings_of_every_kind_are_stored(desk):
    ratings = tuple(rating(kind, value) for kind in ProviderType for value in RatingValue)
    desk.poll(post(guid="1", ratings=ratings))
    assert desk.count("ratings") == len(ratings)
