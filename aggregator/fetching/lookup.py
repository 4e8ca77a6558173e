"""Names into addresses, by the system's own look-up, where no dead name can hold up another."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean
from aggregator.model import FailureKind

__all__ = ["Place", "Resolver", "taking_turns"]


@dataclass(frozen=True, slots=True)
class Place:
    """One result of a look-up."""

    family: socket.AddressFamily
    sockaddr: tuple[Any, ...]


class Resolver:
    """Looks names up, each in a thread of its own.

    getaddrinfo cannot be interrupted. In the event loop's pool, a handful of dead names would hold every thread past
    their feeds' deadlines while all others wait; and the program's end would wait for them too. Daemon threads do
    neither. Look-ups of one name at a time share one thread, so a dead name costs one thread, however often asked.
    """

    def __init__(self) -> None:
        self._running: dict[tuple[str, int], asyncio.Future[list[Place] | Exception]] = {}

    async def look_up(self, host: str, port: int) -> list[Place]:
        """The host's addresses, IPv6 and IPv4 taking turns (RFC 8305), in the system's order of preference.

        Raises:
            Trouble: It has none.
        """
        with contextlib.suppress(ValueError, OSError):
            if "%" not in host:  # a scope (fe80::1%eth0) needs the system's help
                address = ip_address(host)
                family = socket.AF_INET if address.version == 4 else socket.AF_INET6
                return [Place(family, (str(address), port) if address.version == 4 else (str(address), port, 0, 0))]
        running = self._running.get((host, port))
        if running is None:
            running = self._start(host, port)
        result = await asyncio.shield(running)  # others may wait for it too
        if isinstance(result, (OSError, UnicodeError)):
            raise Trouble(FailureKind.DNS, f"{host} has no address: {_lookup_reason(result)}") from result
        if isinstance(result, Exception):
            raise result
        return result

    def _start(self, host: str, port: int) -> asyncio.Future[list[Place] | Exception]:
        loop = asyncio.get_running_loop()
        running: asyncio.Future[list[Place] | Exception] = loop.create_future()
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
        future: asyncio.Future[list[Place] | Exception],
        host: str,
        port: int,
    ) -> None:
        result: list[Place] | Exception
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            result = taking_turns([Place(family, sockaddr) for family, _, _, _, sockaddr in found])
        except Exception as error:  # noqa: BLE001 -- raised, or told, where somebody waits for it
            result = error

        def tell() -> None:
            if not future.done():
                future.set_result(result)

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell)


def taking_turns(places: list[Place]) -> list[Place]:
    """Each place once, the two families alternately, beginning with the first one's (RFC 8305 §4)."""
    unique = list(dict.fromkeys(places))
    if not unique:
        raise OSError("no address")
    first = [place for place in unique if place.family is unique[0].family]
    second = [place for place in unique if place.family is not unique[0].family]
    turns: list[Place] = []
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
