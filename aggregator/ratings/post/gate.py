"""The cheap question first: does the post name a body, a judgement and an inspection at all?

Most posts of most feeds end here, in a few microseconds. The words are looked for all at once, by the regular
expressions that pydantic's core brings along (Rust's: they run over a text once, whatever the number of words); so
many searches of Python's own would take ten times as long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pydantic_core import SchemaValidator, core_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def _any_of(words: Sequence[str]) -> Callable[[bytes], bool]:
    """Tells whether a text in UTF-8 holds any of the words, in capitals or not."""
    pattern = "|".join(map(re.escape, words))
    return SchemaValidator(core_schema.str_schema(pattern=f"(?i){pattern}")).isinstance_python


_names_body: Final = _any_of(_BODIES)
_judges: Final = _any_of(_JUDGES)


def worth_reading(text: str, extra: Sequence[ExtraBody] = ()) -> bool:
    """Whether a text can hold a rating of a body of the vocabulary or of one the user added."""
    encoded = text.encode("utf-8", "ignore")
    return (_names_body(encoded) or (bool(extra) and _names_extra(text.lower(), extra))) and _judges(encoded)


def _names_extra(lowered: str, extra: Sequence[ExtraBody]) -> bool:
    return any(name.lower() in lowered for body in extra for name in (body.name, *body.aliases))
