"""How the focus moves from sentence to sentence: whom and what the next one goes on about.

"It was rated ‘Good’" is of the body that the sentence before was on, not of one that it named in passing ("It lost its
deputy to the NPS"), nor of one that it only stands beside ("Its owner also runs Merseyside CRC").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import Field, ProviderType
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.nouns import OLD
from aggregator.ratings.post.members import one_of_them, units_visited
from aggregator.ratings.words.grammar import AUXILIARIES
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["move", "point_back"]

_BEHIND: Final = frozenset(("from", "in", "at", "of", "for", "to", "with", "by", "people"))
_OWNING: Final = frozenset(("owns", "own", "owned", "runs", "run", "operates", "holds", "sister"))
_BESIDE: Final = 4
_FRONT: Final = 2
_ON_GRADES: Final = frozenset(("four", "ordinal", "narr_is", "narr_does", "inspector", "rate"))


def point_back(scene: Scene, sentence: Sentence) -> None:
    """Let "the former" and "the latter" stand for the first and the second body of the sentence before."""
    if len(scene.pair) == 2:
        for mention in sentence.mentions:
            last = sentence.tokens.low[mention.j - 1]
            if mention.word == "anaphor" and last in {"former", "latter"}:
                meant = scene.pair[last == "latter"]
                mention.type, mention.areas, mention.word = meant.type, list(meant.areas), meant.word
                mention.generic, mention.plural = meant.generic, False
    if len(sentence.mentions) < 2:
        return
    typed = [m for m in sentence.mentions if m.type is not None and not m.pronoun and m.word != "owner"]
    if len(typed) == 2 and typed[0].type is not typed[1].type:
        scene.pair = typed


def move(scene: Scene, sentence: Sentence) -> None:
    """Remember whom and what the sentence spoke of, for the pronouns of the next one."""
    scene.aspect = None
    scene.counting = not sentence.kinds.isdisjoint(("aspect", "parts"))
    if sentence.has("aspect"):
        named_aspects = {item.kinds["aspect"] for item in sentence.having("aspect")}
        scene.aspect = named_aspects.pop() if len(named_aspects) == 1 else None
    scene.standard_told = scene.aspect is not None and all(m.pronoun or m.other for m in sentence.mentions)
    scene.single = None
    scene.there = next((m.areas for m in reversed(sentence.mentions) if m.bare), [])
    if not sentence.mentions or _tells_who_inspects(sentence):
        return
    named = [mention for mention in sentence.mentions if not mention.demoted and not mention.pronoun]
    subjects = [
        mention
        for mention in named
        if not mention.bare
        and (mention.areas or mention.generic or mention.other)
        and not _in_passing(scene, sentence, mention)
        and not (mention.type is None and sentence.tokens.low[mention.j : mention.j + 2] == [",", "or"])
    ]  # "The probation service, or Probation Delivery Unit (PDU*), for Leicester": the second is its name
    if subjects and _leads(sentence, subjects[0]) and not _is_beside(scene, sentence, subjects[0]):
        lead = subjects[0]
        # "London's probation staff" are those of the division in London that was spoken of
        same = lead.any_probation and any(focus.type and focus.areas == lead.areas for focus in scene.focus)
        scene.focus = scene.focus if same else [lead]
        scene.single = _beside_a_class(sentence, lead, subjects)
        if lead.type is not None:
            announced = lead.listed and sentence.tokens.low[lead.i - 1] == ":"  # "Four PDUs were looked at: …"
            scene.focus += [
                m
                for m in subjects[1:]
                if m.i == lead.i or (m.type is lead.type and m.areas and (m.i - lead.j <= _BESIDE or announced))
            ]
    elif not subjects and sentence.mentions and not sentence.mentions[0].other:
        place = one_of_them(scene, sentence) or _place_in_front(scene, sentence)
        several = units_visited(scene, sentence)
        if place is not None or several:
            scene.focus = [place] if place is not None else several
    for mention in named:
        if mention.type is not None and not mention.demoted:
            scene.heard.add(mention.type)
            if mention.plural and not (mention.areas or mention.owner):
                scene.class_told = mention.type
        aside = sentence.text.startswith("(") or _is_behind_it(scene, sentence.tokens.low, mention)
        aside = aside or _is_but_a_name(scene, sentence.tokens.low, mention)
        if mention.type is not None and mention.areas and not (aside or _under_another_name(mention, named)):
            scene.last[mention.type] = mention


def _beside_a_class(sentence: Sentence, lead: Mention, subjects: list[Mention]) -> Mention | None:
    """Like "CRCs took on short sentences; the NPS has those who …": the one of another kind, in a clause of its own."""
    if not lead.plural or lead.areas or lead.type is None:
        return None
    others = [m for m in subjects if not m.plural and m.type not in {None, lead.type}]
    one = others[-1] if others else None
    apart = one is not None and {";", "while", "whereas", "but"}.intersection(sentence.tokens.low[lead.j : one.i])
    return one if apart else None


def _tells_who_inspects(sentence: Sentence) -> bool:
    """Like "HM Inspectorate of Probation is the independent inspector of probation and youth offending services"."""
    low = sentence.tokens.low
    return "independent" in low and any(
        low[it.j : it.j + 3] == ["is", "the", "independent"] or low[it.j : it.j + 3] == ["is", "an", "independent"]
        for it in sentence.having("inspector")
    )


def _place_in_front(scene: Scene, sentence: Sentence) -> Mention | None:
    """Like "In Bath and North Somerset the picture was brighter": the body of a place, named before, that is meant now.

    Only in a post on several bodies of one kind, each named with its place.
    """
    mention = sentence.mentions[0]
    kind = scene.topic_type
    if not mention.bare or kind is None or mention.i > 1 or mention.demoted:
        return None
    if mention.i == 1 and sentence.tokens.low[0] not in {"in", "for", "at"}:
        return None
    known = scene.topic_areas.get(kind, ())
    if _is_a_unit(scene, sentence, mention):
        return Mention(mention.i, mention.j, ProviderType.PDU, list(mention.areas))
    if len(known) < 2 or mention.areas[0] not in known:
        return None
    return Mention(mention.i, mention.j, kind, list(mention.areas))


def _is_a_unit(scene: Scene, sentence: Sentence, place: Mention) -> bool:
    """Like "West Kent was the first.", in a post on units: the unit of that name, and "it" in the next sentence."""
    return (
        scene.topic_type is not ProviderType.YJS
        and scene.types[ProviderType.PDU] > 0
        and place.i == 0
        and scene.vocabulary.is_of_a_unit(place.areas[0])
        and key_of(place.areas[0]) not in scene.vocabulary.regions
        and sentence.tokens.low[place.j : place.j + 1] in _IS_OR_CAME
    )


_IS_OR_CAME: Final = (["was"], ["is"], ["came"], ["comes"], ["has"], ["had"], ["got"], ["did"], ["went"])


def _is_the_rest(scene: Scene, mention: Mention, *, others: bool) -> bool:
    """Like "The other divisions": a class that a body of its kind, named before, is one of, in a post on that one."""
    return (
        mention.plural
        and not mention.areas
        and mention.type is not None
        and mention.type is scene.topic_type
        and (scene.titled or (others and bool(scene.lead_areas.get(mention.type))))
        and any(focus.type is mention.type and focus.areas for focus in scene.focus)
    )


def _is_round(scene: Scene, mention: Mention) -> bool:
    """Like "what it took to join the halves of West Midlands probation", in a post on a unit there: where that lies."""
    return (
        scene.topic_type is ProviderType.PDU
        and mention.i > _FRONT
        and mention.any_probation
        and bool(mention.areas)
        and key_of(mention.areas[0]) in scene.vocabulary.regions
        and bool(scene.lead_areas.get(ProviderType.PDU) or scene.title_place)
    )


def _is_where_it_lies(scene: Scene, sentence: Sentence, mention: Mention) -> bool:
    """Like "It was one of two inspections in the South West region", told of a unit: where it lies."""
    if mention.type is not ProviderType.REGION or mention.i < _FRONT:
        return False
    if sentence.has("four") and sentence.has_between("four", *sentence.clause(mention.i)) is not None:
        return False
    low = sentence.tokens.low
    at = mention.i - (low[mention.i - 1] == "the")
    units = {ProviderType.PDU, None}  # "the probation service of Kirklees" is the unit there
    return low[at - 1] in _INSIDE and any(
        focus.type in units and focus.areas and not focus.other and focus.areas != mention.areas
        for focus in scene.focus
    )


_INSIDE: Final = frozenset(("in", "within", "across", "inside"))


def _is_owned(sentence: Sentence, mention: Mention) -> bool:
    """Like "The owner has one model for all five of its CRCs": what it does something to."""
    before = sentence.tokens.low[max(0, mention.i - 1) : mention.i]
    return mention.plural and not mention.areas and mention.i > _FRONT and before in (["its"], ["their"])


def _are_its_units(scene: Scene, mention: Mention) -> bool:
    """Like "Leadership was strong in the PDUs", in a post that has a region for its subject: the region's own."""
    return mention.type is ProviderType.PDU and mention.plural and not mention.areas and scene.region is not None


def _is_beside(scene: Scene, sentence: Sentence, mention: Mention) -> bool:
    """Whether a body is not what a post on one of its kind goes on about: "Its owner also runs Merseyside CRC"."""
    others = "other" in sentence.tokens.low[max(0, mention.i - 2) : mention.i + 1]
    if _is_the_rest(scene, mention, others=others) or _is_round(scene, mention) or _is_owned(sentence, mention):
        return bool(scene.focus)
    if _is_where_it_lies(scene, sentence, mention):
        return True
    if _are_its_units(scene, mention):
        return True
    own = scene.lead_areas.get(mention.type, []) if mention.type is not None else []
    low = sentence.tokens.low[: mention.i]
    if _is_behind_it(scene, low, mention):
        return True
    return (
        scene.four_point
        and mention.i > _FRONT
        and bool(mention.areas)
        and mention.type is scene.topic_type
        and bool(own)
        and own[0] not in mention.areas
        and any(focus.type is mention.type for focus in scene.focus)
        and sentence.kinds.isdisjoint(_ON_GRADES)
        and (len(set(own)) == 1 or not _OWNING.isdisjoint(low) or low[:2] == ["its", "other"])
    )


def _is_behind_it(scene: Scene, low: list[str], mention: Mention) -> bool:
    """Like "It follows a similar report on Essex CRC": whoever "it" is, the post goes on about that one."""
    if low[:1] not in (["it"], ["this"], ["that"]) or mention.i <= _FRONT or not (mention.areas and scene.four_point):
        return False
    return any(focus.type is mention.type and focus.areas for focus in scene.focus)


def _in_passing(scene: Scene, sentence: Sentence, mention: Mention) -> bool:
    """Like "It lost its deputy to the NPS" in a report on a CRC: a body with no place that no verb has for its subject.

    Since 2018 a report is on one body. One of the other kind that is named without a place, behind a verb, is nobody
    that the next sentence goes on about.
    """
    if (
        not scene.four_point
        or mention.other
        or mention.areas
        or mention.plural
        or mention.type in {None, scene.topic_type}
        or scene.topic_type is None
        or any(mention.type is known.type for section in scene.sections for known in section.bodies)
    ):
        return False
    k = mention.i
    low = sentence.tokens.low
    while k > 0 and low[k - 1] in {"the", "its", "this"}:
        k -= 1
    if k > 0 and low[k - 1] in {"whom", "which", "who", "that", "whose"}:
        return True
    return any(
        it.j <= k and not {"copula", "rate", "says"}.isdisjoint(it.kinds) and it.j < k for it in sentence.items
    ) or not AUXILIARIES.isdisjoint(low[:k])


def _is_but_a_name(scene: Scene, low: list[str], mention: Mention) -> bool:
    """Like "It is now called the Wales division of Kent, Surrey and Sussex CRC", in a post on Wales CRC."""
    own = scene.lead_areas.get(mention.type, []) if mention.type in OLD else []
    if not own or own[0] in mention.areas:
        return False
    begin = max(0, mention.i - _NAMING)
    at = next((k for k in range(mention.i - 1, begin - 1, -1) if low[k] in _CALLED or low[k : k + 2] == _PART_OF), None)
    if at is None or low[at] == "part":
        return at is not None
    return low[at + 1] not in {"on", "for", "in"} and _BEHIND.isdisjoint(low[at + 1 : mention.i - 1])


_NAMING: Final = 6
_PART_OF: Final = ["part", "of"]
_CALLED: Final = frozenset(("called", "renamed", "rebranded", "rechristened", "styled"))


def _under_another_name(mention: Mention, named: list[Mention]) -> bool:
    """Like "The company is run by … CRC Limited": "the company" goes on to mean whom it meant."""
    return any(m.word == "anaphor" and m.type is mention.type and m.j < mention.i for m in named)


def _is_work(sentence: Sentence, item: Item) -> bool:
    """Whether words are on a standard or on work, and no part of a body's name ("the probation service, or …")."""
    told = "aspect" in item.kinds or "work" in item.kinds
    return told and not any(m.i <= item.i < m.j for m in sentence.mentions)


def _leads(sentence: Sentence, mention: Mention) -> bool:
    """Whether the first body of a sentence is what the sentence is about."""
    if mention.word == "probation" and not mention.areas:
        return False
    if mention.word == "anaphor" and mention.type is None:
        return False
    if not mention.other:
        # "Services were good, although the CRCs were little asked": the sentence is on a standard of whoever it was
        aside = sentence.clauses[mention.i] != sentence.clauses[0]
        return not (aside and any(it.j <= mention.i and _is_work(sentence, it) for it in sentence.items))
    before = sentence.tokens.low[max(0, mention.i - 2) : mention.i]
    return sentence.where is not Field.TITLE and mention.i <= 3 and _BEHIND.isdisjoint(before)
