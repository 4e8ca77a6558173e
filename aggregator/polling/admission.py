"""Whose fetch starts next: the longest due feed whose server has room.

The fetcher has its own limits; this is about what waits in front of them. A feed that waits here is a line in a table.
One that waits inside has begun, and a thousand of these would let documents pile up before the workers, and would keep
the feeds of other servers out behind those of a slow one.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.model import FeedState

__all__ = ["Admission", "server_of"]


def server_of(url: str) -> str:
    """The server part of an address, as far as it needs to be known to share its places fairly."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


class Admission:
    """The feeds that were claimed and not begun, in their order, at most ``per_host`` of a server at a time.

    Args:
        per_host: How many feeds of one server may be under way.
        stalled: How many more of them may be, of those whose answer keeps us waiting.
    """

    def __init__(self, per_host: int, stalled: int = 0) -> None:
        self._per_host = per_host
        self._most_stalled = stalled
        self._stalled: dict[str, set[int]] = {}
        self._stalling: dict[str, deque[int]] = {}  # those that would be, and have to wait for a place among them
        self._ready: deque[FeedState] = deque()
        self._held_back: dict[str, deque[FeedState]] = {}
        self._under_way: dict[str, int] = {}
        self._waiting = 0
        self._waiting_for: Counter[str] = Counter()
        self._from_behind = False

    def __len__(self) -> int:
        return self._waiting

    @property
    def has_ready(self) -> bool:
        """Whether there are feeds that may begin, as far as is known: those held back for their server are not."""
        return bool(self._ready)

    def awaits(self, feed: FeedState) -> bool:
        """Whether feeds of the same server wait to begin: for them its connections are worth keeping."""
        return self._waiting_for[server_of(feed.url)] > 0

    def add(self, feeds: Iterable[FeedState]) -> None:
        """More feeds, to be begun after those already here."""
        for feed in feeds:
            self._ready.append(feed)
            self._waiting += 1
            self._waiting_for[server_of(feed.url)] += 1

    def next(self) -> FeedState | None:
        """The next feed to begin; None where every one that waits is for a server with no room. ``done`` ends it."""
        while self._ready:
            feed = self._ready.popleft()
            server = server_of(feed.url)
            under_way = self._under_way.get(server, 0)
            if under_way < self._per_host:
                self._under_way[server] = under_way + 1
                self._waiting -= 1
                self._waiting_for[server] -= 1
                return feed
            self._held_back.setdefault(server, deque()).append(feed)
        return None

    def stalls(self, feed: FeedState) -> None:
        """That feed's answer keeps us waiting: another of the same server may go beside it, as soon as it may be so.

        Without this thirty feeds that one server never answers keep its sound ones waiting for their deadlines.
        """
        server = server_of(feed.url)
        stalled = self._stalled.setdefault(server, set())
        if len(stalled) < self._most_stalled:
            stalled.add(feed.id)
            self._leave(server)
        else:
            self._stalling.setdefault(server, deque()).append(feed.id)

    def done(self, feed: FeedState) -> None:
        """That feed's server has answered, or will not: another of the same server may go, before all others.

        Args:
            feed: One that ``next`` gave.
        """
        server = server_of(feed.url)
        stalled, stalling = self._stalled.get(server, set()), self._stalling.get(server, deque())
        if feed.id in stalled:
            stalled.remove(feed.id)
            if stalling:
                stalled.add(stalling.popleft())
                self._leave(server)
        else:
            if feed.id in stalling:
                stalling.remove(feed.id)
            self._leave(server)
        if not stalling:
            self._stalling.pop(server, None)
        if not stalled:
            self._stalled.pop(server, None)

    def _leave(self, server: str) -> None:
        left = self._under_way[server] - 1
        if left:
            self._under_way[server] = left
        else:
            del self._under_way[server]
        if held := self._held_back.get(server):
            # From both ends: where a server has many in a row that it never answers, its sound ones are elsewhere.
            self._from_behind = bool(self._stalled.get(server)) and not self._from_behind
            self._ready.appendleft(held.pop() if self._from_behind else held.popleft())
            if not held:
                del self._held_back[server]

    def clear(self) -> None:
        """Begin no more."""
        self._ready.clear()
        self._held_back.clear()
        self._waiting = 0
        self._waiting_for.clear()
