"""Processes that compose and send, and are killed at random moments. Run by test_kills.py, in a process of its own.

    python -m tests.digest.kills outbox|all DATABASE PORT KILLS SEED

"outbox": each life sends what waits. "all": before each life a post comes in; each life composes what is due and sends.
Prints how many were killed. Forks, so it has no threads and imports everything first.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.config.model import Config
from aggregator.digest import smtp  # noqa: F401 - so that no life has to
from aggregator.digest.dispatch import compose_all, send
from aggregator.digest.model import Digest
from aggregator.digest.office import written
from aggregator.store import digests, open_store
from aggregator.store.deliveries import Planned, plan
from tests.digest.archive import Archive
from tests.digest.samples import rating

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2019, 4, 18, 6, 0, tzinfo=UTC)
RECIPIENTS = ("ann@example.org", "bob@example.org", "cem@example.org")


def config(port: int) -> Config:
    return Config.model_validate(
        {
            "mail": {
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
                "sender": "digest@example.org",
                "recipients": RECIPIENTS,
            }
        }
    )


def life(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def killed(child: int, after: float) -> bool:
    """Kill it after so many seconds; False where it had ended by itself before."""
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise RuntimeError("a life failed by itself")
    return False


def keep_waiting(path: Path, at_least: int = 30) -> None:
    """See to it that there is something to send: on a fast machine a life sends many."""
    with open_store(path) as store, store.write() as connection:
        (waiting,) = connection.execute("SELECT count(*) FROM deliveries WHERE state = 'waiting'").fetchone()
        (all_of_them,) = connection.execute("SELECT count(*) FROM deliveries").fetchone()
        if waiting < at_least:
            more = [Planned("mail", f"reader-{all_of_them + n}@example.org", START) for n in range(100)]
            plan(connection, 1, more, subscriber=None, now=START)


def time_of_five(path: Path, settings: Config) -> float:
    """How long a life takes that sends five: kills are to come while it sends, on a slow machine too."""

    def work() -> None:
        left = iter(range(5))
        with open_store(path) as store:
            send(store, settings, clock=lambda: START, stop=lambda: next(left, None) is None)

    started = time.monotonic()
    _, status = os.waitpid(life(work), 0)
    if status:
        raise RuntimeError("a life failed by itself")
    return time.monotonic() - started


def main() -> None:
    what, path, port, kills, seed = sys.argv[1], Path(sys.argv[2]), *(int(each) for each in sys.argv[3:6])
    chance = random.Random(seed)
    settings = config(port)
    longest = 0.15
    if what == "outbox":
        keep_waiting(path)
        with open_store(path) as store:  # rendered once, for all lives
            row = digests.get(store, 1)
            assert row is not None
            written(
                settings, Digest.from_json(row["content"]), number=1, channel="mail", recipient="a@b.c", reader=None
            )
        longest = time_of_five(path, settings)
    count = lives = 0
    while count < kills:
        lives += 1
        # A day for each life: what the killed one held has lapsed, and the next digest is due.
        now = START + timedelta(days=lives)
        if what == "all":
            archive = Archive(path)
            archive.entry(f"Post {lives}", rating(area=f"Area {lives}"), seen=now - timedelta(hours=3))
            archive.close()

        def work(now: datetime = now) -> None:
            with open_store(path) as store:
                if what == "all":
                    compose_all(store, settings, now=now)
                send(store, settings, clock=lambda: now)

        count += killed(life(work), chance.uniform(0, longest))
        if what == "outbox":
            keep_waiting(path)
    now = START + timedelta(days=lives + 1)
    with open_store(path) as store:
        if what == "all":
            compose_all(store, settings, now=now)
        send(store, settings, clock=lambda: now)
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main()
