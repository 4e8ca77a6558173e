"""Places that stand for bodies of a class that the post has spoken of: under headings, behind a table, one by one.

"Three PDUs were reported on." and then a heading "Gloucestershire"; a table of PDUs and then "Derbyshire is the news";
"We have been back to one of them, the North West": each place is a body of that kind, whatever the post is on.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aggregator.model import BlockKind, ProviderType
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.nouns import OLD
from aggregator.ratings.words.vocabulary import key_of

if TYPE_CHECKING:
    from aggregator.ratings.nouns import Section
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "its_units",
    "one_of_them",
    "other_end",
    "place_compared",
    "place_of_a_row",
    "place_there",
    "the_second_is",
    "under_a_class",
    "units_visited",
]


def under_a_class(scene: Scene, section: Section, sentence: Sentence) -> None:
    """Let a heading that is a place stand for the body there, where a class was spoken of above it."""
    if section.place is None and not section.bodies and (scene.members or _class_above(scene)) in _JOINED:
        section.place = _joined_place(sentence)
    if section.level < scene.members_level or section.bodies or section.foreign:
        scene.members = None
    if section.place is None or section.bodies:
        return
    if scene.members is None:
        scene.members, scene.members_level = _class_above(scene), section.level
    if scene.members is not None:
        scene.focus = [Mention(0, 0, scene.members, [section.place])]


def _class_above(scene: Scene) -> ProviderType | None:
    """The kind of the bodies that headings may name: one spoken of as a class, none of them by name so far."""
    told = scene.class_told
    return scene.class_in_focus or (told if told is not None and not scene.topic_areas.get(told) else None)


def _joined_place(sentence: Sentence) -> str | None:
    """Like "Cornwall and the Isles of Scilly": the one unit that a heading of nothing but places names."""
    places = {k for m in sentence.mentions if m.bare for k in range(m.i, m.j)}
    low = sentence.tokens.low
    alone = places and all(k in places or low[k] in {"and", "the", "&", ","} for k in range(len(low)))
    return sentence.text.strip() if alone else None


_JOINED: Final = frozenset((ProviderType.PDU, ProviderType.YJS))
"""Kinds of bodies that have their names from two places more often than two of them stand under one heading."""


def one_of_them(scene: Scene, sentence: Sentence) -> Mention | None:
    """Like "We have been back to one of them, the North West": the one of the class spoken of before."""
    kind = scene.class_in_focus
    if kind is None:
        return None
    low = sentence.tokens.low
    for mention in sentence.mentions:
        k = mention.i - 1 if low[mention.i - 1 : mention.i] == ["the"] else mention.i
        if mention.bare and low[max(0, k - 4) : k] in (["one", "of", "them", ","], ["one", "of", "these", ","]):
            return Mention(mention.i, mention.j, kind, list(mention.areas))
    return None


def units_visited(scene: Scene, sentence: Sentence) -> list[Mention]:
    """Like "Inspectors went to Lambeth, Croydon and Southwark": the units there, for "all three" behind it."""
    if not scene.successor or scene.topic_type is ProviderType.YJS or not sentence.has("inspector"):
        return []
    low = sentence.tokens.low
    places = [m for m in sentence.mentions if m.bare and not m.demoted]
    if len(places) < _SEVERAL or not all(scene.vocabulary.is_of_a_unit(m.areas[0]) for m in places):
        return []
    joined = all(low[a.j : b.i] in ([","], ["and"], [",", "and"], ["&"]) for a, b in pairwise(places))
    return [Mention(m.i, m.j, ProviderType.PDU, list(m.areas)) for m in places] if joined else []


def place_there(scene: Scene, sentence: Sentence) -> None:
    """Like "The news from South Yorkshire was less good. The CRC there …": give it the place of the sentence before."""
    if not scene.there or sentence.starts_block:
        return
    for mention in sentence.mentions:
        alone = mention.type is not None and not (mention.areas or mention.plural or mention.pronoun)
        if alone and sentence.tokens.low[mention.j : mention.j + 1] == ["there"]:
            mention.areas = list(scene.there)


def place_compared(scene: Scene, sentence: Sentence) -> int:
    """Where "where" stands in "the opposite of Durham, where the NPS performed strongly"; what is behind is there.

    Only for a place that is none of the post's own; 0 where there is none. The bodies behind get the place.
    """
    low = sentence.tokens.low
    if "where" not in low or _COMPARED.isdisjoint(low):
        return 0
    at = low.index("where")
    k = at - (low[at - 1 : at] == [","])
    place = next((m for m in sentence.mentions if m.j == k and (m.bare or m.word == "named") and m.areas), None)
    if place is None or _COMPARED.isdisjoint(low[max(0, place.i - _COMPARING) : place.i]):
        return 0
    here = {area for known in scene.lead_areas.values() for area in known} | {scene.title_place, scene.report_area}
    if here == {None} or not here.isdisjoint(place.areas):
        return 0
    for mention in sentence.mentions:
        if mention.i > at and mention.type in OLD and not (mention.areas or mention.pronoun):
            mention.areas, mention.generic, mention.count = list(place.areas), False, None
    return at


_COMPARED: Final = frozenset(
    ("opposite", "reverse", "unlike", "contrast", "contrasts", "contrary", "differs", "different", "differently")
)
_COMPARING: Final = 6


def other_end(scene: Scene, sentence: Sentence) -> None:
    """Like "services in the west of the county", in a post on East Kent PDU: the unit that has the other end of it."""
    low = sentence.tokens.low
    if "of" not in low or scene.topic_type is not ProviderType.PDU:
        return
    for k in range(1, len(low) - 4):
        if (
            low[k] != "the"
            or low[k + 1] not in _ENDS
            or low[k + 2 : k + 4] != ["of", "the"]
            or low[k + 4] not in _WHOLE
        ):
            continue
        parts = [area.split(" ", 1) for area in scene.topic_areas.get(ProviderType.PDU, ()) if " " in area]
        names = {
            name
            for end, rest in parts
            if end.lower() in _ENDS
            for name in (f"{low[k + 1].capitalize()} {rest}",)
            if key_of(name) in scene.vocabulary.pdus
        }
        if len(names) != 1 or any(m.i < k + 5 and m.j > k for m in sentence.mentions):
            continue
        i = k - 2 if low[k - 2 : k] in (["services", "in"], ["service", "in"]) else k
        sentence.mentions.append(Mention(i, k + 5, ProviderType.PDU, [names.pop()], word="named", trailing=True))
        sentence.mentions.sort(key=lambda mention: mention.i)
        sentence.items = [it for it in sentence.items if not (it.i == i and i < k)]
        sentence.of_kind = {
            kind: [it for it in items if not (it.i == i and i < k)] for kind, items in sentence.of_kind.items()
        }
        return


_ENDS: Final = frozenset(("north", "south", "east", "west"))
_WHOLE: Final = frozenset(("county", "city", "borough"))


def its_units(scene: Scene, sentence: Sentence) -> None:
    """Like "The report is on the West Midlands. Of its three PDUs two were …": those of the region spoken of last."""
    low = sentence.tokens.low
    for mention in sentence.mentions:
        unnamed = mention.type is ProviderType.PDU and mention.plural and not (mention.areas or mention.demoted)
        if (
            unnamed
            and scene.region_told
            and (not _ITS.isdisjoint(low[max(0, mention.i - 3) : mention.i]) or _are_there(low, mention.j))
        ):
            mention.areas, mention.generic = [scene.region_told], False
        for area in mention.areas:
            if key_of(area) in scene.vocabulary.regions and key_of(area) not in scene.vocabulary.pdus:
                scene.region_told = area


def _are_there(low: list[str], behind: int) -> bool:
    """Like "Three PDUs were inspected there: …", of the region that was named just before."""
    return any(low[k] == "there" and low[k - 1] in _SEEN for k in range(behind + 1, min(len(low), behind + _VERB)))


_SEEN: Final = frozenset(("inspected", "visited", "seen", "examined", "rated", "graded", "judged"))
_VERB: Final = 8
_ITS: Final = frozenset(("its", "region's"))


def the_second_is(scene: Scene, sentence: Sentence) -> None:
    """Like "The second is on Cumbria and Lancashire": of two reports on bodies of a kind, each on that of its place."""
    low = sentence.tokens.low
    mention = sentence.mentions[0]
    kind = scene.class_told or scene.topic_type
    if kind is None or not mention.bare or low[0] != "the" or low[1:2] == [] or low[1] not in _NTH:
        return
    gap = [word for word in low[2 : mention.i] if word not in {"report", "one", "of", "these", "them", "the"}]
    if gap in (["is", "on"], ["was", "on"], ["is"], ["was"], ["covers"], ["concerns"], ["is", "about"]):
        mention.type, mention.bare = kind, False


_NTH: Final = frozenset(("first", "second", "third", "fourth", "last", "other"))


def place_of_a_row(scene: Scene, sentence: Sentence) -> None:
    """Let a place that opens a sentence be the body of a table's row before it; the first word of its name will do."""
    mention = sentence.mentions[0]
    if not mention.bare or mention.i > 1 or len(scene.rows) < _SEVERAL or sentence.block is None:
        return
    if sentence.block.kind is not BlockKind.PARAGRAPH or sentence.tokens.low[: mention.i] not in ([], ["in"], ["at"]):
        return
    asked = key_of(mention.areas[0])
    found = [row for key, row in scene.rows.items() if key == asked or key.startswith(f"{asked} ")]
    exact = [row for row in found if key_of(row[1]) == asked] or found
    if len(exact) == 1:
        mention.type, mention.areas, mention.bare = exact[0][0], [exact[0][1]], False


_SEVERAL: Final = 2
"""A table of so many bodies tells of what kind each of its places is."""
