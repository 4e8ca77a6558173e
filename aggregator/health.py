"""Whether all is well: what ``aggregator healthcheck`` and ``aggregator status`` tell.

Looks at what the daemon leaves in the tables, so it needs no port and notices a dead scheduler: a process that runs and
does nothing has an old heartbeat, or feeds that were due long ago.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.errors import StoreError
from aggregator.times import format_duration, to_text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from aggregator.config.model import Config
    from aggregator.store import Store
    from aggregator.store.daemon import DaemonRow
    from aggregator.store.feeds import FeedHealth

__all__ = ["BEAT_GRACE", "DIGEST_GRACE", "OVERDUE_GRACE", "Health", "health"]

BEAT_GRACE: Final = timedelta(minutes=3)
"""How old a heartbeat may be. Beats are half a minute apart; a busy disk may hold one up."""

OVERDUE_GRACE: Final = timedelta(minutes=30)
"""How long a due feed may wait, as behind many slow ones."""

DIGEST_GRACE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Health:
    """How things stand.

    Attributes:
        problems: What is wrong with the program, one sentence each; empty when all is well.
        warnings: What is wrong around it. A restart would not help, so they make nobody unhealthy.
        daemon: The daemon on record; None where none has run, or the last one said goodbye.
        feeds: The feeds in numbers; None where the database could not be read.
        digest_due_since: The scheduled moment that no digest has answered yet.
    """

    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    daemon: DaemonRow | None = None
    feeds: FeedHealth | None = None
    digest_due_since: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether there is no problem."""
        return not self.problems


def health(store_path: Path, config: Config, now: datetime) -> Health:
    """Look at the database of a daemon; never raises for its state, whatever that is."""
    from aggregator.store import open_store  # noqa: PLC0415 (status pages import this module for its types)

    try:
        with closing(open_store(store_path, create=False, read_only=True)) as store:
            return _look(store, config, now)
    except StoreError as error:
        return Health(problems=(str(error),))


def _look(store: Store, config: Config, now: datetime) -> Health:
    from aggregator.digest.schedule import due_window  # noqa: PLC0415 (as above)
    from aggregator.store import daemon, digests, feeds  # noqa: PLC0415

    running = daemon.current(store)
    state = feeds.health(store, now=now, grace=OVERDUE_GRACE)
    digest_due = due_window(
        last=digests.last_window(store, now=now),
        now=now,
        at=config.digest.at,
        days=config.digest.days,
        zone=config.digest.zone,
        since=digests.started_at(store),
    )
    problems = [*_daemon_problems(running, now), *_overdue(state, now), *_digest_problems(digest_due, now)]
    return Health(tuple(problems), tuple(_all_failing(state)), running, state, digest_due)


def _daemon_problems(running: DaemonRow | None, now: datetime) -> list[str]:
    if running is None:
        return ["No daemon runs on this database; start it with aggregator run"]
    age = now - running.heartbeat_at
    if age > BEAT_GRACE:
        return [f"The daemon ({running.owner}) has not been heard of for {format_duration(age)}"]
    if age < -BEAT_GRACE:
        return [f"The daemon's last beat is {format_duration(-age)} in the future: a clock is wrong"]
    return []


def _overdue(state: FeedHealth, now: datetime) -> list[str]:
    if not state.overdue or state.oldest_due_at is None:
        return []
    feeds = "1 feed is" if state.overdue == 1 else f"{state.overdue} feeds are"
    return [f"{feeds} overdue, the oldest by {format_duration(now - state.oldest_due_at)}"]


def _all_failing(state: FeedHealth) -> list[str]:
    failing = state.by_status.get("failing", 0) + state.by_status.get("gone", 0)
    if not state.enabled or failing < state.enabled:
        return []
    return ["Every feed is failing: is this machine online?"]


def _digest_problems(due: datetime | None, now: datetime) -> list[str]:
    if due is None or now - due <= DIGEST_GRACE:
        return []
    return [f"The digest of {to_text(due)} has not been composed"]
