"""What a daemon tidies up now and then: polls of long ago, and SQLite's log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from aggregator.logs import event
from aggregator.store import Store
from aggregator.store.polls import PRUNED_AT_ONCE, prune_polls

if TYPE_CHECKING:
    import asyncio
    from datetime import datetime

    from aggregator.polling.writer import Writer

__all__ = ["tidy"]

BIG_LOG: Final = 100_000_000
"""Bytes; SQLite starts its log over at a few megabytes, where nobody's reading keeps it from that."""

logger = logging.getLogger(__name__)


async def tidy(writer: Writer, *, before: datetime, stop: asyncio.Event) -> None:
    """Forget polls made before that moment (UTC), and empty the log; tell of one that cannot be emptied.

    Raises:
        StoreError: The database could not be written.
    """
    pruned = 0
    while not stop.is_set():
        part = await writer.run(prune_polls, before=before)
        pruned += part
        if part < PRUNED_AT_ONCE:
            break
    if pruned:
        event(logger, "pruned", f"forgot {pruned} polls of long ago", level=logging.DEBUG, polls=pruned)
    if not await writer.run(Store.checkpoint) and (size := await writer.run(_log_size)) > BIG_LOG:
        event(
            logger,
            "log_grown",
            f"{writer.path}-wal has grown to {size // 1_000_000} MB, as some program reads the database and does not"
            " end its transaction: close it",
            level=logging.WARNING,
            bytes=size,
        )


def _log_size(store: Store) -> int:
    return store.log_size
