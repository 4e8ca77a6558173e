"""Grades told by another one: "so was that of the NPS", "planning got the same", "and another for unpaid work".

An echo has no grade word of its own. It names whom, or what, an earlier grade goes for as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.grammar import NUMBERS
from aggregator.ratings.words.vocabulary import SEPARATORS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["Echo", "echoes", "is_the_one_of_then", "passes_it_on"]

_AUX: Final = frozenset(("is", "was", "are", "were", "did", "does", "do", "has", "had", "have", "were"))
_NOUNS: Final = frozenset(
    ("grade", "grades", "rating", "ratings", "mark", "marks", "verdict", "judgement", "judgment", "score", "result",
     "fate", "band", "category", "word", "assessment", "conclusion", "picture", "story")
)  # fmt: skip
_GOT: Final = frozenset(
    ("got", "gets", "received", "receives", "given", "awarded", "earned", "has", "had", "shares", "shared", "achieved",
     "met", "scored", "took", "handed", "is", "was", "were", "are", "in", "into", "with", "fared", "did", "on", "at",
     "of", "attracted", "drew", "won", "secured", "picked", "rated", "graded", "judged", "marked")
)  # fmt: skip
_FARED: Final = frozenset(("fared", "did", "does", "fares", "was", "were", "is", "are", "performed"))
_ALIKE: Final = (("no", "differently"), ("no", "better"), ("little", "better"), ("no", "worse"), ("likewise",),
                 ("similarly",), ("just", "as", "well"), ("just", "as", "badly"), ("equally", "well"),
                 ("equally", "badly"), ("as", "well"), ("as", "badly"), ("no", "different"))  # fmt: skip
_TO: Final = frozenset(("for", "of", "to", "about", "with", "at", "on", "in"))
_EARLIER: Final = frozenset(("last", "before", "previous", "previously", "year", "years", "time", "earlier", "ago"))
_FILLERS: Final = frozenset(
    ("the", "its", "their", "that", "those", "this", "both", "of", "a", "an", "in", "at", "by", "company", "'s", "“",
     "‘", "work", "division", "local", "private", "public", "whole")
)  # fmt: skip


_UNCHANGED: Final = frozenset(
    tuple(words.split())
    for words in (
        *("same again", "the same again", "no change", "unchanged", "as before", "as you were", "it has not moved"),
        *("the same", "still the same", "no change there", "nothing has changed", "no different"),
    )
)
"""A sentence of nothing else: this time the grade is what it was."""


@dataclass(frozen=True, slots=True)
class Echo:
    """Whom and what an earlier grade is passed on to; ``i`` and ``j`` are the tokens of the words that do it."""

    i: int
    j: int
    bodies: tuple[Mention, ...]
    aspects: tuple[str, ...]
    denied: bool = False
    again: bool = False
    of_before: bool = False
    """It passes on what an earlier sentence told, whatever grades stand behind it here."""


def echoes(sentence: Sentence) -> list[Echo]:
    """The echoes of a sentence, in order."""
    low = sentence.tokens.low
    found: list[Echo] = []
    words = tuple(word for word in low if word[0].isalnum())
    if words in _UNCHANGED:
        return [Echo(0, len(low), (), (), again=True)]
    if low[:1] == ["one"] and not sentence.has("four"):
        at = 3 if low[1:3] in _OF_THEM else 1
        if low[at : at + 1] and low[at] in _AUX and any(m.areas and not m.demoted for m in sentence.mentions):
            one = _towards(sentence, 0, at + 1, at + 1)
            return [one] if one is not None and one.bodies else []
    for k, word in enumerate(low):
        echo = None
        if word in {"so", "nor", "neither"} and low[k + 1 : k + 2] and low[k + 1] in _AUX:
            echo = _towards(sentence, k, k + 2, k + 2)
        elif (
            word in {"same", "very"} and k and low[k - 1] == "the" and (word == "same" or low[k + 1 : k + 2] in _GRADE)
        ):
            echo = _same(sentence, k)
            if echo is not None and not {"cannot", "can't", "not", "hardly"}.isdisjoint(low[max(0, k - 4) : k]):
                echo = replace(echo, denied=True)
        elif word in _ONE and k and is_the_one_of_then(low, k):
            then = _as_then(low, k + 1)
            echo = None if then is None else Echo(k - 1, then, (), (), again=True)
        elif word in {"another", "third", "second"} and low[k + 1 : k + 2] and low[k + 1] in {"for", "on"}:
            echo = _towards(sentence, k, k + 1, k + 2)
        elif word == "it" and passes_it_on(low[max(0, k - 1) : k + 1]):
            echo = _had_it(sentence, k)
        elif word in _FARED:
            alike = next((a for a in _ALIKE if tuple(low[k + 1 : k + 1 + len(a)]) == a), None)
            if alike is not None and not (len(alike) == 2 and alike[0] == "as") and _ends(low, k + 1 + len(alike)):
                echo = _from(sentence, k, k, k + 1 + len(alike))
        owned = word in _HAVE and low[k - 1 : k] in _THEY  # "the staff to deliver them they have not"
        if echo is None and word in _AUX and not owned and low[k + 1 : k + 2] == ["not"] and _closes(low, k + 2):
            echo = _from(sentence, k, k, k + 2)
            echo = replace(echo, denied=True) if echo is not None else None
        elif word in {"likewise", "ditto"}:
            echo = _towards(sentence, k, k + 1, k + 1) or _labelled(sentence, k)
        if echo is not None:
            found.append(echo)
    return found


_HAVE: Final = frozenset(("has", "have", "had"))
_THEY: Final = (["they"], ["it"], ["he"], ["she"], ["we"])


def passes_it_on(low: list[str]) -> bool:
    """Whether anybody "had it" or "got it", which may be a grade, or it is "the one it had"."""
    if "it" in low and any(b == "it" and a in _HAD for a, b in pairwise(low)):
        return True
    return not _ONE.isdisjoint(low) and any(is_the_one_of_then(low, k) for k in range(2, len(low)))


def is_the_one_of_then(low: list[str], k: int) -> bool:
    """Like "‘Good’ is the one it had in 2018", "still is the rating that it got in 2018": the same, then and now."""
    if low[k] not in _ONE or low[k - 1] != "the" or low[k - 2 : k - 1] == [] or low[k - 2] not in _REMAINS:
        return False
    at = k + 1 + (low[k + 1 : k + 2] in (["that"], ["which"]))
    return low[at : at + 1] in (["it"], ["they"]) and low[at + 1 : at + 2] != [] and low[at + 1] in _GOT


_ONE: Final = frozenset(("one", "rating", "grade", "mark", "score"))
_REMAINS: Final = frozenset(("is", "remains", "stays"))


def _had_it(sentence: Sentence, k: int) -> Echo | None:
    """Like "Of 21 CRCs just one had it": so many of a class, of the grade told in the sentence before."""
    low = sentence.tokens.low
    if k < _COUNTED or not (low[k - 2] in NUMBERS or low[k - 2].isdecimal()) or not _ends(low, k + 1):
        return None
    group = [m for m in sentence.mentions if m.j <= k and m.plural and m.type is not None and not m.areas]
    return (
        Echo(k - 1, k + 1, (replace(group[-1], demoted=False, count=low[k - 2]),), (), of_before=True)
        if group
        else None
    )


_HAD: Final = frozenset(("had", "got", "received", "earned", "achieved", "managed"))
_COUNTED: Final = 3
_GRADE: Final = (["grade"], ["rating"], ["mark"], ["verdict"], ["judgement"])
_OF_THEM: Final = (["of", "them"], ["of", "these"], ["of", "those"], ["of", "which"])
"""As in "Eight were rated ‘Inadequate’. One of them was Essex CRC."."""


def _labelled(sentence: Sentence, k: int) -> Echo | None:
    """Like "Staffing: ditto", "planning, likewise": what stands right before it."""
    low = sentence.tokens.low
    begin = k
    while begin > 0 and low[begin - 1] in {":", ",", "–", "—", "-", "?"}:
        begin -= 1
    if begin == k:
        return None
    aspect = next((it for it in sentence.having("aspect") if it.j == begin), None)
    bodies = [m for m in sentence.mentions if m.j == begin and not m.other and not m.pronoun]
    if aspect is None and not bodies:
        return None
    return Echo(k, k + 1, tuple(bodies) if aspect is None else (), (aspect.kinds["aspect"],) if aspect else ())


def _closes(low: list[str], k: int) -> bool:
    """Whether nothing but marks follows: "The CRC did not"."""
    return all(not word[0].isalnum() for word in low[k:])


def _ends(low: list[str], k: int) -> bool:
    """Whether a clause ends at token ``k``: "no better" alone, not "no better than …"."""
    return k >= len(low) or not low[k][0].isalnum() or low[k] in {"and", "but", "in", "at", "either", "though"}


def _same(sentence: Sentence, k: int) -> Echo | None:
    """What "the same" at token ``k`` passes on, and to whom."""
    low = sentence.tokens.low
    whole = low[k + 1 : k + 2] == ["overall"] and low[k + 2 : k + 3] != [] and low[k + 2] in _NOUNS
    stop = k + 3 if whole else k + 2 if low[k + 1 : k + 2] and low[k + 1] in _NOUNS else k + 1
    if stop > k + 1 and low[k - 2 : k - 1] == ["went"]:
        return _went_to(sentence, k - 2, k - 1, stop)
    then = _as_then(low, stop) if stop == k + 2 else None
    if then is not None:
        return Echo(k - 1, then, (), (), again=True)
    behind = low[stop : stop + 5]
    if behind[:1] == ["as"] and not _EARLIER.isdisjoint(behind):
        return None
    at = next((x for x in range(stop, min(stop + 4, len(low))) if low[x] in _TO), None)
    if at is not None and all(w[0].isalnum() for w in low[stop:at]):
        echo = _towards(sentence, k - 1, stop, at + 1)
        if echo is not None:
            return echo
    if stop == k + 1 and not _ends(low, stop):
        return None
    before = k - 2
    while before > 0 and low[before] in {"also", "up", "out", "much", "broadly", "been", "an", "exactly"}:
        before -= 1
    return _from(sentence, before, k - 1, stop) if before >= 0 and low[before] in _GOT else None


def _went_to(sentence: Sentence, verb: int, i: int, j: int) -> Echo | None:
    """Like "to Tameside PDU and to Wigan PDU went the same overall rating": the bodies that "to" stands before."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(verb)
    group: list[Mention] = []
    at = verb
    for mention in reversed(sentence.mentions):
        if mention.j > at or mention.i < begin:
            continue
        gap = low[mention.j : at]
        if mention.other or mention.pronoun or not all(w in SEPARATORS or w in {"to", "the", "both"} for w in gap):
            break
        group.insert(0, mention)
        at = mention.i
    return Echo(i, j, tuple(group), ()) if group and "to" in low[max(begin, at - 2) : at] else None


def _as_then(low: list[str], stop: int) -> int | None:
    """Where the time begins in "the very grade that it received in 2018"."""
    at = stop + (low[stop : stop + 1] in (["that"], ["which"], ["as"]))
    if low[at : at + 1] not in (["it"], ["they"]):
        return None
    return next(
        (x for x in range(at + 1, min(at + 5, len(low))) if low[x] in {"in", "last"} and low[x - 1] in _GOT), None
    )


def _towards(sentence: Sentence, i: int, j: int, at: int) -> Echo | None:
    """The bodies or standards that begin at token ``at``."""
    low = sentence.tokens.low
    start = at
    while at < len(low) and low[at] in _FILLERS and not any(m.i <= at < m.j for m in sentence.mentions):
        at += 1
    if at - start > 4:
        return None
    bodies: list[Mention] = []
    for mention in sentence.mentions:
        gap = low[(bodies[-1].j if bodies else at) : mention.i]
        if mention.i >= at and all(w in _FILLERS | SEPARATORS for w in gap) and len(gap) <= 4:
            if mention.other or mention.pronoun:
                break
            bodies.append(mention)
    aspects: list[str] = []
    end = at
    for item in sentence.items:
        if "aspect" in item.kinds and item.i >= at:
            if item.i - end > 3 or not all(w in _FILLERS | SEPARATORS for w in low[end : item.i]):
                break
            aspects.append(item.kinds["aspect"])
            end = item.j
    if low[at : at + 1] == ["services"] and not bodies and not aspects:
        aspects.append("services")
    if not bodies and not aspects:
        return None
    return Echo(i, j, tuple(bodies) if not aspects or (bodies[:1] and bodies[0].i > at + 1) else (), tuple(aspects))


def _from(sentence: Sentence, end: int, i: int, j: int) -> Echo | None:
    """The bodies or standards that are the subject of the verb at token ``end``."""
    begin, _ = sentence.clause(end)
    bodies = [m for m in sentence.mentions if begin <= m.i and m.j <= end and not m.demoted and not m.pronoun]
    aspects = [it.kinds["aspect"] for it in sentence.having("aspect") if begin <= it.i and it.j <= end]
    if aspects:
        return Echo(i, j, (), tuple(aspects))
    bodies = [m for m in bodies if end - m.j <= 8]
    group = bodies[-1:]
    for mention in reversed(bodies[:-1]):
        gap = sentence.tokens.low[mention.j : group[0].i]
        if not gap or not all(word in SEPARATORS or word in {"the", "both", "nor"} for word in gap):
            break
        group.insert(0, mention)
    bodies = group
    if not bodies and sentence.tokens.low[end - 1 : end] in (["it"], ["they"]):
        return Echo(i, j, (), (), again=True)  # "it got the same rating in 2018"
    if not bodies or any(m.other for m in bodies):
        return None
    return Echo(i, j, tuple(bodies), ())
