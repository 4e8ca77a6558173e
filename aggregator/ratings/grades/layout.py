"""Tables as a whole: what stands over a row, and over each of its cells.

A row means little without its headers, of which there may be two over each other, the second parting what the first
spans; without the row across the table that says whose the rows below are; and without the name that stands in the
first cell once and is left out below it. These are found here, before any row is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind
from aggregator.ratings.grades.cells import bounds, is_figure, is_row, names_of, value_of, whole
from aggregator.ratings.grades.headers import Header
from aggregator.ratings.grades.periods import moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["NOWHERE", "Frame", "is_header", "lay_out", "moment_of"]

_YEAR: Final = re.compile(r"\b20[012]\d\b")
_LONGEST_HEAD: Final = 60
"""Characters of a cell from which on it is no header, where nothing marks it as one."""
_GRADES: Final = frozenset(("four", "ordinal", "narr_is", "narr_does"))


@dataclass(slots=True)
class Frame:
    """What stands over a row of a table.

    Attributes:
        header: Its header.
        across: The bodies that the row across the table above it names.
        above: The row that last had something in its first cell, for one that has nothing there.
        latest: The latest year and month of a row that is on the same; (0, 0) where it is the only one.
    """

    header: Header = field(default_factory=Header)
    across: list[Mention] = field(default_factory=list)
    above: Sentence | None = None
    latest: tuple[int, int] = (0, 0)


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
        return Frame(frame.header, own or frame.across)
    if is_header(sentence):
        last = frame.header.last
        goes_on = last is not None and last.index == sentence.index - 1
        return Frame(Header([*frame.header.rows[-_DEEPEST:], sentence] if goes_on else [sentence]), frame.across)
    if first and _looks_like_a_header(sentence):
        return Frame(Header([sentence]), frame.across)
    begins = bool(sentence.block.cells and sentence.block.cells[0])
    return Frame(frame.header, frame.across, sentence if begins else frame.above)


_DEEPEST: Final = 2
"""Rows of a header at most, but for the last one."""
_PLACE: Final = 4


def is_header(sentence: Sentence) -> bool:
    """Whether a row is marked as a header, and is none of a table whose rows are all bold: "Kent CRC | Good"."""
    if sentence.block is None or sentence.block.kind is not BlockKind.TABLE_HEADER:
        return False
    if len(sentence.having("four")) != 1 or "|" not in sentence.tokens.low:
        return True
    grades = [whole(sentence, i, j, prose=False) for i, j in bounds(sentence)]
    named = any(m.areas and m.type is not None for m in sentence.mentions) or sentence.has("aspect")
    return not (named and grades[0] is None and any(grade is not None for grade in grades))


def _looks_like_a_header(sentence: Sentence) -> bool:
    """Whether the first row of a table that marks no header is one: names of columns, and no grade."""
    assert sentence.block is not None
    cells = sentence.block.cells
    return (
        len(cells) > 1
        and (sentence.kinds.isdisjoint(_GRADES) or _holds_only_grades(sentence))
        and all(len(cell) < _LONGEST_HEAD for cell in cells)
        and not any(cell.isdecimal() and not _YEAR.fullmatch(cell) for cell in cells)
    )


def _holds_only_grades(sentence: Sentence) -> bool:
    """Whether two cells or more are grades, each another one, and none but the first is anything else."""
    grades = [whole(sentence, i, j, prose=False) for i, j in bounds(sentence)]
    named = [value_of(sentence, item) for item in grades if item is not None]
    return 1 < len(named) == len(set(named)) and None not in grades[1:]


def _date(table: list[tuple[Sentence, Frame]]) -> None:
    """Let the rows of a table that say the same, but of different dates and grades, know the latest of them."""
    said = [(_undated(sentence), moment_of(sentence), frame) for sentence, frame in table]
    latest: dict[tuple[str, ...], tuple[int, int]] = {}
    counted: dict[tuple[str, ...], int] = {}
    for key, at, _ in said:
        latest[key] = max(latest.get(key, (0, 0)), at)
        counted[key] = counted.get(key, 0) + bool(at[0])
    for key, at, frame in said:
        if at[0] and counted[key] > 1:
            frame.latest = latest[key]


def moment_of(sentence: Sentence) -> tuple[int, int]:
    """The year and the month that a cell of a row is; 0 for what it does not say."""
    dates = (names_of(sentence, cell) for cell in bounds(sentence))
    return max((moment(" ".join(words)) for words in dates if words and is_figure(words)), default=(0, 0))


def _undated(sentence: Sentence) -> tuple[str, ...]:
    """The words of a row but for its dates, figures and grades."""
    said = []
    for i, j in bounds(sentence):
        words = names_of(sentence, (i, j))
        if words and not is_figure(words) and sentence.has_between("four", i, j) is None:
            said.append(" ".join(words))
    return tuple(said)
