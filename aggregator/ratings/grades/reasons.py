"""What praise and blame is for, told beside them: faults that are laid bare, and what no inspection judges."""

from __future__ import annotations

from typing import Final

__all__ = ["ARTICLES", "GRAVE", "are_laid_open", "is_no_work"]

GRAVE: Final = frozenset(("serious", "grave", "deep", "real", "major", "significant", "considerable"))
ARTICLES: Final = frozenset(("the", "a", "an", "its", "their", "this", "that", "these", "those"))


def are_laid_open(low: list[str], k: int) -> bool:
    """Like "grave shortcomings", "lays bare the failings": faults that are told, and not spoken of."""
    if low[k - 1 : k] == [] or low[k - 1] in GRAVE:
        return low[k - 1 : k] != []
    at = k - (low[k - 1] in ARTICLES)
    return low[at - 1 : at] != [] and low[at - 1] in _EXPOSING and not low[k].startswith("concern")


_EXPOSING: Final = frozenset(
    ("bare", "exposed", "exposes", "expose", "revealed", "reveals", "found", "finds", "identified", "identifies",
     "highlighted", "highlights", "uncovered", "uncovers", "catalogues", "catalogued", "details", "detailed", "lists")
)  # fmt: skip


def is_no_work(low: list[str], k: int) -> bool:
    """Like "praises the company's CRCs for their research": what no inspection judges."""
    while low[k : k + 1] != [] and (low[k] in ARTICLES or low[k] in _OWN or low[k].endswith("ly")):
        k += 1
    return low[k : k + 1] != [] and low[k] in _NO_WORK


_OWN: Final = frozenset(("own", "two", "recent", "good", "new", "excellent", "joint", "published"))
_NO_WORK: Final = frozenset(
    ("research", "study", "studies", "survey", "surveys", "hospitality", "candour", "openness", "cooperation",
     "co-operation", "welcome", "feedback", "patience", "fundraising", "charity", "podcast", "bulletin", "conference")
)  # fmt: skip
