"""The pool of worker processes: documents read beside the event loop, each failure kept to its own document.

Processes start when there is something to read, a second one only when the first has a backlog, and stop after a
while without work: a poll that meets nothing but 304s starts none. Each process has a few jobs lying ready, so that it
need not wait for a busy event loop between two of them. One that dies, hangs past the deadline or outgrows its memory
is replaced: the job it was at fails, those behind it go to others.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from aggregator.model import Failure, FailureKind
from aggregator.polling.worker import LENGTH, Job, Setup, frame

if TYPE_CHECKING:
    from types import TracebackType

    from aggregator.flags import Rule
    from aggregator.model import Document
    from aggregator.polling.outcome import Assessed
    from aggregator.polling.worker import Reply

__all__ = ["WorkerPool"]

DEPTH: Final = 4
"""Jobs that lie ready in one process, the one it is at included."""

START_DEADLINE: Final = 60.0
"""Seconds a process may take to import what it needs, on the busiest of machines."""

_SEND_BUFFER: Final = 1 << 20
"""Room for documents on their way, so that a process finds the next one ready. The system may grant less."""

_READ_LIMIT: Final = 1 << 20
_LAST_WORDS: Final = 2000

_COMMAND: Final = "import sys; sys.path[:] = sys.argv[1:]; from aggregator.polling.worker import main; main()"
"""The child finds exactly the modules that its parent does: -P and this keep the current folder out of it."""


class _Pending:
    """A document on its way to being read."""

    __slots__ = ("future", "sent")

    def __init__(self, sent: bytes, future: asyncio.Future[Assessed | Failure]) -> None:
        self.sent = sent
        self.future = future

    def resolve(self, result: Assessed | Failure) -> None:
        if not self.future.done():  # whoever asked may have been cancelled
            self.future.set_result(result)

    def refuse(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class _Process:
    """One worker process and the jobs it has been given, oldest first."""

    def __init__(self) -> None:
        self.jobs: deque[_Pending] = deque()
        self.given = asyncio.Event()
        self.leaving = False
        self._child: subprocess.Popen[bytes] | None = None
        self._stderr: int | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    def give(self, job: _Pending) -> None:
        self.jobs.append(job)
        self.given.set()
        if self._writer is not None:
            self._writer.write(job.sent)

    async def start(self, setup: bytes) -> None:
        """Start the process and wait until it is ready.

        Raises:
            OSError, EOFError, TimeoutError: It did not start.
        """
        # What it says on standard error is kept in memory, in case it dies; a pipe would have to be emptied.
        self._stderr = os.memfd_create("worker-stderr") if hasattr(os, "memfd_create") else None
        ours, theirs = socket.socketpair()
        try:
            # vfork and exec: a millisecond, which the event loop can spare.
            self._child = subprocess.Popen(  # noqa: ASYNC220, S603 (see above; our own interpreter and code)
                [sys.executable, "-P", "-c", _COMMAND, *sys.path],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL if self._stderr is None else self._stderr,
                start_new_session=True,  # Ctrl-C at a terminal is for the parent
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        reader, writer = await asyncio.open_connection(sock=ours, limit=_READ_LIMIT)
        self._reader, self._writer = reader, writer
        writer.write(setup)
        for job in self.jobs:
            writer.write(job.sent)
        async with asyncio.timeout(START_DEADLINE):
            await self.next_frame()

    async def next_frame(self) -> Any:
        """What the process says next; EOFError when it has nothing more to say."""
        assert self._reader is not None
        try:
            head = await self._reader.readexactly(LENGTH.size)
            body = await self._reader.readexactly(LENGTH.unpack(head)[0])
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise EOFError from error
        return pickle.loads(body)  # noqa: S301 (from our child's socket)

    async def end(self) -> str:
        """Kill it if it still runs; how it ended, in words. It holds nothing that is worth an orderly end."""
        if self._writer is not None:
            self._writer.transport.abort()
        if self._child is None:
            return "no process"
        self._child.kill()
        code = await asyncio.to_thread(self._child.wait)
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        said = self._last_words()
        return f"{how}: {said}" if said else how

    def _last_words(self) -> str:
        """The last line it wrote on standard error."""
        if self._stderr is None:
            return ""
        size = os.fstat(self._stderr).st_size
        said = os.pread(self._stderr, _LAST_WORDS, max(0, size - _LAST_WORDS))
        os.close(self._stderr)
        self._stderr = None
        return said.decode(errors="replace").strip().rpartition("\n")[2][:200]


class WorkerPool:
    """Reads documents in up to ``count`` processes.

    Args:
        count: The most processes at a time.
        deadline: How long one document may take, from when its process begins with it.
        rules: The user's rules, sent once to each process.
        memory: Bytes a document may cost on top of the program.
        idle: How long a process without work is kept.
    """

    def __init__(
        self,
        count: int,
        deadline: timedelta,
        rules: tuple[Rule, ...],
        *,
        memory: int = 96_000_000,
        idle: timedelta = timedelta(seconds=20),
    ) -> None:
        self._count = count
        self._deadline = deadline
        self._idle = idle.total_seconds()
        self._setup = frame(Setup(rules, memory))
        self._waiting: deque[_Pending] = deque()
        self._processes: dict[_Process, asyncio.Task[None]] = {}
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        serving = list(self._processes.values())
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        for job in self._waiting:
            job.future.cancel()

    @property
    def running(self) -> int:
        """How many processes there are now."""
        return len(self._processes)

    async def read(self, document: Document) -> Assessed | Failure:
        """Parse and assess a document. A ``Failure`` is about this document alone."""
        sent = frame(Job(document.url, document.content_type, document.body))
        job = _Pending(sent, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self._hand_out()
        return await job.future

    def _hand_out(self) -> None:
        """Give waiting jobs to the processes with the least to do; start one more where all have a backlog."""
        while self._waiting and not self._closed:
            if self._waiting[0].future.done():
                self._waiting.popleft()
                continue
            able = (process for process in self._processes if not process.leaving)
            least = min(able, key=lambda process: len(process.jobs), default=None)
            if len(self._processes) < self._count and (least is None or len(least.jobs) >= 2):
                least = _Process()
                self._processes[least] = asyncio.create_task(self._serve(least))
            elif least is None or len(least.jobs) >= DEPTH:
                return
            least.give(self._waiting.popleft())

    async def _serve(self, process: _Process) -> None:
        """See one process through its life: start, jobs, end; then give what it left undone to others."""
        try:
            await self._converse(process)
        except Exception as error:  # noqa: BLE001 (a bug of ours: told to whoever asked, not tried again and again)
            while process.jobs:
                process.jobs.popleft().refuse(error)
        finally:
            process.leaving = True
            self._waiting.extendleft(reversed(process.jobs))
            await process.end()
            del self._processes[process]
            self._hand_out()

    async def _converse(self, process: _Process) -> None:
        try:
            await process.start(self._setup)
        except (OSError, EOFError, TimeoutError) as error:
            # One job pays for it, so that a machine on which none can start does not try for ever.
            self._fail(process, f"no process could be started to read it ({await process.end()}; {error!r})")
            return
        while await self._has_work(process):
            try:
                async with asyncio.timeout(self._deadline.total_seconds()):
                    reply: Reply = await process.next_frame()
            except TimeoutError:
                self._fail(process, f"reading it took longer than {self._deadline.total_seconds():g} s")
                return
            except EOFError:
                self._fail(process, f"the process that read it died ({await process.end()})")
                return
            process.jobs.popleft().resolve(reply.result)
            if reply.retiring:
                return
            self._hand_out()

    async def _has_work(self, process: _Process) -> bool:
        """Wait for work; False after a while without any."""
        if not process.jobs:
            process.given.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._idle):
                    await process.given.wait()
        return bool(process.jobs)

    def _fail(self, process: _Process, message: str) -> None:
        if process.jobs:
            process.jobs.popleft().resolve(Failure(FailureKind.WORKER, message))
