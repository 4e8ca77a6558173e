"""Documents of many items, handed to feedparser in portions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parsing.feed_xml import read_xml_feed
from aggregator.parsing.portions import portions
from aggregator.parsing.xmltext import read_prolog

CUT = [
    (b"<rss><channel><t/><item>1</item><item>2</item><item>3</item></channel></rss>", 2,
     [b"<rss><channel><t/><item>1</item><item>2</item></channel></rss>", b"<rss><channel><t/><item>3</item></channel></rss>"],
     "what stands round the items is in all of them"),
    (b"<c><item/><item a='/>'/><item></item\n></c>", 1, [b"<c><item/></c>", b"<c><item a='/>'/></c>", b"<c><item></item\n></c>"], "empty elements"),
    (b"<c><item><b/></item><item><item2/></item></c>", 1, [b"<c><item><b/></item></c>", b"<c><item><item2/></item></c>"], "elements within"),
    (b"<a:f xmlns:a='u'><a:entry>1</a:entry> <x/> <a:entry>2</a:entry></a:f>", 1,
     [b"<a:f xmlns:a='u'><a:entry>1</a:entry></a:f>", b"<a:f xmlns:a='u'><a:entry>2</a:entry></a:f>"], "a prefix; what stands between is left out"),
    (b"<C><ITEM>1</ITEM><ITEM>2</ITEM></C>", 1, [b"<C><ITEM>1</ITEM></C>", b"<C><ITEM>2</ITEM></C>"], "capitals"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "at_once", "cut", "why"), CUT, ids=[why for *_, why in CUT])
def test_portions(body, at_once, cut, why):
    assert list(portions(body, at_once).documents) == cut, why


def test_of_very_many_items_the_newest_are_taken():
    """Two hundred thousand small items took feedparser longer than a document may take, and none was read."""
    items = [f"<item><t>{n}</t><pubDate>{n + 1} Apr 2017 06:01 GMT</pubDate></item>".encode() for n in range(9)]
    cut = portions(b"<c>" + b"".join(items) + b"</c>", 2, 3)
    assert list(cut.documents) == [b"<c>" + items[6] + items[7] + b"</c>", b"<c>" + items[8] + b"</c>"]
    assert cut.skipped == 6


WHOLE = [
    (b"<c><item/><item/></c>", "no more items than go at once"),
    (b"<c><item/><item/><item/>", "not well-formed"),
    (b"<r><c><item/><item/></c><c><item/></c></r>", "two channels"),
    (b"<r><c><item/><item/></c><item/></r>", "items in two places"),
    (b"<c><item><item/><item/></item></c>", "items in each other"),
    (b"<c><item/><item/><!-- <item> --></c>", "an item that is none"),
]


@pytest.mark.parametrize(("body", "why"), WHOLE, ids=[why for _, why in WHOLE])
def test_what_cannot_be_cut_safely_stays_whole(body, why):
    assert list(portions(body, 2).documents) == [body], why


@given(
    st.lists(
        st.sampled_from(
            [
                "<item/>",
                "<item><title>é &amp; b</title><guid>1</guid></item>",
                "<item xml:base='https://b.example/x/'><link>y</link></item>\n",
                "<item><description><![CDATA[<item> </item>]]></description></item>",
                "<odd>between</odd>",
            ]
        ),
        max_size=8,
    ),
    st.integers(1, 4),
)
def test_in_portions_or_whole_the_items_are_the_same(pieces, at_once):
    document = f"<rss version='2.0'><channel><title>T</title><odd/>{''.join(pieces)}</channel></rss>"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portions, "__defaults__", (at_once, 10_000))
        cut = read_xml_feed(document, read_prolog(document), [], "https://b.example/feed")
    assert cut == read_xml_feed(document, read_prolog(document), [], "https://b.example/feed")
