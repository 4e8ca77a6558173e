"""What a grade is of where no standard is named: told by what the work is for, in the words round the grade.

"Did not do enough to keep victims safe", "is doing well with those who pose the gravest risk", "managed risk well", "in
managing sex offenders it was effective": nobody said "public protection", and nobody judged the whole of the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.topics import aim_of, standard_of, standard_served

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "SOME_STANDARDS",
    "a_weakness_was",
    "described",
    "failed_at",
    "is_for_all_of_it",
    "is_of_victims",
    "not_helped",
    "part_of_the_work",
    "told_before",
    "told_behind",
    "told_by_label",
    "told_by_purpose",
]

SOME_STANDARDS: Final = "some standards"
"""The aspect of a grade that a number of standards got, unnamed, or a part of the work that is none of them."""

_PARTS: Final = frozenset(("side", "part", "arm", "strand", "half", "branch", "element", "bit", "end"))
_REACH: Final = 12
"""Words behind a preposition that may tell what a grade is of."""
_PHRASE: Final = 3
"""Of so many words a phrase of praise or blame may tell the aim itself: "put victims at risk"."""
_LABEL: Final = 9
_TOWARDS: Final = frozenset(("to", "with", "by", "at", "in", "on", "from"))
_WORK: Final = frozenset(
    ("work", "efforts", "effort", "attempts", "steps", "arrangements", "does", "did", "do", "done", "doing", "job")
)
_VERBS: Final = frozenset(("copula", "rate"))
_PRAISE: Final = frozenset(("narr_is", "narr_does", "narr_report", "weak"))
_GRADES: Final = frozenset(("four", "ordinal", "narr_is", "narr_does", "narr_report"))


def told_behind(sentence: Sentence, candidate: Candidate, end: int) -> str | None:
    """Like "an Outstanding for the way it looks after victims", "doing a good job of keeping people safe"."""
    low = sentence.tokens.low
    k = candidate.j
    while k < end and not low[k][0].isalnum():
        k += 1
    done = candidate.use == "attribute" and candidate.is_narrative and low[k : k + 1] == ["work"]
    k += done  # "insufficient work to manage risk", "good work with people about to leave prison"
    if k >= end:
        return None
    first = k + 3 if low[k] == "to" and low[k + 2 : k + 3] == ["and"] else k + 1  # "to identify and manage risk"
    near = [x for x in range(first, min(k + _REACH, end)) if not low[x][0].isalnum() or low[x] in {"and", "but"}]
    stop = near[0] if near else min(k + _REACH, end)
    named = [m for m in sentence.mentions if m.i >= k and m.j <= stop and not m.pronoun and not m.bare]
    if any(not (done and m.other) for m in named):
        return None
    words = sentence.words(k + 1, stop)
    if low[k] in {"for", "at"} or (low[k] == "of" and candidate.use == "verb"):
        found = standard_of("work " + words) or (standard_served(words) if low[k] == "for" else None)
        if found is None and low[k] == "at" and low[k + 1 : k + 2] and low[k + 1].endswith("ing"):
            return SOME_STANDARDS
        if found != "case supervision":
            return found
    served = standard_served(words) if done and low[k] == "with" else None
    if served is not None:
        return served
    return aim_of(words) if candidate.is_narrative and low[k] in _TOWARDS else None


def is_for_all_of_it(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "was working well to protect the public and to rehabilitate": two aims are what all of the work is for."""
    low = sentence.tokens.low
    if not candidate.is_narrative or low[candidate.j : candidate.j + 1] != ["to"]:
        return False
    stop = next((x for x in range(candidate.j, len(low)) if low[x] in _STOPS), len(low))
    parts = sentence.words(candidate.j + 1, min(stop, candidate.j + 2 * _REACH)).split(" and ")
    return len({aim for part in parts if (aim := aim_of(part)) is not None}) > 1


_STOPS: Final = frozenset((".", ";", ":", ",", "but", "although", "though", "while"))


def told_before(sentence: Sentence, candidate: Candidate, begin: int) -> str | None:
    """Like "In managing sex offenders, on the other hand, it was effective": what stands in front tells of what."""
    low = sentence.tokens.low
    first = _front(sentence, begin)
    first += low[first] in _BULLETS
    first += low[first] in {"but", "and", "while", "yet", "though"}
    if low[first : first + 2] == ["for", "all"]:
        return None  # "For all the skill of its leadership the CRC was poor"
    if first >= candidate.i or low[first] not in {"in", "on", "at", "for", "when", "to"}:
        return None
    verbs = (it.i for it in sentence.items if it.i > first + 1 and not it.kinds.keys().isdisjoint(_VERBS))
    verb = min(next(verbs, candidate.i), candidate.i)
    subject = [m for m in sentence.mentions if first < m.i < verb and (m.type is not None or m.pronoun)]
    stop = next((x for x in range(first + 1, verb) if low[x] == ","), subject[-1].i if subject else first)
    if stop - first < 2 or stop - first > _REACH or not subject or subject[-1].i < stop:
        return None
    if any(m.i < stop and not m.pronoun for m in sentence.mentions if m.i >= first):
        return None
    words = sentence.words(first + 1, stop)
    found = standard_of("work " + words) or aim_of(words)
    if found is None and low[first + 1].endswith("ing"):
        found = standard_of("work of " + words)  # "At supporting people to change all three were ‘Inadequate’"
    return None if found == "case supervision" else found


_BULLETS: Final = frozenset("-–—•*")


def _front(sentence: Sentence, begin: int) -> int:
    """Where what a clause says begins, an aside like "by contrast" between it and the clause."""
    low = sentence.tokens.low
    k = begin
    while k > 0 and low[k - 1] not in {";", ":", "."} and begin - k < _REACH:
        k -= 1
    if any(k <= it.i < begin and not it.kinds.keys().isdisjoint(_VERBS | _GRADES) for it in sentence.items):
        return begin
    return k


def told_by_purpose(sentence: Sentence, candidate: Candidate, begin: int) -> str | None:
    """Like "what it does to bring down reoffending was variable", "managed risk well": the aim of what is judged."""
    if not candidate.is_narrative:
        return None
    low = sentence.tokens.low
    for k in range(candidate.i - 2, begin, -1):
        if low[k] != "to" or not sentence.same_clause(k, candidate.i):
            continue
        ends = any(m.j == k and not m.pronoun for m in sentence.mentions)
        if (ends or low[k - 1] in _WORK) and not _WORK.isdisjoint(low[begin:k]):
            return aim_of(sentence.words(k + 1, candidate.i))
    alone = not any(it.i != candidate.i and not it.kinds.keys().isdisjoint(_PRAISE) for it in sentence.items)
    if candidate.j - candidate.i >= _PHRASE and alone:
        return aim_of(sentence.words(candidate.i, candidate.j))
    if low[candidate.i : candidate.j] in (["well"], ["badly"], ["effectively"], ["poorly"]):
        before = [m.j for m in sentence.mentions if m.j <= candidate.i and not m.other]
        if before and candidate.i - before[-1] <= _REACH // 2 and "," not in low[before[-1] : candidate.i]:
            return aim_of(sentence.words(before[-1], candidate.i))
    return None


def told_by_label(sentence: Sentence) -> str | None:
    """Like "Getting people to stop offending: also poor": the standard that the words before a colon are of."""
    low = sentence.tokens.low
    colon = low.index(":") if ":" in low[1 : _LABEL + 1] else 0
    if colon <= 0 or any(m.i < colon and m.type is not None for m in sentence.mentions):
        return None
    verbs = {"four", "rate"} if low[0].endswith("ing") else {"four", "rate", "copula"}
    if any(it.i < colon and not it.kinds.keys().isdisjoint(verbs) for it in sentence.items):
        return None
    named = [it for it in sentence.having("aspect") if it.j <= colon]
    if named and (sentence.starts_block or (named[0].i == 0 and named[-1].j == colon)):
        aspects = {str(it.kinds["aspect"]) for it in named}
        return aspects.pop() if len(aspects) == 1 else None
    return aim_of(sentence.words(0, colon)) if sentence.starts_block and low[0].endswith("ing") else None


def part_of_the_work(sentence: Sentence, candidate: Candidate, begin: int, spoken: str | None) -> str | None:
    """Like "the part of the business that readies prisoners", "this area of practice": not the whole.

    Args:
        sentence: The sentence.
        candidate: The grade in it.
        begin: Where its clause begins.
        spoken: The standard that the sentence before spoke of.
    """
    low = sentence.tokens.low
    if low[begin : begin + 3] in (["this", "area", "of"], ["this", "aspect", "of"], ["this", "field", "of"]):
        return spoken or SOME_STANDARDS
    if _PARTS.isdisjoint(low[begin : candidate.i]):
        return None
    for k in range(begin, candidate.i - 2):
        if low[k] not in {"the", "a", "one"} or low[k + 1] not in _PARTS or low[k + 2] != "of":
            continue
        told = next((x for x in range(k + 3, candidate.i) if low[x] in {"that", "which"}), None)
        if told is not None:
            return standard_of("work that " + sentence.words(told + 1, candidate.i)) or SOME_STANDARDS
    return None


def failed_at(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "failed to assess the risk of harm": the standard of what was not done."""
    low = sentence.tokens.low
    if not candidate.is_narrative or low[candidate.i] not in _FAILING or low[candidate.j - 1] not in _DOING:
        return None
    end = min(candidate.j + _OBJECT, len(low))
    told = sentence.words(candidate.j - 1, end)
    return aim_of(told) or standard_of("work to " + told) or SOME_STANDARDS


def not_helped(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "Of those let out of prison most had not got enough help from the CRC": who got none tells of what."""
    low = sentence.tokens.low
    if not candidate.is_narrative or low[candidate.j - 1] not in {"help", "support"} or low[candidate.i] != "not":
        return None
    begin, _ = sentence.clause(candidate.i)
    return None if _JAILS.isdisjoint(low[begin : candidate.i]) else "through the gate"


_JAILS: Final = frozenset(("prison", "prisons", "jail", "custody", "gate"))


def described(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "“Wholly unsatisfactory” is the inspectorate's description of the work with victims": what stands behind."""
    if not candidate.is_narrative or candidate.use != "noun":
        return None
    low = sentence.tokens.low
    of = next((k for k in range(candidate.j, min(candidate.j + _NEAR, len(low) - 1)) if low[k] in _DESCRIBING), None)
    if of is None or low[of + 1] != "of":
        return None
    named = next((it for it in sentence.having("aspect") if of + 2 <= it.i <= of + 3), None)
    return None if named is None else str(named.kinds["aspect"])


_NEAR: Final = 10
_DESCRIBING: Final = frozenset(("description", "verdict", "view", "word", "words"))


def a_weakness_was(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "A key weakness was the work to reduce harm": what stands behind the verb is the standard, or a part."""
    low = sentence.tokens.low
    if not candidate.is_narrative or candidate.use != "noun" or low[candidate.j - 1] not in {"weakness", "concern"}:
        return None
    if low[candidate.j : candidate.j + 1] not in (["was"], ["is"]) or candidate.j + 2 >= len(low):
        return None
    begin = candidate.j + 2
    stop = next((x for x in range(begin, len(low)) if low[x] in _STOPS), min(len(low), begin + _REACH))
    named = sentence.has_between("aspect", begin, stop)
    if named is not None:
        return str(named.kinds["aspect"])
    told = sentence.words(begin, stop)
    return aim_of(told.partition(" to ")[2]) or standard_of(told) or SOME_STANDARDS


_FAILING: Final = frozenset(("failed", "failing"))
_DOING: Final = frozenset(("assess", "manage"))
_OBJECT: Final = 5
"""Tokens behind the verb that tell of what it is."""


def is_of_victims(low: list[str], candidate: Candidate) -> bool:
    """Like "lets down victims" of the NPS, whose work victims' contact was; "puts victims at risk" is of protection."""
    words = low[candidate.i : candidate.j]
    before = low[: candidate.i]  # "Victims have been let down by a service that is unsatisfactory"
    told = "victims" in words or ("victims" in before and {"let", "down"} <= set(before))
    return candidate.is_narrative and told and "risk" not in words
