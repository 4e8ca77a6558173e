"""Addresses and titles: when two are the same."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.identity import canonical_url, guid_key, is_site_root, match_key, title_key

CANONICAL = [
    ("https://example.org/a", "https://example.org/a", "nothing to change"),
    ("HTTPS://Example.ORG/Path", "https://example.org/Path", "scheme and host have no case, the path has"),
    ("https://example.org", "https://example.org/", "an empty path is the root"),
    ("https://example.org?p=1", "https://example.org/?p=1", "the same before a query"),
    ("http://example.org:80/a", "http://example.org/a", "the default port says nothing"),
    ("https://example.org:0443/a", "https://example.org/a", "nor does it with a zero before it"),
    ("http://example.org:443/a", "http://example.org:443/a", "another scheme's default port says something"),
    ("http://example.org:/a", "http://example.org/a", "an empty port is none"),
    ("http://me:secret@example.org/a", "http://example.org/a", "a user is not part of what is there"),
    ("http://example.org./a", "http://example.org/a", "the root label's dot"),
    ("http://exämple.org/a", "http://xn--exmple-cua.org/a", "IDNA"),
    ("http://EXÄMPLE.org/a", "http://xn--exmple-cua.org/a", "IDNA folds case"),
    ("http://xn--exmple-cua.org/a", "http://xn--exmple-cua.org/a", "IDNA already done"),
    ("http://i❤.ws/", "http://xn--i-7iq.ws/", "in use, though no name by IDNA 2008"),
    ("http://[2001:DB8:0:0::1]/a", "http://[2001:db8::1]/a", "IPv6 has one short form"),
    ("http://e.org/a/./b/../c", "http://e.org/a/c", "dot segments"),
    ("http://e.org/a/%2e%2E/c", "http://e.org/c", "escaped dot segments are dot segments"),
    ("http://e.org/../../a", "http://e.org/a", "nothing above the root"),
    ("http://e.org/a/b/..", "http://e.org/a/", "a folder keeps its slash"),
    ("http://e.org//a//b", "http://e.org//a//b", "doubled slashes may mean something"),
    ("http://e.org/%7euser/%c3%a9", "http://e.org/~user/%C3%A9", "needless escapes off, the others in capitals"),
    ("http://e.org/a%2fb", "http://e.org/a%2Fb", "an escaped slash is no slash"),
    ("http://e.org/é b", "http://e.org/%C3%A9%20b", "what cannot stand bare is escaped"),
    ("http://e.org/100%", "http://e.org/100%25", "a lone per cent sign"),
    ("http://e.org/%zz%4", "http://e.org/%25zz%254", "no escapes at all"),
    ("http://e.org/a?", "http://e.org/a", "an empty query"),
    ("http://e.org/a?#x", "http://e.org/a", "and an empty query before a fragment"),
    ("http://e.org/a#part", "http://e.org/a", "a fragment is a place in the page"),
    ("http://e.org/a?b=2&a=1&b=1", "http://e.org/a?b=2&a=1&b=1", "order and repetition may mean something"),
    ("http://e.org/a?x=1?y", "http://e.org/a?x=1?y", "a query may hold a question mark"),
    ("http://e.org/a?q=%2F%26", "http://e.org/a?q=%2F%26", "escaped separators stay escaped"),
    ("http://e.org/a?utm_source=x&id=3&utm_medium=y", "http://e.org/a?id=3", "campaign parameters"),
    ("http://e.org/a?UTM_Source=x", "http://e.org/a", "whatever their case"),
    ("http://e.org/a?utm%5Fsource=x", "http://e.org/a", "or escapes"),
    ("http://e.org/a?fbclid=x&gclid=y&mc_cid=1&mc_eid=2", "http://e.org/a", "click and mailing marks"),
    ("http://e.org/a/?replytocom=1234", "http://e.org/a/", "WordPress's form for an answer"),
    ("http://b.blogspot.com/2017/04/x.html?m=0", "http://b.blogspot.com/2017/04/x.html", "Blogger's mobile switch"),
    ("http://b.blogspot.co.uk/2017/04/x.html?m=1", "http://b.blogspot.co.uk/2017/04/x.html", "and in the UK"),
    ("http://e.org/x?m=1", "http://e.org/x?m=1", "which elsewhere selects something"),
    ("http://b.blogspot.com/x?m=201704", "http://b.blogspot.com/x?m=201704", "as does another value of it"),
    ("  https://e.org/a\n", "https://e.org/a", "white space around"),
    ("https://e.org/a\n  /b", "https://e.org/a%20%20/b", "a line break within was never meant"),
    ("http:\\\\e.org\\a", "http://e.org/a", "backslashes as browsers take them"),
    ("http://e.org/a?b\\c", "http://e.org/a?b%5Cc", "but not in a query"),
    ("ftp://e.org/a", None, "another scheme"),
    ("javascript:alert(1)", None, "no address"),
    ("//e.org/a", None, "not absolute"),
    ("/a", None, "not absolute"),
    ("", None, "nothing"),
    ("http://", None, "no host"),
    ("http:///a", None, "no host"),
    ("http://e.org:port/", None, "no port number"),
    ("http://e.org:65536/", None, "no such port"),
    ("http://e.org:" + "9" * 5000, None, "more digits than Python converts"),
    ("http://[::1/", None, "half an IPv6 address"),
    ("http://[fe80::1%25eth0]/", None, "an address of a link of this machine"),
    ("http://e .org/", None, "a space in the host"),
    ("http://e%2forg/", None, "a slash in the host"),
]


@pytest.mark.parametrize(("given_url", "expected", "why"), CANONICAL)
def test_canonical_url(given_url, expected, why):
    assert canonical_url(given_url) == expected, why


SAME = [
    ("http://e.org/a", "https://e.org/a", "scheme"),
    ("https://www.e.org/a", "https://e.org/a", "www."),
    ("https://e.org/a/", "https://e.org/a", "trailing slash"),
    ("https://e.org/a/index.html", "https://e.org/a", "the folder's page"),
    ("https://e.org/index.php?p=7", "https://e.org/?p=7", "WordPress without rewriting"),
    ("http://www.e.org:80/a/?utm_campaign=x#y", "https://e.org/a", "all of it"),
    ("https://e.org/a/?replytocom=5#respond", "https://e.org/a", "a link to answer a comment"),
    ("http://b.blogspot.co.uk/a.html?m=1", "https://b.blogspot.com/a.html", "Blogger's countries"),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME)
def test_copies_of_an_address_share_a_match_key(one, other, why):
    assert match_key(one) == match_key(other) is not None, why


DIFFERENT = [
    ("https://e.org/a%2Fb", "https://e.org/a/b", "an escaped slash is no slash"),
    ("https://e.org/a%2F", "https://e.org/a", "nor a trailing one"),
    ("https://e.org/A", "https://e.org/a", "paths have case"),
    ("https://e.org/?p=1", "https://e.org/?p=2", "WordPress numbers"),
    ("https://e.org/?p=1", "https://e.org/", "a post and its site"),
    ("https://e.org:8443/a", "https://e.org/a", "another server"),
    ("https://sub.e.org/a", "https://e.org/a", "another site"),
    ("https://e.org/a?page=2", "https://e.org/a", "another page"),
    ("https://e.org/index.html/a", "https://e.org/a", "a folder called so"),
    ("https://a.blogspot.com/x", "https://b.blogspot.com/x", "another blog"),
]


@pytest.mark.parametrize(("one", "other", "why"), DIFFERENT)
def test_different_addresses_do_not(one, other, why):
    assert match_key(one) != match_key(other), why


def test_the_root_of_a_site_identifies_nothing():
    assert is_site_root("https://www.example.org/index.html")
    assert not is_site_root("https://example.org/?p=1")
    assert not is_site_root("not an address")


@pytest.mark.parametrize(
    ("guid", "expected", "why"),
    [
        ("https://www.example.org/?p=12", "example.org?p=12", "an address"),
        ("12", None, "a number means something in its own feed only"),
        ("example.org/a", None, "so does what merely looks like an address"),
        ("https://example.org/", None, "a site is no post"),
        ("https://www.example.org/a/#comment-7", "example.org/a#comment-7", "one of several on a page"),
        ("https://example.org/#2026-03-18", "example.org#2026-03-18", "a site of one page"),
        ("https://example.org/a#", "example.org/a", "an empty fragment"),
        ("tag:blogger.com,1999:blog-1.post-2", "tag:blogger.com,1999:blog-1.post-2", "RFC 4151"),
        (" urn:uuid:1225c695-cfb8 ", "urn:uuid:1225c695-cfb8", "RFC 8141"),
        ("tag: probation", None, "not a tag URI"),
        ("", None, "nothing"),
    ],
)
def test_guid_key(guid, expected, why):
    assert guid_key(guid) == expected, why


def test_titles_are_compared_without_typography():
    assert title_key("Inspectors  find “poor” work – again") == title_key('inspectors find "poor" work - again.')
    assert title_key("Probation in Kent") != title_key("Probation in Gwent")


ANYTHING = st.one_of(
    st.text(),
    st.text(alphabet=st.sampled_from("abA:/?#[]@%2fFeE.\\&=;+ é\ud800\n~-_wm01")).map("http://e.org/".__add__),
    st.text(alphabet=st.sampled_from("abA:[]@%2fE.w-_xn1é❤")).map("HTTPS://".__add__),
    st.builds(
        "{}://{}{}{}?{}#{}".format,
        st.sampled_from(["http", "HTTPS", "https"]),
        st.sampled_from(["", "user@", "www.", "WWW.", "u:p@"]),
        st.sampled_from(["e.org", "E.org:80", "exämple.org", "a.blogspot.co.uk", "[::1]", "e.org.", "e.org:443"]),
        st.text(alphabet=st.sampled_from("/.%2eEfFab")).map("/".__add__),
        st.lists(st.sampled_from(["utm_source=x", "a=1", "m=0", "b", "", "%6d=1", "q=%2f"])).map("&".join),
        st.text(max_size=3),
    ),
)


@given(ANYTHING)
@example("http://e.org/%%32%35")
@example("http://e.org/%252e%252e/")
@example("http://\ud800.org/")
def test_canonicalisation_is_idempotent_and_never_raises(url):
    once = canonical_url(url)
    if once is not None:
        assert canonical_url(once) == once
        assert once.isascii()


@given(ANYTHING)
@example("http://e.org/index.html/index.html")
def test_the_match_key_of_the_canonical_form_is_that_of_the_address(url):
    canonical = canonical_url(url)
    key = match_key(url)
    assert (canonical is None) == (key is None)
    if canonical is not None:
        assert match_key(canonical) == key


@given(ANYTHING)
def test_the_other_judgements_never_raise(url):
    assert isinstance(is_site_root(url), bool)
    assert isinstance(guid_key(url), str | None)
    assert isinstance(title_key(url), str)


@given(st.lists(st.sampled_from(["a", "b", "%2F", "%2f", "c"]), min_size=1), st.sampled_from(["path", "query"]))
def test_an_escaped_slash_is_kept(parts, where):
    url = "https://e.org/" + ("" if where == "path" else "x?q=") + "".join(parts)
    expected = sum(part.upper() == "%2F" for part in parts)
    for form in (canonical_url(url), match_key(url)):
        assert form is not None
        assert form.count("%2F") == expected
        assert "%2f" not in form


@pytest.mark.parametrize(
    "tail", ["a" * 200_000 + "%", "/" * 200_000 + "%", "%2e" * 60_000, "a/../" * 40_000, "&" * 200_000]
)
def test_long_addresses_take_linear_time(tail):
    started = time.perf_counter()
    canonical_url("https://example.org/" + tail)
    canonical_url("https://example.org/?" + tail)
    canonical_url("https://" + tail)
    assert time.perf_counter() - started < 2
