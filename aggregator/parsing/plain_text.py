"""Plain text to blocks: paragraphs between blank lines, bullets, headings nobody marked up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import Block, BlockKind
from aggregator.parsing.aligned import Drawn, drawn
from aggregator.parsing.lines import Line, Unit, is_plain_heading, units
from aggregator.parsing.plain import fold
from aggregator.parsing.proto import Proto, placed
from aggregator.parsing.tables import CELL_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["drawn_rows", "text_blocks"]

#: Level of a heading that is only told by standing alone.
_LEVEL: Final = 2
_RULE: Final = re.compile(r"\s*([-=_*~#–—])(?:\s?\1){2,}\s*")
_MARKED: Final = re.compile(r"(#{1,6}|\*\*)\s+(?=\S)")


def text_blocks(plain: str) -> tuple[Block, ...]:
    """The blocks of a plain text: wrapped lines joined, bullets as list items, short lone lines as headings.

    Tables that are drawn with tabs, pipes or spaces are rows with cells.

    Linear in the length of the text. Never raises.
    """
    protos: list[Proto] = []
    group: list[Line] = []
    lines = plain.splitlines()
    tables = drawn(lines)
    done = 0
    for at, raw in enumerate(lines):
        if at < done:
            continue
        if at in tables:
            _add_group(protos, group, underlined=False)
            group, done = [], tables[at].end
            protos.extend(drawn_rows(tables[at]))
            continue
        text = fold(raw)
        underlined = _RULE.fullmatch(raw) is not None
        if text and not underlined:
            group.append(Line(text, indented=raw[:1].isspace()))
            continue
        _add_group(protos, group, underlined=underlined)
        group = []
    _add_group(protos, group, underlined=False)
    return placed(protos)


def drawn_rows(table: Drawn, hints: tuple[str, ...] = ()) -> Iterator[Proto]:
    """The rows of a table that a text draws."""
    for number, cells in enumerate(table.rows):
        kind = BlockKind.TABLE_HEADER if table.headed and not number else BlockKind.TABLE_ROW
        yield Proto(kind, CELL_SEPARATOR.join(cells), cells=cells, hints=hints)


def _add_group(protos: list[Proto], group: list[Line], *, underlined: bool) -> None:
    if not group:
        return
    if len(group) == 1:
        line = group[0].text
        if marked := _MARKED.match(line):
            level = len(marked[1]) if marked[1].startswith("#") else _LEVEL
            protos.append(Proto(BlockKind.HEADING, line[marked.end() :], level=level))
            return
        if is_plain_heading(line) and not _is_item(line):
            protos.append(Proto(BlockKind.HEADING, line, level=_LEVEL))
            return
    found = units(group)
    if underlined and found and is_plain_heading(found[-1].text):
        found[-1] = Unit(BlockKind.HEADING, found[-1].text, _LEVEL, linked=False)
    protos.extend(Proto(unit.kind, unit.text, level=unit.level) for unit in found)


def _is_item(line: str) -> bool:
    return units([Line(line)])[0].kind is BlockKind.LIST_ITEM
