"""What a pass says in the log: a line for each feed, and one for the pass where something came of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aggregator.logs import event
from aggregator.polling.schedule import NEVER
from aggregator.times import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.polling.outcome import Changes

__all__ = ["tell", "tell_pass"]

logger = logging.getLogger(__name__)


def tell(changes: Changes) -> None:
    """One feed that was polled."""
    news = [
        f"{len(ids)} {word}"
        for ids, word in ((changes.new, "new"), (changes.changed, "changed"), (changes.flagged, "flagged"))
        if ids
    ]
    parts = [changes.error or ", ".join(news) or changes.outcome]
    if changes.warning:
        parts.append(changes.warning)
    if changes.next_poll_at is not None:
        when = "not asked again" if changes.next_poll_at == NEVER else f"next {to_text(changes.next_poll_at)}"
        parts.append(f"{when}: {changes.next_poll_reason}")
    event(
        logger,
        "feed_polled",
        f"{changes.feed}: {'; '.join(parts)}",
        level=logging.WARNING if changes.error or changes.warning else logging.INFO,
        feed=changes.feed,
        outcome=changes.outcome,
        status=changes.status,
        new=len(changes.new),
        changed=len(changes.changed),
        flagged=len(changes.flagged),
        bytes=changes.wire_bytes,
        seconds=round(changes.elapsed, 3),
        error=changes.error,
        warning=changes.warning,
        next_poll_at=changes.next_poll_at,
        next_poll_reason=changes.next_poll_reason or None,
    )


def tell_pass(changes: Sequence[Changes]) -> None:
    """A whole pass; one that brought nothing is for those who ask for more."""
    failed = sum(each.outcome == "failed" for each in changes)
    new = sum(len(each.new) for each in changes)
    changed = sum(len(each.changed) for each in changes)
    flagged = sum(len(each.flagged) for each in changes)
    event(
        logger,
        "pass_done",
        f"{len(changes)} feeds polled: {new} new, {changed} changed, {flagged} flagged, {failed} failed",
        level=logging.INFO if new or changed else logging.DEBUG,
        feeds=len(changes),
        new=new,
        changed=changed,
        flagged=flagged,
        failed=failed,
    )
