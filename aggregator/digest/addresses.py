"""Mail addresses as SMTP and headers carry them: pure."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["on_the_wire", "parted"]

_NAMED: Final = re.compile(r"(?P<name>.*)<(?P<address>[^<>\s]+)>\s*", re.DOTALL)


def parted(text: str) -> tuple[str, str]:
    """``Name <user@host>``, or a bare address, as a name and an address; the name is empty where there is none.

    Whatever a name holds: to ``email.utils.parseaddr`` a colon in it starts a group, and another address comes out.
    """
    match = _NAMED.fullmatch(text)
    if match is None:
        return "", text.strip()
    name = match["name"].strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, match["address"]


def on_the_wire(address: str) -> str | None:
    """A bare address in ASCII; None where it has no such form, or could put something else into a session or a header.

    A host's name has an ASCII form (IDNA). What is before the @ has none without SMTPUTF8 (RFC 6531), which every
    server on the way would have to offer.
    """
    user, _, host = address.rpartition("@")
    if (
        not user.isascii()
        or "@" in user
        or "=?" in address
        or any(char <= " " or char in '<>()[]\\,;:"\x7f' for char in address)
    ):
        return None
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{user}@{ascii_host}" if user and ascii_host else None
