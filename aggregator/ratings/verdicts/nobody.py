"""Grades that nobody has: "‘Outstanding’: none", "no division was rated ‘Good’", "the top grade went to none"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.grammar import AUXILIARIES, COPULAS, GETTING, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["is_no_ones", "is_nobodys", "is_of_none", "nobody_praised"]

_DASHES: Final = frozenset((":", "–", "—", "-", "("))
_CLOSING: Final = frozenset("\"'”’")
_NOBODY: Final = frozenset(("nobody", "none", "nil", "no", "zero", "0"))
_RELATIVE: Final = frozenset(("what", "whatever", "anything", "everything"))
_ANYTHING: Final = _RELATIVE | {"such"}
_ENDING: Final = frozenset(".,;•·|)–—-")
"""What behind a count of none ends what it counts: "‘Outstanding’: zero • ‘Good’: six"."""


def is_nobodys(low: list[str], candidate: Candidate) -> str:
    """Why a grade is nobody's: "Outstanding: nobody", "a grade such as Good", "ask what requires improvement"."""
    if candidate.kind not in {"four", "ordinal"}:
        return ""
    behind = candidate.j + (low[candidate.j : candidate.j + 1] != [] and low[candidate.j] in _CLOSING)
    if behind < len(low) and (low[behind] in _DASHES or low[behind] in _MARK or low[behind] in _WENT):
        scored = (
            low[behind] == "(" and candidate.use == "predicate" and low.count("(") == 1
        )  # "Planning was Inadequate (0)": its points
        if low[behind] in _DASHES and not scored and _is_none(low, behind + 1):
            return "nobody was given it"
        if _went_to_none(low, behind):
            return "nobody was given it"
    if candidate.kind != "four":
        return ""
    near = low[max(0, candidate.i - 4) : candidate.i]
    if _ANYTHING.isdisjoint(near):
        return ""
    before = [word for word in near if word[0].isalnum()]
    if before[-2:] == ["such", "as"] or (before[:2] == ["such", "as"] and before[-1] == "or"):
        return "the scale is explained"
    if before[-1:] and before[-1] in _RELATIVE and not candidate.quoted:
        return "said of whatever it may be true of"
    return ""


def _is_none(low: list[str], k: int) -> bool:
    """Whether a count of none stands at token ``k``, and nothing more: no "zero tolerance", no "no fewer than"."""
    while k < len(low) and low[k] in _DASHES:
        k += 1
    if k >= len(low) or low[k] not in _NOBODY:
        return False
    words = [word for word in low[k:] if word[0].isalnum()]
    return len(words) <= len(("no", "probation", "services")) or low[k + 1] in _ENDING


def _went_to_none(low: list[str], k: int) -> bool:
    """Like "The top rating went to no division", "‘Good’ was given to none"; "to none but Kent" is Kent's."""
    if low[k] in _MARK:
        k += 1
    while k < len(low) and low[k] in _BEING:
        k += 1
    if k + 2 >= len(low) or low[k] not in _WENT or low[k + 1] != "to" or low[k + 2] not in _NOBODY | {"neither"}:
        return False
    return _BUT.isdisjoint(low[k + 3 : k + 6])


_MARK: Final = frozenset(("rating", "grade", "mark", "verdict", "band", "score"))
_WENT: Final = frozenset(("went", "goes", "given", "awarded", "gone", "fell"))
_BEING: Final = frozenset(("was", "is", "has", "been", "were"))
_BUT: Final = frozenset(("but", "other", "except", "save", "fewer", "more", "less"))


_DENYING: Final = frozenset(("none", "no", "neither", "not", "zero", "0"))
_NO: Final = frozenset(("no", "zero", "0"))
_SERVICES: Final = frozenset(("service", "company", "provider", "unit", "division", "team", "region", "area", "body"))
_VERBS: Final = AUXILIARIES | COPULAS | GETTING


def is_of_none(sentence: Sentence, candidate: Candidate, begin: int) -> bool:
    """Like "None of the CRCs", "no division", "not one service", "zero services": the subject is nobody."""
    low = sentence.tokens.low
    end = candidate.i
    if _DENYING.isdisjoint(low[begin:end]):
        return False
    for k in range(begin, end):
        if low[k] not in _DENYING or not sentence.same_clause(k, end) or _others_are(low, k, end):
            continue
        parted = any(w in {",", ";"} for w in low[k:end])
        if low[k] == "none" and not parted:
            return True
        one = low[k] == "not" and (low[k + 1] == "one" or low[k + 1 : k + 3] == ["a", "single"])
        if low[k] in _NO or low[k] == "neither" or one:
            told = any(m.i <= k + 4 and m.i > k and not m.pronoun for m in sentence.mentions)
            if not parted and (told or _is_somebody(low, k)):
                return True
        if parted and (one or low[k] == "none") and _is_aside(low, k, end):
            return True
    return False


def _others_are(low: list[str], k: int, end: int) -> bool:
    """Like "Not one was ‘Outstanding’ and five were ‘Good’": others are counted between, and they have it."""
    return any(
        low[x] in {"and", "but"} and (low[x + 1] in NUMBERS or low[x + 1].isdecimal()) and low[x + 1] != "0"
        for x in range(k + 1, end - 1)
    )


def _is_somebody(low: list[str], k: int) -> bool:
    """Like "no unit was", "not one was", "not a single one got": a body whose name or kind was told before."""
    if low[k] in _NO:
        return low[k + 1] in _SERVICES
    k += 1 + (low[k + 1] == "a") + (low[k + 2] == "single")
    return low[k] == "one" and low[k + 1] in _VERBS


def _is_aside(low: list[str], k: int, end: int) -> bool:
    """Like "and not one, for the second year running, ‘Inadequate’": an aside stands before the grade."""
    while end > k and not low[end - 1][0].isalnum() and low[end - 1] != ",":
        end -= 1
    k += 1
    while low[k] in _COUNT:
        k += 1
    marks = [x for x in range(k, end) if low[x] in {",", "–", "—", ";"}]
    return marks == [k, end - 1]


_COUNT: Final = frozenset(("one", "a", "single", "of", "them", "these"))


def is_no_ones(low: list[str], i: int, j: int) -> bool:
    """Like "0: units that have been rated good so far", "As ‘Outstanding’ no service was rated"."""
    if low[0] in _NIL and low[1] in {":", "–", "—"}:
        return True
    k = i - 1
    while k > 0 and not low[k][0].isalnum():
        k -= 1
    return low[max(0, k)] == "as" and low[j : j + 1] in (["no"], ["none"], ["nobody"], ["neither"])


_NIL: Final = frozenset(("0", "nil", "none", "zero", "nobody"))


def nobody_praised(low: list[str], i: int) -> bool:
    """Like "Not one of the companies has been praised for a good job"."""
    none = low[0] in {"none", "nobody"} or any(low[k : k + 2] == ["not", "one"] for k in range(i - len(_GIVEN)))
    return none and not {"praised", "commended", "complimented"}.isdisjoint(low[max(0, i - len(_GIVEN)) : i])


_GIVEN: Final = ("praised", "for", "a", "good")
