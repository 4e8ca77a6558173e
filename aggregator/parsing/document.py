"""A document that came from a feed's address: which kind it is, and the feed in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.model import Failure, FailureKind, ParsedFeed
from aggregator.parsing.channel import feed_from_raw
from aggregator.parsing.charset import decode
from aggregator.parsing.fast_xml import PLAIN_ROOTS, read_plain_feed
from aggregator.parsing.fingerprints import split
from aggregator.parsing.pages import PAGE_ROOTS, looks_like_page, page_failure
from aggregator.parsing.xmltext import read_prolog

if TYPE_CHECKING:
    from collections.abc import Collection

    from aggregator.parsing.fingerprints import Split
    from aggregator.parsing.raw import RawFeed
    from aggregator.parsing.xmltext import Prolog

__all__ = ["parse"]

_JUNK: Final = 5_000
_START: Final = re.compile(r"<\?xml\b|<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_FEED_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel", "entry", "item"})
_OTHER_ROOTS: Final = {
    "html": "an XHTML page",
    "opml": "an OPML list of feeds, not a feed",
    "urlset": "a sitemap, not a feed",
    "sitemapindex": "a sitemap, not a feed",
    "error": "an XML error message, not a feed",
    "svg": "a picture, not a feed",
}


def parse(body: bytes, *, url: str, content_type: str | None, known: Collection[bytes] = ()) -> ParsedFeed | Failure:
    """The feed in the body of an answer. Never raises, whatever the bytes.

    Args:
        body: The decoded body of a 200.
        url: Where it came from: the base of relative links.
        content_type: The header as received; it is believed about the charset, as far as the bytes agree, and
            about nothing else, because feeds come as text/html, text/plain and worse.
        known: Fingerprints of items that need not be read: they are missing from the feed's entries, where they can
            be told from the others without reading them.
    """
    if not body.strip(b" \t\r\n\x00"):
        return Failure(FailureKind.EMPTY, "the answer has no content")
    decoded = decode(body, content_type)
    warnings = [decoded.warning] if decoded.warning else []
    text = decoded.text.lstrip("\ufeff \t\r\n\x00")
    if text[:1] in {"{", "["}:
        return _json(text, url, warnings)
    prolog = read_prolog(text)
    if looks_like_page(text, prolog.root):
        return page_failure(text, url)
    if not prolog.root or prolog.root.lower() in PAGE_ROOTS:
        start = _START.search(text, max(1, prolog.start), _JUNK)
        if start is None:
            return _no_xml(text, url)
        warnings.append("something stands before the XML; it was left out")
        text = text[start.start() :]
        prolog = read_prolog(text)
    return _xml(text, prolog, url, warnings, known)


def _no_xml(text: str, url: str) -> Failure:
    if text.startswith("<"):
        return Failure(FailureKind.BROKEN_FEED, "XML without an element")
    if "<html" in text[:_JUNK].lower():
        return page_failure(text, url)
    return Failure(FailureKind.NOT_A_FEED, "neither XML nor JSON")


def _json(text: str, url: str, warnings: list[str]) -> ParsedFeed | Failure:
    from aggregator.parsing.feed_json import read_json_feed  # noqa: PLC0415 - json is not needed by most feeds

    raw = read_json_feed(text, warnings)
    if isinstance(raw, str):
        kind = FailureKind.BROKEN_FEED if raw.startswith("broken") else FailureKind.NOT_A_FEED
        return Failure(kind, raw)
    return feed_from_raw(raw, url=url, text="", warnings=warnings)


def _xml(text: str, prolog: Prolog, url: str, warnings: list[str], known: Collection[bytes]) -> ParsedFeed | Failure:
    if prolog.root.rpartition(":")[2].lower() in _OTHER_ROOTS:
        return _no_feed("", prolog)
    raw: RawFeed | str | None = None
    if prolog.root in PLAIN_ROOTS:
        plain = text.encode("utf-8", "ignore")
        items = split(plain, url)
        if items and (feed := _changed_items(items, url, text, warnings, known)):
            return feed
        raw = read_plain_feed(plain)
        if raw and items and len(raw.items) == len(items.spans):
            return feed_from_raw(raw, url=url, text=text, warnings=warnings, fingerprints=items.fingerprints)
    if raw is None:
        from aggregator.parsing.feed_xml import read_xml_feed  # noqa: PLC0415 - feedparser is for what is unusual

        raw = read_xml_feed(text, prolog, warnings, url)
    if isinstance(raw, str):
        return _no_feed(raw, prolog)
    return feed_from_raw(raw, url=url, text=text, warnings=warnings)


def _changed_items(
    items: Split, url: str, text: str, warnings: list[str], known: Collection[bytes]
) -> ParsedFeed | None:
    """The feed, read without its known items; None where there are none, or it takes the whole document to read it."""
    unread = frozenset(items.fingerprints).intersection(known)
    if not unread:
        return None
    raw = read_plain_feed(items.without(unread))
    if raw is None or len(raw.items) != sum(each not in unread for each in items.fingerprints):
        return None
    return feed_from_raw(raw, url=url, text=text, warnings=warnings, fingerprints=items.fingerprints, unread=unread)


def _no_feed(why: str, prolog: Prolog) -> Failure:
    name = prolog.root.rpartition(":")[2].lower()
    if name not in _FEED_ROOTS:
        what = _OTHER_ROOTS.get(name) or f"XML, but no feed: its root element is <{prolog.root[:60]}>"
        return Failure(FailureKind.NOT_A_FEED, what)
    return Failure(FailureKind.BROKEN_FEED, why or "XML with a feed's root element, but no feed in it")
