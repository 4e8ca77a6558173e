"""The cheap question first: does the post name a body, a judgement and an inspection at all?

A few substring searches over the lowered text: most posts of most feeds end here, in a few microseconds a kilobyte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import ExtraBody

__all__ = ["worth_reading"]

_BODIES: Final = (
    "probation",
    "crc",
    "rehabilitation compan",
    "nps",
    "youth offending",
    "youth justice",
    "pdu",
    " yos",
    " yot",
    " yjs",
    "delivery unit",
    "sodexo",
    "interserve",
    "purple futures",
    "working links",
    "mtcnovo",
    "seetec",
    "peopleplus",
    "dlnr",
    "hlny",
    "bgsw",
    "through the gate",
)
_JUDGES: Final = (
    "inspect",
    "hmi",
    "watchdog",
    "hmip",
    "rated",
    "rating",
    "grade",
    "stacey",
    "damning",
    "justin russell",
    "report",
    "verdict",
    "improvement",
    "outstanding",
    "satisfactory",
    "good",
    "poor",
    "inadequate",
)


def worth_reading(lowered: str, extra: Sequence[ExtraBody] = ()) -> bool:
    """Whether a text, lower case, can hold a rating of a body of the vocabulary or of one the user added."""
    named = any(word in lowered for word in _BODIES) or any(
        name.lower() in lowered for body in extra for name in (body.name, *body.aliases)
    )
    return named and any(word in lowered for word in _JUDGES)
