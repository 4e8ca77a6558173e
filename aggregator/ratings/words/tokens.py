"""Text to tokens and sentences, with offsets. Linear in the length of the text.

A token is a word (letters, digits, inner apostrophes) or one mark of punctuation. Hyphens inside words part them
and are dropped, so that "South-West" and "requires-improvement" read as two words; a hyphen between spaces is a
dash and stays. ``low`` is what the vocabulary is matched with: lower case, straight apostrophe, no possessive 's.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["MAX_SENTENCE", "Span", "Tokens", "sentences", "tokenise"]

MAX_SENTENCE: Final = 900
"""Characters. A longer sentence is a list that lost its breaks; it is cut, so that work inside one stays bounded."""

_TOKEN: Final = re.compile(r"&amp;|[^\W_]++(?:['’](?!\d)[^\W_]++)*+|[^\w\s-]|(?<!\S)-(?!\S)")
"""Tokens of what stands between two spaces, where that is not one word."""
_FUSED: Final = re.compile(
    r"\b(?:(?:NPS|CRC)(?=[A-Z][a-z]{2})[A-Za-z]{3,40}|(?:[A-Z][a-z]{2,20}){1,4}(?:CRC|NPS|PDU|YJS|YOT|YOS))\b"
)
"""A body and its place without a space, as account names and tags have them: "NPSWales", "#EssexCRC"."""
_RUN_TOGETHER: Final = re.compile(r"[CNPY][RPDJO][CSTU](?:[A-Z][a-z]|(?<=[a-z]...))")
"""The quick question whether there may be one: letters like an acronym's, right before or behind a word."""
_FUSED_PARTS: Final = re.compile(r"CRC|NPS|PDU|YJS|YOT|YOS|[A-Z][a-z]+|[A-Za-z]+")
_FOOTNOTED: Final = re.compile(r"\b(?:[A-Z][a-z]{3,20}|improvement|inadequate|outstanding|good)[1-9]\b")
"""A name or a grade with the number of a footnote: "Leicestershire & Rutland1", "requires improvement2"."""
_END: Final = re.compile(r"[.!?…][.!?…\"'”’)\]]{0,6}\s")
_ABBREVIATIONS: Final = frozenset(
    "mr mrs ms dr st prof no rev hon gen sgt cllr coun vs etc approx jan feb".split()  # noqa: SIM905 - reads as a list of words
)
_NONE: Final[frozenset[int]] = frozenset()
_OPENERS: Final = frozenset("“\"‘'([–—•*-")


class Span(NamedTuple):
    """Part of a text, in characters."""

    start: int
    end: int


class Tokens:
    """The tokens of one sentence. Offsets count in the sentence's own text and are found when first asked for."""

    __slots__ = ("_ends", "_starts", "low", "possessive", "raw", "text")

    def __init__(self, text: str, raw: list[str], low: list[str], possessive: frozenset[int]) -> None:
        self.text = text
        self.raw = raw
        self.low = low
        self.possessive = possessive
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __len__(self) -> int:
        return len(self.low)

    def span(self, i: int, j: int) -> tuple[int, int]:
        """Where tokens ``i`` to ``j`` start and end; ``j`` is greater than ``i``."""
        starts, ends = self._starts, self._ends
        if len(ends) < j:
            find = self.text.find  # what lies between tokens is no token: each is found where it stands
            at = ends[-1] if ends else 0
            for word in self.raw[len(ends) : j]:
                start = find(word, at)
                at = start + len(word)
                starts.append(start)
                ends.append(at)
        return starts[i], ends[j - 1]


def tokenise(text: str) -> Tokens:
    """Cut ``text`` (one sentence) into tokens."""
    raw: list[str] = []
    for part in text.split():
        if part.isalnum():
            raw.append(part)
        elif part[-1] in ",." and (word := part[:-1]).isalnum():
            raw += (word, part[-1])
        else:
            raw += _TOKEN.findall(part)
    if _RUN_TOGETHER.search(text) is not None:
        raw = [part for word in raw for part in (_FUSED_PARTS.findall(word) if _FUSED.fullmatch(word) else (word,))]
    low = [word.lower() for word in raw]
    if "&amp;" in text:
        low = ["&" if word == "&amp;" else word for word in low]
    if _FOOTNOTED.search(text) is not None:
        low = [word.rstrip("123456789") if _FOOTNOTED.match(raw[k]) else word for k, word in enumerate(low)]
    possessive = _NONE
    if "'" in text or "’" in text:
        owners = []
        for k, word in enumerate(low):
            if len(word) > 1 and ("'" in word or "’" in word):
                straight = word.replace("’", "'")
                if len(straight) > 2 and straight.endswith("'s"):
                    owners.append(k)
                    straight = straight[:-2]
                low[k] = straight
        possessive = frozenset(owners)
    return Tokens(text, raw, low, possessive)


def sentences(text: str) -> list[Span]:
    """Where the sentences of a block stand, without the white space between them."""
    spans: list[Span] = []
    begin = 0
    for match in _END.finditer(text):
        after = match.end()
        while after < len(text) and text[after].isspace():
            after += 1
        if after >= len(text):
            break
        following = text[after]
        if not (following.isupper() or following.isdigit() or following in _OPENERS):
            continue
        if text[match.start()] == "." and _is_abbreviation(text, match.start()):
            continue
        _add(spans, text, begin, match.end() - 1)
        begin = after
    _add(spans, text, begin, len(text.rstrip()))
    return spans


def _add(spans: list[Span], text: str, begin: int, end: int) -> None:
    """Add a sentence, cut where it is too long: at white space, where there is any near."""
    while end - begin > MAX_SENTENCE:
        cut = text.rfind(" ", begin + MAX_SENTENCE // 2, begin + MAX_SENTENCE)
        cut = cut if cut > 0 else begin + MAX_SENTENCE
        spans.append(Span(begin, cut))
        begin = cut
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        spans.append(Span(begin, end))


def _is_abbreviation(text: str, dot: int) -> bool:
    word = text[max(0, dot - 8) : dot].rpartition(" ")[2]
    if not word.isalpha():
        begin = dot
        while begin > 0 and dot - begin < 8 and text[begin - 1].isalpha():
            begin -= 1
        word = text[begin:dot]
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper() and word not in "AI")
