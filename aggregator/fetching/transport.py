"""An httpx transport over guarded connections: one HTTP/1.1 exchange at a time on each, reused within a host only.

httpx's own transport keeps one pool for all hosts, which it searches for each request (with 200 connections that is
most of a fetch) and whose network it does not let us replace. Feeds live on many hosts, so a pool has little to
offer them: a connection is kept only while another feed of the same host is still to be asked, and after a 304 only.

What comes on a connection is taken for the answer to what was asked last, so that a page that can split its answer in
two (RFC 9112 §11.1) could speak for the feed that is asked next. What is there before that request is noticed; what
comes after it cannot be told from its answer. So no answer with a body is trusted to have ended where it says: bodies
are where lengths go wrong.

Each request says in ``extensions["exchange"]`` what it may use.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpcore

from aggregator.fetching._httpx import httpx
from aggregator.fetching.addresses import refusal_of_name
from aggregator.fetching.heads import may_be_http
from aggregator.fetching.network import GuardedBackend, authority
from aggregator.fetching.stream import Stream
from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean
from aggregator.model import FailureKind

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    from aggregator.fetching.addresses import AllowList

__all__ = ["Exchange", "GuardedTransport"]

_IDLE_SECONDS: Final = 15.0
_MOST_IDLE: Final = 4  # of one group: redirects may lead to many origins
_MOST_IDLE_IN_ALL: Final = 64  # each is a file, and a place at its server


@dataclass(slots=True)
class Exchange:
    """What one fetch may use, and how far it is.

    Attributes:
        group: Connections are reused by fetches of the same group.
        wanted: Whether a connection is worth keeping when the answer is complete.
        ends_at: The event loop's time at which the fetch is over.
        max_size: Bytes of body that will be read.
        tls: Gives the TLS settings; called for https only.
        tls_key: Tells settings apart.
        proxy: An http proxy to go through.
        doing: For the message of a timeout: "connecting to example.org".
        stream: The connection in use, where it is not a proxy's.
        retried: Whether a request was sent a second time, which happens once in a fetch.
    """

    group: str
    wanted: Callable[[], bool]
    ends_at: float
    max_size: int
    tls: Callable[[], ssl.SSLContext]
    tls_key: str
    proxy: httpx.URL | None = None
    doing: str = ""
    stream: Stream | None = None
    retried: bool = False


_Key = tuple[bytes, bytes, int, str]


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests over connections that passed the guard.

    Args:
        allow: The private addresses that may be connected to.
    """

    def __init__(self, allow: AllowList) -> None:
        self._allow = allow
        self._backend = GuardedBackend(allow)
        self._idle: dict[str, dict[_Key, list[_Connection]]] = {}
        self._kept: dict[_Connection, tuple[str, _Key]] = {}  # the same, those first that have been idle for longest

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer as soon as its headers are there.

        Raises:
            Trouble: It could not be asked for.
            httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError: It could not be had.
        """
        exchange: Exchange = request.extensions["exchange"]
        exchange.stream = None
        wire_request = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            extensions={"timeout": {"connect": max(0.0, exchange.ends_at - asyncio.get_running_loop().time())}},
        )
        if exchange.proxy is not None:
            return await self._through_proxy(wire_request, exchange, exchange.proxy)
        return await self._directly(wire_request, exchange)

    async def _directly(self, request: httpcore.Request, exchange: Exchange) -> httpx.Response:
        key = (request.url.origin.scheme, request.url.origin.host, request.url.origin.port, exchange.tls_key)
        connection = None if exchange.retried else self._take_idle(exchange.group, key)
        if connection is not None:
            try:
                return await self._ask(connection, request, exchange, key)
            except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError):
                # The server may have closed it just as we asked (RFC 9112 §9.3.1), or what came is what it had left of
                # the answer before, whose length it had counted wrong: once more, on a new one.
                if connection.wire.greeting and may_be_http(connection.wire.greeting):
                    raise
                exchange.retried = True
        return await self._ask(await self._connect(request, exchange), request, exchange, key)

    async def _connect(self, request: httpcore.Request, exchange: Exchange) -> _Connection:
        host, port = request.url.host.decode("ascii"), request.url.origin.port
        exchange.doing = f"connecting to {authority(host)}"
        stream = await self._backend.connect_tcp(host, port, timeout=request.extensions["timeout"]["connect"])
        if request.url.scheme == b"https":
            exchange.doing = f"agreeing on TLS with {authority(host)}"
            try:
                await stream.start_tls(exchange.tls(), host)
            except BaseException:
                stream.close()
                raise
        return _Connection(request.url.origin, stream)

    async def _ask(
        self, connection: _Connection, request: httpcore.Request, exchange: Exchange, key: _Key
    ) -> httpx.Response:
        exchange.doing = f"waiting for {authority(request.url.host.decode('ascii'))} to answer"
        exchange.stream = connection.wire
        connection.wire.begin()
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            connection.abort()
            raise
        _expect_body(connection.wire, response, exchange)

        async def done(body: _Body) -> None:
            ended = body.complete and _has_no_body(response)
            if ended and exchange.wanted() and await connection.finished(response):
                self._keep(connection, exchange.group, key)
            else:
                connection.abort()

        return httpx.Response(response.status, headers=response.headers, stream=_Body(response, done))

    async def _through_proxy(self, request: httpcore.Request, exchange: Exchange, proxy: httpx.URL) -> httpx.Response:
        # We connect to the proxy, so the guard judges the proxy's address (a local one needs an entry in
        # http.allow). Names are looked up by the proxy, where we cannot see the result; what is an address
        # already, or plainly means this machine, is judged here.
        host, port = request.url.host.decode("ascii"), request.url.origin.port
        if not self._allow.permits(host, port) and (words := refusal_of_name(host)):
            raise Trouble(
                FailureKind.FORBIDDEN_ADDRESS,
                f'{host} is {words}; only "{authority(host, port)}" in http.allow would permit it',
            )
        exchange.doing = f"asking {authority(host)} through the proxy"
        pool = httpcore.AsyncHTTPProxy(
            proxy_url=httpcore.URL(
                scheme=proxy.raw_scheme, host=proxy.raw_host, port=proxy.port, target=proxy.raw_path
            ),
            proxy_auth=(proxy.username.encode(), proxy.password.encode()) if proxy.userinfo else None,
            ssl_context=exchange.tls() if request.url.scheme == b"https" else None,
            network_backend=self._backend,
        )
        try:
            response = await pool.handle_async_request(request)
        except httpcore.ProxyError as error:
            await pool.aclose()
            raise Trouble(FailureKind.CONNECT, f"the proxy refused: {clean(str(error))}") from error
        except BaseException:
            await pool.aclose()
            raise
        stream = response.extensions["network_stream"]
        if isinstance(stream, Stream):
            exchange.stream = stream
            _expect_body(stream, response, exchange)

        async def done(_: _Body) -> None:
            await pool.aclose()

        return httpx.Response(response.status, headers=response.headers, stream=_Body(response, done))

    def _keep(self, connection: _Connection, group: str, key: _Key) -> None:
        kept = self._idle.setdefault(group, {})
        if sum(map(len, kept.values())) >= _MOST_IDLE:
            connection.abort()
            return
        kept.setdefault(key, []).append(connection)
        self._kept[connection] = group, key
        if len(self._kept) > _MOST_IDLE_IN_ALL:
            oldest, (its_group, its_key) = next(iter(self._kept.items()))
            self._idle[its_group][its_key].remove(oldest)
            self._discard(oldest)

    def _take_idle(self, group: str, key: _Key) -> _Connection | None:
        waiting = self._idle.get(group, {}).get(key, [])
        while waiting:
            connection = waiting.pop()
            if connection.is_usable():
                del self._kept[connection]
                return connection
            self._discard(connection)
        return None

    def _discard(self, connection: _Connection) -> None:
        del self._kept[connection]
        connection.abort()

    def close_idle(self, group: str) -> None:
        """Closes the idle connections of this group: nobody is left to reuse them."""
        for connections in self._idle.pop(group, {}).values():
            for connection in connections:
                self._discard(connection)

    async def aclose(self) -> None:
        """Closes all idle connections."""
        for group in list(self._idle):
            self.close_idle(group)


def _expect_body(stream: Stream, response: httpcore.Response, exchange: Exchange) -> None:
    chunked = any(name.lower() == b"transfer-encoding" for name, _ in response.headers)
    # Chunks may be as small as their frames, and more so for short ones.
    stream.expect_body(2 * exchange.max_size + 1024 * 1024, bulk=not chunked)


def _has_no_body(response: httpcore.Response) -> bool:
    """Whether it certainly ended with its headers.

    A 304 has no body, whatever its headers say of the one that a 200 would have (RFC 9112 §6.3); but of the servers
    that speak of one some send it.
    """
    return response.status == 304 and not any(
        name.lower() == b"transfer-encoding" or (name.lower() == b"content-length" and value.strip(b" 0"))
        for name, value in response.headers
    )


class _NoLock:
    """In the place of a connection's lock: no two tasks ever ask on one of ours at once."""

    async def __aenter__(self) -> None:
        return

    async def __aexit__(self, *_: object) -> None:
        return


class _Connection(httpcore.AsyncHTTP11Connection):
    """httpcore's HTTP/1.1 over one of our streams."""

    def __init__(self, origin: httpcore.Origin, wire: Stream) -> None:
        super().__init__(origin, wire, keepalive_expiry=_IDLE_SECONDS)
        # httpcore's own lock is anyio's, which costs a tenth of a fetch, and its import a hundredth of a second.
        self._state_lock = _NoLock()  # type: ignore[assignment] # it is entered and left, no more
        self.wire = wire

    async def finished(self, response: httpcore.Response) -> bool:
        """Ends a complete exchange; whether the connection can carry another."""
        await response.aclose()
        return self.is_usable()

    def is_usable(self) -> bool:
        """Whether the server has neither closed it nor sent what was not asked for.

        Bytes beyond the stated length wait in h11 and would be taken for the next answer.
        """
        return self.is_idle() and not self.has_expired() and not self._h11_state.trailing_data[0]

    def abort(self) -> None:
        """Closes the connection at once."""
        self.wire.close()


class _Body(httpx.AsyncByteStream):
    """An answer's body; tells the transport when it is over.

    Attributes:
        complete: Whether it was read to its end.
    """

    def __init__(self, response: httpcore.Response, done: Callable[[_Body], Awaitable[None]]) -> None:
        self._response = response
        self._done = done
        self.complete = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._response.aiter_stream():
            yield piece
        self.complete = True

    async def aclose(self) -> None:
        await self._done(self)
