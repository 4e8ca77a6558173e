"""The verb that a grade hangs on: "was" in "was rated Good", "requires improvement"; and where it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.grammar import AUXILIARIES, COPULAS, GETTING, NUMERALS, QUANTIFIERS
from aggregator.ratings.words.items import Item
from aggregator.ratings.words.phrases import NOUNS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["group_start", "is_finite", "verb_of"]


def is_finite(sentence: Sentence, candidate: Candidate, begin: int) -> bool:
    """Whether "requires improvement" is the verb of its clause: right behind what can be its subject."""
    low = sentence.tokens.low
    if candidate.kind != "four" or low[candidate.i] not in _NEEDING:
        return False
    k = candidate.i
    while k > begin and (not low[k - 1][0].isalnum() or low[k - 1] in _BEFORE_VERB or low[k - 1].endswith("ly")):
        k -= 1
    if k == begin or low[k - 1] in _RELATIVE or low[k - 1] in {"we", "you"}:
        return True
    if low[k - 1] in QUANTIFIERS or low[k - 1] in NUMERALS or low[k - 1].isdigit():
        return True
    return any(
        item.i < k <= item.j and not _NAMING.isdisjoint(item.kinds) and "four" not in item.kinds
        for item in sentence.items
    )


_NAMING: Final = NOUNS | {"pronoun"}
_NEEDING: Final = frozenset(("requires", "require", "required", "needs", "need", "needed"))
_BEFORE_VERB: Final = frozenset(
    ("still", "now", "also", "both", "all", "each", "again", "overall", "however", "too", "to")
)
_RELATIVE: Final = frozenset(("that", "which", "who", "and", "but", "or"))


def verb_of(sentence: Sentence, candidate: Candidate, begin: int) -> Item | None:
    """The last verb of being or rating before a grade in its clause, or the verb that is the grade; None where none."""
    best = None
    for item in sentence.items:
        if item.j > candidate.i:
            break
        if (
            item.i >= begin
            and ("copula" in item.kinds or "rate" in item.kinds)
            and candidate.i - item.j <= 14
            and sentence.same_clause(item.i, candidate.i)
        ):
            if "noun" in item.kinds and not _verbal(sentence, item):
                continue
            if candidate.use == "verb" and sentence.tokens.low[item.i - 1 : item.i] == ["there"]:
                continue
            if best is not None and "rate" in item.kinds and _is_thrown_in(sentence, item):
                continue
            best = item
    if best is not None and candidate.use == "verb" and _has_own_subject(sentence, best.j, candidate.i):
        best = None
    if best is None and candidate.use == "verb":
        low = sentence.tokens.low
        k = candidate.i
        if k > begin + 1 and low[k - 1] in {"a", "an", "the", "another"} and low[k - 2] in _GETS:
            k -= 2  # "gets a pat on the back"
        while k > begin and (low[k - 1] in AUXILIARIES or low[k - 1].endswith("ly")):
            k -= 1
        return Item(k, candidate.i, {"copula": "verb"})
    return best


def _is_thrown_in(sentence: Sentence, verb: Item) -> bool:
    """Like "they were, we found, nowhere near good enough": who says so stands between verb and predicate."""
    low = sentence.tokens.low
    return (
        low[verb.j : verb.j + 1] == [","]
        and low[verb.i - 1] in {"we", "i", "they", "he", "she", "inspectors"}
        and any(low[k - 1 : k] == [","] and low[k - 2] in COPULAS for k in range(max(2, verb.i - 3), verb.i))
    )


_GETS: Final = GETTING | frozenset(("get", "given", "handed", "dealt", "suffered", "suffers", "faced"))


def _has_own_subject(sentence: Sentence, i: int, j: int) -> bool:
    """Like "‘not being seen’ as a probation firm struggles": a body behind "as" stands right before the verb."""
    k = j
    while k > i and (sentence.tokens.low[k - 1] in AUXILIARIES or sentence.tokens.low[k - 1].endswith("ly")):
        k -= 1
    body = next((m for m in sentence.mentions if m.j == k and m.i >= i and not m.other), None)
    return body is not None and not {"as", "while", "because", "that", ","}.isdisjoint(sentence.tokens.low[i : body.i])


def _verbal(sentence: Sentence, item: Item) -> bool:
    """Whether "rate", "grade", "mark", "rating" is a verb here."""
    before = sentence.tokens.low[item.i - 1] if item.i else ""
    return before not in {"a", "an", "the", "overall", "its", "their", "of", "that", "no"}


def group_start(sentence: Sentence, verb: Item, begin: int) -> int:
    """The token at which the group of a verb begins: "has", in "has recently been rated"."""
    low = sentence.tokens.low
    k = verb.i
    while k > begin and (
        low[k - 1] in AUXILIARIES
        or low[k - 1].endswith("ly")
        or any(item.j == k and item.i >= begin for item in sentence.having("copula"))
    ):
        k -= 1
    return k
