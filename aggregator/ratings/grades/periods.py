"""Which of two columns is of the earlier inspection: "2018/19 | 2019/20", "First inspection | Second", "Was | Now"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_before", "moment"]

_YEAR: Final = re.compile(r"\b(20[012]\d)\b")
_SHORT_YEAR: Final = re.compile(r"^(?:fy )?([12]\d) [12]\d$")
"""As "18/19" reads without its mark."""
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - reads as a list of words
_MONTH_YEAR: Final = re.compile(rf"\b(?:{'|'.join(_MONTHS)})[a-z]* ([12]\d)$")
"""As "Sept '18" reads without its mark."""
_ORDINALS: Final = {
    **dict.fromkeys(("first", "1st", "initial", "original", "baseline"), 1),
    **dict.fromkeys(("second", "2nd", "repeat", "reinspection", "follow"), 2),
    **dict.fromkeys(("third", "3rd"), 3),
}
_NUMBERED: Final = re.compile(r"\b(?:round|year|cycle|inspection|visit|phase|wave|programme) (\d)\b")
_PLAINLY: Final = ("previous", "last time", "before", "last inspection", "earlier")
"""Said of one column these need no other beside it."""
_NOW: Final = frozenset(("now", "latest", "current", "this time", "this year", "today"))
_THEN: Final = frozenset(("was", "then", "last", "prior", "old", "from"))


def is_before(words: str, others: Iterable[tuple[str, bool]]) -> bool:
    """Whether a column is of an earlier inspection.

    Args:
        words: What its header says, in lower case and without marks.
        others: What the headers of the body's other columns say, and whether a grade stands in this row under each.
    """
    said = list(others)
    if any(word in words for word in _PLAINLY):
        return True
    at = moment(words)
    if at[0] and any(moment(other) > at for other, _ in said):
        return True
    graded = [other for other, has_grade in said if has_grade]
    if at[0] and any(other in _NOW for other in graded):
        return True
    place = _place(words)
    if place and any(_place(other) > place for other in graded):
        return True
    return not _THEN.isdisjoint(words.split()) and any(_THEN.isdisjoint(other.split()) for other in graded)


def moment(words: str) -> tuple[int, int]:
    """The last year in a header, with its month; (0, 0) where there is none."""
    years = [int(year) for year in _YEAR.findall(words)]
    short = _SHORT_YEAR.match(words)
    if short is not None:
        years.append(2000 + int(short[1]))
    dated = _MONTH_YEAR.search(words)
    if dated is not None:
        years.append(2000 + int(dated[1]))
    if not years:
        return 0, 0
    months = [_MONTHS.index(word[:3]) + 1 for word in words.split() if word[:3] in _MONTHS and word.isalpha()]
    return max(years), max(months, default=0)


def _place(words: str) -> int:
    numbered = _NUMBERED.search(words)
    if numbered is not None:
        return int(numbered[1])
    return max((_ORDINALS.get(word, 0) for word in words.split()), default=0)
