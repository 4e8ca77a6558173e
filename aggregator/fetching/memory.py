"""How much memory the bodies under way may take together.

A limit for each body alone is none for the process: a hundred servers sending ten megabytes each would be a gigabyte.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Memory", "Share"]


class Share:
    """What one body takes of it."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        self.size = 0


class Memory:
    """Bytes shared by all. When they are used up, bodies wait, all but one, which may grow to its own limit.

    That one ends some time, so all do: no two can wait for each other.

    Args:
        total: Bytes until somebody has to wait.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._used = 0
        self._overdrawn_by: Share | None = None
        self._waiting: list[asyncio.Future[None]] = []

    @contextmanager
    def share(self) -> Iterator[Share]:
        """A share that is given back at the end of the block."""
        share = Share()
        try:
            yield share
        finally:
            self.give_back(share)

    def give_back(self, share: Share) -> None:
        """Ends a share; those that wait look again."""
        self._used -= share.size
        share.size = 0
        if self._overdrawn_by is share:
            self._overdrawn_by = None
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    def grow(self, share: Share, size: int) -> bool:
        """Sets what the share takes now; whether it may go on growing at once. If not, ``wait``."""
        self._used += size - share.size
        share.size = size
        return self._may_go_on(share)

    async def wait(self, share: Share) -> None:
        """Waits until this share may go on growing."""
        while not self._may_go_on(share):
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future

    def _may_go_on(self, share: Share) -> bool:
        if self._used <= self._total or self._overdrawn_by is share:
            return True
        if self._overdrawn_by is None:
            self._overdrawn_by = share
            return True
        return False
