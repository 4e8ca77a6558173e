"""One sample document of each format, and what is read of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model import BlockKind, Failure, ParsedEntry, ParsedFeed
from aggregator.parsing.document import parse

DATA = Path(__file__).parent / "data"


def sample(name: str, url: str = "https://feeds.example/feed") -> ParsedFeed:
    feed = parse((DATA / name).read_bytes(), url=url, content_type=None)
    assert isinstance(feed, ParsedFeed), feed
    return feed


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def published(entry: ParsedEntry) -> datetime | None:
    return entry.published.at if entry.published else None


def updated(entry: ParsedEntry) -> datetime | None:
    return entry.updated.at if entry.updated else None


def test_wordpress():
    feed = sample("wordpress.xml")
    assert (feed.format, feed.title, feed.site_url) == ("rss20", "Ardshire Probation Notes", "https://notes.example")
    assert feed.update_period == timedelta(minutes=30)
    assert feed.warning is None
    first, second = feed.entries
    assert first.title == "Ardshire CRC “requires improvement” & the NPS does not"
    assert (first.guid, first.url) == ("https://notes.example/?p=4711", "https://notes.example/ardshire-crc/")
    assert first.author == "Marian Holt"
    assert published(first) == at(2018, 9, 13, 5, 1)
    assert first.updated is None
    assert [block.kind for block in first.blocks] == [
        BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW, BlockKind.TABLE_ROW,
        BlockKind.CAPTION, BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM,
    ]  # fmt: skip
    assert "[…]" not in first.text, "the excerpt is not the post"
    assert 'href="https://notes.example/about/"' in first.html, "a relative link means the post's host, not the feed's"
    assert 'href="https://notes.example/ardshire-crc/#fn1"' in first.html, "a footnote's mark means the post"
    assert first.blocks[-1].hints == ("sharedaddy", "sd-sharing-enabled")
    assert second.author == "Marian Holt, Guest Writer"
    assert published(second) == at(2018, 9, 12, 22, 30)
    assert second.text == "Ten questions."


def test_govuk_atom_has_a_summary_and_no_date_of_publication():
    feed = sample("govuk.atom")
    (entry,) = feed.entries
    assert (feed.format, feed.site_url) == ("atom10", "https://www.gov.example/search/news")
    assert entry.title == "Cumbria & Lancashire: response to the inspection"
    assert entry.text == "The ministry's answer to the report on Cumbria & Lancashire."
    assert entry.published is None
    assert updated(entry) == at(2019, 3, 28, 9, 30)
    assert entry.author == "HM Government", "RFC 4287 §4.2.1: a feed's author is its entries' author"


def test_blogger_atom_has_the_whole_post():
    (entry,) = sample("blogger.atom").entries
    assert entry.title == "Peterborough <i>PDU</i>: a notebook", "a title that is called text is not HTML"
    assert entry.url == "https://bench.example/2024/07/notebook.html"
    assert entry.guid == "tag:blogger.example,1999:blog-7.post-8"
    assert entry.author == "Guest"
    assert (published(entry), updated(entry)) == (at(2024, 7, 19, 19, 15), at(2024, 7, 20, 8, 2, 11))
    assert entry.text == "I sit on alternate Wednesdays.\n\nThe unit was rated “inadequate”."


def test_rss_091_with_a_doctype_and_its_entities():
    feed = sample("rss091.xml")
    assert feed.format == "rss091n"
    assert feed.skip_hours == {0, 1}
    assert feed.skip_days == {5, 6}
    assert feed.entries[0].title == "Trusts to go é café"


def test_rss_10():
    feed = sample("rss10.rdf")
    (entry,) = feed.entries
    assert (feed.format, feed.title) == ("rss10", "RDF News")
    assert (entry.guid, entry.url, entry.author) == ("http://rdf.example/1", "http://rdf.example/1", "Staff")
    assert published(entry) == at(2009, 6, 1, 5, 0), "dc:date is when it came out"
    assert entry.updated is None


def test_atom_03():
    (entry,) = sample("atom03.xml").entries
    assert entry.title == "A <b> title"
    assert (published(entry), updated(entry)) == (at(2005, 1, 1, 10), at(2005, 1, 2, 3, 4, 5))
    assert entry.text == "Old words."


def test_cdf():
    feed = sample("cdf.xml")
    (entry,) = feed.entries
    assert (feed.format, feed.title) == ("cdf", "Channel Definition")
    assert (entry.url, entry.title, entry.text) == ("http://cdf.example/1", "An item of 1999", "Words of 1999.")
    assert published(entry) == at(1999, 1, 1)


def test_json_feed():
    feed = sample("feed.json", "https://json.example/feed.json")
    first, second = feed.entries
    assert (feed.format, feed.title, feed.site_url) == ("json11", "JSON Notes", "https://json.example/")
    assert (first.guid, first.url, first.author) == ("17", "https://json.example/17", "Marian Holt")
    assert first.title == "Wales & the border"
    assert 'href="https://json.example/good"' in first.html
    assert (published(first), updated(first)) == (at(2019, 5, 2, 5, 1), at(2019, 5, 3, 5, 1))
    assert second.url is None, "a script is no address"
    assert second.author == "A, B"
    assert second.title == "First line"
    assert second.text.endswith("Second paragraph.")


@pytest.mark.parametrize(
    ("version", "format_"),
    [
        ("2.0", "rss20"),
        ("2.0.1", "rss20"),
        ("0.91", "rss091u"),
        ("0.92", "rss092"),
        ("0.93", "rss093"),
        ("0.94", "rss094"),
        ("9", "rss"),
    ],
)
def test_versions_of_rss(version: str, format_: str):
    feed = parse(
        f'<rss version="{version}"><channel><title>t</title><item><title>i</title></item></channel></rss>'.encode(),
        url="https://x.example/",
        content_type="text/xml",
    )
    assert isinstance(feed, ParsedFeed)
    assert (feed.format, [entry.title for entry in feed.entries]) == (format_, ["i"])


@pytest.mark.parametrize(
    ("version", "format_"),
    [
        ("https://jsonfeed.org/version/1", "json10"),
        ("http://jsonfeed.org/version/1.1/", "json11"),
        ("https://jsonfeed.org/version/1.2", "json"),
        ("https://jsonfeed.org/version/2", "json"),
    ],
)
def test_versions_of_json_feed(version: str, format_: str):
    """Of version 2, which there is not yet, a failure said that it named no version at all."""
    feed = parse(
        json_feed(WHOLE, head=f'"version": "{version}", ').encode(), url="https://x.example/", content_type=None
    )
    assert isinstance(feed, ParsedFeed)
    assert (feed.format, [entry.text for entry in feed.entries]) == (format_, ["One", "Two"])


def json_feed(items: str, head: str = '"version": "https://jsonfeed.org/version/1.1", "title": "T", ') -> str:
    return f'{{{head}"items": [{items}]}}'


WHOLE = '{"id": "1", "content_text": "One"}, {"id": "2", "content_text": "Two"}'
JSON_MENDED = [
    (json_feed(WHOLE) + "\n<!-- from the cache -->", "something follows the end", True, "a plug-in's remark behind it"),
    (json_feed(WHOLE + ', {"id": "3", "content_te')[:-2], "breaks off", False, "cut off in an item"),
    (json_feed(WHOLE)[:-2], "breaks off", False, "cut off behind an item"),
    (json_feed(WHOLE + ","), "breaks off", False, "a comma too many"),
    (json_feed(WHOLE + ', {"id": "3", "content_text": "a "quoted" word"}'), "breaks off", False, "a quote that is not escaped"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "warning", "complete", "why"), JSON_MENDED, ids=[why for *_, why in JSON_MENDED])
def test_of_broken_json_what_is_whole_is_kept(body, warning, complete, why):
    feed = parse(body.encode(), url="https://feeds.example/feed", content_type=None)
    assert isinstance(feed, ParsedFeed), why
    assert [entry.text for entry in feed.entries] == ["One", "Two"]
    assert (feed.title, feed.complete) == ("T", complete)
    assert warning in (feed.warning or "")


@pytest.mark.parametrize(
    "body", [json_feed('{"id": "1'), json_feed(WHOLE, head="")[:-2], '{"items": [' * 20_000, '{"version": "x'], ids=len
)
def test_broken_json_without_a_whole_item_is_refused(body):
    assert isinstance(parse(body.encode(), url="https://feeds.example/feed", content_type=None), Failure)
