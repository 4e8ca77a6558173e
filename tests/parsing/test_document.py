"""Whole documents, from bytes to feed: what is kept, what is refused and in which words."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.model import ParsedFeed
from aggregator.parsing.document import parse

URL = "https://blog.example/feed/"


def read(body: str | bytes, content_type: str | None = "application/rss+xml") -> ParsedFeed:
    found = parse(body.encode() if isinstance(body, str) else body, url=URL, content_type=content_type)
    assert isinstance(found, ParsedFeed), found
    return found


def test_a_wordpress_item_becomes_an_entry_with_the_full_text():
    feed = read(
        """<?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
             xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Probation Notes</title>
        <link>https://blog.example</link>
        <item><title>Inspectors in Ardshire: “good” &amp;amp; “poor”</title>
        <link>https://blog.example/ardshire/</link><guid isPermaLink="false">https://blog.example/?p=12</guid>
        <dc:creator><![CDATA[Jo Marsh]]></dc:creator><pubDate>Thu, 20 Apr 2017 06:01:00 BST</pubDate>
        <description>An excerpt […]</description>
        <content:encoded><![CDATA[<h2>Findings &#8211; CRC</h2><p>The work was <a href="/poor">poor</a>.</p>]]></content:encoded>
        </item></channel></rss>"""
    )
    (entry,) = feed.entries
    assert (feed.format, feed.title, feed.site_url) == ("rss20", "Probation Notes", "https://blog.example")
    assert entry.title == "Inspectors in Ardshire: “good” & “poor”"
    assert entry.url == "https://blog.example/ardshire/"
    assert entry.guid == "https://blog.example/?p=12"
    assert entry.author == "Jo Marsh"
    assert entry.published is not None
    assert entry.published.at == datetime(2017, 4, 20, 5, 1, tzinfo=UTC)
    assert entry.text == "Findings – CRC\n\nThe work was poor."
    assert 'href="https://blog.example/poor"' in entry.html
