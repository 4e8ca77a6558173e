"""Whether a grade is stated at all: denied, hoped for, asked, supposed, a share of cases, somebody else's, nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.candidate import stands_alone
from aggregator.ratings.verdicts.claims import claimed
from aggregator.ratings.verdicts.denied import kept_from, not_rated
from aggregator.ratings.verdicts.hopes import hoped_for, is_its_own, managed, that_is, would_be
from aggregator.ratings.verdicts.musing import of_nobody
from aggregator.ratings.verdicts.nobody import is_nobodys, is_of_none
from aggregator.ratings.verdicts.questions import is_asked
from aggregator.ratings.verdicts.scale import is_explained
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["ALONE", "not_stated"]

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


def not_stated(sentence: Sentence, candidate: Candidate, four_in_sentence: int) -> str | None:
    """Why the grade is not stated of anybody: denied, hoped for, asked, the scale explained. None where it is."""
    low = sentence.tokens.low
    begin, end = sentence.clause(candidate.i)
    if candidate.kind == "four" and stands_alone(low, candidate.i, candidate.j):
        return ALONE
    musing = of_nobody(sentence, candidate)
    if musing is not None:
        return musing
    nobodys = is_nobodys(low, candidate)
    if nobodys:
        return nobodys
    if not candidate.marked and _is_awaited(low, candidate.i):
        return "not done yet, no grade"
    if _any_body(sentence, candidate):
        return "a rule about any body, not a verdict on one"
    if low[:1] and low[0] in {"suppose", "imagine", "assume", "assuming"}:
        return "supposed"
    if low[0] in _TELL and "that" in low[1 : candidate.i]:
        return "said to the reader"  # "tell a chief executive, face to face, that leadership is good"
    if _in_time_to_come(low, candidate.i):
        return "supposed"
    if _is_meant(low, candidate.i):
        return "the word itself is spoken of"
    if sentence.voice != "inspector" and (
        low[begin : begin + 2] in _OUR_VIEW
        or (low[begin : begin + 2] in _OUR_OWN and sentence.kinds.isdisjoint(("inspector", "rate")))
    ):
        return "rated by themselves"
    if (
        "how" in low[max(begin, candidate.i - 5) : candidate.i]
        and candidate.use == "predicate"
        and not candidate.marked
    ):
        return "a question"
    if low[candidate.i - 1] == "how" and low[candidate.i - 2] in _ASKING_HOW and candidate.i > 1:
        return "a question"  # "We report on how effective probation work is"
    if candidate.is_narrative:
        if sentence.voice != "inspector" and _said_before(low, candidate.j):
            return "what somebody says of their own"
        if _any_service(low, begin, candidate.i):
            return "a rule about any body, not a verdict on one"
        if _only_in_places(sentence, candidate):
            return "only in places, beside the verdict on the whole"
        if not candidate.marked and _share_before(low, candidate.i):
            return "a share of cases, not a judgement of the whole"
    if low[begin] == "to" and low[begin + 1 : begin + 2] and low[begin + 1] in _NAMING:
        return "supposed"
    if low[0] == "to" and low[1:3] == ["ask", "the"]:
        return "a question"
    if is_asked(sentence, candidate):
        return "a question"
    if is_explained(sentence, candidate, four_in_sentence):
        return "the scale is explained"
    relays = sentence.has("inspector") and _WILL.isdisjoint(low[begin : candidate.i])
    if not candidate.marked and not relays and that_is(low, begin, candidate.i):
        return "supposed"
    modal = low[max(begin, candidate.i - 4) : candidate.i]
    if candidate.kind == "four" and not (
        candidate.limit or _MAYBE.isdisjoint(modal) or managed(modal) or is_its_own(sentence, candidate)
    ):
        return "supposed"
    if candidate.i and not _HEADLINES.isdisjoint(low[max(0, candidate.i - 3) : candidate.i]):
        return "a headline of somebody's"
    if not _PAPERS.isdisjoint(low[begin : candidate.i]) and any(
        low[k : k + 2] == ["in", "the"] and low[k + 2] in _PAPERS
        for k in range(max(begin, candidate.i - 5), candidate.i - 2)
    ):
        return "what somebody wrote of it"
    if "whether" in low[begin : candidate.i] and candidate.kind != "ordinal" and not candidate.quoted:
        return "hoped for, expected or supposed (“whether”)"
    if not candidate.marked and _share_of_cases(low, candidate.j):
        return "a share of cases, not a judgement of the whole"
    if candidate.is_narrative and _generic(low, begin, candidate.i):
        return "supposed"
    claim = claimed(sentence, candidate, begin)
    if claim:
        return claim
    hope = hoped_for(sentence, candidate, begin)
    if hope and not is_its_own(sentence, candidate):
        return f"hoped for, expected or supposed (“{hope}”)"
    k = candidate.i
    if candidate.kind in {"four", "ordinal"} and kept_from(low, begin, k):
        return "kept from it, so not given"
    negations = [
        item
        for item in sentence.having("negation")
        if begin <= item.i
        and item.j <= k
        and k - item.j <= 5
        and sentence.same_clause(item.i, k)
        and not (item.i >= candidate.i)
    ]
    if candidate.limit:
        negations = []
    if negations and candidate.kind in {"four", "ordinal"}:
        item = negations[-1]
        between = low[item.j : k]
        if between[:1] in (["fewer"], ["less"], ["more"]) and between[1:2] == ["than"]:
            return None  # "no fewer than 15 were"
        if not _BEYOND.isdisjoint(between) and candidate.value is not RatingValue.OUTSTANDING:
            return None  # "did not get beyond ‘Requires improvement’": it got that far
        if {",", ";", "only", "and"}.isdisjoint(between) or low[item.i] in {"none", "no"}:
            return f"denied (“{sentence.words(item.i, item.j)}”)"
    unrated = not_rated(sentence, candidate)
    if unrated is not None:
        return f"denied (“{unrated}”)"
    if not candidate.limit and candidate.kind in {"four", "ordinal"} and is_of_none(sentence, candidate, begin):
        return "said of none"
    if _is_disputed(sentence, candidate, begin, end) and candidate.kind in {"four", "narrative", "ordinal"}:
        return "disputed, or a mistake that is corrected"
    after = low[candidate.j : candidate.j + 6]
    if candidate.kind == "four" and (("would" in after and "have" in after) or would_be(low, candidate.j)):
        return "supposed"
    return None


def _is_disputed(sentence: Sentence, candidate: Candidate, begin: int, end: int) -> bool:
    """Whether anything is called a mistake; what staff "leave in doubt, and it was rated …" is not the rating."""
    low = sentence.tokens.low
    found = [it for it in sentence.having("mistake") if begin <= it.i and it.j <= end]
    return any(
        it.j > candidate.i
        or low[it.i - 1 : it.i] != ["in"]
        or low[it.j : it.j + 2] != [",", "and"]
        or not sentence.kinds.isdisjoint(("noun",))
        for it in found
    )


def _is_meant(low: list[str], i: int) -> bool:
    """Like "what the inspectors mean by good leadership": how a word is to be taken."""
    near = [word for word in low[i + 1 : i + _COUNT] if word[0].isalnum()]
    if len(near) > 2 and near[0] in _STANDS and near[2] == "times" and near[1][0].isdigit():
        return True  # "“good” comes 61 times"
    while i > 0 and not low[i - 1][0].isalnum():
        i -= 1
    if i == 0 and near[:1] in (["means"], ["denotes"], ["signifies"]):
        return True  # "‘Good’ means that at least 65 per cent of cases …"
    return low[max(0, i - 2) : i] in (["mean", "by"], ["means", "by"], ["meant", "by"])


_COUNT: Final = 6
_STANDS: Final = frozenset(("comes", "stands", "appears", "occurs", "came", "stood", "appeared", "is"))


_ASKING_HOW: Final = frozenset(
    ("on", "about", "see", "assess", "assesses", "judge", "judges", "examine", "examines", "ask", "asks", "check",
     "checks", "measure", "consider", "considers")
)  # fmt: skip
_PAPERS: Final = frozenset(("press", "paper", "papers", "newspapers", "media", "tabloids"))


_NAMING: Final = frozenset(
    ("say", "call", "describe", "rate", "grade", "judge", "label", "brand", "pretend", "suggest")
)


def _only_in_places(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "was good as well, inconsistent only in ‘pockets’": what is taken back of the verdict before it."""
    near = [word for word in sentence.tokens.low[candidate.j : candidate.j + 5] if word[0].isalnum()]
    if near[:1] != ["only"] or near[1:2] != ["in"] or _POCKETS.isdisjoint(near[2:4]):
        return False
    return any(it.kinds["narr_is"] is not candidate.value and it.j <= candidate.i for it in sentence.having("narr_is"))


_POCKETS: Final = frozenset(("pockets", "places", "parts", "patches", "spots"))


def _share_of_cases(low: list[str], behind: int) -> bool:
    """Like "Sufficient in 41 of the 102 cases", "good in 35 per cent of them"."""
    if behind >= len(low) or low[behind] not in {"in", "for"}:
        return False
    near = low[behind : behind + 9]
    return any(word.isdecimal() for word in near[1:4]) and not {
        "cases",
        "cent",
        "%",
        "percent",
        "them",
        "files",
    }.isdisjoint(near[2:])


def _share_before(low: list[str], end: int) -> bool:
    """Like "nearly 54% were adequate", "61% did well"."""
    near = low[max(0, end - 3) : end]
    k = next((x for x, word in enumerate(near) if word in {"%", "cent", "percent"}), len(near))
    return k < len(near) and all(word[0].isalnum() for word in near[k + 1 :])


def _said_before(low: list[str], behind: int) -> bool:
    """Like "must improve, as we have said": the speaker's own view, whoever shares it."""
    return any(
        low[k : k + 2] == ["as", "we"] and low[k + 2 : k + 3] in (["have"], ["said"], ["say"])
        for k in range(behind, min(behind + 6, len(low)))
    )


def _any_service(low: list[str], begin: int, end: int) -> bool:
    """Like "Without enough staff a service will struggle": what holds of any."""
    return any(
        low[k] in {"a", "any"} and low[k + 1] in _SERVICES and low[k + 2] in _MODALS
        for k in range(begin, min(end, len(low)) - 2)
    )


_SERVICES: Final = frozenset(("service", "crc", "company", "provider", "unit", "pdu", "division", "team", "region"))
_WHENEVER: Final = frozenset(("when", "whenever", "where"))
_ANY: Final = frozenset(("a", "an", "any"))


def _generic(low: list[str], begin: int, end: int) -> bool:
    """Like "Resilience when outcomes are poor": what holds whenever something is so."""
    if end <= begin or low[end - 1] not in {"is", "are", "gets", "get"}:
        return False
    if low[begin] in _WHENEVER and not _ANY.isdisjoint(low[begin + 1 : end]):
        return True
    return not _WHENEVER.isdisjoint(low[max(begin, end - 5) : end])


_ARTICLES: Final = frozenset(("a", "an", "any"))


def _in_time_to_come(low: list[str], i: int) -> bool:
    """Like "In three years they say that our leadership is good", "I dreamt that it was rated ‘Good’"."""
    if not _DREAMT.isdisjoint(low[:i]):
        return True
    at = 1 + (low[1:2] == ["a"])
    if low[:1] == ["by"] and low[1:2] != [] and (low[1] in _MONTHS or low[1][:3] in {"202", "201"}):
        return "our" in low[:i] and _BY_NOW.isdisjoint(low[:i])  # "By March our assessment work is good"
    return (
        low[:1] == ["in"]
        and low[at + 1 : at + 2] != []
        and low[at + 1] in _YEARS
        and (low[at] in NUMBERS or low[at].isdecimal() or low[at] in {"few", "couple"})
        and _BY_NOW.isdisjoint(low[:i])
    )


_MONTHS: Final = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december", "then", "christmas", "easter", "next")
)  # fmt: skip
_DREAMT: Final = frozenset(("dreamt", "dreamed"))
_YEARS: Final = frozenset(("year", "years", "months"))
_BY_NOW: Final = frozenset(
    ("has", "have", "was", "were", "had", "been", "went", "rose", "fell", "gone", "got", "did", "came", "took", "after",
     "found", "rated", "since", "dropped", "moved", "climbed", "slipped", "won", "became", "all", "its", "the")
)  # fmt: skip


def _is_awaited(low: list[str], i: int) -> bool:
    """Like "It is still outstanding", "two are still outstanding": what was asked for, or so many of them."""
    if low[i] == "outstanding" and low[i + 1 : i + 2] == ["since"]:
        return True  # "mend the bridge; it has been outstanding since 2015"
    if low[i] != "outstanding" or i < 3 or low[i - 1] != "still":
        return False
    return low[i - 2] in {"is", "are", "was", "were"} and (low[i - 3] in _ASKED_FOR or low[i - 3] in NUMBERS)


_ASKED_FOR: Final = frozenset(("it", "they", "that", "this", "these", "those", "which", "some", "many", "few"))


def _any_body(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the subject is "a CRC that …", "any division with …"."""
    low = sentence.tokens.low
    if _ARTICLES.isdisjoint(low):
        return False
    return any(
        mention.j <= candidate.i
        and mention.type is not None
        and not mention.areas
        and low[mention.i - 1] in _ARTICLES
        and not _is_one(sentence, mention.i, mention.j, candidate.i)
        and (
            low[mention.j : mention.j + 1] in (["that"], ["which"], ["with"], ["who"])
            or (candidate.i - mention.j <= 4 and not _MODALS.isdisjoint(low[candidate.j : candidate.j + 4]))
            or (candidate.i - mention.j <= 2 and low[candidate.j : candidate.j + 1] in (["if"], ["when"], ["unless"]))
            or not _MAYBE.isdisjoint(low[mention.j : mention.j + 2])
        )
        for mention in sentence.mentions
        if mention.i
    )


def _is_one(sentence: Sentence, i: int, j: int, end: int) -> bool:
    """Like "A company that serves Essex has been told …": something happened to it, so it is a certain one."""
    low = sentence.tokens.low
    if low[i - 1] == "any":
        return False
    told = any(low[k : k + 2] in (["has", "been"], ["was", "told"], ["were", "told"]) for k in range(j, end))
    return told or (low[j : j + 1] in (["that"], ["which"]) and sentence.has_between("inspector", j, end) is not None)


_MAYBE: Final = frozenset(("can", "could", "may", "might"))
_HEADLINES: Final = frozenset(("headline", "headlines"))
_OUR_VIEW: Final = [["we", verb] for verb in ("think", "believe", "reckon", "feel", "consider", "maintain", "know")]
_OUR_OWN: Final = [["our", "own"], ["my", "own"]]
_TELL: Final = frozenset(("tell", "explain", "inform", "remind", "warn", "say"))
_MODALS: Final = frozenset(("will", "can", "may", "must", "should", "would", "could", "might"))


_WILL: Final = frozenset(("will", "they'll", "they’ll", "we'll", "we’ll", "you'll", "you’ll", "it'll"))
