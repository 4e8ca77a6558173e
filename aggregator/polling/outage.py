"""When no server answers, the fault is this machine's: back-off is for servers, and must not outlast an outage.

Feeds back off for up to a day. A laptop that was offline overnight should not have to wait for that when it is online
again: while nobody answers, one feed is tried now and then, and when somebody does, all others are asked at once.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aggregator.logs import event
from aggregator.store import claims

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from aggregator.polling.outcome import Changes
    from aggregator.polling.writer import Writer

__all__ = ["Outage"]

logger = logging.getLogger(__name__)


class Outage:
    """Knows whether there is one.

    Args:
        writer: The thread that writes.
        every: How often one feed is tried while nobody answers.
    """

    def __init__(self, writer: Writer, every: timedelta) -> None:
        self._writer = writer
        self._every = every
        self._tried_at: datetime | None = None
        self.lasts = False

    async def begin(self) -> None:
        """Look at what the last daemon left."""
        self.lasts = await self._writer.run(claims.nobody_answers)

    async def beat(self, now: datetime) -> None:
        """While nobody answers, make one feed due now and then, whatever its back-off."""
        if self.lasts and (self._tried_at is None or now - self._tried_at >= self._every):
            self._tried_at = now
            await self._writer.run(claims.ask_again, now=now, limit=1)

    async def watch(self, changes: Sequence[Changes], now: datetime) -> None:
        """Learn from a pass: whether somebody answered, or nobody at all."""
        if any(each.status is not None for each in changes):
            if self.lasts:
                self.lasts = False
                feeds = await self._writer.run(claims.ask_again, now=now)
                event(logger, "online", f"servers answer again; {feeds} feeds are asked now", feeds=feeds)
        elif changes and not self.lasts and await self._writer.run(claims.nobody_answers):
            self.lasts = True
            self._tried_at = now
            event(
                logger,
                "offline",
                "no server answers; is this machine online? One feed is tried now and then, the others when it answers",
                level=logging.WARNING,
            )
