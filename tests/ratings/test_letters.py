"""Grades cut short: where letters mean one, and where they mean nothing of the kind."""

from __future__ import annotations

import pytest

from tests.ratings.told import LEAD, table, told

LEAGUE = {"CRC Merseyside requires improvement", "NPS Midlands good"}
KEY = "<p>O = Outstanding, G = Good, RI = Requires improvement, I = Inadequate</p>"
SAID = "<p>HM Inspectorate of Probation rated Merseyside CRC this week.</p>"


@pytest.mark.parametrize(
    ("why", "html"),
    [
        ("RI is like nothing else in a table", table("Provider | Rating", "Merseyside CRC | RI", "NPS Midlands | Good")),
        ("the others beside it", table("Provider | Rating", "Merseyside CRC | RI", "NPS Midlands | G")),
        ("with points", table("Provider | Rating", "Merseyside CRC | RI (14)", "NPS Midlands | G (20)")),
        ("a key above", KEY + table("Provider | Rating", "Merseyside CRC | RI", "NPS Midlands | G")),
        ("a key below", table("Provider | Rating", "Merseyside CRC | RI", "NPS Midlands | G") + KEY),
        ("cut short", table("Provider | Rating", "Merseyside CRC | Req. improvement", "NPS Midlands | Good")),
        ("cut shorter", table("Provider | Rating", "Merseyside CRC | Req. imp.", "NPS Midlands | Good")),
        ("behind a label", "<ul><li>Merseyside CRC: RI</li><li>NPS Midlands – Good</li></ul>"),
        ("behind one, by the key", KEY + "<ul><li>Merseyside CRC – RI</li><li>NPS Midlands – G</li></ul>"),
        ("said first", "<p>Merseyside CRC was rated RI, and NPS Midlands was rated Good.</p>"),
    ],
)  # fmt: skip
def test_letters_are_grades_where_the_post_means_them_so(why, html):
    assert told(html) == LEAGUE, why


def test_a_grade_named_with_its_letters_goes_on_by_them():
    html = "<p>Merseyside CRC was rated requires improvement (RI). Essex CRC also remains RI.</p>"

    assert told(html) == {"CRC Merseyside requires improvement", "CRC Essex requires improvement"}


@pytest.mark.parametrize(
    ("why", "html"),
    [
        ("a key says of nobody what he got", KEY),
        ("a key in a table", table("Grade | Short", "Good | G", "Requires improvement | RI", "Inadequate | I")),
        ("a key the other way round", table("Short | Grade", "G | Good", "RI | Requires improvement", "I | Inadequate")),
        ("a kind of work", "<p>Merseyside CRC runs Restorative Interventions (RI)</p>"),
        ("letters of other tables", table("Provider | Class", "Merseyside CRC | G", "NPS Midlands | I")),
        ("an institution", "<p>Merseyside CRC met at the RI in May.</p>"),
    ],
)  # fmt: skip
def test_other_letters_are_none(why, html):
    assert told(html, lead=SAID if "key" in why else LEAD) == set(), why
