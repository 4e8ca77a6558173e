"""Headers that servers get a little wrong, and every browser reads."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetching.heads import HeadMender
from aggregator.model import Document, Validators
from aggregator.secrets import Secret
from tests.fetching.asking import fetch
from tests.servers.feed_server import FeedServer, raw, rss
from tests.servers.proxy_server import ProxyServer
from tests.servers.tls import Authority

if TYPE_CHECKING:
    from pathlib import Path

BODY = rss("One post")
SIZE = len(BODY)
LENGTH = b"Content-Length: %d\r\n" % SIZE
REST = b"ETag: x\r\n" + LENGTH + b"\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (SIZE, BODY)
HEADS = [
    (OK + REST, "as it should be"),
    (b"\r\n" + OK + REST, "an empty line before it, RFC 9112 §2.2"),
    (b"\n\r\n\n" + OK + REST, "several"),
    # --- status lines
    (b"ICY 200 OK\r\n" + REST, "a radio server's (SHOUTcast)"),
    (b"icy 200 ok\r\n" + REST, "the same, small"),
    (b"HTTP/2 200\r\n" + REST, "a proxy's that hands on what came to it over HTTP/2"),
    (b"HTTP/2.0 200 OK\r\n" + REST, "the same, with a version that HTTP/2 never has"),
    (b"HTTP/3 200 \r\n" + REST, "and over HTTP/3"),
    (b"HTTP/1 200 OK\r\n" + REST, "half a version"),
    (b"HTTP 200 OK\r\n" + REST, "none"),
    (b"HTTP/1.1 200\r\n" + REST, "no reason, and no space before it"),
    (b"HTTP/1.1 200 \r\n" + REST, "no reason"),
    (b"HTTP/1.1 200OK\r\n" + REST, "no space before the reason"),
    (b"http/1.1 200 ok\r\n" + REST, "written small; §2.3 makes it case-sensitive"),
    (b"Http/1.1  200\tOK\r\n" + REST, "white space of other kinds, §4"),
    (b"HTTP/1.1 200 O\x00\rK\r\n" + REST, "control characters in the reason, which nobody reads"),
    # --- lines
    (OK + b"ETag : x\r\nContent-Length\t: %d\r\n\r\n" % SIZE, "space before the colon, §5.1"),
    (OK + b"PHP Warning in line 3\r\n" + REST, "a line that is no header"),
    (OK + b"no header\r\n goes on\r\n" + REST, "nor what goes on with it"),
    (OK + b" goes on\r\n\tand on\r\n" + REST, "what goes on with nothing, §2.2"),
    (OK + b": nameless\r\nA B: two names\r\n" + REST, "no names"),
    (OK + OK + REST, "the status line once more"),
    ((OK + b"stray\n" + REST).replace(b"\r", b""), "bare line feeds, §2.2"),
    (b"HTTP/1.1 200 OK\n" + REST, "one of them among others"),
    ((OK + REST).replace(b"\r", b"\r\r"), "line ends that were made twice, as a text file's are on Windows"),
    (OK + b"ETag:\r\n x\r\nContent-Length:\r\n\t%d\r\n \r\n\r\n" % SIZE, "folded, §5.2"),
    (OK + b"X-A: a\x00b\x0bc\rd\r\n" + REST, "control characters in a value, RFC 9110 §5.5"),
    (OK + b"X-A: caf\xc3\xa9 \xa0\x85\x1b\r\n" + REST, "bytes that h11 takes as they are"),
    # --- lengths
    (OK + LENGTH + REST, "a length twice, §6.3"),
    (OK + b"Content-Length: %d, %d\r\nETag: x\r\n\r\n" % (SIZE, SIZE), "in one line"),
    (OK + b"content-length: ,%d,\r\nETag: x\r\n\r\n" % SIZE, "a list with empty places, RFC 9110 §5.6.1"),
    (OK + b"Content-Length: 00%d\r\n" % SIZE + REST, "the same number, in other digits"),
    (OK + b"Transfer-Encoding: identity\r\n" + REST, "a coding that was one until RFC 7230"),
    (OK + b"Transfer-Encoding:\r\n" + REST, "none at all"),
    # --- interim answers, RFC 9110 §15.2
    (b"HTTP/1.1 103 Early Hints\r\nstray\r\n\r\n" + OK + REST, "one that is odd"),
    (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"odd\r\n" + REST, "an odd one behind it"),
    (b"HTTP/1.1 100 Continue\r\n\r\n\r\n\n" + OK + REST, "empty lines behind it"),
    (b"HTTP/2 103\r\n\r\nhttp/1.1 199 ?\n\nHTTP/2 200\r\n" + REST, "several, each odd in its way"),
]
CHUNKED_HEADS = [
    (OK + b"ETag: x\r\n" + CHUNKED, "as it should be"),
    (OK + b"ETag: x\r\ntransfer-encoding:CHUNKED\r\n\r\n", "in capitals"),
    (
        OK + b"Transfer-Encoding: chunked\r\nETag: x\r\n" + CHUNKED,
        "an application that says it, behind a server that does",
    ),
    (OK + b"ETag: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", "the same in one line"),
    (OK + b"ETag: x\r\nTransfer-Encoding: identity, chunked\r\n\r\n", "beside a coding that is none"),
    (OK + b"ETag: x\r\nContent-Length: 7\r\n" + CHUNKED, "beside a length, which does not count, §6.3"),
    (OK + b"ETag: x\r\nContent-Length: 99999999\r\n" + CHUNKED, "however large it is"),
    (OK + b"ETag: x\r\nContent-Length: 7\r\nContent-Length: 9\r\n" + CHUNKED, "nor do two"),
    (b"HTTP/1.0 200 OK\r\nETag: x\r\n" + CHUNKED, "before HTTP/1.1 had it"),
]


@pytest.mark.parametrize(("head", "reason"), HEADS)
def test_answers_with_odd_headers_are_read(head: bytes, reason: str):
    assert read(head + BODY) == (BODY, Validators(etag="x")), reason


@pytest.mark.parametrize(("head", "reason"), CHUNKED_HEADS)
def test_chunks_are_read_whatever_else_the_headers_say_of_the_body(head: bytes, reason: str):
    assert read(head + CHUNKS) == (BODY, Validators(etag="x")), reason


def read(answer: bytes) -> tuple[bytes, Validators]:
    with FeedServer() as server:
        server["/feed"] = raw(answer)
        fetched = fetch(server.url("/feed"), server.authority())
    assert isinstance(fetched, Document), fetched
    return fetched.body, fetched.validators


def test_the_answer_that_comes_through_a_tunnel_is_mended_as_well(tmp_path: Path):
    """A proxy's answer to CONNECT came first on the connection, and was taken for the one whose head may be wrong."""
    authority = Authority()
    with FeedServer(tls=authority.context()) as server, ProxyServer() as proxy:
        server["/feed"] = raw(b"HTTP/2 200\r\n" + REST + BODY)
        fetched = fetch(
            server.url("/feed"),
            server.authority(),
            proxy.authority(),
            proxy=Secret(f"http://{proxy.authority()}"),
            ca_file=authority.write(tmp_path),
        )

    assert isinstance(fetched, Document), fetched


def test_what_a_head_that_is_as_it_should_be_says_is_handed_on_byte_for_byte():
    head = OK + b"eTaG:  x \r\nX-A: \xff\x1b\r\nContent-length:5\r\n\r\n"

    assert HeadMender().mend(head + b"12345") == head + b"12345"


@pytest.mark.parametrize(("head", "reason"), HEADS)
@given(cuts=st.lists(st.integers(0, 140), max_size=5))
def test_it_does_not_matter_in_which_pieces_they_come(head: bytes, reason: str, cuts: list[int]):
    whole = head + BODY
    edges = sorted({0, len(whole), *cuts})
    mender = HeadMender()

    handed_on = b"".join(mender.mend(whole[start:end]) for start, end in itertools.pairwise(edges))

    assert handed_on + mender.mend(b"") == HeadMender().mend(whole), reason


@given(data=st.lists(st.binary(max_size=40), max_size=8))
def test_nothing_is_lost_of_what_is_no_http(data: list[bytes]):
    mender = HeadMender()

    handed_on = b"".join([mender.mend(piece) for piece in data if piece] + [mender.mend(b"")])

    assert handed_on == b"".join(data).lstrip(b"\r\n")
