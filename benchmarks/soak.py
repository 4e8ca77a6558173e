"""Whether a daemon stays as it is over thousands of polls: memory, open files, threads, tasks, SQLite's log.

    python benchmarks/soak.py                  two minutes, some thousands of polls
    python benchmarks/soak.py --seconds 3600   an hour

The daemon is the real one on a clock that runs fast, so that feeds are due all the time. Of its feeds most change now and
then; the others fail in every way there is: errors, broken documents, connections that break off or say nothing, a
megabyte now and then. For a third of the time a reader holds a transaction open, as a notebook does. Exits 1 where
the last third of the samples needs more than the third before it did. Linux: it reads /proc.
"""

from __future__ import annotations

import argparse
import json
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

FEEDS = 40
TEXT = "The Essex CRC was rated 'Good' overall, and staff said that supervision had become better. " * 30
GROWTH = 1.15  # times what it was a third of the time before
SLACK = {"rss_mb": 8.0, "files": 4, "threads": 2, "tasks": 12, "wal_mb": 4.0}

DAEMON = """
import asyncio, json, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from aggregator import daemon, logs
from aggregator.config.load import load
folder, speed = Path(sys.argv[1]), float(sys.argv[2])
began, start, told = datetime.now(UTC), time.monotonic(), [0.0]

def clock():
    try:
        tasks = len(asyncio.all_tasks())
    except RuntimeError:
        tasks = None
    if tasks is not None and time.monotonic() - told[0] > 0.5:
        told[0] = time.monotonic()
        (folder / "tasks.part").write_text(str(tasks))
        (folder / "tasks.part").rename(folder / "tasks")
    return began + timedelta(seconds=(time.monotonic() - start) * speed)

logs.configure("json", 30)
day = timedelta(days=1)
sys.exit(daemon.run(load(folder / "config.toml", environ={}), beat=timedelta(seconds=0.25), lease=300 * day,
                    housekeeping=timedelta(seconds=5), clock=clock))
"""


class Feeds(BaseHTTPRequestHandler):
    """What each feed answers follows from its number and from how often it was asked."""

    protocol_version = "HTTP/1.1"
    asked: dict[int, int] = {}  # noqa: RUF012 - one server, one ledger

    def do_GET(self) -> None:
        """Answer a poll."""
        number = int(self.path.strip("/"))
        count = self.asked[number] = self.asked.get(number, 0) + 1
        edition = count // 4
        kind = number % 10 if number % 2 else 0
        status, body = 200, document(number, edition)
        if kind == 1 and count % 3 == 0:
            status, body = 503, b"later"
        elif kind == 3 and count % 3 == 0:
            body = body[: len(body) // 2]
        elif kind == 5 and count % 5 == 0:
            self.close_connection = True
            return
        elif kind == 7 and count % 20 == 0:
            time.sleep(3)  # longer than the deadline
        elif kind == 9 and count % 10 == 0:
            body = body.replace(b"</channel>", b"<!--" + b"x" * 1_000_000 + b"--></channel>")
        tag = f'"{edition}"'
        if status == 200 and kind == 0 and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Server(ThreadingHTTPServer):
    """One that says nothing of clients that hang up."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing."""


def document(number: int, edition: int) -> bytes:
    """Ten posts, the newest of this edition."""
    posts = "".join(
        f"<item><title>Feed {number}, post {each}</title><link>https://f{number}.example/{each}</link>"
        f"<guid>f{number}-{each}</guid><description>{TEXT} {number} {each}</description></item>"
        for each in range(edition + 10, edition, -1)
    )
    return f"<rss version='2.0'><channel><title>Feed {number}</title>{posts}</channel></rss>".encode()


def main() -> int:
    """Run, sample, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120, help="how long (default 120)")
    parser.add_argument(
        "--speed", type=float, default=3000, help="how many times as fast its clock runs (default 3000)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Feeds)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        configure(folder, server.server_address[1])
        with (folder / "log").open("w") as log:
            process = subprocess.Popen([sys.executable, "-c", DAEMON, name, str(options.speed)], stderr=log)
            try:
                samples = watch(process, folder, options.seconds)
            finally:
                process.send_signal(signal.SIGTERM)
                status = process.wait(30)
        with sqlite3.connect(folder / "aggregator.db") as database:
            (polls,) = database.execute("SELECT max(id) FROM polls").fetchone()
            (entries,) = database.execute("SELECT count(*) FROM entries").fetchone()
            sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
        tracebacks = (folder / "log").read_text().count("Traceback")
    figures = judge(samples)
    flat = all(figure["flat"] for figure in figures.values())
    if options.json:
        print(json.dumps({"polls": polls, "entries": entries, "flat": flat, **figures}))
    else:
        print(f"{polls:,} polls, {entries:,} entries in {options.seconds:g} s; exit status {status},", end=" ")
        print(f"{tracebacks} tracebacks, database {'sound' if sound else 'DAMAGED'}")
        for what, figure in figures.items():
            middle, last = figure["middle"], figure["last"]
            print(f"  {what:8} {middle:8.1f} -> {last:8.1f}   most {figure['most']:8.1f}   {verdict(figure)}")
    return 0 if flat and sound and status == 0 and not tracebacks else 1


def verdict(figure: dict[str, float]) -> str:
    """In a word."""
    return "flat" if figure["flat"] else "GROWS"


def configure(folder: Path, port: int) -> None:
    """Every feed is due every quarter of an hour of a clock that runs fast."""
    feeds = "".join(f'[[feeds]]\nname = "f{n}"\nurl = "http://127.0.0.1:{port}/{n}"\n' for n in range(FEEDS))
    (folder / "config.toml").write_text(
        f'[http]\nallow = ["127.0.0.1:{port}"]\ndeadline = "2s"\nper_host = 8\n'
        '[polling]\ninterval = "15m"\nmin_interval = "5m"\nmax_interval = "1h"\nkeep_polls = "2d"\n'
        f"{feeds}"
    )


def watch(process: subprocess.Popen[bytes], folder: Path, seconds: float) -> list[dict[str, float]]:
    """Sample the process tree; hold a transaction open in the middle third."""
    samples = []
    began = time.monotonic()
    reader: sqlite3.Connection | None = None
    while (elapsed := time.monotonic() - began) < seconds:
        time.sleep(1)
        if process.poll() is not None:
            raise SystemExit(f"the daemon ended: {(folder / 'log').read_text()[-2000:]}")
        if elapsed > seconds / 9 and reader is None:
            reader = sqlite3.connect(folder / "aggregator.db", isolation_level=None)
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM entries").fetchone()
        if elapsed > seconds * 4 / 9 and reader is not None and reader.in_transaction:
            reader.execute("ROLLBACK")
        samples.append(sample(process.pid, folder))
    if reader is not None:
        reader.close()
    return samples


def sample(pid: int, folder: Path) -> dict[str, float]:
    """Memory of the whole tree; files, threads and tasks of the daemon itself."""
    memory = 0.0
    for each in [pid, *children(pid)]:
        try:
            memory += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * 4096 / 1e6
        except OSError:
            continue
    threads = next(
        line.split()[1] for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Threads")
    )
    tasks, log = folder / "tasks", folder / "aggregator.db-wal"
    return {
        "rss_mb": memory,
        "files": len(list(Path(f"/proc/{pid}/fd").iterdir())),
        "threads": int(threads),
        "tasks": int(tasks.read_text()) if tasks.exists() else 0,
        "wal_mb": log.stat().st_size / 1e6 if log.exists() else 0,
    }


def children(pid: int) -> list[int]:
    """The worker processes."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def judge(samples: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Medians of the second and of the last third; flat where the last is about what the second was, or less."""
    third = len(samples) // 3
    figures = {}
    for what in samples[0]:
        middle = statistics.median(each[what] for each in samples[third : 2 * third])
        last = statistics.median(each[what] for each in samples[2 * third :])
        flat = last <= max(middle * GROWTH, middle + SLACK[what])
        figures[what] = {"middle": middle, "last": last, "most": max(each[what] for each in samples), "flat": flat}
    return figures


if __name__ == "__main__":
    sys.exit(main())
