"""The reading of a post: from title and blocks to ratings, step by step.

gate → furniture → sentences → senses and mentions → scene → candidates → attribution → time → resolution.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aggregator.model import (
    OVERALL,
    BlockKind,
    Field,
    ProviderType,
    RatingValue,
    Reading,
    Rejection,
    When,
    join_blocks,
)
from aggregator.ratings import tables
from aggregator.ratings.attribution import attribute
from aggregator.ratings.candidates import find as find_candidates
from aggregator.ratings.furniture import without_furniture
from aggregator.ratings.gate import worth_reading
from aggregator.ratings.items import annotate
from aggregator.ratings.mentions import NUMBERS
from aggregator.ratings.mentions import find as find_mentions
from aggregator.ratings.resolve import Statement, resolve
from aggregator.ratings.scene import ENDED, FOUR_POINT_FROM, NATIONAL, Scene, Section
from aggregator.ratings.senses import Senses
from aggregator.ratings.subjects import Subject, subject_of
from aggregator.ratings.timing import not_stated, when
from aggregator.ratings.tokens import sentences
from aggregator.ratings.vocabulary import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import Block
    from aggregator.ratings.candidates import Candidate
    from aggregator.ratings.items import Item, Sentence
    from aggregator.ratings.mentions import Mention
    from aggregator.ratings.scene import Target
    from aggregator.ratings.vocabulary import Vocabulary

__all__ = ["read_post"]

_DYNAMIC: Final = datetime(2025, 10, 1, tzinfo=UTC)
"""From here regions were judged in words, without a grade."""
_OLD: Final = frozenset((ProviderType.CRC, ProviderType.NPS))
_FOUR_TO_BAND: Final = {
    RatingValue.OUTSTANDING: RatingValue.POSITIVE,
    RatingValue.GOOD: RatingValue.POSITIVE,
    RatingValue.REQUIRES_IMPROVEMENT: RatingValue.NEGATIVE,
    RatingValue.INADEQUATE: RatingValue.NEGATIVE,
}
_GRADED: Final = re.compile(
    r"rated|overall rating|[‘“'\"](?:good|outstanding|inadequate|requir\w+ improvement)[,.]?[’”'\"]|second.lowest|four.point",
    re.IGNORECASE,
)


def read_post(title: str, blocks: Sequence[Block], published: datetime | None) -> Reading:
    """Read one post. Pure; never raises on any text."""
    whole = f"{title}\n{join_blocks(blocks)}".lower()
    if not worth_reading(whole):
        return Reading()
    vocabulary = load()
    senses = Senses.of(whole, published)
    kept = without_furniture(blocks, vocabulary.furniture)
    parts = _sentences(vocabulary, title, kept)
    scene = Scene(vocabulary, published, drugs=senses.drugs)
    for sentence in parts:
        sentence.mentions = find_mentions(vocabulary, sentence, senses)
    scene.survey(parts)
    _era(scene, whole)
    reader = _Reader(scene)
    for sentence in parts:
        reader.step(sentence)
    ratings, rejections = resolve(reader.statements)
    return Reading(tuple(ratings), tuple(reader.rejections + rejections))


def _sentences(vocabulary: Vocabulary, title: str, blocks: Sequence[Block]) -> list[Sentence]:
    out: list[Sentence] = []
    if title.strip():
        out.append(annotate(vocabulary, title, Field.TITLE, -1, None, 0, first=True))
    index = 0
    for block in blocks:
        if block.kind in {BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER, BlockKind.HEADING}:
            out.append(annotate(vocabulary, block.text, Field.TEXT, index, block, block.start, first=True))
            index += 1
            continue
        first = True
        for span in sentences(block.text):
            text = block.text[span.start : span.end]
            out.append(annotate(vocabulary, text, Field.TEXT, index, block, block.start + span.start, first=first))
            first = False
            index += 1
    return out


def _era(scene: Scene, whole: str) -> None:
    if scene.published is not None:
        scene.year = scene.published.year
        scene.four_point = scene.published >= FOUR_POINT_FROM
        if not scene.four_point and scene.published.year == 2018 and scene.types[ProviderType.YJS] == 0:
            scene.four_point = (
                scene.published.month <= 1 and scene.published.day == 1 and _GRADED.search(whole) is not None
            )
    else:
        years = [int(year) for year in re.findall(r"\b(20[12]\d)\b", whole)]
        scene.year = max(years) if years else None
        scene.four_point = _GRADED.search(whole) is not None or scene.types[ProviderType.PDU] > 0


_SPEAKING: Final = frozenset(("says", "inspector", "voices"))


class _Reader:
    """Walks the sentences in order and gathers statements."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.statements: list[Statement] = []
        self.rejections: list[Rejection] = []
        self.block: object = None
        self.header: Sentence | None = None
        self.voice = "narrator"
        self.in_quote = False
        self.inspector_in_block = False
        self.previous = -1

    def step(self, sentence: Sentence) -> None:
        """Read one sentence and move the scene along."""
        if sentence.block is not None and sentence.block.kind is BlockKind.HEADING:
            self._heading(sentence)
        if sentence.starts_block:
            self.inspector_in_block = False
            if sentence.block is None or sentence.block.kind is not BlockKind.QUOTE:
                self.voice = "narrator"
            self.in_quote = False
        self.inspector_in_block = self.inspector_in_block or sentence.has("inspector")
        self._voice(sentence)
        if sentence.block is not None and sentence.block.kind is BlockKind.TABLE_HEADER:
            self.header = sentence
            return
        if sentence.block is None or sentence.block.kind is not BlockKind.TABLE_ROW:
            self.header = None
        if _takes_back(sentence):
            self.statements = [s for s in self.statements if s.position != self.previous]
        if not self._rows(sentence):
            self._prose(sentence)
        self.previous = sentence.start if sentence.field is Field.TEXT else -1
        self._move(sentence)

    # --- context ----------------------------------------------------------------------------------

    def _heading(self, sentence: Sentence) -> None:
        assert sentence.block is not None
        own = [
            m
            for m in sentence.mentions
            if not m.other and not m.pronoun and not m.bare and not (m.any_probation and not m.areas)
        ]
        kinds = {m.type for m in own}
        aspect = next((it.kinds["aspect"] for it in sentence.items if "aspect" in it.kinds), None)
        section = Section(sentence.block.level or 6, sentence.text, aspect=aspect)
        lowered = sentence.text.lower()
        section.between = any(
            word in lowered for word in ("between", "ordination", "joint work", "working together", "relationship")
        )
        if len(kinds) > 1 and ProviderType.CRC in kinds and ProviderType.NPS in kinds:
            section.between = section.between or aspect is None
        elif own:
            section.bodies = own
        bare = [m for m in sentence.mentions if m.bare]
        if not own and len(bare) == 1 and len(sentence.tokens) <= 6:
            section.place = bare[0].areas[0]
        section.foreign = not own and any(m.other for m in sentence.mentions)
        self.scene.enter(section)

    def _voice(self, sentence: Sentence) -> None:
        text = sentence.text
        if (
            self.voice == "narrator"
            and not self.in_quote
            and sentence.kinds.isdisjoint(_SPEAKING)
            and not any(mark in text for mark in '“"')
        ):
            return
        starts_quoted = self.in_quote or text[:1] in '“"‘'
        opened = text.count("“") - text.count("”")
        if '"' in text and text.count('"') % 2:
            opened = -1 if self.in_quote else 1
        if sentence.has("says") or sentence.has("inspector") or sentence.has("voices"):
            speaker = _speaker(sentence)
            if speaker is not None and (speaker == "other" or sentence.has("says") or not starts_quoted):
                self.voice = speaker
        elif not starts_quoted:
            self.voice = (
                "narrator"
                if not (sentence.block is not None and sentence.block.kind is BlockKind.QUOTE)
                else self.voice
            )
        self.in_quote = self.in_quote or opened > 0
        if opened < 0:
            self.in_quote = False
        sentence.voice = self.voice

    def _move(self, sentence: Sentence) -> None:
        scene = self.scene
        named = [m for m in sentence.mentions if not m.demoted and not m.pronoun]
        subject = [m for m in named if not m.bare and (m.areas or m.generic or m.other)]
        if subject:
            lead = subject[0]
            if (lead.other and sentence.field is Field.TITLE) or (
                lead.any_probation and lead.word == "probation" and not lead.areas
            ):
                pass
            elif lead.word == "anaphor" and lead.type is None:
                pass
            elif not (
                lead.other
                and (
                    lead.i > 3
                    or sentence.tokens.low[max(0, lead.i - 1)]
                    in {"from", "in", "at", "of", "for", "to", "with", "by", "people"}
                )
            ):
                scene.focus = [lead]
                if lead.type is not None:
                    extra = [
                        m
                        for m in subject[1:]
                        if m.i == lead.i or (m.type is lead.type and m.areas and m.i - lead.j <= 4)
                    ]
                    scene.focus += extra
        for mention in named:
            if mention.type is not None and mention.areas:
                scene.last[mention.type] = mention

    # --- statements -------------------------------------------------------------------------------

    def _reject(self, sentence: Sentence, candidate: Candidate, why: str) -> None:
        self.rejections.append(
            Rejection(sentence.words(candidate.i, candidate.j), sentence.text, sentence.field, sentence.start, why)
        )

    def _rows(self, sentence: Sentence) -> bool:
        scene = self.scene
        is_row = tables.is_row(sentence)
        rows = tables.row_cells(sentence) if is_row else []
        if not is_row:
            row = tables.labelled(sentence)
            rows = [row] if row is not None else []
        done = False
        for row in rows:
            aspect = tables.label_aspect(sentence, row)
            bodies = [m for m in sentence.mentions if m.j <= row.label_end and m.i >= row.label_start and not m.pronoun]
            column = self._column(row.column) if is_row else (None, [])
            foreign = any(m.other for m in bodies)
            own = [
                m
                for m in bodies
                if not m.other
                and (m.type is not None or m.any_probation or _covers(sentence, m, row))
                and m.word != "anaphor"
            ]
            if aspect is None and column[0] is not None and own:
                aspect = column[0]
            if foreign and not own or (aspect is None and not own):
                if is_row or not bodies:
                    self.rejections.append(
                        Rejection(
                            sentence.words(row.grade.i, row.grade.j),
                            sentence.text,
                            sentence.field,
                            sentence.start,
                            "a grade of something that is no body and no standard",
                        )
                    )
                    done = True
                continue
            group = own or column[1] or scene.section_bodies or [m for m in scene.focus if not m.plural] or scene.focus
            if not group and scene.topic_type is not None and not scene.foreign_topic:
                targets = (
                    scene._service(None, 0)
                    if False
                    else [scene._make(scene.topic_type, None, "the body the post is about", named=False)]
                )
            else:
                targets = [t for m in group if not m.other for t in scene.targets(m)]
            if scene.foreign_topic and not own and not column[1]:
                targets = []
            if not targets:
                self.rejections.append(
                    Rejection(
                        sentence.words(row.grade.i, row.grade.j),
                        sentence.text,
                        sentence.field,
                        sentence.start,
                        "no body that it could be of",
                    )
                )
                done = True
                continue
            for target in targets:
                self._state(
                    sentence,
                    row.grade.i,
                    row.grade.j,
                    target,
                    aspect or OVERALL,
                    row.value,
                    When.CURRENT,
                    0.92,
                    "a row of grades",
                    firm=True,
                )
            done = True
        return done and (is_row or bool(rows))

    def _column(self, column: int) -> tuple[str | None, list[object]]:
        header = self.header
        if header is None or header.block is None or column >= len(header.block.cells):
            return None, []
        low = header.tokens.low
        bounds = [-1, *(k for k, word in enumerate(low) if word == "|"), len(low)]
        if column + 1 >= len(bounds):
            return None, []
        i, j = bounds[column] + 1, bounds[column + 1]
        aspect = header.has_between("aspect", i, j)
        overall = header.has_between("overall", i, j)
        bodies = [m for m in header.mentions if m.i >= i and m.j <= j and not m.pronoun]
        name = (
            OVERALL
            if overall
            else aspect.kinds["aspect"]
            if aspect
            else "services"
            if low[i:j] == ["services"]
            else None
        )
        return name, list(bodies)

    def _prose(self, sentence: Sentence) -> None:
        scene = self.scene
        candidates = find_candidates(sentence, scale=scene.four_point)
        if not candidates:
            return
        fours = len({c.value for c in candidates if c.kind == "four"})
        self.shares = self._respectively(sentence, candidates)
        for candidate in candidates:
            why = candidate.why or not_stated(sentence, candidate, fours)
            if why is None and scene.between and candidate.kind in {"narrative", "weak"}:
                why = "the section is on how the bodies work together"
            if why:
                self._reject(sentence, candidate, why)
                continue
            self._judge(sentence, candidate)

    def _respectively(self, sentence: Sentence, candidates: list[Candidate]) -> dict[int, Target]:
        """ "A and B were rated X and Y respectively": the n-th grade is the n-th body's."""
        if not sentence.has("respectively"):
            return {}
        grades = [c for c in candidates if c.kind == "four"]
        if len(grades) < 2:
            return {}
        found = attribute(sentence, grades[0], self.scene)
        if len(found.targets) != len(grades):
            return {}
        return {grade.i: target for grade, target in zip(grades, found.targets, strict=True)}

    def _judge(self, sentence: Sentence, candidate: Candidate) -> None:
        scene = self.scene
        value = candidate.value
        narrative = candidate.kind in {"narrative", "weak"}
        low = sentence.tokens.low
        begin, _ = sentence.clause(candidate.i)
        if narrative:
            negated = sentence.has_between("negation", max(begin, candidate.i - 5), candidate.i)
            if (
                negated is None
                and sentence.tokens.low[begin : begin + 1] == ["neither"]
                or any(
                    "neither" in str(it.kinds.get("both", "")) and it.i >= begin and it.j <= candidate.i
                    for it in sentence.items
                )
            ):
                negated = negated or sentence.items[0]
            if negated is not None:
                if value is RatingValue.POSITIVE:
                    value = RatingValue.NEGATIVE
                else:
                    self._reject(sentence, candidate, "denied")
                    return
            elif value is RatingValue.POSITIVE and _weak_praise(sentence, candidate):
                value = RatingValue.MIXED
        free = (
            "strength" in sentence.tokens.low[candidate.j - 1]
            or "protect" in sentence.tokens.low[candidate.i : candidate.j]
            or "protected" in sentence.tokens.low[candidate.i : candidate.j]
        )
        free = free or (
            candidate.kind == "four"
            and candidate.strength == 0.7
            and sentence.tokens.low[max(0, candidate.i - 1)] == "as"
        )
        free = (
            free
            or sentence.tokens.low[candidate.i].startswith(("concerns", "worries", "alarms"))
            or sentence.has_between("narr_report", candidate.i, candidate.j) is not None
        )
        subject = Subject("none") if free else subject_of(sentence, candidate)
        if subject.kind == "alien" or (subject.kind == "foreign" and candidate.use != "noun"):
            self._reject(sentence, candidate, f"said of something else (“{subject.words[:60]}”)")
            return
        found = attribute(sentence, candidate, scene)
        if (
            not found.why
            and scene.foreign_topic
            and not any(m.type is not None and not m.demoted for m in sentence.mentions)
        ):
            found.why = "the post is about another body"
        if (
            not found.why
            and candidate.strength < 0.7
            and not (scene.lead_inspected or self.inspector_in_block or scene.section_bodies)
        ):
            found.why = "nothing of an inspection near by"
        if not found.why and (scene.survey_title or _answered(sentence, candidate)) and not sentence.has("inspector"):
            found.why = "what people said, not what inspectors found"
        if not found.why and scene.drugs and not any(t.named and not t.national for t in found.targets):
            found.why = "a post about drugs, and no body is named with the word"
        if not found.why and OVERALL in found.aspects and "strength" in sentence.tokens.low[candidate.j - 1]:
            found.why = "strengths of no one standard"
        if found.why:
            self._reject(sentence, candidate, found.why)
            return
        if sentence.has("measures") and not (candidate.quoted or candidate.capital):
            self._reject(sentence, candidate, "a measure that is no inspection rating")
            return
        if candidate.i in self.shares:
            found.targets = [self.shares[candidate.i]]
            found.group = 1
        moment, time_reason = when(sentence, candidate, scene)
        if found.targets and "brackets behind" in found.reason:
            found.targets = [
                t
                if t.national or t.area
                else replace(t, provider=f"{subject.words} {t.type}s".strip(), area=NATIONAL, national=True)
                for t in found.targets
            ]
        elif subject.kind == "own" and subject.words.split(" ", 1)[0].lower() in NUMBERS:
            found.targets = [
                replace(t, provider=_counted(subject.words, t.provider)) if t.national else t for t in found.targets
            ]
        for target in found.targets:
            for aspect in found.aspects:
                self._weigh(
                    sentence,
                    candidate,
                    target,
                    aspect,
                    value,
                    moment,
                    time_reason,
                    found.reason,
                    found.confidence,
                    found.group,
                )

    def _weigh(
        self, sentence, candidate, target, aspect, value, moment, time_reason, reason, confidence, group
    ) -> None:
        scene = self.scene
        narrative = candidate.kind in {"narrative", "weak"}
        old = target.type in _OLD
        score = confidence * (0.5 + candidate.strength / 2)
        if (
            narrative
            and scene.four_point
            and old
            and aspect == OVERALL
            and value is RatingValue.POSITIVE
            and "good" in sentence.tokens.low[candidate.i : candidate.j]
            and "standard" in sentence.tokens.low[candidate.i : candidate.j]
            and moment is When.CURRENT
        ):
            value = RatingValue.GOOD
        if narrative:
            why = self._narrative_doubt(sentence, candidate, target, aspect, moment)
            if why:
                self._reject(sentence, candidate, why)
                return
        elif old and not scene.four_point and moment is When.CURRENT:
            if not (candidate.quoted or candidate.capital) or scene.published is not None:
                value = _FOUR_TO_BAND[value]
        if (
            candidate.kind == "four"
            and candidate.strength < 0.7
            and sentence.voice == "other"
            and not (candidate.quoted or candidate.capital)
        ):
            self._reject(sentence, candidate, "the speaker is no inspector")
            return
        if (
            aspect == "some standards"
            and candidate.kind == "four"
            and not (candidate.quoted or candidate.capital or candidate.strength > 0.8)
        ):
            self._reject(sentence, candidate, "said of parts that are no standard")
            return
        if not scene.inspected and not scene.types:
            return
        if (
            old
            and scene.published is not None
            and scene.published >= ENDED
            and candidate.kind == "four"
            and candidate.strength < 0.7
            and not candidate.quoted
        ):
            self._reject(sentence, candidate, "CRCs and the NPS had ended")
            return
        if old and scene.published is not None and scene.published >= ENDED and moment is When.CURRENT:
            moment, time_reason = When.PREVIOUS, "CRCs and the NPS ended in June 2021"
        text = "; ".join(part for part in (reason, time_reason) if part) or "stated"
        self._state(
            sentence, candidate.i, candidate.j, target, aspect, value, moment, score, text,
            weak=candidate.kind == "weak", firm="“overall”" in reason, shared=group > 1,
        )  # fmt: skip

    def _narrative_doubt(self, sentence, candidate, target, aspect, moment) -> str:
        scene = self.scene
        if sentence.voice == "other":
            return "the speaker is no inspector"
        if not scene.inspected:
            return "nothing of an inspection in the post"
        if candidate.use == "attribute" and not (
            sentence.has("inspector")
            or sentence.voice == "inspector"
            or sentence.field is Field.TITLE
            or scene.section_bodies
            or self.inspector_in_block
        ):
            return "nobody says that an inspector thinks so"
        if target.type is ProviderType.REGION and scene.published is not None and scene.published >= _DYNAMIC:
            return ""
        if target.type not in _OLD:
            return "prose about a graded body" if aspect == OVERALL else ""
        if scene.published is not None and scene.published >= ENDED and moment is When.CURRENT:
            return "CRCs and the NPS had ended"
        if sentence.has_between("narr_report", candidate.i, candidate.j) and not (
            sentence.has("inspector") or sentence.field is Field.TITLE
        ):
            return "nobody says whose report"
        if target.national and sentence.has("voices") and not sentence.has("inspector"):
            return "said of the class by nobody in particular"
        if target.national and sentence.voice != "inspector" and not self.inspector_in_block:
            return "said of the class by nobody in particular"
        return ""

    def _state(
        self, sentence, i, j, target, aspect, value, moment, score, reason, *, weak=False, firm=False, shared=False
    ) -> None:
        start, end = sentence.tokens.starts[i], sentence.tokens.ends[j - 1]
        self.statements.append(
            Statement(
                target,
                aspect,
                value,
                moment,
                score,
                reason,
                sentence.text[start:end],
                sentence.text,
                sentence.field,
                sentence.start,
                start,
                end,
                weak=weak,
                firm=firm,
                shared=shared,
            )  # fmt: skip
        )


def _takes_back(sentence: Sentence) -> bool:
    """ "It was not." behind a sentence that says what others reported."""
    low = [word for word in sentence.tokens.low if word[0].isalnum()]
    return (
        2 < len(low) <= 7
        and low[0] in {"it", "that", "this", "they"}
        and low[1] in {"is", "was", "were", "are"}
        and low[2] in {"not", "wrong", "untrue", "incorrect", "false"}
        and "enough" not in low
    )


def _answered(sentence: Sentence, candidate: Candidate) -> bool:
    """ "Four in ten said ‘Inadequate’": the grade is an answer."""
    k = candidate.i
    while k > 0 and not sentence.tokens.low[k - 1][0].isalnum():
        k -= 1
    return k > 0 and sentence.tokens.low[k - 1] in {"said", "say", "says", "answered", "chose", "voted"}


def _speaker(sentence: Sentence) -> str | None:
    """Who speaks in the sentence: whoever stands nearest to the verb of saying."""
    own = [m for m in sentence.mentions if m.type is not None and not m.pronoun]
    who: list[tuple[Item | Mention, str]] = [
        (item, "inspector" if "inspector" in item.kinds else "other")
        for item in sentence.items
        if item.kinds.keys() & {"inspector", "voices"}
    ]
    says = sentence.having("says")
    who += [(m, "other") for m in own for said in says if 0 <= m.i - said.j <= 1 or 0 <= said.i - m.j <= 1]
    if not who:
        return None
    if not says:
        return "inspector" if any(kind == "inspector" for _, kind in who) else None
    best: tuple[int, str] | None = None
    for said in says:
        for item, kind in who:
            distance = said.i - item.j if item.j <= said.i else (item.i - said.j) + 2
            if distance <= 14 and (best is None or distance < best[0]):
                best = (distance, kind)
    if best is None:
        return "inspector" if any(kind == "inspector" for _, kind in who) else None
    return best[1]


def _counted(words: str, provider: str | None) -> str | None:
    """ "Nineteen" of "21 CRCs" as "nineteen of 21 CRCs"."""
    number = words.split(",", 1)[0].strip()
    if provider is None or len(number) > 30 or number.lower() in provider.lower():
        return provider
    return f"{number} of {provider}"


def _weak_praise(sentence: Sentence, candidate: Candidate) -> bool:
    """ "Acceptable, but more could be done": praise that is taken back in the same breath."""
    words = set(sentence.tokens.low[candidate.i : candidate.j])
    if not words & {"acceptable", "satisfactory", "sufficient", "adequate", "reasonable"}:
        return False
    return bool({"but", "yet", "though", "although"} & set(sentence.tokens.low[candidate.j : candidate.j + 3]))


def _covers(sentence: Sentence, mention: object, row: tables.Row) -> bool:
    """Whether a label is hardly more than the place in it."""
    words = [k for k in range(row.label_start, row.label_end) if sentence.tokens.low[k].isalpha()]
    inside = [k for k in words if mention.i <= k < mention.j]
    return bool(words) and len(inside) * 3 >= len(words) * 2
