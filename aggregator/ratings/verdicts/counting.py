"""Classes that a grade counts or lists: "Of the 21 CRCs four were …", "Sixteen were ‘Good’ (three CRCs and …)"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.bodies.mention import Mention
from aggregator.ratings.grades.candidate import before_grade
from aggregator.ratings.nouns import OLD
from aggregator.ratings.words.grammar import COPULAS, NUMBERS

if TYPE_CHECKING:
    from aggregator.ratings.grades.candidate import Candidate
    from aggregator.ratings.post.scene import Scene
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "NEAR",
    "NEAR_VERB",
    "areas_of_the_nps",
    "bracket_after",
    "counted_before",
    "counted_class",
    "listed_by_name",
    "members_before",
    "members_behind",
    "shared_out",
    "so_many",
    "the_rest",
]


def counted_class(sentence: Sentence, candidate: Candidate, mentions: list[Mention], left: list[int]) -> int | None:
    """Like "Of the 21 CRCs Kent was good, 19 inadequate": a number right before the grade counts the class."""
    low = sentence.tokens.low
    k = before_grade(sentence, candidate.i)
    while k > 0 and (low[k - 1] in COPULAS or (low[k - 1] in _VERBS and not candidate.is_narrative)):
        k -= 1  # "and six were rated ‘Good’"
    if k < 2 or not (low[k - 1].isdecimal() or low[k - 1] in NUMBERS or low[k - 1] == "rest"):
        return None
    if low[k - 2] == "the":
        k -= 1
    if low[k - 2] not in {",", ";", "and", "while"}:
        return None
    return next(
        (x for x in left if mentions[x].plural and not mentions[x].areas and mentions[x].type is not None), None
    )


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
                   "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
                   "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}  # fmt: skip
_TO_THE_LIST: Final = frozenset(("apiece", "each", "rating", "ratings", "grade", "grades", "mark", "marks"))


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


NEAR_VERB: Final = 4
"""Tokens at most between a class, or the number that counts it, and the verb or the clause that begins beside it."""


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
    seen = low[0] in {"of", "out", "among"} and not _SEEN.isdisjoint(low[2:_FRONT])
    if candidate.is_narrative or kind is None or not (scene.classes[kind] or seen):
        return None
    k = before_grade(sentence, candidate.i)
    while k > 0 and (low[k - 1] in _VERBS or low[k - 1] in COPULAS):
        k -= 1
    if k < NEAR_VERB or not (low[k - 1].isdecimal() or low[k - 1] in NUMBERS) or low[k - 2] not in {",", ";", "and"}:
        return None
    told = any(
        low[x] in _SERVICES and (low[x - 1].isdecimal() or low[x - 1] in NUMBERS or low[x - 2] in NUMBERS)
        for x in range(1, k - 2)
    )
    own = any(m.type is not None and m.plural and m.j < k for m in sentence.mentions)
    return Mention(k - 1, k, kind, plural=True, count=low[k - 1], word=str(kind)) if told and not own else None


_SEEN: Final = frozenset(("visited", "inspected", "seen"))
_FRONT: Final = 7
"""Tokens of "Of the 16 services visited", that say that bodies are counted, and no services on offer."""
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
    if first is None or first.i > NEAR_VERB:
        return None
    counted = (
        low[first.j : first.j + 1] != [] and low[first.j] in NUMBERS and low[first.j + 1 : first.j + 2] == ["areas"]
    )
    if not counted and low[first.j - 1] != "areas" and low[first.j : first.j + 1] != ["areas"]:
        return None
    return replace(first, plural=True, count=None, demoted=False)


def members_behind(sentence: Sentence, candidate: Candidate, group: Mention) -> list[Mention]:
    """Like "three divisions with a Good apiece: Midlands, North West and Wales": as many as are counted, by name."""
    of_these = group.pronoun and group.word in _THESE
    if not (of_these or (group.plural and not group.areas and group.type is not None)) or candidate.is_narrative:
        return []
    low = sentence.tokens.low
    k = candidate.j
    while k < len(low) and (low[k] in _TO_THE_LIST or (not low[k][0].isalnum() and low[k] not in {":", "(", "–", "—"})):
        k += 1
    if k >= len(low) or low[k] not in {":", "(", "–", "—", "for"}:
        return []
    members = _listed(sentence, k + 1, None if of_these else group.type)
    told = [_COUNTED[word] for word in low[max(0, candidate.i - NEAR) : candidate.i] if word in _COUNTED]
    if told and set(told) == {1} and len(members) > 1:
        return [Mention(members[0].i, members[-1].j, group.type, [area for m in members for area in m.areas])]
    return members if len(members) in told else []


def _listed(sentence: Sentence, at: int, kind: ProviderType | None) -> list[Mention]:
    """The places of a list that begins at token ``at``, as bodies of this kind where one is given."""
    low = sentence.tokens.low
    members: list[Mention] = []
    for mention in sentence.mentions:
        if mention.i < at or mention.pronoun:
            continue
        if not mention.bare or any(w not in {",", "and", "&", "the", "in"} for w in low[at : mention.i]):
            break
        members.append(mention if kind is None else Mention(mention.i, mention.j, kind, list(mention.areas)))
        at = mention.j
    return members


def members_before(sentence: Sentence, candidate: Candidate) -> list[Mention]:
    """Like "The mark for three of these (Leeds, Luton and Medway) was …": who the brackets say that they are."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(candidate.i)
    opened = max((k for k in range(begin, candidate.i) if low[k] == "("), default=-1)
    if opened < begin or candidate.is_narrative or low[opened - 1 : opened] == [] or low[opened - 1] not in _THESE:
        return []
    members = _listed(sentence, opened + 1, None)
    told = [_COUNTED[word] for word in low[max(begin, opened - _CLOSE) : opened] if word in _COUNTED]
    return members if members and len(members) in told and members[-1].j < candidate.i else []


_CLOSE: Final = 4
"""Tokens of "eight out of these"."""
_THESE: Final = frozenset(("these", "those", "them"))
NEAR: Final = 9
"""Tokens at most between a number and the class or the grade that it counts."""


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
    if places:
        return inside
    own = [m for m in inside if m.type is not None]
    if len(own) == 1 and _is_one_counted(low, candidate.i, k, own[0]):
        return [replace(own[0], plural=True, generic=False, count="one")]
    return own


def _is_one_counted(low: list[str], grade: int, bracket: int, mention: Mention) -> bool:
    """Like "one ‘Inadequate’ (it is a CRC)", "one was ‘Good’ (a division of the NPS)": one of a class, whichever."""
    if mention.areas or mention.plural or mention.pronoun or low[mention.i - 1] not in {"a", "an", "the"}:
        return False
    k = grade
    while k > 0 and (low[k - 1] in COPULAS or not low[k - 1][0].isalnum() or low[k - 1] in {"rated", "graded", "as"}):
        k -= 1
    told = low[k - 1 : k] == ["one"] and low[k - 2 : k - 1] not in (["no"], ["the"], ["this"], ["that"])
    articles = {"a", "an"} & set(low[bracket : mention.i])
    return told and bool(articles)
