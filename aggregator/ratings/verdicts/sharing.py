"""Grades that one word gives to several, or to one of a class: passed on, counted, singled out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.grades.candidate import before_grade
from aggregator.ratings.nouns import OLD
from aggregator.ratings.verdicts.aspects import SOME_STANDARDS
from aggregator.ratings.words.grammar import AFTER_PLACE, COPULAS, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "areas_of_the_nps",
    "bracket_after",
    "counted_before",
    "counted_class",
    "in_whose_hands",
    "likewise",
    "listed_by_name",
    "member_before",
    "members_behind",
    "named_behind",
    "of_its_class",
    "place_is_subject",
    "placed_behind",
    "pointed_at",
    "shared_out",
    "singled_out",
    "so_many",
    "the_rest",
]


def likewise(sentence: Sentence, candidate: Candidate) -> tuple[list[Mention], list[str]]:
    """The bodies and the standards that a grade is passed on to: "as was Y", "and the same went for planning"."""
    start = _passed_on(sentence, candidate.j)
    if start is None:
        return [], []
    low = sentence.tokens.low
    stop = next((it.i for it in sentence.having("four") if it.i >= start), len(low))
    stop = next((k for k in range(start, stop) if low[k] in {";", "."}), stop)
    aspects: list[str] = []
    at = start
    for item in sentence.items:
        if "aspect" in item.kinds and start <= item.i < stop and item.i - at <= 4:
            aspects.append(item.kinds["aspect"])
            at = item.j
    bodies = [
        m for m in sentence.mentions if start <= m.i <= start + 3 and m.i < stop and not m.other and not m.pronoun
    ]
    if not aspects and not bodies and sentence.has_between("work", start, min(start + 3, stop)) is not None:
        aspects.append(SOME_STANDARDS)
    return ([] if aspects else bodies), aspects


def _passed_on(sentence: Sentence, behind: int) -> int | None:
    """Where the list begins that a grade is passed on to; None where it is not."""
    low = sentence.tokens.low
    for k in range(behind, min(behind + 14, len(low) - 2)):
        if low[k] == "as" and low[k + 1] in _AS and k < behind + 6:
            return k + 2
        if low[k] == "the" and low[k + 1] == "same":
            return next(
                (x + 1 for x in range(k + 2, min(k + 6, len(low) - 1)) if low[x] in {"for", "of", "about"}), None
            )
    return None


_AS: Final = frozenset(("was", "were", "is", "are", "did", "does", "do", "has", "have"))


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


def counted_class(sentence: Sentence, candidate: Candidate, mentions: list[Mention], left: list[int]) -> int | None:
    """Like "Of the 21 CRCs Kent was good, 19 inadequate": a number right before the grade counts the class."""
    low = sentence.tokens.low
    k = before_grade(sentence, candidate.i)
    while k > 0 and low[k - 1] in COPULAS:
        k -= 1
    if k < 2 or not (low[k - 1].isdecimal() or low[k - 1] in NUMBERS or low[k - 1] == "rest"):
        return None
    if low[k - 2] == "the":
        k -= 1
    if low[k - 2] not in {",", ";", "and", "while"}:
        return None
    return next(
        (x for x in left if mentions[x].plural and not mentions[x].areas and mentions[x].type is not None), None
    )


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
    between = low[mentions[classes[-1]].j : mentions[left[-1]].i]
    return (
        left[-1]
        if not {"only", "just", ","}.isdisjoint(between) and place_is_subject(sentence, mentions[left[-1]])
        else None
    )


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

_REST: Final = frozenset(("rest", "others", "remainder"))
_OPENS_REST: Final = frozenset(("the", "all", "of", "every", "most", "nearly", "almost", "and", "but", "while"))


def the_rest(sentence: Sentence, candidate: Candidate, focus: list[Mention]) -> list[Mention]:
    """Like "The rest have had ‘Requires improvement’": the class of the one body that was spoken of; empty where not.

    "The rest" of its work, or after a count of its standards, is none of a class.
    """
    one = focus[0] if len(focus) == 1 else None
    if one is None or one.type is None or one.plural or one.other or not one.areas or candidate.is_narrative:
        return []
    if not sentence.kinds.isdisjoint(("aspect", "parts")) or sentence.has_between("work", 0, candidate.i) is not None:
        return []
    low = sentence.tokens.low
    k = 0
    while k < candidate.i and low[k] in _OPENS_REST:
        k += 1
    told = k > 0 and (low[k] in _REST or (low[k] in {"remaining", "other"} and k + 1 < candidate.i))
    if low[0] == "most" and low[1:2] in (["have"], ["were"], ["are"], ["got"]):
        told, k = True, 0
    many = low[k + 1] if k + 1 < candidate.i and (low[k + 1].isdecimal() or low[k + 1] in NUMBERS) else ""
    count = f"{low[k]} {many}" if many and low[k] == "other" else None
    return [Mention(k, k + 1, one.type, plural=True, word="rest", count=count)] if told else []


def placed_behind(sentence: Sentence, mention: Mention) -> Mention:
    """Like "the probation service, or Probation Delivery Unit (PDU*), of Bristol": its place is behind it."""
    low = sentence.tokens.low
    if mention.areas or mention.plural or mention not in sentence.mentions:
        return mention
    if mention.type is None:
        other = next((m for m in sentence.mentions if mention.j < m.i <= mention.j + _NEAR_VERB and m.areas), None)
        return mention if other is None or "or" not in low[mention.j : other.i] else other
    k = mention.j
    while k < len(low) and low[k] in _BESIDE:
        k += 1
    place = next((m for m in sentence.mentions if m.i == k + 1 and m.bare), None) if low[k : k + 1] == ["of"] else None
    return mention if place is None or k == mention.j else replace(mention, areas=list(place.areas), generic=False)


_BESIDE: Final = frozenset(("(", ")", ",", "*", "pdu", "crc", "nps", "cyjs", "yjs"))


def listed_by_name(sentence: Sentence, candidate: Candidate) -> list[Mention]:
    """Like "six ‘Good’ – Brent, Bury and Leicester; eight ‘Requires improvement’ – …": the places behind the dash."""
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and low[k] in _CLOSING:
        k += 1
    if candidate.is_narrative or low[k : k + 1] not in (["-"], ["–"], ["—"], [":"]):
        return []
    told = [w for w in low[max(0, candidate.i - 4) : candidate.i] if w in NUMBERS or w.isdecimal()]
    stop = next((x for x in range(k, len(low)) if low[x] in {";", "."}), len(low))
    named = [m for m in sentence.mentions if k < m.i and m.j <= stop and m.bare]
    return named if told and told[-1] in {str(len(named)), *_UP_TO_TWENTY[len(named) - 1 : len(named)]} else []


_CLOSING: Final = frozenset("\"'”’")
_UP_TO_TWENTY: Final = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_COUNTED: Final = {"one": 1, "a": 1, "an": 1, "solitary": 1, "lone": 1, "single": 1, "only": 1, "sole": 1,
                   "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}  # fmt: skip
_TO_THE_LIST: Final = frozenset(("apiece", "each", "rating", "ratings", "grade", "grades", "mark", "marks"))


def member_before(sentence: Sentence, group: Mention) -> Mention | None:
    """Like "Kent CRC was one of 19 (out of 21) CRCs rated …": the one of a class whom the sentence is about."""
    low = sentence.tokens.low
    if not group.plural or group.areas:
        return None
    first = max(0, group.i - _NEAR)
    begin = next((k for k in range(group.i - 1, first, -1) if low[k : k + 2] == ["one", "of"] or low[k] in _AMONG), 0)
    if not begin or "," in low[begin : group.i]:
        return _apposed_before(sentence, group)
    return next(
        (
            m
            for m in reversed(sentence.mentions)
            if begin - _NEAR_VERB <= m.j < begin
            and not (m.demoted or m.other or m.plural)
            and not COPULAS.isdisjoint(low[m.j : begin])
        ),
        None,
    )


def pointed_at(sentence: Sentence, candidate: Candidate, mention: Mention) -> Mention:
    """Like "This is the 14th of the 21 CRCs to be inspected, and the first to be rated …": it is whom "this" is."""
    low = sentence.tokens.low
    opens = low[0] in _THIS and low[1:2] and low[1] in COPULAS
    if not opens or not mention.plural or mention.areas or mention.type is None or mention not in sentence.mentions:
        return mention
    before = low[2 : mention.i]
    if before[:1] != ["the"] or "of" not in before or len(before) > _NEAR or not {",", ";"}.isdisjoint(before):
        return mention
    begin, _ = sentence.clause(candidate.i)
    opening = next((word for word in low[begin : candidate.i] if word[0].isalnum()), "")
    if begin > mention.j and (opening in NUMBERS or opening.isdecimal()):
        return mention  # "… – twelve of the others were …"
    return replace(mention, plural=False, generic=True, count=None)


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


def shared_out(sentence: Sentence, candidate: Candidate) -> list[Mention]:
    """Like "Twenty-one require improvement, of which 19 are CRCs and two are divisions": the classes that it counts."""
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and not low[k][0].isalnum():
        k += 1
    if low[k : k + 1] != ["of"] or low[k + 1 : k + 2] not in (["which"], ["whom"], ["them"], ["these"], ["those"]):
        return []
    classes = [m for m in sentence.mentions if m.i > k and m.type is not None and not m.areas and not m.pronoun]
    if not all(m.plural or m.count for m in classes):
        return []
    return [replace(m, count=m.count or _number(low, m.i), plural=True) for m in classes]


def _number(low: list[str], i: int) -> str | None:
    """The number before "were CRCs"."""
    return next((low[k] for k in (i - 2, i - 1) if low[k].isdecimal() or low[k] in NUMBERS), None)


def _apposed_before(sentence: Sentence, group: Mention) -> Mention | None:
    """Like "Essex CRC, fourteenth of the 21 CRCs to be seen and the first to be rated …": whom the number is of."""
    low = sentence.tokens.low
    of = next((k for k in range(max(1, group.i - _NEAR_VERB), group.i) if low[k] == "of"), 0)
    at = of - 1 - (low[max(0, of - 2)] == "the")
    if of < 2 or not (low[of - 1].endswith("th") or low[of - 1] in _NTH) or low[at - 1 : at] != [","]:
        return None
    return next((m for m in sentence.mentions if m.j == at - 1 and m.areas and not (m.other or m.plural)), None)


_NTH: Final = frozenset(("first", "second", "third", "last", "latest"))
_THIS: Final = frozenset(("this", "it", "that"))
_AMONG: Final = frozenset(("among", "amongst"))
_NEAR_VERB: Final = 4


def counted_before(sentence: Sentence, scene: Scene) -> Mention | None:
    """Like "Of the thirteen before it twelve were …": others of the kind that the post is on."""
    low = sentence.tokens.low
    told = (
        low[:2] == ["of", "the"] and low[2:3] and low[2] in NUMBERS and low[3:4] in (["before"], ["others"], ["other"])
    )
    if not told or scene.topic_type not in OLD or any(m.plural and m.type is not None for m in sentence.mentions):
        return None
    return Mention(0, 3, scene.topic_type, plural=True, word=str(scene.topic_type))


def so_many(sentence: Sentence, candidate: Candidate, scene: Scene) -> Mention | None:
    """Like "Sixteen services were inspected; eight were rated …": so many of the class that the post is on."""
    low = sentence.tokens.low
    kind = scene.topic_type
    if candidate.is_narrative or kind is None or not scene.classes[kind]:
        return None
    k = before_grade(sentence, candidate.i)
    while k > 0 and (low[k - 1] in _VERBS or low[k - 1] in COPULAS):
        k -= 1
    if k < _NEAR_VERB or not (low[k - 1].isdecimal() or low[k - 1] in NUMBERS) or low[k - 2] not in {",", ";", "and"}:
        return None
    told = any(
        low[x] in _SERVICES and (low[x - 1].isdecimal() or low[x - 1] in NUMBERS or low[x - 2] in NUMBERS)
        for x in range(1, k - 2)
    )
    own = any(m.type is not None and m.plural and m.j < k for m in sentence.mentions)
    return Mention(k - 1, k, kind, plural=True, count=low[k - 1], word=str(kind)) if told and not own else None


_VERBS: Final = frozenset(
    ("rated", "graded", "judged", "found", "given", "got", "received", "to", "be", "as", "a", "an")
)
_SERVICES: Final = frozenset(("services", "teams", "units", "companies", "divisions", "regions"))


def areas_of_the_nps(sentence: Sentence, candidate: Candidate) -> Mention | None:
    """Like "In the NPS five areas were rated …", "of the NPS areas two were …": its divisions, and no standards."""
    low = sentence.tokens.low
    if "areas" not in low[: candidate.i] or low[0] not in {"in", "of", "among"}:
        return None
    first = next((m for m in sentence.mentions if m.type is ProviderType.NPS and not m.areas), None)
    if first is None or first.i > _NEAR_VERB:
        return None
    counted = (
        low[first.j : first.j + 1] != [] and low[first.j] in NUMBERS and low[first.j + 1 : first.j + 2] == ["areas"]
    )
    if not counted and low[first.j - 1] != "areas" and low[first.j : first.j + 1] != ["areas"]:
        return None
    return replace(first, plural=True, count=None, demoted=False)


def members_behind(sentence: Sentence, candidate: Candidate, group: Mention) -> list[Mention]:
    """Like "three divisions with a Good apiece: Midlands, North West and Wales": as many as are counted, by name."""
    if not group.plural or group.areas or group.type is None or candidate.is_narrative:
        return []
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and (low[k] in _TO_THE_LIST or (not low[k][0].isalnum() and low[k] not in {":", "(", "–", "—"})):
        k += 1
    if k >= len(low) or low[k] not in {":", "(", "–", "—", "for"}:
        return []
    members: list[Mention] = []
    at = k + 1
    for mention in sentence.mentions:
        if mention.i < at or mention.pronoun:
            continue
        if not mention.bare or any(w not in {",", "and", "&", "the", "in"} for w in low[at : mention.i]):
            break
        members.append(Mention(mention.i, mention.j, group.type, list(mention.areas)))
        at = mention.j
    told = [_COUNTED[word] for word in low[max(0, candidate.i - _NEAR) : candidate.i] if word in _COUNTED]
    if told and set(told) == {1} and len(members) > 1:
        return [Mention(members[0].i, members[-1].j, group.type, [area for m in members for area in m.areas])]
    return members if len(members) in told else []


_NEAR: Final = 9


def in_whose_hands(sentence: Sentence, candidate: Candidate) -> Mention | None:
    """Like "Poor in the hands of the CRC and good in those of the NPS"."""
    low = sentence.tokens.low
    k = candidate.j
    if low[k : k + 1] != ["in"] or low[k + 1 : k + 4] not in (["the", "hands", "of"], ["the", "case", "of"]):
        if low[k : k + 3] != ["in", "those", "of"]:
            return None
        k -= 1
    return next((m for m in sentence.mentions if k + 4 <= m.i <= k + 6 and not m.other and not m.pronoun), None)


def _counts(word: str) -> bool:
    return word.isdigit() or word in NUMBERS


def bracket_after(sentence: Sentence, candidate: Candidate) -> list[Mention]:
    """Like "Four were ‘Good’ (three CRCs and one NPS division)": who the brackets count."""
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and low[k] in "\"“”‘’'`":
        k += 1
    if low[k : k + 2] in (["was", "the"], ["is", "the"]) and low[k + 3 : k + 4] in (["of"], ["for"]):
        k += 4  # "‘Good’ was the rating of three (…)"
        k += k < len(low) and _counts(low[k])
    if low[k : k + 1] == [":"]:
        members = [m for m in sentence.mentions if m.i > k and not m.pronoun and not m.demoted]
        named = len(members) > 1 and all(m.areas and m.type is not None for m in members)
        both = any(m.plural and m.type is not None and not m.areas and m.j <= candidate.i for m in sentence.mentions)
        if named and both and members[0].i <= k + 2:
            return members  # "gave both CRCs the grade of ‘Good’: Kent CRC and Essex CRC"
    if k + 1 >= len(low) or not (low[k] == "(" or (low[k] == ":" and _counts(low[k + 1]))):
        return []
    if low[k] == ":":
        if any(it.i > k for kind in ("four", "ordinal") for it in sentence.having(kind)):
            return []
        return [m for m in sentence.mentions if m.i > k and m.type is not None and not m.pronoun and not m.demoted]
    number = sentence.clauses[k + 1]
    inside = [m for m in sentence.mentions if m.i > k and sentence.clauses[m.i] == number and not m.pronoun]
    places = len(inside) > 1 and low[k - 1] in NUMBERS and all(m.bare for m in inside)
    return inside if places else [m for m in inside if m.type is not None]
