"""Bytes to entries: feeds, saved newsletters, HTML and plain text, all pure.

::

    bytes ─charset─▶ text ─fast_xml | feed_xml | feed_json─▶ RawFeed ─entry─▶ ParsedFeed
                                                             (html.clean, blocks, dates, titles)

Nothing here does I/O, reads a clock or resolves an entity. The names below are loaded when they are first asked
for: importing this package loads neither feedparser nor nh3.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aggregator.parsing.dates import parse_date
    from aggregator.parsing.document import parse
    from aggregator.parsing.entry import entry_from_text, make_entry
    from aggregator.parsing.saved import read_saved

__all__ = ["entry_from_text", "make_entry", "parse", "parse_date", "read_saved"]

_HOMES: Final = {
    "entry_from_text": "entry",
    "make_entry": "entry",
    "parse": "document",
    "parse_date": "dates",
    "read_saved": "saved",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
