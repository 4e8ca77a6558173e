"""Bloggers' name for the lowest of the four grades: "outstanding, good, requires improvement or poor".

A post that explains the scale so means "inadequate" by "poor", where it gives it as a grade; "poor" stays a word of
blame too, as "good" is one of praise.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from aggregator.model import RatingValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.ratings.words.items import Sentence

__all__ = ["let_poor_be_a_grade"]

_POOR = ["poor"]
_OTHERS = {RatingValue.OUTSTANDING, RatingValue.GOOD, RatingValue.REQUIRES_IMPROVEMENT}


def let_poor_be_a_grade(sentences: Sequence[Sentence]) -> None:
    """Make "poor" one of the four grades wherever a post says it, if it ends its scale with it."""
    if not any(_ends_in_poor(sentence) for sentence in sentences):
        return
    for sentence in sentences:
        spoken = [item for item in sentence.having("narr_is") if sentence.tokens.low[item.i : item.j] == _POOR]
        if not spoken:
            continue
        for item in spoken:
            item.kinds = {**item.kinds, "four": RatingValue.INADEQUATE}
        sentence.of_kind["four"] = sorted([*sentence.having("four"), *spoken], key=lambda item: item.i)
        sentence.kinds |= {"four"}


def _ends_in_poor(sentence: Sentence) -> bool:
    """Whether the other three grades and "poor" stand close together, and "inadequate" does not."""
    low = sentence.tokens.low
    if "poor" not in low or not sentence.has("four"):
        return False
    ends = [item for item in sentence.having("narr_is") if low[item.i : item.j] == _POOR]
    row = sorted([*sentence.having("four"), *ends], key=lambda item: item.i)
    near = all(sum(word[0].isalnum() for word in low[a.j : b.i]) <= _APART for a, b in pairwise(row[:4]))
    named = {item.kinds.get("four") for item in row} - {None}
    return near and named == _OTHERS


_APART = 2
"""Words between two of them at most: "from outstanding through good and requires improvement to poor"."""
