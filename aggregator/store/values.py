"""Between Python's values and the tables' text. Contains no business logic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.times import from_text, to_text

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["moment_of", "text_of"]


def text_of(moment: datetime | None) -> str | None:
    """As ``times.to_text``, with NULL for None."""
    return None if moment is None else to_text(moment)


def moment_of(text: str | None) -> datetime | None:
    """As ``times.from_text``, with None for NULL."""
    return None if text is None else from_text(text)
