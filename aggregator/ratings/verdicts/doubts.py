"""Why a grade word that has a body and an aspect is not taken all the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aggregator.model import OVERALL, Field, ProviderType, When
from aggregator.ratings.grades.cells import is_row
from aggregator.ratings.nouns import OLD
from aggregator.ratings.post.graders import ANOTHERS, EXPLAINED
from aggregator.ratings.post.voices import INSPECTOR, OTHER, Voices, is_an_answer
from aggregator.ratings.verdicts.agents import faults_open, report_opens
from aggregator.ratings.verdicts.bygone import of_then
from aggregator.ratings.verdicts.musing import of_the_writer
from aggregator.ratings.verdicts.purposes import SOME_STANDARDS
from aggregator.ratings.verdicts.relayed import (
    STRANGERS,
    by_the_findings,
    has_strangers,
    is_called_so,
    is_laid_bare,
    it_is_clear,
    report_says,
    tells_of_finding,
)
from aggregator.ratings.verdicts.subjects import is_firm
from aggregator.ratings.words.grammar import NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.nouns import Target
    from aggregator.ratings.post.graders import Graders
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.verdicts.attribution import Attribution
    from aggregator.ratings.words.items import Sentence

__all__ = ["NO_INSPECTION", "about_the_post", "about_the_words", "is_without_grades"]

NO_INSPECTION: Final = "nothing of an inspection near by"
_DRUGS: Final = "a post about drugs, and no body is named with the word"
SURE: Final = 0.7
"""From this strength on a grade word is used as a grade whatever stands round it."""

_GIVEN: Final = 0.8
"""From this strength on a verb of rating, a colon or a rating noun gives the grade; below, it is only said to be so."""
_TOLD: Final = 4
"""For so many sentences what is said of a class of bodies may be what inspectors said."""
_HEARD: Final = 8
"""For so many sentences what inspectors said is heard in a post on figures or on answers."""
_FIRST_REPORT: Final = datetime(2014, 12, 1, tzinfo=UTC)
"""When the inspectorate first reported on CRCs and the NPS: what posts praise before is the trusts'."""
_DYNAMIC: Final = datetime(2025, 10, 1, tzinfo=UTC)
"""From here regions were judged in words, without a grade."""


def is_without_grades(scene: Scene) -> bool:
    """Whether regions are judged in words by the time of the post."""
    return scene.published is not None and scene.published >= _DYNAMIC


def about_the_post(
    sentence: Sentence, candidate: Candidate, found: Attribution, scene: Scene, heard: tuple[Voices, Graders]
) -> str:
    """What in the post as a whole speaks against the words; empty where nothing does.

    ``heard`` is who speaks and who gives the grades, at the sentence.
    """
    voices, graders = heard
    own = any(mention.type is not None and not mention.demoted for mention in sentence.mentions)
    if scene.abroad:
        return "the section is on another country"
    if scene.foreign_topic and not own and not scene.section_bodies:
        return "the post is about another body"
    relayed = own and (sentence.has("inspector") or sentence.voice == INSPECTOR or voices.is_near(sentence, 2))
    if candidate.is_narrative and (scene.foreign_topic or scene.foreign_section) and not relayed:
        return "the section is about another body"
    bygone = of_then(sentence, candidate, found.targets, scene)
    if bygone:
        return bygone
    if scene.explains and any(
        t.type is ProviderType.CRC and t.area and not t.national and not scene.has_company(t.area)
        for t in found.targets
    ):
        return EXPLAINED  # "Wessex CRC" is an example
    if scene.explains and not any(
        sentence.mentions and target.named and target.area and not target.national and scene.knows(target.area)
        for target in found.targets
    ):
        return EXPLAINED
    surveyed = (scene.survey_title or scene.survey_lead) and sentence.index - voices.judged > _HEARD
    relays = sentence.has("inspector") or sentence.voice == INSPECTOR
    if (surveyed or is_an_answer(sentence, candidate)) and not relays:
        return "what people said, not what inspectors found"
    known = all(target.national or scene.knows(target.area) for target in found.targets)
    why = graders.why(sentence, known=known)
    if why or (graders.title and candidate.use == "attribute"):
        return why or ANOTHERS
    if graders.is_foreign_act(sentence) and not own:
        return "the grades of another inspectorate"
    if not own and _of_the_country(sentence, candidate) and not any(target.national for target in found.targets):
        return "said of the country, not of one body"
    if scene.awaited and (candidate.is_narrative or not (candidate.strength >= SURE or sentence.has("rate"))):
        return "the inspection is still to come"
    if scene.letters and candidate.is_narrative and not relays:
        return "what somebody writes to a paper"
    if scene.miscellany and not scene.named_here and not own:
        return "another item than the one that named a body"
    if not scene.at_home and not any(target.named for target in found.targets):
        return "no probation inspectorate in the post, and no body named with the word"
    if scene.drugs and not any(target.named and not target.national for target in found.targets):
        return _DRUGS
    if scene.drugs and not _is_service(sentence) and any(t.type is ProviderType.NPS for t in found.targets):
        return _DRUGS
    if not own and sentence.voice != INSPECTOR and of_the_writer(sentence, candidate):
        return "what somebody says of their own"
    if OVERALL in found.aspects and "strength" in sentence.tokens.low[candidate.j - 1]:
        return "strengths of no one standard"
    figures = voices.measured and sentence.kinds.isdisjoint(("rate", "noun", "overall", "aspect"))
    if not candidate.marked and (figures or _is_measured(sentence) or _is_of_a_figure(sentence)):
        return "a measure that is no inspection rating"
    near = scene.lead_inspected or voices.is_near(sentence, 6) or bool(scene.section_bodies)
    if (candidate.strength < SURE or candidate.is_narrative) and not near:
        return NO_INSPECTION
    return ""


def _is_service(sentence: Sentence) -> bool:
    """Whether NPS is no drug there: spelled out, or with a part that only the service has."""
    return not {"probation", "division", "divisions"}.isdisjoint(sentence.tokens.low)


_COUNTRYWIDE: Final = frozenset(("nationally", "nationwide", "countrywide"))


def _of_the_country(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Nationally the picture is poor"."""
    begin, _ = sentence.clause(candidate.i)
    return not _COUNTRYWIDE.isdisjoint(sentence.tokens.low[begin : candidate.i])


def _is_measured(sentence: Sentence) -> bool:
    """Whether the sentence speaks of a measure; "credit for" work is praise, and so is to come out "with credit"."""
    low = sentence.tokens.low
    return any(
        it.kinds["measures"] != "credit"
        or (low[it.j : it.j + 1] not in (["for"], ["to"]) and low[it.i - 1 : it.i] != ["with"])
        for it in sentence.having("measures")
    )


def _is_of_a_figure(sentence: Sentence) -> bool:
    """Whether the row of a table holds a share, which a word beside it then sums up: "Kent | 47% | Poor"."""
    return is_row(sentence) and ("%" in sentence.text or "per cent" in sentence.text)


def about_the_words(
    sentence: Sentence,
    candidate: Candidate,
    said: tuple[Target, str, When],
    scene: Scene,
    voices: Voices,
    *,
    found_by_context: bool = False,
) -> str:
    """What in the sentence speaks against the words, said of this body and this aspect; empty where nothing does."""
    target, aspect, when = said
    ended = scene.has_ended(target)
    if candidate.is_narrative:
        return _narrative(sentence, candidate, said, scene, voices, ended=ended and when is When.CURRENT)
    if target.type in OLD and scene.published is not None and scene.published < _FIRST_REPORT:
        return "no CRC and no division of the NPS had been inspected yet"
    unsure = candidate.kind == "four" and candidate.strength < SURE
    if unsure and not candidate.marked and target.area is None and not target.national:
        return "nowhere named"
    if sentence.voice == OTHER and (
        _is_of_ours(sentence, candidate)
        or (unsure and not candidate.marked and not sentence.has("parts"))
        or (
            candidate.kind == "four"
            and candidate.use == "predicate"
            and candidate.strength < _GIVEN
            and sentence.has("says")
            and not sentence.has("rate")
            and not sentence.has("inspector")
        )
    ):
        return "the speaker is no inspector"
    if not (scene.inspected or scene.graded) and (not is_firm(candidate) or sentence.has("voices") or not target.named):
        return "nothing of an inspection in the post"
    if (
        found_by_context
        and candidate.use == "noun"
        and candidate.kind == "four"
        and aspect == OVERALL
        and not (sentence.kinds & {"rate", "noun", "inspector", "overall", "aspect"} or sentence.mentions)
    ):
        return "nobody is given it"
    loose = aspect == SOME_STANDARDS and candidate.kind == "four" and not candidate.marked and candidate.strength <= 0.8
    if loose and not _counts_standards(sentence):
        return "said of parts that are no standard"
    if ended and unsure and not candidate.quoted:
        return "CRCs and the NPS had ended"
    return ""


def _is_of_ours(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Our teams do good work, and in some places it’s outstanding": what somebody says of their own."""
    low = sentence.tokens.low[: candidate.i]
    return (not (candidate.marked or _OUR.isdisjoint(low)) and candidate.kind == "four") and sentence.kinds.isdisjoint(
        ("inspector", "rate", "noun")
    )


_OUR: Final = frozenset(("our", "ours", "my"))


def _counts_standards(sentence: Sentence) -> bool:
    """Like "four of the ten standards": so many of so many are the inspectorate's, whoever tells it."""
    low = sentence.tokens.low
    if sentence.has("overall") and len(sentence.having("four")) > 1:
        return True  # "is good overall, three areas are outstanding"
    if "domain" in low:
        return True  # "Domain two: Inadequate"
    return any(
        low[it.i] == "standards" and sum(word in NUMBERS or word.isdigit() for word in low[max(0, it.i - 5) : it.i]) > 1
        for it in sentence.having("parts")
    )


def _opens(sentence: Sentence) -> bool:
    """Whether it is title or first sentence, and speaks for nobody but the writer of a post on an inspection."""
    return sentence.index <= 0 and sentence.kinds.isdisjoint(("voices", "other", "measures"))


def _is_told_by_writer(sentence: Sentence) -> bool:
    """Whether the sentence speaks for nobody but the writer: a summary of a report on one kind of work."""
    return sentence.kinds.isdisjoint(STRANGERS)


def _sums_up(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Overall the NPS did good quality work", by nobody else: a report's own words, of a post on one."""
    begin, _ = sentence.clause(candidate.i)
    found = sentence.has_between("overall", begin, candidate.i) is not None
    return found and sentence.has_between("voices", begin, candidate.i) is None


def _is_a_side(sentence: Sentence, candidate: Candidate) -> bool:
    """Like "Hereford, all are agreed, were poor on Saturday": one place with the verb of many is eleven players."""
    low = sentence.tokens.low
    named = [m for m in sentence.mentions if m.j <= candidate.i and not m.demoted]
    if len(named) != 1 or not named[0].bare or len(named[0].areas) != 1 or named[0].i > 1:
        return False
    verbs = [word for word in low[named[0].j : candidate.i] if word in _VERBS]
    return verbs[-1:] in (["were"], ["are"]) and "and" not in low[: candidate.i] and not _SIDES.isdisjoint(low)


_VERBS: Final = frozenset(("is", "was", "are", "were", "has", "have", "had", "be", "been"))
_SIDES: Final = frozenset(
    ("saturday", "sunday", "half", "match", "game", "football", "rugby", "cricket", "season", "goal", "goals", "pitch",
     "win", "defeat", "cup", "league", "wicket", "innings", "referee", "nil", "away")
)  # fmt: skip


def _narrative(
    sentence: Sentence,
    candidate: Candidate,
    said: tuple[Target, str, When],
    scene: Scene,
    voices: Voices,
    *,
    ended: bool,
) -> str:
    target, aspect, _ = said
    inspector = sentence.has("inspector")
    relayed = tells_of_finding(sentence, candidate) or (scene.one_class and report_opens(sentence))
    near = inspector or scene.lead_inspected or voices.is_near(sentence, 1)
    findings = by_the_findings(sentence, candidate, near=near)
    relayed = relayed or findings
    relayed = relayed or is_laid_bare(sentence, candidate)
    theirs = voices.spoke == OTHER and not inspector and faults_open(sentence)
    if (sentence.voice == OTHER and not relayed) or theirs:
        return "the speaker is no inspector"
    if not scene.inspected:
        return "nothing of an inspection in the post"
    if _is_a_side(sentence, candidate):
        return "how a team played"
    if scene.own_page and not (inspector or sentence.voice == INSPECTOR or voices.is_near(sentence, 1)):
        return "what a body says of itself"
    if target.type in OLD and scene.published is not None and scene.published < _FIRST_REPORT:
        return "no CRC and no division of the NPS had been inspected yet"
    if target.area is None and not target.national:
        return "nowhere named"
    relayed = inspector or sentence.voice == INSPECTOR or sentence.where is Field.TITLE or voices.inspector_near
    relayed = relayed or (target.national and scene.one_class and report_opens(sentence))
    relayed = relayed or findings or (scene.lead_inspected and is_called_so(sentence, candidate))
    relayed = relayed or (aspect == OVERALL and scene.lead_inspected and _sums_up(sentence, candidate))
    if candidate.use == "attribute" and not relayed and not scene.section_bodies:
        return "nobody says that an inspector thinks so"
    if (
        scene.four_point
        and not relayed
        and not target.named
        and not scene.section_bodies
        and not report_says(sentence)
        and not voices.is_near(sentence, 2)
    ):
        return "nobody says that an inspector thinks so"
    if target.type is ProviderType.REGION and is_without_grades(scene):
        return ""
    youth = target.type is ProviderType.YJS and scene.topic_type is ProviderType.YJS
    if target.type not in OLD and (scene.four_point or not youth):
        told = relayed or (target.national and voices.is_near(sentence, _TOLD))
        ungraded = target.type is ProviderType.YJS and not scene.four_point and told
        return "prose about a graded body" if aspect == OVERALL and not ungraded else ""
    if ended:
        return "CRCs and the NPS had ended"
    is_report = sentence.has_between("narr_report", candidate.i, candidate.j) is not None
    if is_report and not inspector and sentence.where is not Field.TITLE:
        return "nobody says whose report"
    anybody = target.national or not target.named
    if anybody and not inspector and sentence.voice != INSPECTOR and it_is_clear(sentence.tokens.low):
        return "what the writer concludes"
    heard = (
        sentence.voice == INSPECTOR
        or voices.inspector_near
        or scene.of_findings
        or (voices.is_near(sentence, 3) and sentence.has("rate"))
        or (scene.lead_inspected and (bool(scene.section_bodies) or _opens(sentence)))
        or (scene.lead_inspected and report_opens(sentence))
        or (scene.lead_inspected and scene.one_class and bool(scene.title_aspect) and _is_told_by_writer(sentence))
        or (voices.is_near(sentence, 4) and candidate.strength >= SURE and sentence.kinds.isdisjoint(STRANGERS))
    )
    hers = voices.spoke == INSPECTOR and faults_open(sentence)
    if (
        target.national
        and not (inspector or findings or hers)
        and (not heard or (has_strangers(sentence, candidate) and sentence.voice != INSPECTOR))
    ):
        return "said of the class by nobody in particular"
    return ""
