"""What the test servers share: a free loopback port, an event loop in a thread, and an end that leaves nothing open."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

__all__ = ["LoopbackServer"]


class LoopbackServer:
    """A server in a thread of its own, from ``__enter__`` to ``__exit__``. Subclasses say what happens in ``serve``.

    It accepts connections itself instead of asking ``asyncio.start_server``, which keeps no hold on connections that
    are still shaking hands or closing, so that some outlive it.

    Attributes:
        port: Where it listens.
        connections: How many connections were made.
    """

    def __init__(self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.tls = tls
        self.port = 0
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._sockets: set[socket.socket] = set()
        self._stop = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. It is closed when this returns; clients that go away are nobody's fault."""
        raise NotImplementedError

    def authority(self, host: str | None = None) -> str:
        """``host:port``, as URLs and ``http.allow`` have it; by another name of this machine if ``host`` is given."""
        host = host or self.host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family, backlog=1000)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with self._listener:
            self._loop.run_until_complete(self._serve_until_stopped())
        self._loop.close()

    async def _serve_until_stopped(self) -> None:
        # A callback, not a task: one that is cancelled may lose the connection it has just been given.
        self._loop.add_reader(self._listener, self._accept)
        await self._stop.wait()
        self._loop.remove_reader(self._listener)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(5):  # aborted transports close a turn or two later
            await asyncio.sleep(0)
        for sock in self._sockets:  # those of conversations that were stopped before they began
            sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # gone again
            sock, _ = self._listener.accept()
            # asyncio does so only for sockets it accepts itself. Without it, a break discards what was just sent.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._sockets.add(sock)
            task = self._loop.create_task(self._converse(sock))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _converse(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            transport, _ = await self._loop.connect_accepted_socket(lambda: protocol, sock, ssl=self.tls)
        except OSError:  # no handshake
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self.serve(reader, writer)
                writer.close()
                await writer.wait_closed()
        finally:
            transport.abort()
            self._sockets.discard(sock)
