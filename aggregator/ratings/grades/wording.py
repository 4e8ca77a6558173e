"""Words that inspectors are said to use: "“insufficient” is the word they use", "the phrase used is “poor”"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["WORDS", "is_their_word", "is_word_of_others"]

WORDS: Final = frozenset(("word", "words", "phrase", "term", "adjective", "expression"))
_USED: Final = frozenset(("use", "uses", "used", "using", "chose", "choose", "chosen", "choice"))
_NEVER: Final = frozenset(
    ("nowhere", "never", "not", "don't", "don’t", "didn't", "didn’t", "doesn't", "doesn’t", "avoid")
)
_IS: Final = frozenset(("is", "was"))
_REACH: Final = 9
_OTHERS: Final = frozenset(("voices", "other", "measures"))


def is_their_word(sentence: Sentence, i: int, j: int) -> bool:
    """Whether tokens ``i`` to ``j``, in quotation marks, are given as the word that inspectors use for a thing."""
    low = sentence.tokens.low
    if not sentence.kinds.isdisjoint(_OTHERS) or not _NEVER.isdisjoint(low[:i]):
        return False
    before = _words(low[:i])[-_REACH:]
    behind = _words(low[j:])[:_REACH]
    if behind[:1] and behind[0] in _IS and behind[1:2] in (["the"], ["a"]):
        return not WORDS.isdisjoint(behind[2:4]) and not _USED.isdisjoint(behind[3:])
    if before[-1:] and before[-1] in _IS:
        return not WORDS.isdisjoint(before) and not _USED.isdisjoint(before)
    told = sentence.has("inspector") and before[-1:] != [] and before[-1] in WORDS and before[-2:-1] == ["the"]
    return told and not _USED.isdisjoint(before[-4:])


def is_word_of_others(sentence: Sentence, i: int, j: int) -> bool:
    """Like "“Poor” is a word that the union uses", "Nowhere do they use the word “poor”": not a finding."""
    low = sentence.tokens.low
    near = _words(low[max(0, i - _REACH) : i]) + _words(low[j : j + _REACH])
    if WORDS.isdisjoint(near) or _USED.isdisjoint(near):
        return False
    return not (sentence.kinds.isdisjoint(_OTHERS) and _NEVER.isdisjoint(low[:i]))


def _words(low: list[str]) -> list[str]:
    return [word for word in low if word[0].isalnum()]
