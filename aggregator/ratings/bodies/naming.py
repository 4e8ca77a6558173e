"""What a body is called, from its kind and its place; and which companies an owner had."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.model import ProviderType
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.ratings.nouns import Target
    from aggregator.ratings.words.vocabulary import Crc, Vocabulary

__all__ = ["enumerated", "named_after", "owned_by"]


def named_after(vocabulary: Vocabulary, target: Target, said: str | None) -> Target:
    """The target with the name of its body.

    Args:
        vocabulary: The gazetteer.
        target: A body of one kind at ``target.area``, or nowhere.
        said: The place that the post has for it, which may lie in that area.
    """
    kind, area = target.type, target.area
    if kind is ProviderType.CRC:
        return _company(vocabulary, target)
    if kind is ProviderType.NPS:
        division = vocabulary.divisions.get(key_of(said)) if said else None
        provider = f"NPS {division}" if division else "NPS"
        return replace(target, provider=provider, area=division if division and area == said else area)
    if kind is ProviderType.PDU:
        pdu = vocabulary.pdus.get(key_of(area)) if area else None
        if pdu and area and set(key_of(area).split()) <= set(key_of(pdu.name).split()):
            area = pdu.name
        elif area and pdu is None and key_of(area) in vocabulary.unit_places:
            area = vocabulary.unit_places[key_of(area)].name
        return replace(target, provider=f"{area} PDU" if area else None, area=area)
    if kind is ProviderType.REGION:
        return replace(target, provider=f"{vocabulary.regions.get(key_of(area), area)} region" if area else None)
    return replace(target, provider=f"{area} YJS" if area else None)


def enumerated(names: list[str]) -> str:
    """Several places as one: "Kent, Surrey and Sussex"."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _company(vocabulary: Vocabulary, target: Target) -> Target:
    """The CRC whose patch the area is, or lies in; vague where the area is a known place that no one CRC had."""
    area = target.area
    if area is None:
        return target
    parts = [area, *(area.replace(" and ", ", ").split(", ") if " and " in area else ())]
    code = next((vocabulary.crc_of[key_of(part)] for part in parts if key_of(part) in vocabulary.crc_of), None)
    if code is not None:
        return replace(target, provider=f"{vocabulary.crcs[code].name} CRC")
    return replace(target, provider=f"{area} CRC", vague=key_of(area) in vocabulary.canonical)


def owned_by(vocabulary: Vocabulary, owner: str, published: datetime | None) -> list[Crc]:
    """The companies that an owner had by the day of the post, or ever where the post has no date."""
    day = published.date() if published is not None else None
    return [
        crc
        for crc in vocabulary.crcs.values()
        if any(name == owner and (day is None or since <= day) for name, since, _ in crc.owners)
    ]
