"""Whose grade it is, and of what: the body and the aspect of a candidate.

By clause, not by sentence: whom the clause names (clause.py), else the context (context.py). Then the classes that the
sentence counts, those whom the grade is passed on to, and the one of a class whom it means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, ProviderType
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.nouns import OLD
from aggregator.ratings.verdicts.agents import is_of_findings, report_opens
from aggregator.ratings.verdicts.aspects import aspects_of
from aggregator.ratings.verdicts.clause import named_in_clause
from aggregator.ratings.verdicts.context import judged_before, named_in_context
from aggregator.ratings.verdicts.counting import (
    areas_of_the_nps,
    counted_before,
    members_before,
    members_behind,
    shared_out,
    so_many,
)
from aggregator.ratings.verdicts.purposes import SOME_STANDARDS
from aggregator.ratings.verdicts.sharing import likewise
from aggregator.ratings.verdicts.singled import named_behind, of_its_class, placed_behind, pointed_at
from aggregator.ratings.verdicts.subjects import is_firm

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.nouns import Target
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = ["Attribution", "attribute"]


@dataclass(slots=True)
class Attribution:
    """The bodies and the aspects that a grade is of, with the reason; ``why`` says why there are none."""

    targets: list[Target]
    aspects: list[str]
    reason: str
    confidence: float
    why: str = ""
    group: int = 1


def attribute(sentence: Sentence, candidate: Candidate, scene: Scene) -> Attribution:
    """Tell the bodies and the aspects of a candidate."""
    aspects, aspect_reason, aspect_item = aspects_of(sentence, candidate, scene)
    told = candidate.attitude
    if told is not None:
        aspects = list(told.aspects) or [SOME_STANDARDS if told.part else OVERALL]
        group, how, confidence = list(told.bodies), "praised or blamed by inspectors", 0.85
        if group and all(m.pronoun for m in group):
            named = [
                m for m in sentence.mentions if m.j <= told.i and m.type is not None and not (m.demoted or m.pronoun)
            ]
            group = named[-1:] or group  # "praised the CRC for … and criticised it for …"
        if told.aspects and not group:
            group, how, confidence = named_in_context(sentence, candidate, scene)
    else:
        group, how, confidence = named_in_clause(sentence, candidate, scene, aspect_item)
    if (
        not group
        and sentence.tokens.low[:1] == ["of"]
        and sentence.mentions
        and sentence.mentions[0].plural
        and sentence.mentions[0].i <= 4
    ):
        group, how, confidence = [sentence.mentions[0]], "one of those named first", 0.85
    compared = _compared(sentence, group)
    if compared is not None:
        group, how, confidence = [compared], "one of those it is compared with", 0.8
    counted = counted_before(sentence, scene)
    if counted is not None:
        group, how, confidence = [counted], "so many of those before it", 0.8
    many = so_many(sentence, candidate, scene)
    if many is not None:
        group, how, confidence, aspects = [many], "so many of the class", 0.85, [OVERALL]
    divisions = areas_of_the_nps(sentence, candidate)
    if divisions is not None:
        group, how, confidence, aspects = [divisions], "so many of its divisions", 0.85, [OVERALL]
    others, more_aspects = likewise(sentence, candidate)
    if group:
        group = group + others
    if not group:
        group, how, confidence = named_in_context(sentence, candidate, scene)
        group = group + others if group else group
    aspects = aspects + [aspect for aspect in more_aspects if aspect not in aspects]
    if len(group) == 1 and _is_left_behind(sentence, group[0], aspects):
        group, how, confidence = [m for m in scene.focus if not m.other], "spoken of just before", 0.7
        aspects = ["through the gate"] if aspects == [OVERALL] else aspects
    # "The report shows that poor practice is widespread", in a post on all CRCs
    of_class = (
        candidate.is_narrative
        and scene.one_class
        and (
            report_opens(sentence)
            or _is_of_their_report(sentence, candidate)
            or _is_of_the_title(sentence, scene)
            or (aspects == ["through the gate"] and scene.topic_type is ProviderType.CRC and sentence.has("inspector"))
        )
    )
    if of_class and not any(mention in sentence.mentions for mention in group):
        group = []
    if candidate.is_narrative and is_of_findings(sentence, candidate):
        group, aspects, of_class = [], [OVERALL], True  # "The findings are in; they make grim reading"
    if any(mention.areas for mention in group):
        group = [
            m for m in group if m.word != "owner" and not m.both
        ]  # "Sodexo's work in Kent and in Essex": the places tell whom
    known = judged_before(sentence, scene, aspects)
    if group and all(mention.other for mention in group) and not (known and group[0] not in sentence.mentions):
        here = f" (“{sentence.words(group[0].i, group[0].j)}”)" if group[0] in sentence.mentions else ""
        return Attribution([], aspects, "", 0.0, f"said of something else{here}")
    group = shared_out(sentence, candidate) or group
    group = [pointed_at(sentence, candidate, of_its_class(sentence, mention)) for mention in group]
    group = [placed_behind(sentence, named_behind(sentence, mention)) for mention in group]
    if len(group) == 1:
        group = members_behind(sentence, candidate, group[0]) or members_before(sentence, candidate) or group
    targets = [target for mention in group if not mention.other for target in scene.targets(mention)]
    if not targets and is_firm(candidate) and candidate.strength >= 0.7 and scene.lead_inspected and scene.one_topic:
        targets, how, confidence = scene.topic(), "", 0.7
    if not targets and of_class:
        targets, how, confidence = scene.topic(), "", 0.7
    if how.startswith("the pronoun") and not scene.four_point and {t.type for t in targets} == set(OLD):
        targets = [replace(target, joint=True) for target in targets]  # "the NPS and the CRC …, yet their work"
    targets = [_of_the_region(scene, target, aspects, aspect_reason, group) for target in targets]
    named_here = any(m.type is not None and not m.pronoun and m in sentence.mentions for m in group)
    counted_off = targets and not named_here and all(t.national for t in targets)
    if known and (not targets or (counted_off and known[0].type in _ONE_BY_ONE and not candidate.is_narrative)):
        targets, how, confidence = known, "whose other grades were told before", 0.7
    if not targets:
        return Attribution([], aspects, "", 0.0, "no body that it could be of")
    seen: dict[tuple[object, ...], Target] = {}
    for target in targets:
        seen.setdefault((target.type, target.provider, target.area), target)
    targets = list(seen.values())
    reason = "; ".join(
        part for part in (how, targets[0].how if targets[0].how != "named" else "", aspect_reason) if part
    )
    return Attribution(targets, aspects, reason, confidence, group=len(targets))


def _of_the_region(
    scene: Scene, target: Target, aspects: list[str], aspect_reason: str, group: list[Mention]
) -> Target:
    """Like "Leadership in the PDUs was strong", in a post on a region: a standard there is the region's."""
    counted = any(mention.count for mention in group) or scene.region is None or target.area != scene.region
    if counted or target.type is not ProviderType.PDU or not target.national:
        return target
    if aspects == [OVERALL] and "overall" not in aspect_reason:
        return target  # "the PDUs were ‘Inadequate’": each of them
    return scene.make(ProviderType.REGION, scene.region, "the units of the region", named=False)


def _is_of_their_report(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Few are seen at home, a damning report by HMI Probation says": of whom the post is about."""
    report = sentence.has_between("narr_report", candidate.i, candidate.j)
    return report is not None and sentence.has("inspector")


def _is_of_the_title(sentence: Sentence, scene: Scene) -> bool:
    """Like "Too little was done", under "Through the Gate: an inspection": of those whose work the title names."""
    known = scene.title_aspect is not None and scene.lead_inspected
    return known and all(m.pronoun or (m.type is scene.topic_type and not m.areas) for m in sentence.mentions)


_ONE_BY_ONE: Final = frozenset((ProviderType.PDU, ProviderType.YJS))
"""Bodies reported on one by one: a standard's grade is of one, though "two units were visited" was said before."""


def _is_left_behind(sentence: Sentence, mention: Mention, aspects: list[str]) -> bool:
    """Like "help before they leave prison", "Through the Gate, in two prisons, was …": where the work is done."""
    low = sentence.tokens.low
    if not mention.other or mention not in sentence.mentions or low[mention.i] not in _JAILS:
        return False
    leaving = low[mention.i - 1] in {"leave", "leaving", "left", "from", "leaves"}
    return leaving or low[max(0, mention.i - 2) : mention.i] == ["out", "of"] or aspects == ["through the gate"]


_JAILS: Final = frozenset(("prison", "prisons", "hmp", "jail", "jails", "gaol", "hmyoi", "yoi"))


def _compared(sentence: Sentence, group: list[Mention]) -> Mention | None:
    """Like "Compared with the other NPS areas, performance in Kent was poor": it is one of these."""
    low = sentence.tokens.low
    if low[:2] not in (["compared", "with"], ["compared", "to"]) or any(m in sentence.mentions for m in group):
        return None
    others = next((m for m in sentence.mentions if m.type in OLD and m.i <= _OPENING), None)
    place = next((m for m in sentence.mentions if m.bare and others is not None and m.i > others.j), None)
    if others is None or place is None:
        return None
    return Mention(place.i, place.j, others.type, list(place.areas), word=others.word)


_OPENING: Final = 5
