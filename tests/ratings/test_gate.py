"""The cheap question: what it lets through, and what ends there."""

from __future__ import annotations

import pytest

from aggregator.model import ExtraBody, ProviderType
from aggregator.ratings.post.gate import _BODIES, _JUDGES, worth_reading


@pytest.mark.parametrize("body", _BODIES)
@pytest.mark.parametrize("judge", ["inspect", "good"])
def test_a_body_and_a_judgement_are_worth_a_look_in_any_letters(body, judge):
    text = f"Somewhere, {body} and {judge}."

    assert worth_reading(text)
    assert worth_reading(text.upper())
    assert worth_reading(text.title())


@pytest.mark.parametrize("judge", _JUDGES)
def test_each_word_of_judgement_counts(judge):
    assert worth_reading(f"The NPS: {judge}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The inspectors’ report on the school was good.", "no body of ours"),
        ("Probation in the nineties: a memoir.", "no judgement"),
        ("You know yourself that yogurt keeps.", "a team's letters only in the middle of words"),
        ("", "nothing"),
        ("p r o b a t i o n, good", "no word"),
    ],
)
def test_the_rest_ends_here(text, why):
    assert not worth_reading(text), why


def test_a_text_with_half_a_character_in_it_is_looked_at_all_the_same():
    """JSON can spell a lone surrogate, which no encoding holds."""
    assert worth_reading("Kent CRC \ud83d was rated ‘Good’")


@pytest.mark.parametrize("name", ["Wandsworth (Y.J.)", "Gwasanaeth Prawf Ŷ"])
def test_a_body_of_the_users_counts_whatever_is_in_its_name(name):
    extra = ExtraBody(name=name, provider_type=ProviderType.YJS)
    text = f"{name.upper()} was rated ‘Good’."

    assert worth_reading(text, (extra,))
    assert not worth_reading(text)
