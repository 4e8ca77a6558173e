"""The command line: words in and words out, one file a family of commands.

Nothing is decided here. A command's module is imported when the command runs, and imports what is heavy (pydantic,
sqlite_utils, rich, httpx) only then: ``aggregator --help`` answers in less time than a person notices.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command that ``sys.argv`` names, and exit with its status."""
    sys.unraisablehook = _heed
    try:
        from aggregator.cli.app import run

        run()
    except KeyboardInterrupt:  # before a command was there to take it
        sys.exit(130)


def _heed(dropped: UnraisableHookArgs) -> None:
    """End the process for a Ctrl-C that Python dropped.

    What is raised in some callbacks, such as the one that gives an import's lock back, goes nowhere: the command went
    on to its end.
    """
    if not issubclass(dropped.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return
    import os
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
