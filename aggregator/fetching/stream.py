"""One connection: plain or TLS, bounded in what may come before and after an answer's headers, and without time-outs.

httpcore speaks HTTP over it. Who may be connected to is ``network``'s to say.
"""

# ruff: noqa: ARG002, ASYNC109 -- httpcore's interface, whose timeouts are per read and write; a fetch has one deadline

from __future__ import annotations

import asyncio
import os
import select
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, SupportsIndex

import httpcore

from aggregator.encryption import distrust, tls_reason
from aggregator.fetching.heads import HeadMender
from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean
from aggregator.model import FailureKind

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

__all__ = ["Stream", "reason"]

# What one read takes at most. Small at first: a server that sends its body in one-byte chunks, each of which costs a
# parser's round, then keeps the event loop for milliseconds only.
_READ_SIZE: Final = 16 * 1024
_BULK_READ_SIZE: Final = 64 * 1024
_GREETING: Final = 5  # bytes, enough to tell whether it is HTTP that is spoken
# Reads that return at once do not pause by themselves; every so many of them the others get a turn.
_READS_PER_TURN: Final = 8
# Before an answer's headers are complete, interim answers (1xx) included.
_HEADER_BYTES: Final = 256 * 1024


class Stream(httpcore.AsyncNetworkStream):
    """One connection: a plain socket, or TLS over it. Reads and writes have no timeouts: the fetch has one deadline.

    Plain sockets are read straight from the event loop, without a transport in between: nothing is buffered that
    was not asked for, and it is half the cost.

    Attributes:
        received: How many came since ``begin``.
        greeting: The first bytes of these, but for empty lines.
        ended: Whether the other side has closed it.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        self._tls: _Tls | None = None
        self._reads = 0
        self.ended = False
        self.begin()

    def begin(self) -> None:
        """Before each request on this connection."""
        self.received = 0
        self.greeting = b""
        self._head = HeadMender()
        self._bulk = False
        self._allowance = _HEADER_BYTES

    def expect_body(self, allowance: int, *, bulk: bool) -> None:
        """After an answer's headers.

        Args:
            allowance: How many more bytes may come.
            bulk: Whether they need no parsing byte by byte, so that reads may be large.
        """
        self._allowance = allowance
        self._bulk = bulk

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes; empty at the end.

        Raises:
            httpcore.ReadError: The connection broke.
            Trouble: More came than an answer may have, or interim answers without end.
        """
        while True:
            data = self._head.mend(await self._receive(max_bytes))
            if data or self.ended:
                return data

    async def _receive(self, max_bytes: int) -> bytes:
        self._reads += 1
        if self._reads % _READS_PER_TURN == 0:
            await asyncio.sleep(0)
        size = min(max_bytes, _BULK_READ_SIZE if self._bulk else _READ_SIZE)
        try:
            if self._tls is None:
                data = await self._loop.sock_recv(self._sock, size)
            else:
                data = await self._tls.reader.read(size)
        except OSError as error:  # ssl.SSLError is one
            raise httpcore.ReadError(reason(error)) from error
        self.ended = not data
        if len(self.greeting) < _GREETING:
            self.greeting = (self.greeting + data).lstrip(b"\r\n")[:_GREETING]
        self.received += len(data)
        self._allowance -= len(data)
        if self._allowance < 0:
            raise Trouble(FailureKind.TOO_LARGE, "more bytes came than an answer within bounds can need")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends all of it.

        Raises:
            httpcore.WriteError: The connection broke; httpcore then still looks for an answer sent before.
        """
        if not buffer:  # httpcore's empty bodies; sending nothing would still take a pending error away from the read
            return
        try:
            if self._tls is None:
                await self._loop.sock_sendall(self._sock, buffer)
            else:
                self._tls.writer.write(buffer)
                await self._tls.writer.drain()
        except OSError as error:
            raise httpcore.WriteError(reason(error)) from error

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Stream:
        """Puts TLS on this connection; the certificate must be valid for ``server_hostname``.

        Raises:
            Trouble: No handshake, or a certificate that was refused.
        """
        host = (server_hostname or "").removesuffix(".")  # certificates know no root dot
        if self._tls is not None:
            raise Trouble(FailureKind.CONFIG, "an https proxy for an https feed is not supported; use an http proxy")
        reader = _Reader()
        try:
            transport, protocol = await self._loop.create_connection(
                lambda: asyncio.StreamReaderProtocol(reader),
                sock=self._sock,
                ssl=ssl_context,
                server_hostname=host,
            )
        except ssl.SSLCertVerificationError as error:
            why = clean(distrust(error, remedy="ca_file"))
            raise Trouble(FailureKind.TLS, f"the certificate of {host} was refused: {why}") from error
        except ConnectionError as error:
            why = f"{reason(error)}; servers that know only TLS before 1.2 may answer so"
            raise Trouble(FailureKind.TLS, f"no TLS with {host}: {why}") from error
        except OSError as error:  # ssl.SSLError is one
            raise Trouble(FailureKind.TLS, f"no TLS with {host}: {reason(error)}") from error
        self._tls = _Tls(reader, asyncio.StreamWriter(transport, protocol, reader, self._loop))
        self.begin()  # where this is a tunnel, a proxy has answered before
        return self

    async def aclose(self) -> None:
        """As ``close``: nothing to wait for."""
        self.close()

    def close(self) -> None:
        """Closes at once. No TLS farewell: a peer that does not answer it must not keep us."""
        if self._tls is None:
            self._sock.close()
        else:
            self._tls.writer.transport.abort()

    def get_extra_info(self, info: str) -> Any:
        """What httpcore wants to know.

        ``ssl_object``: which protocol was agreed. ``is_readable``, of an idle connection: whether it was closed, or
        spoke out of turn, either of which makes it unusable.
        """
        if info == "ssl_object":
            return None if self._tls is None else self._tls.writer.get_extra_info("ssl_object")
        if info == "is_readable":
            if self._tls is not None:
                return self._tls.reader.at_eof() or self._tls.reader.waiting or self._tls.writer.is_closing()
            poll = select.poll()  # not select(): file numbers above 1023 happen
            poll.register(self._sock, select.POLLIN)
            return bool(poll.poll(0))
        return None


class _Reader(asyncio.StreamReader):
    """A stream reader that can tell whether something waits in it, and gives what came before the connection broke.

    asyncio's own forgets it then; but a server that resets the connection right after its answer has answered.
    """

    waiting = 0
    _broken: Exception | None = None

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        """Called by the protocol when data came."""
        received = bytes(data)
        self.waiting += len(received)
        super().feed_data(received)

    def set_exception(self, exc: Exception) -> None:
        """Called by the protocol when the connection broke."""
        self._broken = exc
        self.feed_eof()

    async def read(self, n: int = -1) -> bytes:
        """The next at most ``n`` bytes."""
        data = await super().read(n)
        self.waiting -= len(data)
        if not data and self._broken is not None:
            raise self._broken
        return data


@dataclass(frozen=True, slots=True)
class _Tls:
    reader: _Reader
    writer: asyncio.StreamWriter


def reason(error: OSError) -> str:
    """Why a connection failed. The system's words alone: asyncio's own ("Connect call failed …") do not say why."""
    if isinstance(error, ssl.SSLError):
        return clean(tls_reason(error))
    return os.strerror(error.errno) if error.errno else clean(str(error) or "the connection was lost")
