"""The items of one document into the tables: look up, plan, write. The caller holds the write transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aggregator.polling import plan as planning
from aggregator.polling.incoming import incoming
from aggregator.polling.marks import MustBeRead, Unread, encode
from aggregator.polling.reports import inspection_ids
from aggregator.ratings.inspections import official_page
from aggregator.store import entries as posts
from aggregator.store import inspections
from aggregator.store import ratings as readings
from aggregator.store.faults import translate
from aggregator.store.markup import refresh_html

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from aggregator.model import AssessedEntry
    from aggregator.polling.incoming import Incoming
    from aggregator.polling.plan import NewsPolicy, Plan
    from aggregator.store import Store
    from aggregator.store.entries import SightingRow
    from aggregator.store.known import Sighting, Source

__all__ = ["Committed", "Versions", "commit", "is_environment"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Versions:
    """What read the posts: the extraction's version, and each rule's by its name."""

    extractor: int
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Committed:
    """What one document, or one import, changed: entry ids, and a line on what was left out, if anything was.

    ``marks`` are those of the document's items, as they are stored.
    """

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    flagged: tuple[int, ...] = ()
    warning: str | None = None
    marks: bytes = b""


def commit(
    store: Store,
    entries: Sequence[AssessedEntry],
    *,
    source: Source,
    site_url: str | None,
    policy: NewsPolicy,
    versions: Versions,
    now: datetime,
    fingerprints: Sequence[bytes] = (),
) -> Committed:
    """Store one document's items: new posts, revisions, sightings, ratings, flags, inspections.

    An item that cannot be stored is left out, with a warning; the others are stored.

    Args:
        store: In a write transaction.
        entries: All items; ``marks.Unread`` ones are stored and as they were.
        source: Where the document came from.
        site_url: The page it belongs to, whose address identifies no post.
        policy: What of it is news.
        versions: What read the posts.
        now: UTC.
        fingerprints: Of ``entries``, as many; none where they have none.

    Raises:
        MustBeRead: Something has to be decided about an item that was not read; nothing was written.
        Exception: No item could be stored; nothing of the document was written.
    """
    marked = {id(entry): each for entry, each in zip(entries, fingerprints, strict=True)} if fingerprints else {}
    document = _Document(store, source, site_url, policy, versions, now, marked)
    try:
        with store.savepoint():
            return document.commit(entries)
    except MustBeRead:
        raise
    except Exception as error:
        if is_environment(error, store):
            raise
        sound, reason = document.without_poison(entries)
        if not sound or len(sound) == len(entries):
            raise
        _log.warning("left out %d of %d posts: %s", len(entries) - len(sound), len(entries), reason)
    with store.savepoint():
        done = document.commit(sound)
    left_out = f"{len(entries) - len(sound)} of {len(entries)} posts could not be stored ({reason})"
    return replace(done, warning="; ".join(filter(None, (left_out, done.warning))))


def is_environment(error: Exception, store: Store) -> bool:
    """Whether an error is about the database's surroundings (full, locked, damaged): nobody's post is to blame."""
    return translate(error, store.path) is not None


@dataclass(frozen=True, slots=True)
class _Document:
    store: Store
    source: Source
    site_url: str | None
    policy: NewsPolicy
    versions: Versions
    now: datetime
    fingerprints: Mapping[int, bytes] = field(default_factory=dict)
    """By the ``id()`` of an entry."""

    @property
    def connection(self) -> sqlite3.Connection:
        return self.store.connection

    def commit(self, entries: Sequence[AssessedEntry]) -> Committed:
        items, repeated = incoming(entries, site_url=self.site_url)
        guids = [item.guid for item in items if item.guid is not None and item.guid_is_unique]
        known = self._sightings(guids)
        settled, open_items = planning.settled(items, known)
        if any(isinstance(item.assessed, Unread) for item in open_items):
            raise MustBeRead
        plan = self._plan(open_items, {sighting.entry_id for _, sighting in settled})
        posts.see(self.connection, [sighting.id for _, sighting in settled] + plan.seen, now=self.now)
        first = posts.next_id(self.connection) if plan.inserts else 0
        states = [(first + place, insert.item) for place, insert in enumerate(plan.inserts)]
        self._insert(plan, states)
        revised = [(revision.entry_id, revision.item) for revision in plan.revisions]
        self._revise(plan, revised)
        self._resight(plan, states)
        written = {id(item) for _, item in (*states, *revised)}
        as_stored = [item.entry for item in items if item.entry.html and id(item) not in written]
        refresh_html(self.connection, as_stored, source=self.source)
        flagged = self._assess(states, revised)
        if self.fingerprints and open_items:
            settled, _ = planning.settled(items, self._sightings(guids))  # as the next document will find it
        return Committed(
            new=tuple(entry_id for entry_id, _ in states),
            changed=tuple(entry_id for entry_id, _ in revised),
            flagged=flagged,
            warning=_words(repeated, plan.history if not self.policy.first else 0),
            marks=encode(
                (self.fingerprints[id(item.assessed)], sighting)
                for item, sighting in settled
                if id(item.assessed) in self.fingerprints
            ),
        )

    def _sightings(self, guids: Sequence[str]) -> list[Sighting]:
        return posts.sightings_by_guid(self.connection, self.source, guids) if guids else []

    def without_poison(self, entries: Sequence[AssessedEntry]) -> tuple[list[AssessedEntry], str]:
        """Those that can be stored, each tried alone and undone; and what was wrong with the first of the others."""
        sound: list[AssessedEntry] = []
        reason = ""
        for entry in entries:
            if isinstance(entry, Unread):  # stored long ago
                sound.append(entry)
                continue
            try:
                with self.store.savepoint(keep=False):
                    self.commit([entry])
                sound.append(entry)
            except Exception as error:
                if is_environment(error, self.store):
                    raise
                reason = reason or f"{type(error).__name__}: {error}"
        return sound, " ".join(reason.split())[:200]

    def _plan(self, items: Sequence[Incoming], taken: set[int]) -> Plan:
        if not items:
            return planning.Plan()
        wanted = planning.wanted(items, self.source)
        apart: set[planning.Merge] = set()
        while True:
            known = posts.look_up(self.connection, wanted)
            plan = planning.plan(items, known, self.source, self.policy, taken, apart=apart)
            if not plan.merges:
                return plan
            for merge in plan.merges:  # each makes one entry fewer, or one pair that is told apart, so this ends
                if posts.told_apart(self.connection, merge.kept, merge.dropped):
                    apart.add(merge)
                    continue
                orphans = posts.merge(self.connection, kept=merge.kept, dropped=merge.dropped, now=self.now)
                inspections.drop_unspoken(self.connection, orphans)

    def _insert(self, plan: Plan, states: Sequence[tuple[int, Incoming]]) -> None:
        if states:
            posts.insert(
                self.connection,
                [
                    (entry_id, item.entry, item.canonical_url, insert.news)
                    for (entry_id, item), insert in zip(states, plan.inserts, strict=True)
                ],
                now=self.now,
                extractor_version=self.versions.extractor,
            )

    def _revise(self, plan: Plan, revised: Sequence[tuple[int, Incoming]]) -> None:
        if revised:
            posts.revise(
                self.connection,
                [(entry_id, item.entry) for entry_id, item in revised],
                now=self.now,
                extractor_version=self.versions.extractor,
            )
        if plan.touches:
            posts.change(
                self.connection,
                [
                    (
                        touch.entry_id,
                        touch.author,
                        touch.canonical_url,
                        touch.published_at,
                        touch.published_raw,
                        touch.updated_at,
                        touch.news,
                    )
                    for touch in plan.touches
                ],
            )

    def _resight(self, plan: Plan, states: Sequence[tuple[int, Incoming]]) -> None:
        added = [_sighting(entry_id, item) for entry_id, item in states]
        added += [_sighting(seen.entry_id, seen.item) for seen in plan.resightings if seen.sighting_id is None]
        if added:
            posts.add_sightings(self.connection, added, source=self.source, now=self.now)
        rewritten = [
            _sighting(seen.sighting_id, seen.item) for seen in plan.resightings if seen.sighting_id is not None
        ]
        if rewritten:
            posts.rewrite_sightings(self.connection, rewritten, now=self.now)

    def _assess(
        self, states: Sequence[tuple[int, Incoming]], revised: Sequence[tuple[int, Incoming]]
    ) -> tuple[int, ...]:
        """Ratings and flags of what is new and changed; the ids of those that meet a rule."""
        unspoken = readings.forget(self.connection, [entry_id for entry_id, _ in revised])
        stated = [(entry_id, item) for entry_id, item in (*states, *revised) if item.assessed.ratings]
        for entry_id, item in stated:
            ratings = item.assessed.ratings
            published = item.entry.dated_at or self.now
            official = official_page(item.entry.url, item.entry.html)
            found = inspection_ids(self.connection, ratings, published=published, now=self.now, official_url=official)
            readings.add_ratings(
                self.connection,
                [(entry_id, rating, inspection) for rating, inspection in zip(ratings, found, strict=True)],
                extractor_version=self.versions.extractor,
            )
        inspections.drop_unspoken(self.connection, unspoken)
        flags = [(entry_id, flag) for entry_id, item in (*states, *revised) for flag in item.assessed.flags]
        if flags:
            rules = self.versions.rules
            readings.add_flags(
                self.connection,
                [(entry_id, flag, rules.get(flag.rule, "")) for entry_id, flag in flags],
                now=self.now,
            )
        return tuple(dict.fromkeys(entry_id for entry_id, _ in flags))


def _sighting(row_id: int, item: Incoming) -> SightingRow:
    entry = item.entry
    return (
        row_id,
        item.guid,
        entry.url,
        item.match_key,
        item.guid_key,
        entry.title,
        item.published_at,
        entry.content_hash,
    )


def _words(repeated: int, history: int) -> str | None:
    said = []
    if repeated:
        said.append(f"{_posts(repeated)} stood there twice")
    if history:
        said.append(f"{_posts(history)} long past came as new, kept as history")
    return "; ".join(said) or None


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count} posts"
