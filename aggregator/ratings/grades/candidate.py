"""A grade word in use, and the small questions about what stands round it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.model import RatingValue
    from aggregator.ratings.grades.attitudes import Attitude
    from aggregator.ratings.words.items import Item, Sentence

__all__ = [
    "CLOSING",
    "MARKS",
    "OPENING",
    "Candidate",
    "after_grade",
    "before_grade",
    "clause_words",
    "is_ailing",
    "is_quoted",
    "item_at",
    "item_starting",
    "naming_verb",
    "stands_alone",
    "verb_reaches",
]

OPENING: Final = frozenset("\"“‘'`«")


CLOSING: Final = frozenset("\"”’'`»")


MARKS: Final = frozenset(".,;:!?)]–—-|…")


@dataclass(slots=True)
class Candidate:
    """A grade word in use.

    Attributes:
        kind: "four", "ordinal", "narrative" or "weak".
        use: "predicate" (was good), "noun" (a Good rating, 'Good' for …), "attribute" (poor work), "verb" (struggled).
        strength: 0 to 1, how surely it is used as a grade.
        attitude: Who is praised or blamed by an inspector's verb, where it is one.
        limit: It is told by what was not passed ("no higher than ‘Good’"): see ``limits``.
        apposed: It stands between commas behind the noun that it is ("our result, ‘Good’, …").
        speaks_for_itself: Its subject need not be a body's work ("concerns inspectors", "damning report").
    """

    i: int
    j: int
    value: RatingValue
    kind: str
    use: str
    strength: float
    quoted: bool = False
    capital: bool = False
    why: str = ""
    limit: bool = False
    apposed: bool = False
    speaks_for_itself: bool = False
    attitude: Attitude | None = None

    @property
    def is_narrative(self) -> bool:
        """Whether it is praise or blame in prose, not a word of the scale."""
        return self.kind in {"narrative", "weak"}

    @property
    def marked(self) -> bool:
        """Whether quotes or a capital mark it as a grade."""
        return self.quoted or self.capital


def is_quoted(sentence: Sentence, i: int, j: int) -> bool:
    """Whether tokens ``i`` to ``j`` stand alone in quotes."""
    low = sentence.tokens.low
    opened = i > 0 and low[i - 1] in OPENING
    k = j
    while k < len(low) and low[k] in {",", ".", "!", "?"}:
        k += 1
    return opened and k < len(low) and low[k] in CLOSING


def after_grade(sentence: Sentence, j: int) -> int:
    """The token after a grade and its closing quote."""
    low = sentence.tokens.low
    k = j
    while k < len(low) and low[k] in CLOSING:
        k += 1
    return k


def before_grade(sentence: Sentence, i: int) -> int:
    """The token before a grade and its opening quote and article, as an end index."""
    low = sentence.tokens.low
    k = i
    while k > 0 and low[k - 1] in OPENING:
        k -= 1
    if k > 1 and low[k - 1] == "," and sentence.clauses and k - 1 in sentence.asides:
        k = sentence.asides[k - 1]  # "was, the inspectors concluded, poor"
    return k


def item_at(sentence: Sentence, token: int, kind: str) -> Item | None:
    """The item of a kind that a token lies in."""
    item = sentence.item_on(token)
    return item if item is not None and kind in item.kinds else None


def verb_reaches(sentence: Sentence, verb: Item, before: int) -> bool:
    """Whether between verb and grade stand only the body, articles, "overall" and degree words."""
    between = sentence.tokens.low[verb.j : before]
    if len(between) <= 4:
        return True
    covered: set[int] = set()
    for mention in sentence.mentions:
        covered.update(range(mention.i, mention.j))
    for item in sentence.items:
        if not {"overall", "noun", "rate", "four", "aspect"}.isdisjoint(item.kinds):
            covered.update(range(item.i, item.j))
    loose = [k for k in range(verb.j, before) if k not in covered]
    return len(loose) <= 5


def naming_verb(sentence: Sentence, before: int) -> Item | None:
    """The verb of "describes its work with the most dangerous people as …", however long its object is."""
    low = sentence.tokens.low
    if before < 1 or low[before - 1] != "as" or low[before - 2 : before - 1] == ["such"]:
        return None
    begin, _ = sentence.clause(before - 1)
    verb = sentence.has_between("rate", max(begin, before - _OBJECT), before - 1)
    if verb is None or low[verb.j - 1] not in _NAMED_AS or {"as", ";"} & set(low[verb.j : before - 1]):
        return None
    return verb


_OBJECT: Final = 20
"""Tokens that an object may take between a verb of naming and its "as"."""
_NAMED_AS: Final = frozenset(
    """
    describe describes described rate rates rated regard regards regarded see sees saw seen judge judges judged assess
    assesses assessed grade grades ranks ranked graded mark marks marked class classed label labelled view viewed
    """.split()  # noqa: SIM905 - reads as a list of words
)


def item_starting(sentence: Sentence, token: int, kind: str) -> Item | None:
    """The item of a kind that starts at a token."""
    return next((item for item in sentence.having(kind) if item.i == token), None)


def stands_alone(low: list[str], i: int, j: int) -> bool:
    """Whether tokens ``i`` to ``j`` are all the words of a sentence, marks apart."""
    return not any(word[0].isalnum() for word in low[:i]) and not any(word[0].isalnum() for word in low[j:])


def clause_words(sentence: Sentence, i: int, j: int) -> list[str]:
    """The other words of the clause that tokens ``i`` to ``j`` stand in."""
    numbers = sentence.clauses
    number = numbers[i]
    return [word for k, word in enumerate(sentence.tokens.low) if numbers[k] == number and not i <= k < j]


def is_ailing(sentence: Sentence, i: int, j: int) -> bool:
    """Like "yet another failing CRC": one certain body; "powers over failing CRCs" is on whichever may be so."""
    low = sentence.tokens.low
    if low[i:j] not in _AILING:
        return False
    k = j
    while k < len(low) and low[k] in {"private", "”", "’", '"', "'"}:
        k += 1
    body = next((m for m in sentence.mentions if m.i <= k < m.j and m.type is not None and not m.other), None)
    certain = low[i] == "a" or (i > 0 and (low[i - 1] in _CERTAIN or low[i - 1].isdecimal()))
    return body is not None and (bool(body.areas) or certain)


_AILING: Final = (
    ["failing"], ["a", "failing"], ["struggling"], ["underperforming"], ["under", "performing"], ["poorly", "run"],
    ["poorly", "performing"], ["badly", "run"],
)  # fmt: skip
"""Right before a body these say how its work is: "yet another failing CRC"."""
_CERTAIN: Final = frozenset(("a", "another", "one", "the", "two", "three", "four", "five", "six", "several", "its"))
