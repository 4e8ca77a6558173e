"""Mail addresses as SMTP and headers carry them: pure."""

from __future__ import annotations

__all__ = ["on_the_wire"]


def on_the_wire(address: str) -> str | None:
    """A bare address in ASCII; None where it has no such form, or could put something else into a session.

    A host's name has an ASCII form (IDNA). What is before the @ has none without SMTPUTF8 (RFC 6531), which every
    server on the way would have to offer.
    """
    user, _, host = address.rpartition("@")
    if not user.isascii() or "@" in user or any(char <= " " or char in '<>()[]\\,;:"\x7f' for char in address):
        return None
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{user}@{ascii_host}" if user and ascii_host else None
