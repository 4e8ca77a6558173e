"""Grades that are told in turn: "Leadership and staff were rated ‘Good’ and ‘Inadequate’ respectively"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.ratings.words.vocabulary import SEPARATORS

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["aspects_in_turn", "is_told_in_turn"]


def aspects_in_turn(sentence: Sentence) -> list[str]:
    """The standards that a sentence gives grades to in turn, one each; none where it does not."""
    if not sentence.has("respectively"):
        return []
    low = sentence.tokens.low
    told = [(item.i, str(item.kinds["aspect"])) for item in sentence.having("aspect")]
    told += [(k, "services") for k in range(1, len(low)) if low[k] == "services" and low[k - 1] in SEPARATORS]
    named = list(dict.fromkeys(aspect for _, aspect in sorted(told)))
    return named if len(named) == len(sentence.having("four")) > 1 else []


def is_told_in_turn(sentence: Sentence) -> bool:
    """Whether there is a grade for each body, or for each standard, that the sentence names: no scale, then."""
    if not sentence.has("respectively"):
        return False
    bodies = sum(
        len(m.areas) or 1 for m in sentence.mentions if (m.areas or m.type is not None) and not (m.demoted or m.other)
    )
    return len(sentence.having("four")) == bodies > 1 or bool(aspects_in_turn(sentence))
