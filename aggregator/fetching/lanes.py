"""Whose turn it is: so many feeds at once, so many of these from one server, and nobody behind the slow ones.

Thirty servers that answer a byte a second would hold every place until their deadlines, and the feeds behind them
would wait for nothing. So a place is given back after a moment (``PATIENCE``): whoever is not done by then goes on
in a side lane, which has places of its own, and the next in line starts. That holds for the places of one host as well:
a server with thirty feeds that stall must not keep its sound ones from us, and an open connection on which nothing
comes costs it little. Where even these places are taken and others wait, the oldest that has brought next to nothing is
given up: so many unanswered requests do a server in trouble no good, and the others may be sound. That holds for the
places of one host, and for those of all.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

__all__ = ["PATIENCE", "SIDE_PLACES", "Lanes", "Turn", "host_side_places"]

# Seconds. Most feeds are answered by then; those that are not cost hardly anything while they wait. Thirty that never
# answer, on one host with four places, keep its sound feeds for eight times as long.
PATIENCE: Final = 0.75
# Places in the side lane for each one in the main lane: a bound on open connections, not on work.
SIDE_PLACES: Final = 4
# The same for one host, in places for each one it has: a bound on what we ask of a server that is in trouble.
_HOST_SIDE_PLACES: Final = 8
# For how many times the patience a fetch may keep others from starting: where the host has answered another
# of its feeds at once, so that it is not slow but stuck on this one; and where nothing is known of it yet.
_GRACE_STUCK: Final = 5
_GRACE: Final = 16
# The moment, in seconds, in which one that was given up is gone.
_MOMENT: Final = 0.05
# Bytes a second that are more than next to nothing: where others of the host wait, whose line may be shared by all of
# them, and where others of any host do, which is when a hundred servers are slow at once.
_PACE_OF_HOST: Final = 1024
_PACE: Final = 4096


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
        self._waiting = 0
        self._side_places = concurrency * SIDE_PLACES
        self._aside: dict[Turn, None] = {}  # in the order in which they stepped aside
        self._per_host = per_host
        self._per_host_aside = host_side_places(concurrency, per_host)
        self.patience = patience
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        """Waits for a turn of this host, and has it until the end of the block."""
        queue = self._hosts.get(host)
        if queue is None:
            queue = self._hosts[host] = _Host(self._per_host, self._per_host_aside)
        queue.present += 1
        try:
            self._waiting += 1
            try:
                # The host's place first: a place in the main lane is not for waiting in.
                await self._place(queue)
                await self._main_place(queue)
            finally:
                self._waiting -= 1
            turn = Turn(self, queue)
            try:
                yield turn
            finally:
                if turn.end():
                    queue.places.release()
        finally:
            queue.present -= 1
            if not queue.present:
                del self._hosts[host]

    @staticmethod
    async def _place(queue: _Host) -> None:
        queue.waiting += 1
        try:
            await queue.places.acquire()
        finally:
            queue.waiting -= 1

    async def _main_place(self, queue: _Host) -> None:
        try:
            await self._main.acquire()
        except BaseException:
            queue.places.release()
            raise

    def is_awaited(self, host: str) -> bool:
        """Whether anybody but the one who asks has or awaits a turn of this host."""
        queue = self._hosts.get(host)
        return queue is not None and queue.present > 1

    def step_aside(self, turn: Turn) -> bool:
        """Frees a place in the main lane for one in the side lane, if there is one."""
        if not self._side_places:
            return False
        self._side_places -= 1
        self._aside[turn] = None
        self._main.release()
        return True

    def give_one_up(self) -> bool:
        """Gives up the one aside that has kept us waiting longest for next to nothing, if others wait for its place."""
        leaving = sum(turn.leaving for turn in self._aside)
        return leaving < self._waiting and any(turn.gives_way(_PACE) for turn in self._aside)

    def leave_side(self, turn: Turn) -> None:
        """Frees a place in the side lane."""
        self._side_places += 1
        del self._aside[turn]

    def leave_main(self) -> None:
        """Frees a place in the main lane."""
        self._main.release()

    def later(self, turn: Turn, *, soon: bool = False) -> asyncio.TimerHandle:
        """Asks the turn to step aside when patience is over, or sooner than that."""
        return asyncio.get_running_loop().call_later(_MOMENT if soon else self.patience, turn.step_aside)


class _Host:
    """The queue before one host, and those of it that stepped aside, in their order."""

    __slots__ = ("answers", "aside", "places", "present", "side_places", "waiting")

    def __init__(self, per_host: int, aside: int) -> None:
        self.places = asyncio.Semaphore(per_host)
        self.side_places = aside
        self.present = 0
        self.waiting = 0
        self.answers = False
        self.aside: dict[Turn, None] = {}

    def give_one_up(self) -> bool:
        """Gives up the one that has kept us waiting longest for next to nothing, if others wait."""
        return bool(self.waiting) and any(turn.gives_way(_PACE_OF_HOST) for turn in self.aside)


class Turn:
    """One turn, in whichever lane it is."""

    __slots__ = ("_aside", "_give_up", "_host", "_host_aside", "_lanes", "_received", "_started", "_timer")

    def __init__(self, lanes: Lanes, host: _Host) -> None:
        self._lanes = lanes
        self._host = host
        self._aside = False
        self._host_aside = False
        self._started = asyncio.get_running_loop().time()
        self._received: Callable[[], int] | None = None
        self._give_up: Callable[[], None] | None = None
        self._timer = lanes.later(self)

    def watch(self, received: Callable[[], int], give_up: Callable[[], None]) -> None:
        """Lets this turn be ended early, where others are kept waiting.

        Args:
            received: How many bytes came so far.
            give_up: Called when it is to end.
        """
        self._received, self._give_up = received, give_up

    @property
    def leaving(self) -> bool:
        """Whether it was told to end, and has not ended yet."""
        return self._received is not None and self._give_up is None

    def gives_way(self, pace: int) -> bool:
        """Whether it is told now to end: for longer than others may wait it has brought less than ``pace`` a second."""
        grace = self._lanes.patience * (_GRACE_STUCK if self._host.answers else _GRACE)
        age = asyncio.get_running_loop().time() - self._started
        if self._received is None or self._give_up is None or age < grace or self._received() > age * pace:
            return False
        self._give_up()
        self._give_up = None
        return True

    def step_aside(self) -> None:
        """Makes room for others, if there is a place aside; asks again later if there is none."""
        if not self._aside:
            self._aside = self._lanes.step_aside(self)
        if self._aside and self._host.side_places:
            self._host.side_places -= 1
            self._host_aside = True
            self._host.aside[self] = None
            self._host.places.release()
            return
        soon = (self._host if self._aside else self._lanes).give_one_up()
        self._timer = self._lanes.later(self, soon=soon)

    def end(self) -> bool:
        """Gives back the lane's place; whether the host's is still to be given back."""
        self._timer.cancel()
        if self._aside:
            self._lanes.leave_side(self)
        else:
            self._lanes.leave_main()
            self._host.answers = self._host.answers or bool(self._received and self._received())
        if self._host_aside:
            self._host.side_places += 1
            del self._host.aside[self]
        return not self._host_aside
