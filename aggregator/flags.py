"""The user's ``[[flags]]`` rules over ratings and words: pure.

A rule is met when *one* rating of the post fits every rating key that the rule gives, and, where it gives words, one of
them stands in the title or the text. A rule of words alone needs no rating. Words are whole words, never patterns; one
written in capitals ("CRC") matches these capitals only, so that an acronym is no other word.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from aggregator.model import Flag, ProviderType, Rating, RatingValue, When

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Rule", "apply"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. An empty key asks nothing.

    Attributes:
        areas: Places or bodies; whole words of a rating's area or provider.
        when: Which ratings count; the post's news by default.
        words: Whole words or phrases, any of which the title or the text must hold.
    """

    name: str
    provider_types: frozenset[ProviderType] = frozenset()
    areas: tuple[str, ...] = ()
    ratings: frozenset[RatingValue] = frozenset()
    aspects: tuple[str, ...] = ()
    when: frozenset[When] = field(default=frozenset((When.CURRENT,)))
    words: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """A short hash of what the rule asks, stable over runs and over the order of its values (not of its name)."""
        content = [
            sorted(self.provider_types),
            sorted(self.areas),
            sorted(self.ratings),
            sorted(self.aspects),
            sorted(self.when),
            sorted(self.words),
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:12]

    @property
    def needs_rating(self) -> bool:
        """Whether the rule asks for a rating, or for words alone."""
        return bool(self.provider_types or self.areas or self.ratings or self.aspects)


def apply(rules: Sequence[Rule], *, title: str, text: str, ratings: Sequence[Rating]) -> tuple[Flag, ...]:
    """The rules that a post meets, in their order, each with the reason in words."""
    flags: list[Flag] = []
    for rule in rules:
        reasons: list[str] = []
        if rule.needs_rating:
            rating = next((rating for rating in ratings if _fits(rule, rating)), None)
            if rating is None:
                continue
            reasons.append(_told(rating))
        if rule.words:
            found = next(((word, where) for word in rule.words if (where := _where(word, title, text))), None)
            if found is None:
                continue
            reasons.append(f"“{found[0]}” in the {found[1]}")
        if reasons:
            flags.append(Flag(rule.name, "; ".join(reasons)))
    return tuple(flags)


def _fits(rule: Rule, rating: Rating) -> bool:
    if rating.when not in rule.when:
        return False
    if rule.provider_types and rating.provider_type not in rule.provider_types:
        return False
    if rule.ratings and rating.rating not in rule.ratings:
        return False
    if rule.aspects and rating.aspect.casefold() not in {aspect.strip().casefold() for aspect in rule.aspects}:
        return False
    if rule.areas:
        named = f"{rating.area or ''}\n{rating.provider or ''}"
        return any(_pattern(area).search(named) for area in rule.areas)
    return True


def _where(word: str, title: str, text: str) -> str | None:
    pattern = _pattern(word)
    if pattern.search(title):
        return "title"
    if pattern.search(text):
        return "text"
    return None


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str]:
    """A whole word or phrase as a pattern: escaped, any white space between its words, "&" for "and" and back.

    Nothing in it can backtrack: it is a row of literals and runs of white space.
    """
    parts = ["(?:and|&)" if part.casefold() in {"and", "&"} else re.escape(part) for part in word.split()]
    if not parts:
        return re.compile(r"(?!)")
    letters = [character for character in word if character.isalpha()]
    capitals = bool(letters) and all(character.isupper() for character in letters)
    return re.compile(r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)", 0 if capitals else re.IGNORECASE)


def _told(rating: Rating) -> str:
    body = rating.provider or rating.provider_type.value
    aspect = "" if rating.aspect == "overall" else f" for {rating.aspect}"
    earlier = " (an earlier verdict)" if rating.when is When.PREVIOUS else ""
    return f"{body} rated {rating.rating.value.replace('_', ' ')}{aspect}{earlier}: “{rating.raw}”"
