"""What inspectors think of somebody, told of them: "were impressed by the NPS", "criticised the CRC's casework".

The judgement stands in a verb or an adjective of the inspectors', and its object is who is judged; in the passive
("the company was praised for its leadership") it is the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.reasons import ARTICLES, GRAVE, are_laid_open, is_no_work
from aggregator.ratings.words.grammar import AUXILIARIES, COPULAS, DEGREE
from aggregator.ratings.words.heads import judged
from aggregator.ratings.words.phrases import segment
from aggregator.ratings.words.topics import standard_of
from aggregator.ratings.words.vocabulary import SEPARATORS

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = [
    "ARTICLES",
    "ATTITUDE_WORDS",
    "FEELINGS",
    "FILLERS",
    "GRAVE",
    "REVERSED",
    "Attitude",
    "attitudes",
    "is_told",
    "object_of",
    "subject_of_verb",
    "with_negation",
]

_POS, _NEG = RatingValue.POSITIVE, RatingValue.NEGATIVE


def _verbs(words: str, value: RatingValue) -> dict[str, RatingValue]:
    out: dict[str, RatingValue] = {}
    for word in words.split():
        stem = word.removesuffix("e")
        for form in (word, word + "s", stem + "ed", stem + "ing"):
            out[form] = value
    return out


_VERBS: Final = (
    _verbs("praise commend applaud laud compliment congratulate credit admire salute", _POS)
    | _verbs(
        "criticise criticize condemn lambast lambaste castigate censure rebuke berate excoriate chastise"
        " flay pillory upbraid admonish reprimand chide skewer disparage",
        _NEG,
    )
    | {"slam": _NEG, "slams": _NEG, "slammed": _NEG, "slamming": _NEG, "slated": _NEG, "panned": _NEG, "savaged": _NEG}
)
FEELINGS: Final = dict.fromkeys(
    ("pleased", "happy", "satisfied", "impressed", "delighted", "heartened", "encouraged", "reassured", "complimentary",
     "positive", "content", "comfortable", "enthusiastic", "glowing", "effusive", "highly", "happier", "cheered",
     "thrilled", "gratified", "fulsome", "approving", "appreciative", "admiring"),
    _POS,
) | dict.fromkeys(
    ("unhappy", "dissatisfied", "unimpressed", "displeased", "dismayed", "disappointed", "appalled", "shocked",
     "critical", "scathing", "damning", "disparaging", "exasperated", "concerned", "worried", "troubled", "alarmed",
     "disturbed", "perturbed", "worry", "worries", "uneasy", "unconvinced", "frustrated", "aghast", "horrified",
     "underwhelmed", "sceptical", "dismissive", "withering", "scornful", "contemptuous"),
    _NEG,
)  # fmt: skip
_NOUNS: Final = dict.fromkeys(
    ("praise", "plaudits", "compliments", "commendation", "applause", "accolades", "admiration"), _POS
) | dict.fromkeys(
    (
        "criticism",
        "criticisms",
        "censure",
        "condemnation",
        "brickbats",
        "rebuke",
        "reprimand",
        "disapproval",
        "misgivings",
    ),
    _NEG,
)
_WORDS: Final = dict.fromkeys(("warm", "kind"), _POS) | dict.fromkeys(("harsh", "hard", "strong", "stern"), _NEG)
_OVER: Final = frozenset(("with", "by", "at", "about", "of", "in", "for", "over", "towards", "on"))
_CONCERNED_WITH: Final = frozenset(("with", "in", "for"))
"""What one is concerned with is one's subject, not one's worry."""
REVERSED: Final = frozenset(("not", "no", "never", "less", "little", "hardly", "neither", "nor", "anything", "far"))
FILLERS: Final = frozenset(
    ("the", "its", "their", "that", "those", "this", "both", "of", "a", "an", "by", "way", "how", "done", "in", "which",
     "'s", "“", "‘", "work", "works", "quality", "standard", "performance", "efforts", "record", "what", "overall",
     "private", "public", "local", "being", "all", "state", "practice", "from", "also")
)  # fmt: skip
_DOES: Final = frozenset(
    ("does", "do", "did", "has", "had", "was", "offers", "offered", "achieved", "provides", "provided", "delivers",
     "delivered", "is", "produces", "produced")
)  # fmt: skip
_DONE: Final = frozenset(("done", "provided", "delivered", "offered", "given", "produced", "carried"))
_HOW_GOOD: Final = frozenset(("good", "well", "effective", "effectively"))
"""What behind "how" asks for quality: "worried about how well the CRC works"."""
_FAULTS: Final = frozenset(
    ("concern", "concerns", "shortcomings", "failings", "weaknesses", "deficiencies", "flaws", "faults")
)
_QUOTES: Final = frozenset("\"“”‘’'")
ATTITUDE_WORDS: Final = frozenset((*_VERBS, *FEELINGS, *_NOUNS, "words", "wrong", *_FAULTS))
_ENDING: Final = frozenset(
    """
    and but in for as at over on who which whose because though although while whereas when with to from was were is
    are has had have said says of by during after before than that yet so also too here there again last this
    yesterday today recently earlier
    """.split()  # noqa: SIM905 - reads as a list of words
)


@dataclass(frozen=True, slots=True)
class Attitude:
    """Praise or blame, from token ``i`` to ``j``, and who and what is praised or blamed."""

    i: int
    j: int
    value: RatingValue
    bodies: tuple[Mention, ...]
    aspects: tuple[str, ...]
    part: bool = False


def attitudes(sentence: Sentence) -> list[Attitude]:
    """The attitudes of inspectors that a sentence tells, in order."""
    low = sentence.tokens.low
    found: list[Attitude] = []
    if ATTITUDE_WORDS.isdisjoint(low):
        return found
    for k, word in enumerate(low):
        attitude = None
        if word in _VERBS:
            attitude = _verb(sentence, k, _VERBS[word])
            if attitude is None and word in _NOUNS and not _OVER.isdisjoint(low[k + 1 : k + 2]):
                attitude = _feeling(sentence, k, _NOUNS[word], noun=True)
        elif (
            word in FEELINGS
            and low[k + 1 : k + 2]
            and (low[k + 1] in _OVER or (word == "highly" and "spoke" in low[k - 1 : k]))
            and not (word == "concerned" and low[k + 1] in _CONCERNED_WITH)
        ):
            attitude = _feeling(sentence, k, FEELINGS[word])
        elif word == "wrong" and low[k + 1 : k + 2] == ["with"]:
            attitude = _wrong(sentence, k)
        elif word in _FAULTS and are_laid_open(low, k) and not _OVER.isdisjoint(low[k + 1 : k + 2]):
            attitude = _feeling(sentence, k, _NEG, noun=True)
        elif (
            word in FEELINGS and not _QUOTES.isdisjoint(low[k + 1 : k + 2]) and not _OVER.isdisjoint(low[k + 2 : k + 3])
        ):
            if is_told(sentence, k):
                attitude = _active(sentence, k, k + 3, with_negation(sentence, k, FEELINGS[word]))
        elif word in FEELINGS and _is_where(sentence, k):
            attitude = _active(sentence, k, k + 3, with_negation(sentence, k, FEELINGS[word]))
        elif word in FEELINGS and low[k - 1 : k] in (["is"], ["was"], ["are"], ["were"]):
            attitude = _upon(sentence, k, FEELINGS[word])
        elif word in _NOUNS and low[k + 1 : k + 2] and low[k + 1] in _OVER:
            attitude = _feeling(sentence, k, _NOUNS[word], noun=True)
        elif word == "words" and low[k - 1 : k] and low[k - 1] in _WORDS:
            at = _behind_giver(sentence, k + 1)
            if low[at : at + 1] in (["for"], ["about"]):
                attitude = _active(sentence, k, at + 1, with_negation(sentence, k, _WORDS[low[k - 1]]))
        if attitude is not None:
            found.append(attitude)
    return found


def _is_where(sentence: Sentence, k: int) -> bool:
    """Like "Where it is most critical is of the CRC": behind the second verb stands whom the feeling is about."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(k)
    if low[begin] != "where" or low[k + 1 : k + 2] not in (["is"], ["was"]) or _OVER.isdisjoint(low[k + 2 : k + 3]):
        return False
    return low[begin + 1] in {"it", "she", "he", "they"} or is_told(sentence, k)


def _verb(sentence: Sentence, k: int, value: RatingValue) -> Attitude | None:
    low = sentence.tokens.low
    at = k
    while at > 0 and (low[at - 1] in DEGREE or low[at - 1].endswith("ly")):
        at -= 1
    passive = at > 0 and (low[at - 1] in COPULAS or low[at - 1] in {"been", "being"})
    if passive or (low[k].endswith("ed") and not is_told(sentence, k)):
        return _passive(sentence, k, value, bare=not passive)
    if not is_told(sentence, k):
        return None
    return _active(sentence, k, k + 1, with_negation(sentence, at, value))


def _feeling(sentence: Sentence, k: int, value: RatingValue, *, noun: bool = False) -> Attitude | None:
    low = sentence.tokens.low
    at = k
    while at > 0 and (low[at - 1] in DEGREE or low[at - 1].endswith("ly") or low[at - 1] in {"full", "of", "less"}):
        at -= 1
    begin, _ = sentence.clause(k)
    told = (
        (noun and k - begin <= 2)
        or is_told(sentence, k)
        or (noun and not {"there", "had", "came", "won"}.isdisjoint(low[max(0, at - 4) : at]))
    )
    if not told:
        return None
    return _active(sentence, k, k + 2, with_negation(sentence, k, value))


def _behind_giver(sentence: Sentence, at: int) -> int:
    """Behind "from inspectors", where that stands at token ``at``."""
    if sentence.tokens.low[at : at + 1] not in (["from"], ["by"]):
        return at
    giver = next((it for it in sentence.having("inspector") if at < it.i <= at + 2), None)
    return giver.j if giver is not None else at


def _wrong(sentence: Sentence, k: int) -> Attitude | None:
    """Like "There was little wrong with the NPS": how much was decides."""
    left = set(sentence.tokens.low[max(0, k - 3) : k])
    if not sentence.has("inspector"):
        return None
    if {"little", "nothing"} & left or {"not", "much"} <= left:
        return _active(sentence, k, k + 2, _POS)
    return _active(sentence, k, k + 2, _NEG) if {"lot", "much", "plenty", "deal", "something"} & left else None


def _upon(sentence: Sentence, k: int, value: RatingValue) -> Attitude | None:
    """Like "On the CRC the report is scathing": whom it is about stands in front."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(k)
    if low[begin : begin + 1] not in (["on"], ["about"], ["of"]) or not is_told(sentence, k):
        return None
    body = next((m for m in sentence.mentions if begin < m.i <= begin + 3 and not m.other and not m.pronoun), None)
    turned = with_negation(sentence, k, value)
    return None if body is None or turned is None else Attitude(k, k + 1, turned, (body,), ())


def with_negation(sentence: Sentence, at: int, value: RatingValue) -> RatingValue | None:
    """The value with a negation before it: praise denied is blame, blame denied is nothing."""
    low = sentence.tokens.low
    turning = [x for x in range(max(0, at - 3), at) if low[x] in REVERSED and low[x : x + 2] != ["far", low[at]]]
    if not turning:  # "far happier" is praise, "far from happy" is none
        return value
    return _NEG if value is _POS else None


def is_told(sentence: Sentence, k: int) -> bool:
    """Whether the subject of the verb at token ``k`` is the inspectorate."""
    begin, _ = sentence.clause(k)
    near = [it for it in sentence.items if it.j <= k and it.i >= begin]
    judge = next((it for it in reversed(near) if ("inspector" in it.kinds or "voices" in it.kinds)), None)
    low = sentence.tokens.low
    if judge is not None:
        return "inspector" in judge.kinds
    if low[begin : begin + 1] and low[begin] in {"it", "she", "he", "they"} and k - begin <= 5:
        return True
    report = [x for x in range(begin, k) if low[x] in {"report", "reports"}]
    if report:
        return True
    linked = begin > 0 and low[begin] in {"but", "and", "while", "yet", "though"}
    return (linked or "and" in low[begin:k]) and sentence.has_between("inspector", 0, k) is not None


def _active(sentence: Sentence, i: int, at: int, value: RatingValue | None) -> Attitude | None:
    if value is None:
        return None
    low = sentence.tokens.low
    starts = {m.i for m in sentence.mentions} | {it.i for it in sentence.having("aspect")}
    first = at
    while at < len(low) and (
        (at not in starts and (low[at] in FILLERS or (low[at] in _HOW_GOOD and low[at - 1] == "how")))
        or (low[at] in _DONE and "by" in low[at + 1 : at + 3])
        or ("services" in low[at : at + 2] and not _DONE.isdisjoint(low[at + 1 : at + 3]))
    ):
        at += 1
    how = not _HOW.isdisjoint(low[first:at])
    at = _one_of_them(sentence, at)
    aspect = next((it for it in sentence.items if it.i == at and "aspect" in it.kinds), None)
    body = next((m for m in sentence.mentions if m.i <= at < m.j and not m.other), None)
    if aspect is not None and (body is None or not body.pronoun or aspect.i > body.i):
        return _aspects(sentence, i, at, value)
    if body is None or body.other:
        return None
    after = body.j
    aspect = next((it for it in sentence.items if it.i in (after, after + 1) and "aspect" in it.kinds), None)
    if aspect is not None and (after - 1 in sentence.tokens.possessive or low[after : after + 1] in (["'"], ["’"])):
        return Attitude(i, after, value, (body,), (aspect.kinds["aspect"],))
    bodies = [body]
    for mention in sentence.mentions:
        gap = low[bodies[-1].j : mention.i]
        if mention.i > body.i and gap and len(gap) <= 3 and all(w in SEPARATORS | {"the", "both"} for w in gap):
            bodies.append(mention)
    following = low[bodies[-1].j] if bodies[-1].j < len(low) else "."
    if following in {"for", "over"}:
        if is_no_work(low, bodies[-1].j + 1):
            return None
        named = [it for it in sentence.having("aspect") if bodies[-1].j < it.i <= bodies[-1].j + 5]
        if named:
            return Attitude(i, bodies[-1].j, value, tuple(bodies), tuple(it.kinds["aspect"] for it in named[:1]))
        return Attitude(i, bodies[-1].j, value, tuple(bodies), (), part=True)
    if following in _DOES and "what" in low[max(0, body.i - 3) : body.i]:
        stop = next((x for x in range(body.j, len(low)) if not low[x][0].isalnum()), len(low))
        told = standard_of("work " + sentence.words(body.j + 1, stop))
        return Attitude(i, body.j, value, tuple(bodies), (told,) if told else ())
    if (
        following[:1].isalnum()
        and following not in _ENDING
        and not (how and following in _WORKS)
        and not any(
            it.i == bodies[-1].j and not {"work", "place", "contrast", "overall"}.isdisjoint(it.kinds)
            for it in sentence.items
        )
    ):
        return None  # "praised the CRC officer who …"
    return Attitude(i, body.j, value, tuple(bodies), ())


def _one_of_them(sentence: Sentence, at: int) -> int:
    """Like "critical of one of the firms, Kent CRC": where it is said which one, if at ``at`` stands "one of"."""
    low = sentence.tokens.low
    if low[at : at + 2] != ["one", "of"]:
        return at
    named = (m for m in sentence.mentions if at < m.i <= at + _WHICH and m.areas and not (m.other or m.bare))
    return next((m.i for m in named if "," in low[m.i - 2 : m.i]), at)


_HOW: Final = frozenset(("how", "way"))
_WHICH: Final = 14
"""Tokens from "one of" to the name of it."""
_WORKS: Final = frozenset(
    """
    performs perform performed works work worked operates operate operated supervises supervise supervised manages
    manage managed protects protect handles handle handled assess assesses assessed plan plans planned review reviews
    prepare prepares prepared serve serves served support supports supported runs run delivers deliver treats treat
    deals deal does do did
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""Behind "how" and a body: its work is what is meant."""


def _aspects(sentence: Sentence, i: int, at: int, value: RatingValue) -> Attitude:
    low = sentence.tokens.low
    names: list[str] = []
    end = at
    for item in sentence.items:
        if item.i < at or "aspect" not in item.kinds:
            continue
        if not all(w in SEPARATORS | {"its", "the", "their"} for w in low[end : item.i]):
            break
        names.append(item.kinds["aspect"])
        end = item.j
    bodies = [
        m
        for m in sentence.mentions
        if end <= m.i <= end + 3 and not m.other and not {"of", "at", "in", "by"}.isdisjoint(low[end : m.i])
    ]
    return Attitude(i, end, value, tuple(bodies[:1]), tuple(names))


def _passive(sentence: Sentence, k: int, value: RatingValue, *, bare: bool) -> Attitude | None:
    """Like "The company was praised", "NPS commended for its court work"."""
    low = sentence.tokens.low
    begin, end = sentence.clause(k)
    if bare and any(it.i in (k + 1, k + 2) for it in sentence.having("inspector")):
        return None  # "The NPS praised inspectors"
    if bare and low[k + 1 : k + 2] and low[k + 1] in ARTICLES:
        return None  # "Kent CRC criticised the report"
    by = next((x for x in range(k + 1, min(k + 9, end)) if low[x] == "by"), None)
    inspector = sentence.has_between("inspector", by, min(by + 6, end)) if by is not None else None
    if by is not None and inspector is None:
        return None
    bodies = [m for m in sentence.mentions if begin <= m.i and m.j <= k and not m.demoted and not m.bare]
    if not bodies or bodies[-1].other or (bare and k - bodies[-1].j > 2):
        return None
    body = bodies[-1]
    aspects = [it.kinds["aspect"] for it in sentence.having("aspect") if body.j <= it.i and it.j <= k]
    part = False
    behind = _behind_giver(sentence, k + 1)
    if low[behind : behind + 1] in (["for"], ["over"]) and is_no_work(low, behind + 1):
        return None
    if not aspects and low[k + 1 : k + 2] and low[k + 1] in {"for", "over"}:
        aspects = [it.kinds["aspect"] for it in sentence.having("aspect") if k < it.i <= k + 5][:1]
        part = not aspects
    turned = with_negation(sentence, k, value)
    if turned is None:
        return None
    return Attitude(k, k + 1, turned, (body,), tuple(aspects), part)


def object_of(sentence: Sentence, i: int, at: int, value: RatingValue, until: tuple[str, ...] = ()) -> Attitude | None:
    """The attitude at token ``i`` whose object begins at token ``at``, and ends before the words ``until``."""
    found = _active(sentence, i, at, value)
    if found is None or not until:
        return found
    low = sentence.tokens.low
    last = next((x for x in range(at, len(low)) if tuple(low[x : x + len(until)]) == until), len(low))
    behind = last + len(until)
    aspects = found.aspects
    if low[behind : behind + 1] in (["for"], ["over"], ["on"], ["about"]):
        aspects = tuple(it.kinds["aspect"] for it in sentence.having("aspect") if behind < it.i <= behind + 8)[:1]
        return replace(found, aspects=aspects, part=not aspects)
    return replace(found, part=False)


def subject_of_verb(sentence: Sentence, at: int, end: int, value: RatingValue) -> Attitude | None:
    """The attitude of tokens ``at`` to ``end`` (in the phrase) whose subject stands before it."""
    low = sentence.tokens.low
    begin, stop = sentence.clause(at)
    start = at
    while start > begin and (low[start - 1] in AUXILIARIES or low[start - 1].endswith("ly")):
        start -= 1
    span = segment(sentence, begin, start)
    if span is None:
        return None
    subject = judged(sentence, *span)
    if subject.kind not in {"own", "part"}:
        return None
    by = next((x for x in range(end + 1, min(end + 5, stop)) if low[x] in {"by", "from"}), None)
    if by is not None and sentence.has_between("inspector", by, min(by + 6, stop)) is None:
        return None
    bodies = [m for m in sentence.mentions if span[0] <= m.i and m.j <= span[1] and not m.demoted and not m.bare]
    if any(m.other for m in bodies):
        return None
    aspects = [it.kinds["aspect"] for it in sentence.having("aspect") if span[0] <= it.i and it.j <= span[1]]
    part = subject.kind == "part" and not aspects
    behind = _behind_giver(sentence, end + 1)
    if not aspects and low[behind : behind + 1] in (["on"], ["in"], ["at"]):
        aspects = [
            it.kinds["aspect"] for it in sentence.having("aspect") if behind < it.i <= behind + 3 and it.j <= stop
        ][:1]
    if not aspects and low[behind : behind + 1] in (["for"], ["over"]):
        named = [it.kinds["aspect"] for it in sentence.having("aspect") if behind < it.i <= behind + 8]
        aspects, part = named[:1], not named
    return Attitude(start, end + 1, value, tuple(bodies[-1:]), tuple(aspects), part)
