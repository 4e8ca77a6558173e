"""Table ``subscribers``: readers with digests of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from aggregator.errors import UsageError
from aggregator.store.listing import rows
from aggregator.store.values import time_of
from aggregator.times import to_text

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from aggregator.store.database import Store

__all__ = [
    "CHANNELS",
    "SCHEDULES",
    "Channel",
    "Schedule",
    "State",
    "SubscriberRow",
    "add",
    "consider",
    "forget",
    "get",
    "listing",
    "set_state",
]

Channel = Literal["mail", "maildir", "notify"]
Schedule = Literal["at_once", "daily", "weekly"]
State = Literal["active", "unsubscribed", "removed"]
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
SCHEDULES: Final[tuple[Schedule, ...]] = get_args(Schedule)


@dataclass(frozen=True, slots=True)
class SubscriberRow:
    """One row. ``at`` is HH:MM, ``filter`` the JSON of a rule in the keys of ``[[flags]]``."""

    id: int
    channel: Channel
    address: str
    schedule: Schedule
    at: str
    weekday: str
    timezone: str
    format: Literal["html", "text"]
    filter: str
    state: State
    created_at: datetime
    changed_at: datetime
    seen_entry: int


def add(
    store: Store,
    *,
    channel: Channel,
    address: str,
    schedule: Schedule,
    at: str,
    weekday: str,
    timezone: str,
    form: Literal["html", "text"],
    rule: str,
    now: datetime,
) -> SubscriberRow:
    """A new reader; or one who left and comes back, whose digests start anew. What is stored is not news to them.

    Raises:
        UsageError: The address is subscribed already.
    """
    values = {
        "channel": channel,
        "address": address,
        "schedule": schedule,
        "at": at,
        "weekday": weekday,
        "timezone": timezone,
        "format": form,
        "filter": rule,
        "now": to_text(now),
    }
    with store.write() as connection:
        known = _find(store, channel, address)
        if known is not None and known.state == "active":
            raise UsageError("is subscribed already", subject=address, next_step="Remove it first to change it")
        if known is not None:
            connection.execute(
                "UPDATE subscribers SET address = :address, schedule = :schedule, at = :at, weekday = :weekday,"
                " timezone = :timezone, format = :format, filter = :filter, state = 'active', created_at = :now,"
                " changed_at = :now, seen_entry = (SELECT coalesce(max(id), 0) FROM entries) WHERE id = :id",
                {**values, "id": known.id},
            )
        else:
            connection.execute(
                "INSERT INTO subscribers (channel, address, schedule, at, weekday, timezone, format, filter,"
                " created_at, changed_at, seen_entry) VALUES (:channel, :address, :schedule, :at, :weekday, :timezone,"
                " :format, :filter, :now, :now, (SELECT coalesce(max(id), 0) FROM entries))",
                values,
            )
        added = _find(store, channel, address)
    assert added is not None
    return added


def listing(store: Store, *, everyone: bool = False) -> list[SubscriberRow]:
    """The readers, in the order they came; those who left only where ``everyone`` is asked for."""
    return [
        _row(row)
        for row in rows(
            store,
            "SELECT * FROM subscribers WHERE state = 'active' OR ? ORDER BY id",
            [everyone],
        )
    ]


def get(store: Store, who: str | int) -> SubscriberRow | None:
    """A reader by number, or by address in any case; None where there is none."""
    found = rows(
        store,
        "SELECT * FROM subscribers WHERE id = :id OR lower(address) = lower(:address) ORDER BY state, id LIMIT 1",
        {
            "id": int(who) if str(who).isdecimal() and len(str(who)) < 19 else -1,
            "address": str(who),
        },
    )
    return next((_row(row) for row in found), None)


def set_state(store: Store, subscriber: int, state: State, *, now: datetime) -> None:
    """Let a reader leave, or come back. What is on its way to one who leaves is cancelled."""
    with store.write() as connection:
        connection.execute(
            "UPDATE subscribers SET state = ?, changed_at = ? WHERE id = ? AND state <> ?",
            [state, to_text(now), subscriber, state],
        )
        if state != "active":
            connection.execute(
                "UPDATE deliveries SET state = 'cancelled', finished_at = ?, message = NULL, last_answer = ?"
                " WHERE subscriber_id = ? AND state = 'waiting'",
                [to_text(now), f"the reader is {state}", subscriber],
            )


def forget(store: Store, subscriber: int) -> None:
    """Delete a reader with everything that is on record about them: their digests and deliveries too."""
    with store.write() as connection:
        connection.execute("DELETE FROM subscribers WHERE id = ?", [subscriber])


def consider(connection: sqlite3.Connection, subscriber: int, entry: int) -> None:
    """Note that every entry up to this one was considered for a reader. Within a write transaction."""
    connection.execute("UPDATE subscribers SET seen_entry = max(seen_entry, ?) WHERE id = ?", [entry, subscriber])


def _find(store: Store, channel: str, address: str) -> SubscriberRow | None:
    found = rows(
        store,
        "SELECT * FROM subscribers WHERE channel = ? AND lower(address) = lower(?)",
        [channel, address],
    )
    return next((_row(row) for row in found), None)


def _row(row: dict[str, object]) -> SubscriberRow:
    values = {
        **row,
        "created_at": time_of(str(row["created_at"])),
        "changed_at": time_of(str(row["changed_at"])),
    }
    return SubscriberRow(**values)  # type: ignore[arg-type]  # the columns are the fields; CHECKs hold their values
