"""Grades that are spoken of and given to nobody: what the scale is like, what any service may be, how much has changed.

"The difference between a strong ‘Good’ and a feeble one", "‘Outstanding’ being the highest", "a service is good, or
isn't", "in 39 per cent of them the work was sufficient", "better than it was", "a firm may win a prize and be rated
inadequate": no body gets a grade by these.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.verdicts.nobody import is_no_ones, nobody_praised
from aggregator.ratings.verdicts.whichever import (
    an_idea,
    any_such_rating,
    both_sides,
    not_there,
    one_would,
    opens_a_list,
    rated_so,
    those_that_do,
    whenever,
    wherever,
)
from aggregator.ratings.words.grammar import COPULAS, NUMBERS

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
_HERS: Final = frozenset(("her", "his", "my"))
_KIN: Final = frozenset(
    ("nephew", "niece", "son", "daughter", "brother", "sister", "husband", "wife", "partner", "boyfriend", "girlfriend",
     "mother", "father", "mum", "dad", "cousin", "uncle", "aunt", "grandson", "stepson", "friend", "neighbour", "lad",
     "boy", "ex", "client", "clients", "tenant")
)  # fmt: skip
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
_DOES_NOT: Final = frozenset(("doesn't", "doesn’t", "don't", "don’t", "never"))


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
    if whenever(sentence, candidate):
        return "supposed"
    if wherever(low, i):
        return "said of wherever it is so"
    if _corrects(low, i):
        return "a slip that is put right"
    if _many_think(sentence, i) or _many_feel(sentence, candidate):
        return "what people said, not what inspectors found"
    if an_idea(low, i):
        return "supposed"
    if candidate.is_narrative:
        if low[candidate.j - 1] == "wrong" and _whatever_it_was(low, i):
            return "said of whatever it may be true of"
        if candidate.use == "attribute" and not_there(low, j):
            return "missed, not found"
        if opens_a_list(low, candidate.j):
            return "what follows tells"
        if candidate.use == "verb" and nobody_praised(low, i):
            return "denied"
        if candidate.use == "verb" and those_that_do(low, i):
            return "said of whichever bodies are rated so"
        return _SCALE if _is_listed(sentence, candidate) else _narrative(low, candidate, j)
    if any_such_rating(low, i, j):
        return "supposed"
    if not candidate.marked and "practice" in low[i : j + 3] and both_sides(low, candidate):
        return "good and poor alike, whichever it be"
    if candidate.value in _LOWER and _or_lower(sentence, candidate):
        return "one or the other: only the lower is sure"
    if is_no_ones(low, i, j):
        return "nobody was given it"  # "0: units that have been rated good so far"
    if one_would(low, i, j):
        return "supposed"
    if _of_counted_reports(sentence, i):
        return "reports are counted, and none is named"
    if _for_points(sentence, i):
        return _SCALE
    if rated_so(sentence, i, j):
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


def _whatever_it_was(low: list[str], i: int) -> bool:
    """Like "only after something had gone wrong", "where things go wrong": nothing that went wrong."""
    near = low[max(0, i - _BEFORE_WRONG) : i]
    if not {"something", "anything", "everything"}.isdisjoint(near):
        return True
    return "things" in near and not {"when", "where", "once", "if", "until", "unless", "before", "whenever"}.isdisjoint(
        near
    )


_BEFORE_WRONG: Final = 5


_LOWER: Final = {
    RatingValue.OUTSTANDING: RatingValue.GOOD,
    RatingValue.REQUIRES_IMPROVEMENT: RatingValue.INADEQUATE,
}


def _or_lower(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Seven in ten were rated ‘Good’ or ‘Outstanding’": at least so many were good; so of the two low grades."""
    low = sentence.tokens.low
    for other in sentence.having("four"):
        if other.kinds["four"] is _LOWER[candidate.value]:
            between = low[min(other.j, candidate.j) : max(other.i, candidate.i)]
            if [word for word in between if word[0].isalnum() and word not in {"as", "either"}] == ["or"]:
                return True
    return False


def _may_be(low: list[str], i: int) -> bool:
    """Like "A service can have one Inadequate and still be Good": "be" without a "to" is what could happen."""
    k = next((k for k in range(i - 1, max(0, i - 5), -1) if low[k] == "be"), 0)
    if k < 2:
        return False
    k -= 1
    while k > 0 and low[k] in _STILL:
        k -= 1
    return low[k] == "and" and not _MAY.isdisjoint(low[:k])


def _corrects(low: list[str], i: int) -> bool:
    """Like "For “good” read “goods”": an erratum."""
    words = [word for word in low[max(0, i - 3) : i] if word[0].isalnum()]
    return words[-1:] in (["for"], ["read"]) and "read" in low and "for" in low and "item" in low


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


def _many_feel(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "A coherent strategy; but many are disappointed that …": nobody in particular does."""
    begin, _ = sentence.clause(candidate.i)
    low = sentence.tokens.low
    opens = begin + (low[begin] in {"but", "and", "while", "though"})
    return (
        low[opens] in _MANY
        and low[opens + 1] in COPULAS
        and low[candidate.i] in _FEELINGS
        and sentence.has_between("inspector", begin, candidate.i) is None
    )


_FEELINGS: Final = frozenset(("disappointed", "impressed", "pleased", "delighted", "dismayed", "concerned", "worried"))


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


def _or_not(low: list[str], behind: int) -> str | None:
    """Like "a service is good, or isn't"."""
    near = [word for word in low[behind : behind + 3] if word[0].isalnum()]
    if near[:1] == ["or"] and near[1:2] in (["isn't"], ["isn’t"], ["not"], ["aren't"], ["aren’t"]):
        return "supposed"
    return None


_WORDS: Final = frozenset(("words", "adjectives", "terms", "marks", "grades", "labels"))


_SAID: Final = frozenset(("the", "was", "were", "is", "are"))


def _throws_light(low: list[str], candidate: Candidate) -> bool:
    """Like "We set the standards and shine a light on quality"."""
    behind = [word for word in low[candidate.j : candidate.j + 3] if word not in {"a", "the", "more", "new", "some"}]
    return low[candidate.i] in {"shine", "shines", "shining", "shone"} and behind[:1] in (["light"], ["spotlight"])


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
    if candidate.use == "attribute" and both_sides(low, candidate):
        return "good and poor alike, whichever it be"
    if candidate.use == "attribute" and low[candidate.i - 1] == "what" and candidate.i > 0:
        return "supposed"  # "They must know what good work is"
    if _throws_light(low, candidate):
        return "light is thrown on it"
    if low[candidate.j : candidate.j + 1] != [] and low[candidate.j] in _MADE and "work" not in low[: candidate.i]:
        return "said of the idea, not of the work"  # "CRCs were a poor idea, badly executed"
    if _knows_it(low, candidate.i, behind):
        return "what somebody could tell, not what was found"
    if _knows_where(low, candidate.i):
        return "what it knows of itself, not what was found"
    if candidate.use == "attribute" and _is_no_rule(low, candidate.j):
        return "said of one case, which is not the rule"
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


def _knows_it(low: list[str], i: int, behind: int) -> bool:
    """Like "people who know good work when they see it"."""
    near = low[behind : behind + _NEAR]
    return (
        "when" in near
        and any(word in _SEEING for word in near[near.index("when") :])
        and not _KNOWING.isdisjoint(low[max(0, i - 3) : i])
    )


_MADE: Final = frozenset(("executed", "conceived", "drafted", "timed", "written", "worded"))
_SEEING: Final = frozenset(("see", "sees", "meet", "meets", "find", "finds", "saw", "hear"))


def _knows_where(low: list[str], i: int) -> bool:
    """Like "It knows fairly exactly where delivery falls short"."""
    where = next((k for k in range(i - 1, max(0, i - _NEAR), -1) if low[k] == "where"), 0)
    return where > 0 and not _KNOWING.isdisjoint(low[max(0, where - _NEAR) : where])


def _is_no_rule(low: list[str], behind: int) -> bool:
    """Like "The poor practice of that case does not represent practice at large"."""
    near = low[behind : behind + _REACH]
    return any(
        near[k] in {"not", "never", "hardly", "nor"} and near[k + 1 : k + 2] and near[k + 1] in _STANDING_FOR
        for k in range(len(near))
    )


_NEAR: Final = 6
_KNOWING: Final = frozenset(
    ("know", "knows", "knew", "aware", "understands", "understand", "recognises", "recognise", "spot", "spots", "tell",
     "identify")
)  # fmt: skip
_STANDING_FOR: Final = frozenset(
    ("represent", "representative", "typical", "reflect", "characteristic", "typify", "widespread", "commonplace")
)


def _is_most(number: str, unit: str) -> bool:
    """Whether a share is of more than half: what was poor in so many cases was poor."""
    return unit != "of" and len(number) == len("71") and int(number) > _HALF


_HALF: Final = 50
"""Per cent."""


def of_the_writer(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The one I've got now is outstanding": what somebody says of their own, and no inspector relays."""
    if candidate.marked or sentence.has("inspector"):
        return False
    front = sentence.tokens.low[: candidate.i]
    if "my" in front and any(a == "my" and b in _KIN for a, b in pairwise(front)):
        return True  # "My nephew had four officers, and the standard of supervision was abysmal"
    begin, _ = sentence.clause(candidate.i)
    low = sentence.tokens.low[begin : candidate.i]
    return any(
        (word in _I and low[k + 1] in _HAVE) or (word == "my" and low[k + 1] in _WHO) for k, word in enumerate(low[:-1])
    )
