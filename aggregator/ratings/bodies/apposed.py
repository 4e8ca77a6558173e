"""Places that say which one of a class is meant: "one CRC – Wales – was …", "four were ‘Good’ and one, London, …"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["apposed", "sisters"]

_MARKS: Final = frozenset((",", "–", "—", "-", "(", ":"))
_ENDS: Final = frozenset((",", "–", "—", "-", ")", "."))
_SINGLE: Final = frozenset(("one", "another", "other", "third", "fifth", "last"))


def apposed(sentence: Sentence, mentions: list[Mention]) -> None:
    """Let a place between marks name the one of a class that stands before it."""
    low = sentence.tokens.low
    for one, place in pairwise(mentions):
        if not place.bare or place.i < 2 or low[place.i - 1] not in _MARKS or not _is_closed(low, place.j):
            continue
        if (
            one.type is not None
            and _stands_by(low[one.j : place.i - 1])
            and not (one.areas or one.plural or one.pronoun)
            and one.count is not None
            and one.count.split()[0].lower() in _SINGLE
        ):
            one.areas, one.count, one.generic = list(place.areas), None, False
            place.demoted = True
        elif low[place.i - 2] in _SINGLE:
            counted = next((m for m in mentions if m.j < place.i and m.type is not None and m.plural), None)
            if counted is not None:
                place.type, place.bare, place.word = counted.type, False, counted.word


def _stands_by(between: list[str]) -> bool:
    """Whether nothing parts a place from its class but when it was seen: "one CRC inspected last year, Kent,"."""
    return not between or (between[0] in _SEEN and len(between) <= _WHEN and _MARKS.isdisjoint(between))


_SEEN: Final = frozenset(("inspected", "visited", "seen", "examined", "reviewed"))
_WHEN: Final = 6
"""Tokens of "inspected in the year to March"."""


def _is_closed(low: list[str], k: int) -> bool:
    return k >= len(low) or low[k] in _ENDS


_SISTERS: Final = frozenset(("sister", "other", "second", "neighbouring", "twin"))
_OWNERS: Final = frozenset(("owner", "owners", "parent", "group", "firm"))
_APART: Final = 5
"""Tokens between a place and the company there: "in Devon, the same owner's company"."""


def sisters(sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """Give an owner's other company its place: "in Devon, the same owner's company", "its sister company, in Devon"."""
    low = sentence.tokens.low
    out = list(mentions)
    for mention in mentions:
        before = mention.i - 1
        if mention.word != "anaphor" or mention.type is None or mention.areas or mention.plural or before < 0:
            continue
        if low[before] not in _SISTERS and not (low[before] in _OWNERS and before in sentence.tokens.possessive):
            continue
        place = next(
            (
                m
                for m in mentions
                if m.bare
                and low[m.i - 1 : m.i] in (["in"], ["for"], ["of"])
                and max(mention.i - m.j, m.i - mention.j) <= _APART
            ),
            None,
        )
        if place is not None:
            mention.areas, mention.word, mention.generic = list(place.areas), "sister", False
            out.remove(place)
    return out
