"""Judgements whose verb is left out, as another one before them has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind
from aggregator.ratings.grades.candidate import OPENING
from aggregator.ratings.words.grammar import DEGREE, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["is_gapped"]

_RATED: Final = frozenset(("aspect", "body", "alias", "place", "pronoun", "anaphor", "work"))
_TOLD: Final = ("four", "narr_is", "narr_does")


def is_gapped(sentence: Sentence, before: int) -> bool:
    """Like "the NPS's work strong and the CRC's feeble", "on reducing reoffending, poor": the verb is left out.

    Between the last mark or "and" and the word stands nothing but what it is of; a grade stands before it in the
    sentence, or the item of a list begins with "on" and a standard.
    """
    low = sentence.tokens.low
    listed = sentence.block is not None and sentence.block.kind is BlockKind.LIST_ITEM
    if not listed and not any(it.j <= before for kind in _TOLD for it in sentence.having(kind)):
        return False
    k = before
    while k > 0 and (low[k - 1] in DEGREE or low[k - 1].endswith("ly") or low[k - 1] in {"much", "far"}):
        k -= 1
    while k > 0 and low[k - 1] in OPENING:
        k -= 1  # "that of the 21 CRCs “much more troubling”"
    if k > 0 and low[k - 1] in {",", ":", "–", "—"}:
        k -= 1
    stop = k
    while k > 0 and (_is_rated(sentence, k - 1) or low[k - 1] in _OF_WHAT or low[k - 1].isdecimal()):
        k -= 1
    if k == stop or not any(_is_rated(sentence, x) for x in range(k, stop)):
        return False
    if k == 0:
        return listed and low[0] in {"on", "for", "in"}
    told = any(it.j <= k for kind in _TOLD for it in sentence.having(kind))
    named = any(
        it.i >= k and it.j <= stop and not {"aspect", "body", "alias"}.isdisjoint(it.kinds) for it in sentence.items
    )
    return told and named and low[k - 1] in {"and", ",", ";", "but", "–", "—"}


_OF_WHAT: Final = NUMBERS | {"(", ")", "the", "its", "their", "of", "for", "on", "in", "at", "that"}


def _is_rated(sentence: Sentence, k: int) -> bool:
    """Whether a token belongs to words for what is rated."""
    item = sentence.item_on(k)
    return item is not None and not _RATED.isdisjoint(item.kinds)
