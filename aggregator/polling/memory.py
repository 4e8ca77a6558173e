"""Memory that is looked after: what to collect, and what to give back to the system."""

from __future__ import annotations

import gc
from contextlib import suppress

__all__ = ["give_back", "settle"]


def settle() -> None:
    """Begin the real work: what is loaded by now stays, so the collector need not walk it again and again.

    Polling makes many objects and few cycles: looking for these every 700 objects, as is usual, costs a tenth more.
    """
    gc.freeze()
    gc.set_threshold(20_000)


def give_back() -> None:
    """Give back what is free on the heap. glibc keeps it for the next time, which for us may never come: for years.

    Elsewhere (musl, macOS) there is no such call, and nothing happens.
    """
    import ctypes  # noqa: PLC0415 (few polls have anything to give back)

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
