"""Bundled sample feeds, a loopback server for them, and a run of the real pipeline over both.

``server`` serves, ``show`` polls and prints, ``serve`` leaves the server to somebody else's daemon. Everything stays
on this machine, and nothing is left behind that was not asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta
    from pathlib import Path

__all__ = ["run", "serve"]


def run(*, echo: Callable[[str], object], now: datetime | None = None, keep: Path | None = None) -> int:
    """Replay a morning: two passes over the sample feeds, what they state, and the digests.

    Args:
        echo: Takes the output, a line or more at a time, without the last line's end.
        now: When the morning begins, aware; None: 06:30 on 19 September 2019 in London, when the facts were news.
        keep: A folder, made where there is none, to leave the configuration and the database in.

    Returns:
        The exit status: 0, or 1 where the pipeline did not do what the samples ask of it.

    Raises:
        UsageError: ``keep`` holds a demo already, or cannot be written.
    """
    from aggregator.demo.show import replay  # noqa: PLC0415 - pydantic and jinja2 wait until they are needed

    return replay(echo=echo, now=now, keep=keep)


def serve(*, echo: Callable[[str], object], port: int = 0, edit_after: timedelta | None = None) -> int:
    """Serve the sample feeds until interrupted; first print how to point a daemon at them.

    Args:
        echo: Takes the output.
        port: 0 takes a free one.
        edit_after: How long until a post is edited; None: five minutes.

    Raises:
        UsageError: The port is taken.
    """
    from aggregator.demo.serving import serve_until_interrupted  # noqa: PLC0415 - as above

    return serve_until_interrupted(echo=echo, port=port, edit_after=edit_after)
