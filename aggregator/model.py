"""The nouns of the river, frozen. Each stage takes one type and gives the next.

::

    FeedState ─fetch─▶ Unchanged | Document | Failure ─parse─▶ ParsedFeed ─assess─▶ tuple[AssessedEntry, …]

Times are timezone-aware UTC; durations are ``timedelta`` (or float seconds where the name says ``elapsed``).
Nothing here does I/O, reads a clock, or imports a library beyond the standard one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

__all__ = [
    "BLOCK_SEPARATOR",
    "NATIONAL",
    "OVERALL",
    "AssessedEntry",
    "Block",
    "BlockKind",
    "Document",
    "Failure",
    "FailureKind",
    "FeedState",
    "Fetched",
    "Field",
    "Flag",
    "Hints",
    "ParsedEntry",
    "ParsedFeed",
    "ProviderType",
    "Rating",
    "RatingValue",
    "Reading",
    "Rejection",
    "StatedDate",
    "Unchanged",
    "Validators",
    "When",
    "join_blocks",
]


# --- fetching -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server asked to have echoed, opaque (RFC 9110 §8.8).

    Header bytes decoded as Latin-1, which is one to one, so that encoding them back gives what was received,
    quotes, spaces and all. Never parsed, never re-typed.

    Attributes:
        url: The address that gave them, where a redirect had led away from the one asked: they mean nothing to
            any other. None: the one asked.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Hints:
    """What an answer's headers say about when to ask again, relative to the answer's own ``Date``.

    Attributes:
        max_age: For how long it is fresh; zero where they say that it never is, None where they say nothing.
        retry_after: How long they ask to be left alone.
    """

    max_age: timedelta | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FeedState:
    """A claimed feed: what the fetcher and the planner must know of it.

    ``url`` is where it is fetched today: the configured address, or the target of an adopted permanent move.
    ``body_hash`` is the SHA-256 (hex) of the last body that was parsed and stored, ``marks`` what is known of its items
    (``polling.marks`` reads it).
    """

    id: int
    name: str
    url: str
    configured_url: str
    validators: Validators = Validators()
    body_hash: str | None = None
    failures: int = 0
    first_success_at: datetime | None = None
    last_success_at: datetime | None = None
    marks: bytes | None = None


class FailureKind(StrEnum):
    """Why a poll failed. The words are stored in ``polls.error_kind``."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"  # not HTTP, or HTTP that contradicts itself
    TRUNCATED = "truncated"  # the body ended before its stated length
    HTTP_STATUS = "http_status"
    RATE_LIMITED = "rate_limited"  # 429, or 503 with Retry-After
    GONE = "gone"  # 410: asked no more until a person says so
    TOO_LARGE = "too_large"
    ENCODING = "encoding"  # a Content-Encoding that was not asked for, or does not decode
    REDIRECT = "redirect"  # too many, a loop, or to something that is not http(s)
    FORBIDDEN_ADDRESS = "forbidden_address"
    EMPTY = "empty"
    CHALLENGE = "challenge"  # a bot check or a login page stands before the feed
    NOT_A_FEED = "not_a_feed"
    BROKEN_FEED = "broken_feed"
    WORKER = "worker"  # the process that read it ran out of time or memory, or died
    CONFIG = "config"  # a secret that could not be read, an address that cannot be one


@dataclass(frozen=True, slots=True)
class Failure:
    """An expected failure: a value that travels the river and ends up in ``polls``.

    ``message`` is one line for a person and never holds a secret. ``answered`` tells whether a server spoke at
    all, which decides how soon it is worth asking again.
    """

    kind: FailureKind
    message: str
    status: int | None = None
    hints: Hints = Hints()
    elapsed: float = 0.0
    wire_bytes: int = 0

    @property
    def answered(self) -> bool:
        """Whether a server gave an HTTP status at all."""
        return self.status is not None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A 304 to a conditional request. ``validators`` are the answer's own (absent ones keep what is stored)."""

    status: int
    validators: Validators = Validators()
    hints: Hints = Hints()
    elapsed: float = 0.0
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A complete 200 with its body, decoded and within bounds.

    Attributes:
        url: Where the body came from in the end: the base of relative links.
        moved_to: The last address, when there was a redirect and *every* hop was permanent (301, 308); else None.
        content_type: The header as received, with parameters.
        body_hash: SHA-256 of ``body``, hex.
    """

    url: str
    status: int
    content_type: str | None
    body: bytes
    body_hash: str
    validators: Validators = Validators()
    hints: Hints = Hints()
    moved_to: str | None = None
    elapsed: float = 0.0
    wire_bytes: int = 0


Fetched = Unchanged | Document | Failure


# --- parsing ------------------------------------------------------------------------------------------


class BlockKind(StrEnum):
    """What a text block was in its post: rating statements are read differently in each."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_HEADER = "table_header"
    TABLE_ROW = "table_row"
    QUOTE = "quote"
    CAPTION = "caption"


BLOCK_SEPARATOR: Final = "\n\n"


class Block(NamedTuple):
    """One run of text that a reader sees as a unit.

    Attributes:
        text: White space folded to single spaces (no-break and soft ones too), nothing else changed.
        start: Where it starts in the entry's text, in characters: ``text_of_entry[start:][:len(text)] == text``.
        level: 1 to 6 for a heading; else 0. A short all-bold paragraph counts as a heading of level 6.
        cells: The cells of a table row or header; ``text`` is them joined by " | ".
        links_only: All its words are inside links, as in a list of related posts.
        hints: class and id words of the elements round it that tell furniture from the post ("cookie-notice",
            "comments", "related-posts"), lower case.
    """

    kind: BlockKind
    text: str
    start: int
    level: int = 0
    cells: tuple[str, ...] = ()
    links_only: bool = False
    hints: tuple[str, ...] = ()


def join_blocks(blocks: Iterable[Block]) -> str:
    """The entry's text: what ``Block.start`` and ``Rating.position`` count in."""
    return BLOCK_SEPARATOR.join(block.text for block in blocks)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date as a feed stated it: the raw words, and the UTC moment they mean (None where they mean none)."""

    raw: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One item of a feed, or one imported post: plain title, clean HTML, text blocks.

    Attributes:
        guid: The feed's own identifier, as given; None where it gives none.
        url: Absolute http(s) address of the post, as given; None where it has none.
        html: Clean HTML (allow-list, links resolved), safe to show.
        text: ``join_blocks(blocks)``.
        content_hash: SHA-256 (hex) of title and text: what a reader would see change.
    """

    guid: str | None
    url: str | None
    title: str
    author: str | None
    published: StatedDate | None
    updated: StatedDate | None
    html: str
    blocks: tuple[Block, ...]
    text: str
    content_hash: str

    @property
    def dated_at(self) -> datetime | None:
        """When it says it is from, in UTC: as published, or as updated where it states no more (GOV.UK's Atom)."""
        published = self.published.at if self.published else None
        return published or (self.updated.at if self.updated else None)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A document that was a feed.

    Attributes:
        format: "rss20", "rss090" … "atom10", "json11": feedparser's names and the JSON Feed ones.
        ttl, skip_hours, skip_days, update_period: the publisher's wishes (RSS 2.0; RSS syndication module), hours
            in UTC, days as 0 = Monday.
        warning: One line on what was wrong with a document that was read all the same (cut off, wrong charset).
        complete: False where the document breaks off: what its server vouches for was not all there.
        fingerprints: Of every item, in the document's order, where items can be told apart by their bytes; else
            empty. Equal ones stand for items that are read as the same guid, address, title, text and time.
        unread: Those of items that are not among ``entries``, because whoever asked knows them.
    """

    format: str
    title: str | None
    site_url: str | None
    entries: tuple[ParsedEntry, ...]
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    update_period: timedelta | None = None
    warning: str | None = None
    complete: bool = True
    fingerprints: tuple[bytes, ...] = ()
    unread: frozenset[bytes] = frozenset()


# --- ratings and flags --------------------------------------------------------------------------------


class ProviderType(StrEnum):
    """What kind of body was judged. CRC and NPS existed from June 2014 to June 2021 only."""

    CRC = "CRC"
    NPS = "NPS"
    PDU = "PDU"
    REGION = "REGION"
    YJS = "YJS"


class RatingValue(StrEnum):
    """The four-point scale (2018 on), and the narrative judgements of 2016–18 reduced to three bands."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    POSITIVE = "positive"
    MIXED = "mixed"
    NEGATIVE = "negative"


class When(StrEnum):
    """Whether a post states a rating as its news or recalls an earlier one."""

    CURRENT = "current"
    PREVIOUS = "previous"


class Field(StrEnum):
    """The part of an entry a rating was read from."""

    TITLE = "title"
    TEXT = "text"


OVERALL: Final = "overall"
NATIONAL: Final = "England and Wales"
"""The area of a rating of a class, or of several of one: "the CRCs", "nineteen of the 21 CRCs"."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One judgement of HM Inspectorate of Probation that a post states.

    Attributes:
        provider: The body's name where it is known ("Essex CRC", "NPS North West"), else as the post has it.
        area: The place judged; None where the post names none.
        aspect: ``OVERALL`` or a standard's name in lower case ("public protection", "leadership").
        raw: The words that carry the rating, as written.
        evidence: The sentence (table row, list item, title) it was read from.
        position: Where ``evidence`` starts in the title or the entry's text, by ``field``.
        start, end: Where ``raw`` stands in ``evidence``: ``evidence[start:end] == raw``.
        confidence: 0 to 1.
        reason: In words, how body, aspect and time were told ("under the heading “Findings — CRC”").
    """

    provider_type: ProviderType
    provider: str | None
    area: str | None
    aspect: str
    rating: RatingValue
    raw: str
    when: When
    evidence: str
    field: Field
    position: int
    start: int
    end: int
    confidence: float
    reason: str

    @property
    def whom(self) -> tuple[ProviderType, str]:
        """Whom it is of, to compare: the type, and the place in lower case, else the body.

        Of a class it is the words that count it: what three CRCs were rated says nothing about six others.
        """
        place = self.provider if self.area == NATIONAL else self.area
        return self.provider_type, (place or self.area or self.provider or "").casefold()


@dataclass(frozen=True, slots=True)
class Rejection:
    """Grade words that were looked at and not taken as a rating, and why: half of an explanation."""

    raw: str
    evidence: str
    field: Field
    position: int
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the rating extraction has to say about one post."""

    ratings: tuple[Rating, ...] = ()
    rejections: tuple[Rejection, ...] = ()

    @property
    def provider_types(self) -> tuple[ProviderType, ...]:
        """The provider types whose *current* ratings the post states, in the order of ``ProviderType``."""
        stated = {rating.provider_type for rating in self.ratings if rating.when is When.CURRENT}
        return tuple(kind for kind in ProviderType if kind in stated)


@dataclass(frozen=True, slots=True)
class ExtraBody:
    """A body that the user's configuration adds to the vocabulary.

    Attributes:
        name: Its full name, as listings give it.
        area: The place it covers; None: its name stands for that.
        aliases: Other names for it. One in capitals is found in capitals only.
    """

    provider_type: ProviderType
    name: str
    area: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A ``[[flags]]`` rule that an entry met, and the reason in words."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class AssessedEntry:
    """A parsed entry with the ratings it states and the rules it met."""

    entry: ParsedEntry
    ratings: tuple[Rating, ...] = ()
    flags: tuple[Flag, ...] = field(default=())
