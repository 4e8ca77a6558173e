"""What is stored about a post, as the plan needs to see it. Contains no business logic and no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["NEAR", "KnownEntry", "Sighting", "Source", "Wanted"]

NEAR: Final = timedelta(hours=12)
"""How far apart the times of two copies of one post may be where one of them has no address."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where posts come from: a feed, or a file imported by hand. A guid means something within its source."""

    feed_id: int | None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A row of ``sightings``: an entry as one source carries it, or carried it under an earlier guid or address."""

    id: int
    entry_id: int
    source: Source
    guid: str | None
    url: str | None
    match_key: str | None
    guid_key: str | None
    title: str
    published_at: datetime | None
    content_hash: str
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry that an incoming item may be.

    Attributes:
        size: The length of its text, in characters.
        opening: The first ``entries.OPENING`` characters of its text.
        earlier: The content hashes of its revisions.
    """

    id: int
    title: str
    author: str | None
    canonical_url: str | None
    published_at: datetime | None
    updated_at: datetime | None
    news: bool
    content_hash: str
    size: int
    opening: str
    sightings: tuple[Sighting, ...]
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look entries up by, so that every post that could be one of a document's items is found.

    Attributes:
        guids: Within ``source``.
        keys: Match keys of addresses and guids, in every source.
        hashes: Content hashes, in every source.
        times: Publication times, within ``source``.
        near: Publication times; copies without an address that state one within ``NEAR`` of it, in every source.
        titled: Title keys with publication times; entries of that title within ``NEAR`` of it, in every source.
        bare: Content hashes of what has neither guid nor address, within ``source``, if that is a feed.
    """

    source: Source
    guids: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    times: tuple[datetime, ...] = ()
    near: tuple[datetime, ...] = ()
    titled: tuple[tuple[str, datetime], ...] = ()
    bare: tuple[str, ...] = ()
