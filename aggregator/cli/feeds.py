"""``aggregator feeds``: where we look, and how each feed is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.options import format_option, output_option
from aggregator.cli.output import Column, emit, write_document, write_json
from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import clean
from aggregator.cli.words import ago, local, size
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aggregator.store import Store

__all__ = ["command"]

POLLS_SHOWN = 10


_all_option = click.option("--all", "everything", is_flag=True, help="Show the disabled ones in the table too.")


@click.group("feeds", invoke_without_command=True)
@format_option
@output_option
@_all_option
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """List feeds: address, status, next poll and why.

    Without a command behind it, it lists; `show` tells everything of one, with its last polls.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_feeds, **options)


@command.command("list")
@format_option
@output_option
@_all_option
@pass_session
def list_feeds(session: Session, *, form: str, output: Path | None, everything: bool) -> None:
    """List the feeds of config.toml and what is known of each.

    Formats other than the table list the disabled feeds too, with every column of the table feeds, and how many
    posts each carried.
    """
    rows = _rows(session, _store(session))
    listed = [row for row in rows if row["enabled"] or everything or form != "table"]
    columns = (
        Column("name", "feed"),
        Column("status", "status", lambda row: row["status"] if row["enabled"] else "disabled"),
        Column("entries", "entries", right=True, optional=True),
        Column("last_success_at", "last success", lambda row: ago(row["last_success_at"], session.now)),
        Column("next_poll_at", "next poll", lambda row: _next_poll(row, session), least=20),
        Column("last_error", "last error", least=20),
        Column("url", "address", _addresses, least=24, optional=True),
    )
    emit(listed, form=form, columns=columns, output=output, nothing="no feed is enabled in config.toml")
    if len(listed) < len(rows):
        click.echo(f"{len(rows) - len(listed)} disabled ones not shown; --all shows them", err=True)


@command.command("show")
@click.argument("feed")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Its form."
)
@output_option
@pass_session
def show_feed(session: Session, feed: str, *, form: str, output: Path | None) -> None:
    """Show everything known of FEED (its name or its address), and its last polls."""
    from aggregator.store.listing import polls

    store = _store(session)
    rows = _rows(session, store)
    row = next((row for row in rows if feed in {row["name"], row["configured_url"], row["url"]}), None)
    if row is None:
        names = ", ".join(row["name"] for row in rows)
        raise UsageError(f"there is no feed {feed!r}", next_step=f"There are: {names or 'none'}.")
    last = list(polls(store, row["id"], limit=POLLS_SHOWN)) if store and row["id"] is not None else []
    if form == "json":
        write_json(row | {"polls": last}, output)
        return
    lines = [(key.replace("_", " "), _shown(row, key, session)) for key in row]
    lines += [(local(poll["polled_at"], session.zone), _poll(poll)) for poll in last]
    write_document("\n".join(f"{title:<20} {clean(text)}" for title, text in lines), output)


def _store(session: Session) -> Store | None:
    """The database; None where there is none yet: feeds can be listed before they are first polled."""
    if not session.config.database.exists():
        return None
    return session.open_store(read_only=True)


def _rows(session: Session, store: Store | None) -> list[dict[str, Any]]:
    """What config names, in its order, with what the database knows; then what only the database knows."""
    from aggregator.store.feeds import FeedRow
    from aggregator.store.listing import feeds

    stored = {row["name"]: row for row in feeds(store)} if store else {}
    empty: dict[str, Any] = dict.fromkeys(FeedRow.__dataclass_fields__) | {"failures": 0, "entries": 0}
    rows = []
    for feed in session.config.config.feeds:
        row = stored.pop(feed.name, None) or empty | {
            "name": feed.name,
            "url": feed.url,
            "status": "new",
            "next_poll_reason": "not polled yet",
        }
        # Config is read now, the table was brought in line with it by the last poll.
        rows.append(row | {"configured_url": feed.url, "enabled": int(feed.enabled)})
    return rows + [row | {"enabled": 0} for row in stored.values()]


def _poll(row: Mapping[str, Any]) -> str:
    what = row["error"] or f"{row['new']} new, {row['changed']} changed, {row['flagged']} flagged"
    status = f" ({row['http_status']})" if row["http_status"] else ""
    return f"{row['outcome']}{status}, {size(row['bytes'])}, {row['duration']:.2f} s: {what}"


def _next_poll(row: Mapping[str, Any], session: Session) -> str:
    if not row["enabled"]:
        return "never: disabled"
    if row["status"] == "gone":
        return f"never: {row['next_poll_reason']}"
    if row["next_poll_at"] is None:
        return f"now: {row['next_poll_reason']}"
    due = ago(row["next_poll_at"], session.now)
    return f"{due if due.startswith('in ') else 'now'}: {row['next_poll_reason']}"


def _addresses(row: Mapping[str, Any]) -> str:
    if row["url"] == row["configured_url"]:
        return str(row["url"])
    return f"{row['url']} (moved from {row['configured_url']})"


def _shown(row: Mapping[str, Any], key: str, session: Session) -> str:
    value = row[key]
    if value is None:
        return "-"
    if isinstance(value, str) and key.endswith(("_at", "_since", "_until")):
        return f"{local(value, session.zone)} ({ago(value, session.now)})"
    return str(value)
