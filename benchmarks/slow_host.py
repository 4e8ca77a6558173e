"""Whether one slow server keeps the feeds of other servers waiting.

    python benchmarks/slow_host.py                     # one feed of 1,000 answers after ten seconds
    python benchmarks/slow_host.py --slow 20           # twenty feeds of one host do

The feeds are those of poll_speed.py; the slow ones are on a host of their own. ``aggregator poll`` asks all of them as one
whole process, once while that host is as quick as the others and once while it is slow, by turns. Measured is the time
from the start of the process until the last feed of the *other* hosts has been recorded, as the log tells it, into an
empty database (cold) and when nothing has changed (304).
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from _feed_farm import Server
from _measure import run
from _readers import Aggregator

PHASES = ("cold", "304")


def others_done(aggregator: Aggregator, slow: int) -> float:
    """Seconds until every feed but the first ``slow`` was recorded."""
    patient = {f"f{number}" for number in range(slow)}
    last = started = time.perf_counter()

    def hear(line: str) -> None:
        nonlocal last
        if json.loads(line).get("feed") not in {None, *patient}:
            last = time.perf_counter()

    run(aggregator.command(), on_line=hear)
    return last - started


def main() -> None:
    """Read the command line, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=1000)
    arguments.add_argument("--slow", type=int, default=1, help="feeds on the slow host")
    arguments.add_argument("--seconds", type=float, default=10.0, help="until it answers")
    arguments.add_argument("--repeat", type=int, default=3, help="rounds; the median counts")
    given = arguments.parse_args()
    server = Server(given.feeds, slow=given.slow)
    taken: dict[tuple[str, float], list[float]] = {}
    try:
        server.tell("posts", 1)
        for number in range(given.repeat):
            # Who goes first takes turns.
            for wait in (0.0, given.seconds) if number % 2 else (given.seconds, 0.0):
                with tempfile.TemporaryDirectory() as name:
                    aggregator = Aggregator(Path(name), server, quiet=False)
                    for phase in PHASES:
                        server.tell("slow", given.slow, wait)
                        seconds = others_done(aggregator, given.slow)
                        taken.setdefault((phase, wait), []).append(seconds)
                        print(
                            f"{phase:<6}answers after {wait:4.1f} s: the others were done after {seconds:6.2f} s",
                            flush=True,
                        )
    finally:
        server.close()
    for phase in PHASES:
        quick, slow = (statistics.median(taken[phase, wait]) for wait in (0.0, given.seconds))
        print(
            f"{phase:<6}beside a slow host the other {given.feeds - given.slow} feeds take {slow / quick:.2f} times as long"
        )


if __name__ == "__main__":
    main()
