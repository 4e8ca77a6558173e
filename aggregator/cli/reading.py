"""Files named on the command line, as posts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aggregator.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from aggregator.model import ParsedFeed

__all__ = ["expand", "read_posts"]

_LARGEST: Final = 200_000_000  # bytes; years of newsletters in one mbox are less
_ENDINGS: Final = frozenset({".eml", ".mbox", ".txt", ".html", ".htm", ".xhtml", ".xml", ".rss", ".atom", ".json"})


def read_posts(what: str, *, zone: ZoneInfo) -> ParsedFeed:
    """The posts in a file, or on standard input (``-``).

    Raises:
        ImportRefused: It cannot be read, or holds no post.
    """
    from aggregator.parsing.saved import read_saved

    name = "standard input" if what == "-" else what
    try:
        if what == "-":
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(what).open("rb") as file:
                data = file.read(_LARGEST + 1)
    except OSError as error:
        raise ImportRefused(f"cannot be read: {error.strerror}", subject=name) from None
    if len(data) > _LARGEST:
        raise ImportRefused(f"is larger than {_LARGEST // 1_000_000} MB", subject=name)
    return read_saved(data, name=name, zone=zone)


def expand(paths: Iterable[str]) -> Iterator[str]:
    """Each path as given; a folder as the files in it, however deep, that could be posts, by name."""
    for path in paths:
        if path != "-" and Path(path).is_dir():
            yield from sorted(str(file) for file in Path(path).rglob("*") if file.suffix.lower() in _ENDINGS)
        else:
            yield path
