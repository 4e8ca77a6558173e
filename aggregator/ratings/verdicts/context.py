"""Whom a grade is of where its clause names nobody: the clause before, the heading, whom the post spoke of last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.model import OVERALL
from aggregator.ratings.nouns import OLD
from aggregator.ratings.verdicts.counting import the_rest
from aggregator.ratings.verdicts.groups import group_after, group_before
from aggregator.ratings.verdicts.singled import place_is_subject, singled_out

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.nouns import Target
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = ["judged_before", "named_in_context"]


def judged_before(sentence: Sentence, scene: Scene, aspects: list[str]) -> list[Target]:
    """The one body whose grade the post told last: whose standards a sentence goes on about that names nobody."""
    named = any(
        not (m.pronoun or m.bare or m.demoted) and not (m.any_probation and not m.areas) for m in sentence.mentions
    )
    return [] if named or aspects == [OVERALL] or scene.judged is None else [scene.judged]


def _whose(sentence: Sentence, candidate: Candidate) -> Mention | None:
    """Like "supervised by the NPS, whose performance inspectors found to be good": who stands right before "whose"."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(candidate.i)
    whose = next((k for k in range(candidate.i - 1, max(0, begin - 2), -1) if low[k] == "whose"), 0)
    if not whose:
        return None
    return next((m for m in sentence.mentions if m.j in {whose, whose - 1} and m.type and not m.other), None)


def _goes_on(scene: Scene) -> bool:
    """Whether a paragraph under a heading on "probation services" goes on about the one of them that it named."""
    return all(m.any_probation for m in scene.section_bodies) and bool(scene.focus) and scene.focus[0].type in OLD


def named_in_context(sentence: Sentence, candidate: Candidate, scene: Scene) -> tuple[list[Mention], str, float]:
    """The bodies that a grade is of by what stands round its clause, how they were told, and how surely (0 to 1)."""
    begin, _ = sentence.clause(candidate.i)
    mentions = sentence.mentions
    earlier = [
        k
        for k, m in enumerate(mentions)
        if m.j <= begin and not m.demoted and (not m.bare or place_is_subject(sentence, m))
    ]
    owner = _whose(sentence, candidate)
    if owner is not None:
        return [owner], "whose it is", 0.8
    own = [k for k in earlier if not mentions[k].pronoun]
    if "elsewhere" in sentence.tokens.low[:begin] and "here" in sentence.tokens.low[begin:]:
        own = []  # "Elsewhere in the NPS this was good; what some get here is poor"
    singled = singled_out(sentence, mentions, own)
    if singled is not None:
        return [mentions[singled]], "singled out of the class", 0.75
    if own:
        return group_before(sentence, mentions, own[-1]), "from the clause before", 0.75
    if scene.item is not None and not (scene.section_bodies and any(m.areas for m in scene.section_bodies)):
        return [scene.item], "whose item it is", 0.85
    if scene.section_bodies and not (not sentence.starts_block and _goes_on(scene)):
        names = scene.sections[-1].text
        return list(scene.section_bodies), f"under the heading “{names}”", 0.85
    later = [m for m in mentions if m.i >= candidate.j and not m.demoted and not m.pronoun and not m.bare]
    if later and candidate.i < 8 and not later[0].other:
        at = mentions.index(later[0])
        return group_after(sentence, mentions, at), "from the clause after", 0.65
    if scene.focus:
        rest = [] if scene.counting else the_rest(sentence, candidate, scene.focus)
        return (rest, "all but the one before", 0.8) if rest else (list(scene.focus), "spoken of just before", 0.7)
    return [], "", 0.0
