"""Options that several commands share, so that they are spelt, described and checked once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from aggregator.cli.output import FORMS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "DIGEST_FORMS",
    "TABLE_LIMIT",
    "digest_format_option",
    "format_option",
    "limit_option",
    "output_option",
    "since_option",
    "until_option",
]

F = TypeVar("F", bound="Callable[..., Any]")

TABLE_LIMIT: Final = 50
"""How many rows a table shows unless told; JSON and CSV are for programs and hold all."""

DIGEST_FORMS: Final = ("text", "html", "markdown", "json", "eml")
"""The forms a digest can be written in."""


def format_option(function: F) -> F:
    """``--format table|json|jsonl|csv``."""
    return click.option(
        "--format", "form", type=click.Choice(FORMS), default="table", show_default=True, help="The form of the rows."
    )(function)


def digest_format_option(function: F) -> F:
    """``--format text|html|markdown|json|eml``."""
    return click.option(
        "--format", "form", type=click.Choice(DIGEST_FORMS), default="text", show_default=True, help="Its form."
    )(function)


def output_option(function: F) -> F:
    """``--output FILE``."""
    return click.option(
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write to this file instead of standard output.",
    )(function)


def limit_option(function: F) -> F:
    """``--limit N``."""
    return click.option(
        "--limit",
        type=click.IntRange(min=0),
        metavar="N",
        help=f"At most this many; 0: all. Without it a table shows {TABLE_LIMIT}, the other formats all.",
    )(function)


def since_option(function: F) -> F:
    """``--since WHEN``."""
    return click.option(
        "--since", metavar="WHEN", help="From then on: 7d, 2017-04-20, or last (since the last digest)."
    )(function)


def until_option(function: F) -> F:
    """``--until WHEN``."""
    return click.option("--until", metavar="WHEN", help="Before then: 7d, 2017-04-20, or last.")(function)
