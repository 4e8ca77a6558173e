"""Words of the four-point scale, and bands told by their rank: are they used as a grade?

"Good" is a rating after "rated", in quotes, in brackets behind a name; it is an ordinary word in "good practice".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.candidate import (
    CLOSING,
    MARKS,
    OPENING,
    Candidate,
    after_grade,
    before_grade,
    is_quoted,
    item_at,
    item_starting,
    naming_verb,
    stands_alone,
    verb_reaches,
)
from aggregator.ratings.grades.limits import is_limit
from aggregator.ratings.grades.ranges import of_a_range
from aggregator.ratings.grades.scores import COUNT_WORDS
from aggregator.ratings.words.grammar import AFTER_GRADE, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["read_four", "read_ordinal"]


def read_four(sentence: Sentence, item: Item, value: RatingValue) -> Candidate:
    """Judge how a word of the scale stands; the cases run from the firmest to the faintest."""
    low = sentence.tokens.low
    raw = sentence.tokens.raw
    i, j = item.i, item.j
    quoted = is_quoted(sentence, i, j)
    improvement = value is RatingValue.REQUIRES_IMPROVEMENT
    capital = (
        raw[i][0].isupper()
        and low[i - 1] not in {".", ":", "?", "!"}
        and any(word[0].isalnum() for word in low[:i])
        and not _title_case(sentence)
    )
    if (
        capital
        and not quoted
        and not improvement
        and j < len(raw)
        and raw[j][0].isupper()
        and item_at(sentence, j, "noun") is None
    ):
        capital = any(m.i == j for m in sentence.mentions)
    candidate = Candidate(i, j, value, "four", "predicate", 0.0, quoted, capital)
    candidate.limit = is_limit(sentence, i, j) and (
        value is RatingValue.INADEQUATE or sentence.has_between("parts", max(0, i - 12), i) is None
    )  # "not one of the nine standards was better than …": they may have been worse
    before = before_grade(sentence, i)
    after = after_grade(sentence, j)
    following = low[after] if after < len(low) else ""
    if following == "last" and low[after + 1 : after + 2] and low[after + 1] not in _TIMES:
        following = "throw"  # "an outstanding last throw": an adjective, whatever noun it is of
    begin, _ = sentence.clause(i)
    noun_right = None
    if sentence.has("noun"):
        noun_right = next((it for it in sentence.having("noun") if after <= it.i <= after + 2), None)
    if value is RatingValue.OUTSTANDING and following == "results":
        candidate.use, candidate.strength = "noun", 0.7
        return candidate
    if (
        noun_right is not None
        and noun_right.i > after
        and not all(
            word in {"overall", "'", "’", "inspection", "headline", "performance", "final"}
            for word in low[after : noun_right.i]
        )
    ):
        noun_right = None
    if noun_right is not None and i == 0 and not quoted and _is_a_standard(low, noun_right):
        noun_right = None
    left_noun = sentence.has_between("noun", max(begin, before - 5), before)
    verb = sentence.has_between("rate", max(begin, before - 8), before)
    named = naming_verb(sentence, before)
    copula = sentence.has_between("copula", max(begin, before - 4), before)
    right_body = next(
        (m for m in sentence.mentions if after <= m.i <= after + 1 and not m.pronoun and not m.generic and not m.other),
        None,
    )
    if low[i] in {"goods", "outstandings", "inadequates"}:
        candidate.use, candidate.strength = "noun", 0.75
        return candidate
    if before > 1 and low[before - 1] == "than" and not candidate.limit:
        candidate.why = "a comparison, not a mark"
        return candidate
    if (
        quoted
        and before > 0
        and low[before - 1] in {"word", "term", "adjective", "like", "phrase"}
        and (following not in {"about", "of", "for", "to"})
    ):
        candidate.why = "the word itself is spoken of"
        return candidate
    if improvement and low[j - 1] == "improvement" and following in {"notice", "notices", "plan", "plans"}:
        candidate.why = "“improvement” belongs to the next word"
        return candidate
    if low[before - 1 : before] in (["from"], ["to"]) and of_a_range(sentence, i):
        candidate.use, candidate.strength, candidate.speaks_for_itself = "noun", 0.8, True
        return candidate
    first = next((it for it in sentence.having("four") if it.j <= before and it.i >= begin), None)
    if quoted and following and item_starting(sentence, after, "aspect") is not None:
        candidate.use, candidate.strength = "noun", 0.75
    elif (
        first is not None
        and before > 0
        and low[before - 1] == "to"
        and "from" in low[max(begin, first.i - 4) : first.i]
    ):
        candidate.strength = 0.9
    elif _as_as_well(sentence, before) and (following in AFTER_GRADE or following in MARKS or not following):
        candidate.strength = 0.85
        return candidate
    elif (
        before > 1
        and low[before - 1] == "as"
        and low[before - 2] in COUNT_WORDS
        and first is not None
        and (following in AFTER_GRADE or following in MARKS or not following)
    ):
        candidate.use, candidate.strength = "counted", 0.7
    elif noun_right is not None:
        candidate.use, candidate.strength = "noun", 0.95
    elif following == "for" and (quoted or capital or before == 0 or low[before - 1] in {"a", "an"}):
        candidate.use, candidate.strength = "noun", 0.9
    elif left_noun is not None and all(word in _LINK for word in low[left_noun.j : before]):
        candidate.use, candidate.strength = "noun", 0.95
    elif right_body is not None and (quoted or capital or i == 0 or value is RatingValue.INADEQUATE or improvement):
        candidate.use, candidate.strength = "noun", 0.8
    elif (named is not None or (verb is not None and verb_reaches(sentence, verb, before))) and (
        quoted or capital or following in AFTER_GRADE or following in MARKS or not following or following in CLOSING
    ):
        candidate.strength = 0.9
    elif quoted and before > 1 and low[before - 1] == "," and low[before - 2] in _RESULTS and following in MARKS:
        candidate.use, candidate.strength, candidate.apposed = "noun", 0.85, True  # "our result, ‘Good’, …"
    elif quoted or capital:
        candidate.strength = 0.75 if quoted else 0.7
        if before > 0 and low[before - 1] in {":", "–", "—"} and (following in MARKS or not following):
            candidate.strength = 0.8
        if quoted and following and following.isalpha() and following not in AFTER_GRADE and not improvement:
            candidate.strength = 0.55
        if i > 0 and low[before - 1 : before] and low[before - 1] in {"a", "an", "the", "another"}:
            candidate.use = "noun"
    elif copula is not None and (
        following in AFTER_GRADE or following in MARKS or not following or following in CLOSING
    ):
        candidate.strength = 0.6
    elif _is_the_rating_of(low, after) and sentence.has_between("copula", begin, i) is None:
        candidate.use, candidate.strength = "noun", 0.85  # "Inadequate was the rating of both"
    elif i == 0 and (following in {":", "–", "—", "-", ""} or (following == "," and improvement)):
        candidate.strength = 0.5
    elif (
        before > 0
        and low[before - 1] in {":", "–", "—", "-", "(", "|"}
        and (following in MARKS or following in {"", ")", "overall"})
    ):
        candidate.strength = 0.8
    elif (
        any(m.j == before and not m.pronoun for m in sentence.mentions)
        and (following in MARKS or not following)
        and len(sentence.having("four")) > 1
    ):
        candidate.strength = 0.7  # "Blackburn Inadequate, Cumbria Good": a list of marks
    elif _in_aside_of_counts(sentence, before, begin) and (following in AFTER_GRADE or following in MARKS):
        candidate.use, candidate.strength = "counted", 0.7
    elif improvement and _subject_before(sentence, i, begin):
        candidate.strength = (
            0.6 if following in AFTER_GRADE or following in MARKS or not following or following in CLOSING else 0.45
        )
    elif before > 0 and low[before - 1] in {"and", "or", ","} and any(it.j <= before for it in sentence.having("four")):
        candidate.strength = 0.55 if (following in AFTER_GRADE or following in MARKS or not following) else 0.0
    elif stands_alone(low, i, j) or ((following in MARKS or not following) and _only_a_standard(sentence, i)):
        candidate.strength = 0.6
    else:
        candidate.use = "attribute"
        candidate.why = "an ordinary adjective here, not a grade"
    if candidate.strength == 0.0 and not candidate.why:
        candidate.why = "nothing shows that a grade is meant"
    if value is RatingValue.OUTSTANDING and not (quoted or capital) and verb is None and _is_overdue(low, j):
        candidate.why = "not done yet, no grade"
    if (
        value in {RatingValue.GOOD, RatingValue.OUTSTANDING}
        and not (quoted or capital)
        and low[before - 1 : before] in (["as"], ["so"], ["too"], ["very"], ["how"])
        and noun_right is None
        and verb is None
        and named is None
    ):
        candidate.why = "an ordinary adjective here, not a grade"
    return candidate


def _is_the_rating_of(low: list[str], k: int) -> bool:
    """Like "was the rating of both", "is the overall verdict on it"."""
    if low[k : k + 1] not in (["was"], ["is"]) or low[k + 1 : k + 2] not in (["the"], ["their"]):
        return False
    at = k + 2 + (low[k + 2 : k + 3] == ["overall"])
    return low[at : at + 1] != [] and low[at] in _RESULTS and low[at + 1 : at + 2] in (["of"], ["for"], ["on"])


def _as_as_well(sentence: Sentence, before: int) -> bool:
    """Like "It was assessed as ‘Good’ and some areas of work as inadequate": the verb goes for the second "as" too."""
    low = sentence.tokens.low
    first = next((it for it in reversed(sentence.having("four")) if it.j < before - 1), None)
    if before < 1 or low[before - 1] != "as" or first is None:
        return False
    verb = before_grade(sentence, first.i) - 1
    if verb < 1 or low[verb] != "as":
        return False
    begin, _ = sentence.clause(verb)
    if sentence.has_between("rate", max(begin, verb - _GIVEN), verb + 1) is None:
        return False
    joined = next((k for k in range(before - 2, first.j - 1, -1) if low[k] in {"and", "but"}), 0)
    return joined > 0 and all(
        low[k] in _PARTS_OF
        or low[k] in NUMBERS
        or ((item := sentence.item_on(k)) is not None and not _OF_WORK.isdisjoint(item.kinds))
        for k in range(joined + 1, before - 1)
    )


_GIVEN: Final = 9
"""Tokens from a verb of rating to its first "as" at most: "rated the leadership of the company as"."""
_PARTS_OF: Final = frozenset(
    ("some", "several", "other", "others", "many", "most", "few", "a", "the", "its", "their", "of", "areas", "parts",
     "aspects", "elements", "services", "standards", "work", "for", "in")
)  # fmt: skip
_OF_WORK: Final = frozenset(("aspect", "parts", "work", "body", "alias", "place"))


def _is_overdue(low: list[str], behind: int) -> bool:
    """Like "outstanding on the first day", "outstanding since March", "outstanding at the end of the month"."""
    if behind >= len(low) or low[behind] not in _UNTIL:
        return False
    return low[behind] == "since" or not _DAYS.isdisjoint(low[behind + 1 : behind + 5])


_UNTIL: Final = frozenset(("on", "since", "at", "by", "after", "for", "from"))
_DAYS: Final = frozenset(
    ("day", "date", "days", "week", "weeks", "month", "months", "monday", "tuesday", "wednesday", "thursday", "friday",
     "end", "deadline")
)  # fmt: skip


def _is_a_standard(low: list[str], noun: Item) -> bool:
    """Like "Good assessment is done with the person": the standard, and no assessment that somebody was given."""
    return low[noun.i : noun.j] == ["assessment"] and low[noun.j : noun.j + 1] not in (
        ["for"],
        ["from"],
        ["of"],
        ["by"],
    )


_RESULTS: Final = frozenset(
    (
        "result",
        "results",
        "outcome",
        "verdict",
        "rating",
        "grade",
        "mark",
        "score",
        "judgement",
        "judgment",
        "assessment",
    )
)
_TIMES: Final = frozenset(
    ("year", "time", "month", "week", "summer", "autumn", "winter", "spring", "night", "january", "february", "march",
     "april", "may", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday",
     "wednesday", "thursday", "friday", "inspection", "round")
)  # fmt: skip
_LINK: Final = (
    frozenset(
        [
            "of",
            "is",
            "was",
            ":",
            "a",
            "an",
            "are",
            "as",
            "the",
            "overall",
            "stays",
            "remains",
            "still",
            "at",
            "in",
            "just",
            "has",
            "been",
            "were",
            "only",
            ",",
            "being",
            "remained",
        ]
    )
    | OPENING
)


def _in_aside_of_counts(sentence: Sentence, before: int, begin: int) -> bool:
    """Like "with five of its seven divisions good": a count of bodies that carries its grade without a verb."""
    low = sentence.tokens.low
    if low[before - 1 : before] not in (["divisions"], ["companies"], ["crcs"], ["regions"], ["services"]):
        return False
    return "with" in low[max(begin - 1, before - 8, 0) : before] and any(
        word in NUMBERS or word.isdigit() for word in low[max(0, before - 6) : before]
    )


def _title_case(sentence: Sentence) -> bool:
    words = [word for word in sentence.tokens.raw if word.isalpha() and len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.8 * len(words)


def _subject_before(sentence: Sentence, i: int, begin: int) -> bool:
    """Whether the clause has a body, an aspect or a pronoun before ``i``: the subject of "requires improvement"."""
    if any(begin <= m.i and m.j <= i and not (m.bare and m.i > begin + 8) for m in sentence.mentions):
        return True
    if i > begin and (sentence.tokens.low[i - 1] in NUMBERS or sentence.tokens.low[i - 1].isdigit()):
        return True
    return sentence.has_between("aspect", begin, i) is not None or sentence.has_between("work", begin, i) is not None


def read_ordinal(sentence: Sentence, item: Item, value: RatingValue) -> Candidate:
    """Judge how "the lowest rating" and the like stand."""
    candidate = Candidate(item.i, item.j, value, "ordinal", "noun", 0.7)
    low = sentence.tokens.low
    before = low[max(0, item.i - 4) : item.i]
    if is_limit(sentence, item.i, item.j):
        candidate.limit = True
        return candidate
    if not {"than", "no", "never"}.isdisjoint(before) or not {"not"}.isdisjoint(before[-2:]):
        candidate.why = "a comparison, not a mark"
    if "one" in before and "of" in before and low[item.j - 1].endswith("s"):
        candidate.why = "a list of the bands"
    return candidate


_BESIDE: Final = frozenset(("the", "its", "with", "both", "all", "and", "each"))


def _only_a_standard(sentence: Sentence, i: int) -> bool:
    """Whether nothing but a standard stands before a grade in its clause ("but the casework inadequate")."""
    kinds = {"aspect", "contrast", "work"}
    covered = {k for it in sentence.items if not kinds.isdisjoint(it.kinds) for k in range(it.i, it.j)}
    numbers = sentence.clauses
    begin, _ = sentence.clause(i)
    begin = max((k for k in range(begin, i) if sentence.tokens.low[k] == "with"), default=begin)
    words = [k for k in range(begin, i) if numbers[k] == numbers[i]]
    words = [k for k in words if sentence.tokens.low[k][0].isalnum() and sentence.tokens.low[k] not in _BESIDE]
    return bool(words) and all(k in covered for k in words) and sentence.has_between("aspect", begin, i) is not None
