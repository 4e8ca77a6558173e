"""Documents damaged at random: something is always made of them, in bounded time, and nothing is raised."""

from __future__ import annotations

import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Failure, join_blocks
from aggregator.parsing.document import parse

DATA = Path(__file__).parent / "data"
SAMPLES = [path.read_bytes() for path in sorted(DATA.iterdir()) if path.suffix in {".xml", ".atom", ".rdf", ".json"}]
PIECES = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"</item>", b"<item>", b"</entry>", b"\x00", b"\xff", b"\x92", b'"', b"'",
    b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"&x;", b"&#0;", b"&#x110000;", b"xml:base='http://['",
    b" xmlns='urn:x'", b"<br>", b"</rss>", b"<html>", b"{", b"[", b"null", b"\xef\xbb\xbf", b"\xfe\xff", b"<title type='xhtml'>",
    b"<content type='image/png'>", b"<link href='http://[::1'/>", b"<pubDate>99 Foo 99999</pubDate>", b"&amp;lt;",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    body = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        length = draw(st.sampled_from([0, 0, 1, 3, 40, 400]))
        put = draw(st.sampled_from(PIECES) | st.binary(max_size=8) | st.just(b""))
        body = body[:at] + put + body[at + length :]
    return body


@given(
    damaged(),
    st.sampled_from([None, "text/xml", "application/atom+xml; charset=utf-16", "text/html; charset=windows-1252"]),
)
def test_damaged_documents(body: bytes, content_type: str | None):
    started = time.process_time()
    found = parse(body, url="https://feeds.example/feed", content_type=content_type)
    assert time.process_time() - started < 2
    if isinstance(found, Failure):
        assert found.message == " ".join(found.message.split())
        return
    assert found.format
    for entry in found.entries:
        assert entry.title
        assert len(entry.title) <= 4000
        assert entry.text == join_blocks(entry.blocks)
        assert entry.url is None or entry.url.lower().startswith(("http://", "https://"))
        assert all(entry.text[block.start :][: len(block.text)] == block.text for block in entry.blocks)
        entry.text.encode()
        entry.html.encode()
        entry.title.encode()


@given(st.binary(max_size=400))
def test_bytes_of_no_kind_at_all(body: bytes):
    assert parse(body, url="https://feeds.example/feed", content_type=None) is not None


@given(damaged())
def test_reading_is_repeatable(body: bytes):
    """A worker that is replaced must not make other entries of the same bytes."""
    first = parse(body, url="https://feeds.example/feed", content_type=None)
    assert parse(body, url="https://feeds.example/feed", content_type=None) == first
