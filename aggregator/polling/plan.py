"""What to do with the items of one document, given what is stored: pure.

``settled`` and ``wanted`` say what must be looked up, ``plan`` decides. Nothing here reads a clock, a file or a table.

*Whose text.* Copies of one post differ: the full text here, a summary there. The fullest copy is the entry's state, and
a shorter one is only a sighting, so that the order in which copies come does not matter. When the feed whose copy that
state is changes its copy, the post was edited: the old state becomes a revision, longer or not. Another feed's changed
copy counts as an edit too, if it is about as full and was never the state before (a feed that lags behind shows
earlier states). An excerpt, cut off with an ellipsis, is no edit, nor is a copy with an older ``updated`` date from
the only source.

Where the words are the same and only their markup differs, the HTML is kept as it is now, without a revision
(``store.markup``).

*When.* ``published_at`` is the earliest moment that any copy states: a post re-dated to be shown again is still the old
one, and only ``updated_at`` moves. No revision is kept where only dates change.

*News.* What a feed brings after its first document is news, except a crowd of posts published long before the feed was
last read: an archive that was saved again. Of a first document, policy says what is news; an undated post is not
recent. What a person imports is news. An entry that is missing from a document means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

from aggregator.polling.matching import (
    Candidates,
    Strength,
    coexisted,
    dated_by_visit,
    is_excerpt,
    same_post,
    same_words_by_visit,
    shared_addresses,
)
from aggregator.polling.places import without_places
from aggregator.store.known import Wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aggregator.polling.incoming import Incoming
    from aggregator.polling.places import Found
    from aggregator.store.known import KnownEntry, Sighting, Source

__all__ = [
    "FirstPoll",
    "Insert",
    "Merge",
    "NewsPolicy",
    "Plan",
    "Resight",
    "Revise",
    "Touch",
    "plan",
    "settled",
    "wanted",
]

FirstPoll = Literal["recent", "baseline", "all"]

BACKFILL_AGE: Final = timedelta(days=30)
"""A post published so long before its feed was last read, and not in it then, was saved again or moved."""

LATE_AT_ONCE: Final = 3
"""So many posts of long ago in one document are late; more are an archive that was saved again."""

MOVED_AT_ONCE: Final = 3
"""So many posts that come again word for word, under other guids, addresses and times, and most of what a document has,
are a feed that was moved and saved again; fewer are a post that its author repeats."""

_ABOUT_AS_FULL: Final = 0.9
_MOST_ALIASES: Final = 4
"""Sightings kept of one entry in one feed: feeds that give each post a new guid at every poll exist."""

_PLAUSIBLE: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Dates before the Web are faults of software (1970-01-01)."""


@dataclass(frozen=True, slots=True)
class NewsPolicy:
    """What of a document is news.

    Attributes:
        first: Whether it is its feed's first; then ``policy`` and ``recent`` decide.
        last_success_at: When the feed was last read before.
        by_hand: Whether a person imported it: all of it is news.
    """

    now: datetime
    first: bool
    policy: FirstPoll = "recent"
    recent: timedelta = timedelta(days=7)
    last_success_at: datetime | None = None
    by_hand: bool = False

    def are_news(self, dated_at: Sequence[datetime | None]) -> list[bool]:
        """Which of one document's new entries, by when they say they are from, are news; the others are history."""
        if self.by_hand:
            return [True] * len(dated_at)
        if self.first:
            since = self.now - self.recent
            return [
                self.policy == "all" or (self.policy == "recent" and moment is not None and moment >= since)
                for moment in dated_at
            ]
        horizon = None if self.last_success_at is None else self.last_success_at - BACKFILL_AGE
        late = [horizon is not None and moment is not None and moment < horizon for moment in dated_at]
        # New is what was not seen before, whatever its date: a few late posts are told, an archive is not.
        return [not each or sum(late) <= LATE_AT_ONCE for each in late]


@dataclass(frozen=True, slots=True)
class Insert:
    """A post not known before."""

    item: Incoming
    news: bool


@dataclass(frozen=True, slots=True)
class Revise:
    """The entry's state becomes a revision, and the item its state."""

    entry_id: int
    item: Incoming


@dataclass(frozen=True, slots=True)
class Touch:
    """Facts about an entry that change without a revision: all of them, as they shall be."""

    entry_id: int
    author: str | None
    canonical_url: str | None
    published_at: datetime | None
    published_raw: str | None
    """None: stays as it is."""
    updated_at: datetime | None
    news: bool


@dataclass(frozen=True, slots=True)
class Resight:
    """A sighting as the item has it now: ``sighting_id`` rewritten, or a new one where that is None."""

    entry_id: int
    sighting_id: int | None
    item: Incoming


@dataclass(frozen=True, slots=True)
class Merge:
    """Two entries that turn out to be one post: ``dropped`` goes into ``kept``, the older."""

    kept: int
    dropped: int


@dataclass(slots=True)
class Plan:
    """Intents. ``seen`` are sightings that are as they were; ``history`` counts the inserts that are no news.

    Where there are ``merges`` there is nothing else: carry them out, look up and plan again.
    """

    inserts: list[Insert] = field(default_factory=list)
    revisions: list[Revise] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    resightings: list[Resight] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    @property
    def history(self) -> int:
        """How many of the inserts are no news."""
        return sum(not insert.news for insert in self.inserts)


def settled(
    items: Sequence[Incoming], sightings: Sequence[Sighting]
) -> tuple[list[tuple[Incoming, Sighting]], list[Incoming]]:
    """Split off what is as it was: items with their unchanged sightings, and the items that need a decision.

    ``sightings`` are those of the document's source with the guids of ``items``. An item is settled when its guid was
    last seen with the address, text and time it has now: the common case, which must cost nothing more.
    """
    by_guid: dict[str | None, list[Sighting]] = {}
    for sighting in sightings:
        by_guid.setdefault(sighting.guid, []).append(sighting)
    seen: list[tuple[Incoming, Sighting]] = []
    open_items: list[Incoming] = []
    for item in items:
        known = by_guid.get(item.guid, []) if item.guid_is_unique else []
        newest = max(known, key=lambda sighting: (sighting.last_seen_at, sighting.id), default=None)
        if (
            newest is not None
            and newest.url == item.entry.url
            and newest.content_hash == item.content_hash
            and newest.published_at == item.published_at
        ):
            seen.append((item, newest))
        else:
            open_items.append(item)
    return seen, open_items


def wanted(items: Sequence[Incoming], source: Source) -> Wanted:
    """What to look up so that every entry that ``items`` could be is found."""
    keys = {key for item in items for key in (item.match_key, item.guid_key) if key is not None}
    times = {item.published_at for item in items if item.published_at is not None}
    titled = {(item.title, item.published_at) for item in items if item.published_at is not None and not item.keys}
    return Wanted(
        source=source,
        guids=tuple(sorted({item.guid for item in items if item.guid is not None})),
        keys=tuple(sorted(keys)),
        hashes=tuple(sorted({item.content_hash for item in items})),
        bare=tuple(sorted({item.content_hash for item in items if item.guid is None is item.match_key})),
        times=tuple(sorted(times)),
        near=tuple(sorted(times)),
        titled=tuple(sorted(titled)),
    )


def plan(
    items: Sequence[Incoming],
    known: Sequence[KnownEntry],
    source: Source,
    policy: NewsPolicy,
    taken: Collection[int] = (),
    *,
    apart: Collection[Merge] = (),
) -> Plan:
    """Decide about the items of one document.

    ``known`` holds at least every entry that ``wanted`` finds; ``taken`` are the entries of the document's settled
    items. Two items of a document never become one entry. ``apart`` are merges that cannot be: a source whose sightings
    are not among those known has told the two apart.
    """
    matches, merges = _match(items, known, source, taken, by_visit=dated_by_visit(items, policy.now))
    merges = [merge for merge in merges if merge not in apart]
    made = Plan()
    if merges:
        made.merges = merges
        return made
    unknown: list[Incoming] = []
    for item in items:
        entry = matches.get(id(item))
        if entry is None:
            unknown.append(item)
        else:
            _continue(item, entry, source, policy, made)
    news = policy.are_news([item.entry.dated_at for item in unknown])
    made.inserts += [Insert(item, told) for item, told in zip(unknown, news, strict=True)]
    return made


def _match(
    items: Sequence[Incoming],
    known: Sequence[KnownEntry],
    source: Source,
    taken: Collection[int],
    *,
    by_visit: bool,
) -> tuple[dict[int, KnownEntry], list[Merge]]:
    """Each item's entry, by the item's ``id()``; and entries that an item shows to be one."""
    shared = shared_addresses(known)
    candidates = Candidates(known, source)
    found: list[Found] = []
    for item in items:
        for entry in candidates.of(item):
            strength = same_post(item, entry, source, shared)
            if by_visit and strength is None and same_words_by_visit(item, entry, source):
                strength = Strength.CONTENT
            if strength is not None:
                found.append((strength, item, entry))
    found, by_place = without_places(found, known, source, taken)
    # The strongest first; of equals the one that says the same, then the oldest.
    found.sort(key=lambda match: (-match[0], match[1].content_hash != match[2].content_hash, match[2].id))
    matches: dict[int, KnownEntry] = {}
    moved: dict[int, KnownEntry] = {}
    claimed = set(taken)
    for strength, item, entry in found:
        if id(item) not in matches and id(item) not in moved and entry.id not in claimed:
            (moved if strength is Strength.WORDS_ALONE else matches)[id(item)] = entry
            claimed.add(entry.id)
    if by_place or (len(moved) >= MOVED_AT_ONCE and 2 * len(moved) > len(items) + len(taken)):
        matches |= moved
    else:
        claimed -= {entry.id for entry in moved.values()}
    found = [match for match in found if match[0] is not Strength.WORDS_ALONE]
    merges: list[Merge] = []
    merged: set[int] = set()
    for strength, item, entry in found:
        own = matches.get(id(item))
        if own is None or entry.id in claimed or strength is Strength.GUID_ALONE:
            continue
        if {own.id, entry.id} & merged or coexisted(own, entry):
            continue
        merges.append(Merge(min(own.id, entry.id), max(own.id, entry.id)))
        merged |= {own.id, entry.id}
    return matches, merges


def _continue(item: Incoming, entry: KnownEntry, source: Source, policy: NewsPolicy, made: Plan) -> None:
    """A stored post came again."""
    here = sorted(
        (sighting for sighting in entry.sightings if sighting.source == source),
        key=lambda sighting: (sighting.last_seen_at, sighting.id),
    )
    before = here[-1] if here else None
    verdict = _judge(item, entry, before)
    if verdict is _Copy.STATE:
        made.revisions.append(Revise(entry.id, item))
    touch = _touch(item, entry, before, policy, revised=verdict is _Copy.STATE)
    if touch is not None:
        made.touches.append(touch)
    same = next((sighting for sighting in here if _same_sighting(item, sighting)), None)
    if same is None:
        same = here[0] if len(here) >= _MOST_ALIASES else None
        made.resightings.append(Resight(entry.id, same.id if same else None, item))
    elif verdict is _Copy.NOT_ITS_OWN or _unchanged(item, same):
        made.seen.append(same.id)
    else:
        made.resightings.append(Resight(entry.id, same.id, item))


class _Copy(Enum):
    """What a source's copy of a stored post is to it."""

    STATE = "the entry's state from now on"
    COPY = "a copy beside the entry's state"
    NOT_ITS_OWN = "an excerpt or an older copy, not what the source has of the post"


def _judge(item: Incoming, entry: KnownEntry, before: Sighting | None) -> _Copy:
    """What the item's copy is; the rule is told at the head of this module."""
    copy = item.content_hash
    if copy == entry.content_hash or (before is not None and copy == before.content_hash):
        return _Copy.COPY
    if before is not None and before.content_hash == entry.content_hash:
        return _Copy.NOT_ITS_OWN if _is_stale(item, entry) or is_excerpt(item.entry.text, entry) else _Copy.STATE
    if copy in entry.earlier:
        return _Copy.COPY
    size = len(item.entry.text)
    if before is not None:
        fuller = size >= _ABOUT_AS_FULL * entry.size
    else:
        fuller = (size, copy) > (entry.size, entry.content_hash)
    return _Copy.STATE if fuller else _Copy.COPY


def _is_stale(item: Incoming, entry: KnownEntry) -> bool:
    """Whether a server of several has given an older copy, by the dates of the only source there is."""
    if item.updated_at is None or entry.updated_at is None or len({s.source for s in entry.sightings}) > 1:
        return False
    return max(item.updated_at, item.published_at or item.updated_at) < entry.updated_at


def _touch(
    item: Incoming, entry: KnownEntry, before: Sighting | None, policy: NewsPolicy, *, revised: bool
) -> Touch | None:
    at, raw = entry.published_at, None
    if item.published_at is not None and _earlier(item.published_at, entry.published_at):
        at = item.published_at
        raw = item.entry.published.raw if item.entry.published else None
    stated = [entry.updated_at, item.updated_at]
    if before is not None and before.published_at is not None and item.published_at is not None:
        stated.append(item.published_at if item.published_at > before.published_at else None)  # re-dated
    author = item.entry.author if item.entry.author and (revised or not entry.author) else entry.author
    touch = Touch(
        entry_id=entry.id,
        author=author,
        canonical_url=_address(item, entry, before),
        published_at=at,
        published_raw=raw,
        updated_at=max((moment for moment in stated if moment is not None), default=None),
        news=entry.news or policy.by_hand,
    )
    now = (entry.author, entry.canonical_url, entry.published_at, entry.updated_at, entry.news)
    then = (touch.author, touch.canonical_url, touch.published_at, touch.updated_at, touch.news)
    return touch if then != now else None


def _earlier(stated: datetime, known: datetime | None) -> bool:
    """Whether ``stated`` is a better publication time than ``known``."""
    if known is None or known < _PLAUSIBLE <= stated:
        return True
    return _PLAUSIBLE <= stated < known


def _address(item: Incoming, entry: KnownEntry, before: Sighting | None) -> str | None:
    """The address to show: where its feed has moved it to, else the most readable of the copies'."""
    ours, theirs = entry.canonical_url, item.canonical_url
    if ours is None or theirs is None:
        return ours or theirs
    if before is not None and before.match_key != item.match_key and before.content_hash == entry.content_hash:
        return theirs
    return min(ours, theirs, key=lambda url: ("?" in url, not url.startswith("https:"), len(url), url))


def _same_sighting(item: Incoming, sighting: Sighting) -> bool:
    """Whether a sighting is of this guid and address, give or take tracking."""
    return item.guid == sighting.guid and item.match_key == sighting.match_key


def _unchanged(item: Incoming, sighting: Sighting) -> bool:
    return (
        sighting.url == item.entry.url
        and sighting.content_hash == item.content_hash
        and sighting.published_at == item.published_at
    )
