"""Which posts are one text in several places: a press release reposted by three blogs.

Decided by long word shingles of the text, never by titles: "…in Kent" and "…in Gwent" are alike as titles and
are two reports. As press releases are written from templates too, the part two posts share must also name the
same names and numbers: a text in which only the place was changed is another text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Final
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["Text", "alike", "same_texts"]

SHINGLE: Final = 8  # words; long enough that chance and set phrases do not make it
SHARE: Final = 0.8  # of the shorter text's shingles that the longer one must hold
LEAST: Final = 30  # shared shingles: less is a slogan, a quotation, a boilerplate footer
LONGEST: Final = 20_000  # characters compared

# One shingle in this many is looked up to find candidates; a pair is then compared whole.
_SAMPLE: Final = 8
# A sampled shingle in more posts than this is boilerplate (a site's footer): it names no candidates.
_COMMON: Final = 60

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Text:
    """A post's title and text, cut into words once. What only candidates need is worked out when they are compared."""

    def __init__(self, title: str, text: str) -> None:
        self._title = title[:1000]
        self._written = _WORD.findall(text[:LONGEST])
        self.words = [word.casefold() for word in self._written]
        codes = [crc32(word.encode()) for word in self.words]
        # Whole numbers hash the same in every process, unlike strings.
        self._shingles = [hash(run) for run in zip(*(codes[at:] for at in range(SHINGLE)), strict=False)]
        self.sample = [shingle for shingle in self._shingles if shingle % _SAMPLE == 0]

    @cached_property
    def places(self) -> dict[int, int]:
        """Each shingle, and where it stands first."""
        return {shingle: at for at, shingle in reversed(list(enumerate(self._shingles)))}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Its words."""
        return frozenset(self.words)

    @cached_property
    def title_names(self) -> set[str]:
        """The names of the title that the text has too, as names."""
        return self.names(0, len(self.words)) & {
            word.casefold() for word in _WORD.findall(self._title) if word[0].isupper()
        }

    def names(self, first: int, last: int) -> set[str]:
        """The names and numbers among the words from ``first`` to ``last``, both included.

        Whatever has a capital or a digit: "Kent", "27". Starts of sentences are among them, which does no harm.
        """
        return {word.casefold() for word in self._written[first : last + 1] if word[0].isupper() or word[0].isdigit()}


def alike(one: Text, other: Text) -> bool:
    """Whether two texts are one text, perhaps with an introduction or a footer of its own in each place."""
    shared = one.places.keys() & other.places.keys()
    shorter = min(len(one.places), len(other.places))
    if len(shared) < LEAST or len(shared) < SHARE * shorter:
        return False
    for text, against in ((one, other), (other, one)):
        places = [text.places[shingle] for shingle in shared]
        inside = text.names(min(places), max(places) + SHINGLE - 1)
        if inside - against.vocabulary or text.title_names - against.vocabulary:
            return False
    return True


def same_texts(texts: Sequence[Text], about: Sequence[frozenset[Hashable]]) -> list[list[int]]:
    """Group texts that are alike; each group is a list of indices in order, and every index is in one group.

    Args:
        texts: What to compare. The cost grows with the words, not with the pairs.
        about: For each text, whom it is known to be about. Two that are about different ones never meet, whatever
            their words; an empty set is not known to be about anything.
    """
    groups = [[index] for index in range(len(texts))]
    where = list(range(len(texts)))  # text → its group
    for one, other in _candidates(texts):
        here, there = sorted((where[one], where[other]))
        if here == there or not alike(texts[one], texts[other]):
            continue
        if any(about[a] and about[b] and not about[a] & about[b] for a in groups[here] for b in groups[there]):
            continue
        for index in groups[there]:
            where[index] = here
        groups[here] += groups[there]
        groups[there] = []
    return [sorted(group) for group in groups if group]


def _candidates(texts: Sequence[Text]) -> list[tuple[int, int]]:
    """Pairs worth comparing whole, each once: those that share a sampled shingle, or have the very same words."""
    pairs: dict[tuple[int, int], None] = {}
    holders: defaultdict[int, list[int]] = defaultdict(list)
    seen: dict[int, int] = {}  # hash of all words → the first text that has them
    for index, text in enumerate(texts):
        first = seen.setdefault(hash(tuple(text.words)), index)
        if first != index:
            pairs[first, index] = None
            continue  # what is like the first is like this one
        for shingle in set(text.sample):
            holders[shingle].append(index)
    for indices in holders.values():
        if 1 < len(indices) <= _COMMON:
            pairs.update(dict.fromkeys(combinations(indices, 2)))
    return sorted(pairs)
