"""Validators: opaque, echoed byte for byte, to the address that gave them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Document, Failure, FailureKind, Unchanged, Validators
from tests.fetching.asking import fetch
from tests.servers.feed_server import FeedServer, answer, in_turn, raw, redirect, rss

FEED = rss("A report")
MONDAY = "Mon, 20 Nov 2017 06:01:00 GMT"


def test_both_validators_come_back_and_are_echoed(server: FeedServer):
    server["/feed"] = answer(FEED, etag='"1"', last_modified=MONDAY)

    first = fetch(server.url("/feed"), server.authority())
    second = fetch(server.url("/feed"), server.authority(), validators=first.validators)

    assert first.validators == Validators('"1"', MONDAY)
    assert isinstance(second, Unchanged)
    assert second.validators == Validators('"1"', MONDAY)
    unconditional, conditional = server.requests
    assert unconditional.header("If-None-Match") is None
    assert unconditional.header("If-Modified-Since") is None
    assert conditional.header("If-None-Match") == b'"1"'
    assert conditional.header("If-Modified-Since") == MONDAY.encode()


@pytest.mark.parametrize(
    ("etag", "last_modified", "reason"),
    [
        ('"a"', None, "an ETag alone"),
        (None, MONDAY, "a date alone"),
        ('W/"a"', None, "weak"),
        ("a", None, "without quotes, as some servers have it"),
        ('"a" "b"', None, "two, as it seems"),
        ('"a', None, "half a pair of quotes"),
        ('"a\\"b"', None, "a backslash"),
        ('"  a  b  "', None, "blanks inside"),
        ('"caf\xe9"', None, "a byte that is no ASCII"),
        ('"\xff\xfe"', None, "bytes that are no UTF-8"),
        ('"gzip-1--gzip"', None, "a suffix that servers forget to take off"),
        (None, "Monday, 20-Nov-17 06:01:00 GMT", "an old form of date"),
        (None, "2017-11-20T06:01:00Z", "no HTTP date at all"),
        (None, "Mon, 20 Nov 2017 06:01:00 +0000", "a zone that HTTP does not have"),
        (None, "0", "a number"),
        (None, "Tue, 31 Feb 2017 25:61:00 GMT", "a date that never was"),
    ],
)
def test_validators_are_not_understood_only_repeated(
    etag: str | None, last_modified: str | None, reason: str, server: FeedServer
):
    server["/feed"] = answer(FEED, etag=etag, last_modified=last_modified)

    first = fetch(server.url("/feed"), server.authority())
    second = fetch(server.url("/feed"), server.authority(), validators=first.validators)

    assert first.validators == Validators(etag, last_modified), reason
    assert isinstance(second, Unchanged), reason


# What RFC 9110 §5.5 lets a header's value hold, less blanks at its ends: these belong to the line, not the value.
VALUES = (
    st.binary(min_size=1, max_size=60)
    .map(lambda value: bytes(byte for byte in value if byte == 0x20 or 0x21 <= byte <= 0x7E or byte >= 0x80))
    .map(lambda value: value.strip(b" "))
    .filter(bool)
)


@given(etag=VALUES, last_modified=VALUES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_comes_in_goes_out_byte_for_byte(etag: bytes, last_modified: bytes, server: FeedServer):
    server["/feed"] = answer(FEED, etag=etag, last_modified=last_modified)

    first = fetch(server.url("/feed"), server.authority())
    second = fetch(server.url("/feed"), server.authority(), validators=first.validators)

    assert isinstance(second, Unchanged)
    assert server.requests[-1].header("If-None-Match") == etag
    assert server.requests[-1].header("If-Modified-Since") == last_modified


@pytest.mark.parametrize(
    ("headers", "expected", "reason"),
    [
        (b"", Validators(), "none"),
        (b"ETag: \r\nLast-Modified:\r\n", Validators(), "empty ones are none"),
        (b'etag: "low"\r\nLAST-MODIFIED: x\r\n', Validators('"low"', "x"), "names have no case"),
        (b'ETag: "1"\r\nETag: "2"\r\n', Validators('"1"'), "of two the first"),
        (b'ETag: \t "1" \t\r\n', Validators('"1"'), "blanks round it are the line's"),
        (b'ETag: "' + b"x" * 5000 + b'"\r\nLast-Modified: x\r\n', Validators(None, "x"), "too long to be sent back"),
    ],
)
def test_validators_of_an_answer(headers: bytes, expected: Validators, reason: str, server: FeedServer):
    server["/feed"] = raw(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + FEED)

    assert expected == fetch(server.url("/feed"), server.authority()).validators, reason


def test_a_304_may_bring_new_validators(server: FeedServer):
    server["/feed"] = raw(b'HTTP/1.1 304 Not Modified\r\nETag: "2"\r\n\r\n')

    fetched = fetch(server.url("/feed"), server.authority(), validators=Validators('"1"', MONDAY))

    assert fetched.validators == Validators('"2"')


def test_a_304_nobody_asked_for_is_a_failure(server: FeedServer):
    """A cache in between that lost its mind; read as "unchanged" it would hide the feed for ever."""
    server["/feed"] = raw(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')

    fetched = fetch(server.url("/feed"), server.authority())

    assert isinstance(fetched, Failure)
    assert (fetched.kind, fetched.status) == (FailureKind.PROTOCOL, 304)


def test_a_304_with_a_body_it_must_not_have(server: FeedServer):
    """What follows is not read as the next answer either: the connection is not used again."""
    lie = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 5\r\n\r\nhello'
    server["/feed"] = raw(lie)

    assert isinstance(fetch(server.url("/feed"), server.authority(), validators=Validators('"1"')), Unchanged)


def test_no_answer_but_200_and_304_has_validators_to_store(server: FeedServer):
    server["/feed"] = answer(FEED, 500, etag='"1"')

    assert not hasattr(fetch(server.url("/feed"), server.authority()), "validators")


# --- with redirects ---------------------------------------------------------------------------------------


def test_validators_behind_a_redirect_say_where_they_are_from(server: FeedServer):
    server["/old"] = redirect("/feed")
    server["/feed"] = answer(FEED, etag='"1"')

    fetched = fetch(server.url("/old"), server.authority())

    assert fetched.validators == Validators('"1"', None, server.url("/feed"))


def test_validators_go_to_the_address_that_gave_them_and_no_other(server: FeedServer):
    """A feed that has moved for the time being is still asked conditionally, where it is, on another server too."""
    with FeedServer() as other:
        server["/old"] = redirect(other.url("/feed"))
        other["/feed"] = answer(FEED, etag='"1"')
        allow = (server.authority(), other.authority())

        first = fetch(server.url("/old"), *allow)
        second = fetch(server.url("/old"), *allow, validators=first.validators)

        assert isinstance(second, Unchanged)
        assert [request.header("If-None-Match") for request in server.requests] == [None, None]
        assert [request.header("If-None-Match") for request in other.requests] == [None, b'"1"']


def test_validators_of_the_old_place_are_not_shown_to_the_new_one(server: FeedServer):
    with FeedServer() as other:
        server["/feed"] = in_turn(answer(FEED, etag='"1"'), redirect(other.url("/feed")))
        other["/feed"] = answer(FEED, etag='"1"')
        allow = (server.authority(), other.authority())

        first = fetch(server.url("/feed"), *allow)
        second = fetch(server.url("/feed"), *allow, validators=first.validators)

        assert isinstance(second, Document), "other's own tag happens to be the same, and says nothing here"
        assert server.requests[1].header("If-None-Match") == b'"1"'
        assert other.requests[0].header("If-None-Match") is None


def test_validators_of_unknown_origin_stay_on_their_server(server: FeedServer):
    """Stored without their address (None: the one asked): sent along on redirects within that server."""
    server["/feed"] = redirect("/feed/")
    server["/feed/"] = answer(FEED, etag='"1"')

    fetched = fetch(server.url("/feed"), server.authority(), validators=Validators('"1"'))

    assert isinstance(fetched, Unchanged)
    assert fetched.validators.url == server.url("/feed/")
