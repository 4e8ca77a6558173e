"""How fast a poll is, side by side with other readers on this machine.

    python benchmarks/poll_speed.py --feeds 1000                        # the aggregator alone
    python benchmarks/poll_speed.py --feeds 1000 --reader /tmp/reader   # and `reader`, in a virtual environment there

A server in a process of its own serves N feeds, WordPress RSS with ten whole posts (60 to 80 kB each), on loopback
addresses as of many hosts. Each reader polls all of them, as one whole process, start-up included:

- cold: into an empty database;
- 304: again, when nothing has changed and the server knows validators;
- same: again, when nothing has changed and it does not: the same bytes, 200;
- new: when every feed has one new post.

Printed are the seconds on the wall, the processor seconds of the whole tree, and its peak resident memory. The
virtual environment for ``reader`` is made if it is not there (pip installs from where pip is told to).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from _feed_farm import HOSTS, RATED, Server

PHASES = ("cold", "304", "same", "new")


# --- the readers --------------------------------------------------------------------------------------


class Contestant:
    """A program that polls feeds into an SQLite file."""

    name: str
    cache: str
    table: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def command(self) -> list[str]:
        """What to run for one poll of everything."""
        raise NotImplementedError

    def entries(self) -> int:
        """How many posts it has."""
        with sqlite3.connect(self.folder / self.cache) as connection:
            (count,) = connection.execute(f"SELECT count(*) FROM {self.table}").fetchone()
        return int(count)


class Aggregator(Contestant):
    """This program: ``aggregator poll --force`` as anybody would call it."""

    name, cache, table = "aggregator", "aggregator.db", "entries"

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        hosts = ", ".join(f'"127.0.1.{host}:{server.port}"' for host in range(1, HOSTS + 1))
        feeds = "".join(f'\n[[feeds]]\nname = "f{n}"\nurl = "{url}"\n' for n, url in enumerate(server.urls))
        flags = (
            '\n[[flags]]\nname = "crc"\nprovider_types = ["CRC"]\n\n[[flags]]\nname = "nps"\nprovider_types = ["NPS"]\n'
        )
        (folder / "config.toml").write_text(f"[http]\nallow = [{hosts}]\n{flags}{feeds}")

    def command(self) -> list[str]:
        """``aggregator poll``, for all feeds."""
        program = Path(sys.executable).with_name("aggregator")
        return [
            str(program),
            "--config",
            str(self.folder / "config.toml"),
            "--quiet",
            "poll",
            "--force",
            "--format",
            "json",
        ]


class Reader(Contestant):
    """lemon24/reader, through its Python interface: feeds added once, then updated by ten threads."""

    name, cache, table = "reader", "reader.sqlite", "entries"

    _PROGRAM = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
if len(sys.argv) > 2:
    for url in open(sys.argv[2]).read().split():
        reader.add_feed(url, exist_ok=True)
reader.update_feeds(scheduled=False, workers=10)
"""

    def __init__(self, folder: Path, server: Server, environment: Path) -> None:
        super().__init__(folder)
        self._python = environment / "bin" / "python"
        if not self._python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
            subprocess.run([str(self._python), "-m", "pip", "install", "-q", "reader", "sgmllib3k"], check=True)
        (folder / "urls").write_text("\n".join(server.urls))
        self._first = True

    def command(self) -> list[str]:
        """The program above; the first time it adds the feeds too."""
        adding = [str(self.folder / "urls")] if self._first else []
        self._first = False
        return [str(self._python), "-c", self._PROGRAM, str(self.folder / "reader.sqlite"), *adding]


class Newsboat(Contestant):
    """newsboat, where it is installed: ``newsboat -x reload``."""

    name, cache, table = "newsboat", "cache.db", "rss_item"

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        (folder / "urls").write_text("\n".join(server.urls))
        (folder / "config").write_text("reload-threads 10\n")

    def command(self) -> list[str]:
        """``newsboat -x reload``, its files here."""
        files = {"-u": "urls", "-c": "cache.db", "-C": "config"}
        return [
            "newsboat",
            *(word for flag, file in files.items() for word in (flag, str(self.folder / file))),
            "-x",
            "reload",
        ]


# --- measuring ----------------------------------------------------------------------------------------


@dataclass
class Figures:
    """One reader in one phase."""

    reader: str
    phase: str
    wall: float
    cpu: float
    peak_mb: float
    entries: int
    requests: int


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


def _resident(root: int) -> int:
    pages = 0
    for process in _tree(root):
        try:
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * resource.getpagesize()


def _run(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds, and peak megabytes of the tree."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.02):
            peak = max(peak, _resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, complaints = process.communicate()
    wall = time.perf_counter() - started
    done.set()
    watcher.join()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{complaints[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, peak / 1e6


def measure(reader: Contestant, server: Server, phases: list[str]) -> list[Figures]:
    """Let one reader go through the phases."""
    figures = []
    server.tell("posts", 1)
    server.tell("validators", "on")
    for phase in phases:
        if phase == "same":
            server.tell("validators", "off")
        elif phase == "new":
            server.tell("validators", "on")
            server.tell("posts", 2)
        server.tell("reset")
        wall, cpu, peak = _run(reader.command())
        told = server.tell("reset")
        figures.append(Figures(reader.name, phase, wall, cpu, peak, reader.entries(), told["requests"]))
        print(
            f"{reader.name:<12}{phase:<6}{wall:8.2f} s {cpu:8.2f} s cpu {peak:7.0f} MB"
            f"{figures[-1].entries:9} entries {told['requests']:7} requests",
            flush=True,
        )
    return figures


def main() -> None:
    """Read the command line, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=1000)
    arguments.add_argument("--repeat", type=int, default=1, help="runs; medians are printed at the end")
    arguments.add_argument("--phases", default=",".join(PHASES))
    arguments.add_argument("--reader", type=Path, metavar="VENV", help="measure `reader` too, installed there")
    arguments.add_argument("--json", type=Path, help="write every figure to this file")
    given = arguments.parse_args()
    phases = given.phases.split(",")
    server = Server(given.feeds)
    size = server.tell("posts", 1)["bytes"] / given.feeds
    print(
        f"{given.feeds} feeds of {size / 1000:.0f} kB, {RATED:.0%} of the posts with ratings, on {os.cpu_count()} cores, Python {sys.version.split()[0]}"
    )
    everything: list[Figures] = []
    try:
        for _ in range(given.repeat):
            with tempfile.TemporaryDirectory() as name:
                everything += measure(Aggregator(Path(name), server), server, phases)
            if given.reader:
                with tempfile.TemporaryDirectory() as name:
                    everything += measure(Reader(Path(name), server, given.reader), server, phases)
            if shutil.which("newsboat"):
                with tempfile.TemporaryDirectory() as name:
                    everything += measure(Newsboat(Path(name), server), server, phases)
    finally:
        server.close()
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in everything], indent=1))
    if given.repeat > 1:
        print("\nmedians")
        for name, phase in dict.fromkeys((each.reader, each.phase) for each in everything):
            same = [each for each in everything if (each.reader, each.phase) == (name, phase)]
            print(
                f"{name:<12}{phase:<6}{statistics.median(each.wall for each in same):8.2f} s"
                f"{statistics.median(each.peak_mb for each in same):9.0f} MB"
            )


if __name__ == "__main__":
    main()
