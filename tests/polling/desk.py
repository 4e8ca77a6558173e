"""A desk to work at: a real database on disk, with short ways to poll a feed that says so and so."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aggregator.model import (
    AssessedEntry,
    Document,
    Failure,
    FailureKind,
    Field,
    Flag,
    Hints,
    ParsedEntry,
    ParsedFeed,
    ProviderType,
    Rating,
    RatingValue,
    StatedDate,
    Unchanged,
    Validators,
    When,
)
from aggregator.polling.commit import Versions
from aggregator.polling.importing import import_entries
from aggregator.polling.outcome import Assessed, Changes, Polled
from aggregator.polling.record import FeedPolicy, RecordSettings, record
from aggregator.polling.schedule import Limits
from aggregator.store import open_store
from aggregator.store.feeds import FeedEntry, FeedRow, claim_due, feeds, sync

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.model import FeedState
    from aggregator.polling.plan import FirstPoll
    from aggregator.store import Store

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)
LIMITS = Limits(timedelta(minutes=30), timedelta(minutes=15), timedelta(days=1))
FULL = (
    "The inspectorate looked at thirty cases in the county and found that planning was thorough, that victims were kept"
    " informed, and that most people who were supervised had seen the same officer throughout. It found less to like in"
    " the buildings, which were old, and in the time that it took to begin unpaid work."
)


def post(
    title: str = "Probation in the county",
    text: str = FULL,
    *,
    guid: str | None = None,
    url: str | None = None,
    published: datetime | None = None,
    updated: datetime | None = None,
    author: str | None = None,
    ratings: tuple[Rating, ...] = (),
    flags: tuple[str, ...] = (),
    html: str | None = None,
) -> AssessedEntry:
    """An item as it arrives at the record."""
    return AssessedEntry(
        ParsedEntry(
            guid=guid,
            url=url,
            title=title,
            author=author,
            published=StatedDate(published.isoformat(), published) if published else None,
            updated=StatedDate(updated.isoformat(), updated) if updated else None,
            html=f"<p>{text}</p>" if html is None else html,
            blocks=(),
            text=text,
            content_hash=hashlib.sha256(f"{title}\0{text}".encode("utf-8", "surrogatepass")).hexdigest(),
        ),
        ratings,
        tuple(Flag(rule, f"it says {rule}") for rule in flags),
    )


def rating(
    provider_type: ProviderType = ProviderType.CRC,
    value: RatingValue = RatingValue.GOOD,
    *,
    area: str | None = "Essex",
    when: When = When.CURRENT,
    aspect: str = "overall",
) -> Rating:
    evidence = f"The {provider_type} in {area} was rated {value}."
    return Rating(
        provider_type=provider_type,
        provider=f"{area} {provider_type}",
        area=area,
        aspect=aspect,
        rating=value,
        raw=value.value,
        when=when,
        evidence=evidence,
        field=Field.TEXT,
        position=0,
        start=evidence.index(value.value),
        end=evidence.index(value.value) + len(value.value),
        confidence=0.9,
        reason="the sentence names it",
    )


class Desk:
    """A database, and the time, which moves an hour with every poll."""

    def __init__(self, path: Path, *, first_poll: FirstPoll = "all") -> None:
        self.store: Store = open_store(path)
        self.store.connection.execute("PRAGMA synchronous = OFF")  # no test here pulls the plug
        self.now = NOON
        self.settings = RecordSettings(
            Versions(1, {"crc": "v1"}), FeedPolicy(LIMITS, first_poll), owner="desk", recent=timedelta(days=7)
        )
        self.jitter = 0.0

    def close(self) -> None:
        self.store.close()

    def claim(self, name: str = "blog", url: str | None = None) -> FeedState:
        """The feed of that name, configured and claimed."""
        known = {row.name: row for row in feeds(self.store)}
        if name not in known or (url is not None and known[name].configured_url != url):
            named = [FeedEntry(row.name, row.configured_url) for row in known.values() if row.name != name]
            sync(self.store, [*named, FeedEntry(name, url or f"https://{name}.example/feed/")], self.now)
        (state,) = claim_due(self.store, owner="desk", now=self.now, lease=LEASE, limit=1, names=[name], force=True)
        return state

    def answer(
        self, answer: Unchanged | Document | Failure, name: str = "blog", assessed: Assessed | None = None
    ) -> Changes:
        """Poll a feed that answers so; an hour passes."""
        state = self.claim(name)
        (changes,) = record(
            self.store,
            [Polled(state, self.now, answer, assessed)],
            now=self.now,
            settings=self.settings,
            jitter=lambda: self.jitter,
        )
        self.now += timedelta(hours=1)
        return changes

    def poll(self, *items: AssessedEntry, name: str = "blog", **said: Any) -> Changes:
        """Poll a feed that holds these items."""
        answer, assessed = document(*items, **said)
        return self.answer(answer, name, assessed)

    def bring(self, *items: AssessedEntry, source: str = "newsletter.txt") -> Changes:
        """Import these items from a file; an hour passes."""
        changes = import_entries(self.store, items, source=source, now=self.now, settings=self.settings)
        self.now += timedelta(hours=1)
        return changes

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        return list(self.store.db.query(sql, values))

    def titles(self) -> list[str]:
        return [row["title"] for row in self.rows("SELECT title FROM entries ORDER BY id")]

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"])

    def feed(self, name: str = "blog") -> FeedRow:
        return next(row for row in feeds(self.store) if row.name == name)


def document(
    *items: AssessedEntry,
    validators: Validators = Validators(),
    moved_to: str | None = None,
    body_hash: str | None = None,
    hints: Hints = Hints(),
    **said: Any,
) -> tuple[Document, Assessed]:
    """A 200 with what was read from it."""
    body = body_hash or hashlib.sha256(repr(items).encode("utf-8", "backslashreplace")).hexdigest()
    site = {"format": "rss20", "title": "A blog", "site_url": "https://blog.example/", "entries": ()}
    return (
        Document(
            url="https://blog.example/feed/",
            status=200,
            content_type="application/rss+xml",
            body=b"",
            body_hash=body,
            validators=validators,
            hints=hints,
            moved_to=moved_to,
            elapsed=0.2,
            wire_bytes=4321,
        ),
        Assessed(ParsedFeed(**(site | said)), items),
    )


def failure(kind: FailureKind = FailureKind.HTTP_STATUS, status: int | None = 503, **more: Any) -> Failure:
    return Failure(kind, f"the server answered {status}", status=status, **more)
