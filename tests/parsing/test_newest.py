"""Documents with more items than are read: the newest are kept, wherever they stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import ParsedFeed
from aggregator.parsing import newest
from aggregator.parsing.document import parse
from aggregator.parsing.newest import NewestItems
from aggregator.parsing.raw import RawItem

START = datetime(2017, 4, 20, 6, 1, tzinfo=UTC)


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def kept(*items: RawItem, most: int = 4) -> tuple[list[str | None], int]:
    collected = NewestItems(most)
    for item in items:
        collected.append(item)
    return [item.guid for item in collected.all()], collected.skipped


def dated(*numbers: int | None) -> list[RawItem]:
    return [RawItem(guid=str(place), published=None if n is None else day(n)) for place, n in enumerate(numbers)]


ORDERS = [
    (dated(0, 1, 2), ["0", "1", "2"], 0, "few enough"),
    (dated(*range(9, -1, -1)), ["0", "1", "2", "3"], 6, "newest first, as feeds are"),
    (dated(*range(10)), ["6", "7", "8", "9"], 6, "oldest first, as archives are"),
    (dated(5, 1, 9, 0, 8, 2, 7, 3, 6, 4), ["2", "4", "6", "8"], 6, "no order: the document's is kept"),
    (dated(*[None] * 10), ["0", "1", "8", "9"], 6, "no dates: either end may be the new one"),
    (dated(*[3] * 10), ["0", "1", "2", "3"], 6, "all of one day"),
    (dated(0, 1, 2, 8, None, None, 9, 3), ["3", "4", "5", "6"], 4, "an undated one is as old as its neighbour"),
    (dated(None, None, 9, 8, 0, 1, 2), ["0", "1", "2", "3"], 3, "the first ones as the one behind them"),
    ([RawItem(guid=str(n), updated=day(n)) for n in range(10)], ["6", "7", "8", "9"], 6, "only updated is stated"),
    ([RawItem(guid=str(n), published="soon") for n in range(10)], ["0", "1", "8", "9"], 6, "dates that are none"),
]


@pytest.mark.parametrize(("items", "guids", "skipped", "why"), ORDERS, ids=[why for *_, why in ORDERS])
def test_the_newest_are_kept_and_the_rest_is_counted(items, guids, skipped, why):
    assert kept(*items) == (guids, skipped), why


def test_no_more_than_twice_as_many_are_held_at_a_time():
    """A million empty items once were a million objects before one of them was dropped."""
    collected = NewestItems(3)
    for number in range(100):
        collected.append(RawItem(guid=str(number), published=day(number)))
        assert len(collected._items) < 6
    assert [item.guid for item in collected.all()] == ["97", "98", "99"]
    assert collected.skipped == 97


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def archive(count: int, extra: str = "") -> str:
    return rss(
        "".join(
            f"<item><title>Post {n}</title><guid>{n}</guid><pubDate>{day(n)}</pubDate>{extra}</item>"
            for n in range(count)
        )
    )


DOCUMENTS = [
    (archive(30), "plain RSS"),
    (archive(30, "<odd>x</odd>"), "RSS that feedparser reads"),
    (
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [{"id": str(n), "title": f"Post {n}", "date_published": day(n)} for n in range(30)],
            }
        ),
        "JSON",
    ),
]


@pytest.mark.parametrize(("document", "kind"), DOCUMENTS, ids=[kind for _, kind in DOCUMENTS])
def test_an_archive_that_begins_with_its_oldest_post_shows_its_newest(monkeypatch, document, kind):
    """Only the first 5,000 items of a document were read, so an archive with the oldest first never brought a new post."""
    monkeypatch.setattr(newest.NewestItems.__init__, "__defaults__", (20,))
    found = parse(document.encode(), url="https://blog.example/feed", content_type=None)
    assert isinstance(found, ParsedFeed), kind
    assert [entry.title for entry in found.entries] == [f"Post {n}" for n in range(10, 30)]
    assert found.warning == "30 items: only the 20 newest were read"
