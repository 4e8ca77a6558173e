"""Grades that a clause calls the outcome of what stands before it, or a change of the rating that was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["LED", "OUTCOME", "raised_its_rating", "reasons_end"]

OUTCOME: Final = "what all of it comes to"
"""How the aspect of a grade was told that a clause calls the outcome of what stands before it."""


def reasons_end(sentence: Sentence, begin: int, end: int) -> int:
    """Where the reasons for a grade end, whose standards are not the grade's.

    Like "Shortcomings in delivery led inspectors to assess it as …", "Poor planning has earned the unit a rating …",
    "Planning was weak, and the result is a rating of …".
    """
    low = sentence.tokens.low
    for k in range(begin, end):
        if low[k] in LED and sentence.has_between("inspector", k + 1, k + 7):
            return k + 1
        if low[k] in _EARNED:
            who = next((m.j for m in sentence.mentions if k < m.i <= k + 3 and not m.other), 0)
            who = who or next((x + 1 for x in range(k + 1, min(end, k + 5)) if low[x] in _EARNERS), 0)
            if who and not _RATINGS.isdisjoint(low[who : min(end, who + 5)]):
                return who
        if low[k] in _RESULT and low[k + 1] in _IS and not _RATINGS.isdisjoint(low[k + 2 : end]):
            return k
    return begin


LED: Final = frozenset(("led", "prompted", "persuaded", "caused", "convinced", "moved"))
_EARNED: Final = frozenset(
    (
        "brought",
        "cost",
        "costs",
        "earned",
        "earns",
        "earning",
        "gained",
        "got",
        "landed",
        "lands",
        "left",
        "won",
        "wins",
    )
)
_EARNERS: Final = frozenset(("company", "division", "it", "provider", "region", "service", "team", "them", "unit"))
_RATINGS: Final = frozenset(("rating", "grade", "score", "verdict", "assessment", "mark"))
_RESULT: Final = frozenset(("result", "outcome", "upshot", "consequence", "net", "sum", "total"))
_IS: Final = frozenset(("is", "was", "are", "were"))


def raised_its_rating(low: list[str], at: int) -> bool:
    """Like "has now raised that rating to ‘Good’": the one rating that was told."""
    k = at
    while k > 0 and (not low[k - 1][0].isalnum() or low[k - 1] in {"a", "an"}):
        k -= 1
    told = low[k - 1 : k] == ["to"] and low[k - 2 : k - 1] in (["rating"], ["grade"], ["mark"])
    return (
        told and low[k - 3 : k - 2] in (["that"], ["the"], ["this"], ["its"]) and not _RAISED.isdisjoint(low[k - 6 : k])
    )


_RAISED: Final = frozenset(
    ("raised", "raises", "lifted", "lifts", "lowered", "cut", "upgraded", "downgraded", "changed")
)
