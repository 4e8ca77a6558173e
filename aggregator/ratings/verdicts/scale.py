"""Whether a sentence explains the scale: names its ends, its grades in a row, or several that nobody is given.

"On a scale from ‘Outstanding’ to ‘Inadequate’", "Outstanding, Good, Requires improvement or Inadequate": no body gets a
grade by these.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.ranges import of_a_range
from aggregator.ratings.verdicts.respective import is_told_in_turn
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["is_explained"]

_MOVED: Final = frozenset(
    (
        *(
            "up",
            "down",
            "went",
            "gone",
            "moved",
            "rose",
            "raised",
            "lifted",
            "improved",
            "upgraded",
            "climbed",
            "jumped",
            "leapt",
        ),
        *("fell", "dropped", "slipped"),
    )
)
_CHANGED: Final = _MOVED - {"up", "down"}
"""Verbs of a change that has happened."""
_SUPPOSING: Final = frozenset(("if", "when", "whenever", "would", "could", "can", "may", "might"))


def is_explained(sentence: Sentence, candidate: Candidate, four_in_sentence: int) -> bool:
    """Whether a grade is told only as one of the scale, and given to nobody.

    Args:
        sentence: The sentence that the grade stands in.
        candidate: The grade.
        four_in_sentence: How many of the four grades the sentence names.
    """
    if is_told_in_turn(sentence) or (candidate.kind == "four" and of_a_range(sentence, candidate.i)):
        return False
    low = sentence.tokens.low
    if (
        four_in_sentence >= 3
        and len(sentence.having("aspect")) < 2
        and not any((m.areas or (m.type is not None and not m.plural)) and not m.demoted for m in sentence.mentions)
        and not _tally(sentence)
        and not _is_given(sentence)
        and not (
            sentence.has("aspect") and "from" in low and not _CHANGED.isdisjoint(low) and _SUPPOSING.isdisjoint(low)
        )
    ):
        return True
    if _enumerated(sentence, candidate):
        return True
    values = [str(item.kinds["four"]) for item in sentence.having("four")] if four_in_sentence == 2 else []
    if (
        values[:2] in (["outstanding", "inadequate"], ["inadequate", "outstanding"])
        and len(values) == 2
        and not {"from", "between"}.isdisjoint(low)
        and _MOVED.isdisjoint(low)
    ):
        return True
    if _is_range(sentence, candidate):
        return True
    if four_in_sentence >= 2 or candidate.kind == "four":
        cue = any(not _COUNTED.intersection(low[it.j : it.j + 2]) for it in sentence.having("scale"))
        found = sentence.has("rate") and sentence.has("aspect") and candidate.marked
        if cue and not found and (four_in_sentence >= 2 or not sentence.has("rate")):
            return True
    return False


_COUNTED: Final = frozenset(
    ("inspections", "reports", "units", "pdus", "regions", "services", "companies", "crcs", "divisions", "areas")
)
"""Behind "one of four": what is counted is no band of the scale."""


def _is_given(sentence: Sentence) -> bool:
    """Like "Unpaid work earned …, the organisation has been told that it requires improvement, and … it was graded …".

    One body that was spoken of before, and verbs of what it got; what it may get ("would be", "if") is the scale.
    """
    low = sentence.tokens.low
    one = any(m.word == "anaphor" and not (m.plural or m.demoted) for m in sentence.mentions)
    return one and not (_GIVEN.isdisjoint(low) or sentence.has("scale")) and _SUPPOSING.isdisjoint(low)


_GIVEN: Final = frozenset(("was", "were", "got", "earned", "received", "told", "gained", "given", "took", "won"))


def _is_range(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "on a scale from “Outstanding” to “Inadequate”": its ends, whatever else the sentence calls good."""
    low = sentence.tokens.low
    if not _MOVED.isdisjoint(low):
        return False
    fours = sentence.having("four")
    for first, last in pairwise(fours):
        if not (first.i <= candidate.i < last.j) or {first.kinds["four"], last.kinds["four"]} != _ENDS:
            continue
        gap = [word for word in low[first.j : last.i] if word[0].isalnum()]
        before = [word for word in low[max(0, first.i - 3) : first.i] if word[0].isalnum()]
        if (gap in (["to"], ["down", "to"], ["up", "to"]) and before[-1:] == ["from"]) or (
            gap == ["and"] and before[-1:] == ["between"]
        ):
            return True
    return False


_ENDS: Final = {RatingValue.OUTSTANDING, RatingValue.INADEQUATE}


def _enumerated(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the grade is one of three or more in a row ("Outstanding, Good, Requires improvement or Inadequate")."""
    low = sentence.tokens.low
    fours = sentence.having("four")
    if len(fours) < 3:
        return False
    run = [fours[0]] if fours else []
    best: list[tuple[int, int, int]] = []
    for item in fours[1:]:
        gap = [word for word in low[run[-1].j : item.i] if word.isalnum()]
        if len(gap) <= 1 and set(gap) <= {"and", "or", "to", "then"}:
            run.append(item)
        else:
            best.append((run[0].i, run[-1].j, len({str(r.kinds["four"]) for r in run})))
            run = [item]
    if run:
        best.append((run[0].i, run[-1].j, len({str(r.kinds["four"]) for r in run})))
    return any(i <= candidate.i < j and distinct >= 3 for i, j, distinct in best)


def _tally(sentence: Sentence) -> bool:
    numbers = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "none", "half"}
    low = sentence.tokens.low
    if "gets" in low and "points" in low:
        return False  # "One that is outstanding gets three points, one that is good two, …"
    if any(m.plural and m.type is not None for m in sentence.mentions) and _POINTS.isdisjoint(low):
        numbers |= NUMBERS | {"single"}
    return sum(word in numbers or word.isdigit() for word in low) >= 2


_POINTS: Final = frozenset(("points", "bands", "marks", "scores", "levels", "categories", "grades"))
