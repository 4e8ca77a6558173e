"""Verdicts on those who did the work before June 2014: the first National Probation Service, areas and trusts.

The first service (2001 to 2008) had the name of the one of 2014, and trusts had the places that CRCs and divisions have
today. A title, a heading, a paragraph or a clause that names years of theirs, and none since, is on them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.nouns import OLD

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.nouns import Target
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = ["goes_on_about_then", "heading_is_bygone", "of_then"]

_SPLIT: Final = 2014
"""The year in which CRCs and the NPS took over."""
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_SINCE: Final = frozenset(("now", "today", "today's", "today’s", "since", "crc", "crcs", "still", "this", "latest"))
_THEN: Final = frozenset(("was", "were", "had", "did", "gave", "got", "called", "found", "said", "rated", "required"))


def heading_is_bygone(text: str) -> bool:
    """Whether a heading is on years before CRCs alone: "2008–2014: the trusts", "The first NPS"."""
    lowered = text.lower()
    years = [int(year) for year in _YEAR.findall(text)]
    span = len(years) > 1 and max(years) <= _SPLIT
    return span or (bool(years) and max(years) < _SPLIT) or "the first nps" in lowered or "before 2014" in lowered


def goes_on_about_then(scene: Scene, sentence: Sentence) -> bool:
    """Whether a paragraph is on years before CRCs from here on: "Between 2003 and 2006 it visited all 42 areas."."""
    goes_on = scene.bygone and not sentence.starts_block
    if not goes_on and "20" not in sentence.text and "19" not in sentence.text:
        return False
    low = sentence.tokens.low
    years = _years(low)
    if not _SINCE.isdisjoint(low) or any(year >= _SPLIT for year in years):
        return False
    return bool(years) or goes_on


def of_then(sentence: Sentence, candidate: Candidate, targets: list[Target], scene: Scene) -> str:
    """Why a grade is of a body of before June 2014; empty where it is not."""
    if not any(target.type in OLD for target in targets):
        return ""
    if scene.long_ago or any(section.bygone for section in scene.sections):
        return "the title or the heading is on a time before there were CRCs"
    low = sentence.tokens.low
    if not _SINCE.isdisjoint(low) or any(m.type is ProviderType.CRC and not m.pronoun for m in sentence.mentions):
        return ""
    begin, end = sentence.clause(candidate.i)
    years = _years(low[begin:end])
    then = bool(years) and max(years) < _SPLIT and all(year < _SPLIT for year in _years(low))
    if (then or scene.bygone) and not _THEN.isdisjoint(low[begin : candidate.j]):
        return "it is of a year before there were CRCs"
    return ""


def _years(low: list[str]) -> list[int]:
    return [int(word) for word in low if len(word) == _DIGITS and word.isdecimal() and _FIRST < int(word) < _LAST]


_DIGITS: Final = 4
_FIRST: Final = 1900
_LAST: Final = 2040
