"""Acts of judging that are nobody's inspection: mock inspections, surveys, votes, audits, the writer's own marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["I_MARK", "PEOPLE", "STRONG", "asks_for_marks", "is_strong", "lasting", "own_marks", "rival"]

STRONG: Final = frozenset(
    (*("mock", "dry", "dress", "trial", "pretend", "dummy", "practice", "self", "marked", "rated", "graded", "scored"),
     "assessed", "peer", "peers")
)  # fmt: skip
"""First words of acts that an inspector in the sentence does not make an inspection: the real thing is named there."""
_ASKED: Final = frozenset(
    ("survey", "surveys", "surveyed", "poll", "polled", "questionnaire", "questionnaires", "staff")
)
"""First words of acts of asking people: their answers fill the paragraph, the table, the section."""
_OWN_CHECKS: Final = frozenset(("internal", "audit", "audits"))
"""First words of acts of checking one's own work: what leads in with one tells its marks."""
I_MARK: Final = frozenset(("rated", "graded", "marked", "scored", "rate", "grade", "coded"))
"""What "I" did of these, no inspector did: theirs is "we"."""
_RATERS: Final = frozenset(
    ("consultant", "consultants", "consultancy", "evaluators", "auditor", "auditors", "assessor", "assessors", "audit",
     "audits", "workshop", "coroner", "ombudsman")
)  # fmt: skip
"""First words of those who may mark a body like inspectors: their marks hold for the paragraph."""
PEOPLE: Final = frozenset(
    ("members", "readers", "users", "clients", "magistrates", "sentencers", "respondents", "participants", "residents",
     "customers", "employees", "colleagues", "trustees", "learners", "pupils", "students", "patients", "tenants",
     "reps", "stewards", "branches", "activists", "officers",
     "followers", "subscribers", "listeners", "viewers", "councillors", "delegates", "attendees")
)  # fmt: skip
_AUXILIARY: Final = frozenset(("s", "have", "has", "had", "also", "all", "each"))
_MARKING: Final = frozenset(
    ("rate", "rated", "grade", "graded", "mark", "marked", "score", "scored", "vote", "voted", "give", "gave")
)
_MARKS: Final = frozenset(
    ("rating", "ratings", "grade", "grades", "mark", "marks", "score", "scores", "verdict", "vote")
)


_OWN_MARKS: Final = frozenset(
    (
        "marks",
        "scores",
        "index",
        "scorecard",
        "ranking",
        "rankings",
        "grades",
        "verdicts",
        "labels",
        "bands",
        "medals",
        "stars",
    )
)
_OWN_REPORTS: Final = frozenset(
    (
        "report",
        "view",
        "classification",
        "scale",
        "verdict",
        "table",
        "ratings",
        "rating",
        "assessment",
        "mark",
        "league",
    )
)


_PLAYED: Final = frozenset(("ratings", "grades", "marks", "scores"))
_PLAYING: Final = frozenset(("let", "ratings"))


def rival(sentence: Sentence) -> str:
    """The first act of judging in the sentence that is nobody's inspection."""
    if not sentence.has("rival") or _is_verb(sentence):
        return ""
    item = next((it for it in sentence.having("rival") if not _is_a_shed(sentence, it)), None)
    return str(item.kinds["rival"]) if item is not None else ""


def _is_a_shed(sentence: Sentence, item: Item) -> bool:
    """Like "its services, among them a bike workshop": where things are mended, and nobody marks a body."""
    if not str(item.kinds["rival"]).startswith("workshop"):
        return False
    before = sentence.tokens.low[max(0, item.i - 4) : item.i]
    kept = not _KEEPING.isdisjoint(before) or (before != [] and before[-1] not in _ARTICLES)
    return kept and _HOLDING.isdisjoint(before)


_KEEPING: Final = frozenset(("includes", "include", "including", "has", "have", "with", "runs", "and"))
_ARTICLES: Final = frozenset(("the", "a", "this", "that", "our", "another", "training", "staff", "one"))
_HOLDING: Final = frozenset(("at", "held", "hold", "holds", "ran", "our", "after", "during", "following", "attended"))


def is_strong(sentence: Sentence) -> bool:
    """Whether an act is named there that stays what it is although our inspectors are named beside it."""
    return sentence.has("rival") and any(
        str(it.kinds["rival"]).split()[0] in STRONG and not _comes_after_ours(sentence, it.i)
        for it in sentence.having("rival")
    )


def _comes_after_ours(sentence: Sentence, at: int) -> bool:
    """Like "the inspection by HMIP, and the LGA peer review": another one's act, told of beside that of ours."""
    low = sentence.tokens.low
    for item in sentence.having("inspector"):
        between = low[item.j : at] if item.j <= at else []
        if 0 < len(between) <= _BESIDE and not _JOINING.isdisjoint(between) and "inspection" in low[: item.i]:
            return True
    return False


_BESIDE: Final = 8
_JOINING: Final = frozenset(("and", "also", "then"))


def _is_verb(sentence: Sentence) -> bool:
    """Whether the only rival word is "award", said of an inspector's grade: "we cannot award a rating"."""
    items = sentence.having("rival")
    if not {str(it.kinds["rival"]) for it in items} <= {"award", "awards"}:
        return False
    if sentence.has("inspector") or sentence.has("four"):
        return True
    return all(sentence.has_between("noun", it.j, it.j + _AWARDED) is not None for it in items)


_AWARDED: Final = 4
"""Tokens from "award" to the rating that is awarded: "not able to award an overall rating"."""


def lasting(sentence: Sentence) -> str:
    """An act of judging whose outcome may be told in what follows: a mock inspection, a survey, people's marks."""
    for item in sentence.having("rival") if sentence.has("rival") else ():
        words = str(item.kinds["rival"])
        first = words.split(maxsplit=1)[0]
        asked = first in _ASKED and (sentence.has("rate") or sentence.text.rstrip().endswith(":"))
        if first in STRONG or asked or (first in _OWN_CHECKS and sentence.text.rstrip().endswith(":")):
            return words
    low = sentence.tokens.low
    if not _PLAYING.isdisjoint(low):
        found = _plays(sentence)
        if found:
            return found
    if "my" in low or ("our" in low and "index" in low):
        found = own_marks(sentence)
        if found:
            return found
    if "own" in low or "internal" in low:
        found = _own_framework(sentence)
        if found:
            return found
    if "asked" in low or "invited" in low:
        found = asks_for_marks(sentence)
        if found:
            return found
    if "i" in low:
        mine = next((k for k, word in enumerate(low[:-1]) if word == "i" and low[k + 1] in I_MARK), None)
        if mine is not None:
            return sentence.words(mine, mine + 2)
    if "coded" in low and not _GRADES.isdisjoint(sentence.kinds):
        return "coded"  # "Plans were coded as good, adequate or poor": by who studies them
    if "out" in low:
        found = _out_of_ten(sentence)
        if found:
            return found
    for k, word in enumerate(low[:-1]) if not PEOPLE.isdisjoint(low) else ():
        if word not in PEOPLE:
            continue
        after = [other for other in low[k + 1 : k + 6] if other[0].isalnum() and other not in _AUXILIARY]
        if after and (after[0] in _MARKING or not _MARKS.isdisjoint(after[:2]) or after[:2] == ["were", "asked"]):
            return sentence.words(k, min(k + 2, len(low)))
    if not sentence.has("inspector"):
        return ""
    return _borrows(sentence) if not _GRADING.isdisjoint(low) or not _TOOLS.isdisjoint(low) else ""


def _out_of_ten(sentence: Sentence) -> str:
    """Like "We gave each CRC a score out of ten": the writer's, since inspections mark out of 36 or so."""
    low = sentence.tokens.low
    for k, word in enumerate(low[:-1]):
        if word in {"we", "i"} and not _MARKING.isdisjoint((low[k + 1], *low[k + 2 : k + 3], "given")[:2]):
            near = low[k : k + _FAR]
            if any(near[x : x + 2] == ["out", "of"] and near[x + 2 : x + 3] in _TEN for x in range(len(near) - 2)):
                return sentence.words(k, k + 2)
    return ""


_GRADES: Final = frozenset(("four", "ordinal", "narr_is", "narr_does"))
_TEN: Final = [["ten"], ["five"], ["10"], ["5"], ["100"], ["twenty"], ["20"]]


def _own_framework(sentence: Sentence) -> str:
    """Like "we have developed our own quality framework", "internal quality checks": what a body marks itself by."""
    low = sentence.tokens.low
    for k, word in enumerate(low):
        if word not in {"own", "internal"} or (word == "own" and low[k - 1] not in _WHOSE):
            continue
        near = low[k + 1 : k + 4]
        end = next((x for x, other in enumerate(near) if other in _FRAMEWORKS), None)
        if end is not None and not _QUALITY.isdisjoint(low[k + 1 : k + 2 + end]):
            return sentence.words(k, k + 2 + end)
    return ""


_WHOSE: Final = frozenset(("our", "its", "their", "company's", "company’s", "s"))
_FRAMEWORKS: Final = frozenset(
    ("framework", "tool", "checks", "check", "audit", "audits", "assurance", "scorecard", "sampling", "dip-sampling",
     "reviews", "system", "model", "kitemark", "measure", "measures")
)  # fmt: skip
_QUALITY: Final = frozenset(
    ("quality", "assurance", "audit", "audits", "assessment", "inspection", "scorecard", "kitemark", "case")
)


_GRADING: Final = _MARKING | _MARKS
_USING: Final = frozenset(("using", "borrowing", "applying", "copying", "use", "borrow", "apply", "copy", "used"))
_TOOLS: Final = frozenset(("questions", "form", "forms", "tool", "template", "checklist", "standards", "criteria"))
_LENT: Final = frozenset(
    ("words", "scale", "grades", "labels", "terms", "criteria", "standards", "method", "framework", "template", "bands",
     "questions", "form", "forms", "tool", "checklist")
)  # fmt: skip


def _borrows(sentence: Sentence) -> str:
    """Like "grade them, using the words that inspectors use", "as inspectors would": nothing but their scale."""
    low = sentence.tokens.low
    items = sentence.having("inspector")
    for item in items:
        before = low[max(0, item.i - _LENDING) : item.i]
        near = before + low[item.j : item.j + 3]
        if before[-1:] in (["as"], ["like"]) and low[item.j : item.j + 1] in (["would"], ["do"], ["might"]):
            return sentence.words(item.i - 1, item.j + 1)
        if not _USING.isdisjoint(before) and not _LENT.isdisjoint(near) and item is items[0]:
            return sentence.words(item.i - len(before), item.j)
    return ""


_LENDING: Final = 6
_FAR: Final = 20
_ASKABLE: Final = PEOPLE | {"people", "staff", "officers", "prisoners", "men", "women", "judges", "practitioners"}


def _plays(sentence: Sentence) -> str:
    """Like "Let's have ratings for the following", "my ratings": a game of the writer's."""
    low = sentence.tokens.low
    for k, word in enumerate(low[:-1]):
        near = low[k + 1 : k + 6]
        if word == "let":  # "let's" is read without its end
            verb = next((x for x in near if x != "us"), "")
            if verb in {"rate", "grade", "mark", "score"} or (
                verb in {"have", "give", "do"} and not _PLAYED.isdisjoint(near) and "for" in low[k + 1 : k + 8]
            ):
                return sentence.words(k, k + 2)
        if word == "my" and near[0] == "ratings":
            return sentence.words(k, k + 2)
    return ""


def asks_for_marks(sentence: Sentence) -> str:
    """Like "We asked everybody to mark their employer", "asked 1,100 people"; empty where nobody is asked."""
    low = sentence.tokens.low
    marking = not _MARKING.isdisjoint(low)
    for k in [k for k, word in enumerate(low) if word in {"asked", "invited"}]:
        near = low[k + 1 : k + 4]
        if near and near[0][0].isdigit() and not _ASKABLE.isdisjoint(near):
            return sentence.words(k, min(k + 3, len(low)))
        sought = low.index("for", k) if "for" in low[k : k + _SOUGHT] else 0
        if sought and low[sought + 1 : sought + 2] and low[sought + 1] in _OWN_MARKS:
            return sentence.words(sought, sought + 2)
        for x in range(k + 1, min(k + _FAR, len(low) - 1)) if marking else ():
            if low[x] == "to" and low[x + 1] in _MARKING:
                return sentence.words(x, x + 2)
    return ""


_SOUGHT: Final = 5
"""Words from "asked" to "for marks"."""


def own_marks(sentence: Sentence) -> str:
    """Like "my own end-of-term report", "our marks": the writer's."""
    low = sentence.tokens.low
    for k in [k for k, word in enumerate(low) if word in {"my", "our"}]:
        own = low[k + 1 : k + 2] == ["own"]
        near = low[k + 1 : k + 7] if own else low[k + 1 : k + 2]
        end = next((x for x, other in enumerate(near) if other in _OWN_MARKS or (own and other in _OWN_REPORTS)), None)
        if end is not None:
            return sentence.words(k, k + 2 + end)
    return ""
