"""Plain text to blocks, and blocks back to HTML."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import BlockKind, join_blocks
from aggregator.parsing.blocks import blocks, text_blocks
from aggregator.parsing.html import clean
from aggregator.parsing.render import render
from aggregator.parsing.tables import CELL_SEPARATOR


def told(text: str) -> list[str]:
    return [f"{block.kind}{block.level or ''}: {block.text}" for block in text_blocks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First paragraph.\n\nSecond paragraph.", ["paragraph: First paragraph.", "paragraph: Second paragraph."]),
        ("Findings — CRC\n\nThe work was poor.", ["heading2: Findings — CRC", "paragraph: The work was poor."]),
        ("The main findings were:\n\n• Poor.\n• Good.", ["paragraph: The main findings were:", "list_item: Poor.", "list_item: Good."]),
        ("  * one\n  - two\n  – three\n  ◦ four", ["list_item: one", "list_item: two", "list_item: three", "list_item: four"]),
        ("1. First thing\n2. Second thing", ["list_item: 1. First thing", "list_item: 2. Second thing"]),
        ("  • Plans were copied from one case to the\n    next, and visits were\n    rare.\n  • Good.",
         ["list_item: Plans were copied from one case to the next, and visits were rare.", "list_item: Good."]),
        ("Inspectors found that the company, which looks after most of the\npeople on probation in the county, was not doing enough to keep the\npublic safe.",
         ["paragraph: Inspectors found that the company, which looks after most of the people on probation in the county, was not doing enough to keep the public safe."]),
        ("Leadership: Good\nStaff: Requires improvement", ["paragraph: Leadership: Good", "paragraph: Staff: Requires improvement"]),
        ("Findings\n========\n\nPoor work.", ["heading2: Findings", "paragraph: Poor work."]),
        ("One paragraph.\n\n-----\n\nAnother one.", ["paragraph: One paragraph.", "paragraph: Another one."]),
        ("### Findings on the NPS\n\nGood.", ["heading3: Findings on the NPS", "paragraph: Good."]),
        ("** A mailing service's heading\n\nGood.", ["heading2: A mailing service's heading", "paragraph: Good."]),
        ("See https://blog.example/report", ["paragraph: See https://blog.example/report"]),
        ("nothing that starts like a heading\n\nx.", ["paragraph: nothing that starts like a heading", "paragraph: x."]),
        ("Is the public being protected?\n\nYes.", ["heading2: Is the public being protected?", "paragraph: Yes."]),
        ("a\u00a0\u00a0b\u200b c\u202e\td", ["paragraph: a b c d"]),
        ("", []),
        ("\n \n\t\n", []),
    ],
    ids=[
        "blank lines part paragraphs", "a short lone line is a heading", "bullets", "bullets of many kinds", "numbers",
        "a wrapped item", "a wrapped paragraph", "labelled lines", "an underlined heading", "a rule", "hashes",
        "stars", "an address is no heading", "a small letter is no heading", "a question", "white space and marks",
        "nothing", "nothing but blanks",
    ],
)  # fmt: skip
def test_text_blocks(text: str, expected: list[str]):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "line of words\n" * 20_000,
        "• x\n" * 20_000,
        "a\n\n" * 20_000,
        "x" * 1_000_000,
        "-" * 500_000,
        "=\n" * 20_000,
        " " * 1_000_000,
    ],
    ids=["lines", "items", "paragraphs", "a word", "a rule", "rules", "blanks"],
)
def test_reading_is_linear(text: str):
    started = time.process_time()
    assert all(block.text for block in text_blocks(text))
    assert time.process_time() - started < 2


lines = st.one_of(
    st.sampled_from(
        [
            "",
            "",
            "Findings — CRC",
            "• Poor.",
            "  - item one",
            "    next line of it",
            "Label: Good",
            "====",
            "** T",
            "# H",
        ]
    ),
    st.sampled_from(
        [
            "A long line of the kind that is wrapped at the seventieth character",
            "• •",
            "·x",
            "| a | b |",
            "|---|---|",
            "a\tb",
            "\tb\tc",
            "a    • b",
            "Leadership   Good",
            "Kent CRC ......... Good",
            "<b>not</b> HTML &amp;",
        ]
    ),
    st.text(max_size=90),
)


@given(st.lists(lines, max_size=30).map("\n".join))
def test_blocks_stand_where_they_say_and_survive_being_rendered(text: str):
    """An imported text is stored as HTML and read again from there: it must say the same then."""
    found = text_blocks(text)
    whole = join_blocks(found)
    for block in found:
        assert whole[block.start :][: len(block.text)] == block.text
        parts = block.cells or (block.text,)
        assert block.text == CELL_SEPARATOR.join(" ".join(part.split()) for part in parts) != ""
    html = render(found)
    assert blocks(html) == found
    assert clean(html, base=None) == html
    assert blocks(clean(html, base=None)) == found


words = st.sampled_from(["Good", "The CRC was poor.", "A & B < C", "“q”", "1.1 Leadership", "• x", "x " * 50])
tags = st.sampled_from(
    [
        "p",
        "div",
        "b",
        "strong",
        "a",
        "ul",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "h2",
        "figure",
        "figcaption",
        "aside",
    ]
)
pieces = st.one_of(
    tags.map(lambda name: f"<{name}>"),
    tags.map(lambda name: f"</{name}>"),
    st.sampled_from(
        ["<br>", "<img alt='A map'>", "<div class='nav share'>", "<section class='related'>", "<td colspan=2>"]
    ),
    words,
)


@given(st.lists(pieces, max_size=40).map("".join))
def test_what_was_found_in_html_survives_being_rendered(html: str):
    found = blocks(clean(html, base=None))
    again = blocks(clean(render(found), base=None))
    assert again == found


def test_a_heading_of_each_level_and_each_kind_is_rendered():
    html = "<h1>a</h1><p>b</p><ul><li>c</li></ul><table><tr><th>d</th><th>e</th></tr><tr><td>f</td><td></td><td>g</td></tr></table>"
    html += (
        "<blockquote>h</blockquote><figure><figcaption>i</figcaption></figure><p><a href='https://x.example'>j</a></p>"
    )
    found = blocks(clean(html, base=None))
    assert {block.kind for block in found} == set(BlockKind)
    assert blocks(render(found)) == found


def test_many_hints_are_rendered_all():
    html = (
        '<div class="nav-1 nav-2 nav-3 nav-4 nav-5 nav-6 nav-7 nav-8"><div class="share-1 share-2"><p>x</p></div></div>'
    )
    found = blocks(clean(html, base=None))
    assert len(found[0].hints) == 10
    assert blocks(clean(render(found), base=None)) == found
