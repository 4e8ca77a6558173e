"""What a digest composed now would hold, read in one snapshot: what no digest has told yet.

Membership is a row in ``digest_entries``, never a range of dates: an entry that comes late, or was published before
it was seen, is in the next digest like any other.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aggregator.model import ProviderType, Rating, RatingValue, When
from aggregator.store.gathered import (
    Candidate,
    FeedHealth,
    Gathered,
    KnownInspection,
    PastRating,
    Reader,
    Sighting,
    Stated,
    rating_key,
)
from aggregator.store.listing import DATED, rows
from aggregator.store.values import moment_of, rating_of, time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.store.database import Store

__all__ = ["gather"]

# A feed is looked at for quiet only when it brought nothing for so long.
QUIET_AFTER: Final = timedelta(days=14)
# How many of a feed's last posts say what its rhythm is.
RHYTHM: Final = 12


def gather(
    store: Store,
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    reader: Reader | None = None,
) -> Gathered:
    """Read what a digest composed now would hold.

    Without a window: what is news and was not told, and what was told and has changed its ratings since. With one:
    everything in it, told or not. A post counts by its date; news also by when it came in, so that a late one is not
    missed.

    Args:
        store: The database.
        now: The present.
        since: Start of a window.
        until: Its end.
        reader: Whose digest it is; None: everybody's. What one was told, another was not. Feeds in trouble are for
            everybody's alone, which goes to whoever can mend them.
    """
    whose = {"subscriber": reader.subscriber_id if reader else None}
    with store.read():
        last = _one(
            store,
            "SELECT id, composed_at, content FROM digests WHERE subscriber_id IS :subscriber ORDER BY id DESC LIMIT 1",
            whose,
        )
        windowed = since is not None or until is not None
        if not windowed:
            ids = _untold(store, whose, reader)
            start = time_of(last["composed_at"]) if last else reader.since if reader else None
            told = _told_states(store, whose, reader, start)
        else:
            ids = _in_window(store, since, until)
            told = {}
            start = since
        candidates = _candidates(store, [*ids, *told], told)
        stated = [each for candidate in candidates for each in candidate.ratings]
        newest = _one(store, "SELECT max(id) AS id FROM entries")
        return Gathered(
            candidates=candidates,
            inspections=_inspections(store, stated, whose, None if windowed else [each.id for each in candidates]),
            past=_past(store, stated),
            feeds=() if reader else _feeds(store, now),
            since=start,
            last_digest=last["id"] if last else None,
            previous=last["content"] if last else None,
            newest_entry=(newest["id"] or 0) if newest else 0,
        )


def _untold(store: Store, whose: dict[str, int | None], reader: Reader | None) -> list[int]:
    return [
        row["id"]
        for row in rows(
            store,
            """
            SELECT id FROM entries
            WHERE news = 1 AND id > :seen AND NOT EXISTS (
                SELECT 1 FROM digest_entries JOIN digests ON digests.id = digest_id
                WHERE entry_id = entries.id AND subscriber_id IS :subscriber)
            """,
            {**whose, "seen": reader.seen_entry if reader else 0},
        )
    ]


def _in_window(store: Store, since: datetime | None, until: datetime | None) -> list[int]:
    window = {"since": to_text(since) if since else "", "until": to_text(until) if until else "9999"}
    return [
        row["id"]
        for row in rows(
            store,
            f"""
            SELECT id FROM entries WHERE {DATED} >= :since AND {DATED} < :until
            UNION SELECT id FROM entries WHERE first_seen_at >= :since AND first_seen_at < :until AND news = 1
            """,  # noqa: S608 - a constant expression
            window,
        )
    ]


def _told_states(
    store: Store, whose: dict[str, int | None], reader: Reader | None, start: datetime | None
) -> dict[int, tuple[Rating, ...]]:
    """Edited entries whose current ratings are other than when they were told, with the ratings of then.

    What was told is the state named by the ledger's content hash. An entry that is history, or that did not concern a
    reader, was never told, but an edit that makes it state other ratings than at first is news.
    """
    changed = rows(
        store,
        """
        SELECT entries.id, ledger.content_hash AS told_hash
        FROM entries LEFT JOIN digest_entries AS ledger
            ON ledger.entry_id = entries.id
            AND ledger.digest_id = (
                SELECT max(digest_id) FROM digest_entries JOIN digests ON digests.id = digest_id
                WHERE entry_id = entries.id AND subscriber_id IS :subscriber)
        WHERE entries.changed_at IS NOT NULL
            AND (ledger.content_hash <> entries.content_hash
                OR (ledger.entry_id IS NULL AND (entries.news = 0 OR entries.id <= :seen)
                    AND entries.changed_at >= :start))
        """,
        {
            **whose,
            "seen": reader.seen_entry if reader else 0,
            "start": to_text(start) if reader and start else "",
        },
    )
    told: dict[int, tuple[Rating, ...]] = {}
    for row in changed:
        state = _one(
            store,
            "SELECT ratings FROM revisions WHERE entry_id = ? AND content_hash = ? ORDER BY id DESC LIMIT 1"
            if row["told_hash"] is not None
            else "SELECT ratings FROM revisions WHERE entry_id = ? ORDER BY id LIMIT 1",
            [row["id"], row["told_hash"]] if row["told_hash"] is not None else [row["id"]],
        )
        if state is None:  # the state that was told is not on record: nothing to compare with
            continue
        then = _current(rating_of(each) for each in json.loads(state["ratings"]))
        now = _current(rating_of(each) for each in rows(store, "SELECT * FROM ratings WHERE entry_id = ?", [row["id"]]))
        if {rating_key(rating) for rating in then} != {rating_key(rating) for rating in now}:
            # A reader who was not told of it has nothing to be corrected: to them it is simply new.
            told[row["id"]] = () if reader and row["told_hash"] is None else then
    return told


def _candidates(store: Store, ids: list[int], told: dict[int, tuple[Rating, ...]]) -> tuple[Candidate, ...]:
    wanted = [json.dumps(ids)]
    ratings: dict[int, list[Stated]] = {}
    for row in rows(
        store,
        "SELECT * FROM ratings WHERE entry_id IN (SELECT value FROM json_each(?)) ORDER BY entry_id, id",
        wanted,
    ):
        ratings.setdefault(row["entry_id"], []).append(Stated(rating_of(row), row["inspection_id"]))
    flags: dict[int, list[tuple[str, str]]] = {}
    for row in rows(
        store,
        "SELECT * FROM flags WHERE entry_id IN (SELECT value FROM json_each(?)) ORDER BY entry_id, rule",
        wanted,
    ):
        flags.setdefault(row["entry_id"], []).append((row["rule"], row["reason"]))
    sightings: dict[int, list[Sighting]] = {}
    for row in rows(
        store,
        """
        SELECT entry_id, sightings.url, coalesce(nullif(feeds.title, ''), feeds.name, source, '') AS source
        FROM sightings LEFT JOIN feeds ON feeds.id = feed_id
        WHERE entry_id IN (SELECT value FROM json_each(?)) ORDER BY entry_id, sightings.first_seen_at, sightings.id
        """,
        wanted,
    ):
        sightings.setdefault(row["entry_id"], []).append(Sighting(row["source"], row["url"]))
    return tuple(
        Candidate(
            id=row["id"],
            why="rating changed" if row["id"] in told else "new",
            title=row["title"],
            url=row["canonical_url"],
            author=row["author"],
            published_at=moment_of(row["published_at"]),
            first_seen_at=time_of(row["first_seen_at"]),
            changed_at=moment_of(row["changed_at"]),
            content_hash=row["content_hash"],
            text=row["text"],
            ratings=tuple(ratings.get(row["id"], ())),
            flags=tuple(flags.get(row["id"], ())),
            sightings=tuple(sightings.get(row["id"], ())),
            told=told.get(row["id"]),
        )
        # A text is read to find reposts; its first 20,000 characters are plenty for that.
        for row in rows(
            store,
            """
            SELECT id, title, canonical_url, author, coalesce(published_at, updated_at) AS published_at, first_seen_at,
                changed_at, content_hash, substr(text, 1, 20000) AS text
            FROM entries WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
            """,
            wanted,
        )
    )


def _inspections(
    store: Store, stated: list[Stated], whose: dict[str, int | None], members: list[int] | None
) -> tuple[KnownInspection, ...]:
    """The reports that ratings point at. ``members`` None: nothing counts as told (a window of history)."""
    wanted = json.dumps(sorted({each.inspection_id for each in stated if each.inspection_id is not None}))
    told: dict[int, set[tuple[str, str, str]]] = {}
    told_at: dict[int, str] = {}
    if members is not None:
        for row in rows(
            store,
            """
            SELECT inspection_id, provider_type, aspect, rating, min(composed_at) AS told_at
            FROM ratings
                JOIN digest_entries ON digest_entries.entry_id = ratings.entry_id
                JOIN digests ON digests.id = digest_id
            WHERE inspection_id IN (SELECT value FROM json_each(:wanted)) AND "when" = 'current'
                AND ratings.entry_id NOT IN (SELECT value FROM json_each(:members))
                AND subscriber_id IS :subscriber
                AND EXISTS (SELECT 1 FROM flags WHERE flags.entry_id = ratings.entry_id)
            GROUP BY inspection_id, provider_type, aspect, rating
            """,
            {**whose, "wanted": wanted, "members": json.dumps(members)},
        ):
            report = row["inspection_id"]
            told.setdefault(report, set()).add((row["provider_type"], row["aspect"], row["rating"]))
            told_at[report] = min(told_at.get(report, row["told_at"]), row["told_at"])
    return tuple(
        KnownInspection(
            id=row["id"],
            provider=row["provider"],
            area=row["area"],
            published_at=time_of(row["published_at"]),
            official_url=row["official_url"],
            told=frozenset(told.get(row["id"], ())),
            told_at=moment_of(told_at.get(row["id"])),
        )
        for row in rows(
            store, "SELECT * FROM inspections WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", [wanted]
        )
    )


def _past(store: Store, stated: list[Stated]) -> tuple[PastRating, ...]:
    """What stored inspections said of the bodies that are rated now, all times; composing picks the last before."""
    bodies = {(each.rating.provider_type, each.rating.area, each.rating.provider) for each in stated}
    found: dict[tuple[Any, ...], PastRating] = {}
    for kind, area, provider in sorted(bodies, key=str):
        for column, value in (("area", area), ("provider", provider)):
            if value is None:
                continue
            for row in rows(
                store,
                f"""
                SELECT inspection_id, ratings.provider_type, ratings.provider, ratings.area, aspect, rating,
                    published_at, count(DISTINCT entry_id) AS sources,
                    inspections.provider IS NOT NULL AS whole
                FROM ratings JOIN inspections ON inspections.id = inspection_id
                WHERE ratings.provider_type = ? AND ratings.{column} = ? AND "when" = 'current'
                GROUP BY inspection_id, ratings.provider, ratings.area, aspect, rating
                """,  # noqa: S608 - the column is one of the two names above
                [kind, value],
            ):
                past = PastRating(
                    inspection_id=row["inspection_id"],
                    provider_type=ProviderType(row["provider_type"]),
                    provider=row["provider"],
                    area=row["area"],
                    aspect=row["aspect"],
                    rating=RatingValue(row["rating"]),
                    published_at=time_of(row["published_at"]),
                    sources=row["sources"],
                    whole=bool(row["whole"]),
                )
                found[past.inspection_id, kind, past.provider, past.area, past.aspect, past.rating] = past
    return tuple(found.values())


def _feeds(store: Store, now: datetime) -> tuple[FeedHealth, ...]:
    quiet_before = to_text(now - QUIET_AFTER)
    return tuple(
        FeedHealth(
            name=row["name"],
            status=row["status"],
            failures=row["failures"],
            failing_since=moment_of(row["failing_since"]),
            last_error=row["last_error"],
            first_success_at=moment_of(row["first_success_at"]),
            next_poll_at=time_of(row["next_poll_at"]),
            recent=tuple(
                time_of(post["published_at"])
                for post in rows(
                    store,
                    """
                    SELECT DISTINCT published_at FROM sightings
                    WHERE feed_id = ? AND published_at IS NOT NULL ORDER BY published_at DESC LIMIT ?
                    """,
                    [row["id"], RHYTHM],
                )
            )
            if (row["last_new_at"] or "") < quiet_before
            else (),
        )
        for row in rows(store, "SELECT * FROM feeds WHERE enabled = 1 ORDER BY name")
    )


# --- small things -------------------------------------------------------------------------------------


def _one(store: Store, sql: str, parameters: Any = ()) -> dict[str, Any] | None:
    return next(rows(store, sql, parameters), None)


def _current(ratings: Iterable[Rating]) -> tuple[Rating, ...]:
    return tuple(rating for rating in ratings if rating.when is When.CURRENT)
