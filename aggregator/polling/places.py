"""Feeds that number their items by their place, so that a guid is another post's at the next poll: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.polling.matching import Strength

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from aggregator.polling.incoming import Incoming
    from aggregator.store.known import KnownEntry, Source

__all__ = ["Found", "without_places"]

Found = tuple[Strength, "Incoming", "KnownEntry"]
"""That an item is a stored post, and by what."""


def without_places(
    found: list[Found], known: Iterable[KnownEntry], source: Source, taken: Collection[int]
) -> tuple[list[Found], bool]:
    """``found`` without what guids alone tell where they number places; and whether this document shows that they do.

    It does where a guid says another post than the very words, and that post stands nowhere else in the document. What
    is known shows it where ``source`` has given the guid to several posts.
    """
    certain = {entry.id for strength, _, entry in found if strength > Strength.GUID_ALONE} | set(taken)
    by_words = {
        id(item): entry.id
        for strength, item, entry in found
        if strength < Strength.GUID_ALONE and entry.id not in certain and _says_what_it_said(item, entry, source)
    }
    by_place = any(
        strength is Strength.GUID_ALONE and by_words.get(id(item), entry.id) != entry.id
        for strength, item, entry in found
    )
    shared = _shared_guids(known, source)
    return [
        (strength, item, entry)
        for strength, item, entry in found
        if strength is not Strength.GUID_ALONE or not (by_place or item.guid in shared)
    ], by_place


def _shared_guids(entries: Iterable[KnownEntry], source: Source) -> frozenset[str]:
    """Guids that ``source`` has given to more than one entry."""
    carriers: dict[str, set[int]] = {}
    for entry in entries:
        for sighting in entry.sightings:
            if sighting.source == source and sighting.guid is not None:
                carriers.setdefault(sighting.guid, set()).add(entry.id)
    return frozenset(guid for guid, ids in carriers.items() if len(ids) > 1)


def _says_what_it_said(item: Incoming, entry: KnownEntry, source: Source) -> bool:
    """Whether these are the very words of the entry in this source."""
    return any(sighting.source == source and sighting.content_hash == item.content_hash for sighting in entry.sightings)
