"""How likely a post is to report what our inspectors found, by its words and by what the rules made of it.

The rules read sentences. Whether a post as a whole is on an inspection is told by no sentence of it, and people see it
at a glance. A linear model sees it too: each word speaks for or against, by a weight learned from labelled posts
(``data/likelihood.json``, made by ``benchmarks/ratings_learning.py``), and so does what the rules found. It is asked
two things: whether a long post that was found to state ratings does state any, and whether one that was found to state
none deserves a second look. Weights are log-odds, so that what spoke for an answer can be told. What was tried, and
how much it helps: ``docs/decisions/0024-a-post-is-judged-as-a-whole.md``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from aggregator.model import Field, Reading, Rejection, When
from aggregator.ratings.nouns import LONG
from aggregator.ratings.verdicts.second import SOFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aggregator.ratings.words.items import Sentence

__all__ = ["AGAIN", "AGAINST", "Likelihood", "Weights", "load", "none_stated", "signs_of", "words_of"]

_LEAD: Final = 90
"""Words, the title's with them, in which a post says what it is about."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What speaks for a post's reporting ratings, in log-odds.

    Attributes:
        words: Its words, each once of its title, its lead and its text; "" is what counts without any.
        stated: What the rules found, in a post in which they read ratings.
        missed: The same, in one in which they read none.
        worded: What speaks for a judgement in words (``plausible``).
    """

    words: Mapping[str, float]
    stated: Mapping[str, float]
    missed: Mapping[str, float]
    worded: Mapping[str, float]


@cache
def load() -> Weights:
    """The learned weights, read once per process."""
    data = json.loads(files("aggregator.ratings.data").joinpath("likelihood.json").read_text(encoding="utf-8"))
    return Weights(data["words"], data["stated"], data["missed"], data["worded"])


def words_of(parts: Sequence[Sentence]) -> Iterable[str]:
    """The words of a post as the model has them: each once of its title, of its lead and of it all."""
    title: set[str] = set()
    lead: set[str] = set()
    text: set[str] = set()
    left = _LEAD
    for sentence in parts:
        low = {word for word in sentence.tokens.low if word[0].isalpha()}
        if sentence.index < 0:
            title |= low
        else:
            text |= low
        if left > 0:
            lead |= low
            left -= len(sentence.tokens.low)
    return (
        *(f"title {word}" for word in title),
        *(f"lead {word}" for word in lead),
        *text,
    )


def signs_of(reading: Reading, worded: float, length: int, *, led_in: bool) -> dict[str, float]:
    """What a first reading of a post of ``length`` sentences says for its reporting ratings, beside its words.

    ``led_in``: it begins with an inspection.
    """
    stated = [rating for rating in reading.ratings if rating.when is When.CURRENT]
    refused = min(len(reading.rejections) / 10, 3.0)
    long = length >= LONG
    if stated:
        told = {rating.evidence for rating in stated}
        return {
            "": 1.0,
            "words": worded / 3,
            "led in": led_in,
            "one rating": len(stated) == 1,
            "ratings": min(len(stated), 8) / 8,
            "sentences with ratings": min(len(told), 5) / 5,
            "confidence": max(rating.confidence for rating in stated),
            "inspectors beside them": any("inspect" in sentence.lower() for sentence in told),
            "in the title": any(rating.field is Field.TITLE for rating in stated),
            "refused": refused,
            "share": len(stated) / (len(stated) + len(reading.rejections)),
        }
    return {
        "": 1.0,
        "words": worded / 3,
        "words of a long post": long * worded / 3,
        "long": long,
        "led in": led_in,
        "refused": refused,
        "nothing refused": not reading.rejections,
        "refused for want of a sign": any(r.why.startswith(SOFT) for r in reading.rejections),
        "earlier ratings": bool(reading.ratings),
    }


AGAINST: Final = -0.5
"""Log-odds below which what was read in a long post is taken back."""
AGAIN: Final = 0.25
"""Log-odds above which a post in which nothing was read is looked at again."""
_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What the whole of a post says for its reporting ratings of ours, in log-odds; ``told`` tells it in words."""

    log_odds: float
    stated: bool
    length: int
    words: Mapping[str, float]

    @classmethod
    def of(cls, parts: Sequence[Sentence], reading: Reading, *, led_in: bool) -> Likelihood:
        """Ask the words of a post, and what was read in it; ``led_in`` where it begins with an inspection."""
        weights = load()
        words = {word: weights.words[word] for word in words_of(parts) if word in weights.words}
        signs = signs_of(reading, weights.words[""] + sum(words.values()), len(parts), led_in=led_in)
        stated = any(rating.when is When.CURRENT for rating in reading.ratings)
        learned = weights.stated if stated else weights.missed
        return cls(sum(learned[sign] * value for sign, value in signs.items()), stated, len(parts), words)

    @property
    def speaks_against(self) -> bool:
        """Whether it is likelier than not that a long post states none of what was read in it."""
        return self.stated and self.length >= LONG and self.log_odds < AGAINST

    @property
    def asks_again(self) -> bool:
        """Whether a post in which no rating was read is likely to report one."""
        return not self.stated and self.log_odds > AGAIN

    def told(self) -> str:
        """The answer, with the words of the post that speak loudest for it."""
        ordered = sorted(self.words, key=self.words.__getitem__, reverse=not self.stated)
        loudest = list(dict.fromkeys(word.rpartition(" ")[2] for word in ordered))[:_TOLD]
        quoted = ", ".join(f"“{word}”" for word in loudest)
        return f"the post as a whole reads like {'none' if self.stated else 'one'} on an inspection of ours ({quoted})"


def none_stated(reading: Reading, why: str) -> Reading:
    """The reading, with all that it states refused."""
    refused = (Rejection(r.raw, r.evidence, r.field, r.position, why) for r in reading.ratings)
    return Reading((), (*reading.rejections, *refused))
