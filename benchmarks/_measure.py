"""Run a program as one whole process tree: its time on the wall, its processor time, its peak memory."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Run", "run"]


class Run(NamedTuple):
    """Seconds on the wall, processor seconds of the tree, and the peak of its resident memory in megabytes."""

    wall: float
    cpu: float
    peak_mb: float


def run(command: list[str], *, on_line: Callable[[str], None] | None = None) -> Run:
    """Run it to its end.

    Args:
        command: The program and its words.
        on_line: Told of each line on standard error as it is written.

    Raises:
        SystemExit: It failed: its exit status is neither 0 nor 1 (some feeds failed).
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    complaints: list[str] = []
    listener = threading.Thread(target=_listen, args=(process.stderr, complaints, on_line))
    listener.start()
    peak = 0
    while True:
        peak = max(peak, _resident(process.pid))
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
        break
    wall = time.perf_counter() - started
    listener.join()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{''.join(complaints[-20:])}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak / 1e6)


def _listen(stream: IO[str], complaints: list[str], on_line: Callable[[str], None] | None) -> None:
    with stream:
        for line in stream:
            complaints.append(line)
            if on_line is not None:
                on_line(line)


def _resident(root: int) -> int:
    pages = 0
    for process in _tree(root):
        try:
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * resource.getpagesize()


def _tree(root: int) -> list[int]:
    """A process and all that came of it."""
    found = [root]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*"):
            try:
                found += map(int, (task / "children").read_text().split())
            except OSError:
                continue
    return found
