"""The cells of a table's row, and the grades that they consist of: "Good", "18 – Good", "Good (was Inadequate)"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind, RatingValue
from aggregator.ratings.words.grammar import DEGREE

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["WIDEST", "Row", "bounds", "grades_of", "is_figure", "is_row", "names_of", "value_of", "whole"]


WIDEST: Final = 40
"""Columns of a table that is read; a wider one is no table of ratings, or made to take long."""


class Row:
    """A label and a grade beside it, as token ranges of one sentence.

    ``column`` and ``label`` are the numbers of their cells; ``earlier`` says that the cell itself tells the grade as
    the one before ("Inadequate → Good").
    """

    __slots__ = ("column", "earlier", "grade", "label", "label_end", "label_start", "value")

    def __init__(
        self,
        label: tuple[int, int],
        grade: Item,
        value: RatingValue,
        column: int,
        *,
        number: int = 0,
        earlier: bool = False,
    ) -> None:
        self.label_start, self.label_end = label
        self.label = number
        self.grade = grade
        self.value = value
        self.column = column
        self.earlier = earlier


def is_row(sentence: Sentence) -> bool:
    """Whether the sentence is a row of a table."""
    return sentence.block is not None and sentence.block.kind in {BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER}


def bounds(sentence: Sentence) -> list[tuple[int, int]]:
    """The cells of a row, as token ranges; those that are empty too."""
    marks = [-1, *(k for k, word in enumerate(sentence.tokens.low) if word == "|"), len(sentence.tokens.low)]
    return [(marks[n] + 1, marks[n + 1]) for n in range(len(marks) - 1)]


def names_of(sentence: Sentence, cell: tuple[int, int]) -> list[str]:
    """The words of a cell in lower case, without marks."""
    return [word for word in sentence.tokens.low[slice(*cell)] if word[0].isalnum()]


def whole(sentence: Sentence, i: int, j: int, *, prose: bool) -> Item | None:
    """The grade that tokens ``i`` to ``j`` consist of, marks apart; with ``prose`` praise or blame as well."""
    low = sentence.tokens.low
    while i < j and (not low[i][0].isalnum() or (prose and low[i] in DEGREE)):
        i += 1
    while j > i and not low[j - 1][0].isalnum():
        j -= 1
    for item in sentence.items:
        if item.i == i and ("four" in item.kinds or (prose and item.kinds.get("narr_is") is not None)):
            rest = low[item.j : j]
            if not rest or all(word in _BESIDE or not word[0].isalnum() or word.isdigit() for word in rest):
                return item
    return None


_BESIDE: Final = frozenset(
    ("overall", "rating", "score", "points", "point", "out", "of", "no", "change", "unchanged", "same", "up", "down",
     "maintained", "retained", "improved", "draft", "provisional", "again", "still", "stars", "star", "new", "pts",
     "one", "grade", "place")
)  # fmt: skip
"""Words that may stand in a cell beside its grade: "Good (no change)", "Good (18 out of 30)"."""


def value_of(sentence: Sentence, item: Item) -> RatingValue:
    """The grade, or the verdict, that an item means."""
    if "four" in item.kinds:
        grade: RatingValue = item.kinds["four"]
        return grade
    value: RatingValue = item.kinds["narr_is"]
    turned = not _TURNED.isdisjoint(sentence.tokens.low[max(0, item.i - 2) : item.i])
    return RatingValue.NEGATIVE if turned and value is RatingValue.POSITIVE else value


_TURNED: Final = frozenset(("less", "not", "never"))
"""Before praise: "Reviewing: not yet satisfactory"."""


def grades_of(sentence: Sentence, cell: tuple[int, int], *, prose: bool) -> list[tuple[Item, bool]]:
    """The grade that a cell consists of, or the two, each with whether it is the one before.

    Two stand there as "Inadequate → Good", "from Inadequate to Good", "Good (previously Inadequate)", "Good (2018:
    Inadequate)"; two of which neither is said to be the one before are none.
    """
    i, j = cell
    one = whole(sentence, i, j, prose=prose)
    if one is not None:
        return [(one, False)]
    fours = [item for item in sentence.having("four") if i <= item.i and item.j <= j]
    low = sentence.tokens.low
    if len(fours) == 1:
        before, behind = low[i : fours[0].i], low[fours[0].j : j]
        beside = all(w in _BESIDE or not w[0].isalnum() or w.isdecimal() for w in (*before, *behind))
        return [(fours[0], False)] if beside and any(w.isdecimal() for w in before) else []
    if len(fours) != 2:
        return []
    first, second = fours
    opening, gap, rest = low[i : first.i], low[first.j : second.i], low[second.j : j]
    if any(w[0].isalpha() and w not in _CHANGING for w in (*opening, *gap, *rest)):
        return []
    if not _BEFORE.isdisjoint(gap) or (_years(rest) and "(" in gap) or ("(" in gap and _years(gap)):
        return [(first, False), (second, True)]
    if not _ARROWS.isdisjoint(gap) or "to" in gap or "now" in gap:
        return [(first, True), (second, False)]
    return []


_ARROWS: Final = frozenset(("→", "⟶", "➔", "➜", "➡", "⇒", ">", "»", "↗", "↘", "▶", "►"))
_BEFORE: Final = frozenset(("was", "previously", "previous", "formerly", "before", "last", "from", "prior"))
_CHANGING: Final = _BEFORE | _BESIDE | {"to", "now", "in", "time", "at", "inspection", "the", "year", "and"}


def _years(words: list[str]) -> bool:
    return any(word.isdecimal() and word.startswith("20") and len(word) == len("2018") for word in words)


def is_figure(words: list[str]) -> bool:
    """Whether a cell holds a date, a number or a score and no name: "Sept 2018", "18/30", "3rd", "n/a", or nothing."""
    return all(word.isdecimal() or word in _DATING or _NUMBER.fullmatch(word) is not None for word in words)


_DATING: Final = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun
    jul aug sep sept oct nov dec spring summer autumn winter early late mid to of out points na n monday tuesday
    wednesday thursday friday a tbc week the round year cycle first second inspection
    """.split()  # noqa: SIM905 - reads as a list of words
)
_NUMBER: Final = re.compile(r"\d+(?:st|nd|rd|th|pts|pc)|q[1-4]|[a-z]?\d+")
