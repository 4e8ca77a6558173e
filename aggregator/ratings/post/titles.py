"""What a title says that the post is for: to tell how ratings come about, or what was so before there were CRCs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["explains", "is_long_ago"]

_TELLING: Final = frozenset(
    ("how", "explained", "explainer", "explaining", "guide", "method", "methodology", "mean", "means", "consultation",
     "consulting", "consult", "consulted", "proposals", "handbook", "rulebook", "rules", "thresholds")
)  # fmt: skip
_RATING: Final = frozenset(
    ("rate", "rates", "rated", "rating", "ratings", "grade", "grades", "graded", "score", "scores", "scored",
     "scale", "scoring", "marked", "inspections", "inspects")
)  # fmt: skip
"""A title with a word of each tells how ratings come about."""
_GUIDES: Final = frozenset(("guide", "explained", "explainer", "works", "faq", "introduction"))
_EXERCISES: Final = frozenset(
    ("exam", "revision", "worksheet", "coursework", "tutorial", "scenario", "scenarios", "role-play", "homework",
     "simulation")
)  # fmt: skip
"""A title with one of these makes up whom it grades."""
_INSPECTION: Final = frozenset(("inspection", "inspector", "inspectors", "inspectorate"))
_FIRST_NPS: Final = re.compile(r"\b200\d\b|\b(?:before|until|up to) 2014\b", re.IGNORECASE)
"""A title with such a year remembers the first National Probation Service (2001 to 2008), or its time."""


def explains(title: Sentence) -> bool:
    """Whether the post tells how ratings come about, by its title, and not which were given."""
    low = set(title.tokens.low)
    telling = bool(low & _TELLING and low & _RATING) or bool(low & _GUIDES and low & _INSPECTION)
    telling = telling or not low.isdisjoint(_EXERCISES)
    return telling and not any(m.areas for m in title.mentions) and not _tells_of_ours(title)


def is_long_ago(title: str) -> bool:
    """Whether a title is on years before CRCs; "2001–2019: a firm's life" spans theirs."""
    later = any(int(year) > _SPLIT for year in _YEARS.findall(title))
    return not later and _FIRST_NPS.search(title) is not None


def _tells_of_ours(title: Sentence) -> bool:
    """Like "We’ve been rated ‘Good’ – and here’s what it means": what was given, not how that comes about."""
    low = title.tokens.low
    we = next((k for k, word in enumerate(low) if word in _WE), len(low))
    return any(we < it.j <= we + _NEAR_US and low[it.j - 1] in _GIVEN_US for it in title.having("rate")) and any(
        it.i > we for it in title.having("four")
    )


_WE: Final = frozenset(("we", "we've", "we’ve", "we're", "we’re"))
_NEAR_US: Final = 5
_GIVEN_US: Final = frozenset(("rated", "graded", "judged", "marked", "scored", "awarded", "given"))
_YEARS: Final = re.compile(r"\b20\d\d\b")
_SPLIT: Final = 2014
"""The year in which CRCs and the NPS took over."""
