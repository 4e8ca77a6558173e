"""A loopback http proxy: forwards plain requests, tunnels the others, keeps a ledger."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from tests.servers.loopback import LoopbackServer

__all__ = ["ProxyServer"]


class ProxyServer(LoopbackServer):
    """The proxy. A context manager.

    Args:
        refuse: What everybody gets instead.

    Attributes:
        requests: Head of each request as it came: request line and headers, raw.
    """

    def __init__(self, *, refuse: bytes | None = None) -> None:
        super().__init__()
        self._refuse = refuse
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, or one tunnel."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(head)
        if self._refuse is not None:
            writer.write(self._refuse)
            await writer.drain()
            return
        method, target, _ = head.split(b"\r\n", 1)[0].split(b" ", 2)
        if method == b"CONNECT":
            host, _, port = target.decode().rpartition(":")
            onward_reader, onward = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            url = urlsplit(target.decode())
            onward_reader, onward = await asyncio.open_connection(url.hostname, url.port)
            own = (url.path or "/") + (f"?{url.query}" if url.query else "")
            onward.write(head.replace(target, own.encode(), 1))
        try:
            await asyncio.gather(_copy(reader, onward), _copy(onward_reader, writer))
        finally:
            onward.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
