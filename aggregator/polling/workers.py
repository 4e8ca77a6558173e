"""The pool of worker processes: documents read beside the event loop, each failure kept to its own document.

Processes start when there is something to read or certain to come, a second one only when the first has a backlog, and
stop after a while without work: a poll that meets nothing but 304s starts none. Each process has a few jobs lying
ready, so that it need not wait for a busy event loop between two of them. One that dies, hangs past the deadline or
outgrows its memory is replaced: the job it was at fails, those behind it go to others.

A big document is read when no small one waits, and alone: one process, no others beside it. So the memory of the
whole tree is bounded by one big document, not by as many as there are processes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self

from aggregator.model import Failure, FailureKind
from aggregator.polling.frames import Job, Setup, frame
from aggregator.polling.process import Pending, WorkerProcess

if TYPE_CHECKING:
    from datetime import tzinfo
    from types import TracebackType

    from aggregator.flags import Rule
    from aggregator.model import Document, ExtraBody
    from aggregator.polling.outcome import Assessed

__all__ = ["BIG", "WorkerPool"]

DEPTH: Final = 4
"""Jobs that lie ready in one process, the one it is at included."""

AHEAD: Final = 4
"""Documents that a process is started ahead for; fewer wait for it."""

BIG: Final = 1_000_000
"""Bytes from which on a document is read alone."""


class WorkerPool:
    """Reads documents in up to ``count`` processes.

    Args:
        count: The most processes at a time.
        deadline: How long one document may take, from when its process begins with it.
        rules: The user's rules, sent once to each process.
        bodies: The bodies that the user added, sent along.
        idle: How long a process without work is kept.
    """

    def __init__(
        self,
        count: int,
        deadline: timedelta,
        rules: tuple[Rule, ...],
        bodies: tuple[ExtraBody, ...] = (),
        *,
        idle: timedelta = timedelta(seconds=20),
    ) -> None:
        self._count = count
        self._deadline = deadline.total_seconds()
        self._idle = idle.total_seconds()
        self._setup = frame(Setup(rules, bodies))
        self._waiting: deque[Pending] = deque()
        self._big: deque[Pending] = deque()
        self._alone: WorkerProcess | None = None
        self._processes: dict[WorkerProcess, asyncio.Task[None]] = {}
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        serving = list(self._processes.values())
        for process, task in self._processes.items():
            if not process.leaving:
                task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        for job in (*self._waiting, *self._big):
            job.cancel()

    @property
    def running(self) -> int:
        """How many processes there are now."""
        return len(self._processes)

    async def expect(self, documents: int) -> None:
        """Start the processes that so many small documents will want, so that they import while these are fetched."""
        while not self._closed and len(self._processes) < min(self._count, documents // AHEAD):
            self._new()
        await asyncio.sleep(0)  # they are started when the loop gets a turn

    async def read(
        self, document: Document, known: frozenset[bytes] = frozenset(), *, within: timedelta | None = None
    ) -> Assessed | Failure:
        """Parse and assess a document. A ``Failure`` is about this document alone.

        Args:
            document: With its body.
            known: Fingerprints of items that are left out where that is possible (``parsing.fingerprints``).
            within: How long it may take, where that is less than the deadline for all.
        """
        seconds = self._deadline if within is None else min(self._deadline, within.total_seconds())
        body = document.body
        return await self._read(Pending(Job(document.url, document.content_type, len(body), known), body, seconds))

    async def read_saved(self, data: bytes, *, name: str, zone: tzinfo) -> Assessed | Failure:
        """The same for a file that a person saved, see ``parsing.saved.read_saved``."""
        return await self._read(Pending(Job(name, None, len(data), zone=zone), data, self._deadline))

    async def _read(self, job: Pending) -> Assessed | Failure:
        (self._big if len(job.body) > BIG else self._waiting).append(job)
        self._hand_out()
        return await job.result()

    # --- who reads what -------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        """Give waiting jobs to the processes with the least to do; start one more where all have a backlog."""
        while self._waiting and not self._closed and self._alone is None:
            if self._waiting[0].unwanted:
                self._waiting.popleft()
                continue
            process = self._with_room()
            if process is None:
                return
            process.give(self._waiting.popleft())
        self._hand_out_big()

    def _with_room(self) -> WorkerProcess | None:
        """The process for the next job; None where all have enough to do."""
        least = min(self._able(), key=lambda process: len(process.jobs), default=None)
        if len(self._processes) < self._count and (least is None or len(least.jobs) >= 2):
            return self._new()
        return None if least is None or len(least.jobs) >= DEPTH else least

    def _hand_out_big(self) -> None:
        """Let the next big document be read, where nothing else is, by one process that has the field to itself."""
        while self._big and self._big[0].unwanted:
            self._big.popleft()
        if not self._big or self._waiting or self._closed or any(process.jobs for process in self._processes):
            return
        able = self._able()
        if self._processes and not able:
            return  # those that are leaving must be gone first, and call again then
        self._alone = able.pop() if able else self._new()
        for other in able:
            self._processes[other].cancel()
        self._alone.give(self._big.popleft())

    def _able(self) -> list[WorkerProcess]:
        """The processes that can be given a job; those that died in their sleep are seen off."""
        for process, task in self._processes.items():
            if not process.jobs and not process.leaving and process.is_dead:
                process.leaving = True
                task.cancel()
        return [process for process in self._processes if not process.leaving]

    def _new(self) -> WorkerProcess:
        process = WorkerProcess()
        self._processes[process] = asyncio.create_task(self._serve(process))
        return process

    # --- one process's life ---------------------------------------------------------------------------

    async def _serve(self, process: WorkerProcess) -> None:
        """See one process through its life: start, jobs, end; then give what it left undone to others."""
        try:
            await self._converse(process)
        except Exception as error:  # noqa: BLE001 (a bug of ours: told to whoever asked, not tried again and again)
            while process.jobs:
                process.jobs.popleft().refuse(error)
        finally:
            process.leaving = True
            if self._alone is process:
                self._alone = None
            self._waiting.extendleft(reversed(process.jobs))
            process.jobs.clear()
            await process.end()
            del self._processes[process]
            self._hand_out()

    async def _converse(self, process: WorkerProcess) -> None:
        try:
            await process.start(self._setup)
        except (OSError, EOFError, TimeoutError) as error:
            # One job pays for it, so that a machine on which none can start does not try for ever.
            how = await process.end()
            self._done(process, _failure(f"no process could be started to read it ({how}; {error!r})"))
            return
        leaving = False
        while not leaving and await self._has_work(process):
            try:
                within = process.jobs[0].within
                async with asyncio.timeout(within):
                    result, leaving = await process.next_result()
            except TimeoutError:
                self._done(process, _failure(f"reading it took longer than {within:.3g} s"))
                return
            except EOFError:
                self._done(process, _failure(f"the process that read it died ({await process.end()})"))
                return
            # A process that leaves has to be gone before a big document is begun: see _hand_out_big.
            process.leaving = leaving
            self._done(process, result)
            self._hand_out()

    async def _has_work(self, process: WorkerProcess) -> bool:
        """Wait for work; False after a while without any."""
        if not process.jobs:
            process.given.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._idle):
                    await process.given.wait()
        return bool(process.jobs)

    def _done(self, process: WorkerProcess, result: Assessed | Failure) -> None:
        """The oldest job of a process has come to an end."""
        if process.jobs:
            process.jobs.popleft().resolve(result)
        if self._alone is process:
            self._alone = None


def _failure(message: str) -> Failure:
    return Failure(FailureKind.WORKER, message)
