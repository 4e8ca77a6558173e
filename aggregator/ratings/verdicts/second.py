"""A second look at what was refused, in a post that as a whole reads like one on an inspection of ours.

Rules refuse a grade word where nothing in its sentence shows that it is a judgement, or whose. Where all the rest of
the post says that one is reported (``likelihood``), that is reason enough to take the likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, BlockKind, Field
from aggregator.ratings.nouns import OLD
from aggregator.ratings.post.voices import INSPECTOR, OTHER
from aggregator.ratings.verdicts.attribution import attribute
from aggregator.ratings.verdicts.purposes import SOME_STANDARDS
from aggregator.ratings.verdicts.subjects import subject_of
from aggregator.ratings.words.heads import Subject
from aggregator.ratings.words.topics import is_work, purpose_of, standard_of, work_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import Rejection
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.verdicts.attribution import Attribution
    from aggregator.ratings.words.items import Sentence

__all__ = ["ANOTHERS", "SOFT", "Insisted", "Place", "choose", "may_outweigh", "whose", "worth"]

SOFT: Final = (
    *("said of something else", "no body that it could be of", "said of the class by nobody", "nobody says"),
    *("the speaker is no inspector", "nothing of an inspection near", "nowhere named"),
)
"""How reasons for refusing a grade word begin that the post as a whole can outweigh."""
ANOTHERS: Final = (
    *("judged by somebody else", "rated by", "the grades of another", "the post is about another", "the writer's own"),
    "the post tells how",
)
"""How reasons begin that tell of judgements which are not the inspectorate's."""
Place = tuple[int, int]
"""Where a grade word stands: the number of its sentence, and of its first token there."""
_ENOUGH: Final = 2.0
"""From this worth on a word is taken beside the best one."""
_LEAST: Final = 1.2
"""Below this a word has neither a body nor an inspector beside it."""
_PLAIN: Final = 2.5
"""Log-odds from which on a post is so plainly on an inspection that neither need stand beside it."""
_LEAST_THERE: Final = 0.6
"""What a word must be worth in such a post."""
_CONFIDENCE: Final = 0.5
"""How sure at most a word is that is taken so, whatever its strength."""


@dataclass(frozen=True, slots=True)
class Insisted:
    """The refused words to take after all, and why, in words."""

    places: frozenset[Place]
    why: str


def may_outweigh(rejections: Sequence[Rejection]) -> bool:
    """Whether the post as a whole may outweigh why its grades were refused: not where one was somebody else's."""
    return not any(rejection.why.startswith(ANOTHERS) for rejection in rejections)


def worth(sentence: Sentence, candidate: Candidate) -> float:
    """How much speaks for a refused word being the judgement that the post reports: the higher, the likelier."""
    found = candidate.strength
    found += any(m.type in OLD and not (m.other or m.pronoun) for m in sentence.mentions)
    found += sentence.has("inspector") or sentence.voice == INSPECTOR
    found -= 2 * (sentence.voice == OTHER and not sentence.has("inspector"))
    found -= any(m.other for m in sentence.mentions) / 2
    quoted = sentence.block is not None and sentence.block.kind is BlockKind.QUOTE
    found -= quoted and sentence.voice != INSPECTOR  # of somebody whom the post may have named before
    found += sentence.where is Field.TITLE and candidate.marked
    return found


def choose(doubted: Sequence[tuple[float, Place]], log_odds: float) -> frozenset[Place]:
    """The refused words to take: those of enough worth, else the one of most; ``log_odds`` are the post's."""
    best, place = max(doubted, key=lambda doubt: doubt[0], default=(0.0, (0, 0)))
    if best < (_LEAST if log_odds < _PLAIN else _LEAST_THERE):
        return frozenset()
    return frozenset(place for found, place in doubted if found >= _ENOUGH) or frozenset((place,))


def whose(sentence: Sentence, candidate: Candidate, scene: Scene, why: str) -> tuple[Attribution, Subject]:
    """Whose such a word is, and of what: as its sentence says, else the body that the post is about."""
    subject = Subject("none") if candidate.speaks_for_itself else subject_of(sentence, candidate)
    found = attribute(sentence, candidate, scene)
    if not found.targets:
        found.targets, found.reason, found.why = scene.topic(), "the body the post is about", ""
    topic = standard_of(subject.words) or purpose_of(subject.words) or work_with(subject.words)
    if found.aspects == [OVERALL]:
        part = subject.kind in {"part", "foreign"} and is_work(subject.words)
        found.aspects = [topic or (SOME_STANDARDS if part else OVERALL)]
    found.reason = f"{found.reason}; {why}"
    found.confidence = min(found.confidence, _CONFIDENCE) / (0.5 + candidate.strength / 2)  # which it is weighed by
    return found, subject
