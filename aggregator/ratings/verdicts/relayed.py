"""Praise and blame at second hand: what the inspectorate found, in the words of those who relay it.

"According to its findings", "as HMI Probation told us", "her report has laid bare how poor it is".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.post.voices import OTHER

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "STRANGERS",
    "by_the_findings",
    "has_strangers",
    "is_called_so",
    "is_laid_bare",
    "it_is_clear",
    "report_says",
    "tells_of_finding",
]

STRANGERS: Final = frozenset(("voices", "other", "measures", "rival"))
"""Kinds of words for those who may have said a thing, and are no inspectors."""


def tells_of_finding(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Inspectors have found that its work is impressive", in anybody's mouth: whose view it is, it says."""
    low = sentence.tokens.low
    for judge in sentence.having("inspector"):
        verb = judge.j
        while verb < candidate.i and low[verb] in _HAVING:
            verb += 1
        if verb < candidate.i and low[verb] in _FINDING and sentence.same_clause(judge.i, candidate.i):
            return True
    return False


_HAVING: Final = frozenset(("has", "have", "had", "also", "recently", "since", "now", "report", "reports"))


def by_the_findings(sentence: Sentence, candidate: Candidate, *, near: bool) -> bool:
    """Like "according to HMI Probation, CRCs make little difference", in anybody's mouth.

    ``near``: inspectors were spoken of before, so that "according to its findings" means theirs.
    """
    low = sentence.tokens.low
    if any(_as_they_say(low, judge.i, judge.j) for judge in sentence.having("inspector")):
        return True
    if what_moved_them(low) and ":" in low[: candidate.i]:
        return True
    for said in sentence.having("says"):
        if low[said.j - 1] != "to":
            continue
        before = said.j <= candidate.i and _PARTING.isdisjoint(low[said.j : candidate.i])
        behind = candidate.j <= said.i and sentence.has_between("says", candidate.j, said.i) is None
        if not (before or behind):
            continue
        stop = min(said.j + _OF_WHOM, len(low))
        other = sentence.has_between("voices", said.j, stop)
        judge = sentence.has_between("inspector", said.j, stop)
        if judge is not None and (other is None or other.i > judge.i):
            return True
        if near and other is None and low[said.j] in _ITS and not _FOUND.isdisjoint(low[said.j + 1 : said.j + 3]):
            return True
    return False


def what_moved_them(low: list[str]) -> bool:
    """Like "What troubled inspectors: the reports varied in quality": behind the colon is what they found."""
    return low[0] == "what" and low[1:2] != [] and low[1] in _MOVED and low[2:4] in _THEM


_MOVED: Final = frozenset(
    ("troubled", "troubles", "worried", "worries", "concerned", "disappointed", "impressed", "pleased")
)
_THEM: Final = (["inspectors", ":"], ["inspectors", "–"], ["inspectors", "—"], ["inspectors", "most"])


def _as_they_say(low: list[str], i: int, j: int) -> bool:
    """Like "as HMI Probation told us", "as the inspectorate has often found": the judge is tokens ``i`` to ``j``."""
    before = i - (low[i - 1 : i] == ["the"])
    while j < len(low) and (low[j] in _HAVING or low[j].endswith("ly")):
        j += 1
    return low[before - 1 : before] == ["as"] and j < len(low) and (low[j] in _FINDING or low[j] in _SAYING)


_SAYING: Final = frozenset(
    ("said", "says", "say", "told", "reported", "reports", "showed", "shown", "shows", "warned", "warns", "put", "puts",
     "noted", "notes", "pointed", "points", "observed", "stated", "states", "saw", "seen", "sees")
)  # fmt: skip
_OF_WHOM: Final = 9
"""Tokens in which "according to" says whom it means."""
_PARTING: Final = frozenset((";", "but", "whereas", "though", "although", "yet"))
_ITS: Final = frozenset(("its", "the", "their", "this", "her", "his"))
_FOUND: Final = frozenset(("findings", "report", "reports", "inspectorate", "inspectors", "inspection", "watchdog"))
_FINDING: Final = frozenset(
    ("think", "thinks", "thought", "found", "find", "finds", "judged", "judges", "judge", "concluded", "conclude",
     "concludes", "considered", "consider")
)  # fmt: skip


def is_called_so(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The range of its services was called ‘impressive’": by the report that the post is on."""
    near = sentence.tokens.low[max(0, candidate.i - 4) : candidate.i]
    called = not _CALLED.isdisjoint(near) and not _WERE.isdisjoint(near)
    return called and candidate.quoted and sentence.voice != OTHER and sentence.kinds.isdisjoint(STRANGERS)


_CALLED: Final = frozenset(("called", "described", "termed", "deemed", "judged", "considered", "found"))
_WERE: Final = frozenset(("was", "were", "been", "is", "are"))


def has_strangers(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether somebody is named who may have said it; staff who are spoken of in another phrase have not."""
    low = sentence.tokens.low
    told = sentence.has("says")
    return any(
        told or it.kinds["voices"] not in _SPOKEN_OF or "," not in low[it.j : candidate.i]
        for it in sentence.having("voices")
    )


_SPOKEN_OF: Final = frozenset(
    ("staff", "service users", "service user", "people on probation", "victim", "worker", "workers", "employees",
     "probation officer", "mother", "father", "parents")
)  # fmt: skip


def is_laid_bare(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The chief inspector's report has laid bare how poor it is": what it tells, whoever quotes it."""
    low = sentence.tokens.low
    return any(
        (low[it.j : it.j + 1] == ["report"] or (low[it.j] != "," and _is_report_by(low, it.i)))
        and not _TELLING.isdisjoint(low[it.j : candidate.i])
        for it in sentence.having("inspector")
        if it.j < candidate.i
    )


def _is_report_by(low: list[str], at: int) -> bool:
    """Like "the report by HMI Probation showed": whoever wrote it stands at token ``at``."""
    at -= low[at - 1 : at] == ["the"]
    return low[at - 2 : at - 1] in (["report"], ["reports"]) and low[at - 1] in {"by", "from", "of"}


_TELLING: Final = frozenset(
    ("laid", "lays", "shows", "showed", "found", "finds", "reveals", "revealed", "exposes", "exposed", "describes",
     "described", "says", "said", "calls", "called", "confirms", "confirmed")
)  # fmt: skip


def it_is_clear(low: list[str]) -> bool:
    """Like "Clear it is that private probation is poor", "It is obvious by now that CRCs are failing"."""
    front = low[:_NEAR]
    return "that" in low[:12] and "is" in front and not _CLEAR.isdisjoint(front) and "it" in front


_CLEAR: Final = frozenset(("clear", "obvious", "plain", "evident", "apparent"))


def report_says(sentence: Sentence) -> bool:
    """Like "…, a report published this morning says", "…, says a report"."""
    low = sentence.tokens.low
    return "report" in low and any(
        "report" in low[max(0, said.i - _NEAR) : said.i]
        or (low[said.j : said.j + 1] in (["a"], ["the"]) and "report" in low[said.j + 1 : said.j + 3])
        for said in sentence.having("says")
    )


_NEAR: Final = 6
