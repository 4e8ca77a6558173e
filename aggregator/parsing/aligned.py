"""Tables that a plain text only draws: with tabs, pipes, leaders of dots, or columns lined up with spaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from aggregator.parsing.lines import BULLETS, without_bullet
from aggregator.parsing.plain import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Drawn", "drawn"]

_FEWEST_ROWS: Final = 2
_MOST_CELLS: Final = 30
_LONGEST_CELL: Final = 120
_LONGEST_LINE: Final = 1000
"""Characters of a line that may be a row; a longer one is prose."""
_RULE: Final = re.compile(r"[\s|:+=─│┼–—-]*[-=─–—]{2}[\s|:+=─│┼–—-]*")
"""Between header and rows, as Markdown and typists draw it."""
_MARKER: Final = re.compile(
    rf"[{BULLETS}*–—o-]|\(?(?:\d{{1,3}}(?:\.\d{{1,3}})*|[a-z]|[ivx]{{1,5}})[.):]?", re.IGNORECASE
)
"""What stands before an item of a list."""
_NARROW: Final = 2
_WORD: Final = re.compile(r"\w")
_PIPE: Final = re.compile("[|│]")
_TAB: Final = re.compile("\t")
_TABS: Final = re.compile(r"\t[\t ]*")
_LEADER: Final = re.compile(r" *(?:\.{4,}|…{2,}|_{4,}|(?:[ \xa0]\.){3,}) *")
_GAP: Final = re.compile(r"[ \xa0]{2,}")
_SENTENCE_ENDS: Final = (".", "!", "?", ",", ";")


class Drawn(NamedTuple):
    """A table among lines.

    Attributes:
        end: The line behind its last one.
        rows: The cells of its rows.
        headed: Whether a rule is drawn under the first of them.
    """

    end: int
    rows: list[tuple[str, ...]]
    headed: bool


def drawn(lines: Sequence[str]) -> dict[int, Drawn]:
    """The tables among the lines of a text, by the line that each begins with. Linear in the length of the lines.

    Two rows or more right below each other, with as many cells each, are a table; a rule may part the first from the
    others.
    """
    found: dict[int, Drawn] = {}
    at = 0
    while at < len(lines):
        tables = [_table(lines, at, cut) for cut in _CUTS] if _may_be_cut(lines[at]) else []
        table = max(tables, key=lambda table: len(table.rows) if table is not None else 0, default=None)
        if table is not None:
            found[at - 1 if at and _is_parted_rule(lines[at - 1]) else at] = table
        at = table.end if table is not None else at + 1
    return found


def _is_parted_rule(line: str) -> bool:
    """Whether a rule is drawn over columns; one without gaps is under a heading."""
    return _RULE.fullmatch(line) is not None and any(mark in line.strip() for mark in (" ", "|", "+"))


def _may_be_cut(line: str) -> bool:
    """The quick question, which most lines of most texts end at."""
    return any(mark in line for mark in ("  ", "\t", "|", "│", "...", "…", "___", " . .", "\xa0")) and (
        len(line) <= _LONGEST_LINE
    )


class _Row(NamedTuple):
    """A line cut at what may part columns: the cells, where the second starts, and whether the gaps are wide."""

    cells: list[str]
    second: int
    sure: bool = True


_NO_ROW: Final = _Row([], 0)


def _table(lines: Sequence[str], begin: int, cut: Callable[[str], _Row]) -> Drawn | None:
    """The table that begins at a line, with its columns cut so."""
    first = cut(lines[begin])
    if not first.cells:
        return None
    rows: list[tuple[str, ...]] = []
    headed = False
    at = end = begin
    while at < len(lines):
        if rows and _RULE.fullmatch(lines[at]) is not None:
            headed = headed or (len(rows) == 1 and at + 1 < len(lines))
            at = end = at + 1
            continue
        row = cut(lines[at]) if _may_be_cut(lines[at]) else _NO_ROW
        if len(row.cells) != len(first.cells) or not ((row.sure and first.sure) or row.second == first.second):
            break
        rows.append(_trimmed(row.cells))
        at += 1
        end = at
    return Drawn(end, rows, headed) if len(rows) >= _FEWEST_ROWS else None


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    """The words of the cells, up to the last one that has any."""
    words = [without_bullet(fold(cell)) for cell in cells]
    while words and not words[-1]:
        words.pop()
    return tuple(words)


def _by_pipes(line: str) -> _Row:
    if "|" not in line and "│" not in line:
        return _NO_ROW
    line = line.strip()
    cells = _PIPE.split(line.removeprefix("|").removeprefix("│").removesuffix("|").removesuffix("│"))
    return _fit(cells, line)


def _by_tabs(line: str) -> _Row:
    """Cells between single tabs, some of which may be empty."""
    return _unless_item(_TAB.split(line.rstrip().strip(" ")), line) if "\t" in line else _NO_ROW


def _by_runs_of_tabs(line: str) -> _Row:
    return _unless_item(_TABS.split(line.strip()), line) if "\t" in line else _NO_ROW


def _by_leaders(line: str) -> _Row:
    cells = _LEADER.split(line.strip())
    return _fit(cells, line) if len(cells) == _FEWEST_ROWS and all(cells) else _NO_ROW


def _by_spaces(line: str) -> _Row:
    """Cells between two spaces or more; typists put two behind a sentence as well, and these part none."""
    line = line.expandtabs().rstrip()
    gaps = [gap for gap in _GAP.finditer(line) if gap.start()]
    cells = _GAP.split(line.strip())
    if not gaps or any(cell.endswith(_SENTENCE_ENDS) for cell in cells):
        return _NO_ROW
    return _unless_item(cells, line)._replace(second=gaps[0].end(), sure=all(len(gap[0]) > _NARROW for gap in gaps))


def _unless_item(cells: list[str], line: str) -> _Row:
    """No item of a list, whose number or bullet stands apart from it."""
    row = _fit(cells, line)
    return _NO_ROW if len(row.cells) == _FEWEST_ROWS and _MARKER.fullmatch(row.cells[0]) is not None else row


def _fit(cells: list[str], line: str) -> _Row:
    """The cells of a line, if they may be such: two with words in them, or more that are empty beside one."""
    if len(cells) > _MOST_CELLS or any(len(cell) > _LONGEST_CELL for cell in cells) or not _WORD.search(line):
        return _NO_ROW
    filled = sum(_WORD.search(cell) is not None for cell in cells)
    return _Row(cells, 0) if len(cells) >= _FEWEST_ROWS and (filled > 1 or len(cells) > _FEWEST_ROWS) else _NO_ROW


_CUTS: Final = (_by_pipes, _by_runs_of_tabs, _by_tabs, _by_leaders, _by_spaces)
"""Of two that give as many rows the first is taken: tabs are doubled to line up more often than cells are empty."""
