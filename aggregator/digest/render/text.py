"""A digest as plain text, 72 columns wide: for a terminal, and as the text part of the mail."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from aggregator.digest.render.view import BODY_COLUMN, NO_OVERALL, OFFICIAL, RATING_COLUMN, READ

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aggregator.digest.render.view import (
        ArticleView,
        BodyView,
        InspectionView,
        TroubleView,
        UpdateView,
        View,
    )

__all__ = ["WIDTH", "as_text"]

WIDTH: Final = 72
_RATING_COLUMN: Final = 38  # where the table's second column starts


def as_text(shown: View, footer: Sequence[tuple[str, str | None]] = ()) -> str:
    """Lay a digest out. ``footer`` are words, each with an address or None, for the end."""
    lines: list[str] = [shown.title, "=" * min(WIDTH, max(3, _width(shown.title))), shown.when]
    lines += _wrap(shown.counts)
    lines += _wrap(f"{shown.window}.")
    if shown.inspections or shown.more_inspections:
        lines += ["", *_heading("At a glance")]
        if shown.inspections:
            lines += _columns(BODY_COLUMN, RATING_COLUMN)
        for inspection in shown.inspections:
            lines += ["", *_glance(inspection)]
        lines += [""] * bool(shown.more_inspections)
        lines += _more(shown.more_inspections)
        for inspection in shown.inspections:
            if inspection.detailed:
                lines += ["", "", *_inspection(inspection)]
        lines += ["", "", *_more(shown.more_details)] if shown.more_details else []
    for name, items, more in (
        ("Corrected since", [_update(each) for each in shown.updates], shown.more_updates),
        ("Other flagged posts", [_article(each) for each in shown.flagged], shown.more_flagged),
        ("Recent articles", [_article(each, read="") for each in shown.recent], shown.more_recent),
        ("Feeds to look at", [_trouble(each) for each in shown.troubles], shown.more_troubles),
    ):
        if items or more:
            lines += ["", "", *_heading(name)]
            for number, item in enumerate(items):
                lines += [""] * bool(number) + item
            lines += [""] * bool(items and more) + _more(more)
    lines += ["", "", "-" * WIDTH]
    for part in (shown.archive, shown.about):
        lines += _wrap(part)
    for words, url in footer:
        lines += _link(words, url, "") if url else _wrap(words)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(name: str) -> list[str]:
    return [*_wrap(name), "-" * WIDTH]


def _more(more: str) -> list[str]:
    return [f"… {more}"] if more else []


def _glance(inspection: InspectionView) -> list[str]:
    lines: list[str] = []
    for body in inspection.bodies:
        verdict = [body.overall.words, body.overall.before] if body.overall else [NO_OVERALL]
        lines += _columns(body.row, *verdict)
        for each in body.standards:
            lines += _columns(each.aspects, each.label, each.before, indent="  ")
    if not inspection.detailed and inspection.article.url:
        lines += _link(READ, inspection.article.url)
    return lines


def _columns(left: str, *right: str, indent: str = "") -> list[str]:
    """Two columns, each wrapped; the parts of the right one each start a line."""
    names = _wrap(left, indent, f"{indent}  ", width=_RATING_COLUMN - 2)
    ratings = [line for part in right for line in _wrap(part, width=WIDTH - _RATING_COLUMN)]
    lines: list[str] = []
    for name in names:
        # A word that is wider than its column pushes the other one down, and not aside.
        rating = ratings.pop(0) if ratings and _width(name) <= _RATING_COLUMN - 2 else ""
        lines.append(f"{name}{' ' * (_RATING_COLUMN - _width(name))}{rating}" if rating else name)
    return lines + [f"{' ' * _RATING_COLUMN}{rating}" for rating in ratings]


def _inspection(inspection: InspectionView) -> list[str]:
    lines = _heading(inspection.title)
    lines += _article(inspection.article, official=inspection.official_url)
    if inspection.told:
        lines += _wrap(f"{inspection.told}.")
    for body in inspection.bodies:
        lines += ["", *_body(body)]
    return lines


def _body(body: BodyView) -> list[str]:
    lines = _wrap(f"Findings — {body.name}")
    if body.history:
        lines += _wrap(f"Over time: {body.history}", "  ", "    ")
    for said in body.said:
        lines.append("")
        for finding in said.findings:
            verdict = f"{finding.aspect}: {finding.words}"
            lines += _wrap(f"{verdict}, {finding.recalled}" if finding.recalled else verdict, "  * ", "    ")
            if finding.disagreements:
                lines += _wrap(finding.disagreements, "    ", "    ")
        if said.quote is not None:
            lines += _wrap(f"“{str(said.quote).strip()}”", "    ", "    ")
    return lines


def _article(article: ArticleView, official: str | None = None, read: str = READ) -> list[str]:
    indent = "  " if article.title else ""
    lines = [*_wrap(article.title), *_wrap(article.byline, indent)]
    for note in article.notes:
        lines += _wrap(note, "  ", "    ")
    if article.url:
        lines += _link(read, article.url)
    if official:
        lines += _link(OFFICIAL, official)
    for place in article.places:
        lines += _link(f"Also in {place.source}", place.url) if place.url else _wrap(f"Also in {place.source}", "  ")
    return lines + (_wrap(article.more_places, "  ") if article.more_places else [])


def _link(label: str, url: str, indent: str = "  ") -> list[str]:
    """An address is never broken: a line of its own where it does not fit beside its label."""
    one = f"{indent}{label}: {url}" if label else f"{indent}{url}"
    return [one] if _width(one) <= WIDTH or not label else [*_wrap(f"{label}:", indent), f"{indent}{url}"]


def _update(update: UpdateView) -> list[str]:
    lines: list[str] = []
    for _, change in update.changes:
        lines += _wrap(change, "* ", "  ")
    return [*lines, *_article(update.article), *_wrap(f"{update.when}.", "  ")]


def _trouble(trouble: TroubleView) -> list[str]:
    return [*_wrap(f"{trouble.feed}: {trouble.state}"), *_wrap(trouble.message, "  ")]


def _wrap(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> list[str]:
    """``text`` in lines of at most ``width`` columns; ``rest`` defaults to the first line's indent."""
    rest = " " * len(first) if rest is None else rest
    if not text:
        return []
    return list(_fill(text.split(" "), first, rest, width))


def _fill(words: Iterable[str], first: str, rest: str, width: int) -> Iterator[str]:
    # Not textwrap: it counts characters, and a line of wide ones would be twice as long as it thinks.
    line, indent = first, first
    for word in words:
        gap = "" if line == indent else " "
        if gap and _width(line) + 1 + _width(word) > width:
            yield line
            line = indent = rest
            gap = ""
        line += gap + word
    yield line


def _width(text: str) -> int:
    """Columns of a terminal: two for wide East Asian characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
