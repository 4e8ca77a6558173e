"""The command line: words in and words out, one file a family of commands.

Nothing is decided here. A command's module is imported when the command runs, and imports what is heavy (pydantic,
sqlite_utils, rich, httpx) only then: ``aggregator --help`` answers in less time than a person notices.
"""

from __future__ import annotations

import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command that ``sys.argv`` names, and exit with its status."""
    try:
        from aggregator.cli.app import run

        run()
    except KeyboardInterrupt:  # before a command was there to take it
        sys.exit(130)
