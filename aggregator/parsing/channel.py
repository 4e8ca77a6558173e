"""A feed around its entries: its name, and how often its publisher wishes to be asked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.model import ParsedFeed
from aggregator.parsing.entry import absolute_url, entry_from_item, plain_title
from aggregator.parsing.raw import BREAKS_OFF

if TYPE_CHECKING:
    from aggregator.parsing.raw import RawFeed

__all__ = ["feed_from_raw"]

_LONGEST_TTL: Final = timedelta(days=7)
_PERIODS: Final = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS: Final = {
    name: number
    for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}
_SKIPS: Final = ("skipHours", "skipDays", "skiphours", "skipdays")
_SKIPPED: Final = re.compile(r"<(?:hour|day)\b[^<>]*>\s*(\w{1,12})\s*</", re.IGNORECASE)
_LONGEST_SKIP: Final = 4000
_FIRST_ITEM: Final = re.compile(r"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)


def feed_from_raw(
    raw: RawFeed,
    *,
    url: str,
    text: str,
    warnings: list[str],
    fingerprints: tuple[bytes, ...] = (),
    unread: frozenset[bytes] = frozenset(),
) -> ParsedFeed:
    """The feed that a reader found in a document.

    Args:
        raw: What it found.
        url: Where the document came from.
        text: The document's XML, for what no reader gives whole; empty for JSON.
        warnings: What was wrong with the document so far.
        fingerprints: Of all its items.
        unread: Of those that were left out.
    """
    is_atom = raw.format.startswith("atom")
    entries = tuple(entry_from_item(item, url, like_its_page=not is_atom) for item in raw.items)
    if raw.skipped:
        warnings.append(f"{raw.skipped + len(entries)} items: only the {len(entries)} newest were read")
    if not entries and not unread:
        warnings.append("the feed has no entries")
    hours, days = _skipped(text)
    return ParsedFeed(
        format=raw.format,
        title=plain_title(raw.title, is_markup=raw.title_is_markup) or None,
        site_url=absolute_url(raw.link, url),
        entries=entries,
        ttl=_ttl(raw.ttl),
        skip_hours=hours,
        skip_days=days,
        update_period=_update_period(raw.update_period, raw.update_frequency),
        warning="; ".join(warnings) or None,
        complete=BREAKS_OFF not in warnings,
        fingerprints=fingerprints,
        unread=unread,
    )


def _ttl(words: str | None) -> timedelta | None:
    """RSS 2.0's ttl, in minutes; at most a week, or the feed would be as good as gone."""
    minutes = _number(words)
    return min(timedelta(minutes=minutes), _LONGEST_TTL) if minutes else None


def _update_period(period: str | None, frequency: str | None) -> timedelta | None:
    """The syndication module's "so many times in each period" as the time between two updates."""
    length = _PERIODS.get((period or "").strip().lower())
    if length is None:
        return None
    return length / max(1, min(_number(frequency) or 1, 1000))


def _number(words: str | None) -> int:
    digits = (words or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 7 else 0


def _skipped(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """RSS 2.0's skipHours (0 to 23, UTC) and skipDays, of which feedparser would keep the last only."""
    if "<skip" not in text:
        return frozenset(), frozenset()
    around = _around_items(text)
    hours: set[int] = set()
    days: set[int] = set()
    for name in _SKIPS:
        _, found, after = around.partition(f"<{name}")
        inner = after[:_LONGEST_SKIP].partition("</skip")[0] if found else ""
        for word in map(str.lower, _SKIPPED.findall(inner)):
            if word in _DAYS:
                days.add(_DAYS[word])
            elif word.isascii() and word.isdecimal() and int(word) <= 24:
                hours.add(int(word) % 24)  # Netscape's RSS 0.91 counted from 1 to 24
    return frozenset(hours), frozenset(days)


def _around_items(text: str) -> str:
    """What stands before the first item and after the last: a post may quote any element."""
    first = _FIRST_ITEM.search(text)
    if not first:
        return text
    last = max(text.rfind(f"</{name}>") for name in ("item", "entry", "atom:entry"))
    return text[: first.start()] + (text[last:] if last > first.start() else "")
