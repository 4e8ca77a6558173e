"""The heartbeat: ``aggregator run``.

What is due is in the tables. The scheduler only asks, every half a minute, so that a missed beat costs one beat, and a
machine that slept catches up when it wakes. A beat records that the daemon is alive and starts a pass over what is due,
unless one is still under way; after a pass the digests are composed whose moment has come, so that they have what came
while the machine slept, and the outbox is sent. Housekeeping forgets old polls and empties SQLite's log.

SIGTERM, SIGINT and SIGHUP end it in order: nothing more is fetched, what is here is recorded, the rest is given back.
A second signal ends it at once, which costs nothing but repeated work: all state is in committed transactions.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from aggregator.errors import (
    AggregatorError,
    AlreadyRunning,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseReplaced,
    DatabaseTooNew,
    Exit,
    StoreError,
)
from aggregator.logs import event
from aggregator.stopping import listen
from aggregator.times import format_duration

if TYPE_CHECKING:
    import signal
    from collections.abc import Awaitable, Callable

    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from aggregator.config.load import LoadedConfig
    from aggregator.digest.outbox import Attempt
    from aggregator.polling.outage import Outage
    from aggregator.polling.workers import WorkerPool
    from aggregator.polling.writer import Writer
    from aggregator.store import Store

__all__ = ["BEAT", "LEASE", "run"]

BEAT: Final = timedelta(seconds=30)

LEASE: Final = timedelta(seconds=100)
"""Three beats: for so long after a kill another daemon is refused."""

HOUSEKEEPING: Final = timedelta(minutes=10)

DIGEST_PATIENCE: Final = timedelta(minutes=5)
"""How long a due digest waits for a pass that is still under way."""

DRAIN: Final = 9.0
"""Seconds from the signal to the end, whatever happens."""

LOOKING: Final = timedelta(seconds=30)
"""How long the database is looked over where the last daemon was killed."""

BEYOND_US: Final = (AlreadyRunning, DatabaseDamaged, DatabaseReplaced, DatabaseTooNew)
"""What no waiting mends: the daemon ends, and says so by its exit status."""

logger = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def run(
    loaded: LoadedConfig,
    *,
    beat: timedelta = BEAT,
    lease: timedelta = LEASE,
    housekeeping: timedelta = HOUSEKEEPING,
    clock: Callable[[], datetime] = _utc_now,
) -> int:
    """Serve until told to stop by SIGTERM, SIGINT or SIGHUP.

    Args:
        loaded: The configuration.
        beat: Time between two looks at what is due.
        lease: How long a killed daemon keeps others out.
        housekeeping: Time between two clean-ups.
        clock: The present, UTC.

    Returns:
        The exit status.

    Raises:
        AlreadyRunning: Another daemon serves this database.
        StoreError: The database cannot be opened or written.
    """
    return asyncio.run(_Daemon(loaded, beat, lease, housekeeping, clock).serve())


def _look_over(store: Store) -> None:
    """See to it that the database is sound, as far as can be seen in a moment.

    Raises:
        DatabaseDamaged: It is not.
    """
    if problems := store.problems(within=LOOKING):
        raise DatabaseDamaged(
            f"the database is damaged ({problems[0]})",
            subject=str(store.path),
            next_step="It was left as it is. aggregator doctor tells more; restore a backup (docs/how-to/back-up.md)",
        )


class _Daemon:
    """One daemon's life."""

    def __init__(
        self,
        loaded: LoadedConfig,
        beat: timedelta,
        lease: timedelta,
        housekeeping: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        from aggregator.polling.owner import new_owner  # noqa: PLC0415 (the command line imports us for less)
        from aggregator.polling.patience import Patience  # noqa: PLC0415

        self._loaded = loaded
        self._config = loaded.config
        self._beat_every = beat
        self._lease = lease
        self._housekeeping_every = housekeeping
        self._clock = clock
        self._owner = new_owner()
        self._stop = asyncio.Event()
        self._fatal: AggregatorError | None = None
        self._patience = Patience(loaded.database, beat)
        self._jobs: set[asyncio.Task[Any]] = set()
        self._pass: asyncio.Task[None] | None = None
        self._pass_began = 0.0
        self._post: asyncio.Task[None] | None = None
        self._writer: Writer
        self._outage: Outage
        self._pool: WorkerPool

    async def serve(self) -> int:
        """From start to stop."""
        from aggregator.polling.outage import Outage  # noqa: PLC0415
        from aggregator.polling.workers import WorkerPool  # noqa: PLC0415
        from aggregator.polling.writer import Writer  # noqa: PLC0415

        listen(self._on_signal)
        polling = self._config.polling
        async with AsyncExitStack() as stack:
            self._writer = await stack.enter_async_context(
                Writer(self._loaded.database, self._config.database.busy_timeout)
            )
            self._pool = await stack.enter_async_context(
                WorkerPool(polling.workers, polling.parse_deadline, self._loaded.rules, self._loaded.bodies)
            )
            self._outage = Outage(self._writer, polling.min_interval)
            await self._start()
            scheduler = self._schedule()
            try:
                await self._stop.wait()
                self._be_done_in_time()
                # Shut down at once, the scheduler would cancel a beat that is writing, and log that as an error.
                scheduler.pause()
                if self._jobs:
                    await asyncio.wait(self._jobs)
                scheduler.shutdown(wait=False)
                for under_way in (self._pass, self._post):
                    if under_way is not None:
                        await under_way
            finally:
                await self._goodbye()
        if self._fatal is not None:
            raise self._fatal
        return Exit.FINE

    async def _start(self) -> None:
        from aggregator.polling.owner import is_dead  # noqa: PLC0415
        from aggregator.polling.setup import feed_entries  # noqa: PLC0415
        from aggregator.store import daemon, feeds  # noqa: PLC0415

        now = self._clock()
        before = await self._writer.run(daemon.current)
        if before is not None and is_dead(before.owner):
            # Killed, or ended by what it met: before anybody is asked for anything, see whether that is still there.
            await self._writer.run(_look_over)
            await self._writer.run(daemon.release, owner=before.owner)  # no need to wait for its lease
        await self._writer.run(daemon.acquire, owner=self._owner, now=now, lease=self._lease)
        await self._outage.begin()
        report = await self._writer.run(feeds.sync, feed_entries(self._config), now)
        enabled = sum(feed.enabled for feed in self._config.feeds)
        event(
            logger,
            "started",
            f"started: {enabled} feeds, database {self._loaded.database}",
            feeds=enabled,
            database=str(self._loaded.database),
            owner=self._owner,
            added=report.added or None,
            moved=report.moved or None,
            disabled=report.disabled or None,
        )

    def _schedule(self) -> AsyncIOScheduler:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415
        from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415

        # Inside job_defaults: APScheduler ignores them elsewhere, and its own grace of a second would skip the beat
        # after a sleep altogether.
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        now = datetime.now(UTC)
        scheduler.add_job(
            self._job,
            IntervalTrigger(seconds=self._beat_every.total_seconds(), timezone=UTC),
            [self._beat],
            next_run_time=now,
        )
        scheduler.add_job(
            self._job,
            IntervalTrigger(seconds=self._housekeeping_every.total_seconds(), timezone=UTC),
            [self._housekeeping],
            next_run_time=now + self._housekeeping_every / 10,
        )
        scheduler.start()
        return scheduler

    # --- the two jobs ---------------------------------------------------------------------------------

    async def _job(self, work: Callable[[], Awaitable[None]]) -> None:
        """One of the two, known to be at work."""
        task = asyncio.current_task()
        assert task is not None
        self._jobs.add(task)
        try:
            await work()
        finally:
            self._jobs.discard(task)

    async def _beat(self) -> None:
        """Say that we live; see to it that what is due is polled."""
        from aggregator.store import daemon  # noqa: PLC0415

        try:
            await self._writer.run(daemon.heartbeat, owner=self._owner, now=self._clock(), lease=self._lease)
            await self._outage.beat(self._clock())
        except (AlreadyRunning, StoreError) as error:
            self._trouble(error)
            return
        if (self._pass is None or self._pass.done()) and not self._stop.is_set() and self._patience.over:
            self._pass_began = asyncio.get_running_loop().time()
            self._pass = asyncio.create_task(self._poll())

    async def _housekeeping(self) -> None:
        """Forget old polls, keep the log short, and compose a digest that a long pass would hold up."""
        from aggregator.polling.housekeeping import tidy  # noqa: PLC0415

        now = self._clock()
        try:
            await tidy(self._writer, before=now - self._config.polling.keep_polls, stop=self._stop)
            under_way = timedelta(seconds=asyncio.get_running_loop().time() - self._pass_began)
            if self._pass is not None and not self._pass.done() and under_way > DIGEST_PATIENCE:
                await self._digest()
        except StoreError as error:
            self._trouble(error)

    # --- polling and the digest -----------------------------------------------------------------------

    async def _poll(self) -> None:
        from aggregator.polling.cycle import poll  # noqa: PLC0415
        from aggregator.polling.telling import tell, tell_pass  # noqa: PLC0415

        try:
            changes = await poll(
                self._loaded,
                self._writer,
                self._pool,
                clock=self._clock,
                owner=self._owner,
                on_changes=tell,
                stop=self._stop,
            )
            self._patience.went_well()
            if changes:
                tell_pass(changes)
                await self._outage.watch(changes, self._clock())
            if not self._stop.is_set():
                await self._digest()
        except StoreError as error:
            self._trouble(error, self._patience.failed(error))
        except Exception as error:
            # A bug. The next beat may well do better, and nobody reads a log that has ended.
            logger.exception("the pass failed unexpectedly (%s)", type(error).__name__)

    async def _digest(self) -> None:
        """Compose the digests that are due, and see to it that what waits in the outbox is sent."""
        from aggregator.digest.dispatch import compose_all  # noqa: PLC0415

        for made in await self._writer.run(compose_all, self._config, now=self._clock()):
            whose = f" for {made.reader}" if made.reader else ""
            event(
                logger,
                "digest_composed",
                f"digest {made.number} composed{whose}: {made.digest.subject}",
                digest=made.number,
                reader=made.reader,
                subject=made.digest.subject,
                until=made.digest.until,
            )
        if self._post is None or self._post.done():
            self._post = asyncio.create_task(self._send())

    async def _send(self) -> None:
        """Hand over what is due, in a thread and with a connection of its own: no mail server holds polls up."""
        try:
            for attempt in await asyncio.to_thread(self._deliver):
                event(
                    logger,
                    "delivery",
                    f"digest {attempt.digest} to {attempt.recipient}: {attempt.state}: {attempt.answer}",
                    level=logging.INFO if attempt.state == "sent" else logging.WARNING,
                    digest=attempt.digest,
                    channel=attempt.channel,
                    recipient=attempt.recipient,
                    state=attempt.state,
                    attempts=attempt.attempts,
                    next_attempt_at=attempt.next_attempt_at,
                )
        except StoreError as error:
            self._trouble(error)
        except Exception as error:
            logger.exception("sending failed unexpectedly (%s)", type(error).__name__)

    def _deliver(self) -> tuple[Attempt, ...]:
        from aggregator.digest.dispatch import send  # noqa: PLC0415
        from aggregator.store import open_store  # noqa: PLC0415

        with open_store(self._loaded.database, busy_timeout=self._config.database.busy_timeout) as store:
            return send(store, self._config, clock=self._clock, stop=self._stop.is_set)

    # --- the end --------------------------------------------------------------------------------------

    def _on_signal(self, number: signal.Signals) -> None:
        event(logger, "stopping", f"{number.name}: finishing what was begun; once more to stop at once")
        self._stop.set()

    def _be_done_in_time(self) -> None:
        """Whatever holds us up, such as another process's lock on the database: the end comes in time."""

        def overdue() -> None:
            event(
                logger,
                "stopped",
                "stopped without waiting any longer; what was not recorded is polled again",
                level=logging.WARNING,
            )
            logging.shutdown()
            os._exit(Exit.FINE)

        asyncio.get_running_loop().call_later(DRAIN, overdue)

    def _trouble(self, error: AggregatorError, wait: timedelta | None = None) -> None:
        """The database could not be written: nothing is lost, and it is tried again; or it is beyond us, and we end."""
        if isinstance(error, BEYOND_US):
            self._fatal = error
            self._stop.set()
            return
        busy = isinstance(error, DatabaseBusy)
        event(
            logger,
            "database_trouble",
            f"{error}; tried again in {format_duration(wait or self._beat_every)}",
            level=logging.WARNING if busy else logging.ERROR,
            error=type(error).__name__,
        )

    async def _goodbye(self) -> None:
        from aggregator.store import claims, daemon  # noqa: PLC0415

        with suppress(StoreError):  # the leases lapse by themselves
            await self._writer.run(claims.release, self._owner)
            if not isinstance(self._fatal, DatabaseDamaged):  # left behind, it makes the next daemon look first
                await self._writer.run(daemon.release, owner=self._owner)
        event(logger, "stopped", "stopped")
