"""What is kept of a document's items, so that the next one need not be read where it holds the same: pure.

A *mark* says: the item with this fingerprint (``parsing.fingerprints``) is the sighting with this id, and nothing about
it is open. Next time the item is not read. The sighting stands in for it, everything is decided as if it had been read,
and only where the item turns out to matter after all (``MustBeRead``) the document is read whole.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Final

from aggregator.model import AssessedEntry, ParsedEntry, StatedDate
from aggregator.times import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aggregator.model import ParsedFeed
    from aggregator.store.known import Sighting, Source

__all__ = ["MustBeRead", "Unread", "decode", "encode", "known_to", "with_unread"]

_MARK: Final = struct.Struct(">16sq8s")
"""Fingerprint, sighting id, and a check of what the sighting said, should anybody change it."""

_MOST: Final = 1000
"""Marks kept of one document; a blog's has ten."""


class MustBeRead(Exception):
    """An item that was not read is one that something has to be decided about."""


class Unread(AssessedEntry):
    """A stand-in for an item that was not read: what identifies it, without its text."""

    __slots__ = ()


def encode(marks: Iterable[tuple[bytes, Sighting]]) -> bytes:
    """Marks as they are stored: each a fingerprint and the sighting that is this item."""
    packed = [_MARK.pack(fingerprint, sighting.id, _check(sighting)) for fingerprint, sighting in marks]
    return b"".join(packed[:_MOST])


def decode(stored: bytes | None) -> dict[bytes, tuple[int, bytes]]:
    """By fingerprint: the sighting's id, and the check."""
    return {fingerprint: (sighting, check) for fingerprint, sighting, check in _MARK.iter_unpack(stored or b"")}


def known_to(stored: bytes | None) -> frozenset[bytes]:
    """The fingerprints alone: what a reader of the document may leave out."""
    return frozenset(decode(stored))


def with_unread(
    feed: ParsedFeed,
    entries: Sequence[AssessedEntry],
    stored: bytes | None,
    sightings: Mapping[int, Sighting],
    source: Source,
) -> list[AssessedEntry]:
    """All items of a document in its order: those that were read, and stand-ins for the others.

    Args:
        feed: The document.
        entries: What was read of it.
        stored: The marks, as they are now.
        sightings: By id, at least those that the marks name, where they are still there.
        source: The document's feed.

    Raises:
        MustBeRead: A sighting is no longer there, or says something else.
    """
    if not feed.unread:
        return list(entries)
    marks = decode(stored)
    read = iter(entries)
    return [
        _stand_in(marks, fingerprint, sightings, source) if fingerprint in feed.unread else next(read)
        for fingerprint in feed.fingerprints
    ]


def _stand_in(
    marks: Mapping[bytes, tuple[int, bytes]], fingerprint: bytes, sightings: Mapping[int, Sighting], source: Source
) -> Unread:
    sighting_id, check = marks.get(fingerprint, (0, b""))
    sighting = sightings.get(sighting_id)
    if sighting is None or sighting.source != source or _check(sighting) != check:
        raise MustBeRead
    published = None if sighting.published_at is None else StatedDate("", sighting.published_at)
    return Unread(
        ParsedEntry(
            guid=sighting.guid,
            url=sighting.url,
            title=sighting.title,
            author=None,
            published=published,
            updated=None,
            html="",
            blocks=(),
            text="",
            content_hash=sighting.content_hash,
        )
    )


def _check(sighting: Sighting) -> bytes:
    return hashlib.sha256("\0".join(_words(sighting)).encode("utf-8", "surrogatepass")).digest()[:8]


def _words(sighting: Sighting) -> Iterator[str]:
    yield sighting.guid or ""
    yield sighting.url or ""
    yield sighting.title
    yield to_text(sighting.published_at) if sighting.published_at else ""
    yield sighting.content_hash
