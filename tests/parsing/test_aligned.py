"""Tables that a plain text draws, and what only looks like one."""

from __future__ import annotations

import time

import pytest

from aggregator.model import BlockKind
from aggregator.parsing.blocks import blocks, text_blocks

ROWS = [("Kent CRC", "Seetec", "Good"), ("Essex CRC", "Sodexo", "Inadequate")]


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("tabs", "Kent CRC\tSeetec\tGood\nEssex CRC\tSodexo\tInadequate"),
        ("some of them doubled to line up", "Kent CRC\t\tSeetec\tGood\nEssex CRC\tSodexo\t\tInadequate"),
        ("pipes", "Kent CRC | Seetec | Good\nEssex CRC | Sodexo | Inadequate"),
        ("pipes round it", "| Kent CRC | Seetec | Good |\n| Essex CRC | Sodexo | Inadequate |"),
        ("spaces", "Kent CRC     Seetec   Good\nEssex CRC    Sodexo   Inadequate"),
        ("two spaces in line", "Kent CRC   Seetec  Good\nEssex CRC  Sodexo  Inadequate"),
        ("set in", "   Kent CRC     Seetec   Good\n   Essex CRC    Sodexo   Inadequate"),
        ("no-break spaces", "Kent CRC\xa0\xa0\xa0Seetec\xa0\xa0\xa0Good\nEssex CRC\xa0\xa0\xa0Sodexo\xa0\xa0\xa0Inadequate"),
        ("ruled off below", "Kent CRC | Seetec | Good\nEssex CRC | Sodexo | Inadequate\n-----|-----|-----"),
    ],
)  # fmt: skip
def test_drawn_tables_are_rows(why, text):
    found = text_blocks(f"The ratings so far.\n\n{text}\n\nMore next week.")

    assert [block.cells for block in found if block.kind is BlockKind.TABLE_ROW] == ROWS, why
    assert [block.text for block in found if not block.cells] == ["The ratings so far.", "More next week."]


@pytest.mark.parametrize(
    "text", ["Kent CRC ........ Good\nEssex CRC ....... Inadequate", "Kent CRC……Good\nEssex CRC……Inadequate"]
)
def test_dots_lead_to_a_grade(text):
    assert [block.cells for block in text_blocks(text)] == [("Kent CRC", "Good"), ("Essex CRC", "Inadequate")]


@pytest.mark.parametrize(
    "text",
    [
        "| Provider | Rating |\n|:--|--:|\n| Kent CRC | Good |\n| Essex CRC | Inadequate |",
        "Provider     Rating\n-----------------------\nKent CRC     Good\nEssex CRC    Inadequate",
        "=========  ==========\nProvider   Rating\n=========  ==========\nKent CRC   Good\nEssex CRC  Inadequate\n====  ====",
    ],
    ids=["Markdown", "a line drawn by hand", "reStructuredText"],
)
def test_a_rule_under_the_first_row_makes_it_the_header(text):
    assert [(block.kind, block.cells) for block in text_blocks(text)] == [
        (BlockKind.TABLE_HEADER, ("Provider", "Rating")),
        (BlockKind.TABLE_ROW, ("Kent CRC", "Good")),
        (BlockKind.TABLE_ROW, ("Essex CRC", "Inadequate")),
    ]


def test_cells_may_be_empty():
    found = text_blocks("Kent CRC\tLeadership\tGood\n\tStaff\tGood\nEssex CRC\t\tGood")

    assert [block.cells for block in found] == [
        ("Kent CRC", "Leadership", "Good"),
        ("", "Staff", "Good"),
        ("Essex CRC", "", "Good"),
    ]


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("two spaces behind sentences", "It was poor.  Nobody knew.\nIt was late.  Everybody knew."),
        ("justified prose", "The  inspectors said that it was\nbadly run, and that the  company"),
        ("bullets set off by tabs", "•\tKent CRC was poor\n•\tEssex CRC was good"),
        ("numbers set off by spaces", "1.   Kent CRC was poor\n2.   Essex CRC was good"),
        ("numbers of paragraphs", "3.1    The board met\n3.2    The board parted"),
        ("dots where one hesitates", "I think... well\nAnd then... no"),
        ("one row is none", "Kent CRC\tGood\nand so on"),
        ("rows of other widths", "Kent CRC | Good\nEssex | CRC | Good"),
        ("long lines", f"{'word ' * 80} | b\n{'word ' * 80} | c"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_table_is_none(why, text):
    assert not any(block.cells for block in text_blocks(text)), why


def test_preformatted_tables_and_lines_with_pipes_are_rows_in_html_too():
    pre = "<pre>So far:\n<b>Kent CRC</b>     Seetec   Good\nEssex CRC    Sodexo   Inadequate\nA &amp; B</pre>"
    lines = "<p>So far:<br>Kent CRC | Seetec | Good<br>Essex CRC | Sodexo | Inadequate<br>A &amp; B</p>"

    for html in (pre, lines):
        found = blocks(html)
        assert [block.cells for block in found] == [(), *ROWS, ()]
        assert found[-1].text == "A & B"


@pytest.mark.parametrize(
    "text",
    [
        "a | b\n" * 50_000, "a\tb\n" * 50_000, "a    b\n" * 50_000, "a\tb\nc\n" * 50_000, "|" * 300_000, "\t" * 300_000,
        " " * 300_000, ". " * 150_000, "a  b\n--\n" * 50_000, "--\n" * 100_000, "a | b\nc\td\n" * 50_000, "." * 300_000,
    ],
    ids=lambda text: repr(text[:10]),
)  # fmt: skip
def test_takes_time_in_line_with_the_length(text):
    begun = time.process_time()
    text_blocks(text)

    assert time.process_time() - begun < 10
