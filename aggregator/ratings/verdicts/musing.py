"""Grades that are spoken of and given to nobody: what the scale is like, what any service may be, how much has changed.

"The difference between a strong ‘Good’ and a feeble one", "‘Outstanding’ being the highest", "a service is good, or
isn't", "in 39 per cent of them the work was sufficient", "better than it was": no body gets a grade by these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["of_nobody", "of_the_writer"]

_SCALE: Final = "the scale is explained"
_APART: Final = frozenset(("difference", "gap", "distance", "line", "gulf", "border", "boundary", "midway", "halfway"))
_SHARED: Final = frozenset(("them", "cases", "files", "plans", "assessments", "reviews"))
_OFFERING: Final = frozenset(("suggested", "joked", "offered", "quipped", "volunteered", "ventured", "laughed"))
_ISLANDS: Final = frozenset(("islands", "pockets", "glimpses", "patches", "flashes", "instances"))
_WAS: Final = frozenset(("was", "were", "used"))
_I: Final = frozenset(("i", "i've", "i’ve", "we've", "we’ve"))
_HAVE: Final = frozenset(("got", "have", "had", "now"))
_WHO: Final = frozenset(("officer", "worker", "manager", "po", "spo", "supervisor", "boss", "team", "mentor"))
_REACH: Final = 14


def of_nobody(sentence: Sentence, candidate: Candidate) -> str | None:
    """Why a grade is nobody's; None where nothing of the kind is said."""
    low = sentence.tokens.low
    i, j = candidate.i, candidate.j
    while j < len(low) and not low[j][0].isalnum() and low[j] not in {",", ";", "."}:
        j += 1
    if candidate.is_narrative:
        return _narrative(low, candidate, j)
    if "between" in low[:i] and not _APART.isdisjoint(low[:i]):
        return _SCALE
    if low[j : j + 1] == ["being"] and not any(m.j <= i and m.type is not None for m in sentence.mentions):
        return _SCALE
    if "added" in low and "up" in low and not any(m.areas for m in sentence.mentions):
        return _SCALE
    if low[i - 1] == "or" and {"such", "like"} & set(low[max(0, i - 6) : i]) and "as" in low[max(0, i - 6) : i]:
        return _SCALE
    if low[j : j + 1] == [","]:
        j += 1
    while j < len(low) and not low[j][0].isalnum():
        j += 1
    if low[j : j + 1] in (["she"], ["he"], ["i"], ["they"]) and not _OFFERING.isdisjoint(low[j + 1 : j + 2]):
        return "an answer, not a grade"
    return _or_not(low, j)


def _or_not(low: list[str], behind: int) -> str | None:
    """Like "a service is good, or isn't"."""
    near = [word for word in low[behind : behind + 3] if word[0].isalnum()]
    if near[:1] == ["or"] and near[1:2] in (["isn't"], ["isn’t"], ["not"], ["aren't"], ["aren’t"]):
        return "supposed"
    return None


def _narrative(low: list[str], candidate: Candidate, behind: int) -> str | None:
    said = low[candidate.i : candidate.j]
    if said[-1:] in (["better"], ["worse"]) and low[behind : behind + 1] == ["than"]:
        near = low[behind + 1 : behind + 4]
        if not _WAS.isdisjoint(near) or near[:1] in (["before"], ["ever"], ["last"], ["in"]):
            return "how it has changed, not how good it is"
    if low[candidate.i - 1] == "of" and not _ISLANDS.isdisjoint(low[max(0, candidate.i - 4) : candidate.i]):
        return "said of some of the work only"
    front = low[max(0, candidate.i - _REACH) : candidate.i]
    for k in range(len(front) - 3):
        counted = front[k] == "in" and front[k + 1].isdecimal() and front[k + 2] in {"per", "%", "of", "percent"}
        if counted and not _SHARED.isdisjoint(front[k + 3 :]):
            return "a share of cases, not a judgement of the whole"
    return _or_not(low, behind)


def of_the_writer(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The one I've got now is outstanding": what somebody says of their own, and no inspector relays."""
    if candidate.marked or sentence.has("inspector"):
        return False
    begin, _ = sentence.clause(candidate.i)
    low = sentence.tokens.low[begin : candidate.i]
    return any(
        (word in _I and low[k + 1] in _HAVE) or (word == "my" and low[k + 1] in _WHO) for k, word in enumerate(low[:-1])
    )
