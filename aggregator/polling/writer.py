"""The one thread that writes: SQLite beside the event loop, never on it.

A commit waits for the disk, and may wait for another process; nothing else of the program should. The thread has a
connection of its own, and what it is given runs in the order it came.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from aggregator.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from pathlib import Path
    from types import TracebackType

    from aggregator.store import Store

__all__ = ["Writer"]

P = ParamSpec("P")
T = TypeVar("T")


class Writer:
    """Runs functions of a ``Store`` in its thread. An async context manager.

    Args:
        path: The database.
        busy_timeout: How long a write waits for another process's.
    """

    def __init__(self, path: Path, busy_timeout: timedelta) -> None:
        self.path = path
        self._busy_timeout = busy_timeout
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._store: Store | None = None

    async def __aenter__(self) -> Self:
        try:
            self._store = await asyncio.get_running_loop().run_in_executor(self._thread, self._open)
        except BaseException:
            self._thread.shutdown()
            raise
        return self

    def _open(self) -> Store:
        return open_store(self.path, busy_timeout=self._busy_timeout)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What was begun is finished, also where whoever waited for it was cancelled.
        if self._store is not None:
            self._thread.submit(self._store.close)
        self._thread.shutdown(wait=True)

    async def run(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``function(store, …)`` in the thread.

        Raises:
            StoreError: or one of its kinds, as the function does.
        """
        assert self._store is not None, "used outside of its context"
        store = self._store
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: function(store, *args, **kwargs))
