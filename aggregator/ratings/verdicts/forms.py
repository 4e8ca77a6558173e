"""Forms that a judgement takes: an item by itself, a pair of grades, marks that are counted, what is done."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, BlockKind, Field
from aggregator.ratings.bodies.mention import Mention

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.verdicts.attribution import Attribution
    from aggregator.ratings.verdicts.resolve import Statement
    from aggregator.ratings.words.items import Sentence

__all__ = ["is_a_pair", "is_count_of_marks", "is_item", "is_of_doing", "opens_an_item"]


def opens_an_item(sentence: Sentence, stated: list[Statement]) -> Mention | None:
    """Like "Hampshire – Good.", "North East: Good too": the one body that a paragraph opens with, by its place."""
    if len(stated) != 1 or not sentence.mentions or sentence.where is Field.TITLE:
        return None
    target, first = stated[0].target, sentence.mentions[0]
    opened = first.i <= 1 and bool(first.areas) and sentence.tokens.low[first.j : first.j + 1] in _LABELS
    if not opened or target.national or target.area is None or stated[0].aspect != OVERALL:
        return None
    return Mention(first.i, first.j, target.type, [target.area])


_LABELS: Final = ([":"], ["–"], ["—"], ["-"], ["("])


def is_a_pair(sentence: Sentence, grades: list[Candidate]) -> bool:
    """Like "A and B were rated ‘Good’ and ‘Inadequate’": two different grades with nothing but "and" between."""
    if len(grades) != 2 or grades[0].value is grades[1].value or not (grades[0].marked and grades[1].marked):
        return False
    low = sentence.tokens.low
    return [word for word in low[grades[0].j : grades[1].i] if word[0].isalnum()] == ["and"] and "both" not in low


def is_of_doing(words: str) -> bool:
    """Like "the bread and butter of protecting the public": what is done, whatever it is called."""
    told = words.lower().split()
    if not _EXPENSE.isdisjoint(told):
        return False
    return any(word == "of" and following.endswith("ing") for word, following in pairwise(told))


_EXPENSE: Final = frozenset(("cost", "costs", "price", "danger", "thought", "idea", "task", "history", "talk"))


def is_item(sentence: Sentence) -> bool:
    """Whether it is of a list: one that holds nothing but grades tells what grades there are."""
    return sentence.block is not None and sentence.block.kind is BlockKind.LIST_ITEM


def is_count_of_marks(sentence: Sentence, candidate: Candidate, found: Attribution) -> bool:
    """Like "two ‘Goods’ and five ‘Requires improvements’" of one body: its standards are counted."""
    return sentence.tokens.low[candidate.j - 1].endswith(
        ("goods", "outstandings", "inadequates", "improvements")
    ) and all(not target.national for target in found.targets)
