"""Who answers sets right what was told: "The hon. Lady is mistaken. It has not been inspected yet.".

A sentence that takes back the one before it is told in ``voices.takes_back``. In question and answer the mistake is in
the paragraph before, and the answer says in a sentence or two that it was one, and on what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.spotting import any_of

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["Corrections"]

_WHO: Final = frozenset(("hon", "lady", "gentleman", "friend", "member", "question", "baroness", "lord", "questioner"))
_MISTAKEN: Final = frozenset(("mistaken", "misinformed", "misapprehension", "misunderstanding", "wrong"))
_ASKED: Final = frozenset(("lady", "gentleman", "friend", "member", "question"))
_names_a_mistake: Final = any_of((*sorted(_MISTAKEN), "correct the ", "correct my "))
_names_who_asked: Final = any_of(("hon.", "hon ", "question", "noble lord", "baroness"))
_ON: Final = frozenset(("about", "on", "over", "regarding"))
_THAT: Final = frozenset(("that", "this", "it", "one", "rating", "grade", "grading", "score", "inspection", "fact"))
_JUDGED: Final = frozenset(("four", "rate", "noun", "inspector"))
_NEAR: Final = 2
"""For so many sentences behind it an answer that corrects somebody says what is right."""


@dataclass(slots=True)
class Corrections:
    """Follows a post; ``hear`` gives the positions of the sentences that an answer has set right."""

    before: list[int] = field(default_factory=list)
    """Where the sentences of the block before begin."""
    block: list[int] = field(default_factory=list)
    _open: int = 0

    @classmethod
    def of(cls, whole: str) -> Corrections | None:
        """For a post in which somebody may be corrected; ``whole`` is its text in small letters."""
        return cls() if _names_a_mistake(whole) and _names_who_asked(whole) else None

    def hear(self, sentence: Sentence) -> list[int]:
        """Move on to a sentence; what the block before it stated is taken back where it says so."""
        if sentence.starts_block:
            self.before, self.block, self._open = self.block, [], 0
        self.block.append(sentence.start)
        if self.before and not _ASKED.isdisjoint(sentence.tokens.low) and _sets_right(sentence.tokens.low):
            self._open = _NEAR + 1
        elif not self._open:
            return []
        self._open -= 1
        low = sentence.tokens.low
        if sentence.kinds.isdisjoint(_JUDGED) and "inspected" not in low and "inspection" not in low:
            return []
        self._open = 0
        return self.before


def _sets_right(low: list[str]) -> bool:
    """Like "The hon. Lady is mistaken", "I must correct my hon. Friend on one matter": nothing else than a grade."""
    for k, word in enumerate(low):
        if word in _MISTAKEN:
            if _WHO.isdisjoint(low[:k]) or not {"not", "if", "never"}.isdisjoint(low[:k]):
                continue
        elif word != "correct" or _WHO.isdisjoint(low[k + 1 : k + 5]) or low[:k].count("i") == 0:
            continue
        at = next((x for x in range(k + 1, min(k + 6, len(low))) if low[x] in _ON), 0)
        return not at or not _THAT.isdisjoint(low[at + 1 : at + 3])
    return False
