"""Newsletters that a mailing service made of a blog, in text and as mail, taken apart into posts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.model import BlockKind, ParsedEntry
from aggregator.parsing import read_saved
from aggregator.parsing.blocks import blocks
from aggregator.parsing.html import clean

DATA = Path(__file__).parent / "data"
SEED = Path(__file__).resolve().parents[2].parent / "shared" / "seed" / "newsletter-2017-04-20.txt"
LONDON = ZoneInfo("Europe/London")


def posts(data: bytes | str, name: str = "letter.txt") -> tuple[ParsedEntry, ...]:
    return read_saved(data.encode() if isinstance(data, str) else data, name=name, zone=LONDON).entries


@pytest.fixture
def letter() -> ParsedEntry:
    (entry,) = posts((DATA / "newsletter-2016-12-14.txt").read_bytes())
    return entry


def test_title_author_and_local_time(letter: ParsedEntry):
    assert letter.title == "Probation in Derbyshire: public service sound, private company “troubling”"
    assert letter.author == "Marian Holt"
    assert letter.published is not None
    assert letter.published.raw == "Dec 14, 2016 06:02 am"
    assert letter.published.at == datetime(2016, 12, 14, 6, 2, tzinfo=UTC), "in December London is at UTC"


def test_it_has_neither_guid_nor_address(letter: ParsedEntry):
    assert (letter.guid, letter.url, letter.updated) == (None, None, None)


def test_the_text_is_the_post_and_nothing_of_the_mail(letter: ParsedEntry):
    assert letter.text.startswith("Two organisations, two stories\n\nProbation work in Derbyshire is shared")
    assert letter.text.endswith("You can read my notes on the other reports of this year here.")
    for furniture in (
        "View this email",
        "By Marian",
        "Read in browser",
        "Recent Articles",
        "Kent",
        "Copyright",
        "unsubscribe",
    ):
        assert furniture not in letter.text


def test_headings_carry_the_bodies_and_items_the_findings(letter: ParsedEntry):
    told = [(block.kind, block.text[:24]) for block in letter.blocks]
    assert told[2:10] == [
        (BlockKind.HEADING, "Findings — CRC"),
        (BlockKind.PARAGRAPH, "The inspectors’ main fin"),
        (BlockKind.LIST_ITEM, "The quality of work was "),
        (BlockKind.LIST_ITEM, "Staff were seeing too ma"),
        (BlockKind.LIST_ITEM, "Managers were open about"),
        (BlockKind.PARAGRAPH, "The chart below puts bot"),
        (BlockKind.HEADING, "Findings — NPS"),
        (BlockKind.LIST_ITEM, "Overall, the quality of "),
    ]


def test_soft_line_breaks_inside_items_are_joined(letter: ParsedEntry):
    assert "Plans were copied from one case to the next, and home visits were hardly ever made." in letter.text
    assert "too often written on the day without a check with children’s services." in letter.text


def test_what_is_stored_reads_the_same_again(letter: ParsedEntry):
    assert blocks(letter.html) == letter.blocks
    assert clean(letter.html, base=None) == letter.html


def test_a_mail_gives_a_post_for_each_byline_with_its_address():
    northumbria, kent = posts((DATA / "newsletter.eml").read_bytes(), "letter.eml")
    assert northumbria.title == "Northumbria: “patchy”"
    assert northumbria.url == "https://blog.example/northumbria/"
    assert northumbria.published is not None
    assert northumbria.published.at == datetime(2018, 6, 15, 5, 5, tzinfo=UTC), "06:05 in London was BST"
    assert [(block.kind.value, block.text) for block in northumbria.blocks] == [
        ("paragraph", "The company’s work was of mixed quality, the report says."),
        ("heading", "Findings — CRC"),
        ("table_header", "Question | Answer"),
        ("table_row", "Public protection | Poor"),
        ("table_row", "Reducing reoffending | Good"),
        ("list_item", "Plans were good."),
        ("list_item", "Reviews were not."),
        ("caption", "Bar chart of both scores"),
    ]
    assert (kent.title, kent.text) == (
        "Kent: a second look",
        "The NPS in Kent was doing well a year ago, and still is.",
    )
    assert kent.url == "https://blog.example/kent/"
    assert kent.published is not None
    assert kent.published.at == datetime(2018, 6, 12, 22, 30, tzinfo=UTC)


def test_a_title_without_a_link_takes_the_address_of_the_line_that_ends_the_post():
    page = "".join(
        f'<div class="newsletter-{number}"><h1>Title {number}</h1>By Jo on Apr 20, 2017 06:01 am<br><p>Body {number}.</p>'
        f'<a href="https://blog.example/{number}/">Read in browser »</a></div>'
        for number in (1, 2)
    )
    entries = posts(f"<html><body>{page}</body></html>", "page.html")
    assert [(entry.title, entry.url, entry.text) for entry in entries] == [
        ("Title 1", "https://blog.example/1/", "Body 1."),
        ("Title 2", "https://blog.example/2/", "Body 2."),
    ]
    assert all(block.hints == () for entry in entries for block in entry.blocks), (
        "that all is in a newsletter says nothing"
    )


def test_the_text_half_of_a_mail_serves_where_there_is_no_other():
    mail = (DATA / "newsletter.eml").read_bytes().replace(b"Content-Type: text/html", b"Content-Type: text/calendar")
    (entry,) = posts(mail)
    assert entry.title == "Northumbria: “patchy”"
    assert entry.url == "https://blog.example/northumbria/"
    assert entry.text == "The plain-text half of this mail, which is shorter than the other."


SEVERAL = """View this email in your browser

First title

By A. Writer on Apr 20, 2017 06:01 am

First body.

Read in browser »

Tweet Share Forward

Second title: a longer one
By B. Writer on Apr 19, 2017 05:00 pm
Second body, which mentions Recent Articles: and goes on.

Recent Articles:

More of the second body.

Read in browser »

Recent Articles:

First of the tail
Go to Blog
"""


def test_several_posts_in_one_text():
    first, second = posts(SEVERAL)
    assert (first.title, first.author, first.text) == ("First title", "A. Writer", "First body.")
    assert (second.title, second.author) == ("Second title: a longer one", "B. Writer")
    assert second.text.startswith("Second body, which mentions")
    assert second.text.endswith("More of the second body."), (
        "the line that ends a post ends it, not one like the tail's"
    )
    assert "tail" not in second.text


@pytest.mark.parametrize(
    ("byline", "utc"),
    [
        ("By Jo Marsh on Apr 20, 2017 06:01 am", "2017-04-20 05:01"),
        ("By Jo Marsh on Apr 20, 2017 06:01 PM", "2017-04-20 17:01"),
        ("By Jo Marsh on January 2, 2017 06:01 am", "2017-01-02 06:01"),
        ("By Jo Marsh on 20 April 2017 06:01", "2017-04-20 05:01"),
        ("By Jo Marsh on Apr 20, 2017", "2017-04-19 23:00"),
        ("  By Jo Marsh on Apr 20, 2017 at 6.01 am", "2017-04-20 05:01"),
    ],
)
def test_bylines(byline: str, utc: str):
    (entry,) = posts(f"A title\n\n{byline}\n\nThe body.\n")
    assert (entry.title, entry.author, entry.text) == ("A title", "Jo Marsh", "The body.")
    assert entry.published is not None
    assert entry.published.at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "sentence",
    [
        "By and large the report on Apr 20, 2017 was kind to the company.",
        "The report, published By HMIP on Apr 20, 2017, was kind.",
        "By Jo Marsh on Smarch 20, 2017 06:01 am",
        "Bye Jo on Apr 20, 2017 06:01 am",
    ],
)
def test_a_sentence_is_no_byline(sentence: str):
    (entry,) = posts(f"A title\n\n{sentence}\n\nThe body.\n")
    assert sentence in entry.text


def test_without_a_line_that_ends_it_a_post_ends_where_the_tail_begins():
    (entry,) = posts("T\n\nBy Jo on Apr 20, 2017 06:01 am\n\nBody.\n\nRecent Articles:\n\nOther\n")
    assert entry.text == "Body."
    (entry,) = posts("T\n\nBy Jo on Apr 20, 2017 06:01 am\n\nBody.\n\nCopyright © 2017 Jo, All rights reserved.\n")
    assert entry.text == "Body."


def test_a_newsletter_without_a_title_is_called_after_its_first_words():
    (entry,) = posts("By Jo on Apr 20, 2017 06:01 am\n\nThe first words. And more.\n")
    assert entry.title == "The first words. And more."


@pytest.mark.skipif(not SEED.exists(), reason="the real newsletter is not beside this checkout")
def test_the_real_newsletter():
    (entry,) = posts(SEED.read_bytes(), SEED.name)
    assert entry.title == "Inspectors find private probation in Northants “poor”"
    assert entry.author == "Russell Webster"
    assert entry.published is not None
    assert entry.published.at == datetime(2017, 4, 20, 5, 1, tzinfo=UTC)
    assert entry.text.startswith("Inspectors report on Northamptonshire\n\nThe National Probation Service (NPS) was")
    assert entry.text.endswith("in infographic format here.")
    assert [block.text for block in entry.blocks if block.kind is BlockKind.HEADING] == [
        "Inspectors report on Northamptonshire",
        "Overall findings",
        "Findings — CRC",
        "Findings — NPS",
        "Findings — Co-ordination between NPS and CRC",
    ]
    assert sum(block.kind is BlockKind.LIST_ITEM for block in entry.blocks) == 14
    assert "striving to remove barriers to engagement. Others had no relationship" in entry.text
    for furniture in ("browser", "Recent Articles", "Criminal Justice Quiz", "Copyright", "unsubscribe"):
        assert furniture not in entry.text
    assert blocks(entry.html) == entry.blocks
