"""Standards that stand apart from their grade in a sentence: behind a colon, before a bracket, in the clause before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.grammar import COPULAS
from aggregator.ratings.words.topics import is_work, standard_of
from aggregator.ratings.words.vocabulary import SEPARATORS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Item, Sentence

__all__ = [
    "behind_its_rank",
    "enclosed_behind",
    "given_to",
    "has_its_own",
    "is_the_verdict",
    "label_before",
    "listed_behind",
    "services_next",
    "standing_for",
    "was_for_behind",
    "without_a_verb",
]

_GAVE: Final = frozenset(("gave", "give", "gives", "given", "awarded", "award", "handed"))
_GIVER: Final = 9
"""Words behind a grade in which who gave it is named."""
_MARKS: Final = frozenset(("grades", "marks", "ratings", "scores"))


def label_before(sentence: Sentence, bracket: int) -> str | None:
    """The standard that a word before a bracket names in a list of marks: "services (good), staff (inadequate)"."""
    if len(sentence.having("four")) < 3:
        return None
    low = sentence.tokens.low
    k = bracket
    while k > 0 and low[k - 1][0].isalnum() and low[k - 1] != "and":
        k -= 1
    if k == bracket or any(m.i < bracket and m.j > k and not (m.bare or m.pronoun) for m in sentence.mentions):
        return None
    words = low[k:bracket]
    return "services" if words[-1] == "services" else standard_of(" ".join(words))


def listed_behind(sentence: Sentence, candidate: Candidate, begin: int) -> list[Item]:
    """Like "Two standards were 'Good': staffing and planning": the standards that a colon behind the grade names."""
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and low[k] not in {":", "(", "–", "—"} and (not low[k][0].isalnum() or low[k] in _MARKS):
        k += 1
    dashed = low[k : k + 1] in (["–"], ["—"]) and not any(word[0].isalnum() for word in low[begin : candidate.i])
    if (
        not (dashed or low[k : k + 1] in ([":"], ["("]))
        or sentence.has_between("aspect", begin, candidate.i) is not None
    ):
        return []
    found: list[Item] = []
    at = k + 1
    closing = ")" if low[k] == "(" else ";"
    stop = low.index(closing, at) if closing in low[at:] and low[k] != ":" else len(low)
    for item in sentence.items:
        if item.i >= stop:
            break
        if item.i >= at and not {"four", "ordinal", "narr_is", "narr_does", "copula"}.isdisjoint(item.kinds):
            return []
        if item.i < at or "aspect" not in item.kinds:
            continue
        if not all(w in SEPARATORS or w in {"its", "their", "the", "on", ";", "services"} for w in low[at : item.i]):
            break
        found.append(item)
        at = item.j
    return found


def standing_for(sentence: Sentence, candidate: Candidate, begin: int) -> list[str]:
    """Like "He praised its staff and services: both were ‘Outstanding’": the standards of the clause before."""
    low = sentence.tokens.low
    if candidate.is_narrative or low[begin - 1 : begin] not in ([":"], [";"], ["–"], ["—"]) or begin < 2:
        return []
    counted = low[begin] in {"all", "both", "each"} and candidate.i - begin <= 3
    if not counted and (
        low[begin] not in {"both", "it", "that", "they", "these", "this"} or low[begin + 1] not in COPULAS
    ):
        return []
    first, _ = sentence.clause(begin - 2)
    first = min([first, *(it.i for it in sentence.having("inspector") if it.j <= begin)])
    named = [str(it.kinds["aspect"]) for it in sentence.having("aspect") if first <= it.i and it.j < begin]
    if any(("four" in it.kinds or "ordinal" in it.kinds) for it in sentence.items if it.j < begin):
        return []
    if low[begin] in {"all", "each"}:
        return named
    return named[-2:] if low[begin] in {"both", "they", "these"} else named[-1:]


def given_to(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "the ‘Good’ that inspectors gave its services": the standard that a grade was given to."""
    low = sentence.tokens.low
    if candidate.is_narrative:
        return None
    k = next((x for x in range(candidate.j, min(candidate.j + _GIVER, len(low))) if low[x] in _GAVE), None)
    if k is None or low[k + 1 : k + 2] not in (["its"], ["their"], ["the"]):
        return None
    between = low[candidate.j : k]
    if "," in between or ";" in between or sentence.has_between("four", candidate.j, k) is not None:
        return None
    givers = sentence.has_between("inspector", candidate.j, k) is not None or between[-1:] in (
        ["they"],
        ["he"],
        ["she"],
    )
    if not givers:
        return None
    named = next((it for it in sentence.having("aspect") if it.i in {k + 1, k + 2}), None)
    if named is not None:
        return str(named.kinds["aspect"])
    return "services" if low[k + 2 : k + 3] == ["services"] else None


_RATED: Final = frozenset(("rated", "graded", "judged", "found", "deemed"))


def services_next(low: list[str], candidate: Candidate) -> bool:
    """Like "leadership was ‘Good’, services ‘Requires improvement’": the standard, right before its grade."""
    k = candidate.i - 1
    while k > 0 and (not low[k][0].isalnum() or low[k] in COPULAS or low[k] in _RATED):
        k -= 1
    return low[k] == "services" and low[k - 1] in SEPARATORS


def has_its_own(sentence: Sentence, behind: int, aspect: Item) -> bool:
    """Like "assessment was ‘Good’, planning ‘Inadequate’": a standard that has a grade of its own."""
    low = sentence.tokens.low
    if SEPARATORS.isdisjoint(low[behind : aspect.i]):
        return False
    k = aspect.j
    while k < len(low) and (not low[k][0].isalnum() or low[k] in COPULAS):
        k += 1
    return "," not in low[aspect.j : k] and any(item.i == k for item in sentence.having("four"))


def was_for_behind(sentence: Sentence, behind: int) -> str | None:
    """Like "The one black mark (requires improvement) was for staffing": the standard behind the brackets."""
    low = sentence.tokens.low
    k = next((x for x in range(behind, min(behind + 3, len(low))) if low[x] == ")"), None)
    if k is None or low[k + 1 : k + 3] not in (
        ["was", "for"],
        ["is", "for"],
        ["went", "to"],
        ["goes", "to"],
        ["came", "for"],
    ):
        return None
    named = next((it for it in sentence.having("aspect") if k + 3 <= it.i <= k + 4), None)
    return str(named.kinds["aspect"]) if named is not None else None


def enclosed_behind(sentence: Sentence, candidate: Candidate) -> Item | None:
    """Like "from outstanding (facilities) to inadequate (for reviewing)": nothing else stands in the brackets."""
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and low[k] in {"’", "'", '"', "”"}:
        k += 1
    if candidate.is_narrative or low[k : k + 1] != ["("]:
        return None
    k += 1 + (low[k + 1 : k + 2] in (["for"], ["on"]))
    return next((it for it in sentence.having("aspect") if it.i == k and low[it.j : it.j + 1] == [")"]), None)


def behind_its_rank(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "got ‘Inadequate’, the lowest grade, for planning": of what it is stands behind what grade it is."""
    low = sentence.tokens.low
    k = candidate.j
    if candidate.kind != "four" or "for" not in low[k:]:
        return None
    while k < len(low) and not low[k][0].isalnum() and low[k] != ",":
        k += 1
    if low[k : k + 1] != [","] or low[k + 1 : k + 2] not in (["the"], ["our"], ["its"]):
        return None
    end = next((x for x in range(k + 3, min(k + _RANK, len(low))) if low[x] == ","), None)
    if end is None or low[end - 1] not in _RANKED or low[end + 1 : end + 2] != ["for"]:
        return None
    stop = next((x for x in range(end + 2, len(low)) if not low[x][0].isalnum() or low[x] == "and"), len(low))
    named = next((it for it in sentence.having("aspect") if end + 2 <= it.i <= end + 3), None)
    return str(named.kinds["aspect"]) if named is not None else standard_of("work " + sentence.words(end + 2, stop))


_RANK: Final = 8
_RANKED: Final = frozenset(("rating", "grade", "mark", "score", "band", "verdict", "possible", "all"))


def without_a_verb(sentence: Sentence, candidate: Candidate) -> str | None:
    """Like "Leadership was rated ‘Good’ and work to support victims ‘Outstanding’": what stands between the grades."""
    before = [it.j for it in sentence.having("four") if it.j <= candidate.i]
    if candidate.kind != "four" or not before or candidate.i - before[-1] > _BETWEEN:
        return None
    low = sentence.tokens.low
    i, j = before[-1], candidate.i
    while i < j and (not low[i][0].isalnum() or low[i] in {"and", "while", "but"}):
        i += 1
    while j > i and not low[j - 1][0].isalnum():
        j -= 1
    if i == before[-1] or not all(word[0].isalnum() for word in low[i:j]) or not COPULAS.isdisjoint(low[i:j]):
        return None
    named = any(i <= m.i < j and not m.pronoun for m in sentence.mentions)
    if named or any(sentence.has_between(kind, i, j) is not None for kind in ("rate", "aspect", "overall")):
        return None
    phrase = sentence.words(i, j)
    told = standard_of(phrase) if is_work(phrase) or "work" in low[i : i + 2] else None
    return None if told == "services" else told  # "one service ‘Outstanding’, six services ‘Good’"


_BETWEEN: Final = 14
"""Tokens between two grades at most, of which the second has no verb of its own."""


def is_the_verdict(sentence: Sentence, aspect: Item, candidate: Candidate) -> bool:
    """Like "its assessment was ‘Requires improvement’, the second lowest rating": of the body, and no standard.

    What a grade stands for in the scale is told to readers once, with the grade of the whole.
    """
    low = sentence.tokens.low
    if low[aspect.i : aspect.j] != ["assessment"] or low[aspect.i - 1] not in {"its", "the", "overall", "their"}:
        return False
    k = candidate.j
    while k < len(low) and (not low[k][0].isalnum() or low[k] in {"which", "is"}):
        k += 1
    return aspect.j <= candidate.i and any(
        it.i in {k, k + 1} and it.i > candidate.j for it in sentence.having("ordinal")
    )
