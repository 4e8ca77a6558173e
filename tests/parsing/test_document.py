"""Whole documents that are not as they should be: what is kept, what is refused, and in which words."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET

import pytest

from aggregator.model import Failure, FailureKind, ParsedFeed
from aggregator.parsing.document import parse
from aggregator.parsing.xmltext import whole_items

URL = "https://blog.example/feed/"


def answer(body: str | bytes, content_type: str | None = "application/rss+xml") -> ParsedFeed | Failure:
    return parse(body.encode() if isinstance(body, str) else body, url=URL, content_type=content_type)


def read(body: str | bytes, content_type: str | None = "application/rss+xml") -> ParsedFeed:
    found = answer(body, content_type)
    assert isinstance(found, ParsedFeed), found
    return found


def refused(body: str | bytes, content_type: str | None = "text/html") -> Failure:
    found = answer(body, content_type)
    assert isinstance(found, Failure), found
    assert found.message
    assert "\n" not in found.message
    return found


def rss(*items: str, head: str = '<?xml version="1.0"?>', extra: str = "") -> str:
    return f'{head}<rss version="2.0"><channel><title>T</title>{extra}{"".join(items)}</channel></rss>'


def item(number: int, extra: str = "") -> str:
    return f"<item><title>Post {number}</title><link>https://blog.example/{number}</link><guid>g{number}</guid>{extra}</item>"


def titles(feed: ParsedFeed) -> list[str]:
    return [entry.title for entry in feed.entries]


# --- what is no feed


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"", FailureKind.EMPTY, "no content"),
        (b" \r\n\t\x00", FailureKind.EMPTY, "no content"),
        (b"\xef\xbb\xbf", FailureKind.NOT_A_FEED, "neither XML nor JSON"),
        (b"Not found", FailureKind.NOT_A_FEED, "neither XML nor JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", FailureKind.NOT_A_FEED, "neither XML nor JSON"),
        (b"<html><head><title>Our &amp; site</title></head><body>x</body></html>", FailureKind.NOT_A_FEED, "an HTML page (“Our & site”) instead of a feed; it names no feed"),
        (b"<!DOCTYPE html>\n<p>x", FailureKind.NOT_A_FEED, "an HTML page"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><html xmlns='http://www.w3.org/1999/xhtml'><head/></html>", FailureKind.NOT_A_FEED, "an HTML page"),
        (b"<!-- comment --><HTML><BODY>x", FailureKind.NOT_A_FEED, "an HTML page"),
        (b"oops <html><body>x</body></html>", FailureKind.NOT_A_FEED, "an HTML page"),
        (b"<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x'></script>", FailureKind.CHALLENGE, "a bot check (“Just a moment...”)"),
        (b"<html><body>Please verify you are human<div class='g-recaptcha'></div>", FailureKind.CHALLENGE, "a bot check"),
        (b"<html><title>Log in</title><form><input name=u><input type='password'></form>", FailureKind.CHALLENGE, "a login page (“Log in”)"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', FailureKind.NOT_A_FEED, "an OPML list"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', FailureKind.NOT_A_FEED, "a sitemap"),
        (b"<config><a>1</a></config>", FailureKind.NOT_A_FEED, "its root element is <config>"),
        (b"<?xml version='1.0'?>", FailureKind.BROKEN_FEED, "without an element"),
        (b"<!-- never closed", FailureKind.BROKEN_FEED, "without an element"),
        (b"{", FailureKind.BROKEN_FEED, "broken JSON"),
        (b'{"a": 1}', FailureKind.NOT_A_FEED, "no JSON Feed"),
        (b'[{"id": 1}]', FailureKind.NOT_A_FEED, "bare list"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 7}', FailureKind.NOT_A_FEED, "without its items"),
        (b"[" * 100_000, FailureKind.BROKEN_FEED, "nested without end"),
        (b"<rss version='2.0'><channel><title>T</title><item><title>half", FailureKind.BROKEN_FEED, "breaks off"),
        (b"<rss", FailureKind.BROKEN_FEED, "breaks off"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_named(body: bytes, kind: FailureKind, says: str):
    failure = refused(body)
    assert (failure.kind, says in failure.message) == (kind, True), failure.message


def test_a_page_that_names_its_feed_is_asked_for_it():
    failure = refused(
        '<html><head><title>Blog</title><link rel="stylesheet" href="/s.css">'
        "<link href='/feed/?a=1&amp;b=2' type=application/rss+xml rel='alternate home'>"
        '<link rel="alternate" type="application/atom+xml" href="https://blog.example/atom"></head></html>'
    )
    assert failure.kind is FailureKind.NOT_A_FEED
    assert "it names this feed: https://blog.example/feed/?a=1&b=2" in failure.message


def test_titles_of_strangers_are_bounded_in_messages():
    assert len(refused(f"<html><title>{'x' * 5000}</title>").message) < 200


def test_a_feed_served_as_html_is_a_feed():
    assert titles(read(rss(item(1)), "text/html; charset=utf-8")) == ["Post 1"]


def test_a_feed_without_entries_is_fine():
    feed = read(rss())
    assert feed.entries == ()
    assert feed.warning == "the feed has no entries"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("bob@post.example (Bob Smith)", "Bob Smith"),
        ("bob@service.wales (Bob Smith)", "Bob Smith"),
        ("Bob Smith &lt;bob@service.wales&gt;", "Bob Smith"),
        ("bob@service.wales", "bob@service.wales"),
        ("bob@blog.uk (Bob Smith)", "Bob Smith"),
        ("Bob (the judge) Smith", "Bob (the judge) Smith"),
    ],
)
def test_an_author_with_an_address_is_called_by_the_name(author: str, name: str):
    """Of bob@service.wales (Bob Smith), a form that RSS 2.0 asks for, "s (Bob Smith" was kept."""
    assert read(rss(item(1, extra=f"<author>{author}</author>"))).entries[0].author == name


# --- XML that is nearly right


@pytest.mark.parametrize(
    "element",
    [
        "<gml_pos>45 -71</gml_pos>",
        "<gml_posList>1 2 3 4</gml_posList>",
        "<cc_license resource='x'/>",
        "</gml_pos>",
        "<_>x</_>",
        "<a:my_own xmlns:a='urn:a'/>",
    ],
)
def test_an_element_with_an_underscore_takes_no_feed_with_it(element: str):
    """The parser takes ``gml_pos`` for the ``pos`` of GML, without what comes with that, and failed on it."""
    for broken in ("", "<i>&nope;</b>"):
        feed = read(rss(item(1), extra=element + broken))
        assert [entry.title for entry in feed.entries] == [entry.title for entry in read(rss(item(1))).entries]


@pytest.mark.parametrize("name", ["width", "height", "media:player", "gml:pos", "gml:posList", "cc:license"])
def test_an_element_that_ends_and_never_began_takes_no_feed_with_it(name: str):
    """What the element held was asked for, and feedparser failed; so did the poll, each time."""
    feed = read(rss(item(1), extra=f"</{name}>"))
    assert len(feed.entries) == 1
    assert "not well-formed" in (feed.warning or "")


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (rss(item(1)), None),
        ("\n\n  " + rss(item(1)), None),
        ("\ufeff\ufeff" + rss(item(1)), None),
        ("<br />\n<b>Warning</b>: deprecated in x.php<br />\n" + rss(item(1)), "something stands before"),
        ("Notice: x\n" + rss(item(1)), "something stands before"),
        (rss(item(1)) + "<script>track()</script>", "something follows"),
        (rss(item(1)) + "\n<!-- cached -->", None),
        (rss(item(1)) + rss(item(2)), "read as far as"),
        (rss(item(1), extra="<description>R&D &nbsp; x</description>"), "mended"),
        (rss(item(1), extra="<description>a\x0bb\x00c</description>"), "mended"),
        (rss(item(1), extra="<description>&#0;&#x1F;&#xFFFF;</description>"), "mended"),
        (rss(item(1), extra="<description>a<br>b</description>"), "read as far as"),
        (rss(item(1), extra="<foo:bar>x</foo:bar>"), "read as far as"),
        (rss(item(1))[:-1], "mended"),
        (rss(item(1)).replace("</channel>", ""), "read as far as"),
    ],
    ids=[
        "well-formed", "white space first", "marks first", "an error message first", "a notice first", "a script last",
        "a comment last", "two documents", "signs that stand for nothing", "forbidden characters", "forbidden numbers",
        "a tag that is not closed", "a prefix without a namespace", "the last bracket", "an end tag",
    ],
)  # fmt: skip
def test_small_faults_are_mended_and_told(body: str, warning: str | None):
    feed = read(body)
    assert titles(feed)[0] == "Post 1"
    assert feed.entries[0].url == "https://blog.example/1"
    if warning is None:
        assert feed.warning is None
    else:
        assert feed.warning is not None


def test_signs_are_mended_to_what_was_meant():
    feed = read(rss("<item><title>R&D in Kent &ndash; caf&eacute; &amp; &unknown; AT&T</title></item>"))
    assert titles(feed) == ["R&D in Kent – café & &unknown; AT&T"]


@pytest.mark.parametrize("cut", range(1, 400, 7))
def test_a_document_that_breaks_off_keeps_what_is_whole(cut: int):
    """A server that dies in the midst of an answer must not leave half a post in the archive, to be "revised" later."""
    whole = rss(*(item(number, f"<description>{'words ' * 20}</description>") for number in range(1, 5)))
    kept = whole[: len(whole) - cut]
    ended = kept.count("</item>")
    found = answer(kept)
    if ended == 0:
        assert isinstance(found, Failure)
        assert found.kind is FailureKind.BROKEN_FEED
        return
    assert isinstance(found, ParsedFeed)
    assert titles(found) == [f"Post {number}" for number in range(1, ended + 1)]
    assert all(entry.text == ("words " * 20).strip() for entry in found.entries)
    assert found.warning is not None


@pytest.mark.parametrize(
    ("open_", "close", "entry"),
    [
        ('<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>', "</feed>", "<entry><title>Post {}</title><id>{}</id></entry>"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>t</a:title>', "</a:feed>", "<a:entry><a:title>Post {}</a:title></a:entry>"),
        ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>t</title></channel>', "</rdf:RDF>", "<item><title>Post {}</title></item>"),
    ],
    ids=["Atom", "Atom with a prefix", "RDF"],
)  # fmt: skip
def test_other_formats_break_off_too(open_: str, close: str, entry: str):
    whole = open_ + "".join(entry.format(number, number) for number in (1, 2, 3)) + close
    assert titles(read(whole)) == ["Post 1", "Post 2", "Post 3"]
    feed = read(whole[: whole.rindex("Post 3")])
    assert titles(feed) == ["Post 1", "Post 2"]
    assert feed.warning == "the document breaks off; what was whole was kept"


def test_of_a_long_broken_document_the_beginning_is_read():
    long = item(1, f"<description>{'x' * 300_000}</description>")
    feed = read(rss(*[long] * 9, item(2, "<description>a<br>b</description>")))
    assert titles(feed) == ["Post 1"] * 6
    assert feed.warning is not None


def test_duplicate_items_are_all_kept():
    """Which of them are one post is for identity to say, not for the reader."""
    assert titles(read(rss(item(1), item(1), item(1)))) == ["Post 1"] * 3


def test_items_with_nothing_but_one_thing():
    feed = read(
        rss(
            "<item><title>Only a title</title></item>",
            "<item><link>https://blog.example/only-a-link</link></item>",
            "<item><guid isPermaLink='false'>only-a-guid</guid></item>",
            "<item><guid>https://blog.example/guid-that-is-a-link</guid></item>",
            "<item><description>Only words.</description></item>",
            "<item/>",
        )
    )
    assert [(entry.title, entry.guid, entry.url) for entry in feed.entries] == [
        ("Only a title", None, None),
        ("https://blog.example/only-a-link", None, "https://blog.example/only-a-link"),
        ("(untitled)", "only-a-guid", None),
        ("https://blog.example/guid-that-is-a-link",) * 3,
        ("Only words.", None, None),
        ("(untitled)", None, None),
    ]


@pytest.mark.parametrize("odd", ["", "<odd/>"], ids=["plain", "by feedparser"])
def test_the_address_is_the_posts_own_where_feedburner_put_a_redirect(odd):
    feed = read(
        '<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>T</title>'
        f"<item><title>P</title><link>http://feedproxy.example/~r/b/1</link>{odd}"
        "<feedburner:origLink> https://blog.example/post </feedburner:origLink></item></channel></rss>"
    )
    assert feed.entries[0].url == "https://blog.example/post"


def test_a_guid_that_is_a_link_stands_in_for_an_empty_one():
    feed = read(rss("<item><title>P</title><link></link><guid>https://blog.example/post</guid></item>"))
    assert feed.entries[0].url == "https://blog.example/post"


def test_rdf_about_stands_in_for_a_missing_link():
    """RSS 1.0 §5.5: the two should be the same."""
    feed = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<item rdf:about="https://blog.example/post"><title>P</title></item></rdf:RDF>'
    )
    assert feed.entries[0].url == "https://blog.example/post"


@pytest.mark.parametrize(
    ("more", "link", "target", "reason"),
    [
        ("", "https://site.example/2017/p/", "https://site.example/2017/p/x", "a post is written for its page"),
        ("", "/2017/p/", "https://blog.example/2017/p/x", "where that is relative, too"),
        (' xml:base="https://base.example/b/"', "https://site.example/2017/p/", "https://base.example/b/x", "xml:base"),
        ("", "", f"{URL}x", "no page: the document"),
        ("", "mailto:jo@site.example", f"{URL}x", "nothing to go by"),
    ],
)
def test_relative_links_of_rss_mean_what_they_do_on_the_posts_page(more: str, link: str, target: str, reason: str):
    """RSS does not say. The feed is often on another host, where such a link led nowhere."""
    content = "<description>&lt;a href='x'&gt;l&lt;/a&gt;</description>"
    feed = read(
        f"<rss version='2.0'><channel><item{more}><title>t</title><link>{link}</link>{content}</item></channel></rss>"
    )
    assert f'href="{target}"' in feed.entries[0].html, reason


def test_relative_links_of_atom_mean_the_document():
    """RFC 4287 §2, RFC 3986 §5.1.3."""
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>urn:x:1</id>'
        '<link href="https://site.example/p/"/><content type="html">&lt;a href="x">l&lt;/a></content></entry></feed>'
    )
    assert f'href="{URL}x"' in feed.entries[0].html


def test_an_xml_base_ends_with_its_element():
    """The links of an item were resolved against the xml:base of the one before it."""
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
        '<entry xml:base="https://other.example/a/"><id>urn:x:1</id><link href="p1"/></entry>'
        '<entry><id>urn:x:2</id><link href="p2"/><content type="html">&lt;a href="x">l&lt;/a></content></entry>'
        "</feed>"
    )
    assert [entry.url for entry in feed.entries] == ["https://other.example/a/p1", f"{URL}p2"]
    assert f'href="{URL}x"' in feed.entries[1].html


def test_xml_base_is_followed_entry_by_entry():
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://one.example/a/"><title>t</title>'
        '<entry><id>1</id><link href="p1"/><content type="html">&lt;a href="x">l&lt;/a></content></entry>'
        '<entry xml:base="/b/"><id>2</id><link href="p2"/><content type="html" xml:base="c/">&lt;a href="x">l&lt;/a></content></entry>'
        "</feed>"
    )
    assert [entry.url for entry in feed.entries] == ["https://one.example/a/p1", "https://one.example/b/p2"]
    assert [
        'href="https://one.example/a/x"' in feed.entries[0].html,
        'href="https://one.example/b/c/x"' in feed.entries[1].html,
    ] == [True, True]


def test_a_relative_xml_base_is_relative_to_the_document():
    feed = read('<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/archive/"><entry><id>1</id><link href="p1"/>'
                '<content type="html">&lt;a href="x">l&lt;/a></content></entry></feed>')  # fmt: skip
    assert feed.entries[0].url == "https://blog.example/archive/p1"
    assert 'href="https://blog.example/archive/x"' in feed.entries[0].html


def test_xhtml_content_is_unwrapped():
    (entry,) = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <em>title</em> &amp; more</div></title>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><h2>Findings</h2><p>Poor &lt;work&gt;.</p></div></content></entry></feed>'
    ).entries
    assert entry.title == "A title & more"
    assert entry.text == "Findings\n\nPoor <work>."


def test_the_description_of_a_picture_is_not_the_post():
    """Feedparser takes a second description for the content; local papers describe their pictures that way."""
    (entry,) = read(
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item><title>t</title>'
        "<description>Inspectors rated the service inadequate, its lowest grade.</description>"
        '<media:content url="a.jpg"><media:title>A picture</media:title><media:description>The town hall</media:description></media:content>'
        "</item></channel></rss>"
    ).entries
    assert (entry.title, entry.text) == ("t", "Inspectors rated the service inadequate, its lowest grade.")


# --- documents made to hurt

BOMB = "<!DOCTYPE r [" + '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip


def test_entities_that_multiply_are_left_alone():
    feed = read(rss("<item><title>x &j; y</title></item>", head=BOMB))
    assert titles(feed) == ["x &j; y"]


def test_entities_that_stand_for_a_few_characters_are_put_in():
    head = """<!DOCTYPE rss [ <!ENTITY copy "(c)"> <!ENTITY hi 'Hi "there"'><!ENTITY num "&#233;"> <!-- ]> --> ]>"""
    assert titles(read(rss("<item><title>&copy; &hi; caf&num;</title></item>", head=head))) == ['(c) Hi "there" café']


def test_no_file_is_read_and_no_address_fetched():
    head = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>'
    assert titles(read(rss("<item><title>a &x; b</title></item>", head=head))) == ["a &x; b"]


def test_entities_cannot_add_up_to_much():
    head = f'<!DOCTYPE rss [<!ENTITY x "{"y" * 200}">]>'
    feed = read(rss(f"<item><title>t</title><description>{'&x;' * 100_000}</description></item>", head=head))
    assert len(feed.entries[0].text) <= 1_000_000


ATTRIBUTES = " ".join(f"a{number}='1'" for number in range(100_000))


def deep(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


HOSTILE = [
    (f"<rss version='2.0'><channel {ATTRIBUTES}><item><title>t</title></item></channel></rss>", "attributes"),
    (rss(f"<item><title>t</title><x:y xmlns:x='u' {ATTRIBUTES}/></item>"), "attributes inside an item"),
    (f"<rss {ATTRIBUTES}><channel><item></rss>", "attributes, not well-formed"),
    (f"<rss><channel {'a ' * 200_000}", "attributes without end"),
    (rss(f"<item>{deep(100_000)}</item>"), "depth"),
    (rss(f"<item><description>{deep(20_000)}</description></item>"), "depth in a description"),
    (rss("<item>" + "<a>" * 100_000), "depth, not well-formed"),
    ("<rss " + " ".join(f"xmlns:n{n}='u{n}'" for n in range(5_000)) + "><channel/></rss>", "namespaces"),
    (rss(f"<item><title>t</title>{'<category>c</category>' * 30_000}</item>"), "categories"),
    (rss(f"<item><title>t</title><x:z xmlns:x='u'/>{''.join(f'<category>c{n}</category>' for n in range(20_000))}</item>"), "categories, unusual"),
    (rss(f"<item><title>t</title><media:keywords xmlns:media='http://search.yahoo.com/mrss/'>{','.join(map(str, range(50_000)))}</media:keywords></item>"), "keywords"),
    (rss(f"<item><title>{'&amp;' * 500_000}</title></item>"), "a title of signs"),
    (rss(f"<item><title>{'&lt;!--' * 100_000}</title></item>"), "a title of comments"),
    (rss(f"<item><title>t</title><description><![CDATA[{'<div>' * 20_000}]]></description></item>"), "HTML nested deep"),
    (rss("<item>" * 50_000), "items that are never closed"),
    ("<rss><channel><item><title>t</item>" * 8_000, "tags that do not match"),
    ("<rss><channel>" + "<![CDATA[" * 100_000, "CDATA without end"),
    ("<rss><channel><item>" + "<!-- " * 100_000 + "</item>", "comments without end"),
    ("<" * 500_000, "brackets"),
    ("<rss>" + "&" * 500_000 + "</item>", "ampersands"),
    ("<rss><channel><item><title>" + "<a b='" * 40_000 + "</item>", "quotes without end"),
    ("<!DOCTYPE rss [" + "<!ENTITY a '" * 50_000, "a doctype without end"),
    ("<!DOCTYPE rss [" + "".join(f"<!ENTITY a{n} 'x'>" for n in range(50_000)) + "]><rss>&a1;</rss>", "very many entities"),
    ("<?xml " * 100_000, "declarations without end"),
    ('{"version": "https://jsonfeed.org/version/1", "items": [' + ",".join(["{}"] * 100_000) + "]}", "very many items of JSON"),
    ('{"version": "https://jsonfeed.org/version/1", "items": [{"id": ' + "9" * 100_000 + "}]}", "a number without end"),
    ("<html>" + "<link " * 100_000, "a page of links without end"),
    ("<html>" + "<title>" * 100_000, "a page of titles"),
    (rss(f"<item><title>t</title><pubDate>{'1 ' * 100_000}</pubDate></item>"), "a date without end"),
    (rss(f"<item><title>t</title><link>https://h.example/{'a' * 1_000_000}</link></item>"), "an address without end"),
    (rss(f"<item><title>t</title></item>{'<skipHours><hour>' * 50_000}"), "hours without end"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (rss(f"<item>{deep(1_000)}</item>"), "nested more than 500 elements deep"),
        (rss(f"<item x='1' {ATTRIBUTES}/>"), "100001 attributes on one element"),
        (
            rss(f"<odd/><item {' '.join(f'xmlns:n{number}=`u`' for number in range(300))}/>").replace("`", "'"),
            "more than 250 namespaces",
        ),
    ],
    ids=["depth", "attributes", "namespaces"],
)
def test_what_no_feed_is_like_is_refused_in_words(body: str, says: str):
    failure = refused(body)
    assert failure.kind is FailureKind.BROKEN_FEED
    assert says in failure.message


@pytest.mark.parametrize("root", ["rss", "feed"])
def test_what_is_whole_of_a_document_is_well_formed(root: str):
    """Else feedparser would fall back on its lenient parser, which is slow and reads some things otherwise."""
    start = rss() if root == "rss" else '<feed xmlns="http://www.w3.org/2005/Atom"></feed>'
    start = start.partition("</")[0] if root == "feed" else start.partition("</channel>")[0]
    name = "item" if root == "rss" else "entry"
    document = start + f"<{name}><title>a</title></{name}><{name}><title>hal"
    whole = whole_items(document, root)
    assert whole is not None
    assert [each.tag.rpartition("}")[2] for each in ET.fromstring(whole).iter()].count(name) == 1


@pytest.mark.parametrize(("body", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_hostile_documents_cost_little(body: str, why: str):
    started = time.process_time()
    found = answer(body)
    assert time.process_time() - started < 3, why
    assert isinstance(found, (Failure, ParsedFeed))
