"""Files named on the command line, as posts."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aggregator.errors import ImportRefused
from aggregator.model import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from aggregator.flags import Rule
    from aggregator.model import ExtraBody, ParsedFeed
    from aggregator.polling.outcome import Assessed

__all__ = ["expand", "read_assessed", "read_posts"]

_LARGEST: Final = 200_000_000  # bytes; years of newsletters in one mbox are less
_LONGEST: Final = timedelta(seconds=30)
_LONGEST_PER_BYTE: Final = timedelta(microseconds=30)
_REFUSED: Final = "cannot be imported: "
_ENDINGS: Final = frozenset({".eml", ".mbox", ".txt", ".html", ".htm", ".xhtml", ".xml", ".rss", ".atom", ".json"})


def read_posts(what: str, *, zone: ZoneInfo) -> ParsedFeed:
    """The posts in a file, or on standard input (``-``).

    Raises:
        ImportRefused: It cannot be read, or holds no post.
    """
    from aggregator.parsing.saved import read_saved

    name, data = _bytes(what)
    return read_saved(data, name=name, zone=zone)


def read_assessed(
    what: str, *, zone: ZoneInfo, rules: tuple[Rule, ...], bodies: tuple[ExtraBody, ...] = ()
) -> Assessed:
    """The same with what the posts state. A big file is read as a poll's documents are, in a process with limits.

    Raises:
        ImportRefused: It cannot be read, or holds no post; or reading it took too long, or too much memory.
    """
    from aggregator.parsing.saved import read_saved
    from aggregator.polling.assess import assess
    from aggregator.polling.workers import BIG

    name, data = _bytes(what)
    if len(data) <= BIG:  # a process would take longer to start than this to be read
        return assess(read_saved(data, name=name, zone=zone), rules, bodies)
    found = asyncio.run(_read_apart(name, data, zone, rules, bodies))
    if isinstance(found, Failure):
        raise ImportRefused(_REFUSED + found.message.removeprefix(_REFUSED), subject=name)
    return found


async def _read_apart(
    name: str, data: bytes, zone: ZoneInfo, rules: tuple[Rule, ...], bodies: tuple[ExtraBody, ...]
) -> Assessed | Failure:
    from aggregator.polling.workers import WorkerPool

    async with WorkerPool(1, _LONGEST + len(data) * _LONGEST_PER_BYTE, rules, bodies) as pool:
        return await pool.read_saved(data, name=name, zone=zone)


def _bytes(what: str) -> tuple[str, bytes]:
    """What messages call a file, and what is in it."""
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
    return name, data


def expand(paths: Iterable[str]) -> Iterator[str]:
    """Each path as given; a folder as the files in it, however deep, that could be posts, by name."""
    for path in paths:
        if path != "-" and Path(path).is_dir():
            # Files only: who opens a pipe that lies there waits until somebody writes to it.
            found = (file for file in Path(path).rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
            yield from sorted(map(str, found))
        else:
            yield path
