"""A table's header: what it says over each column, in one row or in two of which the second parts the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL
from aggregator.ratings.grades.cells import bounds, names_of
from aggregator.ratings.grades.periods import is_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import RatingValue
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["Header"]


class Header:
    """The header over some rows of a table; what it says over a column is found once, for all of them."""

    __slots__ = ("_before", "_cells", "_columns", "_over", "_words", "holds_grades", "rows")

    def __init__(self, rows: Sequence[Sentence] = ()) -> None:
        """A header of some rows.

        Args:
            rows: Its rows, from the top; none where a table has no header.
        """
        self.rows = rows
        self.holds_grades = any(row.has("four") for row in rows)
        """Whether it names grades, and its cells may say who got them."""
        self._cells = [bounds(row) for row in rows]
        self._over: dict[int, list[tuple[Sentence, tuple[int, int]]]] = {}
        self._words: dict[int, list[str]] = {}
        self._columns: dict[int, tuple[str | None, list[Mention]]] = {}
        self._before: dict[tuple[int, frozenset[int]], bool] = {}

    @property
    def last(self) -> Sentence | None:
        """The row right over the rows of the table."""
        return self.rows[-1] if self.rows else None

    @property
    def width(self) -> int:
        """How many columns it has."""
        return max(map(len, self._cells), default=0)

    def over(self, number: int) -> list[tuple[Sentence, tuple[int, int]]]:
        """What it says over column ``number``: a cell of each of its rows that reaches over it."""
        found = self._over.get(number)
        if found is None:
            found = self._over[number] = self._find(number)
        return found

    def _find(self, number: int) -> list[tuple[Sentence, tuple[int, int]]]:
        found = []
        for depth, (row, cells) in enumerate(zip(self.rows, self._cells, strict=True)):
            at = min(number, len(cells) - 1)
            if depth < len(self.rows) - 1:
                while at > 0 and not names_of(row, cells[at]):
                    at -= 1  # what spans several columns stands in the first of them
            elif at != number:
                continue
            if names_of(row, cells[at]):
                found.append((row, cells[at]))
        return found

    def words_over(self, number: int) -> list[str]:
        """The words over a column."""
        words = self._words.get(number)
        if words is None:
            words = [word for row, cell in self.over(number) for word in names_of(row, cell)]
            self._words[number] = words
        return words

    def column(self, number: int) -> tuple[str | None, list[Mention]]:
        """The standard and the bodies that stand over a column."""
        known = self._columns.get(number)
        if known is not None:
            return known
        bodies: list[Mention] = []
        aspect: str | None = None
        for row, (i, j) in self.over(number):
            bodies = [m for m in row.mentions if m.i >= i and m.j <= j and not m.pronoun] or bodies
            named = row.has_between("aspect", i, j)
            if row.has_between("overall", i, j) is not None:
                aspect = OVERALL
            elif named is not None:
                aspect = str(named.kinds["aspect"])
            elif row.tokens.low[i:j] == ["services"]:
                aspect = "services"
        self._columns[number] = aspect, bodies
        return aspect, bodies

    def grade(self, number: int) -> RatingValue | None:
        """The grade that is all that it says over a column."""
        for row, (i, j) in self.over(number):
            item = row.has_between("four", i, j)
            if item is None:
                continue
            rest = (*row.tokens.low[i : item.i], *row.tokens.low[item.j : j])
            if all(not word[0].isalnum() or word in _COUNTED for word in rest):
                value: RatingValue = item.kinds["four"]
                return value
        return None

    def is_earlier(self, number: int, graded: frozenset[int]) -> bool:
        """Whether a column is of an earlier inspection than another one of the same body.

        Args:
            number: The column.
            graded: The columns in which the row has grades.
        """
        known = self._before.get((number, graded))
        if known is None:
            known = self._before[number, graded] = self._is_earlier(number, graded)
        return known

    def _is_earlier(self, number: int, graded: frozenset[int]) -> bool:
        said = " ".join(self.words_over(number))
        bodies = self._bodies(number)
        others = [n for n in range(self.width) if n != number and self._bodies(n) == bodies]
        return bool(said) and is_before(said, [(" ".join(self.words_over(n)), n in graded) for n in others])

    def _bodies(self, number: int) -> list[tuple[object, ...]]:
        return [(mention.type, *mention.areas) for mention in self.column(number)[1]]


_COUNTED: Final = frozenset(("no", "number", "of", "rated", "total"))
"""Words beside a grade over a column of counts."""
