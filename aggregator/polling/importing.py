"""Posts that a person imported: the same plan as for a feed's document, without a feed.

A saved newsletter often has neither guid nor address. It is then the post with the same text, or the one of the same
title (as ``identity.title_key`` compares) published in the same minute, or within half a day and with the same opening
words. No other rule may join it to an address, as a title alone, or a title and a day, is what "Weekly quiz" and two
reports of one morning share. So importing a file twice keeps one entry, as does polling, before or after, a feed that
has the post.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.polling.commit import commit
from aggregator.polling.outcome import Changes
from aggregator.polling.plan import NewsPolicy
from aggregator.store.entries import index_new
from aggregator.store.known import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.model import AssessedEntry
    from aggregator.polling.record import RecordSettings
    from aggregator.store import Store

__all__ = ["import_entries"]


def import_entries(
    store: Store,
    entries: Sequence[AssessedEntry],
    *,
    source: str,
    now: datetime,
    settings: RecordSettings,
    site_url: str | None = None,
) -> Changes:
    """Store imported posts in one write transaction; what a person imports is news.

    Args:
        store: Open for writing.
        entries: What one file held.
        source: The file's name: where the posts were seen, and what a guid is unique within.
        now: UTC.
        settings: From config; only the versions matter here.
        site_url: The home page of an imported feed, whose address identifies no post.

    Raises:
        StoreError: The database is full, locked, damaged or not writable; nothing was stored.
    """
    with store.write():
        done = commit(
            store,
            entries,
            source=Source(None, source),
            site_url=site_url,
            policy=NewsPolicy(now=now, first=False, by_hand=True),
            versions=settings.versions,
            now=now,
        )
        index_new(store.connection)
    return Changes(
        feed=source, outcome="ok", new=done.new, changed=done.changed, flagged=done.flagged, warning=done.warning
    )
