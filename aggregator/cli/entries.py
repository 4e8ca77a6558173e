"""``aggregator entries``: the posts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.listed import provider_types_option, show, wanted_filter
from aggregator.cli.options import format_option, limit_option, output_option, since_option, until_option
from aggregator.cli.output import Column
from aggregator.cli.session import Session, pass_session
from aggregator.cli.words import local

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("entries")
@since_option
@until_option
@click.option("--flag", "rule", metavar="RULE", help="Only what met this rule of [[flags]]; any: what met one at all.")
@provider_types_option
@click.option("--feed", metavar="FEED", help="Only what this feed carried (or this file, for what was imported).")
@click.option(
    "--search",
    metavar="WORDS",
    help='Only what holds all these words; "several words" is a phrase, inspect* a beginning.',
)
@limit_option
@format_option
@output_option
@pass_session
def command(session: Session, /, *, form: str, output: Path | None, limit: int | None, **filters: Any) -> None:
    """List, filter and search posts.

    The newest first. The table shows local times; the other formats show every column of the table entries, in UTC,
    and beside them flags (the provider types whose current ratings a post states), rules (of [[flags]] that it met)
    and feeds.
    """
    from aggregator.store.listing import count_entries, entries

    store = session.open_store(read_only=True)
    wanted = wanted_filter(session, store, form=form, limit=limit, **filters)
    zone = session.zone
    columns = (
        Column("id", "id", right=True),
        Column("dated_at", "published", lambda row: local(row["dated_at"], zone)),
        Column("flags", "flags", least=5),
        Column("title", "title", least=24),
        Column("feeds", "feeds", least=12, optional=True),
    )
    show(
        entries(store, wanted),
        form=form,
        columns=columns,
        output=output,
        limit=wanted.limit if limit is None else None,
        total=lambda: count_entries(store, replace(wanted, limit=None)),
        nothing="no entries" if wanted == type(wanted)(limit=wanted.limit) else "no entries fit",
    )
