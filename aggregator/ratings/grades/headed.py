"""Grades that a table's header or first column holds, with counts, ticks or names in the cells.

"Good | 2 | 5" under "Rating | CRCs | NPS divisions" and "CRCs | 0 | 2 | 19" under the grades tell how many of each
class got a grade; "Kent | | ✓ |" who got which; "Essex CRC | Kent CRC" under "Good | Inadequate" lists them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aggregator.ratings.grades.cells import WIDEST, bounds, is_figure, names_of, value_of, whole
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.model import RatingValue
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.grades.layout import Frame
    from aggregator.ratings.words.items import Sentence

__all__ = ["Told", "counts", "led_by_grade", "listed", "ticked"]

_RATING: Final = frozenset(("rating", "ratings", "rated", "grade", "grades", "band", "overall", "judgement"))
_NIL: Final = frozenset(("0", "none", "nil", "no", "zero"))
_TICKS: Final = frozenset(("✓", "✔", "☑", "x", "✕", "✗", "●", "•", "★", "*", "⬤", "■", "yes", "√"))
_OF_ALL: Final = frozenset(("total", "all", "both", "altogether", "percentage", "share"))
_SEVERAL: Final = 2


@dataclass(frozen=True, slots=True)
class Told:
    """A grade that a cell gives: to whom, and the tokens that stand for it in the row."""

    words: tuple[int, int]
    value: RatingValue
    body: Mention


def counts(sentence: Sentence, frame: Frame) -> list[Told]:
    """The classes in which somebody got a grade, of a row or a column of counts."""
    header = frame.header.last
    cells = bounds(sentence)
    if header is None or header.has("previous") or len(cells) > WIDEST:
        return []
    item = whole(sentence, *cells[0], prose=False)
    if item is not None:
        if len(cells) > len(bounds(header)) or _RATING.isdisjoint(frame.header.words_over(0)):
            return []
        value, found = value_of(sentence, item), []
        for number in range(1, len(cells)):
            bodies = frame.header.column(number)[1]
            if not bodies and not _OF_ALL.isdisjoint(frame.header.words_over(number)):
                continue
            kinds = [m for m in bodies if m.type is not None and not m.areas]
            many = _count(sentence, cells[number])
            if len(kinds) != 1 or len(bodies) != 1 or many is None or (len(cells) == _SEVERAL and not kinds[0].plural):
                return []
            if many:
                found.append(Told((item.i, item.j), value, replace(kinds[0], plural=True, generic=True)))
        return found
    columns = _graded_columns(frame, len(cells))
    label = [m for m in sentence.mentions if m.j <= cells[0][1] and not (m.other or m.pronoun)]
    if len(columns) < _SEVERAL or len(label) != 1 or label[0].areas or label[0].type is None:
        return []
    said = {number: _count(sentence, cells[number]) for number in columns if number < len(cells)}
    if any(many is None for many in said.values()):
        return []
    kind = replace(label[0], plural=True, generic=True)
    return [Told(cells[n], columns[n], kind) for n, many in said.items() if many]


def _count(sentence: Sentence, cell: tuple[int, int]) -> bool | None:
    """Whether a cell counts anybody ("5", "five", "5 (71%)"); None where it is no count."""
    said = names_of(sentence, cell)
    if not said or said[0] in _NIL:
        return False
    counts = said[0].isdecimal() or said[0] in NUMBERS
    return True if counts and all(word.isdecimal() for word in said[1:]) else None


def _graded_columns(frame: Frame, width: int) -> dict[int, RatingValue]:
    """The columns over which the header says nothing but a grade."""
    return {
        number: value
        for number in range(width if width <= WIDEST else 0)
        if (value := frame.header.grade(number)) is not None
    }


def ticked(sentence: Sentence, frame: Frame) -> tuple[tuple[int, int], tuple[int, int], RatingValue] | None:
    """The label, the mark and the grade of a row with a mark under one of the grades: "Kent CRC | | ✓ | "."""
    cells = bounds(sentence)
    columns = _graded_columns(frame, len(cells)) if frame.header.holds_grades else {}
    if len(columns) < _SEVERAL or 0 in columns:
        return None
    filled = [n for n in columns if cells[n][1] > cells[n][0]]
    marks = [n for n in filled if all(word in _TICKS for word in sentence.tokens.low[slice(*cells[n])])]
    if len(marks) != 1 or any(n not in marks and not is_figure(names_of(sentence, cells[n])) for n in filled):
        return None
    return cells[0], cells[marks[0]], columns[marks[0]]


def led_by_grade(sentence: Sentence) -> list[Told]:
    """The bodies of a line that begins with their grade: "Good (2): NPS Wales, Essex CRC", "Good – Essex CRC".

    Names of places need more than themselves: a kind with the first, or a count that they are as many as.
    """
    low = sentence.tokens.low
    first = next(iter(sentence.having("four")), None)
    if first is None or len(sentence.having("four")) != 1 or any(word[0].isalnum() for word in low[: first.i]):
        return []
    parted = next((k for k in range(first.j, min(first.j + _NEAR, len(low))) if low[k] in {":", "–", "—", "-"}), None)
    if parted is None or any(w[0].isalpha() and w not in _COUNTING for w in low[first.j : parted]):
        return []
    own = [m for m in sentence.mentions if m.i > parted and not m.pronoun]
    if (
        not own
        or any(m.other or not m.areas or m.plural for m in own)
        or not _only(sentence, (parted + 1, len(low)), own)
    ):
        return []
    kinds = {m.type for m in own if m.type is not None}
    own = [replace(m, type=next(iter(kinds)), bare=False) if m.bare and len(kinds) == 1 else m for m in own]
    return [Told((first.i, first.j), value_of(sentence, first), m) for m in own] if kinds else []


_NEAR: Final = 7
_COUNTING: Final = NUMBERS | {"crcs", "crc", "nps", "divisions", "pdus", "services", "regions", "areas", "providers"}


def _only(sentence: Sentence, cell: tuple[int, int], named: list[Mention]) -> bool:
    """Whether tokens say nothing but these names."""
    inside = {k for m in named for k in range(m.i, m.j)}
    words = [k for k in range(*cell) if sentence.tokens.low[k][0].isalpha()]
    return inside.issuperset(k for k in words if sentence.tokens.low[k] not in _LOOSE)


_LOOSE: Final = frozenset(("and", "the", "none", "nil", "division", "divisions"))


def listed(sentence: Sentence, frame: Frame) -> list[Told]:
    """The bodies that stand under the grades of a header: "Essex CRC | Kent CRC" under "Good | Inadequate"."""
    cells = bounds(sentence)
    columns = _graded_columns(frame, len(cells)) if frame.header.holds_grades else {}
    if len(columns) < _SEVERAL and not (columns and len(cells) == 1):
        return []
    found: list[Told] = []
    for number, value in columns.items():
        own = [m for m in sentence.mentions if cells[number][0] <= m.i and m.j <= cells[number][1] and not m.pronoun]
        if any(m.other for m in own) or not _only(sentence, cells[number], own):
            return []
        found += [Told((m.i, m.j), value, m) for m in own if m.areas or m.type is not None]
    return found
