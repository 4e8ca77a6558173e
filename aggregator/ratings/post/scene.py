"""Whom a mention stands for: "the company", "it", "both", "the CRCs", by what the post is about and spoke of last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.bodies.areas import area_judged
from aggregator.ratings.bodies.naming import enumerated, named_after, owned_by
from aggregator.ratings.bodies.standing import of_a_place, of_probation
from aggregator.ratings.nouns import NATIONAL, OLD, Target
from aggregator.ratings.post.setting import Setting
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention

__all__ = ["Scene"]

_ANNUAL_FROM: Final = 2018
"""Before, reports were on areas of police-force size."""
_FEW: Final = 3
"""Up to so many companies of one owner are told by name."""
_CLASS: Final = {ProviderType.CRC: "CRCs", ProviderType.NPS: "NPS", ProviderType.YJS: "youth justice services"}


@dataclass(slots=True)
class Scene(Setting):
    """The state of one reading: what is known of the post, and who is meant in it."""

    _made: dict[tuple[ProviderType, str | None, str, bool], Target] = field(default_factory=dict)
    """The bodies made so far: most posts speak of one or two, over and over."""

    def targets(self, mention: Mention, depth: int = 0) -> list[Target]:
        """The bodies that a mention stands for; empty where it cannot be told or is none of ours."""
        if mention.other or depth > 3:
            return []
        if mention.both:
            return self._both(depth)
        if mention.pronoun:
            return self._pronoun(mention, depth)
        if mention.bare:
            return of_a_place(self, mention)
        if mention.any_probation:
            return of_probation(self, mention)
        if mention.type is None:
            return self.service(mention, depth)
        return self._typed(mention)

    def topic(self) -> list[Target]:
        """The body the post is about, where nothing nearer is named."""
        if self.topic_type is None or self.foreign_topic:
            return []
        return [self._about(self.topic_type)]

    def _about(self, kind: ProviderType) -> Target:
        """The body of a kind that the post is about: the class of them, where it speaks of all and names none."""
        if self.item is not None and self.item.type is kind:
            return self.make(kind, self.item.areas[0], "whose item it is", named=False)
        if kind in OLD and self.classes[kind] and (self._area(kind) in {None, NATIONAL} or self.is_one_of_many(kind)):
            return Target(kind, _CLASS[kind], NATIONAL, "the class that the post is about", named=True, national=True)
        if kind is ProviderType.YJS and self.classes[kind] and self._area(kind) is None:
            return Target(kind, _CLASS[kind], NATIONAL, "the class that the post is about", named=True, national=True)
        units = self.topic_areas.get(ProviderType.PDU, ())
        area = self._area(kind)
        if kind is ProviderType.REGION and len(units) == 1 and area is None and self.successor:
            # "A regional probation service was graded …": what a paper calls the one unit that it then names
            return self.make(ProviderType.PDU, units[0], "the one unit that the post names", named=False)
        if kind is ProviderType.REGION and area and key_of(area) not in self.vocabulary.regions and units:
            return self.make(ProviderType.PDU, units[0], "the unit that the post names, and no region", named=False)
        return self.make(kind, None, "the body the post is about", named=False)

    def _both(self, depth: int) -> list[Target]:
        if self.names_both:
            return [
                replace(self.make(kind, None, "“both” are the CRC and the NPS of the post", named=False), joint=True)
                for kind in OLD
            ]
        # Where a heading or the sentence before said "both" as well, that says no more than this one does.
        return [target for focus in self.focus if not focus.both for target in self.targets(focus, depth + 1)]

    def _pronoun(self, mention: Mention, depth: int) -> list[Target]:
        if mention.word == "we":
            if self.us is not None:
                return self.targets(self.us, depth + 1)
            # Whoever writes is a body that the post names with its place, or is none: a supplier, a partner
            named = self.topic_type is not None and (self.topic_areas.get(self.topic_type) or self.title_place)
            return self.topic() if named else []
        if mention.word in {"it", "its", "itself"} and self.single is not None:
            return self.targets(self.single, depth + 1)
        if mention.word in {"it", "its", "itself"} and self.item is not None and self.class_in_focus is not None:
            return self.targets(self.item, depth + 1)
        found = [target for focus in self.focus for target in self.targets(focus, depth + 1)]
        if mention.word in {"it", "its", "itself", "he", "his", "she", "her"} and len(found) > 1:
            return found[:1] if len({t.type for t in found}) > 1 else found
        if not self.four_point and {t.type for t in found} == set(OLD):
            return [replace(target, joint=True) for target in found]  # "their work must be better", of both
        return found

    def service(self, mention: Mention, depth: int) -> list[Target]:
        """Like "The service", "the organisation": whoever was spoken of last."""
        if (
            mention.plural
            and mention.word == "anaphor"
            and not self.four_point
            and self.types[ProviderType.CRC]
            and self.types[ProviderType.NPS]
        ):
            return self._both(depth)
        bodies = [focus for focus in self.focus if not focus.pronoun and focus.type is not None]
        if bodies:
            return [target for focus in bodies[:1] for target in self.targets(focus, depth + 1)]
        if self.section_bodies:
            return self.targets(self.section_bodies[0], depth + 1)
        if self.topic_type is not None:
            return [self._about(self.topic_type)]
        return []

    def _typed(self, mention: Mention) -> list[Target]:
        kind = mention.type
        assert kind is not None
        if mention.provider is not None:
            return [Target(kind, mention.provider, mention.areas[0], "named", named=True)]
        if mention.areas:
            if kind is ProviderType.CRC:
                return [
                    self.make(
                        kind,
                        enumerated(mention.areas),
                        "named",
                        named=True,
                    )
                ]
            key = key_of(mention.areas[0])
            if (
                kind is ProviderType.PDU
                and mention.plural
                and key in self.vocabulary.regions
                and key not in self.vocabulary.pdus
            ):
                return [
                    Target(
                        kind,
                        mention.count or f"PDUs in {mention.areas[0]}",
                        mention.areas[0],
                        "units of the region, not named",
                        named=True,
                        national=True,
                    )
                ]
            return [self.make(kind, mention.areas[0], "named", named=True)]
        both = self.topic_areas.get(kind, ())
        if mention.plural and mention.count == "both" and len(both) == 2:
            return [self.make(kind, area, "both that the post names", named=True) for area in both]
        if mention.plural and (mention.word != "anaphor" or (kind in OLD and not mention.owner)):
            if mention.owner:
                return self._owned(mention)
            if kind is ProviderType.PDU and mention.count is None and self.title_unit is not None:
                return [self.make(kind, self.title_unit, "the unit of the title", named=False)]
            provider = (
                mention.count
                or {
                    "CRC": "CRCs",
                    "NPS": "NPS divisions",
                    "PDU": "PDUs",
                    "YJS": "youth justice services",
                    "REGION": "regions",
                }[kind]
            )
            if kind is ProviderType.PDU and self.region is not None:
                return [Target(kind, provider, self.region, "so many units of the region", named=True, national=True)]
            return [Target(kind, provider, NATIONAL, "said of the class", named=True, national=True)]
        if (
            mention.count is not None
            and not mention.count.lower().startswith(("only", "sole", "single"))
            and mention.word != "anaphor"
            and mention.count.split()[0].lower() in {"one", "a", "lone", "solitary"}
        ):
            return [Target(kind, mention.count, NATIONAL, "one of the class, not named", named=True, national=True)]
        if mention.owner:
            return self._owner(mention)
        if kind is ProviderType.NPS and self._area(kind) is None:
            return [Target(kind, "NPS", NATIONAL, "no place is named with it", named=False, national=True)]
        before = None if self.section_place else self.last.get(kind)
        if before is not None and before.areas:
            return [self.make(kind, before.areas[0], f"the {kind} named just before", named=False)]
        return [self._about(kind)]

    def _owner(self, mention: Mention) -> list[Target]:
        assert mention.owner is not None
        codes = {crc.code for crc in owned_by(self.vocabulary, mention.owner, self.published)}
        item = None if mention.plural else self.item
        if self.topic_type not in OLD and self.topic_type is not None and item is None:
            return []
        area = item.areas[0] if item is not None else self._area(ProviderType.CRC)
        if area is not None and self.vocabulary.crc_of.get(key_of(area)) in codes:
            return [self.make(ProviderType.CRC, area, f"{mention.owner} owned the CRC of this area", named=False)]
        return []

    def _owned(self, mention: Mention) -> list[Target]:
        """The companies of one owner: each by name where they are few."""
        assert mention.owner is not None
        names = [crc.name for crc in owned_by(self.vocabulary, mention.owner, self.published)]
        if 0 < len(names) <= _FEW:
            return [self.make(ProviderType.CRC, name, f"owned by {mention.owner}", named=True) for name in names]
        provider, how = f"{mention.owner}'s CRCs", "said of an owner's companies"
        return [Target(ProviderType.CRC, provider, NATIONAL, how, named=True, national=True)]

    def _area(self, kind: ProviderType) -> str | None:
        """The place of the post's body of a kind: by heading, paragraph, post or title, the nearest first."""
        if self.section_place:
            return self.section_place
        if self.block_place is not None and (kind in OLD or kind is ProviderType.PDU):
            return self.block_place
        known = self.topic_areas.get(kind)
        if known and not self.is_one_of_many(kind):
            return known[0]
        if self.title_place is not None:
            return self.title_place
        for other in OLD if kind in OLD else ():
            if self.lead_areas.get(other):
                found = self.lead_areas[other][0]
                if kind is ProviderType.CRC and self.report_area and not self.has_company(found):
                    return self.report_area  # "The CRC", beside "NPS South East and Eastern": no company's name
                return found
        if self.place is None and kind is ProviderType.CRC and len(self.companies) == 1:
            return next(iter(self.companies))  # "the scheme is run by Essex CRC": the one that the post has
        return self.place

    def _company_round(self, area: str) -> str | None:
        """The name of the company that works in a place, where the post has it: an annual report is on all of it."""
        code = self.vocabulary.crc_of.get(key_of(area))
        unit = self.vocabulary.pdus.get(key_of(area)) if code is None else None
        if unit is not None:
            code = self.vocabulary.crc_of.get(key_of(unit.region))  # "Bolton" lies in "Greater Manchester"
        crc = self.vocabulary.crcs.get(code or "")
        if crc is None or crc.name == area or crc.name not in self.companies or 0 < self.block_year < _ANNUAL_FROM:
            return None
        return crc.name

    def make(self, kind: ProviderType, area: str | None, how: str, *, named: bool) -> Target:
        """The body of a kind at a place, or at the post's own where ``area`` is None."""
        area = self.full_name(kind, area) if area else self._area(kind)
        if area and " and " in area and kind is not ProviderType.CRC:
            area = self.vocabulary.canonical.get(key_of(area), area)
        if kind is ProviderType.REGION and area and key_of(area) not in self.vocabulary.regions and self.successor:
            kind = ProviderType.PDU if self.vocabulary.is_of_a_unit(area) else kind
        asked = (kind, area, how, named)
        known = self._made.get(asked)
        if known is not None:
            return known
        said = area
        if area is not None and kind in OLD:
            report = self.report_area
            if self.four_point and kind is ProviderType.CRC:
                report = self._company_round(area) or report
            area, why = area_judged(self.vocabulary, kind, area, report, four_point=self.four_point, year=self.year)
            how = f"{how}; {why}" if why else how
        made = self._made[asked] = named_after(self.vocabulary, Target(kind, None, area, how, named=named), said)
        return made
