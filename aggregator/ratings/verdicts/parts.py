"""Grades of parts of the work that nothing names: so many of the standards, some respects, what is done for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.verdicts.purposes import SOME_STANDARDS
from aggregator.ratings.words.grammar import AUXILIARIES, COPULAS, NUMBERS
from aggregator.ratings.words.topics import standard_of, standard_served

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "REST",
    "a_service_that",
    "counts_parts",
    "is_conceded",
    "is_excepted",
    "of_so_many",
    "of_the_others",
    "offered",
    "other_parts",
    "parts_of_it",
    "some_respects",
]

_RATING: Final = COPULAS | AUXILIARIES | {"rated", "graded", "judged", "found", "marked", "scored", "be"}
_THEM: Final = frozenset(("them", "these", "those", "which"))
_KEY: Final = frozenset(("key", "other", "quality", "inspection", "the", "main", "inspected", "different"))
_RESPECTS: Final = frozenset(
    ("respects", "respect", "ways", "areas", "aspects", "parts", "places", "points", "matters")
)
_SOME: Final = frozenset(("some", "several", "certain", "few", "many", "other"))
_FOR: Final = frozenset(("for", "with"))


def _is_number(word: str) -> bool:
    return word.isdigit() or word in NUMBERS


def counts_parts(sentence: Sentence) -> bool:
    """Whether a sentence counts standards, and no bodies: "rated 13 key areas"."""
    if not sentence.has("parts") or any(m.plural and m.type is not None for m in sentence.mentions):
        return False
    low = sentence.tokens.low
    return any(_number_before(low, it.i) is not None for it in sentence.having("parts"))


def _number_before(low: list[str], k: int) -> int | None:
    """Where the number stands that counts what begins at token ``k``."""
    while k > 0 and low[k - 1] in _KEY:
        k -= 1
    return k - 1 if k > 0 and _is_number(low[k - 1]) else None


def _is_one_among(low: list[str], number: int) -> bool:
    """Like "Staffing was among three areas rated ‘Inadequate’"; "two of the ten" are counted themselves."""
    k = number - (low[number - 1 : number] == ["the"])
    if low[k - 1 : k] == ["of"]:
        return low[k - 2 : k - 1] == ["one"] or not _is_number(low[k - 2])
    return k > 0 and low[k - 1] in {"among", "amongst"}


def of_so_many(sentence: Sentence, candidate: Candidate, *, counted: bool) -> bool:
    """Like "three areas are ‘Outstanding’", "11 of them were rated Good, one Outstanding", "in nine of them it was …".

    Args:
        sentence: The sentence.
        candidate: The grade.
        counted: The sentence before counted standards: "them" and "the other four" are these.
    """
    if candidate.is_narrative:
        return False
    low = sentence.tokens.low
    parts = [it for it in sentence.having("parts") if it.j <= candidate.i]
    k = candidate.i
    while k > 0 and (not low[k - 1][0].isalnum() or low[k - 1] in _RATING or low[k - 1] == "as"):
        k -= 1
    if parts and parts[-1].j == k:
        number = _number_before(low, parts[-1].i)
        if number is not None and not _is_one_among(low, number):
            return True
    known = counted or any(_number_before(low, it.i) is not None for it in parts)
    if not known or any(m.plural and m.type is not None and m.j <= candidate.i for m in sentence.mentions):
        return False
    if k > 2 and low[k - 1] in _THEM and low[k - 2] == "of" and _is_number(low[k - 3]):
        return True
    if k > 0 and _is_number(low[k - 1]):
        return True
    if k > 1 and low[k - 1] in {"other", "others"} and _is_number(low[k - 2]):
        return True  # "Three others were marked as …"
    begin, _ = sentence.clause(candidate.i)
    front = low[begin : begin + 4]
    return front[:1] == ["in"] and len(front) > 3 and _is_number(front[1]) and front[2] == "of" and front[3] in _THEM


def other_parts(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Some areas required improvement; others were ‘Inadequate’", "two standards were …, the rest …"."""
    low = sentence.tokens.low
    k = candidate.i
    while k > 0 and (not low[k - 1][0].isalnum() or low[k - 1] in _RATING or low[k - 1] == "as"):
        k -= 1
    if k < _FEWEST or low[k - 1] not in REST or any(m.plural and m.type is not None for m in sentence.mentions):
        return False
    before = k - 1 - (low[k - 2] == "the")
    parts = [it for it in sentence.having("parts") if it.j <= before]
    return bool(parts) and low[before - 1] in _AND and sentence.has_between("aspect", parts[-1].j, candidate.i) is None


_FEWEST: Final = 3
_AND: Final = frozenset((";", ",", "and", "but", "while", "whereas", "–", "—"))


def some_respects(sentence: Sentence, candidate: Candidate, begin: int) -> bool:
    """Like "In some respects the NPS worked well", "Some things the CRC did well": not on the whole."""
    if not candidate.is_narrative:
        return False
    low = sentence.tokens.low
    k = begin + (low[begin : begin + 1] in (["and"], ["but"], ["yet"]))
    if low[k : k + 1] == ["in"] and low[k + 1 : k + 2] and low[k + 1] in _SOME:
        return low[k + 2] in _RESPECTS
    return low[k : k + 2] in (["some", "things"], ["many", "things"], ["several", "things"])


def parts_of_it(low: list[str], begin: int) -> bool:
    """Like "Parts of it were even ‘Outstanding’", "elements of its work were poor": never the whole."""
    k = begin + (low[begin : begin + 1] in (["and"], ["but"], ["though"], ["while"]))
    return low[k : k + 2] in _PARTS_OF and low[k + 2 : k + 3] in (["it"], ["its"], ["their"], ["them"])


_PARTS_OF: Final = [[word, "of"] for word in ("parts", "elements", "bits", "aspects", "sides")]


def offered(sentence: Sentence, candidate: Candidate, begin: int) -> str | None:
    """Like "What the CRC did for women was impressive", "what it offers women": the standard it is of."""
    low = sentence.tokens.low
    k = begin + (low[begin : begin + 1] in (["and"], ["but"]))
    if low[k : k + 1] != ["what"]:
        return None
    body = next((m for m in sentence.mentions if k < m.i <= k + 2 and not m.other), None)
    if body is None or body.j + 2 >= candidate.i:
        return None
    end = next((it.i for it in sentence.having("copula") if body.j < it.i <= candidate.i), candidate.i)
    behind = low[body.j + 1 : end]
    if "women" in behind:
        return "services"
    if behind[:1] and behind[0] in _FOR:
        words = sentence.words(body.j + 2, end)
        return standard_served(words) or standard_of(f"work with {words}") or SOME_STANDARDS
    return None


def of_the_others(sentence: Sentence, i: int, j: int) -> bool:
    """Like "planning was ‘Inadequate’ and the other three were ‘Good’": graded apart from the standard before."""
    low = sentence.tokens.low
    graded = next((it.j for it in reversed(sentence.having("four")) if i <= it.i and it.j <= j), j)
    if any(graded <= m.i < j and not m.pronoun for m in sentence.mentions):
        return False
    return any(
        low[k - 1] in {"the", "all", "everything"} and (low[k] in REST or (low[k] in _OTHER and k + 1 < j))
        for k in range(graded + 1, j)
    )


_OTHER: Final = frozenset(("other", "remaining"))
REST: Final = frozenset(("rest", "others", "remainder", "else"))
"""What the other standards, or the other bodies, are called behind "the"."""


def is_excepted(low: list[str], at: int) -> bool:
    """Like "The work of the NPS, aspects of court work excepted, was good": between commas, and not judged."""
    stop = next((k for k in range(at, min(len(low), at + _CONCEDED)) if low[k] == ","), 0)
    return stop > 0 and low[stop - 1] in _EXCEPTED and "," in low[max(0, at - _CONCEDED) : at]


_EXCEPTED: Final = frozenset(("excepted", "apart", "aside"))


def is_conceded(low: list[str], begin: int, at: int) -> bool:
    """Like "a service which for all the efforts of its staff was poor": what is granted is not what is judged."""
    if _is_fronted(low, begin, at):
        return True
    for k in range(at - 1, max(begin - 1, at - _CONCEDED), -1):
        if not (low[k][0].isalnum() or low[k] in _MARKS):
            return False
        if low[k] in {"despite", "notwithstanding"} or low[k : k + 2] == ["for", "all"]:
            return True
    return False


def _is_fronted(low: list[str], begin: int, at: int) -> bool:
    """Like "Ambitious as its plans were, the CRC's work was mixed": what stands up to the comma is granted."""
    opened = next((k for k in range(at - 1, max(begin, at - _OWNER), -1) if low[k] in {"as", "though"}), None)
    if opened is None or low[opened - 1] == ",":
        return False
    comma = next((k for k in range(at + 1, min(at + _CONCEDED, len(low))) if low[k] == ","), None)
    return comma is not None and low[comma - 1] in _BE


_OWNER: Final = 5
_BE: Final = frozenset(("was", "were", "is", "are", "be", "been"))


def a_service_that(low: list[str], begin: int, end: int) -> int:
    """Where "a service that was poor" begins, behind what else was found: the whole of it."""
    return next(
        (
            k
            for k in range(end - 3, begin, -1)
            if low[k] == "a" and low[k + 1] in _SERVICES and low[k + 2] in {"which", "that"}
        ),
        begin,
    )


_SERVICES: Final = frozenset(("service", "company", "provider", "division", "organisation", "operation"))
_CONCEDED: Final = 9
_MARKS: Final = frozenset("“”‘’\"'")
