"""Praise and blame in set phrases: "won warm praise", "was taken to task", "found little to fault in".

Like the verbs of ``attitudes``, but the judgement lies in several words: in the noun that somebody got, in how much
there was to say, in a figure of speech. Who is judged is the subject ("the CRC came in for criticism") or the object
("inspectors took the CRC to task").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue
from aggregator.ratings.grades.apart import APART, apart
from aggregator.ratings.grades.attitudes import FEELINGS, GRAVE, Attitude, is_told, object_of, subject_of_verb
from aggregator.ratings.grades.figures import (
    ADJECTIVES,
    FIGURE_WORDS,
    LITTLE,
    OF_OBJECT_ALONE,
    OF_OBJECT_BY_TWO,
    OF_SUBJECT_BY_FIRST,
)
from aggregator.ratings.grades.reports import HOW, how_badly, picture_of, verdict_is
from aggregator.ratings.grades.worries import WORRIES, of_the_fronted, over_quality, to_tell_about, under_a_label
from aggregator.ratings.words.grammar import COPULAS
from aggregator.ratings.words.topics import standard_of

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Sentence

__all__ = ["IDIOM_WORDS", "idioms"]

_POS, _NEG = RatingValue.POSITIVE, RatingValue.NEGATIVE

# What one gets, and whether that is praise. A noun that needs an adjective to tell stands in _TOLD_BY_ADJECTIVE;
# "write" there is "write-up".
_GOT: Final = dict.fromkeys(
    ("praise", "plaudits", "compliments", "commendation", "commendations", "applause", "bouquets", "kudos", "acclaim",
     "approval", "congratulations", "admiration"),
    _POS,
) | dict.fromkeys(
    ("criticism", "criticisms", "censure", "condemnation", "brickbats", "flak", "stick", "rebuke", "reprimand",
     "reproach", "disapproval"),
    _NEG,
)  # fmt: skip
_TOLD_BY_ADJECTIVE: Final = frozenset(
    ("write", "review", "reviews", "notice", "notices", "press", "mention", "mentions", "words", "things",
     "report", "reports", "reception", "comments", "feedback", "remarks")
)  # fmt: skip
_GETTING: Final = frozenset(
    """
    won wins win winning drew draws draw drawn drawing earned earns earn earning attracted attracts attract receives
    received receive got gets get gained gains met garnered garners collected collects came comes come coming faced
    faces deserves deserved merited merits given had has reaped picked
    """.split()  # noqa: SIM905 - reads as a list of words
)
_BETWEEN: Final = frozenset(
    """
    in for with up a an the some much much-needed particular high highest strong warm heavy more most great lavish
    considerable special unusual sharp stinging severe fierce further widespread real rare and very its little no scant
    less few only fulsome well-earned similar further equal plenty of lots the most the-bulk same wide
    """.split()  # noqa: SIM905 - as above
)
_MUCH: Final = frozenset(("much", "plenty", "lot", "lots", "nothing but", "more", "only", "deal", "enough", "many"))

# "Found little to fault in": how much there was of it decides.
_TO_BLAME: Final = frozenset(("fault", "criticise", "criticize", "complain", "dislike", "worry", "correct"))
_TO_PRAISE: Final = frozenset(("praise", "like", "admire", "commend", "applaud", "celebrate", "recommend", "enthuse"))
_BEFORE_OBJECT: Final = frozenset(("in", "at", "about", "of", "on", "for", "with", "over"))

_VERDICTS: Final = frozenset(
    (
        "verdict",
        "assessment",
        "judgement",
        "judgment",
        "view",
        "opinion",
        "report",
        "findings",
        "comments",
        "conclusions",
    )
)
_FAILINGS: Final = frozenset(("failings", "shortcomings", "weaknesses", "deficiencies", "failures", "flaws"))
_MOVED: Final = dict.fromkeys(
    ("impressed", "pleased", "saved", "shone", "heartened", "redeemed"), _POS
) | dict.fromkeys(("worried", "concerned", "troubled", "disappointed", "dismayed", "alarmed"), _NEG)


_OWN: Final = frozenset(
    (
        *_GOT,
        *_TOLD_BY_ADJECTIVE,
        *_TO_BLAME,
        *_TO_PRAISE,
        *_VERDICTS,
        *_FAILINGS,
        "say",
        "left",
        "leaves",
        "expect",
        "picture",
    )
)
_WORDS: Final = _OWN | WORRIES | FEELINGS.keys() | HOW | APART
IDIOM_WORDS: Final = FIGURE_WORDS | _WORDS | frozenset(("let", "dragged", *_MOVED))
"""A sentence with none of these holds no such phrase."""
_BEGINNING: Final = _WORDS | OF_SUBJECT_BY_FIRST.keys() | OF_OBJECT_ALONE.keys()


def idioms(sentence: Sentence) -> list[Attitude]:
    """The praise and blame that a sentence tells in set phrases, in order."""
    low = sentence.tokens.low
    if IDIOM_WORDS.isdisjoint(low):
        return []
    cleft = _cleft(sentence) if "what" in low else None
    found: list[Attitude] = [cleft] if cleft is not None else []
    for k in [k for k, word in enumerate(low) if word in _BEGINNING]:
        word = low[k]
        attitude = None
        if word in _GOT or word in _TOLD_BY_ADJECTIVE:
            attitude = _got(sentence, k)
        if attitude is None and (word in _TO_BLAME or word in _TO_PRAISE) and low[k - 1 : k] == ["to"]:
            attitude = _much_to(sentence, k)
        if word in _VERDICTS:
            attitude = attitude or verdict_is(sentence, k)
        if word == "expect":
            attitude = _falls_short(sentence, k)
        if word in {"left", "leaves"}:
            attitude = _left(sentence, k)
        if word in _FAILINGS:
            attitude = _on_looking(sentence, k)
        if word in HOW and low[k - 1 : k] == ["how"]:
            attitude = how_badly(sentence, k)
        if word in WORRIES:
            attitude = over_quality(sentence, k) or to_tell_about(sentence, k)
        if attitude is None and word in FEELINGS:
            attitude = under_a_label(sentence, k) or of_the_fronted(sentence, k)
        if attitude is None and word == "picture":
            attitude = picture_of(sentence, k)
        if attitude is None and word in APART:
            attitude = apart(sentence, k)
        if attitude is None and word == "say" and low[k - 1 : k] == ["to"]:
            attitude = _to_say(sentence, k)
        if attitude is None and word in OF_SUBJECT_BY_FIRST:
            attitude = _of_subject(sentence, k)
        if attitude is None and word in OF_OBJECT_ALONE:
            attitude = _of_object(sentence, k)
        if attitude is not None and not any(a.i < attitude.j and attitude.i < a.j for a in found):
            found.append(attitude)
    return found


def _cleft(sentence: Sentence) -> Attitude | None:
    """Like "What let it down was the work to keep victims safe", "What impressed inspectors was …"."""
    low = sentence.tokens.low
    k = low.index("what")
    if sentence.clause(k)[0] < k - 1:
        return None
    verb = next((it for it in sentence.having("copula") if k < it.i <= k + 9), None)
    if verb is None:
        return None
    words = low[k + 1 : verb.i]
    down = not {"down", "back"}.isdisjoint(words) and not {"let", "lets", "dragged", "held", "brought"}.isdisjoint(
        words
    )
    value = _NEG if down else next((_MOVED[word] for word in words if word in _MOVED), None)
    if value is None:
        return None
    found = object_of(sentence, k, verb.j, value)
    if found is not None:
        return found
    stop = next((x for x in range(verb.j, len(low)) if not low[x][0].isalnum()), len(low))
    told = standard_of("work " + sentence.words(verb.j, stop))
    return Attitude(k, verb.j, value, (), (told,)) if told is not None else None


def _falls_short(sentence: Sentence, k: int) -> Attitude | None:
    """Like "was nowhere near what people here have a right to expect"."""
    low = sentence.tokens.low
    if low[k - 1 : k] != ["to"] or low[k - 2 : k - 1] != ["right"]:
        return None
    begin, _ = sentence.clause(k)
    at = next((x for x in range(k - 3, max(begin, k - _ASIDE), -1) if low[x] == "what"), None)
    if at is None:
        return None
    short = next((n for n in (2, 1) if tuple(low[at - n : at]) in _SHORT), 0)
    return subject_of_verb(sentence, at - short, k, _NEG) if short else None


_ASIDE: Final = 12
_SHORT: Final = frozenset(
    (("nowhere", "near"), ("far", "from"), ("short", "of"), ("well", "below"), ("below",), ("not",))
)


def _left(sentence: Sentence, k: int) -> Attitude | None:
    """Like "left inspectors troubled", "leaves them content"."""
    low = sentence.tokens.low
    at = k + 1 + (low[k + 1 : k + 2] == ["the"])
    judge = low[at : at + 1] == ["them"] or any(it.i == at for it in sentence.having("inspector"))
    feeling = low[at + 1] if judge and at + 1 < len(low) else ""
    value = _LEFT.get(feeling) or FEELINGS.get(feeling)
    return subject_of_verb(sentence, k, at + 1, value) if value is not None else None


def _on_looking(sentence: Sentence, k: int) -> Attitude | None:
    """Like "Looking at how the NPS managed the case we have found failings that are significant"."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(k)
    while begin < k and not low[begin][0].isalnum():
        begin += 1
    grave = low[k - 1] in _GRAVE or (
        low[k + 1 : k + 3] == ["that", "are"] and not _GRAVE.isdisjoint(low[k + 3 : k + 4])
    )
    at = k - (low[k - 1] in _GRAVE) - 1
    found = low[at] in {"found", "identified", "uncovered", "discovered"}
    if not (grave and found) or low[begin] not in _LOOKING or not (is_told(sentence, k) or "we" in low[begin:at]):
        return None
    body = next((m for m in sentence.mentions if begin < m.i < at and m.type is not None and not m.pronoun), None)
    how = body is not None and not {"how", "of"}.isdisjoint(low[max(0, body.i - 3) : body.i])
    return Attitude(k, k + 1, _NEG, (body,), (), part=True) if how and body is not None else None


_GRAVE: Final = frozenset(("serious", "grave", "significant", "major", "considerable", "systemic", "troubling", "deep"))
_LOOKING: Final = frozenset(("looking", "examining", "reviewing", "considering", "studying"))
_LEFT: Final = dict.fromkeys(
    ("troubled", "worried", "concerned", "alarmed", "cold", "unconvinced", "frustrated", "uneasy", "despairing"), _NEG
) | dict.fromkeys(("convinced", "optimistic", "confident"), _POS)


def _got(sentence: Sentence, k: int) -> Attitude | None:
    """Like "won warm praise", "came in for criticism", "got a good write-up"."""
    low = sentence.tokens.low
    begin, _ = sentence.clause(k)
    if low[k] == "write" and low[k + 1 : k + 2] not in (["up"], ["ups"]):
        return None
    value = _GOT.get(low[k])
    at = k
    while at > begin and at > k - 6 and low[at - 1] not in _GETTING:
        word = low[at - 1]
        if value is None and word in ADJECTIVES:
            value = ADJECTIVES[word]
        elif word not in _BETWEEN and word not in ADJECTIVES and not word.endswith("ly"):
            return None
        at -= 1
    if value is None or at <= begin or low[at - 1] not in _GETTING or low[at - 1] in {"had", "has", "given"}:
        return None
    if not LITTLE.isdisjoint(low[max(begin, at - 2) : k]):
        if value is _NEG:
            return None
        value = _NEG
    return subject_of_verb(sentence, at - 1, k, value)


def _much_to(sentence: Sentence, k: int) -> Attitude | None:
    """Like "found little to fault in", "saw much to admire at"."""
    low = sentence.tokens.low
    begin, end = sentence.clause(k)
    near = low[max(begin, k - 7) : k - 1]
    much = not _MUCH.isdisjoint(near)
    little = not LITTLE.isdisjoint(near)
    if not (much or little) or not is_told(sentence, k):
        return None
    good = low[k] in _TO_PRAISE
    if little and not much:
        good = not good
    at = next((x for x in range(k + 1, min(k + 4, end)) if low[x] in _BEFORE_OBJECT), None)
    return object_of(sentence, k, at + 1, _POS if good else _NEG) if at is not None else None


def _to_say(sentence: Sentence, k: int) -> Attitude | None:
    """Like "have little good to say of", "had nothing but praise"."""
    low = sentence.tokens.low
    begin, end = sentence.clause(k)
    near = low[max(begin, k - 8) : k - 1]
    value = next((ADJECTIVES[word] for word in reversed(near) if word in ADJECTIVES), None)
    value = _POS if "praise" in near or "nice" in near else value
    if value is None or not is_told(sentence, k):
        return None
    if not LITTLE.isdisjoint(near) and "but" not in near:
        value = _NEG if value is _POS else _POS
    at = next((x for x in range(k + 1, min(k + 3, end)) if low[x] in _BEFORE_OBJECT), None)
    return object_of(sentence, k, at + 1, value) if at is not None else None


def _of_subject(sentence: Sentence, k: int) -> Attitude | None:
    low = sentence.tokens.low
    for words, value in OF_SUBJECT_BY_FIRST[low[k]]:
        end = _matches(low, k, words)
        if end is None:
            continue
        if LITTLE.isdisjoint(low[max(0, k - 3) : k]) or words[0] == "did":
            return subject_of_verb(sentence, k, end - 1, value)
    return None


def _matches(low: list[str], k: int, words: tuple[str, ...]) -> int | None:
    """Where a phrase that begins at token ``k`` ends; adverbs and adjectives may stand between its words."""
    at = k
    for word in words:
        skipped = 0
        while at < len(low) and low[at] != word and skipped < 2 and (low[at].endswith("ly") or low[at] in _BETWEEN):
            at += 1
            skipped += 1
        if at >= len(low) or low[at] != word:
            return None
        at += 1
    return at


_TURNED: Final = COPULAS | {"been", "being", "not", "never"}


def _of_object(sentence: Sentence, k: int) -> Attitude | None:
    low = sentence.tokens.low
    if low[k - 1 : k] and low[k - 1] in _TURNED:
        return None
    grave = low[k + 1 : k + 2] != [] and low[k + 1] in GRAVE
    two = (low[k], *low[k + 2 : k + 3]) if grave else tuple(low[k : k + 2])
    for before, after, value in OF_OBJECT_BY_TWO.get(two) or OF_OBJECT_ALONE[low[k]]:
        if tuple(low[k : k + len(before)]) == before:
            at = k + len(before)
        elif grave and (low[k], *low[k + 2 : k + 1 + len(before)]) == before:
            at = k + 1 + len(before)  # "expressed serious reservations about"
        else:
            continue
        if after:
            last = next(
                (x for x in range(at + 1, min(at + 14, len(low))) if tuple(low[x : x + len(after)]) == after), None
            )
            if last is None:
                continue
        if is_told(sentence, k):
            return object_of(sentence, k, at, value, until=after)
    return None
