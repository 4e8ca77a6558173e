"""Whose grade it is, and of what: the body and the aspect of a candidate.

By clause, not by sentence. The body is the nearest one before the grade in its clause that is not mentioned in passing;
else one after it that "for", "of" or nothing joins to it; else the clause before; else the heading; else whom the post
spoke of last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, ProviderType
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.nouns import OLD
from aggregator.ratings.verdicts.agents import doer_behind, report_opens
from aggregator.ratings.verdicts.aspects import SOME_STANDARDS, aspects_of
from aggregator.ratings.verdicts.counting import (
    areas_of_the_nps,
    bracket_after,
    counted_before,
    counted_class,
    listed_by_name,
    members_behind,
    shared_out,
    so_many,
    the_rest,
)
from aggregator.ratings.verdicts.sharing import in_whose_hands, likewise
from aggregator.ratings.verdicts.singled import (
    member_before,
    named_behind,
    of_its_class,
    place_is_subject,
    placed_behind,
    pointed_at,
    singled_out,
)
from aggregator.ratings.verdicts.subjects import is_firm
from aggregator.ratings.words.grammar import NUMBERS
from aggregator.ratings.words.vocabulary import SEPARATORS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene, Target
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["Attribution", "attribute", "group_before"]

_GROUP_LINKS: Final = (
    NUMBERS
    | frozenset(
        (
            "nor",
            ";",
            "for",
            "to",
            "in",
            "the",
            "of",
            "by",
            "both",
            "that",
            "at",
            "with",
            "a",
            "an",
            "local",
            "its",
            "private",
            "public",
        )
    )
    | SEPARATORS
)


_RENAMING: Final = 4
_OTHERWISE: Final = frozenset(("or", "otherwise", "alias", "aka"))
_COMMAS: Final = SEPARATORS | {";", "nor"}


@dataclass(slots=True)
class Attribution:
    """The bodies and the aspects that a grade is of, with the reason; ``why`` says why there are none."""

    targets: list[Target]
    aspects: list[str]
    reason: str
    confidence: float
    why: str = ""
    group: int = 1


def group_before(sentence: Sentence, mentions: list[Mention], at: int) -> list[Mention]:
    """The mention at ``at`` and those before it in one enumeration ("A, B and C")."""
    group = [mentions[at]]
    k = at - 1
    while k >= 0:
        gap = sentence.tokens.low[mentions[k].j : group[0].i]
        same = mentions[k].i == group[0].i
        unnamed = mentions[k].any_probation or mentions[k].type is None
        if unnamed and len(gap) <= _RENAMING and not _OTHERWISE.isdisjoint(gap):
            group[0] = group[0] if group[0].areas else mentions[k]
            k -= 1  # "the probation service, or Probation Delivery Unit": the same by another name
            continue
        if not same and (
            not gap
            or len(gap) > 4
            or not all(word in _GROUP_LINKS or word.isdigit() for word in gap)
            or _COMMAS.isdisjoint(gap)
        ):
            break
        if ";" in gap and not same and _is_told_of(sentence, mentions[k]):
            break
        if mentions[k].other != group[0].other or mentions[k].pronoun or (mentions[k].demoted and not group[0].demoted):
            break
        group.insert(0, mentions[k])
        k -= 1
    return group


def _is_told_of(sentence: Sentence, mention: Mention) -> bool:
    """Whether the clause of a mention has a grade of its own: what a semicolon parts from it is another's."""
    begin, end = sentence.clause(mention.i)
    return any(begin <= it.i and it.j <= end and ("four" in it.kinds or "ordinal" in it.kinds) for it in sentence.items)


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
            group, how, confidence = _context(sentence, candidate, scene)
    else:
        group, how, confidence = _group(sentence, candidate, scene, aspect_item)
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
        group, how, confidence = _context(sentence, candidate, scene)
        group = group + others if group else group
    aspects = aspects + [aspect for aspect in more_aspects if aspect not in aspects]
    if len(group) == 1 and _is_left_behind(sentence, group[0], aspects):
        group, how, confidence = [m for m in scene.focus if not m.other], "spoken of just before", 0.7
        aspects = ["through the gate"] if aspects == [OVERALL] else aspects
    # "The report shows that poor practice is widespread", in a post on all CRCs
    of_class = candidate.is_narrative and scene.one_class and report_opens(sentence)
    if of_class and not any(mention in sentence.mentions for mention in group):
        group = []
    if any(mention.areas for mention in group):
        group = [
            m for m in group if m.word != "owner" and not m.both
        ]  # "Sodexo's work in Kent and in Essex": the places tell whom
    known = _judged_before(sentence, scene, aspects)
    if group and all(mention.other for mention in group) and not (known and group[0] not in sentence.mentions):
        here = f" (“{sentence.words(group[0].i, group[0].j)}”)" if group[0] in sentence.mentions else ""
        return Attribution([], aspects, "", 0.0, f"said of something else{here}")
    group = shared_out(sentence, candidate) or group
    group = [pointed_at(sentence, candidate, of_its_class(sentence, mention)) for mention in group]
    group = [placed_behind(sentence, named_behind(sentence, mention)) for mention in group]
    if len(group) == 1:
        group = members_behind(sentence, candidate, group[0]) or group
    targets = [target for mention in group if not mention.other for target in scene.targets(mention)]
    if not targets and is_firm(candidate) and candidate.strength >= 0.7 and scene.lead_inspected and scene.one_topic:
        targets, how, confidence = scene.topic(), "", 0.7
    if not targets and of_class:
        targets, how, confidence = scene.topic(), "", 0.7
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


_ONE_BY_ONE: Final = frozenset((ProviderType.PDU, ProviderType.YJS))
"""Bodies reported on one by one: a standard's grade is of one, though "two units were visited" was said before."""


def _judged_before(sentence: Sentence, scene: Scene, aspects: list[str]) -> list[Target]:
    """The one body whose grade the post told last: whose standards a sentence goes on about that names nobody."""
    named = any(
        not (m.pronoun or m.bare or m.demoted) and not (m.any_probation and not m.areas) for m in sentence.mentions
    )
    return [] if named or aspects == [OVERALL] or scene.judged is None else [scene.judged]


def _is_left_behind(sentence: Sentence, mention: Mention, aspects: list[str]) -> bool:
    """Like "help before they leave prison", "Through the Gate, in two prisons, was …": where the work is done."""
    low = sentence.tokens.low
    if not mention.other or mention not in sentence.mentions or low[mention.i] not in _JAILS:
        return False
    leaving = low[mention.i - 1] in {"leave", "leaving", "left", "from", "leaves"}
    return leaving or low[max(0, mention.i - 2) : mention.i] == ["out", "of"] or aspects == ["through the gate"]


_JAILS: Final = frozenset(("prison", "prisons", "hmp", "jail", "jails", "gaol", "hmyoi", "yoi"))


def _usable(mention: Mention) -> bool:
    return not mention.demoted


def _is_example(low: list[str], mention: Mention) -> bool:
    """Like "the other two, one of them London, are …": one of those that are counted, not who is judged."""
    return low[max(0, mention.i - 3) : mention.i] == ["one", "of", "them"] or (
        low[max(0, mention.i - 2) : mention.i] == ["among", "them"]
    )


def _is_for_somebody(low: list[str], mention: Mention) -> bool:
    """Like "the services for women": what a body offers, and not the services themselves."""
    return mention.word == "anaphor" and low[mention.j - 1 : mention.j + 1] == ["services", "for"]


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


def _group(
    sentence: Sentence, candidate: Candidate, scene: Scene, aspect: Item | None
) -> tuple[list[Mention], str, float]:
    begin, end = sentence.clause(candidate.i)
    low = sentence.tokens.low
    mentions = sentence.mentions
    numbers = sentence.clauses
    number = numbers[candidate.i]
    inside = [k for k, m in enumerate(mentions) if m.i >= begin and m.j <= end and (m.listed or numbers[m.i] == number)]
    # "(inadequate)" right behind a name
    if begin > 0 and low[begin - 1] == "(" and candidate.i <= begin + 1:
        before = [k for k, m in enumerate(mentions) if m.j <= begin - 1]
        if before and begin - 1 - mentions[before[-1]].j <= 2 and aspect is None:
            return [mentions[before[-1]]], "in brackets behind the name", 0.95
    listed = listed_by_name(sentence, candidate)
    if listed:
        return listed, "named behind the grade", 0.85
    bracket = bracket_after(sentence, candidate)
    if bracket:
        return bracket, "in brackets behind the grade", 0.85
    right = _right(sentence, candidate, [mentions[k] for k in inside])
    if right is not None:
        at = mentions.index(right)
        return _group_after(sentence, mentions, at), "joined to the grade", 0.92
    hands = in_whose_hands(sentence, candidate)
    if hands is not None:
        return [hands], "in whose hands it is", 0.9
    left = [k for k in inside if mentions[k].j <= candidate.i and _usable(mentions[k])]
    left = [k for k in left if not _is_example(low, mentions[k]) and not _is_for_somebody(low, mentions[k])]
    left = [k for k in left if not (mentions[k].pronoun and any(not mentions[x].pronoun for x in left))] or left
    placed = all(mentions[k].other or (mentions[k].bare and not place_is_subject(sentence, mentions[k])) for k in left)
    doer = doer_behind(sentence, candidate) if placed else None
    if doer is not None and not _HOW_DONE.isdisjoint(low[candidate.i : candidate.j]):
        return [doer], "who did it", 0.85
    before_it = [
        it.j
        for kind in ("four", "ordinal")
        for it in sentence.having(kind)
        if it.j <= candidate.i and it.i >= begin and sentence.same_clause(it.i, candidate.i)
    ]
    if before_it and candidate.kind in {"four", "ordinal"}:
        own = [k for k in left if mentions[k].i >= max(before_it) and mentions[k].bare]
        if own and not any(mentions[k].i >= max(before_it) and not mentions[k].bare for k in left):
            return group_before(sentence, mentions, own[-1]), "the place before this grade", 0.8
    if not left:
        inner = [
            k
            for k, m in enumerate(mentions)
            if begin <= m.i and m.j <= candidate.i and _usable(m) and not m.pronoun and not m.other
        ]
        if (
            inner
            and all(mentions[k].bare or mentions[k].areas for k in inner)
            and any(sentence.same_clause(x, candidate.i) for x in range(begin, mentions[inner[0]].i))
            and low[mentions[inner[-1]].j : mentions[inner[-1]].j + 1] in (["–"], ["—"], [")"], ["-"])
        ):
            return [mentions[k] for k in inner], "named between dashes", 0.8
    strong = [k for k in left if not mentions[k].bare] or left
    units = [k for k in strong if mentions[k].type is ProviderType.PDU and mentions[k].areas]
    if units and mentions[strong[-1]].type is ProviderType.REGION and low[mentions[strong[-1]].i - 1] in _OF_REGION:
        strong = units  # "Somerset PDU, the other one in the South West region, received …"
    if left and strong[-1] != left[-1] and mentions[strong[-1]].plural and _is_it_itself(sentence, mentions[left[-1]]):
        strong = left  # "in other divisions it was good, and so London is a disappointment"
    counted = counted_class(sentence, candidate, mentions, left)
    if counted is not None:
        return [mentions[counted]], "so many of the class", 0.85
    singled = singled_out(sentence, mentions, left)
    if singled is not None:
        return group_before(sentence, mentions, singled), "singled out of the class", 0.85
    if strong:
        k = strong[-1]
        if mentions[k].bare and not place_is_subject(sentence, mentions[k]):
            strong = [x for x in strong if not mentions[x].bare or place_is_subject(sentence, mentions[x])]
            if not strong:
                who = {"who", "that", "which"}.isdisjoint(
                    low[begin : mentions[k].i]
                )  # "those who serve Tyneside have …"
                place = _elsewhere(scene, mentions[k]) if who else None
                return ([place], "the place it is said of", 0.7) if place is not None else ([], "", 0.0)
            k = strong[-1]
        what_it_runs = mentions[k].any_probation and not mentions[k].areas and _is_run(low, mentions[k])
        if mentions[k].pronoun or (mentions[k].word == "anaphor" and mentions[k].type is None) or what_it_runs:
            named = [
                x
                for x in range(k)
                if not mentions[x].pronoun
                and not (mentions[x].word == "anaphor" and mentions[x].type is None)
                and not mentions[x].demoted
                and not (mentions[x].any_probation and not mentions[x].areas)
                and not (mentions[x].bare and not place_is_subject(sentence, mentions[x]))
            ]
            if named and not mentions[named[-1]].other:
                return (
                    group_before(sentence, mentions, named[-1]),
                    "the pronoun stands for who is named before it",
                    0.85,
                )
        member = member_before(sentence, mentions[k])
        if member is not None:
            return [member], "one of the class", 0.88
        return group_before(sentence, mentions, k), "in the same clause", 0.9
    after = [k for k in inside if mentions[k].i >= candidate.j and _usable(mentions[k]) and not mentions[k].pronoun]
    after = [k for k in after if not mentions[k].bare or scene.topic_type is not None]
    if candidate.use == "noun" and not left and low[end - 1 : end] in ([":"], [","], ["–"], ["—"]) and end - begin <= 8:
        ahead = [k for k, m in enumerate(mentions) if m.i >= end and _usable(m) and not m.pronoun and m.i - end <= 4]
        if ahead:
            return _group_after(sentence, mentions, ahead[0]), "in the same headline", 0.75
    if after and candidate.use in {"noun", "attribute", "verb"} and aspect is None:
        return _group_after(sentence, mentions, after[0]), "in the same clause, after the grade", 0.75
    return [], "", 0.0


def _is_run(low: list[str], mention: Mention) -> bool:
    """Like "the NPS delivers probation that we find to be good": the service is that of who delivers it."""
    return mention.i > 0 and low[mention.i - 1] in _RUNNING


_RUNNING: Final = frozenset(("delivers", "delivered", "delivering", "provides", "provided", "providing", "runs", "ran"))
_OF_REGION: Final = frozenset(("in", "the", "of"))
_HOW_DONE: Final = frozenset(("well", "badly", "poorly", "effectively", "ineffectively", "competently", "properly",
                            "help", "support"))  # fmt: skip


def _is_it_itself(sentence: Sentence, place: Mention) -> bool:
    """Whether a place is the subject of the verb right behind it."""
    return place.bare and place_is_subject(sentence, place) and any(it.i == place.j for it in sentence.having("copula"))


def _elsewhere(scene: Scene, place: Mention) -> Mention | None:
    """Like "in Kent planning was inadequate": a place other than that of the body spoken of before."""
    kind = next((mention.type for mention in scene.focus if mention.type is not None), scene.topic_type)
    if kind is None:
        return None
    here = {area for mention in scene.focus for area in mention.areas} | set(scene.topic_areas.get(kind, ()))
    if kind is ProviderType.PDU and not scene.vocabulary.is_of_a_unit(place.areas[0]):
        return None
    return Mention(place.i, place.j, kind, list(place.areas)) if scene.names_another(place.areas[0], here) else None


def _right(sentence: Sentence, candidate: Candidate, inside: list[Mention]) -> Mention | None:
    low = sentence.tokens.low
    subject = any(m.j <= candidate.i and not m.demoted and not m.bare and not m.pronoun for m in inside)
    for mention in inside:
        if mention.i < candidate.j or mention.pronoun or (mention.bare and subject):
            continue
        gap = [word for word in low[candidate.j : mention.i] if word not in "\"“”‘’'`"]
        if len(gap) > 7 or "than" in gap:
            return None
        if candidate.use in {"noun", "attribute"} and not gap and not mention.bare:
            return mention
        if (
            candidate.use == "noun"
            and gap
            and gap[-1] in {"for", "to", "the", "of", "by"}
            and {"but", "and", ",", ";", "with"}.isdisjoint(gap[1:] if gap[0] == "," else gap)
        ):
            joined = not {"for", "to", "of", "went", "goes"}.isdisjoint(gap)
            if joined:
                return mention
        if (
            candidate.use == "attribute"
            and not {"by", "of", "from", "at", "in"}.isdisjoint(gap)
            and {",", ";"}.isdisjoint(gap)
        ):
            return mention
    return None


def _group_after(sentence: Sentence, mentions: list[Mention], at: int) -> list[Mention]:
    group = [mentions[at]]
    for mention in mentions[at + 1 :]:
        gap = sentence.tokens.low[group[-1].j : mention.i]
        same = mention.i == group[-1].i
        if not same and (
            not gap
            or len(gap) > 4
            or not all(word in _GROUP_LINKS or word.isdigit() for word in gap)
            or _COMMAS.isdisjoint(gap)
        ):
            break
        if mention.other or mention.pronoun:
            break
        group.append(mention)
    return group


def _whose(sentence: Sentence, candidate: Candidate) -> Mention | None:
    """Like "supervised by the NPS, whose performance inspectors found to be good": who stands right before "whose"."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(candidate.i)
    whose = next((k for k in range(candidate.i - 1, max(0, begin - 2), -1) if low[k] == "whose"), 0)
    if not whose:
        return None
    return next((m for m in sentence.mentions if m.j in {whose, whose - 1} and m.type and not m.other), None)


def _context(sentence: Sentence, candidate: Candidate, scene: Scene) -> tuple[list[Mention], str, float]:
    begin, _ = sentence.clause(candidate.i)
    mentions = sentence.mentions
    earlier = [
        k
        for k, m in enumerate(mentions)
        if m.j <= begin and _usable(m) and (not m.bare or place_is_subject(sentence, m))
    ]
    owner = _whose(sentence, candidate)
    if owner is not None:
        return [owner], "whose it is", 0.8
    own = [k for k in earlier if not mentions[k].pronoun]
    singled = singled_out(sentence, mentions, own)
    if singled is not None:
        return [mentions[singled]], "singled out of the class", 0.75
    if own:
        return group_before(sentence, mentions, own[-1]), "from the clause before", 0.75
    if scene.section_bodies:
        names = scene.sections[-1].text
        return list(scene.section_bodies), f"under the heading “{names}”", 0.85
    later = [m for m in mentions if m.i >= candidate.j and _usable(m) and not m.pronoun and not m.bare]
    if later and candidate.i < 8 and not later[0].other:
        at = mentions.index(later[0])
        return _group_after(sentence, mentions, at), "from the clause after", 0.65
    if scene.focus:
        rest = [] if scene.counting else the_rest(sentence, candidate, scene.focus)
        return (rest, "all but the one before", 0.8) if rest else (list(scene.focus), "spoken of just before", 0.7)
    return [], "", 0.0
