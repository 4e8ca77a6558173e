"""Worries about quality whose body stands apart: behind it, before a colon that tells who worries, or before one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.attitudes import (
    FEELINGS,
    FILLERS,
    GRAVE,
    REVERSED,
    Attitude,
    is_told,
    object_of,
    with_negation,
)
from aggregator.ratings.words.grammar import COPULAS

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["WORRIES", "of_the_fronted", "over_quality", "to_tell_about", "under_a_label"]

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


def to_tell_about(sentence: Sentence, k: int) -> Attitude | None:
    """Like "The inspection has serious concerns to report about the CRC": who tells them stands before the verb."""
    low = sentence.tokens.low
    if low[k + 1 : k + 2] != ["to"] or low[k + 2 : k + 3] == [] or low[k + 2] not in _TELLING:
        return None
    if low[k + 3 : k + 4] == [] or low[k + 3] not in _ABOUT or low[k - 2 : k - 1] == [] or low[k - 2] not in _HAVING:
        return None
    begin, _ = sentence.clause(k)
    report = not _REPORTS.isdisjoint(low[begin : k - 2])
    named = any(begin <= m.i < k and not (m.pronoun or m.other) and m.type is not None for m in sentence.mentions)
    if low[k - 1] not in GRAVE or not (report or is_told(sentence, k)) or named:
        return None
    return object_of(sentence, k, k + 4, RatingValue.NEGATIVE)


_TELLING: Final = frozenset(("report", "raise", "voice", "express", "tell"))
_HAVING: Final = frozenset(("has", "had", "have"))
_REPORTS: Final = frozenset(("inspection", "report", "inspectors", "inspectorate"))


def of_the_fronted(sentence: Sentence, k: int) -> Attitude | None:
    """Like "With the CRC's work it is particularly critical": whom it is about stands in front, and nothing behind."""
    low = sentence.tokens.low
    begin, end = sentence.clause(k)
    if low[begin : begin + 1] not in (["with"], ["of"], ["about"]) or any(w[0].isalnum() for w in low[k + 1 : end]):
        return None
    at = k
    while at > begin and low[at - 1].endswith("ly"):
        at -= 1
    if low[at - 1] not in COPULAS or low[at - 2] not in _TELLER or low[k] not in _CRITICAL:
        return None
    body = next((m for m in sentence.mentions if begin < m.i <= begin + 2 and not (m.other or m.pronoun)), None)
    if body is None or body.type is None or at - body.j > len(("work", ",", "the", "report", "is")):
        return None
    aspects = tuple(str(it.kinds["aspect"]) for it in sentence.having("aspect") if body.j <= it.i < at)[:1]
    return Attitude(k, k + 1, FEELINGS[low[k]], (body,), aspects)


_TELLER: Final = frozenset(("it", "she", "he", "report", "inspection", "inspectors", "they"))
_CRITICAL: Final = frozenset(("critical", "scathing", "damning", "withering", "complimentary"))


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
