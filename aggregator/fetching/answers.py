"""What an answer's headers say: validators to echo, how long it stays fresh, when to come back. Pure.

Header values are bytes throughout: validators must go back exactly as they came (RFC 9110 §8.8.3: opaque), and what
a server sends need not be text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from aggregator.model import Hints, Validators

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LONGEST_WAIT", "Headers"]

# Nobody is taken at their word for longer: a slip of three zeros must not end a feed.
LONGEST_WAIT: Final = timedelta(days=7)
# A tag longer than this would come back as a request that most servers refuse.
_LONGEST_VALIDATOR: Final = 4096
_SECONDS: Final = re.compile(rb"([0-9]+)(?:\.[0-9]*)?")
_DIRECTIVE: Final = re.compile(rb'([A-Za-z0-9_-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?')


class Headers:
    """An answer's headers. Names are case-insensitive; the first of several wins where one value is meant."""

    __slots__ = ("_values",)

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[bytes, list[bytes]] = {}
        for name, value in raw:
            self._values.setdefault(name.lower(), []).append(value)

    def all(self, name: bytes) -> list[bytes]:
        """Every value of the header with this lower-case name."""
        return self._values.get(name, [])

    def first(self, name: bytes) -> bytes | None:
        """The first non-empty value."""
        return next(filter(None, self.all(name)), None)

    def text(self, name: bytes) -> str | None:
        """The same as text. Latin-1 is one to one: encoding it gives back what was received."""
        value = self.first(name)
        return None if value is None else value.decode("latin-1")

    def validators(self) -> Validators:
        """ETag and Last-Modified, opaque; None where absent (or of an absurd length)."""
        etag, last_modified = (
            value if value is None or len(value) <= _LONGEST_VALIDATOR else None
            for value in (self.text(b"etag"), self.text(b"last-modified"))
        )
        return Validators(etag, last_modified)

    def content_length(self) -> int | None:
        """As stated. h11 has seen to it that it is one number, of 20 digits at most."""
        value = self.first(b"content-length")
        return int(value) if value is not None and value.isdigit() else None

    def hints(self, status: int, *, now: datetime) -> Hints:
        """When to ask again, relative to the answer's own Date (to ``now`` where it has none)."""
        # A Retry-After is meant wherever it stands, though only 429, 503 and redirects give it a meaning.
        return Hints(max_age=self._max_age(now) if status < 400 else None, retry_after=self._retry_after(now))

    def _retry_after(self, now: datetime) -> timedelta | None:
        # RFC 9110 §10.2.3: seconds, or a date.
        value = self.first(b"retry-after")
        if value is None:
            return None
        if (seconds := _seconds(value)) is not None:
            return seconds
        moment = _moment(value)
        return None if moment is None else _bounded(moment - self._date(now))

    def _max_age(self, now: datetime) -> timedelta | None:
        # RFC 9111 §4.2.1, for a private cache: s-maxage is for shared ones.
        directives: dict[bytes, bytes] = {}
        for name, argument in _DIRECTIVE.findall(b", ".join(self.all(b"cache-control"))):
            directives.setdefault(name.lower(), argument.strip(b'"'))
        # With an argument, no-cache is about the header fields it names only. Not None: it is stated.
        if b"no-store" in directives or directives.get(b"no-cache") == b"":
            return timedelta()
        if b"max-age" in directives:
            lifetime = _seconds(directives[b"max-age"])
        else:
            expires = _moment(self.first(b"expires") or b"")
            lifetime = None if expires is None else _bounded(expires - self._date(now))
        if lifetime is None:
            return None
        return max(timedelta(), lifetime - (_seconds(self.first(b"age") or b"") or timedelta()))

    def _date(self, now: datetime) -> datetime:
        return _moment(self.first(b"date") or b"") or now


def _seconds(value: bytes) -> timedelta | None:
    match = _SECONDS.fullmatch(value.strip())
    if match is None:
        return None
    digits = match[1].lstrip(b"0")
    # Compared by length first: a million digits are no number worth converting.
    return LONGEST_WAIT if len(digits) > 9 else _bounded(timedelta(seconds=int(digits or b"0")))


def _moment(value: bytes) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110 §5.6.7), in UTC."""
    if not value or len(value) > 100:
        return None
    try:
        moment = parsedate_to_datetime(value.decode("latin-1"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _bounded(wait: timedelta) -> timedelta:
    return min(max(wait, timedelta()), LONGEST_WAIT)
