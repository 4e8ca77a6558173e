"""Rows of grades: tables, and lines like "Leadership: Good"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, BlockKind, ProviderType, RatingValue
from aggregator.ratings.words.grammar import DEGREE, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Item, Sentence

__all__ = [
    "Row",
    "column",
    "counts",
    "is_earlier",
    "is_row",
    "label_aspect",
    "labelled",
    "names_a_body",
    "names_something",
    "row_cells",
    "run",
    "says_only_grade",
    "with_its_kind",
]


_YEAR: Final = re.compile(r"\b20[012]\d\b")


class Row:
    """A label and a grade beside it, as token ranges of one sentence."""

    __slots__ = ("column", "grade", "label_end", "label_start", "value")

    def __init__(self, label_start: int, label_end: int, grade: Item, value: RatingValue, column: int) -> None:
        self.label_start = label_start
        self.label_end = label_end
        self.grade = grade
        self.value = value
        self.column = column


_LABELLING: Final = frozenset((":", "–", "—", "-", "="))


def _whole(sentence: Sentence, i: int, j: int, *, prose: bool) -> Item | None:
    """The grade that tokens ``i`` to ``j`` consist of, marks apart; with ``prose`` praise or blame as well."""
    low = sentence.tokens.low
    while i < j and (not low[i][0].isalnum() or (prose and low[i] in DEGREE)):
        i += 1
    while j > i and not low[j - 1][0].isalnum():
        j -= 1
    for item in sentence.items:
        if item.i == i and ("four" in item.kinds or (prose and item.kinds.get("narr_is") is not None)):
            rest = low[item.j : j]
            if not rest or all(
                word in {"overall", "rating", "(", ")", "score", "points", "/"} or word.isdigit() for word in rest
            ):
                return item
    return None


def _value(sentence: Sentence, item: Item) -> RatingValue:
    if "four" in item.kinds:
        grade: RatingValue = item.kinds["four"]
        return grade
    value: RatingValue = item.kinds["narr_is"]
    turned = not _TURNED.isdisjoint(sentence.tokens.low[max(0, item.i - 2) : item.i])
    return RatingValue.NEGATIVE if turned and value is RatingValue.POSITIVE else value


_TURNED: Final = frozenset(("less", "not", "never"))
"""Before praise: "Reviewing: not yet satisfactory"."""


def row_cells(sentence: Sentence, header: Sentence | None = None, *, prose: bool = False) -> list[Row]:
    """The grades of a table row: each cell that is a grade and nothing else, with the first cell as its label.

    Where that only numbers the row ("P 1.1 | Leadership | Good"), the second is; where a header says "PDU" over another
    cell with a place in it ("Wales | Gwent | Inadequate"), that one is.

    ``prose``: from before there was a scale, when tables held words of praise and blame.
    """
    cells = _cells(sentence)
    if len(cells) < 2:
        return []
    label = 1 if len(cells) > 2 and _is_number(sentence.tokens.low[slice(*cells[0])]) else 0
    label = _under_a_kind(sentence, header, cells) or label
    rows: list[Row] = []
    for column, (i, j) in enumerate(cells):
        if column <= label:
            continue
        item = _whole(sentence, i, j, prose=prose)
        if item is not None:
            rows.append(Row(*cells[label], item, _value(sentence, item), column))
    return rows


def _under_a_kind(sentence: Sentence, header: Sentence | None, cells: list[tuple[int, int]]) -> int:
    """The cell with a place, under a header that is a kind of body and no more, right of a cell that is not; else 0."""
    heads = _cells(header) if header is not None else []
    if header is None or len(heads) != len(cells):
        return 0
    kinds = [
        next((m.type for m in header.mentions if i <= m.i and m.j <= j and m.type is not None and not m.areas), None)
        for i, j in heads
    ]
    number = next((n for n, kind in enumerate(kinds) if kind is not None and kind is not ProviderType.REGION), 0)
    i, j = cells[number]
    return number if any(i <= m.i and m.j <= j and m.areas for m in sentence.mentions) else 0


def _is_number(words: list[str]) -> bool:
    """Like "1.1", "P 2.3.", "7", as standards and rows are numbered: no year, and no name."""
    said = [word for word in words if word[0].isalnum()]
    return (
        bool(said)
        and all(word.isdecimal() and len(word) <= len("36") for word in said[1:] or said)
        and (said[0].isdecimal() or _NUMBERING.fullmatch(said[0]) is not None)
    )


_NUMBERING: Final = re.compile(r"[a-z]\d{0,2}")


def _cells(sentence: Sentence) -> list[tuple[int, int]]:
    bounds = [-1, *(k for k, word in enumerate(sentence.tokens.low) if word == "|"), len(sentence.tokens.low)]
    return [(bounds[n] + 1, bounds[n + 1]) for n in range(len(bounds) - 1)]


def counts(sentence: Sentence, header: Sentence | None) -> list[tuple[Row, Mention]]:
    """A row like "Good | 2 | 5" under "Rating | CRCs | NPS divisions": the classes in which somebody got the grade."""
    if header is None or header.has("previous"):
        return []
    cells, heads = _cells(sentence), _cells(header)
    item = _whole(sentence, *cells[0], prose=False)
    if (
        item is None
        or len(cells) != len(heads)
        or len(cells) < 3
        or not _RATING & set(header.tokens.low[: heads[0][1]])
    ):
        return []
    found = []
    for number in range(1, len(cells)):
        said = [w for w in sentence.tokens.low[slice(*cells[number])] if w[0].isalnum()]
        _, bodies = column(header, number)
        if len(bodies) != 1 or bodies[0].areas or bodies[0].type is None or len(said) > 1:
            return []
        if said and said[0] in _NIL:
            continue
        if said and not (said[0].isdecimal() or said[0] in NUMBERS):
            return []
        if said:
            row = Row(*cells[0], item, _value(sentence, item), number)
            found.append((row, replace(bodies[0], plural=True, generic=True)))
    return found


_RATING: Final = frozenset(("rating", "ratings", "rated", "grade", "grades", "band", "overall", "judgement"))
_NIL: Final = frozenset(("0", "none", "nil", "no", "zero"))


def with_its_kind(sentence: Sentence, row: Row, own: list[Mention]) -> list[Mention]:
    """The body of a row whose place and kind stand in cells of their own: "London | NPS | Jul 2019 | Good"."""
    if len(own) != 1 or not (own[0].bare or (own[0].type is not None and not own[0].areas)):
        return own
    for number, (i, j) in enumerate(_cells(sentence)):
        if number in {0, row.column}:
            continue
        words = [w for w in sentence.tokens.low[i:j] if w[0].isalnum() and w not in {"division", "region"}]
        for mention in sentence.mentions:
            if mention.i < i or mention.j > j or mention.other or mention.pronoun:
                continue
            if len([w for w in sentence.tokens.low[mention.i : mention.j] if w[0].isalnum()]) < len(words):
                continue
            if own[0].bare and mention.type is not None and not mention.areas:
                return [replace(own[0], type=mention.type, bare=False, word=mention.word)]
            if not own[0].bare and mention.bare:
                return [replace(own[0], areas=list(mention.areas), generic=False)]
    return own


def labelled(sentence: Sentence, *, prose: bool = False) -> Row | None:
    """Like "Label: Grade", "Label – Grade" as a whole sentence or list item, with a short label."""
    low = sentence.tokens.low
    if len(low) > 26:
        return None
    for k, word in enumerate(low) if not _LABELLING.isdisjoint(low) else ():
        if word in _LABELLING and 0 < k <= 18:
            item = _whole(sentence, k + 1, len(low), prose=prose)
            if item is not None and sentence.has_between("four", 0, k) is None:
                return Row(0, k, item, _value(sentence, item), 1)
    if low and low[-1] in {")", "."} and "(" in low:
        opened = max((k for k, word in enumerate(low) if word == "("), default=0)
        if 0 < opened <= 9 and ":" not in low[:opened] and low.count("(") == 1:
            item = _whole(sentence, opened + 1, len(low), prose=prose)
            if item is not None:
                return Row(0, opened, item, _value(sentence, item), 1)
    return None


def run(sentence: Sentence, *, prose: bool = False) -> list[Row]:
    """The pairs of "The ratings are: leadership – Good; staff (Good), services: Requires improvement".

    Two or more standards, each with its grade behind it, fill the sentence from its beginning or from the colon that
    leads them in; empty where anything else stands among them.
    """
    low = sentence.tokens.low
    kinds = frozenset(("four", "narr_is") if prose else ("four",))
    grades = [item for item in sentence.items if not kinds.isdisjoint(item.kinds)]
    if len(grades) < _PAIRS or low[-1] in {"?", ":"}:
        return []
    rows: list[Row] = []
    begin = 0
    bare = len(grades) > _PAIRS and not _LABELLING.isdisjoint(low[: grades[0].i - 1])
    pairing = _PAIRING | {","} if ";" in low else _PAIRING
    for grade in grades:
        at = grade.i - 1
        while at > begin and low[at] in _MARKING:
            at -= 1
        if at > begin and bare and low[at][0].isalnum():
            at += 1  # "The marks: leadership good, staff inadequate, services good"
        elif at <= begin or low[at] not in pairing:
            return []
        if rows:
            while begin < at and (not low[begin][0].isalnum() or low[begin] == "and"):
                begin += 1
        else:
            begin = max((k + 1 for k in range(at) if low[k] in _LABELLING), default=0)
        row = Row(begin, at, grade, _value(sentence, grade), 1)
        if not 0 < at - begin <= _NAME or label_aspect(sentence, row) is None or not _only_names(sentence, row):
            return []
        rows.append(row)
        begin = grade.j
    return rows if all(not word[0].isalnum() or word in {"overall", "rating"} for word in low[begin:]) else []


_PAIRS: Final = 2
_NAME: Final = 8
"""Tokens at most of a standard's name."""
_MARKING: Final = frozenset(("“", "‘", "'", '"', "*"))
_PAIRING: Final = _LABELLING | {"("}


def _only_names(sentence: Sentence, row: Row) -> bool:
    """Whether a label is a standard's name, and no clause on it ("leadership was"), nor a count ("two services")."""
    words = sentence.tokens.low[row.label_start : row.label_end]
    named = sentence.has_between("aspect", row.label_start, row.label_end) is not None
    if row.label_end == row.grade.i and not (named or words == ["services"]):
        return False  # "the good, the bad and the so-so"
    return not any(word in NUMBERS or word.isdecimal() for word in words) and all(
        item.kinds.keys().isdisjoint(("copula", "rate", "says", "inspector", "previous", "other"))
        for item in sentence.items
        if item.i < row.label_end and item.j > row.label_start
    )


def label_aspect(sentence: Sentence, row: Row) -> str | None:
    """The standard a label names; OVERALL where it says so; None where it names none."""
    if sentence.has_between("overall", row.label_start, row.label_end) is not None:
        return OVERALL
    aspects = [it for it in sentence.having("aspect") if it.i >= row.label_start and it.j <= row.label_end]
    covered = {
        k
        for it in sentence.items
        if not {"aspect", "overall", "noun", "body"}.isdisjoint(it.kinds)
        for k in range(it.i, it.j)
    }
    loose = [k for k in range(row.label_start, row.label_end) if sentence.tokens.low[k].isalpha() and k not in covered]
    if aspects and len(loose) > 3 + len(covered):
        return None
    if aspects and "?" in sentence.tokens.low[row.label_start : row.label_end]:
        return None
    if aspects:
        return str(aspects[0].kinds["aspect"])
    words = [w for w in sentence.tokens.low[row.label_start : row.label_end] if w.isalpha()]
    if words and words[-1] == "services" and len(words) <= 3:
        return "services"
    if words and all(
        w
        in {
            *(
                "rating",
                "grade",
                "the",
                "final",
                "headline",
                "result",
                "verdict",
                "our",
                "inspection",
                "bottom",
                "line",
            ),
            *(
                "upshot",
                "outcome",
                "conclusion",
                "total",
                "in",
                "sum",
                "short",
                "all",
                "mark",
                "score",
                "end",
                "answer",
            ),
        }
        for w in words
    ):
        return OVERALL
    return None


def says_only_grade(sentence: Sentence, row: Row) -> bool:
    """Whether a label is "Rating", "Our grade", "Judgement": of what, the heading over it says."""
    words = [word for word in sentence.tokens.low[row.label_start : row.label_end] if word.isalpha()]
    return bool(words) and words[-1] in _GRADE and all(word in _GRADE or word in {"our", "the"} for word in words)


_GRADE: Final = frozenset(("rating", "grade", "mark", "score", "judgement"))


def is_row(sentence: Sentence) -> bool:
    """Whether the sentence is a row of a table."""
    return sentence.block is not None and sentence.block.kind in {BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER}


def column(header: Sentence | None, number: int) -> tuple[str | None, list[Mention]]:
    """The standard and the bodies that a column's header names."""
    if header is None or header.block is None or number >= len(header.block.cells):
        return None, []
    low = header.tokens.low
    bounds = [-1, *(k for k, word in enumerate(low) if word == "|"), len(low)]
    if number + 1 >= len(bounds):
        return None, []
    i, j = bounds[number] + 1, bounds[number + 1]
    bodies = [mention for mention in header.mentions if mention.i >= i and mention.j <= j and not mention.pronoun]
    if header.has_between("overall", i, j) is not None:
        return OVERALL, bodies
    aspect = header.has_between("aspect", i, j)
    if aspect is not None:
        return str(aspect.kinds["aspect"]), bodies
    return ("services" if low[i:j] == ["services"] else None), bodies


def is_earlier(header: Sentence | None, number: int) -> bool:
    """Whether a column is of an earlier inspection: its header is a year before another one's, or says "previous"."""
    if header is None or header.block is None or number >= len(header.block.cells):
        return False
    cells = [cell.lower() for cell in header.block.cells]
    years = [max((int(year) for year in _YEAR.findall(cell)), default=0) for cell in cells]
    if years[number] and years[number] < max(years):
        return True
    return any(word in cells[number] for word in ("previous", "last time", "before", "last inspection", "earlier"))


def names_something(sentence: Sentence, row: Row) -> bool:
    """Whether a label is the name of something that is neither body nor standard: "Lime House: outstanding"."""
    words = [word for word in sentence.tokens.raw[row.label_start : row.label_end] if word[0].isalpha()]
    known = any(
        it.i < row.label_end
        and it.j > row.label_start
        and not {"aspect", "overall", "body", "work", "parts", "noun", "place", "anaphor", "inspector"}.isdisjoint(
            it.kinds
        )
        for it in sentence.items
    )
    return len(words) >= 2 and not known and all(word[0].isupper() for word in words)


def names_a_body(sentence: Sentence, mention: Mention, row: Row) -> bool:
    """Whether a mention in a label names a body: by a body word, or as a place that is all but the whole label."""
    if mention.word == "anaphor":
        return False
    if mention.type is not None or mention.any_probation:
        return True
    words = [k for k in range(row.label_start, row.label_end) if sentence.tokens.low[k].isalpha()]
    inside = [k for k in words if mention.i <= k < mention.j]
    return bool(words) and len(inside) * 3 >= len(words) * 2
