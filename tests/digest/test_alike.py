"""Which posts are one text in several places."""

from __future__ import annotations

import random
import time

import pytest

from aggregator.digest.alike import Text, alike, same_texts

WORDS = (
    *("inspectors", "found", "officers", "caseload", "planning", "leaders", "staff", "court", "risk", "review"),
    *("victims", "partner", "training", "visit", "plan", "office", "county", "work", "quality", "safety", "harm"),
    *("support", "housing", "release", "licence", "sentence", "order", "manager", "data", "report"),
)


def prose(seed: int, length: int = 300) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(length))


def release(place: str) -> str:
    """A press release from a template: only the place differs, and it is named eight times."""
    return " ".join(f"{prose(n, 45)} The company in {place} knows." for n in range(8))


def grouped(*texts: tuple[str, str], about: list[frozenset[tuple[str, str]]] | None = None) -> list[list[int]]:
    return same_texts([Text(*each) for each in texts], about or [frozenset()] * len(texts))


@pytest.mark.parametrize(
    ("one", "other", "same", "why"),
    [
        (("A", prose(1)), ("B", prose(1)), True, "the same text under two titles"),
        (("A", prose(1)), ("A", prose(2)), False, "the same title over two texts"),
        (
            ("A", prose(1)),
            ("B", f"Our reporter writes from Leeds today. {prose(1)} Follow Mary Jones on social media."),
            True,
            "an introduction and a footer of its own, names and all",
        ),
        (("A", prose(1)), ("B", prose(1).upper()), True, "capitals are a matter of style"),
        (("A", prose(1)), ("B", prose(1).replace(" ", "\n  ")), True, "line breaks too"),
        (("A", f"{prose(1, 200)} {prose(2, 200)}"), ("B", f"{prose(1, 200)} {prose(3, 200)}"), False, "half in common"),
        (("A", prose(1, 20)), ("B", prose(1, 20)), False, "a sentence in common is a quotation"),
        (("A", ""), ("B", ""), False, "nothing is not a text"),
        (
            ("A", release("Kent")),
            ("B", release("Gwent")),
            False,
            "a template: 86 % alike as text, and two reports",
        ),
        (
            ("Verdict on Kent", f"Kent: {prose(1)}"),
            ("Verdict on Gwent", f"Gwent: {prose(1)}"),
            False,
            "the place stands once, before what is shared",
        ),
        (
            ("A", f"{prose(1, 100)} scored 3 of 27 points {prose(2, 100)}"),
            ("B", f"{prose(1, 100)} scored 9 of 27 points {prose(2, 100)}"),
            False,
            "other figures, another text",
        ),
    ],
)
def test_alike(one, other, same, why):
    assert alike(Text(*one), Text(*other)) is same, why
    assert alike(Text(*other), Text(*one)) is same, why
    assert grouped(one, other) == ([[0, 1]] if same else [[0], [1]]), why


def test_reposts_meet_whatever_stands_between_them():
    assert grouped(("A", prose(1)), ("B", prose(2)), ("C", prose(1)), ("D", prose(3)), ("E", prose(2))) == [
        [0, 2],
        [1, 4],
        [3],
    ]


def test_posts_that_are_known_to_be_about_different_bodies_never_meet():
    kent, gwent = frozenset({("CRC", "kent")}), frozenset({("CRC", "gwent")})
    same = ("A", prose(1))

    assert grouped(same, same, about=[kent, gwent]) == [[0], [1]]
    assert grouped(same, same, about=[kent, frozenset()]) == [[0, 1]]


def test_a_post_about_nobody_does_not_bring_two_bodies_together():
    kent, gwent = frozenset({("CRC", "kent")}), frozenset({("CRC", "gwent")})
    same = ("A", prose(1))

    for group in grouped(same, same, same, about=[kent, frozenset(), gwent]):
        assert not {0, 2} <= set(group)


def test_what_everybody_carries_is_still_one_story():
    """A release that a hundred sites repost word for word: too common to be looked up by its shingles."""
    assert grouped(*[(f"Site {n}", prose(1)) for n in range(100)]) == [list(range(100))]


def test_the_cost_grows_with_the_words_and_not_with_the_pairs():
    footer = prose(99, 100)
    texts = [Text(f"Post {n}", f"{prose(n, 300)} {footer}") for n in range(1000, 1800)]
    started = time.perf_counter()

    groups = same_texts(texts, [frozenset()] * len(texts))

    assert len(groups) == len(texts)
    assert time.perf_counter() - started < 2
