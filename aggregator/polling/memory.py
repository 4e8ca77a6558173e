"""Memory back to the system: a process that once held much would otherwise keep it for years."""

from __future__ import annotations

import ctypes
from contextlib import suppress

__all__ = ["give_back"]


def give_back() -> None:
    """Give back what is free on the heap. glibc keeps it for the next time, which for us may never come.

    Elsewhere (musl, macOS) there is no such call, and nothing happens.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
