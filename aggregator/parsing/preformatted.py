"""Preformatted text in HTML: its line breaks as such, the tables that are drawn in it as tables."""

from __future__ import annotations

import html
import re
from typing import Final

from aggregator.parsing.aligned import Drawn, drawn

__all__ = ["unfolded"]

_PRE: Final = re.compile(r"(<pre\b[^>]*>)(.*?)</pre>", re.DOTALL)
_TAG: Final = re.compile("<[^>]*>")


def unfolded(clean_html: str) -> str:
    """``clean_html`` with the lines of each ``<pre>`` parted by ``<br>``, and as table rows where they are such."""
    return _PRE.sub(lambda pre: _lines(pre[1], pre[2]), clean_html)


def _lines(start: str, inner: str) -> str:
    lines = inner.replace("<br>", "\n").split("\n")
    tables = drawn([html.unescape(_TAG.sub("", line)) for line in lines])
    pieces: list[str] = []
    at = 0
    for begin, table in tables.items():
        pieces += _element(start, lines[at:begin]), _table(table)
        at = table.end
    return "".join([*pieces, _element(start, lines[at:])])


def _element(start: str, lines: list[str]) -> str:
    return f"{start}{'<br>'.join(lines)}</pre>" if any(lines) else ""


def _table(table: Drawn) -> str:
    rows = []
    for number, cells in enumerate(table.rows):
        name = "th" if table.headed and not number else "td"
        rows.append("".join(f"<{name}>{html.escape(cell, quote=False)}</{name}>" for cell in cells))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
