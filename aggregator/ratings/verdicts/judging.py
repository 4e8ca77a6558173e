"""From the grade words of a sentence to statements: whose, of what, when, and whether at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, BlockKind, Field, ProviderType, RatingValue, Rejection, When
from aggregator.ratings.grades.attitudes import ATTITUDE_WORDS
from aggregator.ratings.grades.candidates import find as find_candidates
from aggregator.ratings.grades.echoes import passes_it_on
from aggregator.ratings.grades.idioms import IDIOM_WORDS
from aggregator.ratings.grades.layout import NOWHERE
from aggregator.ratings.grades.lists import Lists
from aggregator.ratings.grades.scores import TOTALS
from aggregator.ratings.nouns import OLD
from aggregator.ratings.post.voices import INSPECTOR, OTHER
from aggregator.ratings.verdicts import doubts, rows, second
from aggregator.ratings.verdicts.agents import is_what_they_found
from aggregator.ratings.verdicts.attribution import attribute
from aggregator.ratings.verdicts.echoing import echoed
from aggregator.ratings.verdicts.forms import is_a_pair, is_count_of_marks, is_item, is_of_doing, opens_an_item
from aggregator.ratings.verdicts.modality import ALONE, not_stated
from aggregator.ratings.verdicts.outcomes import OUTCOME
from aggregator.ratings.verdicts.purposes import SOME_STANDARDS
from aggregator.ratings.verdicts.resolve import Statement
from aggregator.ratings.verdicts.respective import aspects_in_turn
from aggregator.ratings.verdicts.saying import BAND, as_grade, count_in, first_word, is_bottom_grade, is_less, value_of
from aggregator.ratings.verdicts.settling import Stated
from aggregator.ratings.verdicts.subjects import subject_of
from aggregator.ratings.verdicts.timing import when
from aggregator.ratings.words.heads import Subject
from aggregator.ratings.words.topics import is_its_handling, is_work, people_of, purpose_of, standard_of, work_with
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.nouns import Target
    from aggregator.ratings.post.graders import Graders
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.post.voices import Voices
    from aggregator.ratings.verdicts.attribution import Attribution
    from aggregator.ratings.words.items import Sentence

__all__ = ["Judge"]

_PASSING: Final = frozenset(
    """
    so nor neither same very third second another likewise ditto fared did better worse differently unchanged
    change changed before moved not different similarly
    """.split()  # noqa: SIM905 - reads as a list of words
)
_IT_OR_THAT: Final = frozenset(("it", "that", "this", "that's", "that’s", "it's", "it’s"))
_PASSIVE: Final = frozenset(
    ("was", "is", "been", "has", "had", "got", "gets", "rated", "graded", "marked", "also", "now")
)
_ARTICLES: Final = frozenset(("the", "our", "its", "their", "or", "which", "is"))
_GRADING: Final = frozenset(("four", "ordinal", "narr_is", "narr_does", "narr_report", "weak"))
_THE_OTHER: Final = ("that ", "those ", "the one ", "on ", "of ")
"""How a noun phrase begins that goes on about what the clause before was on: "that on the NPS"."""
_TELLING: Final = frozenset((*_PASSING, *ATTITUDE_WORDS, *IDIOM_WORDS, *TOTALS))
"""A sentence with none of these kinds and words states nothing."""
_MOST_IN_SENTENCE: Final = 24
_MOST_IN_POST: Final = 3000
"""Grade words beyond these are no post's: they are counted as one refusal, and the work stays bounded."""


class Judge:
    """Reads one sentence at a time; ``stated`` holds what is stated and what is not taken."""

    def __init__(self, scene: Scene, voices: Voices, graders: Graders, insisted: second.Insisted | None = None) -> None:
        self.scene = scene
        self.voices = voices
        self.graders = graders
        self.insisted = insisted
        self.doubted: list[tuple[float, second.Place]] = []
        self.stated = Stated()
        self.frame = NOWHERE
        self.asked = False
        self.lists = Lists()
        self._left = _MOST_IN_POST
        self._before: Statement | None = None
        self._waits = False
        self._else = (-9, "")

    def read(self, sentence: Sentence) -> None:
        """Read the grades of a sentence or row."""
        if self._left < 0:
            return
        known = len(self.stated.statements)
        self._waits = False
        if sentence.starts_block or sentence.text.endswith(":"):
            self.lists.move(sentence)
        if (
            self.lists.value is None
            and not self.frame.header.holds_grades
            and sentence.kinds.isdisjoint(_GRADING)
            and _TELLING.isdisjoint(sentence.tokens.low)
            and sentence.tokens.low[:1] != ["one"]
            and not passes_it_on(sentence.tokens.low)
        ):
            self._before = None if sentence.mentions else self._before
            self.asked = sentence.text.endswith("?")
            return
        found = rows.read(sentence, self.frame, self.scene, self.graders) or rows.read_listed(
            sentence, self.lists, self.scene, self.graders
        )
        if found is None:
            self._prose(sentence)
        else:
            self._left -= len(found.statements)
            self._take(found)
        self._waits = False
        if sentence.starts_block:
            self.scene.item = opens_an_item(sentence, self.stated.statements[known:])
        self._echoes(sentence, known)
        self.asked = sentence.text.endswith("?")

    # --- grades told by another -------------------------------------------------------------------

    def _echoes(self, sentence: Sentence, known: int) -> None:
        """State what the sentence passes on ("so was that of the NPS"): the grade before it, of somebody else."""
        own = self.stated.statements[known:]
        low = sentence.tokens.low
        if _PASSING.isdisjoint(low) and low[:1] != ["one"] and not passes_it_on(low):
            self._before = own[-1] if own else self._before if not sentence.mentions else None
            return
        for statement in echoed(sentence, own, self._before if known else None, self.scene):
            self._state(statement)
        if len(self.stated.statements) > known:
            self._before = self.stated.statements[-1]
        elif sentence.mentions:
            self._before = None

    def _take(self, found: rows.Found) -> None:
        for statement in found.statements:
            target = statement.target
            if statement.aspect == OVERALL and target.area and not target.national:
                self.scene.rows[key_of(target.area)] = (target.type, target.area)
        self.stated.statements += found.statements
        self.stated.rejections += found.rejections

    def _reject(self, sentence: Sentence, i: int, j: int, why: str) -> None:
        self.stated.rejections.append(
            Rejection(sentence.words(i, j), sentence.text, sentence.where, sentence.start, why)
        )

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
            under = sentence.block is not None and sentence.block.kind is BlockKind.PARAGRAPH
            if why == ALONE and self.lists.label is not None and (under or not sentence.starts_block):
                grade = (candidate.i, candidate.j)
                self._take(
                    rows.set_apart(sentence, grade, (self.lists.label, candidate.value), [], (self.scene, self.graders))
                )
                continue
            if (
                why == ALONE
                and (candidate.quoted or candidate.value is RatingValue.REQUIRES_IMPROVEMENT or self.asked)
                and (self.asked or self.voices.is_near(sentence, 4))
                and self.scene.focus
                and not (sentence.starts_block and is_item(sentence))
            ):
                why = ""  # the report has been announced: “Inadequate.”
            if not why and self.scene.between and candidate.is_narrative:
                why = "the section is on how the bodies work together"
            if not why:
                why = self._judge(sentence, candidate, shares)
            if why and self.insisted is not None and (sentence.index, candidate.i) in self.insisted.places:
                why = "" if self._insist(sentence, candidate) else why
            elif why.startswith(second.SOFT):
                self.doubted.append((second.worth(sentence, candidate), (sentence.index, candidate.i)))
            if why:
                self._reject(sentence, candidate.i, candidate.j, why)

    def _insist(self, sentence: Sentence, candidate: Candidate) -> bool:
        """State a word that was refused, of whom it is likeliest of; whether there is anybody."""
        value = value_of(sentence, candidate)
        if value is None:
            return False
        assert self.insisted is not None
        found, subject = second.whose(sentence, candidate, self.scene, self.insisted.why)
        count_in(sentence, candidate, found, subject)
        moment, told = when(sentence, candidate, self.scene)
        for target in found.targets:
            for aspect in found.aspects:
                self._weigh(sentence, candidate, found, (target, aspect, value, moment, told))
        return bool(found.targets)

    def _respectively(self, sentence: Sentence, candidates: list[Candidate]) -> dict[int, Target | str]:
        """Grades that are told "respectively": the n-th is the n-th body's, or of the n-th standard."""
        grades = [candidate for candidate in candidates if candidate.kind == "four"]
        if not sentence.has("respectively") and not is_a_pair(sentence, grades):
            return {}
        if len(grades) < 2:
            return {}
        targets = attribute(sentence, grades[0], self.scene).targets
        if len(targets) != len(grades):
            aspects = aspects_in_turn(sentence)
            return {grade.i: aspect for grade, aspect in zip(grades, aspects, strict=len(aspects) == len(grades))}
        return {grade.i: target for grade, target in zip(grades, targets, strict=True)}

    def _judge(self, sentence: Sentence, candidate: Candidate, shares: dict[int, Target | str]) -> str:
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
            or is_its_handling(subject.words)
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
        if (
            subject.kind == "foreign"
            and candidate.use == "attribute"
            and is_what_they_found(sentence, candidate, near=self.voices.inspector_near)
        ):
            subject = Subject("none")
        if subject.kind == "foreign" and candidate.is_narrative and self._is_work_told(sentence, subject, candidate):
            subject = Subject("part", subject.words)
        if subject.kind == "alien" or (subject.kind == "foreign" and candidate.use != "noun"):
            if subject.words.lower().startswith(("the ", "this ", "that ")) and candidate.use == "predicate":
                self._else = (sentence.index, subject.words)
            return f"said of something else (“{subject.words[:60]}”)"
        if self._else[0] == sentence.index and subject.words.lower().removeprefix("and ").startswith(_THE_OTHER):
            return (
                f"said of something else (“{self._else[1][:60]}”)"  # "The chapter on … is good, that on the NPS poor"
            )
        since = sentence.index - self._else[0]
        if subject.words.lower() == "it" and since in {0, 1} and not (candidate.marked or sentence.starts_block):
            self._else = (sentence.index, self._else[1])
            return f"said of something else (“{self._else[1][:60]}”)"  # "The plan is good. On pay it is inadequate."
        low = sentence.tokens.low
        if (
            scene.four_point
            and value is RatingValue.NEGATIVE
            and (low[candidate.j - 1] == "well" or is_less(low, candidate))
        ):
            return "a comparison, not a verdict"  # "did less well", of a standard that has its grade
        if candidate.kind == "ordinal" and self._says_again(sentence, candidate):
            return "the grade before it, in other words"
        found = attribute(sentence, candidate, scene)
        if topic is None and subject.kind == "own" and found.aspects == [OVERALL] and OUTCOME not in found.reason:
            told = sentence.words(
                sentence.clause(candidate.i)[0], candidate.i
            )  # with who the work is with, behind "who"
            told = told if told.startswith(subject.words) else subject.words
            if "“overall”" not in found.reason or " work with " not in f" {told} ":
                topic = purpose_of(told)  # "overall, its work with violent men was poor" is of all of it
        if topic is None and scene.four_point and candidate.is_narrative and found.aspects == [OVERALL]:
            topic = work_with(subject.words)  # "Work with the people it supervises was of mixed quality"
        if (
            topic is None
            and subject.kind == "own"
            and found.aspects == [OVERALL]
            and not (candidate.is_narrative or "“overall”" in found.reason)
        ):
            topic = people_of(subject.words)  # "Its managers were rated ‘Good’"
        if self.asked and found.aspects == [OVERALL] and scene.aspect and not sentence.mentions:
            found.aspects = [scene.aspect]  # "Its judgement of staffing? ‘Requires improvement’."
        if found.aspects == [OVERALL] and scene.standard_told and self._is_of_the_standard(sentence, candidate, found):
            assert scene.aspect is not None
            found.aspects = [scene.aspect]  # "The worry is planning. That was graded ‘Inadequate’."
        if topic is not None and found.aspects in ([OVERALL], [SOME_STANDARDS]):
            found.aspects = [topic]
        elif subject.kind == "part" and found.aspects == [OVERALL] and "“overall”" not in found.reason:
            found.aspects = [SOME_STANDARDS]
        if found.aspects == [OVERALL] and is_count_of_marks(sentence, candidate, found):
            found.aspects = [SOME_STANDARDS]
        why = found.why or doubts.about_the_post(sentence, candidate, found, scene, (self.voices, self.graders))
        self._waits = why == doubts.NO_INSPECTION
        if why and not self._waits:
            return why
        share = shares.get(candidate.i)
        if isinstance(share, str):
            found.aspects = [share]
        elif share is not None:
            found.targets = [share]
        count_in(sentence, candidate, found, subject)
        moment, told = when(sentence, candidate, scene)
        for target in found.targets:
            for named in found.aspects:
                of_class = named == OVERALL and target.national and candidate.is_narrative
                aspect = (of_class and (scene.title_aspect or scene.theme)) or named
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

    def _says_again(self, sentence: Sentence, candidate: Candidate) -> bool:
        """Like "rated others as inadequate – the lowest rating": the rank only says what the grade before it is."""
        low = sentence.tokens.low
        before = [it for it in sentence.having("four") if it.j <= candidate.i]
        if not before or before[-1].kinds["four"] is not candidate.value:
            return False
        between = low[before[-1].j : candidate.i]
        start, end = sentence.tokens.span(before[-1].i, before[-1].j)
        return (
            not {",", "–", "—", "-", "(", "or"}.isdisjoint(between)
            and all(not word[0].isalnum() or word in _ARTICLES for word in between)
            and any(
                (s.field, s.position, s.start, s.end) == (sentence.where, sentence.start, start, end)
                for s in self.stated.statements
            )
        )

    def _is_of_the_standard(self, sentence: Sentence, candidate: Candidate, found: Attribution) -> bool:
        """Whether "it" or "that" is the standard of the sentence before: "it" where the body has its grade by now."""
        low = sentence.tokens.low
        begin, _ = sentence.clause(candidate.i)
        if candidate.is_narrative or begin or sentence.has("overall") or low[0] not in _IT_OR_THAT:
            return False
        if low[1] not in _PASSIVE or not all(m.pronoun for m in sentence.mentions) or not sentence.has("rate"):
            return False
        told = {s.target for s in self.stated.statements if s.aspect == OVERALL and s.when is When.CURRENT}
        return low[0] != "it" or any(
            (target.type, target.area) == (known.type, known.area) for target in found.targets for known in told
        )

    def _is_work_told(self, sentence: Sentence, subject: Subject, candidate: Candidate) -> bool:
        """Like "Across the CRCs, support for women was poor": work that nobody listed, of a body that is named."""
        named = any(m.type is not None and not m.other and m.j <= candidate.i for m in sentence.mentions)
        told = sentence.has("inspector") or self.voices.inspector_near
        return named and told and candidate.strength >= doubts.SURE and is_work(subject.words)

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
            and (is_work(subject.words) or (sentence.voice == INSPECTOR and is_of_doing(subject.words)))
            and (sentence.has("inspector") or sentence.voice == INSPECTOR or self._is_near(sentence))
        )

    def _is_near(self, sentence: Sentence) -> bool:
        """Whether an inspector was spoken of in the paragraph, or the section reports what ours found."""
        return self.voices.inspector_near or self._reports(sentence)

    def _reports(self, sentence: Sentence) -> bool:
        """Whether the sentence goes on with what ours found, in a section that reports on an inspection of theirs."""
        others = sentence.voice == OTHER or sentence.kinds >= {"voices", "says"}
        return self.scene.of_an_inspection and not others

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
                if value is RatingValue.NEGATIVE and is_bottom_grade(sentence, candidate):
                    value = RatingValue.INADEQUATE
        elif old and not scene.four_point and moment is When.CURRENT and (scene.published or not candidate.marked):
            value = BAND[value]
        if target.type is ProviderType.REGION and not candidate.marked and moment is When.CURRENT:
            value = BAND.get(value, value) if doubts.is_without_grades(scene) else value
        if scene.has_ended(target) and moment is When.CURRENT:
            moment, told = When.PREVIOUS, "CRCs and the NPS ended in June 2021"
        if aspect == OVERALL and target.area and not (old or target.national) and moment is When.CURRENT:
            scene.rows.setdefault(key_of(target.area), (target.type, target.area))
        scene.judged = target if len(found.targets) == 1 and not target.national else None
        statement = Statement.told(
            sentence,
            (first_word(sentence, candidate), candidate.j),
            (target, aspect, value, moment),
            found.confidence * (0.5 + candidate.strength / 2),
            "; ".join(part for part in (found.reason, told) if part) or "stated",
            weak=candidate.kind == "weak" or (candidate.is_narrative and self._sums_up(sentence, found)),
            firm="“overall”" in found.reason,
            shared=len(found.targets) > 1,
        )
        self._state(statement)

    def _sums_up(self, sentence: Sentence, found: Attribution) -> bool:
        """Like "Durham: much good probation work", over a post on both: what the text says of either says more."""
        both = not self.scene.four_point and all(self.scene.types[kind] for kind in OLD)
        return both and sentence.where is Field.TITLE and "the place stands for its body" in found.reason

    def _state(self, statement: Statement) -> None:
        (self.stated.waiting if self._waits else self.stated.statements).append(statement)
