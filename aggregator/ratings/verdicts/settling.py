"""What the sentences of a post state, and which of it stands once all of them are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.model import Field, When
from aggregator.ratings.nouns import OLD
from aggregator.ratings.verdicts import doubts
from aggregator.ratings.verdicts.saying import BAND

if TYPE_CHECKING:
    from aggregator.model import Rejection
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.verdicts.resolve import Statement

__all__ = ["Stated"]

CORRECTED: Final = "taken back by what follows"
_SEVERAL: Final = 3
"""So many grades show it as well."""
_FIRM: Final = 0.7
"""From this confidence on a grade shows by itself that the post is on inspection."""
_SURE: Final = 0.75
"""From this confidence on a verdict stands by itself in a long post that does not begin with an inspection."""
_LONG: Final = 20
"""From so many sentences on a post is expected to say that inspectors judged."""


@dataclass(slots=True)
class Stated:
    """What was stated up to now, what waits for more, and what was not taken."""

    statements: list[Statement] = field(default_factory=list)
    waiting: list[Statement] = field(default_factory=list)
    """Statements that stand only where others show that the post is on inspection."""
    rejections: list[Rejection] = field(default_factory=list)
    told: bool = False
    """Whether an inspector was spoken of near one of them."""
    plain: bool = False
    """Whether an inspector stood beside one of them on a body that is named, before the scale."""

    def forget(self, positions: list[int]) -> None:
        """Take back what was stated by the sentences of the text that begin at ``positions``."""
        gone = [s for s in self.statements if s.position in positions and s.field is Field.TEXT]
        self.rejections += [statement.rejection(CORRECTED) for statement in gone]
        self.statements = [statement for statement in self.statements if statement not in gone]

    def settle(self, scene: Scene, length: int) -> None:
        """Decide what waited: a post that grades one body firmly is on inspection, whatever stands near by.

        A long post of ``length`` sentences whose lead speaks of no inspector, and which names none near any of its
        grades and has none that is sure, grades by its own lights: a league table, a union's opinion. Before the scale
        of four, when anybody's praise looks like a verdict, it must have both. (While both were asked of later posts,
        that cost four on our inspections in four new batches and kept no wrong flag out that the whole post's words
        do not, see ``likelihood``.)
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
        shown = (self.told or self._is_sure()) if scene.four_point else (self.told and self._is_sure())
        if length >= _LONG and not scene.lead_inspected and not shown:
            self.rejections += [s.rejection(doubts.NOWHERE_INSPECTED) for s in self.statements if s.target.type in OLD]
            self.statements = [s for s in self.statements if s.target.type not in OLD]

    def _is_sure(self) -> bool:
        """Whether one verdict at least is plain: near an inspector, of a body named beside it, in words that judge."""
        return (
            self.plain
            or any(s.confidence >= _SURE for s in self.statements if s.target.type in OLD and s.when is When.CURRENT)
            or all(s.target.type not in OLD or s.when is not When.CURRENT for s in self.statements)
        )
