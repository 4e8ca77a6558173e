"""Text on its way to a terminal: what feeds wrote must not move its cursor, and no locale may crash it."""

from __future__ import annotations

import codecs
import os
import re
import sys
from io import TextIOWrapper
from typing import Final, TextIO

__all__ = ["abandon", "clean", "prepare_streams", "typed"]

# C0 but tab and line feed, DEL, C1; and the marks that reorder what a reader sees (Unicode TR 36 §2.5).
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A whole escape sequence (ECMA-48 §5.4), so that no "[31m" is left of it.
_SEQUENCES: Final = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[@-Z\\^_]")
_LINES: Final = re.compile(r"[\s\u2028\u2029]+")
# What posts are full of, in the nearest ASCII.
_ASCII: Final = {
    "‘": "'", "’": "'", "“": '"', "”": '"', "«": "<<", "»": ">>", "–": "-", "—": "--", "‑": "-",
    "…": "...", "•": "*", "·": "*", "→": "->", "←": "<-", "£": "GBP ", "\N{NO-BREAK SPACE}": " ", "✓": "ok",
    "━": "-", "─": "-",
}  # fmt: skip


def clean(text: str, *, keep_lines: bool = False) -> str:
    """Text without control characters; on one line, unless ``keep_lines``."""
    text = _SEQUENCES.sub("", text)
    if not keep_lines:
        text = _LINES.sub(" ", text)
    return _CONTROLS.sub("", text)


def typed(word: str) -> str:
    """A word of the command line as the text that was typed.

    Under an ASCII locale Python keeps each byte of "Prüfung" that it cannot read as a lone surrogate (PEP 383): right
    for a path, which goes back to the system, and no match for any name. So it does anywhere with what is no UTF-8, the
    name of a file from an old archive, say; no table can hold that, so those bytes are read as Latin-1.
    """
    try:
        data = os.fsencode(word)
    except UnicodeEncodeError:
        return word
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Error handler: the nearest ASCII for what an encoding lacks, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_ASCII.get(char, "?") for char in error.object[error.start : error.end]), error.end


def prepare_streams() -> None:
    """Make printing safe in every locale: an ASCII terminal shows ' for ’ instead of a traceback."""
    codecs.register_error("nearest", _nearest)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # started with the stream closed, as by ">&-"
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="nearest")


def abandon(stream: TextIO) -> None:
    """Drop what is still buffered for a stream that takes no more, so that it does not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
