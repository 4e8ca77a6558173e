"""Files a person saved: newsletters as mail, text or HTML, and feed documents. What they are, their bytes say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.errors import ImportRefused
from aggregator.model import Failure, ParsedFeed
from aggregator.parsing.blocks import blocks as blocks_of
from aggregator.parsing.charset import decode
from aggregator.parsing.document import parse
from aggregator.parsing.entry import absolute_url, make_entry, plain_title, stated_date
from aggregator.parsing.html import clean
from aggregator.parsing.mail import is_mail, is_mbox, read_mail, split_mbox
from aggregator.parsing.newsletter import posts_in_html, posts_in_text, without_furniture
from aggregator.parsing.pages import PAGE_ROOTS, page_facts
from aggregator.parsing.plain import fold
from aggregator.parsing.plain_text import text_blocks
from aggregator.parsing.render import render
from aggregator.parsing.xmltext import read_prolog

if TYPE_CHECKING:
    from datetime import tzinfo

    from aggregator.model import Block, ParsedEntry, StatedDate

__all__ = ["read_saved"]

_MAGIC: Final = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an Office or Outlook file"),
)
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_HTML_TAG: Final = re.compile(r"</(?:p|div|a|h[1-6]|table|ul|body)>|<br\s*/?>", re.IGNORECASE)
_HTML_NAMES: Final = (".html", ".htm", ".xhtml")
_NEXT_STEP: Final = "Give a newsletter (.eml, .mbox, .txt, .html) or a feed document (.xml, .json)"


def read_saved(data: bytes, *, name: str, zone: tzinfo) -> ParsedFeed:
    """The posts in a saved file, in its order, one or more; of a feed's document also what else it says.

    Args:
        data: The file's bytes.
        name: The file's name, for messages; its ending decides only between HTML and text that has tags in it.
        zone: Where times without an offset are meant, such as those in a newsletter's by-lines.

    Raises:
        ImportRefused: the file holds neither a post nor a feed that can be read; the message says why.
    """
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise _refused("it is empty", name)
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise _refused(f"it is {what}", name)
    if is_mbox(data):
        found = _no_feed(tuple(entry for letter in split_mbox(data) for entry in _letter(letter, zone)))
    elif is_mail(data):
        found = _no_feed(_letter(data, zone))
    else:
        found = _text(data, name, zone)
    if not found.entries:
        raise _refused("it holds no text", name)
    return found


def _no_feed(entries: tuple[ParsedEntry, ...]) -> ParsedFeed:
    return ParsedFeed(format="saved", title=None, site_url=None, entries=entries)


def _refused(why: str, name: str) -> ImportRefused:
    return ImportRefused(f"cannot be imported: {why}", subject=name, next_step=_NEXT_STEP)


def _text(data: bytes, name: str, zone: tzinfo) -> ParsedFeed:
    text = decode(data, None).text.lstrip("\ufeff")
    if len(_CONTROL.findall(text[:10_000])) > len(text[:10_000]) // 200:
        raise _refused("it is not text", name)
    start = text.lstrip()
    if start.startswith(("{", "[")):
        is_feed = start.startswith("{") or '"items"' in start[:10_000]
        return _feed(data, name) if is_feed else _no_feed(_plain(text, zone))
    if start.startswith("<"):
        root = read_prolog(start).root
        if root and root.lower() not in PAGE_ROOTS:
            return _feed(data, name)
        return _no_feed(_page(text, zone))
    if name.lower().endswith(_HTML_NAMES) and _HTML_TAG.search(text):
        return _no_feed(_page(text, zone))
    return _no_feed(_plain(text, zone))


def _feed(data: bytes, name: str) -> ParsedFeed:
    """A feed's document. Relative links mean the feed's own site, where it names one."""
    found = parse(data, url="", content_type=None)
    if not isinstance(found, Failure) and found.site_url:
        found = parse(data, url=found.site_url, content_type=None)
    if isinstance(found, Failure):
        raise _refused(found.message, name)
    if not found.entries:
        raise _refused("the feed in it has no entries", name)
    return found


def _letter(data: bytes, zone: tzinfo) -> tuple[ParsedEntry, ...]:
    """The posts of a newsletter that came by mail, or the mail itself as one."""
    letter = read_mail(data)
    html = clean(letter.html, base=None) if letter.html.strip() else ""
    if posts := posts_in_html(html, zone=zone) or posts_in_text(letter.text, zone=zone):
        return posts
    blocks = without_furniture(blocks_of(html) if html else text_blocks(letter.text))
    return _one(blocks, title=letter.subject, url=None, published=stated_date(letter.date, zone=zone))


def _page(text: str, zone: tzinfo) -> tuple[ParsedEntry, ...]:
    """A saved HTML page: a newsletter, or one post."""
    facts = page_facts(text)
    html = clean(facts.main, base=facts.address)
    if posts := posts_in_html(html, zone=zone):
        return posts
    return _one(
        without_furniture(blocks_of(html)),
        title=facts.title,
        url=absolute_url(facts.address, None),
        published=stated_date(facts.published, zone=zone),
    )


def _plain(text: str, zone: tzinfo) -> tuple[ParsedEntry, ...]:
    if posts := posts_in_text(text, zone=zone):
        return posts
    blocks = without_furniture(text_blocks(text))
    first, _, rest = text.lstrip().partition("\n")
    title = plain_title(first, is_markup=False)
    if blocks and fold(rest) and title and blocks[0].text == title:
        blocks = without_furniture(blocks[1:])
    return _one(blocks, title=title, url=None, published=None)


def _one(
    blocks: tuple[Block, ...], *, title: str, url: str | None, published: StatedDate | None
) -> tuple[ParsedEntry, ...]:
    if not blocks:
        return ()
    entry = make_entry(
        guid=None,
        url=url,
        title=plain_title(title, is_markup=False),
        author=None,
        published=published,
        updated=None,
        html=render(blocks),
        blocks=blocks,
    )
    return (entry,)
