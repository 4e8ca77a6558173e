"""Grades told by what was not passed: "could go no higher than", "did not rise above", "the best they could manage".

Such a sentence holds a comparison, a denial or a "could", and states the grade all the same: it was got, and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["is_limit"]

_DENIED: Final = frozenset(
    """
    no not nothing none never cannot can't couldn't didn't doesn't hasn't haven't hadn't wasn't weren't isn't nobody
    nowhere neither nor hardly unable little without failed couldn’t didn’t doesn’t hasn’t haven’t hadn’t wasn’t weren’t
    """.split()  # noqa: SIM905 - reads as a list of words
)
_MORE: Final = frozenset(("better", "higher", "more", "further", "other", "above"))
_PAST: Final = frozenset(("above", "beyond", "past", "over", "bettered", "exceeded", "surpassed", "topped", "beaten"))
_SO_FAR: Final = frozenset(
    (
        "until",
        "hoped",
        "hopes",
        "hoping",
        "hope",
        "wants",
        "wanted",
        "expected",
        "expects",
        "expect",
        "predicts",
        "fears",
        "feared",
        "worth",
    )
)
_BODIES: Final = frozenset(("crc", "company", "division", "service", "provider", "body", "unit", "region"))
_WISHED: Final = frozenset(
    ("propose", "proposes", "proposed", "unless", "should", "must", "would", "will", "may", "if", "be")
)
_LEAVING: Final = frozenset(
    ("shake", "shaken", "shook", "move", "moved", "budge", "budged", "shift", "shifted", "climbed", "climb", "rid",
     "out", "get", "got", "stirred")
)  # fmt: skip
_BEST: Final = frozenset(("best", "most", "highest", "utmost"))
_WITHIN: Final = frozenset(
    ("could", "can", "able", "felt", "managed", "manages", "achieved", "offered", "offer", "mustered", "got")
)
_WITH: Final = frozenset(
    (("escaped", "with"), ("escapes", "with"), ("away", "with"), ("do", "with"), ("settle", "for"), ("content", "with"),
     ("escaping", "with"), ("settled", "for"), ("come", "away"))
)  # fmt: skip
_SKIPPED: Final = frozenset(("a", "an", "the", "only", "just", "mere", "rating", "of", "grade", "mark"))
_REACH: Final = 12


_ESCAPED: Final = frozenset(("escaped", "escapes", "escape", "avoided", "avoid"))
_BEFORE: Final = (
    _ESCAPED | _PAST | {"than", "short", "but", "its", "their", "off", "from", "of"} | {word for _, word in _WITH}
)
"""Words right before a grade by which it may be a limit."""
_BEST_OF: Final = _BEST | {"as"}


def is_limit(sentence: Sentence, i: int, j: int) -> bool:
    """Whether the grade of tokens ``i`` to ``j`` is one that was reached, and not passed."""
    low = sentence.tokens.low
    begin, end = sentence.clause(i)
    k = i
    while k > begin and (not low[k - 1][0].isalnum() or low[k - 1] in _SKIPPED):
        k -= 1
    if (
        (k == begin or low[k - 1] not in _BEFORE)
        and _BEST_OF.isdisjoint(low[begin:k])
        and _BEST_OF.isdisjoint(low[j : min(end, j + _REACH)])
    ):
        return False
    if k > begin and (low[k - 2], low[k - 1]) in _WITH:
        return True
    near = low[max(begin, k - _REACH) : k]
    own = near[:-1] if near[-1:] in (["its"], ["their"]) else near
    if own[-1:] in (["off"], ["from"], ["of"]) and _denied(own) and not _LEAVING.isdisjoint(own[-4:-1]):
        return True  # "has failed to shake off its ‘Inadequate’", "has not moved from ‘Good’"
    if not _SO_FAR.isdisjoint(low[begin:k]) and {"merited", "deserved"}.isdisjoint(near):
        return False
    if not _WISHED.isdisjoint(low[begin:k]) and "could" not in near:
        return False
    if "could" in near and any(near[x] == "any" and near[x + 1] in _BODIES for x in range(len(near) - 1)):
        return False  # "could give any CRC no more than ‘Good’"
    if near[-1:] == ["than"] and _denied(near[:-1]) and not _MORE.isdisjoint(near[-4:-1]):
        return True
    if near[-3:] == ["nothing", "less", "than"] or near[-2:] == ["nothing", "short"] or near[-2:] == ["nothing", "but"]:
        return True
    if near[-1:] and near[-1] in _ESCAPED and _denied(near[:-1]):
        return True
    if near[-1:] and near[-1] in _PAST and _denied(near[:-1]):
        return True
    return _best(low, begin, k) or _best(low, j, min(end, j + _REACH))


def _denied(words: list[str]) -> bool:
    return not _DENIED.isdisjoint(words)


_AS_GOOD: Final = frozenset((("good", "as", "it"), ("high", "as", "they"), ("high", "as", "it")))


def _best(low: list[str], begin: int, end: int) -> bool:
    """Like "the best that they could offer was", "was as good as it got"."""
    for k in range(begin, end):
        if low[k] in _BEST and low[k - 1 : k] == ["the"] and not _WITHIN.isdisjoint(low[k + 1 : min(end, k + 7)]):
            return True
        if low[k] == "as" and tuple(low[k + 1 : k + 4]) in _AS_GOOD:
            return True
    return False
