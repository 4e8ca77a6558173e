"""The head of a noun phrase, and what it makes of a grade: one of a body's work, of a part of it, of nothing inspected.

The head is the last word before the first preposition: "the CRC's work with women" is work, "women on probation" women.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.grammar import NUMERALS, PREPOSITIONS, QUANTIFIERS
from aggregator.ratings.words.phrases import NOUNS, inside, item_on
from aggregator.ratings.words.topics import HANDLING, standard_of

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["Subject", "how_it_does", "judged"]

_NAMING: Final = NOUNS | {"pronoun", "other"}
_LEADING: Final = frozenset(("after", "since", "in", "following", "before", "at", "on", "by", "with"))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a grade is said of: "own" (a body, its work, a standard), "pronoun", "foreign", or "none" (no verb)."""

    kind: str
    words: str = ""


def judged(sentence: Sentence, begin: int, end: int) -> Subject:
    """Judge a noun phrase by its head."""
    low = sentence.tokens.low
    words = sentence.words(begin, end)
    given = "to" in low[begin:end] and any(low[x] in _GIVEN and low[x + 1] == "to" for x in range(begin, end - 2))
    if given and any(begin < m.i and m.j == end and m.type is not None for m in sentence.mentions):
        return Subject("alien", words)  # "information given to CRCs": somebody else's work
    if sentence.has("inspector") and any(
        low[it.i - 1] in {"for", "the"} and "for" in low[it.i - 2 : it.i] and begin < it.i < end
        for it in sentence.having("inspector")
    ):
        return Subject("alien", words)  # "its work for the inspectorate"
    seen = next((x for x in range(begin + 2, end - 1) if low[x] in _ITS and low[x - 1] in _SEEN), None)
    if seen is not None:
        return judged(sentence, seen, end)  # "in the companies visited the initial assessment …"
    if _is_a_persons(low, begin, end):
        return Subject("alien", words)
    k = begin
    opening = next((it for it in sentence.having("contrast") if it.i == k), None)
    if opening is not None:
        k = opening.j
    while k < end and (not low[k][0].isalnum() or low[k] in {"the", "a", "an", "its", "their", "this", "that", "and"}):
        k += 1
    if k >= end:
        return Subject("own" if low[begin:end] else "none", words)
    if low[k] in {"in", "by", "since"} and low[k + 1].isdecimal() and len(low[k + 1]) == 4 and end > k + 2:
        return judged(sentence, k + 2, end)  # "In 2017 its work with victims …"
    if low[k] == "in" and end > k + 3 and low[k + 2] == "the" and not _names(sentence, k + 1):
        return judged(sentence, k + 2, end)  # "In law the position of a CRC"
    if low[k] == "not" and low[k + 1 : k + 3] in (["enough", "of"], ["all", "of"]) and end > k + 3:
        return judged(sentence, k + 3, end)  # "not enough of the work to keep people safe was sufficient"
    if low[k] in {"how", "way"} and how_it_does(sentence, k, end):
        return Subject("part", words)  # "How it encourages victims to take part", "The way it prepares prisoners"
    if low[k] == "what" and not _DOES.isdisjoint(low[k + 2 : end]) and _is_probation(sentence, k + 1, end):
        return Subject("own", words)  # "what private providers of probation do in Suffolk"
    if low[k].endswith("ing") and item_on(sentence, k) is None and low[end : end + 4].count("done"):
        return Subject("part", words)  # "Keeping people to the terms of their sentence was done well"
    if low[k] in {"which", "who", "what", "there"} and end - k == 1:
        return Subject("foreign", words)
    if sentence.tokens.raw[end - 1] == "IT":
        return Subject("foreign", words)
    if low[k] in _LEADING:  # "after inspectors returned its rating …": the last thing that can be rated
        own = [
            it
            for it in sentence.items
            if it.i >= k and it.j <= end and not {"noun", "body", "anaphor"}.isdisjoint(it.kinds)
        ]
        if (
            own
            and low[max(k, own[-1].i - 2) : own[-1].i]
            and not {"its", "their", "overall"}.isdisjoint(low[own[-1].i - 2 : own[-1].i])
        ):
            return Subject("own", words)
    cut = k
    while cut < end and (low[cut] not in PREPOSITIONS or inside(sentence, cut)):
        cut += 1
    if cut == k:  # a leading preposition: "in Suffolk the CRC", "of assessment she"
        inner = _behind_the_place(sentence, k, end)
        if inner is not None:
            return judged(sentence, inner, end)
        cut = end
    tail = cut
    while tail > k and not low[tail - 1][0].isalnum():
        tail -= 1
    if tail - 2 > k and low[tail - 2] in _DOING and _names(sentence, tail - 3):
        tail -= 2  # "the work it does with prisoners"
    if low[max(k, tail - 2) : tail] == ["next", "door"]:
        tail -= 2
    while tail > k + 1 and low[tail - 1] in (_BEHIND if cut == end else {"down", "up"}):
        tail -= 1
    head = tail - 1
    while head > k and (low[head] in _PARTICIPLES or low[head].endswith("ed")) and _names(sentence, head - 1):
        head -= 1  # "the company paid to keep watch"
    if low[head] == "quality" and head > k and low[head - 1] in {"data", "air", "sound", "print", "build", "image"}:
        return Subject("foreign", words)
    item = item_on(sentence, head)
    if low[head] == "people" and head > k and head - 1 in sentence.tokens.possessive and _names(sentence, head - 1):
        return Subject("own", words)  # "Seetec's people"
    if low[head] in _PEOPLE and low[max(k - 1, 0)] in {"its", "their"}:
        return Subject("own", words)
    if low[head] in HANDLING and begin < k and low[k - 1] in {"its", "their"} and standard_of(words) is not None:
        return Subject("part", words)  # "Its way of getting victims to take part", "its case handling"
    if item is not None and "other" in item.kinds and not ("body" in item.kinds or "aspect" in item.kinds):
        return Subject("alien", words)
    if "whole" in low[k:end] and item is None:
        return Subject("own", words)
    if low[head] in _REST:
        return Subject("part", words)
    if (
        low[head] in _OFFICES
        and {"new", "old"}.isdisjoint(low[k:head])
        and cut < end
        and low[cut] == "of"
        and any(cut < m.i and m.j == end and not m.other for m in sentence.mentions)
    ):
        return Subject("own", words)  # "the Gloucester office of the same company"
    if any(m.word == "we" and m.i == head for m in sentence.mentions):
        return Subject("own", words)
    if low[begin] == "my" or low[head] in {"she", "he", "i", "you"}:
        return Subject("foreign", words)
    if item is not None and "pronoun" in item.kinds:
        return Subject("own" if sentence.tokens.raw[head] != "IT" else "foreign", words)
    if item is not None and not NOUNS.isdisjoint(item.kinds):
        return Subject("own", words)
    if head > k and low[head] in {
        "colleagues",
        "staff",
        "officers",
        "people",
        "teams",
        "workers",
        "reports",
        "report",
        "inspections",
        "areas",
        "divisions",
        "ratings",
    }:
        before = item_on(sentence, head - 1)
        if before is not None and not {"body", "alias", "place"}.isdisjoint(before.kinds):
            return Subject("own", words)
    if low[head] in QUANTIFIERS or low[head] in NUMERALS or low[head].isdigit():
        rest = [it for it in sentence.items if it.i >= k and it.j <= end and not _NAMING.isdisjoint(it.kinds)]
        if cut < end and low[cut] == "of" and not any("pronoun" in it.kinds for it in rest):
            return judged(sentence, cut + 1, end)
        if not rest:
            return Subject("own", words)
        return Subject("own" if any("other" not in it.kinds for it in rest) else "foreign", words)
    return Subject("foreign", words)


_PERSONAL: Final = frozenset(
    ("work", "practice", "supervision", "casework", "planning", "plans", "assessment", "assessments", "reports",
     "report", "attendance", "behaviour")
)  # fmt: skip


def _is_a_persons(low: list[str], begin: int, end: int) -> bool:
    """Like "and her work": an officer's, or whoever's; "her company's work" is a body's."""
    k = begin
    while k < end and (not low[k][0].isalnum() or low[k] in {"and", "but", "while", "all", "both", "of"}):
        k += 1
    return k + 1 < end and low[k] in {"her", "his"} and low[k + 1] in _PERSONAL


def how_it_does(sentence: Sentence, k: int, end: int) -> bool:
    """Like "How it gets victims to join", "the way the CRC prepares prisoners": who does it stands right behind."""
    at = k + 1 + (sentence.tokens.low[k + 1] == "the")
    return at < end and _is_somebody(sentence, at)


def _is_somebody(sentence: Sentence, k: int) -> bool:
    item = item_on(sentence, k)
    return item is not None and not {"pronoun", "body"}.isdisjoint(item.kinds)


def _is_probation(sentence: Sentence, k: int, end: int) -> bool:
    """Whether so many words name who does probation, and nobody else: "private providers of probation"."""
    verb = next(x for x in range(k + 1, end) if sentence.tokens.low[x] in _DOES)
    own = [it for it in sentence.items if k <= it.i and it.j <= verb and not {"body", "other"}.isdisjoint(it.kinds)]
    return bool(own) and all("body" in it.kinds for it in own)


_DOES: Final = frozenset(("do", "does", "did", "deliver", "delivers", "delivered", "provide", "provides", "provided"))


def _behind_the_place(sentence: Sentence, k: int, end: int) -> int | None:
    """Like "Across the seven areas visited the CRCs' practice …": where the subject begins behind what it is set in."""
    low = sentence.tokens.low
    if low[k] not in {"across", "throughout", "within", "among"}:
        return None
    return next(
        (x for x in range(k + 3, end - 1) if low[x] in {"the", "its", "their"} and low[x - 1] not in PREPOSITIONS), None
    )


_ITS: Final = frozenset(("the", "its", "their"))
_DOING: Final = frozenset(("it", "they", "he", "she"))
_SEEN: Final = frozenset(("visited", "inspected", "examined", "seen", "sampled"))
_GIVEN: Final = frozenset(("given", "provided", "sent", "passed", "supplied", "delivered", "offered"))
_PARTICIPLES: Final = frozenset(
    ("paid", "run", "held", "led", "set", "known", "made", "left", "given", "seen", "chosen", "brought", "taken", "put",
     "sent", "built", "bought", "hit", "hired")
)  # fmt: skip


def _names(sentence: Sentence, k: int) -> bool:
    item = item_on(sentence, k)
    return item is not None and not NOUNS.isdisjoint(item.kinds)


_PEOPLE: Final = frozenset(("officers", "staff", "practitioners", "managers", "workers", "teams", "employees"))
_WHERE: Final = frozenset(
    ("far", "so", "there", "here", "locally", "nationally", "alone", "itself", "too", "today", "then", "as", "whole")
)
"""Adverbs that may end a noun phrase."""
_REST: Final = frozenset(("everything", "remainder", "else", "aspect"))
"""All that a sentence before did not grade: standards, not the whole."""
_OFFICES: Final = frozenset(("office", "offices", "branch", "team", "teams", "arm", "side", "half", "staff", "people"))
"""What of a body stands for it."""
_WAYS: Final = frozenset(
    ("gone", "went", "up", "down", "back", "moved", "risen", "rose", "fallen", "fell", "come", "came")
)
"""What may stand between a body and the grade it moved to."""
_BEHIND: Final = _WAYS | _WHERE
