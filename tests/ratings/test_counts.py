"""Several of a class are told by the words that count them: "nineteen of the 21 CRCs", never "the CRCs"."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.model import NATIONAL
from aggregator.ratings import read
from tests.ratings.labelled import blocks_of

CASES = [
    ("a number", "Three CRCs were rated ‘Good’.", "Three CRCs"),
    ("so many of all", "Nineteen of the 21 CRCs were rated ‘Requires improvement’.", "Nineteen of the 21 CRCs"),
    ("all first", "Of the 21 CRCs four were rated ‘Good’.", "four of 21 CRCs"),
    ("all first, in figures", "Of the 21 CRCs, 19 were rated ‘Requires improvement’.", "19 of 21 CRCs"),
    ("a share", "80% of CRCs were rated ‘Inadequate’ for implementation and delivery.", "80% of CRCs"),
    ("a share in words", "Two-thirds of the CRCs were rated ‘Requires improvement’.", "Two-thirds of the CRCs"),
    ("a ratio", "Eight out of ten CRCs were rated ‘Good’ for leadership.", "Eight out of ten CRCs"),
    ("a shorter ratio", "Four in five CRCs were rated ‘Inadequate’ for planning.", "Four in five CRCs"),
    ("in brackets", "Six were rated ‘Requires improvement’ (all of them CRCs).", "Six CRCs"),
    ("two kinds in brackets", "Ten were rated ‘Good’ (nine NPS areas and one CRC).", "one CRC"),
    ("all of them are the class", "All the CRCs were rated ‘Requires improvement’.", "CRCs"),
    ("nobody is counted", "Leadership is poor in CRCs, the inspectors said.", "CRCs"),
    ("a number before something else", "In all 21 areas leadership is poor in CRCs, inspectors said.", "CRCs"),
]


@pytest.mark.parametrize(("why", "sentence", "provider"), CASES, ids=[why for why, _, _ in CASES])
def test_a_class_has_the_words_that_count_it(why, sentence, provider):
    text = f"<p>HM Inspectorate of Probation has published its annual report.</p><p>{sentence}</p>"

    reading = read("A year of inspection", blocks_of(text), published=datetime(2019, 9, 26, tzinfo=UTC))

    told = [rating for rating in reading.ratings if rating.provider_type == "CRC"]
    assert [(rating.provider, rating.area) for rating in told] == [(provider, NATIONAL)], (why, reading.rejections)
