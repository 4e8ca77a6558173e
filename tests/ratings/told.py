"""What a page states, in short: "CRC Essex good", "NPS Wales staff good", "once CRC Essex inadequate"."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.model import OVERALL, When
from aggregator.parsing.entry import entry_from_text
from aggregator.ratings import read

TITLE = "HM Inspectorate of Probation: the ratings so far"
LEAD = "<p>HM Inspectorate of Probation has published its reports on CRCs and NPS divisions.</p>"


def told(
    html: str, *, lead: str = LEAD, title: str = TITLE, day: str = "2020-02-01", text: str | None = None
) -> set[str]:
    """The ratings of a page, or of a plain text; "once" is an earlier inspection, no standard is "overall"."""
    entry = entry_from_text(title, html=lead + html) if text is None else entry_from_text(title, text=text)
    reading = read(title, entry.blocks, published=datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/London")))
    return {
        " ".join(
            word
            for word in (
                "once" if rating.when is When.PREVIOUS else "",
                str(rating.provider_type),
                rating.area or "",
                "" if rating.aspect == OVERALL else rating.aspect,
                rating.rating.value.replace("_", " "),
            )
            if word
        )
        for rating in reading.ratings
    }


def table(*rows: str, head: bool = True) -> str:
    """A table of rows like "Kent | Good", the first of them its header."""
    out = []
    for number, row in enumerate(rows):
        cell = "th" if head and not number else "td"
        out.append("<tr>" + "".join(f"<{cell}>{words}</{cell}>" for words in row.split(" | ")) + "</tr>")
    return f"<table>{''.join(out)}</table>"
