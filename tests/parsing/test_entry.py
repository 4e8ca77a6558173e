"""Titles, addresses and texts of single entries."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import BlockKind
from aggregator.parsing.entry import absolute_url, entry_from_item, entry_from_text, plain_title, stated_date
from aggregator.parsing.raw import RawItem

FEED = "https://blog.example/feed/"


@pytest.mark.parametrize(
    ("title", "is_markup", "expected", "why"),
    [
        ("Inspectors find work “poor”", None, "Inspectors find work “poor”", "plain"),
        ("  two\n lines\t ", None, "two lines", "on one line"),
        ("Cumbria &amp; Lancashire", None, "Cumbria & Lancashire", "escaped twice in the feed"),
        ("Cumbria & Lancashire", None, "Cumbria & Lancashire", "escaped once"),
        ("AT&T; R&D", None, "AT&T; R&D", "no entity"),
        ("Less than <5% & falling", None, "Less than <5% & falling", "a sign that opens no tag"),
        ("<b>Bold</b> words", None, "Bold words", "tags in RSS"),
        ("One<br/>two", None, "One two", "a tag that parts words"),
        ("The <blink> tag", None, "The <blink> tag", "talk of a tag, by its looks"),
        ("The <blink> tag", True, "The tag", "the same where the format says HTML"),
        ("<b>Bold</b> &amp;", False, "<b>Bold</b> &amp;", "and where it says plain text"),
        ("x<script>alert(1)</script>y", True, "x y", "a script"),
        ("a\u202egnp.exe\u200b\x07\x1b[31m", None, "agnp.exe[31m", "marks that mislead"),
        ("&#8216;Good&#8217;", None, "‘Good’", "numbers"),
        ("", None, "", "nothing"),
        ("word " * 200, None, ("word " * 100).strip() + "…", "too long: cut between words"),
        ("x" * 600, None, "x" * 499 + "…", "too long: one word"),
    ],
)
def test_titles(title: str, is_markup: bool | None, expected: str, why: str):
    assert plain_title(title, is_markup=is_markup) == expected, why


@given(st.text(max_size=700), st.sampled_from([True, False, None]))
def test_a_title_is_one_printable_line_of_bounded_length(title: str, is_markup: bool | None):
    plain = plain_title(title, is_markup=is_markup)
    assert len(plain) <= 500
    assert plain == " ".join(plain.split())


def test_an_entry_is_never_without_a_title():
    long = "The first words of the post stand for the title that it does not have, but not all of them do so."
    assert entry_from_item(RawItem(content=f"<p>{long}</p>"), FEED).title == (
        "The first words of the post stand for the title that it does not have, but not…"
    )
    assert entry_from_item(RawItem(link="https://blog.example/x"), FEED).title == "https://blog.example/x"
    assert entry_from_item(RawItem(title=" \u200b "), FEED).title == "(untitled)"


@pytest.mark.parametrize(
    ("link", "expected", "why"),
    [
        ("https://h.example/a?b=%2Fc#d", "https://h.example/a?b=%2Fc#d", "as given"),
        ("HTTP://H.example/A", "HTTP://H.example/A", "not in another form"),
        ("/a", "https://blog.example/a", "relative"),
        ("a", "https://blog.example/feed/a", "relative to the document"),
        ("//h.example/a", "https://h.example/a", "without a scheme"),
        (" https://h.example/a\n ", "https://h.example/a", "white space round it"),
        ("https://h.example/a b\nc", "https://h.example/a%20bc", "white space in it"),
        ("https://h.example/é", "https://h.example/é", "not ASCII"),
        ("https://h.example/\u202ea", "https://h.example/a", "a mark that misleads"),
        ("javascript:alert(1)", None, "a script"),
        ("data:text/html,x", None, "data"),
        ("ftp://h.example/", None, "another scheme"),
        ("mailto:a@b.example", None, "an address of mail"),
        ("https://", None, "no host"),
        ("https://[broken", None, "no address"),
        ("", None, "nothing"),
        ("   ", None, "blanks"),
        ("https://h.example/" + "x" * 5000, None, "too long"),
    ],
)  # fmt: skip
def test_addresses(link: str, expected: str | None, why: str):
    assert absolute_url(link, FEED) == expected, why


@given(st.text(max_size=60), st.sampled_from([None, FEED, "https://[", "x"]))
def test_an_address_is_http_or_none_and_never_raises(link: str, base: str | None):
    found = absolute_url(link, base)
    assert found is None or (found.lower().startswith(("http://", "https://")) and " " not in found)


@pytest.mark.parametrize(
    ("item", "url", "why"),
    [
        (RawItem(guid="https://h.example/1", link="https://h.example/1", link_is_guid=True), "https://h.example/1", "a guid that is an address"),
        (RawItem(guid="12345", link="12345", link_is_guid=True), None, "a guid that is none is not made into one"),
        (RawItem(guid="12345", link="12345"), "https://blog.example/feed/12345", "a relative link is"),
        (RawItem(link="/a", base="https://other.example/"), "https://blog.example/a", "the reader resolved xml:base already"),
    ],
)  # fmt: skip
def test_a_link_that_is_the_guid(item: RawItem, url: str | None, why: str):
    assert entry_from_item(item, FEED).url == url, why


def test_guids_are_kept_as_given():
    assert entry_from_item(RawItem(guid="  ?p=7 \n"), FEED).guid == "?p=7"
    assert entry_from_item(RawItem(guid=""), FEED).guid is None
    assert entry_from_item(RawItem(guid="x" * 5000), FEED).guid is None, "a key of five thousand characters is none"


def test_the_hash_is_of_title_and_text():
    one = entry_from_item(RawItem(title="T", content="<p>a</p>", link="https://h.example/1"), FEED)
    two = entry_from_item(RawItem(title="T", content="<div><b>a</b></div>", guid="x", published="2017"), FEED)
    assert one.content_hash == two.content_hash == hashlib.sha256(b"T\na").hexdigest()
    assert entry_from_item(RawItem(title="T", content="<p>b</p>"), FEED).content_hash != one.content_hash


@pytest.mark.parametrize(
    ("content", "is_text", "text", "why"),
    [
        ("<p>a</p><p>b</p>", False, "a\n\nb", "HTML"),
        ("a &amp; b", False, "a & b", "HTML without a tag"),
        ("One paragraph.\n\nAnother &amp; last.", False, "One paragraph.\n\nAnother & last.", "plain text called HTML keeps its paragraphs"),
        ("&lt;p&gt;a&lt;/p&gt;&lt;p&gt;b&lt;/p&gt;", False, "a\n\nb", "HTML escaped once too often"),
        ("&lt;b", False, "<b", "a sign"),
        ("One.\n\n1 < 2 &amp; so", True, "One.\n\n1 < 2 &amp; so", "plain text"),
        ("<p>a</p><p>b</p>", True, "a\n\nb", "HTML called plain text"),
    ],
)  # fmt: skip
def test_what_a_text_is_called_and_what_it_is(content: str, is_text: bool, text: str, why: str):
    assert entry_from_item(RawItem(content=content, content_is_text=is_text), FEED).text == text, why


def test_xml_base_is_the_base_of_the_content():
    item = RawItem(content='<a href="x">l</a>', base="/archive/2017/")
    assert 'href="https://blog.example/archive/2017/x"' in entry_from_item(item, FEED).html


def test_an_author_is_plain_text():
    assert entry_from_item(RawItem(author=" <b>Jo</b>\n&amp; Ann\u202e "), FEED).author == "Jo & Ann"
    assert entry_from_item(RawItem(author="\u200b"), FEED).author is None


def test_dates_keep_their_words():
    stated = stated_date(" Thu, 20 Apr 2017\n 06:01:00 BST\x07")
    assert stated is not None
    assert stated.raw == "Thu, 20 Apr 2017 06:01:00 BST"
    assert stated.at == datetime(2017, 4, 20, 5, 1, tzinfo=UTC)
    impossible = stated_date("31 Feb 2017")
    assert impossible is not None
    assert (impossible.raw, impossible.at) == ("31 Feb 2017", None)
    assert stated_date(" ") is None
    assert stated_date(None) is None


def test_a_text_to_explain():
    entry = entry_from_text(
        "Essex CRC &amp; its grade",
        text="Findings — CRC\n\nRated ‘Good’.",
        published="2018-09-13 06:01",
        zone=ZoneInfo("Europe/London"),
    )
    assert entry.title == "Essex CRC & its grade"
    assert [block.kind for block in entry.blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH]
    assert entry.published is not None
    assert entry.published.at == datetime(2018, 9, 13, 5, 1, tzinfo=UTC)
    assert (entry.guid, entry.url) == (None, None)


def test_a_page_to_explain():
    entry = entry_from_text(
        "T", html='<h2>Findings</h2><script>x</script><p>Good <a href="/x">l</a>', url="https://h.example/p"
    )
    assert entry.text == "Findings\n\nGood l"
    assert 'href="https://h.example/x"' in entry.html
    assert entry.url == "https://h.example/p"
    assert entry_from_text("Only a title").text == ""
