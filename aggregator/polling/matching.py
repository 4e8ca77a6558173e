"""Whether an item that came is a post that is stored: pure.

The rules, in the order of their strength:

*Guid.* The same guid in the same feed, or guids that are the same address (``http`` or ``https``, say), or the same
``tag:`` or ``urn:`` anywhere. It is weaker than an address where nothing else agrees, neither address nor title nor
time nor text, and no sign at all where the times, too, or the addresses are stated and differ: there are feeds that
number their items by their place. Nor is a time a sign that all items of a document share; nor is a guid that the feed
has given to several posts, or that says another post than the very words do.

*Address.* The same match key, of the link or of a guid that is an address; so ``?p=1234`` as the guid beside a
readable link makes both one. Within a feed, an address alone decides only where guids do not say otherwise and the
feed has not given it to several posts. Everywhere else it needs a witness, as a link blog's item has the address of a
post that it is not: the same text, title or time; from another feed also a title that holds the other, or the
same opening words.

*What it says.* Where guid and address are both new (a feed that moved to another host), or missing: the same text or
the same title at the same time; where a site got a host of its own, as the inspectorate's did, the same words at any
time, if they are not written twice by chance. A release that another site reposts is a post of its own. Where a whole
document says what is stored at other addresses and times, its feed was moved and saved again; where it is undated, its
software may give each post another address at each visit ("?sid="). Where all that has neither guid nor address is
dated as of the visit, its software has no better date, and the words alone tell the posts. A title alone never
decides ("…in Kent", "…in Gwent"; "Weekly quiz"). A copy without any address, such as a saved newsletter, is also the
post of its title and its text in the same minute, or of its title and its opening words within half a day: mailing
services state a minute, or only a date. What was imported by hand is the post of its title in the same minute whatever
the words, as a feed may have but a summary; of two feeds that would make one post of every "Weekly quiz" of 06:00.
"""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from aggregator.identity import title_key
from aggregator.store.known import NEAR

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from aggregator.polling.incoming import Incoming
    from aggregator.store.known import KnownEntry, Sighting, Source

__all__ = [
    "Candidates",
    "Strength",
    "coexisted",
    "dated_by_visit",
    "is_excerpt",
    "same_post",
    "same_words_by_visit",
    "shared_addresses",
]

_SUBSTANTIAL: Final = 200
"""Characters: a text of this length is not written twice by chance. Shorter ones ("No post today") are."""

_OPENING: Final = 60
"""Characters of two texts that must agree for one to be the other's summary."""

_TITLE_WITHIN: Final = 15
"""Characters that a title must have for its being within another to mean anything."""

_MOST_CANDIDATES: Final = 20
"""Entries that an item is compared with; more agree with it only where somebody means harm."""

_EXCERPT_MARKS: Final = ("…", "...", "read more", "continue reading", "more →", "more »")
_EXCERPT_TAIL: Final = 60
"""Characters at the end of an excerpt that may be its mark and its link to the post."""

_JUST_NOW: Final = timedelta(minutes=10)
"""How far from a visit the time is that a server's clock and its cache make of it."""

_Trait = tuple[object, ...]


class Strength(IntEnum):
    """What told that an item is a stored post."""

    WORDS_ALONE = 1
    """The same words from the same feed, all else differs: nothing by itself (a weekly "open thread"), see ``plan``."""
    CONTENT = 2
    GUID_ALONE = 3
    ADDRESS = 4
    GUID = 5


def same_post(item: Incoming, entry: KnownEntry, source: Source, shared: Collection[str]) -> Strength | None:
    """Whether ``item``, from ``source``, is ``entry``, and by what; None if not.

    ``shared``: the addresses that one source has given to several entries, see ``shared_addresses``.
    """
    here = [sighting for sighting in entry.sightings if sighting.source == source]
    by_guid = [sighting for sighting in here if item.guid_is_unique and item.guid == sighting.guid]
    if any(_agrees_beyond_guid(item, sighting) for sighting in by_guid):
        return Strength.GUID
    if item.guid_key is not None and any(item.guid_key == sighting.guid_key for sighting in entry.sightings):
        return Strength.GUID
    if _same_address(item, entry, here, source, shared):
        return Strength.ADDRESS
    if any(
        (None in {item.published_at, sighting.published_at} or item.published_at == sighting.published_at)
        and (item.match_key is None or sighting.match_key is None)
        for sighting in by_guid
    ):
        return Strength.GUID_ALONE
    if any(_says_the_same(item, sighting, entry, source) for sighting in entry.sightings):
        return Strength.CONTENT
    if any(_says_it_in_other_places(item, sighting) for sighting in here):
        return Strength.WORDS_ALONE
    return None


class Candidates:
    """Which of the known entries an item could be at all: those that agree with it in something ``same_post`` asks for.

    Comparing each item with each entry takes minutes where a document has thousands of both, and so it does where all
    of them have one title, one guid or one address: those count only beside something else.
    """

    def __init__(self, known: Sequence[KnownEntry], source: Source) -> None:
        self._known = known
        self._by: dict[_Trait, list[int]] = {}
        for place, entry in enumerate(known):
            for trait in {trait for sighting in entry.sightings for trait in _traits(sighting, source)}:
                self._by.setdefault(trait, []).append(place)

    def of(self, item: Incoming) -> list[KnownEntry]:
        """The entries to compare ``item`` with, in the order they are known in; the likeliest where they are many."""
        places: dict[int, None] = {}
        for trait in _sought(item):
            for place in self._by.get(trait, ()):
                places.setdefault(place)
                if len(places) >= _MOST_CANDIDATES:
                    break
        return [self._known[place] for place in sorted(places)]


def _traits(sighting: Sighting, source: Source) -> Iterator[_Trait]:
    """What an item of ``source`` can find a sighting's entry by; see ``_sought``."""
    title, at = title_key(sighting.title), sighting.published_at
    yield "text", sighting.content_hash
    if sighting.source == source:
        yield "own text", sighting.content_hash
    for kind, value in (("guid", sighting.guid), ("key", sighting.match_key), ("key", sighting.guid_key)):
        if value:
            yield kind, value
            yield kind, value, title
            yield kind, value, at
    if title and at is not None:
        yield "title", title, _half_day(at)


def _sought(item: Incoming) -> Iterator[_Trait]:
    """What the entries that an item may be agree with it in, the likeliest first."""
    if item.guid_is_unique:
        yield "guid", item.guid
    for key in (item.guid_key, item.address):
        if key is not None:
            yield "key", key
    yield "own text", item.content_hash
    yield "text", item.content_hash
    for kind, value in (("guid", item.guid), ("key", item.match_key)):
        if value is not None:
            yield kind, value, item.title
            yield kind, value, item.published_at
    if item.title and item.published_at is not None:
        half_day = _half_day(item.published_at)
        for near in (half_day, half_day - 1, half_day + 1):
            yield "title", item.title, near


def _half_day(moment: datetime) -> int:
    return int(moment.timestamp() // NEAR.total_seconds())


def shared_addresses(entries: Iterable[KnownEntry]) -> frozenset[str]:
    """Addresses that some source has given to more than one entry: they identify none of them."""
    carriers: dict[tuple[Source, str], set[int]] = {}
    for entry in entries:
        for sighting in entry.sightings:
            if sighting.match_key is not None:
                carriers.setdefault((sighting.source, sighting.match_key), set()).add(entry.id)
    return frozenset(key for (_, key), ids in carriers.items() if len(ids) > 1)


def dated_by_visit(items: Iterable[Incoming], now: datetime) -> bool:
    """Whether what has neither guid nor address among ``items`` says, all of it, that it was published just now."""
    bare = [item.published_at for item in items if not item.has_identity]
    return bool(bare) and all(at is not None and abs(at - now) <= _JUST_NOW for at in bare)


def same_words_by_visit(item: Incoming, entry: KnownEntry, source: Source) -> bool:
    """Whether ``item``, dated as of the visit and known by its words alone, is ``entry``, dated as of a visit too."""
    return not item.has_identity and any(
        sighting.source == source
        and sighting.guid is None is sighting.match_key
        and sighting.content_hash == item.content_hash
        and sighting.published_at is not None
        and min(abs(sighting.published_at - at) for at in (sighting.first_seen_at, sighting.last_seen_at)) <= _JUST_NOW
        for sighting in entry.sightings
    )


def coexisted(one: KnownEntry, other: KnownEntry) -> bool:
    """Whether a source has told the two apart: by different guids, or by holding both at one time."""
    for a in one.sightings:
        for b in other.sightings:
            if a.source == b.source and (
                (a.guid != b.guid and a.guid is not None and b.guid is not None)
                or (a.first_seen_at <= b.last_seen_at and b.first_seen_at <= a.last_seen_at)
            ):
                return True
    return False


def is_excerpt(text: str, entry: KnownEntry) -> bool:
    """Whether ``text`` is the beginning of the entry's text, cut off with an ellipsis or "read more".

    A feed that turns from full posts to excerpts has edited none of them.
    """
    if 2 * len(text) > entry.size or len(text) > len(entry.opening):
        return False
    body, tail = text[:-_EXCERPT_TAIL], text[-_EXCERPT_TAIL:].casefold()
    if len(body) < _OPENING or not any(mark in tail for mark in _EXCERPT_MARKS):
        return False
    return " ".join(entry.opening.split()).startswith(" ".join(body.split()))


def _agrees_beyond_guid(item: Incoming, sighting: Sighting) -> bool:
    """Whether anything but the guid agrees."""
    return (
        (item.match_key is not None and item.match_key == sighting.match_key)
        or item.content_hash == sighting.content_hash
        or item.title == title_key(sighting.title)
        or (item.published_at is not None and item.published_at == sighting.published_at and item.time_is_unique)
    )


def _same_address(
    item: Incoming, entry: KnownEntry, here: list[Sighting], source: Source, shared: Collection[str]
) -> bool:
    keys = item.keys
    at_it = [sighting for sighting in entry.sightings if keys & {sighting.match_key, sighting.guid_key}]
    at_it_here = [sighting for sighting in at_it if sighting.source == source]
    if at_it_here:
        # What this feed says of its own items outweighs what others say of them.
        return any(
            (_guids_agree(item, sighting) and sighting.match_key not in shared) or _witness_here(item, sighting)
            for sighting in at_it_here
        )
    if any(_witness_elsewhere(item, sighting, entry) for sighting in at_it):
        return True
    # An item that neither guid nor address tells from its neighbours: both together with its title may.
    return not item.has_identity and any(
        ((item.guid and item.guid == sighting.guid) or (item.match_key and item.match_key == sighting.match_key))
        and item.title_is_unique
        and _witness_here(item, sighting)
        for sighting in here
    )


def _guids_agree(item: Incoming, sighting: Sighting) -> bool:
    """Whether the guids do not say that these are two posts: one of them is missing, or not the item's own."""
    return not item.guid_is_unique or sighting.guid is None or item.guid == sighting.guid


def _witness_here(item: Incoming, sighting: Sighting) -> bool:
    if item.content_hash == sighting.content_hash or _same_time(item.published_at, sighting.published_at):
        return True
    # Posts of one feed with one link and one title ("Vacancies this week") are told apart by their dates.
    redated = item.published_at is not None and sighting.published_at is not None
    return not redated and _same_title(item, sighting)


def _witness_elsewhere(item: Incoming, sighting: Sighting, entry: KnownEntry) -> bool:
    if (
        item.content_hash == sighting.content_hash
        or _same_title(item, sighting)
        or _same_time(item.published_at, sighting.published_at)
    ):
        return True
    shorter, longer = sorted((item.title, title_key(sighting.title)), key=len)
    if len(shorter) >= _TITLE_WITHIN and shorter in longer:
        return True
    return _same_opening(item.entry.text, entry.opening)


def _says_the_same(item: Incoming, sighting: Sighting, entry: KnownEntry, source: Source) -> bool:
    here = sighting.source == source
    by_hand = source.feed_id is None or sighting.source.feed_id is None
    same_text = item.content_hash == sighting.content_hash
    same_time = item.published_at is not None and item.published_at == sighting.published_at
    substantial = len(item.entry.text) >= _SUBSTANTIAL
    if same_text and same_time and (substantial or here):
        return True
    if here and same_text and not item.has_identity:
        # "Else a hash of what it says": short texts come again, unless they are undated too.
        return substantial or item.published_at is None is sighting.published_at
    if here and same_text and substantial and (item.published_at is None or sighting.published_at is None):
        return True
    if here:
        return _same_title(item, sighting) and _same_time(item.published_at, sighting.published_at)
    addressless = not item.keys or (sighting.match_key is None and sighting.guid_key is None)
    if same_text and substantial and (addressless or _on_a_host_of_its_own(item, sighting)):
        return True
    return (
        addressless
        and _same_title(item, sighting)
        and (
            ((by_hand or same_text) and _same_minute(item, sighting))
            or (_near(item.published_at, sighting.published_at) and _same_opening(item.entry.text, entry.opening))
        )
    )


def _says_it_in_other_places(item: Incoming, sighting: Sighting) -> bool:
    if item.content_hash != sighting.content_hash:
        return False
    undated = item.published_at is None is sighting.published_at
    return len(item.entry.text) >= _SUBSTANTIAL or (undated and bool(item.entry.text))


def _on_a_host_of_its_own(item: Incoming, sighting: Sighting) -> bool:
    """Whether the one's host is within the other's: hmiprobation.justiceinspectorates.gov.uk."""
    if item.match_key is None or sighting.match_key is None:
        return False
    hosts = (key.partition("?")[0].partition("/")[0] for key in (item.match_key, sighting.match_key))
    shorter, longer = sorted(hosts, key=len)
    return longer.endswith(f".{shorter}")


def _same_title(item: Incoming, sighting: Sighting) -> bool:
    return bool(item.title) and item.title == title_key(sighting.title)


def _same_time(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and one == other and not _only_a_date(one)


def _same_minute(item: Incoming, sighting: Sighting) -> bool:
    """A saved newsletter gives its post's time to the minute."""
    one, other = item.published_at, sighting.published_at
    if one is None or other is None or _only_a_date(one):
        return False
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def _near(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= NEAR


def _only_a_date(moment: datetime) -> bool:
    """Whether a time looks like midnight, in UTC or British summer time: said of every post of that day."""
    return moment.hour in {0, 23} and moment.minute == moment.second == 0


def _same_opening(one: str, other: str) -> bool:
    a, b = title_key(one[: 2 * _OPENING]), title_key(other[: 2 * _OPENING])
    return len(a) >= _OPENING <= len(b) and a[:_OPENING] == b[:_OPENING]
