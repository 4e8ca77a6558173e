"""Making what strangers wrote fit to stand in a digest: one line, bounded, without characters that act.

A title may hold line breaks, terminal escapes, or bidi controls that turn the line round; an address may be
``javascript:``. Nothing here changes the words.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

__all__ = ["EVIDENCE_LIMIT", "NAME_LIMIT", "TITLE_LIMIT", "clean_line", "excerpt", "web_url"]

TITLE_LIMIT: Final = 240
NAME_LIMIT: Final = 120
EVIDENCE_LIMIT: Final = 600
URL_LIMIT: Final = 1500

# Controls (C0, C1), zero-width and bidi characters, line separators, the byte-order mark, interlinear and tag
# characters, surrogates and non-characters. The joiners U+200C and U+200D stay: scripts and emoji need them; and so do
# the tags of the flags of England, Scotland and Wales (group 1).
_ACTING: Final = re.compile(
    "(\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f)|"
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPACE: Final = re.compile(r"[\s\u2028\u2029\x85\x1c-\x1f]+")


def clean_line(text: str, limit: int = TITLE_LIMIT) -> str:
    """``text`` as one line of at most ``limit`` characters, cut at a word with an ellipsis where it is longer."""
    # Twice the limit is looked at, no more: a title of megabytes costs nothing.
    line = _SPACE.sub(" ", _ACTING.sub(r"\1", text[: limit * 8 + 1000])).strip()
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    word = head.rfind(" ")
    return head[: word if word > limit * 2 // 3 else None].rstrip(" ,;:-–—") + "…"


def excerpt(evidence: str, start: int, end: int, limit: int = EVIDENCE_LIMIT) -> tuple[str, int, int]:
    """``evidence`` as one line of at most about ``limit`` characters that still holds the words at ``start:end``.

    Returns the line, and where the words stand in it now.
    """
    start = max(0, min(start, len(evidence)))
    end = max(start, min(end, len(evidence)))
    before, words, after = (_fold(part) for part in (evidence[:start], evidence[start:end], evidence[end:]))
    # White space at the edges of the words belongs to what is beside them.
    before, words, after = (
        f"{before}{words[: len(words) - len(words.lstrip())]}",
        words.strip(),
        (f"{words[len(words.rstrip()) :]}{after}" if words.strip() else after),
    )
    words = clean_line(words, limit)
    room = limit - len(words)
    if len(before) + len(after) > room:
        keep_after = min(len(after), max(room // 2, room - len(before)))
        keep_before = min(len(before), room - keep_after)
        if len(before) > keep_before:
            tail = before[len(before) - keep_before :]
            before = "…" + tail[tail.find(" ") + 1 :]
        if len(after) > keep_after:
            head = after[:keep_after]
            after = head[: head.rfind(" ") + 1].rstrip() + "…"
    before = _fold(before).lstrip()
    after = _fold(after).rstrip()
    if not words + after:
        before = before.rstrip()
    elif not words and (before.endswith(" ") or not before):
        after = after.lstrip()
    elif not before:
        words = words.lstrip()
    return before + words + after, len(before), len(before) + len(words)


def _fold(text: str) -> str:
    return _SPACE.sub(" ", _ACTING.sub(r"\1", text))


def web_url(url: str | None) -> str | None:
    """``url`` where it is an http(s) address that can be a link; else None."""
    if url is None:
        return None
    url = url.strip()
    if len(url) > URL_LIMIT or _ACTING.search(url) or _SPACE.search(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and host else None
