"""Between Python's values and the tables' text. Contains no business logic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.errors import DatabaseDamaged
from aggregator.model import Field, ProviderType, Rating, RatingValue, When
from aggregator.times import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

__all__ = ["moment_of", "rating_of", "text_of", "time_of"]


def text_of(moment: datetime | None) -> str | None:
    """As ``times.to_text``, with NULL for None."""
    return None if moment is None else to_text(moment)


def moment_of(text: str | None) -> datetime | None:
    """As ``time_of``, with None for NULL."""
    return None if text is None else time_of(text)


def time_of(text: str) -> datetime:
    """As ``times.from_text``.

    Raises:
        DatabaseDamaged: It is no time. Users open the database with other programs, and some write to it.
    """
    try:
        return from_text(text)
    except (ValueError, OverflowError):
        raise DatabaseDamaged(
            f"{text!r} stands in the database where a time should",
            next_step="Look for it in the tables, and put a time there such as 2026-03-01T12:00:00Z",
        ) from None


def rating_of(row: Mapping[str, Any]) -> Rating:
    """A row of ``ratings``, or of the JSON that a revision keeps of one."""
    return Rating(
        provider_type=ProviderType(row["provider_type"]),
        provider=row["provider"],
        area=row["area"],
        aspect=row["aspect"],
        rating=RatingValue(row["rating"]),
        raw=row["raw"],
        when=When(row["when"]),
        evidence=row["evidence"],
        field=Field(row["field"]),
        position=row["position"],
        start=row["start"],
        end=row["end"],
        confidence=row["confidence"],
        reason=row["reason"],
    )
