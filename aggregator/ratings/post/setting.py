"""What the post is about: its date and regime, its bodies and places, and the headings above what is read now."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.nouns import ENDED, NATIONAL, OLD, UNIFIED, Section, Target
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.vocabulary import Vocabulary

__all__ = ["Setting"]

_MANY: Final = 3
"""From so many bodies of a kind on a post is on none of them, unless its title or lead says so."""


@dataclass(slots=True)
class Setting:
    """What is known of a post up to the sentence that is read: filled by ``survey.survey``, then moved along."""

    vocabulary: Vocabulary
    published: datetime | None
    types: Counter[ProviderType] = field(default_factory=Counter)
    classes: Counter[ProviderType] = field(default_factory=Counter)
    """How often the post speaks of all the bodies of a kind."""
    topic_type: ProviderType | None = None
    topic_areas: dict[ProviderType, list[str]] = field(default_factory=dict)
    companies: set[str] = field(default_factory=set)
    """The places of all companies that the post names, in passing too ("is supervised by Essex CRC")."""
    place: str | None = None
    sections: list[Section] = field(default_factory=list)
    focus: list[Mention] = field(default_factory=list)
    single: Mention | None = None
    """The one body that the sentence before told of beside a class: "it", then, is no class."""
    block_year: int = 0
    """The year that the paragraph begins in ("In 2019 …"); 0 where it begins in none."""
    region_told: str | None = None
    """The region of the Probation Service that was spoken of last: "its three PDUs" are those there."""
    block_place: str | None = None
    """The place that a sentence of the paragraph began in ("In Gloucestershire, …")."""
    titled: bool = False
    """Whether the title names a body with its place."""
    title_place: str | None = None
    report_area: str | None = None
    """The area that the report is on, by title or first sentences: see ``areas.area_of_report``."""
    lead_areas: dict[ProviderType, list[str]] = field(default_factory=dict)
    """The places of bodies that the first sentences name: whose post it is."""
    us: Mention | None = None
    """The body that the post speaks for, where it says "us in the NPS"."""
    own_page: bool = False
    """Whether a company or the NPS writes of itself: its first sentences say "our CRCs"."""
    heard: set[ProviderType] = field(default_factory=set)
    """The kinds of body that were spoken of up to now."""
    pair: list[Mention] = field(default_factory=list)
    """The two bodies, one of each kind, that a sentence named last: "the former" and "the latter"."""
    counted: bool = False
    """Whether the sentence before counted standards: "13 key areas"."""
    aspect: str | None = None
    """The standard that the sentence before spoke of: "this standard" is that one."""
    standard_told: bool = False
    """Whether it spoke of that standard and named no body: "it", then, may be the standard."""
    counting: bool = False
    """Whether the sentence before spoke of standards: "the rest" are the rest of these."""
    looking_back: bool = False
    """Whether the sentence before told of an earlier inspection, and not what came of it."""
    units_before: bool = False
    """Whether the paragraph says that reports on units came out before this one, in a post on their region."""
    label: str | None = None
    """The standard that a label in the paragraph names ("Protecting the public: …"), until its next label."""
    last: dict[ProviderType, Mention] = field(default_factory=dict)
    judged: Target | None = None
    """The one body whose grade was told last, in its own section."""
    members: ProviderType | None = None
    """The kind of the bodies that headings name by their places alone, from ``members_level`` down."""
    members_level: int = 0
    class_told: ProviderType | None = None
    """The kind of the class that was named last, wherever in its sentence."""
    rows: dict[str, tuple[ProviderType, str]] = field(default_factory=dict)
    """The kind and the place of the bodies that rows of tables give grades to, by the key of the place."""
    item: Mention | None = None
    """The body whose grade opened this paragraph or item ("Kent – Good. …"): what follows there is on it."""
    there: list[str] = field(default_factory=list)
    """The place that the sentence before named by itself: "the CRC there" is that of this place."""
    abroad: bool = False
    """Whether the section or the paragraph is on probation in another country, whose inspectors are not ours."""
    foreign_topic: bool = False
    inspected: bool = False
    graded: bool = False
    """Whether "requires improvement" stands in it: a grade that nobody gives for anything but inspections."""
    four_point: bool = True
    year: int | None = None
    title_unit: str | None = None
    drugs: bool = False
    lead_inspected: bool = False
    home: bool = True
    """Whether the post is on probation or youth justice: by its first sentences, or as it names their inspectorate."""
    survey_title: bool = False
    """Whether the post is on figures or on what people said, not on an inspection."""
    survey_lead: bool = False
    """Whether its first sentences are, which counts until inspectors are spoken of."""
    title_aspect: str | None = None
    """The one standard that a title names with no body of a place: the post is on that alone."""
    theme: str | None = None
    """The standard of what a thematic inspection is on that the title names: "domestic abuse"."""
    awaited: bool = False
    """Whether its first sentences say that inspectors are to come, and no sentence that they have judged."""
    miscellany: bool = False
    """Whether the title says that the post holds items on this and that: a newsletter, minutes."""
    named_here: bool = True
    """Whether the section has named a body of ours by now, or inspectors of ours; without headings it has."""
    inspectors_page: bool = False
    """Whether inspectors write it: "We inspected it in October"."""
    speech: bool = False
    """Whether the post is a speech of the chief inspector's: what nobody else says in it she does."""
    minutes: bool = False
    """Whether the title says that the post is the minutes of a meeting: all of it is reported speech."""
    explains: bool = False
    """Whether the title says that the post tells how ratings come about."""
    letters: bool = False
    """Whether the post holds letters to an editor: what nobody relays there is the view of who writes."""
    long_ago: bool = False
    """Whether the title names a year of the 2000s, when there was a first national service of the same name."""
    bygone: bool = False
    """Whether the paragraph is on a year before there were CRCs by now."""

    @property
    def successor(self) -> bool:
        """Whether the post is of the time of the unified Probation Service."""
        if self.published is None or self.published < UNIFIED:
            return False
        return self.published >= ENDED or not self.types[ProviderType.NPS]

    def has_ended(self, target: Target) -> bool:
        """Whether a body was gone when the post came out: whatever grade it tells of is of before."""
        return target.type in OLD and self.published is not None and self.published >= ENDED

    # --- sections ---------------------------------------------------------------------------------

    def enter(self, section: Section) -> None:
        """A heading: what is deeper or as deep ends here."""
        left = False
        while self.sections and self.sections[-1].level >= section.level:
            left = self.sections.pop().ours or left
        if left and not self.home and not section.ours:
            self.focus = []  # in a round-up the next matter is another one
        self.sections.append(section)
        self.named_here = False
        self.last.clear()
        if self.titled and self.four_point and not section.bodies and self.topic_type in OLD:
            # a new matter: who was named in passing under the heading before is not what it is on
            self.focus = [mention for mention in self.focus if mention.type in {None, self.topic_type}]
        if self.successor and self.topic_type not in OLD:
            # "What came before the PDUs" has been told: under the next heading nobody goes on about it
            self.focus = [mention for mention in self.focus if mention.type not in OLD]
        if section.bodies or section.foreign:
            self.judged = None
        if section.bodies:
            self.focus = list(section.bodies)

    @property
    def at_home(self) -> bool:
        """Whether what is read now is on probation or youth justice: the post is, or a heading above says so."""
        return self.home or any(section.ours for section in self.sections)

    @property
    def section_bodies(self) -> list[Mention]:
        """The bodies the nearest heading with any names."""
        for section in reversed(self.sections):
            if section.between or section.foreign:
                return []
            if section.bodies:
                return section.bodies
        return []

    @property
    def section_type(self) -> ProviderType | None:
        """The one kind of body that the nearest heading with any names."""
        kinds = {mention.type for mention in self.section_bodies}
        return kinds.pop() if len(kinds) == 1 else None

    @property
    def section_place(self) -> str | None:
        """The place that a heading above names, and nothing else."""
        return next((section.place for section in reversed(self.sections) if section.place), None)

    @property
    def section_aspect(self) -> str | None:
        """The aspect that the headings above name."""
        for section in reversed(self.sections):
            if section.aspect:
                return section.aspect
        return None

    @property
    def earlier_section(self) -> bool:
        """Whether a heading above is on an earlier inspection."""
        return any(section.earlier for section in self.sections)

    @property
    def of_findings(self) -> bool:
        """Whether a heading above says that what stands under it was found, in a post whose lead names inspectors."""
        return self.lead_inspected and any(section.finds for section in self.sections)

    @property
    def of_an_inspection(self) -> bool:
        """Whether the nearest heading with a body stands under one where our inspectorate was told to have been."""
        return bool(self.section_bodies) and any(section.inspected for section in self.sections)

    @property
    def between(self) -> bool:
        """Whether the section is on how the bodies work together: it rates neither."""
        return bool(self.sections) and any(section.between for section in self.sections)

    @property
    def foreign_section(self) -> bool:
        """Whether the nearest heading names another body."""
        return bool(self.sections) and self.sections[-1].foreign

    @property
    def class_in_focus(self) -> ProviderType | None:
        """The kind of body that was spoken of last as a class: "Three PDUs were reported on"."""
        focus = self.focus[0] if self.focus else None
        return focus.type if focus is not None and focus.plural and not (focus.areas or focus.owner) else None

    # --- what it is about, and where -------------------------------------------------------------

    @property
    def one_topic(self) -> bool:
        """Whether the post speaks of one kind of body only, and of one place: there is nobody else to be meant."""
        kinds = [kind for kind, weight in self.types.items() if weight > 0]
        known = self.topic_areas.get(self.topic_type, []) if self.topic_type else []
        return len(kinds) == 1 and (len(known) == 1 or (not known and self.place is not None))

    @property
    def one_class(self) -> bool:
        """Whether the post speaks of all CRCs, or of all the NPS, and of no other body: a thematic inspection."""
        kinds = [kind for kind, weight in self.types.items() if weight > 0 or self.classes[kind]]
        if len(kinds) != 1 or kinds[0] not in OLD or not self.classes[kinds[0]]:
            return False
        return {NATIONAL}.issuperset(self.topic_areas.get(kinds[0], ()))

    @property
    def region(self) -> str | None:
        """The region that the title names, and no unit: what the post says of its units it says of the region."""
        if self.topic_type is ProviderType.REGION and self.titled:
            return next(iter(self.topic_areas.get(ProviderType.REGION, ())), None)
        place = self.title_place if self.successor and self.topic_type is not ProviderType.YJS else None
        known = place is not None and key_of(place) in self.vocabulary.regions
        return place if known and not self.topic_areas.get(ProviderType.PDU) else None

    @property
    def names_both(self) -> bool:
        """Whether the CRC and the NPS of the post are two that it is about: since the scale, both spoken of by now."""
        if not (self.types[ProviderType.CRC] and self.types[ProviderType.NPS]) or self.successor:
            return False
        return not self.four_point or self.heard.issuperset(OLD)

    def knows(self, area: str | None) -> bool:
        """Whether a place is one that the gazetteer knows, or is made of such."""
        parts = [] if area is None else re.split(r", | and | & ", area)
        return area is None or any(
            key_of(part) in self.vocabulary.canonical or key_of(part) in self.vocabulary.crc_of
            for part in (area, *parts)
        )

    def made_up(self, mentions: Iterable[Mention]) -> frozenset[str]:
        """The places of CRCs and divisions of the NPS that are no places of any: all of these are known."""
        return frozenset(
            area
            for mention in mentions
            if mention.type in OLD and not mention.provider
            for area in mention.areas
            if not (self.knows(area) if mention.type is ProviderType.NPS else self.has_company(area))
        )

    def has_company(self, area: str) -> bool:
        """Whether a place, or one that it is made of, had a CRC: "Wessex" had none."""
        return any(key_of(part) in self.vocabulary.crc_of for part in (area, *re.split(r", | and | & ", area)))

    def names_another(self, place: str, known: set[str]) -> bool:
        """Whether a place belongs to another body than the places spoken of so far."""
        codes = {self.vocabulary.crc_of.get(key_of(area)) for area in known}
        code = self.vocabulary.crc_of.get(key_of(place))
        return bool(known) and code is not None and code not in codes

    def is_one_of_many(self, kind: ProviderType) -> bool:
        """Whether the post names many bodies of a kind and neither title nor lead says that it is on one of them."""
        known = self.topic_areas.get(kind, ())
        return len(known) >= _MANY and not self.titled and self.title_place is None and not self.lead_areas.get(kind)

    def full_name(self, kind: ProviderType, area: str) -> str:
        """Like "Newcastle" after "Newcastle-upon-Tyne": the one longer name in the post that a place begins."""
        known = self.topic_areas.get(kind, ())
        if kind in OLD or area in known:
            return area
        longer = [name for name in known if key_of(name).startswith(f"{key_of(area)} ")]
        return longer[0] if len(longer) == 1 else area
