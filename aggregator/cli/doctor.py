"""``aggregator doctor``: what is wrong, and what to do about it."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.options import format_option, output_option
from aggregator.cli.output import Column, emit
from aggregator.cli.session import Session, pass_session
from aggregator.errors import Exit

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("doctor")
@click.option("--repair", is_flag=True, help="First make again what is made from the posts: indexes, full-text search.")
@format_option
@output_option
@pass_session
def command(session: Session, *, repair: bool, form: str, output: Path | None) -> int:
    """Look for what is wrong, and say what to do.

    The configuration, SQLite, the disk, the clock, the database (all of it is read), feeds, daemon and backups. The
    exit status is 1 when there is a problem; warnings do not count.
    """
    from aggregator.doctor import examine

    loaded = session.config_or_shipped
    if repair:
        _repair(session)
    rows: list[dict[str, Any]] = [asdict(each) for each in examine(loaded, session.now, environ=os.environ)]
    columns = (
        Column("what", "what"),
        Column("state", "state"),
        Column("finding", "finding", least=24),
        Column("advice", "what to do", least=20),
    )
    emit(rows, form=form, columns=columns, output=output)
    return Exit.FAILED if any(row["state"] == "problem" for row in rows) else Exit.FINE


def _repair(session: Session) -> None:
    from aggregator.store.checkup import rebuild

    rebuild(session.open_store())
    if not session.quiet:
        click.echo("made again: the indexes and the full-text index", err=True)
