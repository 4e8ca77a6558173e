"""Text to tokens and sentences, with offsets. Linear in the length of the text.

A token is a word (letters, digits, inner apostrophes) or one mark of punctuation. Hyphens inside words part them
and are dropped, so that "South-West" and "requires-improvement" read as two words; a hyphen between spaces is a
dash and stays. ``low`` is what the vocabulary is matched with: lower case, straight apostrophe, no possessive 's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

__all__ = ["MAX_TOKENS", "Span", "Tokens", "sentences", "tokenise"]

MAX_TOKENS: Final = 220
"""A sentence is cut here: what is longer is a list that lost its breaks, and bounds keep the reading linear."""

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]")
_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*\s+")
_ABBREVIATIONS: Final = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "prof",
        "no",
        "rev",
        "hon",
        "gen",
        "sgt",
        "cllr",
        "coun",
        "vs",
        "etc",
        "approx",
        "jan",
        "feb",
    )
)
_OPENERS: Final = "“\"‘'([–—•*"
_CLOSING_TWINS: Final = {"“": "”", "‘": "’"}


class Span(NamedTuple):
    """Part of a text, in characters."""

    start: int
    end: int


@dataclass(slots=True)
class Tokens:
    """The tokens of one sentence; ``starts`` and ``ends`` count in the sentence's own text."""

    raw: list[str]
    low: list[str]
    starts: list[int]
    ends: list[int]
    possessive: list[bool]

    def __len__(self) -> int:
        return len(self.low)


def tokenise(text: str) -> Tokens:
    """Cut ``text`` (one sentence) into tokens."""
    raw: list[str] = []
    low: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    possessive: list[bool] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        start = match.start()
        end = match.end()
        if word == "-" and not (
            (start == 0 or text[start - 1].isspace()) and (end == len(text) or text[end].isspace())
        ):
            continue
        lowered = word.lower()
        owns = False
        if len(lowered) > 2 and lowered[-1] == "s" and lowered[-2] in "'’":
            owns = True
            lowered = lowered[:-2]
        elif "’" in lowered:
            lowered = lowered.replace("’", "'")
        raw.append(word)
        low.append(lowered)
        starts.append(start)
        ends.append(end)
        possessive.append(owns)
    return Tokens(raw, low, starts, ends, possessive)


def sentences(text: str) -> list[Span]:
    """Where the sentences of a block stand, without the white space between them."""
    spans: list[Span] = []
    begin = 0
    for match in _END.finditer(text):
        after = match.end()
        if after >= len(text):
            break
        following = text[after]
        if not (following.isupper() or following.isdigit() or following in _OPENERS):
            continue
        if text[match.start()] == "." and _is_abbreviation(text, match.start()):
            continue
        end = match.end() - (len(match.group()) - len(match.group().rstrip()))
        spans.append(Span(begin, end))
        begin = after
    stop = len(text.rstrip())
    if begin < stop:
        spans.append(Span(begin, stop))
    return spans


def _is_abbreviation(text: str, dot: int) -> bool:
    begin = dot
    while begin > 0 and dot - begin < 8 and text[begin - 1].isalpha():
        begin -= 1
    word = text[begin:dot]
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper() and word not in "AI")
