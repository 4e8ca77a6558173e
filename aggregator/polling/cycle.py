"""The river in code: claim → fetch → (unchanged, the same body, or read in a worker) → record → changes.

::

    claim ──▶ admission ──▶ fetch ──▶ same body? ──▶ worker pool ──▶ results ──▶ record ──▶ Changes
      ▲         │  ▲                                                               │
    writer      │  └── room: few fetches, few documents in memory ◀── done ────────┤
                └── longest due first, fairly between servers                    writer

Everything waits at its own place: the event loop on sockets, the workers on documents, one thread on the disk. A
thousand feeds are never more than a few dozen documents in memory, because nothing new is fetched while too many wait
to be read or recorded. What fails, fails for its feed alone, as a ``Failure`` that is recorded like any other outcome;
only trouble with the database ends the pass.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.errors import SecretUnavailable, StoreError
from aggregator.fetching.lanes import PATIENCE, SIDE_PLACES, host_side_places
from aggregator.model import Document, Failure, FailureKind
from aggregator.polling.admission import Admission
from aggregator.polling.load import Load, weight
from aggregator.polling.marks import known_to
from aggregator.polling.outcome import Polled
from aggregator.polling.owner import is_dead, new_owner
from aggregator.polling.quiet import keep_quiet
from aggregator.polling.recorder import Recorder
from aggregator.polling.setup import fetch_options, reading_time, record_settings, target
from aggregator.polling.workers import BIG, WorkerPool
from aggregator.polling.writer import Writer
from aggregator.store.claims import claim_due, claimants, release, renew
from aggregator.store.room import require_room

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from aggregator.config.load import LoadedConfig
    from aggregator.fetching import Fetcher
    from aggregator.model import FeedState, Fetched
    from aggregator.polling.outcome import Assessed, Changes
    from aggregator.store import Store

__all__ = ["poll", "poll_once"]

LEASE: Final = timedelta(minutes=5)
"""How long a killed process's feeds wait for the next."""

RENEWAL: Final = 60.0
"""Seconds between renewals of the claims of a long pass."""

CLAIM: Final = 256
"""Feeds claimed at a time; more as these run out."""

SOON: Final = 0.25
"""Seconds after which a fetch is not expected to end in the next moment: most servers answer within them."""

DRAIN: Final = 6.0
"""Seconds that documents have to be read after the pass was told to stop."""

logger = logging.getLogger(__name__)


async def poll_once(
    store: Store,
    loaded: LoadedConfig,
    *,
    clock: Callable[[], datetime],
    names: Collection[str] | None = None,
    force: bool = False,
    owner: str | None = None,
    on_changes: Callable[[Changes], None] | None = None,
    stop: asyncio.Event | None = None,
) -> list[Changes]:
    """One pass over what is due, by a process that makes no other.

    Args:
        store: The database, already in step with the configuration (``store.feeds.sync``). It is written through a
            connection of the pass's own.
        loaded: The configuration.
        clock: The present, UTC.
        names: Only these feeds.
        force: As for ``poll``.
        owner: As for ``poll``; None: a new one.
        on_changes: As for ``poll``.
        stop: As for ``poll``.

    Returns:
        What each polled feed brought, in the order of recording.

    Raises:
        StoreError: As for ``poll``.
    """
    polling = loaded.config.polling
    async with (
        Writer(store.path, loaded.config.database.busy_timeout) as writer,
        WorkerPool(polling.workers, polling.parse_deadline, loaded.rules, loaded.bodies) as pool,
    ):
        return await poll(
            loaded,
            writer,
            pool,
            clock=clock,
            names=names,
            force=force,
            owner=owner or new_owner(),
            on_changes=on_changes,
            stop=stop,
        )


async def poll(
    loaded: LoadedConfig,
    writer: Writer,
    pool: WorkerPool,
    *,
    clock: Callable[[], datetime],
    owner: str,
    names: Collection[str] | None = None,
    force: bool = False,
    on_changes: Callable[[Changes], None] | None = None,
    stop: asyncio.Event | None = None,
) -> list[Changes]:
    """One pass over what is due.

    Args:
        loaded: The configuration.
        writer: The thread that writes.
        pool: The worker processes.
        clock: The present, UTC.
        owner: Who claims the feeds (``owner.new_owner``); not two passes' at the same time.
        names: Only these feeds.
        force: Also feeds that are not due, and in their quiet hours; a Retry-After that still runs is waited for all
            the same.
        on_changes: Told of each feed when it is recorded, on the event loop.
        stop: Once set, nothing more is fetched; what is here is recorded, and the other feeds are given back.

    Returns:
        What each polled feed brought, in the order of recording.

    Raises:
        StoreError: The database could not be written. What was recorded before stands, the rest is as if not polled.
    """
    one = _Pass(loaded, writer, clock, stop or asyncio.Event(), names, force=force, owner=owner)
    one.recorder.on_changes = on_changes
    for claimant in await writer.run(claimants):
        if claimant == owner or is_dead(claimant):  # ours: of a pass that could not give them back
            await writer.run(release, claimant)
    if not await one.claim():
        return []
    await pool.expect(one.never_read)
    from aggregator.fetching import Fetcher  # noqa: PLC0415 (httpx: not before there is something to fetch)

    try:
        require_room(writer.path)
        async with Fetcher(fetch_options(loaded.config)) as fetcher:
            await one.run(fetcher, pool)
    except StoreError:
        raise  # a database that takes nothing takes this neither: the claims lapse
    except BaseException:
        await writer.run(release, owner)
        raise
    # What was polled is no longer claimed; this is for the rest, after a stop.
    await writer.run(release, owner)
    return one.recorder.changes


class _Pass:
    """The state of one pass."""

    def __init__(
        self,
        loaded: LoadedConfig,
        writer: Writer,
        clock: Callable[[], datetime],
        stop: asyncio.Event,
        names: Collection[str] | None,
        *,
        force: bool,
        owner: str,
    ) -> None:
        self.owner = owner
        self.never_read = 0
        self._clock = clock
        self._writer = writer
        self._stop = stop
        self._names = names
        self._force = force
        self._sections = {feed.name: feed for feed in loaded.config.feeds}

        self._config = loaded.config
        http = loaded.config.http
        self._deadline = http.deadline
        # One more than may be fetched, so that a connection can be used again for the next in line.
        self._queue = Admission(http.per_host + 1, stalled=host_side_places(http.concurrency, http.per_host))
        self._most_fresh = http.concurrency
        # Again one more, so that the fetcher knows that others wait for what is stuck.
        self._most_under_way = http.concurrency * (1 + SIDE_PLACES) + 1
        self._claimed: set[int] = set()
        self._all_claimed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._fetching: dict[asyncio.Task[None], float] = {}  # since when, those that began first, first
        self._fresh = 0
        self._under_way = 0
        self._load = Load()
        self._room = asyncio.Event()
        self.recorder = Recorder(writer, clock, record_settings(loaded, owner=owner), self._room.set, self._more_soon)

    # --- claim ----------------------------------------------------------------------------------------

    async def claim(self) -> int:
        """Claim the next feeds that are due; how many there were."""
        # What is forced stays claimable after its poll, so it is claimed in one go.
        limit = 1_000_000 if self._force else CLAIM
        quiet: Collection[str] = ()
        if not self._force:
            quiet = await self._writer.run(keep_quiet, self._config, now=self._clock())
        feeds = await self._writer.run(
            claim_due,
            owner=self.owner,
            now=self._clock(),
            lease=LEASE,
            limit=limit,
            names=self._names,
            without=quiet,
            force=self._force,
        )
        fresh = [feed for feed in feeds if feed.id not in self._claimed]
        self._claimed.update(feed.id for feed in fresh)
        # A feed that is due again in the same pass (a minute's interval, a slow pass) is for the next one.
        self._all_claimed = len(fresh) < limit
        self.never_read += sum(feed.body_hash is None and not feed.failures for feed in fresh)
        self._queue.add(fresh)
        self._room.set()
        return len(fresh)

    async def _claim_on(self) -> None:
        """Keep the queue filled until nothing more is due."""
        while not self._all_claimed and not self._stop.is_set():
            if len(self._queue) < CLAIM // 2:
                await self.claim()
            else:
                await asyncio.sleep(0.05)

    async def _renew_on(self) -> None:
        while True:
            await asyncio.sleep(RENEWAL)
            await self._writer.run(renew, owner=self.owner, now=self._clock(), lease=LEASE)

    # --- the pass -------------------------------------------------------------------------------------

    async def run(self, fetcher: Fetcher, pool: WorkerPool) -> None:
        """Poll what is claimed, and what is due beyond it, until none is left or the pass is told to stop."""
        try:
            async with asyncio.TaskGroup() as group:
                recording = group.create_task(self.recorder.run(lambda polled: self._read_whole(polled, pool)))
                helpers = [group.create_task(self._renew_on()), group.create_task(self._break_off())]
                async with asyncio.TaskGroup() as feeds:
                    claiming = feeds.create_task(self._claim_on())
                    claiming.add_done_callback(lambda _: self._room.set())
                    while (feed := await self._next(claiming)) is not None:
                        self._tasks.add(feeds.create_task(self._poll(feed, fetcher, pool)))
                self.recorder.finish()
                await recording
                for helper in helpers:
                    helper.cancel()
        except BaseExceptionGroup as errors:
            raise _first(errors) from errors

    async def _next(self, claiming: asyncio.Task[None]) -> FeedState | None:
        """The next feed to begin, as soon as there is room for it; None when there will be no more."""
        while not self._stop.is_set():
            if self._has_room() and (feed := self._queue.next()) is not None:
                self._fresh += 1
                self._under_way += 1
                return feed
            if claiming.done() and not self._queue:
                break
            self._room.clear()
            await self._room.wait()
        return None

    def _has_room(self) -> bool:
        return self._fresh < self._most_fresh and self._under_way < self._most_under_way and self._load.has_room

    def _more_soon(self) -> bool:
        """Whether any feed is about to bring something: all but those whose servers keep us waiting."""
        if self._queue.has_ready or not self._all_claimed or len(self._tasks) > len(self._fetching):
            return True
        latest = next(reversed(self._fetching.values()), None)
        return latest is not None and asyncio.get_running_loop().time() - latest < SOON

    async def _break_off(self) -> None:
        """When told to stop: end the fetches at once, and the reading of documents after a while."""
        await self._stop.wait()
        self._room.set()
        for task in list(self._fetching):
            task.cancel()
        await asyncio.sleep(DRAIN)
        for task in list(self._tasks):
            task.cancel()

    async def _poll(self, feed: FeedState, fetcher: Fetcher, pool: WorkerPool) -> None:
        """One feed from fetch to result; nothing about the feed raises."""
        task = asyncio.current_task()
        assert task is not None
        try:
            answer = await self._fetch(feed, fetcher, task)
            polled = Polled(feed, self._clock(), answer)
            if isinstance(answer, Document):
                held = self._load.hold(fetcher.hold())
                try:
                    held.weigh(len(answer.body))
                    if len(answer.body) > BIG:
                        await held.wait_for_turn()
                    polled = await self._read(polled, answer, pool)
                    kept = len(polled.answer.body) if isinstance(polled.answer, Document) else 0
                    held.weigh(kept + weight(polled.assessed))
                except BaseException:
                    held.release()
                    raise
                self.recorder.take(polled, held)
            else:
                self.recorder.take(polled)
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
            task.uncancel()  # broken off: the feed is given back, as if it had not been begun
        finally:
            self._tasks.discard(task)

    async def _fetch(self, feed: FeedState, fetcher: Fetcher, task: asyncio.Task[None]) -> Fetched:
        turn = _Turn()
        loop = asyncio.get_running_loop()
        aging = loop.call_later(PATIENCE, self._stalls, feed, turn)
        self._fetching[task] = loop.time()
        try:
            self._go_on()
            asked = target(feed, self._sections.get(feed.name))
            return await fetcher.fetch(asked, more=lambda: self._queue.awaits(feed))
        except SecretUnavailable as error:
            return Failure(FailureKind.CONFIG, str(error))
        except Exception as error:
            # A bug of ours: the other feeds must not suffer for it, and nobody must overlook it.
            logger.exception("feed %s: fetching it failed unexpectedly", feed.name)
            return Failure(FailureKind.PROTOCOL, f"fetching it failed ({type(error).__name__}: {error})"[:300])
        finally:
            aging.cancel()
            self._no_longer_fresh(turn)
            self._under_way -= 1
            del self._fetching[task]
            self._queue.done(feed)
            self._room.set()

    def _go_on(self) -> None:
        """Ends the task that asks, where the pass was told to stop before it was begun."""
        if self._stop.is_set():
            raise asyncio.CancelledError

    def _stalls(self, feed: FeedState, turn: _Turn) -> None:
        self._queue.stalls(feed)
        self._no_longer_fresh(turn)

    def _no_longer_fresh(self, turn: _Turn) -> None:
        if turn.fresh:
            turn.fresh = False
            self._fresh -= 1
            self._room.set()

    async def _read(self, polled: Polled, document: Document, pool: WorkerPool) -> Polled:
        """The document, read, its body dropped."""
        bare = replace(document, body=b"")
        if document.body_hash == polled.feed.body_hash:
            return replace(polled, answer=bare)
        # One deadline for all that is done for a feed. Waiting for a process is not: it is no fault of the feed's, and
        # a document that is here would have to be asked for again, whole.
        left = max(self._deadline - timedelta(seconds=document.elapsed), reading_time(self._deadline))
        known = known_to(polled.feed.marks)
        result: Assessed | Failure = await pool.read(document, known, within=left)
        if isinstance(result, Failure):
            result = replace(
                result,
                status=document.status,
                hints=document.hints,
                elapsed=document.elapsed,
                wire_bytes=document.wire_bytes,
            )
            return replace(polled, answer=result)
        # The body stays at hand until it is certain that what was left unread need not be read.
        return replace(polled, answer=document if result.feed.unread else bare, assessed=result)

    async def _read_whole(self, polled: Polled, pool: WorkerPool) -> Polled:
        assert isinstance(polled.answer, Document)
        return await self._read(replace(polled, feed=replace(polled.feed, marks=None)), polled.answer, pool)


class _Turn:
    """A fetch under way: fresh until its server has kept us waiting."""

    __slots__ = ("fresh",)

    def __init__(self) -> None:
        self.fresh = True


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group of groups: the others came of everything being broken off for it."""
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
