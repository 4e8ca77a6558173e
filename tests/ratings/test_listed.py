"""Names under, behind or before their grade: in lists, lines and short paragraphs."""

from __future__ import annotations

import pytest

from tests.ratings.told import told

MERSEYSIDE = "CRC Merseyside requires improvement"
LEAGUE = {"NPS Midlands good", "CRC Essex good", MERSEYSIDE}


@pytest.mark.parametrize(
    ("why", "html"),
    [
        ("the grade leads", "<ul><li>Good – NPS Midlands, Essex CRC</li><li>Requires improvement – Merseyside CRC</li></ul>"),
        ("with a count", ("<ul><li>Good (2): NPS Midlands and Essex CRC</li><li>Requires improvement (1): Merseyside CRC</li>"
                         "<li>Outstanding (0)</li></ul>")),
        ("a list in its item", ("<ul><li>Good<ul><li>NPS Midlands</li><li>Essex CRC</li></ul></li>"
                               "<li>Requires improvement<ul><li>Merseyside CRC</li></ul></li></ul>")),
        ("a paragraph under a heading", ("<h3>Good</h3><p>NPS Midlands, Essex CRC</p>"
                                        "<h3>Requires improvement</h3><p>Merseyside CRC</p>")),
        ("a list under a heading", ("<h3>Rated Good</h3><ul><li>NPS Midlands</li><li>Essex CRC (Sodexo)</li></ul>"
                                   "<h3>Rated Requires improvement</h3><ul><li>Merseyside CRC (Interserve)</li></ul>")),
        ("cards", ("<h3>NPS Midlands</h3><p>13 November 2018</p><p>Good</p><h3>Essex CRC</h3><p>1 May 2019</p><p>Good</p>"
                  "<h3>Merseyside CRC</h3><p>26 September 2018</p><p>Requires improvement</p>")),
        ("dates before the names", ("<ul><li>13 Nov 2018 – NPS Midlands – Good</li><li>1 May 2019 – Essex CRC – Good</li>"
                                   "<li>26 Sept 2018 – Merseyside CRC – Requires improvement</li></ul>")),
        ("arrows", "<ul><li>NPS Midlands → Good</li><li>Essex CRC → Good</li><li>Merseyside CRC → Requires improvement</li></ul>"),
        ("terms", ("<dl><dt>NPS Midlands</dt><dd>Good</dd><dt>Essex CRC</dt><dd>Good</dd>"
                  "<dt>Merseyside CRC</dt><dd>Requires improvement (14/30)</dd></dl>")),
    ],
)  # fmt: skip
def test_each_name_has_the_grade_it_stands_with(why, html):
    assert told(html) == LEAGUE, why


@pytest.mark.parametrize(
    "line",
    [
        "Merseyside CRC: Requires improvement → Good",
        "Merseyside CRC – Good (was Requires improvement)",
        "Merseyside CRC: from Requires improvement to Good",
        "Merseyside CRC: Good (previously Requires improvement)",
    ],
)
def test_a_line_may_tell_the_grade_before_as_well(line):
    assert told(f"<ul><li>{line}</li></ul>") == {"once CRC Merseyside requires improvement", "CRC Merseyside good"}


@pytest.mark.parametrize(
    ("why", "html"),
    [
        ("the scale", "<ul><li>Outstanding</li><li>Good</li><li>Requires improvement</li><li>Inadequate</li></ul>"),
        ("the scale, and what comes next", "<ul><li>Good</li><li>Inadequate</li><li>Essex CRC is inspected in May</li></ul>"),
        ("what a grade takes", "<dl><dt>Good</dt><dd>16 to 25 points</dd><dt>Inadequate</dt><dd>0 to 5 points</dd></dl>"),
        ("nobody", "<ul><li>Good (0)</li><li>Inadequate: none</li></ul>"),
    ],
)  # fmt: skip
def test_grades_in_a_list_are_nobodys_where_no_name_stands_with_them(why, html):
    assert told(html, lead="<p>HM Inspectorate of Probation is to rate Merseyside CRC next week.</p>") == set(), why
