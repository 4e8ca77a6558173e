"""What is stored about a post, as the plan needs to see it. Contains no business logic and no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["KnownEntry", "Sighting", "Source", "Wanted"]


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
        addressless_times: Publication times, to the minute, of copies without an address, in every source.
        any_times: Publication times, to the minute, in every source.
    """

    source: Source
    guids: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    times: tuple[datetime, ...] = ()
    addressless_times: tuple[datetime, ...] = ()
    any_times: tuple[datetime, ...] = ()
