"""Phrases of time and doubt near a grade: do they speak of this grade, or of another beside it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["PARTING", "is_here_again", "near", "set_against"]


def near(sentence: Sentence, candidate: Candidate, kind: str, left: int, right: int) -> str | None:
    """The phrase of a cue that stands within so many tokens before or after, in the same clause."""
    if not sentence.has(kind):
        return None
    begin, end = sentence.clause(candidate.i)
    lowest, highest = max(begin, candidate.i - left), min(end, candidate.j + right)
    for item in sentence.having(kind):
        if (
            item.i >= lowest
            and item.j <= highest
            and sentence.same_clause(item.i, candidate.i)
            and not (kind == "previous" and _is_not_of(sentence, candidate, item))
            and not (item.i >= candidate.i and item.j <= candidate.j)
        ):
            return sentence.words(item.i, item.j)
    return None


def is_here_again(low: list[str], at: int) -> bool:
    """Like "Elsewhere the NPS did good work; here it struggles": from "here" on it is the post's own place and time."""
    if "elsewhere" not in low[:at]:
        return False
    return any(low[k] == "here" and low[k - 1] in _TURNING for k in range(low.index("elsewhere") + 1, at))


_TURNING: Final = frozenset((";", ",", ":", "–", "—", "but", "and", "while", "whereas"))


def set_against(sentence: Sentence, candidate: Candidate, at: int) -> bool:
    """Whether a time at token ``at`` is another grade's: "‘Good’, up from ‘Inadequate’ two years ago", or before it."""
    low = sentence.tokens.low
    if candidate.j < at and _as_it_was(low, candidate.j, at):
        return True
    return any(
        (candidate.j <= other.i and other.j <= at and not _AGAINST.isdisjoint(low[candidate.j : other.i]))
        or (other.j <= at < candidate.i and at - other.j <= _TIME and low[at + 1 : at + 2] in (["to"], ["into"]))
        for other in sentence.items
        if ("four" in other.kinds or "ordinal" in other.kinds)
    )


def _as_it_was(low: list[str], begin: int, end: int) -> bool:
    """Like "has again been rated ‘Good’, as it was the year before", "…, the grade that it had two years ago"."""
    for k in range(begin, end):
        if low[k] == "as" and low[k + 1 : k + 2] != [] and low[k + 1] in {"it", "they"}:
            return True
        if low[k] == "the" and low[k + 1 : k + 2] != [] and low[k + 1] in _MARKS:
            at = k + 2 + (low[k + 2 : k + 3] in (["that"], ["which"]))
            return low[at : at + 1] in (["it"], ["they"])
    return False


_MARKS: Final = frozenset(("grade", "rating", "mark", "score", "one", "same", "verdict"))
_TIME: Final = 4
"""Tokens of a time and the quote before it: "‘Inadequate’ two years ago to ‘Good’"."""


def _is_not_of(sentence: Sentence, candidate: Candidate, cue: Item) -> bool:
    """Whether a cue of an earlier time is no time of this grade's."""
    low = sentence.tokens.low
    since = "since" in low[max(candidate.j, cue.i - _SINCE) : cue.i] or low[cue.i - 1 : cue.i] == ["since"]
    return since or _of_another(sentence, candidate, cue) or _went_back(sentence, cue)


_SINCE: Final = 4
"""Tokens from "since" to the cue, as in "has deteriorated since it was last inspected": that is news."""


def _went_back(sentence: Sentence, cue: Item) -> bool:
    """Like "Our inspectors went back in November and it has improved": they came again, and that is the news."""
    low = sentence.tokens.low
    return low[cue.i : cue.j] == ["back", "in"] and low[cue.i - 1 : cue.i] in ([w] for w in _WENT)


_WENT: Final = ("went", "were", "came", "been", "go", "going", "was")


def _of_another(sentence: Sentence, candidate: Candidate, cue: Item) -> bool:
    """Like "‘Good’ last time, it has slipped to …": the cue stands right behind an earlier grade, parted by a comma."""
    low = sentence.tokens.low
    behind = next((g for g in sentence.items if g.i >= cue.j and ("four" in g.kinds or "ordinal" in g.kinds)), None)
    if (
        cue.i >= candidate.j
        and behind is not None
        and behind.i - cue.j <= 10
        and not PARTING.isdisjoint(low[candidate.j : cue.i])
        and PARTING.isdisjoint(low[cue.j : behind.i])
    ):
        return True  # "now ‘Good’, where a year ago it was ‘Requires improvement’"
    if set_against(sentence, candidate, cue.j - 1):
        return True  # "‘Good’, having been rated ‘Requires improvement’ at the last inspection"
    return any(
        other.j <= cue.i
        and cue.j < candidate.i
        and all(not word[0].isalnum() for word in low[other.j : cue.i])
        and "," in low[cue.j : candidate.i]
        for other in sentence.items
        if ("four" in other.kinds or "ordinal" in other.kinds)
    )


_AGAINST: Final = frozenset(
    ("having", "after", "where", "whereas", "compared", "from", "replacing", "instead", "unlike")
)
"""Words that set the grade of today, before them, against one of before, behind them."""

PARTING: Final = frozenset((",", ";", "–", "—", "("))
"""Marks that part one grade and what is said of it from the next."""
