"""Everything a digest does by itself: composed when it is due, for everybody and for each reader, and sent.

What the daemon calls after each pass, and what the command line calls by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aggregator.digest.compose import compose
from aggregator.digest.model import Digest
from aggregator.digest.office import ALERTS, PostOffice, can_notify, house_addresses, house_plan, reader_plan, written
from aggregator.digest.outbox import send_due
from aggregator.digest.readers import concerning, known, subscribe
from aggregator.digest.service import compose_due, make_digest, record_digest
from aggregator.errors import UsageError
from aggregator.store import deliveries, digests, subscribers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.config.model import Config
    from aggregator.digest.outbox import Attempt
    from aggregator.digest.readers import Subscriber
    from aggregator.store.database import Store
    from aggregator.store.gathered import Gathered

__all__ = ["Made", "as_sent", "compose_all", "find_subscriber", "preview", "send", "send_now"]


@dataclass(frozen=True, slots=True)
class Made:
    """A digest that was recorded; ``reader`` is whose it is, None for everybody's."""

    number: int
    digest: Digest
    reader: str | None = None


def compose_all(store: Store, config: Config, *, now: datetime) -> tuple[Made, ...]:
    """Compose and record what is due: everybody's digest, and each reader's; with where each is to go.

    Raises:
        StoreError: The database could not be read or written; what is due stays due.
    """
    made: list[Made] = []
    if (
        house := compose_due(store, config.digest, now=now, plan=lambda digest: house_plan(config, digest))
    ) is not None:
        made.append(Made(house[1], house[0]))
    _keep_alerts(store, config, now)
    for row in subscribers.listing(store):
        if row.channel == "notify" and not can_notify(config):
            continue
        found = _compose_for(store, config, known(row), now)
        if found is not None:
            made.append(found)
    return tuple(made)


def send(
    store: Store, config: Config, *, clock: Callable[[], datetime], stop: Callable[[], bool] = lambda: False
) -> tuple[Attempt, ...]:
    """Send what is due in the outbox. It speaks to servers: not in the thread, nor with the store, of anything else.

    Raises:
        StoreError: The database could not be read or written.
    """
    with PostOffice(config) as office:
        return send_due(store, office, clock=clock, stop=stop)


def send_now(store: Store, config: Config, *, clock: Callable[[], datetime]) -> tuple[Digest, int, tuple[Attempt, ...]]:
    """Compose everybody's digest by hand, record it, and send it to all that config.toml names.

    Gives the digest, its number, and what came of each attempt. What cannot be sent now waits in the outbox for the
    daemon, or for the next time.

    Raises:
        UsageError: config.toml names nobody to send to.
        StoreError: The database could not be read or written.
    """
    if not config.mail.maildir and not (config.mail.host and config.mail.recipients) and not can_notify(config):
        raise UsageError(
            "there is nobody to send to",
            next_step="Name mail.host, mail.sender and mail.recipients in config.toml, or mail.maildir, or notify",
        )
    digest, number = make_digest(
        store, config.digest, now=clock(), trigger="manual", mark=True, plan=lambda made: house_plan(config, made)
    )
    assert number is not None
    with PostOffice(config) as office:
        # Not this one alone: without a daemon nobody else sends what an earlier server put off.
        return digest, number, send_due(store, office, clock=clock)


def find_subscriber(store: Store, who: str) -> Subscriber:
    """The reader with this address or number.

    Raises:
        UsageError: There is none.
    """
    row = subscribers.get(store, who)
    if row is None:
        raise UsageError("is no subscriber", subject=who, next_step="`aggregator subscribers list` shows who is")
    return known(row)


def preview(store: Store, config: Config, who: str, *, now: datetime) -> tuple[Digest, bytes]:
    """What a reader would be sent now, to the byte, marking nothing: the digest, and the message.

    Args:
        store: The database.
        config: The configuration.
        who: A subscriber's address or number, or an address that config.toml names.
        now: The present.

    Raises:
        UsageError: There is no such reader.
        SecretUnavailable: The key for signed links cannot be read.
        StoreError: The database could not be read.
    """
    number = digests.next_number(store)
    if who in house_addresses(config) and subscribers.get(store, who) is None:
        digest, _ = make_digest(store, config.digest, now=now, trigger="manual", mark=False)
        return digest, written(config, digest, number=number, channel="mail", recipient=who, reader=None)[1]
    reader = find_subscriber(store, who)
    window = reader.due(digests.last_window(store, now=now, subscriber=reader.row.id), now) or now
    digest, _ = _composed(store, config, reader, now=now, window=window)
    _, message = written(
        config,
        digest,
        number=number,
        channel=reader.row.channel,
        recipient=reader.row.address,
        reader=reader.row,
    )
    return digest, message


def as_sent(store: Store, config: Config, number: int, recipient: str) -> tuple[bytes, bool]:
    """The message of a recorded digest to one recipient, and whether it is the one that was sent.

    It is written again from the digest and today's configuration. Where its Message-ID is that of then, so is the rest,
    unless templates or the ways out of the list have changed since.

    Raises:
        UsageError: It went to nobody of that address.
        SecretUnavailable: The key for signed links cannot be read.
        StoreError: The database could not be read.
    """
    row = next((each for each in deliveries.listing(store, digest=number) if each["recipient"] == recipient), None)
    content = digests.get(store, number)
    if row is None or content is None:
        raise UsageError(
            f"digest {number} is not on record for this recipient",
            subject=recipient,
            next_step=f"`aggregator digests deliveries {number}` lists to whom it went",
        )
    reader = subscribers.get(store, row["subscriber_id"]) if row["subscriber_id"] is not None else None
    message_id, message = written(
        config,
        Digest.from_json(content["content"]),
        number=number,
        channel=row["channel"],
        recipient=recipient,
        reader=reader,
    )
    return message, row["message_id"] in (None, message_id)


# --- readers ------------------------------------------------------------------------------------------


def _compose_for(store: Store, config: Config, reader: Subscriber, now: datetime) -> Made | None:
    row = reader.row
    try:
        with store.read():
            window = reader.due(digests.last_window(store, now=now, subscriber=row.id), now)
            if window is None:
                return None
            digest, gathered = _composed(store, config, reader, now=now, window=window)
        if row.schedule == "at_once" and digest.empty:
            if gathered.newest_entry > row.seen_entry:
                with store.write() as connection:
                    subscribers.consider(connection, row.id, gathered.newest_entry)
            return None
        number = record_digest(
            store, digest, gathered, subscriber=row.id, plan=lambda made: reader_plan(config, row, made)
        )
    except digests.ToldMeanwhile:
        return None  # another process has just made theirs; what it did not hold is found at the next beat
    return Made(number, digest, row.address)


def _composed(
    store: Store, config: Config, reader: Subscriber, *, now: datetime, window: datetime
) -> tuple[Digest, Gathered]:
    gathered = digests.gather(store, now=now, reader=reader.reader)
    gathered = replace(gathered, candidates=concerning(reader, gathered.candidates))
    digest = compose(
        gathered,
        title=config.digest.title,
        timezone=reader.row.timezone,
        recent_articles=config.digest.recent_articles,
        now=now,
        trigger="schedule",
        until=window,
    )
    return digest, gathered


def _keep_alerts(store: Store, config: Config, now: datetime) -> None:
    """See to it that ``[notify]``'s alerts have a reader of their own, and have none when they are not wanted."""
    row = subscribers.get(store, ALERTS)
    wanted = can_notify(config) and config.notify.alerts
    if wanted and (row is None or row.state != "active"):
        subscribe(
            store, ALERTS, now=now, channel="notify", schedule="at_once", timezone=config.digest.timezone, form="text"
        )
    elif not wanted and row is not None and row.state == "active":
        subscribers.set_state(store, row.id, "removed", now=now)
