"""Marks told by their ends, each with what it is of: "from outstanding, for facilities, to inadequate for reviews".

Neither is an earlier grade, and no scale is explained: two standards are rated.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.topics import standard_of

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["of_a_range"]

_REACH: Final = 14
"""Tokens from the one mark to the "to" before the other, and behind that one to what it is of."""
_LINKS: Final = frozenset(("down", "up", "right", "all", "the", "way", "through"))
_STOPS: Final = frozenset(".;:,)")


def of_a_range(sentence: Sentence, i: int) -> list[str]:
    """What the mark at token ``i`` is of, where it is an end of a range of marks; nothing where it is none."""
    low = sentence.tokens.low
    if "from" not in low:
        return []
    for first, last in pairwise(sentence.having("four")):
        if i not in (first.i, last.i):
            continue
        at = _before(low, first.i)
        to = _before(low, last.i)
        if low[at] != "from" or low[to] != "to" or to - first.j > _REACH:
            continue
        while to > first.j and (low[to - 1] in _LINKS or low[to - 1] == ","):
            to -= 1
        upper = _told(sentence, first.j, to)
        stop = next((k for k in range(last.j + 2, len(low)) if low[k] in _STOPS), len(low))
        lower = _told(sentence, last.j, min(stop, last.j + _REACH))
        if upper and lower and upper != lower:
            return upper if i == first.i else lower
    return []


def _before(low: list[str], i: int) -> int:
    k = i - 1
    while k > 0 and (not low[k][0].isalnum() or low[k] in {"a", "an"}):
        k -= 1
    return k


def _told(sentence: Sentence, begin: int, end: int) -> list[str]:
    """The standards that so many words name behind a mark: "for leadership", "(facilities)", "which staffing got"."""
    low = sentence.tokens.low
    while begin < end and low[begin] in {",", "’", "”", "'", '"', "‘", "“"}:
        begin += 1
    if begin >= end or low[begin] not in {"for", "which", "(", "in", "on", "that"}:
        return []
    named = [str(it.kinds["aspect"]) for it in sentence.having("aspect") if begin <= it.i and it.j <= end]
    if named:
        return named
    told = standard_of("work on " + sentence.words(begin + 1, end)) if low[begin] == "for" else None
    return [told] if told is not None else []
