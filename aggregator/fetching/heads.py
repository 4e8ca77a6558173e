"""Answers' headers as h11 takes them, where servers get them a little wrong: pure.

Empty lines before the status line, white space before a header's colon and lines that are no headers are against
RFC 9112 (§2.2, §5.1), and h11 refuses the whole answer for them. Every browser reads it: the first two say what they
mean, and the last means nothing. Whatever else is wrong is left to h11 to refuse.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["HeadMender"]

_START: Final = b"HTTP/"
_LONGEST: Final = 64 * 1024
"""Bytes that are kept back for the end of the headers; h11 has its own limit."""

_END: Final = re.compile(rb"\n\r?\n")
_NAME: Final = rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+"
_SPACE_BEFORE_COLON: Final = re.compile(rb"^(%b)[ \t]+:" % _NAME, re.MULTILINE)
_NO_HEADER: Final = re.compile(rb"(?<=\n)(?!%b:|[ \t\r\n])[^\n]*\n(?:[ \t][^\n]*\n)*" % _NAME)
"""A line that is none, with the lines that go on with it (obs-fold)."""


class HeadMender:
    """Hands on what comes on a connection, its headers mended, from a request to the end of the answer to it."""

    __slots__ = ("_held", "_over")

    def __init__(self) -> None:
        self._held = bytearray()
        self._over = False

    def mend(self, data: bytes) -> bytes:
        """The next bytes to read; empty while the headers are not complete. Empty ``data`` is the end."""
        if self._over:
            return data
        checked = max(0, len(self._held) - 2)
        self._held += data if self._held else data.lstrip(b"\r\n")
        end = _END.search(self._held, checked)
        is_http = self._held.startswith(_START[: len(self._held)])
        if end is None and is_http and data and len(self._held) < _LONGEST:
            return b""
        whole = bytes(self._held)
        self._held.clear()
        if end is None or not is_http:
            self._over = True
            return whole
        # Behind an interim answer comes another (RFC 9110 §15.2). If it came at once, it is left as it is: too rare.
        self._over = len(whole) > end.end() or not whole.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1"))
        head = _SPACE_BEFORE_COLON.sub(rb"\1:", whole[: end.end()])
        return _NO_HEADER.sub(b"", head) + whole[end.end() :]
