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
import asyncio
import hashlib
import json
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import ClassVar

HOSTS = 50
RATED = 0.1  # the share of posts that state a rating; most posts, also of blogs in the field, do not
PHASES = ("cold", "304", "same", "new")

_VOCABULARY = """
the of and to in a is that for it as was with be by on not he his but at are this have from or had an they
which one you were her all she there would their we him been has when who will more no if out so said what
up its about into than them can only other new some could time these two may then do first any my now such
like our over man me even most made after also did many before must through back years where much your way
well down should because each just those people mr how too little state good very make world still own see
men work long get here between both life being under never day same another know while last might us great
old year off come since against go came right used take three staff caseload supervision court order officer
community risk assessment report area office board
"""
_WORDS = _VOCABULARY.split()
_SUBJECTS = (
    "<p>The inspectorate rated {area} CRC as ‘Requires improvement’ overall. Leadership was rated ‘Good’.</p>",
    "<p>The NPS in {area} was rated ‘Good’ for public protection.</p>",
    "<p>A report on {area} is out this morning, and it makes uncomfortable reading for the provider.</p>",
)
_AREAS = ("Essex", "Kent", "Gwent", "Cumbria", "Dorset", "Norfolk", "Wiltshire", "Durham")


# --- the feeds ----------------------------------------------------------------------------------------


def _prose(chance: random.Random, words: int) -> str:
    picked = [chance.choice(_WORDS) for _ in range(words)]
    for at in range(0, words, 14):
        picked[at] = picked[at].capitalize()
        picked[at - 1] += "."
    return " ".join(picked)


def _post(chance: random.Random, feed: int, number: int) -> str:
    """A post of about six kilobytes, with the mark-up that WordPress writes."""
    address = f"https://blog{feed}.example/2026/{number:03}/post-{number}/"
    parts = [f'<p><img class="aligncenter" src="{address}head.jpg" alt="" width="640" height="400" /></p>']
    if chance.random() < RATED:
        parts.append(chance.choice(_SUBJECTS).format(area=chance.choice(_AREAS)))
    for paragraph in range(9):
        text = _prose(chance, 90)
        link = f'<a href="https://other.example/{feed}/{number}/{paragraph}" target="_blank" rel="noopener">{text[:24]}</a>'
        parts.append(f"<p>{link} {text} <strong>{_prose(chance, 4)}</strong> &#8217;tis &amp; so on&#8230;</p>")
        if paragraph % 4 == 3:
            parts.append(
                f"<h3>{_prose(chance, 5)}</h3><ul><li>{_prose(chance, 12)}</li><li>{_prose(chance, 9)}</li></ul>"
            )
    published = datetime(2026, 3, 1, 6, 0, tzinfo=UTC) + timedelta(hours=9 * number, minutes=feed % 60)
    return (
        f"<item><title>{_prose(chance, 8)} {feed}-{number}</title><link>{address}</link>"
        f"<dc:creator><![CDATA[Author {feed % 7}]]></dc:creator><pubDate>{format_datetime(published)}</pubDate>"
        f'<category><![CDATA[News]]></category><guid isPermaLink="false">https://blog{feed}.example/?p={number}</guid>'
        f"<description><![CDATA[<p>{_prose(chance, 40)} [&#8230;]</p>]]></description>"
        f"<content:encoded><![CDATA[{chr(10).join(parts)}]]></content:encoded></item>"
    )


def feed(number: int, *, first: int) -> bytes:
    """Feed ``number`` with the ten posts from ``first`` on, newest first."""
    posts = "\n".join(
        _post(random.Random(number * 100_003 + each), number, each) for each in range(first + 9, first - 1, -1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"\n'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">\n'
        f"<channel><title>Blog {number}</title><link>https://blog{number}.example</link><description>Posts</description>"
        f'<atom:link href="https://blog{number}.example/feed/" rel="self" type="application/rss+xml" />'
        f"<language>en-GB</language><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>\n"
        f"{posts}\n</channel></rss>\n"
    ).encode()


# --- the server ---------------------------------------------------------------------------------------


class _Connection(asyncio.Protocol):
    """Just enough HTTP: the server's own cost should not be what is measured."""

    bodies: ClassVar[list[bytes]] = []
    tags: ClassVar[list[bytes]] = []
    validators = True
    requests = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        while b"\r\n\r\n" in self._head:
            head, _, self._head = self._head.partition(b"\r\n\r\n")
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        cls = _Connection
        path = head.split(b" ", 2)[1]
        if path.startswith(b"/control/"):
            self._control(path.decode().split("/")[2:])
            return
        cls.requests += 1
        number = int(path.rsplit(b"/", 2)[1])
        tag = cls.tags[number]
        if cls.validators and tag in head:
            self._transport.write(b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % tag)
            return
        validator = b"ETag: %b\r\n" % tag if cls.validators else b""
        body = cls.bodies[number]
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=UTF-8\r\n%bContent-Length: %d\r\n\r\n"
            % (validator, len(body))
        )
        self._transport.write(body)

    def _control(self, words: list[str]) -> None:
        cls = _Connection
        if words[0] == "validators":
            cls.validators = words[1] == "on"
        elif words[0] == "posts":
            cls.bodies = [feed(number, first=int(words[1])) for number in range(len(cls.bodies))]
            cls.tags = [b'"%b"' % hashlib.md5(body).hexdigest().encode() for body in cls.bodies]
        said = json.dumps({"requests": cls.requests, "bytes": sum(map(len, cls.bodies))}).encode()
        cls.requests = 0
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(said) + said)
        self._transport.close()


async def _serve(feeds: int) -> None:
    _Connection.bodies = [b""] * feeds
    _Connection.tags = [b""] * feeds
    loop = asyncio.get_running_loop()
    first = await loop.create_server(_Connection, "127.0.0.1", 0, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    for host in range(1, HOSTS + 1):
        await loop.create_server(_Connection, f"127.0.1.{host}", port, backlog=1024)
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever started us goes


class Server:
    """The server's process, and its switchboard."""

    def __init__(self, feeds: int) -> None:
        self.feeds = feeds
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(feeds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def tell(self, *words: object) -> dict[str, int]:
        """Throw a switch; what it counted since the last time."""
        path = "/".join(map(str, words))
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/control/{path}") as answer:
            told: dict[str, int] = json.load(answer)
        return told

    @property
    def urls(self) -> list[str]:
        """The addresses of the feeds, host after host."""
        return [f"http://127.0.1.{number % HOSTS + 1}:{self.port}/feed/{number}/" for number in range(self.feeds)]

    def close(self) -> None:
        """End it."""
        self._process.communicate("")


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
    arguments.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.serve:
        asyncio.run(_serve(given.serve))
        return
    phases = given.phases.split(",")
    server = Server(given.feeds)
    size = server.tell("posts", 1)["bytes"] / given.feeds
    print(f"{given.feeds} feeds of {size / 1000:.0f} kB on {os.cpu_count()} cores, Python {sys.version.split()[0]}")
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
