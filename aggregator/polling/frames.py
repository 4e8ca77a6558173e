"""What the pool and its worker processes say to each other.

A frame is a length and a pickle; a job's frame is followed by the document's bytes as they are. Both ends are this
program, of one version, started by itself. Nothing from the network is ever unpickled: a document is bytes to both.
"""

from __future__ import annotations

import pickle
import struct
from copyreg import dispatch_table
from dataclasses import dataclass, fields
from io import BytesIO
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from aggregator.model import AssessedEntry, ParsedEntry, Rating, StatedDate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from aggregator.flags import Rule
    from aggregator.model import ExtraBody, Failure, ParsedFeed

__all__ = ["LENGTH", "Job", "Ready", "Reply", "Setup", "frame", "memory_for"]

LENGTH: Final = struct.Struct(">Q")

_LEAST_MEMORY: Final = 40_000_000
_MEMORY_PER_BYTE: Final = 8
"""A ten-megabyte feed of whole posts takes about seven times its size: its bytes, its text, its posts twice over."""


_MORE_FOR_SAVED: Final = 4
"""A saved page of megabytes is one post of as many: its words are looked at as a whole."""


def memory_for(size: int, *, saved: bool = False) -> int:
    """Bytes of memory that reading a document of that size may take, or a file that a person saved."""
    return (_LEAST_MEMORY + _MEMORY_PER_BYTE * size) * (_MORE_FOR_SAVED if saved else 1)


@dataclass(frozen=True, slots=True)
class Setup:
    """The first frame in: the user's rules and the bodies the user added, sent once."""

    rules: tuple[Rule, ...]
    bodies: tuple[ExtraBody, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """The first frame out: imports are done."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to read: ``size`` bytes of it follow.

    Attributes:
        url: Where it came from, or a file's name.
        known: Fingerprints of items that need not be read.
        zone: Of a file that a person saved, which may be a newsletter: where times without an offset are meant.
    """

    url: str
    content_type: str | None
    size: int
    known: frozenset[bytes] = frozenset()
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of the oldest unanswered job, or a part of it.

    Attributes:
        entries: Of a feed; a big one's come in several replies.
        result: With the last part: the feed without its entries, or what went wrong. None: more follows.
        retiring: The process ends now; jobs behind this one are not begun.
    """

    entries: tuple[AssessedEntry, ...]
    result: ParsedFeed | Failure | None
    retiring: bool = False


def _reducer(cls: type[Any]) -> Callable[[Any], tuple[type[Any], Any]]:
    values = attrgetter(*(field.name for field in fields(cls)))
    return lambda instance: (cls, values(instance))


# Of these a feed has dozens. Left to itself a frozen data class with slots travels attribute by attribute, in Python at
# either end, which takes twice as long.
_REDUCERS: Final = dispatch_table | {cls: _reducer(cls) for cls in (AssessedEntry, ParsedEntry, StatedDate, Rating)}


def frame(value: object) -> bytes:
    """A value as it travels."""
    whole = BytesIO()
    whole.seek(LENGTH.size)
    pickler = pickle.Pickler(whole, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(value)
    size = whole.tell() - LENGTH.size
    whole.seek(0)
    whole.write(LENGTH.pack(size))
    return whole.getvalue()
