"""Words for people: one line, without secrets, and without what a server might smuggle into a terminal."""

from __future__ import annotations

import unicodedata
from http import HTTPStatus
from typing import Final

__all__ = ["clean", "seconds_words", "size_words", "status_words"]

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, limit: int = 160) -> str:
    """What a server said, as part of one line: no control, bidi or line characters, white space folded, bounded."""
    # Cut first as well: a name of a megabyte is not worth walking through.
    visible = "".join(
        " " if unicodedata.category(character) in _HIDDEN else character for character in text[: limit * 4]
    )
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def status_words(status: int) -> str:
    """``503 Service Unavailable``; the bare number where it is not a registered one. Never the server's own words."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def size_words(size: int) -> str:
    """``10 MB``, ``1.5 MB``, ``640 kB``, ``12 bytes``."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1000)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return "1 byte" if size == 1 else f"{size} bytes"


def seconds_words(seconds: float) -> str:
    """``45 seconds``, ``0.5 seconds``."""
    return f"{seconds:g} seconds"
