"""How much memory the bodies under way may take together.

A limit for each body alone is none for the process: a hundred servers sending ten megabytes each would be a gigabyte.
So large bodies share a budget. What they must not do is lock each other, or honest feeds, out:

- Small bodies are free; most feeds are small.
- The budget is given out in steps, first to the body that will be complete first if it goes on as it did, so that some
  get through instead of all getting stuck. What is not known to be small counts as large: of equals, the one that has
  come furthest.
- When it is used up, one body at a time may still go beyond it, so that no two can wait for each other for ever. Not
  where complete documents alone fill it: these are read and recorded, and leave by themselves. One after the other,
  all bodies under way would become complete meanwhile. What needs no more than a first step still gets it.
- While others wait, who holds memory and hardly uses the time (a server that sends megabytes at once and then a byte a
  second) is dismissed. So is who would hold it longest, where one waits that would be done many times as soon:
  sixty servers that trickle ten megabytes each would keep all of it until their deadlines, and a feed of two would
  lose its poll.
"""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Held", "Memory", "Share"]

# The part of each body that is not counted.
_FREE: Final = 128 * 1024
_STEP: Final = 1024 * 1024
# Bytes a second that a large body must bring while others wait for its memory.
_PACE: Final = 16 * 1024
# How many times as soon as who holds memory another must be done for it to be taken away.
_SOONER: Final = 8
# Seconds that it would hold it for, at the least; and how many times our patience the other has to be kept waiting.
# Two dozen sound feeds of some megabytes, all at once, wait that long for nobody's fault but ours: each complete
# document keeps its memory until it is read.
_LONG: Final = 10.0
_KEPT_WAITING: Final = 3


class Share:
    """What one body takes of the budget.

    Attributes:
        dismiss: Tells it to give up; None where that is nobody's to tell.
        size: How much of it counts now.
        reserved: What was given out to it.
        most: What can count of it at the end, at most.
        mark: Its size when pace was last checked; None where that says nothing, as it had to wait itself.
        waiting_since: When it began to wait; None while it need not.
    """

    __slots__ = ("_began", "_pace", "dismiss", "mark", "most", "reserved", "size", "waiting_since")

    def __init__(self, dismiss: Callable[[], None] | None, most: float) -> None:
        self.dismiss = dismiss
        self.most = most
        self._began = time.monotonic()
        self._pace: float | None = None
        self.waiting_since: float | None = None
        self.size = 0
        self.reserved = 0
        self.mark: int | None = None

    @property
    def pace(self) -> float:
        """Bytes a second, until it first had to wait: what piles up meanwhile comes at once and says nothing."""
        return self._pace or self.size / max(time.monotonic() - self._began, 0.001)

    @property
    def left(self) -> float:
        """Seconds until it is complete, at its pace."""
        return (self.most - self.size) / max(self.pace, 1.0)

    def wait(self) -> None:
        """It may not go on for now."""
        self._pace = self.pace
        self.waiting_since = time.monotonic()

    def stop_waiting(self) -> None:
        """It may go on."""
        self.waiting_since = None


class Memory:
    """The budget.

    Args:
        total: Bytes that large bodies may take together; one of them may go beyond, up to its own limit.
        free: Bytes of each body that are not counted.
        step: Bytes that are given out at once.
        patience: Seconds between two checks of pace while somebody waits.
    """

    def __init__(self, total: int, *, free: int = _FREE, step: int = _STEP, patience: float = 2.0) -> None:
        self._total = total
        self._free = free
        self._step = step
        self._patience = patience
        self._used = 0
        self._complete = 0
        self._shares: set[Share] = set()
        self._waiting: dict[Share, asyncio.Event] = {}
        self._overdrawn_by: Share | None = None
        self._checked_at = 0.0

    @contextmanager
    def share(self, dismiss: Callable[[], None], most: float = math.inf) -> Iterator[Share]:
        """A share for a body under way.

        Args:
            dismiss: Called when it must end soon.
            most: How large the body can be, in bytes.
        """
        share = self._open(dismiss, most - self._free)
        try:
            yield share
        finally:
            self.close(share)

    def hold(self) -> Held:
        """A share for what is complete and kept for a while."""
        return Held(self, self._open(None, math.inf))

    def grow(self, share: Share, size: int) -> bool:
        """Sets the body's size; whether it may go on growing at once. If not, ``wait``."""
        share.size = max(0, size - self._free)
        return self._serve(share)

    async def wait(self, share: Share) -> None:
        """Waits until this share may go on growing."""
        served = self._waiting[share] = asyncio.Event()
        share.wait()
        try:
            while not served.is_set():
                try:
                    async with asyncio.timeout(self._patience):
                        await served.wait()
                except TimeoutError:
                    self._check_pace()
        finally:
            del self._waiting[share]
            share.stop_waiting()
            share.mark = None

    def put(self, share: Share, size: int) -> None:
        """Sets the size of what is there already and cannot wait."""
        counted = max(0, size - self._free)
        self._used += counted - share.reserved
        self._complete += counted - share.reserved
        share.size = share.reserved = counted
        self._serve_all()

    def _open(self, dismiss: Callable[[], None] | None, most: float) -> Share:
        share = Share(dismiss, most)
        self._shares.add(share)
        return share

    def close(self, share: Share) -> None:
        """Ends a share."""
        self._shares.discard(share)
        self._used -= share.reserved
        if share.dismiss is None:
            self._complete -= share.reserved
        share.size = share.reserved = 0
        if self._overdrawn_by is share:
            self._overdrawn_by = None
        self._serve_all()

    def _serve(self, share: Share) -> bool:
        """Gives the share what it needs, if that can be had."""
        needed = self._needed(share)
        if needed > 0:
            if self._used + needed > self._total and self._overdrawn_by is not share:
                if 0 < self._complete >= self._total:
                    if share.reserved or needed > self._step:
                        return False
                elif self._overdrawn_by is not None:
                    return False
                else:
                    self._overdrawn_by = share
            self._used += needed
            share.reserved += needed
        return True

    def _needed(self, share: Share) -> int:
        return -(-share.size // self._step) * self._step - share.reserved

    def _serve_all(self) -> None:
        for share, served in sorted(self._waiting.items(), key=lambda item: (item[0].left, -item[0].size)):
            if not served.is_set() and self._serve(share):
                served.set()

    def _check_pace(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._checked_at < self._patience:
            return  # another one who waits has seen to it
        self._checked_at = now
        for share in self._shares - self._waiting.keys():
            if share.dismiss is None:
                continue
            if share.mark is not None and share.size - share.mark < _PACE * self._patience:
                share.dismiss()
            share.mark = share.size or None
        self._make_room(time.monotonic())

    def _make_room(self, now: float) -> None:
        """Dismisses those that would hold memory longest, for the first to be done of those that were kept waiting."""
        patience = _KEPT_WAITING * self._patience
        kept_waiting = [share for share in self._waiting if now - (share.waiting_since or now) >= patience]
        if not kept_waiting or 2 * self._complete > self._total:
            return
        soonest = min(kept_waiting, key=lambda share: share.left)
        missing = self._used + self._needed(soonest) - self._total
        for share in sorted(self._shares, key=lambda share: -share.left):
            if missing <= 0 or share.left <= max(soonest.left * _SOONER, _LONG):
                break
            if share.dismiss is not None and share.reserved:
                share.dismiss()
                missing -= share.reserved


class Held:
    """What somebody keeps of a document, or of what was made of it. It is to be released."""

    def __init__(self, memory: Memory, share: Share) -> None:
        self._memory = memory
        self._share = share

    def weigh(self, size: int) -> None:
        """It takes so many bytes now."""
        self._memory.put(self._share, size)

    def release(self) -> None:
        """It is kept no longer."""
        self._memory.close(self._share)
