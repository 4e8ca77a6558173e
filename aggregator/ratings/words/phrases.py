"""Noun phrases before a verb: where the subject of a grade begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.words.grammar import BOUNDARIES, OPENS_ASIDE, PREPOSITIONS

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["NOUNS", "inside", "item_on", "second_clause", "segment"]

NOUNS: Final = frozenset(
    (
        "body",
        "extra",
        "alias",
        "owner",
        "place",
        "anaphor",
        "both",
        "aspect",
        "work",
        "noun",
        "parts",
        "overall",
        "ordinal",
        "four",
    )
)
"""Kinds of what can be rated."""
_NAMING: Final = NOUNS | {"pronoun"}
_NOMINATIVE: Final = frozenset(("it", "they", "he", "she", "we", "i"))


_SEEN: Final = frozenset(("inspected", "visited", "seen", "reviewed", "examined"))
_SEEN_BY: Final = 3
"""Tokens of "we have seen"."""


def segment(sentence: Sentence, begin: int, end: int) -> tuple[int, int] | None:
    """The noun phrase that ends at ``end``: back to a boundary or a verb, over appositions between commas.

    None where the verb has no subject of its own beside it ("examined ten aspects and awarded …").
    """
    low = sentence.tokens.low
    stop = end
    if stop - begin > _SEEN_BY and low[stop - 1] in _SEEN and low[stop - 2] in {"have", "had", "'ve"}:
        stop -= _SEEN_BY * (low[stop - _SEEN_BY] in _NOMINATIVE)  # "every unit I have inspected has been rated …"
    for _ in range(4):
        if stop - 1 in sentence.asides and sentence.asides[stop - 1] > begin:
            stop = sentence.asides[stop - 1]
        while stop > begin and (not low[stop - 1][0].isalnum()):
            if low[stop - 1] == ")" and "(" in low[begin : stop - 1]:
                stop = max(k for k in range(begin, stop - 1) if low[k] == "(") + 1  # "the CRC (as you'll know) was"
            stop -= 1
        if stop > begin and low[stop - 1] in _NOMINATIVE and stop == end:
            return (stop - 1, stop)
        if stop <= begin or low[stop - 1] in {"and", "or", "then"}:
            return None
        k = stop
        while (
            k > begin
            and (low[k - 1] not in BOUNDARIES or _separates(sentence, k - 1))
            and not _is_verb(sentence, k - 1)
        ):
            k -= 1
        k = second_clause(low, k, stop)
        if "whose" in low[k:stop]:
            k = stop - low[k:stop][::-1].index("whose")
            return (k, stop) if k < stop else None
        if k > begin + 1 and low[k - 1] in {"that", "which"} and stop - k > 1:
            before = item_on(sentence, k - 2)
            if before is not None and before.j == k - 1 and not {"work", "aspect", "parts"}.isdisjoint(before.kinds):
                stop = k - 1  # "the work that companies do was …": the relative clause is no subject
                continue
        relative = _relative(sentence, k, begin)
        if relative is not None:
            stop = relative
            continue
        timed = _when_they(sentence, k, begin)
        if timed is not None:
            stop = timed
            continue
        enclosed = stop < end and low[stop] in {",", ")", "–", "—"}
        if enclosed and low[stop] == ",":
            comma = stop - 1
            while comma > begin and low[comma] != ",":
                comma -= 1
            if low[comma] == "," and (
                any(m.j == comma and not m.pronoun for m in sentence.mentions)
                or any(it.j == comma and "aspect" in it.kinds for it in sentence.items)
                or sentence.has_between("says", comma, stop) is not None
            ):
                stop = comma
                continue
        if enclosed and low[stop] == ",":
            aside = next(
                (
                    r
                    for r in range(stop - 2, begin, -1)
                    if low[r] in {"which", "who", "whose", "where"} and low[r - 1] == ","
                ),
                None,
            )
            if aside is not None and aside < k + 1:
                stop = aside - 1
                continue
        set_in = _set_in(sentence, stop, begin) if enclosed and low[stop] == "," else None
        if set_in is not None:
            stop = set_in
            continue
        if enclosed and low[k : k + 2] == ["such", "as"]:
            stop = k
            continue
        if enclosed and low[k - 2 : k] == ["such", "as"] and k - 2 > begin:
            stop = k - 2
            continue
        opened = enclosed and k > begin and low[k - 1] in {",", "(", "–", "—"}
        if opened and (
            low[k - 1] == "("
            or not _has_noun(sentence, k, stop, low)
            or any(m.j == k - 1 and not m.pronoun for m in sentence.mentions)
        ):
            stop = k - 1  # ", on the other hand," and ", which works across three counties,"
            continue
        if low[k:stop] and low[k] in {"which", "who"} and k > begin and low[k - 1] in {",", "–"}:
            if stop - k == 1:
                before = item_on(sentence, k - 2)
                if before is not None and not NOUNS.isdisjoint(before.kinds) and "overall" not in before.kinds:
                    return (before.i, before.j)
                back = k - 1
                while back > begin and low[back - 1] not in BOUNDARIES and not _is_verb(sentence, back - 1):
                    back -= 1
                return (back, k - 1) if sentence.has_between("aspect", back, k - 1) is not None else (k, stop)
            stop = k - 1
            continue
        return (k, stop) if k < stop else None
    return None


def second_clause(low: list[str], k: int, stop: int) -> int:
    """Where a second main clause begins: "The NPS had weathered much and its work was …"."""
    for at in range(stop - 2, k, -1):
        if (
            low[at] in {"and", "but"}
            and low[at + 1] in {"its", "their", "his", "her"}
            and not {"had", "has", "have"}.isdisjoint(low[k:at])
        ):
            return at + 1
    return k


def _relative(sentence: Sentence, k: int, begin: int) -> int | None:
    """Where a relative clause begins whose verb ends at token ``k``: "the service that they gave to them was …"."""
    low = sentence.tokens.low
    if k <= begin or low[k - 1] == "to" or not _is_verb(sentence, k - 1):
        return None  # "it regrets that according to its findings the company …" is no relative clause
    for at in range(k - 1, max(begin, k - 6), -1):
        if low[at] in {"that", "which", "who", "whom"}:
            return at if at > begin and low[at - 1].isalpha() and not _is_verb(sentence, at - 1) else None
        if not low[at][0].isalnum():
            return None
    return None


def _set_in(sentence: Sentence, stop: int, begin: int) -> int | None:
    """Where an aside begins that a preposition opens: "last month's winner, from Kent CRC, was …"."""
    low = sentence.tokens.low
    comma = next((k for k in range(stop - 2, begin, -1) if low[k] == ","), None)
    if comma is None or low[comma + 1] not in _SETTING or low[comma - 1] in {"however", "though"}:
        return None
    verbs = any(comma < it.i < stop and not {"copula", "rate", "says"}.isdisjoint(it.kinds) for it in sentence.items)
    opens = any(low[k] in _SETTING for k in range(begin, min(begin + 2, comma)))
    return None if verbs or opens else comma


_SETTING: Final = frozenset(("from", "with", "of", "at", "in", "on", "under", "across", "near", "outside", "like"))


def _when_they(sentence: Sentence, k: int, begin: int) -> int | None:
    """Where a clause of time begins whose verb ends at token ``k``: "the work with people before they are let out"."""
    low = sentence.tokens.low
    at = k - 3
    if at <= begin or not _is_verb(sentence, k - 1) or low[at] not in {"before", "after", "when", "once", "while"}:
        return None
    return at if low[at + 1] in {"they", "people", "he", "she"} else None


def _has_noun(sentence: Sentence, k: int, stop: int, low: list[str]) -> bool:
    """Whether a stretch between commas can be a subject, not an aside."""
    if low[k] in OPENS_ASIDE:
        return False
    if low[k].endswith("ed") and low[k + 1] in PREPOSITIONS:
        return False  # ", staffed by three people for two prisons,"
    return any(item.i >= k and item.j <= stop and not _NAMING.isdisjoint(item.kinds) for item in sentence.items)


def _is_verb(sentence: Sentence, k: int) -> bool:
    """Whether token ``k`` ends a finite verb: a noun phrase does not reach over it."""
    item = item_on(sentence, k)
    if item is None or item.j != k + 1:
        return False
    if "copula" in item.kinds or "says" in item.kinds:
        return True
    if "rate" in item.kinds and "noun" not in item.kinds and "aspect" not in item.kinds:
        if item.i and sentence.tokens.low[item.i - 1] == "to":
            return False  # "work to hold down reoffending": an infinitive belongs to its noun
        return sentence.tokens.low[k] not in {
            "rated",
            "graded",
            "judged",
            "found",
            "put",
            "seen",
            "described",
            "given",
            "held",
            "met",
        } or (k + 1 < len(sentence.tokens) and sentence.tokens.low[k + 1] in {"that", "the"})
    return sentence.tokens.low[k] in {"inspected", "visited"} and sentence.tokens.low[max(0, k - 1)] in {
        "was",
        "were",
        "been",
        "had",
        "they",
        "inspectors",
        "it",
    }


def _separates(sentence: Sentence, k: int) -> bool:
    """Whether a comma only parts the members of a name or a list of bodies or standards."""
    low = sentence.tokens.low
    if low[k] == "so" and low[k + 1 : k + 2] == ["far"]:
        return True
    if low[k] in {"(", ")"}:
        return _holds_a_name(sentence, k)
    if low[k] != ",":
        return False
    if 0 < k < len(low) - 1 and low[k - 1].isdigit() and low[k + 1].isdigit():
        return True
    for item in sentence.items:
        if item.i < k < item.j:
            return True
    left = any(
        item.j in (k, k - 1) and not {"place", "aspect", "body", "alias"}.isdisjoint(item.kinds)
        for item in sentence.items
    )
    right = any(
        item.i in (k + 1, k + 2) and not {"place", "aspect", "body", "alias"}.isdisjoint(item.kinds)
        for item in sentence.items
    )
    return left and right


def _holds_a_name(sentence: Sentence, k: int) -> bool:
    """Like "what the National Probation Service (NPS) does for victims": brackets that are part of a name."""
    low = sentence.tokens.low
    near = range(max(0, k - _SHORT), k) if low[k] == ")" else range(k + 1, min(len(low), k + _SHORT + 1))
    other = next((x for x in near if low[x] == ("(" if low[k] == ")" else ")")), None)
    if other is None:
        return False
    opened, closed = min(k, other), max(k, other)
    named = any(m.i < opened <= m.j and not m.bare for m in sentence.mentions)
    return named and low[closed + 1 : closed + 2] != [] and low[closed + 1] in _DOES


_SHORT: Final = 5
_DOES: Final = frozenset(("does", "did", "do", "has", "offers", "offered", "gives", "gave", "provides", "provided"))
_TIMES: Final = frozenset(("previous", "future"))
"""Kinds of phrases that only happen to hold a preposition: "the cakes at the last one"."""


def inside(sentence: Sentence, k: int) -> bool:
    """Whether a preposition belongs to a name or a compound: "Through the Gate", "not-for-profit"."""
    if sentence.tokens.low[k - 1 : k + 2] == ["not", "for", "profit"]:
        return True
    item = item_on(sentence, k)
    return item is not None and item.j - item.i > 1 and not item.kinds.keys() <= _TIMES


def item_on(sentence: Sentence, k: int) -> Item | None:
    """The item that token ``k`` lies in."""
    return sentence.item_on(k)
