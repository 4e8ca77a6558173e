"""Grades that stand beside or under what they are of: table rows, lines like "Leadership: Good", lists under a grade.

Here a grade needs no verb: its place says that it is one. Whose it is comes from the row, the column or the heading.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, ProviderType, Rejection, When
from aggregator.ratings.grades import headed, labels, tables
from aggregator.ratings.grades.cells import Row, is_row
from aggregator.ratings.grades.layout import NOWHERE, moment_of
from aggregator.ratings.grades.lists import only_names
from aggregator.ratings.nouns import OLD
from aggregator.ratings.verdicts.resolve import Statement
from aggregator.ratings.verdicts.saying import BAND
from aggregator.ratings.words.items import Item

if TYPE_CHECKING:
    from aggregator.model import RatingValue
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.grades.layout import Frame
    from aggregator.ratings.grades.lists import Lists
    from aggregator.ratings.nouns import Target
    from aggregator.ratings.post.graders import Graders
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = ["Found", "read", "read_listed", "set_apart"]

_OWN_WORDS: Final = frozenset(("my", "our", "your", "ourselves", "themselves", "self"))
_OF_OTHERS: Final = frozenset(
    (
        "evidence",
        "studies",
        "satisfaction",
        "priority",
        "likelihood",
        "assurance",
        "audit",
        "internal",
        "forecast",
        "measure",
        "measures",
        "metric",
        "metrics",
        "indicator",
        "indicators",
    )
)
"""Words of a table's header that say of what its marks are, and that it is no inspection."""
_CONFIDENCE: Final = 0.92
_NOTHING: Final = "a grade of something that is no body and no standard"


@dataclass(slots=True)
class Found:
    """What rows state, and what of them was not taken."""

    statements: list[Statement] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def reject(self, sentence: Sentence, words: tuple[int, int], why: str) -> None:
        """Note that the tokens ``words`` were not taken."""
        raw = sentence.words(*words)
        self.rejections.append(Rejection(raw, sentence.text, sentence.where, sentence.start, why))


def read(sentence: Sentence, frame: Frame, scene: Scene, graders: Graders) -> Found | None:
    """Read a table row or a line like "Leadership: Good"; None where the sentence is no such thing."""
    prose = not scene.four_point and sentence.has("narr_is")
    row = is_row(sentence)
    found = Found()
    if row and (frame.header.holds_grades or not sentence.kinds.isdisjoint(_GRADING)):
        why = _by_its_header(frame, ours=scene.inspectors_page)
        if why:
            for item in sentence.items:
                if not _GRADING.isdisjoint(item.kinds):
                    found.reject(sentence, (item.i, item.j), why)
            return found
    if not (prose or sentence.has("four") or (row and frame.header.holds_grades)):
        return None
    if not row:
        named = headed.led_by_grade(sentence)
        if named:
            return found if _told(sentence, named, (scene, graders), found) else None
        rows = _led_in(sentence, prose=prose) or labels.labelled(sentence, prose=prose)
        read = [_row(sentence, each, NOWHERE, (scene, graders), found) for each in rows]
        return found if any(read) else None
    told = headed.counts(sentence, frame) or headed.listed(sentence, frame)
    rows = [] if told else tables.row_cells(sentence, frame, prose=prose) or _ticked(sentence, frame)
    read = [_row(sentence, each, frame, (scene, graders), found) for each in rows]
    if told:
        read = [_told(sentence, told, (scene, graders), found)]
    if not any(read) and sentence.has("four") and _is_of_nothing(sentence, frame.header.last):
        for item in sentence.having("four"):
            found.reject(sentence, (item.i, item.j), _NOTHING)
        return found
    return found if any(read) else None


def _ticked(sentence: Sentence, frame: Frame) -> list[Row]:
    """The grade that a mark stands under."""
    told = headed.ticked(sentence, frame)
    if told is None:
        return []
    label, mark, value = told
    return [Row(label, Item(*mark, {}), value, -1)]


def _led_in(sentence: Sentence, *, prose: bool) -> list[Row]:
    """The pairs of a sentence that is a list of standards, each with its grade."""
    return [] if any(m.other for m in sentence.mentions) else labels.run(sentence, prose=prose)


def _by_its_header(frame: Frame, *, ours: bool) -> str:
    """Why nothing in a table is the inspectorate's, by its header: "My rating", "Remedial plan assessed as".

    ``ours``: inspectors write the post, so that "our rating" is theirs.
    """
    return next((why for head in frame.header.rows if (why := _by_a_header(head, ours=ours))), "")


def _by_a_header(header: Sentence, *, ours: bool) -> str:
    low = header.tokens.low
    if not (ours and "our" in low) and not _OWN_WORDS.isdisjoint(low) and _OFFICIAL.isdisjoint(low):
        return "the writer's own marks"
    if not _OF_OTHERS.isdisjoint(low) or any(low[k + 1] in _JUDGED for k in range(len(low) - 1) if low[k] in _PAPERS):
        return _NOTHING
    if not _EXPLAINING.isdisjoint(low):
        return "the scale, explained"
    if "example" in low:
        return "made up to explain"
    if low[:1] and low[0] in _ROWS_OF and low[1:2] in ([], ["|"]):
        return _NOTHING
    if not _CELLS.isdisjoint(cell.lower() for cell in (header.block.cells if header.block is not None else ())):
        return _NOTHING
    return "of bodies that were before CRCs" if low[:1] in (["trust"], ["trusts"]) else ""


def _by_its_column(words: list[str], *, ours: bool) -> str:
    """Why what stands under these words is not the inspectorate's, whatever the other columns are."""
    if not _HOPED.isdisjoint(words):
        return "hoped for, expected or supposed"
    if not (ours and "our" in words) and not _OWN_WORDS.isdisjoint(words):
        return "the writer's own marks"
    return "" if _ANOTHERS.isdisjoint(words) else "judged by somebody else, or for practice"


_OFFICIAL: Final = frozenset(("actual", "official", "hmip", "inspectorate", "inspectors"))
"""Words over the inspectorate's column, beside the writer's own."""
_ANOTHERS: Final = frozenset(
    (
        "contract",
        "contractual",
        "survey",
        "ofsted",
        "cqc",
        "estyn",
        "hmicfrs",
        "satisfaction",
        "confidence",
        "moj",
        "hmpps",
    )
)
_EXPLAINING: Final = frozenset(
    ("means", "meaning", "definition", "definitions", "description", "descriptor", "descriptors", "criteria",
     "threshold", "thresholds")
)  # fmt: skip
"""Words of the header beside the grades of the scale: "Rating | What it means"."""
_HOPED: Final = frozenset(
    (
        "target",
        "targets",
        "aim",
        "aims",
        "goal",
        "predicted",
        "prediction",
        "expected",
        "aspiration",
        "ambition",
        "hoped",
    )
)
"""Words over a column of grades that nobody has given yet."""
_ROWS_OF: Final = frozenset(
    ("partner", "partners", "supplier", "suppliers", "bidder", "bidders", "applicant",
     "applicants", "stakeholder", "stakeholders", "customer", "client", "member", "risk", "option", "options")
)  # fmt: skip
"""What the rows of a table are by its first header, where they are nobody that is inspected."""
_CELLS: Final = frozenset(
    ("risk", "risks", "control", "controls", "impact", "likelihood", "data quality", "condition", "return on time",
     "completeness", "timeliness", "engagement with us", "working with us", "responsiveness", "value for money")
)  # fmt: skip
_GRADING: Final = frozenset(("four", "ordinal", "narr_is", "narr_does"))
_PAPERS: Final = frozenset(("plan", "plans", "bid", "bids", "proposal", "proposals", "notice", "notices", "case"))
"""Papers that a ministry marks: "Plan rated", "Remedial plan first assessed as"."""
_JUDGED: Final = frozenset(("first", "assessed", "rated", "graded", "scored", "marked", "rating", "grade", "score"))


def _is_of_nothing(sentence: Sentence, header: Sentence | None) -> bool:
    """Like "Best interests of the child | C – requires improvement": neither a body nor a standard is named with it."""
    if any(not m.pronoun for m in sentence.mentions) or not sentence.kinds.isdisjoint(_OF_SOMETHING):
        return False
    return header is None or not any(m.areas and not m.bare for m in header.mentions)


_OF_SOMETHING: Final = frozenset(("aspect", "overall", "rate", "noun", "inspector", "work"))


def _told(sentence: Sentence, told: list[headed.Told], known: tuple[Scene, Graders], found: Found) -> bool:
    """State the grades of a row whose cells only say who, or how many, got them."""
    scene, graders = known
    why = _not_ours(sentence, [], scene, graders)
    for each in told:
        if why:
            found.reject(sentence, each.words, why)
            continue
        for target in scene.targets(each.body):
            moment = When.PREVIOUS if scene.has_ended(target) else When.CURRENT
            said = (target, OVERALL, each.value, moment)
            reason = "a row of counts" if each.body.generic else "a list under a grade"
            found.statements.append(Statement.told(sentence, each.words, said, _CONFIDENCE, reason, firm=True))
    return bool(told)


def _row(sentence: Sentence, row: Row, frame: Frame, known: tuple[Scene, Graders], found: Found) -> bool:
    scene, graders = known
    in_table = is_row(sentence)
    grade = (row.grade.i, row.grade.j)
    label = [m for m in sentence.mentions if m.j <= row.label_end and m.i >= row.label_start and not m.pronoun]
    why = _not_ours(sentence, label, scene, graders)
    if in_table:
        why = why or _by_its_column(frame.header.words_over(row.column), ours=scene.inspectors_page)
    if not in_table and sentence.has_between("future", 0, row.label_start) is not None:
        why = why or "hoped for, expected or supposed"
    if why:
        found.reject(sentence, grade, why)
        return True
    own = [m for m in label if not m.other and labels.names_a_body(sentence, m, row)]
    own = tables.entitled(sentence, row, frame, own) if in_table else own
    if not own and in_table and row.label:
        own = _named_above(frame)
    header_aspect, header_bodies = frame.header.column(row.column)
    if (
        len(own) == 1
        and own[0].bare
        and len(header_bodies) == 1
        and not (header_bodies[0].areas or header_bodies[0].other)
    ):
        own = [
            replace(own[0], type=header_bodies[0].type, bare=False, word=header_bodies[0].word)
        ]  # "Area | CRC | NPS"
    if not (own or header_bodies) and row.label >= 0:
        header_bodies = [m for m in frame.header.column(row.label)[1] if m.areas and not m.bare]  # "Kent CRC | Rating"
    aspect = labels.label_aspect(sentence, row)
    if aspect is None and row.label < 0:
        aspect = header_aspect or OVERALL  # a row of nothing but grades
    if aspect is None and own:
        aspect = tables.aspect_beside(sentence, row) if in_table else None
        aspect = aspect or header_aspect or (None if in_table or sentence.has("overall") else scene.section_aspect)
    if aspect == OVERALL and labels.says_only_grade(sentence, row):
        aspect = header_aspect or scene.section_aspect or OVERALL
    if not own and (aspect is None or any(m.other for m in label)):
        if in_table or labels.names_something(sentence, row):
            found.reject(sentence, grade, _NOTHING)
            return True
        return False
    near = scene.focus
    if scene.topic_type is not None and scene.lead_areas.get(scene.topic_type):
        near = [m for m in near if not m.other]  # "… and eleven prisons" right before the table
    if scene.title_unit is not None:
        near = [m for m in near if m.type is not ProviderType.REGION]  # "…, one of ten units of the region"
    lead = [m for m in sentence.mentions if m.j <= row.label_start and not (m.pronoun or in_table)]
    near = [m for m in near if not m.plural] or ([] if _is_on_one(scene) and row.label_start else near)
    named = own or header_bodies or frame.across or lead
    targets = _targets(scene, named or scene.section_bodies or near, named=bool(named))
    if row.label_start and not (in_table or own or lead):
        targets = [t for t in targets if not t.national or t.type is ProviderType.NPS]  # one body's, not a class's
    if not targets:
        found.reject(sentence, grade, "no body that it could be of")
    if any(section.bygone for section in scene.sections) and all(target.type in OLD for target in targets):
        found.reject(sentence, grade, "the heading is on a time before there were CRCs")
        return True
    earlier = scene.earlier_section or row.earlier or (in_table and _is_before(sentence, row, frame))
    earlier = earlier or (not in_table and sentence.has_between("previous", 0, row.label_start) is not None)
    for target in targets:
        moment = When.PREVIOUS if earlier or scene.has_ended(target) else When.CURRENT
        spoken = target.type in OLD and not scene.four_point and moment is When.CURRENT and scene.published is not None
        value = BAND.get(row.value, row.value) if spoken else row.value
        said = (target, aspect or OVERALL, value, moment)
        found.statements.append(Statement.told(sentence, grade, said, _CONFIDENCE, "a row of grades", firm=True))
    return True


def _named_above(frame: Frame) -> list[Mention]:
    """The bodies of the row above in whose first cell stands what this row leaves out."""
    if frame.above is None or frame.above.block is None:
        return []
    end = frame.above.tokens.low.index("|") if "|" in frame.above.tokens.low else 0
    return [m for m in frame.above.mentions if m.j <= end and not (m.pronoun or m.other) and m.word != "anaphor"]


def _is_before(sentence: Sentence, row: Row, frame: Frame) -> bool:
    """Whether a row or its column is of an earlier inspection than another one of the table."""
    return moment_of(sentence) < frame.latest or frame.header.is_earlier(row.column, tables.graded(sentence))


def _is_on_one(scene: Scene) -> bool:
    """Whether title or lead say whom the post is on: "CRCs are inspected against ten standards" is said in passing."""
    kind = scene.topic_type
    return kind is not None and scene.titled and len(set(scene.lead_areas.get(kind, ()))) == 1


def _targets(scene: Scene, group: list[Mention], *, named: bool) -> list[Target]:
    """Whom a row is about; ``named`` where the row or its column says so."""
    if (scene.foreign_topic or not scene.at_home) and not named:
        return []
    if not group:
        return scene.topic()
    targets = [target for mention in group if not mention.other for target in scene.targets(mention)]
    if not targets and all(mention.both or mention.pronoun for mention in group):
        return scene.topic()
    return targets


def _not_ours(sentence: Sentence, label: list[Mention], scene: Scene, graders: Graders) -> str:
    """Why the grades of a row are not the inspectorate's; empty where nothing speaks against them."""
    in_table = is_row(sentence)
    if in_table and label and label[0].other:
        return _NOTHING
    if scene.drugs and not any(m.areas for m in label):
        return "a post about drugs, and no body is named with the word"
    if graders.is_foreign(sentence) if in_table else graders.is_foreign_act(sentence):
        return "the grades of another inspectorate"
    known = all(scene.knows(area) for mention in label for area in mention.areas)
    why = graders.why(sentence, row=True, known=known)
    if why:
        return why
    if (scene.survey_title or scene.survey_lead) and not scene.lead_inspected:
        return "what people said or measured, not what inspectors found"
    return ""


def read_listed(sentence: Sentence, lists: Lists, scene: Scene, graders: Graders) -> Found | None:
    """Read an item of a list under a grade; None where it is none."""
    item = lists.named(sentence)
    if item is None or lists.value is None:
        return None
    body = next((m for m in sentence.mentions if m.i <= item.i < m.j and not m.other), None)
    aspect = str(item.kinds["aspect"]) if "aspect" in item.kinds else "services" if body is None else OVERALL
    bodies = [body] if body is not None else []
    if body is not None and only_names(sentence):
        bodies = [m for m in sentence.mentions if not (m.other or m.pronoun)]
    return set_apart(sentence, (item.i, item.j), (aspect, lists.value), bodies, (scene, graders))


def set_apart(
    sentence: Sentence,
    words: tuple[int, int],
    said: tuple[str, RatingValue],
    own: list[Mention],
    known: tuple[Scene, Graders],
) -> Found:
    """State a grade that stands apart from what it is of: ``said`` is the aspect and the grade."""
    scene, graders = known
    found = Found()
    group = own or scene.section_bodies or [m for m in scene.focus if not m.plural and not m.other]
    targets = [target for mention in group for target in scene.targets(mention)] or scene.topic()
    if not scene.at_home or not (scene.inspected or scene.graded):
        return found
    why = graders.why(sentence, row=True)
    if why and targets:
        found.reject(sentence, words, why)
        return found
    aspect, value = said
    for target in targets:
        told = (target, aspect, value, When.PREVIOUS if scene.has_ended(target) else When.CURRENT)
        reason = "a grade apart from what it is of"
        found.statements.append(Statement.told(sentence, words, told, _CONFIDENCE, reason, firm=True))
    return found
