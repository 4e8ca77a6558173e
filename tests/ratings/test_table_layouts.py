"""Whose and what the grades of a table are, however its columns are laid out."""

from __future__ import annotations

import time

import pytest

from tests.ratings.told import table, told

MERSEYSIDE = "CRC Merseyside requires improvement"
MIDLANDS = "NPS Midlands good"
LEAGUE = {MERSEYSIDE, MIDLANDS}
STANDARDS = {
    "CRC Merseyside leadership good",
    "CRC Merseyside staff requires improvement",
    "NPS Midlands leadership outstanding",
    "NPS Midlands staff good",
}


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("when first, who owns it behind", (
            "Published | Provider | Owner | Overall rating",
            "Sept 2018 | Merseyside CRC | Purple Futures | Requires improvement", "Nov 2018 | Midlands NPS | - | Good")),
        ("days in figures", (
            "Date | Body | Rating", "2018-09-14 | Merseyside CRC | Requires improvement", "14/11/2018 | NPS Midlands | Good")),
        ("under “Area”", (
            "Date | Area | Rating", "Sept 2018 | Merseyside CRC | Requires improvement", "Nov 2018 | NPS Midlands | Good")),
        ("the kind in a column before", (
            "Published | Type | Area | Rating",
            "Sept 2018 | CRC | Merseyside | Requires improvement", "Nov 2018 | NPS | Midlands | Good")),
        ("the kind in the last column", (
            "Area | Published | Rating | Type",
            "Merseyside | Sept 2018 | Requires improvement | CRC", "Midlands | Nov 2018 | Good | NPS")),
        ("the grade first", (
            "Rating | Provider | Date", "Requires improvement | Merseyside CRC | Sept 2018", "Good | NPS Midlands | Nov 2018")),
        ("a rank and points before", (
            "Rank | Provider | Score | Rating",
            "1 | Midlands NPS | 21/30 | Good", "2 | Merseyside CRC | 14/30 | Requires improvement")),
        ("a link behind", (
            "Date | Provider | Rating | Report",
            "Sept 2018 | Merseyside CRC | Requires improvement | <a href='#'>Read it</a>",
            "Nov 2018 | Midlands NPS | Good | <a href='#'>Read it</a>")),
        ("a report's name is the body's", (
            "Report | Date | Rating",
            "<a href='#'>Merseyside CRC</a> | Sept 2018 | Requires improvement", "<a href='#'>NPS Midlands</a> | Nov 2018 | Good")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("head", [True, False])
def test_finds_the_cell_that_says_who(why, rows, head):
    assert told(table(*rows, head=head)) == LEAGUE, why


def test_needs_no_header_where_the_cells_name_bodies():
    rows = ("Sept 2018 | Merseyside CRC | Purple Futures | Requires improvement", "Nov 2018 | Midlands NPS | - | Good")

    assert told(table(*rows, head=False)) == LEAGUE


@pytest.mark.parametrize("owner", ["Owner", "CRC owner", "Parent company"])
def test_who_owns_a_company_is_not_whom_a_row_is_on(owner):
    html = table(f"{owner} | CRC | Rating", "Interserve | Merseyside | Requires improvement", "MTC | London | Good")

    assert told(html) == {MERSEYSIDE, "CRC London good"}


def test_a_unit_has_any_name_under_a_header_that_says_unit():
    html = table("Published | PDU | Region | Rating", "May 2023 | Peterborough and Fenland | East of England | Good")
    lead = "<p>HM Inspectorate of Probation has published its reports on probation delivery units.</p>"

    assert told(html, lead=lead, day="2023-06-01") == {"PDU Peterborough and Fenland good"}


SPANS = {
    "bodies down, standards across": table(
        "Provider | Leadership | Staff", "Merseyside CRC | Good | Requires improvement", "NPS Midlands | Outstanding | Good"
    ),
    "behind a date": table(
        "Date | Provider | Leadership | Staff",
        "Sept 2018 | Merseyside CRC | Good | Requires improvement",
        "Nov 2018 | NPS Midlands | Outstanding | Good",
    ),
    "standards down, bodies across": table(
        "Standard | Merseyside CRC | NPS Midlands", "Leadership | Good | Outstanding", "Staff | Requires improvement | Good"
    ),
    "nothing over the standards": table(
        " | Merseyside CRC | NPS Midlands", "Leadership | Good | Outstanding", "Staff | Requires improvement | Good"
    ),
    "a body and a standard a row": table(
        "Provider | Standard | Rating",
        "Merseyside CRC | Leadership | Good",
        "Merseyside CRC | Staff | Requires improvement",
        "NPS Midlands | Leadership | Outstanding",
        "NPS Midlands | Staff | Good",
    ),
    "a standard and a body a row": table(
        "Standard | Provider | Rating",
        "Leadership | Merseyside CRC | Good",
        "Staff | Merseyside CRC | Requires improvement",
        "Leadership | NPS Midlands | Outstanding",
        "Staff | NPS Midlands | Good",
    ),
    "the body once": table(
        "Provider | Standard | Rating",
        "Merseyside CRC | Leadership | Good",
        " | Staff | Requires improvement",
        "NPS Midlands | Leadership | Outstanding",
        " | Staff | Good",
    ),
    "the body beside two rows": """<table><tr><th>Provider</th><th>Standard</th><th>Rating</th></tr>
        <tr><td rowspan="2">Merseyside CRC</td><td>Leadership</td><td>Good</td></tr>
        <tr><td>Staff</td><td>Requires improvement</td></tr>
        <tr><td rowspan="2">NPS Midlands</td><td>Leadership</td><td>Outstanding</td></tr>
        <tr><td>Staff</td><td>Good</td></tr></table>""",
    "the body across the table": """<table><tr><th colspan="2">Merseyside CRC</th></tr>
        <tr><td>Leadership</td><td>Good</td></tr><tr><td>Staff</td><td>Requires improvement</td></tr>
        <tr><th colspan="2">NPS Midlands</th></tr>
        <tr><td>Leadership</td><td>Outstanding</td></tr><tr><td>Staff</td><td>Good</td></tr></table>""",
    "across it, in plain cells": """<table><tr><td>Standard</td><td>Rating</td></tr>
        <tr><td colspan="2">Merseyside CRC</td></tr>
        <tr><td>Leadership</td><td>Good</td></tr><tr><td>Staff</td><td>Requires improvement</td></tr>
        <tr><td colspan="2">NPS Midlands</td></tr>
        <tr><td>Leadership</td><td>Outstanding</td></tr><tr><td>Staff</td><td>Good</td></tr></table>""",
    "a header of two rows": """<table><thead>
        <tr><th rowspan="2">Provider</th><th colspan="2">Organisational delivery</th></tr>
        <tr><th>Leadership</th><th>Staff</th></tr></thead>
        <tr><td>Merseyside CRC</td><td>Good</td><td>Requires improvement</td></tr>
        <tr><td>NPS Midlands</td><td>Outstanding</td><td>Good</td></tr></table>""",
    "two tables side by side": table(
        "Merseyside CRC | Rating | NPS Midlands | Rating",
        "Leadership | Good | Leadership | Outstanding",
        "Staff | Requires improvement | Staff | Good",
    ),
    "the body over the standards": table("Merseyside CRC | Rating", "Leadership | Good", "Staff | Requires improvement")
    + "<p>And:</p>"
    + table("NPS Midlands | Rating", "Leadership | Outstanding", "Staff | Good"),
    "captions": """<table><caption>Merseyside CRC</caption>
        <tr><td>Leadership</td><td>Good</td></tr><tr><td>Staff</td><td>Requires improvement</td></tr></table>
        <table><caption>NPS Midlands</caption>
        <tr><td>Leadership</td><td>Outstanding</td></tr><tr><td>Staff</td><td>Good</td></tr></table>""",
    "headings, and nothing but grades": "<h3>Merseyside CRC</h3>"
    + table("Leadership | Staff", "Good | Requires improvement")
    + "<h3>NPS Midlands</h3>"
    + table("Leadership | Staff", "Outstanding | Good"),
}  # fmt: skip


@pytest.mark.parametrize("html", SPANS.values(), ids=SPANS.keys())
def test_gives_each_standard_of_each_body_its_grade(html):
    assert told(html) == STANDARDS


@pytest.mark.parametrize(
    ("why", "html"),
    [
        ("kinds across", table("Area | CRC | NPS", "Merseyside | Requires improvement | Good")),
        ("kinds side by side", table("CRC | Rating | NPS | Rating", "Merseyside | Requires improvement | Merseyside | Good")),
        ("all of it bold", table("<b>Merseyside CRC</b> | <b>Requires improvement</b>", "<b>NPS Merseyside</b> | <b>Good</b>")
            .replace("th>", "td>")),
    ],
)  # fmt: skip
def test_gives_each_kind_of_body_in_a_place_its_grade(why, html):
    assert told(html) == {MERSEYSIDE, "NPS Merseyside good"}, why


def test_what_spans_years_is_over_each_of_them():
    html = """<table><tr><th>Standard</th><th colspan="2">Merseyside CRC</th><th colspan="2">NPS Midlands</th></tr>
        <tr><th></th><th>2018</th><th>2020</th><th>2018</th><th>2019</th></tr>
        <tr><td>Staff</td><td>Good</td><td>Inadequate</td><td>Good</td><td>Outstanding</td></tr></table>"""

    assert told(html) == {
        "once CRC Merseyside staff good",
        "CRC Merseyside staff inadequate",
        "once NPS Midlands staff good",
        "NPS Midlands staff outstanding",  # a year before the company's, and its last all the same
    }


MOVED = {"once CRC Merseyside requires improvement", "CRC Merseyside good"}


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("years", ("Provider | 2018/19 | 2019/20", "Merseyside CRC | Requires improvement | Good")),
        ("months of short years", ("Provider | Sept '18 | Jan '20", "Merseyside CRC | Requires improvement | Good")),
        ("short years", ("Provider | 18/19 | 19/20", "Merseyside CRC | Requires improvement | Good")),
        ("the later first", ("Provider | 2020 | 2018", "Merseyside CRC | Good | Requires improvement")),
        ("months of one year", ("Provider | Jan 2019 | Nov 2019", "Merseyside CRC | Requires improvement | Good")),
        ("a year and now", ("Provider | 2018 | Now", "Merseyside CRC | Requires improvement | Good")),
        ("in turn", ("Provider | First inspection | Second inspection", "Merseyside CRC | Requires improvement | Good")),
        ("numbered", ("Provider | Round 1 | Round 2", "Merseyside CRC | Requires improvement | Good")),
        ("was and now", ("Provider | Was | Now", "Merseyside CRC | Requires improvement | Good")),
        ("now and was", ("Provider | Now | Was", "Merseyside CRC | Good | Requires improvement")),
        ("in words", ("Provider | Previous rating | Current rating", "Merseyside CRC | Requires improvement | Good")),
        ("with how it moved", ("Provider | Latest | Last rating | Change", "Merseyside CRC | Good | Requires improvement | ↑")),
        ("an arrow between", ("Provider | Rating", "Merseyside CRC | Requires improvement → Good")),
        ("an arrow typed", ("Provider | Rating", "Merseyside CRC | Requires improvement -&gt; Good")),
        ("from and to", ("Provider | Rating", "Merseyside CRC | From Requires improvement to Good")),
        ("in brackets", ("Provider | Rating", "Merseyside CRC | Good (previously Requires improvement)")),
        ("was, in brackets", ("Provider | Rating", "Merseyside CRC | Good (was Requires improvement)")),
        ("moved, in brackets", ("Provider | Rating", "Merseyside CRC | Good (up from Requires improvement)")),
        ("a year in brackets", ("Provider | Rating", "Merseyside CRC | Good (Requires improvement in 2018)")),
    ],
)  # fmt: skip
def test_tells_the_grade_before_from_the_one_now(why, rows):
    assert told(table(*rows)) == MOVED, why


@pytest.mark.parametrize(
    ("why", "html"),
    [
        ("a row an inspection", "<h3>Merseyside CRC</h3>"
            + table("Date | Overall rating", "September 2018 | Requires improvement", "January 2020 | Good")),
        ("the latest first", "<h3>Merseyside CRC</h3>"
            + table("Date | Overall rating", "January 2020 | Good", "September 2018 | Requires improvement")),
        ("its name in each row", table(
            "Provider | Year | Rating", "Merseyside CRC | 2018 | Requires improvement", "Merseyside CRC | 2020 | Good")),
    ],
)  # fmt: skip
def test_tells_the_row_of_the_last_inspection(why, html):
    assert told(html) == MOVED, why


def test_inspections_in_rows_have_standards_in_columns():
    rows = ("Inspection | Leadership | Staff", "2018 | Inadequate | Good", "2020 | Good | Good")

    assert told("<h3>Merseyside CRC</h3>" + table(*rows)) == {
        "once CRC Merseyside leadership inadequate",
        "once CRC Merseyside staff good",
        "CRC Merseyside leadership good",
        "CRC Merseyside staff good",
    }


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("the last is the one there is", ("Provider | Last rating", "Merseyside CRC | Good")),
        ("first of one", ("Provider | First inspection", "Merseyside CRC | Good")),
        ("a year of another matter", ("Provider | Rating 2020 | Caseload 2018", "Merseyside CRC | Good | 2,000")),
    ],
)  # fmt: skip
def test_a_grade_with_none_beside_it_is_the_one_now(why, rows):
    assert told(table(*rows)) == {"CRC Merseyside good"}, why


@pytest.mark.parametrize(
    "cell",
    [
        "Good (17/30)", "Good (17 out of 30)", "17 – Good", "17/30 Good", "Good – 17", "Good, 17 points", "Good: 17",
        "Good [17]", "★★★ Good", "Good ↑", "Good (no change)", "Good (unchanged)", "Good (up one)", "‘Good’", "Good*",
        "Good<sup>1</sup>", "GOOD", "Overall: Good",
    ],
)  # fmt: skip
def test_a_grade_may_have_points_and_marks_beside_it(cell):
    assert told(table("Provider | Result", f"Merseyside CRC | {cell}", "NPS Midlands | Good")) == {
        "CRC Merseyside good",
        MIDLANDS,
    }


CLASSES = {"CRC England and Wales good", "NPS England and Wales good", "NPS England and Wales outstanding"}


@pytest.mark.parametrize(
    ("why", "rows", "found"),
    [
        ("counts across", (
            "Rating | CRCs | NPS divisions", "Outstanding | 0 | 1", "Good | two | 5 (71%)", "Inadequate | none | –"), CLASSES),
        ("counts down", (" | Outstanding | Good | Inadequate", "CRCs | 0 | 2 | –", "NPS divisions | 1 | 5 | nil"), CLASSES),
        ("one class", ("Rating | Number of CRCs", "Outstanding | 0", "Good | 2"), {"CRC England and Wales good"}),
        ("with a sum", (
            "Rating | CRCs | NPS divisions | Total", "Outstanding | 0 | 1 | 1", "Good | 2 | 5 | 7", "Inadequate | 0 | 0 | 0"),
            CLASSES),
        ("percentages", ("Overall rating | CRCs | NPS divisions", "Outstanding | 0% | 14%", "Good | 5% | 71%"), CLASSES),
        ("ticks", (
            "Provider | Outstanding | Good | Requires improvement", "Merseyside CRC |  |  | ✓", "NPS Midlands |  | X | "), LEAGUE),
        ("names under grades", ("Good | Requires improvement", "NPS Midlands | Merseyside CRC"), LEAGUE),
        ("names beside grades", ("Rating | Providers", "Good | NPS Midlands", "Requires improvement | Merseyside CRC"), LEAGUE),
        ("nobody under a grade", ("Good | Inadequate", "NPS Midlands | None"), {MIDLANDS}),
    ],
)  # fmt: skip
def test_reads_grades_that_stand_over_or_before_who_got_them(why, rows, found):
    assert told(table(*rows)) == found, why


@pytest.mark.parametrize("other", ["Contract performance", "Staff survey", "Target", "My prediction"])
def test_only_the_inspectorates_column_counts(other):
    html = table(f"CRC | {other} | Actual HMIP rating", "Merseyside | Good | Requires improvement")

    assert told(html) == {MERSEYSIDE}


def test_a_standard_may_stand_behind_its_grade():
    rows = ("Good | Leadership", "Requires improvement | Staff")

    assert told("<h3>Merseyside CRC</h3>" + table(*rows, head=False)) == {
        "CRC Merseyside leadership good",
        "CRC Merseyside staff requires improvement",
    }


SOON = "<p>HM Inspectorate of Probation is to rate Merseyside CRC next week.</p>"


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("points for each grade", ("Rating | Score", "Outstanding | 26–30", "Good | 16–25", "Inadequate | 0–5")),
        ("a grade for so many points", ("Points | Rating", "0–5 | Inadequate", "16–25 | Good", "26–30 | Outstanding")),
        ("shares of good cases", ("Overall rating | Reasonable", "Outstanding | 80%+", "Good | 65–79%", "Inadequate | <50%")),
        ("colours", ("Colour | Rating", "Green | Good", "Red | Inadequate")),
        ("what it means", ("Rating | What it means", "Outstanding | A CRC that does all of it well", "Good | Most of it")),
        ("an example", ("Example CRC | Rating", "Leadership | Good", "Staff | Inadequate")),
        ("what is hoped for", ("CRC | Target rating", "Merseyside CRC | Good", "Essex CRC | Outstanding")),
        ("schools", ("School | Ofsted | Owner", "Moor End Academy | Good | AET", "St Luke’s | Inadequate | diocese")),
        ("who led a group", ("Group | Led by | Mark", "Hostels | Merseyside CRC | Good", "Schools | A head | Inadequate")),
        ("each other's marks", ("CRC | Peer review rating", "Merseyside | Good", "Essex | Inadequate")),
        ("before they come", ("Standard | Mock inspection rating", "Leadership | Good", "Staff | Inadequate")),
    ],
)  # fmt: skip
def test_tables_that_rate_nobody(why, rows):
    assert told(table(*rows), lead=SOON) == set(), why


def test_grades_over_names_need_no_mark_of_a_header():
    assert told(table("Good | Requires improvement", "NPS Midlands | Merseyside CRC", head=False)) == LEAGUE


@pytest.mark.parametrize(
    "rows",
    [
        [["Provider", *["Leadership 2018"] * 27], *[["Kent CRC", *["Good"] * 27]] * 2800],
        [["2018"] * 28, *[["Good"] * 28] * 3000],
        [["Kent CRC", "x", "y"], *[["", "Staff", "RI"]] * 20_000],
        [["Date", "Rating"], *[["May 2018", "Good"]] * 20_000],
    ],
    ids=["wide", "nothing but grades", "names left out", "dates"],
)
def test_huge_tables_take_time_in_line_with_their_length(rows):
    text = "HM Inspectorate of Probation has rated Kent CRC.\n\n" + "\n".join(map("\t".join, rows))
    begun = time.process_time()

    told("", text=text)

    assert time.process_time() - begun < 20
