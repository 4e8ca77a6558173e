"""Signed links: who has one can use it, and nobody can make one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.links import Links, subscriber_of, token, verify
from aggregator.secrets import Secret
from aggregator.store.subscribers import SubscriberRow
from tests.digest.samples import NOW

KEY = Secret("a key of some length")
ANN = SubscriberRow(
    id=7,
    channel="mail",
    address="ann@example.org",
    schedule="daily",
    at="07:00",
    weekday="mon",
    timezone="Europe/London",
    format="html",
    filter="{}",
    state="active",
    created_at=NOW,
    changed_at=NOW,
    seen_entry=0,
)


def test_a_link_opens_what_it_was_made_for():
    link = Links("https://digest.example", KEY).to("unsubscribe", ANN)
    made = link.removeprefix("https://digest.example/unsubscribe/")

    assert subscriber_of(made) == 7
    assert verify(KEY, "unsubscribe", made, ANN)
    assert token(KEY, "unsubscribe", ANN) == made, "the same tomorrow: a mail is kept for years"
    assert "ann" not in link
    assert len(link) < 80


@pytest.mark.parametrize(
    ("key", "purpose", "reader", "why"),
    [
        (Secret("another key"), "unsubscribe", ANN, "another installation"),
        (KEY, "preferences", ANN, "another purpose"),
        (KEY, "unsubscribe", replace(ANN, id=8), "another reader"),
        (KEY, "unsubscribe", replace(ANN, address="bob@example.org"), "another database's number 7"),
    ],
)
def test_it_opens_nothing_else(key, purpose, reader, why):
    assert not verify(key, purpose, token(KEY, "unsubscribe", ANN), reader), why


def test_an_address_in_other_letters_is_the_same_reader():
    assert verify(KEY, "unsubscribe", token(KEY, "unsubscribe", ANN), replace(ANN, address="Ann@Example.ORG"))


@given(st.text(max_size=60) | st.from_regex(r"7-[A-Za-z0-9_-]{22}", fullmatch=True))
def test_nothing_made_up_opens_anything(text):
    assert not verify(KEY, "unsubscribe", text, ANN)
    assert subscriber_of(text) is None or subscriber_of(text) == 7 or text[0].isdigit()


@given(st.integers(0, 23), st.characters(min_codepoint=33, max_codepoint=126))
def test_one_wrong_character_is_enough(place, char):
    made = token(KEY, "unsubscribe", ANN)
    other = made[:place] + char + made[place + 1 :]

    assert verify(KEY, "unsubscribe", other, ANN) == (other == made)
