"""Whom a place alone, or the words "probation service", stand for: a unit, a region, a company or a division."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.model import ProviderType
from aggregator.ratings.nouns import NATIONAL, OLD, Target
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.post.scene import Scene

__all__ = ["of_a_place", "of_probation"]


def of_a_place(scene: Scene, mention: Mention) -> list[Target]:
    """The body of the post's kind that a place stands for ("In Kent planning was …"); empty where there is none."""
    kind = scene.section_type or scene.class_in_focus or scene.topic_type
    place = mention.areas[0]
    if kind in {ProviderType.PDU, ProviderType.YJS}:
        place = scene.full_name(kind, place)
    if scene.successor or kind in {ProviderType.PDU, ProviderType.REGION}:
        if kind is ProviderType.YJS:
            return [scene.make(kind, place, "the place stands for its service", named=True)]
        if key_of(place) in scene.vocabulary.pdus or (
            kind is ProviderType.PDU and key_of(place) in scene.vocabulary.unit_places
        ):
            return [scene.make(ProviderType.PDU, place, "the place stands for its unit", named=True)]
        if key_of(place) in scene.vocabulary.regions:
            return [scene.make(ProviderType.REGION, place, "the place stands for its region", named=True)]
        return []
    if kind is None or key_of(place) in {"england wales", "england"}:
        return []
    code = scene.vocabulary.crc_of.get(key_of(place))
    if kind is ProviderType.NPS and code is not None and scene.types[ProviderType.CRC]:
        full = key_of(scene.vocabulary.crcs[code].name) == key_of(place)
        kind = ProviderType.CRC if full and key_of(place) not in scene.vocabulary.divisions else kind
    return [scene.make(kind, place, "the place stands for its body", named=True)]


def of_probation(scene: Scene, mention: Mention) -> list[Target]:
    """The bodies that "probation services", "probation staff" and the like stand for, by the time and the post."""
    place = mention.areas[0] if mention.areas else None
    if scene.successor or (
        scene.published is None and not (scene.types[ProviderType.CRC] or scene.types[ProviderType.NPS])
    ):
        if place is None and mention.plural and mention.count:
            return [Target(ProviderType.PDU, mention.count, NATIONAL, "so many units", named=True, national=True)]
        if place is None:
            return [] if mention.word == "probation" else scene.service(mention, 1) if not mention.plural else []
        key = key_of(place)
        if (
            mention.plural
            and (mention.count or scene.types[ProviderType.PDU])
            and key in scene.vocabulary.regions
            and key not in scene.vocabulary.pdus
        ):
            return [
                Target(
                    ProviderType.PDU,
                    mention.count or "PDUs",
                    place,
                    "units of the region, not named",
                    named=True,
                    national=True,
                )
            ]
        if key in scene.vocabulary.regions and scene.topic_type is not ProviderType.PDU:
            return [scene.make(ProviderType.REGION, place, "“probation service” of a region", named=True)]
        units = [area for area in mention.areas if scene.vocabulary.is_of_a_unit(area)]
        if units and (len(units) == len(mention.areas) or len(units) > 1):
            how = "“probation service” of a unit's area"
            return [scene.make(ProviderType.PDU, area, how, named=True) for area in units]
        if key in scene.vocabulary.regions:
            return [scene.make(ProviderType.REGION, place, "“probation service” of a region", named=True)]
        return []
    crc, nps = scene.types[ProviderType.CRC], scene.types[ProviderType.NPS]
    if not crc and not nps:
        return []
    if crc and nps and not scene.four_point:
        return [
            replace(
                scene.make(kind, place, "“probation services” are the CRC and the NPS here", named=place is not None),
                joint=True,
            )
            for kind in OLD
        ]
    kind = scene.topic_type if scene.topic_type in OLD else ProviderType.CRC if crc >= nps else ProviderType.NPS
    return [scene.make(kind, place, f"“{mention.word}” is the {kind} of the post", named=place is not None)]
