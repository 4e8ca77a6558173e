"""Whether a poll costs more when much is stored: the same feeds, polled into archives of different sizes.

    python benchmarks/poll_growth.py                              # 10,000 and 1,000,000 stored posts
    python benchmarks/poll_growth.py --stored 10000,100000

The archive is filled beforehand with short posts of feeds that are no longer configured, as years of polling leave
them: with their addresses, guids, and full-text index. Then ``aggregator poll`` asks 200 local feeds of the kind in
poll_speed.py, as one whole process: cold, 304, one new post each. A million posts take about 2 GB and some minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import statistics
import tempfile
from pathlib import Path

from _feed_farm import Server
from _readers import Aggregator
from poll_speed import Figures, measure

from aggregator.store import open_store
from aggregator.store.entries import index_new

BATCH = 20_000
LONG_AGO = "2020-01-01T00:00:00Z"
PHASES = ["cold", "304", "new"]
_WORDS = [f"{start}{end}" for start in ("pro", "in", "re", "un", "super") for end in ("bate", "spect", "port", "paid")]


def stock(path: Path, posts: int) -> None:
    """Fill the database at ``path`` with so many old posts."""
    chance = random.Random(5)
    with open_store(path) as store:
        store.connection.execute("PRAGMA synchronous = OFF")  # filling is not what is measured
        with store.write() as connection:
            connection.execute(
                "INSERT INTO feeds (id, name, configured_url, url, enabled, next_poll_at, next_poll_reason)"
                " VALUES (1, 'old', 'https://old.example/feed/', 'https://old.example/feed/', 0, ?, 'never')",
                (LONG_AGO,),
            )
        for first in range(1, posts + 1, BATCH):
            numbers = range(first, min(first + BATCH, posts + 1))
            hashes = [hashlib.sha256(str(number).encode()).hexdigest() for number in numbers]
            dates = [f"20{n % 20:02}-01-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02}:00Z" for n in numbers]
            texts = [" ".join(chance.choices(_WORDS, k=60)) for _ in numbers]
            with store.write() as connection:
                connection.executemany(
                    "INSERT INTO entries (id, canonical_url, title, published_at, first_seen_at, news, html, text,"
                    " content_hash, extractor_version) VALUES (?, ?, ?, ?, ?, 0, '', ?, ?, 1)",
                    [
                        (n, f"https://old.example/p/{n}/", f"Old post {n}", date, LONG_AGO, text, digest)
                        for n, date, text, digest in zip(numbers, dates, texts, hashes, strict=True)
                    ],
                )
                connection.executemany(
                    "INSERT INTO sightings (entry_id, feed_id, guid, url, match_key, guid_key, title, published_at,"
                    " content_hash, first_seen_at, last_seen_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        (
                            n,
                            f"https://old.example/?p={n}",
                            f"https://old.example/p/{n}/",
                            f"old.example/p/{n}",
                            f"old.example?p={n}",
                            f"Old post {n}",
                            date,
                            digest,
                            LONG_AGO,
                            LONG_AGO,
                        )
                        for n, date, digest in zip(numbers, dates, hashes, strict=True)
                    ],
                )
                index_new(connection)
        store.checkpoint()


def main() -> None:
    """Read the command line, measure, print the ratio of the largest to the smallest archive."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--stored", default="10000,1000000", help="sizes of the archive")
    arguments.add_argument("--feeds", type=int, default=200)
    arguments.add_argument("--repeat", type=int, default=3, help="rounds; the median of their ratios counts")
    given = arguments.parse_args()
    sizes = sorted(map(int, given.stored.split(",")))
    found: dict[tuple[int, str], list[float]] = {}
    server = Server(given.feeds)
    try:
        with tempfile.TemporaryDirectory() as name:
            for size in sizes:
                stock(_archive(name, size), size)
            for number in range(given.repeat):
                # The archives take turns, in another order each round: what else the machine does meets them alike.
                for size in sizes if number % 2 else reversed(sizes):
                    print(f"{size:,} stored posts")
                    for figures in _poll_into(_archive(name, size), server):
                        found.setdefault((size, figures.phase), []).append(figures.cpu)
    finally:
        server.close()
    smallest, largest = sizes[0], sizes[-1]
    for phase in PHASES:
        pairs = zip(found[smallest, phase], found[largest, phase], strict=True)
        ratio = statistics.median(large / small for small, large in pairs)
        print(f"{phase:<6}{ratio:6.2f} times the processor time at {largest:,} as at {smallest:,}")


def _archive(folder: str, posts: int) -> Path:
    return Path(folder) / f"{posts}.db"


def _poll_into(archive: Path, server: Server) -> list[Figures]:
    """All kinds of poll into a copy of that archive."""
    with tempfile.TemporaryDirectory(dir=archive.parent) as name:
        copied = Path(name) / "aggregator.db"
        shutil.copyfile(archive, copied)
        with copied.open("rb") as copy:
            os.fsync(copy.fileno())  # else the first commit of the poll does: gigabytes, on its own account
        return measure([Aggregator(copied.parent, server)], server, PHASES)


if __name__ == "__main__":
    main()
