"""Parts of compound names that tell which one is meant: "Leicestershire and Rutland", "Rotherham"."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DIRECTIONS", "shortened"]

DIRECTIONS: Final = frozenset(("north", "south", "east", "west", "central", "mid"))
"""First words of names that are no name by themselves."""


def shortened(names: Iterable[str]) -> dict[str, str]:
    """The parts, and the joined parts, of compound names that no other of them has: each with the name it is of.

    Args:
        names: Names such as "Leicester, Leicestershire and Rutland".
    """
    found: dict[str, set[str]] = {}
    for name in names:
        parts = [part.strip() for part in name.replace(" and ", ",").split(",") if part.strip()]
        joined = [" and ".join(some) for n in range(2, len(parts)) for some in combinations(parts, n)]
        for part in [*parts, *joined] if len(parts) > 1 else ():
            if not DIRECTIONS.issuperset(part.lower().split()):
                found.setdefault(part, set()).add(name)
    return {part: whole.pop() for part, whole in sorted(found.items()) if len(whole) == 1}
