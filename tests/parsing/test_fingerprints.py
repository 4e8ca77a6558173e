"""What is left out of a reading changes nothing about the rest, and is found for certain or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import ParsedFeed
from aggregator.parsing import fingerprints
from aggregator.parsing.document import parse
from aggregator.parsing.fingerprints import split

DATA = Path(__file__).parent / "data"
URL = "https://x.example/feed/"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(*items: str, head: str = "<title>T</title><link>https://x.example</link>", tail: str = "") -> str:
    return (
        f'<?xml version="1.0"?>\n<rss version="2.0" {NAMESPACES}><channel>{head}{"".join(items)}{tail}</channel></rss>'
    )


def atom(*entries: str, head: str = "<title>T</title>") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{"".join(entries)}</feed>'


def read(document: str, known: frozenset[bytes] = frozenset(), url: str = URL) -> ParsedFeed:
    found = parse(document.encode(), url=url, content_type=None, known=known)
    assert isinstance(found, ParsedFeed), found
    return found


def item(number: int, text: str = "words") -> str:
    return f"<item><title>Post {number}</title><guid>https://x.example/{number}</guid><description>{text}</description></item>"


@pytest.mark.parametrize("name", ["wordpress.xml", "govuk.atom", "blogger.atom"])
def test_the_common_kinds_of_feed_are_split(name: str):
    found = read((DATA / name).read_text("utf-8"))
    assert len(found.fingerprints) == len(found.entries) == len(set(found.fingerprints)) > 0


def test_only_what_is_not_known_is_read():
    before = read(rss(item(1), item(2), head="<title>T</title><lastBuildDate>yesterday</lastBuildDate>"))
    found = read(
        rss(item(3), item(1), item(2, "other words"), head="<title>New</title><lastBuildDate>today</lastBuildDate>"),
        frozenset(before.fingerprints),
    )
    assert [(entry.title, entry.text) for entry in found.entries] == [("Post 3", "words"), ("Post 2", "other words")]
    assert found.title == "New"
    assert found.unread == {before.fingerprints[0]}
    assert found.fingerprints[1] == before.fingerprints[0]


def test_a_document_of_which_all_is_known_has_entries_all_the_same():
    before = read(rss(item(1)))
    found = read(rss(item(1), tail="<ttl>60</ttl>"), frozenset(before.fingerprints))
    assert found.entries == ()
    assert found.warning is None
    assert found.ttl is not None


ELSEWHERE = [
    (lambda: read(rss(item(1)), url="https://y.example/"), "another address: the base of relative links"),
    (lambda: read(rss(item(1)).replace("xmlns:dc", "xmlns:cd")), "other namespaces"),
    (lambda: read(rss(item(1)).replace("<channel>", "<channel xml:lang='en'>")), "another element round it"),
    (lambda: read(rss(item(1)).replace("<item>", "<item >")), "other bytes"),
]


@pytest.mark.parametrize(("other", "why"), ELSEWHERE, ids=[why for _, why in ELSEWHERE])
def test_what_stands_elsewhere_is_another_item(other, why: str):
    assert not set(read(rss(item(1))).fingerprints) & set(other().fingerprints), why


UNCERTAIN = [
    ('<!DOCTYPE rss [<!ENTITY e "<item/>">]><rss><channel/></rss>', "entities may hold anything"),
    ("<rss><channel><item>", "it breaks off"),
    ("<rss><channel><item></channel></rss>", "an element is not ended"),
    ("<rss><channel></channel></rss></rss>", "one is ended that did not begin"),
    ("<rss><channel/><channel><item/></channel></rss>", "two channels, whose namespaces may differ"),
    ("<rss><channel></channel></rss><rss/>", "two roots"),
    ("<rss><channel><title a=b></title></channel></rss", "a tag that does not end"),
    ("<rss><channel><![CDATA[ <item></item></channel></rss>", "a section that does not end"),
    ("<rss><channel><title a='<item>'></title></channel></rss>", "a < in an attribute"),
    ("<opml><body/></opml>", "no feed"),
    ("<rss></rss>", "no channel"),
    ("<rss><channel>" + "<a>" * 20_001 + "</channel></rss>", "more tags than any feed has"),
]


@pytest.mark.parametrize(("document", "why"), UNCERTAIN, ids=[why for _, why in UNCERTAIN])
def test_what_is_uncertain_is_not_split(document: str, why: str):
    assert split(document.encode(), URL) is None, why


CERTAIN = [
    ("<rss><channel><item>1</item> <item/><item a='>'>2</item></channel></rss>", ["<item>1</item>", "<item/>", "<item a='>'>2</item>"], "forms of tags"),
    ("<rss><channel><title><![CDATA[<item>]]></title><item><![CDATA[</item>]]></item></channel></rss>", ["<item><![CDATA[</item>]]></item>"], "tags that are text"),
    ("<rss><channel><!-- <item> --><?x <item> ?><item><!-- </item> --></item></channel></rss>", ["<item><!-- </item> --></item>"], "tags in comments and instructions"),
    ("<rss><channel><image><item>1</item></image><item>2</item></channel></rss>", ["<item>2</item>"], "an item that is not the channel's"),
    ("<rss><channel><item><item>1</item></item></channel></rss>", ["<item><item>1</item></item>"], "an item in an item"),
    ("<rss><channel><items>1</items><entry/></channel></rss>", [], "other names"),
    ("<rss><item>1</item><channel/></rss>", [], "an item beside the channel"),
    ("<feed><entry>1</entry><source><entry/></source></feed>", ["<entry>1</entry>"], "Atom"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "items", "why"), CERTAIN, ids=[why for *_, why in CERTAIN])
def test_items_are_found_where_they_are(document: str, items: list[str], why: str):
    found = split(document.encode(), URL)
    assert found is not None, why
    assert [found.body[start:stop].decode() for start, stop in found.spans] == items
    rest = found.without(found.fingerprints).decode()
    assert rest == document if not items else not any(each in rest for each in items)


# --- with and without leaving out ---------------------------------------------------------------------

_TEXTS = st.sampled_from(
    ["words", "&lt;p&gt;a &amp;amp; b&lt;/p&gt;", "<![CDATA[<p>one</p></item><item>]]>", "é “q”", "", "Ã©", "&#x85;"]
)
_PIECES = st.one_of(
    st.builds("<title>{}</title>".format, _TEXTS),
    st.builds("<link>https://x.example/{}</link>".format, st.integers(0, 5)),
    st.builds("<link>/{}</link>".format, st.integers(0, 5)),
    st.builds("<guid>{}</guid>".format, st.integers(0, 5)),
    st.builds("<description>{}</description>".format, _TEXTS),
    st.builds("<content:encoded>{}</content:encoded>".format, _TEXTS),
    st.builds("<pubDate>Thu, 20 Apr 2017 0{}:00:00 GMT</pubDate>".format, st.integers(0, 5)),
    st.builds("<dc:creator>{}</dc:creator>".format, _TEXTS),
    st.sampled_from(
        ["<unknown/>", "<!-- </item> -->", "<item/>", "<title>", "&", "<a b='>'/>", "<atom:link href='/a'/>"]
    ),
)
_ITEMS = st.lists(st.builds("<item>{}</item>".format, st.lists(_PIECES, max_size=4).map("".join)), max_size=6)
_BETWEEN = st.lists(
    st.sampled_from(
        ["\n", "<ttl>5</ttl>", "<!-- x -->", "<image><title>i</title></image>", "<author>", "<![CDATA[ <item> ]]>"]
    ),
    max_size=2,
).map("".join)


@settings(deadline=None)  # the first document that is not plain loads feedparser
@given(_ITEMS, _ITEMS, _BETWEEN, st.randoms(use_true_random=False))
def test_leaving_out_what_is_known_reads_the_rest_as_before(first, more, between, chance):
    """The same documents, read with and without what an earlier one taught."""
    before = parse(rss(*first).encode(), url=URL, content_type=None)
    known = frozenset(before.fingerprints) if isinstance(before, ParsedFeed) else frozenset()
    second = first + more
    chance.shuffle(second)
    document = rss(*second, tail=between).encode()
    whole = parse(document, url=URL, content_type=None)
    found = parse(document, url=URL, content_type=None, known=known)
    if not isinstance(whole, ParsedFeed):
        assert found == whole
        return
    assert isinstance(found, ParsedFeed)
    assert found.fingerprints == whole.fingerprints
    assert found.unread == known.intersection(whole.fingerprints)
    if whole.fingerprints:
        taught = {}
        if isinstance(before, ParsedFeed) and known:
            taught = dict(zip(before.fingerprints, before.entries, strict=True))
        of_whole = list(zip(whole.fingerprints, whole.entries, strict=True))
        assert list(found.entries) == [entry for each, entry in of_whole if each not in found.unread]
        for each, entry in of_whole:
            assert taught.get(each, entry) == entry, "equal fingerprints are read as the same entry"
    assert replace(found, entries=(), unread=frozenset()) == replace(whole, entries=())


# --- what a reading is ----------------------------------------------------------------------------------------

DATES = (
    "Thu, 20 Apr 2017 06:01:00 BST",
    "Thu, 20 Apr 2017 06:01:00 Europe/London",
    "2017-04-20T06:01:00+01:00[Europe/London]",
    "20/04/2017 05:01",
    "20/04/17",
    "05:01, 20 April 2017",
    "20 Ebrill 2017",
    "Thu Apr 20 2017 06:01:00 GMT+0100 (British Summer Time)",
    "20170420050100",
    "1492664460",
    "31 Feb 2017",
    "yesterday",
)
ODDITIES = (
    ("Fish &amp;amp; chips &lt;b&gt;bold&lt;/b&gt;", "https://x.example/a/../b?utm_source=feed&amp;id=1#top", "plain"),
    (
        "<![CDATA[  “Quotes” – and dashes… ]]>",
        "/relative/",
        "&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;br&gt;three&lt;/p&gt;",
    ),
    (
        "Caf&#233; &#x2019;s &#133;",
        "//other.example/c",
        "&lt;ul&gt;&lt;li&gt;a&lt;/li&gt;&lt;/ul&gt;&lt;table&gt;&lt;tr&gt;&lt;td&gt;1",
    ),
    ("", "http://X.example:80/%7euser/", "<![CDATA[<script>no</script><style>no</style>yes &nbsp; &copy;]]>"),
    ("&lt;i&gt;", "javascript:alert(1)", "&lt;img alt='a picture'&gt;&lt;iframe/&gt;after"),
    ("Tabs\tand\nlines", " https://x.example/ s p a c e ", "&lt;pre&gt;  kept \n as is&lt;/pre&gt;"),
)
READING = (2, "b4c17bfac267a8b1cd1db8df217d894d0a78dd42f5378e126150325b0c23b316")
"""The number of the reading, and what it makes of the corpus."""


def _what_is_read() -> str:
    """A digest of what marks stand for (``plan.settled``): guid, address, words and date of each item of the corpus."""
    items = [
        f"<item><title>{raw}</title><guid>d{n}</guid><pubDate>{raw}</pubDate></item>" for n, raw in enumerate(DATES)
    ]
    items += [
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>o{n}</guid>"
        f"<description>{text}</description></item>"
        for n, (title, link, text) in enumerate(ODDITIES)
    ]
    corpus = [rss(*items).encode()]
    corpus += [(DATA / name).read_bytes() for name in ("wordpress.xml", "govuk.atom", "blogger.atom", "rss091.xml")]
    digest = hashlib.sha256()
    for document in corpus:
        found = parse(document, url=URL, content_type=None)
        assert isinstance(found, ParsedFeed)
        for entry in found.entries:
            at = entry.published.at if entry.published else None
            digest.update(repr((entry.guid, entry.url, entry.title, entry.text, entry.content_hash, at)).encode())
    return digest.hexdigest()


def test_who_changes_what_is_read_raises_the_number_of_the_reading():
    """Else items that were read before are taken for what they were, and the change is for new ones only."""
    read_as = _what_is_read()
    assert (fingerprints._READING, read_as) == READING, (
        f"the same bytes are read otherwise than before: raise _READING in aggregator/parsing/fingerprints.py,"
        f" and READING here to ({READING[0] + 1}, {read_as!r})"
    )
