"""Grades that are spoken of and given to nobody: what the scale is like, what any service may be, how much has changed.

"The difference between a strong ‘Good’ and a feeble one", "‘Outstanding’ being the highest", "a service is good, or
isn't", "in 39 per cent of them the work was sufficient", "better than it was", "CRCs rated ‘Inadequate’ are seen
sooner", "a firm may win a prize and be rated inadequate": no body gets a grade by these.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.words.grammar import NUMBERS

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
_WHO: Final = frozenset(
    (
        "first",
        "second",
        "third",
        "last",
        "next",
        "officer",
        "worker",
        "manager",
        "po",
        "spo",
        "supervisor",
        "boss",
        "team",
        "mentor",
    )
)
_REACH: Final = 14
_ANY: Final = frozenset(("a", "an", "any"))
_MARK: Final = frozenset(("rating", "ratings", "grade", "grades", "mark", "verdict", "score"))
_WOULD: Final = frozenset(("would", "should", "could", "might", "may", "can"))
_MANY: Final = frozenset(
    ("many", "most", "several", "some", "few", "others", "everybody", "everyone", "half",
     "number", "majority", "minority", "handful")
)  # fmt: skip
_THOUGHT: Final = frozenset(
    ("regarded", "regard", "thought", "think", "felt", "feel", "saw", "see", "considered", "consider", "believed",
     "believe", "described", "describe")
)  # fmt: skip
_MARKED: Final = frozenset(("rated", "rate", "graded", "scored", "marked", "judged"))
_SHARE: Final = frozenset(("cent", "percent", "%"))
_WHAT: Final = frozenset(("the", "their", "its", "it", "this", "our", "what", "them", "his", "her"))
_DEALING: Final = frozenset(
    ("deal", "talk", "work", "know", "see", "hear", "read", "speak", "meet", "listen", "think", "remember")
)  # fmt: skip
_CONDITIONS: Final = frozenset(("if", "where", "when", "wherever", "whenever"))
_WAS_SO: Final = frozenset(("was", "were", "had", "did", "found", "rated", "came", "visited", "judged"))
_MUST: Final = frozenset(("will", "must", "shall", "should", "we'll", "we’ll", "they'll", "they’ll"))
_FINDS: Final = frozenset(
    ("knows", "can", "may", "must", "should", "needs", "gets", "wants", "deserves", "stands", "has", "faces", "learns")
)  # fmt: skip
_SOON: Final = 4
_HERS: Final = frozenset(("her", "his", "my"))
_GAP: Final = 3
_ROW: Final = 3
_WORTH: Final = {
    RatingValue.OUTSTANDING: RatingValue.POSITIVE,
    RatingValue.GOOD: RatingValue.POSITIVE,
    RatingValue.REQUIRES_IMPROVEMENT: RatingValue.NEGATIVE,
    RatingValue.INADEQUATE: RatingValue.NEGATIVE,
}
_POINTS: Final = frozenset(("point", "points"))
_EACH: Final = frozenset(("for", "each", "every", "a", "an"))
_MAY: Final = frozenset(("can", "could", "may", "might", "would", "possible"))
_STILL: Final = frozenset(("still", "yet", "also", "then", "nonetheless", "nevertheless", "even"))
_RATED: Final = frozenset(("rated", "graded", "judged", "deemed", "branded", "ranked", "called", "told"))
_THEN: Final = frozenset(
    ("are", "is", "will", "must", "can", "may", "should", "shall", "get", "gets", "have", "has", "need", "needs",
     "wait", "face", "faces", "receive", "receives", "go", "goes")
)  # fmt: skip
_DOES_NOT: Final = frozenset(("doesn't", "doesn’t", "don't", "don’t", "never"))
_ONES: Final = frozenset(("services", "companies", "divisions", "providers", "units", "areas", "regions", "crcs"))


def of_nobody(sentence: Sentence, candidate: Candidate) -> str | None:
    """Why a grade is nobody's; None where nothing of the kind is said."""
    low = sentence.tokens.low
    i, j = candidate.i, candidate.j
    while j < len(low) and not low[j][0].isalnum() and low[j] not in {",", ";", "."}:
        j += 1
    if _may_be(low, i):
        return "supposed"
    if low[j : j + 1] == ["to"] and low[j + 1 : j + 2] and low[j + 1] in _DEALING and _is_praise(candidate):
        return "easy or pleasant, not how good the work is"  # "good to deal with"
    if low[j : j + 1] == ["together"] or low[j : j + 3] in (["with", "each", "other"], ["with", "one", "another"]):
        return "how the bodies work together"
    if _whenever(sentence, candidate):
        return "supposed"
    if _wherever(low, i):
        return "said of wherever it is so"
    if _corrects(low, i):
        return "a slip that is put right"
    if _many_think(sentence, i):
        return "what people said, not what inspectors found"
    if candidate.is_narrative:
        return _SCALE if _is_listed(sentence, candidate) else _narrative(low, candidate, j)
    if _any_such_rating(low, i, j):
        return "supposed"
    if low[0] in _NIL and low[1] in {":", "–", "—"}:
        return "nobody was given it"  # "0: units that have been rated good so far"
    if _one_would(low, i, j) or _one_that_is(low, i):
        return "supposed"
    if _of_counted_reports(sentence, i):
        return "reports are counted, and none is named"
    if _for_points(sentence, i):
        return _SCALE
    if (
        _those_that_are(low, i)
        or _whichever_are(sentence, i, j)
        or _wherever_it_is(sentence, i)
        or _any_that_is(sentence, i)
    ):
        return "said of whichever bodies are rated so"
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


def _may_be(low: list[str], i: int) -> bool:
    """Like "A service can have one Inadequate and still be Good": "be" without a "to" is what could happen."""
    k = next((k for k in range(i - 1, max(0, i - 5), -1) if low[k] == "be"), 0)
    if k < 2:
        return False
    k -= 1
    while k > 0 and low[k] in _STILL:
        k -= 1
    return low[k] == "and" and not _MAY.isdisjoint(low[:k])


def _whenever(sentence: Sentence, candidate: Candidate) -> bool:
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


def _wherever(low: list[str], i: int) -> bool:
    """Like "Where planning was poor, CRCs have had to change it": of some of the cases, or some of the bodies."""
    first = next((k for k, word in enumerate(low) if word[0].isalnum()), 0)
    if low[first] not in {"where", "wherever"} or not {",", ";", ":", "?"}.isdisjoint(low[first:i]):
        return False
    # "Where it falls short, they say, is in planning" points at it
    return not any(
        low[k] in {"is", "was"} and low[k - 1] != "there" and (k - i < _SOON or low[k - 1] == ",")
        for k in range(i + 1, len(low))
    )


def _corrects(low: list[str], i: int) -> bool:
    """Like "For “good” read “goods”": an erratum."""
    words = [word for word in low[max(0, i - 3) : i] if word[0].isalnum()]
    return words[-1:] in (["for"], ["read"]) and "read" in low and "for" in low and "item" in low


def _any_such_rating(low: list[str], i: int, behind: int) -> bool:
    """Like "An ‘Outstanding’ or ‘Good’ rating should carry a bonus": what would come of one, whoever got it."""
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


def _many_think(sentence: Sentence, i: int) -> bool:
    """Like "…, which many regarded as inadequate", "most of them thought it poor": nobody in particular judges."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(i)
    for k in range(max(begin, i - _REACH), i - 1):
        if k and low[k] in _MARKED and low[k - 1] in _SHARE and low[k + 1] in _WHAT:
            return True  # "62 per cent rated the reports that they got from the NPS as good"
        if low[k] not in _THOUGHT or (k == 0 or low[k - 1 : k] == ["be"]):
            continue
        x = k - 1
        while x > begin and low[x] in {"of", "them", "us", "also", "respondents", "people"}:
            x -= 1
        if low[x] in _MANY and sentence.has_between("inspector", begin, i) is None and low[k + 1] != "to":
            return True
    return False


def _is_listed(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "strong, promising, mixed or insufficient": one of a row of words of every worth, joined by "or"."""
    low = sentence.tokens.low
    items = [it for it in sentence.items if "narr_is" in it.kinds or "four" in it.kinds]
    at = next((k for k, it in enumerate(items) if it.i <= candidate.i < it.j), None)
    if at is None:
        return False
    row = [items[at]]
    for others, forward in ((items[at + 1 :], True), (reversed(items[:at]), False)):
        for item in others:
            gap = low[row[-1].j : item.i] if forward else low[item.j : row[0].i]
            if len(gap) > _GAP or any(word[0].isalnum() and word not in {"or", "and"} for word in gap):
                break
            row.insert(len(row) if forward else 0, item)
    words = low[row[0].i : row[-1].j]
    worths = {_worth(it.kinds.get("narr_is") or it.kinds["four"]) for it in row}
    return len(row) >= _ROW and "or" in words and len(worths) > 1 and RatingValue.POSITIVE in worths


def _is_praise(candidate: Candidate) -> bool:
    return not candidate.quoted and _worth(candidate.value) is RatingValue.POSITIVE


def _worth(value: RatingValue) -> RatingValue:
    return _WORTH.get(value, value)


_NIL: Final = frozenset(("0", "nil", "none", "zero", "nobody"))


def _one_would(low: list[str], i: int, behind: int) -> bool:
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


def _of_counted_reports(sentence: Sentence, i: int) -> bool:
    """Like "Of the six reports that we've had, two brought a better grade (both from … to ‘Good’)"."""
    low = sentence.tokens.low
    if low[:1] != ["of"] or any(not m.pronoun for m in sentence.mentions):
        return False
    near = low[1:_REPORTS]
    counted = any(word in NUMBERS or word.isdecimal() for word in near)
    return counted and not _COUNTED.isdisjoint(near[: max(0, i - 1)])


_REPORTS: Final = 8
_COUNTED: Final = frozenset(("reports", "inspections", "verdicts", "judgements", "gradings"))


def _for_points(sentence: Sentence, i: int) -> bool:
    """Like "Three points for Outstanding, two for Good", "Good is worth two points": what each grade counts."""
    low = sentence.tokens.low
    if _POINTS.isdisjoint(low) or any(m.areas and m.type is not None for m in sentence.mentions):
        return False
    if not any(low[k] in _POINTS and (low[k - 1] in NUMBERS or low[k - 1].isdecimal()) for k in range(1, len(low))):
        return False
    while i > 0 and not low[i - 1][0].isalnum():
        i -= 1
    return (i > 0 and low[i - 1] in _EACH) or "worth" in low


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


def _or_not(low: list[str], behind: int) -> str | None:
    """Like "a service is good, or isn't"."""
    near = [word for word in low[behind : behind + 3] if word[0].isalnum()]
    if near[:1] == ["or"] and near[1:2] in (["isn't"], ["isn’t"], ["not"], ["aren't"], ["aren’t"]):
        return "supposed"
    return None


_WORDS: Final = frozenset(("words", "adjectives", "terms", "marks", "grades", "labels"))


_SAID: Final = frozenset(("the", "was", "were", "is", "are"))


def _in_a_list_of_words(low: list[str], i: int) -> bool:
    """Like "And then words again: good, acceptable, mixed, poor"."""
    colon = next((k for k in range(i - 1, max(0, i - _REACH), -1) if low[k] == ":"), 0)
    said = not _SAID.isdisjoint(low[colon:i])  # "gets the harsher words: supervision was sub-standard, …"
    return (
        bool(colon) and not said and not _WORDS.isdisjoint(low[max(0, colon - 3) : colon]) and "," in low[colon : i + 2]
    )


def _narrative(low: list[str], candidate: Candidate, behind: int) -> str | None:
    said = low[candidate.i : candidate.j]
    own = low[max(0, candidate.i - 3) : candidate.i]
    if any(a in _HERS and b in _WHO for a, b in pairwise(own)):
        return "said of somebody's own, not of the whole"  # "called her team the best in the north"
    less = low[candidate.i - 1] in {"as", "so"} and "not" in low[max(0, candidate.i - 4) : candidate.i]
    if less and not {"but", "though", "although"}.isdisjoint(low[candidate.j : candidate.j + 3]):
        return "a comparison, not a judgement"  # "not quite as strong but still acceptable"
    if _in_a_list_of_words(low, candidate.i):
        return _SCALE
    if candidate.i == 0 and any(
        (low[k] in {"does", "do"} and low[k + 1 : k + 2] == ["not"]) or low[k] in _DOES_NOT
        for k in range(candidate.j + 1, min(candidate.j + 3, len(low)))
    ):
        return "supposed"  # "Poor practice does not turn into good practice"
    if said[-1:] in (["better"], ["worse"]) and low[behind : behind + 1] == ["than"]:
        near = low[behind + 1 : behind + 4]
        if not _WAS.isdisjoint(near) or near[:1] in (["before"], ["ever"], ["last"], ["in"]):
            return "how it has changed, not how good it is"
    if low[candidate.i - 1] == "of" and not _ISLANDS.isdisjoint(low[max(0, candidate.i - 4) : candidate.i]):
        return "said of some of the work only"
    front = low[max(0, candidate.i - _REACH) : candidate.i]
    for k in range(len(front) - 3):
        counted = front[k] == "in" and front[k + 1].isdecimal() and front[k + 2] in {"per", "%", "of", "percent"}
        if counted and _is_most(front[k + 1], front[k + 2]) and candidate.value is RatingValue.NEGATIVE:
            continue  # "in 71 per cent of cases it was not good enough"
        if counted and not _SHARED.isdisjoint(front[k + 3 :]):
            return "a share of cases, not a judgement of the whole"
    return _or_not(low, behind)


def _is_most(number: str, unit: str) -> bool:
    """Whether a share is of more than half: what was poor in so many cases was poor."""
    return unit != "of" and len(number) == len("71") and int(number) > _HALF


_HALF: Final = 50
"""Per cent."""


def of_the_writer(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The one I've got now is outstanding": what somebody says of their own, and no inspector relays."""
    if candidate.marked or sentence.has("inspector"):
        return False
    begin, _ = sentence.clause(candidate.i)
    low = sentence.tokens.low[begin : candidate.i]
    return any(
        (word in _I and low[k + 1] in _HAVE) or (word == "my" and low[k + 1] in _WHO) for k, word in enumerate(low[:-1])
    )
