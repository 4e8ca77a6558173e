"""What the words of a grade say by themselves: its value when denied or hedged, where they begin, whom they count."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.nouns import NATIONAL
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.nouns import Target
    from aggregator.ratings.verdicts.attribution import Attribution
    from aggregator.ratings.words.heads import Subject
    from aggregator.ratings.words.items import Sentence

__all__ = ["BAND", "as_grade", "count_in", "first_word", "is_bottom_grade", "is_less", "value_of"]

BAND: Final = {
    RatingValue.OUTSTANDING: RatingValue.POSITIVE,
    RatingValue.GOOD: RatingValue.POSITIVE,
    RatingValue.REQUIRES_IMPROVEMENT: RatingValue.NEGATIVE,
    RatingValue.INADEQUATE: RatingValue.NEGATIVE,
}
"""What a word of the scale means before there was a scale."""
_IT: Final = frozenset(("it", "this", "that", "them", "these", "those", "which"))
_FAINT: Final = frozenset(("acceptable", "satisfactory", "sufficient", "adequate", "reasonable"))


def _negation(sentence: Sentence, candidate: Candidate) -> int | None:
    """The token where a negation of the candidate begins, a few words before it."""
    begin, _ = sentence.clause(candidate.i)
    first = max(begin, _some_words_before(sentence, candidate.i))
    for item in sentence.having("negation"):
        if first <= item.i and item.j <= candidate.i and not _is_in_an_aside(sentence, item.i, candidate.i):
            return item.i
    low = sentence.tokens.low
    for k in range(begin, candidate.i - 2):
        if low[k] == "none" and low[k + 1] == "of" and low[k + 2] in _IT and "," not in low[k : candidate.i]:
            return k  # "none of it has turned yet into effective work"
        if low[k] in _NONE and low[k + 1] == "of" and _is_of_bodies(sentence, k + 2, candidate.i):
            return k  # "none of the community rehabilitation companies was performing well"
        if low[k : k + 3] == ["not", "enough", "of"] and not {"and", "but", ";"} & set(low[k : candidate.i]):
            return k
    neither = any(
        "neither" in str(it.kinds.get("both", "")) and begin <= it.i and it.j <= candidate.i for it in sentence.items
    )
    return begin if neither or sentence.tokens.low[begin] == "neither" else None


def _is_in_an_aside(sentence: Sentence, k: int, at: int) -> bool:
    """Like "The NPS, which is not a company, delivered good work": what is denied there is another thing."""
    return any(opened < k < closed < at for closed, opened in sentence.asides.items())


_NONE: Final = frozenset(("none", "few", "handful"))


def _is_of_bodies(sentence: Sentence, k: int, end: int) -> bool:
    """Whether from token ``k`` on bodies are named, and nothing but their verb parts them from the word at ``end``."""
    body = next((m for m in sentence.mentions if k <= m.i <= k + 3 and m.type is not None and not m.other), None)
    return body is not None and _APART.isdisjoint(sentence.tokens.low[body.j : end])


_APART: Final = frozenset((",", "and", "but", ";", "that", "which", "who", "because", "than"))


def _some_words_before(sentence: Sentence, at: int) -> int:
    """The token five words before another, asides not counted: "do not, by and large, produce good work"."""
    for _ in range(_REACH):
        at = sentence.asides.get(at - 1, at - 1)
    return max(0, at)


_REACH: Final = 5


def value_of(sentence: Sentence, candidate: Candidate) -> RatingValue | None:
    """The candidate's value with what its clause does to it: denied praise is blame, denied blame is nothing."""
    fewer = candidate.value in _GOOD and not candidate.marked and _minority_before(sentence, candidate.i)
    if not candidate.is_narrative or candidate.attitude is not None:
        return None if fewer else candidate.value
    if _negation(sentence, candidate) is not None:
        return RatingValue.NEGATIVE if candidate.value is RatingValue.POSITIVE else None
    low = sentence.tokens.low
    if candidate.value is RatingValue.POSITIVE and (
        is_less(low, candidate) or fewer or _in_a_minority(low, candidate.j) or _is_due(low, candidate)
    ):
        return RatingValue.NEGATIVE
    if candidate.value is RatingValue.POSITIVE and _in_places(low, candidate):
        return RatingValue.MIXED
    taken_back = not {"but", "yet", "though", "although"}.isdisjoint(low[candidate.j : candidate.j + 3])
    if taken_back and (_is_of_another(sentence, candidate) or _but_no_more(low, candidate.j)):
        taken_back = False
    if candidate.value is RatingValue.POSITIVE and taken_back and not _FAINT.isdisjoint(low[candidate.i : candidate.j]):
        return RatingValue.MIXED
    return candidate.value


def _but_no_more(low: list[str], behind: int) -> bool:
    """Like "reasonable services, though not ‘Outstanding’ ones": what is not the best may be good all the same."""
    near = [word for word in low[behind : behind + _SOME] if word[0].isalnum()]
    return any(a == "not" and b in _BEST for a, b in pairwise(near))


_SOME: Final = 8
_BEST: Final = frozenset(("outstanding", "perfect", "excellent", "brilliant", "stellar", "spectacular", "exceptional"))


def _in_places(low: list[str], candidate: Candidate) -> bool:
    """Like "good results in places": elsewhere it was not. What is exemplary in places is no worse for it."""
    first = next((k for k in range(candidate.j, min(candidate.j + 2, len(low))) if low[k] == "in"), None)
    if first is None or _PLAIN.isdisjoint(low[candidate.i : candidate.j]):
        return False
    return low[first + 1 : first + 2] in (["places"], ["parts"], ["pockets"], ["patches"])


_PLAIN: Final = frozenset(("good", "strong", "effective", "sound", "solid", "satisfactory", "well", "fine", "decent"))


def is_less(low: list[str], candidate: Candidate) -> bool:
    """Like "reviewing was less effective": praise that is held against more of it."""
    return low[candidate.i - 1 : candidate.i] == ["less"] and low[candidate.i - 2 : candidate.i - 1] != ["no"]


def _is_of_another(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "planning is acceptable, but neither public protection nor …": what follows judges another standard."""
    behind = next((it for it in sentence.having("aspect") if it.i >= candidate.j), None)
    if behind is None or behind.i - candidate.j > _BUT:
        return False
    judged = ("narr_is", "narr_does", "four")
    return any(it.i >= behind.j and not it.kinds.keys().isdisjoint(judged) for it in sentence.items)


_BUT: Final = 6


def _minority_before(sentence: Sentence, at: int) -> bool:
    """Like "in less than half of the cases was the work good"."""
    begin, _ = sentence.clause(at)
    low = sentence.tokens.low
    return any(
        (low[k] == "in" and _in_a_minority(low, k))
        or (low[k : k + 2] in _LESS_THAN and low[k - 1 : k] not in _NOT and not _HALF.isdisjoint(low[k + 1 : k + 4]))
        for k in range(begin, at)
    )


_LESS_THAN: Final = (["fewer", "than"], ["less", "than"], ["under", "half"])
_NOT: Final = (["no"], ["not"], ["never"], ["hardly"])
_HALF: Final = frozenset(("half", "third", "quarter", "fifth"))


_GOOD: Final = frozenset((RatingValue.POSITIVE, RatingValue.GOOD, RatingValue.OUTSTANDING))


def _in_a_minority(low: list[str], behind: int) -> bool:
    """Like "satisfactory in less than half the cases", "good in only a third of them"."""
    if low[behind : behind + 1] != ["in"]:
        return False
    near = low[behind + 1 : behind + 5]
    few = near[:2] in (
        ["less", "than"],
        ["fewer", "than"],
        ["under", "half"],
        ["only", "a"],
        ["just", "a"],
        ["a", "minority"],
    )
    return few and not _FRACTIONS.isdisjoint(near)


def _is_due(low: list[str], candidate: Candidate) -> bool:
    """Like "must be better", "has to be of better quality": what has to come is not there yet."""
    if _COMPARED.isdisjoint(low[candidate.i : candidate.j + 1]):
        return False
    k = candidate.i
    while k > 0 and low[k - 1] in _OF_QUALITY:
        k -= 1
    return k > 1 and low[k - 1] == "be" and (low[k - 2] in _MUST or (low[k - 2] == "to" and low[k - 3] in _HAVE))


_COMPARED: Final = frozenset(("better", "stronger", "higher", "safer", "improved"))
_OF_QUALITY: Final = frozenset(("of", "a", "much", "far", "even", "done", "managed"))
_MUST: Final = frozenset(("must", "should"))
_HAVE: Final = frozenset(("has", "have", "had", "needs", "need", "needed", "ought"))
_FRACTIONS: Final = frozenset(("half", "third", "quarter", "fifth", "minority", "handful", "few"))


def as_grade(sentence: Sentence, candidate: Candidate, value: RatingValue) -> RatingValue:
    """In the time of the scale a body that performs "to a good standard" is one that was rated so."""
    words = set(sentence.tokens.low[candidate.i : candidate.j])
    return RatingValue.GOOD if value is RatingValue.POSITIVE and {"good", "standard"} <= words else value


def is_bottom_grade(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "twelve were rated “requires improvement” and one “poor”", "rated as poor": the lowest of the four."""
    low = sentence.tokens.low
    if low[candidate.i : candidate.j] != ["poor"]:
        return False
    beside = any(it.j <= candidate.i for it in sentence.having("four")) and sentence.has("rate")
    k = candidate.i
    while k > 0 and (low[k - 1] == "as" or not low[k - 1][0].isalnum()):
        k -= 1
    return (beside and candidate.quoted) or low[k - 1 : k] in (["rated"], ["graded"])


def first_word(sentence: Sentence, candidate: Candidate) -> int:
    """Where the words that carry the rating begin: with the negation, where it stands right before them."""
    if not candidate.is_narrative or candidate.value is not RatingValue.POSITIVE:
        return candidate.i
    start = _negation(sentence, candidate)
    if (
        start is None
        or candidate.i - start > 4
        or any(not word[0].isalnum() for word in sentence.tokens.low[start : candidate.i])
    ):
        return candidate.i
    return start


def count_in(sentence: Sentence, candidate: Candidate, found: Attribution, subject: Subject) -> None:
    """Put the number that the sentence counts with into the name of a class ("nineteen of 21 CRCs")."""
    count = _count_before(sentence, candidate)
    if count and subject.kind == "none" and "brackets behind" not in found.reason:
        found.targets = [
            replace(target, provider=f"{count} {target.provider}") if _is_all_of(target) else target
            for target in found.targets
        ]
        return
    words = subject.words.split()
    if len(words) > _OF_THEM and words[0].lower() == "of" and _is_number(words[-1]):
        number, counts = words[-1], True  # "Of the 21 CRCs four"
    elif count:
        number, counts = count, True
    else:
        number = subject.words.split(",", 1)[0].strip()
        counts = number.split(" ", 1)[0].lower() in NUMBERS and len(number) <= _SHORT
    if "brackets behind" in found.reason:
        found.targets = [
            replace(target, provider=f"{number} {target.type}s".strip(), area=NATIONAL, national=True)
            if not (target.national or target.area) or (counts and target.provider == f"{target.type}s")
            else target
            for target in found.targets
        ]
    elif subject.kind == "own":
        found.targets = [
            replace(target, provider=f"{number} of {target.provider}")
            if target.national
            and target.provider
            and (counts or (number.isdecimal() and _is_number(target.provider.split()[0])))  # "Of the 21 CRCs, 19"
            and f" {number} ".lower() not in f" {target.provider} ".lower()
            else target
            for target in found.targets
        ]


def _count_before(sentence: Sentence, candidate: Candidate) -> str:
    """The number of "three services ‘Outstanding’", in a list of such counts; empty where there is none."""
    low = sentence.tokens.low
    k = candidate.i
    while k > 0 and not low[k - 1][0].isalnum():
        k -= 1
    told = not candidate.is_narrative and k > 1 and low[k - 1] in _COUNTED and _is_number(low[k - 2])
    return low[k - 2] if told else ""


_COUNTED: Final = frozenset(
    ("services", "service", "units", "unit", "companies", "teams", "team", "divisions", "regions")
)


def _is_all_of(target: Target) -> bool:
    first = (target.provider or "").lower().partition(" ")[0]
    return target.national and target.area == NATIONAL and bool(first) and not _is_number(first)


def _is_number(word: str) -> bool:
    return word.isdecimal() or word.lower() in NUMBERS


_OF_THEM: Final = 3
_SHORT: Final = 30
