"""Praise and blame that is likelier to be somebody else's, or of something else, is taken back."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.model import Field, ProviderType, Rating, RatingValue, Reading, When
from aggregator.parsing.blocks import text_blocks
from aggregator.ratings import read
from aggregator.ratings.likelihood import load
from aggregator.ratings.plausible import SHORTEST, is_weighed, signs_of, without_the_unlikely

EVIDENCE = "Inspectors found that the work of Essex CRC to protect the public was poor."
BLAME = Rating(
    ProviderType.CRC,
    "Essex CRC",
    "Essex",
    "public protection",
    RatingValue.NEGATIVE,
    "poor",
    When.CURRENT,
    EVIDENCE,
    Field.TEXT,
    0,
    EVIDENCE.index("poor"),
    EVIDENCE.index("poor") + 4,
    0.8,
    "in the same clause; “CRC” is the one of the post",
)


def signs(rating: Rating, *others: Rating) -> dict[str, float]:
    return signs_of(rating, Reading((rating, *others), ()), 1.5, long=False, scale=True)


def test_weighs_judgements_in_words_that_are_news_and_no_others():
    assert is_weighed(BLAME)
    assert not is_weighed(replace(BLAME, when=When.PREVIOUS))
    assert not is_weighed(replace(BLAME, rating=RatingValue.INADEQUATE))


def test_tells_the_words_of_its_sentence_and_those_beside_it():
    found = signs(BLAME)

    assert found["says inspectors"] > 0
    assert found["before 0: was"] > 0
    assert "behind 0: was" not in found
    assert found["said “poor”"] == 1
    assert found["for in the same clause"] == 1
    assert found["for * is the one of the post"] == 1, "what a reason quotes is of one post alone"
    assert found["the whole post"] == 0.5


@pytest.mark.parametrize(
    ("other", "sign"),
    [
        (replace(BLAME, aspect="unpaid work"), "another says the same"),
        (replace(BLAME, rating=RatingValue.POSITIVE), "another says otherwise"),
        (replace(BLAME, rating=RatingValue.GOOD), "of a graded body"),
        (replace(BLAME, aspect="overall"), "one of all beside it"),
    ],
)
def test_tells_what_else_is_said_of_bodies_of_its_kind(other: Rating, sign: str):
    assert not signs(BLAME)[sign]
    assert signs(BLAME, other)[sign]
    assert not signs(BLAME, replace(other, provider_type=ProviderType.NPS))[sign], "of another kind of body"
    assert not signs(BLAME, replace(other, when=When.PREVIOUS))[sign], "no news"


def test_every_weight_is_a_number_and_they_are_not_all_of_words():
    learned = load().worded

    assert all(math.isfinite(weight) for weight in learned.values())
    assert {"", "the whole post"} <= set(learned)


@pytest.mark.parametrize(("likely", "kept"), [(30.0, 1), (-30.0, 0)])
def test_what_is_unlikely_is_told_as_refused(likely: float, kept: int):
    reading = without_the_unlikely(Reading((BLAME,), ()), likely, long=False, scale=False)

    assert len(reading.ratings) == kept
    assert len(reading.rejections) == 1 - kept
    assert all(r.why.startswith("the sentence reads unlike a judgement") for r in reading.rejections)
    assert all((r.raw, r.evidence) == (BLAME.raw, BLAME.evidence) for r in reading.rejections)


def test_a_grade_of_the_scale_is_left_alone():
    graded = replace(BLAME, rating=RatingValue.INADEQUATE)

    assert without_the_unlikely(Reading((graded,), ()), -30.0, long=False, scale=True) == Reading((graded,), ())


POST: dict[str, Any] = {
    "title": "Essex CRC: inspectors report",
    "said": "HM Inspectorate of Probation has looked at the work of Essex CRC. Inspectors found that its work to protect the "
    "public was poor.",
    "more": " The staff are committed. The board meets each month. A new director has come from Kent.",
}


@pytest.mark.parametrize("more", ["", POST["more"]], ids=["short", "longer"])
def test_a_plain_judgement_stands_in_a_short_post_and_in_a_longer_one(more: str):
    found = read(POST["title"], text_blocks(POST["said"] + more), published=datetime(2017, 5, 9, tzinfo=UTC))

    assert [(r.provider_type, r.rating) for r in found.ratings] == [(ProviderType.CRC, RatingValue.NEGATIVE)]
    assert SHORTEST > 1
