"""A digest in a few lines, for a chat or a telephone: who was rated and how, and where to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.digest.render.view import View

__all__ = ["SUMMARY_LIMIT", "as_summary"]

SUMMARY_LIMIT: Final = 1500
"""Characters: what the strictest of the common services show whole."""


def as_summary(shown: View, limit: int = SUMMARY_LIMIT) -> str:
    """Whole items, the most important first, as many as fit; the rest counted."""
    lines: list[str] = []
    items = list(_items(shown))
    room = limit - len("… and 99,999 more") - 1
    for number, item in enumerate(items):
        if sum(len(line) + 1 for line in lines) + len(item) > room:
            lines.append(f"… and {len(items) - number:,} more")
            break
        lines.append(item)
    return "\n".join(lines) or f"{shown.window}."


def _items(shown: View) -> Iterator[str]:
    for inspection in shown.inspections:
        verdicts = [
            f"{body.name}: {finding.words} {finding.before}".rstrip()
            if finding is body.overall
            else f"{body.name}, {finding.aspect.lower()}: {finding.words} {finding.before}".rstrip()
            for body in inspection.bodies
            for finding in ([body.overall] if body.overall else body.findings[:1])
        ]
        link = inspection.official_url or inspection.article.url
        yield "\n".join([*verdicts, *([link] if link else [])])
    for update in shown.updates:
        yield "\n".join([f"Corrected: {change}" for _, change in update.changes])
    for article in shown.flagged:
        yield "\n".join([article.title, *([article.url] if article.url else [])])
    if shown.recent or shown.more_recent:
        yield shown.counts
