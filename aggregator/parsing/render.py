"""Blocks back to simple clean HTML: for posts that came as plain text, or out of a mail's layout.

``blocks(render(found))`` gives ``found`` again, for whatever ``blocks`` and ``text_blocks`` find.
"""

from __future__ import annotations

import html
from itertools import groupby
from typing import TYPE_CHECKING, Final

from aggregator.model import Block, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["render"]

#: What stands round a run of blocks of one kind.
_ROUND: Final = {
    BlockKind.LIST_ITEM: "ul",
    BlockKind.QUOTE: "blockquote",
    BlockKind.TABLE_HEADER: "table",
    BlockKind.TABLE_ROW: "table",
    BlockKind.CAPTION: "figure",
}
#: As many class names as are read of one element.
_CLASSES: Final = 8


def render(blocks: Iterable[Block]) -> str:
    """HTML of the kind that ``html.clean`` gives, one element a line."""
    lines: list[str] = []
    for (round_, hints), group in groupby(blocks, key=lambda block: (_ROUND.get(block.kind), block.hints)):
        wrappers = [" ".join(hints[first : first + _CLASSES]) for first in range(0, len(hints), _CLASSES)]
        lines.extend(f'<div class="{html.escape(words)}">' for words in wrappers)
        if round_:
            lines.append(f"<{round_}>{'<tbody>' if round_ == 'table' else ''}")
        lines.extend(map(_element, group))
        if round_:
            lines.append(f"{'</tbody>' if round_ == 'table' else ''}</{round_}>")
        lines.extend("</div>" for _ in wrappers)
    return "\n".join(lines)


def _element(block: Block) -> str:
    match block.kind:
        case BlockKind.HEADING:
            return f"<h{block.level}>{_words(block)}</h{block.level}>"
        case BlockKind.LIST_ITEM:
            return f"<li>{_words(block)}</li>"
        case BlockKind.CAPTION:
            return f"<figcaption>{_words(block)}</figcaption>"
        case BlockKind.TABLE_HEADER:
            return _row(block, "th")
        case BlockKind.TABLE_ROW:
            return _row(block, "td")
        case BlockKind.PARAGRAPH | BlockKind.QUOTE:
            return f"<p>{_words(block)}</p>"


def _row(block: Block, name: str) -> str:
    return f"<tr>{''.join(f'<{name}>{_linked(cell, block)}</{name}>' for cell in block.cells)}</tr>"


def _words(block: Block) -> str:
    return _linked(block.text, block)


def _linked(text: str, block: Block) -> str:
    escaped = html.escape(text, quote=False)
    return f"<a>{escaped}</a>" if block.links_only else escaped
