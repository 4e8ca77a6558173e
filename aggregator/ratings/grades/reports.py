"""Praise and blame that a report is told to give: "its report on the CRC is damning", "shows how badly it is run".

Who is judged stands behind "on" and before the verb, or behind the adverb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.attitudes import Attitude, is_told, object_of
from aggregator.ratings.grades.figures import ADJECTIVES, LITTLE
from aggregator.ratings.words.grammar import COPULAS, DEGREE

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.items import Sentence

__all__ = ["HOW", "how_badly", "picture_of", "verdict_is"]

_POS, _NEG = RatingValue.POSITIVE, RatingValue.NEGATIVE
HOW: Final = frozenset(("badly", "poorly", "dismally", "woefully", "abysmally", "inadequately"))
"""Behind "how" these blame whoever they are said of."""


def verdict_is(sentence: Sentence, k: int) -> Attitude | None:
    """Like "the inspectorate's assessment of the NPS is largely positive": a verdict, whose, and what it is."""
    low = sentence.tokens.low
    judge = any(k - 3 <= it.j <= k for it in sentence.having("inspector"))
    judge = judge or (low[k - 1 : k] != [] and low[k - 1] in _THEIRS and low[k].startswith("report"))
    if not judge or low[k + 1 : k + 2] not in (["of"], ["on"], ["about"], ["into"]):
        return None
    reads = next((x for x in range(k + 1, min(k + _FAR, len(low))) if low[x] == "reading"), None)
    if reads is not None and not _MAKES.isdisjoint(low[k + 1 : reads]):
        return _makes_reading(sentence, k, reads)
    for verb in sentence.having("copula"):
        if not k < verb.i <= k + _FAR or low[verb.i - 1] in _RELATIVE:
            continue
        at = verb.j
        while at < len(low) and (low[at] in DEGREE or low[at].endswith("ly")):
            at += 1
        value = (ADJECTIVES.get(low[at]) or _READING.get(low[at])) if at < len(low) else None
        body = _reported_on(sentence, k + 2, verb.i)
        if value is not None and body is not None:
            return Attitude(at, at + 1, value, (body,), ())
    return None


def picture_of(sentence: Sentence, k: int) -> Attitude | None:
    """Like "HMI Probation paints a bleak picture of CRCs"."""
    low = sentence.tokens.low
    value = _READING.get(low[k - 1]) or ADJECTIVES.get(low[k - 1])
    if value is None or low[k + 1 : k + 2] != ["of"] or _PAINTS.isdisjoint(low[max(0, k - 4) : k]):
        return None
    return object_of(sentence, k - 1, k + 2, value) if is_told(sentence, k - 2) else None


_PAINTS: Final = frozenset(("paints", "paint", "painted", "painting", "gives", "gave", "presents", "presented"))


def _reported_on(sentence: Sentence, at: int, end: int) -> Mention | None:
    """The body that a verdict is on: not "the fire at the CRC's office"."""
    low = sentence.tokens.low
    body = next((m for m in sentence.mentions if at <= m.i and m.j <= end and not m.other and not m.bare), None)
    if body is None or not _ON_BODY.issuperset(low[at : body.i]):
        return None
    owned = body.j - 1 in sentence.tokens.possessive
    work = any(it.i == body.j and not {"work", "aspect"}.isdisjoint(it.kinds) for it in sentence.items)
    return None if owned and not work else body


_ON_BODY: Final = frozenset(
    ("the", "a", "that", "this", "its", "their", "how", "work", "performance", "quality", "of", "by", "at", "in",
     "private", "public", "local", "all", "both", "largest", "county's", "area's", "then")
)  # fmt: skip
"""Words that may stand between "report on" and the body."""


def _makes_reading(sentence: Sentence, k: int, reads: int) -> Attitude | None:
    """Like "Its report on the company makes for worrying reading"."""
    low = sentence.tokens.low
    at = reads - 1
    value = _READING.get(low[at])
    body = _reported_on(sentence, k + 2, at)
    if value is None or body is None or not LITTLE.isdisjoint(low[k:at]):
        return None
    return Attitude(at, reads + 1, value, (body,), ())


_THEIRS: Final = frozenset(("its", "their", "her", "his"))
_MAKES: Final = frozenset(("make", "makes", "made", "making"))
_FAR: Final = 30
"""Tokens that a report's own body, with what is told of it, may take before the verb."""
_RELATIVE: Final = frozenset(("which", "who", "that"))
_READING: Final = dict.fromkeys(
    ("pleasant", "cheerful", "happy", "encouraging", "heartening", "upbeat", "uplifting"), _POS
) | dict.fromkeys(
    ("grim", "uncomfortable", "painful", "depressing", "sobering", "unhappy", "dismal", "worrying", "alarming",
     "troubling", "disturbing", "shocking", "sorry", "bleak", "sad", "devastating", "withering", "excoriating",
     "brutal", "dire", "dispiriting", "unedifying", "concerning", "disappointing", "unsettling"),
    _NEG,
)  # fmt: skip


def how_badly(sentence: Sentence, k: int) -> Attitude | None:
    """Like "inspectors' reports show just how badly the 21 CRCs are performing": both stand behind the adverb."""
    low = sentence.tokens.low
    if sentence.has_between("inspector", 0, k) is None:
        return None
    first = next((m for m in sentence.mentions if k < m.i <= k + _BEFORE_BODY and not m.other and not m.bare), None)
    if first is None or any(word not in _LEADING and not word.isdecimal() for word in low[k + 1 : first.i]):
        return None
    bodies = [first]
    for mention in sentence.mentions:
        gap = low[bodies[-1].j : mention.i]
        joined = 0 < len(gap) <= _BETWEEN_BODIES and not _JOINED.isdisjoint(gap)
        if joined and mention.i > first.i and not mention.other:
            bodies.append(mention)
    at = bodies[-1].j
    at += low[at : at + 1] == [")"]  # "the National Probation Service (NPS) are …"
    verb = at
    while at < len(low) and low[at] in _BEING:
        at += 1
    if at == len(low) or low[at] not in (_DO_SO if at == verb else _DONE_SO):
        return None
    return Attitude(k, at + 1, _NEG, tuple(bodies), ())


_BEING: Final = COPULAS | {"have", "has", "had", "been", "being"}
_BEFORE_BODY: Final = 6
_BETWEEN_BODIES: Final = 5
_JOINED: Final = frozenset(("and", "&"))
_LEADING: Final = frozenset(
    ("the", "both", "some", "most", "many", "all", "these", "those", "its", "our", "private", "new", "local",
     "twenty-one", "outsourced", "privatised")
)  # fmt: skip
_DO_SO: Final = frozenset(
    ("perform", "performs", "performed", "operate", "operates", "operated", "work", "works", "worked", "did", "do",
     "does", "manage", "manages", "managed", "supervise", "supervises", "supervised", "protect", "protects",
     "protected", "serve", "serves", "served", "run", "runs", "ran", "fare", "fared", "function", "functioned")
)  # fmt: skip
_DONE_SO: Final = frozenset(
    ("performing", "performed", "operating", "operated", "working", "worked", "doing", "done", "run", "managed",
     "managing", "supervising", "protecting", "serving", "faring", "fared", "functioning", "led", "organised",
     "failing", "failed")
)  # fmt: skip
