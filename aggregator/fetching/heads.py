"""Answers' heads as h11 takes them, where servers get them a little wrong: pure.

h11 holds servers to the letter of RFC 9112, and refuses the whole answer where browsers and curl read it:

- an empty line before the status line (§2.2), "ICY 200 OK", "HTTP/2 200" over HTTP/1.1, "http/1.1 200 OK";
- white space before a header's colon, lines that are no headers (§5.1), white space after the status line (§2.2), and
  NUL, CR and other control characters in a value, for which a space is read (RFC 9110 §5.5);
- one length, or "chunked", that is stated twice; "identity", which RFC 7230 took away; a length beside "chunked", which
  does not count (§6.3).

Interim answers (1xx) are left out: nothing in them is for us, and the final one may be wrong in the same ways. What
contradicts itself, or means nothing, is left to h11 to refuse.
"""

from __future__ import annotations

import re
from typing import Final

from aggregator.fetching.trouble import Trouble
from aggregator.model import FailureKind

__all__ = ["HeadMender", "may_be_http"]

_STARTS: Final = (b"HTTP/", b"HTTP ", b"ICY ")
_LONGEST: Final = 100 * 1024
"""Bytes that are kept back for the end of the headers: as many as httpcore lets h11 take. It refuses what is longer."""
_MOST_INTERIM: Final = 50

_END: Final = re.compile(rb"\n\r{0,2}\n")
_LONGEST_END: Final = 4
_NAME: Final = rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]"
_VALUE: Final = rb"[^\x00\n\x0b\x0c\r]"
_LINES: Final = rb"(?:\r\n(?!content-length:|transfer-encoding:)%b++:%b*+)*+" % (_NAME, _VALUE)
_PROPER: Final = re.compile(
    rb"(?-i:HTTP)/1\.[01] [2-9][0-9]{2}(?: %b*+)?" % _VALUE
    + _LINES
    + rb"(?:\r\n(?:content-length:[ \t]*[0-9]++|transfer-encoding:[ \t]*chunked)[ \t]*%b)?" % _LINES,
    re.IGNORECASE,
)
_STATUS: Final = re.compile(rb"(?:HTTP(?:/([0-9.]{1,9}))?|ICY)[ \t]+([1-9][0-9]{2})(?![0-9])(.*)", re.IGNORECASE)
_HEADER: Final = re.compile(rb"(%b+)[ \t]*:(.*)" % _NAME)
_FOLD: Final = re.compile(rb"\r?\n[ \t]+")
_NO_TEXT: Final = re.compile(rb"[\x00\x0b\x0c]|\r(?!\n|\Z)")


def may_be_http(start: bytes | bytearray) -> bool:
    """Whether an answer may begin so, as far as it has come."""
    begins = bytes(start[:5]).upper()
    return any(begins.startswith(each) or each.startswith(begins) for each in _STARTS)


class HeadMender:
    """Hands on what comes on a connection, its head mended, from a request to the end of the answer to it."""

    __slots__ = ("_held", "_interim", "_looked_at", "_over")

    def __init__(self) -> None:
        self._held = bytearray()
        self._looked_at = 0
        self._interim = 0
        self._over = False

    def mend(self, data: bytes) -> bytes:
        """The next bytes to read; empty while the head is not complete. Empty ``data`` is the end.

        Raises:
            Trouble: Interim answers come without end.
        """
        if self._over:
            return data
        held = self._held
        held += data
        while True:
            if held.startswith((b"\r", b"\n")):
                held[:] = held.lstrip(b"\r\n")
            end = _END.search(held, self._looked_at)
            if end is None and data and may_be_http(held) and len(held) < _LONGEST:
                self._looked_at = max(0, len(held) - _LONGEST_END)
                return b""
            head = b"" if end is None else bytes(held[: end.start()])
            status = _STATUS.match(head)
            if status is None or end is None:
                return self._rest()
            if not _is_interim(status[2]):
                del held[: end.end()]
                return _mended(head) + b"\r\n\r\n" + self._rest()
            self._interim += 1
            if self._interim > _MOST_INTERIM:
                raise Trouble(FailureKind.PROTOCOL, f"more than {_MOST_INTERIM} interim answers came, and no final one")
            del held[: end.end()]
            self._looked_at = 0

    def _rest(self) -> bytes:
        self._over = True
        rest = bytes(self._held)
        self._held.clear()
        return rest


def _is_interim(status: bytes) -> bool:
    return status.startswith(b"1") and status != b"101"  # after which it would not be HTTP that is spoken


def _mended(head: bytes) -> bytes:
    head = head.removesuffix(b"\r")
    if _PROPER.fullmatch(head):
        return head
    first, *lines = _NO_TEXT.sub(b" ", _FOLD.sub(b" ", head)).split(b"\n")
    mended = [_status_line(first)]
    lengths: list[bytes] = []
    codings: list[bytes] = []
    for line in lines:
        header = _HEADER.fullmatch(line.removesuffix(b"\r"))
        if header is None:
            continue
        name, value = header[1], header[2].strip(b" \t")
        kind = name.lower()
        if kind == b"content-length":
            lengths += value.split(b",")
        elif kind == b"transfer-encoding":
            codings += value.lower().split(b",")
        else:
            mended.append(b"%b: %b" % (name, value))
    return b"\r\n".join(mended + _framing(lengths, codings))


def _status_line(line: bytes) -> bytes:
    status = _STATUS.fullmatch(line.removesuffix(b"\r"))
    assert status is not None  # the caller has seen it
    old = status[1] is None or status[1] in (b"1", b"1.0") or status[1].startswith(b"0")
    return b"HTTP/1.%d %b %b" % (not old, status[2], status[3].strip(b" \t"))


def _framing(lengths: list[bytes], codings: list[bytes]) -> list[bytes]:
    codings = [coding for each in codings if (coding := each.strip(b" \t")) not in (b"", b"identity")]
    if codings:
        once = [b"chunked"] if set(codings) == {b"chunked"} else codings
        return [b"Transfer-Encoding: " + b", ".join(once)]
    stated = [length.strip(b" \t") for length in lengths]
    stated = [length for length in stated if length] or stated[:1]
    if all(length.isdigit() for length in stated):
        stated = list(dict.fromkeys(length.lstrip(b"0") or b"0" for length in stated))
    return [b"Content-Length: " + b", ".join(stated)] if stated else []
