"""The grammatical subject or object of a grade: is it a body's work that is called good, or something else?

"Attendance was good", "my mentor is outstanding", "the food was poor": grade words in a grade's place, of nothing that
is inspected. The head of the noun phrase decides: the last word before its first preposition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grammar import (
    AUXILIARIES,
    BEFORE_GRADE,
    BOUNDARIES,
    COPULAS,
    GETTING,
    NUMERALS,
    OPENS_ASIDE,
    PREPOSITIONS,
    QUANTIFIERS,
)
from aggregator.ratings.items import Item

if TYPE_CHECKING:
    from aggregator.ratings.candidate import Candidate
    from aggregator.ratings.items import Sentence

__all__ = ["Subject", "is_firm", "subject_of"]

_NOUNS: Final = frozenset(
    (
        "body",
        "extra",
        "alias",
        "owner",
        "place",
        "anaphor",
        "both",
        "aspect",
        "work",
        "noun",
        "parts",
        "overall",
        "ordinal",
        "four",
    )
)
_LEADING: Final = frozenset(("after", "since", "in", "following", "before", "at", "on", "by", "with"))
_RATERS: Final = frozenset(
    ("i", "we", "you", "readers", "users", "clients", "residents", "respondents", "officers", "those", "participants",
     "customers", "visitors", "patients", "pupils", "students", "employers", "sentencers", "magistrates", "judges",
     "members", "staff", "prisoners", "offenders", "people", "everybody", "everyone")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What a grade is said of: "own" (a body, its work, a standard), "pronoun", "foreign", or "none" (no verb)."""

    kind: str
    words: str = ""


def subject_of(sentence: Sentence, candidate: Candidate) -> Subject:
    """Find what the grade is predicated of, in its clause.

    A word of the scale that quotes, a capital or its own grammar mark as a grade is hardly ever an ordinary adjective:
    there a subject that nothing is known of is the body's own, or a part of its work, where it names a body.
    """
    subject = _subject(sentence, candidate)
    if subject.kind == "foreign" and candidate.kind in {"four", "ordinal"} and _by_inspectors(sentence, candidate):
        return Subject("own", subject.words)
    if subject.kind == "foreign" and subject.words.lower() == "which" and is_firm(candidate):
        return Subject("none")  # "27 out of 36, which is ‘Good’"
    if subject.kind == "foreign" and is_firm(candidate):
        return _of_a_body(sentence, candidate, subject)
    return subject


def _by_inspectors(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "To have been judged inadequate by the probation inspectorate": the act and who does it stand beside it."""
    low = sentence.tokens.low
    by = next((k for k in range(candidate.j, min(candidate.j + 4, len(low))) if low[k] == "by"), None)
    if by is None or sentence.has_between("inspector", by, min(by + 7, len(low))) is None:
        return False
    begin, _ = sentence.clause(candidate.i)
    return sentence.has_between("rate", max(begin, candidate.i - 6), candidate.i) is not None


def is_firm(candidate: Candidate) -> bool:
    """Whether the word can hardly be anything but a grade."""
    return candidate.kind == "ordinal" or (
        candidate.kind == "four" and (candidate.marked or candidate.value is RatingValue.REQUIRES_IMPROVEMENT)
    )


def _of_a_body(sentence: Sentence, candidate: Candidate, subject: Subject) -> Subject:
    low = sentence.tokens.low
    begin, _ = sentence.clause(candidate.i)
    inside = [
        m
        for m in sentence.mentions
        if begin <= m.i and m.j <= candidate.i and not m.other and not m.demoted and not m.pronoun and not m.bare
    ]
    if not inside:
        return subject
    body = inside[-1]
    first = body.i
    while first > begin and low[first - 1] in {"the", "this", "that", "each", "both", "a", "of"}:
        first -= 1
    if first > begin and (low[first - 1] in _ABOUT or sentence.has_between("noun", begin, first) is not None):
        return Subject("own", subject.words)
    if body.i <= begin + 4 and not sentence.has_between("says", begin, body.i):
        following = low[body.j] if body.j < len(low) else ""
        if body.j - 1 in sentence.tokens.possessive:
            return Subject("part", subject.words)
        if not following[:1].isalnum() or following in _VERBAL or following.endswith(("ed", "ly")):
            return Subject("own", subject.words)
        return Subject("part", subject.words)
    if low[first - 2 : first] in (["we", "at"], ["we", "in"], ["us", "at"]):
        return Subject("own", subject.words)
    if low[first] in {"of", "at", "in", "by"} or low[first - 1 : first] in (["at"], ["in"], ["by"]):
        return Subject("part", subject.words)
    return subject


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
    if candidate.use == "attribute":
        return _doer(sentence, candidate, begin)
    verb = _verb(sentence, candidate, begin)
    if _is_finite(sentence, candidate, begin):
        verb = Item(candidate.i, candidate.i, {"copula": "itself"})
    if verb is None:
        return Subject("none")
    start = _group_start(sentence, verb, begin)
    group = set(low[start : verb.j])
    if not group & COPULAS and not group & GETTING and "rate" in verb.kinds:
        stop = candidate.i
        while stop > verb.j and (
            not low[stop - 1][0].isalnum() or low[stop - 1] in BEFORE_GRADE or low[stop - 1].endswith("ly")
        ):
            stop -= 1
        if stop > verb.j:
            if _somebody_else(sentence, start, begin, low[max(begin, start - 8) : start]):
                return Subject("alien", "rated by somebody else")
            return _phrase(sentence, verb.j, stop)
    if low[begin : begin + 1] == ["what"] and start <= begin + 2:
        return Subject("none")
    segment = _segment(sentence, begin, start)
    if segment is not None and start == verb.i and not group & (COPULAS | GETTING):
        before = _at(sentence, segment[1] - 1)  # "the list of companies rated …"
        if before is not None and before.kinds.keys() & _NOUNS:
            return Subject("own", sentence.words(before.i, before.j))
    if segment is None or low[segment[1] - 1] == "there":
        return Subject("none")
    if low[segment[0] : segment[1]] == ["it"] and (
        "that" in low[candidate.j : candidate.j + 8] or low[candidate.j : candidate.j + 1] in (["to"], ["if"], ["when"])
    ):
        return Subject("foreign", "it … that")
    return _phrase(sentence, *segment)


def _is_finite(sentence: Sentence, candidate: Candidate, begin: int) -> bool:
    """Whether "requires improvement" is the verb of its clause: right behind what can be its subject."""
    low = sentence.tokens.low
    if candidate.kind != "four" or low[candidate.i] not in _NEEDING:
        return False
    k = candidate.i
    while k > begin and (not low[k - 1][0].isalnum() or low[k - 1] in _BEFORE_VERB or low[k - 1].endswith("ly")):
        k -= 1
    if k == begin or low[k - 1] in _RELATIVE or low[k - 1] in {"we", "you"}:
        return True
    if low[k - 1] in QUANTIFIERS or low[k - 1] in NUMERALS or low[k - 1].isdigit():
        return True
    return any(
        item.i < k <= item.j and item.kinds.keys() & (_NOUNS | {"pronoun"}) and "four" not in item.kinds
        for item in sentence.items
    )


_NOMINATIVE: Final = frozenset(("it", "they", "he", "she", "we", "i"))
_NEEDING: Final = frozenset(("requires", "require", "required", "needs", "need", "needed"))
_BEFORE_VERB: Final = frozenset(
    ("still", "now", "also", "both", "all", "each", "again", "overall", "however", "too", "to")
)
_RELATIVE: Final = frozenset(("that", "which", "who", "and", "but", "or"))


def _doer(sentence: Sentence, candidate: Candidate, begin: int) -> Subject:
    """Who did the "good work": alien where somebody is named that is no body ("volunteers did good work")."""
    verb = _verb(sentence, candidate, begin)
    if verb is None:
        return Subject("none")
    segment = _segment(sentence, begin, _group_start(sentence, verb, begin))
    if segment is None or sentence.has_between("inspector", *segment) is not None:
        return Subject("none")
    return _phrase(sentence, *segment)


def _verb(sentence: Sentence, candidate: Candidate, begin: int) -> Item | None:
    best = None
    for item in sentence.items:
        if item.j > candidate.i:
            break
        if (
            item.i >= begin
            and candidate.i - item.j <= 14
            and item.kinds.keys() & {"copula", "rate"}
            and sentence.same_clause(item.i, candidate.i)
        ):
            if "noun" in item.kinds and not _verbal(sentence, item):
                continue
            if candidate.use == "verb" and sentence.tokens.low[item.i - 1 : item.i] == ["there"]:
                continue
            best = item
    if best is None and candidate.use == "verb":
        low = sentence.tokens.low
        k = candidate.i
        while k > begin and (low[k - 1] in AUXILIARIES or low[k - 1].endswith("ly")):
            k -= 1
        return Item(k, candidate.i, {"copula": "verb"})
    return best


def _verbal(sentence: Sentence, item: Item) -> bool:
    """Whether "rate", "grade", "mark", "rating" is a verb here."""
    before = sentence.tokens.low[item.i - 1] if item.i else ""
    return before not in {"a", "an", "the", "overall", "its", "their", "of", "that", "no"}


def _group_start(sentence: Sentence, verb: Item, begin: int) -> int:
    low = sentence.tokens.low
    k = verb.i
    while k > begin and (
        low[k - 1] in AUXILIARIES
        or low[k - 1].endswith("ly")
        or any(item.j == k and item.i >= begin and "copula" in item.kinds for item in sentence.items)
    ):
        k -= 1
    return k


def _somebody_else(sentence: Sentence, start: int, begin: int, left: list[str]) -> bool:
    if sentence.has_between("inspector", begin, start) is not None or "report" in sentence.tokens.low[begin:start]:
        return False
    if set(left) & _RATERS:
        return sentence.voice != "inspector" or not {"we", "i"} & set(left)
    return (
        sentence.has_between("voices", begin, start) is not None
        or sentence.has_between("other", begin, start) is not None
    )


def _segment(sentence: Sentence, begin: int, end: int) -> tuple[int, int] | None:
    """The noun phrase that ends at ``end``: back to a boundary or a verb, over appositions between commas.

    None where the verb has no subject of its own beside it ("examined ten aspects and awarded …").
    """
    low = sentence.tokens.low
    stop = end
    for _ in range(4):
        if stop - 1 in sentence.asides and sentence.asides[stop - 1] > begin:
            stop = sentence.asides[stop - 1]
        while stop > begin and (not low[stop - 1][0].isalnum()):
            stop -= 1
        if stop > begin and low[stop - 1] in _NOMINATIVE and stop == end:
            return (stop - 1, stop)
        if stop <= begin or low[stop - 1] in {"and", "or", "then"}:
            return None
        k = stop
        while (
            k > begin
            and (low[k - 1] not in BOUNDARIES or _separates(sentence, k - 1))
            and not _is_verb(sentence, k - 1)
        ):
            k -= 1
        if "whose" in low[k:stop]:
            k = stop - low[k:stop][::-1].index("whose")
            return (k, stop) if k < stop else None
        if k > begin + 1 and low[k - 1] in {"that", "which"} and stop - k > 1:
            before = _at(sentence, k - 2)
            if before is not None and before.j == k - 1 and before.kinds.keys() & {"work", "aspect", "parts"}:
                stop = k - 1  # "the work that companies do was …": the relative clause is no subject
                continue
        relative = _relative(sentence, k, begin)
        if relative is not None:
            stop = relative
            continue
        enclosed = stop < end and low[stop] in {",", ")", "–", "—"}
        if enclosed and low[stop] == ",":
            comma = stop - 1
            while comma > begin and low[comma] != ",":
                comma -= 1
            if low[comma] == "," and (
                any(m.j == comma and not m.pronoun for m in sentence.mentions)
                or sentence.has_between("says", comma, stop) is not None
            ):
                stop = comma
                continue
        if enclosed and low[stop] == ",":
            aside = next(
                (
                    r
                    for r in range(stop - 2, begin, -1)
                    if low[r] in {"which", "who", "whose", "where"} and low[r - 1] == ","
                ),
                None,
            )
            if aside is not None and aside < k + 1:
                stop = aside - 1
                continue
        opened = enclosed and k > begin and low[k - 1] in {",", "(", "–", "—"}
        if opened and (
            not _has_noun(sentence, k, stop, low) or any(m.j == k - 1 and not m.pronoun for m in sentence.mentions)
        ):
            stop = k - 1  # ", on the other hand," and ", which works across three counties,"
            continue
        if low[k:stop] and low[k] in {"which", "who"} and k > begin and low[k - 1] in {",", "–"}:
            if stop - k == 1:
                before = _at(sentence, k - 2)
                if before is not None and before.kinds.keys() & _NOUNS and "overall" not in before.kinds:
                    return (before.i, before.j)
                back = k - 1
                while back > begin and low[back - 1] not in BOUNDARIES and not _is_verb(sentence, back - 1):
                    back -= 1
                return (back, k - 1) if sentence.has_between("aspect", back, k - 1) is not None else (k, stop)
            stop = k - 1
            continue
        return (k, stop) if k < stop else None
    return None


def _relative(sentence: Sentence, k: int, begin: int) -> int | None:
    """Where a relative clause begins whose verb ends at token ``k``: "the service that they gave to them was …"."""
    low = sentence.tokens.low
    if k <= begin or not _is_verb(sentence, k - 1):
        return None
    for at in range(k - 1, max(begin, k - 6), -1):
        if low[at] in {"that", "which", "who", "whom"}:
            return at if at > begin and low[at - 1].isalpha() and not _is_verb(sentence, at - 1) else None
        if not low[at][0].isalnum():
            return None
    return None


def _has_noun(sentence: Sentence, k: int, stop: int, low: list[str]) -> bool:
    """Whether a stretch between commas can be a subject, not an aside."""
    if low[k] in OPENS_ASIDE:
        return False
    return any(item.i >= k and item.j <= stop and item.kinds.keys() & (_NOUNS | {"pronoun"}) for item in sentence.items)


def _is_verb(sentence: Sentence, k: int) -> bool:
    """Whether token ``k`` ends a finite verb: a noun phrase does not reach over it."""
    item = _at(sentence, k)
    if item is None or item.j != k + 1:
        return False
    if item.kinds.keys() & {"copula", "says"}:
        return True
    if "rate" in item.kinds and "noun" not in item.kinds and "aspect" not in item.kinds:
        return sentence.tokens.low[k] not in {
            "rated",
            "graded",
            "judged",
            "found",
            "put",
            "seen",
            "described",
            "given",
            "held",
            "met",
        } or (k + 1 < len(sentence.tokens) and sentence.tokens.low[k + 1] in {"that", "the"})
    return sentence.tokens.low[k] in {"inspected", "visited"} and sentence.tokens.low[max(0, k - 1)] in {
        "was",
        "were",
        "been",
        "had",
        "they",
        "inspectors",
        "it",
    }


def _separates(sentence: Sentence, k: int) -> bool:
    """Whether a comma only parts the members of a name or a list of bodies or standards."""
    low = sentence.tokens.low
    if low[k] == "so" and low[k + 1 : k + 2] == ["far"]:
        return True
    if low[k] != ",":
        return False
    if 0 < k < len(low) - 1 and low[k - 1].isdigit() and low[k + 1].isdigit():
        return True
    for item in sentence.items:
        if item.i < k < item.j:
            return True
    left = any(
        item.j in (k, k - 1) and item.kinds.keys() & {"place", "aspect", "body", "alias"} for item in sentence.items
    )
    right = any(
        item.i in (k + 1, k + 2) and item.kinds.keys() & {"place", "aspect", "body", "alias"} for item in sentence.items
    )
    return left and right


def _phrase(sentence: Sentence, begin: int, end: int) -> Subject:
    """Judge a noun phrase by its head."""
    low = sentence.tokens.low
    words = sentence.words(begin, end)
    if any(low[x] in _GIVEN and low[x + 1] == "to" for x in range(begin, end - 2)) and any(
        begin < m.i and m.j == end and m.type is not None for m in sentence.mentions
    ):
        return Subject("alien", words)  # "information given to CRCs": somebody else's work
    k = begin
    opening = next((it for it in sentence.items if it.i == k and "contrast" in it.kinds), None)
    if opening is not None:
        k = opening.j
    while k < end and (not low[k][0].isalnum() or low[k] in {"the", "a", "an", "its", "their", "this", "that", "and"}):
        k += 1
    if k >= end:
        return Subject("own" if low[begin:end] else "none", words)
    if low[k] in {"which", "who", "what", "there"} and end - k == 1:
        return Subject("foreign", words)
    if sentence.tokens.raw[end - 1] == "IT":
        return Subject("foreign", words)
    if low[k] in _LEADING:  # "after inspectors returned its rating …": the last thing that can be rated
        own = [
            it for it in sentence.items if it.i >= k and it.j <= end and it.kinds.keys() & {"noun", "body", "anaphor"}
        ]
        if (
            own
            and low[max(k, own[-1].i - 2) : own[-1].i]
            and {"its", "their", "overall"} & set(low[own[-1].i - 2 : own[-1].i])
        ):
            return Subject("own", words)
    cut = k
    while cut < end and (low[cut] not in PREPOSITIONS or _inside(sentence, cut)):
        cut += 1
    if cut == k:  # a leading preposition: "in Suffolk the CRC", "of assessment she"
        cut = end
    tail = cut
    while tail > k and not low[tail - 1][0].isalnum():
        tail -= 1
    if low[max(k, tail - 2) : tail] == ["next", "door"]:
        tail -= 2
    while cut == end and tail > k + 1 and low[tail - 1] in _WAYS | _WHERE:
        tail -= 1
    head = tail - 1
    while head > k and (low[head] in _PARTICIPLES or low[head].endswith("ed")) and _names(sentence, head - 1):
        head -= 1  # "the company paid to keep watch"
    item = _at(sentence, head)
    if low[head] in _PEOPLE and low[max(k - 1, 0)] in {"its", "their"}:
        return Subject("own", words)
    if item is not None and "other" in item.kinds and not item.kinds.keys() & {"body", "aspect"}:
        return Subject("alien", words)
    if "whole" in low[k:end] and item is None:
        return Subject("own", words)
    if low[head] in _REST:
        return Subject("part", words)
    if any(m.word == "we" and m.i == head for m in sentence.mentions):
        return Subject("own", words)
    if low[begin] == "my" or low[head] in {"she", "he", "i", "you"}:
        return Subject("foreign", words)
    if item is not None and "pronoun" in item.kinds:
        return Subject("own" if sentence.tokens.raw[head] != "IT" else "foreign", words)
    if item is not None and item.kinds.keys() & _NOUNS:
        return Subject("own", words)
    if head > k and low[head] in {"reports", "report", "inspections", "areas", "divisions", "ratings"}:
        before = _at(sentence, head - 1)
        if before is not None and before.kinds.keys() & {"body", "alias", "place"}:
            return Subject("own", words)
    if low[head] in QUANTIFIERS or low[head] in NUMERALS or low[head].isdigit():
        rest = [
            it
            for it in sentence.items
            if it.i >= k and it.j <= end and it.kinds.keys() & (_NOUNS | {"pronoun", "other"})
        ]
        if cut < end and low[cut] == "of" and not any("pronoun" in it.kinds for it in rest):
            return _phrase(sentence, cut + 1, end)
        if not rest:
            return Subject("own", words)
        return Subject("own" if any("other" not in it.kinds for it in rest) else "foreign", words)
    return Subject("foreign", words)


_GIVEN: Final = frozenset(("given", "provided", "sent", "passed", "supplied", "delivered", "offered"))
_PARTICIPLES: Final = frozenset(
    ("paid", "run", "held", "led", "set", "known", "made", "left", "given", "seen", "chosen")
)


def _names(sentence: Sentence, k: int) -> bool:
    item = _at(sentence, k)
    return item is not None and bool(item.kinds.keys() & _NOUNS)


_PEOPLE: Final = frozenset(("officers", "staff", "practitioners", "managers", "workers", "teams", "employees"))
_WHERE: Final = frozenset(
    ("far", "so", "there", "here", "locally", "nationally", "alone", "itself", "too", "today", "then", "as", "whole")
)
"""Adverbs that may end a noun phrase."""
_REST: Final = frozenset(("everything", "remainder", "else"))
"""All that a sentence before did not grade: standards, not the whole."""
_WAYS: Final = frozenset(
    ("gone", "went", "up", "down", "back", "moved", "risen", "rose", "fallen", "fell", "come", "came")
)
"""What may stand between a body and the grade it moved to."""


def _inside(sentence: Sentence, k: int) -> bool:
    """Whether a preposition belongs to a name or a compound: "Through the Gate", "not-for-profit"."""
    if sentence.tokens.low[k - 1 : k + 2] == ["not", "for", "profit"]:
        return True
    return any(item.i <= k < item.j and item.j - item.i > 1 for item in sentence.items)


def _at(sentence: Sentence, k: int) -> Item | None:
    found = None
    for item in sentence.items:
        if item.i <= k < item.j:
            found = item
    return found
