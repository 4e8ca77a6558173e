"""From the grade words of a sentence to statements: whose, of what, when, and whether at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, RatingValue, Rejection, When
from aggregator.ratings import doubts, tables
from aggregator.ratings.aspects import SOME_STANDARDS
from aggregator.ratings.attitudes import ATTITUDE_WORDS
from aggregator.ratings.attribution import attribute
from aggregator.ratings.candidates import find as find_candidates
from aggregator.ratings.echoes import echoes
from aggregator.ratings.lists import Lists
from aggregator.ratings.modality import ALONE, not_stated
from aggregator.ratings.resolve import Statement
from aggregator.ratings.saying import as_grade, count_in, first_word, value_of
from aggregator.ratings.scene import ENDED, OLD
from aggregator.ratings.scores import TOTALS
from aggregator.ratings.subjects import Subject, subject_of
from aggregator.ratings.timing import when
from aggregator.ratings.topics import is_work, purpose_of, standard_of
from aggregator.ratings.voices import INSPECTOR

if TYPE_CHECKING:
    from aggregator.ratings.attribution import Attribution
    from aggregator.ratings.candidate import Candidate
    from aggregator.ratings.echoes import Echo
    from aggregator.ratings.graders import Graders
    from aggregator.ratings.items import Sentence
    from aggregator.ratings.mention import Mention
    from aggregator.ratings.scene import Scene, Target
    from aggregator.ratings.voices import Voices

__all__ = ["Judge"]

_BAND: Final = {
    RatingValue.OUTSTANDING: RatingValue.POSITIVE,
    RatingValue.GOOD: RatingValue.POSITIVE,
    RatingValue.REQUIRES_IMPROVEMENT: RatingValue.NEGATIVE,
    RatingValue.INADEQUATE: RatingValue.NEGATIVE,
}
"""What a word of the scale means before there was a scale."""
_OWN_WORDS: Final = frozenset(("my", "our", "your"))
_ROW_CONFIDENCE: Final = 0.92
_PASSING: Final = frozenset(
    (
        "so",
        "nor",
        "neither",
        "same",
        "third",
        "second",
        "another",
        "likewise",
        "ditto",
        "fared",
        "did",
        "better",
        "worse",
        "differently",
        "unchanged",
        "change",
        "changed",
        "before",
        "moved",
        "not",
        "different",
        "similarly",
    )
)
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
_GRADING: Final = frozenset(("four", "ordinal", "narr_is", "narr_does", "narr_report", "weak"))
_TELLING: Final = _PASSING | ATTITUDE_WORDS | TOTALS.keys()
"""A sentence with none of these kinds and words states nothing."""
_SEVERAL: Final = 3
"""So many grades show it as well."""
_FIRM: Final = 0.7
"""From this confidence on a grade shows by itself that the post is on inspection."""
_MOST_IN_SENTENCE: Final = 24
_MOST_IN_POST: Final = 3000
"""Grade words beyond these are no post's: they are counted as one refusal, and the work stays bounded."""


class Judge:
    """Reads one sentence at a time; gathers what is stated and what is not taken."""

    def __init__(self, scene: Scene, voices: Voices, graders: Graders) -> None:
        self.scene = scene
        self.voices = voices
        self.graders = graders
        self.statements: list[Statement] = []
        self.rejections: list[Rejection] = []
        self.header: Sentence | None = None
        self.asked = False
        self.lists = Lists()
        self._left = _MOST_IN_POST
        self._before: Statement | None = None
        self._waits = False
        self._waiting: list[Statement] = []

    def read(self, sentence: Sentence) -> None:
        """Read the grades of a sentence or row."""
        if self._left < 0:
            return
        known = len(self.statements)
        self._waits = False
        if sentence.starts_block:
            self.lists.move(sentence)
        if (
            self.lists.value is None
            and sentence.kinds.isdisjoint(_GRADING)
            and _TELLING.isdisjoint(sentence.tokens.low)
        ):
            self._before = None if sentence.mentions else self._before
            self.asked = sentence.text.endswith("?")
            return
        if not self._rows(sentence) and not self._listed(sentence):
            self._prose(sentence)
        self._waits = False
        self._echoes(sentence, known)
        self.asked = sentence.text.endswith("?")

    def settle(self) -> None:
        """Decide what waited: a post that grades one body firmly is on inspection, whatever stands near by."""
        firm = {s.target.type in OLD for s in self.statements if s.confidence >= _FIRM and s.value in _BAND}
        for old in (True, False):
            grades = [s for s in self.statements if (s.target.type in OLD) is old and s.value in _BAND]
            if len(grades) >= _SEVERAL:
                firm.add(old)
        for statement in self._waiting:
            if (statement.target.type in OLD) in firm:
                self.statements.append(statement)
            else:
                self.rejections.append(statement.rejection(doubts.NO_INSPECTION))
        self._waiting = []

    # --- grades told by another -------------------------------------------------------------------

    def _echoes(self, sentence: Sentence, known: int) -> None:
        """State what the sentence passes on ("so was that of the NPS"): the grade before it, of somebody else."""
        own = self.statements[known:]
        if _PASSING.isdisjoint(sentence.tokens.low):
            self._before = own[-1] if own else self._before if not sentence.mentions else None
            return
        for echo in echoes(sentence):
            at = sentence.tokens.starts[echo.i]
            source = max(
                (s for s in own if s.position == sentence.start and s.start < at), key=lambda s: s.start, default=None
            )
            if source is None and not any(s.start >= at for s in own) and known and self._before is not None:
                source = self._before
            if source is not None:
                self._pass_on(sentence, echo, source)
        if len(self.statements) > known:
            self._before = self.statements[-1]
        elif sentence.mentions:
            self._before = None

    def _pass_on(self, sentence: Sentence, echo: Echo, source: Statement) -> None:
        if echo.again:
            if source.when is When.PREVIOUS:
                said = (source.target, source.aspect, source.value, When.CURRENT)
                self._state(sentence, (echo.i, echo.j), said, source.confidence * 0.9, f"the same as “{source.raw}”")
            return
        if echo.denied and source.value is not RatingValue.POSITIVE:
            return
        value = RatingValue.NEGATIVE if echo.denied else source.value
        targets = [target for mention in echo.bodies for target in self.scene.targets(mention)] or [source.target]
        for target in targets:
            named = (target.type, target.provider, target.area)
            itself = named == (source.target.type, source.target.provider, source.target.area) and not echo.aspects
            for aspect in echo.aspects or ((OVERALL,) if itself else (source.aspect,)):
                if (target.type, target.provider, target.area, aspect) == (
                    source.target.type,
                    source.target.provider,
                    source.target.area,
                    source.aspect,
                ):
                    continue
                self._state(
                    sentence,
                    (echo.i, echo.j),
                    (target, aspect, value, source.when),
                    source.confidence * 0.95,
                    f"the same as “{source.raw}” before it",
                )

    def forget(self, position: int) -> None:
        """Take back what was stated by the sentence at ``position``."""
        self.statements = [statement for statement in self.statements if statement.position != position]

    def _reject(self, sentence: Sentence, i: int, j: int, why: str) -> None:
        self.rejections.append(Rejection(sentence.words(i, j), sentence.text, sentence.where, sentence.start, why))

    def _listed(self, sentence: Sentence) -> bool:
        """State what an item of a list under a grade says; False where it is none."""
        item = self.lists.named(sentence)
        if item is None or self.lists.value is None:
            return False
        body = next((m for m in sentence.mentions if m.i <= item.i < m.j and not m.other), None)
        aspect = str(item.kinds["aspect"]) if "aspect" in item.kinds else "services" if body is None else OVERALL
        self._set_apart(sentence, (item.i, item.j), aspect, self.lists.value, [body] if body is not None else [])
        return True

    def _set_apart(
        self, sentence: Sentence, words: tuple[int, int], aspect: str, value: RatingValue, own: list[Mention]
    ) -> None:
        """State a grade that stands apart from what it is of."""
        scene = self.scene
        group = own or scene.section_bodies or [m for m in scene.focus if not m.plural and not m.other]
        targets = [target for mention in group for target in scene.targets(mention)] or scene.topic()
        if not scene.home or not (scene.inspected or scene.graded):
            targets = []
        why = self.graders.why(sentence, row=True)
        if why and targets:
            self._reject(sentence, *words, why)
            return
        for target in targets:
            self._state(
                sentence,
                words,
                (target, aspect, value, When.CURRENT),
                _ROW_CONFIDENCE,
                "in a list under its grade",
                firm=True,
            )

    # --- rows of grades ---------------------------------------------------------------------------

    def _rows(self, sentence: Sentence) -> bool:
        """Read a table row or a line like "Leadership: Good"; False where the sentence is no such thing."""
        prose = not self.scene.four_point and sentence.has("narr_is")
        if not (prose or sentence.has("four")):
            return False
        if tables.is_row(sentence):
            rows = tables.row_cells(sentence, prose=prose)
        else:
            row = tables.labelled(sentence, prose=prose)
            rows = [row] if row is not None else []
        read = [self._row(sentence, row) for row in rows]
        return any(read)

    def _row(self, sentence: Sentence, row: tables.Row) -> bool:
        scene = self.scene
        is_row = tables.is_row(sentence)
        label = [m for m in sentence.mentions if m.j <= row.label_end and m.i >= row.label_start and not m.pronoun]
        why = self._no_row(sentence, label, is_row=is_row)
        if why:
            self._reject(sentence, row.grade.i, row.grade.j, why)
            return True
        own = [m for m in label if not m.other and tables.names_a_body(sentence, m, row)]
        header_aspect, header_bodies = tables.column(self.header if is_row else None, row.column)
        aspect = tables.label_aspect(sentence, row)
        if aspect is None and own:
            aspect = header_aspect
        if not own and (aspect is None or any(m.other for m in label)):
            if is_row or tables.names_something(sentence, row):
                self._reject(sentence, row.grade.i, row.grade.j, "a grade of something that is no body and no standard")
                return True
            return False
        group = own or header_bodies or scene.section_bodies or [m for m in scene.focus if not m.plural] or scene.focus
        if (scene.foreign_topic or not scene.home) and not own and not header_bodies:
            targets = []
        elif group:
            targets = [target for mention in group if not mention.other for target in scene.targets(mention)]
        else:
            targets = scene.topic()
        if group and not targets and all(mention.both or mention.pronoun for mention in group):
            targets = scene.topic()
        if not targets:
            self._reject(sentence, row.grade.i, row.grade.j, "no body that it could be of")
        moment = When.PREVIOUS if is_row and tables.is_earlier(self.header, row.column) else When.CURRENT
        for target in targets:
            spoken = (
                target.type in OLD and not scene.four_point and moment is When.CURRENT and scene.published is not None
            )
            self._state(
                sentence,
                (row.grade.i, row.grade.j),
                (target, aspect or OVERALL, _BAND.get(row.value, row.value) if spoken else row.value, moment),
                _ROW_CONFIDENCE,
                "a row of grades",
                firm=True,
            )
        return True

    def _no_row(self, sentence: Sentence, label: list[Mention], *, is_row: bool) -> str:
        """Why the grades of a table are not the inspectorate's; empty where nothing speaks against them."""
        if is_row and label and label[0].other:
            return "a grade of something that is no body and no standard"
        if is_row and self.header is not None and _OWN_WORDS & set(self.header.tokens.low):
            return "the writer's own marks"
        if is_row and self.graders.is_foreign(sentence):
            return "the grades of another inspectorate"
        known = all(self.scene.knows(area) for mention in label for area in mention.areas)
        why = self.graders.why(sentence, row=True, known=known)
        if why:
            return why
        if (self.scene.survey_title or self.scene.survey_lead) and not self.scene.lead_inspected:
            return "what people said or measured, not what inspectors found"
        return ""

    # --- prose ------------------------------------------------------------------------------------

    def _prose(self, sentence: Sentence) -> None:
        candidates = find_candidates(sentence, scale=self.scene.four_point)
        if not candidates:
            return
        self._left -= len(candidates)
        if len(candidates) > _MOST_IN_SENTENCE or self._left < 0:
            self._reject(sentence, candidates[0].i, candidates[0].j, "too many grade words to be a statement")
            return
        values = len({candidate.value for candidate in candidates if candidate.kind == "four"})
        shares = self._respectively(sentence, candidates)
        for candidate in candidates:
            why = candidate.why or not_stated(sentence, candidate, values)
            if why == ALONE and self.lists.label is not None and not sentence.starts_block:
                self._set_apart(sentence, (candidate.i, candidate.j), self.lists.label, candidate.value, [])
                continue
            if (
                why == ALONE
                and (candidate.quoted or candidate.value is RatingValue.REQUIRES_IMPROVEMENT or self.asked)
                and self.voices.is_near(sentence, 4)
                and self.scene.focus
            ):
                why = ""  # the report has been announced: “Inadequate.”
            if not why and self.scene.between and candidate.is_narrative:
                why = "the section is on how the bodies work together"
            if not why:
                why = self._judge(sentence, candidate, shares)
            if why:
                self._reject(sentence, candidate.i, candidate.j, why)

    def _respectively(self, sentence: Sentence, candidates: list[Candidate]) -> dict[int, Target]:
        """Grades that are told "respectively": the n-th is the n-th body's."""
        grades = [candidate for candidate in candidates if candidate.kind == "four"]
        if len(grades) < 2 or not sentence.has("respectively"):
            return {}
        targets = attribute(sentence, grades[0], self.scene).targets
        if len(targets) != len(grades):
            return {}
        return {grade.i: target for grade, target in zip(grades, targets, strict=True)}

    def _judge(self, sentence: Sentence, candidate: Candidate, shares: dict[int, Target]) -> str:
        """State what the candidate says; or the reason why it says nothing."""
        scene = self.scene
        value = value_of(sentence, candidate)
        if value is None:
            return "denied"
        if candidate.use == "fragment" and not (scene.section_aspect and scene.section_bodies):
            return "a word by itself, under no heading that says of what"
        subject = Subject("none") if candidate.speaks_for_itself else subject_of(sentence, candidate)
        topic = standard_of(subject.words) if subject.kind in {"foreign", "part"} else None
        if topic is not None and (
            (not candidate.is_narrative and candidate.strength >= doubts.SURE)
            or self._is_told(
                sentence,
                subject,
                graded=not candidate.is_narrative,
                candidate_is_strong=candidate.strength >= doubts.SURE,
            )
        ):
            subject = Subject("own", subject.words)
        else:
            topic = None
        if subject.kind == "alien" or (subject.kind == "foreign" and candidate.use != "noun"):
            return f"said of something else (“{subject.words[:60]}”)"
        found = attribute(sentence, candidate, scene)
        if topic is None and subject.kind == "own" and found.aspects == [OVERALL]:
            topic = purpose_of(subject.words)
        if self.asked and found.aspects == [OVERALL] and scene.aspect and not sentence.mentions:
            found.aspects = [scene.aspect]  # "Its judgement of staffing? ‘Requires improvement’."
        if topic is not None and found.aspects in ([OVERALL], [SOME_STANDARDS]):
            found.aspects = [topic]
        elif subject.kind == "part" and found.aspects == [OVERALL]:
            found.aspects = [SOME_STANDARDS]
        why = found.why or doubts.about_the_post(sentence, candidate, found, scene, (self.voices, self.graders))
        self._waits = why == doubts.NO_INSPECTION
        if why and not self._waits:
            return why
        if candidate.i in shares:
            found.targets = [shares[candidate.i]]
        count_in(found, subject)
        moment, told = when(sentence, candidate, scene)
        for target in found.targets:
            for named in found.aspects:
                on_one = named == OVERALL and target.national and candidate.is_narrative and scene.title_aspect
                aspect = on_one or named
                why = doubts.about_the_words(
                    sentence,
                    candidate,
                    (target, aspect, moment),
                    scene,
                    self.voices,
                    found_by_context=found.reason.startswith("spoken of"),
                )
                if why:
                    return why
                self._weigh(sentence, candidate, found, (target, aspect, value, moment, told))
        return ""

    def _is_told(
        self, sentence: Sentence, subject: Subject, *, graded: bool, candidate_is_strong: bool = False
    ) -> bool:
        """Whether praise or blame of a part of the work is an inspector's: before the scale, and said so."""
        if graded:
            return sentence.has("inspector") or sentence.voice == INSPECTOR
        if is_work(subject.words) and sentence.has("inspector") and candidate_is_strong:
            return True
        return (
            not self.scene.four_point
            and is_work(subject.words)
            and (sentence.has("inspector") or sentence.voice == INSPECTOR or self.voices.inspector_near)
        )

    def _weigh(
        self,
        sentence: Sentence,
        candidate: Candidate,
        found: Attribution,
        said: tuple[Target, str, RatingValue, When, str],
    ) -> None:
        scene = self.scene
        target, aspect, value, moment, told = said
        old = target.type in OLD
        if candidate.is_narrative:
            if scene.four_point and old and aspect == OVERALL and moment is When.CURRENT:
                value = as_grade(sentence, candidate, value)
        elif old and not scene.four_point and moment is When.CURRENT and (scene.published or not candidate.marked):
            value = _BAND[value]
        if old and scene.published is not None and scene.published >= ENDED and moment is When.CURRENT:
            moment, told = When.PREVIOUS, "CRCs and the NPS ended in June 2021"
        self._state(
            sentence,
            (first_word(sentence, candidate), candidate.j),
            (target, aspect, value, moment),
            found.confidence * (0.5 + candidate.strength / 2),
            "; ".join(part for part in (found.reason, told) if part) or "stated",
            weak=candidate.kind == "weak",
            firm="“overall”" in found.reason,
            shared=len(found.targets) > 1,
        )

    def _state(
        self,
        sentence: Sentence,
        words: tuple[int, int],
        said: tuple[Target, str, RatingValue, When],
        confidence: float,
        reason: str,
        *,
        weak: bool = False,
        firm: bool = False,
        shared: bool = False,
    ) -> None:
        start, end = sentence.tokens.starts[words[0]], sentence.tokens.ends[words[1] - 1]
        target, aspect, value, moment = said
        (self._waiting if self._waits else self.statements).append(
            Statement(
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
            )
        )
