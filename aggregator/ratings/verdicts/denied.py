"""Grades that nobody was given: "did not rate it as ‘Inadequate’", "saved from a lower grade"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["kept_from", "not_rated"]


def not_rated(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "did not rate the … Community Rehabilitation Company (CRC) as Inadequate": the words that deny it."""
    low = sentence.tokens.low
    if candidate.kind not in {"four", "ordinal"} or candidate.limit or _UNRATED.isdisjoint(low):
        return None
    begin, _ = sentence.clause(candidate.i)
    for k in range(candidate.i - 2, begin - 1, -1):
        if low[k] in _UNRATED and low[k + 1] in _RATING and _UNTIL.isdisjoint(low[k + 1 : candidate.i]):
            return sentence.words(k, k + 2) if sentence.same_clause(k, candidate.i) else None
    return None


_UNRATED: Final = frozenset(("not", "never", "didn't", "didn’t", "hasn't", "hasn’t", "haven't", "haven’t"))
_RATING: Final = frozenset(
    ("rate", "rated", "grade", "graded", "judge", "judged", "mark", "marked", "find", "found", "give", "given", "call",
     "called", "assess", "assessed", "award", "awarded", "describe", "described")
)  # fmt: skip
_UNTIL: Final = frozenset((";", "only", "but", "until", "since", "anything", "than"))


def kept_from(low: list[str], begin: int, i: int) -> bool:
    """Like "rescued the service from being ‘Inadequate’ overall", "saved it from a lower grade"."""
    own = next((k for k in range(i - 1, max(begin, i - _NEAR_FROM), -1) if low[k] == "from"), 0)
    return own > 0 and not _KEEPING.isdisjoint(low[max(begin, own - _NEAR_FROM) : own])


_NEAR_FROM: Final = 6
_KEEPING: Final = frozenset(("rescued", "rescues", "saved", "saves", "spared", "spares", "prevented", "stopped"))
