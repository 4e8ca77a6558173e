"""How fast a poll is, side by side with other readers on this machine.

    python benchmarks/poll_speed.py                                    # this program, and newsboat where it is
    python benchmarks/poll_speed.py --reader /tmp/reader --repeat 5    # and `reader`, in a virtual environment there
    python benchmarks/poll_speed.py --feeds 200                        # few feeds: starting up weighs

A server in a process of its own serves N feeds, WordPress RSS with ten whole posts (60 to 80 kB each), on loopback
addresses as of 50 hosts. Each program polls all of them, as one whole process, start-up included:

- cold: into an empty database;
- 304: again, when nothing has changed and the server knows validators (ETag and Last-Modified). One poll of everything
  comes before it and is not measured: newsboat keeps validators from its second poll on;
- same: again, when nothing has changed and the server knows no validators: the same bytes, 200;
- new: when every feed has one new post.

The programs take turns, in another order each round, so that what else the machine does meets them alike. Printed are
the seconds on the wall, the processor seconds of the whole tree and its peak resident memory; at the end the medians,
and how many times as long as this program each other took (the median of the rounds' ratios). How each is set up is
told in ``_readers.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from _feed_farm import RATED, Server
from _measure import run
from _readers import Aggregator, Contestant, Newsboat, Reader, missing

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PHASES", "Figures", "measure"]

PHASES = ("cold", "304", "same", "new")


@dataclass
class Figures:
    """One program in one phase of one round."""

    reader: str
    phase: str
    wall: float
    cpu: float
    peak_mb: float
    entries: int
    requests: int
    unchanged: int


def measure(contestants: Sequence[Contestant], server: Server, phases: Sequence[str]) -> list[Figures]:
    """Let the programs go through the phases, taking turns in each."""
    figures = []
    server.tell("posts", 1)
    server.tell("validators", "on")
    for phase in phases:
        if phase == "same":
            server.tell("validators", "off")
        elif phase == "new":
            server.tell("validators", "on")
            server.tell("posts", 2)
        for contestant in contestants:
            if phase == "304":
                run(contestant.command())
            server.tell("reset")
            wall, cpu, peak = run(contestant.command())
            told = server.tell("reset")
            entries = contestant.entries()
            figures.append(
                Figures(contestant.name, phase, wall, cpu, peak, entries, told["requests"], told["unchanged"])
            )
            print(
                f"{contestant.name:<12}{phase:<6}{wall:8.2f} s {cpu:8.2f} s cpu {peak:7.0f} MB{entries:9} entries"
                f"{told['requests']:7} requests, {told['unchanged']} answered with 304",
                flush=True,
            )
    return figures


def _round(number: int, server: Server, phases: Sequence[str], environment: Path | None) -> list[Figures]:
    with tempfile.TemporaryDirectory() as name:
        folders = {each: Path(name) / each for each in ("aggregator", "reader", "newsboat")}
        for folder in folders.values():
            folder.mkdir()
        contestants: list[Contestant] = [Aggregator(folders["aggregator"], server)]
        if environment is not None:
            contestants.append(Reader(folders["reader"], server, environment))
        if shutil.which("newsboat"):
            contestants.append(Newsboat(folders["newsboat"], server))
        if number == 1:
            print(", ".join(f"{each.name} {each.version()}" for each in contestants))
        shift = number % len(contestants)
        return measure(contestants[shift:] + contestants[:shift], server, phases)


def _summary(rounds: Sequence[Sequence[Figures]]) -> None:
    """Medians, and the others' times as multiples of this program's."""
    print(f"\nmedians of {len(rounds)} rounds")
    for phase, name in dict.fromkeys((each.phase, each.reader) for each in sorted(rounds[0], key=lambda f: f.reader)):
        of_phase = [{each.reader: each for each in figures if each.phase == phase} for figures in rounds]
        wall = statistics.median(each[name].wall for each in of_phase)
        cpu = statistics.median(each[name].cpu for each in of_phase)
        peak = max(each[name].peak_mb for each in of_phase)
        ratio = statistics.median(each[name].wall / each["aggregator"].wall for each in of_phase)
        compared = "" if name == "aggregator" else f"{ratio:8.2f} times as long as the aggregator"
        print(f"{phase:<6}{name:<12}{wall:8.2f} s {cpu:8.2f} s cpu {peak:7.0f} MB{compared}")


def main() -> None:
    """Read the command line, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=1000)
    arguments.add_argument("--repeat", type=int, default=1, help="rounds")
    arguments.add_argument("--phases", default=",".join(PHASES))
    arguments.add_argument("--reader", type=Path, metavar="VENV", help="measure `reader` too, installed there")
    arguments.add_argument("--json", type=Path, help="write every figure to this file")
    given = arguments.parse_args()
    if given.reader:
        Reader.install(given.reader)
    server = Server(given.feeds)
    size = server.tell("posts", 1)["bytes"] / given.feeds
    print(
        f"{given.feeds} feeds of {size / 1000:.0f} kB, {RATED:.0%} of the posts with ratings, on {os.cpu_count()} cores,"
        f" Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}"
    )
    for words in missing(reader=bool(given.reader)):
        print(words)
    try:
        rounds = [_round(n + 1, server, given.phases.split(","), given.reader) for n in range(given.repeat)]
    finally:
        server.close()
    if given.json:
        given.json.write_text(json.dumps([[asdict(each) for each in figures] for figures in rounds], indent=1))
    _summary(rounds)


if __name__ == "__main__":
    main()
