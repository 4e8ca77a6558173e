"""A digest: everything a rendering needs, frozen when it was composed.

It is stored as JSON, so that it can be shown again years later, byte for byte, whatever has happened since to
the entries it was made of. Times are aware UTC, to the second; ``timezone`` names the zone they are shown in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the codec resolves the annotations at run time
from enum import StrEnum
from typing import Final, Literal

from aggregator.digest.codec import from_plain, to_plain
from aggregator.model import OVERALL, ProviderType, RatingValue

__all__ = [
    "Article",
    "Basis",
    "Body",
    "Change",
    "Coverage",
    "Digest",
    "Direction",
    "Disagreement",
    "Earlier",
    "Finding",
    "Inspection",
    "Member",
    "Omitted",
    "Previous",
    "Trigger",
    "Trouble",
    "TroubleKind",
    "Update",
    "Why",
    "direction",
]

FORMAT_VERSION: Final = 1

Trigger = Literal["schedule", "manual"]
Why = Literal["new", "rating changed"]

# The two scales, worst first. A rating of one says nothing about a rating of the other.
_SCALES: Final = (
    (RatingValue.INADEQUATE, RatingValue.REQUIRES_IMPROVEMENT, RatingValue.GOOD, RatingValue.OUTSTANDING),
    (RatingValue.NEGATIVE, RatingValue.MIXED, RatingValue.POSITIVE),
)


class Direction(StrEnum):
    """Where a rating went since the previous one."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


def direction(before: RatingValue, now: RatingValue) -> Direction | None:
    """Which way a rating moved; None where the two are on different scales and cannot be compared."""
    for scale in _SCALES:
        if before in scale and now in scale:
            moved = scale.index(now) - scale.index(before)
            return Direction.UP if moved > 0 else Direction.DOWN if moved < 0 else Direction.SAME
    return None


class Basis(StrEnum):
    """How a previous rating is known."""

    POST = "post"  # the post recalls it
    ARCHIVE = "archive"  # an earlier inspection of the same body is stored


class TroubleKind(StrEnum):
    """What is the matter with a feed."""

    FAILING = "failing"
    GONE = "gone"
    QUIET = "quiet"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Another place that carries a story: the name of the source, and the address and title there."""

    source: str
    url: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Article:
    """One post. ``published_at`` is what its feed states; ``first_seen_at`` is when it came in here.

    Attributes:
        rated: In words, what it rates, where it is listed without its findings ("Leeds YJS: Good").
        reasons: Why it is flagged, one a rule: "rule: reason".
    """

    entry_id: int
    title: str
    url: str | None
    source: str
    author: str | None
    published_at: datetime | None
    first_seen_at: datetime
    also_in: tuple[Coverage, ...] = ()
    reasons: tuple[str, ...] = ()
    rated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Previous:
    """What was said of the same body and aspect before; ``at`` is the earlier report's date, where known."""

    rating: RatingValue
    basis: Basis
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Another source gives the same aspect of the same report another rating."""

    source: str
    rating: RatingValue
    raw: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rating of one aspect, with the sentence it was read from.

    ``evidence[start:end]`` are the words that carry it. ``raw`` is the same, with white space folded.
    """

    aspect: str
    rating: RatingValue
    raw: str
    evidence: str
    start: int
    end: int
    previous: Previous | None = None
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def direction(self) -> Direction | None:
        """Where it went since the previous rating; None where that is not known, or on another scale."""
        return direction(self.previous.rating, self.rating) if self.previous else None


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a body was rated as a whole by an earlier inspection, and when that came out."""

    rating: RatingValue
    at: datetime


@dataclass(frozen=True, slots=True)
class Body:
    """A body that was judged, with its findings, overall first; ``history`` is the archive's, oldest first."""

    provider_type: ProviderType
    provider: str | None
    area: str | None
    findings: tuple[Finding, ...]
    history: tuple[Earlier, ...] = ()

    @property
    def overall(self) -> Finding | None:
        """The finding on the whole of its work, where the posts state one."""
        return next((finding for finding in self.findings if finding.aspect == OVERALL), None)


@dataclass(frozen=True, slots=True)
class Inspection:
    """One report, whoever wrote about it: the post it is read from, and what it says of each body.

    Attributes:
        inspection_id: Its row, where the report is known; None where only a post is.
        title: Whom it is about ("Northamptonshire").
        published_at: The report's date, where the report is known.
        told_at: When an earlier digest told of it, where it brings more of the same.
    """

    inspection_id: int | None
    title: str
    article: Article
    bodies: tuple[Body, ...]
    official_url: str | None = None
    published_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit did to one rating; None stands for "not stated"."""

    provider_type: ProviderType
    provider: str | None
    area: str | None
    aspect: str
    before: RatingValue | None
    after: RatingValue | None


@dataclass(frozen=True, slots=True)
class Update:
    """A post that was told before, and has been edited so that it states other ratings."""

    article: Article
    changed_at: datetime
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A feed that needs a look, since when, and what is known about it in one line."""

    feed: str
    kind: TroubleKind
    since: datetime | None
    message: str


@dataclass(frozen=True, slots=True)
class Member:
    """One entry in the ledger of a digest: which, why, and in which state it was told."""

    entry_id: int
    why: Why
    content_hash: str


@dataclass(frozen=True, slots=True)
class Omitted:
    """How many of each kind are in the digest but not listed in it; ``details``: listed in the table alone."""

    inspections: int = 0
    details: int = 0
    updates: int = 0
    flagged: int = 0
    recent: int = 0
    troubles: int = 0

    def __bool__(self) -> bool:
        return any((self.inspections, self.details, self.updates, self.flagged, self.recent, self.troubles))


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything a rendering needs.

    Attributes:
        since: Where its window starts: the digest before it, or what was asked for; None for the first.
        until: Where it ends: the scheduled moment, or when it was asked for.
        members: Every entry it accounts for, the ones that are only counted too.
        omitted: What is counted instead of listed.
    """

    subject: str
    title: str
    timezone: str
    composed_at: datetime
    since: datetime | None
    until: datetime
    trigger: Trigger
    inspections: tuple[Inspection, ...] = ()
    updates: tuple[Update, ...] = ()
    flagged: tuple[Article, ...] = ()
    recent: tuple[Article, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    omitted: Omitted = field(default=Omitted())
    members: tuple[Member, ...] = ()

    @property
    def empty(self) -> bool:
        """No entry in it; troubles of feeds do not count as news."""
        return not self.members

    def to_json(self) -> str:
        """The digest as JSON, without loss: ``Digest.from_json`` gives it back equal."""
        return json.dumps({"version": FORMAT_VERSION, **to_plain(self)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Digest:
        """The inverse of ``to_json``. Keys a later version added are passed over.

        Raises:
            ValueError: The text is not a digest.
        """
        return from_plain(cls, json.loads(text))
