"""From statements to ratings: each said once, one overall grade a body, firm words before weak ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, BlockKind, Field, ProviderType, Rating, RatingValue, Rejection, When
from aggregator.ratings.nouns import NATIONAL
from aggregator.ratings.post.speakers import OTHER
from aggregator.ratings.verdicts.purposes import SOME_STANDARDS
from aggregator.ratings.words.grammar import NUMBERS
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from aggregator.ratings.nouns import Target
    from aggregator.ratings.words.items import Sentence

__all__ = ["Statement", "resolve"]

EARLIER_MONTH: Final = "given in an earlier month"
THRESHOLD: Final = 0.4
"""Below this confidence nothing is called a rating."""
_NEWS: Final = frozenset(
    (
        "today",
        "now",
        "week",
        "morning",
        "yesterday",
        "published",
        "announced",
        "announces",
        "latest",
        "has",
        "have",
        "time",
    )
)
"""Words of a sentence that tells news rather than history."""
_BANDS: Final = frozenset((RatingValue.POSITIVE, RatingValue.MIXED, RatingValue.NEGATIVE))


@dataclass(frozen=True, slots=True)
class Statement:
    """One grade said of one body, not yet weighed against the others."""

    target: Target
    aspect: str
    value: RatingValue
    when: When
    confidence: float
    reason: str
    raw: str
    evidence: str
    field: Field
    position: int
    start: int
    end: int
    weak: bool = False
    firm: bool = False
    shared: bool = False
    news: bool = False
    heads: bool = False
    """It is said in a title or a heading, over what the text tells."""
    relayed: bool = False
    """It is in the mouth of somebody else: an MP's word for a grade gives way to the inspectors' own."""

    @classmethod
    def told(
        cls,
        sentence: Sentence,
        words: tuple[int, int],
        said: tuple[Target, str, RatingValue, When],
        confidence: float,
        reason: str,
        *,
        weak: bool = False,
        firm: bool = False,
        shared: bool = False,
    ) -> Statement:
        """What the tokens ``words`` of a sentence say: of whom, on what, which grade and when."""
        start, end = sentence.tokens.span(*words)
        target, aspect, value, moment = said
        return cls(
            target=target,
            aspect=aspect,
            value=value,
            when=moment,
            confidence=confidence,
            reason=reason,
            raw=sentence.text[start:end],
            evidence=sentence.text,
            field=sentence.where,
            position=sentence.start,
            start=start,
            end=end,
            weak=weak,
            firm=firm,
            shared=shared,
            news=not _NEWS.isdisjoint(sentence.tokens.low),
            relayed=sentence.voice == OTHER and not sentence.has("inspector"),
            heads=sentence.where is Field.TITLE
            or (sentence.block is not None and sentence.block.kind is BlockKind.HEADING),
        )

    def rating(self) -> Rating:
        """The rating as it leaves this room."""
        return Rating(
            provider_type=self.target.type,
            provider=self.target.provider,
            area=self.target.area,
            aspect=self.aspect,
            rating=self.value,
            raw=self.raw,
            when=self.when,
            evidence=self.evidence,
            field=self.field,
            position=self.position,
            start=self.start,
            end=self.end,
            confidence=round(min(self.confidence, 0.99), 2),
            reason=self.reason,
        )

    def rejection(self, why: str) -> Rejection:
        """The same words, not taken."""
        return Rejection(self.raw, self.evidence, self.field, self.position, why)


def resolve(statements: list[Statement]) -> tuple[list[Rating], list[Rejection]]:
    """Weigh the statements of a post against each other."""
    rejections: list[Rejection] = []
    best: dict[tuple[object, ...], Statement] = {}
    for statement in statements:
        if statement.confidence < THRESHOLD:
            rejections.append(statement.rejection("too unsure to be called a rating"))
            continue
        key = (*_body(statement), statement.aspect, statement.value, statement.when)
        known = best.get(key)
        if known is None or _says_more(statement, known):
            best[key] = statement
    kept = _news(list(best.values()))
    for drop in (_joint, _twice, _graded, _one_overall, _heralded, _vague):
        kept, more = drop(kept)
        rejections += more
    kept.sort(key=lambda s: (s.field is not Field.TITLE, s.position, s.start))
    return [statement.rating() for statement in kept], rejections


def _says_more(one: Statement, other: Statement) -> bool:
    """Whether of two that say the same the first is kept: of one body alone rather than of both in one breath."""
    if one.target.joint != other.target.joint:
        return other.target.joint
    return _weight(one) > _weight(other)


def _news(kept: list[Statement]) -> list[Statement]:
    """A verdict of an earlier month of the year is the news where the post has no later one."""
    if any(s.when is When.CURRENT and s.aspect == OVERALL for s in kept):
        return kept
    return [replace(s, when=When.CURRENT) if EARLIER_MONTH in s.reason else s for s in kept]


def _body(statement: Statement) -> tuple[object, ...]:
    target = statement.target
    if target.national:
        return (target.type, "*", target.area)
    if target.type is ProviderType.CRC and target.provider:
        return (target.type, target.provider)
    return (target.type, key_of(target.area or ""))


def _weight(statement: Statement) -> float:
    return (
        statement.confidence
        + (0.3 if statement.firm else 0.0)
        + (0.25 if statement.news else 0.0)
        - (0.3 if statement.weak else 0.0)
        - (0.3 if statement.relayed else 0.0)
        - (0.1 if statement.field is Field.TITLE else 0.0)
    )


def _one_overall(kept: list[Statement]) -> tuple[list[Statement], list[Rejection]]:
    """Where one body has several overall ratings now, the firmest is the rating."""
    rejections: list[Rejection] = []
    out: list[Statement] = []
    overall: dict[tuple[object, ...], list[Statement]] = {}
    for statement in kept:
        if statement.aspect == OVERALL and statement.when is When.CURRENT and not statement.target.national:
            overall.setdefault(_body(statement), []).append(statement)
        else:
            out.append(statement)
    for group in overall.values():
        graded = [s for s in group if s.value not in _BANDS]
        pool = graded or [s for s in group if not s.weak] or group
        if len(pool) > 1 and any(not s.shared for s in pool):
            pool = [s for s in pool if not s.shared]
        winner = max(pool, key=lambda s: (_weight(s), -s.position))
        out.append(winner)
        for statement in group:
            if statement is winner:
                continue
            if statement.value is winner.value:
                continue
            if (
                winner.news
                and not statement.news
                and statement in graded
                and not statement.shared
                and _is_past(statement)
            ):
                out.append(replace(statement, when=When.PREVIOUS, reason=f"{statement.reason}; there is a newer one"))
            else:
                rejections.append(statement.rejection(f"“{winner.raw}” is firmer for the same body"))
    return out, rejections


def _place(statement: Statement) -> tuple[object, ...]:
    return (_body(statement), statement.aspect, statement.field, statement.position)


def _twice(kept: list[Statement]) -> tuple[list[Statement], list[Rejection]]:
    """Praise or blame of a standard gives way to the grade that the same sentence gives it."""
    told = {_place(s) for s in kept if s.value not in _BANDS and s.aspect != OVERALL and not s.target.national}
    out: list[Statement] = []
    gone: list[Rejection] = []
    for statement in kept:
        if statement.value in _BANDS and _place(statement) in told:
            gone.append(statement.rejection("the sentence gives the standard a grade as well"))
        else:
            out.append(statement)
    return out, gone


def _graded(kept: list[Statement]) -> tuple[list[Statement], list[Rejection]]:
    """Praise or blame of a standard gives way to the grade that the post gives it, or all of the casework, elsewhere.

    "Assessments were thorough", in a report where assessment is ‘Good’, says why: of 20 labelled posts that had both,
    18 were not held to state a second verdict.
    """
    told = {(_body(s), s.aspect) for s in kept if s.value not in _BANDS and s.when is When.CURRENT}
    out: list[Statement] = []
    gone: list[Rejection] = []
    for statement in kept:
        over = _CASEWORK if statement.aspect in _OF_CASEWORK else statement.aspect
        if (
            statement.value in _BANDS
            and statement.when is When.CURRENT
            and statement.aspect not in {OVERALL, SOME_STANDARDS}
            and not statement.target.national
            and not told.isdisjoint(((_body(statement), statement.aspect), (_body(statement), over)))
        ):
            gone.append(statement.rejection("the post gives the standard a grade"))
        else:
            out.append(statement)
    return out, gone


_CASEWORK: Final = "case supervision"
_OF_CASEWORK: Final = frozenset(("assessment", "planning", "implementation and delivery", "reviewing"))
_PAST: Final = ("when ", "last ", "in 20", "two years", "three years", "a year ago", "once ")


def _is_past(statement: Statement) -> bool:
    """Whether the sentence looks back: "When it was judged …"."""
    return statement.evidence.lower().startswith(_PAST) or "years ago" in statement.evidence.lower()


def _heralded(kept: list[Statement]) -> tuple[list[Statement], list[Rejection]]:
    """Drop the praise and blame of a title whose post gives the body's grades: "Sound plans, shaky supervision".

    A headline sums up the grades, or tells of a finding below a standard: 15 of 18 labelled posts had no such verdict.
    """
    graded = {s.target.type for s in kept if s.value not in _BANDS and s.when is When.CURRENT}
    out: list[Statement] = []
    rejections: list[Rejection] = []
    for statement in kept:
        if statement.heads and statement.value in _BANDS and statement.target.type in graded:
            rejections.append(statement.rejection("a title's words for the grades that the text gives"))
        else:
            out.append(statement)
    return out, rejections


def _vague(kept: list[Statement]) -> tuple[list[Statement], list[Rejection]]:
    """A grade said of a class without a number, or of a vague place, gives way to the same grade of a named body."""
    named = {
        (s.target.type, s.value, s.when)
        for s in kept
        if s.aspect == OVERALL and not s.target.national and not s.target.vague
    }
    out: list[Statement] = []
    rejections: list[Rejection] = []
    for statement in kept:
        target = statement.target
        summed_up = target.national and target.area != NATIONAL  # "two units in the Midlands are ‘Inadequate’"
        loose = target.vague or summed_up or (target.national and not _counted(target.provider))
        if loose and statement.aspect == OVERALL and (target.type, statement.value, statement.when) in named:
            rejections.append(statement.rejection("the same grade is stated of a named body"))
        else:
            out.append(statement)
    return out, rejections


def _counted(provider: str | None) -> bool:
    words = (provider or "").lower().split()
    first = words[0] if words else ""
    if first in {"other", "all"} and len(words) > 1 and (words[1] in NUMBERS or words[1].isdecimal()):
        return True
    return first not in {"", "crcs", "nps", "pdus", "youth", "regions", "trio", "other", "all"}


def _is_a_side_of_both(statement: Statement) -> bool:
    """Like "Both organisations did well at enforcing orders", beside what is said of the rest of their work."""
    return (
        statement.aspect not in {OVERALL, SOME_STANDARDS}
        and statement.field is Field.TEXT
        and "“both” are" in statement.reason
        and "both" in statement.evidence.lower().split()
    )


def _joint(kept: list[Statement]) -> tuple[list[Statement], list[Rejection]]:
    """What is said of "probation services" in one breath gives way to what is said of either body by itself."""
    single = [s for s in kept if not s.target.joint and not s.weak and s.when is When.CURRENT]
    out: list[Statement] = []
    gone: list[Rejection] = []
    for statement in kept:
        rivals = [
            s
            for s in single
            if s.target.type is statement.target.type
            and (s.aspect == OVERALL or s.value is not statement.value)
            and (statement.aspect == s.aspect or not _is_a_side_of_both(statement))
        ]
        if statement.target.joint and rivals:
            gone.append(statement.rejection("more is said of this body by itself"))
        else:
            out.append(statement)
    return out, gone
