"""The cheap question first: does the post name a body, a judgement and an inspection at all?

Most posts of most feeds end here, in a few microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.spotting import any_of

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
    "justice service",
    "youth support service",
    "youth crime team",
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


_names_body: Final = any_of(_BODIES)
_judges: Final = any_of(_JUDGES)


def worth_reading(text: str, extra: Sequence[ExtraBody] = ()) -> bool:
    """Whether a text can hold a rating of a body of the vocabulary or of one the user added."""
    return (_names_body(text) or (bool(extra) and _names_extra(text.lower(), extra))) and _judges(text)


def _names_extra(lowered: str, extra: Sequence[ExtraBody]) -> bool:
    return any(name.lower() in lowered for body in extra for name in (body.name, *body.aliases))
