"""Connections to addresses that were checked, and to nothing else.

A name is looked up once; each address it has is judged (``addresses.refusal``), and the socket is connected to the
judged address itself. There is no second look-up in which a name could change its mind (DNS rebinding), and as this
happens for each connection, redirects and proxies pass through it too. TLS still verifies the *name*.
"""

# ruff: noqa: ARG002, ASYNC109 -- httpcore's interface, whose timeouts are per read and write; a fetch has one deadline

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import socket
import ssl
import threading
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, SupportsIndex

import httpcore

from aggregator.fetching.addresses import BLOCKED_PORTS, AllowList, refusal
from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean
from aggregator.model import FailureKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from httpcore import SOCKET_OPTION

__all__ = ["GuardedBackend", "Stream", "authority"]

# What one read takes at most. Small at first: a server that sends its body in one-byte chunks, each of which costs a
# parser's round, then keeps the event loop for milliseconds only.
_READ_SIZE: Final = 16 * 1024
_BULK_READ_SIZE: Final = 64 * 1024
# Reads that return at once do not pause by themselves; every so many of them the others get a turn.
_READS_PER_TURN: Final = 8
# Before an answer's headers are complete. h11 bounds each set of headers, but not how many interim (1xx) answers come
# first, each of which costs its parser more than it cost the sender.
_HEADER_BYTES: Final = 256 * 1024
_INTERIM: Final = b"\r\n\r\nHTTP/1."  # where one ends and the next begins
_MOST_INTERIM: Final = 50
# How long an address that does not answer may keep us from trying the next one.
_ATTEMPT_SECONDS: Final = 3.0


def authority(host: str, port: int | None = None) -> str:
    """``host:port`` as a URL has it, with brackets round IPv6."""
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


class Stream(httpcore.AsyncNetworkStream):
    """One connection: a plain socket, or TLS over it. Reads and writes have no timeouts: the fetch has one deadline.

    Plain sockets are read straight from the event loop, without a transport in between: nothing is buffered that
    was not asked for, and it is half the cost.

    Attributes:
        received: How many came since ``begin``.
        greeting: The first bytes of these.
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
        self._answered = False
        self._interim = 0
        self._bulk = False
        self._allowance = _HEADER_BYTES

    def expect_body(self, allowance: int, *, bulk: bool) -> None:
        """After an answer's headers.

        Args:
            allowance: How many more bytes may come.
            bulk: Whether they need no parsing byte by byte, so that reads may be large.
        """
        self._answered = True
        self._allowance = allowance
        self._bulk = bulk

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes; empty at the end.

        Raises:
            httpcore.ReadError: The connection broke.
            Trouble: More came than an answer may have.
        """
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
            raise httpcore.ReadError(_reason(error)) from error
        self.ended = not data
        if not self.received:
            self.greeting = data[:5]
        self.received += len(data)
        if not self._answered:
            self._interim += data.count(_INTERIM)
            if self._interim > _MOST_INTERIM:
                raise Trouble(FailureKind.PROTOCOL, f"more than {_MOST_INTERIM} interim answers came, and no final one")
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
            raise httpcore.WriteError(_reason(error)) from error

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
            why = clean(error.verify_message or "not trusted")
            raise Trouble(FailureKind.TLS, f"the certificate of {host} was refused: {why}") from error
        except OSError as error:  # ssl.SSLError is one
            raise Trouble(FailureKind.TLS, f"no TLS with {host}: {_reason(error)}") from error
        self._tls = _Tls(reader, asyncio.StreamWriter(transport, protocol, reader, self._loop))
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


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects names and addresses that the guard lets pass. ``allow`` holds the private ones that may."""

    def __init__(self, allow: AllowList) -> None:
        self._allow = allow
        self._resolver = _Resolver()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> Stream:
        """A connection to one of the host's permitted addresses, tried in turn.

        Args:
            host: A name, or an address without brackets.
            port: The port.
            timeout: Seconds left in all; shared out among the addresses, so that a dead one leaves time for the next.
            local_address: Not used.
            socket_options: Not used.

        Raises:
            Trouble: No such name, only forbidden addresses, or none that answers.
        """
        allowed = self._allow.permits(host, port)
        if port in BLOCKED_PORTS and not allowed:
            raise Trouble(FailureKind.FORBIDDEN_ADDRESS, f"port {port} of {authority(host)} is not one for the web")
        places = await self._resolver.look_up(host, port)
        if not allowed:
            places = _public(places, host, port)
        loop = asyncio.get_running_loop()
        ends_at = None if timeout is None else loop.time() + timeout
        why = "no answer"
        for number, place in enumerate(places, start=1):
            last = number == len(places)
            share = None
            if not last:
                share = _ATTEMPT_SECONDS
                if ends_at is not None:
                    share = min(share, max(0.0, ends_at - loop.time()) / (len(places) - number + 1))
            try:
                async with asyncio.timeout(share):
                    return Stream(await _connect(loop, place))
            except TimeoutError:
                why = "no answer"
            except OSError as error:
                why = _reason(error)
        raise Trouble(FailureKind.CONNECT, f"no connection to {authority(host, port)}: {why}")


@dataclass(frozen=True, slots=True)
class _Place:
    """One result of a look-up."""

    family: socket.AddressFamily
    sockaddr: tuple[Any, ...]


def _public(places: list[_Place], host: str, port: int) -> list[_Place]:
    """Those that anybody may connect to.

    A forbidden address among public ones is passed over: names with a public IPv4 and a private IPv6 one exist.
    """
    judged = [(place, refusal(ip_address(place.sockaddr[0]))) for place in places]
    if public := [place for place, words in judged if words is None]:
        return public
    place, words = judged[0]
    address = place.sockaddr[0]
    which = f"{host} is" if address == host else f"{host} has the address {address}, which is"
    raise Trouble(
        FailureKind.FORBIDDEN_ADDRESS,
        f'{which} {words}; only "{authority(host, port)}" in http.allow would permit it',
    )


async def _connect(loop: asyncio.AbstractEventLoop, place: _Place) -> socket.socket:
    sock = socket.socket(place.family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The address is numeric, so the loop connects to it as it is.
        await loop.sock_connect(sock, place.sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


class _Resolver:
    """Looks names up, each in a thread of its own.

    getaddrinfo cannot be interrupted. In the event loop's pool, a handful of dead names would hold every thread past
    their feeds' deadlines while all others wait; and the program's end would wait for them too. Daemon threads do
    neither. Look-ups of one name at a time share one thread, so a dead name costs one thread, however often asked.
    """

    def __init__(self) -> None:
        self._running: dict[tuple[str, int], asyncio.Future[list[_Place] | Exception]] = {}

    async def look_up(self, host: str, port: int) -> list[_Place]:
        """The host's addresses, IPv6 and IPv4 taking turns (RFC 8305), in the system's order of preference.

        Raises:
            Trouble: It has none.
        """
        with contextlib.suppress(ValueError, OSError):
            if "%" not in host:  # a scope (fe80::1%eth0) needs the system's help
                address = ip_address(host)
                family = socket.AF_INET if address.version == 4 else socket.AF_INET6
                return [_Place(family, (str(address), port) if address.version == 4 else (str(address), port, 0, 0))]
        running = self._running.get((host, port))
        if running is None:
            running = self._start(host, port)
        result = await asyncio.shield(running)  # others may wait for it too
        if isinstance(result, (OSError, UnicodeError)):
            raise Trouble(FailureKind.DNS, f"{host} has no address: {_lookup_reason(result)}") from result
        if isinstance(result, Exception):
            raise result
        return result

    def _start(self, host: str, port: int) -> asyncio.Future[list[_Place] | Exception]:
        loop = asyncio.get_running_loop()
        running: asyncio.Future[list[_Place] | Exception] = loop.create_future()
        thread = threading.Thread(target=self._work, args=(loop, running, host, port), daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise Trouble(FailureKind.DNS, f"{host} cannot be looked up: the system has no thread left") from error
        self._running[(host, port)] = running
        running.add_done_callback(lambda _: self._running.pop((host, port), None))
        return running

    @staticmethod
    def _work(
        loop: asyncio.AbstractEventLoop,
        future: asyncio.Future[list[_Place] | Exception],
        host: str,
        port: int,
    ) -> None:
        result: list[_Place] | Exception
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            result = _taking_turns([_Place(family, sockaddr) for family, _, _, _, sockaddr in found])
        except Exception as error:  # noqa: BLE001 -- raised, or told, where somebody waits for it
            result = error

        def tell() -> None:
            if not future.done():
                future.set_result(result)

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell)


def _taking_turns(places: list[_Place]) -> list[_Place]:
    unique = list(dict.fromkeys(places))
    if not unique:
        raise OSError("no address")
    first = [place for place in unique if place.family is unique[0].family]
    second = [place for place in unique if place.family is not unique[0].family]
    turns: list[_Place] = []
    while first or second:
        turns += [group.pop(0) for group in (first, second) if group]
    return turns


def _lookup_reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):  # a label that is empty or too long
        return "not a host name"
    if isinstance(error, socket.gaierror):
        if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)):
            return "no such host"
        if error.errno == socket.EAI_AGAIN:
            return "the name server did not answer"
    return clean(str(error.args[-1] if error.args else error))


def _reason(error: OSError) -> str:
    """The system's words alone: asyncio's own ("Connect call failed …") do not say why."""
    if isinstance(error, ssl.SSLError):
        return clean((error.reason or "broken TLS").replace("_", " ").lower())
    return os.strerror(error.errno) if error.errno else clean(str(error) or "broken")
