"""How something is done: whether "well", "badly" and their like judge the work, or tell of an effort or a fate.

"Well" at the end of a phrase on a standard judges; "did well to recover", "building on what it does well", "staff were
badly hampered" do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.ratings.grades.candidate import MARKS
from aggregator.ratings.words.topics import aim_of

if TYPE_CHECKING:
    from aggregator.ratings.words.items import Item, Sentence

__all__ = ["NOT_SO_WELL", "why_not_done"]


def why_not_done(sentence: Sentence, item: Item) -> str:
    """Why words that tell how something is done are no judgement of it; empty where they may be one."""
    low = sentence.tokens.low
    i, j = item.i, item.j
    if low[i:j] == ["up", "and", "down"] and low[j : j + 1] == ["the"]:
        return "where it is so, not how good"  # "inconsistencies up and down the country"
    if low[j - 1] == "well" and low[i : j - 1] in _HOW_WELL and not _does_well(sentence, item):
        return "“well” of something else"
    if low[j - 1 : j + 1] == ["well", "to"] and not _is_to_its_end(low, i, j):
        return "an effort, not a verdict"
    if low[j - 1] == "well" and _is_what_was_done(low, i):
        return "what was done, not how well"
    if low[i:j] == ["badly"] and low[j : j + 1] and low[j] in _SUFFERED:
        return "what happened to it, not how well it does"  # "staff were badly hampered"
    if low[i - 1 : i] == ["to"] and not {"too", "enough", "failed", "unable"}.isdisjoint(low[max(0, i - 5) : i]):
        return "denied"
    if low[j - 1 : j + 1] in (["declined", "to"], ["declines", "to"]):
        return "declined to do something"
    return ""


def _is_to_its_end(low: list[str], i: int, j: int) -> bool:
    """Like "was working well to protect people": what the work is for; "did well to recover" is an effort."""
    if low[i] not in _WORKS or j - i < _WITH_HOW or _ENDS.isdisjoint(low[j + 1 : j + 3]):
        return False
    return aim_of(" ".join(low[j + 1 : j + _END])) is not None


_WITH_HOW: Final = 2
_END: Final = 9
"""Tokens from "to" on that may tell which aim of the work is meant."""


_WORKS: Final = frozenset(("work", "works", "worked", "working", "performing", "performs", "performed", "perform"))
_ENDS: Final = frozenset(
    ("protect", "safeguard", "rehabilitate", "reduce", "cut", "keep", "supervise", "turn", "stop", "prevent", "manage",
     "enforce")
)  # fmt: skip


_SUFFERED: Final = frozenset(
    ("affected", "damaged", "disrupted", "hampered", "hindered", "hit", "hurt", "in", "injured", "missed", "needed",
     "paid", "restricted", "shaken", "stretched", "struck", "understaffed", "wanted")
)  # fmt: skip
NOT_SO_WELL: Final = (["less", "well"], ["not", "so", "well"], ["not", "as", "well"])
_HOW_WELL: Final[tuple[list[str], ...]] = ([], ["less"], ["not", "so"], ["not", "as"])


def _is_what_was_done(low: list[str], i: int) -> bool:
    """Like "have gone on doing what they did well", "build on what it does well": no verdict, but whatever had one."""
    what = next((k for k in range(i - 1, max(0, i - 5), -1) if low[k] == "what"), 0)
    return what > 0 and low[what - 1] in _KEPT_UP and all(low[k] in _WHO_DID for k in range(what + 1, i))


_KEPT_UP: Final = frozenset(
    ("do", "doing", "does", "did", "done", "on", "from", "of", "repeat", "repeating", "keep", "keeping", "continue",
     "continuing", "protect", "protecting", "preserve", "share", "sharing", "know", "knows", "celebrate")
)  # fmt: skip
_WHO_DID: Final = frozenset(
    ("they", "it", "he", "she", "we", "you", "has", "have", "had", "already", "staff", "leaders")
)


def _does_well(sentence: Sentence, item: Item) -> bool:
    """Like "Protecting the public well": "well" at the end of a phrase about a standard."""
    low = sentence.tokens.low
    after = low[item.j] if item.j < len(low) else "."
    if low[item.i - 1] == "as":
        return False
    if after not in MARKS and after not in {"overall", "and", "but", "enough"}:
        return False
    if any(0 <= item.i - it.j <= 2 for it in sentence.having("aspect")):
        return True
    begin, _ = sentence.clause(item.i)
    verb = next((k for k in range(item.i - 1, max(begin - 1, item.i - _OBJECT), -1) if low[k] in _HANDLES), None)
    return verb is not None and any(
        begin <= m.i and m.j <= verb and not m.other and not m.demoted and not m.bare for m in sentence.mentions
    )


_OBJECT: Final = 9
"""How far before "well" its verb may stand: "managed its medium and low-risk offenders well"."""
_HANDLES: Final = frozenset(
    """
    manage manages managed managing run runs running ran handle handles handled handling supervise supervises supervised
    supervising protect protects protected protecting deliver delivers delivered delivering do does did doing serve
    serves served serving
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""Verbs that "well" judges, with their object between: "managed risk well"."""
