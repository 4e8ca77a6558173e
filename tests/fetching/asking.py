"""What the tests of this room share: asking servers, from code that is not asynchronous."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aggregator.fetching import Fetcher, FetchOptions, Target

if TYPE_CHECKING:
    from aggregator.model import Fetched

__all__ = ["DEADLINE", "fetch", "fetch_all", "options"]

# Long enough for anything that works, on a busy machine; what must run into it says less.
DEADLINE = 5.0


def options(*allow: str, deadline: float = DEADLINE, **changes: Any) -> FetchOptions:
    """Options with small limits, and these private addresses permitted."""
    values: dict[str, Any] = {
        "user_agent": "aggregator/test (+https://example.org/contact)",
        "deadline": timedelta(seconds=deadline),
        "max_size": 200_000,
        "concurrency": 24,
        "per_host": 4,
        "allow": frozenset(allow),
    }
    return FetchOptions(**(values | changes))


def fetch_all(options: FetchOptions, *targets: Target) -> list[Fetched]:
    """All of them at once, by one fetcher."""

    async def run() -> list[Fetched]:
        async with Fetcher(options) as fetcher:
            return list(await asyncio.gather(*(fetcher.fetch(target) for target in targets)))

    return asyncio.run(run())


def fetch(
    url: str, *allow: str, deadline: float = DEADLINE, limits: dict[str, Any] | None = None, **target: Any
) -> Any:
    """One of them. ``Any``, for a test's assertions say what it is."""
    return fetch_all(options(*allow, deadline=deadline, **(limits or {})), Target(name="sample", url=url, **target))[0]
