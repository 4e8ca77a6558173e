"""Probation in other countries: Scotland, both Irelands and the islands have inspectorates of their own.

A heading that names one is on what is done there; so is a paragraph from where it names one until a body of ours is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind
from aggregator.spotting import any_of

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["Abroad"]

_LANDS: Final = frozenset(
    ("scotland", "scottish", "ireland", "irish", "jersey", "guernsey", "manx", "belfast", "edinburgh", "dublin")
)
_names_a_land: Final = any_of(tuple(sorted(_LANDS)))
_HOME: Final = frozenset(("england", "english", "wales", "welsh"))
_COMPARING: Final = frozenset(("learn", "lesson", "lessons", "like", "unlike", "than", "cf", "compared"))


@dataclass(slots=True)
class Abroad:
    """Follows a post; ``here`` tells whether what is read now is on another country."""

    _level: int = 0
    _paragraph: bool = False

    @classmethod
    def of(cls, whole: str) -> Abroad | None:
        """For a post that names another country; ``whole`` is its text in small letters."""
        return cls() if _names_a_land(whole) else None

    def hear(self, sentence: Sentence) -> bool:
        """Move on to a sentence, and tell whether it is on probation in another country."""
        low = sentence.tokens.low
        heading = sentence.block is not None and sentence.block.kind is BlockKind.HEADING
        names = not _LANDS.isdisjoint(low) and _HOME.isdisjoint(low)
        if sentence.starts_block:
            self._paragraph = False
        if heading:
            assert sentence.block is not None
            level = sentence.block.level or _DEEPEST
            if self._level and level <= self._level:
                self._level = 0
            if names and not _names_ours(sentence) and _COMPARING.isdisjoint(low):
                self._level = self._level or level
            return bool(self._level)
        if _names_ours(sentence):
            self._paragraph = False
            return False
        self._paragraph = self._paragraph or names
        return self._paragraph or bool(self._level)


_DEEPEST: Final = 6


def _names_ours(sentence: Sentence) -> bool:
    """Whether a body of ours is named by its place, or probation in England or Wales is."""
    return any(m.type is not None and (m.areas or m.plural) and not m.demoted for m in sentence.mentions)
