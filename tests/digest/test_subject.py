"""The line that decides whether the mail is opened."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from aggregator.digest.subject import SUBJECT_LIMIT, subject_line
from tests.digest.samples import composed, post, rating
from tests.digest.strategies import ANY_DIGEST, DIGESTS


@pytest.mark.parametrize(
    ("posts", "expected", "why"),
    [
        (
            [("Northamptonshire", [("CRC", "negative", "poor"), ("NPS", "positive", "good")])],
            "Northamptonshire: CRC poor, NPS good",
            "the inspectors' own words where they gave no grade",
        ),
        (
            [
                ("Northamptonshire", [("CRC", "negative", "poor"), ("NPS", "positive", "good")]),
                *((area, [("CRC", "mixed", "mixed")]) for area in ("Kent", "Essex", "Gwent")),
            ],
            "Northamptonshire: CRC poor, NPS good — and 3 more",
            "and how much more there is",
        ),
        (
            [("Kent", [("CRC", "requires_improvement", "RI")])],
            "Kent: CRC requires improvement",
            "the scale's word, not the post's",
        ),
        ([("Wales", [("REGION", "good", "Good")])], "Wales: region good", "a region is called one"),
        (
            [("Kent", [("CRC", "negative", "nowhere near the standard that is expected")])],
            "Kent: CRC negative",
            "long words are ours again",
        ),
        (
            [("Kent", [("CRC", "negative", "poorly"), ("NPS", "positive", "reasonably well")])],
            "Kent: CRC negative, NPS positive",
            "“performed poorly” says nothing without its verb",
        ),
        (
            [("Kent", [("CRC", "negative", "poor")]), ("Essex", [("CRC", "inadequate", "Inadequate")])],
            "Essex: CRC inadequate — and 1 more",
            "a grade comes before words that blame as much",
        ),
    ],
)
def test_the_strongest_finding(posts, expected, why):
    digest = composed(
        *(
            post(n, f"Post {n}", *(rating(body, value, area=area, raw=raw) for body, value, raw in stated))
            for n, (area, stated) in enumerate(posts)
        )
    )
    assert digest.subject == expected, why


def test_without_an_overall_rating_the_standard_is_named():
    assert composed(post(1, "A", rating(aspect="public protection"))).subject == "Kent: CRC public protection good"


def test_a_title_cannot_put_a_line_or_a_bidi_control_into_it():
    digest = composed(post(1, "Kent\r\nBcc: everyone@example.org\u202e", flags=("words",)))

    assert digest.subject == "Flagged: Kent Bcc: everyone@example.org"


@ANY_DIGEST
@given(DIGESTS)
def test_it_is_one_bounded_line_whatever_is_in_the_digest(digest):
    subject = subject_line(
        digest.title,
        inspections=digest.inspections,
        updates=digest.updates,
        flagged=digest.flagged,
        recent=len(digest.recent),
        troubles=digest.troubles,
    )
    assert 0 < len(subject) <= SUBJECT_LIMIT
    assert not [char for char in subject if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(subject) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
