"""Text blocks: what a reader sees as a unit, and where it stands in the text."""

from __future__ import annotations

import sys
import time
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Block, BlockKind, join_blocks
from aggregator.parsing.blocks import blocks
from aggregator.parsing.html import clean

BASE = "https://blog.example/"


def found(html: str) -> tuple[Block, ...]:
    return blocks(clean(html, base=BASE))


def told(html: str) -> list[str]:
    """Each block as "kind: text", headings with their level."""
    return [f"{block.kind}{block.level or ''}: {block.text}" for block in found(html)]


TOLD = [
    ("<p>One</p><p>Two</p>", ["paragraph: One", "paragraph: Two"], "paragraphs"),
    ("One", ["paragraph: One"], "text without a tag"),
    ("", [], "nothing"),
    ("<p> </p><p>&nbsp;</p><div></div>", [], "nothing to read"),
    ("<h1>A</h1><h4>B</h4>", ["heading1: A", "heading4: B"], "headings"),
    ("<div>One<p>Two</p>Three</div>", ["paragraph: One", "paragraph: Two", "paragraph: Three"], "text round a paragraph"),
    ("<p>O<em>n</em>e <b>t</b>wo</p>", ["paragraph: One two"], "inline markup leaves no blanks"),
    ("<p>a\n\n  b\tc&nbsp;&nbsp;d</p>", ["paragraph: a b c d"], "white space of any kind is one blank"),
    ("<p>in\u00adspec\u200btor\u2060s a\u2028b\u202ec\x07</p>", ["paragraph: inspectors a bc"], "what cannot be seen is gone"),
    ("<p>Cumbria &amp; Lancashire &lt;5%&gt; “q”</p>", ["paragraph: Cumbria & Lancashire <5%> “q”"], "entities"),
    ("<p>&amp;amp; &amp;lt;</p>", ["paragraph: &amp; &lt;"], "entities are undone once"),
    ("<p>word<wbr>break</p>", ["paragraph: wordbreak"], "a place to break is no blank"),
    # Headings nobody marked up
    ("<p><strong>Findings — CRC</strong></p><p>Poor.</p>", ["heading6: Findings — CRC", "paragraph: Poor."], "a short bold paragraph"),
    ("<p><b>Findings</b> on the NPS</p>", ["paragraph: Findings on the NPS"], "bold in part"),
    ("<p><b>Findings</b>:</p>", ["heading6: Findings:"], "only a mark outside bold"),
    ("<p><b>Findings</b>&nbsp;</p>", ["heading6: Findings"], "only a blank outside bold"),
    ("<li><b>Leadership</b><br>Good work.</li>", ["list_item: Leadership", "list_item: Good work."], "a bold line in an item"),
    ("<p><strong>The CRC was rated inadequate.</strong></p>", ["paragraph: The CRC was rated inadequate."], "a bold sentence"),
    (f"<p><strong>{'Much of the work was good ' * 5}</strong></p>", [f"paragraph: {('Much of the work was good ' * 5).strip()}"], "a long bold paragraph"),
    ("<p><strong>Findings — CRC</strong><br>The work was poor.</p>", ["heading6: Findings — CRC", "paragraph: The work was poor."], "a bold line that runs in"),
    ("<p>The end.<br><b>Findings — NPS</b><br>Good.</p>", ["paragraph: The end.", "heading6: Findings — NPS", "paragraph: Good."], "a bold line in the midst"),
    ("<li><strong>Leadership</strong></li>", ["list_item: Leadership"], "a bold item is an item"),
    ("<details><summary>Findings — CRC</summary><p>Poor.</p></details>", ["heading6: Findings — CRC", "paragraph: Poor."], "an accordion"),
    # Lists
    ("<ul><li>One</li><li>Two</li></ul>", ["list_item: One", "list_item: Two"], "items"),
    ("<ol><li>One<ul><li>Inner</li></ul>rest</li></ol>", ["list_item: One", "list_item: Inner", "list_item: rest"], "items in items"),
    ("<ul><li><p>One</p><p>more</p></li></ul>", ["list_item: One", "list_item: more"], "paragraphs in an item"),
    ("<p>• Pasted from Word</p><p>·&nbsp;&nbsp;And this</p>", ["list_item: Pasted from Word", "list_item: And this"], "bullets typed by hand"),
    ("<p>– a dash is speech</p>", ["paragraph: – a dash is speech"], "a dash"),
    ("<dl><dt>Overall</dt><dd>Good</dd><dt>Staff</dt><dd>Poor</dd></dl>", ["table_row: Overall | Good", "table_row: Staff | Poor"], "definitions"),
    ("<dl><dt>Term:</dt><dd>" + "long " * 40 + "</dd></dl>", ["paragraph: Term: " + ("long " * 40).strip()], "a long definition"),
    ("<dl><dt>Alone</dt></dl><p>x</p>", ["paragraph: Alone", "paragraph: x"], "a term without a definition"),
    ("<dl><dd>Good</dd></dl>", ["paragraph: Good"], "a definition without a term"),
    ("<dl><dt>A</dt><dt>B</dt><dd>b</dd></dl>", ["paragraph: A", "table_row: B | b"], "two terms"),
    ("<dl><dt>A</dt><dd><p>one</p><p>two</p></dd></dl>", ["paragraph: A", "paragraph: one", "paragraph: two"], "a definition of paragraphs"),
    # Quotes, captions
    ("<blockquote><p>One</p><p>Two</p></blockquote><p>x</p>", ["quote: One", "quote: Two", "paragraph: x"], "a quotation"),
    ("<blockquote>One<ul><li>item</li></ul></blockquote>", ["quote: One", "list_item: item"], "a list in a quotation"),
    ("<figure><img alt='Map of Kent'><figcaption>Kent</figcaption></figure>", ["caption: Map of Kent", "caption: Kent"], "a picture with a caption"),
    ("<p>Before <img alt='The scores'> after</p>", ["paragraph: Before after", "caption: The scores"], "a description does not cut its sentence"),
    ("<p>See <img alt='😀'> here</p>", ["paragraph: See 😀 here"], "an emoji does not either"),
    ("<table><caption>Scores</caption><tr><td>a</td><td>b</td></tr></table>", ["caption: Scores", "table_row: a | b"], "a table's caption"),
    # Line breaks
    ("<p>One<br><br>Two</p>", ["paragraph: One", "paragraph: Two"], "two breaks part paragraphs"),
    ("<p>One<br>\n<br/>\nTwo</p>", ["paragraph: One", "paragraph: Two"], "whatever stands between them"),
    ("<p>Leadership: Good<br>Staff: Inadequate</p>", ["paragraph: Leadership: Good", "paragraph: Staff: Inadequate"], "labelled lines stay apart"),
    ("<p>Leadership and governance of the service: Requires improvement<br>Staffing: Good</p>",
     ["paragraph: Leadership and governance of the service: Requires improvement", "paragraph: Staffing: Good"], "long labelled lines too"),
    ("<p>Inspectors said that the main findings of the report were:<br>poor planning and worse reviews</p>",
     ["paragraph: Inspectors said that the main findings of the report were:", "paragraph: poor planning and worse reviews"], "a colon ends a line"),
    ("<p>The company looks after those of low risk in<br>the county, as it has done since the summer of the year before last year<br>ended</p>",
     ["paragraph: The company looks after those of low risk in the county, as it has done since the summer of the year before last year ended"], "a small letter goes on with the sentence"),
    ("<p>- one<br>- two</p>", ["list_item: one", "list_item: two"], "a list of lines"),
    ("<p>The inspectorate said today that the company was doing too<br>little to protect the public in the county and that its<br>plans were late.</p>",
     ["paragraph: The inspectorate said today that the company was doing too little to protect the public in the county and that its plans were late."], "hard-wrapped lines are joined"),
    ("<h2>One<br>Two</h2>", ["heading2: One Two"], "a heading on two lines"),
    ("<p>One<br></p><p>Two</p>", ["paragraph: One", "paragraph: Two"], "a break at the end"),
    ("<pre>One\nTwo: x\n\nThree</pre>", ["paragraph: One", "paragraph: Two: x", "paragraph: Three"], "preformatted text"),
    ("<hr>One<hr>Two", ["paragraph: One", "paragraph: Two"], "rules"),
    ("<center>One</center>Two", ["paragraph: One", "paragraph: Two"], "elements of old"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected", "why"), TOLD, ids=[why for _, _, why in TOLD])
def test_blocks(html: str, expected: list[str], why: str):
    assert told(html) == expected, why


def cells(html: str) -> list[tuple[str, ...]]:
    return [block.cells or (block.text,) for block in found(html)]


def test_a_table_gives_a_header_and_rows():
    table = found(
        "<table><thead><tr><th>Standard</th><th>Grade</th></tr></thead>"
        "<tbody><tr><td>Leadership</td><td><b>Good</b></td></tr></tbody></table>"
    )
    assert [block.kind for block in table] == [BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW]
    assert [block.cells for block in table] == [("Standard", "Grade"), ("Leadership", "Good")]
    assert [block.text for block in table] == ["Standard | Grade", "Leadership | Good"]


@pytest.mark.parametrize(
    ("html", "kinds"),
    [
        ("<tr><th>A</th><th>B</th></tr><tr><td>a</td><td>b</td></tr>", ["table_header", "table_row"]),
        ("<tr><td><b>A</b></td><td><b>B</b></td></tr><tr><td>a</td><td>b</td></tr>", ["table_header", "table_row"]),
        ("<tr><th>A</th><td>a</td></tr><tr><th>B</th><td>b</td></tr>", ["table_row", "table_row"]),
        ("<tr><td>a</td><td>b</td></tr><tr><td><b>A</b></td><td><b>B</b></td></tr>", ["table_row", "table_row"]),
    ],
    ids=["th", "a bold first row", "th beside td heads a row", "bold further down"],
)
def test_which_rows_are_headers(html: str, kinds: list[str]):
    assert [block.kind.value for block in found(f"<table>{html}</table>")] == kinds


def test_cells_stay_in_their_columns():
    """A grade must stand under its heading: empty cells count, spans reach right and down."""
    assert cells(
        "<table><tr><th></th><th colspan=2>Essex CRC</th><th>Kent CRC</th></tr>"
        "<tr><td>Leadership</td><td></td><td>Good</td><td>Poor</td></tr>"
        "<tr><td rowspan=2>Staff</td><td>2018</td><td>Good</td></tr><tr><td>2019</td><td>Poor</td></tr></table>"
    ) == [
        ("", "Essex CRC", "", "Kent CRC"),
        ("Leadership", "", "Good", "Poor"),
        ("Staff", "2018", "Good"),
        ("Staff", "2019", "Poor"),
    ]


def test_a_label_reaches_down_as_far_as_it_says():
    assert cells(
        "<table><tr><td rowspan=3>Staff</td><td>2017</td></tr><tr><td>2018</td></tr><tr><td>2019</td></tr><tr><td>x</td><td>y</td></tr></table>"
    ) == [("Staff", "2017"), ("Staff", "2018"), ("Staff", "2019"), ("x", "y")]


def test_a_label_does_not_reach_past_a_row_that_is_none():
    text = "word " * 40
    assert cells(
        f"<table><tr><td rowspan=9>Staff</td><td>2017</td></tr><tr><td><p>{text}</p><p>{text}</p></td></tr><tr><td>x</td><td>y</td></tr></table>"
    ) == [("Staff", "2017"), (text.strip(),), (text.strip(),), ("x", "y")]


def test_empty_cells_at_the_end_are_not_there():
    assert cells("<table><tr><td>a</td><td>b</td><td></td><td> </td></tr></table>") == [("a", "b")]


def test_a_cell_cannot_be_a_thousand_columns_wide():
    (row,) = cells("<table><tr><td colspan=999>a</td><td>b</td></tr></table>")
    assert len(row) == 51


def test_a_table_inside_a_cell_survives():
    assert cells(
        "<table><tr><td>Outer</td><td><table><tr><td>Leadership</td><td>Good</td></tr></table></td></tr></table>"
    ) == [("Outer",), ("Leadership", "Good")]


def test_a_table_that_lays_out_a_page_is_not_there():
    layout = "<table><tr><td><h2>Findings</h2><p>The work was poor.</p><ul><li>Late</li></ul></td></tr></table>"
    assert told(layout) == ["heading2: Findings", "paragraph: The work was poor.", "list_item: Late"]


def test_a_lone_cell_with_a_text_is_a_paragraph_and_with_a_word_a_row():
    assert told(f"<table><tr><td>{'word ' * 40}</td></tr><tr><td>Leadership</td></tr></table>") == [
        f"paragraph: {('word ' * 40).strip()}",
        "table_row: Leadership",
    ]


def test_paragraphs_in_a_cell_are_one_cell():
    assert cells("<table><tr><td><p>Good</p><p>(2018: Poor)</p></td><td>x</td></tr></table>") == [
        ("Good (2018: Poor)", "x")
    ]


def test_a_span_cannot_be_used_to_repeat_a_text_a_thousand_times():
    html = f'<table><tr><td rowspan="999">{"x" * 500}</td><td>a</td></tr>' + "<tr><td>b</td></tr>" * 200 + "</table>"
    assert len(join_blocks(found(html))) < 2000


def test_links_only_is_told_of_lists_of_links():
    marked = {block.text: block.links_only for block in found(
        '<ul><li><a href="/a">One</a></li><li><a href="/b">Two</a> »</li><li>See <a href="/c">three</a></li></ul>'
        '<p><a href="/d">Four</a> | <a href="/e">Five</a></p><p>—</p>'
    )}  # fmt: skip
    assert marked == {"One": True, "Two »": True, "See three": False, "Four | Five": True, "—": False}


def test_hints_come_from_the_element_and_all_round_it():
    page = found(
        '<div class="entry"><p>Post</p><div class="sharedaddy"><div id="sd-share"><p>Share</p></div><p>Inner</p></div>'
        '<p>After</p><aside class="most-read"><p>Read</p></aside><ul class="related-posts"><li>Also</li></ul>'
        '<blockquote><p>Said</p><footer>Who</footer></blockquote><footer>Foot</footer></div>'
    )  # fmt: skip
    assert {block.text: block.hints for block in page} == {
        "Post": (),
        "Share": ("sharedaddy", "sd-share"),
        "Inner": ("sharedaddy",),
        "After": (),
        "Read": ("aside", "most-read"),
        "Also": ("related-posts",),
        "Said": (),
        "Who": (),
        "Foot": ("footer",),
    }


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "word " * 400_000,
        "<p>a<br>" * 100_000,
        "<b>a</b> " * 25_000,
        "a<br>" * 25_000,
        "<table>" + "<tr><td>a</td><td>b</td></tr>" * 9_000,
        "<div class='nav'>" * 90 + "x",
        "<dl>" + "<dt>a<dd>b" * 14_000,
    ],
    ids=["long", "breaks", "bold", "lines", "rows", "deep", "terms"],
)
def test_the_walk_is_linear(html: str):
    cleaned = clean(html, base=BASE)
    started = time.process_time()
    assert blocks(cleaned)
    assert time.process_time() - started < 1.5


tags = st.sampled_from(
    [
        "p",
        "div",
        "b",
        "strong",
        "a",
        "ul",
        "li",
        "ol",
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "h2",
        "h6",
        "figure",
        "figcaption",
        "span",
        "aside",
        "pre",
        "section",
    ]
)
pieces = st.one_of(
    tags.map(lambda name: f"<{name}>"),
    tags.map(lambda name: f"</{name}>"),
    st.sampled_from(
        [
            "<br>",
            "<hr>",
            "<img alt='A map'>",
            "<td rowspan=3 colspan=2>",
            "<div class='nav share'>",
            " ",
            "\n",
            "&nbsp;",
        ]
    ),
    st.sampled_from(
        ["Good", "The CRC was poor. ", "• item", "- item", "Label: x", "long words " * 9, "&lt;", "&amp;amp;", "\u200b"]
    ),
    st.text(max_size=12),
)


@given(st.lists(pieces, max_size=60).map("".join))
def test_every_block_stands_where_it_says(html: str):
    cleaned = clean(html, base=BASE)
    all_blocks = blocks(cleaned)
    text = join_blocks(all_blocks)
    for block in all_blocks:
        assert text[block.start :][: len(block.text)] == block.text
        assert block.text
        assert block.text.isprintable() or not any(char.isspace() and char != " " for char in block.text)
        assert (1 <= block.level <= 6) == (block.kind is BlockKind.HEADING)
        if block.cells:
            assert block.text == " | ".join(block.cells)
        else:
            assert block.text == " ".join(block.text.split())
    assert blocks(cleaned) == all_blocks


inline = st.one_of(
    st.sampled_from(["b", "strong", "em", "a href='/x'", "span"]).map(lambda tag: f"<{tag}>"),
    st.sampled_from(["b", "strong", "em", "a", "span"]).map(lambda name: f"</{name}>"),
    st.sampled_from(["<br>", "<img alt='A map'>", "The CRC was poor. ", "• item", " ", "&amp;amp;", "&nbsp;", "–"]),
)
elements = st.tuples(st.sampled_from(["p", "li", "h2", "h6", "blockquote", "dd", "td"]), st.lists(inline, max_size=8))


@given(st.lists(elements, max_size=12))
def test_what_is_read_in_one_go_is_read_as_tag_by_tag(found: list[tuple[str, list[str]]]):
    cleaned = clean("".join(f"<{name}>{''.join(inside)}</{name}>" for name, inside in found), base=BASE)
    with patch.object(sys.modules["aggregator.parsing.blocks"], "_RUNS", {}):
        tag_by_tag = blocks(cleaned)
    assert blocks(cleaned) == tag_by_tag


@given(st.text(max_size=300))
def test_markup_that_is_not_clean_does_no_harm(html: str):
    text = join_blocks(blocks(html))
    assert len(text) <= 3 * len(html) + 10
