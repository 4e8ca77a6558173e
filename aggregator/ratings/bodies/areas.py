"""Which area a grade is of, where the words give a town in it, a region round it, or the body's whole patch.

Until summer 2018 a report was on an area the size of a police force: what it says of "Wales CRC" or "the Midlands
division" it says of their work there. Since then a report is on the whole body, and a region that a lead puts it in ("a
company in the Midlands") only says where that is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.nouns import NATIONAL
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.ratings.words.items import Sentence
    from aggregator.ratings.words.vocabulary import Vocabulary

__all__ = ["area_judged", "area_of_report", "settle"]

_OLD: Final = (ProviderType.CRC, ProviderType.NPS)
_REGIONS: Final = frozenset(
    key_of(name)
    for name in ("Midlands", "West Midlands", "East Midlands", "North East", "North West", "South East", "South West")
)
_MERGED: Final = {
    "south west": "South West South Central",
    "south central": "South West South Central",
    "south east": "South East and Eastern",
}
"""Divisions of 2014 to 2020 by half of their name."""
_SPLIT_AGAIN: Final = 2021
"""The last report on an NPS area, of July 2021, was on one of the twelve that took the divisions' place."""
_LONDON: Final = key_of("London")
"""From January 2018 its CRC and its division had reports of their own, on the whole of it."""
_ONE_FORCE: Final = frozenset(
    key_of(name)
    for name in ("South Yorkshire", "West Yorkshire", "Merseyside", "Essex", "Northumbria", "Thames Valley")
)
"""CRCs whose whole patch was that of one police force, so that their names are those of areas inspected too."""
_LEAD: Final = 3
_LINE: Final = 7
"""Tokens that a line of a page may have that is no sentence: "Skip to main content"."""


def settle(sentences: Sequence[Sentence]) -> None:
    """Take from mentions the places that are not their bodies': of "a company in Colchester", and "across the country".

    A lead brings in the body of its title as "a youth justice service in Yorkshire": the title has its name.
    """
    titled: dict[ProviderType, list[str]] = {}
    for sentence in sentences:
        if sentence.index > _LEAD and not sentence.has("place") and "country" not in sentence.tokens.low:
            continue
        low = sentence.tokens.low
        for mention in sentence.mentions:
            if mention.type is None or mention.other or mention.pronoun:
                continue
            if sentence.index < 0:
                titled.setdefault(mention.type, []).extend(mention.areas)
            elif sentence.index <= 1 and mention.areas and len(titled.get(mention.type, ())) == 1:
                front = low[max(0, mention.i - 3) : mention.i + 1]
                if not mention.plural and mention.trailing and not {"a", "an"}.isdisjoint(front):
                    mention.areas, mention.generic = [], True
            elif mention.type is ProviderType.NPS and not mention.areas and _is_nationwide(low, mention.i):
                mention.areas = [NATIONAL]


def _is_nationwide(low: list[str], end: int) -> bool:
    """Like "Across the country the NPS …", "nationally, the NPS …"."""
    front = low[:end]
    return front[:1] == ["nationally"] or any(
        front[k : k + 3]
        in (["across", "the", "country"], ["round", "the", "country"], ["throughout", "the", "country"])
        for k in range(min(3, len(front)))
    )


def area_judged(
    vocabulary: Vocabulary, kind: ProviderType, area: str, report: str | None, *, four_point: bool, year: int | None
) -> tuple[str, str]:
    """The area that a grade is of, and why it is not ``area``; the reason is empty where it is.

    Args:
        vocabulary: The gazetteer.
        kind: CRC or NPS.
        area: What the words give.
        report: The area that the report is on, as title or lead tell it.
        four_point: Whether the four-point scale was in use.
        year: The year of the post, if known.
    """
    area = _as_spelled(vocabulary, area)
    key = key_of(area)
    if four_point:
        if kind is ProviderType.CRC and key in _REGIONS and report is not None:
            return report, f"“{area}” only says where it is"
        if (
            kind is ProviderType.CRC
            and report is not None
            and key_of(report) != key
            and _lies_in(vocabulary, area, report)
        ):
            return report, f"“{area}” lies in the area of this company"
        if kind is ProviderType.NPS and key in _MERGED and year is not None and year < _SPLIT_AGAIN:
            return _MERGED[key], f"“{area}” was part of this division"
        return area, ""
    around = vocabulary.police_areas.get(key)
    if around is not None:
        return around, f"“{area}” lies in the area inspected"
    code = vocabulary.crc_of.get(key_of(report)) if report is not None else None
    if report is None or code is None or key_of(report) == key:
        return area, ""
    crc = vocabulary.crcs[code]
    whole = crc.name if kind is ProviderType.CRC else vocabulary.divisions.get(key_of(crc.division), crc.division)
    patch = area if kind is ProviderType.CRC else vocabulary.divisions.get(key)
    if patch == whole or (kind is ProviderType.NPS and key == key_of(crc.name)):
        return report, f"the report is on its work in “{report}”"
    return area, ""


def _lies_in(vocabulary: Vocabulary, area: str, company: str) -> bool:
    """Whether a place, or all those that it is made of, are in the area of a CRC that is given by its own name."""
    code = vocabulary.crc_of.get(key_of(company))
    parts = [area] if key_of(area) in vocabulary.crc_of else area.replace(" and ", ", ").split(", ")
    return code is not None and all(vocabulary.crc_of.get(key_of(part)) == code for part in parts)


def _as_spelled(vocabulary: Vocabulary, area: str) -> str:
    """An area as the companies' list has it: the unit of later years is "Dyfed Powys", the force area "Dyfed-Powys"."""
    crc = vocabulary.crcs.get(vocabulary.crc_of.get(key_of(area), ""))
    return next((place for place in crc.places if place.replace("-", " ") == area), area) if crc is not None else area


def area_of_report(vocabulary: Vocabulary, sentences: Sequence[Sentence], *, four_point: bool) -> str | None:
    """The area that title or first sentences give the report: of police force size before the scale, a CRC's after."""
    whole: list[str] = []
    said = 0  # sentences so far, without the lines that a page begins with
    for sentence in sentences:
        said += sentence.index >= 0 and (said > 0 or len(sentence.tokens) > _LINE)
        if said > _LEAD + 1:
            break
        for mention in sentence.mentions:
            placed = mention.type in _OLD or mention.bare or mention.any_probation
            if mention.other or mention.pronoun or mention.demoted or not placed:
                continue
            for area in mention.areas:
                key = key_of(area)
                code = vocabulary.crc_of.get(key)
                if code is None:
                    continue
                full = key_of(vocabulary.crcs[code].name) == key
                if key == _LONDON and sentence.index < 0 and not four_point:
                    return area
                if not four_point and full and key in _ONE_FORCE and sentence.index < 0:
                    return area
                if not four_point and not full and key not in vocabulary.divisions:
                    return vocabulary.police_areas.get(key) or _as_spelled(vocabulary, area)
                if four_point and full and area not in whole and mention.type is not ProviderType.NPS:
                    whole.append(area)
    return whole[0] if four_point and len(whole) == 1 else None
