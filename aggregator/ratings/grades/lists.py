"""Grades that stand apart from what they are of: at the head of a list, or at the end of an item.

"Requires improvement: / Staff / Planning" grades what the list holds; "Leadership: the division is led with candour.
‘Good’." grades what the item begins with; "Good", all alone right under the heading "Leadership", grades that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.model import BlockKind
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.model import RatingValue
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["Lists"]

_COLONS = frozenset((":", "–", "—"))
_LABEL = 8
"""Tokens at most before the colon of a label."""
_LISTED = 9
"""Words at most of an item that only names a standard or a body."""


_ROUND = NUMBERS | {
    *("rated", "graded", "judged", "given", "received", "got", "were", "was", "are", "is", "as", "a", "an", "and"),
    *("the", "these", "those", "of", "them", "following", "others", "other", "overall", "rating", "grade"),
    *("standards", "areas", "companies", "crcs", "divisions", "providers", "units", "pdus", "services", "regions"),
}
"""What may stand round a grade that heads a list: "Ten of the companies were rated ‘Requires improvement’:"."""


@dataclass(slots=True)
class Lists:
    """Where in the lists of a post the reading is.

    Attributes:
        value: The grade that heads the list we are in.
        label: The standard that opened this item, or is all that the heading right over this block says.
    """

    value: RatingValue | None = None
    label: str | None = None
    _heading: str | None = None

    def move(self, sentence: Sentence) -> None:
        """Move on to a sentence."""
        kind = sentence.block.kind if sentence.block is not None else None
        if sentence.starts_block:
            self.label = _label(sentence) or (None if kind is BlockKind.HEADING else self._heading)
            self._heading = _standard(sentence) if kind is BlockKind.HEADING else None
        if kind is not BlockKind.LIST_ITEM or _leads_in(sentence):
            self.value = _head(sentence)

    def named(self, sentence: Sentence) -> Item | None:
        """What an item of a list under a grade names: a standard or a body, and next to nothing else."""
        if (
            self.value is None
            or sentence.block is None
            or sentence.block.kind is not BlockKind.LIST_ITEM
            or "four" in sentence.kinds
        ):
            return None
        words = [word for word in sentence.tokens.low if word[0].isalnum()]
        if len(words) > _LISTED:
            return None
        for item in sentence.items:
            if not {"aspect", "body", "place", "alias"}.isdisjoint(item.kinds) and item.i <= 1:
                return item
            if item.i == 0 and words == ["services"]:
                return item
        return None


def _leads_in(sentence: Sentence) -> bool:
    return sentence.text.rstrip().endswith(":")


def _label(sentence: Sentence) -> str | None:
    """The standard that opens a block before a colon or a dash."""
    low = sentence.tokens.low
    if _COLONS.isdisjoint(low[:_LABEL]):
        return None
    colon = next((k for k, word in enumerate(low[:_LABEL]) if word in _COLONS and k), None)
    if colon is None:
        return None
    aspect = next((it for it in sentence.having("aspect") if it.j <= colon), None)
    if aspect is not None:
        return str(aspect.kinds["aspect"])
    return "services" if low[:colon][-1:] == ["services"] else None


def _head(sentence: Sentence) -> RatingValue | None:
    """The grade that a heading, or a line that ends with a colon, consists of."""
    grade = next((it for it in sentence.having("four")), None)
    if grade is None or sentence.block is None:
        return None
    others = [w for k, w in enumerate(sentence.tokens.low) if w[0].isalnum() and not grade.i <= k < grade.j]
    if not (sentence.block.kind is BlockKind.HEADING or _leads_in(sentence)) or not set(others) <= _ROUND:
        return None
    value: RatingValue = grade.kinds["four"]
    return value


def _standard(sentence: Sentence) -> str | None:
    """The standard that a heading names, where it says nothing else: "1.1 Leadership", "Staff"."""
    named = sentence.having("aspect")
    if len(named) != 1:
        return None
    rest = [word for k, word in enumerate(sentence.tokens.low) if not named[0].i <= k < named[0].j]
    return str(named[0].kinds["aspect"]) if not any(word[0].isalpha() and len(word) > 1 for word in rest) else None
