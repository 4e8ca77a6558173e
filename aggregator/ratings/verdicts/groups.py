"""Enumerations of bodies: all of "A, B and C" have the grade that one of them is found to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.grammar import NUMBERS
from aggregator.ratings.words.vocabulary import SEPARATORS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["given_behind", "group_after", "group_before"]

_GROUP_LINKS: Final = (
    NUMBERS
    | frozenset(
        (
            "nor",
            ";",
            "for",
            "to",
            "in",
            "the",
            "of",
            "by",
            "both",
            "that",
            "at",
            "with",
            "a",
            "an",
            "local",
            "its",
            "private",
            "public",
            "certain",
            "most",
            "some",
        )
    )
    | SEPARATORS
)
_LINKS: Final = 4
_RENAMING: Final = 4
_OTHERWISE: Final = frozenset(("or", "otherwise", "alias", "aka"))
_COMMAS: Final = SEPARATORS | {";", "nor"}


def group_before(sentence: Sentence, mentions: list[Mention], at: int) -> list[Mention]:
    """The mention at ``at`` and those before it in one enumeration ("A, B and C")."""
    group = [mentions[at]]
    k = at - 1
    while k >= 0:
        gap = sentence.tokens.low[mentions[k].j : group[0].i]
        same = mentions[k].i == group[0].i
        unnamed = mentions[k].any_probation or mentions[k].type is None
        if unnamed and len(gap) <= _RENAMING and not _OTHERWISE.isdisjoint(gap):
            group[0] = group[0] if group[0].areas else mentions[k]
            k -= 1  # "the probation service, or Probation Delivery Unit": the same by another name
            continue
        if gap[:2] == [")", "and"] and "(" in sentence.tokens.low[max(0, mentions[k].i - 1) : mentions[k].j]:
            gap = gap[1:]  # "the National Probation Service (NPS) and the CRCs"
        if not same and not _joins(gap):
            break
        if ";" in gap and not same and _is_told_of(sentence, mentions[k]):
            break
        if gap[:1] == [","] and not same and _has_its_own(sentence, mentions[k]):
            break
        if mentions[k].other != group[0].other or mentions[k].pronoun or (mentions[k].demoted and not group[0].demoted):
            break
        group.insert(0, mentions[k])
        k -= 1
    return group


def _joins(gap: list[str]) -> bool:
    """Whether the words between two mentions put them into one enumeration: a comma or an "and", and little else."""
    few = 0 < len(gap) <= _LINKS
    if gap[-1:] == [","] and gap[-2:-1] != [] and gap[-2] in NUMBERS and len(gap) == len((gap[-2], ",")):
        return False  # "Of four units in the East two, Luton and Peterborough, are …": so many, and which ones
    return few and not _COMMAS.isdisjoint(gap) and all(word in _GROUP_LINKS or word.isdigit() for word in gap)


def _is_told_of(sentence: Sentence, mention: Mention) -> bool:
    """Whether the clause of a mention has a grade of its own: what a semicolon parts from it is another's."""
    begin, end = sentence.clause(mention.i)
    return any(begin <= it.i and it.j <= end and ("four" in it.kinds or "ordinal" in it.kinds) for it in sentence.items)


def group_after(sentence: Sentence, mentions: list[Mention], at: int) -> list[Mention]:
    """The mention at ``at`` and those behind it in one enumeration ("A, B and C")."""
    group = [mentions[at]]
    for mention in mentions[at + 1 :]:
        gap = sentence.tokens.low[group[-1].j : mention.i]
        same = mention.i == group[-1].i
        if not same and not _joins(gap):
            break
        if mention.other or mention.pronoun:
            break
        group.append(mention)
    return group


def given_behind(sentence: Sentence, j: int) -> Mention | None:
    """Like "‘Inadequate’ was the rating of Kirklees PDU and of Sheffield PDU": who has the grade that ends at ``j``."""
    low = sentence.tokens.low
    while j < len(low) and not low[j][0].isalnum():
        j += 1
    if low[j : j + 2] not in _WAS_THE or low[j + 2 : j + 3] == []:
        return None
    j += 2 + (low[j + 2] in {"overall", "probation"})
    if low[j : j + 1] == [] or low[j] not in _MARKS or low[j + 1 : j + 2] not in (["of"], ["for"]):
        return None
    at = j + 2 + (low[j + 2 : j + 3] == ["the"])
    return next((m for m in sentence.mentions if m.i <= at < m.j and not (m.pronoun or m.other)), None)


_WAS_THE: Final = (["was", "the"], ["is", "the"])
_MARKS: Final = frozenset(("rating", "grade", "mark", "verdict", "judgement", "result", "score"))


def _has_its_own(sentence: Sentence, mention: Mention) -> bool:
    """Whether a body's grade stands in front of it: behind it another one begins, ", and Hull PDU was rated …"."""
    for item in sentence.having("four"):
        first = given_behind(sentence, item.j) if item.j < mention.i else None
        if first is not None and first.i <= mention.i:
            return not any(first.i < it.i < mention.i for it in sentence.having("four"))
    return False
