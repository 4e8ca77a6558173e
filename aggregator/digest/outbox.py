"""Sending what waits in the outbox: claim, freeze, hand over, record, one delivery at a time.

Each step is recorded before the next. A process that dies before handing over loses nothing; one that dies between
handing over and recording repeats the very same message, under the same Message-ID, once its claim has lapsed. Nothing
here holds a transaction while a server is spoken to.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, Protocol

from aggregator.store import deliveries

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.digest.outcome import Outcome
    from aggregator.store.database import Store
    from aggregator.store.deliveries import Claimed
    from aggregator.store.subscribers import Channel

__all__ = ["Attempt", "Office", "next_attempt", "send_due"]

FIRST_WAIT: Final = timedelta(minutes=5)

logger = logging.getLogger(__name__)


class Office(Protocol):
    """What writes messages and hands them over."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels it serves."""

    def write(self, store: Store, claimed: Claimed) -> tuple[str, bytes]:
        """The Message-ID and the message of a delivery; the same ones whenever it is asked."""

    def hand_over(self, claimed: Claimed, message: bytes) -> Outcome:
        """Give a message to whatever takes it on."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt; ``next_attempt_at`` where there is to be another."""

    delivery: int
    digest: int
    channel: Channel
    recipient: str
    state: Literal["sent", "refused", "given_up", "waiting"]
    answer: str
    attempts: int
    next_attempt_at: datetime | None = None


def next_attempt(attempts: int, now: datetime) -> datetime:
    """When to try again after so many attempts: 5 minutes, 10, 20 … at most two hours."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), deliveries.LONGEST_WAIT)
    return now + wait


def send_due(
    store: Store,
    office: Office,
    *,
    clock: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Attempt, ...]:
    """Attempt every delivery that is due, each once.

    Args:
        store: The database; not one that another thread uses.
        office: What writes and hands over.
        clock: The present, asked again for each delivery.
        stop: Asked before each: True ends the run.

    Raises:
        StoreError: The database could not be read or written; what was sent and not recorded is sent once more.
    """
    owner = secrets.token_hex(8)
    made: list[Attempt] = []
    taken: set[int] = set()
    channels = list(office.channels)
    while channels and not stop():
        claimed = deliveries.claim(store, now=clock(), owner=owner, channels=channels)
        if claimed is None or claimed.id in taken:  # a second time in one run: a clock has jumped, let it settle
            break
        taken.add(claimed.id)
        attempt, reachable = _attempt(store, office, claimed, owner, clock)
        if attempt is not None:
            made.append(attempt)
        if not reachable:
            channels.remove(claimed.channel)
    return tuple(made)


def _attempt(
    store: Store, office: Office, claimed: Claimed, owner: str, clock: Callable[[], datetime]
) -> tuple[Attempt | None, bool]:
    """One delivery, and whether its channel can be reached."""
    message = claimed.message
    if message is None:
        try:
            message_id, message = office.write(store, claimed)
        except Exception as error:
            # A bug, or a digest nobody can read: it must not keep the others waiting.
            logger.exception("delivery %d of digest %d could not be written", claimed.id, claimed.digest_id)
            return _later(store, claimed, owner, f"could not be written: {type(error).__name__}", clock()), True
        if not deliveries.freeze(store, claimed, owner, message_id=message_id, message=message):
            return None, True
    outcome = office.hand_over(claimed, message)
    if outcome.kind in ("sent", "refused"):
        state: Literal["sent", "refused"] = "sent" if outcome.kind == "sent" else "refused"
        deliveries.finish(store, claimed, owner, state, answer=outcome.answer, now=clock())
        return _told(claimed, state, outcome.answer), True
    attempt = _later(store, claimed, owner, outcome.answer, clock())
    if outcome.kind == "unreachable":
        deliveries.hold(store, claimed.channel, until=attempt.next_attempt_at or next_attempt(1, clock()))
        return attempt, False
    return attempt, True


def _later(store: Store, claimed: Claimed, owner: str, answer: str, now: datetime) -> Attempt:
    """Try again, or give up where the next time would be too late."""
    again = next_attempt(claimed.attempts, now)
    if again > claimed.give_up_at:
        deliveries.finish(store, claimed, owner, "given_up", answer=answer, now=now)
        return _told(claimed, "given_up", answer)
    deliveries.postpone(store, claimed, owner, answer=answer, next_attempt_at=again)
    return _told(claimed, "waiting", answer, again)


def _told(
    claimed: Claimed,
    state: Literal["sent", "refused", "given_up", "waiting"],
    answer: str,
    again: datetime | None = None,
) -> Attempt:
    return Attempt(
        delivery=claimed.id,
        digest=claimed.digest_id,
        channel=claimed.channel,
        recipient=claimed.recipient,
        state=state,
        answer=answer,
        attempts=claimed.attempts,
        next_attempt_at=again,
    )
