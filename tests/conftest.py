"""For every test: nothing leaves this machine, and nothing fails for being slow on a busy one."""

from __future__ import annotations

import ipaddress
import socket
import sys

from hypothesis import settings

# By default hypothesis fails an example that takes 200 ms of wall time.
settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")


class LeavesTheMachineError(AssertionError):
    """A test reached for the network."""


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """Refuses look-ups of names and connections to addresses that are not this machine's loopback.

    An audit hook sees what every library does, asyncio's own connections too. It sees this process only: programs
    that tests start must be given loopback addresses.
    """
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise LeavesTheMachineError(f"a test connects to {address}")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "localhost")
        if not _is_loopback(name):
            raise LeavesTheMachineError(f"a test looks up {name!r}; see tests.servers.names")


def _is_loopback(host: str) -> bool:
    host = host.lower().rstrip(".")
    if host in ("localhost", socket.gethostname().lower()):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        return socket.inet_aton(host)[0] == 127  # other spellings: 127.1, 0x7f000001
    except OSError:
        return False


sys.addaudithook(_stay_here)
