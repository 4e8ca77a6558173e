"""Rows of tables: which cell says of whom or of what a row is, and which of its cells are grades.

The cell that names a body of ours wherever it stands goes first; then the one under a header that says so ("Provider",
"PDU", "Area"); then the first that is a name at all, and no date, number, score or owner.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, ProviderType, RatingValue
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.grades.cells import WIDEST, Row, bounds, grades_of, is_figure, names_of, value_of
from aggregator.ratings.grades.labels import label_aspect
from aggregator.ratings.words.items import Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.ratings.grades.layout import Frame
    from aggregator.ratings.words.items import Sentence

__all__ = ["aspect_beside", "entitled", "graded", "row_cells"]


def row_cells(sentence: Sentence, frame: Frame, *, prose: bool = False) -> list[Row]:
    """The grades of a table row: each cell that is a grade and nothing else, with the cell that is its label.

    A row of nothing but grades has none; it is read where the header says of what or of whom they are.

    ``prose``: from before there was a scale, when tables held words of praise and blame.
    """
    cells = bounds(sentence)
    if not 2 <= len(cells) <= WIDEST:
        return []
    found = {n: grades for n, cell in enumerate(cells) if (grades := grades_of(sentence, cell, prose=prose))}
    pairs = _pairs(sentence, cells, set(found))
    if pairs:
        return [
            Row(cells[n - 1], item, value_of(sentence, item), n, number=n - 1, earlier=earlier)
            for n in pairs
            for item, earlier in found[n]
        ]
    label = _label(sentence, frame, cells, set(found)) if found else None
    if found and label is None and not (_says_of_what(frame, found) or frame.latest[0]):
        return []  # a row of a date and grades is one of the inspections that a body has had
    span = cells[label] if label is not None else (0, 0)
    number = label if label is not None else -1
    return [
        Row(span, item, value_of(sentence, item), column, number=number, earlier=earlier)
        for column, grades in found.items()
        if column != label
        for item, earlier in grades
    ]


def _pairs(sentence: Sentence, cells: list[tuple[int, int]], grades: set[int]) -> list[int]:
    """The grades of two tables side by side: "Merseyside | Good | Wales | Inadequate", each with its own label."""
    labels = [n for n in range(0, len(cells), 2) if names_of(sentence, cells[n])]
    if len(labels) < 2 or len(cells) % 2 or not grades or any(not n % 2 for n in grades):
        return []
    known = all(_named(sentence, cells[n]) or _is_a_standard(sentence, cells[n]) for n in labels)
    return sorted(grades) if known and len(grades) == len(labels) else []


def graded(sentence: Sentence) -> frozenset[int]:
    """The columns in which a row has one of the four grades."""
    cells = enumerate(bounds(sentence))
    return frozenset(n for n, (i, j) in cells if sentence.has_between("four", i, j) is not None)


def _says_of_what(frame: Frame, columns: Iterable[int]) -> bool:
    """Whether the header names a standard or a body over each of these columns."""
    over = [frame.header.column(number) for number in columns]
    return all(aspect is not None or bodies for aspect, bodies in over) and any(
        bodies or aspect != OVERALL for aspect, bodies in over
    )


def _label(sentence: Sentence, frame: Frame, cells: list[tuple[int, int]], grades: set[int]) -> int | None:
    """The number of the cell that says of whom or of what a row is; None where none does."""
    under = _under_a_kind(sentence, frame, cells)
    if under is not None and under not in grades:
        return under
    names = [
        n
        for n, cell in enumerate(cells)
        if n not in grades
        and not is_figure(names_of(sentence, cell))
        and not (len(cells) > 2 and _is_number(sentence.tokens.low[slice(*cell)]))
        and _OWNERS.isdisjoint(frame.header.words_over(n))
    ]
    left = [n for n in names if n < max(grades)]
    known = [n for n in names if _named(sentence, cells[n]) or label_aspect(sentence, _as_label(cells[n])) is not None]
    bodies = [
        n
        for n in left or names
        if _is_a_body(sentence, cells[n])
        and (
            not _HEADS.isdisjoint(frame.header.words_over(n)) or all(before in known for before in names if before < n)
        )
    ]  # "NPS in hostels | West Yorkshire CRC | Good", under "Group | Led by | Mark", is of the group
    if bodies:
        return max(bodies, key=lambda n: (_has_a_place(sentence, cells[n]), -n))
    headed = [
        n for n in left or names if not _HEADS.isdisjoint(frame.header.words_over(n)) and _is_placed(sentence, cells[n])
    ]
    if headed and (not left or headed[0] == left[0] or label_aspect(sentence, _as_label(cells[left[0]])) is None):
        return headed[0]
    return left[0] if left else next((n for n in names if _is_a_standard(sentence, cells[n])), None)


_OWNERS: Final = frozenset(
    ("owner", "owners", "owned", "parent", "operator", "operators", "contractor", "prime", "shareholder", "inspector",
     "notes", "comment", "comments", "summary", "link", "report")
)  # fmt: skip
"""Words of the header over what is no body, whoever it names: who owns it, who inspected it, what was said of it."""
_HEADS: Final = frozenset(
    ("provider", "providers", "body", "service", "area", "areas", "pdu", "pdus", "unit", "crc", "crcs", "nps",
     "division", "divisions", "organisation", "name", "company", "place", "location", "region", "yot",
     "yos", "yjs", "authority")
)  # fmt: skip
"""Words of the header over those that are judged."""


def _as_label(cell: tuple[int, int]) -> Row:
    """A cell as a label of no grade, to ask what it names."""
    return Row(cell, Item(cell[1], cell[1], {}), RatingValue.GOOD, 0)


def _is_a_standard(sentence: Sentence, cell: tuple[int, int]) -> bool:
    """Whether a cell is the name of a standard and next to nothing else."""
    if label_aspect(sentence, _as_label(cell)) is None:
        return False
    inside = {k for item in sentence.having("aspect") for k in range(item.i, item.j)}
    return sum(sentence.tokens.low[k].isalpha() and k not in inside for k in range(*cell)) <= 1


def _named(sentence: Sentence, cell: tuple[int, int]) -> list[Mention]:
    return [m for m in sentence.mentions if cell[0] <= m.i and m.j <= cell[1] and not (m.other or m.pronoun)]


def _is_a_body(sentence: Sentence, cell: tuple[int, int]) -> bool:
    """Whether a cell is the name of a body of ours, or of several, and says little else."""
    typed = [m for m in _named(sentence, cell) if (m.type is not None and m.word != "anaphor") or m.any_probation]
    inside = {k for m in _named(sentence, cell) for k in range(m.i, m.j)}
    words = [k for k in range(*cell) if sentence.tokens.low[k][0].isalpha() and sentence.tokens.low[k] not in _LOOSE]
    return bool(typed) and 3 * len(inside.intersection(words)) >= 2 * len(words)


_LOOSE: Final = frozenset(("and", "the", "division", "divisions", "region", "report", "inspection", "of"))


def _has_a_place(sentence: Sentence, cell: tuple[int, int]) -> bool:
    return any(m.areas and m.owner is None for m in _named(sentence, cell))


def _is_placed(sentence: Sentence, cell: tuple[int, int]) -> bool:
    return any(m.areas for m in _named(sentence, cell))


def _under_a_kind(sentence: Sentence, frame: Frame, cells: list[tuple[int, int]]) -> int | None:
    """The cell with a place, under a header that is a kind of body and no more ("PDU"), whatever stands left of it."""
    for number, cell in enumerate(cells):
        kinds = [m.type for m in frame.header.column(number)[1] if m.type is not None and not m.areas]
        if (
            kinds
            and kinds[0] is not ProviderType.REGION
            and _OWNERS.isdisjoint(frame.header.words_over(number))
            and _is_placed(sentence, cell)
        ):
            return number
    return None


def _is_number(words: list[str]) -> bool:
    """Like "1.1", "P 2.3.", "7", as standards and rows are numbered: no year, and no name."""
    said = [word for word in words if word[0].isalnum()]
    return (
        bool(said)
        and all(word.isdecimal() and len(word) <= len("36") for word in said[1:] or said)
        and (said[0].isdecimal() or _NUMBERING.fullmatch(said[0]) is not None)
    )


_NUMBERING: Final = re.compile(r"[a-z]\d{0,2}")


def aspect_beside(sentence: Sentence, row: Row) -> str | None:
    """The standard that stands in a cell of its own between a row's body and its grade: "… CRC | Leadership | Good"."""
    cells = bounds(sentence)
    for number, cell in enumerate(cells[: row.column]):
        if number == row.label or not names_of(sentence, cell):
            continue
        aspect = label_aspect(sentence, _as_label(cell))
        item = sentence.has_between("aspect", *cell)
        words = [k for k in range(*cell) if sentence.tokens.low[k].isalpha()]
        if aspect == OVERALL or (aspect is not None and (item is None or len(words) <= _STANDARD)):
            return aspect
    return None


_STANDARD: Final = 6
"""Words at most of a cell that names a standard."""


def entitled(sentence: Sentence, row: Row, frame: Frame, own: list[Mention]) -> list[Mention]:
    """The body of a row whose place and kind stand apart: "London | NPS | Jul 2019 | Good", or "London" under "CRC".

    Under "PDU" or the like any name with a known place in it is a unit's: "Peterborough and Fenland".
    """
    if row.label < 0:
        return own
    kinds = [m for m in frame.header.column(row.label)[1] if m.type is not None and not m.areas]
    cell = (row.label_start, row.label_end)
    if kinds and kinds[0].type in _COINED and not any(m.type is not None for m in own) and _is_placed(sentence, cell):
        raw = [word for word in sentence.tokens.raw[slice(*cell)] if word[0].isalpha()]
        told = len(own) == 1 and own[0].j - own[0].i >= len(raw)
        if not told and len(raw) <= _STANDARD and all(word[0].isupper() or word in {"and", "of"} for word in raw):
            return [Mention(*cell, kinds[0].type, [sentence.words(*cell)], word=kinds[0].word)]
    if len(own) != 1 or not (own[0].bare or (own[0].type is not None and not own[0].areas)):
        return own
    for number, (i, j) in enumerate(bounds(sentence)):
        if number in {row.label, row.column} or not _OWNERS.isdisjoint(frame.header.words_over(number)):
            continue
        words = [w for w in names_of(sentence, (i, j)) if w not in {"division", "region"}]
        for mention in _named(sentence, (i, j)):
            if len([w for w in sentence.tokens.low[mention.i : mention.j] if w[0].isalnum()]) < len(words):
                continue
            if own[0].bare and mention.type is not None and not mention.areas:
                return [replace(own[0], type=mention.type, bare=False, word=mention.word)]
            if not own[0].bare and mention.bare:
                return [replace(own[0], areas=list(mention.areas), generic=False)]
    if own[0].bare and len(kinds) == 1:
        return [replace(own[0], type=kinds[0].type, bare=False, word=kinds[0].word)]
    return own


_COINED: Final = frozenset((ProviderType.PDU, ProviderType.YJS))
