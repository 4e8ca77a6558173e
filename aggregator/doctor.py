"""What ``aggregator doctor`` looks at: everything round the program that can be wrong, each with what to do about it.

``health`` asks whether the daemon does its work; this asks why it does not, or will not.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from aggregator.errors import DatabaseBusy, StoreError
from aggregator.times import format_duration, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from aggregator.config.load import LoadedConfig
    from aggregator.store import Store
    from aggregator.store.feeds import FeedRow

__all__ = ["Finding", "State", "examine"]

State = Literal["ok", "warning", "problem"]

_MADE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock is right that shows a time before this program was written."""

_SLACK: Final = timedelta(minutes=5)
_BIG_LOG: Final = 100_000_000
_LITTLE_ROOM: Final = 100_000_000
_OLD_BACKUP: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: The thing.
        state: How it is.
        finding: What was seen, in a line.
        advice: What to do; empty where all is well.
    """

    what: str
    state: State
    finding: str
    advice: str = ""


def examine(loaded: LoadedConfig, now: datetime, *, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything, the quick things first; never raises for what it finds.

    Args:
        loaded: A configuration without faults.
        now: UTC.
        environ: The environment, where secrets may be.
    """
    yield from _config(loaded, environ)
    yield from _sqlite()
    yield from _disk(loaded.database)
    yield from _clock(now)
    yield from _database(loaded, now)
    yield from _backups(loaded.database, now)


def _sqlite() -> Iterator[Finding]:
    from aggregator.store.checkup import library  # noqa: PLC0415 (sqlite3: not for whoever wants the types)

    found = library()
    if not found.has_search:
        yield Finding("sqlite", "problem", f"version {found.version} has no FTS5", "Use a Python whose SQLite has FTS5")
    elif found.resets_wrongly:
        yield Finding(
            "sqlite",
            "warning",
            f"version {found.version} has a rare bug: two processes that write at once may damage a database",
            "Keep backups, or use a Python with SQLite 3.51.3 or newer",
        )
    else:
        yield Finding("sqlite", "ok", f"version {found.version}")


def _disk(database: Path) -> Iterator[Finding]:
    from aggregator.store.checkup import file_system  # noqa: PLC0415
    from aggregator.store.room import LEAST, free_bytes  # noqa: PLC0415

    folder = database.parent
    if not folder.is_dir():
        yield Finding("folder", "problem", f"{folder} does not exist", "Create it, or name another as database.path")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("folder", "problem", f"{folder} cannot be written", "Make it writable for this user")
    elif database.exists() and not os.access(database, os.R_OK | os.W_OK):
        yield Finding("folder", "problem", f"{database} cannot be written", "Make it writable for this user")
    else:
        yield Finding("folder", "ok", f"{folder} can be written")
    if kind := file_system(folder):
        yield Finding(
            "file system",
            "warning",
            f"{folder} is on {kind}, where SQLite's locks may not hold",
            "Put the database on a disk of this machine",
        )
    free = free_bytes(database)
    if free is None:
        return
    words = f"{free / 1_000_000:,.0f} MB are free"
    if free < LEAST:
        yield Finding("disk", "problem", words, "Make room: nothing is polled until then, and nothing is lost")
    elif free < _LITTLE_ROOM:
        yield Finding("disk", "warning", words, "Make room soon; a backup needs as much as the database again")
    else:
        yield Finding("disk", "ok", words)


def _config(loaded: LoadedConfig, environ: Mapping[str, str]) -> Iterator[Finding]:
    from aggregator.config.advice import advice  # noqa: PLC0415

    lines = list(advice(loaded.config, environ=environ))
    for line in lines:
        yield Finding("config", "warning", line, f"Look at {loaded.path}; aggregator check tells the same")
    if not lines:
        yield Finding("config", "ok", f"{loaded.path} has no faults, and names no secret that is missing")


def _clock(now: datetime) -> Iterator[Finding]:
    if now < _MADE:
        yield Finding("clock", "problem", f"it shows {to_text(now)}, which is past", "Set it, or let NTP do it")


def _database(loaded: LoadedConfig, now: datetime) -> Iterator[Finding]:
    from aggregator.store import open_store  # noqa: PLC0415

    path = loaded.database
    if not path.exists() and not path.is_symlink():
        yield Finding("database", "ok", f"there is none yet at {path}", "aggregator poll makes it")
        return
    try:
        with closing(open_store(path, create=False, read_only=True)) as store:
            yield from _inside(store, loaded, now)
    except StoreError as error:
        yield Finding("database", "problem", error.what, error.next_step or "")


def _inside(store: Store, loaded: LoadedConfig, now: datetime) -> Iterator[Finding]:
    from aggregator.store.checkup import integrity, journal_mode  # noqa: PLC0415

    if found := integrity(store):
        yield Finding(
            "database",
            "problem",
            f"damaged: {'; '.join(found)}"[:300],
            "Stop the daemon and restore a backup; where nothing but indexes is named: aggregator doctor --repair",
        )
        return
    size = store.path.stat().st_size / 1_000_000
    yield Finding("database", "ok", f"{store.path}, {size:,.1f} MB, sound")
    if (mode := journal_mode(store)) != "wal":
        yield Finding(
            "log", "warning", f"the journal mode is {mode}, not wal", "Put it on a disk that can share memory, and poll"
        )
    if (grown := store.log_size) > _BIG_LOG:
        yield Finding(
            "log",
            "warning",
            f"{store.path.name}-wal has grown to {grown / 1_000_000:,.0f} MB",
            "Some program reads the database and never ends its transaction: close it",
        )
    yield from _search_index(loaded)
    yield from _moments(store, now)
    yield from _feeds(store, now)
    yield from _daemon(loaded, now)


def _search_index(loaded: LoadedConfig) -> Iterator[Finding]:
    from aggregator.store import open_store  # noqa: PLC0415
    from aggregator.store.checkup import index_problem  # noqa: PLC0415

    try:
        with closing(
            open_store(loaded.database, create=False, busy_timeout=loaded.config.database.busy_timeout)
        ) as store:
            found = index_problem(store)
    except DatabaseBusy:
        yield Finding("search", "warning", "not looked at: another process is writing", "Try again in a minute")
    except StoreError as error:
        yield Finding("search", "warning", f"not looked at: {error.what}")
    else:
        if found:
            yield Finding(
                "search", "problem", f"the full-text index: {found}", "Make it again: aggregator doctor --repair"
            )
        else:
            yield Finding("search", "ok", "the full-text index agrees with the posts")


def _moments(store: Store, now: datetime) -> Iterator[Finding]:
    """Times that no right clock can have written."""
    from aggregator.store.listing import overview  # noqa: PLC0415
    from aggregator.store.values import time_of  # noqa: PLC0415

    figures = overview(store, now=now)
    latest = max((text for text in (figures["last_entry_at"], figures["last_polled_at"]) if text), default=None)
    if latest is not None and time_of(latest) > now + _SLACK:
        ahead = format_duration(time_of(latest) - now)
        yield Finding(
            "clock",
            "warning",
            f"something was stored {ahead} in the future: this machine's clock is behind, or was ahead then",
            "Look at the clock; polling has adjusted itself already",
        )
    else:
        yield Finding("clock", "ok", to_text(now))


def _feeds(store: Store, now: datetime) -> Iterator[Finding]:
    from aggregator.store.feeds import feeds  # noqa: PLC0415

    rows = [row for row in feeds(store) if row.enabled]
    bad = [row for row in rows if row.status in ("failing", "gone")]
    for row in bad:
        since = row.failing_since or row.last_polled_at
        words = f"{row.name}: {row.last_error}" + (f", for {format_duration(now - since)}" if since else "")
        yield Finding("feed", "warning", words, _what_next(row))
    if rows and not bad:
        yield Finding("feeds", "ok", f"{len(rows)} enabled, none fails")
    elif not rows:
        yield Finding("feeds", "warning", "none is polled yet", "Add [[feeds]] to config.toml, and run aggregator poll")


def _what_next(row: FeedRow) -> str:
    if row.status == "gone":
        return f"It is asked no more. Look for its new address; aggregator poll {row.name} --force asks once"
    return (
        f"Asked again at {to_text(row.next_poll_at)} ({row.next_poll_reason}); now: aggregator poll {row.name} --force"
    )


def _daemon(loaded: LoadedConfig, now: datetime) -> Iterator[Finding]:
    from aggregator.health import health  # noqa: PLC0415

    state = health(loaded.database, loaded.config, now)
    for line in state.problems:
        yield Finding("daemon", "warning", line, "aggregator status tells how things stand")
    if state.ok:
        yield Finding("daemon", "ok", "it runs and does its work")


def _backups(database: Path, now: datetime) -> Iterator[Finding]:
    from aggregator.store.backup import backups_in  # noqa: PLC0415

    if not database.exists():
        return
    found = backups_in(database.parent / "backups", database)
    if not found:
        yield Finding(
            "backup", "warning", f"there is none in {database.parent / 'backups'}", "Make one: aggregator backup"
        )
        return
    try:
        age = now - datetime.fromtimestamp(found[0].stat().st_mtime, UTC)
    except OSError:
        return
    if age > _OLD_BACKUP:
        yield Finding(
            "backup", "warning", f"the newest is {format_duration(age)} old", "Once a day: aggregator backup --keep 7"
        )
    else:
        yield Finding("backup", "ok", f"{found[0].name}, {format_duration(age)} old")
