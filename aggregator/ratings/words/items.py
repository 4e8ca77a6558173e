"""A sentence with everything the vocabulary recognises in it.

One left-to-right pass over the tokens, the longest phrase first: linear, with no regular expression of names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from aggregator.ratings.words.grammar import AUXILIARIES
from aggregator.ratings.words.ordinals import ordinals
from aggregator.ratings.words.tokens import Tokens, tokenise
from aggregator.ratings.words.vocabulary import QUOTES, SEPARATORS, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import Block, Field
    from aggregator.ratings.bodies.mention import Mention
    from aggregator.ratings.words.vocabulary import Trie, Vocabulary

__all__ = ["Item", "Sentence", "annotate"]

_DASHES = frozenset("–—-|•")
_DIRECTIONS = frozenset(("north", "south", "east", "west", "central", "mid"))
_SEP = "\0"
_ENTRY = "\1"


@dataclass(slots=True)
class Item:
    """A recognised phrase: tokens ``i`` to ``j`` (end excluded), and what it can mean."""

    i: int
    j: int
    kinds: dict[str, Any]


_NO_ITEMS: tuple[Item, ...] = ()


@dataclass(slots=True)
class Sentence:
    """One sentence, table row or title, with where it stands and what was recognised in it."""

    where: Field
    index: int
    text: str
    tokens: Tokens
    items: list[Item]
    kinds: frozenset[str]
    of_kind: dict[str, list[Item]]
    block: Block | None = None
    start: int = 0
    starts_block: bool = True
    mentions: list[Mention] = field(default_factory=list)
    voice: str = "narrator"
    numbered: list[int] | None = None
    on: list[Item | None] | None = None
    asides: dict[int, int] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def clauses(self) -> list[int]:
        """The number of the clause that each token stands in; what a pair of dashes or brackets parts is one again."""
        if self.numbered is None:
            self.numbered = _clauses(self)
        return self.numbered

    def having(self, kind: str) -> Sequence[Item]:
        """Its items of one kind, in order."""
        return self.of_kind.get(kind, _NO_ITEMS)

    def has(self, kind: str) -> bool:
        """Whether anything in it is of this kind."""
        return kind in self.kinds

    def has_between(self, kind: str, i: int, j: int) -> Item | None:
        """The last item of this kind that lies wholly in tokens ``i`` to ``j``."""
        if kind in self.of_kind:
            for item in reversed(self.of_kind[kind]):
                if item.i >= i and item.j <= j:
                    return item
        return None

    def words(self, i: int, j: int) -> str:
        """Tokens ``i`` to ``j`` as the text has them."""
        if i >= j:
            return ""
        start, end = self.tokens.span(i, j)
        return self.text[start:end]

    def clause(self, at: int) -> tuple[int, int]:
        """The clause that token ``at`` stands in, from its first token to behind its last."""
        numbers = self.clauses if self.numbered is None else self.numbered
        if not numbers:
            return 0, 0
        number = numbers[at]
        span = self.spans.get(number)
        if span is None:
            begin = numbers.index(number)
            end = len(numbers)
            while numbers[end - 1] != number:
                end -= 1
            span = self.spans[number] = (begin, end)
        return span

    def same_clause(self, k: int, at: int) -> bool:
        """Whether two tokens stand in one clause."""
        numbers = self.numbered or self.clauses
        return numbers[k] == numbers[at]

    def item_on(self, k: int) -> Item | None:
        """The item that token ``k`` lies in; no two lie over each other."""
        if self.on is None:
            on: list[Item | None] = [None] * len(self.tokens.low)
            for item in self.items:
                on[item.i : item.j] = [item] * (item.j - item.i)
            self.on = on
        return self.on[k] if 0 <= k < len(self.on) else None


def annotate(vocabulary: Vocabulary, text: str, where: Field, index: int) -> Sentence:
    """Read the tokens of a sentence and what they mean; ``index`` counts sentences, -1 is the title."""
    tokens = tokenise(text)
    items = _with_ranks(_match(vocabulary, tokens), tokens)
    if tokens.possessive:
        items = _with_contractions(items, tokens)
    if not _FORMER.isdisjoint(tokens.low):
        items = [_as_anybody(item, tokens) for item in items]
    if not _NO_VERBS.isdisjoint(tokens.low):
        items = [item for item in items if not _is_no_verb(item, tokens.low)]
    of_kind: dict[str, list[Item]] = {}
    for item in items:
        for kind in item.kinds:
            if kind in of_kind:
                of_kind[kind].append(item)
            else:
                of_kind[kind] = [item]
    return Sentence(where, index, text, tokens, items, frozenset(of_kind), of_kind)


def _is_no_verb(item: Item, low: list[str]) -> bool:
    """Like "An inspection of Kent led to a grade of ‘Good’", not how it was led; like "in some places it’s good"."""
    word = low[item.i : item.j]
    if word == ["places"]:
        return low[item.i - 1 : item.i] != [] and low[item.i - 1] in _SOME
    if word == ["in", "part"]:
        return low[item.j : item.j + 1] in _REASONS  # "…, in part because there was little to refer people to"
    return word == ["led"] and low[item.j : item.j + 1] == ["to"]


_NO_VERBS = frozenset(("led", "places", "part"))
_REASONS = (["because"], ["due"], ["as"], ["by"], ["through"], ["since"], ["thanks"], ["owing"])
_SOME = frozenset(("some", "many", "most", "other", "few", "all", "these", "those", "several", "certain", "of", "in"))


_FORMER = frozenset(("former", "formerly", "once", "ex", "retired", "erstwhile", "ex-chief"))


def _as_anybody(item: Item, tokens: Tokens) -> Item:
    """An inspector no longer, "once an assistant chief inspector": what such a one says is their own."""
    near = tokens.low[max(0, item.i - 4) : item.i]
    if "inspector" not in item.kinds or _FORMER.isdisjoint(near) or "," in near:
        return item
    return Item(item.i, item.j, {"voices": "former inspector"})


_GRADED = frozenset(("a", "an", "the", "another", "still", "now", "‘", "'", '"', "“", "rated", "graded", "judged"))


def _with_contractions(items: list[Item], tokens: Tokens) -> list[Item]:
    """The items with the verb of "it's": that "it" owns nothing."""
    low = tokens.low
    verbs = [
        Item(k, k + 1, {"copula": "'s"})
        for k in sorted(tokens.possessive)
        if low[k] == "it" and low[k + 1 : k + 2] and low[k + 1] in _GRADED
    ]
    return sorted([*items, *verbs], key=lambda item: item.i) if verbs else items


def _with_ranks(items: list[Item], tokens: Tokens) -> list[Item]:
    """The items with the bands that are told by their rank; what lies in one of these is part of it."""
    ranks = ordinals(tokens.low)
    if not ranks:
        return items
    kept = [item for item in items if not any(item.i < j and item.j > i for i, j, _ in ranks)]
    kept += [Item(i, j, {"ordinal": value}) for i, j, value in ranks]
    return sorted(kept, key=lambda item: item.i)


def _match(vocabulary: Vocabulary, tokens: Tokens) -> list[Item]:
    low = tokens.low
    raw = tokens.raw
    count = len(low)
    items: list[Item] = []
    done = 0
    node: Trie | None
    for i, first, following in zip(range(count), map(vocabulary.first_words.get, low), [*low[1:], ""], strict=False):
        if first is None or i < done:
            continue
        goes_on, plain, entry, node = first
        if following not in goes_on:  # it begins no phrase here
            if plain is not None:
                items.append(Item(i, i + 1, plain))
            elif entry is not None and _spelled(entry, raw, tokens, i, i + 1):
                kinds = _as_written(entry, raw, tokens, i, i + 1) if entry.exact else entry.kinds
                items.append(Item(i, i + 1, kinds))
            continue
        best: Entry | None = None
        end = i + 1
        j = i + 1
        while True:
            entry = node.get(_ENTRY)
            if entry is not None and _spelled(entry, raw, tokens, i, j):
                best, end = entry, j
            if j >= count:
                break
            word = low[j]
            if word in SEPARATORS:
                node = node.get(_SEP)
                while node is not None and j < count and low[j] in SEPARATORS:
                    j += 1
            elif word in QUOTES and entry is None:
                j += 1
                continue
            else:
                node = node.get(word)
                j += 1
            if node is None:
                break
        if best is not None:
            items.append(Item(i, end, _as_written(best, raw, tokens, i, end) if best.exact else best.kinds))
            done = end
    return items


def _spelled(entry: Entry, raw: list[str], tokens: Tokens, i: int, j: int) -> bool:
    """Whether the text writes the phrase as its entry demands: capitals for names, the very letters for acronyms."""
    if entry.exact:
        return _is_exact(entry, raw, tokens, i, j) or not entry.kinds.keys() <= _NAMES
    if not entry.capital or raw[i][0].isupper():
        return True
    if tokens.low[j : j + 1] in (["division"], ["divisions"]) and "place" in entry.kinds:
        return True  # "the north west division"
    return tokens.low[i] in _DIRECTIONS and j - i > 1 and raw[i + 1][0].isupper()


_NAMES = frozenset(("body", "alias", "place", "extra"))


def _is_exact(entry: Entry, raw: list[str], tokens: Tokens, i: int, j: int) -> bool:
    written = " ".join(raw[i:j]).replace("&amp;", "&")
    if j - 1 in tokens.possessive:
        written = written[:-2]
    return written in entry.exact


def _as_written(entry: Entry, raw: list[str], tokens: Tokens, i: int, j: int) -> dict[str, Any]:
    """What the words mean as they are written: the bench that magistrates sit on is not BeNCH."""
    if _is_exact(entry, raw, tokens, i, j):
        return entry.kinds
    return {kind: value for kind, value in entry.kinds.items() if kind not in _NAMES}


def _no_clause(sentence: Sentence, k: int) -> bool:
    """Like "Is improving but remains insufficient": the verb right behind goes on with the subject before."""
    return any(item.i == k for item in sentence.having("copula"))


_GRADES = frozenset(("four", "ordinal", "narr_is", "narr_does"))
_VERBS = frozenset(("copula", "rate"))
_RELATIVES = frozenset(("which", "who", "whose", "where"))


def _asides(sentence: Sentence) -> dict[int, int]:
    """Pairs of commas that hold an aside: a relative clause that no grade is in, or ", the inspectors concluded,"."""
    low = sentence.tokens.low
    found: dict[int, int] = {}
    if "," not in low:
        return found
    commas = [k for k, word in enumerate(low) if word == ","]
    done = -1
    for k, end in pairwise(commas):
        if k < done:
            continue
        if (
            low[k + 1] in _RELATIVES
            or low[k + 2 : k + 3] in (["which"], ["whom"])
            or (low[k + 2 : k + 3] == ["of"] and low[k + 3 : k + 4] in (["whom"], ["which"]))
        ):
            goes_on = low[end + 1 : end + 2]
            if (
                goes_on
                and (
                    goes_on[0] in AUXILIARIES
                    or goes_on[0] in _DOES
                    or any(it.i == end + 1 and not _VERBS.isdisjoint(it.kinds) for it in sentence.items)
                )
                and not any(k < it.i < end and not _GRADES.isdisjoint(it.kinds) for it in sentence.items)
            ):
                found[k], done = end, end
        elif (end - k <= _ASIDE and _is_remark(sentence, k + 1, end)) or _parts_a_verb(sentence, k, end):
            found[k], done = end, end
    return found


def _parts_a_verb(sentence: Sentence, k: int, end: int) -> bool:
    """Whether two commas part a verb from its predicate: "was, with exceptions, poor", "are not, as a rule, …"."""
    low = sentence.tokens.low
    if end - k > 11 or k == 0 or (low[k - 1] not in _COPULAS and low[k - 2 : k] not in _ARE_NOT):
        return False
    inside = [it for it in sentence.items if it.i > k and it.j <= end]
    return all(_GRADES.isdisjoint(it.kinds) and _VERBS.isdisjoint(it.kinds) for it in inside)


_COPULAS = frozenset(("is", "was", "are", "were", "been", "remains", "remained", "being"))
_DOES = frozenset(
    ("delivers", "delivered", "does", "did", "provides", "provided", "produces", "produced", "works", "worked",
     "manages", "managed", "performs", "performed", "supervises", "supervised", "serves", "served", "protects",
     "protected")
)  # fmt: skip
"""What a body does: behind an aside these go on with what the sentence says of it."""
_ARE_NOT = [[verb, "not"] for verb in ("is", "are", "was", "were", "do", "does", "did", "has", "have")]
_ASIDE = 8
"""Tokens from comma to comma at most in a remark thrown in."""


def _is_remark(sentence: Sentence, i: int, j: int) -> bool:
    """Like "the inspectors concluded", "on the whole", "to be fair": said in passing between subject and verdict."""
    low = sentence.tokens.low
    inside = [it for it in sentence.items if it.i < j and it.j > i]
    if any(not _NO_REMARK.isdisjoint(it.kinds) for it in inside) or j <= i:
        return False
    if any(it.i == i and it.j == j and "overall" in it.kinds for it in inside):
        return True
    if low[i] in {"she", "he", "they", "it", "inspectors"} and not _CONCLUDING.isdisjoint(low[i:j]):
        return True
    if any("says" in it.kinds for it in inside) or low[i:j] in _REMARKS:
        return (
            any("inspector" in it.kinds for it in inside)
            or low[i] in {"she", "he", "they", "it"}
            or low[i:j] in _REMARKS
        )
    return any("inspector" in it.kinds for it in inside) and not _CONCLUDING.isdisjoint(low[i:j])


_CONCLUDING = frozenset(
    ("concluded", "conclude", "concludes", "found", "find", "finds", "felt", "feel", "judged", "judge", "report",
     "reported", "reports", "note", "noted", "notes", "observed", "reckon", "reckoned", "thought", "think")
)  # fmt: skip
_NO_REMARK = frozenset(("four", "ordinal", "narr_is", "narr_does", "aspect", "place"))
_REMARKS = tuple(
    words.split()
    for words in ("to be fair", "it is true", "it's true", "of course", "all told", "in short", "in fact", "in general",
                  "by and large", "in the main", "it seems", "i am told", "we are told", "however", "though", "too",
                  "alas", "frankly", "at best", "indeed", "in our view", "in her view", "in his view", "at the time")
)  # fmt: skip


def _goes_on(sentence: Sentence, k: int) -> bool:
    """Like "The CRC… has made a good start": dots behind which the sentence goes on only leave words out."""
    if not 0 < k < len(sentence.tokens) - 1 or not sentence.tokens.raw[k + 1][0].islower():
        return False
    before, _ = sentence.tokens.span(k, k + 1)
    return not sentence.text[before - 1].isspace()


_PARTING = _DASHES | {"(", ")", ";", ":", "…"}


def _clauses(sentence: Sentence) -> list[int]:
    """Number the clauses: marks and words of contrast part them; a pair of dashes or brackets holds one inside."""
    low = sentence.tokens.low
    if _PARTING.isdisjoint(low) and "contrast" not in sentence.kinds and low.count(",") < 2:
        return [0] * len(low)  # nothing parts it
    asides = _asides(sentence)
    sentence.asides = {end: start for start, end in asides.items()}
    closing = set(asides.values())
    contrast = {
        item.i
        for item in sentence.having("contrast")
        if not _no_clause(sentence, item.j)
        and low[item.i - 1 : item.i + 1] != ["not", "yet"]
        and not (low[item.i - 1 : item.i] == [","] and low[item.j : item.j + 1] == [","])
    }
    numbers: list[int] = []
    number = highest = 0
    dashes = sum(1 for k, word in enumerate(low) if word in _DASHES and 0 < k < len(low) - 1)
    outer: list[int] = []
    in_dash = False
    for k, word in enumerate(low):
        if word == "(" or k in asides:
            numbers.append(number)
            outer.append(number)
            highest += 1
            number = highest
            continue
        if (word == ")" or k in closing) and outer:
            number = outer.pop()
        elif word in _DASHES and 0 < k < len(low) - 1:
            if in_dash and outer:
                number = outer.pop()
                in_dash = False
            elif dashes >= 2:
                numbers.append(number)
                outer.append(number)
                highest += 1
                number = highest
                in_dash = True
                dashes -= 2
                continue
            else:
                numbers.append(number)
                highest += 1
                number = highest
                continue
        elif word == ";" and in_dash:
            pass
        elif word in {";", ":"} or (word == "…" and not _goes_on(sentence, k)):
            numbers.append(number)
            highest += 1
            number = highest
            outer.clear()
            in_dash = False
            continue
        elif k in contrast:
            highest += 1
            number = highest
            outer.clear()
            in_dash = False
        numbers.append(number)
    return numbers
