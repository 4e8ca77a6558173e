"""Grade words in a sentence, and whether they are used as a grade.

"Good" is a rating after "rated", in quotes, in brackets behind a name, alone in a table cell; it is an ordinary word in
"good practice". Each candidate comes with how it stands; what is looked at and not taken says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue

if TYPE_CHECKING:
    from aggregator.ratings.items import Item, Sentence

__all__ = ["Candidate", "band", "find", "is_narrative"]

_OPEN: Final = frozenset("\"“‘'`«")
_CLOSE: Final = frozenset("\"”’'`»")
_MARKS: Final = frozenset(".,;:!?)]–—-|…")
# After a grade in predicate place: what may follow without making it an adjective of a noun.
_AFTER: Final = frozenset(
    "overall in for on by but and or with while whilst although though across after as this last again at against when where which who whereas because since than to from under until despite "
    "too also yet however if so everywhere throughout today yesterday now only even of is was were are the both has had all rather compared enough elsewhere except while its their a an over during per following "
    "before almost nearly up down out said says four three two respectively either one not it they there that these those we he she".split()
)
_DEGREE: Final = frozenset(
    "very generally simply extremely noticeably only just also already still largely mostly really quite rather fairly so too as now again once consistently overall truly deeply "
    "particularly especially not nowhere near anywhere far from never always often sometimes somewhat equally broadly reasonably significantly clearly found judged assessed to be being".split()
)


@dataclass(slots=True)
class Candidate:
    """A grade word in use.

    Attributes:
        kind: "four", "ordinal", "narrative" or "weak".
        use: "predicate" (was good), "noun" (a Good rating, 'Good' for …), "attribute" (poor work), "verb" (struggled).
        strength: 0 to 1, how surely it is used as a grade.
    """

    i: int
    j: int
    value: RatingValue
    kind: str
    use: str
    strength: float
    quoted: bool = False
    capital: bool = False
    why: str = ""


def is_narrative(value: RatingValue) -> bool:
    """Whether a value is one of the three narrative bands."""
    return value in {RatingValue.POSITIVE, RatingValue.MIXED, RatingValue.NEGATIVE}


def find(sentence: Sentence, *, scale: bool) -> list[Candidate]:
    """The candidates of a sentence, taken and refused (``why`` is set on what is refused).

    Args:
        sentence: The sentence, with its mentions.
        scale: Whether the post is of the time of the four-point scale: then "good" is a grade first and a word of
            praise second, else the other way round.
    """
    out: list[Candidate] = []
    if sentence.kinds.isdisjoint(_KINDS):
        return [] if _TOTALS.keys().isdisjoint(sentence.tokens.low) else _scores(sentence)
    for item in sentence.items:
        kinds = item.kinds
        if "four" in kinds:
            candidate = _four(sentence, item, kinds["four"])
            if "narr_is" in kinds and (
                candidate.why or (not scale and not (candidate.quoted and candidate.use == "noun"))
            ):
                spoken = _narrative(sentence, item)
                if not spoken.why and (not scale or spoken.use == "attribute"):
                    candidate = spoken
            out.append(candidate)
        elif "noun" in kinds or "parts" in kinds:
            continue
        elif "ordinal" in kinds:
            out.append(_ordinal(sentence, item, kinds["ordinal"]))
        elif "narr_report" in kinds:
            out.append(Candidate(item.i, item.j, kinds["narr_report"], "weak", "noun", 0.5))
        elif "narr_is" in kinds or "narr_does" in kinds:
            out.append(_narrative(sentence, item))
        elif "weak" in kinds:
            out.append(Candidate(item.i, item.j, RatingValue.NEGATIVE, "weak", "verb", 0.55))
    if not _TOTALS.keys().isdisjoint(sentence.tokens.low):
        out += _scores(sentence)
    return out


_KINDS: Final = frozenset(("four", "ordinal", "narr_is", "narr_does", "narr_report", "weak"))


_TOTALS: Final = {"21": 21, "24": 24, "27": 27, "30": 30, "36": 36, "twenty-seven": 27}
_COUNT_WORDS: Final = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"nought": 0, "none": 0, "nil": 0}


def _scores(sentence: Sentence) -> list[Candidate]:
    """Points out of the regime's total ("2 of 27 points"), which mean a band."""
    low = sentence.tokens.low
    out: list[Candidate] = []
    for k, word in enumerate(low):
        total = _TOTALS.get(word)
        if total is None or k < 2:
            continue
        start = k - 1
        while (
            start > 0
            and k - start < 6
            and low[start]
            in {"point", "points", "of", "out", "the", "a", "possible", "maximum", "total", "/", "available"}
        ):
            start -= 1
        points = int(low[start]) if low[start].isdigit() and len(low[start]) < 3 else _COUNT_WORDS.get(low[start])
        if points is None or points > total or not {"of", "/"} & set(low[start:k]):
            continue
        about = set(low[max(0, start - 8) : start]) | set(low[k + 1 : k + 4])
        if (
            not about & {"point", "points", "score", "scored", "scores", "scoring", "marks"}
            and "possible" not in low[start:k]
        ):
            continue
        after = low[k + 1] if k + 1 < len(low) else "."
        if (
            after.isalpha()
            and after not in _AFTER
            and after not in {"points", "point", "possible", "available", "inspection", "marks"}
        ):
            continue
        end = k + 2 if after in {"points", "point", "marks"} else k + 1
        out.append(Candidate(start, end, band(points, total), "ordinal", "noun", 0.8))
    return out


def band(points: int, total: int) -> RatingValue:
    """The band that so many points are: the mean standard score rounded to the nearest band, ties down."""
    if points * 6 <= total:
        return RatingValue.INADEQUATE
    if points * 2 <= total:
        return RatingValue.REQUIRES_IMPROVEMENT
    return RatingValue.GOOD if points * 6 <= total * 5 else RatingValue.OUTSTANDING


def _quoted(sentence: Sentence, i: int, j: int) -> bool:
    low = sentence.tokens.low
    opened = i > 0 and low[i - 1] in _OPEN
    k = j
    while k < len(low) and low[k] in {",", ".", "!", "?"}:
        k += 1
    return opened and k < len(low) and low[k] in _CLOSE


def _after(sentence: Sentence, j: int) -> int:
    """The token after a grade and its closing quote."""
    low = sentence.tokens.low
    k = j
    while k < len(low) and low[k] in _CLOSE:
        k += 1
    return k


def _before(sentence: Sentence, i: int) -> int:
    """The token before a grade and its opening quote and article, as an end index."""
    low = sentence.tokens.low
    k = i
    while k > 0 and low[k - 1] in _OPEN:
        k -= 1
    return k


def _item_at(sentence: Sentence, token: int, kind: str) -> Item | None:
    for item in sentence.items:
        if item.i <= token < item.j and kind in item.kinds:
            return item
    return None


def _four(sentence: Sentence, item: Item, value: RatingValue) -> Candidate:
    low = sentence.tokens.low
    raw = sentence.tokens.raw
    i, j = item.i, item.j
    quoted = _quoted(sentence, i, j)
    improvement = value is RatingValue.REQUIRES_IMPROVEMENT
    starts = all(not word[0].isalnum() for word in low[:i])
    capital = (
        raw[i][0].isupper() and not starts and low[i - 1] not in {".", ":", "?", "!"} and not _title_case(sentence)
    )
    if (
        capital
        and not quoted
        and not improvement
        and j < len(raw)
        and raw[j][0].isupper()
        and _item_at(sentence, j, "noun") is None
    ):
        capital = any(m.i == j for m in sentence.mentions)
    candidate = Candidate(i, j, value, "four", "predicate", 0.0, quoted, capital)
    before = _before(sentence, i)
    after = _after(sentence, j)
    following = low[after] if after < len(low) else ""
    begin, _ = sentence.clause(i)
    noun_right = next((it for it in sentence.items if "noun" in it.kinds and after <= it.i <= after + 2), None)
    if value is RatingValue.OUTSTANDING and following == "results":
        candidate.use, candidate.strength = "noun", 0.7
        return candidate
    if (
        noun_right is not None
        and noun_right.i > after
        and not all(
            word in {"overall", "'", "’", "inspection", "headline", "performance", "final"}
            for word in low[after : noun_right.i]
        )
    ):
        noun_right = None
    left_noun = sentence.has_between("noun", max(begin, before - 5), before)
    verb = sentence.has_between("rate", max(begin, before - 8), before)
    copula = sentence.has_between("copula", max(begin, before - 4), before)
    right_body = next(
        (m for m in sentence.mentions if after <= m.i <= after + 1 and not m.pronoun and not m.generic and not m.other),
        None,
    )
    if improvement and low[j - 1] == "improvement" and following in {"notice", "notices", "plan", "plans"}:
        candidate.why = "“improvement” belongs to the next word"
        return candidate
    first = next((it for it in sentence.items if "four" in it.kinds and it.j <= before and it.i >= begin), None)
    if quoted and following and _item_starting(sentence, after, "aspect") is not None:
        candidate.use, candidate.strength = "noun", 0.75
    elif (
        first is not None
        and before > 0
        and low[before - 1] == "to"
        and "from" in low[max(begin, first.i - 4) : first.i]
    ):
        candidate.strength = 0.9
    elif (
        before > 1
        and low[before - 1] == "as"
        and low[before - 2] in _COUNT_WORDS
        and first is not None
        and (following in _AFTER or following in _MARKS or not following)
    ):
        candidate.strength = 0.7
    elif noun_right is not None:
        candidate.use, candidate.strength = "noun", 0.95
    elif following == "for" and (quoted or capital or before == 0 or low[before - 1] in {"a", "an"}):
        candidate.use, candidate.strength = "noun", 0.9
    elif left_noun is not None and all(word in _LINK for word in low[left_noun.j : before]):
        candidate.use, candidate.strength = "noun", 0.95
    elif right_body is not None and (quoted or capital or i == 0 or value is RatingValue.INADEQUATE or improvement):
        candidate.use, candidate.strength = "noun", 0.8
    elif (
        verb is not None
        and _verb_reaches(sentence, verb, before)
        and (quoted or capital or following in _AFTER or following in _MARKS or not following or following in _CLOSE)
    ):
        candidate.strength = 0.9
    elif quoted or capital:
        candidate.strength = 0.75 if quoted else 0.7
        if quoted and following and following.isalpha() and following not in _AFTER and not improvement:
            candidate.strength = 0.55
        if i > 0 and low[before - 1 : before] and low[before - 1] in {"a", "an", "the", "another"}:
            candidate.use = "noun"
    elif copula is not None and (following in _AFTER or following in _MARKS or not following or following in _CLOSE):
        candidate.strength = 0.6
    elif i == 0 and (following in {":", "–", "—", "-", ""}):
        candidate.strength = 0.5
    elif (
        before > 0
        and low[before - 1] in {":", "–", "—", "-", "(", "|"}
        and (following in _MARKS or following in {"", ")", "overall"})
    ):
        candidate.strength = 0.8
    elif improvement and _subject_before(sentence, i, begin):
        candidate.strength = (
            0.6 if following in _AFTER or following in _MARKS or not following or following in _CLOSE else 0.45
        )
    elif (
        before > 0
        and low[before - 1] in {"and", "or", ","}
        and any("four" in it.kinds for it in sentence.items if it.j <= before)
    ):
        candidate.strength = 0.55 if (following in _AFTER or following in _MARKS or not following) else 0.0
    else:
        candidate.use = "attribute"
        candidate.why = "an ordinary adjective here, not a grade"
    if candidate.strength == 0.0 and not candidate.why:
        candidate.why = "nothing shows that a grade is meant"
    if (
        value in {RatingValue.GOOD, RatingValue.OUTSTANDING}
        and not (quoted or capital)
        and low[before - 1 : before] in (["as"], ["so"], ["too"], ["very"], ["how"])
        and noun_right is None
        and verb is None
    ):
        candidate.why = "an ordinary adjective here, not a grade"
    return candidate


_LINK: Final = (
    frozenset(
        "of is was : a an are as the overall stays remains still at in just has been were only , being remained".split()
    )
    | _OPEN
)


def _title_case(sentence: Sentence) -> bool:
    words = [word for word in sentence.tokens.raw if word.isalpha() and len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.8 * len(words)


def _subject_before(sentence: Sentence, i: int, begin: int) -> bool:
    """Whether the clause has a body, an aspect or a pronoun before ``i``: the subject of "requires improvement"."""
    if any(begin <= m.i and m.j <= i and not (m.bare and m.i > begin + 8) for m in sentence.mentions):
        return True
    return sentence.has_between("aspect", begin, i) is not None or sentence.has_between("work", begin, i) is not None


def _verb_reaches(sentence: Sentence, verb: Item, before: int) -> bool:
    """Whether between verb and grade stand only the body, articles, "overall" and degree words."""
    between = sentence.tokens.low[verb.j : before]
    if len(between) <= 4:
        return True
    covered = set()
    for mention in sentence.mentions:
        covered.update(range(mention.i, mention.j))
    for item in sentence.items:
        if item.kinds.keys() & {"overall", "noun", "rate", "four", "aspect"}:
            covered.update(range(item.i, item.j))
    loose = [k for k in range(verb.j, before) if k not in covered]
    return len(loose) <= 5


def _ordinal(sentence: Sentence, item: Item, value: RatingValue) -> Candidate:
    candidate = Candidate(item.i, item.j, value, "ordinal", "noun", 0.7)
    low = sentence.tokens.low
    before = low[max(0, item.i - 4) : item.i]
    if {"than", "no", "never"} & set(before) or {"not"} & set(before[-2:]):
        candidate.why = "a comparison, not a mark"
    if "one" in before and "of" in before and low[item.j - 1].endswith("s"):
        candidate.why = "a list of the bands"
    return candidate


def _narrative(sentence: Sentence, item: Item) -> Candidate:
    low = sentence.tokens.low
    kinds = item.kinds
    i, j = item.i, item.j
    quoted = _quoted(sentence, i, j)
    if low[i:j] == ["well"] and not _does_well(sentence, item):
        return Candidate(i, j, kinds["narr_does"], "narrative", "verb", 0.0, quoted, why="“well” of something else")
    if "narr_does" in kinds and "narr_is" not in kinds:
        return Candidate(i, j, kinds["narr_does"], "narrative", "verb", 0.6, quoted)
    value = kinds["narr_is"]
    before = _before(sentence, i)
    after = _after(sentence, j)
    following = low[after] if after < len(low) else ""
    candidate = Candidate(i, j, value, "narrative", "predicate", 0.0, quoted)
    k = before
    while k > 0 and (
        low[k - 1] in _DEGREE
        or low[k - 1] in _OPEN
        or low[k - 1].endswith("ly")
        or low[k - 1] in {"a", "an", "of", "in", "general"}
    ):
        k -= 1
    copula = next(
        (it for it in sentence.items if it.j in range(k, before + 1) and it.kinds.keys() & {"copula", "rate"}), None
    )
    if copula is None:
        begin, _ = sentence.clause(i)
        near = sentence.has_between("copula", max(begin, before - 6), before)
        copula = (
            near
            if near is not None
            and all(
                w in _DEGREE or w.endswith("ly") or w in _OPEN or w in {",", "and", "in", "the"}
                for w in low[near.j : before]
            )
            else None
        )
    if copula is None:
        begin, _ = sentence.clause(i)
        verb = sentence.has_between("rate", max(begin, before - 9), k)
        if verb is not None and verb.kinds["rate"] in _NAMING and _verb_reaches(sentence, verb, k):
            copula = verb
    if _item_starting(sentence, after, "overall") is not None:
        following = ""
    alone = all(not w[0].isalnum() or w in _DEGREE for w in _clause_words(sentence, i, j))
    if i <= 1 and following in {"is", "was"} and "heading" not in candidate.use:
        candidate.why = "the word itself is spoken of"
        return candidate
    if copula is None:
        begin, _ = sentence.clause(i)
        near = sentence.has_between("copula", max(begin, before - 6), before)
        if (
            near is not None
            and low[near.j : before][-1:]
            and (low[before - 1] in _DEGREE or low[before - 1] in {"and", ","})
            and not any(
                it.i >= near.j and it.j <= before and it.kinds.keys() & {"body", "aspect", "work", "place", "other"}
                for it in sentence.items
            )
        ):
            copula = near
    if "strength" in low[j - 1]:
        candidate.use, candidate.strength = "noun", 0.55
        return candidate
    head = next(
        (
            it
            for it in sentence.items
            if it.i in (after, after + 1)
            and (
                "aspect" in it.kinds
                or it.kinds.get("work") in _DONE
                or ("body" in it.kinds and it.i > after and it.kinds["body"][1] != "probation")
            )
        ),
        None,
    )
    if head is not None and (
        head.i == after
        or low[after] in {"quality", "probation", "standard", "of", "public", "private", "case", "and"}
        or _item_at(sentence, after, "body")
    ):
        candidate.use, candidate.strength = "attribute", 0.5
        if value is RatingValue.POSITIVE and (
            i <= 1
            or head.kinds.get("work") in {"practice", "practices", "service", "services"}
            or (
                head.kinds.get("work") == "job"
                and not set(low[max(0, i - 4) : i]) & {"doing", "does", "do", "did", "done"}
            )
        ):
            candidate.why = "an ordinary adjective here, not a judgement of the work"
    elif copula is not None and (following in _AFTER or following in _MARKS or not following or following in _CLOSE):
        candidate.strength = 0.7
    elif quoted and (following in _AFTER or following in _MARKS or not following or following in _CLOSE):
        candidate.strength = 0.6
    elif (
        before > 0
        and low[before - 1] in {",", "and", "or", "but", "yet"}
        and any("narr_is" in it.kinds for it in sentence.items if it.j <= before and it.j >= before - 6)
    ):
        candidate.strength = 0.6 if following in _AFTER or following in _MARKS or not following else 0.0
    elif before > 0 and low[before - 1] in {":", "–", "—", "-", "|"} and (following in _MARKS or not following):
        candidate.strength = 0.5
    elif alone and following in {":", "–", "—", ",", "-", "’", "'", "”"}:
        candidate.use, candidate.strength = "noun", 0.5
    elif (following in _MARKS or not following) and _only_body_and_work(sentence, i, j):
        candidate.strength = 0.55
    elif len(low[i:j]) >= 3 or value is RatingValue.NEGATIVE and j == len(low):
        candidate.strength = 0.5
    else:
        candidate.use = "attribute"
        candidate.why = "an ordinary adjective here, not a judgement of the work"
    if candidate.strength == 0.0 and not candidate.why:
        candidate.why = "nothing shows that a judgement is meant"
    if "you" in _clause_words(sentence, i, j):
        candidate.why = "said to the reader"
    return candidate


def _only_body_and_work(sentence: Sentence, i: int, j: int) -> bool:
    """ "NPS work good.": a verdict without a verb, on nothing but a body and its work."""
    number = sentence.clauses[i]
    covered = {
        k
        for it in sentence.items
        if it.kinds.keys() & {"body", "work", "aspect", "alias", "place", "narr_is"}
        for k in range(it.i, it.j)
    }
    words = [
        k
        for k, word in enumerate(sentence.tokens.low)
        if sentence.clauses[k] == number and word[0].isalnum() and word != "the"
    ]
    return (
        len(words) <= 9
        and all(k in covered for k in words)
        and any(it.kinds.keys() & {"body", "alias"} and it.j <= i for it in sentence.items)
    )


def _does_well(sentence: Sentence, item: Item) -> bool:
    """ "Protecting the public well": "well" at the end of a phrase about a standard."""
    low = sentence.tokens.low
    after = low[item.j] if item.j < len(low) else "."
    if after not in _MARKS and after not in {"overall", "and", "but", "enough"}:
        return False
    return any("aspect" in it.kinds and 0 <= item.i - it.j <= 2 for it in sentence.items)


_DONE: Final = frozenset(
    (
        "work",
        "core work",
        "probation work",
        "performance",
        "quality",
        "practice",
        "practices",
        "standard",
        "standards",
        "results",
        "service",
        "services",
        "job",
    )
)
_NAMING: Final = frozenset(
    (
        "called",
        "calls",
        "described",
        "describe",
        "found",
        "find",
        "finds",
        "judged",
        "judge",
        "judges",
        "considered",
        "deemed",
        "labelled",
        "branded",
        "dubbed",
        "declared",
        "assessed",
        "assess",
        "rated",
        "regarded",
        "seen",
        "viewed",
        "as",
    )
)


def _item_starting(sentence: Sentence, token: int, kind: str) -> Item | None:
    return next((item for item in sentence.items if item.i == token and kind in item.kinds), None)


def _clause_words(sentence: Sentence, i: int, j: int) -> list[str]:
    """The other words of the clause that tokens ``i`` to ``j`` stand in."""
    number = sentence.clauses[i]
    return [word for k, word in enumerate(sentence.tokens.low) if sentence.clauses[k] == number and not i <= k < j]
