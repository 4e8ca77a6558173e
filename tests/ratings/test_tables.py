"""Grades in the shapes that report pages give them: numbered rows, standards as headings, a column of years."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.parsing.entry import entry_from_text
from aggregator.ratings import read
from tests.ratings.labelled import blocks_of

LEAD = "<p>HM Inspectorate of Probation has published its report on NPS Wales.</p>"
DAY = datetime(2020, 3, 1, tzinfo=UTC)


def _table(*rows: str) -> str:
    cells = ("</td><td>".join(row.split(" | ")) for row in rows)
    return "<table>" + "".join(f"<tr><td>{row}</td></tr>" for row in cells) + "</table>"


@pytest.mark.parametrize(
    ("why", "html"),
    [
        ("numbers in a column of their own", _table("1.1 | Leadership | Good", "1.2 | Staff | Requires improvement")),
        ("as the standards of 2023", _table("P 1.1 | Leadership | Good", "P 1.2. | Staffing | Requires improvement")),
        ("numbers with the names", _table("1.1 Leadership | Good", "1.2. Staff | Requires improvement")),
        ("points between", _table("Leadership | 2 | Good", "Staff | 1 | Requires improvement")),
        ("under headings", "<h3>Leadership</h3><p>Rating: Good</p><h3>Staff</h3><p>Rating: Requires improvement</p>"),
        ("under numbered ones", "<h3>1.1 Leadership</h3><p>Grade: Good</p><h3>1.2 Staff</h3><p>Requires improvement</p>"),
        ("all alone", "<h3>Leadership</h3><p>Good</p><h3>Staff</h3><p>‘Requires improvement’</p>"),
        ("in headings", "<h3>Leadership – Good</h3><p>It is led.</p><h3>Staff – Requires improvement</h3><p>Few.</p>"),
        ("a list of definitions", "<dl><dt>Leadership</dt><dd>Good</dd><dt>Staff</dt><dd>Requires improvement</dd></dl>"),
        ("broken lines", "<p>Leadership: Good<br>Staff: Requires improvement</p>"),
    ],
)  # fmt: skip
def test_reads_standards_and_grades(why, html):
    entry = entry_from_text("NPS Wales", html=LEAD + html)
    found = {(r.area, r.aspect, r.rating.value) for r in read(entry.title, entry.blocks, published=DAY).ratings}

    assert found == {("Wales", "leadership", "good"), ("Wales", "staff", "requires_improvement")}, why


@pytest.mark.parametrize(
    ("why", "html", "aspects"),
    [
        ("“overall” is said", "<h3>Leadership</h3><p>Overall rating: Good</p>", ["overall"]),
        ("no standard is named above", "<h3>The result</h3><p>Rating: Good</p>", ["overall"]),
        ("a heading that says more", "<h3>Leadership of the jail and its kitchen</h3><p>Good</p>", []),
        ("not right under it", "<h3>Leadership</h3><p>See below.</p><p>Good</p>", []),
    ],
)
def test_a_grade_by_itself_is_of_the_heading_right_above_it_alone(why, html, aspects):
    entry = entry_from_text("NPS Wales", html=LEAD + html)

    assert [r.aspect for r in read(entry.title, entry.blocks, published=DAY).ratings] == aspects, why


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("the region first", ("Region | PDU | Rating", "Wales | Gwent | Inadequate")),
        ("a rank first", ("Rank | PDU | Rating", "1 | Gwent | Inadequate")),
        ("points behind", ("Region | PDU | Rating | Score", "Wales | Gwent | Inadequate | 2/27")),
        ("the unit first", ("PDU | Region | Rating", "Gwent | Wales | Inadequate")),
    ],
)
def test_a_column_says_which_of_two_places_is_judged(why, rows):
    html = _table(*rows).replace("td>", "th>", 2 * (rows[0].count("|") + 1))
    entry = entry_from_text("Units of the Probation Service, rated by HMI Probation", html=html)
    day = datetime(2022, 9, 1, tzinfo=UTC)

    found = [(r.provider, r.rating.value) for r in read(entry.title, entry.blocks, published=day).ratings]
    assert found == [("Gwent PDU", "inadequate")], why


def test_all_standards_under_a_heading_are_the_one_they_have_in_common():
    html = f"{LEAD}<h2>Case supervision</h2><p>All four standards were ‘Inadequate’.</p>"
    entry = entry_from_text("NPS Wales", html=html)

    found = [(r.aspect, r.rating.value) for r in read(entry.title, entry.blocks, published=DAY).ratings]
    assert found == [("case supervision", "inadequate")]


def test_what_inspectors_call_their_rating_is_the_inspectorates():
    page = (
        "<p>{lead}</p><table><tr><th>Standard</th><th>What we looked at</th><th>Our rating</th></tr>"
        "<tr><td>1.1</td><td>Leadership</td><td>Good</td></tr><tr><td>1.2</td><td>Staff</td><td>Inadequate</td></tr></table>"
    )
    by_inspectors = "HM Inspectorate of Probation reports on NPS London. We inspected it in October."
    by_itself = "HM Inspectorate of Probation will come to NPS London. We asked our staff in October."
    when = datetime(2019, 3, 14, tzinfo=UTC)

    ours = read("NPS London", blocks_of(page.format(lead=by_inspectors)), published=when)
    own = read("NPS London", blocks_of(page.format(lead=by_itself)), published=when)

    assert [(str(r.rating), r.aspect) for r in ours.ratings] == [("good", "leadership"), ("inadequate", "staff")]
    assert own.ratings == ()


def test_the_rows_of_a_report_on_a_unit_are_the_units_and_not_its_regions():
    page = (
        "<p>HM Inspectorate of Probation inspected Derby City PDU.</p><p>The East Midlands region has nine more units.</p>"
        "<table><tr><th>Standard</th><th>Rating</th></tr><tr><td>Leadership</td><td>Good</td></tr></table>"
    )

    found = read("An inspection of Derby City PDU", blocks_of(page), published=datetime(2024, 3, 14, tzinfo=UTC))

    assert [(str(r.provider_type), r.aspect) for r in found.ratings] == [("PDU", "leadership")]
