"""Grade words in a sentence: what is looked at, taken or not.

Each candidate comes with how it stands; what is not taken says why, which is half of an explanation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.attitudes import ARTICLES, attitudes
from aggregator.ratings.grades.candidate import Candidate
from aggregator.ratings.grades.four import read_four, read_ordinal
from aggregator.ratings.grades.idioms import idioms
from aggregator.ratings.grades.narrative import read_narrative
from aggregator.ratings.grades.scores import TOTALS, scores

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["find"]


def find(sentence: Sentence, *, scale: bool) -> list[Candidate]:
    """The candidates of a sentence, taken and refused (``why`` is set on what is refused).

    Args:
        sentence: The sentence, with its mentions.
        scale: Whether the post is of the time of the four-point scale: then "good" is a grade first and a word of
            praise second, else the other way round.
    """
    out: list[Candidate] = []
    told = attitudes(sentence)
    told += [idiom for idiom in idioms(sentence) if not any(a.i < idiom.j and idiom.i < a.j for a in told)]
    if sentence.kinds.isdisjoint(_KINDS) and not told:
        return [] if TOTALS.keys().isdisjoint(sentence.tokens.low) else scores(sentence)
    for item in sentence.items:
        kinds = item.kinds
        if _KINDS.isdisjoint(kinds):
            continue
        if "four" in kinds:
            candidate = read_four(sentence, item, kinds["four"])
            if "narr_is" in kinds and (
                candidate.why or (not scale and not (candidate.quoted and candidate.use == "noun"))
            ):
                spoken = read_narrative(sentence, item)
                if not spoken.why and (not scale or spoken.use == "attribute"):
                    candidate = spoken
            out.append(candidate)
        elif "noun" in kinds or "parts" in kinds:
            continue
        elif "ordinal" in kinds:
            out.append(read_ordinal(sentence, item, kinds["ordinal"]))
        elif "narr_report" in kinds:
            why = "the body is who says so" if _is_said_by_body(sentence, item) else ""
            out.append(Candidate(item.i, item.j, kinds["narr_report"], "weak", "noun", 0.5, why=why))
        elif "narr_is" in kinds or "narr_does" in kinds:
            out.append(read_narrative(sentence, item))
        elif "weak" in kinds:
            out.append(Candidate(item.i, item.j, RatingValue.NEGATIVE, "weak", "verb", 0.55))
    if not TOTALS.keys().isdisjoint(sentence.tokens.low):
        out += scores(sentence)
    for attitude in told:
        out = [c for c in out if not (c.i < attitude.j and c.j > attitude.i)]
        out.append(Candidate(attitude.i, attitude.j, attitude.value, "narrative", "attitude", 0.6, attitude=attitude))
    for candidate in out:
        candidate.speaks_for_itself = candidate.speaks_for_itself or _speaks_for_itself(sentence, candidate)
    return out


_KINDS: Final = frozenset(("four", "ordinal", "narr_is", "narr_does", "narr_report", "weak"))


def _is_said_by_body(sentence: Sentence, item: Item) -> bool:
    """Like "Kent CRC criticised the inspectors' report": an active verb, and no blame of its subject."""
    low = sentence.tokens.low
    return (
        low[item.j - 1].endswith("ed")
        and not ARTICLES.isdisjoint(low[item.j : item.j + 1])
        and any(mention.j == item.i for mention in sentence.mentions)
    )


_PROTECTING: Final = frozenset(("protect", "protected"))


_ENOUGH: Final = frozenset(("too", "not", "more", "far", "nowhere"))


def _speaks_for_itself(sentence: Sentence, candidate: Candidate) -> bool:
    if candidate.attitude is not None:
        return True
    low = sentence.tokens.low
    words = low[candidate.i : candidate.j]
    if words == ["well"]:
        return True
    if "strength" in words[-1] or not _PROTECTING.isdisjoint(words):
        return True
    if words[0] in {"concerns", "worries", "alarms"}:
        return True
    if words[-1] == "done" and words[0] in _ENOUGH:
        return True  # "and too little was done": the phrase holds its subject
    if candidate.kind == "four" and candidate.use == "counted":
        return True
    return sentence.has_between("narr_report", candidate.i, candidate.j) is not None
