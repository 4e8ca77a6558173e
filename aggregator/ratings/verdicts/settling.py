"""What the sentences of a post state, and which of it stands once all of them are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.model import Field
from aggregator.ratings.nouns import LONG, OLD
from aggregator.ratings.verdicts import doubts
from aggregator.ratings.verdicts.saying import BAND

if TYPE_CHECKING:
    from aggregator.model import Rejection
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.verdicts.resolve import Statement

__all__ = ["Stated"]

CORRECTED: Final = "taken back by what follows"
NOWHERE_INSPECTED: Final = "the post names no inspector"
_SEVERAL: Final = 3
"""So many grades show it as well."""
_FIRM: Final = 0.7
"""From this confidence on a grade shows by itself that the post is on inspection."""


@dataclass(slots=True)
class Stated:
    """What was stated up to now, what waits for more, and what was not taken."""

    statements: list[Statement] = field(default_factory=list)
    waiting: list[Statement] = field(default_factory=list)
    """Statements that stand only where others show that the post is on inspection."""
    rejections: list[Rejection] = field(default_factory=list)

    def forget(self, positions: list[int]) -> None:
        """Take back what was stated by the sentences of the text that begin at ``positions``."""
        gone = [s for s in self.statements if s.position in positions and s.field is Field.TEXT]
        self.rejections += [statement.rejection(CORRECTED) for statement in gone]
        self.statements = [statement for statement in self.statements if statement not in gone]

    def settle(self, scene: Scene, length: int) -> None:
        """Decide what waited: a post that grades one body firmly is on inspection, whatever stands near by.

        A long post of ``length`` sentences that names no inspector anywhere grades by its own lights: brokers on a
        firm's divisions, a charity on itself. Short ones often leave out whose verdict it is.
        """
        firm = {s.target.type in OLD for s in self.statements if s.confidence >= _FIRM and s.value in BAND}
        # "overall" makes as firm a verdict of before the scale: for that body alone
        summed_up = {
            (s.target.type, s.target.area)
            for s in self.statements
            if s.firm and s.confidence >= _FIRM and not scene.four_point
        }
        for old in (True, False):
            grades = [s for s in self.statements if (s.target.type in OLD) is old and s.value in BAND]
            if len(grades) >= _SEVERAL:
                firm.add(old)
        for statement in self.waiting:
            target = statement.target
            if (target.type in OLD) in firm or (target.type, target.area) in summed_up:
                self.statements.append(statement)
            else:
                self.rejections.append(statement.rejection(doubts.NO_INSPECTION))
        self.waiting = []
        if length >= LONG and not scene.inspected:
            self.rejections += [s.rejection(NOWHERE_INSPECTED) for s in self.statements if s.target.type in OLD]
            self.statements = [s for s in self.statements if s.target.type not in OLD]
