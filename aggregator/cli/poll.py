"""``aggregator poll``: one pass over what is due."""

from __future__ import annotations

import asyncio
import gc
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.app import SIGNALLED
from aggregator.cli.options import format_option, output_option
from aggregator.cli.output import Column, emit, is_terminal
from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import clean
from aggregator.cli.words import ago, size
from aggregator.errors import Exit, UsageError
from aggregator.stopping import listen
from aggregator.times import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from aggregator.config.load import LoadedConfig
    from aggregator.polling.outcome import Changes
    from aggregator.store import Store
    from aggregator.store.feeds import FeedRow

__all__ = ["command"]


@click.command("poll")
@click.argument("feeds", metavar="[FEED]...", nargs=-1)
@click.option(
    "--force",
    is_flag=True,
    help="Ask feeds that are not due too, also in quiet hours. A Retry-After that still runs is waited for.",
)
@format_option
@output_option
@pass_session
def command(session: Session, *, feeds: tuple[str, ...], force: bool, form: str, output: Path | None) -> int:
    """Ask the feeds that are due, once.

    All of them, or only those named. Prints what came of each: its status, what is new, changed and flagged, and
    when it is asked next and why. The exit status is 1 when a feed failed. Ctrl-C ends the pass in order: what came
    is kept; once more ends it at once.
    """
    gc.set_threshold(200_000)  # until ``settle``: what is imported from here on makes no garbage
    from aggregator.polling.quiet import keep_quiet
    from aggregator.polling.setup import feed_entries
    from aggregator.polling.telling import tell
    from aggregator.store.feeds import sync

    loaded = session.config
    _check_names(loaded, feeds)
    # On a terminal a bar tells how far it is, and what failed stands below the table; elsewhere it is lines of log.
    shows = is_terminal(sys.stderr) and not session.quiet
    session.configure_logs(quiet=shows and not session.verbose)
    store = session.open_store(create=True)
    sync(store, feed_entries(loaded.config), session.now)
    if not force:
        keep_quiet(store, loaded.config, now=session.now)
    due, waiting = _due(store, session, names=feeds, force=force)
    stopped: list[int] = []
    with _progress(len(due)) if shows else nullcontext(tell) as advance:
        changes = asyncio.run(_poll(store, loaded, feeds, force=force, stopped=stopped, on_changes=advance))
    rows = [_row(each) for each in changes]
    nothing = _why_nothing(waiting, session) if waiting else "no feed is enabled"
    _emit(rows, session, form=form, output=output, nothing=nothing)
    if shows and form == "table":
        _tell_errors(rows)
    if stopped:
        return SIGNALLED + stopped[0]
    return Exit.FAILED if any(row["status"] == "failed" for row in rows) else Exit.FINE


async def _poll(
    store: Store,
    loaded: LoadedConfig,
    names: Sequence[str],
    *,
    force: bool,
    stopped: list[int],
    on_changes: Callable[[Changes], None],
) -> list[Changes]:
    from aggregator.polling.cycle import poll_once
    from aggregator.polling.memory import settle

    settle()
    stop = asyncio.Event()

    def on_signal(number: int) -> None:
        stopped.append(number)
        stop.set()

    listen(on_signal)
    return await poll_once(
        store,
        loaded,
        clock=lambda: datetime.now(UTC),
        names=names or None,
        force=force,
        on_changes=on_changes,
        stop=stop,
    )


def _check_names(loaded: LoadedConfig, names: Sequence[str]) -> None:
    known = {feed.name: feed for feed in loaded.config.feeds}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "`aggregator feeds --all` lists them."
            raise UsageError(f"there is no feed {name!r} in {loaded.path}", next_step=hint)
        if not known[name].enabled:
            raise UsageError(f"the feed {name} is disabled in {loaded.path}")


def _due(store: Store, session: Session, *, names: Sequence[str], force: bool) -> tuple[list[FeedRow], list[FeedRow]]:
    """The feeds that this pass will ask, as far as can be told, and those that it will not."""
    from aggregator.store.feeds import feeds

    asked = [row for row in feeds(store) if row.enabled and (not names or row.name in names)]
    due: list[FeedRow] = []
    waiting: list[FeedRow] = []
    for row in asked:
        is_due = force or (row.status != "gone" and row.next_poll_at <= session.now)
        (due if is_due else waiting).append(row)
    return due, waiting


def _why_nothing(waiting: Sequence[FeedRow], session: Session) -> str:
    row = min(waiting, key=lambda row: row.next_poll_at)
    when = "never" if row.status == "gone" else ago(to_text(row.next_poll_at), session.now)
    return f"no feed is due; {row.name} is the next, {when} ({row.next_poll_reason}); --force asks now"


# --- what it shows ------------------------------------------------------------------------------------


def _row(changes: Changes) -> dict[str, Any]:
    return {
        "feed": changes.feed,
        "status": changes.outcome,
        "http_status": changes.status,
        "new": len(changes.new),
        "changed": len(changes.changed),
        "flagged": len(changes.flagged),
        "bytes": changes.wire_bytes,
        "time": round(changes.elapsed, 3),
        "next_poll_at": to_text(changes.next_poll_at) if changes.next_poll_at else None,
        "next_poll_reason": changes.next_poll_reason,
        "error": changes.error,
        "warning": changes.warning,
        "new_entries": list(changes.new),
        "changed_entries": list(changes.changed),
        "flagged_entries": list(changes.flagged),
    }


def _emit(rows: list[dict[str, Any]], session: Session, *, form: str, output: Path | None, nothing: str) -> None:
    columns = (
        Column("feed", "feed"),
        Column("status", "status", _status),
        Column("new", "new", right=True),
        Column("changed", "changed", right=True),
        Column("flagged", "flagged", right=True),
        Column("bytes", "size", lambda row: size(row["bytes"]), right=True, optional=True),
        Column("time", "time", lambda row: f"{row['time']:.2f} s", right=True, optional=True),
        Column("next_poll_at", "next poll", lambda row: _next(row, session), least=20),
    )
    rows.sort(key=lambda row: str(row["feed"]))
    emit(rows, form=form, columns=columns, output=output, nothing=nothing)


def _tell_errors(rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        if told := row["error"] or row["warning"]:
            click.echo(clean(f"{row['feed']}: {told}"), err=True)


def _status(row: Mapping[str, Any]) -> str:
    return f"{row['status']} {row['http_status']}" if row["http_status"] else str(row["status"])


def _next(row: Mapping[str, Any], session: Session) -> str:
    from aggregator.polling.schedule import NEVER

    never = row["next_poll_at"] in (None, to_text(NEVER))
    when = "never" if never else ago(row["next_poll_at"], session.now)
    return f"{when}: {row['next_poll_reason']}" if row["next_poll_reason"] else when


def _progress(total: int) -> AbstractContextManager[Callable[[Changes], None]]:
    from aggregator.cli.progress import bar

    return bar(total)
