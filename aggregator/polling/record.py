"""What came of a batch of polls into the database, in one transaction: all of it, or nothing.

Validators, body hash, schedule, the row in ``polls``, posts, ratings and flags of one feed stand or fall together, so
that no kill can leave validators that vouch for posts that are not there. Trouble with one feed's posts is that
feed's failure, and the others are recorded; trouble with the database is everybody's, and nothing is recorded.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.model import Document, Failure, FailureKind, Hints, Unchanged, Validators
from aggregator.polling.commit import Committed, commit, is_environment
from aggregator.polling.marks import MustBeRead, decode, with_unread
from aggregator.polling.moves import TAKEN_BACK, leads_nowhere
from aggregator.polling.outcome import READ_WHOLE, Changes, Wishes
from aggregator.polling.plan import NewsPolicy
from aggregator.polling.schedule import after_failure, after_success
from aggregator.store import entries as posts
from aggregator.store import feeds
from aggregator.store.known import Source
from aggregator.store.marks import keep_marks, marks_of
from aggregator.store.polls import PollRow, add_poll

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from aggregator.model import ParsedFeed
    from aggregator.polling.commit import Versions
    from aggregator.polling.outcome import Assessed, Polled
    from aggregator.polling.plan import FirstPoll
    from aggregator.polling.schedule import Decision, Limits
    from aggregator.store import Store
    from aggregator.store.feeds import FeedRow

__all__ = ["FeedPolicy", "RecordSettings", "record"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """What config says of one feed: its bounds, and what of its first document is news."""

    limits: Limits
    first_poll: FirstPoll = "recent"


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """What ``record`` and ``import_entries`` must know of config.

    Attributes:
        versions: What read the posts.
        policy: For every feed that is not in ``feeds``.
        feeds: By feed name.
        recent: How old a post of a first document may be to be news.
        owner: Who claimed the feeds; what another has claimed meanwhile is left to it. None: not looked at.
    """

    versions: Versions
    policy: FeedPolicy
    feeds: Mapping[str, FeedPolicy] = field(default_factory=dict)
    recent: timedelta = timedelta(days=7)
    owner: str | None = None

    def for_feed(self, name: str) -> FeedPolicy:
        """What holds for the feed of that name."""
        return self.feeds.get(name, self.policy)


def record(
    store: Store,
    polled: Sequence[Polled],
    *,
    now: datetime,
    settings: RecordSettings,
    jitter: Callable[[], float],
) -> list[Changes]:
    """Record a batch of polls in one write transaction, and end the claims on their feeds.

    A feed that is no longer the caller's (its lease lapsed and another process took it, or its address in config
    changed while it was asked) is skipped, with ``outcome`` "skipped": whoever has it now records it. One of which
    items were left unread that matter is not recorded either: its ``outcome`` is ``READ_WHOLE``, for the caller to do.

    Args:
        store: Open for writing.
        polled: One each of any number of feeds, in any order.
        now: UTC; when what is new is first seen, and what schedules count from.
        settings: From config.
        jitter: Draws a number from 0 to 1 for each feed's next time.

    Returns:
        What changed, in the order of ``polled``.

    Raises:
        StoreError: The database is full, locked, damaged or not writable. Nothing was recorded; the claims lapse.
    """
    changes: list[Changes] = []
    with store.write():
        for poll in polled:
            recording = _Recording(store, poll, now, settings, jitter())
            try:
                with store.savepoint():
                    changes.append(recording.run())
            except MustBeRead:
                changes.append(recording.to_be_read())
            except Exception as error:
                if is_environment(error, store):
                    raise
                _log.exception("%s: what came could not be stored", poll.feed.name)
                reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                failure = Failure(
                    FailureKind.WORKER,
                    f"what came could not be stored ({reason})",
                    status=poll.answer.status,
                    elapsed=poll.answer.elapsed,
                    wire_bytes=poll.answer.wire_bytes,
                )
                changes.append(recording.failed(failure))
        posts.index_new(store.connection)
    return changes


@dataclass(frozen=True, slots=True)
class _Recording:
    """One feed's poll on its way into the tables."""

    store: Store
    polled: Polled
    now: datetime
    settings: RecordSettings
    jitter: float

    def run(self) -> Changes:
        feed = feeds.by_id(self.store.connection, self.polled.feed.id)
        if feed is None:
            return self._skipped("it is no longer in the database")
        if self.settings.owner is not None and feed.lease_owner != self.settings.owner:
            return self._skipped("its claim lapsed, and another process has taken it over")
        if feed.url != self.polled.feed.url:
            feeds.end_claim(self.store.connection, feed.id)
            return self._skipped("its address changed while it was asked")
        answer = self.polled.answer
        if isinstance(answer, Failure):
            return self.failed(answer)
        if isinstance(answer, Unchanged):
            return self._unchanged(feed, answer)
        if self.polled.assessed is not None:
            return self._read(feed, answer, self.polled.assessed)
        if answer.body_hash != feed.body_hash:
            raise ValueError("a document came without what was read from it")
        return self._same_body(feed, answer)

    def _unchanged(self, feed: FeedRow, answer: Unchanged) -> Changes:
        """A 304: what validators it brings replace the stored ones (RFC 9111 §4.3.4), the others stay."""
        kept = Validators(
            feed.etag if answer.validators.etag is None else answer.validators.etag,
            feed.last_modified if answer.validators.last_modified is None else answer.validators.last_modified,
            answer.validators.url if answer.validators else feed.validators_url,
        )
        # So does how long it is fresh, where the 304 does not say so anew.
        wishes = self._keep(feed, answer.hints, max_age=answer.hints.max_age)
        return self._succeeded(feed, answer, validators=kept, url=feed.url, wishes=wishes, body_hash=feed.body_hash)

    def _same_body(self, feed: FeedRow, answer: Document) -> Changes:
        """The bytes that were stored before: only what the server says round them is new."""
        wishes = self._keep(feed, answer.hints, max_age=answer.hints.max_age or timedelta())
        url = answer.moved_to or feed.url
        return self._succeeded(
            feed, answer, validators=answer.validators, url=url, wishes=wishes, body_hash=feed.body_hash
        )

    def _keep(self, feed: FeedRow, hints: Hints, *, max_age: timedelta | None) -> Wishes:
        """The stored wishes with the new ``max_age``, stored where it is another; None keeps the old one."""
        stated = feed.wishes if max_age is None else _with_max_age(feed.wishes, max_age)
        if stated != feed.wishes:
            feeds.keep_wishes(self.store.connection, feed.id, stated)
        return _wishes(stated, hints)

    def _read(self, feed: FeedRow, answer: Document, assessed: Assessed) -> Changes:
        source = Source(feed.id)
        marks = marks_of(self.store.connection, feed.id) if assessed.feed.unread else None
        sightings = posts.sightings_by_id(self.store.connection, [each for each, _ in decode(marks).values()])
        committed = commit(
            self.store,
            with_unread(assessed.feed, assessed.entries, marks, sightings, source),
            source=source,
            site_url=assessed.feed.site_url,
            policy=NewsPolicy(
                now=self.now,
                first=feed.first_success_at is None,
                policy=self.settings.for_feed(feed.name).first_poll,
                recent=self.settings.recent,
                last_success_at=feed.last_success_at,
            ),
            versions=self.settings.versions,
            now=self.now,
            fingerprints=assessed.feed.fingerprints,
        )
        keep_marks(self.store.connection, feed.id, committed.marks)
        warning = "; ".join(filter(None, (assessed.feed.warning, committed.warning))) or None
        stated = _with_max_age(_stated_wishes(assessed.feed), answer.hints.max_age or timedelta())
        feeds.describe(
            self.store.connection,
            feed.id,
            title=assessed.feed.title,
            site_url=assessed.feed.site_url,
            warning=warning,
            wishes=stated,
        )
        committed = replace(committed, warning=warning)
        url = answer.moved_to or feed.url  # adopted now that a feed was read from it
        wishes = _wishes(stated, answer.hints)
        # Of a document that breaks off nothing may vouch for the rest: the next poll asks for all of it again.
        complete = assessed.feed.complete
        return self._succeeded(
            feed,
            answer,
            validators=answer.validators if complete else Validators(),
            url=url if complete else feed.url,
            wishes=wishes,
            body_hash=answer.body_hash if complete else None,
            committed=committed,
        )

    def _succeeded(
        self,
        feed: FeedRow,
        answer: Unchanged | Document,
        *,
        validators: Validators,
        url: str,
        wishes: Wishes,
        body_hash: str | None,
        committed: Committed | None = None,
    ) -> Changes:
        """Success; ``committed`` is what was read, if anything, and ``body_hash`` of what need not be read again."""
        connection = self.store.connection
        outcome = "unchanged" if committed is None else "ok"
        done = committed or Committed()
        decision = after_success(
            now=self.now,
            limits=self.settings.for_feed(feed.name).limits,
            wishes=wishes,
            recent=posts.recent_times(connection, feed.id, now=self.now),
            jitter=self.jitter,
            since=feed.first_success_at or self.now,
        )
        feeds.store_success(
            connection,
            feed.id,
            polled_at=self.polled.polled_at,
            now=self.now,
            validators=validators,
            body_hash=body_hash,
            url=url,
            next_poll_at=decision.at,
            next_poll_reason=decision.reason,
            retry_after_until=decision.retry_after_until,
            brought_new=bool(done.new),
        )
        add_poll(
            connection,
            feed.id,
            PollRow(
                polled_at=self.polled.polled_at,
                outcome=outcome,
                http_status=answer.status,
                bytes=answer.wire_bytes,
                duration=answer.elapsed,
                new=len(done.new),
                changed=len(done.changed),
                flagged=len(done.flagged),
            ),
        )
        return self._changes(outcome, committed=done, decision=decision)

    def failed(self, failure: Failure) -> Changes:
        """Record a failure, the fetcher's or our own; what is stored of the feed stays."""
        connection = self.store.connection
        feed = feeds.by_id(connection, self.polled.feed.id)
        decision = after_failure(
            now=self.now,
            limits=self.settings.for_feed(self.polled.feed.name).limits,
            failure=failure,
            failures=(feed.failures if feed else 0) + 1,
            jitter=self.jitter,
            wishes=_wishes(feed.wishes, Hints()) if feed else None,
        )
        taken_back = feed is not None and leads_nowhere(feed, failure, now=self.now)
        if taken_back:
            decision = replace(decision, reason=f"{decision.reason}; {TAKEN_BACK}")
        feeds.store_failure(
            connection,
            self.polled.feed.id,
            polled_at=self.polled.polled_at,
            now=self.now,
            gone=failure.kind is FailureKind.GONE,
            taken_back=taken_back,
            error=failure.message,
            next_poll_at=decision.at,
            next_poll_reason=decision.reason,
            retry_after_until=decision.retry_after_until,
        )
        add_poll(
            connection,
            self.polled.feed.id,
            PollRow(
                polled_at=self.polled.polled_at,
                outcome="failed",
                http_status=failure.status,
                bytes=failure.wire_bytes,
                duration=failure.elapsed,
                error_kind=failure.kind,
                error=failure.message,
            ),
        )
        return self._changes("failed", decision=decision, error=failure.message)

    def to_be_read(self) -> Changes:
        """Nothing is recorded: the document has to be read whole."""
        return self._changes(READ_WHOLE)

    def _skipped(self, why: str) -> Changes:
        return self._changes("skipped", error=f"not recorded: {why}")

    def _changes(
        self,
        outcome: str,
        *,
        committed: Committed | None = None,
        decision: Decision | None = None,
        error: str | None = None,
    ) -> Changes:
        answer = self.polled.answer
        done = committed or Committed()
        return Changes(
            feed=self.polled.feed.name,
            outcome=outcome,
            new=done.new,
            changed=done.changed,
            flagged=done.flagged,
            status=answer.status,
            wire_bytes=answer.wire_bytes,
            elapsed=answer.elapsed,
            error=error,
            warning=done.warning,
            next_poll_at=decision.at if decision else None,
            next_poll_reason=decision.reason if decision else "",
        )


def _stated_wishes(feed: ParsedFeed) -> str | None:
    """A document's wishes as ``feeds.wishes`` keeps them: they hold until it changes, over any number of 304s."""
    stated = {
        "ttl": feed.ttl.total_seconds() if feed.ttl is not None else None,
        "update_period": feed.update_period.total_seconds() if feed.update_period is not None else None,
        "skip_hours": sorted(feed.skip_hours),
        "skip_days": sorted(feed.skip_days),
    }
    kept = {name: value for name, value in stated.items() if value is not None and value != []}
    return json.dumps(kept) if kept else None


def _with_max_age(stated: str | None, max_age: timedelta) -> str | None:
    kept = json.loads(stated) if stated else {}
    kept.pop("max_age", None)
    if max_age > timedelta():
        kept["max_age"] = max_age.total_seconds()
    return json.dumps(kept) if kept else None


def _wishes(stated: str | None, hints: Hints) -> Wishes:
    if stated is None:
        return Wishes(hints)
    kept = json.loads(stated)
    if hints.max_age is None and "max_age" in kept:
        hints = replace(hints, max_age=timedelta(seconds=kept["max_age"]))
    return Wishes(
        hints=hints,
        ttl=timedelta(seconds=kept["ttl"]) if "ttl" in kept else None,
        update_period=timedelta(seconds=kept["update_period"]) if "update_period" in kept else None,
        skip_hours=frozenset(kept.get("skip_hours", ())),
        skip_days=frozenset(kept.get("skip_days", ())),
    )
