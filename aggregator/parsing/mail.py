"""Mail as bytes: what a saved message says of itself, and its text in the forms it carries."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from aggregator.parsing.charset import decode
from aggregator.parsing.plain import fold, one_line

if TYPE_CHECKING:
    from email.message import Message

__all__ = ["Letter", "is_mail", "is_mbox", "read_mail", "split_mbox"]

_HEADER: Final = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*")
_KNOWN: Final = frozenset(
    {
        b"content-type",
        b"date",
        b"delivered-to",
        b"from",
        b"message-id",
        b"mime-version",
        b"received",
        b"reply-to",
        b"return-path",
        b"subject",
        b"to",
        b"x-mailer",
    }
)
_FROM_LINE: Final = re.compile(rb"^From [^\r\n]*\r?\n(?=[A-Za-z][A-Za-z0-9-]*:)", re.MULTILINE)
_ESCAPED_FROM: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_MOST_PARTS: Final = 100
_MOST_HEADERS: Final = 500
_LONGEST_HEADER: Final = 4000


class Letter(NamedTuple):
    """A message: its subject and date as stated, and its body as HTML and as plain text where it has them."""

    subject: str
    date: str
    html: str
    text: str


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin with the headers of a message: two at least that mail has, and nothing else."""
    at, known = 0, 0
    while header := _HEADER.match(data, at):
        known += header[1].lower() in _KNOWN
        at = header.end()
        if known >= 2:
            return True
    return False


def is_mbox(data: bytes) -> bool:
    """Whether the bytes are messages one after the other, each after a line "From …"."""
    return data.startswith(b"From ") and _FROM_LINE.match(data) is not None


def split_mbox(data: bytes) -> list[bytes]:
    """The messages of an mbox file."""
    return [_ESCAPED_FROM.sub(rb"\1", message) for message in _FROM_LINE.split(data) if message.strip()]


def read_mail(data: bytes) -> Letter:
    """A message's own words. Never raises; what cannot be read of it is empty."""
    headers = _headers(data)
    # The older policy: the newer one parses every header it meets, and raises a good many things over bad ones.
    message = message_from_bytes(data, policy=policy.compat32)
    bodies = {"text/html": "", "text/plain": ""}
    for part in islice(message.walk(), _MOST_PARTS):
        kind = part.get_content_type()
        if kind not in bodies or bodies[kind] or part.is_multipart() or _is_attached(part):
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            bodies[kind] = decode(payload, str(part.get("Content-Type", ""))).text
    return Letter(
        subject=one_line(_decoded(headers.get("subject", "")), 500),
        date=headers.get("date", ""),
        html=bodies["text/html"],
        text=bodies["text/plain"],
    )


def _is_attached(part: Message) -> bool:
    return str(part.get("Content-Disposition", "")).lower().startswith("attachment")


def _headers(data: bytes) -> dict[str, str]:
    """The message's headers, unfolded, by lower-case name; the first of each. Raw UTF-8 in them is text too."""
    found: dict[str, str] = {}
    at = 0
    while (header := _HEADER.match(data, at)) and len(found) < _MOST_HEADERS:
        name, _, value = header[0].partition(b":")
        found.setdefault(name.decode("ascii").lower(), fold(decode(value[:_LONGEST_HEADER], None).text))
        at = header.end()
    return found


def _decoded(words: str) -> str:
    """RFC 2047's encoded words as text; as they stand where they are broken."""
    if "=?" not in words:
        return words
    try:
        return str(make_header(decode_header(words)))
    except (HeaderParseError, LookupError, ValueError):
        return words
