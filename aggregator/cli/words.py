"""Values of the tables in the words of a listing: local times, plain ratings, names of what was rated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.times import format_duration, in_zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

__all__ = ["ago", "body", "local", "plain", "size"]


def local(text: str | None, zone: ZoneInfo) -> str:
    """A stored time on the clocks of ``zone``: ``2017-04-20 06:01``."""
    from aggregator.store.values import time_of

    return f"{in_zone(time_of(text), zone):%Y-%m-%d %H:%M}" if text else ""


def ago(text: str | None, now: datetime) -> str:
    """How long before (or after) ``now`` a stored time is: ``2h 5m ago``, ``in 10m``."""
    from aggregator.store.values import time_of

    if not text:
        return "never"
    moment = time_of(text)
    if moment > now:
        return f"in {format_duration(moment - now)}"
    return f"{format_duration(now - moment)} ago"


def plain(rating: str) -> str:
    """A rating as a person writes it: ``requires improvement``."""
    return rating.replace("_", " ")


def body(row: Mapping[str, Any]) -> str:
    """Who was rated: the body's name, with its place where the name does not tell it; else its place and kind."""
    provider, area, kind = row.get("provider"), row.get("area"), row.get("provider_type")
    if provider:
        return f"{provider} ({area})" if area and area not in provider else str(provider)
    return f"{area} {kind}" if area else str(kind)


def size(count: int) -> str:
    """Bytes in the unit that keeps them short: ``0``, ``812 B``, ``64 kB``, ``1.2 MB``."""
    if count < 1000:
        return f"{count} B" if count else "0"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"
