"""A document of many items as several of fewer: feedparser needs kilobytes and milliseconds for each item."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from aggregator.parsing.newest import NewestItems
from aggregator.parsing.raw import RawItem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["portions"]

_AT_ONCE: Final = 1_000
_ITEM: Final = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_NAMES: Final = frozenset({"item", "entry"})
_MOST: Final = 10_000
"""Items that are read at all: more take longer than a document may."""

_DATE: Final = re.compile(
    rb"<(?:[\w.-]+:)?(?:pubdate|published|issued|date|created|updated|modified)\b[^<>]{0,200}>([^<]{4,80})<",
    re.IGNORECASE,
)


class Portions(NamedTuple):
    """Documents, and how many items are in none of them."""

    documents: Iterator[bytes]
    skipped: int = 0


def portions(body: bytes, at_once: int = _AT_ONCE, most: int = _MOST) -> Portions:
    """``body`` if it has few items, or is not well-formed; else documents with some of its items each, in its order.

    All of them have what stands round the items: root, channel, namespaces. Of very many items the newest are taken.

    Args:
        body: XML in UTF-8, without its declaration.
        at_once: The most items of one portion.
        most: The most items of all portions.
    """
    count = sum(1 for _ in _ITEM.finditer(body)) if body.count(b"<") > at_once else 0
    spans = _spans(body) if count > at_once else []
    # Items in several places, or in each other, are not worth the trouble.
    if len(spans) <= at_once or len(spans) < count:
        return Portions(iter((body,)))
    head, tail = body[: spans[0][0]], body[spans[-1][1] :]
    kept = _newest(body, spans, most)
    return Portions(
        (
            head + b"".join(body[start:end] for start, end in kept[first : first + at_once]) + tail
            for first in range(0, len(kept), at_once)
        ),
        len(spans) - len(kept),
    )


def _newest(body: bytes, spans: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """The spans of the newest items, by the first date that stands in each."""
    if len(spans) <= most:
        return spans
    items = NewestItems(most)
    for place, (start, end) in enumerate(spans):
        date = _DATE.search(body, start, end)
        items.append(RawItem(guid=str(place), published=date[1].decode("utf-8", "replace") if date else None))
    return [spans[int(item.guid or 0)] for item in items.all()]


def _spans(body: bytes) -> list[tuple[int, int]]:
    """Where the items start and end, all children of one element; empty where the document is not well-formed."""
    spans: list[tuple[int, int]] = []
    depth = level = start_at = parents = 0
    parser = expat.ParserCreate("utf-8")

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, level, start_at
        depth += 1
        if name.rpartition(":")[2].lower() in _NAMES and (depth == level or not level):
            level = depth
            start_at = parser.CurrentByteIndex

    def end(name: str) -> None:
        nonlocal depth, parents
        if depth == level:
            if name.rpartition(":")[2].lower() in _NAMES:
                # expat is at the end tag, or behind "<item/>", which has none.
                at = parser.CurrentByteIndex
                tag = re.compile(rb"</%b\s*>" % re.escape(name.encode())).match(body, at)
                spans.append((start_at, tag.end() if tag else at))
        elif depth == level - 1:
            parents += 1
        depth -= 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        return []
    return spans if parents == 1 else []
