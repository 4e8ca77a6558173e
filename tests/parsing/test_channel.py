"""How often a publisher wishes to be asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.model import ParsedFeed
from aggregator.parsing.document import parse


def channel(inner: str, after: str = "") -> ParsedFeed:
    feed = parse(
        f"""<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>t</title>{inner}
        <item><title>i</title><description><![CDATA[<skipHours><hour>9</hour></skipHours>]]></description></item>{after}
        </channel></rss>""".encode(),
        url="https://x.example/",
        content_type=None,
    )
    assert isinstance(feed, ParsedFeed)
    return feed


@pytest.mark.parametrize(
    ("ttl", "expected"),
    [
        ("60", timedelta(hours=1)),
        (" 90\n", timedelta(minutes=90)),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9999999", timedelta(days=7)),
        ("9" * 500, None),
        ("６０", None),
    ],
)
def test_ttl_is_in_minutes_and_bounded(ttl: str, expected: timedelta | None):
    assert channel(f"<ttl>{ttl}</ttl>").ttl == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
        ("<sy:updatePeriod> Daily\n</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(hours=6)),
        ("<sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", timedelta(weeks=1)),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>9999999</sy:updateFrequency>",
            timedelta(hours=1) / 1000,
        ),
        ("<sy:updatePeriod>sometimes</sy:updatePeriod>", None),
        ("<sy:updateFrequency>4</sy:updateFrequency>", None),
    ],
)
def test_the_syndication_module(inner: str, expected: timedelta | None):
    assert channel(inner).update_period == expected


def test_all_skipped_hours_and_days_are_read_not_only_the_last():
    """Feedparser keeps one hour of a list: a feed that sleeps from 22 to 5 would be woken at night."""
    feed = channel(
        "<skipHours><hour>22</hour><hour> 23 </hour><hour>0</hour><hour>24</hour><hour>25</hour><hour>x</hour></skipHours>",
        "<skipDays><day>Saturday</day><day>sunday</day><day>Someday</day></skipDays>",
    )
    assert feed.skip_hours == {22, 23, 0}
    assert feed.skip_days == {5, 6}


def test_what_a_post_quotes_is_no_wish():
    assert channel("").skip_hours == frozenset()
