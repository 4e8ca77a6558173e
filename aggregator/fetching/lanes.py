"""Whose turn it is: so many feeds at once, so many of these from one server, and nobody behind the slow ones.

Thirty servers that answer a byte a second would hold every place until their deadlines, and the feeds behind them
would wait for nothing. So a place is given back after a moment (``PATIENCE``): whoever is not done by then goes on
in a side lane, which has places of its own, and the next in line starts. That holds for the places of one host as well:
a server with thirty feeds that stall must not keep its sound ones from us, and an open connection on which nothing
comes costs it little.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["PATIENCE", "SIDE_PLACES", "Lanes", "host_side_places"]

# Seconds. Most feeds are answered by then; those that are not cost hardly anything while they wait. Thirty that never
# answer, on one host with four places, keep its sound feeds for eight times as long.
PATIENCE: Final = 0.75
# Places in the side lane for each one in the main lane: a bound on open connections, not on work.
SIDE_PLACES: Final = 4
# The same for one host, in places for each one it has: a bound on what we ask of a server that is in trouble.
_HOST_SIDE_PLACES: Final = 8


def host_side_places(concurrency: int, per_host: int) -> int:
    """How many places one host has in the side lane: never more than half of it, which is not one host's to fill."""
    return min(per_host * _HOST_SIDE_PLACES, concurrency * SIDE_PLACES // 2)


class Lanes:
    """Gives turns, first come, first served.

    Args:
        concurrency: Places in the main lane.
        per_host: How many feeds of one host have a turn in the main lane at once.
        patience: Seconds until a turn moves to the side lane.
    """

    def __init__(self, concurrency: int, per_host: int, *, patience: float = PATIENCE) -> None:
        self._main = asyncio.Semaphore(concurrency)
        self._side_places = concurrency * SIDE_PLACES
        self._per_host = per_host
        self._per_host_aside = host_side_places(concurrency, per_host)
        self._patience = patience
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Waits for a turn of this host, and has it until the end of the block."""
        queue = self._hosts.get(host)
        if queue is None:
            queue = self._hosts[host] = _Host(self._per_host, self._per_host_aside)
        queue.present += 1
        try:
            # The host's place first: a place in the main lane is not for waiting in.
            await queue.places.acquire()
            turn = None
            try:
                await self._main.acquire()
                turn = _Turn(self, queue)
                yield
            finally:
                if turn is None or turn.end():
                    queue.places.release()
        finally:
            queue.present -= 1
            if not queue.present:
                del self._hosts[host]

    def is_awaited(self, host: str) -> bool:
        """Whether anybody but the one who asks has or awaits a turn of this host."""
        queue = self._hosts.get(host)
        return queue is not None and queue.present > 1

    def step_aside(self) -> bool:
        """Frees a place in the main lane for one in the side lane, if there is one."""
        if not self._side_places:
            return False
        self._side_places -= 1
        self._main.release()
        return True

    def leave_side(self) -> None:
        """Frees a place in the side lane."""
        self._side_places += 1

    def leave_main(self) -> None:
        """Frees a place in the main lane."""
        self._main.release()

    def later(self, turn: _Turn) -> asyncio.TimerHandle:
        """Asks the turn to step aside when patience is over."""
        return asyncio.get_running_loop().call_later(self._patience, turn.step_aside)


class _Host:
    """The queue before one host."""

    __slots__ = ("places", "present", "side_places")

    def __init__(self, per_host: int, aside: int) -> None:
        self.places = asyncio.Semaphore(per_host)
        self.side_places = aside
        self.present = 0


class _Turn:
    """One turn, in whichever lane it is."""

    __slots__ = ("_aside", "_host", "_host_aside", "_lanes", "_timer")

    def __init__(self, lanes: Lanes, host: _Host) -> None:
        self._lanes = lanes
        self._host = host
        self._aside = False
        self._host_aside = False
        self._timer = lanes.later(self)

    def step_aside(self) -> None:
        if not self._aside:
            self._aside = self._lanes.step_aside()
        if self._aside and self._host.side_places:
            self._host.side_places -= 1
            self._host_aside = True
            self._host.places.release()
        else:  # a side lane is full: ask again
            self._timer = self._lanes.later(self)

    def end(self) -> bool:
        """Gives back the lane's place; whether the host's is still to be given back."""
        self._timer.cancel()
        if self._aside:
            self._lanes.leave_side()
        else:
            self._lanes.leave_main()
        if self._host_aside:
            self._host.side_places += 1
        return not self._host_aside
