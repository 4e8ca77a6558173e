"""``aggregator demo --serve``: the sample feeds for a daemon of one's own to poll.

The posts keep their dates of 2019: a CRC that was rated today would be no news but nonsense. So the configuration that
goes with them takes all of a feed's first document for news.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.demo.server import DemoServer
from aggregator.demo.settings import MORNING, SECOND_PASS_AFTER, config_text
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["serve_until_interrupted"]

_EDIT_AFTER: Final = timedelta(minutes=5)


def serve_until_interrupted(
    *,
    echo: Callable[[str], object],
    port: int = 0,
    edit_after: timedelta | None = None,
    stop: threading.Event | None = None,
) -> int:
    """See ``aggregator.demo.serve``. Whoever sets ``stop`` ends it too."""
    stop = stop or threading.Event()
    edit_after = _EDIT_AFTER if edit_after is None else edit_after
    try:
        server = DemoServer(started_at=MORNING, port=port, patient=False)
    except OSError as error:
        raise UsageError(
            f"cannot listen there: {error.strerror}", subject=f"127.0.0.1:{port}", next_step="Port 0 takes a free one."
        ) from None
    with _interrupted_by_sigterm(), suppress(KeyboardInterrupt), server:
        echo("# The sample feeds, for as long as this runs; Ctrl-C ends it. Save these lines as demo.toml, then, in a")
        echo("# second terminal: aggregator --config demo.toml run")
        echo(f"# After {edit_after.total_seconds() / 60:g} minutes the notebook's first post is edited.")
        echo("")
        echo(config_text(server, interval="1m", first_poll="all").rstrip("\n"))
        if not stop.wait(edit_after.total_seconds()):
            server.edit(at=MORNING + SECOND_PASS_AFTER)
            stop.wait()
    return 0


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """A shell starts what goes to the background deaf to SIGINT, so the other signal must end it in order too."""
    if threading.current_thread() is not threading.main_thread():
        yield  # handlers are the main thread's to set
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
