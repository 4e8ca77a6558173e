"""One worker process as its parent sees it: start it, give it documents, hear what they say, end it."""

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
from typing import TYPE_CHECKING, Any, Final

from aggregator.model import Failure
from aggregator.polling.frames import LENGTH, frame
from aggregator.polling.outcome import Assessed

if TYPE_CHECKING:
    from aggregator.model import AssessedEntry
    from aggregator.polling.frames import Job, Reply

__all__ = ["Pending", "WorkerProcess"]

START_DEADLINE: Final = 60.0
"""Seconds a process may take to import what it needs, on the busiest of machines."""

_COMMAND: Final = "import sys; sys.path[:] = sys.argv[1:]; from aggregator.polling.worker import main; main()"
"""The child finds exactly the modules that its parent does: -P and this keep the current folder out of it."""

_BUFFER: Final = 1 << 20
"""Room for documents on their way, so that a process finds the next one ready. The system may grant less."""

_LAST_WORDS: Final = 2000


class Pending:
    """A document on its way to being read within so many seconds, and whoever waits for it."""

    __slots__ = ("_future", "body", "head", "within")

    def __init__(self, job: Job, body: bytes, within: float) -> None:
        self.within = within
        self.head = frame(job)
        self.body = body
        self._future: asyncio.Future[Assessed | Failure] = asyncio.get_running_loop().create_future()

    async def result(self) -> Assessed | Failure:
        """What came of it, as soon as that is known."""
        return await self._future

    @property
    def unwanted(self) -> bool:
        """Whether nobody waits any longer."""
        return self._future.done()

    def resolve(self, result: Assessed | Failure) -> None:
        """This came of it."""
        if not self._future.done():
            self._future.set_result(result)

    def refuse(self, error: Exception) -> None:
        """A bug came of it, for whoever waits to raise."""
        if not self._future.done():
            self._future.set_exception(error)

    def cancel(self) -> None:
        """Nothing will come of it."""
        self._future.cancel()


class WorkerProcess:
    """One process and the jobs it has been given, oldest first.

    Attributes:
        jobs: Given and not yet answered.
        given: Set when a job is given; whoever waits for one clears it.
        leaving: It takes no more jobs.
    """

    def __init__(self) -> None:
        self.jobs: deque[Pending] = deque()
        self.given = asyncio.Event()
        self.leaving = False
        self._unsent: deque[Pending] = deque()
        self._child: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._stderr: int | None = None
        self._sending: asyncio.Task[None] | None = None
        self._ready = False

    async def start(self, setup: bytes) -> None:
        """Start the process and wait until it is ready.

        Raises:
            OSError, EOFError, TimeoutError: It did not start.
        """
        # What it says on standard error is kept in memory, in case it dies; a pipe would have to be emptied.
        self._stderr = os.memfd_create("worker-stderr") if hasattr(os, "memfd_create") else None
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        for ours in (self._socket, theirs):
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        try:
            # vfork and exec: a millisecond, which the event loop can spare.
            self._child = subprocess.Popen(  # noqa: ASYNC220, S603 (see above; our own interpreter and code)
                [sys.executable, "-P", "-c", _COMMAND, *sys.path],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL if self._stderr is None else self._stderr,
                start_new_session=True,  # Ctrl-C at a terminal is for the parent
            )
        finally:
            theirs.close()
        async with asyncio.timeout(START_DEADLINE):
            await asyncio.get_running_loop().sock_sendall(self._socket, setup)
            await self._next_frame()
        self._ready = True
        self._send()

    @property
    def is_dead(self) -> bool:
        """Whether it was started and has ended."""
        return self._child is not None and self._child.poll() is not None

    def give(self, job: Pending) -> None:
        """One more document to read, behind those it has."""
        self.jobs.append(job)
        self._unsent.append(job)
        self.given.set()
        self._send()

    def _send(self) -> None:
        if self._ready and self._unsent and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        loop = asyncio.get_running_loop()
        assert self._socket is not None
        with suppress(OSError):  # a dead process is noticed where its answer is waited for
            while self._unsent:
                job = self._unsent.popleft()
                await loop.sock_sendall(self._socket, job.head)
                await loop.sock_sendall(self._socket, job.body)

    async def next_result(self) -> tuple[Assessed | Failure, bool]:
        """What came of the oldest job, and whether the process leaves after it.

        Raises:
            EOFError: It died.
        """
        entries: list[AssessedEntry] = []
        while True:
            reply: Reply = await self._next_frame()
            entries += reply.entries
            if reply.result is None:
                continue
            if isinstance(reply.result, Failure):
                return reply.result, reply.retiring
            return Assessed(reply.result, tuple(entries)), reply.retiring

    async def _next_frame(self) -> Any:
        (length,) = LENGTH.unpack(await self._receive(LENGTH.size))
        return pickle.loads(await self._receive(length))  # noqa: S301 (from our child's socket)

    async def _receive(self, size: int) -> bytearray:
        loop = asyncio.get_running_loop()
        assert self._socket is not None
        data = bytearray(size)
        view = memoryview(data)
        while view:
            try:
                count = await loop.sock_recv_into(self._socket, view)
            except OSError as error:
                raise EOFError from error
            if not count:
                raise EOFError
            view = view[count:]
        return data

    async def end(self) -> str:
        """Kill it if it still runs; how it ended, in words. It holds nothing that is worth an orderly end.

        It takes no more jobs from here on, and whoever serves it is not to be cancelled meanwhile: a child that nobody
        waits for stays behind as a zombie.
        """
        self.leaving = True
        if self._child is not None:
            self._child.kill()
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait([self._sending])
        if self._socket is not None:
            self._socket.close()
        if self._child is None:
            return "no process"
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
