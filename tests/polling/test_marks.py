"""Items that are left unread change nothing: the database is as if every document had been read whole."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Document, ParsedFeed
from aggregator.parsing.document import parse
from aggregator.polling.assess import assess
from aggregator.polling.marks import decode, known_to
from aggregator.polling.outcome import READ_WHOLE, Changes, Polled
from aggregator.polling.record import record
from aggregator.store import claims
from tests.polling.desk import LEASE, Desk

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def item(guid: str, title: str = "A post", text: str = "words", *, link: str | None = None, day: int = 1) -> str:
    address = f"<link>{link}</link>" if link else ""
    return (
        f'<item><title>{title}</title>{address}<guid isPermaLink="false">{guid}</guid>'
        f"<pubDate>{day:02} Mar 2026 06:00:00 GMT</pubDate><description>{text}</description></item>"
    )


def rss(*items: str) -> bytes:
    return (
        f'<rss version="2.0" {NAMESPACES}><channel><title>Blog</title><link>https://blog.example</link>'
        f"{''.join(items)}</channel></rss>"
    ).encode()


class Reading:
    """Polls as the cycle does: parse, assess, record, and once more whole where that turns out to be needed."""

    def __init__(self, desk: Desk, *, skipping: bool) -> None:
        self.desk = desk
        self.skipping = skipping
        self.read: list[int] = []
        self.whole = 0

    def poll(self, body: bytes, url: str = "https://blog.example/feed/") -> Changes:
        state = self.desk.claim()
        changes = self._record(state, body, url, known_to(state.marks) if self.skipping else frozenset())
        if changes.outcome == READ_WHOLE:
            self.whole += 1
            changes = self._record(state, body, url, frozenset())
        self.desk.now += timedelta(hours=1)
        return changes

    def _record(self, state: Any, body: bytes, url: str, known: frozenset[bytes]) -> Changes:
        parsed = parse(body, url=url, content_type=None, known=known)
        assert isinstance(parsed, ParsedFeed)
        self.read.append(len(parsed.entries))
        document = Document(url, 200, None, b"", hashlib.sha256(body).hexdigest())
        (changes,) = record(
            self.desk.store,
            [Polled(state, self.desk.now, document, assess(parsed, ()))],
            now=self.desk.now,
            settings=self.desk.settings,
            jitter=lambda: 0.0,
        )
        return changes


@pytest.fixture
def reading(desk: Desk) -> Reading:
    return Reading(desk, skipping=True)


def test_a_new_post_is_all_that_is_read(reading: Reading):
    old = [item(str(n), f"Post {n}", link=f"https://blog.example/{n}") for n in range(5)]
    reading.poll(rss(*old))
    changes = reading.poll(rss(item("9", "News"), *old))
    assert reading.read == [5, 1]
    assert len(changes.new) == 1
    seen = reading.desk.rows("SELECT DISTINCT last_seen_at FROM sightings")
    assert len(seen) == 1, "those that were not read were seen all the same"


def test_the_marks_follow_the_last_document(reading: Reading):
    first, second = item("1"), item("2")
    reading.poll(rss(first, second))
    assert len(decode(reading.desk.claim().marks)) == 2
    claims.release(reading.desk.store, "desk")
    reading.poll(rss(second))
    assert len(decode(reading.desk.claim().marks)) == 1


def test_an_edited_post_is_read_and_becomes_a_revision(reading: Reading):
    reading.poll(rss(item("1", text="one"), item("2", text="two")))
    changes = reading.poll(rss(item("1", text="one, corrected"), item("2", text="two")))
    assert reading.read == [2, 1]
    assert len(changes.changed) == 1
    assert reading.desk.count("revisions") == 1


def test_a_guid_that_a_new_item_takes_too_makes_the_document_be_read_whole(reading: Reading):
    """Unique guids identify; one that two items have does not, and which of them is known has to be decided anew."""
    old = item("1", "The first", link="https://blog.example/1")
    reading.poll(rss(old))
    changes = reading.poll(rss(item("1", "The second", link="https://blog.example/2"), old))
    assert reading.whole == 1
    assert len(changes.new) == 1
    assert reading.desk.titles() == ["The first", "The second"]
    reading.poll(rss(item("1", "The second", link="https://blog.example/2"), old, item("3")))
    assert reading.read[-1] == 3, "what is not unique is not left out"


TAMPERING = [
    ("DELETE FROM sightings", "retention removed it"),
    ("UPDATE sightings SET title = 'Other'", "somebody edited the database"),
    ("UPDATE sightings SET feed_id = NULL", "it is no longer this feed's"),
]


@pytest.mark.parametrize(("sql", "why"), TAMPERING, ids=[why for _, why in TAMPERING])
def test_a_sighting_that_is_not_what_it_was_makes_the_document_be_read_whole(reading: Reading, sql: str, why: str):
    reading.poll(rss(item("1"), item("2")))
    with reading.desk.store.write() as connection:
        connection.execute(sql)
    reading.poll(rss(item("1"), item("2"), item("3")))
    assert reading.whole == 1, why
    assert reading.read == [2, 1, 3]


def test_a_document_from_another_address_is_read_whole(reading: Reading):
    """Its relative links lead elsewhere."""
    body = rss(item("1", link="/1"))
    reading.poll(body)
    reading.poll(body + b"\n", url="https://blog.example/moved/feed/")
    assert reading.read == [1, 1]


# --- the same database --------------------------------------------------------------------------------

_ITEMS = st.builds(
    item,
    st.sampled_from(["1", "2", "3", "https://blog.example/1", "https://blog.example/2"]),
    st.sampled_from(["A post", "Another", "The <![CDATA[third]]>"]),
    st.sampled_from(["words", "other words", "more words than before, and then some", ""]),
    link=st.sampled_from(
        [None, "https://blog.example/1", "/1", "https://blog.example/2?utm_source=x", "https://blog.example/"]
    ),
    day=st.integers(1, 4),
)


@st.composite
def histories(draw: st.DrawFn) -> list[list[str]]:
    """Documents of one feed, each made of items of the last one and a few others, in any order, some twice."""
    documents = [draw(st.lists(_ITEMS, max_size=4))]
    for _ in range(draw(st.integers(1, 4))):
        kept = draw(st.lists(st.sampled_from(documents[-1]), max_size=5)) if documents[-1] else []
        if draw(st.booleans()):
            kept = list(documents[-1])
        documents.append(draw(st.permutations(kept + draw(st.lists(_ITEMS, max_size=2)))))
    return documents


def _dump(desk: Desk) -> dict[str, list[Any]]:
    tables = ("feeds", "entries", "sightings", "revisions", "ratings", "flags", "inspections", "polls", "item_marks")
    return {table: desk.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


def _told(
    desk: Desk, documents: Sequence[Sequence[str]], *, skipping: bool
) -> tuple[list[Changes], dict[str, list[Any]]]:
    reading = Reading(desk, skipping=skipping)
    changes = [reading.poll(rss(*items)) for items in documents]
    return changes, _dump(desk)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_the_database_is_as_if_everything_had_been_read(tmp_path_factory, documents):
    folder = tmp_path_factory.mktemp("twice")
    told = []
    for name, skipping in (("whole", False), ("skipping", True)):
        desk = Desk(folder / f"{name}.db")
        try:
            told.append(_told(desk, documents, skipping=skipping))
        finally:
            desk.close()
    (whole, whole_tables), (skipping_, skipping_tables) = told
    assert skipping_ == whole
    for table, rows in whole_tables.items():
        assert skipping_tables[table] == rows, table
    with closing(sqlite3.connect(folder / "skipping.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_the_claim_brings_the_marks(desk: Desk):
    Reading(desk, skipping=True).poll(rss(item("1")))
    (state,) = claims.claim_due(desk.store, owner="desk", now=desk.now, lease=LEASE, limit=1, force=True)
    assert len(known_to(state.marks)) == 1
