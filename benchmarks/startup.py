"""How long `aggregator --help` takes, and what the daemon costs while it has nothing to do.

    python benchmarks/startup.py                     both, about a minute and a half
    python benchmarks/startup.py --idle-seconds 0    the start alone

Standard library only; measures the `aggregator` that belongs to the Python it is run with. Linux for the second
part: it reads /proc. Times are wall clock. A machine that is busy with something else shows in the slowest tenth:
believe the median only where the two are near each other.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HELP_LIMIT = 0.150  # seconds
RSS_LIMIT = 90.0  # MB, over the process tree
CPU_LIMIT = 0.5  # per cent of a core

FEEDS = 12
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Idle</title><link>https://idle.example/</link>
<description>Nothing new.</description><item><title>Once</title><link>https://idle.example/%d</link>
<guid>https://idle.example/%d</guid><description>A post, some time ago.</description></item></channel></rss>"""


def main() -> int:
    """Measure, print, and exit 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=40, help="how many starts to time (default 40)")
    parser.add_argument("--idle-seconds", type=float, default=60, help="how long to watch the daemon; 0: not at all")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()

    command = Path(sys.executable).with_name("aggregator")
    if not command.exists():
        parser.error(f"there is no {command}; run this with the Python it is installed in (make bench does)")
    figures: dict[str, object] = {
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    fine = True
    starts = times([str(command), "--help"], options.starts)
    bare = times([sys.executable, "-c", "pass"], options.starts)
    figures |= {
        "help_ms": round(1000 * statistics.median(starts), 1),
        "help_slowest_tenth_ms": round(1000 * sorted(starts)[-max(1, len(starts) // 10)], 1),
        "python_alone_ms": round(1000 * statistics.median(bare), 1),
    }
    fine &= statistics.median(starts) < HELP_LIMIT
    if options.idle_seconds:
        rss, cpu, processes = idle_daemon(command, options.idle_seconds)
        figures |= {"idle_rss_mb": round(rss, 1), "idle_cpu_percent": round(cpu, 2), "idle_processes": processes}
        fine &= rss < RSS_LIMIT and cpu < CPU_LIMIT
    if options.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name:24}{figure}")
        print(f"{'limits':24}help < {HELP_LIMIT * 1000:.0f} ms, rss < {RSS_LIMIT:.0f} MB, cpu < {CPU_LIMIT} %")
    return 0 if fine else 1


def times(command: list[str], count: int) -> list[float]:
    """Seconds from start to end of each of ``count`` runs, after one that warms the file cache."""
    taken = []
    for _ in range(count + 1):
        before = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - before)
    return taken[1:]


def idle_daemon(command: Path, seconds: float) -> tuple[float, float, int]:
    """Resident MB, per cent of a core, and processes, of a daemon that has polled its feeds and waits.

    Memory is the sum over the process tree of what is resident, shared pages counted in each: an upper bound.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), IdleFeed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.toml")
        database = Path(folder, "aggregator.db")
        authority = f"127.0.0.1:{server.server_port}"
        config.write_text(
            f'[http]\nallow = ["{authority}"]\n'
            + "".join(f'[[feeds]]\nname = "idle-{n}"\nurl = "http://{authority}/{n}"\n' for n in range(FEEDS))
        )
        with Path(folder, "log").open("w+") as log:
            daemon = subprocess.Popen(
                [str(command), "--config", str(config), "run"], stdout=log, stderr=log, env=without_overrides()
            )
            try:
                wait_until_polled(database, daemon, log_file=Path(folder, "log"))
                wait_until_idle(daemon)
                before, started = cpu_seconds(daemon.pid), time.perf_counter()
                peak = 0.0
                while (passed := time.perf_counter() - started) < seconds:
                    peak = max(peak, resident_mb(daemon.pid))
                    time.sleep(min(1, seconds - passed))
                spent, watched = cpu_seconds(daemon.pid) - before, time.perf_counter() - started
                return peak, 100 * spent / watched, len(tree(daemon.pid))
            finally:
                daemon.send_signal(signal.SIGTERM)
                daemon.wait(timeout=15)
                server.shutdown()
                server.server_close()


class IdleFeed(BaseHTTPRequestHandler):
    """A feed of one old post at any address."""

    def do_GET(self) -> None:
        """Answer 200 with the feed, whoever asks."""
        number = int(self.path.strip("/") or 0)
        body = FEED % (number, number)
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the figures are the output."""


def without_overrides() -> dict[str, str]:
    """The environment without what would send the daemon to another configuration or database."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AGGREGATOR_")}


def wait_until_polled(database: Path, daemon: subprocess.Popen[bytes], *, log_file: Path) -> None:
    """Until every feed has been asked once.

    Raises:
        SystemExit: The daemon ended, or did not get there within a minute.
    """
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if daemon.poll() is not None:
            break
        if database.exists():
            connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
            try:
                if connection.execute("SELECT count(DISTINCT feed_id) FROM polls").fetchone()[0] == FEEDS:
                    return
            except sqlite3.OperationalError:
                pass  # not migrated yet
            finally:
                connection.close()
        time.sleep(0.2)
    raise SystemExit(f"the daemon did not poll its feeds:\n{log_file.read_text()}")


def wait_until_idle(daemon: subprocess.Popen[bytes]) -> None:
    """Until the processes of a first poll have ended, which it keeps for a while in case there is more to do."""
    deadline = time.monotonic() + 120
    time.sleep(5)
    while len(tree(daemon.pid)) > 1 and time.monotonic() < deadline:
        time.sleep(1)


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in (of_process(task) or "").split():
            found += tree(int(child))
    return found


def of_process(path: Path) -> str | None:
    """A file of /proc; None where its process has ended since it was listed."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None


def resident_mb(pid: int) -> float:
    """What is resident of a process tree, in MB (10^6 bytes)."""
    pages = 0
    for one in tree(pid):
        if statm := of_process(Path(f"/proc/{one}/statm")):
            pages += int(statm.split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """User and system time of a process tree so far, its ended children included."""
    ticks = 0
    for one in tree(pid):
        if stat := of_process(Path(f"/proc/{one}/stat")):
            # The name, in brackets, may hold spaces; what follows it does not. Fields 14 to 17 of proc(5).
            ticks += sum(int(field) for field in stat.rpartition(")")[2].split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
