"""A block before its place in the text is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aggregator.model import BLOCK_SEPARATOR, Block, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Proto", "placed"]


class Proto(NamedTuple):
    """``model.Block`` without ``start``."""

    kind: BlockKind
    text: str
    level: int = 0
    cells: tuple[str, ...] = ()
    links_only: bool = False
    hints: tuple[str, ...] = ()


def placed(protos: Iterable[Proto]) -> tuple[Block, ...]:
    """Blocks with their places in the text that ``model.join_blocks`` makes of them."""
    blocks: list[Block] = []
    start = 0
    for kind, text, level, cells, links_only, hints in protos:
        blocks.append(Block(kind, text, start, level, cells, links_only, hints))
        start += len(text) + len(BLOCK_SEPARATOR)
    return tuple(blocks)
