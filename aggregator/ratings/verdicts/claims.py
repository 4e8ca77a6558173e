"""Grades that somebody gives who is no inspector: a body to itself or to others, its own staff, its partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.grades.candidate import before_grade
from aggregator.ratings.verdicts.views import somebodys_view
from aggregator.ratings.words.grammar import COPULAS, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["claimed"]

_SELVES: Final = frozenset(("ourselves", "themselves", "myself"))
_SELF: Final = _SELVES | {"itself"}
_THINKING: Final = frozenset(
    ("thought", "thinks", "considers", "considered", "believes", "believed", "rates", "rated", "graded", "calls",
     "called", "judged", "gave", "gives", "awarded")
)  # fmt: skip
_GIVING: Final = frozenset(("gave", "gives", "give", "scored", "rated", "marked", "rate", "rates"))
_CALLING: Final = frozenset(("call", "calls", "called", "considers", "consider", "describes", "thinks", "think"))


_OF_OUR_OWN: Final = (["its"], ["their"], ["our"], ["my"], ["your"], ["his"], ["her"])
"""By "its own managers" nobody is inspected."""


def claimed(sentence: Sentence, candidate: Candidate, begin: int) -> str | None:
    """Why a grade is nobody's finding but somebody's claim; ``begin`` is where its clause begins."""
    low = sentence.tokens.low
    first = max(begin, candidate.i - 14)
    if "mock" in low or (
        not _SELF.isdisjoint(low[first : candidate.i])
        and any(
            (low[k] in _SELVES or (low[k] == "itself" and low[k - 1] in _THINKING))
            and low[k + 1] not in {"was", "were", "are", "have", "had"}
            for k in range(first, candidate.i)
        )
    ):
        return "rated by themselves"
    if _was_told(sentence, candidate):
        return "what somebody told the writer"
    if _is_pleaded(sentence, candidate.i) or _is_insisted(sentence, candidate):
        return "what somebody claims"
    if _to_us(sentence, candidate):
        return "given by it, not to it"
    if _by_a_body(sentence, candidate, begin):
        return "given by it, not to it"
    if _by_itself(sentence, candidate):
        return "rated by themselves"
    if _of_its_own(low, begin, candidate.i):
        return "rated by themselves"
    if _a_board_rates(sentence, candidate):
        return "rated by somebody else"
    if _by_others(sentence, candidate) or _by_a_share(sentence, begin, candidate.i):
        return "rated by somebody else"
    return somebodys_view(sentence, candidate)


def _was_told(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "I was told that everything was outstanding": by whoever it was, and no inspector."""
    low = sentence.tokens.low
    if sentence.has("inspector") or sentence.voice == "inspector" or "told" not in low[: candidate.i]:
        return False
    k = low.index("told")
    by_us = k > 1 and low[k - 1] in _TOLD_BE and low[k - 2] in {"i", "we"}
    if not by_us or sentence.has_between("rate", k, candidate.i) is not None:
        return False
    return not candidate.marked or sentence.has("voices") or low[k + 1 : k + 2] == ["by"]


_TOLD_BE: Final = frozenset(("was", "were", "am", "are", "been"))


def _is_pleaded(sentence: Sentence, end: int) -> bool:
    """Like "It is submitted that its planning was inadequate", "In my view …" where no inspector speaks."""
    low = sentence.tokens.low
    if sentence.has("inspector") or sentence.voice == "inspector":
        return False
    pleaded = any(low[k : k + 2] == ["it", "is"] and low[k + 2] in _PLEADED for k in range(min(end - 2, _OPENING)))
    return pleaded or low[:3] in (["in", "our", "opinion"], ["in", "my", "opinion"], ["in", "my", "view"])


def _is_insisted(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Managers insist that Essex CRC is ‘Good’", "The company claims it is …": not that it was rated so."""
    low = sentence.tokens.low
    first = before_grade(sentence, candidate.i)
    if first < 1 or low[first - 1] not in COPULAS or sentence.has("inspector"):
        return False
    for k in range(1, first):
        if low[k] not in _INSISTING or ";" in low[k:first]:
            continue
        ours = not _PEOPLE.isdisjoint(low[max(0, k - _OPENING) : k]) or any(
            m.type is not None and m.j == k for m in sentence.mentions
        )
        if ours and sentence.has_between("rate", k + 1, candidate.i) is None:
            return True
    return False


_INSISTING: Final = frozenset(
    ("claim", "claims", "claimed", "insist", "insists", "insisted", "maintain", "maintains", "maintained", "argue",
     "argues", "argued", "contend", "contends", "contended", "boast", "boasts", "boasted", "think", "thinks", "believe",
     "believes", "believed")
)  # fmt: skip
_PEOPLE: Final = frozenset(
    ("managers", "leaders", "bosses", "directors", "owners", "staff", "officers", "executives", "executive", "boss",
     "chiefs", "owner", "director")
)  # fmt: skip
_PLEADED: Final = frozenset(("submitted", "alleged", "contended", "averred", "pleaded", "argued", "claimed"))
_OPENING: Final = 6


def _to_us(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Probation companies gave us our best marks": a body marks somebody else."""
    low = sentence.tokens.low
    for k in range(max(1, candidate.i - 5), candidate.i):
        if low[k] in {"us", "me"} and low[k - 1] in _GIVING:
            return any(m.type is not None and not m.pronoun and m.j == k - 1 for m in sentence.mentions)
    return False


def _by_a_body(sentence: Sentence, candidate: Candidate, begin: int) -> bool:
    """Like "The NPS rated the quality of referrals from the police as inadequate": the body is who marks."""
    low = sentence.tokens.low
    for mention in sentence.mentions:
        if mention.i < begin or mention.j > candidate.i - 2 or mention.type is None or mention.pronoun:
            continue
        k = mention.j + (low[mention.j] in {"has", "had", "have", "also"})
        if k + 1 < candidate.i and low[k] in _MARKS and low[k + 1] in _OBJECTS and low[k - 1] not in _PASSIVE:
            return (
                sentence.has_between("inspector", begin, candidate.i) is None
                and sentence.has_between("copula", k, candidate.i) is None
            )
    return False


_MARKS: Final = frozenset(
    ("rated", "rates", "graded", "grades", "judged", "judges", "described", "describes", "scored", "marked", "assessed",
     "called", "calls", "considered", "considers", "deemed", "ranked", "labelled", "branded")
)  # fmt: skip
_OBJECTS: Final = frozenset(("the", "its", "their", "our", "this", "that", "these", "those", "every", "what", "how"))
_PASSIVE: Final = frozenset(("was", "were", "been", "be"))


def _by_itself(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The CRC says that nine in ten are done, which it calls good": whoever speaks marks its own work."""
    low = sentence.tokens.low
    k = before_grade(sentence, candidate.i)
    if low[k - 2 : k - 1] not in (["it"], ["they"]) or low[k - 1] not in _CALLING or sentence.has("inspector"):
        return False
    if low[k - 2] == "they" and low[k - 3 : k - 2] == [","] and sentence.has_between("says", 0, k - 1) is None:
        return False  # "The work of the CRC, owned by a firm, they call “troubling”": what they call so is told first
    return any(m.type is not None and not m.pronoun and m.j <= k - 2 for m in sentence.mentions)


def _a_board_rates(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The board rated Essex CRC's delivery as ‘Good’", "Officers assess each partner as …"."""
    if candidate.is_narrative or sentence.has("inspector"):
        return False
    low = sentence.tokens.low
    first = before_grade(sentence, candidate.i)  # "managers rated ‘Good’" are who is rated
    return any(low[k] in _RATES and low[k - 1] in _BOARDS and k + 1 < first for k in range(1, candidate.i))


def _of_its_own(low: list[str], begin: int, end: int) -> bool:
    """Like "The company's plan describes its own leadership as good"."""
    return any(
        low[k] in _CALLING and low[k + 1 : k + 3] in (["its", "own"], ["their", "own"], ["our", "own"])
        for k in range(begin, end)
    )


_RATES: Final = frozenset(
    ("rate", "rates", "rated", "assess", "assesses", "assessed", "score", "scores", "scored", "grade", "grades",
     "graded", "mark", "marks", "marked")
)  # fmt: skip
_BOARDS: Final = frozenset(
    ("board", "directors", "executive", "trustees", "panel", "officers", "evaluators", "commissioners", "commissioner",
     "council", "committee", "ministry", "department", "assessors", "auditors", "managers", "owners", "shareholders",
     "investors", "partners", "funders", "commissioning")
)  # fmt: skip


_REGULATORS: Final = frozenset(("regulator", "regulators", "auditor", "auditors"))
_ANSWERING: Final = frozenset(
    ("called", "call", "calls", "rated", "rate", "thought", "think", "described", "describe", "considered", "consider",
     "said", "say", "felt", "feel", "found", "judged", "gave", "scored", "marked", "graded", "ranked")
)  # fmt: skip
_OF_WHOM: Final = 5
"""Words that may stand between "nine in ten" and what they called it: "of those who used it"."""


def _by_a_share(sentence: Sentence, begin: int, end: int) -> bool:
    """Like "Nine in ten called the service good", "62 per cent thought it poor": people who were asked."""
    low = sentence.tokens.low
    for k in range(begin, end - 2):
        share = (low[k + 1] == "in" and _counts(low[k]) and _counts(low[k + 2])) or (
            _counts(low[k]) and low[k + 1 : k + 3] in (["per", "cent"], ["out", "of"])
        )
        if not (share or (_counts(low[k]) and low[k + 1] in {"%", "percent"})):
            continue
        verb = next((x for x in range(k + 2, min(k + 3 + _OF_WHOM, end)) if low[x] in _ANSWERING), None)
        if verb is not None and low[verb - 1] not in COPULAS | {"been", "were", "was", "inspectors", "we"}:
            return sentence.has_between("inspector", k, end) is None
    return False


def _counts(word: str) -> bool:
    return word.isdecimal() or word in NUMBERS


def _by_others(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Rated outstanding by its own staff": who rated stands behind "by"."""
    low = sentence.tokens.low
    if "by" not in low[candidate.j : candidate.j + 4]:
        return False
    for k in range(candidate.j, min(candidate.j + 4, len(low))):
        if low[k] == "by":
            end = min(k + 7, len(low))
            return sentence.has_between("inspector", k, end) is None and (
                low[k + 1 : k + 2] in _OF_OUR_OWN
                or not _REGULATORS.isdisjoint(low[k:end])
                or sentence.has_between("voices", k, end) is not None
                or sentence.has_between("other", k, end) is not None
            )
    return False
