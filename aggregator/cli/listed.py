"""What the listings share: filters from options, and the line that says how much a table left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from aggregator.cli.options import TABLE_LIMIT
from aggregator.cli.output import emit
from aggregator.model import ProviderType, RatingValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from aggregator.cli.output import Column
    from aggregator.cli.session import Session
    from aggregator.store import Store
    from aggregator.store.listing import Filter

__all__ = ["area_option", "provider_types_option", "ratings_option", "show", "wanted_filter"]

F = TypeVar("F", bound="Callable[..., Any]")


def provider_types_option(function: F) -> F:
    """``--provider-type``, which may be given several times."""
    return click.option(
        "--provider-type",
        "provider_types",
        multiple=True,
        type=click.Choice([kind.value for kind in ProviderType], case_sensitive=False),
        help="Only ratings of this kind of body; may be given several times.",
    )(function)


def ratings_option(function: F) -> F:
    """``--rating``, which may be given several times."""
    return click.option(
        "--rating",
        "ratings",
        multiple=True,
        type=click.Choice([value.value for value in RatingValue], case_sensitive=False),
        help="Only this rating; may be given several times.",
    )(function)


def area_option(function: F) -> F:
    """``--area``."""
    return click.option("--area", metavar="WORDS", help="Only this place or body, as whole words: Kent, Essex CRC.")(
        function
    )


def wanted_filter(
    session: Session,
    store: Store,
    *,
    form: str,
    limit: int | None,
    since: str | None = None,
    until: str | None = None,
    search: str | None = None,
    **filters: Any,
) -> Filter:
    """The filter that a listing's options describe.

    Raises:
        click.BadParameter: A time that is none, a search without a word.
    """
    from aggregator.store.listing import Filter, fts_query

    if search is not None and fts_query(search) is None:
        raise click.BadParameter(f"{search!r} holds no word to search for", param_hint="--search")
    if limit is None and form == "table":
        limit = TABLE_LIMIT
    return Filter(
        since=session.moment(since, option="--since", store=store),
        until=session.moment(until, option="--until", store=store),
        search=search,
        limit=limit or None,
        **filters,
    )


def show(
    rows: Iterator[Mapping[str, Any]],
    *,
    form: str,
    columns: Sequence[Column],
    output: Path | None,
    nothing: str,
    limit: int | None = None,
    total: Callable[[], int] | None = None,
) -> None:
    """Print a listing, and say how much a table's own limit left out.

    ``limit`` is given where the user set none; ``total`` counts what there is.
    """
    shown = emit(rows, form=form, columns=columns, output=output, nothing=nothing)
    if form == "table" and limit is not None and shown >= limit:
        everything = total() if total else None
        if everything is None or everything > shown:
            count = f"{shown:,} of {everything:,}" if everything is not None else f"the first {shown:,}"
            click.echo(f"{count} shown; --limit 0 shows all", err=True)
