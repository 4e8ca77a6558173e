"""Connections to addresses that were checked, and to nothing else.

A name is looked up once; each address it has is judged (``addresses.refusal``), and the socket is connected to the
judged address itself. There is no second look-up in which a name could change its mind (DNS rebinding), and as this
happens for each connection, redirects and proxies pass through it too. TLS still verifies the *name*.
"""

# ruff: noqa: ARG002, ASYNC109 -- httpcore's interface, whose timeouts are per read and write; a fetch has one deadline

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

import httpcore

from aggregator.fetching.addresses import BLOCKED_PORTS, AllowList, refusal
from aggregator.fetching.lookup import Place, Resolver
from aggregator.fetching.stream import Stream, reason
from aggregator.fetching.trouble import Trouble
from aggregator.model import FailureKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from httpcore import SOCKET_OPTION

__all__ = ["GuardedBackend", "authority"]

# How long an address that does not answer may keep us from trying the next one.
_ATTEMPT_SECONDS: Final = 3.0


def authority(host: str, port: int | None = None) -> str:
    """``host:port`` as a URL has it, with brackets round IPv6."""
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects names and addresses that the guard lets pass. ``allow`` holds the private ones that may."""

    def __init__(self, allow: AllowList) -> None:
        self._allow = allow
        self._resolver = Resolver()

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
                why = reason(error)
        raise Trouble(FailureKind.CONNECT, f"no connection to {authority(host, port)}: {why}")


def _public(places: list[Place], host: str, port: int) -> list[Place]:
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


async def _connect(loop: asyncio.AbstractEventLoop, place: Place) -> socket.socket:
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
