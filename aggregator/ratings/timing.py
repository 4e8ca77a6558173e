"""Whether a rating is the post's news or an earlier verdict that it recalls; and whether it is stated at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue, When
from aggregator.ratings.resolve import EARLIER_MONTH

if TYPE_CHECKING:
    from aggregator.ratings.candidate import Candidate
    from aggregator.ratings.items import Item, Sentence
    from aggregator.ratings.scene import Scene

__all__ = ["ALONE", "not_stated", "when"]

_YEAR: Final = re.compile(r"(?<!since )(?<!unification in )(?<!merger in )\b(20[012]\d)\b(?!-\d\d)")
_FIELDWORK: Final = re.compile(
    r"visit|fieldwork|inspected|examined|called on|carried out|inspection took place|were with"
)
_MOVED: Final = frozenset(
    (
        *(
            "up",
            "down",
            "went",
            "gone",
            "moved",
            "rose",
            "raised",
            "improved",
            "upgraded",
            "climbed",
            "jumped",
            "leapt",
        ),
        *("fell", "dropped", "slipped"),
    )
)
ALONE: Final = "a grade word by itself"
_BEYOND: Final = frozenset(
    (
        "save",
        "saved",
        "spare",
        "prevent",
        "stop",
        "above",
        "better",
        "beyond",
        "exceed",
        "further",
        "higher",
        "improve",
        "past",
        "surpass",
    )
)
_TODAY: Final = re.compile(r"earlier (?:today|this )")
_JOIN: Final = re.compile(r"join(?:s|ed)? (?:them|the|\w+ (?:and|,))|join [A-Z]")


def _near(sentence: Sentence, candidate: Candidate, kind: str, left: int, right: int) -> str | None:
    """The phrase of a cue that stands within so many tokens before or after, in the same clause."""
    begin, end = sentence.clause(candidate.i)
    lowest, highest = max(begin, candidate.i - left), min(end, candidate.j + right)
    for item in sentence.items:
        if (
            kind in item.kinds
            and item.i >= lowest
            and item.j <= highest
            and sentence.same_clause(item.i, candidate.i)
            and not (kind == "previous" and _of_another(sentence, candidate, item))
            and not (item.i >= candidate.i and item.j <= candidate.j)
        ):
            return sentence.words(item.i, item.j)
    return None


def _of_another(sentence: Sentence, candidate: Candidate, cue: Item) -> bool:
    """Like "‘Good’ last time, it has slipped to …": the cue stands right behind an earlier grade, parted by a comma."""
    low = sentence.tokens.low
    behind = next((g for g in sentence.items if g.i >= cue.j and g.kinds.keys() & {"four", "ordinal"}), None)
    if (
        cue.i >= candidate.j
        and behind is not None
        and behind.i - cue.j <= 10
        and _PARTING & set(low[candidate.j : cue.i])
        and not _PARTING & set(low[cue.j : behind.i])
    ):
        return True  # "now ‘Good’, where a year ago it was ‘Requires improvement’"
    return any(
        other.j <= cue.i
        and cue.j < candidate.i
        and all(not word[0].isalnum() for word in low[other.j : cue.i])
        and "," in low[cue.j : candidate.i]
        for other in sentence.items
        if other.kinds.keys() & {"four", "ordinal"}
    )


_PARTING: Final = frozenset((",", ";", "–", "—", "("))


def not_stated(sentence: Sentence, candidate: Candidate, four_in_sentence: int) -> str | None:
    """Why the grade is not stated of anybody: denied, hoped for, asked, the scale explained. None where it is."""
    low = sentence.tokens.low
    begin, end = sentence.clause(candidate.i)
    if candidate.kind == "four" and not any(
        word[0].isalnum() for k, word in enumerate(low) if not candidate.i <= k < candidate.j
    ):
        return ALONE
    if _any_body(sentence, candidate):
        return "a rule about any body, not a verdict on one"
    if low[:1] and low[0] in {"suppose", "imagine", "assume", "assuming"}:
        return "supposed"
    if (
        "how" in low[max(begin, candidate.i - 5) : candidate.i]
        and candidate.use == "predicate"
        and not candidate.marked
    ):
        return "a question"
    if low[begin : begin + 1] == ["to"] and low[begin + 1 : begin + 2] and low[begin + 1] in _NAMING:
        return "supposed"
    if low[:3] == ["to", "ask", "the"]:
        return "a question"
    if low and (low[-1] == "?" or low[-2:-1] == ["?"]) and sentence.index >= 0:
        return "a question"
    if (
        four_in_sentence >= 3
        and sum("aspect" in item.kinds for item in sentence.items) < 2
        and not any((m.areas or (m.type is not None and not m.plural)) and not m.demoted for m in sentence.mentions)
        and not _tally(sentence)
    ):
        return "the scale is explained"
    if _enumerated(sentence, candidate):
        return "the scale is explained"
    values = (
        [str(item.kinds["four"]) for item in sentence.items if "four" in item.kinds] if four_in_sentence == 2 else []
    )
    if (
        values[:2] in (["outstanding", "inadequate"], ["inadequate", "outstanding"])
        and len(values) == 2
        and {"from", "between"} & set(low)
        and not _MOVED & set(low)
    ):
        return "the scale is explained"
    if four_in_sentence >= 2 or candidate.kind == "four":
        cue = sentence.has("scale")
        if cue and (four_in_sentence >= 2 or not sentence.has("rate")):
            return "the scale is explained"
    if not candidate.marked and _that_is(low, begin, candidate.i) and not sentence.has("inspector"):
        return "supposed"
    if {"can", "could", "may", "might"} & set(
        low[max(begin, candidate.i - 4) : candidate.i]
    ) and candidate.kind == "four":
        return "supposed"
    if {"headline", "headlines"} & set(low[max(0, candidate.i - 3) : candidate.i]) and candidate.i:
        return "a headline of somebody's"
    if set(low[begin : candidate.i]) & {"whether"} and candidate.kind != "ordinal" and not candidate.quoted:
        return "hoped for, expected or supposed (“whether”)"
    if not candidate.marked and _share_of_cases(low, candidate.j):
        return "a share of cases, not a judgement of the whole"
    if candidate.is_narrative and _generic(low, begin, candidate.i):
        return "supposed"
    if low.count("mock") or {"ourselves", "themselves", "myself"} & set(
        low[max(begin, candidate.i - 14) : candidate.i]
    ):
        return "rated by themselves"
    if _by_others(sentence, candidate):
        return "rated by somebody else"
    future = _near(sentence, candidate, "future", 9, 0) or _my_guess(low, begin, candidate.i)
    if (
        future is not None
        and future.lower() in {"to be rated", "to become"}
        and set(low[max(0, candidate.i - 12) : candidate.i]) & {"first", "only", "second", "third", "latest", "last"}
    ):
        future = None
    if future is not None and not _fulfilled(sentence, candidate):
        return f"hoped for, expected or supposed (“{future}”)"
    k = candidate.i
    negations = [
        item
        for item in sentence.items
        if "negation" in item.kinds
        and begin <= item.i
        and item.j <= k
        and k - item.j <= 5
        and sentence.same_clause(item.i, k)
        and not (item.i >= candidate.i)
    ]
    if negations and candidate.kind in {"four", "ordinal"}:
        item = negations[-1]
        between = low[item.j : k]
        if between[:1] in (["fewer"], ["less"], ["more"]) and between[1:2] == ["than"]:
            return None  # "no fewer than 15 were"
        if _BEYOND & set(between) and candidate.value is not RatingValue.OUTSTANDING:
            return None  # "did not get beyond ‘Requires improvement’": it got that far
        if not set(between) & {",", ";", "only", "and"} or low[item.i] in {"none", "no"}:
            return f"denied (“{sentence.words(item.i, item.j)}”)"
    if candidate.kind in {"four", "ordinal"} and _no_body(sentence, begin, candidate.i):
        return "said of none"
    if sentence.has_between("mistake", begin, end) is not None and candidate.kind in {"four", "narrative", "ordinal"}:
        return "disputed, or a mistake that is corrected"
    after = low[candidate.j : candidate.j + 6]
    if candidate.kind == "four" and "would" in after and "have" in after:
        return "supposed"
    return None


def _my_guess(low: list[str], begin: int, end: int) -> str | None:
    """Like "I'd expect most companies to be told that …": what the writer expects, however far before."""
    for k in range(begin, end - 1):
        if low[k : k + 2] in (
            ["i", "expect"],
            ["i", "would"],
            ["i", "suspect"],
            ["i", "predict"],
            ["i'd", "expect"],
            ["i", "bet"],
            ["i'd", "say"],
            ["i'd", "give"],
        ):
            return " ".join(low[k : k + 2])
    return None


_NAMING: Final = frozenset(
    ("say", "call", "describe", "rate", "grade", "judge", "label", "brand", "pretend", "suggest")
)


def _that_is(low: list[str], begin: int, end: int) -> bool:
    """Like "First, planning that is good": what would be so, not what was found."""
    return end - begin >= 3 and low[end - 2 : end] in (["that", "is"], ["that", "are"], ["which", "is"])


def _share_of_cases(low: list[str], behind: int) -> bool:
    """Like "Sufficient in 41 of the 102 cases", "good in 35 per cent of them"."""
    near = low[behind : behind + 9]
    return (
        near[:1] in (["in"], ["for"])
        and any(word.isdecimal() for word in near[1:4])
        and bool({"cases", "cent", "%", "percent", "them", "files"} & set(near[2:]))
    )


def _generic(low: list[str], begin: int, end: int) -> bool:
    """Like "Resilience when outcomes are poor": what holds whenever something is so."""
    near = low[max(begin, end - 5) : end]
    return bool({"when", "whenever", "where"} & set(near)) and near[-1:] in (["is"], ["are"], ["gets"], ["get"])


def _any_body(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the subject is "a CRC that …", "any division with …"."""
    low = sentence.tokens.low
    return any(
        mention.j <= candidate.i
        and mention.type is not None
        and not mention.areas
        and low[mention.i - 1 : mention.i] in (["a"], ["an"], ["any"])
        and (
            low[mention.j : mention.j + 1] in (["that"], ["which"], ["with"], ["who"])
            or (candidate.i - mention.j <= 4 and not _MODALS.isdisjoint(low[candidate.j : candidate.j + 4]))
        )
        for mention in sentence.mentions
        if mention.i
    )


_MODALS: Final = frozenset(("will", "can", "may", "must", "should", "would", "could", "might"))


def _by_others(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Rated outstanding by its own staff": who rated stands behind "by"."""
    low = sentence.tokens.low
    for k in range(candidate.j, min(candidate.j + 4, len(low))):
        if low[k] == "by":
            end = min(k + 7, len(low))
            return sentence.has_between("inspector", k, end) is None and (
                sentence.has_between("voices", k, end) is not None or sentence.has_between("other", k, end) is not None
            )
    return False


def _enumerated(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the grade is one of three or more in a row ("Outstanding, Good, Requires improvement or Inadequate")."""
    low = sentence.tokens.low
    fours = [item for item in sentence.items if "four" in item.kinds]
    if len(fours) < 3:
        return False
    run = [fours[0]] if fours else []
    best: list[tuple[int, int, int]] = []
    for item in fours[1:]:
        gap = [word for word in low[run[-1].j : item.i] if word.isalnum()]
        if len(gap) <= 1 and set(gap) <= {"and", "or", "to", "then"}:
            run.append(item)
        else:
            best.append((run[0].i, run[-1].j, len({str(r.kinds["four"]) for r in run})))
            run = [item]
    if run:
        best.append((run[0].i, run[-1].j, len({str(r.kinds["four"]) for r in run})))
    return any(i <= candidate.i < j and distinct >= 3 for i, j, distinct in best)


def _no_body(sentence: Sentence, begin: int, end: int) -> bool:
    """Like "None of the CRCs", "no division", "not one service": the subject is nobody."""
    low = sentence.tokens.low
    for k in range(begin, end):
        if low[k] == "none" and sentence.same_clause(k, end) and not any(w in {",", ";"} for w in low[k:end]):
            return True
        if low[k] in {"no", "neither"} or (low[k] == "not" and low[k + 1 : k + 2] in (["one"], ["a"])):
            near = low[k + 1 : k + 6]
            if low[k] != "no" and low[k] != "neither" and "single" not in near and near[:1] != ["one"]:
                continue
            if (
                sentence.same_clause(k, end)
                and any(m.i <= k + 4 and m.i > k and not m.pronoun for m in sentence.mentions)
                and not any(w in {",", ";"} for w in low[k:end])
            ):
                return True
    return False


def _tally(sentence: Sentence) -> bool:
    numbers = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "none", "half"}
    return sum(word in numbers or word.isdigit() for word in sentence.tokens.low) >= 2


def _fulfilled(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Whether" and "if" far before a verb in the past do not make a grade a wish."""
    begin, _ = sentence.clause(candidate.i)
    before = sentence.tokens.low[max(begin, candidate.i - 4) : candidate.i]
    return "been" in before and "have" not in before


_NOW: Final = frozenset(("today", "now", "has", "have", "is", "are", "week", "morning", "this", "latest", "new"))


def _years(sentence: Sentence, candidate: Candidate, begin: int, end: int) -> list[int]:
    """The years that a grade's clause names: not those of an aside, nor those nearer to another grade."""
    low = sentence.tokens.low
    others = [it.i for it in sentence.items if it.kinds.keys() & {"four", "ordinal"} and it.i != candidate.i]
    found: list[int] = []
    for k in range(begin, end):
        if len(low[k]) != 4 or not low[k].isdecimal() or not 2000 <= int(low[k]) < 2030:
            continue
        if not sentence.same_clause(k, candidate.i) or low[k - 1 : k] == ["since"]:
            continue
        if low[k - 1 : k] == ["in"] and low[k - 2 : k - 1] in (["unification"], ["merger"], ["reunification"]):
            continue
        if sentence.text[sentence.tokens.ends[k] : sentence.tokens.ends[k] + 1] == "-":
            continue  # 2018-19 is a programme
        between = [o for o in others if min(k, candidate.i) < o < max(k, candidate.i)]
        told = any(it.j <= k and it.kinds.keys() & {"four", "ordinal", "narr_is", "narr_does"} for it in sentence.items)
        if between or (told and k < candidate.i and _parted(low, k, candidate.i)):
            continue
        found.append(int(low[k]))
    return found


def _parted(low: list[str], i: int, j: int) -> bool:
    return not _PARTING.isdisjoint(low[i:j])


_LOST: Final = frozenset(("lost", "loses", "losing", "shed", "forfeited", "surrendered", "dropped", "relinquished"))


def _is_gone(low: list[str], behind: int, end: int) -> bool:
    """Like "The ‘Good’ that it had is no more": what the verb behind a grade says of the grade itself."""
    near = low[behind:end]
    return any(
        near[x : x + 3] == ["is", "no", "more"] or near[x : x + 2] in (["has", "gone"], ["is", "gone"], ["was", "lost"])
        for x in range(min(len(near), 14))
    )


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
        and {"to", "now"} & set(low[candidate.j : candidate.j + 8])
    ):
        return When.PREVIOUS, "“from” one grade to another"
    if "now" in low[max(begin, candidate.i - 4) : candidate.i]:
        return When.CURRENT, ""
    if k > begin and low[k - 1] in {"once", "formerly", "previously"} and candidate.kind in {"four", "ordinal"}:
        return When.PREVIOUS, f"“{low[k - 1]}”"
    if k > begin and low[k - 1] in _LOST and candidate.kind in {"four", "ordinal"}:
        return When.PREVIOUS, f"“{low[k - 1]}”"
    if candidate.kind in {"four", "ordinal"} and _is_gone(low, candidate.j, end):
        return When.PREVIOUS, "it is no more"
    cue = _near(sentence, candidate, "previous", 14, 12)
    if cue is not None and cue.lower() == "earlier" and _TODAY.search(sentence.text.lower()):
        cue = None
    if cue is not None and {"same", "unchanged", "than", "again"} & set(low[candidate.j : candidate.j + 6]):
        cue = None
    if (
        cue is not None
        and cue.lower() in {"last year", "earlier", "at the time"}
        and _FIELDWORK.search(sentence.text.lower())
        and low[candidate.j : candidate.j + 4].count("last") == 0
    ):
        cue = None
    if (
        cue is not None
        and cue.lower() in {"had been rated", "had been judged"}
        and any(m.plural and m.type is not None for m in sentence.mentions)
    ):
        cue = None  # reported speech goes back a tense
    if cue is not None and cue.lower().endswith("last inspection") and {"before", "of", "under"} & set(low[-12:]):
        cue = None if "the last inspection before" in " ".join(low) or "last inspection of" in " ".join(low) else cue
    if (
        {"join", "joins", "joined"} & set(low)
        and ("other" in low or "already" in low)
        and _JOIN.search(sentence.text.lower())
    ):
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
    month = _month_after(sentence, candidate)
    dated = scene.published is not None and (scene.published.month, scene.published.day) != (1, 1)
    if month and dated and scene.published is not None and month != scene.published.month:
        return When.PREVIOUS, "of an earlier month, in passing" if "which" in low[
            begin : candidate.i
        ] else EARLIER_MONTH
    if (
        scene.year is not None
        and low[:1] == ["in"]
        and low[1:2]
        and low[1].isdecimal()
        and 2000 < int(low[1]) < scene.year
        and not _FIELDWORK.search(sentence.text.lower())
    ):
        return When.PREVIOUS, f"it is of {low[1]}"
    if scene.year is not None:
        for k in range(candidate.j, min(candidate.j + 4, end)):
            if low[k] == "as" and low[k + 1 : k + 2] in (["it"], ["they"], ["in"], ["was"]):
                end = k  # "‘Good’, as it was in 2018": the year is of the other one
                break
        whole = _years(sentence, candidate, begin, min(end, len(low)))
        if not whole:
            whole = (
                [int(year) for year in _YEAR.findall(sentence.text)]
                if candidate.kind == "narrative" and scene.four_point
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
        ):
            return When.PREVIOUS, f"it is of {max(whole)}"
    if (
        scene.four_point
        and candidate.kind == "narrative"
        and scene.year
        and any(int(y) < 2018 for y in _YEAR.findall(sentence.text))
    ):
        return When.PREVIOUS, "a narrative word of before the scale"
    return When.CURRENT, ""


def _month_after(sentence: Sentence, candidate: Candidate) -> int:
    """The month that a rating is said to be of: "rated ‘Good’ in March"; 0 where none is."""
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and not low[k][0].isalnum():
        k += 1
    return _MONTHS.get(low[k + 1], 0) if k + 1 < len(low) and low[k] == "in" else 0


_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        (
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ),
        1,
    )
}
