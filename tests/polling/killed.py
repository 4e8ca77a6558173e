"""A poller that is going to be killed: records round after round, and says on stdout what it has recorded.

Every round each of its feeds has one post more, and edits its first; which posts, and the validator that vouches for
them, follow from the round alone, so that whoever looks at the database knows what must be there.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.model import Validators
from aggregator.polling.commit import Versions
from aggregator.polling.outcome import Polled
from aggregator.polling.record import FeedPolicy, RecordSettings, record
from aggregator.store import open_store
from aggregator.store.feeds import FeedEntry, claim_due, sync
from tests.polling.desk import FULL, LIMITS, NOON, document, post, rating

FEEDS = 5


def items(feed: str, round_: int):
    """What the feed holds in that round; rounds count from 1."""
    site = f"https://{feed}.example"
    posts = [
        post(
            f"{feed} {number}",
            f"{FULL} {feed} {number}, version {round_ if number == 1 else 1}",
            guid=f"{site}/?p={number}",
            url=f"{site}/{number}/",
            published=NOON - timedelta(days=1) + timedelta(seconds=number),
            ratings=(rating(area=f"{feed} {number}"),),
            flags=("crc",),
        )
        for number in range(1, round_ + 1)
    ]
    return posts[:1] + posts[-9:] if round_ > 10 else posts


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(path: Path, *, together: bool) -> None:
    """Poll for ever; ``together`` with others, which needs one clock for all."""
    owner = f"process {os.getpid()}"
    settings = RecordSettings(Versions(1), FeedPolicy(LIMITS, "all"), owner=owner)
    with open_store(path) as store:
        say("ready")
        now = NOON
        sync(store, [FeedEntry(f"feed{n}", f"https://feed{n}.example/feed") for n in range(FEEDS)], now)
        while True:
            now = datetime.now(UTC) if together else now + timedelta(hours=1)
            states = claim_due(store, owner=owner, now=now, lease=timedelta(minutes=1), limit=FEEDS, force=True)
            polled = []
            for state in states:
                round_ = int(state.validators.etag or 0) + 1
                answer, assessed = document(
                    *items(state.name, round_), validators=Validators(str(round_)), body_hash=f"body {round_}"
                )
                polled.append(Polled(state, now, answer, assessed))
            changes = record(store, polled, now=now, settings=settings, jitter=lambda: 0.0)
            for poll, change in zip(polled, changes, strict=True):
                assert change.outcome == "ok", change
                say(f"{poll.feed.name} {int(poll.feed.validators.etag or 0) + 1}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), together=sys.argv[2:] == ["together"])
