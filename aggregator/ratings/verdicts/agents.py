"""Agents: who did the work that is graded, and whether our inspectors graded it or somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.verdicts.predicates import group_start, verb_of
from aggregator.ratings.words.heads import Subject, judged
from aggregator.ratings.words.phrases import segment

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "PAPERS",
    "by_inspectors",
    "doer_before",
    "doer_behind",
    "faults_open",
    "is_rated_by_others",
    "is_what_they_found",
    "is_whom_inspectors",
    "report_opens",
]

_RATERS: Final = frozenset(
    ("i", "we", "you", "readers", "users", "clients", "residents", "respondents", "officers", "those", "participants",
     "customers", "visitors", "patients", "pupils", "students", "employers", "sentencers", "magistrates", "judges",
     "members", "staff", "prisoners", "offenders", "people", "everybody", "everyone")
)  # fmt: skip


def doer_behind(sentence: Sentence, candidate: Candidate) -> Mention | None:
    """Like "Domestic abuse was handled badly, on the whole, by the CRC": the body behind "by"."""
    low = sentence.tokens.low
    by = candidate.j
    while by < len(low) and (low[by] in _ON_THE_WHOLE or low[by] == "," or low[by].endswith("ly")):
        by += 1
    helped = low[by : by + 1] == ["from"] and low[candidate.j - 1] in _HELP  # "had not had enough help from the CRC"
    if candidate.use == "attribute" or not (helped or low[by : by + 1] == ["by"]):
        return None
    return next((m for m in sentence.mentions if m.type is not None and not m.other and by < m.i <= by + 2), None)


def report_opens(sentence: Sentence) -> bool:
    """Like "The report shows that …", "The damning report found …": what follows is found, whoever tells it."""
    low = sentence.tokens.low
    if low[0] == "what" and not {"find", "found"}.isdisjoint(low[1 : _FRONT + 1]):
        return sentence.has_between("inspector", 0, _FRONT) is not None  # "What inspectors now find is that …"
    return not PAPERS.isdisjoint(low[1 : _FRONT + ("inspector" in low[:_FRONT] or "inspector's" in low[:_FRONT])])


def is_of_findings(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The findings are clear, and they make grim reading": "they" are the findings, and no bodies."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(candidate.i)
    first = next((k for k in range(min(_FRONT, len(low))) if low[k] in PAPERS), None)
    if first is None or low[first + 1 : first + 2] not in (["is"], ["are"], ["was"], ["were"]):
        return False
    if sentence.has_between("body", 0, candidate.i) is not None:
        return False
    they = next((k for k in range(candidate.i - 1, max(first, begin - 1), -1) if low[k] in {"they", "it"}), None)
    return they is not None and candidate.i - they <= _FRONT


def faults_open(sentence: Sentence) -> bool:
    """Like "Her list of problems includes …", "Among his findings is …": what whoever spoke last has found."""
    low = sentence.tokens.low[: _FRONT + 2]
    return not _HERS.isdisjoint(low[:2]) and not _FAULTS.isdisjoint(low)


_HERS: Final = frozenset(("her", "his", "their"))
_FAULTS: Final = frozenset(
    ("list", "catalogue", "litany", "criticisms", "concerns", "worries", "findings", "complaints", "conclusions",
     "problems")
)  # fmt: skip
_FRONT: Final = 4
_HELP: Final = frozenset(("help", "support"))
_ON_THE_WHOLE: Final = frozenset(("overall", "on", "the", "whole", "in", "general"))


def by_inspectors(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "To have been judged inadequate by the probation inspectorate": the act and who does it stand beside it."""
    low = sentence.tokens.low
    near = low[candidate.j : candidate.j + 4]
    by = candidate.j + near.index("by") if "by" in near else None
    if by is None or sentence.has_between("inspector", by, min(by + 7, len(low))) is None:
        return False
    begin, _ = sentence.clause(candidate.i)
    return sentence.has_between("rate", max(begin, candidate.i - 6), candidate.i) is not None


def is_whom_inspectors(sentence: Sentence, span: tuple[int, int]) -> bool:
    """Like "three CRCs that the inspectorate has rated ‘Good’": the subject is who rated them."""
    low = sentence.tokens.low
    relative = not {"that", "which", "whom"}.isdisjoint(low[max(0, span[0] - 1) : span[0] + 1])
    return relative and any(span[0] <= it.i and it.j == span[1] for it in sentence.having("inspector"))


def doer_before(sentence: Sentence, candidate: Candidate, begin: int) -> Subject:
    """Who did the "good work": alien where somebody is named that is no body ("volunteers did good work")."""
    verb = verb_of(sentence, candidate, begin)
    if verb is None:
        return Subject("none")
    if sentence.has("inspector") and sentence.voice != "other" and _is_of_a_body(sentence, candidate):
        return Subject("none")  # "she listed … and the sub-standard performance of private providers"
    span = segment(sentence, begin, group_start(sentence, verb, begin))
    if span is None or sentence.has_between("inspector", *span) is not None:
        return Subject("none")
    there = sentence.tokens.low[span[1] - 1] == "there"
    if there and (sentence.voice == "inspector" or "by" in sentence.tokens.low[candidate.j :]):
        return Subject("none")  # "There is a strong leadership team", "There was some good work by the NPS"
    if there and sentence.voice != "other" and "report" in sentence.tokens.low and _is_at_a_body(sentence, candidate):
        return Subject("none")  # "There was strong leadership at Essex CRC: thus the report"
    if sentence.tokens.low[span[1] - 1] in PAPERS and sentence.voice != "other":
        return Subject("none")  # "The report found widespread poor practice"
    if (
        sentence.tokens.low[span[1] - 1] == "we"
        and sentence.voice == "inspector"
        and not any(m.other and m.i >= candidate.j for m in sentence.mentions)
    ):
        return Subject("none")  # "We found poor practice"
    return judged(sentence, *span)


def is_what_they_found(sentence: Sentence, candidate: Candidate, *, near: bool) -> bool:
    """Like "What we found was strong leadership and some excellent work", in the words of inspectors.

    Args:
        sentence: The sentence.
        candidate: The praise or blame in it.
        near: An inspector was spoken of in the paragraph: "we" are inspectors.
    """
    low = sentence.tokens.low
    begin, _ = sentence.clause(candidate.i)
    for k in range(begin, min(candidate.i, begin + 3)):
        if low[k] == "what" and low[k + 2 : k + 4] in _FOUND_WAS:
            return low[k + 1] in {"inspectors", "they"} or (low[k + 1] == "we" and near and sentence.voice != "other")
    return False


_FOUND_WAS: Final = (["found", "was"], ["found", "were"], ["saw", "was"])


def _is_at_a_body(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the words behind say at which body it is: "strong leadership at Essex CRC"."""
    low = sentence.tokens.low
    return any(
        m.type is not None and not m.other and low[m.i - 1 - (low[m.i - 1] == "the")] in _AT
        for m in sentence.mentions
        if candidate.j < m.i <= candidate.j + _NEAR
    )


def _is_of_a_body(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "the poor performance of private providers": a class right behind the work that is called so."""
    low = sentence.tokens.low
    return any(
        m.type is not None and m.plural and not m.other and low[m.i - 1 - (low[m.i - 1] == "the")] in {"of", "by"}
        for m in sentence.mentions
        if candidate.j < m.i <= candidate.j + 3
    )


_AT: Final = frozenset(("at", "in", "within", "across"))
_NEAR: Final = 5
PAPERS: Final = frozenset(("report", "reports", "inspection", "inspections", "findings"))


def is_rated_by_others(sentence: Sentence, start: int, begin: int, left: list[str], *, marked: bool) -> bool:
    """Like "we rated it ‘Good’" of a reader, "residents rated": somebody rates who is no inspector."""
    if sentence.has_between("inspector", begin, start) is not None or "report" in sentence.tokens.low[begin:start]:
        return False
    if left[-1:] == ["and"] and any(
        sentence.tokens.low[it.i - 1] in {"they", "he", "she"} for it in sentence.having("says") if begin < it.i < start
    ):
        return sentence.voice == "other"  # "they said the company lacked staff and rated this …"
    if not _RATERS.isdisjoint(left):
        raters = _RATERS.intersection(left)
        if marked and (raters == {"we"} or (raters == {"we", "i"} and left[-1:] == ["we"])):
            return sentence.voice == "other"  # the inspectorate's own report
        return sentence.voice != "inspector" or {"we", "i"}.isdisjoint(left)
    return (
        sentence.has_between("voices", begin, start) is not None
        or sentence.has_between("other", begin, start) is not None
    )
