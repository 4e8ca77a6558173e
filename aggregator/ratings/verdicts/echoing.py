"""What is stated by passing on the grade before it: "so was that of the NPS", "it got the same rating in 2018"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from aggregator.model import OVERALL, RatingValue, When
from aggregator.ratings.grades.echoes import echoes
from aggregator.ratings.verdicts.resolve import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.ratings.grades.echoes import Echo
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = ["echoed"]


def echoed(sentence: Sentence, own: Sequence[Statement], before: Statement | None, scene: Scene) -> Iterator[Statement]:
    """What the echoes of a sentence state.

    Args:
        sentence: The sentence that may pass a grade on.
        own: What the sentence states by itself.
        before: What was stated last before it, where nobody else has been spoken of since.
        scene: What the post is about, up to here.
    """
    for echo in echoes(sentence) if own or before is not None else ():
        at, _ = sentence.tokens.span(echo.i, echo.j)
        source = max(
            (s for s in own if s.position == sentence.start and s.start < at), key=lambda s: s.start, default=None
        )
        if source is None and (echo.of_before or not any(s.start >= at for s in own)):
            source = before
        if source is not None:
            yield from _passed_on(sentence, echo, source, scene)


def _passed_on(sentence: Sentence, echo: Echo, source: Statement, scene: Scene) -> Iterator[Statement]:
    """What one echo states of what it passes on."""
    if echo.again:
        if source.when is When.PREVIOUS:
            said = (source.target, source.aspect, source.value, When.CURRENT)
            told = f"the same as “{source.raw}”"
            yield Statement.told(sentence, (echo.i, echo.j), said, source.confidence * 0.9, told)
        elif _is_of_before(sentence, echo, scene):
            said = (source.target, source.aspect, source.value, When.PREVIOUS)
            told = f"the same as “{source.raw}”, earlier"
            yield Statement.told(sentence, (echo.i, echo.j), said, source.confidence * 0.9, told)
        return
    if echo.denied and source.value is not RatingValue.POSITIVE:
        return
    value = RatingValue.NEGATIVE if echo.denied else source.value
    targets = [target for mention in echo.bodies for target in scene.targets(mention)] or [source.target]
    moment = When.PREVIOUS if _had_been_so(sentence, echo, scene) else source.when
    for target in targets:
        named = (target.type, target.provider, target.area)
        itself = named == (source.target.type, source.target.provider, source.target.area) and not echo.aspects
        for aspect in echo.aspects or ((OVERALL,) if itself else (source.aspect,)):
            if (target.type, target.provider, target.area, aspect) == (
                source.target.type,
                source.target.provider,
                source.target.area,
                source.aspect,
            ):
                continue
            said = (target, aspect, value, moment)
            told = f"the same as “{source.raw}” before it"
            yield Statement.told(sentence, (echo.i, echo.j), said, source.confidence * 0.95, told)


def _had_been_so(sentence: Sentence, echo: Echo, scene: Scene) -> bool:
    """Like "and so had the whole unit been in 2022", "so had Essex CRC last time"."""
    low = sentence.tokens.low
    if low[echo.i : echo.i + 2] != ["so", "had"] or scene.year is None:
        return False
    behind = low[echo.j : echo.j + _AS_FAR]
    return any(
        (a == "in" and len(b) == len("2018") and b.isdecimal() and int(b) < scene.year)
        or (a == "last" and b in {"time", "year"})
        for a, b in pairwise(behind)
    )


_AS_FAR = 12


def _is_of_before(sentence: Sentence, echo: Echo, scene: Scene) -> bool:
    """Like "it got the same rating in 2018", "… last time"."""
    behind = sentence.tokens.low[echo.j : echo.j + 3]
    year = next((int(word) for word in behind if word.isdecimal() and len(word) == len("2018")), 0)
    dated = behind[:1] == ["in"] and scene.year is not None and 0 < year < scene.year
    return dated or behind[:2] in (["last", "time"], ["last", "year"])
