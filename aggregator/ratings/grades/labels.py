"""Lines like "Leadership: Good", lists of them in one sentence, and what the label of a grade names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL
from aggregator.ratings.grades.cells import Row, grades_of, value_of, whole
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["label_aspect", "labelled", "names_a_body", "names_something", "run", "says_only_grade"]

_LABELLING: Final = frozenset((":", "–", "—", "-", "="))


def labelled(sentence: Sentence, *, prose: bool = False) -> list[Row]:
    """Like "Label: Grade", "Label – Grade" as a whole sentence or list item, with a short label.

    Two grades behind one label are the one before and the one now: "Kent CRC: Inadequate → Good".
    """
    low = sentence.tokens.low
    if len(low) > _LONGEST:
        return []
    for k, word in enumerate(low) if not _LABELLING.isdisjoint(low) else ():
        if word in _LABELLING and 0 < k <= _FARTHEST and sentence.has_between("four", 0, k) is None:
            found = grades_of(sentence, (k + 1, len(low)), prose=prose)
            if found:
                return [Row((0, k), item, value_of(sentence, item), 1, earlier=earlier) for item, earlier in found]
    if low and low[-1] in {")", "."} and "(" in low:
        opened = max((k for k, word in enumerate(low) if word == "("), default=0)
        if 0 < opened <= _NAME + 1 and ":" not in low[:opened] and low.count("(") == 1:
            item = whole(sentence, opened + 1, len(low), prose=prose)
            if item is not None:
                return [Row((0, opened), item, value_of(sentence, item), 1)]
    return []


_LONGEST: Final = 26
"""Tokens of a line at most that is but a label and its grade."""
_FARTHEST: Final = 18
"""Tokens of a label at most."""


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
        row = Row((begin, at), grade, value_of(sentence, grade), 1)
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
