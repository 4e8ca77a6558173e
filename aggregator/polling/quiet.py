"""Quiet hours when feeds are due: what was put off in time needs none of this.

A schedule avoids quiet hours when it sets a time (``schedule``). But a feed that is new in config, a machine that wakes
at night, a pass that takes long, or quiet hours that were written into config after the time was set: all these find
feeds due in the middle of them. Such feeds are put off, visibly, to the end.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aggregator.polling.setup import quiet_hours
from aggregator.store.claims import put_off
from aggregator.times import quiet_until

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.config.model import Config
    from aggregator.store import Store
    from aggregator.times import DailyWindow

__all__ = ["keep_quiet"]

_SPREAD: Final = timedelta(minutes=6)
"""Within such a time after quiet hours their feeds are asked: not all at the very minute."""


def keep_quiet(store: Store, config: Config, *, now: datetime) -> frozenset[str]:
    """Put off the feeds that are due and have quiet hours now; the names of all that have, due or not.

    Args:
        store: Open for writing; it is written only where a feed is put off.
        config: Says when which feed is left alone.
        now: UTC.

    Raises:
        StoreError: The database could not be read or written.
    """
    zone = config.digest.zone
    ends: dict[tuple[DailyWindow, ...], datetime | None] = {}
    quiet: dict[datetime, list[str]] = {}
    for feed in config.feeds:
        windows = quiet_hours(config, feed)
        if windows not in ends:
            ends[windows] = quiet_until(windows, now, zone)
        if (end := ends[windows]) is not None:
            quiet.setdefault(end, []).append(feed.name)
    for end, names in quiet.items():
        put_off(
            store,
            names,
            now=now,
            to=lambda end=end: end + _SPREAD * random.random(),  # type: ignore[misc] # mypy knows no such default
            reason=f"quiet hours last until {end.astimezone(zone):%a %H:%M}",
        )
    return frozenset(name for names in quiet.values() for name in names)
