"""The last station of a pass: what came is recorded in batches, one after the other, to the end."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from aggregator.polling.memory import give_back
from aggregator.polling.outcome import READ_WHOLE
from aggregator.polling.record import record

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from aggregator.polling.load import Held
    from aggregator.polling.outcome import Changes, Polled
    from aggregator.polling.record import RecordSettings
    from aggregator.polling.writer import Writer

__all__ = ["Recorder"]

BATCH: Final = 32
BATCH_WAIT: Final = 0.1
"""Feeds recorded in one transaction, and seconds that the first of them waits for more."""
LULL: Final = 0.03
"""Seconds without another after which none is waited for: one slow server must not hold up what is there."""


class Recorder:
    """Takes what feeds brought, and records it.

    Args:
        writer: The thread that writes.
        clock: The present, UTC.
        settings: For ``record``.
        on_room: Called when documents that were in memory are recorded.
        more_soon: Tells whether more may come within a moment. Nothing waits where only slow servers are left.

    Attributes:
        changes: What each feed brought, in the order of recording.
        on_changes: Told of each feed when it is recorded.
    """

    def __init__(
        self,
        writer: Writer,
        clock: Callable[[], datetime],
        settings: RecordSettings,
        on_room: Callable[[], None],
        more_soon: Callable[[], bool],
    ) -> None:
        self.changes: list[Changes] = []
        self.on_changes: Callable[[Changes], None] | None = None
        self._writer = writer
        self._clock = clock
        self._settings = settings
        self._on_room = on_room
        self._more_soon = more_soon
        self._results: asyncio.Queue[tuple[Polled, Held | None] | None] = asyncio.Queue()

    def take(self, polled: Polled, held: Held | None = None) -> None:
        """One feed's poll, and its place in memory, which is released when it is recorded."""
        self._results.put_nowait((polled, held))

    def finish(self) -> None:
        """Nothing more comes."""
        self._results.put_nowait(None)

    async def run(self, read_whole: Callable[[Polled], Awaitable[Polled]]) -> None:
        """Record what comes until ``finish``.

        Args:
            read_whole: Reads the document of a poll again, where items that were left unread turn out to matter.

        Raises:
            StoreError: As ``record``.
        """
        while batch := await self._next_batch():
            again = await self._record([polled for polled, _ in batch])
            if again:  # rare enough for the others to wait
                await self._record([await read_whole(polled) for polled in again])
            # Documents are counted until here: read and not yet recorded, they are as big as before.
            places = [held for _, held in batch if held is not None]
            batch.clear()
            for held in places:
                held.release()
            if any(held.was_big for held in places):
                give_back()
            self._on_room()

    async def _next_batch(self) -> list[tuple[Polled, Held | None]]:
        """What has come when the writer is free, or comes within a moment; none at the end."""
        batch: list[tuple[Polled, Held | None]] = []
        result = await self._results.get()
        loop = asyncio.get_running_loop()
        latest = loop.time() + BATCH_WAIT
        with suppress(TimeoutError):
            async with asyncio.timeout(BATCH_WAIT) as waiting:
                while result is not None:
                    batch.append(result)
                    if len(batch) == BATCH or (self._results.empty() and not self._more_soon()):
                        return batch
                    if self._results.empty():
                        waiting.reschedule(min(latest, loop.time() + LULL))
                    result = await self._results.get()
        if result is None and batch:
            self._results.put_nowait(None)  # the end is met again
        return batch

    async def _record(self, batch: list[Polled]) -> list[Polled]:
        """Record a batch; those of it that are to be read whole first."""
        recorded = await self._writer.run(
            record, batch, now=self._clock(), settings=self._settings, jitter=random.random
        )
        again: list[Polled] = []
        for polled, changes in zip(batch, recorded, strict=True):
            if changes.outcome == READ_WHOLE:
                again.append(polled)
                continue
            self.changes.append(changes)
            if self.on_changes is not None:
                self.on_changes(changes)
        return again
