"""Lines to units: what belongs together where a text only breaks its lines.

The lines come from ``<br>`` in HTML, or from plain text. Some break a paragraph at a fixed width, and are joined;
some are the rows of a list that nobody marked up, and stay apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from aggregator.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BULLETS",
    "LONGEST_HEADING",
    "Line",
    "Unit",
    "is_bold_heading",
    "is_plain_heading",
    "units",
    "without_bullet",
]

LONGEST_HEADING: Final = 80
#: A mark that nobody starts a paragraph with but to make a list.
BULLETS: Final = "•‣▪▫◦●○∙·"
_BULLET: Final = re.compile(rf"(?:[{BULLETS}]\s*)+(?=\S)")
_MOST_HEADING_WORDS: Final = 14

#: In a run of lines a dash or a star does it too.
_ITEM: Final = re.compile(rf"{_BULLET.pattern}|[*–—-]\s+(?=\S)")
_NUMBER: Final = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s+\S")
_LABELLED: Final = re.compile(r"[^:.]{2,60}:\s+\S")
_CLOSING: Final = "\"'”’»)]*_ "
#: Hard-wrapped text is this wide at least, and at most.
_NARROWEST: Final = 40
_WIDEST: Final = 110


class Line(NamedTuple):
    """One line, folded; an empty one parts what is before from what is after.

    ``bold``: all its words are bold. ``linked``: all are in links. ``indented``: it starts with white space.
    """

    text: str
    bold: bool = False
    linked: bool = False
    indented: bool = False


class Unit(NamedTuple):
    """A block in the making."""

    kind: BlockKind
    text: str
    level: int
    linked: bool


def is_bold_heading(text: str) -> bool:
    """Whether a line all in bold is a heading: short, and not a sentence."""
    return len(text) <= LONGEST_HEADING and not text.rstrip(_CLOSING).endswith((".", ",", ";"))


def is_plain_heading(text: str) -> bool:
    """Whether a line that stands alone in plain text is a heading: shorter yet, and it starts like one."""
    bare = text.strip(_CLOSING + "“‘«([")
    return (
        len(text) <= LONGEST_HEADING
        and bool(bare)
        and not bare.endswith((".", ",", ";", ":", "!", "…"))
        and (bare[0].isupper() or bare[0].isdecimal())
        and any(char.isalpha() for char in bare)
        and text.count(" ") < _MOST_HEADING_WORDS
        and "://" not in text
    )


def without_bullet(text: str) -> str:
    """``text`` without the bullet that somebody typed before it."""
    bullet = _BULLET.match(text)
    return text[bullet.end() :] if bullet else text


def units(lines: Iterable[Line]) -> list[Unit]:
    """The lines of one paragraph, or of one run of ``<br>``, as headings, list items and paragraphs."""
    found: list[Unit] = []
    group: list[Line] = []
    for line in lines:
        if line.text:
            group.append(line)
        else:
            _add_group(found, group)
            group = []
    _add_group(found, group)
    return found


def _add_group(found: list[Unit], group: list[Line]) -> None:
    width = max((len(line.text) for line in group), default=0)
    numbered = sum(_NUMBER.match(line.text) is not None for line in group) > 1
    run: list[Line] = []
    kind = BlockKind.PARAGRAPH
    for line in group:
        bullet = _ITEM.match(line.text)
        heads = line.bold and is_bold_heading(line.text)
        starts = bullet is not None or heads or (numbered and _NUMBER.match(line.text) is not None)
        if run and not starts and _continues(run[-1], line, width, is_item=kind is BlockKind.LIST_ITEM):
            run.append(line)
            continue
        _add_run(found, kind, run)
        run = [line._replace(text=line.text[bullet.end() :])] if bullet else [line]
        kind = BlockKind.HEADING if heads else BlockKind.LIST_ITEM if starts else BlockKind.PARAGRAPH
        if heads and not bullet:
            _add_run(found, kind, run)
            run, kind = [], BlockKind.PARAGRAPH
        elif heads:
            kind = BlockKind.LIST_ITEM
    _add_run(found, kind, run)


def _add_run(found: list[Unit], kind: BlockKind, run: list[Line]) -> None:
    text = " ".join(line.text for line in run if line.text)
    if text:
        found.append(Unit(kind, text, 6 if kind is BlockKind.HEADING else 0, all(line.linked for line in run)))


def _continues(line: Line, following: Line, width: int, *, is_item: bool) -> bool:
    """Whether ``following`` goes on with the sentence, or the paragraph, that ``line`` was broken in."""
    above, below = line.text, following.text
    if is_item and following.indented:
        return True
    if above.endswith(":") or (_LABELLED.match(above) and _LABELLED.match(below)):
        return False
    if above.endswith((",", ";", " –", " —", "-", "&")):
        return True
    if len(above) < _NARROWEST:
        return False
    if below[0].islower():
        return True
    # A line was wrapped if the first word of the next would not have gone on it.
    return width <= _WIDEST and len(above) + 1 + len(below.split(" ", 1)[0]) > width
