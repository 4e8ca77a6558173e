"""Grades and adjectives that a sentence says are somebody's view: a union's evidence, a magistrate's impression, mine.

"In the director's own view the planning is good", "Evidence from Unison was that …", "As the mayor sees it", "I think
the CRC's work is good", "When I managed the CRC our work was poor". The inspectorate has views as well: its stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.post.voices import INSPECTOR

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["somebodys_view"]

_VIEWS: Final = frozenset(
    ("view", "views", "opinion", "opinions", "eyes", "experience", "impression", "feeling", "mind", "book", "belief",
     "contention", "argument", "complaint", "testimony", "submission", "submissions", "evidence", "letter", "line",
     "position", "blog", "column", "estimation", "estimate", "reckoning")
)  # fmt: skip
"""What somebody thinks or says. A body's own "assessment" is a standard of its work, and its "verdict" may be on it."""
_VERDICTS: Final = frozenset(("verdict", "judgement", "judgment", "case", "claim", "message", "reading", "answer"))
"""Somebody's too, where it is no body of ours that has them."""
_HAS: Final = frozenset(("is", "was", "were", "are", "that", ",", ":", "described", "called", "calls", "describes"))
_SAYS: Final = frozenset(("that", "described", "called", "calls", "describes"))
_OF_WHOM: Final = frozenset(("from", "of", "by"))
_MINE: Final = frozenset(("my", "mine"))
_PERSONAL: Final = frozenset(("opinion", "experience", "impression", "feeling", "mind", "book", "eyes", "estimation"))
_I_THINK: Final = frozenset(("think", "believe", "reckon", "feel", "suspect", "maintain", "consider", "fear"))
_THOUGHT: Final = frozenset(
    ("thought", "thinks", "believed", "believes", "felt", "feels", "expected", "expects", "reckoned", "reckons",
     "feared", "fears", "suspected", "suspects", "hoped", "hopes", "doubted", "doubts", "maintained", "maintains")
)  # fmt: skip
_REACH: Final = 20
"""Tokens from whoever thinks to the verb, over what else they did."""
_SEEING: Final = frozenset(("see", "sees", "tell", "tells", "have", "has"))
_MANAGED: Final = frozenset(
    ("managed", "ran", "worked", "led", "was", "joined", "left", "started", "headed", "chaired", "retired")
)  # fmt: skip
_HOLDER: Final = 7
"""Words that may stand between "evidence" and whose it is, or before "view"."""
_SOMEBODYS: Final = "somebody's own view (“{}”)"


def somebodys_view(sentence: Sentence, candidate: Candidate) -> str | None:
    """Why a grade is somebody's view; None where it is nobody's, or the inspectorate's."""
    if sentence.voice == INSPECTOR:
        return None
    low = sentence.tokens.low
    begin = max((k + 1 for k in range(candidate.i) if low[k] == ";"), default=0)
    for k in range(begin, candidate.i):
        word = low[k]
        told = None
        if word in _VIEWS or word in _VERDICTS:
            told = _held(sentence, begin, k, candidate)
        elif word == "i've" and low[k + 1] in {"seen", "known", "met"}:
            one = any(m.areas and k < m.i < candidate.i for m in sentence.mentions)
            told = None if one else (k, k + 2)
        elif word == "i":
            told = _i_think(sentence, begin, k, candidate)
        elif word in _THOUGHT and low[k + 1 : k + 2] == ["that"]:
            told = _they_think(sentence, begin, k)
        elif word == "as" and low[k + 1 : k + 2] not in (["i"], ["inspectors"]):
            told = _as_seen(sentence, k, candidate)
        if told is not None and sentence.has_between("inspector", told[1], candidate.i) is None:
            return _SOMEBODYS.format(sentence.words(*told))
    return None


def _held(sentence: Sentence, begin: int, k: int, candidate: Candidate) -> tuple[int, int] | None:
    """Like "in the director's own view", "evidence from Unison was that": the view at token ``k``, and whose it is."""
    low = sentence.tokens.low
    owner = k - 1 if low[k - 1 : k] != ["own"] else k - 2
    if owner >= begin and low[owner] in _MINE and low[k] in _VIEWS:
        return owner, k + 1
    if owner >= begin and low[owner] == "our" and low[k] in _PERSONAL:
        return owner, k + 1
    held = owner >= begin and (owner in sentence.tokens.possessive or low[owner : owner + 1] in (["'"], ["’"]))
    first, last = max(begin, owner - _HOLDER), owner + 1
    told = k + 1
    if held:
        framed = low[first - 1 : first] in (["in"], ["from"], ["to"]) or any(
            low[x] in {"in", "from", "to"} for x in range(first, owner)
        )
        goes_on = next((x for x in range(k + 1, min(k + _HOLDER, candidate.i)) if low[x] in _HAS), None)
        if not framed and goes_on is None:
            return None
    elif low[k + 1 : k + 2] and low[k + 1] in _OF_WHOM:
        first = k + 1
        end = min(k + _HOLDER, candidate.i)
        goes_on = next((x for x in range(k + 2, end) if low[x] in _SAYS), None)
        if goes_on is None:  # "evidence of staff shortages" is nobody's
            return None
        told = last = goes_on
    else:
        return None
    if sentence.has_between("inspector", first, last) is not None:
        return None
    if sentence.has_between("voices", first, last) is not None:
        return (first if held else k), told
    if held and low[k] in _PERSONAL and "our" in low[first:owner]:
        return owner, told  # "in our members' experience"
    body = any(first <= m.i and m.j <= last and m.type is not None and not m.pronoun for m in sentence.mentions)
    return (first, told) if body and held and low[k] in _VIEWS else None


_HAVE_SEEN: Final = (["have", "seen"], ["have", "known"], ["have", "met"], ["have", "worked"])


def _i_think(sentence: Sentence, begin: int, k: int, candidate: Candidate) -> tuple[int, int] | None:
    """Like "I think the CRC's work is good", "when I managed the company our work was poor"."""
    low = sentence.tokens.low
    after = low[k + 1] if k + 1 < len(low) else ""
    if after in _I_THINK:
        rated = sentence.has_between("rate", k + 2, candidate.i)
        return (k, k + 2) if rated is None and sentence.clause(k) == sentence.clause(candidate.i) else None
    seen = low[k + 1 : k + 3] in _HAVE_SEEN or after in {"know", "worked"}
    if seen and not any(m.areas and k < m.i < candidate.i for m in sentence.mentions):
        return k, k + 2  # "I have seen units whose public protection was poor": some, somewhere
    if after in _MANAGED and low[k - 1 : k] in (["when"], ["while"], ["before"], ["since"]):
        ours = any(word in {"our", "we", "my"} for word in low[k + 2 : candidate.i])
        return (k - 1, k + 2) if ours and k - 1 >= begin else None
    return None


def _they_think(sentence: Sentence, begin: int, k: int) -> tuple[int, int] | None:
    """Like "Its director expected a ‘Good’ and thought that …": what somebody thinks who is no inspector."""
    if sentence.has_between("inspector", begin, k) is not None:
        return None
    thinker = sentence.has_between("voices", max(begin, k - _REACH), k)
    if thinker is not None:
        return k, k + 2
    body = next((m for m in sentence.mentions if m.j == k and m.type is not None and not m.pronoun), None)
    return (k, k + 2) if body is not None else None


def _as_seen(sentence: Sentence, k: int, candidate: Candidate) -> tuple[int, int] | None:
    """Like "As the mayor sees it, the CRC's work is poor"."""
    low = sentence.tokens.low
    end = min(k + _HOLDER, candidate.i)
    sees = next((x for x in range(k + 2, end) if low[x] in _SEEING), None)
    if sees is None or low[sees + 1 : sees + 2] != ["it"] or sentence.has_between("voices", k + 1, sees) is None:
        return None
    return k, sees + 2
