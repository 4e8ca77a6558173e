"""Grades cut short: "RI" in a table or under "Requires improvement (RI)", "G" under a key, "Req. imp." in a cell.

Letters mean a grade where the post says so, in a key or in brackets behind the grade; in the cells of a table that has
"RI" as well, since nothing else has these four; and "RI" by itself in a cell, behind a label, or as what something
was rated.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.cells import bounds, is_row
from aggregator.ratings.words.items import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.ratings.words.items import Sentence

__all__ = ["let_letters_be_grades"]

_GRADES: Final = {
    "outstanding": RatingValue.OUTSTANDING,
    "good": RatingValue.GOOD,
    "requires improvement": RatingValue.REQUIRES_IMPROVEMENT,
    "inadequate": RatingValue.INADEQUATE,
}
_LETTERS: Final = {
    **dict.fromkeys(("o", "os"), RatingValue.OUTSTANDING),
    **dict.fromkeys(("g", "gd"), RatingValue.GOOD),
    "ri": RatingValue.REQUIRES_IMPROVEMENT,
    **dict.fromkeys(("i", "in", "ia", "inad"), RatingValue.INADEQUATE),
}
_CUT: Final = {
    **dict.fromkeys(
        ("reqimp", "requiresimp", "reqimprovement", "reqsimprovement", "requiresimprov", "reqimprov", "reqsimp",
         "requiredimprovement", "needsimprovement", "ri"),
        RatingValue.REQUIRES_IMPROVEMENT,
    ),
    **dict.fromkeys(("outst", "outstand"), RatingValue.OUTSTANDING),
    **dict.fromkeys(("inad", "inadeq"), RatingValue.INADEQUATE),
}  # fmt: skip
"""What a cell may say for a grade, without marks and spaces."""
_NAMES: Final = "|".join(_GRADES)
_KEY: Final = re.compile(rf"\b([A-Z]{{1,2}})\b\s*(?:[=:–—-]|means|is|for|\|)\s*[‘“'\"]?({_NAMES})\b", re.IGNORECASE)
_BRACKETED: Final = re.compile(rf"\b({_NAMES})[’”'\"]?\s*(?:[=:–—|-]|\()\s*([A-Z]{{1,2}})\b(?!\s*[a-z])", re.IGNORECASE)
_POINTS: Final = frozenset(("points", "out", "of", "/"))
_LABELLING: Final = frozenset((":", "–", "—", "-", "=", "(", "→", "to"))
_RATED: Final = frozenset(("rated", "graded", "judged", "rating", "grade", "an", "as", "‘", "“", "'", '"'))
_LONGEST_KEY: Final = 400
_LONGEST_CELL: Final = 30


def let_letters_be_grades(sentences: Sequence[Sentence]) -> None:
    """Make one of the four grades of what stands for one, wherever a post says it."""
    key = _key(sentences)
    for in_table, group in groupby(sentences, is_row):
        rows = list(group)
        if in_table:
            _in_a_table(rows, key)
            continue
        for sentence in rows:
            if "RI" in sentence.tokens.raw or (key and not key.keys().isdisjoint(sentence.tokens.low)):
                _add(sentence, _in_a_line(sentence, key))


def _key(sentences: Iterable[Sentence]) -> dict[str, RatingValue]:
    """The letters to which a post gives grades; a single one of them is none, but "RI" is."""
    found: dict[str, RatingValue] = {}
    for sentence in sentences:
        if not sentence.has("four") or len(sentence.text) > _LONGEST_KEY:
            continue
        told = [(letters, name) for letters, name in _KEY.findall(sentence.text)]
        told += [(letters, name) for name, letters in _BRACKETED.findall(sentence.text)]
        for letters, name in told:
            grade = _GRADES[name.lower()]
            if letters.isupper() and _LETTERS.get(letters.lower()) is grade:
                found[letters.lower()] = grade
    return found if len(found) > 1 or "ri" in found else {}


def _in_a_table(rows: list[Sentence], key: dict[str, RatingValue]) -> None:
    """The cells of a table that are nothing but letters, or a grade cut short, points apart."""
    cells = [(row, cell, _said(row, cell)) for row in rows for cell in bounds(row)]
    known = {letters for _, _, letters in cells if letters in _LETTERS}
    allowed = {**_CUT, **key, **(_LETTERS if "ri" in known else {})}
    items: dict[int, list[Item]] = {}
    for row, (i, j), said in cells:
        if said in allowed and not (said in _LETTERS and row.has("four") and _is_a_key(row)):
            words = [k for k in range(i, j) if row.tokens.low[k][0].isalpha()]
            items.setdefault(row.index, []).append(Item(words[0], words[-1] + 1, {"four": allowed[said]}))
    for row in rows:
        _add(row, items.get(row.index, []))


def _is_a_key(row: Sentence) -> bool:
    """Like "RI | Requires improvement": it says what the letters mean."""
    return len(bounds(row)) == 2 or bool(_KEY.search(row.text))


def _said(row: Sentence, cell: tuple[int, int]) -> str:
    """The words of a short cell in one, points apart; empty where they are no plain letters."""
    low = row.tokens.low[slice(*cell)]
    words = [word for word in low if word[0].isalpha() and word not in _POINTS]
    raw = "".join(word for word in row.tokens.raw[slice(*cell)] if word[0].isalpha() and word.lower() not in _POINTS)
    if sum(map(len, words)) > _LONGEST_CELL or not words:
        return ""
    said = "".join(words)
    return said if len(said) > 2 or raw.isupper() else ""


def _in_a_line(sentence: Sentence, key: dict[str, RatingValue]) -> list[Item]:
    """The letters of a line or a sentence that stand for a grade."""
    low, raw = sentence.tokens.low, sentence.tokens.raw
    found = []
    for k, word in enumerate(raw):
        letters = low[k]
        if letters not in _LETTERS or not word.isupper() or sentence.item_on(k) is not None:
            continue
        before = low[k - 1] if k else ""
        behind = low[k + 1] if k + 1 < len(low) else "."
        if behind in {"=", ":"} or (before == "(" and _is_named(sentence, k - 1)):
            continue  # it says what the letters mean
        if before == "(" and [word[0].lower() for word in raw[max(0, k - 1 - len(letters)) : k - 1]] == list(letters):
            continue  # "Restorative Interventions (RI)" says that they mean something else
        if letters == "ri":
            if key or before in _LABELLING or before in _RATED:
                found.append(Item(k, k + 1, {"four": _LETTERS[letters]}))
        elif letters in key and before in _LABELLING - {"to"} and not behind[0].isalnum():
            found.append(Item(k, k + 1, {"four": key[letters]}))
    return found


def _is_named(sentence: Sentence, at: int) -> bool:
    """Whether a grade in full ends right before token ``at``, marks apart."""
    while at > 0 and not sentence.tokens.low[at - 1][0].isalnum():
        at -= 1
    return any(item.j == at for item in sentence.having("four"))


def _add(sentence: Sentence, items: list[Item]) -> None:
    """Let a sentence have these grades too, in place of what was read of their words."""
    if not items:
        return
    taken = {k for item in items for k in range(item.i, item.j)}
    kept = [item for item in sentence.items if taken.isdisjoint(range(item.i, item.j))]
    sentence.items = sorted([*kept, *items], key=lambda item: item.i)
    of_kind: dict[str, list[Item]] = {}
    for item in sentence.items:
        for kind in item.kinds:
            of_kind.setdefault(kind, []).append(item)
    sentence.of_kind, sentence.kinds, sentence.on = of_kind, frozenset(of_kind), None
