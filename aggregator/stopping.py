"""Being told to stop: by the first signal in order, by the second at once."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SIGNALS", "listen"]

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""SIGHUP comes of a closed terminal. Many daemons read their configuration again on it; here a restart does."""


def listen(on_first: Callable[[signal.Signals], None]) -> None:
    """Call ``on_first`` on the running event loop when one of the signals comes.

    Another one ends the process by itself, so that whoever started it sees what it was. A signal that is ignored (as
    nohup has it with SIGHUP) stays ignored.
    """
    loop = asyncio.get_running_loop()
    came: list[signal.Signals] = []

    def on_signal(number: signal.Signals) -> None:
        came.append(number)
        if len(came) == 1:
            on_first(number)
            return
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, on_signal, number)
