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
from aggregator.cli.output import Column, emit
from aggregator.cli.session import Session, pass_session
from aggregator.cli.words import local
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.digest.render import Form
    from aggregator.store import Store

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
@click.option("--to", "recipient", metavar="ADDRESS", help="The whole message that this recipient got, as it was sent.")
@click.pass_context
def show_digest(
    context: click.Context, /, number: str, *, form: Form, output: Path | None, recipient: str | None
) -> None:
    """Show a digest again, exactly as it was composed."""
    from aggregator.cli.digest import write_digest
    from aggregator.cli.output import write_document
    from aggregator.digest.dispatch import as_sent
    from aggregator.digest.model import Digest

    session = context.ensure_object(Session)
    store = session.open_store(read_only=True)
    row = _digest(store, number)
    if recipient is None:
        write_digest(session, Digest.from_json(row["content"]), form=form, output=output, number=row["id"])
        return
    if form != "eml" and context.get_parameter_source("form") is not click.core.ParameterSource.DEFAULT:
        raise UsageError("--to shows a whole message", next_step="Leave --format out, or make it eml.")
    message, same = as_sent(store, session.config_or_shipped.config, row["id"], recipient)
    write_document(message, output)
    if not same and not session.quiet:
        click.echo("The configuration has changed since: the message that was sent had another Message-ID.", err=True)


@command.command("deliveries")
@click.argument("number", metavar="[NUMBER|last]", required=False)
@limit_option
@format_option
@output_option
@pass_session
def list_deliveries(
    session: Session, /, number: str | None, *, limit: int | None, form: str, output: Path | None
) -> None:
    """List to whom digests went, and what came of it, newest first."""
    from aggregator.store.deliveries import listing

    store = session.open_store(read_only=True)
    zone = session.zone
    rows = listing(store, digest=_digest(store, number)["id"] if number else None, limit=limit)
    columns = (
        Column("digest_id", "digest", right=True),
        Column("channel", "by"),
        Column("recipient", "recipient", least=16),
        Column("state", "state"),
        Column("attempts", "tries", right=True),
        Column("finished_at", "when", lambda row: local(row["finished_at"] or row["next_attempt_at"], zone)),
        Column("last_answer", "answer", least=24),
    )
    emit(rows, form=form, columns=columns, output=output, nothing="nothing was sent yet")


@command.command("retry")
@click.argument("number", metavar="NUMBER|last")
@pass_session
def retry_digest(session: Session, /, number: str) -> None:
    """Send again what was refused or given up of a digest; what arrived is not sent twice.

    The daemon, or the next --send, does the sending.
    """
    from datetime import timedelta

    from aggregator.store.deliveries import retry

    store = session.open_store()
    row = _digest(store, number)
    again = retry(store, row["id"], now=session.now, give_up_at=session.now + timedelta(days=1))
    click.echo(
        f"digest {row['id']}: {again} waiting to be sent again" if again else f"digest {row['id']}: nothing to do"
    )


def _digest(store: Store, number: str) -> dict[str, Any]:
    from aggregator.store import digests

    if number == "last":
        row = next((digests.get(store, row["id"]) for row in digests.listing(store, limit=1)), None)
    else:
        row = digests.get(store, int(number)) if number.isdecimal() else None
    if row is None:
        raise UsageError(f"there is no digest {number}", next_step="`aggregator digests` lists them.")
    return row
