"""What the pool and its processes say to each other comes out as it went in."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from aggregator.flags import Rule
from aggregator.model import AssessedEntry, Failure, FailureKind, ParsedFeed, ProviderType
from aggregator.parsing.document import parse
from aggregator.polling import worker
from aggregator.polling.assess import assess
from aggregator.polling.frames import LENGTH, Reply, frame
from aggregator.polling.outcome import Assessed

FEED = b"""<rss version="2.0"><channel><title>Blog</title>
<item><title>Essex CRC rated Good</title><link>https://blog.example/1</link><guid>1</guid>
<pubDate>Thu, 20 Apr 2017 06:00:00 +0100</pubDate>
<description>&lt;p&gt;The inspectorate rated Essex CRC as Essex CRC was rated &#8216;Good&#8217; overall.#8216;GoodEssex CRC was rated &#8216;Good&#8217; overall.#8217; overall.&lt;/p&gt;</description></item>
<item><title>Quiz</title><description>A quiz</description></item></channel></rss>"""


def read() -> tuple[ParsedFeed, tuple[AssessedEntry, ...]]:
    parsed = parse(FEED, url="https://blog.example/feed", content_type=None)
    assert isinstance(parsed, ParsedFeed)
    assessed = assess(parsed, (Rule(name="crc", provider_types=frozenset({ProviderType.CRC})),))
    return assessed.feed, assessed.entries


def opened(data: bytes) -> object:
    (size,) = LENGTH.unpack(data[: LENGTH.size])
    assert len(data) == LENGTH.size + size
    return pickle.loads(data[LENGTH.size :])


def test_entries_come_out_as_they_went_in():
    feed, entries = read()
    assert [bool(each.ratings) for each in entries] == [True, False]
    assert entries[0].flags
    assert opened(frame(Reply(entries, feed))) == Reply(entries, feed)


def test_failures_come_out_as_they_went_in():
    reply = Reply((), Failure(FailureKind.WORKER, "reading it failed"), retiring=True)
    assert opened(frame(reply)) == reply


@pytest.mark.parametrize(("size", "replies"), [(10, 1), (worker._PART // 2, 3), (3 * worker._PART, 6)])
def test_a_feed_comes_in_as_many_parts_as_it_is_big(size: int, replies: int):
    """A frame is all in memory, twice over, at either end."""
    feed, (entry, _) = read()
    entries = tuple(AssessedEntry(replace(entry.entry, guid=str(number), text="x" * size)) for number in range(6))
    parts = list(worker._parts(Assessed(feed, entries), retiring=True))
    assert len(parts) == replies
    assert [entry for part in parts for entry in part.entries] == list(entries)
    assert [(part.result, part.retiring) for part in parts] == [(None, False)] * (replies - 1) + [(feed, True)]
