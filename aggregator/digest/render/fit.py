"""Keeping a mail under the size at which clients cut it: whole items are left out and counted, the least needed first.

Gmail hides what comes after about 102 kB, and with it the way out of the list.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from aggregator.digest.model import Omitted
from aggregator.digest.render.html import MARK, marked_html
from aggregator.digest.render.view import view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from aggregator.digest.model import Digest

__all__ = ["BUDGET", "fit"]

BUDGET: Final = 90_000  # bytes of HTML

# What may be left out, the least important first. Within a kind the last goes first. The "details" are inspections,
# without their lines in the table: who was rated what is told of as many as can be.
_KINDS: Final = ("recent", "troubles", "flagged", "updates", "details", "inspections")
# However small its items, no more of a kind than this could ever fit: what is over is not even laid out once.
_MOST: Final = {"recent": 400, "troubles": 300, "flagged": 300, "updates": 150, "details": 100, "inspections": 200}
# What the reader asked for, or must know, is not silenced by much of something else: so many stay while they can.
_FLOOR: Final = {"recent": 0, "troubles": 3, "flagged": 5, "updates": 5, "details": 10, "inspections": 10}


def fit(
    digest: Digest,
    zone: ZoneInfo,
    *,
    number: int | None = None,
    footer: Sequence[tuple[str, str | None]] = (),
    budget: int = BUDGET,
) -> Digest:
    """The digest with as much of it as makes less than ``budget`` bytes of HTML; the same one where all of it does."""
    kept = {kind: min(len(_items(digest, kind)), _MOST[kind]) for kind in _KINDS}
    while True:
        shown = _keep(digest, kept)
        page = marked_html(view(shown, zone, number=number), footer)
        over = len(MARK.sub("", page).encode()) - budget + 1
        if over <= 0 or not any(kept.values()):
            return shown
        # What is left out is counted in a line, and the counts' digits may grow: a little more goes than is over.
        _drop(kept, _sizes(page), over + 400)


def _items(digest: Digest, kind: str) -> Sequence[object]:
    items: Sequence[object] = getattr(digest, "inspections" if kind == "details" else kind)
    return items


def _keep(digest: Digest, kept: dict[str, int]) -> Digest:
    gone = {kind: len(_items(digest, kind)) - number for kind, number in kept.items()}
    if not any(gone.values()):
        return digest
    gone["details"] = max(0, kept["inspections"] - kept["details"])
    parts: dict[str, Any] = {kind: getattr(digest, kind)[:number] for kind, number in kept.items() if kind != "details"}
    left = Omitted(**{kind: getattr(digest.omitted, kind) + number for kind, number in gone.items()})
    return replace(digest, omitted=left, **parts)


def _sizes(page: str) -> dict[tuple[str, int], int]:
    """Bytes of each marked item, over all the places where it stands."""
    sizes: dict[tuple[str, int], int] = {}
    starts: dict[tuple[str, int], int] = {}
    for mark in MARK.finditer(page):
        item = (mark["kind"], int(mark["index"]))
        if mark["end"]:
            sizes[item] = sizes.get(item, 0) + len(page[starts.pop(item) : mark.start()].encode())
        else:
            starts[item] = mark.end()
    return sizes


def _drop(kept: dict[str, int], sizes: dict[tuple[str, int], int], over: int) -> None:
    """Lower ``kept`` until ``over`` bytes are gone, or nothing is left."""
    for floor in (_FLOOR, dict.fromkeys(_KINDS, 0)):
        for kind in _KINDS:
            while over > 0 and kept[kind] > floor[kind]:
                kept[kind] -= 1
                over -= sizes.get((kind, kept[kind]), 0)
