"""The first stage of the river: a ``Target`` in, a ``Document``, ``Unchanged`` or ``Failure`` out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from aggregator.fetching import hops
from aggregator.fetching.addresses import AllowList
from aggregator.fetching.attempt import Attempt, Means
from aggregator.fetching.lanes import Lanes
from aggregator.fetching.memory import Held, Memory
from aggregator.fetching.network import authority
from aggregator.fetching.tls import TlsSettings
from aggregator.fetching.transport import GuardedTransport
from aggregator.fetching.trouble import Trouble
from aggregator.model import Failure, Fetched

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from aggregator.fetching.options import FetchOptions, Target

__all__ = ["Fetcher", "Held"]

# What large bodies, under way or held, may take together before some have to wait for others.
_BODIES: Final = 16 * 1024 * 1024


class Fetcher:
    """Asks servers for feeds, politely and without trusting them. An async context manager.

    ::

        async with Fetcher(options) as fetcher:
            fetched = await fetcher.fetch(Target(name="example", url="https://example.org/feed"))

    One Fetcher is for one event loop. It remembers nothing of a feed beyond its fetch: no cookies, no cache.
    """

    def __init__(self, options: FetchOptions) -> None:
        self._lanes = Lanes(options.concurrency, options.per_host)
        self._means = Means(
            options=options,
            transport=GuardedTransport(AllowList(options.allow)),
            memory=Memory(_BODIES),
            tls=TlsSettings(),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._means.transport.aclose()

    def hold(self) -> Held:
        """For a document that was given out and stays in memory for a while: it counts like one under way."""
        return self._means.memory.hold()

    async def fetch(self, target: Target, *, more: Callable[[], bool] | None = None) -> Fetched:
        """What became of one feed. Nothing that a server or a network does raises; cancelling it cancels.

        Args:
            target: The feed.
            more: Whether others of its server will be asked for soon, beyond those that wait here already. Connections
                are kept for them.
        """
        try:
            url = hops.parse_url(target.url)
            headers = hops.RequestHeaders(target, url, self._means.options.user_agent)
            proxy = hops.proxy_url(target.proxy)
        except Trouble as trouble:
            return Failure(trouble.kind, trouble.message)
        # By port too: different ports are different servers, and one that hangs must not hold up its neighbour.
        group = authority(*hops.origin(url)[1:])

        def wanted() -> bool:
            return self._lanes.is_awaited(group) or (more is not None and more())

        async with self._lanes.turn(group) as turn:
            attempt = Attempt(
                self._means,
                url=hops.bare(url),
                headers=headers,
                proxy=proxy,
                ca_file=target.ca_file,
                group=group,
                wanted=wanted,
            )
            turn.watch(attempt.received, attempt.give_up)
            try:
                return await attempt.run()
            finally:
                if not wanted():
                    self._means.transport.close_idle(group)
