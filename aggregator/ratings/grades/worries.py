"""Worries about quality whose body stands apart: behind it, before a colon that tells who worries, or before one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.attitudes import FEELINGS, FILLERS, REVERSED, Attitude, is_told, with_negation

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["WORRIES", "over_quality", "under_a_label"]

WORRIES: Final = frozenset(("concern", "concerns", "worry", "worries", "unease", "alarm"))
_QUALITY: Final = frozenset(("quality", "standard", "standards"))


def _is_reported(sentence: Sentence, k: int) -> bool:
    """Like "… and concern over quality in the CRCs: the fifth inspection report is …": behind a colon is who has it."""
    low = sentence.tokens.low
    colon = next((x for x in range(k, min(len(low), k + _CLAUSE)) if low[x] == ":"), 0)
    told = colon > 0 and sentence.has("inspector") and sentence.has_between("voices", 0, k) is None
    told = told and not {"report", "inspectors"}.isdisjoint(low[colon:])
    return told and REVERSED.isdisjoint(low[max(0, k - 2) : k])


def over_quality(sentence: Sentence, k: int) -> Attitude | None:
    """Like "concern over quality in the private CRCs": whose quality it is stands behind it."""
    low = sentence.tokens.low
    at = k + 2
    if low[k + 1 : k + 2] == [] or low[k + 1] not in {"over", "about", "at"} or not _is_reported(sentence, k):
        return None
    while low[at : at + 1] != [] and low[at] in FILLERS and low[at] not in _QUALITY:
        at += 1
    if low[at : at + 1] == [] or low[at] not in _QUALITY:
        return None
    body = next((m for m in sentence.mentions if at < m.i <= at + 4 and not m.other and m.type is not None), None)
    between = low[at + 1 : body.i] if body is not None else []
    if body is None or not between or any(word not in FILLERS | {"at", "across"} for word in between):
        return None
    return Attitude(k, body.j, RatingValue.NEGATIVE, (body,), ())


def under_a_label(sentence: Sentence, k: int) -> Attitude | None:
    """Like "Private probation: inspectors worry about quality": whose it is stands before the colon."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(k)
    if low[begin - 1 : begin] != [":"] or low[k + 2 : k + 3] == [] or low[k + 1] not in _ABOUT:
        return None
    at = k + 2 + (low[k + 2] == "the")
    ends = all(not word[0].isalnum() for word in low[at + 1 :])
    if low[at : at + 1] == [] or low[at] not in _QUALITY or not ends or not is_told(sentence, k):
        return None
    bodies = [m for m in sentence.mentions if m.j == begin - 1 and not (m.other or m.bare)]
    value = with_negation(sentence, k, FEELINGS[low[k]])
    return Attitude(k, at + 1, value, tuple(bodies), ()) if bodies and value is not None else None


_ABOUT: Final = frozenset(("about", "over", "with", "by"))
_CLAUSE: Final = 14
