"""One body of a class: singled out, pointed at, named or placed behind it; and the place that stands for one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aggregator.ratings.verdicts.counting import NEAR, NEAR_VERB
from aggregator.ratings.words.grammar import AFTER_PLACE, COPULAS, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "member_before",
    "named_behind",
    "of_its_class",
    "place_is_subject",
    "placed_behind",
    "pointed_at",
    "singled_out",
]


def of_its_class(sentence: Sentence, place: Mention) -> Mention:
    """Like "Of the 21 CRCs only Kent": the place stands for a body of the class named before it."""
    if not place.bare:
        return place
    low = sentence.tokens.low
    for mention in sentence.mentions:
        opened = not {"of", "among", "amongst"}.isdisjoint(low[max(0, mention.i - 3) : mention.i])
        if (
            mention.j <= place.i
            and mention.plural
            and mention.type is not None
            and not mention.areas
            and (opened or mention.count)
        ):
            return replace(place, type=mention.type, bare=False)
    return place


def singled_out(sentence: Sentence, mentions: list[Mention], left: list[int]) -> int | None:
    """Like "Of the 21 CRCs only Kent was …": the place behind a class that it is one of."""
    low = sentence.tokens.low
    if len(left) < 2 or not mentions[left[-1]].bare:
        return None
    classes = [k for k in left if mentions[k].plural and not mentions[k].areas and mentions[k].type is not None]
    if not classes or {"of", "among", "amongst"}.isdisjoint(
        low[max(0, mentions[classes[0]].i - 3) : mentions[classes[0]].i]
    ):
        return None
    place = mentions[left[-1]]
    between = low[mentions[classes[-1]].j : place.i]
    again = low[place.j] in AFTER_PLACE and any(m.pronoun and m.word == "it" and m.i > place.j for m in mentions)
    told = again or not {"only", "just", ","}.isdisjoint(between)  # "Of the six Derby did best, and even so it was …"
    return left[-1] if told and place_is_subject(sentence, place) else None


def place_is_subject(sentence: Sentence, mention: Mention) -> bool:
    """A place stands for its body where it is said like one: not behind "in" or "of"."""
    before = sentence.tokens.low[mention.i - 1] if mention.i else ""
    if before == "on" and sentence.tokens.low[mention.j : mention.j + 2] == [",", "which"]:
        return True  # "The second is on Kent, which has had to settle for …"
    if sentence.tokens.low[mention.j : mention.j + 1] in (["a"], ["an"]) and any(
        it.j in (mention.i, mention.i - 1) and "rate" in it.kinds for it in sentence.items
    ):
        return True  # "gave Kent an Outstanding"
    after = sentence.tokens.raw[mention.j] if mention.j < len(sentence.tokens) else ""
    if after in {"a", "an"} and before in {",", ";", "and"} and _next_grade(sentence, mention.j):
        return True  # "Bolton got the bottom grade, Tameside a ‘Good’"
    if (
        after.isalpha()
        and after.islower()
        and after not in AFTER_PLACE
        and not any(
            it.i == mention.j
            and it.kinds.keys()
            & {"rate", "copula", "work", "body", "contrast", "comparison", "narr_does", "narr_is", "four"}
            for it in sentence.items
        )
    ):
        return False  # "a West Kent man": the place says where somebody is from
    if before in {"for", "of"} and sentence.tokens.low[max(0, mention.i - 2) : mention.i - 1][-1:] in _GRADE_OF:
        return True  # "The overall rating for Wales was …"
    if before in {"of", "in"} and mention.i > 1 and sentence.tokens.low[mention.i - 2] in _INSPECTIONS:
        return True  # "A similar inspection in Rotherham led to a grade of …"
    return before not in {"in", "of", "at", "across", "from", "to", "near", "for", "around", "on"}


def _next_grade(sentence: Sentence, k: int) -> bool:
    """Whether a grade begins right behind an article at ``k``."""
    return any(k < it.i <= k + 2 for kind in ("four", "ordinal") for it in sentence.having(kind))


_INSPECTIONS: Final = frozenset(("inspection", "reinspection", "re-inspection"))
_GRADE_OF: Final = (["rating"], ["grade"], ["mark"], ["score"], ["verdict"])


def placed_behind(sentence: Sentence, mention: Mention) -> Mention:
    """Like "the probation service, or Probation Delivery Unit (PDU*), of Bristol": its place is behind it."""
    low = sentence.tokens.low
    if mention.areas or mention.plural or mention not in sentence.mentions:
        return mention
    if mention.type is None:
        other = next((m for m in sentence.mentions if mention.j < m.i <= mention.j + NEAR_VERB and m.areas), None)
        return mention if other is None or "or" not in low[mention.j : other.i] else other
    k = mention.j
    while k < len(low) and low[k] in _BESIDE:
        k += 1
    place = next((m for m in sentence.mentions if m.i == k + 1 and m.bare), None) if low[k : k + 1] == ["of"] else None
    return mention if place is None or k == mention.j else replace(mention, areas=list(place.areas), generic=False)


_BESIDE: Final = frozenset(("(", ")", ",", "*", "pdu", "crc", "nps", "cyjs", "yjs"))


def member_before(sentence: Sentence, group: Mention) -> Mention | None:
    """Like "Kent CRC was one of 19 (out of 21) CRCs rated …": the one of a class whom the sentence is about."""
    low = sentence.tokens.low
    if not group.plural or group.areas:
        return None
    first = max(0, group.i - NEAR)
    begin = next((k for k in range(group.i - 1, first, -1) if low[k : k + 2] == ["one", "of"] or low[k] in _AMONG), 0)
    if not begin or "," in low[begin : group.i]:
        return _apposed_before(sentence, group)
    return next(
        (
            m
            for m in reversed(sentence.mentions)
            if begin - NEAR_VERB <= m.j < begin
            and not (m.demoted or m.other or m.plural)
            and not COPULAS.isdisjoint(low[m.j : begin])
        ),
        None,
    )


def pointed_at(sentence: Sentence, candidate: Candidate, mention: Mention) -> Mention:
    """Like "This is the 14th of the 21 CRCs to be inspected, and the first to be rated …": it is whom "this" is."""
    low = sentence.tokens.low
    only = mention.plural and not mention.areas and _is_only_this(low, mention.j, candidate.i)
    if only and mention.type is not None and mention in sentence.mentions:
        return replace(mention, plural=False, generic=True, count=None)
    opens = low[0] in _THIS and low[1:2] and low[1] in COPULAS
    if not opens or not mention.plural or mention.areas or mention.type is None or mention not in sentence.mentions:
        return mention
    before = low[2 : mention.i]
    if before[:1] != ["the"] or "of" not in before or len(before) > NEAR or not {",", ";"}.isdisjoint(before):
        return mention
    begin, _ = sentence.clause(candidate.i)
    opening = next((word for word in low[begin : candidate.i] if word[0].isalnum()), "")
    if begin > mention.j and (opening in NUMBERS or opening.isdecimal()):
        return mention  # "… – twelve of the others were …"
    return replace(mention, plural=False, generic=True, count=None)


def _is_only_this(low: list[str], i: int, j: int) -> bool:
    """Like "Of the 21 CRCs just this one was rated …", "… this is the only one to be rated …"."""
    near = low[i:j]
    return any(
        near[k : k + 2] == ["this", "one"] or near[k : k + 5] == ["this", "is", "the", "only", "one"]
        for k in range(min(len(near), NEAR))
    )


def named_behind(sentence: Sentence, mention: Mention) -> Mention:
    """Like "The solitary CRC was Hampshire and Isle of Wight, rated …": who the one of a class is."""
    low = sentence.tokens.low
    if mention.areas or mention.plural or mention.type is None or mention not in sentence.mentions:
        return mention
    if low[mention.j : mention.j + 1] not in (["was"], ["is"]):
        return mention
    behind = next((m for m in sentence.mentions if mention.j < m.i <= mention.j + 2 and m.areas), None)
    if behind is None or not (behind.bare or behind.type is mention.type):
        return mention
    before = low[mention.j + 1 : behind.i]
    return replace(behind, type=mention.type, bare=False) if before in ([], ["the"]) else mention


def _apposed_before(sentence: Sentence, group: Mention) -> Mention | None:
    """Like "Essex CRC, fourteenth of the 21 CRCs to be seen and the first to be rated …": whom the number is of."""
    low = sentence.tokens.low
    of = next((k for k in range(max(1, group.i - NEAR_VERB), group.i) if low[k] == "of"), 0)
    at = of - 1 - (low[max(0, of - 2)] == "the")
    if of < 2 or not (low[of - 1].endswith("th") or low[of - 1] in _NTH) or low[at - 1 : at] != [","]:
        return None
    return next((m for m in sentence.mentions if m.j == at - 1 and m.areas and not (m.other or m.plural)), None)


_NTH: Final = frozenset(("first", "second", "third", "last", "latest"))
_THIS: Final = frozenset(("this", "it", "that"))
_AMONG: Final = frozenset(("among", "amongst"))
