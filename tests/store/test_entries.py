"""Looking posts up costs the same however many there are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import ParsedEntry, StatedDate
from aggregator.store import entries, open_store
from aggregator.store.feeds import FeedEntry, sync
from aggregator.store.known import NEAR, Source, Wanted

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
FEED = Source(1)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "a.db") as opened:
        sync(opened, [FeedEntry("a", "https://a.example/"), FeedEntry("b", "https://b.example/")], NOON)
        yield opened


def add(store, number, *, source=FEED, guid=None, key=None, guid_key=None, published=None, title=None):
    entry = ParsedEntry(
        guid=guid,
        url=f"https://{key}" if key else None,
        title=title or f"Post {number}",
        author=None,
        published=StatedDate("then", published) if published else None,
        updated=None,
        html="<p>Text.</p>",
        blocks=(),
        text="Text.",
        content_hash=f"hash {number}",
    )
    with store.write() as connection:
        entry_id = entries.next_id(connection)
        entries.insert(connection, [(entry_id, entry, None, True)], now=NOON, extractor_version=1)
        row = (entry_id, guid, entry.url, key, guid_key, entry.title, published, entry.content_hash)
        entries.add_sightings(connection, [row], source=source, now=NOON)
        entries.index_new(connection)
    return entry_id


def found(store, **wanted):
    return [entry.id for entry in entries.look_up(store.connection, Wanted(wanted.pop("source", FEED), **wanted))]


def test_each_key_finds_its_posts(store):
    by_guid = add(store, 1, guid="g", key="e.org/1")
    elsewhere = add(store, 2, guid="g", key="e.org/2", source=Source(2))
    imported = add(store, 3, published=NOON, source=Source(None, "a.eml"))
    short = add(store, 4, key="e.org/4", guid_key="e.org?p=4", published=NOON + timedelta(minutes=5), title="“Kent”")
    assert found(store) == []
    assert found(store, guids=("g", "unknown")) == [by_guid]
    assert found(store, guids=("g",), source=Source(2)) == [elsewhere]
    assert found(store, keys=("e.org/1", "e.org?p=4")) == [by_guid, short]
    assert found(store, hashes=("hash 2", "hash 3")) == [elsewhere, imported]
    assert found(store, times=(NOON,)) == []
    assert found(store, times=(NOON,), source=Source(None, "a.eml")) == [imported]
    assert found(store, near=(NOON + NEAR,)) == [imported]
    assert found(store, near=(NOON + NEAR + timedelta(seconds=1),)) == []
    assert found(store, titled=(('"kent"', NOON),)) == [short]
    assert found(store, titled=(("kent", NOON), ('"kent"', NOON - NEAR))) == []


def test_a_key_that_everything_has_finds_the_newest_handful(store):
    ids = [add(store, number, guid="same", key="e.org/news", published=NOON) for number in range(70)]
    assert found(store, keys=("e.org/news",)) == ids[-50:]
    assert found(store, guids=("same",)) == ids[-50:]
    assert len(found(store, times=(NOON,))) == 50
    assert len(entries.sightings_by_guid(store.connection, FEED, ["same"])) == 50


def test_no_look_up_reads_a_whole_table(store):
    """A scan would make a poll slower with every post that is stored."""
    statements: list[str] = []
    store.connection.set_trace_callback(statements.append)
    entries.sightings_by_guid(store.connection, FEED, ["g"])
    add(store, 1, guid="g", key="k", published=NOON)
    entries.look_up(
        store.connection,
        Wanted(FEED, ("g",), ("k",), ("h",), (NOON,), (NOON,), (("t", NOON),), ("h",)),
    )
    entries.recent_times(store.connection, 1, now=NOON)
    with store.write() as connection:
        entries.see(connection, [1], now=NOON)
    store.connection.set_trace_callback(None)
    looked_at = 0
    for statement in statements:
        if not re.match(r"\s*(SELECT|UPDATE|INSERT INTO entries_fts)", statement):
            continue
        plan = [row[3] for row in store.connection.execute("EXPLAIN QUERY PLAN " + statement)]
        assert not [step for step in plan if re.match(r"SCAN (s|sightings|e|entries|revisions)\b", step)], statement
        looked_at += 1
    assert looked_at > 10


def test_ids_are_never_given_twice(store):
    """A number in an old digest must not come to mean another post."""
    first, last = add(store, 1), add(store, 2)
    with store.write() as connection:
        connection.execute("DELETE FROM entries WHERE id = ?", (last,))
    assert add(store, 3) == last + 1
    with store.write() as connection:
        connection.execute("DELETE FROM entries")
    assert add(store, 4) == last + 2
    assert first == 1


def test_the_index_follows_every_change(store):
    def search(word):
        rows = store.connection.execute("SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?", (word,))
        return [row[0] for row in rows]

    kept, dropped = add(store, 1, title="Kent"), add(store, 2, title="Gwent")
    assert (search("kent"), search("gwent")) == ([kept], [dropped])
    with store.write() as connection:
        connection.execute("UPDATE entries SET title = 'Essex' WHERE id = ?", (kept,))
        connection.execute("DELETE FROM entries WHERE id = ?", (dropped,))
    assert (search("kent"), search("gwent"), search("essex")) == ([], [], [kept])
    with store.write() as connection:  # changed and removed before they were indexed
        for number in (7, 8):
            connection.execute(
                "INSERT INTO entries (id, title, first_seen_at, news, content_hash, extractor_version, html, text)"
                " VALUES (?, 'Wales', '2026', 1, 'h', 1, '', '')",
                (number,),
            )
        connection.execute("UPDATE entries SET title = 'Scotland' WHERE id = 7")
        connection.execute("DELETE FROM entries WHERE id = 8")
        entries.index_new(connection)
    assert (search("wales"), search("scotland")) == ([], [7])
    store.connection.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")
