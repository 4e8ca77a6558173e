"""Which processes the tests' own has started and not yet seen end."""

from __future__ import annotations

import os
from pathlib import Path


def children() -> set[str]:
    """The ids of those that the main thread started: at work, or zombies that nobody has waited for."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
