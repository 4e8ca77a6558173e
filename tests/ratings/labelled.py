"""Labelled cases: sentences with what must be read of them, and whole posts with their ratings.

The forms are told at the head of ``sentences.txt``; a file of posts has, for each, ``## id | date``, ``T: title``, the
text (HTML where it begins with "<") and a line ``= type | area | aspect | rating [| previous] [| optional]`` a rating.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aggregator.parsing.blocks import blocks, text_blocks
from aggregator.parsing.html import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import Block

HERE = Path(__file__).parent


@dataclass
class Case:
    """A sentence or two and every rating that they state."""

    line: int
    reason: str
    published: datetime
    title: str
    text: str
    expected: list[list[str]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


def moment(date: str) -> datetime:
    """A date, or a year and month, or a year, as its first moment in UTC."""
    parts = [int(part) for part in date.split("T", maxsplit=1)[0].split("-")] + [1, 1]
    return datetime(parts[0], parts[1], parts[2], tzinfo=UTC)


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a post that is HTML or plain text."""
    return blocks(clean(text, base=None)) if text.lstrip().startswith("<") else text_blocks(text)


def cases(path: Path = HERE / "sentences.txt") -> list[Case]:
    """The labelled sentences."""
    found: list[Case] = []
    reason = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# "):
            reason = line[2:]
        elif line.startswith("= "):
            found[-1].expected.append([part.strip() for part in line[2:].split("|")])
        elif "¦" in line:
            date, *texts = (part.strip() for part in line.split("¦"))
            title = texts[0] if len(texts) == 2 else ""
            found.append(Case(number, reason, moment(date), title, texts[-1]))
    return found


def posts(path: Path) -> Iterator[dict[str, Any]]:
    """The labelled posts of a file, as rows of the form that the scorer takes."""
    row: dict[str, Any] = {}
    for line in [*path.read_text(encoding="utf-8").splitlines(), "## end | "]:
        if line.startswith("## "):
            if row:
                row["text"] = row["text"].strip()
                yield row
            name, date = (part.strip() for part in line[3:].split("|"))
            row = {"id": name, "date": date, "text": "", "ratings": []}
        elif line.startswith("T: "):
            row["title"] = line[3:]
        elif line.startswith("= "):
            kind, area, aspect, rating, *rest = (part.strip() for part in line[2:].split("|"))
            row["ratings"].append(
                {"provider_type": kind, "provider": area, "area": area, "aspect": aspect, "rating": rating}
                | ({"when": "previous"} if "previous" in rest else {})
                | ({"optional": True} if "optional" in rest else {})
            )
        else:
            row["text"] += line + "\n"


def flags_of(row: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The provider types that a post must be flagged with, and those it may be."""
    firm = {r["provider_type"] for r in row["ratings"] if not r.get("optional") and r.get("when") != "previous"}
    return firm, {r["provider_type"] for r in row["ratings"]}
