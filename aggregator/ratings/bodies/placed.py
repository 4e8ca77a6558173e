"""Places that stand apart from their body: "In Dorset the PDU", "the probation service of Dorset", "the one in Derby".

"The probation service" of a place is a body since the unification only; before it, both the CRC and the NPS were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.nouns import OLD

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["every_so_many", "in_most_places", "in_parts", "placed"]

_KINDS: Final = (ProviderType.PDU, ProviderType.YJS)
_SERVICE: Final = (["probation", "service"], ["probation", "services"])
_NAMED: Final = "probation service"
_AT: Final = frozenset(("in", "for", "of", "across", "covering", "serving"))
_BEHIND_IT: Final = 2
_BESIDE: Final = frozenset(("neighbouring", "nearby", "adjacent", "next-door"))
_PEERS: Final = frozenset(("counterpart", "neighbour", "namesake", "twin"))
_ASIDE: Final = 14
_TOLD_OF_IT: Final = frozenset(("where", "which", "whose", "inspected", "visited", "also", "meanwhile", "too"))
"""How what stands between commas behind a place begins: "In Gwent, where inspectors went in May, the unit …"."""
_OR: Final = frozenset((",", "or", "(", "the", "its", "–", "—"))


def placed(sentence: Sentence, mentions: list[Mention], *, unified: bool) -> list[Mention]:
    """Give bodies the places that stand apart from them."""
    out = _behind(sentence, mentions) if unified else mentions
    return _one_in(sentence, _in_front(sentence, out, unified=unified))


def in_parts(low: list[str], mention: Mention) -> None:
    """Like "In several parts of London probation has been rated …": so many units there, and not the region."""
    before = low[max(0, mention.i - 3) : mention.i]
    if mention.any_probation and mention.areas and before[1:] == ["parts", "of"] and before[0] in _SEVERAL:
        mention.type, mention.any_probation, mention.word = ProviderType.PDU, False, "PDU"
        mention.plural, mention.count, mention.generic = True, before[0], False


def every_so_many(low: list[str], mention: Mention) -> None:
    """Like "Every second CRC requires improvement": so many of the class, and not the one that the post is on."""
    before = low[max(0, mention.i - 2) : mention.i]
    if before[:1] == ["every"] and before[1:2] and before[1] in _NTH and mention.type is not None and not mention.areas:
        mention.plural, mention.count, mention.generic = True, f"every {before[1]}", False


def in_most_places(sentence: Sentence, mention: Mention) -> None:
    """Like "CRC work is not good enough in most of the places we have been": the class, and not the one before."""
    low = sentence.tokens.low
    if mention.type not in OLD or mention.areas or mention.plural or mention.pronoun or mention.word == "anaphor":
        return
    work = any(it.i == mention.j and not {"work", "aspect"}.isdisjoint(it.kinds) for it in sentence.items)
    if not work or low[mention.i - 1 : mention.i] in _ONE:
        return
    k = low.index("most", mention.j) if "most" in low[mention.j :] else 0
    if k and low[k - 1] == "in" and not _PLACES.isdisjoint(low[k + 1 : k + 4]):
        mention.plural, mention.generic, mention.word = True, False, "class"


_ONE: Final = (["the"], ["this"], ["that"], ["its"], ["their"], ["each"])
_PLACES: Final = frozenset(("places", "counties", "inspections"))
_NTH: Final = frozenset(("second", "third", "fourth", "fifth", "sixth", "tenth"))
_SEVERAL: Final = frozenset(("several", "some", "many", "most", "two", "three", "four", "both", "other", "all"))


def _is_service(sentence: Sentence, mention: Mention) -> bool:
    return (
        mention.word == "anaphor"
        and mention.type is None
        and sentence.tokens.low[mention.j - 2 : mention.j] in _SERVICE
    )


def _behind(sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """Like "the probation service of Dorset", "the Probation Service in Wales"."""
    low = sentence.tokens.low
    out: list[Mention] = []
    for mention in mentions:
        service = out[-1] if out else None
        if service is not None and mention.bare:
            gap = low[service.j : mention.i]
            apart = _is_service(sentence, service) and gap[:1] and gap[0] in _AT and gap[1:] in ([], ["the"])
            listed = service.any_probation and service.areas and service.trailing
            one_more = listed and gap in (["and"], [","], [",", "and"], ["&"])
            if apart or one_more:
                _take(service, mention)
                service.j = mention.j
                continue
        out.append(mention)
    return out


def _in_front(sentence: Sentence, mentions: list[Mention], *, unified: bool) -> list[Mention]:
    """Like "In Dorset the probation service, or Probation Delivery Unit (PDU*), has been rated …"."""
    low = sentence.tokens.low
    if len(mentions) < 2 or not mentions[0].bare or low[0] not in {"in", "for", "across"}:
        return mentions
    place, body, *rest = mentions
    service = unified and _is_service(sentence, body)
    if (
        not (service or body.type in _KINDS or body.type in OLD)
        or body.areas
        or body.plural
        or body.pronoun
        or body.count
    ):
        return mentions
    if place.i != 1 and not (place.i == _BEHIND_IT and low[1] in _BESIDE):
        return mentions
    gap = low[place.j : body.i]
    gap = gap[:-1] if gap[-1:] == ["the"] else gap
    aside = gap[:1] == gap[-1:] == [","] and 1 < len(gap) <= _ASIDE and gap[1] in _TOLD_OF_IT
    if gap not in ([], [","]) and not (aside and body.type not in OLD):
        return mentions
    again = rest[0] if service and rest else None
    if again is not None and again.type in _KINDS and not (again.areas or again.plural):
        between = low[body.j : again.i]
        if _OR.issuperset(between):  # "or Probation Delivery Unit": the same once more
            again.i = body.i
            body, *rest = rest
    _take(body, place)
    body.demoted = False
    return [body, *rest]


def _one_in(sentence: Sentence, mentions: list[Mention]) -> list[Mention]:
    """Like "while the one in Derby “requires improvement”": of the kind of the body named before it."""
    low = sentence.tokens.low
    for at, place in enumerate(mentions):
        if not place.bare or place.i < 3 or low[place.i - 1] not in {"in", "for", "covering"}:
            continue
        told = low[place.i - 3 : place.i - 1]
        if told not in (["the", "one"], ["and", "that"], ["but", "that"], ["while", "that"]) and told[1] not in _PEERS:
            continue
        body = next(
            (m for m in reversed(mentions[:at]) if _is_named(m)),
            None,
        )
        if body is not None:
            place.type, place.any_probation, place.word, place.bare = body.type, body.any_probation, body.word, False
            place.trailing, place.i = True, place.i - 3
    return mentions


def _is_named(mention: Mention) -> bool:
    """Whether it is a unit or a service at a place, or so many of them."""
    if mention.bare or not (mention.areas or (mention.plural and mention.count)):
        return False
    return mention.type in _KINDS or mention.any_probation


def _take(body: Mention, place: Mention) -> None:
    """Give a body its place."""
    body.areas, body.generic, body.trailing = [*body.areas, *place.areas], False, True
    if body.type is None:
        body.any_probation, body.word = True, _NAMED
