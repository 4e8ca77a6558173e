"""What a digest is composed of, as it is read from the tables: frozen rows, no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import ProviderType, Rating, RatingValue

__all__ = [
    "Candidate",
    "FeedHealth",
    "Gathered",
    "KnownInspection",
    "PastRating",
    "RatingKey",
    "Reader",
    "Sighting",
    "Stated",
    "Why",
    "rating_key",
]

Why = Literal["new", "rating changed"]
RatingKey = tuple[str, str, str, str]  # provider type, whom (area, else provider), aspect, rating


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose digest it is, where it is not everybody's.

    Attributes:
        subscriber_id: Their row.
        seen_entry: The newest entry that was considered for them: what has a higher id is new to them.
        since: When they subscribed: edits from before are none of theirs.
    """

    subscriber_id: int
    seen_entry: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where an entry was seen: the feed, or the file it was imported from."""

    source: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Stated:
    """A rating as an entry states it, and the report it belongs to where that is known."""

    rating: Rating
    inspection_id: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry for the digest.

    Attributes:
        flags: The rules it met, each with the reason.
        told: The current ratings it stated when it was last told, for an entry that was edited since; None for one
            that is new.
    """

    id: int
    why: Why
    title: str
    url: str | None
    author: str | None
    published_at: datetime | None
    first_seen_at: datetime
    changed_at: datetime | None
    content_hash: str
    text: str
    ratings: tuple[Stated, ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    sightings: tuple[Sighting, ...] = ()
    told: tuple[Rating, ...] | None = None


@dataclass(frozen=True, slots=True)
class KnownInspection:
    """A row of ``inspections``. ``told`` are its ratings that an earlier digest told; ``told_at`` says when first."""

    id: int
    provider: str | None
    area: str | None
    published_at: datetime
    official_url: str | None
    told: frozenset[tuple[str, str, str]] = frozenset()
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastRating:
    """What a stored inspection said of a body: ``sources`` posts state it.

    Attributes:
        whole: Whether the report is on the body as such. Those of 2016–18 are on an area, where a company with
            several had a part of its work judged.
    """

    inspection_id: int
    provider_type: ProviderType
    provider: str | None
    area: str | None
    aspect: str
    rating: RatingValue
    published_at: datetime
    sources: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What a digest must know of a feed to say whether it needs a look.

    ``recent`` are the stated dates of its last posts, newest first, read only where it has been quiet for a while.
    """

    name: str
    status: str
    failures: int
    failing_since: datetime | None
    last_error: str | None
    first_success_at: datetime | None
    next_poll_at: datetime
    recent: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything a digest is composed of, read in one snapshot.

    Attributes:
        since: When the digest before it was composed, or the start of the window that was asked for.
        last_digest: The id of the newest digest for the same audience at that moment: recording checks that it still
            is the newest.
        previous: That digest's content.
        newest_entry: The highest id of all entries at that moment.
    """

    candidates: tuple[Candidate, ...]
    inspections: tuple[KnownInspection, ...] = ()
    past: tuple[PastRating, ...] = ()
    feeds: tuple[FeedHealth, ...] = ()
    since: datetime | None = None
    last_digest: int | None = None
    previous: str | None = None
    newest_entry: int = 0


def rating_key(rating: Rating) -> RatingKey:
    """What makes two statements the same: whom, on what, how. Not the words."""
    return (
        *rating.whom,
        rating.aspect,
        rating.rating,
    )
