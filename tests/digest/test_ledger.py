"""The ledger on disk: everything is told once, nothing is lost, whoever else is at it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.config.model import DigestSection
from aggregator.digest.model import Digest
from aggregator.digest.render import FORMS, render
from aggregator.digest.service import compose_due, make_digest
from aggregator.errors import DatabaseReadOnly, StoreError
from aggregator.model import RatingValue
from aggregator.store import digests, open_store
from aggregator.store.migrations import Schema
from aggregator.times import from_text, to_text
from tests.digest.samples import NOW, rating

SETTINGS = DigestSection()


def make(archive, *, mark=True, now=NOW, **window):
    return make_digest(archive.store, SETTINGS, now=now, trigger="manual", mark=mark, **window)


def told(digest) -> list[int]:
    return [member.entry_id for member in digest.members]


# --- membership ---------------------------------------------------------------------------------------


def test_what_was_told_is_not_told_again_and_what_comes_late_is_in_the_next(archive):
    first = archive.entry("First")
    digest, number = make(archive)
    assert told(digest) == [first]

    late = archive.entry("Late", seen=NOW - timedelta(days=40))
    digest, second = make(archive, now=NOW + timedelta(days=1))

    assert told(digest) == [late], "published long before the last digest, and in no digest yet"
    assert second > number
    assert told(make(archive, now=NOW + timedelta(days=2))[0]) == []


def test_without_marking_nothing_is_marked(archive):
    entry = archive.entry()

    digest, number = make(archive, mark=False)

    assert number is None
    assert told(digest) == told(make(archive, mark=False)[0]) == [entry]
    assert archive.value("SELECT count(*) FROM digests") == 0


def test_history_is_not_news(archive):
    archive.entry("Old", news=0)

    assert told(make(archive)[0]) == []


@pytest.mark.parametrize(
    ("window", "expected", "why"),
    [
        ({"since": NOW - timedelta(days=7)}, ["news", "late news"], "the last week"),
        (
            {"since": datetime(2017, 4, 1, tzinfo=UTC), "until": datetime(2017, 5, 1, tzinfo=UTC)},
            ["history"],
            "April 2017: history by its own date",
        ),
        ({"until": datetime(2018, 1, 1, tzinfo=UTC)}, ["history"], "everything before 2018"),
        (
            {"since": NOW - timedelta(days=400)},
            ["news", "late news"],
            "history is not recent because it was fetched today",
        ),
        ({"since": NOW + timedelta(days=1)}, [], "the future"),
    ],
)
def test_a_window_shows_history_too_and_marks_nothing(archive, window, expected, why):
    archive.entry("history", news=0, published_at="2017-04-20T05:01:00Z")
    archive.entry("news", published_at=to_text(NOW - timedelta(days=2)))
    archive.entry("late news", published_at=to_text(NOW - timedelta(days=30)))
    make(archive)

    digest, number = make(archive, mark=True, **window)

    assert sorted(each.title for each in digest.recent) == sorted(expected), why
    assert number is None
    assert archive.value("SELECT count(*) FROM digests") == 1


def test_a_digest_of_nothing_is_recorded(archive):
    digest, number = make(archive)

    assert digest.empty
    assert (digests.get(archive.store, number) or {})["entries"] == 0


# --- edits --------------------------------------------------------------------------------------------


def test_an_edit_that_changes_a_rating_is_told_once_more(archive):
    entry = archive.entry("Kent", rating("CRC", "good"))
    make(archive)
    archive.edit(entry, rating("CRC", "inadequate"))

    digest, _ = make(archive, now=NOW + timedelta(days=1))

    (update,) = digest.updates
    assert (update.changes[0].before, update.changes[0].after) == (RatingValue.GOOD, RatingValue.INADEQUATE)
    assert told(make(archive, now=NOW + timedelta(days=2))[0]) == []


@pytest.mark.parametrize(
    ("then", "now", "is_told", "why"),
    [
        ([rating()], [rating()], False, "a comma: typo noise"),
        ([rating()], [rating(raw="good", evidence="It is good, they say.")], False, "other words for the same verdict"),
        ([rating()], [rating(), rating("CRC", "inadequate", when="previous")], False, "what it recalls is no news"),
        ([rating()], [], True, "the rating is gone"),
        ([], [rating()], True, "the first rating"),
        ([rating()], [rating(), rating(aspect="staff")], True, "one more standard"),
        ([rating()], [rating(area="Gwent")], True, "of another place"),
        ([rating()], [rating("NPS")], True, "of another body"),
    ],
)
def test_only_edits_that_change_what_is_rated_are_told(archive, then, now, is_told, why):
    entry = archive.entry("Kent", *then)
    make(archive)
    archive.edit(entry, *now)

    assert told(make(archive, now=NOW + timedelta(days=1))[0]) == ([entry] if is_told else []), why


def test_an_edit_and_its_reversal_between_two_digests_is_no_news(archive):
    entry = archive.entry("Kent", rating("CRC", "good"))
    make(archive)
    archive.edit(entry, rating("CRC", "inadequate"), content_hash="edited")
    archive.edit(entry, rating("CRC", "good"), content_hash="first state of 1")

    assert told(make(archive, now=NOW + timedelta(days=1))[0]) == []


def test_an_edit_after_an_edit_is_compared_with_what_was_told_last(archive):
    entry = archive.entry("Kent", rating("CRC", "good"))
    make(archive)
    archive.edit(entry, rating("CRC", "inadequate"), content_hash="second")
    make(archive, now=NOW + timedelta(days=1))
    archive.edit(entry, rating("CRC", "good"), content_hash="third")

    (update,) = make(archive, now=NOW + timedelta(days=2))[0].updates
    assert (update.changes[0].before, update.changes[0].after) == (RatingValue.INADEQUATE, RatingValue.GOOD)


def test_an_edit_that_gives_a_post_of_history_its_first_rating_is_news(archive):
    entry = archive.entry("Old", news=0)
    archive.edit(entry, rating("CRC", "inadequate"))
    archive.insert(
        "flags", entry_id=entry, rule="CRC ratings", rule_version="1", reason="because", flagged_at=to_text(NOW)
    )

    digest, _ = make(archive)

    assert [each.article.entry_id for each in digest.inspections] == [entry]
    assert told(make(archive, now=NOW + timedelta(days=1))[0]) == []


def test_an_edit_before_the_first_telling_is_simply_the_post(archive):
    entry = archive.entry("Kent", rating("CRC", "good"))
    archive.edit(entry, rating("CRC", "inadequate"))

    digest, _ = make(archive)

    assert not digest.updates
    assert told(digest) == [entry]


# --- what is known of reports, bodies and feeds --------------------------------------------------------


def test_what_an_earlier_digest_told_of_a_report_is_known(archive):
    report = archive.inspection(official_url="https://example.org/report")
    archive.entry("First", rating(), inspection=report)
    make(archive)
    archive.entry("Second", rating(), inspection=report)

    digest, _ = make(archive, now=NOW + timedelta(days=1))

    assert not digest.inspections
    assert digest.flagged[0].rated[0] == "More on Kent, told on 18 April 2019"
    assert len(make(archive, since=NOW - timedelta(days=3))[0].inspections) == 1, "a window tells it whole"


def test_the_rating_before_comes_from_the_archive(archive):
    before = archive.inspection(published_at="2018-03-01T00:00:00Z")
    archive.entry("Then", rating("CRC", "inadequate"), inspection=before, news=0)
    archive.entry("Now", rating("CRC", "good"), inspection=archive.inspection())

    (told_now,) = make(archive)[0].inspections

    previous = told_now.bodies[0].findings[0].previous
    assert (previous.rating, previous.at) == (RatingValue.INADEQUATE, from_text("2018-03-01T00:00:00Z"))


def test_feeds_in_trouble_are_in_it_and_their_recovery_is_said_once(archive):
    feed = archive.feed("broken", status="failing", failures=9, failing_since=to_text(NOW), last_error="no such host")
    archive.feed("off", status="failing", failures=9, enabled=0)
    first, _ = make(archive)
    archive.store.connection.execute("UPDATE feeds SET status = 'ok', failures = 0 WHERE id = ?", [feed])

    second, _ = make(archive, now=NOW + timedelta(days=1))
    third, _ = make(archive, now=NOW + timedelta(days=2))

    assert [(each.feed, each.kind.value) for each in first.troubles] == [("broken", "failing")]
    assert [(each.feed, each.kind.value) for each in second.troubles] == [("broken", "recovered")]
    assert third.troubles == ()


def test_a_feed_that_went_quiet_is_said_once(archive):
    feed = archive.feed("daily", last_new_at=to_text(NOW - timedelta(days=14)))
    for days in range(8):
        archive.entry(f"Post {days}", feed=feed, seen=NOW - timedelta(days=13.9 + days))

    first, _ = make(archive)
    second, _ = make(archive, now=NOW + timedelta(days=1))
    third, _ = make(archive, now=NOW + timedelta(days=2))

    assert first.troubles == third.troubles == ()
    assert [each.kind.value for each in second.troubles] == ["quiet"]


def test_sources_are_called_as_they_call_themselves(archive):
    archive.entry("A", feed=archive.feed("rw", title="Russell Webster"))
    archive.entry("B", feed=archive.feed("plain", title=""))
    archive.entry("C")

    assert {each.title: each.source for each in make(archive)[0].recent} == {
        "A": "Russell Webster",
        "B": "plain",
        "C": "saved.txt",
    }


# --- the record ---------------------------------------------------------------------------------------


def test_a_digest_can_be_shown_again_as_it_was_whatever_has_happened_since(archive):
    entry = archive.entry("Kent", rating("CRC", "good"), feed=archive.feed())
    digest, number = make(archive)
    shown = {form: render(digest, form, number=number) for form in FORMS}
    archive.edit(entry, rating("CRC", "inadequate"))
    archive.store.connection.execute("DELETE FROM entries")

    again = Digest.from_json((digests.get(archive.store, number) or {})["content"])

    assert {form: render(again, form, number=number) for form in FORMS} == shown


def test_the_listing_has_the_newest_first(archive):
    archive.entry()
    make(archive)
    make(archive, now=NOW + timedelta(days=1))

    rows = digests.listing(archive.store)

    assert [(row["entries"], row["trigger"]) for row in rows] == [(0, "manual"), (1, "manual")]
    assert digests.listing(archive.store, limit=1) == rows[:1]
    assert digests.get(archive.store, 999) is None


def test_an_entry_that_retention_removes_between_gathering_and_recording_does_not_stop_the_digest(archive):
    kept, gone = archive.entry("Kept"), archive.entry("Gone")
    gathered = digests.gather(archive.store, now=NOW)
    archive.store.connection.execute("DELETE FROM entries WHERE id = ?", [gone])

    digests.record(
        archive.store,
        subject="s",
        composed_at=NOW,
        window_end=NOW,
        trigger="manual",
        content="{}",
        members=[(each.id, each.why, each.content_hash) for each in gathered.candidates],
        after=gathered.last_digest,
    )

    assert [row[0] for row in archive.store.connection.execute("SELECT entry_id FROM digest_entries")] == [kept]


def test_a_digest_recorded_meanwhile_sends_us_back_and_nothing_is_written(archive):
    archive.entry()
    gathered = digests.gather(archive.store, now=NOW)
    make(archive)

    with pytest.raises(digests.ToldMeanwhile):
        digests.record(
            archive.store,
            subject="s",
            composed_at=NOW,
            window_end=NOW,
            trigger="manual",
            content="{}",
            members=[(each.id, each.why, each.content_hash) for each in gathered.candidates],
            after=gathered.last_digest,
        )
    assert archive.value("SELECT count(*) FROM digests") == 1


def test_a_database_that_cannot_be_written_is_said_and_nothing_is_lost(archive):
    archive.entry()
    with open_store(archive.path, read_only=True) as store:
        with pytest.raises(DatabaseReadOnly):
            make_digest(store, SETTINGS, now=NOW, trigger="manual", mark=True)
        digest, _ = make_digest(store, SETTINGS, now=NOW, trigger="manual", mark=False)
    assert len(told(digest)) == 1


def test_processes_composing_at_once_tell_each_entry_once(archive, tmp_path):
    """Six processes at one moment, while a seventh keeps adding posts."""
    program = """
import sys
from datetime import datetime
from pathlib import Path
from aggregator.config.model import DigestSection
from aggregator.digest.service import make_digest
from aggregator.store import open_store

with open_store(Path(sys.argv[1])) as store:
    for _ in range(4):
        make_digest(store, DigestSection(), now=datetime.fromisoformat(sys.argv[2]), trigger="manual", mark=True)
"""
    for n in range(20):
        archive.entry(f"Post {n}")
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(archive.path), NOW.isoformat()]) for _ in range(4)
    ]
    for n in range(20, 60):
        archive.entry(f"Post {n}")
    assert [process.wait(60) for process in processes] == [0] * 4
    make(archive)

    told_once = archive.value("SELECT count(*) FROM digest_entries")
    assert told_once == archive.value("SELECT count(DISTINCT entry_id) FROM digest_entries") == 60
    contents = [json.loads(row[0]) for row in archive.store.connection.execute("SELECT content FROM digests")]
    assert sorted(member["entry_id"] for content in contents for member in content["members"]) == list(range(1, 61))


# --- by the schedule ----------------------------------------------------------------------------------

SEVEN = datetime(2019, 4, 18, 6, 0, tzinfo=UTC)


def due(archive, now, settings=SETTINGS):
    return compose_due(archive.store, settings, now=now)


def test_it_is_composed_when_its_time_comes_and_once(archive):
    archive.entry(seen=SEVEN - timedelta(hours=2))

    assert due(archive, SEVEN - timedelta(seconds=1)) is None
    digest, number = due(archive, SEVEN + timedelta(seconds=10))
    assert due(archive, SEVEN + timedelta(minutes=1)) is None
    assert digest.until == SEVEN
    assert (digests.get(archive.store, number) or {})["trigger"] == "schedule"


def test_a_fresh_install_does_not_answer_for_the_time_before_it(archive):
    assert due(archive, SEVEN) is None, "no entry yet"
    archive.entry(seen=SEVEN + timedelta(hours=1))

    assert due(archive, SEVEN + timedelta(hours=2)) is None
    assert due(archive, SEVEN + timedelta(days=1))[0].until == SEVEN + timedelta(days=1)


def test_a_weekend_asleep_is_one_digest_with_everything(archive):
    archive.entry(seen=SEVEN - timedelta(hours=1))
    due(archive, SEVEN)
    entries = [archive.entry(f"Day {n}", seen=SEVEN + timedelta(days=n)) for n in range(1, 4)]

    digest, _ = due(archive, SEVEN + timedelta(days=4, hours=3))

    assert told(digest) == entries
    assert digest.until == SEVEN + timedelta(days=4)
    assert due(archive, SEVEN + timedelta(days=4, hours=4)) is None


def test_a_digest_by_hand_does_not_stand_in_for_the_scheduled_one(archive):
    archive.entry(seen=SEVEN - timedelta(hours=2))
    make(archive, now=SEVEN - timedelta(minutes=5))
    late = archive.entry("Late", seen=SEVEN - timedelta(minutes=1))

    digest, _ = due(archive, SEVEN)

    assert told(digest) == [late]


def test_an_empty_one_answers_its_moment(archive):
    archive.entry(seen=SEVEN - timedelta(hours=2))
    due(archive, SEVEN)

    digest, _ = due(archive, SEVEN + timedelta(days=1))

    assert digest.empty
    assert due(archive, SEVEN + timedelta(days=1, hours=1)) is None


def test_a_clock_set_back_composes_nothing_twice(archive):
    archive.entry(seen=SEVEN - timedelta(hours=2))
    due(archive, SEVEN)

    for hours in (1, 5, 20, 23):
        assert due(archive, SEVEN - timedelta(hours=hours)) is None


def test_a_clock_that_once_stood_years_ahead_does_not_silence_the_schedule(archive):
    archive.entry(seen=SEVEN - timedelta(hours=2))
    assert due(archive, datetime(2038, 1, 19, 12, tzinfo=UTC)) is not None
    entry = archive.entry("After it was set right", seen=SEVEN + timedelta(hours=1))

    digest, _ = due(archive, SEVEN + timedelta(days=1))

    assert told(digest) == [entry]
    assert due(archive, SEVEN + timedelta(days=1, minutes=1)) is None


def test_on_the_night_the_clocks_go_back_the_time_that_comes_twice_is_one_digest(archive):
    settings = DigestSection.model_validate({"at": "01:30"})
    night = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    archive.entry(seen=night - timedelta(hours=20))
    composed = [
        found[0].until
        for minutes in range(0, 180, 10)
        if (found := due(archive, night + timedelta(minutes=minutes), settings))
    ]
    assert composed == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_daemons_that_beat_at_once_compose_one_digest(archive):
    archive.entry(seen=SEVEN - timedelta(hours=2))
    results = []
    gate = threading.Barrier(6)

    def beat():
        with open_store(archive.path) as store:
            gate.wait()
            results.append(compose_due(store, SETTINGS, now=SEVEN))

    threads = [threading.Thread(target=beat) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(results) == 6
    assert len([each for each in results if each is not None]) == 1
    assert archive.value("SELECT count(*) FROM digests") == 1


def test_a_digest_that_answers_the_moment_while_we_look_at_it_makes_ours_needless(archive, monkeypatch):
    """Between "is it due?" and "what is new?" another daemon answers: once, that made a second, empty digest."""
    archive.entry(seen=SEVEN - timedelta(hours=2))
    gather = digests.gather

    def after_another(store, **arguments):
        monkeypatch.setattr(digests, "gather", gather)
        with open_store(archive.path) as other:
            assert compose_due(other, SETTINGS, now=SEVEN) is not None
        return gather(store, **arguments)

    monkeypatch.setattr(digests, "gather", after_another)

    assert due(archive, SEVEN) is None
    assert archive.value("SELECT count(*) FROM digests") == 1


def test_an_unreadable_digest_before_it_is_no_obstacle(archive):
    archive.entry()
    make(archive)
    archive.store.connection.execute("UPDATE digests SET content = '{'")
    entry = archive.entry()

    assert told(make(archive, now=NOW + timedelta(days=1))[0]) == [entry]


def test_told_meanwhile_is_an_error_a_person_can_read():
    assert issubclass(digests.ToldMeanwhile, StoreError)


def test_an_older_database_keeps_its_digests_and_what_they_told(tmp_path):
    """Version 2 builds the table of digests anew: its rows, their numbers and the ledger's references stay."""
    script = Path(__file__).parents[1].joinpath("store", "schema-v1.sql").read_text("utf-8")
    path = tmp_path / "old.db"
    with open_store(path, schema=Schema(1, script)) as old, old.write() as connection:
        connection.execute(
            "INSERT INTO entries (title, first_seen_at, news, content_hash, extractor_version, html, text)"
            " VALUES ('Told', '2019-04-01T00:00:00Z', 1, 'h', 1, '', '')"
        )
        connection.execute(
            "INSERT INTO digests VALUES (41, '2019-04-02T06:00:00Z', '2019-04-02T06:00:00Z', 'schedule', 's', 1, '{}')"
        )
        connection.execute("INSERT INTO digest_entries VALUES (41, 1, 'new', 'h')")

    with open_store(path) as store:
        assert (digests.get(store, 41) or {})["subject"] == "s"
        assert digests.last_window(store, now=NOW) == datetime(2019, 4, 2, 6, tzinfo=UTC)
        digest, number = make_digest(store, SETTINGS, now=NOW, trigger="manual", mark=True)
        assert told(digest) == []
        assert number == 42
        assert store.problems() == []
        with store.write() as connection:
            connection.execute("DELETE FROM digests WHERE id = 41")
        assert store.connection.execute("SELECT count(*) FROM digest_entries").fetchone() == (0,), (
            "they refer to the new table"
        )
