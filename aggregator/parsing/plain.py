"""Plain text: white space folded, invisible and dangerous characters taken out, HTML reduced to a line.

What is stripped would otherwise end up in terminals, mail subjects and logs: control characters drive a terminal,
bidirectional overrides make a line read as another, zero-width ones hide a word from a search. What joins pictures to
one (a family, the flag of Wales) or letters of scripts that need it (Persian, Hindi) is content, and stays there.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

__all__ = ["cp1252", "fold", "has_word", "one_line", "shorten", "strip_tags", "word_set"]

#: Control, format (soft hyphen, zero width, bidi marks and overrides) and surrogate characters.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs"})

_SCRIPTS: Final = "[\u0590-\u1cff\ua800-\uabff]"  # from Hebrew to Vedic marks, and the rest of the Indic ones
_CONTENT: Final = re.compile(
    # A joiner between pictures: also behind what gives one its colour (Fitzpatrick) or its form (a variation selector).
    r"(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
    # The flags of England, Scotland and Wales: a black one, spelled out in tag characters (Unicode TR 51, ED-14a).
    r"|(?<=\U0001f3f4)\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    r"|\U000e0077\U000e006c\U000e0073)\U000e007f"
    # A joiner, or what keeps letters from joining, within a word.
    rf"|(?<={_SCRIPTS})[\u200c\u200d](?={_SCRIPTS})"
)

#: C1 control characters that a text declared as ISO 8859-1 holds are windows-1252, as browsers read them.
_CP1252: Final = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_C1: Final = re.compile("[\x80-\x9f]")

_TAG: Final = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_GONE: Final = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BREAK: Final = re.compile(r"</?(?:br|p|div|li|h[1-6]|tr|td)\b[^<>]*>", re.IGNORECASE)
_WORD: Final = re.compile(r"\w")


def word_set(words: str) -> frozenset[str]:
    """The words of a string as a set: a long list of words reads better as words."""
    return frozenset(words.split())


def cp1252(text: str) -> str:
    """``text`` with C1 control characters read as the windows-1252 characters they were."""
    return text.translate(_CP1252) if not text.isascii() and _C1.search(text) else text


def fold(text: str) -> str:
    """``text`` on one line: white space of any kind as single spaces, invisible characters gone."""
    # isprintable() is False for white space other than a blank, and for any control, format, surrogate, private-use
    # or unassigned character: what most texts have none of.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    folded = " ".join(text.split())
    return folded if folded.isprintable() else _fold_visible(folded)


def _fold_visible(text: str) -> str:
    """Slow path of ``fold``; white space is folded again, for what was removed may have stood between two spaces."""
    pieces: list[str] = []
    start = 0
    for content in _CONTENT.finditer(text):
        pieces += _visible(text[start : content.start()]), content[0]
        start = content.end()
    pieces.append(_visible(text[start:]))
    return " ".join("".join(pieces).split())


def _visible(text: str) -> str:
    category = unicodedata.category
    return "".join(char for char in text if char == " " or category(char) not in _INVISIBLE)


def has_word(text: str) -> bool:
    """Whether there is a letter or a figure in ``text``."""
    return text[:1].isalnum() or _WORD.search(text) is not None


def shorten(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, cut between words where it can be, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head.rpartition(" ")[0] if not text[limit - 1].isspace() else head
    return (words if len(words) > limit // 2 else head).rstrip(" ,;:-–—") + "…"


def strip_tags(markup: str) -> str:
    """The text of a short piece of HTML (a title, an author), on one line."""
    if "<" in markup:
        markup = _TAG.sub("", _BREAK.sub(" ", _GONE.sub(" ", markup)))
    return fold(html.unescape(markup))


def one_line(text: str, limit: int) -> str:
    """``text`` folded and bounded: fit for a message or a column."""
    return shorten(fold(text), limit)
