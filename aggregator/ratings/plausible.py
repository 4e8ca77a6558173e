"""How likely it is that praise or blame is a judgement of our inspectors.

A grade of the scale is what it is. Praise and blame in words are what the rules get wrong most: one in four, at the
first sight of a post, is somebody else's, is of something else, or says less than a judgement. Many small things tell
it: the words beside it, which rule told whose it is, what else the post says of that body, and what all of it is like.
A linear model weighs them, learned as that of the whole post is (``likelihood``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import NATIONAL, OVERALL, Field, Reading, Rejection, When
from aggregator.ratings.likelihood import load
from aggregator.ratings.verdicts.purposes import SOME_STANDARDS
from aggregator.ratings.verdicts.saying import BAND

if TYPE_CHECKING:
    from aggregator.model import Rating

__all__ = ["AGAINST", "SHORTEST", "is_weighed", "signs_of", "without_the_unlikely"]

AGAINST: Final = 0.0
"""Log-odds below which praise or blame is taken back."""
SHORTEST: Final = 5
"""Sentences, the title with them, below which a post says too little to weigh one of them."""
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_QUOTED: Final = re.compile(r"“[^”]*”|\d+")
_NEAR: Final = 3
"""Words before and behind the judgement that are told with their place."""
_TOLD: Final = 3
_SAYS: Final = "says "


def is_weighed(rating: Rating) -> bool:
    """Whether a rating is praise or blame in words, and stated now."""
    return rating.when is When.CURRENT and rating.rating not in BAND


def signs_of(rating: Rating, reading: Reading, likely: float, *, long: bool, scale: bool) -> dict[str, float]:
    """What speaks for a judgement in words, or against it: its sentence, the rules' reason, what else was read.

    Args:
        rating: The judgement.
        reading: All that was read in the post.
        likely: What the whole of the post says for its reporting ratings, in log-odds.
        long: Whether the post is long.
        scale: Whether it is of the time since there are grades.
    """
    stated = [other for other in reading.ratings if other.when is When.CURRENT]
    beside = [other for other in stated if other is not rating and other.provider_type is rating.provider_type]
    graded = any(other.rating in BAND for other in beside)
    differs = any(other.rating is not rating.rating for other in beside)
    whole = rating.aspect == OVERALL
    signs: dict[str, float] = {
        "": 1.0,
        "the whole post": likely / 3,
        "confidence": (rating.confidence - 0.7) * 3,
        f"of {rating.provider_type}": 1.0,
        f"{rating.rating}": 1.0,
        f"of {rating.provider_type}: {rating.rating}": 1.0,
        "of all": whole,
        "of some standards": rating.aspect == SOME_STANDARDS,
        "of a class": rating.area == NATIONAL,
        "in the title": rating.field is Field.TITLE,
        "in a long post": long,
        "ratings": min(len(stated), 10) / 10,
        "refused": min(len(reading.rejections), 20) / 20,
        "of a graded body": graded,
        "others of the kind": min(len(beside), 6) / 6,
        "one of all beside it": any(other.aspect == OVERALL for other in beside),
        "another says the same": any(other.rating is rating.rating for other in beside),
        "another says otherwise": differs,
        "of all, and another says otherwise": whole and differs,
        "since there are grades": scale,
        "of all, since there are grades": scale and whole,
        f"said “{rating.raw.lower()}”": 1.0,
    }
    reasons = _QUOTED.sub("*", rating.reason).split("; ")
    signs.update((f"for {why}", 1.0) for why in reasons)
    signs[f"for {reasons[0]}, {'since' if scale else 'before'} there are grades"] = 1.0
    lowered = rating.evidence.lower().replace("’", "'")
    words = _WORD.findall(lowered)
    signs.update((f"{_SAYS}{word}", _IN_IT) for word in words)
    for place, told in (
        ("before", reversed(_WORD.findall(lowered[: rating.start])[-_NEAR:])),
        ("behind", _WORD.findall(lowered[rating.end :])[:_NEAR]),
    ):
        signs.update((f"{place} {k}: {word}", _BESIDE) for k, word in enumerate(told))
    return signs


_IN_IT: Final = 0.4
_BESIDE: Final = 0.5
"""How much a word of the sentence counts, and one beside the judgement; what is one of a few signs counts as one."""


def without_the_unlikely(reading: Reading, likely: float, *, long: bool, scale: bool) -> Reading:
    """The reading without praise and blame that is likelier not to be our inspectors'; it is told as refused."""
    kept, refused = [], []
    for rating in reading.ratings:
        if not is_weighed(rating):
            kept.append(rating)
            continue
        signs = signs_of(rating, reading, likely, long=long, scale=scale)
        learned = load().worded
        weighed = {sign: learned.get(sign, 0.0) * value for sign, value in signs.items()}
        if sum(weighed.values()) >= AGAINST:
            kept.append(rating)
        else:
            refused.append(Rejection(rating.raw, rating.evidence, rating.field, rating.position, _told(weighed)))
    return Reading(tuple(kept), (*reading.rejections, *refused)) if refused else reading


def _told(weighed: dict[str, float]) -> str:
    """Why, with the words of the sentence that speak loudest against it."""
    signs = [sign for sign in sorted(weighed, key=weighed.__getitem__) if weighed[sign] < 0 and sign.startswith(_SAYS)]
    quoted = ", ".join(f"“{sign.removeprefix(_SAYS)}”" for sign in signs[:_TOLD])
    return "the sentence reads unlike a judgement of our inspectors" + (f" ({quoted})" if quoted else "")
