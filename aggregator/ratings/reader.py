"""The reading of a post: from title and blocks to ratings, step by step.

gate → furniture → sentences → senses and mentions → scene → candidates → attribution → time → resolution.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind, Field, ProviderType, Reading, join_blocks
from aggregator.ratings.bodies.areas import area_of_report, settle
from aggregator.ratings.bodies.coined import let_letters_stand
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.bodies.mentions import find as find_mentions
from aggregator.ratings.bodies.senses import Senses, is_on_drugs
from aggregator.ratings.post.furniture import without_furniture
from aggregator.ratings.post.gate import worth_reading
from aggregator.ratings.post.graders import Graders
from aggregator.ratings.post.hosts import names_ours
from aggregator.ratings.post.members import (
    one_of_them,
    place_of_a_row,
    place_there,
    the_second_is,
    under_a_class,
    units_visited,
)
from aggregator.ratings.post.scene import FOUR_POINT_FROM, Scene, Section
from aggregator.ratings.post.survey import POLICY, survey
from aggregator.ratings.post.voices import Voices, takes_back
from aggregator.ratings.verdicts.earlier import heading_is_of_before, looks_back
from aggregator.ratings.verdicts.judging import Judge
from aggregator.ratings.verdicts.parts import counts_parts
from aggregator.ratings.verdicts.purposes import told_by_label
from aggregator.ratings.verdicts.resolve import resolve
from aggregator.ratings.words.grammar import AUXILIARIES
from aggregator.ratings.words.items import annotate
from aggregator.ratings.words.tokens import sentences
from aggregator.ratings.words.vocabulary import key_of, load
from aggregator.spotting import any_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.model import Block, ExtraBody
    from aggregator.ratings.words.items import Sentence
    from aggregator.ratings.words.vocabulary import Vocabulary

__all__ = ["read_post"]

_GRADED: Final = re.compile(
    r"rated|overall rating|second.lowest|four.point|"
    r"[‘“'\"](?:good|outstanding|inadequate|requir\w{1,9} improvement)[,.]?[’”'\"]",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"\b(20[12]\d)\b")
_WHOLE: Final = frozenset((BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER, BlockKind.HEADING))
"""Blocks that are read in one piece."""
_LEAD: Final = 4
"""Sentences, the title with them, in which a post says what it is about."""
_is_home: Final = any_of(
    (
        *("inspectorate of probation", "hmi probation", "hmiprob", "inspector of probation", "inspectors of probation"),
        *("probation inspect", "probation watchdog", "probation report", "inspection of probation", "hmip"),
        *("glenys stacey", "dame glenys", "justin russell", "martin jones", "paul wilson", "sue mcallister"),
    )
)
_MOST: Final = 400_000
"""Characters of a post that are read: some sixty times the longest real one seen, and seconds at the very worst."""
_BETWEEN: Final = ("between", "ordination", "joint work", "working together", "relationship")
_FINDINGS: Final = frozenset(("found", "findings", "finding"))
_LABEL: Final = 6
"""Words beside its place from which on a heading says more than where: "Friday: Thames Valley" does not."""
_BEHIND: Final = frozenset(("from", "in", "at", "of", "for", "to", "with", "by", "people"))


def read_post(title: str, blocks: Sequence[Block], published: datetime | None, extra: tuple[ExtraBody, ...]) -> Reading:
    """Read one post. Pure; never raises on any text."""
    whole = f"{title}\n{join_blocks(blocks)}"
    if not worth_reading(whole, extra):
        return Reading()
    whole = whole.lower()
    vocabulary = load(extra)
    senses = Senses.of(whole, published)
    parts = _sentences(vocabulary, title, without_furniture(blocks, vocabulary.furniture))
    let_letters_stand(parts)
    for sentence in parts:
        sentence.mentions = find_mentions(vocabulary, sentence, senses)
    settle(parts)
    scene = Scene(vocabulary, published, drugs=senses.drugs)
    survey(scene, parts)
    scene.home = any(
        mention.type is not None or mention.any_probation or mention.both
        for sentence in (parts[:_LEAD] if any(s.has("other") for s in parts[:_LEAD]) else parts)
        for mention in sentence.mentions
        if not mention.other
    ) or _is_home(whole)
    _set_era(scene, whole)
    scene.report_area = area_of_report(vocabulary, parts, four_point=scene.four_point)
    strange = scene.made_up(mention for sentence in parts for mention in sentence.mentions)
    voices, graders = Voices(), Graders.of(parts, whole, explains=scene.explains, strange=strange)
    judge = Judge(scene, voices, graders)
    on_drugs = _headings_on_drugs(parts) if senses.drugs else set()
    previous = -1
    for sentence in parts:
        kind = sentence.block.kind if sentence.block is not None else None
        if kind is BlockKind.HEADING:
            section = _section(sentence)
            section.earlier = heading_is_of_before(sentence.text, scene.year)
            scene.enter(section)
            under_a_class(scene, section, sentence)
            scene.drugs = senses.drugs and (senses.drugs_lead or sentence.index in on_drugs)
        if sentence.mentions:
            _point_back(scene, sentence)
            place_there(scene, sentence)
            place_of_a_row(scene, sentence)
            the_second_is(scene, sentence)
        if sentence.starts_block:
            _date_block(scene, sentence)
            scene.block_place = None
            scene.label, scene.looking_back = None, False
        scene.block_place = _opening_place(sentence) or scene.block_place
        if not scene.four_point and ":" in sentence.text:
            scene.label = told_by_label(sentence) or scene.label
        voices.hear(sentence)
        graders.hear(sentence)
        if kind is BlockKind.TABLE_HEADER:
            judge.header = sentence
            continue
        if kind is not BlockKind.TABLE_ROW:
            judge.header = None
        if sentence.tokens.low and takes_back(sentence):
            judge.forget(previous)
        scene.named_here = scene.named_here or _names_ours(sentence)
        judge.read(sentence)
        previous = sentence.start if sentence.where is Field.TEXT else -1
        _move(scene, sentence)
        scene.looking_back = looks_back(scene, sentence) is not None
    judge.settle(len(parts))
    ratings, rejections = resolve(judge.statements)
    return Reading(tuple(ratings), tuple(judge.rejections + rejections))


def _sentences(vocabulary: Vocabulary, title: str, blocks: Sequence[Block]) -> list[Sentence]:
    out: list[Sentence] = []
    if title.strip():
        out.append(annotate(vocabulary, title, Field.TITLE, -1))
    index = 0
    left = _MOST
    for block in blocks:
        if left <= 0:
            break
        spans = [(0, len(block.text))] if block.kind in _WHOLE else sentences(block.text)
        for count, (start, end) in enumerate(spans):
            left -= end - start
            if left <= 0:
                break
            sentence = annotate(vocabulary, block.text[start:end], Field.TEXT, index)
            sentence.block, sentence.start, sentence.starts_block = block, block.start + start, count == 0
            out.append(sentence)
            index += 1
    return out


def _set_era(scene: Scene, whole: str) -> None:
    """Whether the four-point scale was in use: by the date, or by the words where there is none."""
    published = scene.published
    if published is None:
        years = [int(year) for year in _YEAR.findall(whole)]
        scene.year = max(years, default=None)
        scene.four_point = _GRADED.search(whole) is not None or scene.types[ProviderType.PDU] > 0
        return
    scene.year = published.year
    # "2018" alone arrives as 1 January 2018: then the words decide
    bare_year = published.year == FOUR_POINT_FROM.year and (published.month, published.day) == (1, 1)
    scene.four_point = published >= FOUR_POINT_FROM or (bare_year and _GRADED.search(whole) is not None)


def _section(sentence: Sentence) -> Section:
    """What a heading says about what stands under it."""
    assert sentence.block is not None
    own = [
        mention
        for mention in sentence.mentions
        if not (mention.other or mention.pronoun or mention.bare or (mention.any_probation and not mention.areas))
    ]
    aspect = next((item.kinds["aspect"] for item in sentence.having("aspect")), None)
    section = Section(sentence.block.level or 6, sentence.text, aspect=aspect)
    section.judges = not sentence.has("four") and not sentence.kinds.isdisjoint(("narr_is", "narr_does"))
    lowered = sentence.text.lower()
    section.between = any(word in lowered for word in _BETWEEN)
    if {ProviderType.CRC, ProviderType.NPS} <= {mention.type for mention in own}:
        section.between = section.between or (aspect is None and not _weighs(sentence))
    else:
        section.bodies = own
    section.finds = not _FINDINGS.isdisjoint(sentence.tokens.low) and sentence.kinds.isdisjoint(("rival", "voices"))
    bare = [mention for mention in sentence.mentions if mention.bare]
    if not own and len(bare) == 1 and len(sentence.tokens) - (bare[0].j - bare[0].i) < _LABEL:
        section.place = bare[0].areas[0]
    section.ours = any(mention.any_probation or mention.type is not None for mention in sentence.mentions)
    section.foreign = not own and any(mention.other and mention.word not in POLICY for mention in sentence.mentions)
    return section


def _weighs(sentence: Sentence) -> bool:
    """Like "The NPS solid, the CRC adrift", "A tale of two services: …": a heading that says how each of them is."""
    return ":" in sentence.tokens.low or not sentence.kinds.isdisjoint(("narr_is", "narr_does", "four"))


def _headings_on_drugs(parts: list[Sentence]) -> set[int]:
    """The headings that speak of drugs, or under which something does up to the next one: one item of minutes may."""
    found: set[int] = set()
    heading = None
    for sentence in parts:
        if sentence.block is not None and sentence.block.kind is BlockKind.HEADING:
            heading = sentence.index
        if heading is not None and heading not in found and is_on_drugs(sentence.text.lower()):
            found.add(heading)
    return found


def _names_ours(sentence: Sentence) -> bool:
    """Whether a body of ours is named there, or the probation inspectorate."""
    named = any(
        (m.type is not None and m.word != "anaphor" and not m.pronoun) or m.any_probation or m.both
        for m in sentence.mentions
    )
    return named or (sentence.has("inspector") and names_ours(sentence.text))


_DATING: Final = frozenset(("in", "by", "during"))


def _date_block(scene: Scene, sentence: Sentence) -> None:
    """Let a paragraph that begins in an earlier year ("In 2019 you would not …") stay in it."""
    scene.block_year = 0
    first = sentence.tokens.low[:3]
    if _DATING.isdisjoint(first):
        return
    for k in range(len(first) - 1):
        if first[k] in _DATING and first[k + 1].isdecimal() and len(first[k + 1]) == 4:
            scene.block_year = int(first[k + 1])


def _opening_place(sentence: Sentence) -> str | None:
    """The place that a sentence begins in: "In Gloucestershire, the subject of the latest report, …"."""
    low = sentence.tokens.low
    if low[:1] not in (["in"], ["across"]):
        return None
    place = next((m for m in sentence.mentions if m.i == 1 and m.areas and not m.other), None)
    if place is None or (place.bare and low[place.j : place.j + 1] != [","] and not _tells_of_units(sentence)):
        return None
    return place.areas[0]


def _tells_of_units(sentence: Sentence) -> bool:
    """Like "In Dorset the probation service, or Probation Delivery Unit (PDU*), has been rated …"."""
    return any(m.type is ProviderType.PDU and not m.areas for m in sentence.mentions)


def _point_back(scene: Scene, sentence: Sentence) -> None:
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


def _move(scene: Scene, sentence: Sentence) -> None:
    """Remember whom and what the sentence spoke of, for the pronouns of the next one."""
    scene.aspect = None
    scene.counted = counts_parts(sentence)
    scene.counting = not sentence.kinds.isdisjoint(("aspect", "parts"))
    if sentence.has("aspect"):
        named_aspects = {item.kinds["aspect"] for item in sentence.having("aspect")}
        scene.aspect = named_aspects.pop() if len(named_aspects) == 1 else None
    scene.there = next((m.areas for m in reversed(sentence.mentions) if m.bare), [])
    if not sentence.mentions:
        return
    named = [mention for mention in sentence.mentions if not mention.demoted and not mention.pronoun]
    subjects = [
        mention
        for mention in named
        if not mention.bare
        and (mention.areas or mention.generic or mention.other)
        and not _in_passing(scene, sentence, mention)
    ]
    if subjects and _leads(sentence, subjects[0]) and not _is_beside(scene, sentence, subjects[0]):
        lead = subjects[0]
        # "London's probation staff" are those of the division in London that was spoken of
        same = lead.any_probation and any(focus.type and focus.areas == lead.areas for focus in scene.focus)
        scene.focus = scene.focus if same else [lead]
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
        if mention.type is not None and mention.areas and not (aside or _under_another_name(mention, named)):
            scene.last[mention.type] = mention


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
    if len(known) < 2 or mention.areas[0] not in known:
        return None
    return Mention(mention.i, mention.j, kind, list(mention.areas))


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


_OWNING: Final = frozenset(("owns", "own", "owned", "runs", "run", "operates", "holds", "sister"))
_BESIDE: Final = 4
_FRONT: Final = 2
_ON_GRADES: Final = frozenset(("four", "ordinal", "narr_is", "narr_does", "inspector", "rate"))


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


def _under_another_name(mention: Mention, named: list[Mention]) -> bool:
    """Like "The company is run by … CRC Limited": "the company" goes on to mean whom it meant."""
    return any(m.word == "anaphor" and m.type is mention.type and m.j < mention.i for m in named)


def _leads(sentence: Sentence, mention: Mention) -> bool:
    """Whether the first body of a sentence is what the sentence is about."""
    if mention.word == "probation" and not mention.areas:
        return False
    if mention.word == "anaphor" and mention.type is None:
        return False
    if not mention.other:
        # "Services were good, although the CRCs were little asked": the sentence is on a standard of whoever it was
        aside = sentence.clauses[mention.i] != sentence.clauses[0]
        return not (
            aside and any(it.j <= mention.i and ("aspect" in it.kinds or "work" in it.kinds) for it in sentence.items)
        )
    before = sentence.tokens.low[max(0, mention.i - 2) : mention.i]
    return sentence.where is not Field.TITLE and mention.i <= 3 and _BEHIND.isdisjoint(before)
