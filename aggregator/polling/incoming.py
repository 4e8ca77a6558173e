"""The items of one document with what could identify each: pure.

A guid identifies within its feed when no other item of the document has it. An address identifies when no other
item of the document has it, and when it is not the home page of the site or the feed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.identity import canonical_url, guid_key, is_root, key_of, match_key, title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aggregator.model import AssessedEntry, ParsedEntry

__all__ = ["Incoming", "incoming"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One item of a document.

    Attributes:
        guid: As given, whether or not it identifies.
        guid_is_unique: No other item of the document has it.
        guid_key: What the guid is beyond its feed, where it is unique; see ``identity.guid_key``.
        match_key: Of its address, whether or not that identifies; None for the root of a site, and where guid and
            address are a place on that page.
        address: The same where it identifies.
        title: Its ``title_key``.
        title_is_unique: No other item of the document has that title.
        time_is_unique: No other item of the document states that time of publication.
    """

    assessed: AssessedEntry
    canonical_url: str | None
    guid: str | None
    guid_is_unique: bool
    guid_key: str | None
    match_key: str | None
    address: str | None
    title: str
    title_is_unique: bool
    time_is_unique: bool
    published_at: datetime | None
    updated_at: datetime | None

    @property
    def entry(self) -> ParsedEntry:
        """The item as it was parsed."""
        return self.assessed.entry

    @property
    def content_hash(self) -> str:
        """Of its title and text."""
        return self.assessed.entry.content_hash

    @property
    def keys(self) -> frozenset[str]:
        """What it is known by beyond its feed."""
        return frozenset(key for key in (self.address, self.guid_key) if key is not None)

    @property
    def has_identity(self) -> bool:
        """Whether its guid or its address tells it from every other post; else only what it says does."""
        return self.address is not None or self.guid_is_unique


def incoming(entries: Sequence[AssessedEntry], *, site_url: str | None) -> tuple[list[Incoming], int]:
    """The items of one document in its order, and how many were left out as repetitions of another."""
    kept = _without_repetitions(entries)
    home = match_key(site_url) if site_url else None
    bare = [keys for _, keys in kept]
    guids = Counter(keys.guid for keys in bare)
    guid_keys = Counter(keys.guid_key for keys in bare)
    match_keys = Counter(keys.match_key for keys in bare)
    titles = Counter(keys.title for keys in bare)
    times = Counter(assessed.entry.published and assessed.entry.published.at for assessed, _ in kept)
    items: list[Incoming] = []
    for assessed, keys in kept:
        entry = assessed.entry
        published_at = entry.published.at if entry.published else None
        unique = keys.guid is not None and guids[keys.guid] == 1
        unique = unique and (keys.guid_key is None or guid_keys[keys.guid_key] == 1)
        alone = keys.match_key is not None and match_keys[keys.match_key] == 1 and keys.match_key != home
        items.append(
            Incoming(
                assessed=assessed,
                canonical_url=keys.canonical_url,
                guid=keys.guid,
                guid_is_unique=unique,
                guid_key=keys.guid_key if unique else None,
                match_key=keys.match_key,
                address=keys.match_key if alone else None,
                title=keys.title,
                title_is_unique=titles[keys.title] == 1,
                time_is_unique=times[published_at] == 1,
                published_at=published_at,
                updated_at=entry.updated.at if entry.updated else None,
            )
        )
    return items, len(entries) - len(kept)


@dataclass(frozen=True, slots=True)
class _Keys:
    """What one item says of itself, before its neighbours are looked at."""

    guid: str | None
    guid_key: str | None
    canonical_url: str | None
    match_key: str | None
    title: str

    @classmethod
    def of(cls, entry: ParsedEntry) -> _Keys:
        canonical = canonical_url(entry.url) if entry.url else None
        key = key_of(canonical) if canonical else None
        own = guid_key(entry.guid) if entry.guid else None
        # A comment's guid and link are a place on its post's page: that page is the post's address, not the comment's.
        place = entry.url.partition("#")[2] if entry.url else ""
        on_a_page = bool(place) and own == f"{key}#{place}"
        return cls(
            guid=entry.guid or None,
            guid_key=own,
            canonical_url=canonical,
            match_key=None if key is None or on_a_page or is_root(key) else key,
            title=title_key(entry.title),
        )


def _without_repetitions(entries: Iterable[AssessedEntry]) -> list[tuple[AssessedEntry, _Keys]]:
    """Each item once: one with the guid, the address and the words of another is that one again.

    Addresses are compared as everywhere, but for the place on a page. Items that have neither guid nor address
    ("Weekly quiz", and no text) must have the same date, too.
    """
    kept: dict[tuple[object, ...], tuple[AssessedEntry, _Keys]] = {}
    for assessed in entries:
        entry, keys = assessed.entry, _Keys.of(assessed.entry)
        address = (keys.canonical_url and key_of(keys.canonical_url), (entry.url or "").partition("#")[2])
        dated = None if entry.guid or entry.url or entry.published is None else entry.published.at
        kept.setdefault((entry.guid, address, entry.content_hash, dated), (assessed, keys))
    return list(kept.values())
