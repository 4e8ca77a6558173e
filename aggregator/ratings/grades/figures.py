"""Figures of speech that praise or blame: whose subject is judged ("was taken to task"), or whose object.

Tables only; ``idioms`` reads them, from the word by which a figure is rarest to its whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ADJECTIVES", "FIGURE_WORDS", "LITTLE", "OF_OBJECT_ALONE", "OF_OBJECT_BY_TWO", "OF_SUBJECT_BY_FIRST"]

_POS, _NEG = RatingValue.POSITIVE, RatingValue.NEGATIVE

ADJECTIVES: Final = dict.fromkeys(
    ("good", "glowing", "excellent", "kind", "warm", "favourable", "flattering", "honourable", "special", "generous",
     "positive", "approving", "rave", "nice", "complimentary", "warmest", "kindest", "best", "enthusiastic"),
    _POS,
) | dict.fromkeys(
    ("bad", "poor", "harsh", "hard", "stern", "unflattering", "unfavourable", "sharp", "damning", "scathing",
     "critical", "frosty", "harshest", "hardest", "strongest", "sternest", "worst", "negative"),
    _NEG,
)  # fmt: skip
"""What a report, a mention or words are that praise or blame."""
LITTLE: Final = frozenset(
    ("little", "no", "scant", "few", "not", "hardly", "nothing", "less", "never", "n't", "without")
)
"""Before praise or blame these turn it round."""

# Figures of speech whose subject is judged; a form of "be" may stand before them, and words between their own.
_OF_SUBJECT: Final[tuple[tuple[tuple[str, ...], RatingValue], ...]] = tuple(
    (tuple(words.split()), value)
    for value, phrases in (
        (_POS, ("singled out for praise", "picked out for praise", "held up as an example", "held up as a model",
                "given full marks", "given top marks", "given credit", "left inspectors impressed",
                "left them impressed", "found favour with inspectors", "won over the inspectors", "won inspectors over",
                "hailed", "lauded", "cited as good practice", "came through with flying colours",
                "passed with flying colours", "earned its stripes", "with flying colours", "got the thumbs up",
                "a firm grip on", "a good grip on", "a firm grasp of", "a good grasp of", "a sure touch with",
                "singled out as an example", "singled out as a strength", "picked out as a strength")),
        (_NEG, ("singled out for criticism", "picked out for criticism", "taken to task", "pulled up",
                "hauled over the coals", "raked over the coals", "marked down", "found wanting",
                "left inspectors unimpressed", "left them unimpressed", "left inspectors worried",
                "left inspectors concerned", "left inspectors dismayed", "failed to impress", "did not impress",
                "failed to convince", "failed to satisfy inspectors", "did not satisfy inspectors", "got short shrift",
                "given short shrift", "told off", "ticked off", "brought to book", "singled out as a weakness",
                "picked out as a weakness", "picked out as the weak link", "got the thumbs down", "under fire",
                "in the firing line", "given a hard time", "let itself down", "let itself badly down",
                "gave inspectors cause for concern", "gave cause for concern", "gave cause for alarm",
                "gave rise to concern", "cause for criticism", "left a lot to be desired")),
    )
    for words in phrases
)  # fmt: skip
_TELLING: Final = (
    ("comment", "comments", "commented", "report", "reports", "reported", "speak", "speaks", "spoke", "write", "writes",
     "wrote", "written")
)  # fmt: skip
_FAVOURABLY: Final = {
    _POS: ("favourably", "positively", "approvingly", "glowingly", "enthusiastically"),
    _NEG: ("unfavourably", "negatively", "critically", "scathingly", "adversely"),
}
# Figures whose object is judged: what stands before it, and what behind.
_OF_OBJECT: Final[tuple[tuple[tuple[str, ...], tuple[str, ...], RatingValue], ...]] = tuple(
    (tuple(before.split()), tuple(after.split()), value)
    for before, after, value in (
        *((f"{verb}", "to task", _NEG) for verb in ("took", "take", "takes", "taking", "taken")),
        *((f"{verb} out", "for praise", _POS) for verb in ("single", "singles", "singled", "pick", "picks", "picked")),
        *(
            (f"{verb} out", "for criticism", _NEG)
            for verb in ("single", "singles", "singled", "pick", "picks", "picked")
        ),
        *((f"{verb}", "over the coals", _NEG) for verb in ("haul", "hauls", "hauled", "rake", "raked")),
        *((f"{verb} a dim view of", "", _NEG) for verb in ("take", "takes", "took")),
        *((f"{verb} a poor view of", "", _NEG) for verb in ("take", "takes", "took")),
        *((f"{verb} highly of", "", _POS) for verb in ("think", "thought", "thinks", "speak", "spoke", "speaks")),
        *((f"{verb} well of", "", _POS) for verb in ("think", "thought", "thinks", "speak", "spoke", "speaks")),
        *((f"{verb} warmly of", "", _POS) for verb in ("speak", "spoke", "speaks", "wrote", "write")),
        *((f"{verb} poorly of", "", _NEG) for verb in ("think", "thought", "thinks")),
        *(
            (f"{verb} {how} {on}", "", value)
            for verb in _TELLING
            for value, hows in _FAVOURABLY.items()
            for how in hows
            for on in ("on", "about", "of")
        ),
        *((f"{verb} little of", "", _NEG) for verb in ("think", "thought", "thinks")),
        *((f"{verb} not much of", "", _NEG) for verb in ("think", "thought", "thinks")),
        *((f"{verb} a low opinion of", "", _NEG) for verb in ("had", "have", "has")),
        *((f"{verb} a poor opinion of", "", _NEG) for verb in ("had", "have", "has")),
        *((f"{verb} a high opinion of", "", _POS) for verb in ("had", "have", "has")),
        *((f"{verb} fault with", "", _NEG) for verb in ("find", "found", "finds", "finding")),
        *((f"{verb} highly", "", _POS) for verb in ("rate", "rates", "rated")),
        *((f"{verb} {what} thumbs down to", "", _NEG) for verb in ("give", "gives", "gave") for what in ("a", "the")),
        *((f"{verb} {what} thumbs up to", "", _POS) for verb in ("give", "gives", "gave") for what in ("a", "the")),
        *((f"{verb}", "thumbs down", _NEG) for verb in ("give", "gives", "gave", "given")),
        *((f"{verb}", "thumbs up", _POS) for verb in ("give", "gives", "gave", "given")),
        *((f"{verb}", "full marks", _POS) for verb in ("give", "gives", "gave", "given")),
        *((f"{verb}", "top marks", _POS) for verb in ("give", "gives", "gave", "given")),
        *(
            (f"{verb} what they {saw} {where}", "", _POS)
            for verb in ("like", "liked")
            for saw in ("saw", "see", "found")
            for where in ("of", "at", "in")
        ),
        *(
            (f"{verb} up", f"as {what}", _POS)
            for verb in ("hold", "holds", "held")
            for what in ("an example", "a model")
        ),
        *(
            (f"{verb} {what} {at}", "", _NEG)
            for verb in (
                "voice",
                "voiced",
                "express",
                "expressed",
                "raise",
                "raised",
                "raises",
                "sounds",
                "voices",
                "expresses",
                "sounded",
                "have",
                "has",
                "had",
            )
            for what in (
                "alarm",
                "concern",
                "concerns",
                "worries",
                "doubts",
                "misgivings",
                "reservations",
                "dismay",
                "the alarm",
            )
            for at in ("at", "about", "over", "with")
        ),
        *((f"{verb} {few} complaints about", "", _POS) for verb in ("have", "had", "has") for few in ("no", "few")),
        *((f"{could} fault", "", _POS) for could in ("could not", "cannot", "couldn't", "could hardly", "can't")),
        *(
            (f"{verb} {grave}{what} {at}", "", _NEG)
            for grave in ("", "serious ", "significant ")
            for verb in ("found", "identified", "highlighted", "exposed", "uncovered", "revealed", "pointed to", "saw")
            for what in ("failings", "flaws", "shortcomings", "weaknesses", "deficiencies", "failures")
            for at in ("in", "at", "with")
        ),
        *((f"{verb} praise on", "", _POS) for verb in ("heap", "heaps", "heaped", "lavish", "lavished")),
        *((f"{verb} the praises of", "", _POS) for verb in ("sing", "sings", "sang")),
        *((f"{verb} strengths in", "", _POS) for verb in ("found", "identified", "saw", "highlighted")),
        *((f"{verb} into", "", _NEG) for verb in ("tore", "tears")),
        *((f"{verb} out at", "", _NEG) for verb in ("hit", "hits", "lashed")),
        *((f"{verb} holes in", "", _NEG) for verb in ("pick", "picks", "picked")),
        *((f"{verb} confidence in", "", _NEG) for verb in ("lost", "had no", "had little", "have little")),
        ("came down hard on", "", _NEG),
        ("cast doubt on", "", _NEG),
        ("disapproved of", "", _NEG),
        ("despaired of", "", _NEG),
        ("took issue with", "", _NEG),
        ("take issue with", "", _NEG),
        ("pour scorn on", "", _NEG),
        ("poured scorn on", "", _NEG),
        ("laid into", "", _NEG),
        ("lays into", "", _NEG),
        ("marked down", "", _NEG),
        ("marks down", "", _NEG),
    )
)
_Beginning = tuple[str, ...]


def _places(beginnings: Iterable[_Beginning]) -> dict[_Beginning, list[int]]:
    """Where in a table each beginning stands."""
    places: dict[_Beginning, list[int]] = {}
    for place, beginning in enumerate(beginnings):
        places.setdefault(beginning, []).append(place)
    return places


_SUBJECT_AT: Final = _places(words[:1] for words, _ in _OF_SUBJECT)
_OBJECT_AT: Final = _places(before[:2] for before, _, _ in _OF_OBJECT)

OF_SUBJECT_BY_FIRST: Final = {
    beginning[0]: [_OF_SUBJECT[place] for place in places] for beginning, places in _SUBJECT_AT.items()
}
OF_OBJECT_ALONE: Final = {
    beginning[0]: [_OF_OBJECT[place] for place in _OBJECT_AT.get(beginning[:1], ())] for beginning in _OBJECT_AT
}
"""By their first word: those that have one word before the object."""
OF_OBJECT_BY_TWO: Final = {
    pair: [_OF_OBJECT[place] for place in sorted((*places, *_OBJECT_AT.get(pair[:1], ())))]
    for pair, places in _OBJECT_AT.items()
    if len(pair) > 1
}
"""By their first two words: those that have no other two there."""
_EVERYWHERE: Final = frozenset(
    ("inspectors", "under", "told", "given", "found", "failed", "take", "takes", "took", "taking", "taken", "express",
     "expressed", "raise", "raised", "voice", "voiced", "sounded", "through", "over", "good", "poor", "well", "much",
     "little", "practice")
)  # fmt: skip


def _rarest(words: tuple[str, ...]) -> str:
    """The word of a figure of speech by which to look for it: the longest that does not stand everywhere."""
    return max((word for word in words if word not in _EVERYWHERE), key=len)


FIGURE_WORDS: Final = frozenset(
    (*(_rarest(words) for words, _ in _OF_SUBJECT), *(_rarest(before + after) for before, after, _ in _OF_OBJECT))
)
"""A sentence with none of these holds no such figure."""
