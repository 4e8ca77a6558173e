"""The years and months that a sentence names, and whether they are those of a grade, of a visit or of a report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.ratings.nouns import OLD
from aggregator.ratings.verdicts.cues import PARTING

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["FIELDWORK", "REPORTS", "dates_the_report", "month_of", "year_of_report", "years_of"]

FIELDWORK: Final = re.compile(
    r"visit|fieldwork|inspected|examined|called on|carried out|inspection took place|were with"
)
_NOT_OF: Final = (["unification"], ["merger"], ["reunification"], ["as"], ["than"], ["like"])
"""Before "in 2018" these name another time than the grade's: "as in 2018 it is rated …"."""


def years_of(sentence: Sentence, candidate: Candidate, begin: int, end: int) -> list[int]:
    """The years that a grade's clause names: not those of an aside, nor those nearer to another grade."""
    low = sentence.tokens.low
    found: list[int] = []
    numbers = [k for k in range(begin, end) if len(low[k]) == 4 and low[k].isdecimal()]
    if not numbers:
        return found
    others = [it.i for it in sentence.items if ("four" in it.kinds or "ordinal" in it.kinds) and it.i != candidate.i]
    for k in numbers:
        if not 2000 <= int(low[k]) < 2030:
            continue
        if not sentence.same_clause(k, candidate.i) or low[k - 1 : k] == ["since"]:
            continue
        if low[k - 1 : k] == ["in"] and low[k - 2 : k - 1] in _NOT_OF:
            continue
        if int(low[k]) <= _SET_UP and any(m.type in OLD and m.j <= candidate.i for m in sentence.mentions):
            continue  # "the companies brought in by the overhaul of 2014 were failing"
        _, behind = sentence.tokens.span(k, k + 1)
        if sentence.text[behind : behind + 1] == "-":
            continue  # 2018-19 is a programme
        if k > candidate.j and _so_had(low, candidate.j, k):
            continue  # "was ‘Inadequate’, and so had the whole unit been in 2022"
        if low[k + 1 : k + 2] == ["to"] and any(o < k < candidate.i for o in others):
            continue  # "from ‘Good’ for planning in 2018 to ‘Inadequate’"
        between = [o for o in others if min(k, candidate.i) < o < max(k, candidate.i)]
        told = any(
            it.j <= k and not {"four", "ordinal", "narr_is", "narr_does"}.isdisjoint(it.kinds) for it in sentence.items
        )
        if between or (told and k < candidate.i and _parted(low, k, candidate.i)):
            continue
        found.append(int(low[k]))
    return found


def _so_had(low: list[str], i: int, j: int) -> bool:
    return any(low[x : x + 2] in (["so", "had"], ["as", "had"]) for x in range(i, j - 1))


_SET_UP: Final = 2014
"""The year in which CRCs and the NPS began: nobody had rated them by then."""


def _parted(low: list[str], i: int, j: int) -> bool:
    return not PARTING.isdisjoint(low[i:j])


def year_of_report(low: list[str]) -> int:
    """The year of "In its 2019 report it was rated …"; one that is never over where a sentence begins otherwise."""
    told = low[:1] == ["in"] and low[1:2] and low[1] in {"its", "their", "the", "a"} and low[3:4] and low[2].isdecimal()
    return int(low[2]) if told and len(low[2]) == len("2019") and low[3] in REPORTS else _NEVER


_NEVER: Final = 9999
REPORTS: Final = frozenset(("report", "inspection", "reports", "inspections", "visit", "reviews", "studies"))


def dates_the_report(low: list[str]) -> bool:
    """Like "published its report on 10 May 2019": a year that is of the report which holds until the next."""
    return any(
        len(word) == 4
        and word.isdecimal()
        and k > 2
        and low[k - 2].isdecimal()
        and not {"report", "reported", "published"}.isdisjoint(low[max(0, k - 8) : k])
        for k, word in enumerate(low)
    )


def month_of(sentence: Sentence, candidate: Candidate) -> int:
    """The month that a rating is said to be of: "rated ‘Good’ in March"; 0 where none is."""
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and not low[k][0].isalnum():
        k += 1
    if k + 1 < len(low) and low[k] == "in":
        return _MONTHS.get(low[k + 1], 0)
    if _MONTHS.keys().isdisjoint(low[max(0, candidate.i - 7) : candidate.j + 5]):
        return 0
    if FIELDWORK.search(sentence.text.lower()):
        return 0
    for x in range(max(1, candidate.i - 7), min(candidate.j + 5, len(low))):  # "has a Good from last November"
        if low[x] in _MONTHS and (low[x - 1] == "last" or (low[x - 1] == "in" and low[candidate.i - 1] == "(")):
            return _MONTHS[low[x]]
    return 0


_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        (
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ),
        1,
    )
}
