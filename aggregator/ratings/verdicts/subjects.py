"""The grammatical subject or object of a grade: is it a body's work that is called good, or something else?

"Attendance was good", "my mentor is outstanding", "the food was poor": grade words in a grade's place, of nothing that
is inspected. The head of the noun phrase decides: the last word before its first preposition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.wording import WORDS, is_their_word
from aggregator.ratings.verdicts.agents import (
    PAPERS,
    by_inspectors,
    doer_before,
    doer_behind,
    is_of_findings,
    is_rated_by_others,
    is_whom_inspectors,
)
from aggregator.ratings.verdicts.predicates import group_start, is_finite, verb_of
from aggregator.ratings.words.grammar import AUXILIARIES, BEFORE_GRADE, COPULAS, GETTING, NUMBERS, NUMERALS
from aggregator.ratings.words.heads import Subject, how_it_does, judged
from aggregator.ratings.words.items import Item
from aggregator.ratings.words.phrases import NOUNS, item_on, segment

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = ["is_firm", "subject_of"]


def subject_of(sentence: Sentence, candidate: Candidate) -> Subject:
    """Find what the grade is predicated of, in its clause.

    A word of the scale that quotes, a capital or its own grammar mark as a grade is hardly ever an ordinary adjective:
    there a subject that nothing is known of is the body's own, or a part of its work, where it names a body.
    """
    subject = _subject(sentence, candidate)
    if subject.kind == "foreign" and candidate.quoted and candidate.is_narrative and _is_word(sentence, candidate):
        return Subject("none")
    if candidate.is_narrative and is_of_findings(sentence, candidate):
        return Subject("none" if sentence.tokens.low[candidate.j - 1] == "reading" else "alien", "the findings")
    if subject.kind == "foreign" and candidate.kind in {"four", "ordinal"} and _raised_it(sentence, candidate):
        return Subject("none")
    if subject.kind == "foreign" and candidate.limit:
        return Subject("none")  # "for which ‘Good’ was the best they could manage"
    if subject.kind == "foreign" and candidate.kind in {"four", "ordinal"} and by_inspectors(sentence, candidate):
        return Subject("own", subject.words)
    if subject.kind == "foreign" and candidate.is_narrative and _is_of_work(sentence, candidate):
        return Subject("own", subject.words)
    most = _most_cases(sentence, candidate) if subject.kind in {"foreign", "own"} and candidate.is_narrative else None
    if most is not None:
        return Subject("part", most)
    if subject.kind in {"foreign", "alien"} and candidate.is_narrative and doer_behind(sentence, candidate) is not None:
        how = not _HOW.isdisjoint(sentence.tokens.low[candidate.i : candidate.j])
        return Subject("own" if how and _is_everybody(subject.words) else "part", subject.words)
    if (
        subject.kind == "foreign"
        and candidate.is_narrative
        and sentence.tokens.low[candidate.j - 1] in _HOW
        and _is_everybody(subject.words)
        and any(m.type is not None and not m.other and m.j < candidate.i - 1 for m in sentence.mentions)
    ):
        return Subject("own", subject.words)  # "The CRC managed its low-risk offenders less well"
    low = sentence.tokens.low
    if subject.kind == "foreign" and low[candidate.j - 1] == "led" and subject.words.lower() in _ITS_PEOPLE:
        return Subject("own", subject.words)  # whom it supervises nobody leads
    served = low[candidate.j - 1] == "served" and low[candidate.j : candidate.j + 1] != ["by"]
    if subject.kind == "foreign" and served and _is_everybody(subject.words):
        return Subject("own", subject.words)  # "offenders who are managed by the CRC are poorly served"
    if subject.kind == "foreign" and subject.words.lower() == "which" and is_firm(candidate):
        return Subject("none")  # "27 out of 36, which is ‘Good’"
    if subject.kind == "foreign" and is_firm(candidate):
        return _of_a_body(sentence, candidate, subject)
    return subject


def _is_word(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The word that they use is “poor”": of what was spoken of before it."""
    return not WORDS.isdisjoint(sentence.tokens.low) and is_their_word(sentence, candidate.i, candidate.j)


def _most_cases(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "Over half of the cases read in the CRCs were unsatisfactory": words that tell of work in most cases."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(candidate.i)
    if candidate.use != "predicate":
        return None
    for k in range(begin, candidate.i):
        if low[k] == "cases" and not _SHARE.isdisjoint(low[max(begin, k - 5) : k]):
            few = not _FEWER.isdisjoint(low[max(begin, k - 7) : k])
            return None if few else "supervision in " + sentence.words(k, candidate.i)
    return None


_SHARE: Final = frozenset(("half", "most", "majority", "thirds", "quarters"))
_FEWER: Final = frozenset(("less", "fewer", "under", "only", "barely", "just", "nearly", "almost", "not"))


def _raised_it(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "The inspectorate has been back and has raised that to ‘Good’": who raises a grade is not who has it."""
    low = sentence.tokens.low
    k = candidate.i
    while k > 0 and (not low[k - 1][0].isalnum() or low[k - 1] in {"a", "an"}):
        k -= 1
    return low[k - 2 : k] in _THAT_TO and low[k - 3 : k - 2] != [] and low[k - 3] in _RAISED


_THAT_TO: Final = (["that", "to"], ["it", "to"], ["this", "to"], ["them", "to"])
_RAISED: Final = frozenset(
    ("raised", "lifted", "upgraded", "lowered", "cut", "downgraded", "dropped", "changed", "moved")
)


def _is_of_work(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "the NPS, whose officers delivered work of an acceptable standard": the words right before are graded."""
    low = sentence.tokens.low
    before = item_on(sentence, candidate.i - 1) if candidate.i else None
    return (
        low[candidate.i] in {"of", "to"}
        and before is not None
        and not {"work", "aspect"}.isdisjoint(before.kinds)
        and any(m.type is not None and not m.other and 0 <= candidate.i - m.j <= 8 for m in sentence.mentions)
    )


_ITS_PEOPLE: Final = frozenset(("its people", "their people"))
_HOW: Final = frozenset(("well", "badly", "poorly", "effectively"))


def _is_everybody(words: str) -> bool:
    """Like "People who posed a higher risk": those whom the one body or the other has in its charge, all of them."""
    first = [word.strip("“‘,").lower() for word in words.split()[:6]]
    return any(word in {"people", "offenders", "those", "individuals", "cases"} for word in first)


def is_firm(candidate: Candidate) -> bool:
    """Whether the word can hardly be anything but a grade."""
    return candidate.kind == "ordinal" or (
        candidate.kind == "four" and (candidate.marked or candidate.value is RatingValue.REQUIRES_IMPROVEMENT)
    )


def _of_a_body(sentence: Sentence, candidate: Candidate, subject: Subject) -> Subject:
    low = sentence.tokens.low
    begin, _ = sentence.clause(candidate.i)
    own = [
        m
        for m in sentence.mentions
        if begin <= m.i and m.j <= candidate.i and not m.other and not m.demoted and not m.pronoun and not m.bare
    ]
    if not own:
        return subject
    body = own[-1]
    first = body.i
    while first > begin and low[first - 1] in {"the", "this", "that", "each", "both", "a", "of"}:
        first -= 1
    if first > begin and (low[first - 1] in _ABOUT or sentence.has_between("noun", begin, first) is not None):
        return Subject("own", subject.words)
    if body.i <= begin + 4 and not sentence.has_between("says", begin, body.i):
        following = low[body.j] if body.j < len(low) else ""
        if body.j - 1 in sentence.tokens.possessive:
            rating = any(body.j <= it.i <= body.j + 1 for it in sentence.having("noun"))
            return Subject("own" if rating else "part", subject.words)  # "Kent CRC's rating rose from … to …"
        if (
            following in _INCORPORATED
            or not following[:1].isalnum()
            or following in _VERBAL
            or following.endswith(("ed", "ly"))
        ):
            return Subject("own", subject.words)
        return Subject("part", subject.words)
    if (
        low[body.j : body.j + 2] == [",", "which"]
        and sentence.has_between("inspector", body.j, candidate.i) is not None
    ):
        return Subject("own", subject.words)  # "proud of the service, which inspectors found to be ‘Good’"
    if low[first - 2 : first] in (["we", "at"], ["we", "in"], ["us", "at"]):
        return Subject("own", subject.words)
    if low[first] in {"of", "at", "in", "by"} or low[first - 1 : first] in (["at"], ["in"], ["by"]):
        return Subject("part", subject.words)
    return subject


_INCORPORATED: Final = frozenset(("ltd", "limited", "plc"))
_ABOUT: Final = frozenset(("for", "on", "about", "to", "with", "upon"))
_VERBAL: Final = (
    AUXILIARIES
    | COPULAS
    | GETTING
    | frozenset(
        (
            "can",
            "could",
            "may",
            "might",
            "must",
            "came",
            "comes",
            "went",
            "goes",
            "sits",
            "sat",
            "stands",
            "stood",
            "lost",
        )
    )
)
"""What behind a body shows that it is the subject itself, not the owner of the next noun."""


def _subject(sentence: Sentence, candidate: Candidate) -> Subject:
    begin, _ = sentence.clause(candidate.i)
    low = sentence.tokens.low
    if candidate.apposed:
        return Subject("none")
    if candidate.use == "attribute":
        return doer_before(sentence, candidate, begin)
    verb = verb_of(sentence, candidate, begin)
    if is_finite(sentence, candidate, begin):
        verb = Item(candidate.i, candidate.i, {"copula": "itself"})
    if verb is None:
        return Subject("none")
    if verb.kinds.get("copula") == "'s":
        return Subject("own", sentence.words(verb.i, verb.j))
    start = group_start(sentence, verb, begin)
    group = set(low[start : verb.j])
    if not group & COPULAS and not group & GETTING and "rate" in verb.kinds:
        stop = candidate.i
        while candidate.limit and stop > verb.j and (not low[stop - 1][0].isalnum() or low[stop - 1] in _LIMITS):
            stop -= 1
        while stop > verb.j and (
            not low[stop - 1][0].isalnum() or low[stop - 1] in BEFORE_GRADE or low[stop - 1].endswith("ly")
        ):
            stop -= 1
        stop = _before_step(low, verb.j, stop)
        if low[stop - 3 : stop] in _IN_THEIR_WORDS and low[stop - 4] in {",", "("}:
            stop -= 4  # "Inspectors found, in their words, a mixed picture."
        if stop > verb.j:
            left = low[max(begin, start - 8) : start]
            ours = low[verb.j] in {"our", "my"} and not {"we", "i"}.isdisjoint(left) and sentence.voice != "inspector"
            if ours or is_rated_by_others(sentence, start, begin, left, marked=candidate.marked):
                return Subject("alien", "rated by somebody else")
            return judged(sentence, verb.j, stop)
    if low[begin : begin + 1] == ["what"] and start <= begin + 2:
        return Subject("none")
    span = segment(sentence, begin, start)
    if span is not None and start == verb.i and not group & (COPULAS | GETTING):
        before = item_on(sentence, span[1] - 1)  # "the list of companies rated …"
        within = before is not None and candidate.use == "verb" and low[before.i - 1] in {"in", "at"}
        if before is not None and not NOUNS.isdisjoint(before.kinds) and not within:
            return Subject("own", sentence.words(before.i, before.j))
    if span is None and low[start - 1 : start] == ["and"] and not group.isdisjoint(COPULAS):
        span = _first_subject(sentence, begin, start)
    if span is None or low[span[1] - 1] == "there":
        return Subject("none")
    counted = low[begin] in NUMBERS and span[0] == begin + 1  # "three were seen: two we rated ‘Inadequate’"
    given = not group.isdisjoint(COPULAS | GETTING)  # "In this year's inspection, which …, we were rated ‘Good’"
    if (
        low[span[0] : span[1]] == ["we"]
        and (span[0] > begin + 1 or counted)
        and not given
        and _is_fronted(sentence, verb, candidate)
    ):
        return judged(sentence, begin, span[0])
    if "rate" in verb.kinds and group.isdisjoint(COPULAS | GETTING) and is_whom_inspectors(sentence, span):
        return Subject("own", sentence.words(*span))
    if "rate" in verb.kinds and _inspectors_find(sentence, verb, span):
        behind = item_on(sentence, candidate.j) if candidate.j < len(low) else None
        if candidate.value is RatingValue.MIXED or (behind is not None and not _WORKING.isdisjoint(behind.kinds)):
            return Subject(
                "none"
            )  # "Inspectors found a mixed picture.", "The report describes an impressive operation."
    if (
        low[span[0] : span[1]] == ["it"]
        and not is_firm(candidate)
        and (
            "that" in low[candidate.j : candidate.j + 8]
            or low[candidate.j : candidate.j + 1] in (["to"], ["if"], ["when"])
        )
    ):
        return Subject("foreign", "it … that")
    if (
        is_firm(candidate)
        and start == verb.i
        and low[start - 1 : start] == [","]
        and not group & COPULAS
        and sentence.has_between("aspect", begin, span[0]) is not None
    ):
        return Subject("own", sentence.words(*span))  # "Planning was the weak link, graded ‘Inadequate’"
    if (
        is_firm(candidate)
        and start == verb.i
        and low[span[1] - 1] in _ONE_STANDARD
        and low[span[0] - 1] in COPULAS
        and sentence.has_between("aspect", begin, span[0]) is not None
    ):
        return Subject("own", sentence.words(begin, span[0] - 1))  # "Staffing was the area marked ‘Good’"
    thinking = next((it for it in sentence.having("inspector") if span[0] < it.i and it.j == span[1]), None)
    stop = thinking.i - (low[thinking.i - 1] == "the") if thinking is not None else 0
    if stop > span[0] and item_on(sentence, stop - 1) is not None:
        return judged(sentence, span[0], stop)  # "officers whose work the inspectors thought good"
    object_at = _judged_to_be(sentence, span)
    if object_at is not None:
        return judged(sentence, object_at, span[1])
    if low[begin] == "how" and span[0] > begin and how_it_does(sentence, begin, start):
        return Subject("part", sentence.words(begin, start))
    if low[span[0] - 2 : span[0]] in _WHAT_WAS and low[span[0]] in _DELIVERED:
        return Subject("own", sentence.words(span[0] - 2, span[1]))  # "the quality of what was delivered was …"
    if _is_done_for(low, begin, span[0]) or _that_they_do_for(low, *span):
        return Subject("part", sentence.words(begin, start))
    opens = span[0] + (low[span[0]] in {"and", "but"})
    if low[opens] == "what" and any(
        opens < m.i and m.j < span[1] and not m.other and (not m.bare or m.i == opens + 1) for m in sentence.mentions
    ):
        return Subject("own", sentence.words(*span))  # "what the CRC did to protect victims was …"
    return judged(sentence, *span)


_ONE_STANDARD: Final = frozenset(("area", "standard", "aspect", "part", "element", "domain"))
_WHAT_WAS: Final = (["what", "was"], ["what", "is"])
_DELIVERED: Final = frozenset(("delivered", "done", "provided", "offered"))


def _is_fronted(sentence: Sentence, verb: Item, candidate: Candidate) -> bool:
    """Like "More than half of these we rated as unsatisfactory": what is rated stands before who rates it."""
    between = sentence.tokens.low[verb.j : candidate.i]
    return "rate" in verb.kinds and all(
        not word[0].isalnum() or word in {"as", "to", "be", "wholly"} for word in between
    )


_IN_THEIR_WORDS: Final = [["in", whose, "words"] for whose in ("their", "its", "her", "his")]


def _inspectors_find(sentence: Sentence, verb: Item, span: tuple[int, int]) -> bool:
    """Whether inspectors are the subject of an active verb of judging that has no other object than the verdict."""
    found = any(it.j == span[1] for it in sentence.having("inspector"))
    report = sentence.tokens.low[span[1] - 1] in PAPERS and sentence.voice != "other"
    return verb.i == span[1] and (found or report)


_WORKING: Final = frozenset(("work", "body", "anaphor"))


def _before_step(low: list[str], begin: int, end: int) -> int:
    """Where what is graded ends before how it has moved: "puts it one rung lower than last time, at …"."""
    for k in range(begin + 1, end - 2):
        if (low[k] in {"a", "one"} or low[k] in NUMERALS) and low[k + 1] in _STEPS and low[k + 2] in _UP_OR_DOWN:
            return k
    return end


_STEPS: Final = frozenset(
    ("rung", "rungs", "step", "steps", "notch", "notches", "peg", "pegs", "band", "grade", "place")
)
_UP_OR_DOWN: Final = frozenset(("lower", "higher", "down", "up", "below", "above"))
_LIMITS: Final = frozenset(
    ("no", "better", "higher", "more", "further", "than", "above", "beyond", "nothing", "any", "but", "not", "only")
)


def _is_done_for(low: list[str], begin: int, at: int) -> bool:
    """Like "The advice it gives the courts was …", "The reports staff write for courts were …": the work itself."""
    k = at
    while k > begin and low[k - 1] in _FOR:
        k -= 1
    return begin + 1 < k - 1 and low[k - 1] in _SERVES and low[k - 2] in _WORKERS


def _that_they_do_for(low: list[str], begin: int, end: int) -> bool:
    """Like "The reports, written and oral, that NPS staff prepare for the courts": the work itself."""
    if low[begin - 1 : begin] not in (["that"], ["which"]):
        return False
    return any(low[k] in _SERVES and low[k - 1] in _WORKERS and low[k + 1] == "for" for k in range(begin + 1, end - 1))


_FOR: Final = frozenset(("the", "to", "for", "its", "local"))
_SERVES: Final = frozenset(
    ("gave", "give", "gives", "offer", "offers", "offered", "prepare", "prepares", "prepared", "provide", "provides",
     "provided", "send", "sends", "sent", "supply", "supplies", "supplied", "write", "writes", "wrote")
)  # fmt: skip
_WORKERS: Final = frozenset(
    ("it", "they", "staff", "officers", "practitioners", "teams", "company", "unit", "division")
)


def _judged_to_be(sentence: Sentence, span: tuple[int, int]) -> int | None:
    """Where the object of a verb of judging begins that has an infinitive: "We judged this work to be good"."""
    begin, end = span
    if sentence.tokens.low[end : end + 1] != ["to"]:
        return None
    judging = [
        it
        for it in sentence.having("rate")
        if begin < it.i
        and it.j < end
        and (sentence.tokens.low[it.i - 1] in {"we", "i", "they"} or sentence.has_between("inspector", begin, it.i))
    ]
    return judging[-1].j if judging else None


def _first_subject(sentence: Sentence, begin: int, end: int) -> tuple[int, int] | None:
    """Like "Its managers are ambitious and were rated …": the subject of the verb before "and"."""
    first = next((it for it in sentence.having("copula") if begin < it.i and it.j < end), None)
    return segment(sentence, begin, group_start(sentence, first, begin)) if first is not None else None
