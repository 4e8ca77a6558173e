"""Who claims feeds, and the database's daemon lease: a process by name, so that others can tell when it is dead.

A lease lapses by itself. But whoever restarts what was killed a moment ago should not have to wait for that: where a
claim names a process of this machine, this machine knows whether it still runs.
"""

from __future__ import annotations

import os
import platform
import secrets
from pathlib import Path

__all__ = ["is_dead", "new_owner"]


def new_owner() -> str:
    """A name never used before: host, process id, and what tells this process from another with the same number."""
    pid = os.getpid()
    return f"{platform.node()}:{pid}:{_namespace()}.{_started(pid)}.{secrets.token_hex(4)}"


def is_dead(owner: str) -> bool:
    """Whether that was a process of this machine, and runs no more. False where nobody here can tell."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    about = owner.rpartition(":")[2].split(".")
    if host != platform.node() or not rest.isdecimal() or len(about) != 3 or about[0] != _namespace():
        return False
    pid = int(rest)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    # Somebody has the number. A later start than the owner's means that it was given out again.
    return about[1] != _started(pid)


def _namespace() -> str:
    """Within which processes are numbered: containers may share a host's name, not its numbers."""
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return "0"


def _started(pid: int) -> str:
    """When a process was started, in ticks since boot; "0" where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "0"
