"""Tables as a whole: what stands over a row, and over each of its cells.

A row means little without its headers, of which there may be two over each other, the second parting what the first
spans; without the row across the table that says whose the rows below are; and without the name that stands in the
first cell once and is left out below it. These are found here, before any row is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, BlockKind
from aggregator.ratings.grades.cells import bounds, is_row, names_of
from aggregator.ratings.grades.periods import is_before

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.model import RatingValue
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["NOWHERE", "Frame", "lay_out"]

_YEAR: Final = re.compile(r"\b20[012]\d\b")
_LONGEST_HEAD: Final = 60
"""Characters of a cell from which on it is no header, where nothing marks it as one."""
_GRADES: Final = frozenset(("four", "ordinal", "narr_is", "narr_does"))


@dataclass(slots=True)
class Frame:
    """What stands over a row of a table.

    Attributes:
        heads: Its header's rows, from the top.
        across: The bodies that the row across the table above it names.
        above: The row that last had something in its first cell, for one that has nothing there.
        latest: The latest year that begins a row of the table; 0 where none does.
    """

    heads: list[Sentence] = field(default_factory=list)
    across: list[Mention] = field(default_factory=list)
    above: Sentence | None = None
    latest: int = 0

    @property
    def header(self) -> Sentence | None:
        """The header right over the rows."""
        return self.heads[-1] if self.heads else None

    @property
    def holds_grades(self) -> bool:
        """Whether the header names grades, and its cells may say who got them."""
        return any(head.has("four") for head in self.heads)

    def over(self, number: int) -> list[tuple[Sentence, tuple[int, int]]]:
        """What the header says over column ``number``: a cell of each of its rows that reaches over it."""
        found = []
        for depth, head in enumerate(self.heads):
            cells = bounds(head)
            at = min(number, len(cells) - 1)
            if depth < len(self.heads) - 1:
                while at > 0 and not names_of(head, cells[at]):
                    at -= 1  # what spans several columns stands in the first of them
            elif at != number:
                continue
            if names_of(head, cells[at]):
                found.append((head, cells[at]))
        return found

    def words_over(self, number: int) -> list[str]:
        """The words of the header over a column."""
        return [word for head, cell in self.over(number) for word in names_of(head, cell)]

    def column(self, number: int) -> tuple[str | None, list[Mention]]:
        """The standard and the bodies that a column's header names."""
        bodies: list[Mention] = []
        aspect: str | None = None
        for head, (i, j) in self.over(number):
            bodies = [m for m in head.mentions if m.i >= i and m.j <= j and not m.pronoun] or bodies
            named = head.has_between("aspect", i, j)
            if head.has_between("overall", i, j) is not None:
                aspect = OVERALL
            elif named is not None:
                aspect = str(named.kinds["aspect"])
            elif head.tokens.low[i:j] == ["services"]:
                aspect = "services"
        return aspect, bodies

    def grade(self, number: int) -> RatingValue | None:
        """The grade that is all that the header says over a column."""
        for head, (i, j) in self.over(number):
            item = head.has_between("four", i, j)
            if item is None:
                continue
            rest = (*head.tokens.low[i : item.i], *head.tokens.low[item.j : j])
            if all(not word[0].isalnum() or word in _COUNTED for word in rest):
                value: RatingValue = item.kinds["four"]
                return value
        return None

    def is_earlier(self, number: int, graded: Iterable[int]) -> bool:
        """Whether a column is of an earlier inspection than another one of the same body."""
        bodies = [(m.type, tuple(m.areas)) for m in self.column(number)[1]]
        width = max((len(bounds(head)) for head in self.heads), default=0)
        others = [
            n for n in range(width) if n != number and [(m.type, tuple(m.areas)) for m in self.column(n)[1]] == bodies
        ]
        said = {n: " ".join(self.words_over(n)) for n in (number, *others)}
        if not said[number]:
            return False
        graded = set(graded)
        return is_before(said[number], [(said[n], n in graded) for n in others])


_COUNTED: Final = frozenset(("no", "number", "of", "rated", "total"))

NOWHERE: Final = Frame()
"""For what is in no table."""


def lay_out(sentences: Iterable[Sentence]) -> dict[int, Frame]:
    """What stands over each row of the tables of a post, by the row's index. Linear in their length."""
    found: dict[int, Frame] = {}
    table: list[tuple[Sentence, Frame]] = []
    frame = Frame()
    for sentence in sentences:
        if not is_row(sentence):
            if table:
                _date(table)
                table, frame = [], Frame()
            continue
        frame = _next(frame, sentence, first=not table)
        found[sentence.index] = frame
        table.append((sentence, frame))
    _date(table)
    return found


def _next(frame: Frame, sentence: Sentence, *, first: bool) -> Frame:
    """The frame of the next row; a header's is that of the rows below it."""
    assert sentence.block is not None
    filled = [cell for cell in sentence.block.cells if cell]
    if len(filled) == 1 and sentence.kinds.isdisjoint(_GRADES):
        own = [m for m in sentence.mentions if not (m.pronoun or (m.bare and len(filled[0].split()) > _PLACE))]
        return Frame(frame.heads, own or frame.across, None, 0)
    if sentence.block.kind is BlockKind.TABLE_HEADER:
        goes_on = frame.heads and frame.above is None and frame.header is not None and _is_right_under(frame, sentence)
        return Frame([*frame.heads, sentence] if goes_on else [sentence], frame.across)
    if first and _looks_like_a_header(sentence):
        return Frame([sentence], frame.across)
    begins = bool(sentence.block.cells and sentence.block.cells[0])
    return Frame(frame.heads, frame.across, sentence if begins else frame.above)


_PLACE: Final = 4


def _is_right_under(frame: Frame, sentence: Sentence) -> bool:
    return frame.header is not None and frame.header.index == sentence.index - 1


def _looks_like_a_header(sentence: Sentence) -> bool:
    """Whether the first row of a table that marks no header is one: names of columns, and no grade."""
    assert sentence.block is not None
    cells = sentence.block.cells
    return (
        len(cells) > 1
        and sentence.kinds.isdisjoint(_GRADES)
        and all(len(cell) < _LONGEST_HEAD for cell in cells)
        and not any(cell.isdecimal() and not _YEAR.fullmatch(cell) for cell in cells)
    )


def _date(table: list[tuple[Sentence, Frame]]) -> None:
    """Let the rows of a table that begin with years know the last of them."""
    years = [year_of(sentence) for sentence, _ in table]
    latest = max(years, default=0)
    for _, frame in table:
        frame.latest = latest


def year_of(sentence: Sentence) -> int:
    """The year that the first cell of a row is, or is of; 0 where it is none."""
    cell = sentence.block.cells[0] if sentence.block is not None and sentence.block.cells else ""
    return (
        max((int(year) for year in _YEAR.findall(cell)), default=0) if len(cell) < len("September 2018–19") + 9 else 0
    )
