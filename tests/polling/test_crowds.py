"""Posts that thousands of feeds carry, and documents of thousands of posts alike, cost no more than their number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.store.entries import look_up
from aggregator.store.known import Source, Wanted
from aggregator.store.titled import entries_titled
from tests.polling.desk import FULL, NOON, post

if TYPE_CHECKING:
    from tests.polling.desk import Desk


def test_what_a_thousand_feeds_carry_is_not_read_whole_for_each_of_them(desk: Desk):
    """Two posts in 5,000 feeds took longer with each feed: every copy was read to decide about the next."""
    names = [f"feed{number}" for number in range(300)]
    for name in names:
        desk.poll(post(guid="https://one.example/1", url="https://one.example/1", published=NOON), name=name)
    assert (desk.count("entries"), desk.count("sightings")) == (1, 300)
    feed = desk.feed(names[200])
    wanted = Wanted(Source(feed.id), guids=("https://one.example/1",), keys=("one.example/1",))

    (known,) = look_up(desk.store.connection, wanted)

    assert len(known.sightings) <= 101, "the 50 oldest, the 50 newest with that address, and the feed's own"
    assert any(sighting.source == Source(feed.id) for sighting in known.sightings)
    assert [sighting.id for sighting in known.sightings] == sorted({sighting.id for sighting in known.sightings})


def test_one_of_a_thousand_feeds_goes_on_with_the_post_it_carries(desk: Desk):
    names = [f"feed{number}" for number in range(120)]
    for name in names:
        desk.poll(post(guid="https://one.example/1", url="https://one.example/1", published=NOON), name=name)

    desk.poll(post("Another title", guid="https://one.example/1", url="https://one.example/1"), name=names[70])
    desk.poll(post(guid="new", url="https://two.example/1", published=NOON), name=names[70])
    desk.poll(post(guid="https://one.example/1", url="https://one.example/1", published=NOON), name=names[119])

    assert desk.count("entries") == 1
    assert len(desk.rows("SELECT id FROM sightings WHERE feed_id = ?", desk.feed(names[70]).id)) == 2


def test_a_post_without_guid_and_address_is_not_new_again_where_a_crowd_has_its_words(desk: Desk):
    """Of 60 feeds with an empty item, those beyond the first twenty brought it anew whenever they changed."""
    names = [f"feed{number}" for number in range(60)]
    for name in names:
        desk.poll(post("(untitled)", ""), name=name)
    entries = desk.count("entries")

    again = [desk.poll(post("(untitled)", ""), post("Another", f"{name} {FULL}"), name=name) for name in names]

    assert [len(changes.new) for changes in again] == [1] * 60, "the other post alone"
    assert desk.count("entries") == entries + 60


def test_two_posts_of_one_feed_stay_two_beside_the_post_of_a_crowd(desk: Desk):
    """A file with a post's address in one item and its guid in another brought a new entry at each import.

    The crowd's sightings hid that the file had told the two apart: they became one, and what was left over was new.
    """
    guid, url = "https://one.example/?p=1", "https://one.example/1"
    torn = post("Probation in the", "", url=url), post(guid=guid)
    for number in range(60):
        desk.poll(post(guid=guid, url=url, published=NOON), name=f"early{number}")
    desk.bring(*torn, source="torn.xml")
    for number in range(60):
        desk.poll(post(guid=guid, published=NOON), name=f"late{number}")

    new = []
    for number in range(3):
        desk.poll(post(guid=guid, url=url, published=NOON), name=f"last{number}")
        new.append(desk.bring(*torn, source="torn.xml").new)

    assert new == [()] * 3
    assert len(desk.rows("SELECT id FROM sightings WHERE source = 'torn.xml'")) == 2


def test_a_stretch_of_time_is_read_once_however_many_ask_for_it(desk: Desk):
    """20,000 posts of nothing but a title and a time asked for each time by itself, and held the write lock for it."""
    titles = [f"Quiz {number % 7}" for number in range(400)]
    times = [NOON + timedelta(minutes=number) for number in range(400)]
    desk.bring(
        *(
            post(title, text=f"{number}", published=at)
            for number, (title, at) in enumerate(zip(titles, times, strict=True))
        )
    )
    statements: list[str] = []
    desk.store.connection.set_trace_callback(statements.append)

    found = entries_titled(desk.store.connection, list(zip(map(str.casefold, titles), times, strict=True)))

    desk.store.connection.set_trace_callback(None)
    assert found == {row["id"] for row in desk.rows("SELECT id FROM entries")}
    assert len(statements) <= 4


NEAR_OR_NOT = [
    (timedelta(hours=12), True, "the edge"),
    (timedelta(hours=-12), True, "the other edge"),
    (timedelta(hours=12, seconds=1), False, "beyond it"),
    (timedelta(hours=-12, seconds=-1), False, "before it"),
    (timedelta(), True, "the same"),
]


@pytest.mark.parametrize(("off", "found", "why"), NEAR_OR_NOT, ids=[why for _, _, why in NEAR_OR_NOT])
@pytest.mark.parametrize("hour", [0, 5, 11, 12, 23])
def test_near_is_half_a_day_wherever_in_the_day(off: timedelta, found: bool, why: str, hour: int, desk: Desk):
    desk.bring(post("Weekly quiz", published=NOON.replace(hour=hour)))
    asked = [
        ("weekly quiz", NOON.replace(hour=hour) + off),
        ("weekly quiz", NOON - timedelta(days=900)),
        ("other", NOON),
    ]

    assert (entries_titled(desk.store.connection, asked) != set()) is found, why


def test_the_ends_of_the_calendar_are_no_error(desk: Desk):
    ends = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    assert entries_titled(desk.store.connection, [("quiz", end) for end in ends]) == set()
