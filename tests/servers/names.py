"""A name service for tests: names that lead where the test says, through the program's own look-up.

::

    def test_x(monkeypatch):
        looked_up = serve_names(monkeypatch, {"feeds.example": ["127.0.0.1"], "dead.example": []})
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pytest

__all__ = ["serve_names"]


def serve_names(
    monkeypatch: pytest.MonkeyPatch, names: Mapping[str, Sequence[str] | Callable[[], Sequence[str]]]
) -> list[str]:
    """Replaces ``socket.getaddrinfo`` for these names; others go on as before.

    Args:
        monkeypatch: pytest's.
        names: Each name's addresses, or a function that gives them anew each time (in the thread that asks).
            No address: no such host.

    Returns:
        The ledger: the names looked up so far.
    """
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *arguments: Any, **more: Any) -> list[Any]:
        if host not in names:
            return real(host, port, *arguments, **more)
        looked_up.append(host)
        answer = names[host]
        addresses = answer() if callable(answer) else answer
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                socket.IPPROTO_TCP,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return looked_up
