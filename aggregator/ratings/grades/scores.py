"""Points out of a regime's total, and the band they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.candidate import Candidate
from aggregator.ratings.words.grammar import AFTER_GRADE

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["COUNT_WORDS", "TOTALS", "band", "scores"]

TOTALS: Final = {"21": 21, "24": 24, "27": 27, "30": 30, "36": 36, "twenty-seven": 27}


COUNT_WORDS: Final = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"nought": 0, "none": 0, "nil": 0}


def scores(sentence: Sentence) -> list[Candidate]:
    """Points out of the regime's total ("2 of 27 points"), which mean a band."""
    low = sentence.tokens.low
    out: list[Candidate] = []
    for k, word in enumerate(low):
        total = TOTALS.get(word)
        if total is None or k < 2:
            continue
        start = k - 1
        while (
            start > 0
            and k - start < 6
            and low[start]
            in {"point", "points", "of", "out", "the", "a", "possible", "maximum", "total", "/", "available"}
        ):
            start -= 1
        points = int(low[start]) if low[start].isdigit() and len(low[start]) < 3 else COUNT_WORDS.get(low[start])
        if start > 1 and low[start - 1] == "and" and low[start - 2].isdecimal():
            continue  # "8 and 4 points out of 27": whose is which?
        if points is None or points > total or {"of", "/"}.isdisjoint(low[start:k]):
            continue
        about = set(low[max(0, start - 8) : k + 4])
        if (
            not about & {"point", "points", "score", "scored", "scores", "scoring", "marks"}
            and "possible" not in low[start:k]
        ):
            continue
        after = low[k + 1] if k + 1 < len(low) else "."
        if (
            after.isalpha()
            and after not in AFTER_GRADE
            and after not in {"points", "point", "possible", "available", "inspection", "marks"}
        ):
            continue
        end = k + 2 if after in {"points", "point", "marks"} else k + 1
        out.append(Candidate(start, end, band(points, total), "ordinal", "noun", 0.8))
    return out


def band(points: int, total: int) -> RatingValue:
    """The band that so many points are: the mean standard score rounded to the nearest band, ties down."""
    if points * 6 <= total:
        return RatingValue.INADEQUATE
    if points * 2 <= total:
        return RatingValue.REQUIRES_IMPROVEMENT
    return RatingValue.GOOD if points * 6 <= total * 5 else RatingValue.OUTSTANDING
