"""Entries with their ratings and flags, one poisoned entry notwithstanding."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator import ratings
from aggregator.flags import Rule
from aggregator.model import (
    Block,
    BlockKind,
    ParsedEntry,
    ParsedFeed,
    ProviderType,
    Reading,
    StatedDate,
    join_blocks,
)
from aggregator.polling.assess import assess, warm_up
from aggregator.ratings.words import vocabulary

RULES = (
    Rule("crc-rating", provider_types=frozenset({ProviderType.CRC})),
    Rule("words", words=("unpaid work",)),
)


def entry(title: str, *paragraphs: str, published: StatedDate | None = None) -> ParsedEntry:
    blocks = []
    start = 0
    for text in paragraphs:
        blocks.append(Block(BlockKind.PARAGRAPH, text, start))
        start += len(text) + 2
    return ParsedEntry(
        guid=title,
        url=None,
        title=title,
        author=None,
        published=published,
        updated=None,
        html="",
        blocks=tuple(blocks),
        text=join_blocks(blocks),
        content_hash="0" * 64,
    )


def feed(*entries: ParsedEntry, warning: str | None = None) -> ParsedFeed:
    return ParsedFeed("rss20", "Sample", None, entries, warning=warning)


def test_each_entry_once_with_ratings_and_flags_and_without_blocks():
    rated = entry("Essex CRC report", "Essex CRC was rated ‘Requires improvement’ overall by the inspectorate.")
    other = entry("A walk", "Nothing about it but unpaid work.")
    assessed = assess(feed(rated, other), RULES)
    assert assessed.feed.entries == ()
    assert [each.entry.title for each in assessed.entries] == ["Essex CRC report", "A walk"]
    assert [each.entry.blocks for each in assessed.entries] == [(), ()]
    assert [each.entry.text for each in assessed.entries] == [rated.text, other.text]
    assert [[flag.rule for flag in each.flags] for each in assessed.entries] == [["crc-rating"], ["words"]]
    assert {rating.provider_type for rating in assessed.entries[0].ratings} == {ProviderType.CRC}


@pytest.mark.parametrize("warning", [None, "the document was cut off"])
def test_a_poisoned_entry_is_kept_bare_and_the_rest_is_read(monkeypatch, warning):
    def read(title, blocks, *, published, extra_bodies):
        if title == "poison":
            raise ValueError("no such body")
        return original(title, blocks, published=published)

    original = ratings.read
    monkeypatch.setattr(ratings, "read", read)
    good = entry("Essex CRC report", "Essex CRC was rated ‘Good’ overall by the inspectorate.")
    assessed = assess(feed(entry("poison", "unpaid work"), good, warning=warning), RULES)
    assert [bool(each.ratings) for each in assessed.entries] == [False, True]
    assert assessed.entries[0].entry.text == "unpaid work"
    told = "'poison' could not be read for ratings (ValueError: no such body)"
    assert assessed.feed.warning == (f"{warning}; {told}" if warning else told)


def test_want_of_memory_is_not_taken_for_poison(monkeypatch):
    def read(*_, **__):
        raise MemoryError

    monkeypatch.setattr(ratings, "read", read)
    with pytest.raises(MemoryError):
        assess(feed(entry("a", "b")), RULES)


@pytest.mark.parametrize(
    ("published", "told"),
    [
        (None, None),
        (StatedDate("yesterday", None), None),
        (StatedDate("x", datetime(2019, 9, 19, tzinfo=UTC)), datetime(2019, 9, 19, tzinfo=UTC)),
    ],
)
def test_the_reading_is_told_when_the_post_was_published(monkeypatch, published, told):
    seen = []

    def read(title, blocks, *, published, extra_bodies):
        seen.append(published)
        return Reading()

    monkeypatch.setattr(ratings, "read", read)
    assess(feed(entry("a", "b", published=published)), ())
    assert seen == [told]


def test_what_was_warmed_up_loads_nothing_more(monkeypatch):
    """It read an empty text, for which the gate is closed: each worker loaded the vocabulary while documents waited."""
    vocabulary.load.cache_clear()
    warm_up()
    monkeypatch.setattr(vocabulary, "_read", None)
    rated = entry("Essex CRC report", "Essex CRC was rated ‘Requires improvement’ overall by the inspectorate.")
    (assessed,) = assess(feed(rated), RULES).entries
    assert assessed.ratings
