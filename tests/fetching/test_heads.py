"""Headers that servers get a little wrong, and every browser reads."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetching.heads import HeadMender
from aggregator.model import Document, Validators
from tests.fetching.asking import fetch
from tests.servers.feed_server import FeedServer, raw, rss

BODY = rss("One post")
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
HEADS = [
    (b"HTTP/1.1 200 OK\r\nETag: x\r\n" + LENGTH + b"\r\n", "as it should be"),
    (b"\r\nHTTP/1.1 200 OK\r\nETag: x\r\n" + LENGTH + b"\r\n", "an empty line before it, RFC 9112 §2.2"),
    (b"\n\r\n\nHTTP/1.1 200 OK\r\nETag: x\r\n" + LENGTH + b"\r\n", "several"),
    (b"HTTP/1.1 200 OK\r\nETag : x\r\nContent-Length\t: %d\r\n\r\n" % len(BODY), "space before the colon, §5.1"),
    (b"HTTP/1.1 200 OK\r\nPHP Warning in line 3\r\nETag: x\r\n" + LENGTH + b"\r\n", "a line that is no header"),
    (b"HTTP/1.1 200 OK\r\nno header\r\n goes on\r\nETag: x\r\n" + LENGTH + b"\r\n", "nor what goes on with it"),
    (b"HTTP/1.1 200 OK\r\n: nameless\r\nA B: two names\r\nETag: x\r\n" + LENGTH + b"\r\n", "no names"),
    (b"HTTP/1.1 200 OK\nETag: x\nstray\n" + LENGTH.replace(b"\r", b"") + b"\n", "bare line feeds"),
    (b"HTTP/1.1 103 Early Hints\r\nstray\r\n\r\nHTTP/1.1 200 OK\r\nETag: x\r\n" + LENGTH + b"\r\n", "an interim one"),
]


@pytest.mark.parametrize(("head", "reason"), HEADS)
def test_answers_with_odd_headers_are_read(head: bytes, reason: str):
    with FeedServer() as server:
        server["/feed"] = raw(head + BODY)
        fetched = fetch(server.url("/feed"), server.authority())

    assert isinstance(fetched, Document), reason
    assert (fetched.body, fetched.validators) == (BODY, Validators(etag="x")), reason


@pytest.mark.parametrize(("head", "reason"), HEADS)
@given(cuts=st.lists(st.integers(0, 90), max_size=5))
def test_it_does_not_matter_in_which_pieces_they_come(head: bytes, reason: str, cuts: list[int]):
    whole = head + BODY
    edges = sorted({0, len(whole), *cuts})
    mender = HeadMender()

    handed_on = b"".join(mender.mend(whole[start:end]) for start, end in itertools.pairwise(edges))

    assert handed_on + mender.mend(b"") == HeadMender().mend(whole) or head.startswith(b"HTTP/1.1 103"), reason


@given(data=st.lists(st.binary(max_size=40), max_size=8))
def test_nothing_is_lost_of_what_is_no_http(data: list[bytes]):
    mender = HeadMender()

    handed_on = b"".join([mender.mend(piece) for piece in data if piece] + [mender.mend(b"")])

    assert handed_on == b"".join(data).lstrip(b"\r\n")
