"""``aggregator digests``: what was told, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.listed import show, wanted_filter
from aggregator.cli.options import (
    digest_format_option,
    format_option,
    limit_option,
    output_option,
    since_option,
    until_option,
)
from aggregator.cli.output import Column
from aggregator.cli.session import Session, pass_session
from aggregator.cli.words import local
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.digest.render import Form

__all__ = ["command"]


@click.group("digests", invoke_without_command=True)
@since_option
@until_option
@limit_option
@format_option
@output_option
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """List digests, or show one again.

    Without a command behind it, it lists.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_digests, **options)


@command.command("list")
@since_option
@until_option
@limit_option
@format_option
@output_option
@pass_session
def list_digests(session: Session, /, *, form: str, output: Path | None, limit: int | None, **filters: Any) -> None:
    """List digests, newest first."""
    from aggregator.store.listing import digests

    store = session.open_store(read_only=True)
    wanted = wanted_filter(session, store, form=form, limit=limit, **filters)
    zone = session.zone
    columns = (
        Column("id", "id", right=True),
        Column("composed_at", "composed", lambda row: local(row["composed_at"], zone)),
        Column("trigger", "by"),
        Column("entries", "entries", right=True),
        Column("subject", "subject", least=24),
    )
    show(
        digests(store, wanted),
        form=form,
        columns=columns,
        output=output,
        limit=wanted.limit if limit is None else None,
        nothing="no digests" if not any(filters.values()) else "no digests fit",
    )


@command.command("show")
@click.argument("number", metavar="NUMBER|last")
@digest_format_option
@output_option
@pass_session
def show_digest(session: Session, number: str, *, form: Form, output: Path | None) -> None:
    """Show a digest again, exactly as it was composed."""
    from aggregator.cli.digest import write_digest
    from aggregator.digest.model import Digest
    from aggregator.store import digests

    store = session.open_store(read_only=True)
    if number == "last":
        row = next((digests.get(store, row["id"]) for row in digests.listing(store, limit=1)), None)
    else:
        row = digests.get(store, int(number)) if number.isdecimal() else None
    if row is None:
        raise UsageError(f"there is no digest {number}", next_step="`aggregator digests` lists them.")
    write_digest(session, Digest.from_json(row["content"]), form=form, output=output, number=row["id"])
