"""Grades that stand apart from what they are of: at the head of a list, or at the end of an item.

"Requires improvement: / Staff / Planning" grades what the list holds; "Leadership: the division is led with candour.
‘Good’." grades what the item begins with; "Good", all alone right under the heading "Leadership", grades that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.model import OVERALL, BlockKind
from aggregator.ratings.grades.cells import is_figure, names_of, value_of, whole
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.model import RatingValue
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["Lists", "only_names"]

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
        label: The standard that opened this item, or is all that the heading right over this block says; "overall"
            where that is a body's name. A date may stand between.
    """

    value: RatingValue | None = None
    label: str | None = None
    _heading: str | None = None
    _names: bool = False
    _named: bool = False

    def move(self, sentence: Sentence) -> None:
        """Move on to a sentence."""
        kind = sentence.block.kind if sentence.block is not None else None
        if sentence.starts_block:
            self.label = _label(sentence) or (None if kind is BlockKind.HEADING else self._heading)
            if kind is BlockKind.HEADING:
                self._heading = _standard(sentence)
            elif not (sentence.block is not None and is_figure(names_of(sentence, (0, len(sentence.tokens))))):
                self._heading = None
        self._move_value(sentence, kind)
        self._named = kind is BlockKind.LIST_ITEM and only_names(sentence)

    def _move_value(self, sentence: Sentence, kind: BlockKind | None) -> None:
        if kind is BlockKind.PARAGRAPH and self.value is not None and only_names(sentence):
            return  # under the heading "Good", or "Good:", names in a paragraph
        if kind is not BlockKind.LIST_ITEM or _leads_in(sentence):
            self.value, self._names = _head(sentence), False
        elif sentence.starts_block and (not self._named or self._names) and (value := _alone(sentence)) is not None:
            self.value, self._names = value, True  # an item with a list of its own, of names

    def named(self, sentence: Sentence) -> Item | None:
        """What an item of a list under a grade names: a standard or a body, and next to nothing else."""
        if (
            self.value is None
            or sentence.block is None
            or "four" in sentence.kinds
            or not (sentence.block.kind is BlockKind.LIST_ITEM or only_names(sentence))
            or (self._names and not only_names(sentence))
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


def only_names(sentence: Sentence) -> bool:
    """Whether a sentence is the name of a body or of several, and nothing else but who owns them."""
    own = [m for m in sentence.mentions if not (m.pronoun or m.other)]
    inside = {k for m in own for k in range(m.i, m.j)}
    low = sentence.tokens.low
    rest = [w for k, w in enumerate(low) if k not in inside and w[0].isalnum() and w not in {"and", "division", "the"}]
    return any(m.areas for m in own) and not rest


def _alone(sentence: Sentence) -> RatingValue | None:
    """The grade that a whole item is."""
    grade = whole(sentence, 0, len(sentence.tokens), prose=False)
    return value_of(sentence, grade) if grade is not None else None


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
    """What a heading is of, where it says nothing else: "1.1 Leadership", "Staff"; "overall" for a body's name."""
    if only_names(sentence) and len(sentence.mentions) == 1 and sentence.mentions[0].type is not None:
        return OVERALL
    named = sentence.having("aspect")
    if len(named) != 1:
        return None
    rest = [word for k, word in enumerate(sentence.tokens.low) if not named[0].i <= k < named[0].j]
    return str(named[0].kinds["aspect"]) if not any(word[0].isalpha() and len(word) > 1 for word in rest) else None
