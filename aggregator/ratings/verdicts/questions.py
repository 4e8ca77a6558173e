"""Grades that stand in a question: asked of somebody, or taken for granted by what is asked.

"Is a company that was rated ‘Good’ safe?", "What does ‘Requires improvement’ mean for Kent CRC?" state no grade. A
question that asks for the reason of one does ("Why was Kent CRC rated ‘Inadequate’?"), and so does what stands before
the question ("Kent CRC is ‘Inadequate’: what now?").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["is_asked"]

_WH: Final = frozenset(("who", "what", "when", "where", "why", "how", "which", "whose"))
_INVERTED: Final = frozenset(
    """
    is are was were has have had does do did can could will would should shall may might must isn't aren't wasn't
    weren't hasn't haven't doesn't don't didn't can't couldn't won't wouldn't shouldn't
    """.split()  # noqa: SIM905 - reads as a list of words
)
_BREAKS: Final = frozenset((":", ";", "–", "—", "-", "?", "!", "…", "(", "|"))
_QUOTES: Final = frozenset("\"“‘'")
_JOINING: Final = frozenset((",", "and", "but", "so", "or", "yet", "then"))
_WHENEVER: Final = frozenset(("if", "when", "whenever", "once", "suppose", "say", "where", "should"))
_PAST: Final = frozenset(("was", "were", "had", "did", "came", "got", "fell", "rose"))
_OF_FACT: Final = frozenset(("is", "are", "was", "were", "has", "have", "had", "did", "does", "do"))
_HOW_IT_CAME: Final = frozenset(("did", "come"))
_CAUSES: Final = frozenset(("made", "led", "earned", "cost", "turned", "brought", "explains", "persuaded", "drove"))
_KNOWING: Final = frozenset(("know", "hear", "see", "notice", "heard", "seen", "noticed", "read", "remember"))


def is_asked(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether a grade is asked after, not stated."""
    low = sentence.tokens.low
    if "?" not in low:
        return False
    mark = next((k for k in range(candidate.j, len(low)) if low[k] == "?"), None)
    if mark is None:
        return False
    start = next((k + 1 for k in range(candidate.i - 1, -1, -1) if low[k] in _BREAKS and k != candidate.i - 1), 0)
    before = [k for k in range(start, candidate.i) if _opens(low, k, start)]
    if before:
        return not _takes_for_granted(low, before[-1], candidate)
    behind = next((k for k in range(candidate.j + 1, mark) if _opens(low, k, start)), None)
    if behind is None:
        return True
    return low[start] in _WHENEVER and _PAST.isdisjoint(low[start : candidate.i])


def _opens(low: list[str], k: int, start: int) -> bool:
    """Whether a question begins at token ``k``: by its own word, or by a verb before its subject."""
    if low[k] not in _WH and low[k].replace("’", "'") not in _INVERTED:
        return False
    if low[k] in {"when", "where"} and low[k + 1 : k + 2] and low[k + 1] not in _INVERTED:
        return False  # "When it was rated ‘Good’, did …": a clause before the question
    previous = low[k - 1] if k else ""
    if k == start or previous in _BREAKS or previous in _QUOTES:
        return True
    if low[k] in _INVERTED and low[k + 1 : k + 2] and low[k + 1].endswith("ed"):
        return False  # "…, was rated …": a verb with its subject before
    return previous in _JOINING


def _takes_for_granted(low: list[str], k: int, candidate: Candidate) -> bool:
    """Like "Why was Kent CRC rated ‘Inadequate’?", "Did you know that it is ‘Good’?": the grade is not in question."""
    word = low[k]
    following = low[k + 1 : k + 2]
    if "or" in low[candidate.j : candidate.j + 3] or "or" in low[max(k, candidate.i - 3) : candidate.i]:
        return False
    if word == "why":
        return bool(following) and following[0] in _OF_FACT
    if word == "how":
        return bool(following) and following[0] in _HOW_IT_CAME
    if word == "when":
        return following in (["was"], ["were"], ["did"])
    if word == "what":
        return bool(following) and (following[0] in _CAUSES or low[k + 2 : k + 3] == ["behind"])
    return low[k + 1 : k + 2] == ["you"] and bool(_KNOWING & set(low[k + 2 : k + 5]))
