"""``aggregator ratings``: who was rated, on what, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.listed import area_option, provider_types_option, ratings_option, show, wanted_filter
from aggregator.cli.options import format_option, limit_option, output_option, since_option, until_option
from aggregator.cli.output import Column
from aggregator.cli.session import Session, pass_session
from aggregator.cli.words import body, local, plain
from aggregator.model import When

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("ratings")
@since_option
@until_option
@provider_types_option
@area_option
@ratings_option
@click.option(
    "--aspect", metavar="ASPECT", help='Only this aspect: overall, or a standard such as "public protection".'
)
@click.option(
    "--when", type=click.Choice([when.value for when in When]), help="Only a post's news, or only what it recalls."
)
@click.option("--entry", "entry_id", type=int, metavar="ID", help="Only what this entry states.")
@click.option("--feed", metavar="FEED", help="Only what posts of this feed state.")
@limit_option
@format_option
@output_option
@pass_session
def command(session: Session, /, *, form: str, output: Path | None, limit: int | None, **filters: Any) -> None:
    """List who was rated, on what, and how.

    The newest posts first. Formats other than the table show every column of the table ratings, among them the
    sentence each was read from, and the title, address and date of its post.
    """
    from aggregator.store.listing import ratings

    store = session.open_store(read_only=True)
    wanted = wanted_filter(session, store, form=form, limit=limit, **filters)
    zone = session.zone
    columns = (
        Column("dated_at", "published", lambda row: local(row["dated_at"], zone)[:10]),
        Column("provider_type", "type"),
        Column("provider", "body", body, least=18),
        Column("aspect", "aspect", least=10),
        Column("rating", "rating", lambda row: plain(row["rating"]), least=11),
        Column("when", "when"),
        Column("raw", "words", lambda row: f"“{row['raw']}”", least=14, optional=True),
        Column("entry_id", "entry", right=True),
    )
    show(
        ratings(store, wanted),
        form=form,
        columns=columns,
        output=output,
        limit=wanted.limit if limit is None else None,
        nothing="no ratings" if not any(filters.values()) else "no ratings fit",
    )
