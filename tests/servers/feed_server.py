"""A loopback HTTP server that does what it is told, also what no server should.

::

    with FeedServer() as server:
        server["/feed"] = answer(rss("One post"), etag='"1"')       # conditional requests get their 304
        server["/slow"] = drip(rss("One post"), every=0.05)
        server["/old"] = redirect("/feed", 301)
        server["/twice"] = in_turn(answer(status=503), rss("Back again"))
        … fetch server.url("/feed") …
        assert server.requests_to("/feed")[0].header("If-None-Match") is None

Behaviours are plain coroutine functions of the request and the wire, so a test can write its own; those below cover
what servers get wrong. The ledger, ``requests``, holds every request as it came, headers as raw bytes.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from tests.servers.loopback import LoopbackServer

if TYPE_CHECKING:
    import ssl

__all__ = [
    "Behaviour",
    "FeedServer",
    "Received",
    "Wire",
    "after",
    "answer",
    "bomb",
    "chunked",
    "drip",
    "encoded",
    "gzipped",
    "in_turn",
    "raw",
    "redirect",
    "rss",
    "stall",
]


@dataclass(frozen=True)
class Received:
    """One request, as it came.

    Attributes:
        target: Path and query, or the whole address where a proxy is asked.
        headers: Names as sent, values raw.
        at: ``time.monotonic()``.
    """

    method: bytes
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    at: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> str:
        return self.target.partition(b"?")[0].decode("latin-1")

    def all(self, name: str) -> list[bytes]:
        """Every value of this header."""
        wanted = name.lower().encode("ascii")
        return [value for key, value in self.headers if key.lower() == wanted]

    def header(self, name: str) -> bytes | None:
        """The header's one value; None where it is absent. Two of it are a fault."""
        values = self.all(name)
        assert len(values) < 2, f"{name} came {len(values)} times"
        return values[0] if values else None


class Wire:
    """The connection a behaviour plays on. What it leaves open is used for the next request."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.open = True

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def stall(self) -> None:
        """Says nothing more until the client goes away or the server stops."""
        await asyncio.Event().wait()

    def close(self) -> None:
        """Ends the connection as one should."""
        self.open = False

    def hang_up(self) -> None:
        """Ends the connection without a word, TLS's farewell (close_notify) included."""
        self.open = False
        self._writer.transport.abort()

    def reset(self) -> None:
        """Breaks the connection: the client sees ECONNRESET."""
        self.open = False
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Behaviour = Callable[[Received, Wire], Awaitable[None]]
Headers = Iterable[tuple[str | bytes, str | bytes]]


def _head(status: int, headers: Headers) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unheard Of"
    lines = [f"HTTP/1.1 {status} {phrase}".encode()]
    for name, value in headers:
        lines.append(b": ".join(part if isinstance(part, bytes) else part.encode("latin-1") for part in (name, value)))
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _bytes(body: bytes | str) -> bytes:
    return body if isinstance(body, bytes) else body.encode()


def rss(*titles: str) -> bytes:
    """A small valid feed with one item a title."""
    items = "".join(
        f"<item><title>{title}</title><link>https://example.org/{number}</link>"
        f"<guid isPermaLink='false'>post-{number}</guid><description>About {title}.</description></item>"
        for number, title in enumerate(titles)
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Sample</title>"
        f"<link>https://example.org/</link><description>Posts</description>{items}</channel></rss>"
    ).encode()


def answer(
    body: bytes | str = b"",
    status: int = 200,
    *,
    headers: Headers = (),
    content_type: str | None = "application/rss+xml",
    etag: str | bytes | None = None,
    last_modified: str | bytes | None = None,
    length: int | None = -1,
) -> Behaviour:
    """A whole answer. With validators, requests that echo them byte for byte get a 304.

    Args:
        body: What it brings.
        status: Its status.
        headers: More headers, in order.
        content_type: None leaves the header out.
        etag: The ETag header.
        last_modified: The Last-Modified header.
        length: What Content-Length claims; -1: the truth; None: no such header, the end is the connection's.
    """
    content = _bytes(body)
    validators = [
        (name, value if isinstance(value, bytes) else value.encode("latin-1"))
        for name, value in (("ETag", etag), ("Last-Modified", last_modified))
        if value is not None
    ]
    conditions = dict(zip((name for name, _ in validators), ("If-None-Match", "If-Modified-Since"), strict=False))
    if etag is None and last_modified is not None:
        conditions = {"Last-Modified": "If-Modified-Since"}

    async def behave(request: Received, wire: Wire) -> None:
        if validators and all(request.header(conditions[name]) == value for name, value in validators):
            await wire.send(_head(304, [*validators, *headers]))
            return
        own: list[tuple[str | bytes, str | bytes]] = [*validators, *headers]
        if content_type is not None:
            own.append(("Content-Type", content_type))
        if length is not None:
            own.append(("Content-Length", str(len(content) if length == -1 else length)))
        await wire.send(_head(status, own) + content)
        if length != -1:
            wire.close()

    return behave


def redirect(location: str | bytes | None, status: int = 302, *, headers: Headers = ()) -> Behaviour:
    """A redirect; None leaves Location out."""
    own = [*headers] if location is None else [("Location", location), *headers]
    return answer(status=status, headers=own, content_type=None)


def raw(*pieces: bytes, then: Literal["close", "hang up", "reset", "stall"] = "close") -> Behaviour:
    """These bytes as they are, each sent by itself, and then the end of the connection, in one way or another."""

    async def behave(_: Received, wire: Wire) -> None:
        for piece in pieces:
            await wire.send(piece)
            await asyncio.sleep(0.005)
        if then == "stall":
            await wire.stall()
        elif then == "hang up":
            wire.hang_up()
        elif then == "reset":
            wire.reset()
        else:
            wire.close()

    return behave


def stall() -> Behaviour:
    """Takes the request and never answers."""
    return raw(then="stall")


def drip(body: bytes | str, *, every: float = 0.02, status: int = 200, content_type: str = "text/xml") -> Behaviour:
    """Headers at once, then the body a byte at a time."""
    content = _bytes(body)

    async def behave(_: Received, wire: Wire) -> None:
        await wire.send(_head(status, [("Content-Type", content_type), ("Content-Length", str(len(content)))]))
        for byte in content:
            await wire.send(bytes([byte]))
            await asyncio.sleep(every)

    return behave


def chunked(
    body: bytes | str, *, size: int = 100, headers: Headers = (), complete: bool = True, status: int = 200
) -> Behaviour:
    """A body in chunks of ``size`` bytes; not ``complete``: the connection ends before the last, empty one."""
    content = _bytes(body)

    async def behave(_: Received, wire: Wire) -> None:
        head = _head(status, [("Transfer-Encoding", "chunked"), ("Content-Type", "text/xml"), *headers])
        pieces = [content[start : start + size] for start in range(0, len(content), size)]
        framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        await wire.send(head + framed + (b"0\r\n\r\n" if complete else b""))
        if not complete:
            wire.close()

    return behave


def encoded(encoding: str, body: bytes, **more: object) -> Behaviour:
    """A body under this Content-Encoding, whether or not it is in it. ``more`` is passed to ``answer``."""
    return answer(body, headers=[("Content-Encoding", encoding)], **more)  # type: ignore[arg-type]


def gzipped(body: bytes | str, *, members: int = 1, cut: int = 0, trailing: bytes = b"") -> Behaviour:
    """A gzip body: of several members, lacking its last ``cut`` bytes, or with something behind it."""
    content = _bytes(body)
    size = -(-len(content) // members)
    packed = b"".join(gzip.compress(content[start : start + size]) for start in range(0, len(content), size))
    return encoded("gzip", packed[: len(packed) - cut] + trailing)


def bomb(size: int, *, start: bytes = b"<rss>") -> Behaviour:
    """A gzip body that unpacks to ``size`` bytes of blanks, about a thousandth of that on the wire."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = [packer.compress(start)]
    blank = b" " * 1_000_000
    packed += [packer.compress(blank) for _ in range(size // len(blank))]
    return encoded("gzip", b"".join([*packed, packer.flush()]))


def after(seconds: float, then: Behaviour) -> Behaviour:
    """The same, later."""

    async def behave(request: Received, wire: Wire) -> None:
        await asyncio.sleep(seconds)
        await then(request, wire)

    return behave


def in_turn(*behaviours: Behaviour | bytes) -> Behaviour:
    """Another one each time; the last one stays."""
    left = [_behaviour(behaviour) for behaviour in behaviours]

    async def behave(request: Received, wire: Wire) -> None:
        now = left.pop(0) if len(left) > 1 else left[0]
        await now(request, wire)

    return behave


def _behaviour(value: Behaviour | bytes | str) -> Behaviour:
    return answer(value) if isinstance(value, bytes | str) else value


class FeedServer(LoopbackServer):
    """The server. A context manager; it listens on a free port from ``__enter__`` on, in a thread of its own.

    Args:
        host: A loopback address to listen on.
        tls: Speaks https with this, see ``tests.servers.tls``.
        fallback: What paths get that were given nothing: 404.

    Attributes:
        requests: The ledger: every request so far, in the order they came.
    """

    def __init__(
        self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, fallback: Behaviour | None = None
    ) -> None:
        super().__init__(host=host, tls=tls)
        self._routes: dict[str, Behaviour] = {}
        self._fallback = fallback or answer(b"nothing here", 404, content_type="text/plain")
        self.requests: list[Received] = []

    def __setitem__(self, path: str, behaviour: Behaviour | bytes | str) -> None:
        self._routes[path] = _behaviour(behaviour)

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        """The address of a path; by another name of this machine if ``host`` is given."""
        return f"{'https' if self.tls else 'http'}://{self.authority(host)}{path}"

    def requests_to(self, path: str) -> list[Received]:
        """The ledger of one path."""
        return [request for request in self.requests if request.path == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests one after the other, while behaviours leave the connection open."""
        wire = Wire(writer)
        while wire.open:
            request = await self._request(reader)
            if request is None:
                await wire.send(_head(400, [("Connection", "close")]))
                break
            self.requests.append(request)
            await self._routes.get(request.path, self._fallback)(request, wire)

    @staticmethod
    async def _request(reader: asyncio.StreamReader) -> Received | None:
        """The next request; None where what comes is no HTTP (TLS, say)."""
        start = await reader.readexactly(1)
        if not start.isalpha():
            return None
        head = start + await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        method, target, _ = first.split(b" ", 2)
        headers = []
        for line in lines:
            name, _, value = line.partition(b":")
            headers.append((name, value.strip(b" \t")))
        return Received(method, target, tuple(headers))
