"""``aggregator status``: how things stand, in one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.options import output_option
from aggregator.cli.output import write_document, write_json
from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import clean
from aggregator.cli.words import ago, local
from aggregator.times import in_zone

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.health import Health

__all__ = ["command"]


@click.command("status")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Its form."
)
@output_option
@pass_session
def command(session: Session, *, form: str, output: Path | None) -> None:
    """Tell how things stand, in one screen.

    The archive, the feeds, the digest, the daemon. It always exits 0; `aggregator healthcheck` is the one to watch.
    """
    from aggregator.health import health
    from aggregator.store.listing import overview

    loaded = session.config_or_shipped
    store = session.open_store(read_only=True)
    figures = overview(store, now=session.now)
    state = health(loaded.database, loaded.config, session.now)
    row = {
        "database": str(loaded.database),
        "database_bytes": loaded.database.stat().st_size,
        **figures,
        "daemon": state.daemon.owner if state.daemon else None,
        "problems": list(state.problems),
        "warnings": list(state.warnings),
    }
    if form == "json":
        write_json(row, output)
        return
    lines = _lines(row, state, session, new=sum(feed.enabled for feed in loaded.config.feeds) - figures["feeds"])
    write_document("\n".join(f"{name:<10}{clean(text)}" for name, text in lines), output)


def _lines(row: dict[str, Any], state: Health, session: Session, *, new: int) -> list[tuple[str, str]]:
    """The screen. ``new``: feeds of the configuration that no poll has put into the database yet."""
    zone = session.zone
    archive = f"{row['entries']:,} entries, {row['flagged']:,} flagged"
    rated = f"{row['ratings']:,} ratings of {row['inspections']:,} inspections"
    troubles = "".join(
        f", {row[f'feeds_{word}']} {word}" for word in ("due", "failing", "gone") if row[f"feeds_{word}"]
    )
    told = f"{row['digests']} so far, the last {_when(row['last_digest_at'], session)}"
    lines = [
        ("archive", f"{archive}; {rated}"),
        ("newest", f"seen {_when(row['last_entry_at'], session)}"),
        ("feeds", f"{row['feeds'] + max(new, 0)} enabled{troubles}{f', {new} not asked yet' if new > 0 else ''}"),
        ("polled", f"last {_when(row['last_polled_at'], session)}; next {_next(row['next_poll_at'], session, new)}"),
        ("digest", f"{told}; {row['waiting_for_digest']:,} entries wait for the next"),
    ]
    if state.daemon is None:
        lines.append(("daemon", "none runs"))
    else:
        beat = state.daemon.heartbeat_at
        lines.append(("daemon", f"{state.daemon.owner}, last beat {in_zone(beat, zone):%Y-%m-%d %H:%M}"))
    lines.append(("database", f"{row['database']}, {row['database_bytes'] / 1_000_000:.1f} MB"))
    lines += [("problem", text) for text in row["problems"]]
    lines += [("warning", text) for text in row["warnings"]]
    return lines


def _when(text: str | None, session: Session) -> str:
    return f"{local(text, session.zone)} ({ago(text, session.now)})" if text else "never"


def _next(text: str | None, session: Session, new: int) -> str:
    if not text:
        return "when you start it: `aggregator poll` or `run`" if new > 0 else "never: no feed is enabled"
    words = ago(text, session.now)
    return words if words.startswith("in ") else "now"
