"""The reading of a post: from title and blocks to ratings, step by step.

gate → furniture → sentences → senses and mentions → scene → candidates → attribution → time → resolution.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind, Field, ProviderType, Reading, join_blocks
from aggregator.ratings.bodies.areas import area_of_report, settle
from aggregator.ratings.bodies.coined import let_letters_stand
from aggregator.ratings.bodies.mentions import find as find_mentions
from aggregator.ratings.bodies.senses import Senses, is_on_drugs
from aggregator.ratings.grades.layout import NOWHERE, is_header, lay_out
from aggregator.ratings.grades.letters import let_letters_be_grades
from aggregator.ratings.grades.lowest import let_poor_be_a_grade
from aggregator.ratings.likelihood import Likelihood, none_stated
from aggregator.ratings.nouns import FOUR_POINT_FROM, LONG, LONGEST, YOUTH_FROM, Section
from aggregator.ratings.plausible import SHORTEST, without_the_unlikely
from aggregator.ratings.post.abroad import Abroad
from aggregator.ratings.post.corrections import Corrections
from aggregator.ratings.post.focus import move, point_back
from aggregator.ratings.post.furniture import without_furniture
from aggregator.ratings.post.gate import worth_reading
from aggregator.ratings.post.graders import Graders
from aggregator.ratings.post.hosts import names_ours
from aggregator.ratings.post.members import (
    its_units,
    other_end,
    place_compared,
    place_of_a_row,
    place_there,
    the_second_is,
    under_a_class,
)
from aggregator.ratings.post.scene import Scene
from aggregator.ratings.post.survey import POLICY, survey, tells_of_inspection
from aggregator.ratings.post.voices import INSPECTOR, NARRATOR, Voices, takes_back
from aggregator.ratings.verdicts.bygone import goes_on_about_then, heading_is_bygone
from aggregator.ratings.verdicts.earlier import (
    came_out_before,
    heading_is_of_before,
    is_first_of_two,
    looks_back,
    recalls,
)
from aggregator.ratings.verdicts.judging import Judge
from aggregator.ratings.verdicts.parts import counts_parts
from aggregator.ratings.verdicts.purposes import told_by_label
from aggregator.ratings.verdicts.resolve import resolve
from aggregator.ratings.verdicts.second import Insisted, choose, may_outweigh
from aggregator.ratings.words.items import annotate
from aggregator.ratings.words.tokens import sentences
from aggregator.ratings.words.vocabulary import load
from aggregator.spotting import any_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.model import Block, ExtraBody
    from aggregator.ratings.words.items import Sentence
    from aggregator.ratings.words.vocabulary import Vocabulary

__all__ = ["judged", "read_post", "sentences_of"]

_GRADED: Final = re.compile(
    r"rated|overall rating|second.lowest|four.point|"
    r"[‘“'\"](?:good|outstanding|inadequate|requir\w{1,9} improvement)[,.]?[’”'\"]",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"\b(20[12]\d)\b")
_WHOLE: Final = frozenset((BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER, BlockKind.HEADING))
"""Blocks that are read in one piece."""
_NUMBERED: Final = re.compile(r"\(?\d{1,2}(?:\.\d{1,3}){1,3}[.)]?\s+(?=[A-Z‘“'\"(])")
"""The number of a paragraph, as committee papers have it ("3.4 Action to keep …"): no part of its sentence."""
_LEAD: Final = 4
"""Sentences, the title with them, in which a post says what it is about."""
_is_home: Final = any_of(
    (
        *("inspectorate of probation", "hmi probation", "hmiprob", "inspector of probation", "inspectors of probation"),
        *("probation inspect", "probation watchdog", "probation report", "inspection of probation", "hmip"),
        *("glenys stacey", "dame glenys", "justin russell", "martin jones", "paul wilson", "sue mcallister"),
    )
)
_BETWEEN: Final = ("between", "ordination", "joint work", "working together", "relationship")
_FINDINGS: Final = frozenset(("found", "findings", "finding"))
_NO_BODY: Final = POLICY | {"thematic"}
"""What a heading may name and be on our bodies still: "Thematic inspection of supervision"."""
_LABEL: Final = 6
"""Words beside its place from which on a heading says more than where: "Friday: Thames Valley" does not."""


def read_post(title: str, blocks: Sequence[Block], published: datetime | None, extra: tuple[ExtraBody, ...]) -> Reading:
    """Read one post. Pure; never raises on any text."""
    whole = f"{title}\n{join_blocks(blocks)}"
    if not worth_reading(whole, extra):
        return Reading()
    whole = whole.lower()
    vocabulary = load(extra)
    parts = sentences_of(vocabulary, title, blocks)
    judge = judged(parts, vocabulary, whole, published)
    reading = _read(judge)
    if not (reading.ratings or reading.rejections):
        return reading
    likelihood = Likelihood.of(parts, reading, led_in=judge.scene.lead_inspected)
    if likelihood.speaks_against:
        return none_stated(reading, likelihood.told())
    if len(parts) >= SHORTEST:
        scale = published is not None and published >= FOUR_POINT_FROM
        reading = without_the_unlikely(reading, likelihood.log_odds, long=len(parts) >= LONG, scale=scale)
    if (
        likelihood.asks_again
        and may_outweigh(reading.rejections)
        and (places := choose(judge.doubted, likelihood.log_odds))
    ):
        parts = sentences_of(vocabulary, title, blocks)  # anew: a reading leaves its marks on sentences
        insisted = Insisted(places, likelihood.told())
        reading = _read(judged(parts, vocabulary, whole, published, insisted))
    return reading


def _read(judge: Judge) -> Reading:
    ratings, rejections = resolve(judge.stated.statements)
    return Reading(tuple(ratings), tuple(judge.stated.rejections + rejections))


def judged(
    parts: list[Sentence],
    vocabulary: Vocabulary,
    whole: str,
    published: datetime | None,
    insisted: Insisted | None = None,
) -> Judge:
    """Read the sentences of a post in their order; what they state, and what not, is the judge's."""
    senses = Senses.of(whole, published)
    let_poor_be_a_grade(parts)
    let_letters_be_grades(parts)
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
    judge = Judge(scene, voices, graders, insisted)
    frames = lay_out(parts)
    on_drugs = _headings_on_drugs(parts) if senses.drugs else set()
    previous = -1
    corrections, abroad = Corrections.of(whole), Abroad.of(whole)
    for sentence in parts:
        kind = sentence.block.kind if sentence.block is not None else None
        if kind is BlockKind.HEADING:
            section = _section(sentence)
            section.earlier = heading_is_of_before(sentence.text, scene.year) or (
                _is_a_round(sentence) and is_first_of_two(sentence.text, _headings(parts))
            )
            section.bygone = heading_is_bygone(sentence.text)
            scene.enter(section)
            under_a_class(scene, section, sentence)
            scene.drugs = senses.drugs and (senses.drugs_lead or sentence.index in on_drugs)
        if scene.successor:
            other_end(scene, sentence)
            its_units(scene, sentence)
        if sentence.mentions:
            point_back(scene, sentence)
            place_there(scene, sentence)
            place_compared(scene, sentence)
            place_of_a_row(scene, sentence)
            the_second_is(scene, sentence)
        if sentence.starts_block:
            _date_block(scene, sentence)
            scene.block_place = scene.item = None
            scene.label, scene.looking_back, scene.units_before = None, False, False
        scene.block_place = _opening_place(sentence) or scene.block_place
        if not scene.four_point and ":" in sentence.text:
            scene.label = told_by_label(sentence) or scene.label
        voices.hear(sentence)
        if scene.speech and sentence.voice == NARRATOR:
            sentence.voice = INSPECTOR
        graders.hear(sentence)
        scene.abroad = abroad is not None and abroad.hear(sentence)
        if is_header(sentence):
            continue
        judge.frame = frames.get(sentence.index, NOWHERE)
        if sentence.tokens.low and takes_back(sentence):
            judge.stated.forget([previous])
        if corrections is not None and (corrected := corrections.hear(sentence)):
            judge.stated.forget(corrected)
        scene.named_here = scene.named_here or _names_ours(sentence)
        if scene.sections and sentence.has("inspector") and names_ours(sentence.text) and tells_of_inspection(sentence):
            scene.sections[-1].inspected = True
        scene.bygone = goes_on_about_then(scene, sentence)
        judge.read(sentence)
        previous = sentence.start if sentence.where is Field.TEXT else -1
        scene.counted = counts_parts(sentence)
        if not (scene.focus and recalls(sentence)):
            move(scene, sentence)
        if sentence.starts_block:
            scene.single = scene.item or scene.single
        scene.units_before = scene.units_before or came_out_before(scene, sentence)
        scene.looking_back = looks_back(scene, sentence) is not None
    judge.stated.settle(scene, len(parts))
    return judge


def sentences_of(vocabulary: Vocabulary, title: str, blocks: Sequence[Block]) -> list[Sentence]:
    """The sentences of a post, its title first, with what their words mean; no more of it than can be read in time.

    Without what belongs to the page, and without a title that is nothing but the beginning of the text.
    """
    out: list[Sentence] = []
    if title.strip() and not _is_cut_off(title, blocks):
        out.append(annotate(vocabulary, title, Field.TITLE, -1))
    index = 0
    left = LONGEST
    for block in without_furniture(blocks, vocabulary.furniture):
        if left <= 0:
            break
        spans = [(0, len(block.text))] if block.kind in _WHOLE else sentences(block.text)
        numbered = None if block.kind in _WHOLE else _NUMBERED.match(block.text)
        for count, (start, end) in enumerate(spans):
            left -= end - start
            if left <= 0:
                break
            begin = start if count or numbered is None else numbered.end()
            sentence = annotate(vocabulary, block.text[begin:end], Field.TEXT, index)
            sentence.block, sentence.start, sentence.starts_block = block, block.start + begin, count == 0
            out.append(sentence)
            index += 1
    return out


def _is_cut_off(title: str, blocks: Sequence[Block]) -> bool:
    """Whether a title is nothing but the first words of the text, cut: what they are of may stand behind the cut."""
    words = title.rstrip(" .…")
    return title.endswith(("…", "...")) and bool(words) and bool(blocks) and blocks[0].text.startswith(words)


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
    youth = set(scene.types) == {ProviderType.YJS} and published >= YOUTH_FROM
    scene.four_point = published >= FOUR_POINT_FROM or youth or (bare_year and _GRADED.search(whole) is not None)


def _section(sentence: Sentence) -> Section:
    """What a heading says about what stands under it."""
    assert sentence.block is not None
    own = [
        mention
        for mention in sentence.mentions
        if not (mention.other or mention.pronoun or mention.bare or (mention.any_probation and not mention.areas))
        and not (mention.word == "anaphor" and mention.type is None)  # "The organisation", over its standards
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
    other = any(mention.other and mention.word not in _NO_BODY for mention in sentence.mentions)
    section.foreign = other and not own and not names_ours(sentence.text)
    return section


def _is_a_round(sentence: Sentence) -> bool:
    """Like "The first year", "Round one": a heading on one of several rounds of inspection, and on nothing else."""
    low = sentence.tokens.low
    return len(low) <= _ROUND and not _ROUNDS.isdisjoint(low)


_ROUND: Final = 4
_ROUNDS: Final = frozenset(("year", "round", "cycle"))


def _headings(parts: list[Sentence]) -> set[str]:
    return {s.text.lower() for s in parts if s.block is not None and s.block.kind is BlockKind.HEADING}


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
