"""What a feed said, made into entries: plain titles, clean HTML, blocks, dates, addresses.

Every way in (feeds of any format, saved newsletters, a text given to ``explain``) ends in ``make_entry``, so that
one post is one text and one hash, wherever it came from.
"""

from __future__ import annotations

import hashlib
import html as entities
import re
from datetime import UTC
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from aggregator.model import Block, BlockKind, ParsedEntry, StatedDate, join_blocks
from aggregator.parsing.blocks import blocks as blocks_of
from aggregator.parsing.dates import parse_date
from aggregator.parsing.html import LONGEST_HTML, clean
from aggregator.parsing.plain import fold, one_line, shorten, strip_tags
from aggregator.parsing.plain_text import text_blocks
from aggregator.parsing.render import render

if TYPE_CHECKING:
    from datetime import tzinfo

    from aggregator.parsing.raw import RawItem

__all__ = ["absolute_url", "entry_from_item", "entry_from_text", "make_entry", "plain_title", "stated_date"]

LONGEST_TITLE: Final = 500
UNTITLED: Final = "(untitled)"
_LONGEST_INVENTED_TITLE: Final = 80
_LONGEST_AUTHOR: Final = 200
_LONGEST_URL: Final = 4000
_LONGEST_GUID: Final = 4000
_LONGEST_DATE: Final = 120
#: What is read of a title before its tags are taken out.
_LONGEST_MARKUP: Final = 10_000

# RSS does not say whether a title is HTML. One with an end tag, a void tag or an entity in it is.
_LIKE_HTML: Final = re.compile(r"</\w+\s*>|<(?:br|hr|img|wbr)\b[^<>]*>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,32});")
_TAG: Final = re.compile(r"<[a-zA-Z/!]")
_ESCAPED_TAG: Final = re.compile(
    r"&lt;/(?:p|a|b|i|em|strong|div|span|ul|ol|li|h[1-6]|blockquote)&gt;|&lt;br\s*/?&gt;", re.IGNORECASE
)
#: Nobody writes these in plain text; feeds that call such a text plain forgot to say that it is HTML.
_MARKED_UP: Final = re.compile(r"</(?:p|div|a|ul|ol|li|h[1-6]|strong|em|blockquote|table)>|<br\s*/?>", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"https?://", re.IGNORECASE)
_LINE_ENDS: Final = dict.fromkeys(map(ord, "\t\r\n"))


def make_entry(
    *,
    guid: str | None,
    url: str | None,
    title: str,
    author: str | None,
    published: StatedDate | None,
    updated: StatedDate | None,
    html: str,
    blocks: tuple[Block, ...],
) -> ParsedEntry:
    """An entry of parts that are clean already; it is never without a title."""
    text = join_blocks(blocks)
    if not title:
        title = _invented_title(blocks) or url or UNTITLED
    digest = hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
    return ParsedEntry(guid, url, title, author, published, updated, html, blocks, text, digest)


def entry_from_text(
    title: str,
    *,
    text: str | None = None,
    html: str | None = None,
    published: str | None = None,
    url: str | None = None,
    zone: tzinfo = UTC,
) -> ParsedEntry:
    """An entry of a title and its text, plain or HTML, as ``explain`` gets them.

    Args:
        title: As written; tags and entities are taken out where there are any.
        text: Plain text; used where ``html`` is None.
        html: HTML of any kind; it is cleaned.
        published: A date in any form that ``parse_date`` reads.
        url: The post's address, the base of relative links.
        zone: Where a date without an offset is meant.
    """
    found_html, blocks = _body(html, url) if html is not None else _text_body(text or "")
    return make_entry(
        guid=None,
        url=absolute_url(url, None),
        title=plain_title(title, is_markup=None),
        author=None,
        published=stated_date(published, zone=zone),
        updated=None,
        html=found_html,
        blocks=blocks,
    )


def entry_from_item(item: RawItem, url: str, *, like_its_page: bool = True) -> ParsedEntry:
    """An entry of a feed's item.

    Args:
        item: What the feed says.
        url: Where the document came from.
        like_its_page: Whether relative links in the content mean what they do on the post's own page, where no xml:base
            says otherwise. Atom has them mean the document (RFC 4287 §2, RFC 3986 §5.1.3); RSS says nothing, and its
            posts are written for their pages, of which feeds are often elsewhere ("feeds.example.org").
    """
    link = absolute_url(item.link, None if item.link_is_guid else url)
    base = _joined(url, item.base) or url if item.base else url
    if like_its_page and base == url:
        base = link or url
    if item.content_is_text and not _MARKED_UP.search(item.content):
        html, blocks = _text_body(item.content)
    else:
        html, blocks = _body(item.content, base, post=link)
    guid = item.guid.strip() if item.guid else None
    if guid and not guid.isprintable():
        guid = fold(guid)
    return make_entry(
        guid=guid if guid and len(guid) <= _LONGEST_GUID else None,
        url=link,
        title=plain_title(item.title, is_markup=item.title_is_markup),
        author=(strip_tags(item.author[:_LONGEST_MARKUP])[:_LONGEST_AUTHOR] or None) if item.author else None,
        published=stated_date(item.published),
        updated=stated_date(item.updated),
        html=html,
        blocks=blocks,
    )


def plain_title(title: str, *, is_markup: bool | None) -> str:
    """A title on one line, without tags, at most 500 characters; empty where there is none.

    Args:
        title: As the feed has it, XML's own escaping undone.
        is_markup: Whether the format says that it is HTML; None where only its looks can tell.
    """
    title = title[:_LONGEST_MARKUP]
    if is_markup is None:
        is_markup = ("&" in title or "<" in title) and _LIKE_HTML.search(title) is not None
    return shorten(strip_tags(title) if is_markup else fold(title), LONGEST_TITLE)


def stated_date(raw: str | None, *, zone: tzinfo = UTC) -> StatedDate | None:
    """A date as stated, with what it means; None where nothing is stated."""
    if not raw or not (words := one_line(raw[: 4 * _LONGEST_DATE], _LONGEST_DATE)):
        return None
    return StatedDate(words, parse_date(words, zone=zone))


def absolute_url(link: str | None, base: str | None) -> str | None:
    """``link`` as an absolute http(s) address, else None. As given, but for white space inside, which is escaped."""
    if not link or len(link) > _LONGEST_URL:
        return None
    link = link.strip()
    if " " in link or not link.isprintable():
        # Browsers drop line ends and tabs inside an address, and escape blanks.
        link = fold(link.translate(_LINE_ENDS)).replace(" ", "%20")
    if not link or link.rstrip("/").endswith(":"):
        return None
    joined = link if not base or _ABSOLUTE.match(link) else _joined(base, link)
    if joined is None:
        return None
    try:
        parts = urlsplit(joined)
        fetchable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return joined if fetchable else None


def _joined(base: str, link: str) -> str | None:
    try:
        return urljoin(base, link)
    except ValueError:
        return None


def _body(html: str, base: str | None, *, post: str | None = None) -> tuple[str, tuple[Block, ...]]:
    """A post's HTML, cleaned, and its blocks. What is called HTML and is not is read as what it is."""
    if not _TAG.search(html):
        if _ESCAPED_TAG.search(html):  # escaped once too often
            html = entities.unescape(html)
        elif "\n\n" in html:  # plain text with paragraphs, which HTML would run together
            return _text_body(entities.unescape(html))
    cleaned = clean(html, base=base, post=post)
    return cleaned, blocks_of(cleaned)


def _text_body(text: str) -> tuple[str, tuple[Block, ...]]:
    blocks = text_blocks(text[:LONGEST_HTML])
    return render(blocks), blocks


def _invented_title(blocks: tuple[Block, ...]) -> str:
    """The post's first words, for one that has no title."""
    first = next((block.text for block in blocks if block.kind is not BlockKind.CAPTION), "")
    return shorten(first, _LONGEST_INVENTED_TITLE)
