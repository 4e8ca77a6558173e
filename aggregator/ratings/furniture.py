"""What belongs to the page and not to the post: tails of links, comments, cookie notices, share buttons.

Notes to editors stay: they belong to the post.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import Block

__all__ = ["without_furniture"]


def without_furniture(blocks: Sequence[Block], data: dict[str, Any]) -> list[Block]:
    """The blocks that are the post."""
    hints = frozenset(data["hints"])
    headings = frozenset(data["headings"])
    prefixes = tuple(data["heading_prefixes"])
    paragraphs = tuple(data["paragraph_prefixes"])
    contains = tuple(data["paragraph_contains"])
    kept: list[Block] = []
    tail_level = 0  # the level of the furniture heading we are under; 7 under a bare line; 0 outside
    for block in blocks:
        if block.hints and any(hint in hints or _hinted(hint, hints) for hint in block.hints):
            continue
        line = block.text.strip().lower().rstrip(":").strip("« »").replace("’", "'")
        opens = line in headings or (len(line) < 60 and (line.startswith(prefixes) or _is_comment_count(line)))
        if block.kind is BlockKind.HEADING:
            if opens:
                tail_level = block.level or 6
                continue
            if tail_level and (block.level or 6) > tail_level:
                continue
            tail_level = 0
            kept.append(block)
            continue
        if opens and len(line) < 40 and block.kind is BlockKind.PARAGRAPH and not block.cells:
            tail_level = 7
            continue
        if tail_level:
            continue
        if block.kind is BlockKind.PARAGRAPH and (
            line.startswith(paragraphs) or any(word in line for word in contains)
        ):
            continue
        if block.links_only and block.kind in {BlockKind.LIST_ITEM, BlockKind.PARAGRAPH}:
            continue
        kept.append(block)
    return kept


def _hinted(hint: str, hints: frozenset[str]) -> bool:
    """Whether a part of a compound class name is a furniture word."""
    if "-" not in hint and "_" not in hint:
        return False
    return any(part in _PARTS for part in hint.replace("_", "-").split("-"))


_PARTS = frozenset(
    (
        "cookie",
        "cookies",
        "related",
        "comments",
        "comment",
        "share",
        "sharing",
        "sidebar",
        "recent",
        "popular",
        "recommended",
        "newsletter",
        "advert",
        "breadcrumbs",
        "promo",
        "disqus",
        "relatedposts",
    )
)


def _is_comment_count(line: str) -> bool:
    first, _, rest = line.partition(" ")
    return (
        (first.isdigit() or first in {"no", "one"})
        and rest in {"comments", "comment", "responses", "response", "replies", "reply"}
        or line.startswith("comments (")
    )
