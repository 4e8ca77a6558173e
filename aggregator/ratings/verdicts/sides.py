"""One side of a body's work, told without its name: "this side of the job", "victims get an ‘Outstanding’ service".

The words point back to what was spoken of just before, or say who is served; the grade is of that, not of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.verdicts.cues import is_here_again
from aggregator.ratings.words.topics import standard_of, standard_served

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["UNNAMED", "for_services", "on_whom", "side_of"]

UNNAMED: Final = ""
"""A side of the work that nothing tells the name of."""
_SIDES: Final = frozenset(
    ("side", "part", "element", "strand", "bit", "corner", "end", "regard", "score", "count", "front", "respect")
)
_THERE: Final = [["on", "this"], ["on", "that"], ["in", "this"], ["in", "that"], ["on", "these"]]
_ON_OFFER: Final = (
    [",", "such"],
    ["such", "as"],
    ["on", "offer"],
    ["that", "are"],
    ["it", "offers"],
    [",", "including"],
)
_SERVES: Final = frozenset(
    ("serve", "serves", "served", "serving", "supported", "supports", "helped", "advised", "advises")
)
_SERVICE: Final = frozenset(("service", "support", "help", "deal", "treatment", "care", "attention", "work"))


def for_services(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "for services a ‘Good’": that one standard whose name is an ordinary word."""
    low = sentence.tokens.low
    k = candidate.i
    if low[:2] in (["the", "services"], ["its", "services"]) and low[2:4] in _ON_OFFER and "and" not in low[:3]:
        return True  # "The services, such as help with debt, were …"
    while k > 0 and (not low[k - 1][0].isalnum() or low[k - 1] in {"a", "an"}):
        k -= 1
    return k > 1 and low[k - 1] == "services" and low[k - 2] in {"for", "on"}


def on_whom(sentence: Sentence, candidate: Candidate, end: int) -> str | None:
    """Like "‘Outstanding’ on victims": whom the graded work is for."""
    low = sentence.tokens.low
    k = candidate.j
    while k < end and not low[k][0].isalnum():
        k += 1
    if low[k : k + 1] != ["on"]:
        return None
    stop = next((x for x in range(k + 1, end) if not low[x][0].isalnum()), end)
    return standard_served(sentence.words(k + 1, min(stop, k + 4)))


def side_of(sentence: Sentence, candidate: Candidate) -> str | None:
    """The standard that a side of the work is, ``UNNAMED`` where it stays open, None where the grade is of no side."""
    begin, end = sentence.clause(candidate.i)
    low = sentence.tokens.low
    there = begin > 1 and (low[begin] in {"there", "here"} or low[begin : begin + 2] in _THERE)
    if there and not is_here_again(low, candidate.i):
        before = [str(it.kinds["aspect"]) for it in sentence.items if "aspect" in it.kinds and it.j <= begin]
        return before[-1] if before else standard_of("work " + sentence.words(0, begin))
    fronted = _fronted(sentence, candidate, begin)
    if fronted is not None:
        return fronted
    at = _this_side(sentence, candidate, begin, end)
    if at is not None:
        before = [str(it.kinds["aspect"]) for it in sentence.having("aspect") if it.j <= at]
        told = standard_of("work " + sentence.words(begin, at)) if at > begin + 2 else None
        return before[-1] if before else told or UNNAMED
    return _relative(sentence, candidate, begin) or _served(sentence, candidate, begin, end)


def _fronted(sentence: Sentence, candidate: Candidate, begin: int) -> str | None:
    """Like "and for leadership the company goes one better": what stands before the subject tells of what."""
    low = sentence.tokens.low
    for item in sentence.having("aspect"):
        if item.j > candidate.i or item.i <= begin or low[item.i - 1] not in {"for", "on", "in"}:
            continue
        opens = item.i - 1 == begin or low[item.i - 2] in {"and", "but", ",", ";", "while", "yet", "as", "though"}
        follows = any(m.i in (item.j, item.j + 1) and not m.bare for m in sentence.mentions)
        graded = any(item.j <= it.i < candidate.i for kind in ("four", "ordinal") for it in sentence.having(kind))
        if opens and follows and not graded:
            return str(item.kinds["aspect"])
    return None


def _relative(sentence: Sentence, candidate: Candidate, begin: int) -> str | None:
    """Like "Through the Gate, on which the company got an ‘Inadequate’", "unpaid work, where it was ‘Good’"."""
    low = sentence.tokens.low
    for k in range(candidate.i - 1, max(0, begin - 3, candidate.i - 14), -1):
        if low[k] == "where" or (low[k] == "which" and low[k - 1] in {"on", "for", "in", "at"}):
            at = k if low[k] == "where" else k - 1
            named = next((it for it in sentence.having("aspect") if at - 2 <= it.j <= at), None)
            return str(named.kinds["aspect"]) if named is not None else None
    return None


def _this_side(sentence: Sentence, candidate: Candidate, begin: int, end: int) -> int | None:
    """Where "this side of the job" or "that part of its business" stands, before the grade or behind it."""
    low = sentence.tokens.low
    graded = [it for it in sentence.items if ("four" in it.kinds or "ordinal" in it.kinds) and it.i != candidate.i]
    for k in (*range(begin + 1, candidate.i), *range(candidate.j, min(end, candidate.j + 10))):
        if low[k] in _SIDES and low[k - 1] in {"this", "that"}:
            other = any(min(k, candidate.j) <= it.i < max(k, candidate.i) for it in graded)
            return None if other else k - 1
    return None


def _served(sentence: Sentence, candidate: Candidate, begin: int, end: int) -> str | None:
    """Like "Victims can count on an ‘Outstanding’ service": whom it is for tells what it is."""
    low = sentence.tokens.low
    if low[candidate.i : candidate.j] == ["well"]:
        at = next((x for x in range(candidate.i - 1, begin, -1) if low[x] in _SERVES), None)
        return standard_served(sentence.words(at + 1, candidate.i)) if at is not None else None
    k = candidate.j
    while k < end and not low[k][0].isalnum():
        k += 1
    if k >= end or low[k] not in _SERVICE or low[k + 1 : k + 2] == ["for"]:
        return None
    verb = next(
        (x for x in range(begin, candidate.i) if low[x] in {"get", "gets", "receive", "receives", "enjoy", "given"}),
        None,
    )
    verb = verb or next((x for x in range(begin, candidate.i) if low[x : x + 2] == ["count", "on"]), None)
    if verb is None or any(m.i < verb and m.type is not None and m.i == begin for m in sentence.mentions):
        return None
    return standard_served(sentence.words(begin, verb))
