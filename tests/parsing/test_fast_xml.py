"""The fast reader takes only what it reads exactly as feedparser would."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parsing.fast_xml import read_plain_feed
from aggregator.parsing.feed_xml import read_xml_feed
from aggregator.parsing.raw import RawFeed
from aggregator.parsing.xmltext import read_prolog

DATA = Path(__file__).parent / "data"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "atom": "http://www.w3.org/2005/Atom",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "slash": "http://purl.org/rss/1.0/modules/slash/",
        "wfw": "http://wellformedweb.org/CommentAPI/",
        "media": "http://search.yahoo.com/mrss/",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "thr": "http://purl.org/syndication/thread/1.0",
    }.items()
)


def slowly(document: str) -> RawFeed:
    found = read_xml_feed(document, read_prolog(document), [])
    assert isinstance(found, RawFeed), found
    return found


def fast(document: str) -> RawFeed | None:
    return read_plain_feed(document.encode())


def rss(
    items: str, channel: str = "<title>T</title><link>https://x.example</link>", attributes: str = 'version="2.0"'
) -> str:
    return f'<?xml version="1.0"?><rss {attributes} {NAMESPACES}><channel>{channel}{items}</channel></rss>'


def atom(entries: str, feed: str = "<title>T</title>") -> str:
    return f"<?xml version='1.0'?><feed {ATOM} xmlns:media='http://search.yahoo.com/mrss/'>{feed}{entries}</feed>"


@pytest.mark.parametrize("name", ["wordpress.xml", "govuk.atom", "blogger.atom"])
def test_the_common_kinds_of_feed_are_read_fast_and_alike(name: str):
    document = (DATA / name).read_text("utf-8")
    found = fast(document)
    assert found is not None, "this is what it is for"
    assert found == slowly(document)


ALIKE = [
    (rss(""), "no items"),
    ("<rss version='2.0'></rss>", "no channel"),
    (rss("<item/>"), "an empty item"),
    (rss("<item><title>a</title><description>d</description></item>" * 3), "several items"),
    (rss("<item><title> \n a &amp;amp; &lt;b> \u2019\u00e9 </title></item>"), "white space and entities"),
    (rss("<item><title><![CDATA[a <b>&amp;</b>]]> tail</title></item>"), "CDATA with a tail"),
    (rss("<item><guid>12</guid></item>"), "a guid that stands in for the link"),
    (rss("<item><guid>https://x.example/1</guid><link>https://x.example/2</link></item>"), "guid before link"),
    (rss("<item><link>https://x.example/2</link><guid>https://x.example/1</guid></item>"), "link before guid"),
    (rss("<item><link>https://x.example/1</link><guid>https://x.example/1</guid></item>"), "guid and link alike"),
    (rss('<item><guid isPermaLink="false">12</guid></item>'), "a guid that is no link"),
    (rss('<item><guid isPermaLink="FALSE">12</guid></item>'), "the same shouted"),
    (rss('<item><atom:link href="https://x.example/a"/><guid>12</guid></item>'), "Atom's link in RSS"),
    (rss('<item><atom:link rel="self" href="https://x.example/a"/></item>'), "one to itself"),
    (rss('<item><atom:link rel="alternate" type="application/pdf" href="https://x.example/a"/></item>'), "an alternate of another type"),
    (rss("<item><feedburner:origLink>https://x.example/1</feedburner:origLink><link>https://f.example/~r/1</link></item>"), "FeedBurner's redirect"),
    (rss("<item><feedburner:origLink>item 7</feedburner:origLink><link>https://f.example/~r/1</link></item>"), "an original that is no link"),
    (rss("<item><dc:date>2017-04-20</dc:date></item>"), "dc:date alone"),
    (rss("<item><pubDate>20 Apr 2017</pubDate><dc:date>2017-04-21</dc:date></item>"), "two dates"),
    (rss("<item><pubDate/><dc:date>2017-04-21</dc:date></item>"), "an empty date"),
    (rss("<item><author>Jo</author><dc:creator>Ann</dc:creator><dc:creator>Jo</dc:creator><dc:creator/></item>"), "authors"),
    (rss("<item><description>long description</description><content:encoded>short</content:encoded></item>"), "a short content"),
    (rss("<item><content:encoded>the whole</content:encoded><description>part</description></item>"), "content first"),
    (rss("<item><description/><content:encoded>the whole</content:encoded></item>"), "an empty description"),
    (rss("<item><description>d</description><content:encoded> </content:encoded></item>"), "an empty content"),
    (rss("<item><category domain='d'>c</category><comments>u</comments><enclosure url='e' length='1' type='a/b'/><slash:comments>3</slash:comments></item>"), "what is passed over"),
    (rss("<item><title>t</title><media:content url='u'><media:title>m</media:title></media:content><media:thumbnail url='v'/></item>"), "pictures"),
    (rss("<item><title>t</title></item>", "<title>T</title><ttl>60</ttl><sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"), "wishes"),
    (rss("", "<image><title>I</title><link>https://i.example</link><url>u</url></image><title>T</title><link>https://x.example</link>"), "a picture before the title"),
    (rss("", "<link>https://x.example</link><atom:link href='https://y.example'/>"), "two links"),
    (rss("", "<title>T</title><skipHours><hour>1</hour></skipHours><description>d</description>"), "hours"),
    (rss("", attributes='version="0.92"'), "RSS 0.92"),
    (rss("", attributes=""), "RSS of no version"),
    (atom("<entry/>"), "an empty entry"),
    (atom("<entry><title type='html'>a &amp;lt;b</title><id>urn:1</id></entry>"), "an HTML title"),
    (atom("<entry><title>a &lt;b></title><id>https://x.example/1</id></entry>"), "a plain title, an id for a link"),
    (atom("<entry><summary>s</summary><content type='text'>c</content></entry>"), "plain content"),
    (atom("<entry><summary type='html'>s</summary><content/></entry>"), "an empty content"),
    (atom("<entry><content type='html'>c</content><summary>s</summary></entry>"), "summary last"),
    (atom("<entry><link href='https://x.example/1'/><link rel='related' href='https://x.example/2'/><link rel='alternate' href='https://x.example/3'/></entry>"), "links"),
    (atom("<entry><author><name>A</name><email>a@x.example</email></author><author><name>B</name></author></entry>"), "people"),
    (atom("<entry/>", "<author><name>F</name></author><id>https://x.example/feed</id>"), "a feed's author, and its id that is no link"),
    (atom("<entry><published>2017-04-20T05:01:00Z</published><updated>2017-04-21T05:01:00Z</updated></entry>"), "dates"),
    ("<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel><item><title>caf\u00e9</title></item></channel></rss>", "what was declared is past"),
    (f"<?xml version='1.0'?><?xml-stylesheet href='x'?><!-- c --><feed {ATOM}/><!-- d -->", "comments"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "why"), ALIKE, ids=[why for _, why in ALIKE])
def test_what_is_read_fast_is_read_alike(document: str, why: str):
    found = fast(document)
    assert found is not None, why
    assert found == slowly(document), why


HANDED_OVER = [
    (rss("").replace("</rss>", ""), "not well-formed"),
    ("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'><channel><title>&a;</title></channel></rss>", "a doctype"),
    (rss("<item xml:base='https://y.example/'><link>a</link></item>"), "xml:base"),
    (rss("<item><title type='html'>t</title></item>"), "an attribute it does not know"),
    (rss("<item><foo>t</foo></item>"), "an element it does not know"),
    (rss("<item><x:foo xmlns:x='urn:x'>t</x:foo></item>"), "a namespace it does not know"),
    (rss("<item><title>t<b>u</b></title></item>"), "markup in a title"),
    (rss("<item><title>a</title><title>b</title></item>"), "two titles"),
    (rss("<item><description>a</description><description>b</description></item>"), "two descriptions"),
    (rss("<item><guid/></item>"), "an empty guid"),
    (rss("<item><link/></item>"), "an empty link"),
    (rss("<item><link>https:///x.example</link></item>"), "an address that feedparser mends"),
    (rss("<item><link>https://x.example/?a&amp;b;c</link></item>"), "an address that looks like an entity"),
    (rss("<item><author>jo@x.example (Jo)</author></item>"), "an author's address"),
    (rss("<item><title>\u00c3\u00a9</title></item>"), "UTF-8 read as ISO 8859-1, which feedparser undoes"),
    (rss("<item><title>\u0092</title></item>"), "windows-1252 read as ISO 8859-1, which feedparser undoes"),
    (rss("<item><title>&#146;</title></item>"), "the same as a number"),
    (rss("<item><media:content url='u'><media:title>m</media:title></media:content></item>"), "a picture's title where the item has none"),
    (rss("<item><title>t</title><media:content url='u'><media:description>m</media:description></media:content></item>"), "a picture's description"),
    (rss("<item><source url='u'>s</source></item>"), "another feed's item"),
    ("<rss version='2.0' xmlns='http://backend.userland.com/rss2'><channel/></rss>", "RSS in a namespace"),
    ("<rss version='2.0' xmlns:r='http://purl.org/rss/1.0/'><channel/></rss>", "RSS 1.0's namespace"),
    (atom("<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>t</div></title></entry>"), "XHTML"),
    (atom("<entry><content type='image/png'>aGk=</content></entry>"), "content in base64"),
    (atom("<entry><content src='u' type='text/html'/></entry>"), "content elsewhere"),
    (atom("<entry><author><email>a@x.example</email></author></entry>"), "a person without a name"),
    (atom("<entry><source><title>s</title></source></entry>"), "another feed's entry"),
    ("<feed version='0.3' xmlns='http://purl.org/atom/ns#'/>", "Atom 0.3"),
    ("<RSS version='2.0'><channel/></RSS>", "capitals"),
    ("<channel/>", "another root"),
    ("", "nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "why"), HANDED_OVER, ids=[why for _, why in HANDED_OVER])
def test_what_is_unusual_is_handed_over(document: str, why: str):
    assert fast(document) is None, why


text = st.sampled_from(
    [
        "",
        " ",
        "t",
        "https://x.example/1",
        "a &amp; b",
        "&lt;p&gt;a&lt;/p&gt;",
        "<![CDATA[<b>x</b>]]>",
        "é “q”",
        "20 Apr 2017",
        "\n x \n",
        "&#8217;",
        "12",
    ]
)
rss_leaves = st.sampled_from(
    ["title", "link", "guid", "pubDate", "dc:date", "atom:updated", "author", "dc:creator", "description", "content:encoded", "category",
     "comments", "dc:subject", "slash:comments", "wfw:commentRss", "thr:total", "ttl", "sy:updatePeriod", "generator", "language", "x"]
)  # fmt: skip
atom_leaves = st.sampled_from(
    ["title", "id", "published", "updated", "summary", "content", "category", "rights", "subtitle", "name", "generator", "title type='html'",
     "content type='html'", "summary type='text'", "content type='text/html'", "title type='TEXT'"]
)  # fmt: skip
links = st.sampled_from(
    ["<L href='https://x.example/a'/>", "<L rel='self' href='https://x.example/b'/>", "<L rel='ALTERNATE' href='c' type='text/html'/>",
     "<L rel='alternate' type='application/json' href='https://x.example/d'/>", "<L/>", "<L rel='enclosure' href='e' length='3'/>"]
)  # fmt: skip
people = st.lists(text, max_size=2).map(
    lambda names: "<author>" + "".join(f"<name>{n}</name>" for n in names) + "</author>"
)


def element(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name.split(maxsplit=1)[0]}>"


rss_parts = st.lists(
    st.builds(element, rss_leaves, text) | links.map(lambda link: link.replace("L", "atom:link")), max_size=7
).map("".join)
atom_parts = st.lists(
    st.builds(element, atom_leaves, text) | links.map(lambda link: link.replace("L", "link")) | people, max_size=7
).map("".join)
documents = st.builds(
    lambda channel, items: rss("".join(element("item", item) for item in items), channel),
    rss_parts,
    st.lists(rss_parts, max_size=3),
) | st.builds(
    lambda feed, entries: atom("".join(element("entry", entry) for entry in entries), feed),
    atom_parts,
    st.lists(atom_parts, max_size=3),
)


@given(documents)
def test_both_readers_agree_wherever_the_fast_one_dares(document: str):
    found = fast(document)
    if found is not None:
        assert found == slowly(document)
