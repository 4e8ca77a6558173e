"""Making a digest: gather, compose, record. The one place that ties the pure parts to the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from aggregator.digest.compose import compose
from aggregator.digest.model import Digest
from aggregator.digest.schedule import due_window
from aggregator.store import digests

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.config.model import DigestSection
    from aggregator.digest.model import Trigger, Trouble
    from aggregator.store.database import Store
    from aggregator.store.deliveries import Planned
    from aggregator.store.gathered import Gathered

__all__ = ["Plan", "compose_due", "make_digest", "record_digest"]

Plan = Callable[[Digest], "Sequence[Planned]"]
"""Says where a digest is to go."""


def _nowhere(_digest: Digest) -> Sequence[Planned]:
    return ()


# Another process that records a digest between our gathering and our recording makes us gather again. Each time
# one of us got through, so more tries than processes are never needed.
_TRIES: Final = 20


def make_digest(
    store: Store,
    settings: DigestSection,
    *,
    now: datetime,
    trigger: Trigger,
    mark: bool,
    since: datetime | None = None,
    until: datetime | None = None,
    plan: Plan = _nowhere,
) -> tuple[Digest, int | None]:
    """Compose what no digest has told yet, or what lies in a window, told or not.

    Args:
        store: The database.
        settings: The ``[digest]`` section.
        now: The present.
        trigger: What asked for it.
        mark: Record it, so that nothing in it is told again. A digest of a window of time is never recorded.
        since: Start of the window.
        until: Its end.
        plan: Where a recorded digest is to go.

    Returns:
        The digest, and its number where it was recorded.

    Raises:
        StoreError: The database could not be read or written; nothing was recorded.
    """
    if since is not None or until is not None:
        gathered = digests.gather(store, now=now, since=since, until=until)
        return _compose(gathered, settings, now=now, trigger=trigger, window=until or now), None
    if not mark:
        return _compose(digests.gather(store, now=now), settings, now=now, trigger=trigger, window=now), None
    for _ in range(_TRIES):
        gathered = digests.gather(store, now=now)
        try:
            digest = _compose(gathered, settings, now=now, trigger=trigger, window=now)
            return digest, record_digest(store, digest, gathered, plan=plan)
        except digests.ToldMeanwhile:
            continue
    raise digests.ToldMeanwhile("other processes kept recording digests", next_step="Try again")


def compose_due(
    store: Store, settings: DigestSection, *, now: datetime, plan: Plan = _nowhere
) -> tuple[Digest, int] | None:
    """Compose and record the digest that is due by the schedule; None where none is.

    However many scheduled moments were missed, one digest answers them all. A database's first digest is not due
    before its first entry came. An empty digest is recorded like any other. ``plan`` says where it is to go.

    Raises:
        StoreError: The database could not be read or written; the digest stays due.
    """
    for _ in range(_TRIES):
        # In one snapshot: a digest that answers this very moment between the two would make ours a second one.
        with store.read():
            window = due_window(
                last=digests.last_window(store, now=now),
                now=now,
                at=settings.at,
                days=settings.days,
                zone=settings.zone,
                since=digests.started_at(store),
            )
            if window is None:
                return None
            gathered = digests.gather(store, now=now)
        try:
            digest = _compose(gathered, settings, now=now, trigger="schedule", window=window)
            return digest, record_digest(store, digest, gathered, plan=plan)
        except digests.ToldMeanwhile:
            continue
    raise digests.ToldMeanwhile("other processes kept recording digests", next_step="It stays due for the next beat")


def record_digest(
    store: Store, digest: Digest, gathered: Gathered, *, subscriber: int | None = None, plan: Plan = _nowhere
) -> int:
    """Record what was composed of what was gathered, with where it is to go; its number.

    Raises:
        ToldMeanwhile: Another digest for the same audience was recorded since the gathering.
        StoreError: The database could not be written.
    """
    return digests.record(
        store,
        subject=digest.subject,
        composed_at=digest.composed_at,
        window_end=digest.until,
        trigger=digest.trigger,
        content=digest.to_json(),
        members=[(each.entry_id, each.why, each.content_hash) for each in digest.members],
        after=gathered.last_digest,
        subscriber=subscriber,
        seen_entry=gathered.newest_entry,
        deliveries=plan(digest),
    )


def _compose(
    gathered: Gathered, settings: DigestSection, *, now: datetime, trigger: Trigger, window: datetime
) -> Digest:
    return compose(
        gathered,
        title=settings.title,
        timezone=settings.timezone,
        recent_articles=settings.recent_articles,
        now=now,
        trigger=trigger,
        until=window,
        troubles_before=_troubles(gathered.previous),
    )


def _troubles(previous: str | None) -> tuple[Trouble, ...]:
    """The troubles the digest before told of. Where it cannot be read, only a "works again" is lost."""
    if previous is None:
        return ()
    try:
        return Digest.from_json(previous).troubles
    except ValueError:
        return ()
