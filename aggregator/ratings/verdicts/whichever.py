"""Grades of whichever bodies are rated so, and of no certain one: rules for a class, and what one of it would get.

"CRCs rated ‘Inadequate’ are seen sooner", "an ‘Outstanding’ rating would carry a bonus", "if most plans are poor then
planning is inadequate", "a unit that is rated so loses one officer in six": what holds of any gives no grade to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "an_idea",
    "any_such_rating",
    "both_sides",
    "not_there",
    "one_would",
    "opens_a_list",
    "rated_so",
    "those_that_do",
    "whenever",
    "wherever",
]

_ANY: Final = frozenset(("a", "an", "any"))
_MARK: Final = frozenset(("rating", "ratings", "grade", "grades", "mark", "verdict", "score"))
_WOULD: Final = frozenset(("would", "should", "could", "might", "may", "can"))
_CONDITIONS: Final = frozenset(("if", "where", "when", "wherever", "whenever"))
_WAS_SO: Final = frozenset(("was", "were", "had", "did", "found", "rated", "came", "visited", "judged"))
_MUST: Final = frozenset(("will", "must", "shall", "should", "we'll", "we’ll", "they'll", "they’ll"))
_FINDS: Final = frozenset(
    ("knows", "can", "may", "must", "should", "needs", "gets", "wants", "deserves", "stands", "has", "faces", "learns")
)  # fmt: skip
_SOON: Final = 4
_RATED: Final = frozenset(("rated", "graded", "judged", "deemed", "branded", "ranked", "called", "told"))
_THEN: Final = frozenset(
    ("are", "is", "will", "must", "can", "may", "should", "shall", "get", "gets", "have", "has", "need", "needs",
     "wait", "face", "faces", "receive", "receives", "go", "goes")
)  # fmt: skip
_ONES: Final = frozenset(("services", "companies", "divisions", "providers", "units", "areas", "regions", "crcs"))


def an_idea(low: list[str], i: int) -> bool:
    """Like "That should cure anybody of the idea that only CRCs performed poorly": what is thought, by whoever."""
    if _IDEAS.isdisjoint(low[:i]):
        return False
    return any(
        low[k] in _IDEAS and low[k + 1] == "that" and low[k - 1] in {"the", "any", "a", "this"}
        for k in range(max(1, i - _LONG), i - 1)
        if {";", ":"}.isdisjoint(low[k:i])
    )


_IDEAS: Final = frozenset(("idea", "notion", "illusion", "myth", "fallacy", "delusion", "misconception", "fiction"))
_LONG: Final = 16


def opens_a_list(low: list[str], j: int) -> bool:
    """Like "What troubled inspectors: …": what they found stands behind the colon, and is yet to be told."""
    return low[0] == "what" and low[j : j + 1] == [":"] and j <= _SOON


def not_there(low: list[str], j: int) -> bool:
    """Like "built its model on a skilled workforce that it did not have": what is called so is missed."""
    near = low[j : j + _SOON + _SOON]
    return any(
        near[k : k + 1] in (["that"], ["which"])
        and near[k + 1 : k + 2] in (["it"], ["they"])
        and (near[k + 2 : k + 5] == ["did", "not", "have"] or near[k + 2 : k + 3] in (["lacked"], ["lacks"]))
        for k in range(1, len(near))
    )


def whenever(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "If most plans are poor then planning is inadequate", "Where it finds poor practice we will learn"."""
    low = sentence.tokens.low
    first = next((k for k, word in enumerate(low) if word[0].isalnum()), 0)
    if low[first] not in _CONDITIONS or any(m.areas and m.i < candidate.i for m in sentence.mentions):
        return False
    if not _WAS_SO.isdisjoint(low[first : candidate.j]):
        return False  # "When inspectors came it was poor"
    behind = low[candidate.j :]
    if low[first] == "if":
        begin = max((k for k in range(first, candidate.i) if low[k] in {",", "then", ";"}), default=0)
        return begin > first and not {"is", "are"}.isdisjoint(low[begin : candidate.i])
    return not _MUST.isdisjoint(behind)


def wherever(low: list[str], i: int) -> bool:
    """Like "Where planning was poor, CRCs have had to change it": of some of the cases, or some of the bodies."""
    first = next((k for k, word in enumerate(low) if word[0].isalnum()), 0)
    if low[first] not in {"where", "wherever"} or not {",", ";", ":", "?"}.isdisjoint(low[first:i]):
        return False
    # "Where it falls short, they say, is in planning" points at it
    return not any(
        low[k] in {"is", "was"} and low[k - 1] != "there" and (k - i < _SOON or low[k - 1] == ",")
        for k in range(i + 1, len(low))
    )


def both_sides(low: list[str], candidate: Candidate) -> bool:
    """Like "We highlight good and poor practice": what is named with its opposite is what there may be of either."""
    said = low[candidate.i : candidate.j]
    before, behind = low[max(0, candidate.i - 3) : candidate.i], low[candidate.j : candidate.j + 3]
    if before[-1:] in _JOINED and before[-2:-1] in _KINDS:
        del before[-2]  # "Good practice and poor practice are both highlighted"
    if behind[1:2] in _JOINED and behind[:1] in _KINDS:
        del behind[0]
    pairs = [(before[-2], said[0])] if before[-1:] in _JOINED and len(before) > 1 else []
    pairs += [(said[-1], behind[1])] if behind[:1] in _JOINED and len(behind) > 1 else []
    return any(pair in _OPPOSITES or pair[::-1] in _OPPOSITES for pair in pairs)


_JOINED: Final = (["and"], ["or"], ["&"], ["/"])
_KINDS: Final = (["practice"], ["practices"], ["work"], ["examples"], ["performance"], ["quality"])
_OPPOSITES: Final = frozenset(
    (("good", "poor"), ("good", "bad"), ("strong", "weak"), ("best", "worst"), ("effective", "ineffective"),
     ("better", "worse"), ("well", "badly"), ("well", "poorly"), ("good", "inadequate"))
)  # fmt: skip


def any_such_rating(low: list[str], i: int, behind: int) -> bool:
    """Like "An ‘Outstanding’ or ‘Good’ rating should carry a bonus": what would come of one, whoever got it.

    Args:
        low: The words of the sentence.
        i: Where the grade begins.
        behind: Where what follows it begins, a closing quotation mark left out.
    """
    first = i
    while first > 0 and not low[first - 1][0].isalnum():
        first -= 1
    if low[first - 1 : first] in (["or"], ["and"]):
        first = max(0, first - 4)
    if _ANY.isdisjoint(low[max(0, first - 1) : i]):
        return False
    k = behind
    if low[k : k + 1] in (["or"], ["and"]):
        k = next((x for x in range(k, min(k + 6, len(low))) if low[x] in _MARK), k)
    return low[k : k + 1] != [] and low[k] in _MARK and k + 1 < len(low) and low[k + 1] in _WOULD


def one_would(low: list[str], i: int, behind: int) -> bool:
    """Whether a grade is of one body, whichever it may be: what it would get, or what it is not.

    Args:
        low: The words of the sentence.
        i: Where the grade begins.
        behind: Where what follows it begins, a closing quotation mark left out.
    """
    return _one_rated_will(low, i, behind) or _one_that_is(low, i)


def _one_rated_will(low: list[str], i: int, behind: int) -> bool:
    """Like "One rated ‘Requires improvement’ on two will not be seen", "an applicant who is rated ‘Good’ will"."""
    if _THEN_WILL.isdisjoint(low[behind : behind + 8]):
        return False
    while i > 0 and not low[i - 1][0].isalnum():
        i -= 1
    if i < 2 or low[i - 1] not in _RATED:
        return False
    k = i - 2
    while k > 0 and low[k] in {"is", "are", "has", "been", "who"}:
        k -= 1
    return low[k] in {"one", "anybody", "anyone"} or (k > 0 and low[k] in _APPLICANTS and low[k - 1] in _ANY)


def _one_that_is(low: list[str], i: int) -> bool:
    """Like "One that is Inadequate doesn't": whichever it may be; "the one that is …" is a certain one."""
    while i > 0 and not low[i - 1][0].isalnum():
        i -= 1
    return low[max(0, i - 3) : i] in (["one", "that", "is"], ["one", "which", "is"]) and low[i - 4 : i - 3] != ["the"]


_THEN_WILL: Final = frozenset(("will", "would", "can", "may", "must", "should"))
_APPLICANTS: Final = frozenset(("applicant", "candidate", "bidder", "bid", "applicants", "candidates", "bidders"))


def rated_so(sentence: Sentence, i: int, behind: int) -> bool:
    """Whether a grade is of whichever bodies are rated so: of those, of any, wherever it is so.

    Args:
        sentence: The sentence that the grade stands in.
        i: Where the grade begins.
        behind: Where what follows it begins, a closing quotation mark left out.
    """
    return (
        _those_that_are(sentence.tokens.low, i)
        or _whichever_are(sentence, i, behind)
        or _wherever_it_is(sentence, i)
        or _any_that_is(sentence, i)
    )


def _whichever_are(sentence: Sentence, i: int, behind: int) -> bool:
    """Like "CRCs rated ‘Inadequate’ are seen sooner": a rule for a class, whoever is in it."""
    low = sentence.tokens.low
    if (
        behind >= len(low)
        or low[behind] not in _THEN | _FINDS
        or any(m.areas and m.i >= behind for m in sentence.mentions)
    ):
        return False
    while i > 0 and not low[i - 1][0].isalnum():
        i -= 1
    k = i - 1
    if k > 1 and low[k - 2 : k] in _THOSE and low[k] in _BEING:
        return True  # "Those that were ‘Outstanding’ are too few to count"
    if k < 1 or low[k] not in _RATED:
        return False
    while k > 0 and low[k - 1] in {"are", "is", "have", "has", "been", "that", "which", "were"}:
        k -= 1
    if k < i - 1 and not {"that", "which"} & set(low[k : i - 1]):
        return False  # "CRCs are rated ‘Good’"
    if low[k - 2 : k - 1] in (["a"], ["any"]) and low[k - 1] in _ONE and low[behind] in _FINDS:
        return True  # "a service rated ‘Good’ knows where it stands"
    if low[k - 1] == "one" and low[k - 2] in {"while", "and", "but", ","} and low[behind] in _FINDS:
        return True
    at = next((m for m in sentence.mentions if m.j == k and (not m.areas or low[m.i] == "any")), None)
    if at is None and (k == 0 or low[k - 1] not in _ONES):
        return False
    start = at.i if at is not None else k - 1
    while start > 0 and low[start - 1] in {"probation", "divisions", "of", "the", "nps"} and low[start] != "the":
        start -= 1
    before = low[start - 1] if start else ""
    if at is not None and not at.plural and before != "any" and low[at.i] != "any":
        return False
    return low[start] != "the" and before not in NUMBERS and not before.isdecimal() and before != "the"


def those_that_do(low: list[str], i: int) -> bool:
    """Like "what marks out those that perform well": whichever these are, none is named."""
    return low[max(0, i - 2) : i] in _THOSE and low[i - 3 : i - 2] not in (["of"], ["among"], ["the"])


def _those_that_are(low: list[str], i: int) -> bool:
    """Like "Those which were rated ‘Inadequate’ or near to it come early": whichever these are, none is named."""
    while i > 0 and not low[i - 1][0].isalnum():
        i -= 1
    k = i - 1
    if k < 1 or low[k] not in _RATED:
        return False
    while k > 0 and low[k - 1] in {"are", "is", "have", "has", "been", "were", "was", "had", "being", "currently"}:
        k -= 1
    if low[k - 1] in {"that", "which"}:
        k -= 1
    if k < 1 or k >= i - 1 or low[k - 1] not in {"those", "ones", "any"}:
        return False
    return low[k - 2 : k - 1] not in (["of"], ["among"], ["the"])  # "Kent is among those that were rated so"


def _wherever_it_is(sentence: Sentence, i: int) -> bool:
    """Like "one in nine where the grade is ‘Good’"; "in Kent, where the grade is …" is of a body."""
    low = sentence.tokens.low
    while i > 0 and not low[i - 1][0].isalnum():
        i -= 1
    if i < _GRADE_IS or low[i - 1] not in _BEING or low[i - 2] not in _GRADE_NOUNS:
        return False
    where = next((k for k in range(i - 3, max(-1, i - 6), -1) if low[k] == "where"), None)
    return where is not None and not any(m.areas and m.j <= where for m in sentence.mentions)


def _any_that_is(sentence: Sentence, i: int) -> bool:
    """Like "A unit that is rated ‘Inadequate’ loses one officer in six", "where a body was ‘Good’": a rule."""
    low = sentence.tokens.low
    while i > 0 and not low[i - 1][0].isalnum():
        i -= 1
    k = i
    while k > 0 and (low[k - 1] in _RATED or low[k - 1] in {"is", "are", "gets", "be", "been", "has", "being"}):
        k -= 1
    wherever = low[k - 4 : k - 3] in (["where"], ["when"], ["whenever"], ["wherever"])
    if low[k - 1 : k] in (["was"], ["were"]) and wherever and low[k - 3] in {"a", "an", "any"}:
        return low[k - 2] in _ONE and not any(m.areas for m in sentence.mentions)
    if k == i or k < _GRADE_IS or low[k - 1] not in {"that", "which"} or low[k - 3] not in {"a", "an", "any"}:
        return False
    of_any = low[k - 2] in _ONE or not _MUST.isdisjoint(low[i:])  # "a bid that is rated inadequate will be excluded"
    return of_any and not any(m.areas for m in sentence.mentions)


_ONE: Final = frozenset(
    (
        "service",
        "company",
        "division",
        "provider",
        "unit",
        "area",
        "region",
        "body",
        "team",
        "crc",
        "pdu",
        "agency",
        "yot",
    )
)
_GRADE_IS: Final = 3
_THOSE: Final = (["those", "that"], ["those", "which"], ["ones", "that"], ["ones", "which"], ["any", "that"])
_GRADE_NOUNS: Final = frozenset(("grade", "rating", "mark", "score", "verdict", "result"))
_BEING: Final = frozenset(("are", "were", "is", "was", "get", "got"))
