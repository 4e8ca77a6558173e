"""Bands told by their rank: "the second-lowest grade", "one rung off the bottom", "third of four".

A small grammar over tokens, not a list of phrases: an extreme of the scale, perhaps counted from, and the word for a
grade or the four that it is one of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import RatingValue

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ordinals"]

_LOW: Final = frozenset(("lowest", "worst", "bottom", "poorest"))
_HIGH: Final = frozenset(("highest", "top", "best", "topmost"))
_ENDS: Final = _LOW | _HIGH
_NOUNS: Final = frozenset(
    """
    assessment band bands bracket categories category class classification classifications grade grades grading
    gradings judgement judgements judgment judgments level mark marks ranking rankings rating ratings rung score
    scores tier tiers verdict verdicts
    """.split()  # noqa: SIM905 - reads as a list of words
)
_STEPS: Final = frozenset(
    ("band", "category", "grade", "level", "mark", "notch", "place", "rank", "rating", "rung", "step", "tier")
)
_AWAY: Final = frozenset(("above", "below", "beneath", "from", "off", "under", "up"))
_FILLING: Final = frozenset(
    (
        "available",
        "four",
        "inspection",
        "its",
        "of",
        "open",
        "overall",
        "point",
        "possible",
        "probation",
        "scale",
        "single",
    )
)
_SCALE: Final = frozenset(("four", "scale", "ladder", "table", "available", "possible"))
_NTH: Final = {"second": 1, "third": 2, "fourth": 3}
_FROM_TOP: Final = (
    RatingValue.OUTSTANDING,
    RatingValue.GOOD,
    RatingValue.REQUIRES_IMPROVEMENT,
    RatingValue.INADEQUATE,
)
_WORTH_A_LOOK: Final = _ENDS | {"third", "second", "fourth"}


def ordinals(low: Sequence[str]) -> list[tuple[int, int, RatingValue]]:
    """The ranks in a sentence's words: from which token to which, and the band that is meant."""
    if _WORTH_A_LOOK.isdisjoint(low):
        return []
    found: list[tuple[int, int, RatingValue]] = []
    done = 0
    for k, word in enumerate(low):
        if k < done:
            continue
        rank = _end(low, k) if word in _ENDS else _nth(low, k) if word in _NTH else None
        if rank is not None:
            start, stop, value = rank
            start = max(start, done)
            found.append((start, stop, value))
            done = stop
    return found


def _end(low: Sequence[str], k: int) -> tuple[int, int, RatingValue] | None:
    """An extreme of the scale at token ``k``, with what it is counted from."""
    start, steps = _counted(low, k)
    stop = _noun_behind(low, k + 1)
    if stop is None and steps and start < k:
        stop = k + 1
        if low[stop : stop + 2] == ["of", "the"] and low[stop + 2 : stop + 3] and low[stop + 2] in _SCALE:
            stop += 3
    if stop is None and low[k - 2 : k] == ["the", "very"] and (k + 1 == len(low) or not low[k + 1][0].isalnum()):
        stop = k + 1  # "earned the very highest"
    if stop is None or _is_among_bodies(low, k, stop):
        return None
    if low[stop : stop + 2] == ["but", "one"]:
        steps, stop = steps + 1, stop + 2
    if steps > 1:
        return None
    from_top = steps if low[k] in _HIGH else len(_FROM_TOP) - 1 - steps
    return start, stop, _FROM_TOP[from_top]


def _is_among_bodies(low: Sequence[str], k: int, stop: int) -> bool:
    """Like "of the three PDUs it had the highest score", "the lowest score of any": best or worst of them, no band."""
    if _POINTS.isdisjoint(low[k + 1 : stop]) or not _SCALE.isdisjoint(low[k + 1 : stop]):
        return False
    if low[stop : stop + 1] and low[stop] in _OUT_OF:
        behind = low[stop + 1 : stop + _REACH]
        return "any" in behind[:1] or not _BODIES.isdisjoint(behind)
    if low[stop : stop + 2] in (["so", "far"], ["yet", "given"]) or low[stop : stop + 1] in (["anywhere"], ["yet"]):
        return True
    opened = next((x for x in range(k) if low[x] in _OUT_OF and (x == 0 or not low[x - 1][0].isalnum())), None)
    return opened is not None and not _BODIES.isdisjoint(low[opened + 1 : min(opened + _REACH, k)])


_POINTS: Final = frozenset(("score", "scores", "mark", "marks", "total"))
_OUT_OF: Final = frozenset(("of", "among", "amongst"))
_REACH: Final = 7
_BODIES: Final = frozenset(
    ("companies", "crcs", "divisions", "ones", "pdus", "providers", "regions", "services", "teams", "units")
)


def _counted(low: Sequence[str], k: int) -> tuple[int, int]:
    """Where a count before an extreme begins, and how many steps it goes ("second", "one rung off the", "next to")."""
    at = k
    while at > 0 and low[at - 1] in {"the", "very", "its"}:
        at -= 1
    if k > 0 and low[k - 1] == "second":
        return k - 1, 1
    if k > 1 and low[k - 2 : k] == ["next", "to"]:
        return k - 2, 1
    if at > 1 and low[at - 1] in {"from", "to"} and low[at - 2] in {"second", "next"}:
        return at - 2, 1
    if at > 1 and low[at - 1] in _AWAY:
        step = at - 2
        if low[step] in {"up", "down", "short", "away", "just"} and step > 0:
            step -= 1
        if low[step] in _STEPS and step > 0 and low[step - 1] in {"one", "a", "single"}:
            return step - 1, 1
        if low[step] == "one":
            return step, 1
    return k, 0


def _noun_behind(low: Sequence[str], k: int) -> int | None:
    """Where the word for a grade ends that an extreme at ``k - 1`` is of; None where there is none."""
    scale = False
    for at in range(k, min(k + 6, len(low))):
        if low[at] in _NOUNS:
            return _of_all(low, at + 1)
        if low[at] in {"of", "on"} and low[at + 1 : at + 2] and low[at + 1] in {"the", "its", "their", "a", "four"}:
            inside = low[at + 1 : at + 6]
            if _SCALE.isdisjoint(inside) and not (low[k - 1] in {"top", "bottom"} and not {"scale"}.isdisjoint(inside)):
                return None
            near = [x for x in range(at + 1, min(at + 7, len(low))) if low[x] in _NOUNS | _SCALE]
            return near[-1] + 1
        if low[at] not in _FILLING:
            break
        scale = scale or low[at] in {"possible", "available"}
        if scale and (at + 1 == len(low) or low[at + 1] not in _FILLING | _NOUNS):
            return at + 1 if at == k else None
    return None


def _of_all(low: Sequence[str], stop: int) -> int:
    """Over "possible", "available", "of the four" behind the noun."""
    if low[stop : stop + 1] and low[stop] in {"possible", "available", "going"}:
        stop += 1
    if low[stop : stop + 1] == ["of"] and low[stop + 1 : stop + 2] == ["four"]:
        stop += 2
    elif low[stop : stop + 1] == ["of"] and low[stop + 2 : stop + 3] == ["four"]:
        stop += 3
    return stop


def _nth(low: Sequence[str], k: int) -> tuple[int, int, RatingValue] | None:
    """Like "third of four", "second out of the four bands", "third band": counted from the top."""
    at = k + 1
    if low[at : at + 1] and low[at] in {"band", "tier", "category", "grade", "rung"}:
        at += 1
        if low[k] == "third" and low[at - 1] in {"band", "tier"} and low[at : at + 1] != ["of"]:
            return k, at, _FROM_TOP[2]
    if low[at : at + 1] == ["out"]:
        at += 1
    if low[at : at + 1] != ["of"]:
        return None
    at += 1
    if low[at : at + 1] and low[at] in {"the", "its", "their", "a"}:
        at += 1
    if low[at : at + 1] and low[at] == "possible":
        at += 1
    if low[at : at + 1] != ["four"]:
        return None
    at += 1
    if low[at : at + 1] and low[at][:1].isalnum() and low[at] not in _NOUNS | _FILLING and low[at] not in _FOLLOW:
        return None
    if low[at : at + 1] and low[at] in _NOUNS:
        at += 1
    return k, at, _FROM_TOP[_NTH[low[k]]]


_FOLLOW: Final = frozenset(("and", "on", "in", "by", "for", "with", "but", "to", "as", "from", "is", "was", "overall"))
