"""The user's rules: one rating must fit every key, words are whole words, acronyms keep their capitals."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.flags import Rule, apply
from aggregator.model import Field, ProviderType, Rating, RatingValue, When


def rating(
    kind: str = "CRC",
    value: str = "good",
    *,
    area: str | None = "Essex",
    provider: str | None = "Essex CRC",
    aspect: str = "overall",
    when: str = "current",
) -> Rating:
    return Rating(
        ProviderType(kind), provider, area, aspect, RatingValue(value), value, When(when), value, Field.TEXT, 0, 0, len(value), 0.9, "a test",
    )  # fmt: skip


def met(rule: Rule, *ratings: Rating, title: str = "", text: str = "") -> bool:
    return bool(apply([rule], title=title, text=text, ratings=ratings))


CRC = frozenset((ProviderType.CRC,))
BAD = frozenset((RatingValue.INADEQUATE,))


@pytest.mark.parametrize(
    ("reason", "rule", "ratings", "expected"),
    [
        ("kind fits", Rule("r", provider_types=CRC), [rating()], True),
        ("another kind", Rule("r", provider_types=CRC), [rating("NPS")], False),
        ("an earlier verdict is not news", Rule("r", provider_types=CRC), [rating(when="previous")], False),
        (
            "unless it is asked for",
            Rule("r", provider_types=CRC, when=frozenset(When)),
            [rating(when="previous")],
            True,
        ),
        (
            "one rating must fit all keys",
            Rule("r", provider_types=CRC, ratings=BAD),
            [rating(value="good"), rating("NPS", "inadequate")],
            False,
        ),
        ("and does", Rule("r", provider_types=CRC, ratings=BAD), [rating("NPS"), rating(value="inadequate")], True),
        ("area as a whole word", Rule("r", areas=("Kent",)), [rating(area="Gwent", provider="Wales CRC")], False),
        (
            "area in the provider's name",
            Rule("r", areas=("Kent",)),
            [rating(area="Surrey", provider="Kent, Surrey and Sussex CRC")],
            True,
        ),
        ("area, case aside", Rule("r", areas=("essex",)), [rating()], True),
        ("& for and", Rule("r", areas=("Norfolk & Suffolk",)), [rating(area="Norfolk and Suffolk")], True),
        ("an area where none is known", Rule("r", areas=("Essex",)), [rating(area=None, provider=None)], False),
        ("aspect", Rule("r", aspects=("Leadership",)), [rating(aspect="leadership")], True),
        ("another aspect", Rule("r", aspects=("overall",)), [rating(aspect="leadership")], False),
    ],
)
def test_weighs_ratings(reason, rule, ratings, expected):
    assert met(rule, *ratings) is expected, reason


@pytest.mark.parametrize(
    ("reason", "word", "text", "expected"),
    [
        ("whole word", "cat", "a cat sat", True),
        ("part of a word", "cat", "concatenate", False),
        ("case aside", "probation", "Probation today", True),
        ("an acronym keeps its capitals", "IT", "it is raining", False),
        ("and is found", "IT", "new IT for all", True),
        ("an acronym is not a part", "CRC", "UNCRC and CRCs", False),
        ("a phrase over a line break", "unpaid work", "unpaid\n  work", True),
        ("a possessive", "Sodexo", "Sodexo’s work", True),
        ("no pattern, only letters", "a.c", "abc", False),
        ("punctuation as itself", "C++", "we use C++ here", True),
        ("an empty word matches nothing", "  ", "anything", False),
    ],
)
def test_finds_whole_words(reason, word, text, expected):
    assert met(Rule("r", words=(word,)), text=text) is expected, reason


def test_words_alone_need_no_rating_and_words_beside_keys_need_both():
    rule = Rule("r", provider_types=CRC, words=("helicopter",))

    assert met(Rule("r", words=("helicopter",)), title="A helicopter")
    assert not met(rule, rating())
    assert not met(rule, text="a helicopter")
    assert met(rule, rating(), text="a helicopter")


def test_says_what_met_the_rule():
    rules = [Rule("first", provider_types=CRC), Rule("second", words=("Essex",)), Rule("third", words=("Kent",))]

    flags = apply(rules, title="Essex", text="", ratings=[rating(value="requires_improvement", aspect="staff")])

    assert [flag.rule for flag in flags] == ["first", "second"]
    assert flags[0].reason == "Essex CRC rated requires improvement for staff: “requires_improvement”"
    assert flags[1].reason == "“Essex” in the title"


def test_a_rule_that_asks_nothing_is_met_by_nothing():
    assert not met(Rule("r"), rating(), text="anything")


def test_version_follows_what_is_asked_and_nothing_else():
    one = Rule("a", provider_types=frozenset(ProviderType), areas=("Kent", "Essex"))

    assert one.version == Rule("another name", provider_types=frozenset(ProviderType), areas=("Essex", "Kent")).version
    assert one.version != Rule("a", provider_types=frozenset(ProviderType), areas=("Kent",)).version
    assert one.version != Rule("a", provider_types=frozenset(ProviderType), words=("Kent", "Essex")).version
    assert len(one.version) == 12


@given(word=st.text(alphabet="abAB.*+?()[]^$|\\", min_size=1, max_size=20), text=st.text(max_size=100))
def test_any_word_is_taken_literally(word, text):
    """What would be a pattern elsewhere is itself here, and stands between spaces."""
    assert met(Rule("r", words=(word,)), text=f"{text} {word} {text}")


def test_no_word_makes_it_slow():
    start = time.process_time()

    met(Rule("r", words=("a " * 200, "aaaaaaaaaaaaaaaaaaaa!")), text="a " * 200_000)

    assert time.process_time() - start < 5


def test_needs_no_vocabulary():
    code = "import sys, aggregator.flags; print([m for m in sys.modules if m.startswith('aggregator.ratings')])"

    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
