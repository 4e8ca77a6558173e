"""Getting bytes from servers that may be slow, broken or hostile: the only room that imports httpx.

``Fetcher.fetch`` gives one value for each feed: a ``Document`` (a complete 200 within bounds), ``Unchanged`` (a 304
that was asked for) or a ``Failure`` with a reason. The parts, from the wire upwards:

- ``addresses``: which addresses may be connected to; ``lookup``: names into addresses; ``network``: connections to
  checked addresses and no others; ``stream``: one connection; ``heads``: headers put right; ``tls``: whose
  certificates are believed.
- ``transport``: an httpx transport over such connections, with reuse within a host, and proxies.
- ``decoding``: bodies, bounded while they stream in; ``answers``: what headers say; ``pages``: bot checks, logins.
- ``hops``: request headers and redirects; ``attempt``: one feed, asked once, under one deadline.
- ``lanes``: whose turn it is; ``memory``: what all bodies may take together; ``fetcher``: all of it.

Inside the room trouble is an exception (``trouble``); what leaves it is a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.fetching.options import FetchOptions, Target, user_agent

if TYPE_CHECKING:
    from aggregator.fetching.fetcher import Fetcher

__all__ = ["FetchOptions", "Fetcher", "Target", "user_agent"]


def __getattr__(name: str) -> object:
    # config imports the option types; only who fetches should pay for importing httpx.
    if name == "Fetcher":
        from aggregator.fetching.fetcher import Fetcher  # noqa: PLC0415 -- the point of this function

        return Fetcher
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
