"""Praise and blame whose words stand apart: "letting victims of abuse down", "do not protect people as they should".

The object, or what was not done, stands between the verb and the word that judges; in the passive whoever did it stands
behind "by" ("victims were put at risk by the CRC").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.attitudes import Attitude, subject_of_verb
from aggregator.ratings.words.grammar import COPULAS
from aggregator.ratings.words.topics import standard_of

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["APART", "apart"]

_POS, _NEG = RatingValue.POSITIVE, RatingValue.NEGATIVE
_PUT: Final = frozenset(("put", "puts", "putting", "place", "places", "placed", "placing"))
_LEAVE: Final = frozenset(("leave", "leaves", "left", "leaving"))
_LAST: Final = {
    "down": ("", frozenset(("let", "lets", "letting"))),
    "risk": ("at", _PUT | _LEAVE),
    "danger": ("in", _PUT | _LEAVE),
    "exposed": ("", _LEAVE),
    "unprotected": ("", _LEAVE),
}
"""The last word of such a phrase, what stands before it, and the verbs that begin it."""
_OUT: Final = frozenset(("come", "comes", "came", "emerge", "emerges", "emerged"))
_PEOPLE: Final = frozenset(
    ("victims", "people", "public", "children", "women", "communities", "community", "families", "users", "offenders",
     "prisoners", "them", "others", "society", "courts", "lives", "person", "persons", "us", "men", "partners", "those")
)  # fmt: skip
"""Whom one lets down or puts at risk by poor work; jobs and money are none of it."""
_STOPS: Final = frozenset((",", ";", ":", "(", "–", "—", "but", "because", "while", "which", "who", "that"))
_BE: Final = COPULAS | {"be", "had", "have", "has"}
_PASSIVE: Final = COPULAS | {"be"}
_PROPERLY: Final = frozenset(("properly", "adequately", "should"))
_SHOULD: Final = (["as", "they"], ["as", "it"])
_BY: Final = frozenset(("by", "the", "private", "public", "local", "both"))
APART: Final = frozenset((*_LAST, "credit", "safe", *_PROPERLY))
_REACH: Final = 9
"""Tokens at most between the verb and the word that ends the phrase; more where a report stands between."""
_OUT_OF: Final = 16


def apart(sentence: Sentence, k: int) -> Attitude | None:
    """The praise or blame of a phrase that ends at token ``k`` and whose words stand apart."""
    low = sentence.tokens.low
    word = low[k]
    begin, _ = sentence.clause(k)
    first = max(begin, k - _REACH)
    if word in _PROPERLY:
        return _not_properly(sentence, k, first)
    if word == "safe":
        return _not_kept(sentence, k, first)
    if word == "credit":
        verb = next((x for x in range(k - 2, max(begin, k - _OUT_OF) - 1, -1) if low[x] in _OUT), None)
        if verb is None or low[k - 1] not in {"with", "some", "much"}:
            return None
        return subject_of_verb(sentence, verb, k, _POS)
    before, verbs = _LAST[word]
    if before and low[k - 1] != before:
        return None
    at = k - (1 if before else 0)
    verb = next((x for x in range(at - 1, first - 1, -1) if low[x] in verbs), None)
    if verb is None or sentence.has_between("narr_does", verb, k + 1) is not None:
        return None
    between = low[verb + 1 : at]
    doer = _doer(sentence, k + 1) if not between and low[verb - 1] in _BE | {"been", "being"} else None
    if doer is not None:
        return Attitude(verb, k + 1, _NEG, (doer,), ())
    if _PEOPLE.isdisjoint(between) or not _STOPS.isdisjoint(between):
        return None
    return subject_of_verb(sentence, verb, k, _NEG)


def _not_kept(sentence: Sentence, k: int, first: int) -> Attitude | None:
    """Like "was not keeping Londoners safe": what all of the work is for, and did not do."""
    low = sentence.tokens.low
    verb = next((x for x in range(k - 2, first - 1, -1) if low[x] in _KEEP), None)
    if verb is None or low[k - 1] in {"the", "a", "in"} or not _STOPS.isdisjoint(low[verb:k]):
        return None  # "does not keep them in the safe"
    if sentence.has_between("narr_does", verb, k + 1) is not None:
        return None
    denied = next((it for it in sentence.having("negation") if verb - 3 <= it.i and it.j <= verb), None)
    if denied is None:
        return None
    found = subject_of_verb(sentence, denied.i, k, _NEG)
    return None if found is None else Attitude(found.i, found.j, _NEG, found.bodies, ("public protection",))


_KEEP: Final = frozenset(("keep", "keeps", "kept", "keeping"))


def _doer(sentence: Sentence, at: int) -> Mention | None:
    """The body behind "by", at token ``at``."""
    low = sentence.tokens.low
    if low[at : at + 1] != ["by"]:
        return None
    while at < len(low) and low[at] in _BY:
        at += 1
    return next((m for m in sentence.mentions if m.i <= at < m.j and m.type is not None and not m.other), None)


def _not_properly(sentence: Sentence, k: int, first: int) -> Attitude | None:
    """Like "are not protecting the public adequately", "do not supervise people as they should"."""
    low = sentence.tokens.low
    if low[k] == "should" and low[k - 2 : k] not in _SHOULD:
        return None
    denied = next((it for it in sentence.having("negation") if first <= it.i and it.j < k), None)
    if denied is None or not _STOPS.isdisjoint(low[denied.j : k]):
        return None
    told = standard_of("work of " + sentence.words(denied.j, k))
    aspects = (told,) if told is not None else ()
    doer = _doer(sentence, k + 1)
    if doer is not None:
        return Attitude(denied.i, k + 1, _NEG, (doer,), aspects)
    being = "being" in low[denied.j : k] or "been" in low[denied.j : k]
    if being or (low[denied.i - 1] in _PASSIVE and not low[denied.j].endswith("ing")):
        return None  # "are not paid properly"
    found = subject_of_verb(sentence, denied.i, k, _NEG)
    if found is None:
        return None
    return Attitude(found.i, found.j, _NEG, found.bodies, found.aspects or aspects)
