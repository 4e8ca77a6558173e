"""A digest as JSON and back."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from typing import get_args

import pytest
from hypothesis import given

from aggregator.digest.model import Digest, Direction, Previous, Trigger, direction
from aggregator.model import RatingValue
from tests.digest.samples import NOW, composed, realistic
from tests.digest.strategies import ANY_DIGEST, DIGESTS


@ANY_DIGEST
@given(DIGESTS)
def test_nothing_is_lost_on_the_way_to_json_and_back(digest):
    assert Digest.from_json(digest.to_json()) == digest


def test_a_real_one_comes_back_too():
    digest = realistic()

    assert Digest.from_json(digest.to_json()) == digest
    assert json.loads(digest.to_json())["inspections"][0]["bodies"][0]["findings"][0]["rating"] == "inadequate"


def test_what_a_later_version_adds_is_passed_over_and_what_it_leaves_out_takes_its_default():
    plain = json.loads(realistic().to_json())
    plain["mood"] = "calm"
    plain["inspections"][0]["article"]["mood"] = "tense"
    del plain["troubles"]

    assert Digest.from_json(json.dumps(plain)) == replace(realistic(), troubles=())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda plain: plain.pop("subject"), "subject"),
        (lambda plain: plain.update(inspections={}), "a list was expected"),
        (lambda plain: plain.update(subject=7), "str was expected"),
        (lambda plain: plain.update(trigger="whim"), "whim"),
        (lambda plain: plain.update(composed_at="soon"), "soon"),
        (lambda plain: plain.update(composed_at=None), "not a Digest"),
        (lambda plain: plain["omitted"].update(recent=True), "int was expected"),
        (lambda plain: plain["inspections"][0]["bodies"][0].update(provider_type="XYZ"), "XYZ"),
    ],
)
def test_what_is_no_digest_is_refused_with_the_reason(change, why):
    plain = json.loads(realistic().to_json())
    change(plain)

    with pytest.raises(ValueError, match=why):
        Digest.from_json(json.dumps(plain))


@pytest.mark.parametrize("text", ["", "[]", "null", "7", '"digest"'])
def test_other_json_is_no_digest(text):
    with pytest.raises(ValueError, match=r"."):
        Digest.from_json(text)


@pytest.mark.parametrize(
    ("before", "now", "expected", "why"),
    [
        ("inadequate", "outstanding", "up", "the whole scale"),
        ("good", "requires_improvement", "down", "one step"),
        ("good", "good", "same", "as it was"),
        ("mixed", "positive", "up", "the narrative bands have an order of their own"),
        ("negative", "inadequate", None, "words of 2017 against a grade of 2019: no direction"),
        ("outstanding", "positive", None, "nor the other way round"),
    ],
)
def test_direction(before, now, expected, why):
    assert direction(RatingValue(before), RatingValue(now)) == (Direction(expected) if expected else None), why


def test_every_rating_is_on_a_scale():
    assert all(direction(value, value) is Direction.SAME for value in RatingValue)


def test_the_model_is_frozen_through_and_through():
    seen = {Digest, Previous}
    queue: list[object] = [realistic()]
    while queue:
        value = queue.pop()
        if isinstance(value, tuple):
            queue += value
        elif is_dataclass(value):
            seen.add(type(value))
            queue += [getattr(value, each.name) for each in fields(value)]
    assert len(seen) > 10
    assert all(getattr(kind, "__dataclass_params__").frozen for kind in seen)  # noqa: B009 - not a public attribute


def test_times_are_kept_to_the_second():
    assert composed(now=NOW.replace(microsecond=999_999)).composed_at == NOW


def test_the_triggers_are_those_of_the_table():
    assert set(get_args(Trigger)) == {"schedule", "manual"}
