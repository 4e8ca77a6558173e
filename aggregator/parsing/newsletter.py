"""A newsletter that a mailing service makes of a blog's feed, taken apart into its posts.

Its anatomy, as Mailchimp's feed-to-mail campaigns have it::

    View this email in your browser
    TITLE
    By AUTHOR on Apr 20, 2017 06:01 am
    the whole post
    Read in browser »
    (the next TITLE, By …)
    Recent Articles:  titles
    copyright, preferences, unsubscribe

The line that begins with "By" and ends with a date is what tells such a mail from any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from aggregator.model import Block, BlockKind, StatedDate
from aggregator.parsing.blocks import blocks as blocks_of
from aggregator.parsing.dates import parse_date
from aggregator.parsing.entry import absolute_url, make_entry, plain_title
from aggregator.parsing.plain import fold, strip_tags
from aggregator.parsing.plain_text import text_blocks
from aggregator.parsing.proto import Proto, placed
from aggregator.parsing.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from aggregator.model import ParsedEntry

__all__ = ["posts_in_html", "posts_in_text", "without_furniture"]

_DATE: Final = (
    r"(?:[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|\d{1,2}(?:st|nd|rd|th)?\s[A-Z][a-z]{2,8}\s\d{4})"
)
_TIME: Final = r"(?:,?\s(?:at\s)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s?(?:[aApP]\.?[mM]\b\.?)?)"
#: Alone in its block, or after a title that only a line break parted from it; text may follow a time.
_BYLINE: Final = re.compile(
    rf"(?P<before>(?:.{{1,300}}\s)?)By\s(?P<author>\S.{{0,80}}?)\son\s(?P<date>{_DATE}(?P<time>{_TIME})?)(?P<after>.*)"
)
_BYLINE_LINE: Final = re.compile(rf"\s*By\s\S.{{0,80}}?\son\s{_DATE}{_TIME}?\s*")
_LINK: Final = re.compile(r"\s*[(<\[]\s*(https?://[^\s()<>\[\]]+)\s*[)>\]]\s*$|\s+(https?://\S+)\s*$")
_VIEW: Final = re.compile(
    r"(?:view|read|see|open)\s(?:this|the)\s(?:e-?mail|message|newsletter|campaign)\sin\s(?:your|a|the)\s(?:web\s)?browser"
    r"|(?:view|read)\s(?:it\s)?(?:online|in\s(?:your|a)\s(?:web\s)?browser)\b"
    r"|(?:trouble|problems?)\s(?:viewing|reading)\sthis",
    re.IGNORECASE,
)
_READ: Final = re.compile(
    r"(?:read|view|open|continue)\b.{0,40}\bin\s(?:your\s|a\s|the\s)?(?:web\s)?browser\W*", re.IGNORECASE
)
_RECENT: Final = re.compile(r"(?:recent|latest|previous|other recent)\s(?:articles?|posts?|stories)\W*", re.IGNORECASE)
_FOOTER: Final = re.compile(
    r"copyright\b.{0,4}(?:©|\(c\)|\d{4})|©\s*(?:copyright\s)?\d{4}|all rights reserved"
    r"|you(?:'|’)?(?:\sa)?re\s(?:receiving|getting|subscribed)|(?:this|you\sreceived\sthis)\s(?:e-?mail|message)\s(?:was\ssent|because)"
    r"|want\sto\schange\show\syou|(?:you\scan\s)?update\syour\s(?:preferences|subscription)|unsubscribe\b"
    r"|our\s(?:mailing|postal)\saddress|go\sto\s(?:the\s)?(?:blog|website)\W*$|forward\s(?:this\s)?to\sa\sfriend",
    re.IGNORECASE,
)
_ANCHOR: Final = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_LONGEST_LINE: Final = 300


class _Post(NamedTuple):
    """A post in the making: where its by-line is, and what that line says."""

    at: int
    title: str
    author: str
    date: str
    after: str


def posts_in_text(text: str, *, zone: tzinfo) -> tuple[ParsedEntry, ...]:
    """The posts of a plain-text newsletter; none where it is not one.

    Args:
        text: The newsletter's text.
        zone: Where the times of its by-lines are meant, for they never say.
    """
    return _posts(text_blocks("\n".join(_parted(text.splitlines()))), {}, [], zone)


def posts_in_html(clean_html: str, *, zone: tzinfo) -> tuple[ParsedEntry, ...]:
    """The same of clean HTML, where links say the posts' addresses."""
    links: dict[str, str] = {}
    reads: list[str] = []
    for href, inner in _ANCHOR.findall(clean_html):
        words, address = strip_tags(inner), absolute_url(strip_tags(href), None)
        if not words or not address:
            continue
        links.setdefault(words, address)
        if _READ.fullmatch(words) and not _VIEW.match(words):
            reads.append(address)
    return _posts(blocks_of(clean_html), links, reads, zone)


def without_furniture(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a mail that is no such newsletter, without the service's lines above and below."""
    first = next((at for at, block in enumerate(blocks) if not _is_line(_VIEW, block)), len(blocks))
    last = next(
        (
            at
            for at, block in enumerate(blocks)
            if at >= max(first + 1, len(blocks) // 2) and (_is_line(_FOOTER, block) or _is_heading(_RECENT, block))
        ),
        len(blocks),
    )
    return placed(_proto(block) for block in blocks[first:last])


def _parted(lines: list[str]) -> list[str]:
    """The lines with blank ones round those that belong to the mail, so that none runs into a post."""
    parted: list[str] = []
    for line in lines:
        short = line if len(line) <= _LONGEST_LINE else ""
        bare = fold(_LINK.sub("", short))
        alone = bare and (
            _BYLINE_LINE.fullmatch(bare) or _VIEW.match(bare) or _READ.fullmatch(bare) or _RECENT.fullmatch(bare)
        )
        parted.extend(("", line, "") if alone else (line,))
    return parted


def _posts(blocks: tuple[Block, ...], links: dict[str, str], reads: list[str], zone: tzinfo) -> tuple[ParsedEntry, ...]:
    found = [post for at in range(len(blocks)) if (post := _byline(blocks, at))]
    entries: list[ParsedEntry] = []
    for number, post in enumerate(found):
        limit = _title_at(blocks, found[number + 1]) if number + 1 < len(found) else len(blocks)
        end, address = _end(blocks, post.at + 1, limit)
        protos = [Proto(BlockKind.PARAGRAPH, post.after)] if post.after else []
        protos.extend(_proto(block) for block in blocks[post.at + 1 : end])
        title, title_link = _unlinked(post.title)
        body = placed(protos)
        entries.append(
            make_entry(
                guid=None,
                url=address or title_link or links.get(title) or (reads[number] if len(reads) == len(found) else None),
                title=plain_title(title, is_markup=False),
                author=post.author,
                published=StatedDate(post.date, parse_date(post.date, zone=zone)),
                updated=None,
                html=render(body),
                blocks=body,
            )
        )
    return tuple(entries)


def _byline(blocks: tuple[Block, ...], at: int) -> _Post | None:
    """The post whose by-line is in this block, with the title before it."""
    text = blocks[at].text
    if "By " not in text[: _LONGEST_LINE + 3]:
        return None
    match = _BYLINE.fullmatch(text) or _BYLINE.match(text)
    if match is None or parse_date(match["date"]) is None:
        return None
    before, after = match["before"].strip(), match["after"].strip()
    if after and (before or not match["time"]):
        return None  # a sentence
    if not before and at > 0 and not _is_furniture(blocks[at - 1]):
        before = blocks[at - 1].text
    return _Post(at, before, match["author"], match["date"], after)


def _title_at(blocks: tuple[Block, ...], post: _Post) -> int:
    """Where the post's title stands: in the block before its by-line, unless both are in one."""
    return post.at - 1 if post.at and blocks[post.at - 1].text == post.title else post.at


def _end(blocks: tuple[Block, ...], start: int, limit: int) -> tuple[int, str | None]:
    """Where a post ends, and its address where the line that ends it gives one."""
    for at in range(start, limit):
        words, address = _unlinked(blocks[at].text)
        if len(words) <= _LONGEST_LINE and _READ.fullmatch(words):
            return at, address
    for at in range(start, limit):
        if _is_heading(_RECENT, blocks[at]) or _is_line(_FOOTER, blocks[at]):
            return at, None
    return limit, None


def _unlinked(text: str) -> tuple[str, str | None]:
    """Words without the address that a plain-text mail puts behind a link's words."""
    match = _LINK.search(text)
    if match is None:
        return text, None
    return text[: match.start()].strip(), absolute_url(match[1] or match[2], None)


def _is_furniture(block: Block) -> bool:
    return _is_line(_VIEW, block) or _is_line(_FOOTER, block) or _is_heading(_RECENT, block)


def _is_line(pattern: re.Pattern[str], block: Block) -> bool:
    return len(block.text) <= _LONGEST_LINE and pattern.match(block.text) is not None


def _is_heading(pattern: re.Pattern[str], block: Block) -> bool:
    return len(block.text) <= _LONGEST_LINE and pattern.fullmatch(block.text) is not None


def _proto(block: Block) -> Proto:
    """The block without its hints: in a mail everything stands inside a "newsletter"."""
    return Proto(block.kind, block.text, block.level, block.cells, block.links_only)
