"""Whether a rating is the post's news or an earlier verdict that it recalls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import When
from aggregator.ratings.grades.echoes import is_the_one_of_then
from aggregator.ratings.grades.ranges import of_a_range
from aggregator.ratings.verdicts.cues import near
from aggregator.ratings.verdicts.dates import FIELDWORK, REPORTS, dates_the_report, month_of, year_of_report, years_of
from aggregator.ratings.verdicts.earlier import told_of_before
from aggregator.ratings.verdicts.resolve import EARLIER_MONTH
from aggregator.ratings.words.phrases import second_clause

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = ["when"]

_YEAR: Final = re.compile(
    r"(?<!since )(?<!as in )(?<!than in )(?<!unification in )(?<!merger in )\b(20[012]\d)\b(?!-\d\d)"
)
_TODAY: Final = re.compile(r"earlier (?:today|this )")
_JOINING: Final = frozenset(("join", "joins", "joined"))
_JOIN: Final = re.compile(r"join(?:s|ed)? (?:them|the|\w+ (?:and|,))|join [A-Z]")


_NOW: Final = frozenset(("today", "now", "has", "have", "is", "are", "week", "morning", "this", "latest", "new"))


_KEEPING: Final = frozenset(
    ("retains", "retained", "keeps", "kept", "maintains", "maintained", "retain", "keep", "holds", "repeats",
     "repeated", "defends", "defended", "preserves", "preserved")
)  # fmt: skip
_LOST: Final = frozenset(("lost", "loses", "losing", "shed", "forfeited", "surrendered", "dropped", "relinquished"))


_GONE: Final = frozenset(("no", "gone", "lost"))


def _do_others(low: list[str], behind: int) -> bool:
    """Like "It makes grim reading, and earlier reviews have said as much": what is earlier has a clause of its own."""
    return any(
        low[k] == "earlier" and low[k - 1] in {"and", "as", "while", "but", "though"} and low[k + 1] in REPORTS
        for k in range(behind + 1, len(low) - 1)
    )


def _is_gone(low: list[str], behind: int, end: int) -> bool:
    """Like "The ‘Good’ that it had is no more": what the verb behind a grade says of the grade itself."""
    near = low[behind:end]
    if _GONE.isdisjoint(near):
        return False
    return any(
        near[x : x + 3] == ["is", "no", "more"]
        or (
            near[x : x + 2] in (["has", "gone"], ["is", "gone"], ["was", "lost"])
            and near[x + 2 : x + 3] not in (["up"], ["down"], ["from"], ["to"])
        )
        for x in range(min(len(near), 14))
    )


def _opens_now(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "In 2018 they called it ‘Good’; now they rate it ‘Inadequate’", "…; in this inspection it is": of today."""
    low = sentence.tokens.low
    for k in range(candidate.i - 1, max(0, candidate.i - _CLAUSE), -1):
        if low[k] == "this" and low[k + 1] in _ROUNDS:
            return low[k - 1 - (low[k - 1] in {"in", "at", "on"})] in _TURNING
        if low[k] in {"now", "today"} and k not in sentence.tokens.possessive:
            return low[k - 1] in _TURNING and not {"from", "had"} & set(low[k : candidate.i])
    return False


def _is_of_now(low: list[str], k: int) -> bool:
    """Like "From ‘Inadequate’ in 2018 to ‘Good’ overall now: …": "now" right behind the grade, and nothing with it."""
    parted = False
    while k < len(low) and (not low[k][0].isalnum() or low[k] == "overall"):
        parted = parted or low[k] in {";", ","}
        k += 1
    if not parted and low[k : k + 1] == ["in"] and low[k + 1 : k + 2] == ["this"]:
        return low[k + 2 : k + 3] != [] and low[k + 2] in _ROUNDS
    return low[k : k + 1] in (["now"], ["today"]) and not any(word[0].isalnum() for word in low[k + 1 : k + 2])


_ROUNDS: Final = frozenset(("inspection", "report", "round", "year", "time", "week"))
_CLAUSE: Final = 10
_TURNING: Final = frozenset((";", ",", "and", "but", "–", "—", ":", "while"))


def when(sentence: Sentence, candidate: Candidate, scene: Scene) -> tuple[When, str]:
    """Current or previous, and by what it was told."""
    low = sentence.tokens.low
    begin, end = sentence.clause(candidate.i)
    k = candidate.i
    while k > 0 and low[k - 1] in {
        "a",
        "an",
        "the",
        "“",
        "‘",
        "'",
        '"',
        "rating",
        "grade",
        "of",
        "its",
        "their",
        "overall",
    }:
        k -= 1
    if (
        k > 0
        and low[k - 1] == "from"
        and candidate.kind == "four"
        and not {"to", "now"}.isdisjoint(low[candidate.j : candidate.j + 8])
        and not of_a_range(sentence, candidate.i)
    ):
        return When.PREVIOUS, "“from” one grade to another"
    if (
        k > 1
        and low[k - 2 : k] == [",", "from"]
        and candidate.kind == "four"
        and any(begin <= it.i and it.j < k for it in sentence.having("four"))
    ):
        return When.PREVIOUS, "“from” one grade to another"  # "lifted to ‘Outstanding’, from ‘Good’"
    if "now" in low[max(begin, candidate.i - 4) : candidate.i]:
        return When.CURRENT, ""
    labelled = _labelled(sentence, k) if begin and ":" in low[:k] else ""
    if labelled:
        return When.PREVIOUS, f"“{labelled}”"
    if _opens_now(sentence, candidate) or _is_of_now(low, candidate.j):
        return When.CURRENT, ""
    if scene.year is not None and _in_a_year_before(sentence, candidate, scene.year):
        return When.PREVIOUS, "of an earlier year's inspections"
    if k > begin and low[k - 1] in {"once", "formerly", "previously"} and candidate.kind in {"four", "ordinal"}:
        return When.PREVIOUS, f"“{low[k - 1]}”"
    if k > begin and low[k - 1] in _LOST and candidate.kind in {"four", "ordinal"}:
        return When.PREVIOUS, f"“{low[k - 1]}”"
    if candidate.kind in {"four", "ordinal"} and _is_gone(low, candidate.j, end):
        return When.PREVIOUS, "it is no more"
    before = told_of_before(sentence, candidate, scene) or _of_another_visit(sentence, scene)
    if before:
        return When.PREVIOUS, before
    if _is_followed(low, candidate):
        return When.PREVIOUS, "the first of those that this one is another of"
    cue = near(sentence, candidate, "previous", 14, 12)
    if cue is not None and not _KEEPING.isdisjoint(low[max(begin, candidate.i - 4) : candidate.i]):
        cue = None  # "retains its ‘Good’ from last year"
    if cue is not None and cue.lower() == "earlier" and _do_others(low, candidate.j):
        cue = None
    if cue is not None and cue.lower() == "earlier" and _TODAY.search(sentence.text.lower()):
        cue = None
    if cue is not None and not {"same", "unchanged", "than", "again"}.isdisjoint(low[candidate.j : candidate.j + 6]):
        cue = None
    if cue is not None and f"than {cue.lower()}" in " ".join(low[begin : candidate.i]):
        cue = None  # "a rung higher than last time, on ‘Good’"
    if (
        cue is not None
        and cue.lower() in {"last year", "earlier", "at the time"}
        and FIELDWORK.search(sentence.text.lower())
        and low[candidate.j : candidate.j + 4].count("last") == 0
    ):
        cue = None
    if cue is not None and cue.lower() == "in the past" and _is_a_year_past(low):
        cue = None
    if cue is not None and cue.lower() == "last year" and _is_of_inspections(low, candidate.i):
        cue = None
    if (
        cue is not None
        and cue.lower() in {"had been rated", "had been judged"}
        and (
            scene.minutes
            or any(m.plural and m.type is not None for m in sentence.mentions)
            or any(it.j < candidate.i and "that" in low[it.j : it.j + 4] for it in sentence.having("says"))
            or _is_reported(low, begin, candidate.i)
            or {"pleased", "delighted", "glad", "happy", "disappointed", "proud"} & set(low[begin : candidate.i])
        )
    ):
        cue = None  # reported speech goes back a tense
    if (
        cue is not None
        and cue.lower().endswith("last inspection")
        and not {"before", "of", "under"}.isdisjoint(low[-12:])
    ):
        cue = None if "the last inspection before" in " ".join(low) or "last inspection of" in " ".join(low) else cue
    if not _JOINING.isdisjoint(low) and ("other" in low or "already" in low) and _JOIN.search(sentence.text.lower()):
        return When.PREVIOUS, "earlier ones that these join"
    if cue is not None and cue.lower() not in {
        "from a",
        "from an",
        "join",
        "joins",
        "joined",
        "already",
        "compared with",
        "up from",
        "down from",
    }:
        return When.PREVIOUS, f"“{cue}”"
    if k > 1 and low[k - 2 : k] in (["up", "from"], ["down", "from"], ["compared", "with"]):
        return When.PREVIOUS, f"“{low[k - 2]} {low[k - 1]}”"
    if cue is not None and cue.lower() == "already" and "already" in low[max(0, candidate.i - 5) : candidate.i]:
        return When.PREVIOUS, "“already rated”"
    month = month_of(sentence, candidate)
    dated = scene.published is not None and (scene.published.month, scene.published.day) != (1, 1)
    if month and dated and scene.published is not None and month != scene.published.month:
        told = years_of(sentence, candidate, begin, end)
        if told and max(told) <= scene.published.year - 2:
            return When.PREVIOUS, f"it is of {max(told)}"  # "in November 2018": no news, even where there is no other
        return When.PREVIOUS, "of an earlier month, in passing" if "which" in low[
            begin : candidate.i
        ] else EARLIER_MONTH
    if (
        scene.year is not None
        and low[:1] == ["in"]
        and low[1:2]
        and low[1].isdecimal()
        and 2000 < int(low[1]) < scene.year
        and not FIELDWORK.search(sentence.text.lower())
        and not ("annual" in low and any(m.plural and m.type is not None and not m.areas for m in sentence.mentions))
    ):
        return When.PREVIOUS, f"it is of {low[1]}"
    if scene.year is not None and year_of_report(low) < scene.year and not _is_now(low[:begin]):
        return When.PREVIOUS, EARLIER_MONTH  # the news where the post has no later one
    if scene.year is not None:
        for k in range(candidate.j, min(candidate.j + 4, end)):
            if low[k] == "as" and low[k + 1 : k + 2] in (["it"], ["they"], ["in"], ["was"]):
                end = k  # "‘Good’, as it was in 2018": the year is of the other one
                break
        end = _same_as_then(low, candidate.j, end)
        begin = second_clause(low, begin, candidate.i)
        whole = years_of(sentence, candidate, begin, min(end, len(low)))
        if not whole:
            whole = (
                [int(year) for year in _YEAR.findall(sentence.text)]
                if candidate.kind == "narrative" and scene.four_point and "20" in sentence.text
                else []
            )
        if not whole and scene.block_year and scene.block_year <= scene.year - 2 and _NOW.isdisjoint(low):
            return When.PREVIOUS, f"it is of {scene.block_year}"
        if whole and max(whole) <= scene.year - 2:
            return When.PREVIOUS, f"it is of {max(whole)}"
        if (
            whole
            and max(whole) == scene.year - 1
            and not re.search(
                r"visit|fieldwork|inspected in|review of|last (autumn|winter|november|december|october)",
                sentence.text.lower(),
            )
            and low[max(0, candidate.i - 12) : candidate.i].count("had")
            and not (_is_reported(low, 0, candidate.i) and dates_the_report(low))
        ):
            return When.PREVIOUS, f"it is of {max(whole)}"
    if (
        scene.four_point
        and candidate.kind == "narrative"
        and scene.year
        and "20" in sentence.text
        and (
            any(int(y) < _SCALE_FROM for y in _YEAR.findall(sentence.text))
            or (scene.year > _SCALE_FROM and _BEFORE_SCALE.search(sentence.text) is not None)
        )
    ):
        return When.PREVIOUS, "a narrative word of before the scale"
    return When.CURRENT, ""


def _labelled(sentence: Sentence, k: int) -> str:
    """Like "(last time: ‘Good’)", "Last year it was the envy of all: the only one to be rated ‘Good’": of before."""
    low = sentence.tokens.low
    if low[k - 1] == ":" and (low[k - 3 : k - 1] in _LAST or low[k - 2] in _BEFORE):
        return low[k - 2] if low[k - 2] in _BEFORE else " ".join(low[k - 3 : k - 1])
    if (
        low[:2] == ["last", "year"]
        and 1 not in sentence.tokens.possessive
        and _TODAY_ALONE.isdisjoint(low[low.index(":") : k])
    ):
        return "last year"
    return ""


_TODAY_ALONE: Final = frozenset(("today", "now", "this", "week", "latest", "morning"))
_LAST: Final = (["last", "time"], ["last", "year"], ["last", "inspection"], ["last", "report"], ["time", "before"])
_BEFORE: Final = frozenset(("previously", "before", "formerly"))


def _in_a_year_before(sentence: Sentence, candidate: Candidate, year: int) -> bool:
    """Like "just this one was rated ‘Good’ in 2018-2019", told later of one body: years that ended before.

    A class that is counted ("in 2018-2019 19 CRCs were rated …") keeps its verdict until the next round.
    """
    low = sentence.tokens.low
    first = next((k for k, word in enumerate(low) if word[0].isalnum()), 0)
    for k in (first, *range(candidate.j, min(candidate.j + _ROUND, len(low)))):
        told = [word for word in low[k : k + len(("in", "2018", "/", "19"))] if word[0].isalnum()]
        if low[k] != "in" or len(told) <= len(("in", "2018")) or not all(word.isdecimal() for word in told[1:3]):
            continue
        last = int(told[2]) + (_CENTURY if len(told[2]) == len("19") else 0)
        if int(told[1]) + 1 == last < year:
            return _is_one_of_all(sentence, candidate)
    return False


def _is_one_of_all(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether a grade is said of one body: by name, or as "it", "this one", "the only one of 21"."""
    low = sentence.tokens.low
    if any(m.areas and not m.plural and m.j <= candidate.i for m in sentence.mentions):
        return True
    was = next((k for k in range(candidate.i - 1, 0, -1) if low[k] in {"was", "had"}), 0)
    return low[was - 1] in {"it", "this"} or low[was - 2 : was] == ["this", "one"] or low[was + 1 : was + 3] in _ONE


_ONE: Final = (["the", "only"], ["one", "of"], ["the", "first"])
_ROUND: Final = 6
_CENTURY: Final = 2000
_SCALE_FROM: Final = 2018
"""The year in which, in September, the scale of four was taken up."""
_BEFORE_SCALE: Final = re.compile(
    r"\b(?:early|spring|summer|january|february|march|april|may|june|july)(?: in| of)? 2018\b", re.IGNORECASE
)


def _is_of_inspections(low: list[str], end: int) -> bool:
    """Like "Of our inspections last year two thirds were ‘Good’": the year that is counted, with its own verdicts."""
    return any(
        low[k : k + 2] == ["last", "year"] and low[0] == "of" and not _INSPECTED.isdisjoint(low[max(0, k - 4) : k])
        for k in range(1, min(end - 1, _CLAUSE))
    )


_INSPECTED: Final = frozenset(("inspections", "reports"))


def _is_a_year_past(low: list[str]) -> bool:
    """Like "more than half were rated ‘Good’ in the past year": the year that is reported on."""
    return any(low[k : k + 3] == ["in", "the", "past"] and low[k + 3] in _SPANS for k in range(len(low) - 3))


_SPANS: Final = frozenset(("year", "twelve", "12"))


def _same_as_then(low: list[str], behind: int, end: int) -> int:
    """Where "the very grade that it got in 2018" begins behind a grade, whose year is that one's; else ``end``."""
    for k in range(behind, end - 2):
        if low[k] == "the" and low[k + 1] in {"very", "same"} and low[k + 2] in _GRADES:
            return k
        if low[k] == "the" and is_the_one_of_then(low, k + 1):
            return k
    return end


_GRADES: Final = frozenset(("grade", "rating", "mark", "verdict", "judgement", "result"))


def _is_now(low: list[str]) -> bool:
    return "now" in low or "today" in low


def _is_followed(low: list[str], candidate: Candidate) -> bool:
    """Like "Kent was the first to be rated ‘Good’, and Essex is the second": the news is the second."""
    front, behind = low[max(0, candidate.i - _FIRST) : candidate.i], low[candidate.j : candidate.j + _FIRST]
    first = any(front[k : k + 3] in (["was", "the", "first"], ["were", "the", "first"]) for k in range(len(front)))
    return first and any(
        behind[k : k + 2] == ["is", "the"] and behind[k + 2 : k + 3] in (["second"], ["third"], ["fourth"])
        for k in range(len(behind))
    )


_FIRST: Final = 16
_HALF: Final = 6
_EARLY: Final = (["early", "in"], ["earlier", "in"], ["late", "in"])


def _of_another_visit(sentence: Sentence, scene: Scene) -> str:
    """Like "Early in 2017 they went to see Suffolk", in an autumn's report on another place: of an earlier report."""
    low = sentence.tokens.low
    published = scene.published
    opened = low[:2] in _EARLY or " ".join(low[:6]) in _OF_THE_YEAR
    if not scene.four_point and published is not None and published.month > _HALF and opened:
        here = {area for known in scene.lead_areas.values() for area in known} | {scene.title_place, scene.report_area}
        places = [area for m in sentence.mentions for area in m.areas]
        if (low[0] == "at" or low[2] == str(published.year)) and places and here.isdisjoint(places) and here != {None}:
            return f"“{sentence.words(0, 6 if low[0] == 'at' else 3)}”"
    return ""


_OF_THE_YEAR: Final = ("at the start of the year", "at the beginning of the year", "at the turn of the year")


_RELAYING: Final = frozenset(
    ("heard", "noted", "told", "informed", "reminded", "replied", "answered", "learned", "learnt", "advised",
     "reported", "minuted", "stated", "said", "confirmed", "acknowledged")
)  # fmt: skip


def _is_reported(low: list[str], begin: int, end: int) -> bool:
    """Like "Members heard that the unit had been rated …": reported speech goes back a tense."""
    return any(low[k] in _RELAYING and "that" in low[k + 1 : k + 4] for k in range(begin, end))
