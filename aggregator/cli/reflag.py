"""``aggregator reflag``: today's rules over the archive."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.options import format_option, output_option
from aggregator.cli.output import Column, emit, is_terminal
from aggregator.cli.session import Session, pass_session
from aggregator.cli.words import body, plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aggregator.model import Rating
    from aggregator.polling.reflag import Difference

__all__ = ["command"]


@click.command("reflag")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@format_option
@output_option
@pass_session
def command(session: Session, *, dry_run: bool, form: str, output: Path | None) -> None:
    """Apply today's rules to what is stored.

    And today's reading of ratings. Lists each entry that comes out differently: what it gains (+) and what it loses
    (-). Digests that were sent stay as they were, and nothing is told again.
    """
    from aggregator.cli.progress import counting
    from aggregator.polling.reflag import reflag
    from aggregator.store.rereading import count

    config = session.config_or_shipped
    store = session.open_store(read_only=dry_run)
    total = count(store)
    shows = is_terminal(sys.stderr) and not session.quiet and total
    with counting("reading", total) if shows else nullcontext() as advance:
        changed = reflag(store, config.rules, config.bodies, now=session.now, dry_run=dry_run, on_read=advance)
        rows = [_row(each) for each in changed]
    columns = (
        Column("entry_id", "entry", right=True),
        Column("title", "title", least=20),
        Column("flags", "flags", lambda row: _signed(row, "flags", str), least=12),
        Column("ratings", "ratings", lambda row: _signed(row, "ratings", _words), least=24),
    )
    emit(rows, form=form, columns=columns, output=output, nothing="no entry comes out differently")
    if not session.quiet:
        what = "would change" if dry_run else "changed"
        entries = "1 entry" if total == 1 else f"{total:,} entries"
        click.echo(f"{entries} read, {len(rows):,} {what}", err=True)


def _row(difference: Difference) -> dict[str, Any]:
    return {
        "entry_id": difference.entry_id,
        "title": difference.title,
        "flags_gained": list(difference.flags_gained),
        "flags_lost": list(difference.flags_lost),
        "ratings_gained": [_rating(rating) for rating in difference.ratings_gained],
        "ratings_lost": [_rating(rating) for rating in difference.ratings_lost],
    }


def _rating(rating: Rating) -> dict[str, Any]:
    return {
        "provider_type": rating.provider_type.value,
        "provider": rating.provider,
        "area": rating.area,
        "aspect": rating.aspect,
        "rating": rating.rating.value,
        "when": rating.when.value,
        "raw": rating.raw,
    }


def _words(rating: Mapping[str, Any]) -> str:
    recalled = " (previous)" if rating["when"] == "previous" else ""
    return f"{body(rating)}: {rating['aspect']} {plain(rating['rating'])}{recalled}"


def _signed(row: Mapping[str, Any], what: str, show: Any) -> str:
    signs = [f"+{show(each)}" for each in row[f"{what}_gained"]] + [f"-{show(each)}" for each in row[f"{what}_lost"]]
    return "; ".join(signs)
