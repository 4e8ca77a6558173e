"""Redirects: how far, where to, what goes along, and what is remembered."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.fetching.hops import next_url, parse_url, place
from aggregator.fetching.trouble import Trouble
from aggregator.model import Document, Failure, FailureKind, Validators
from aggregator.secrets import Secret
from tests.fetching.asking import fetch
from tests.servers.feed_server import FeedServer, answer, redirect, rss
from tests.servers.names import serve_names
from tests.servers.tls import Authority

if TYPE_CHECKING:
    from pathlib import Path

FEED = rss("A report")
TOKEN = ("X-Api-Key", Secret("open sesame"))
BASIC = b"Basic " + base64.b64encode(b"reader:open sesame")


@pytest.mark.parametrize(
    ("statuses", "moved", "reason"),
    [
        ([], False, "no redirect, no move"),
        ([301], True, "moved permanently"),
        ([308], True, "permanent redirect"),
        ([301, 308, 301], True, "permanent all the way"),
        ([302], False, "found elsewhere, this time"),
        ([303], False, "see other"),
        ([307], False, "temporary redirect"),
        ([301, 302], False, "the second hop is for now only"),
        ([302, 301], False, "the first hop is"),
        ([301] * 5, True, "as many as are followed"),
    ],
)
def test_only_a_chain_of_permanent_redirects_moves_a_feed(
    statuses: list[int], moved: bool, reason: str, server: FeedServer
):
    for number, status in enumerate(statuses):
        server[f"/{number}"] = redirect(f"/{number + 1}", status)
    last = f"/{len(statuses)}"
    server[last] = FEED

    fetched = fetch(server.url("/0"), server.authority())

    assert isinstance(fetched, Document)
    assert fetched.url == server.url(last)
    assert fetched.moved_to == (server.url(last) if moved else None), reason
    assert len(server.requests) == len(statuses) + 1


def test_a_sixth_redirect_is_one_too_many(server: FeedServer):
    for number in range(9):
        server[f"/{number}"] = redirect(f"/{number + 1}", 301)

    fetched = fetch(server.url("/0"), server.authority())

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.REDIRECT
    assert "more than 5 redirects" in fetched.message
    assert len(server.requests) == 6


def test_a_loop_is_left_at_once(server: FeedServer):
    server["/a"] = redirect("/b", 301)
    server["/b"] = redirect("/a", 301)

    fetched = fetch(server.url("/a"), server.authority())

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.REDIRECT
    assert len(server.requests) == 2


def test_a_redirect_may_take_its_time_but_not_more_than_the_whole(server: FeedServer):
    from tests.servers.feed_server import after

    for number in range(5):
        server[f"/{number}"] = after(0.15, redirect(f"/{number + 1}"))

    fetched = fetch(server.url("/0"), server.authority(), deadline=0.4)

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.TIMEOUT
    assert fetched.elapsed < 1


@pytest.mark.parametrize(
    ("location", "path", "reason"),
    [
        ("/new", "/new", "a path"),
        ("new", "/blog/new", "a relative one"),
        ("../new", "/new", "upwards"),
        ("?page=2", "/blog/feed?page=2", "a query alone"),
        ("/new#part", "/new", "fragments stay at home"),
        ("/caf\u00e9", "/caf%C3%A9", "UTF-8, as browsers take it"),
        (b"/caf\xe9", "/caf%E9", "a byte that is no UTF-8 stays the byte it is"),
        ("/a b", "/a%20b", "a blank"),
        ("/a\tb", "/ab", "a tab, dropped as browsers do"),
        ("/a%2Fb", "/a%2Fb", "an escaped slash is not a slash"),
        ("//HOST/new", "/new", "the scheme left out"),
        ("http://user:secret@HOST/new", "/new", "user and password are not taken over"),
    ],
)
def test_where_a_location_leads(location: str | bytes, path: str, reason: str, server: FeedServer):
    if isinstance(location, str):
        location = location.replace("HOST", server.authority()).encode()
    server["/blog/feed"] = answer(b"", 302, headers=[("Location", location)])
    server[path.partition("?")[0]] = answer(FEED) if "?" not in path else _only_with_query(location)

    fetched = fetch(server.url("/blog/feed"), server.authority())

    assert isinstance(fetched, Document), fetched
    assert fetched.url == server.url(path), reason
    assert server.requests[-1].target.decode() == path
    assert server.requests[-1].header("Authorization") is None


def _only_with_query(location: str | bytes):
    plain, full = redirect(location), answer(FEED)

    async def behave(request, wire):
        await (full if b"?" in request.target else plain)(request, wire)

    return behave


# --- what belongs to one origin -----------------------------------------------------------------------------


def test_secrets_go_along_within_an_origin(server: FeedServer):
    server["/old"] = redirect("/new")
    server["/new"] = FEED

    fetch(server.url("/old"), server.authority(), headers=(TOKEN,), basic_auth=("reader", Secret("open sesame")))

    for request in server.requests:
        assert request.header("X-Api-Key") == b"open sesame"
        assert request.header("Authorization") == BASIC


def test_secrets_stay_when_a_redirect_leaves_the_origin_and_do_not_come_back(server: FeedServer):
    """There and back again: the second visit is at the other server's wish, with an address of its making."""
    with FeedServer() as other:
        server["/feed"] = redirect(other.url("/hop"))
        other["/hop"] = redirect(server.url("/trap"))
        server["/trap"] = FEED
        allow = (server.authority(), other.authority())

        fetched = fetch(
            server.url("/feed"),
            *allow,
            headers=(TOKEN, ("User-Agent", "mine"), ("Cookie", "session=1")),
            basic_auth=("reader", Secret("open sesame")),
            validators=Validators('"1"', "Mon"),
        )

        assert isinstance(fetched, Document)
        first, back = server.requests
        (away,) = other.requests
        own = ("X-Api-Key", "Authorization", "Cookie", "If-None-Match", "If-Modified-Since")
        assert all(first.header(name) for name in own)
        for request in (away, back):
            assert not any(request.header(name) for name in own)
            assert b"aggregator/test" in (request.header("User-Agent") or b"")


@pytest.mark.parametrize("other_host", ["localhost", "127.0.0.1"])
def test_another_port_or_name_is_another_origin(other_host: str, server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    serve_names(monkeypatch, {"feeds.example": ["127.0.0.1"]})
    with FeedServer() as other:
        server["/feed"] = redirect(other.url("/feed", host=other_host))
        other["/feed"] = FEED

        fetched = fetch(
            server.url("/feed", host="feeds.example"),
            server.authority("feeds.example"),
            other.authority(other_host),
            headers=(TOKEN,),
        )

        assert isinstance(fetched, Document)
        assert other.requests[0].header("X-Api-Key") is None


def test_secrets_do_not_follow_from_https_to_http(server: FeedServer, tmp_path: Path):
    authority = Authority()
    with FeedServer(tls=authority.context()) as secure:
        secure["/feed"] = redirect(server.url("/feed"))
        server["/feed"] = FEED

        fetched = fetch(
            secure.url("/feed"),
            secure.authority(),
            server.authority(),
            headers=(TOKEN,),
            ca_file=authority.write(tmp_path),
        )

        assert isinstance(fetched, Document)
        assert secure.requests[0].header("X-Api-Key") == b"open sesame"
        assert server.requests[0].header("X-Api-Key") is None


def test_no_cookie_is_kept_on_the_way(server: FeedServer):
    server["/a"] = redirect("/b", headers=[("Set-Cookie", "session=1; Path=/")])
    server["/b"] = answer(FEED, headers=[("Set-Cookie", "session=2; Path=/")])

    fetch(server.url("/a"), server.authority())
    fetch(server.url("/b"), server.authority())

    assert [request.header("Cookie") for request in server.requests] == [None] * 3


def test_no_referrer_is_sent(server: FeedServer):
    server["/a"] = redirect("/b")
    server["/b"] = FEED

    fetch(server.url("/a"), server.authority())

    assert [request.header("Referer") for request in server.requests] == [None, None]


def test_410_behind_a_temporary_redirect_is_not_the_end_of_the_feed(server: FeedServer):
    """The feed's own server may point somewhere else tomorrow; "gone" would stop the polling for good."""
    server["/feed"] = redirect("/parked", 302)
    server["/moved"] = redirect("/parked", 301)
    server["/parked"] = answer(status=410)

    assert fetch(server.url("/feed"), server.authority()).kind is FailureKind.HTTP_STATUS
    assert fetch(server.url("/moved"), server.authority()).kind is FailureKind.GONE


def test_an_authorization_header_of_its_own_stands_alone(server: FeedServer):
    """Beside a user name and password two of them were sent, and which one counts is anybody's guess."""
    server["/feed"] = answer(FEED)

    fetch(
        server.url("/feed"),
        server.authority(),
        headers=(("authorization", Secret("Bearer sesame")),),
        basic_auth=("reader", Secret("open sesame")),
    )

    assert server.requests[0].header("Authorization") == b"Bearer sesame"


def test_what_a_redirect_asks_for_in_time_is_for_the_next_poll(server: FeedServer):
    """To wait before going on, as the RFC has it, would be never to see the feed behind it."""
    server["/feed"] = redirect("/new", 302, headers=[("Retry-After", "7200")])
    server["/new"] = answer(FEED, headers=[("Retry-After", "60")])

    fetched = fetch(server.url("/feed"), server.authority())

    assert isinstance(fetched, Document)
    assert fetched.hints.retry_after == timedelta(hours=2)


def test_messages_say_that_a_redirect_led_there_and_keep_its_query_to_themselves(server: FeedServer):
    server["/feed"] = redirect("/new?token=open-sesame")

    fetched = fetch(server.url("/feed"), server.authority())

    assert fetched.message.endswith(f"(after a redirect to {server.url('/new?…')})")
    assert "sesame" not in fetched.message


LOCATIONS = st.one_of(
    st.binary(max_size=100),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(max_size=30).map(lambda host: f"//{host}/x".encode("utf-8", "surrogatepass")),
    st.from_regex(r"https?://(xn--|\[|@|%)?[^\n]{0,20}(:[0-9]{0,7})?/?.{0,9}", fullmatch=True).map(str.encode),
)


@given(location=LOCATIONS)
def test_a_location_is_an_address_that_can_be_asked_or_a_failure_with_words(location: bytes):
    """The address http://xn--a/ passed for an address, and raised where the request was made."""
    found = _followed(location)
    if isinstance(found, Trouble):
        assert found.kind is FailureKind.REDIRECT
        assert found.message.isprintable()
        return
    assert httpx.Request("GET", found, headers=[(b"Host", found.netloc)]).url.scheme in {"http", "https"}
    assert place(found).isprintable()
    assert not found.userinfo


@given(
    address=st.one_of(st.text(max_size=40), LOCATIONS.map(lambda location: location.decode("utf-8", "surrogateescape")))
)
@example(address="http://example.org/\ud800")
def test_so_is_a_feed_s_address(address: str):
    found = _parsed(address)
    if isinstance(found, Trouble):
        assert found.kind is FailureKind.CONFIG
        assert found.message.startswith("its address ")
        assert "codec" not in found.message
        return
    assert httpx.Request("GET", found, headers=[(b"Host", found.netloc)]).url.raw_host
    assert place(found).isprintable()


def _parsed(address: str) -> httpx.URL | Trouble:
    try:
        return parse_url(address)
    except Trouble as trouble:
        return trouble


def _followed(location: bytes) -> httpx.URL | Trouble:
    try:
        return next_url(httpx.URL("https://example.org/feed"), location)
    except Trouble as trouble:
        return trouble
