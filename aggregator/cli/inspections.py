"""``aggregator inspections``: the reports, whoever wrote about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.listed import area_option, provider_types_option, ratings_option, show, wanted_filter
from aggregator.cli.options import format_option, limit_option, output_option, since_option, until_option
from aggregator.cli.output import Column
from aggregator.cli.session import Session, pass_session
from aggregator.cli.words import body, local, plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["command"]


@click.command("inspections")
@since_option
@until_option
@provider_types_option
@area_option
@ratings_option
@limit_option
@format_option
@output_option
@pass_session
def command(session: Session, /, *, form: str, output: Path | None, limit: int | None, **filters: Any) -> None:
    """List inspection reports, with what sources agree on.

    The newest first: who covers each, how the body was rated, on what the sources differ, and what it was rated
    before. Formats other than the table show every column of the table inspections, with coverage (how many posts),
    sources, ratings (agreed on, each with its previous rating) and disagreements.
    """
    from aggregator.store.coverage import inspections

    store = session.open_store(read_only=True)
    wanted = wanted_filter(session, store, form=form, limit=limit, **filters)
    zone = session.zone
    columns = (
        Column("id", "id", right=True),
        Column("published_at", "published", lambda row: local(row["published_at"], zone)[:10]),
        Column("provider_type", "type"),
        Column("provider", "body", body, least=16),
        Column("coverage", "posts", right=True),
        Column("ratings", "ratings", _agreed, least=24),
        Column("disagreements", "sources differ on", _disputed, least=16, optional=True),
    )
    show(
        inspections(store, wanted),
        form=form,
        columns=columns,
        output=output,
        limit=wanted.limit if limit is None else None,
        nothing="no inspections" if not any(filters.values()) else "no inspections fit",
    )


def _agreed(row: Mapping[str, Any]) -> str:
    """``overall good (was requires improvement), leadership good``; with the type where a report judges two bodies."""
    return ", ".join(f"{_point(row, rating)} {plain(rating['rating'])}" + _before(rating) for rating in row["ratings"])


def _disputed(row: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{_point(row, point)}: "
        + " / ".join(f"{plain(said['rating'])} ({said['posts']})" for said in point["ratings"])
        + _before(point)
        for point in row["disagreements"]
    )


def _before(point: Mapping[str, Any]) -> str:
    return f" (was {plain(point['previous']['rating'])})" if point["previous"] else ""


def _point(row: Mapping[str, Any], rating: Mapping[str, Any]) -> str:
    several = "+" in row["provider_type"]
    return f"{rating['provider_type']} {rating['aspect']}" if several else str(rating["aspect"])
