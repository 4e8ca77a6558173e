"""Bodies that are mentioned in passing: owned by, compared with, one among others. They are no grade's subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.words.grammar import COPULAS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["demote"]

_BESIDE: Final = frozenset(
    ("the", "a", "an", "other", "its", "all", "local", "of", "'", "‘", "“", '"', "most", "some", "any", "many",
     "national", "neighbouring", "old", "former")
)  # fmt: skip
"""What may stand between a word of comparison and the body."""
_GOES_ON: Final = frozenset(("was", "were", "is", "has", "got", "received"))
_OTHERS: Final = (["every", "other"], ["all", "other"], ["each", "other"])
"""Behind these a body word is the class: "Every other company seen so far requires improvement"."""
_ONE: Final = frozenset(
    ("first", "only", "one", "second", "third", "fourth", "fifth", "sixth", "latest", "last", "newest", "worst", "best",
     "largest", "smallest", "another")
)  # fmt: skip
_WHERE: Final = frozenset(("in", "inside", "within"))
_CONTENT: Final = [[word] for word in (
    "content", "happy", "unhappy", "pleased", "satisfied", "dissatisfied", "impressed", "unimpressed", "comfortable",
    "disappointed", "wrong", "delighted", "displeased", "fault", "problems", "begin", "start", "starting", "deals",
)]  # fmt: skip
"""Behind these, "with" names whom a judgement is of, not who is there as well."""


def demote(sentence: Sentence, mentions: list[Mention]) -> None:
    """Mark what is mentioned in passing, by the word before it."""
    low = sentence.tokens.low
    for mention in mentions:
        if mention.word == "probation" and not mention.areas and _is_a_state(low, mention.i):
            mention.demoted = True
            continue
        if low[max(0, mention.i - 3) : mention.i - 1][-2:] == ["from", "the"] and low[mention.i - 1] in _BYGONE:
            mention.demoted = True  # "cases from the former private company"
            continue
        if mention.type is ProviderType.REGION and not mention.areas and _is_round(low, mentions, mention):
            mention.demoted = True  # "Bury PDU was the best of the units in the region"
            continue
        if (
            mention.other
            and low[mention.i - 1] in _WHERE
            and any(m.type is not None and m.j == mention.i - 1 for m in mentions)
        ):
            mention.demoted = True  # "the work of CRCs in prisons": where they do it
            continue
        if mention.word == "contract" and (
            low[mention.i - 1] == "under" or low[mention.i - 2 : mention.i] == ["under", "the"]
        ):
            mention.demoted = True  # "the supervision provided under contract": how it is provided
            continue
        if mention.type is not None and _is_left_out(low, mention.j):
            mention.demoted = True
            continue
        if mention.other and low[mention.j : mention.j + 1] in (["leavers"], ["leaver"]):
            mention.demoted = True  # "the support given to prison leavers"
            continue
        if mention.other and low[mention.i] in _COURTS and _is_served(low, mention.i):
            mention.demoted = True
            continue
        if mention.type is not None and not mention.areas and low[max(0, mention.i - 2) : mention.i] in _OTHERS:
            mention.plural, mention.word = True, mention.word.replace("anaphor", "class")
        if mention.type is ProviderType.NPS and not mention.areas and _is_the_rest_of(low, mention.i):
            mention.plural, mention.word = True, mention.word.replace("anaphor", "class")
        if _is_said_of_another(low, mentions, mention):
            mention.demoted = True
            continue
        if low[mention.j : mention.j + 2] in ([",", "which"], [",", "who"]) and not _GOES_ON.isdisjoint(
            low[mention.j + 2 : mention.j + 3]
        ):
            continue  # "Compare this with NPS Wales, which was rated ‘Good’": the clause behind is on it
        k = mention.i
        while k > 0 and low[k - 1] in _BESIDE:
            k -= 1
        if mention.plural and ((k <= 1 and low[:1] == ["of"]) or _one_among(low, mention.i)):
            mention.demoted = True
            continue
        if mention.plural and not mention.areas and _is_elsewhere(low, k):
            mention.demoted = True
            continue
        if mention.plural and not mention.bare and low[:k] == ["against"]:
            mention.demoted = True  # "Against other CRCs the company does well"
            continue
        for item in sentence.having("comparison"):
            if item.j == k:
                if (
                    item.kinds["comparison"] in {"with", "by", "from", "or", "about"}
                    and not mention.areas
                    and not mention.other
                ):
                    break
                if item.kinds["comparison"] == "by" and _did_it(sentence, item.i):
                    break
                if item.kinds["comparison"] == "or" and _is_its_name(low, mentions, item.i):
                    break
                if item.kinds["comparison"] in _IN_CHARGE and _has_people(low, item.i) and _is_alone(mentions, mention):
                    break
                if item.kinds["comparison"] == "with" and low[max(0, item.i - 2) : item.i][-1:] in _CONTENT:
                    break
                mention.demoted = True
                break


def _is_its_name(low: list[str], mentions: list[Mention], at: int) -> bool:
    """Like "The probation service, or Probation Delivery Unit (PDU*), for Leeds": the same one, by its right name."""
    return low[at - 1] == "," and any(m.j == at - 1 and "service" in low[m.i : m.j] and not m.areas for m in mentions)


def _is_the_rest_of(low: list[str], i: int) -> bool:
    """Like "Elsewhere in the NPS we have seen this work good": all the others, and not the one spoken of."""
    i -= low[i - 1 : i] == ["the"]
    return low[max(0, i - 2) : i] == ["elsewhere", "in"]


def _is_elsewhere(low: list[str], k: int) -> bool:
    """Like "a weakness, as it has been in every region": where it was the same, and not whose it is."""
    while k > 0 and low[k - 1] in {"every", "each", "all"}:
        k -= 1
    if low[k - 1 : k] not in (["in"], ["at"], ["of"], ["across"]):
        return False
    return any(
        low[x] == "as" and low[x + 1] in {"it", "they", "in", "at", "across"} for x in range(max(0, k - 6), k - 1)
    )


def _is_round(low: list[str], mentions: list[Mention], region: Mention) -> bool:
    """Whether "the region" is only where a unit or a place lies that is named before it."""
    front = low[: region.i] if low[region.i] != "the" else low[: region.i + 1]
    if front[-2:] not in (["in", "the"], ["across", "the"], ["of", "the"]):
        return False
    return any(
        m.j < region.i and (m.type is ProviderType.PDU or m.bare) and m.areas and low[m.i - 1 : m.i] != ["in"]
        for m in mentions
    )


def _is_left_out(low: list[str], behind: int) -> bool:
    """Like "This time the CRC is left out", "The NPS was not inspected": whom the report is not on."""
    near = low[behind : behind + 4]
    if near[:1] not in (["is"], ["was"], ["are"], ["were"]):
        return False
    return near[1:3] == ["left", "out"] or (near[1:2] == ["not"] and near[2:3] in _INSPECTED)


_INSPECTED: Final = (["inspected"], ["covered"], ["visited"], ["included"], ["examined"])


def _is_served(low: list[str], at: int) -> bool:
    """Like "the advice it gives the courts", "the reports staff wrote for magistrates": whom the work is done for."""
    k = at
    while k > 0 and low[k - 1] in {"the", "to", "for", "local"}:
        k -= 1
    return k > 0 and low[k - 1] in _SERVES


_COURTS: Final = frozenset(("court", "courts", "judge", "judges", "magistrates", "sentencers"))
_SERVES: Final = frozenset(
    ("advice", "advised", "advises", "gave", "give", "given", "gives", "offer", "offers", "prepared", "prepares",
     "provided", "provides", "sends", "sent", "served", "serves", "supplied", "supplies", "write", "writes", "written",
     "wrote")
)  # fmt: skip
_BYGONE: Final = frozenset(("former", "previous", "old"))


def _did_it(sentence: Sentence, by: int) -> bool:
    """Like "work to protect the public by the CRC": whose work it is."""
    if not _HANDLED.isdisjoint(sentence.tokens.low[max(0, by - 4) : by]):
        return True
    first = max(0, by - 9)
    work = sentence.has_between("work", first, by) or sentence.has_between("aspect", first, by)
    return work is not None and not any(
        it.kinds.keys() & {"rate", "copula", "comparison"} and it.i >= work.j and it.j <= by for it in sentence.items
    )


_HANDLED: Final = frozenset(
    ("handled", "done", "dealt", "delivered", "supervised", "protected", "assessed", "planned", "reviewed", "served")
)
_PEOPLE: Final = frozenset(("people", "those", "men", "women", "offenders", "adults", "individuals", "cases"))
_HELD: Final = frozenset(
    ("people", "those", "person", "man", "woman", "men", "women", "offenders", "adults", "someone", "somebody",
     "anyone", "individuals", "everyone", "put", "placed", "be", "being", "is", "are", "was", "were", "while",
     "children", "him", "her", "them")
)  # fmt: skip


_IN_CHARGE: Final = frozenset(("managed by", "supervised by"))


def _has_people(low: list[str], at: int) -> bool:
    """Like "people of higher risk, managed by the NPS": who is in its charge, and not who owns what."""
    return not _PEOPLE.isdisjoint(low[max(0, at - 6) : at])


def _is_alone(mentions: list[Mention], mention: Mention) -> bool:
    """Whether the sentence names no other body."""
    return not any(m.type is not None and m.i != mention.i and not m.pronoun for m in mentions)


def _is_a_state(low: list[str], at: int) -> bool:
    """Like "people on probation": what somebody is on is no body."""
    return at > 1 and low[at - 1] == "on" and low[at - 2] in _HELD


def _is_said_of_another(low: list[str], mentions: list[Mention], mention: Mention) -> bool:
    """Like "Essex CRC is the first CRC in England and Wales to be …": what the body before it is said to be."""
    if mention.type is None or low[max(0, mention.i - 2) : mention.i][-1:] not in _ONLY:
        return False
    return any(
        m.type is mention.type and m.j < mention.i and m.areas and not COPULAS.isdisjoint(low[m.j : mention.i])
        for m in mentions
    )


_ONLY: Final = (["first"], ["only"], ["latest"], ["second"], ["third"], ["last"], ["sole"])


def _one_among(low: list[str], at: int) -> bool:
    """Like "The first of the 21 CRCs", "the only one of seven divisions": one is meant, not the class."""
    k = at
    while k > 0 and at - k < 6 and low[k - 1] != "of":
        k -= 1
    if low[max(0, at - 5) : at] and not {"alone", "unique", "uniquely"}.isdisjoint(low[max(0, at - 5) : at]):
        return True
    if k < 2 or low[k - 1] != "of" or at - k > 5:
        return False
    if low[k - 3 : k - 2] in (["but"], ["a"], ["one"]):
        return False  # "all but one of the CRCs", "a third of the CRCs"
    return low[k - 2] in _ONE
