"""Tables to blocks: a row of data is one block with its cells; a table that is only layout is not there."""

from __future__ import annotations

from typing import Final

from aggregator.model import BlockKind
from aggregator.parsing.lines import without_bullet
from aggregator.parsing.proto import Proto

__all__ = ["CELL_SEPARATOR", "Cell", "Table"]

CELL_SEPARATOR: Final = " | "

_LONGEST_DATA: Final = 600
_LONGEST_LONE_CELL: Final = 120
_MOST_BLOCKS_IN_DATA: Final = 4
_WIDEST_SPAN: Final = 50
#: What is repeated into the rows below it is a label.
_LONGEST_LABEL: Final = 200


class Cell:
    """One cell: the blocks in it, and how far it reaches."""

    __slots__ = ("colspan", "is_header", "protos", "rowspan")

    def __init__(self, *, is_header: bool, colspan: int = 1, rowspan: int = 1) -> None:
        self.is_header = is_header
        self.colspan = min(max(colspan, 1), _WIDEST_SPAN)
        self.rowspan = min(max(rowspan, 1), _WIDEST_SPAN)
        self.protos: list[Proto] = []

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(without_bullet(proto.text) for proto in self.protos)

    @property
    def is_bold(self) -> bool:
        """Whether it reads like a heading: short and all bold."""
        return all(proto.kind is BlockKind.HEADING for proto in self.protos)


class Table:
    """One table while it is walked: the row in progress, and what reaches down from the rows above."""

    __slots__ = ("cells", "in_head", "rows", "spans")

    def __init__(self) -> None:
        self.in_head = False
        self.rows = 0
        self.cells: list[Cell] = []
        self.spans: dict[int, tuple[int, str]] = {}  # column: how many more rows, and the words

    def end_row(self) -> list[Proto]:
        """The blocks of the row that ends: one row or header block, or whatever a layout cell held."""
        cells, self.cells = self.cells, []
        filled = [cell for cell in cells if cell.protos]
        if not filled:
            return []
        self.rows += 1
        if _is_layout(filled):
            self.spans.clear()
            return [proto for cell in cells for proto in cell.protos]
        is_header = (
            self.in_head
            or all(cell.is_header for cell in filled)
            or (self.rows == 1 and len(filled) > 1 and all(cell.is_bold for cell in filled))
        )
        texts = self._across(cells)
        return [
            Proto(
                BlockKind.TABLE_HEADER if is_header else BlockKind.TABLE_ROW,
                CELL_SEPARATOR.join(texts),
                cells=tuple(texts),
                links_only=all(proto.links_only for cell in filled for proto in cell.protos),
                hints=filled[0].protos[0].hints,
            )
        ]

    def _across(self, cells: list[Cell]) -> list[str]:
        """The row's words column by column: a cell's reach to the right is empty, its reach down is repeated."""
        texts: list[str] = []
        for cell in cells:
            self._down(texts)
            text = cell.text
            for column in range(cell.colspan):
                if cell.rowspan > 1:
                    words = text if column == 0 and len(text) <= _LONGEST_LABEL else ""
                    self.spans[len(texts)] = (cell.rowspan - 1, words)
                texts.append(text if column == 0 else "")
        self._down(texts)
        while len(texts) > 1 and not texts[-1]:
            texts.pop()
        return texts

    def _down(self, texts: list[str]) -> None:
        while span := self.spans.pop(len(texts), None):
            rows, words = span
            if rows > 1:
                self.spans[len(texts)] = (rows - 1, words)
            texts.append(words)


def _is_layout(filled: list[Cell]) -> bool:
    """Whether a row only lays out a page: it holds whole tables or texts, where data has a few words a cell."""
    for cell in filled:
        if any(proto.cells for proto in cell.protos) or len(cell.protos) > _MOST_BLOCKS_IN_DATA:
            return True
        if sum(len(proto.text) for proto in cell.protos) > _LONGEST_DATA:
            return True
    if len(filled) > 1:
        return False
    (cell,) = filled
    only = cell.protos[0]
    return (
        len(cell.protos) > 1
        or len(only.text) > _LONGEST_LONE_CELL
        or only.kind not in {BlockKind.PARAGRAPH, BlockKind.HEADING}
        or (only.kind is BlockKind.HEADING and not cell.is_header and only.level < 6)
    )
