"""What servers do wrong, and what it is called. Each row has its reason; each server is a real one."""

from __future__ import annotations

import gzip
import re
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from aggregator.model import Document, Failure, FailureKind
from tests.fetching.asking import fetch
from tests.servers.feed_server import (
    Behaviour,
    after,
    answer,
    bomb,
    chunked,
    drip,
    encoded,
    gzipped,
    raw,
    redirect,
    rss,
    stall,
)

if TYPE_CHECKING:
    from tests.servers.feed_server import FeedServer

FEED = rss("A report", "Another")
SHORT = 0.3  # seconds: the deadline of those that have to run into it
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


class Row(NamedTuple):
    reason: str
    behaviour: Behaviour
    kind: FailureKind
    message: str
    status: int | None
    deadline: float = 5.0


K = FailureKind
ROWS = [
    # --- nothing comes, or it comes too slowly
    Row(
        "a server that takes the request and says nothing", stall(), K.TIMEOUT, "time ran out waiting for", None, SHORT
    ),
    Row("headers that never end", raw(OK, b"X-A: 1\r\n", then="stall"), K.TIMEOUT, "waiting for", None, SHORT),
    Row("a byte now and then resets a timeout per read", drip(FEED, every=0.02), K.TIMEOUT, "reading from", 200, SHORT),
    Row(
        "headers, then silence", raw(OK + b"Content-Length: 9\r\n\r\n", then="stall"), K.TIMEOUT, "reading", 200, SHORT
    ),
    Row("an answer after the deadline", after(2, answer(FEED)), K.TIMEOUT, r"0\.3 seconds", None, SHORT),
    Row(
        "interim answers reset nothing",
        raw(*[b"HTTP/1.1 102 Processing\r\n\r\n"] * 40, then="stall"),
        K.TIMEOUT,
        "waiting for",
        None,
        SHORT,
    ),
    # --- connections that end or break
    Row("closed without a word", raw(), K.CONNECT, "closed the connection without an answer", None),
    Row("broken without a word", raw(then="reset"), K.CONNECT, "(broke|closed) the connection", None),
    Row("closed amid the headers", raw(b"HTTP/1.1 200 OK\r\nContent-"), K.PROTOCOL, "middle of its headers", None),
    Row("less than Content-Length says", answer(FEED, length=len(FEED) + 9), K.TRUNCATED, "ended early", 200),
    Row("broken amid the body", raw(OK + b"Content-Length: 99\r\n\r\nabc", then="reset"), K.TRUNCATED, "broke", 200),
    Row("chunks without the last one", chunked(FEED, complete=False), K.TRUNCATED, "ended early", 200),
    Row(
        "broken amid chunks",
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", then="reset"),
        K.TRUNCATED,
        "broke",
        200,
    ),
    Row("gzip that stops in the middle", gzipped(FEED, cut=20), K.TRUNCATED, "gzip body stops in the middle", 200),
    Row("gzip without its checksum", gzipped(FEED, cut=4), K.TRUNCATED, "gzip body stops", 200),
    # --- not HTTP, or HTTP that contradicts itself
    Row("another protocol's greeting", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), K.PROTOCOL, "does not speak HTTP", None),
    Row("binary noise", raw(bytes(range(256)) * 4), K.PROTOCOL, "does not speak HTTP", None),
    Row("a feed without any headers (HTTP/0.9)", raw(FEED), K.PROTOCOL, "does not speak HTTP", None),
    Row(
        "two lengths",
        raw(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
        K.PROTOCOL,
        "proper HTTP: it gives its body more than one length",
        None,
    ),
    Row("two lengths in one", raw(OK + b"Content-Length: 5, 6\r\n\r\nabcdef"), K.PROTOCOL, "than one length", None),
    Row("a length that is no number", raw(OK + b"Content-Length: many\r\n\r\nabc"), K.PROTOCOL, "no number", None),
    Row("a length with a sign", raw(OK + b"Content-Length: +3\r\n\r\nabc"), K.PROTOCOL, "no number", None),
    Row("a length that is none", raw(OK + b"Content-Length:\r\n\r\nabc"), K.PROTOCOL, "no number", None),
    Row(
        "a chunk size that is no number", raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), K.PROTOCOL, "HTTP", 200
    ),
    Row(
        "a chunk that is longer than it says",
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabcd"),
        K.PROTOCOL,
        "not end where its size says",
        200,
    ),
    Row("stacked transfer codings", raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n"), K.PROTOCOL, "asked", None),
    Row("a status of nothing", raw(b"HTTP/1.1 000 OK\r\n\r\n"), K.PROTOCOL, "not a number between", None),
    Row("a header of a megabyte", raw(OK + b"X-A: " + b"a" * 1_000_000), K.PROTOCOL, "headers .* have no end", None),
    Row(
        "what is wrong is quoted as the server wrote it",
        raw(b"HTTP/1.1 2000 OK\r\n\r\n"),
        K.PROTOCOL,
        "illegal status line: “HTTP/1.1 2000 OK”$",
        None,
    ),
    Row(
        "a megabyte of interim answers",
        raw(b"HTTP/1.1 102 Processing\r\n\r\n" * 40_000),
        K.PROTOCOL,
        "more than 50 interim answers",
        None,
    ),
    Row(
        "interim answers of some size",
        raw(*[b"HTTP/1.1 103 Early Hints\r\nLink: " + b"x" * 90_000 + b"\r\n\r\n"] * 4),
        K.TOO_LARGE,
        "more bytes came",
        None,
    ),
    Row("switching to a protocol nobody asked for", raw(b"HTTP/1.1 101 Yes\r\n\r\n"), K.PROTOCOL, "101 Switch", None),
    Row(
        "304 though nothing conditional was asked", answer(status=304), K.PROTOCOL, "304 Not Modified to an uncond", 304
    ),
    # --- encodings
    Row(
        "brotli was not asked for",
        encoded("br", b"\x0b\x02\x80"),
        K.ENCODING,
        "encoded as br, which was not asked",
        200,
    ),
    Row("deflate was not asked for", encoded("deflate", zlib.compress(FEED)), K.ENCODING, "deflate", 200),
    Row("gzip over gzip", encoded("gzip, gzip", gzip.compress(gzip.compress(FEED))), K.ENCODING, "over the other", 200),
    Row(
        "gzip over gzip, of which one is told: a packed file on a server that packs",
        encoded("gzip", gzip.compress(gzip.compress(FEED))),
        K.ENCODING,
        "gzip inside gzip, and one layer is all",
        200,
    ),
    Row("gzip over gzip, of which none is told", answer(gzip.compress(gzip.compress(FEED))), K.ENCODING, "inside", 200),
    Row("said to be gzip, but plain", encoded("gzip", FEED), K.ENCODING, "not the gzip it is said to be", 200),
    Row(
        "gzip with a wrong checksum", encoded("gzip", gzip.compress(FEED)[:-8] + b"\0" * 8), K.ENCODING, "not the", 200
    ),
    # --- size
    Row("a bomb of which no header tells", answer(gzip.compress(b" " * 5_000_000)), K.TOO_LARGE, "than 200 kB", 200),
    Row("gzip of which no header tells, cut", answer(gzip.compress(FEED)[:-9]), K.TRUNCATED, "gzip body stops", 200),
    Row("what only begins as gzip", answer(b"\x1f\x8b" + FEED), K.ENCODING, "not the gzip it begins as", 200),
    Row("ten thousand to one", bomb(50_000_000), K.TOO_LARGE, "larger than 200 kB", 200),
    Row("a length beyond the limit is believed", answer(b"x", length=200_001), K.TOO_LARGE, "200 kB", 200),
    Row("too much, without a length", answer(b"<" + b"x" * 300_000, length=None), K.TOO_LARGE, "larger than", 200),
    Row("too much, in chunks", chunked(b"<" + b"x" * 300_000, size=9999), K.TOO_LARGE, "larger than", 200),
    Row("a length of twenty digits", answer(b"x", length=10**19), K.TOO_LARGE, "", 200),
    Row(
        "chunk extensions are no body, but have to be read",
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n" + (b"1;" + b"e" * 50_000 + b"\r\nx\r\n") * 40),
        K.TOO_LARGE,
        "more bytes came",
        200,
    ),
    Row(
        "members of nothing by the thousand",
        encoded("gzip", gzip.compress(b"") * 1002),
        K.ENCODING,
        "more than 1000 members",
        200,
    ),
    # --- statuses
    Row("nothing there", answer(status=404), K.HTTP_STATUS, "answered 404 Not Found", 404),
    Row("gone for good", answer(status=410), K.GONE, "answered 410 Gone", 410),
    Row("nobody's fault but theirs", answer(status=500), K.HTTP_STATUS, "500 Internal Server Error", 500),
    Row("a status nobody registered", answer(status=520), K.HTTP_STATUS, "answered 520$", 520),
    Row("a password is wanted", answer(status=401), K.HTTP_STATUS, "user name and password", 401),
    Row("accepted is not a feed", answer(FEED, 202), K.HTTP_STATUS, "202 Accepted, which brings no feed", 202),
    Row("no content", answer(status=204, length=None), K.HTTP_STATUS, "204 No Content", 204),
    Row("a part was not asked for", answer(FEED[:50], 206), K.HTTP_STATUS, "206 Partial Content", 206),
    Row("several to choose from", answer(FEED, 300), K.HTTP_STATUS, "300 Multiple Choices", 300),
    Row("too many requests", answer(status=429), K.RATE_LIMITED, "429 Too Many Requests$", 429),
    Row(
        "unavailable, with a time",
        answer(status=503, headers=[("Retry-After", "7200")]),
        K.RATE_LIMITED,
        "come back in 2h",
        503,
    ),
    Row(
        "too many, and at once again", answer(status=429, headers=[("Retry-After", "0")]), K.RATE_LIMITED, "ests$", 429
    ),
    Row("unavailable, without one", answer(status=503), K.HTTP_STATUS, "503 Service Unavailable", 503),
    # --- a 200 that brings nothing
    Row("200 with nothing", answer(b""), K.EMPTY, "nothing in it", 200),
    Row("200 with a byte order mark and a line break", answer(b"\xef\xbb\xbf\r\n"), K.EMPTY, "nothing in it", 200),
    Row("gzip of nothing", gzipped(b" \n"), K.EMPTY, "nothing in it", 200),
    Row("gzip that has not even begun", encoded("gzip", b""), K.EMPTY, "nothing in it", 200),
    # --- redirects that lead nowhere
    Row("a redirect without an address", redirect(None), K.REDIRECT, "without saying where to", 302),
    Row("a redirect to itself", redirect("/"), K.REDIRECT, "in a loop by way of http://127.0.0.1:[0-9]+/$", 302),
    Row(
        "a redirect to itself that leads on with a cookie",
        redirect("/", headers=[("Set-Cookie", "seen=1")]),
        K.REDIRECT,
        "in a loop by way of .*/; a cookie was to be brought along, and none is kept",
        302,
    ),
    Row("a redirect to itself, by fragment", redirect("#here"), K.REDIRECT, "in a loop", 302),
    Row("a file is not the web", redirect("file:///etc/passwd"), K.REDIRECT, "file: address", 302),
    Row("nor is a script", redirect("javascript:alert(1)"), K.REDIRECT, "javascript: address", 302),
    Row("nor is gopher, which speaks to anything", redirect("gopher://x/_GET"), K.REDIRECT, "gopher: address", 302),
    Row("no host", redirect("https:///x"), K.REDIRECT, "without a host", 302),
    Row("no host, and the scheme of before", redirect("http:///x"), K.REDIRECT, "without a host", 302),
    Row("a port alone", redirect("http://:80/"), K.REDIRECT, "without a host", 302),
    Row("a user alone", redirect("http://user@/x"), K.REDIRECT, "without a host", 302),
    Row("two slashes", redirect("//"), K.REDIRECT, "without a host", 302),
    Row("no port", redirect("http://example.org:0/"), K.REDIRECT, "possible port", 302),
    Row("a port beyond all ports", redirect("http://example.org:70000/"), K.REDIRECT, "possible port", 302),
    Row("a name that is no Punycode", redirect("http://xn--a/"), K.REDIRECT, "behind xn-- is no name", 302),
    Row("nor this, with nothing in it", redirect("http://xn--/"), K.REDIRECT, "behind xn-- is no name", 302),
    Row("nor this, which stops amid a letter", redirect("http://a.xn--99999999/"), K.REDIRECT, "behind xn--", 302),
    Row("letters of no name", redirect("http://a\u200d.example/".encode()), K.REDIRECT, "names are not made of", 302),
    Row("numbers in octal", redirect("http://0177.0.0.1/"), K.REDIRECT, "no IPv4 address is written so", 302),
    Row("numbers too large", redirect("http://256.0.0.1/"), K.REDIRECT, "no IPv4 address is written so", 302),
    Row("a zone of ours", redirect("http://[fe80::1%25eth0]/"), K.REDIRECT, "a zone .* on one machine only", 302),
    Row("a zone, as some write it", redirect("http://[::1%lo]/"), K.REDIRECT, "a zone .* on one machine only", 302),
    Row("this machine, by a number", redirect("http://2130706433/"), K.FORBIDDEN_ADDRESS, "a loopback address", 302),
    Row("in hexadecimal", redirect("http://0x7f.1/"), K.FORBIDDEN_ADDRESS, "a loopback address", 302),
    Row("in other digits", redirect("http://１２７。①/".encode()), K.FORBIDDEN_ADDRESS, "a loopback address", 302),
    Row("in other letters", redirect("//ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/".encode()), K.FORBIDDEN_ADDRESS, "a loopback address", 302),
    Row("with a user before it", redirect("http://example.org@127.1/"), K.FORBIDDEN_ADDRESS, "loopback", 302),
    Row("not an address at all", redirect("http://[::1"), K.REDIRECT, "not an address", 302),
    Row("an address of 70 kB", redirect("/" + "a" * 70_000), K.REDIRECT, "not an address", 302),
    Row("metadata of a cloud", redirect("http://169.254.169.254/latest/"), K.FORBIDDEN_ADDRESS, "link-local", 302),
    Row("the mail server next door", redirect("http://8.8.8.8:25/"), K.FORBIDDEN_ADDRESS, "port 25", 302),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
def test_is_a_failure_with_its_name(row: Row, server: FeedServer):
    server["/"] = row.behaviour

    fetched = fetch(server.url("/"), server.authority(), deadline=row.deadline)

    assert isinstance(fetched, Failure), fetched
    assert (row.kind, row.status) == (fetched.kind, fetched.status), fetched.message
    assert re.search(row.message, fetched.message), fetched.message
    assert fetched.elapsed < row.deadline + 1
    assert len(server.requests) == 1, "no failure is worth a second request"
    assert fetched.message.isprintable()


class Odd(NamedTuple):
    reason: str
    behaviour: Behaviour
    body: bytes = FEED


ODD_BUT_FINE = [
    Odd("a plain answer", answer(FEED)),
    Odd("no length, ended by the connection", answer(FEED, length=None)),
    Odd("HTTP/1.0", raw(b"HTTP/1.0 200 OK\r\n\r\n" + FEED)),
    Odd("lines that end in LF alone", raw(b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(FEED) + FEED)),
    Odd("a 200 by way of a proxy that transforms (RFC 9110 §15.3.4)", answer(FEED, 203)),
    Odd("a reason phrase that is none", raw(b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED)),
    Odd("chunks of one byte", chunked(FEED, size=1)),
    Odd("one big chunk", chunked(FEED, size=10**6)),
    Odd("a drip that is fast enough", drip(FEED[:40], every=0.001), FEED[:40]),
    Odd("interim answers first", raw(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" * 3, OK + b"\r\n", FEED)),
    Odd(
        "a feed about interim answers",
        chunked(rss("HTTP/1.1 102 Processing") * 60, size=500),
        rss("HTTP/1.1 102 Processing") * 60,
    ),
    Odd("gzip", gzipped(FEED)),
    Odd("gzip by its old name", encoded("x-gzip", gzip.compress(FEED))),
    Odd("gzip in capitals, with identity beside it", encoded("GZIP , identity", gzip.compress(FEED))),
    Odd("gzip of several members", gzipped(FEED, members=5)),
    Odd("gzip with padding behind it", gzipped(FEED, trailing=b"\0" * 600)),
    Odd("gzip with noise behind it", gzipped(FEED, trailing=b"<!-- served in 0.2 s -->")),
    Odd("gzip in small chunks", chunked(gzip.compress(FEED), size=3, headers=[("Content-Encoding", "gzip")])),
    Odd("gzip that no header tells of", answer(gzip.compress(FEED), content_type="application/gzip")),
    Odd("the same, a byte at a time", chunked(gzip.compress(FEED), size=1)),
    Odd("an empty encoding", encoded("", FEED)),
    Odd("identity", encoded("identity", FEED)),
    Odd("as large as permitted", answer(b"<" * 200_000), b"<" * 200_000),
    Odd("as large as permitted, packed", gzipped(b"<" * 200_000), b"<" * 200_000),
    # The server miscounted (characters for bytes, say): what its length covers is kept, and the parser says the rest.
    Odd("more than Content-Length says", answer(FEED, length=100), FEED[:100]),
    Odd(
        "HTML is the parser's to refuse",
        answer("<!doctype html><title>Blog</title>"),
        b"<!doctype html><title>Blog</title>",
    ),
]


@pytest.mark.parametrize("row", ODD_BUT_FINE, ids=lambda row: row.reason)
def test_is_a_document_all_the_same(row: Odd, server: FeedServer):
    server["/"] = row.behaviour

    fetched = fetch(server.url("/"), server.authority())

    assert isinstance(fetched, Document), fetched
    assert row.body == fetched.body


def test_words_of_servers_are_stripped_of_what_acts_on_a_terminal(server: FeedServer):
    server["/"] = redirect("x\u202eevil\u2028\x1b[2J".encode() + b"+script://h/")
    server["/type"] = answer(FEED, content_type="text/xml\t\u202e\x9b31m".encode().decode("latin-1"))

    failure: Any = fetch(server.url("/"), server.authority())
    document: Any = fetch(server.url("/type"), server.authority())

    assert failure.message.isprintable()
    assert document.content_type.isprintable()
