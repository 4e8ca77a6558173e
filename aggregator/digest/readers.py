"""Readers with digests of their own: what they may ask for, and which posts concern them.

A filter is a rule in the keys of ``[[flags]]``, kept as JSON. Without keys it asks for everything.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aggregator.digest.clean import clean_line
from aggregator.digest.schedule import WEEKDAYS, due_window
from aggregator.errors import UsageError
from aggregator.flags import Rule, apply
from aggregator.model import ProviderType, RatingValue, When
from aggregator.store import subscribers
from aggregator.store.gathered import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from enum import StrEnum

    from aggregator.store.database import Store
    from aggregator.store.gathered import Candidate
    from aggregator.store.subscribers import SubscriberRow

__all__ = ["Subscriber", "concerning", "known", "parse_filter", "subscribe"]

FILTER_NAME: Final = "your filter"
_ADDRESS: Final = re.compile(r"(?P<bare>[^\s<>]+)|[^<>\r\n]*<(?P<named>[^\s<>]+)>")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_ENUMS: Final[Mapping[str, type[StrEnum]]] = {"provider_types": ProviderType, "ratings": RatingValue, "when": When}
_LISTS: Final = ("areas", "aspects", "words")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A reader as the digest needs them. ``rule`` is None where everything is asked for."""

    row: SubscriberRow
    rule: Rule | None
    zone: ZoneInfo

    @property
    def reader(self) -> Reader:
        """What gathering must know of them."""
        return Reader(self.row.id, self.row.seen_entry, self.row.created_at)

    def due(self, last: datetime | None, now: datetime) -> datetime | None:
        """The moment of theirs that has come and was not answered; for "at once", always now."""
        if self.row.schedule == "at_once":
            return now
        hour, minute = self.row.at.split(":")
        return due_window(
            # Moments before they came are none of theirs, nor those of an earlier time as a reader.
            last=max(last, self.row.created_at) if last else self.row.created_at,
            now=now,
            at=time(int(hour), int(minute)),
            days=WEEKDAYS if self.row.schedule == "daily" else [day for day in WEEKDAYS if day == self.row.weekday],
            zone=self.zone,
        )


def known(row: SubscriberRow) -> Subscriber:
    """A stored reader."""
    asked = json.loads(row.filter)
    return Subscriber(row, parse_filter(asked) if asked else None, ZoneInfo(row.timezone))


def subscribe(
    store: Store,
    address: str,
    *,
    now: datetime,
    schedule: str = "daily",
    at: str = "07:00",
    weekday: str = "mon",
    timezone: str = "Europe/London",
    form: str = "html",
    asked: Mapping[str, Any] | None = None,
    channel: str = "mail",
) -> Subscriber:
    """Add a reader, every value checked.

    Args:
        store: The database.
        address: A mail address, or for another channel its folder or label.
        now: The present; what was stored before is not news to them.
        schedule: "at_once" (each report when it comes), "daily" or "weekly".
        at: Local time of a daily or weekly digest, HH:MM.
        weekday: The day of a weekly one, by name.
        timezone: The zone of ``at`` and of the times shown.
        form: "html" (a mail of both forms) or "text".
        asked: A filter in the keys of ``[[flags]]``; None or empty: everything.
        channel: "mail", "maildir" or "notify".

    Raises:
        UsageError: A value is not one of these, or the address is subscribed already.
    """
    if channel not in subscribers.CHANNELS:
        raise UsageError(f"{channel!r} is none of {', '.join(subscribers.CHANNELS)}", subject="channel")
    if schedule not in subscribers.SCHEDULES:
        raise UsageError(f"{schedule!r} is none of {', '.join(subscribers.SCHEDULES)}", subject="schedule")
    if not (clock := _CLOCK.fullmatch(at)):
        raise UsageError(f"{at!r} is not a time of day; write it like 07:00", subject="at")
    if weekday not in WEEKDAYS:
        raise UsageError(f"{weekday!r} is none of {', '.join(WEEKDAYS)}", subject="weekday")
    if form not in ("html", "text"):
        raise UsageError(f"{form!r} is neither html nor text", subject="format")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"{timezone!r} is not a time zone; write it like Europe/London", subject="timezone") from None
    if asked:
        parse_filter(asked)
    return known(
        subscribers.add(
            store,
            channel=channel,
            address=_mail_address(address) if channel == "mail" else address,
            schedule=schedule,
            at=f"{int(clock[1]):02}:{clock[2]}",
            weekday=weekday,
            timezone=timezone,
            form="html" if form == "html" else "text",
            rule=json.dumps(dict(asked or {}), ensure_ascii=False, sort_keys=True),
            now=now,
        )
    )


def parse_filter(asked: Mapping[str, Any]) -> Rule:
    """A filter as a rule.

    Raises:
        UsageError: A key is not one of ``[[flags]]``, or a value not one of its.
    """
    values: dict[str, Any] = {}
    for key, given in asked.items():
        if key not in (*_ENUMS, *_LISTS):
            raise UsageError(f"{key!r} is none of {', '.join((*_ENUMS, *_LISTS))}", subject="filter")
        words = [given] if isinstance(given, str) else given
        if not isinstance(words, list | tuple) or not words or not all(isinstance(each, str) for each in words):
            raise UsageError(f"{key} needs one value or more", subject="filter")
        values[key] = _members(key, _ENUMS[key], words) if key in _ENUMS else _phrases(key, words)
    rule = Rule(FILTER_NAME, **values)
    if not (rule.needs_rating or rule.words):
        raise UsageError("when says which ratings count, but none are asked for", subject="filter")
    return rule


def _members(key: str, kind: type[StrEnum], words: Iterable[str]) -> frozenset[StrEnum]:
    try:
        return frozenset(kind(word) for word in words)
    except ValueError as error:
        raise UsageError(f"{key}: {error}; it can be {', '.join(kind)}", subject="filter") from None


def _phrases(key: str, words: Iterable[str]) -> tuple[str, ...]:
    phrases = tuple(clean_line(word) for word in words)
    if not all(any(char.isalnum() for char in phrase) for phrase in phrases):
        raise UsageError(f"{key}: a value without a letter or a figure fits nothing", subject="filter")
    return phrases


def _mail_address(text: str) -> str:
    """The bare address.

    Raises:
        UsageError: It is none that a mail can be sent to.
    """
    match = _ADDRESS.fullmatch(text.strip())
    address = match["bare"] or match["named"] if match else ""
    user, _, domain = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set('<>()[]\\,;:"')
    if not (plain and user and domain.strip(".")) or "@" in user or len(address) > 254 or len(user) > 64:
        raise UsageError(
            "is not a mail address that this program can write to",
            subject=clean_line(text, 80),
            next_step="Write it like reader@example.org, in plain ASCII",
        )
    return address


def concerning(subscriber: Subscriber, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The posts that a reader asked for; what they asked for is then why it is in their digest.

    "At once" is for reports: posts that state a current rating and met a rule of the house or of the reader.
    """
    rule = subscriber.rule
    chosen: list[Candidate] = []
    for post in candidates:
        if rule is not None:
            ratings = [each.rating for each in post.ratings]
            flags = apply((rule,), title=post.title, text=post.text, ratings=ratings)
            # An edit that took away what they asked for is told too: they were told of it.
            was = apply((rule,), title=post.title, text=post.text, ratings=post.told or ()) if post.told else ()
            if not flags and not was:
                continue
            post = replace(post, flags=tuple((flag.rule, flag.reason) for flag in flags))  # noqa: PLW2901 - as seen by them
        states = any(each.rating.when is When.CURRENT for each in post.ratings)
        if subscriber.row.schedule == "at_once" and not (post.told or (states and post.flags)):
            continue
        chosen.append(post)
    return tuple(chosen)
