"""Which feeds a reader hears about, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.digest.model import Trouble, TroubleKind
from aggregator.digest.troubles import troubles
from aggregator.store.gathered import FeedHealth
from tests.digest.samples import NOW

HEALTHY = FeedHealth("blog", "ok", 0, None, None, NOW - timedelta(days=99), NOW + timedelta(hours=1))
FAILING = replace(
    HEALTHY, status="failing", failures=3, failing_since=NOW - timedelta(hours=9), last_error="503 Service\nUnavailable"
)
DAILY = tuple(NOW - timedelta(days=n) for n in range(12))


def kinds(feed: FeedHealth, *, since=NOW - timedelta(days=1), before=()) -> list[str]:
    return [each.kind.value for each in troubles([feed], now=NOW, since=since, before=before)]


def shifted(days: float, gap: float = 1.0, count: int = 12) -> FeedHealth:
    return replace(HEALTHY, recent=tuple(NOW - timedelta(days=days + gap * n) for n in range(count)))


@pytest.mark.parametrize(
    ("feed", "expected", "why"),
    [
        (HEALTHY, [], "nothing to say"),
        (FAILING, ["failing"], "three times in a row"),
        (replace(FAILING, failures=1), [], "one failed poll is weather"),
        (replace(FAILING, failures=1, first_success_at=None), ["failing"], "unless it never answered: a typo, perhaps"),
        (replace(HEALTHY, status="gone"), ["gone"], "410"),
        (replace(HEALTHY, status="new"), [], "not asked yet"),
        (shifted(1), [], "a daily feed, yesterday"),
        (shifted(13.5), [], "a daily feed, not yet two weeks"),
        (shifted(14.5), ["quiet"], "a daily feed, two weeks since half a day"),
        (shifted(15.5), [], "said by the digest before"),
        (shifted(30, gap=7), [], "a weekly feed, four weeks"),
        (shifted(35.5, gap=7), ["quiet"], "a weekly feed, five weeks since half a day"),
        (shifted(14.5, count=4), [], "four posts have no rhythm"),
        (replace(FAILING, recent=DAILY), ["failing"], "one trouble at a time"),
    ],
)
def test_troubles(feed, expected, why):
    assert kinds(feed) == expected, why


def test_the_first_digest_says_of_every_quiet_feed_that_it_is():
    assert kinds(shifted(400), since=None) == ["quiet"]


def test_posts_dated_in_the_future_do_not_hide_that_a_feed_is_quiet():
    feed = shifted(14.5)

    assert kinds(replace(feed, recent=(NOW + timedelta(days=300), *feed.recent))) == ["quiet"]


@pytest.mark.parametrize(
    ("feed", "kind", "expected", "why"),
    [
        (HEALTHY, TroubleKind.FAILING, ["recovered"], "it works again"),
        (HEALTHY, TroubleKind.GONE, ["recovered"], "it is back"),
        (HEALTHY, TroubleKind.RECOVERED, [], "said once"),
        (HEALTHY, TroubleKind.QUIET, [], "a quiet feed was never broken"),
        (FAILING, TroubleKind.FAILING, ["failing"], "as before"),
        (
            replace(FAILING, failures=1),
            TroubleKind.FAILING,
            [],
            "it came back and fails anew: not back, not yet persistent",
        ),
    ],
)
def test_recovery_is_said_once(feed, kind, expected, why):
    before = (Trouble("blog", kind, None, ""), Trouble("another", TroubleKind.FAILING, None, ""))

    assert kinds(feed, before=before) == expected, why


def test_the_words_are_one_line_and_say_how_often():
    (trouble,) = troubles([FAILING], now=NOW, since=None)

    assert trouble.message == "503 Service Unavailable (3 failed polls)"
    assert trouble.since == NOW - timedelta(hours=9)


def test_the_worst_come_first():
    feeds = [
        replace(HEALTHY, name="a"),
        replace(shifted(14.5), name="b"),
        replace(FAILING, name="c"),
        replace(HEALTHY, name="d", status="gone"),
    ]
    found = troubles(feeds, now=NOW, since=NOW - timedelta(days=1), before=[Trouble("a", TroubleKind.GONE, None, "")])

    assert [each.feed for each in found] == ["d", "c", "b", "a"]
