"""HTML pages: one that came where a feed was asked for, and one that somebody saved."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from aggregator.model import Failure, FailureKind
from aggregator.parsing.entry import absolute_url
from aggregator.parsing.plain import shorten, strip_tags, word_set

__all__ = ["PAGE_ROOTS", "feed_links", "looks_like_page", "page_facts", "page_failure"]

_HEAD: Final = 200_000
_START: Final = 5_000
#: Elements that a page, or an error message in HTML, starts with.
PAGE_ROOTS: Final = word_set("html head body title meta link script style div p br b center h1 h2 pre span table a img")
_FEED: Final = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title\b[^<>]*>([^<]{0,2000})", re.IGNORECASE)
_LINK: Final = re.compile(r"<link\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""\b(rel|type|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_META: Final = re.compile(r"<meta\b([^<>]{0,2000})>", re.IGNORECASE)
_META_ATTRIBUTE: Final = re.compile(
    r"""\b(name|property|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_MAIN: Final = re.compile(r"<(article|main)\b", re.IGNORECASE)
_FEED_TYPES: Final = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.IGNORECASE)
#: What bot checks and login pages say or are made of.
_CHALLENGE: Final = re.compile(
    r"cf-chl|cf_chl|challenge-platform|__cf_chl|just a moment\.\.\.|attention required! \| cloudflare"
    r"|g-recaptcha|h-captcha|hcaptcha|captcha-delivery|_incapsula_|ddos-guard|sucuri website firewall"
    r"|(?:verify|checking|confirm)(?:ing)? (?:that )?(?:you are|you're|your browser|if the site)"
    r"|enable javascript and cookies to continue|are you a robot|unusual traffic from your",
    re.IGNORECASE,
)
_LOGIN: Final = re.compile(r"""<input\b[^<>]{0,500}\btype\s*=\s*["']?password""", re.IGNORECASE)


class PageFacts(NamedTuple):
    """What a page says of the post on it: title, address and date as stated ("" or None where it does not)."""

    title: str
    address: str | None
    published: str | None
    main: str


def looks_like_page(text: str, root: str) -> bool:
    """Whether a document whose first element is ``root`` is an HTML page.

    A page of errors that a feed stands behind (warnings of PHP) is not: its feed can be read.
    """
    return root.lower() in PAGE_ROOTS and (root.lower() == "html" or _FEED.search(text, 0, _START) is None)


def page_failure(text: str, url: str) -> Failure:
    """Say which page came instead of the feed."""
    head = text[:_HEAD]
    title = _TITLE.search(head)
    name = shorten(strip_tags(title[1]), 80) if title else ""
    named = f" (“{name}”)" if name else ""
    if _CHALLENGE.search(head):
        return Failure(FailureKind.CHALLENGE, f"a bot check{named} stands before the feed")
    links = feed_links(head, url)
    if links:
        return Failure(FailureKind.NOT_A_FEED, f"an HTML page{named} instead of a feed; it names this feed: {links[0]}")
    if _LOGIN.search(head):
        return Failure(FailureKind.CHALLENGE, f"a login page{named} stands before the feed")
    return Failure(FailureKind.NOT_A_FEED, f"an HTML page{named} instead of a feed; it names no feed")


def feed_links(text: str, url: str) -> list[str]:
    """The addresses of the feeds that a page names by ``<link rel="alternate">``, in its order."""
    found: list[str] = []
    for link in _LINK.finditer(text[:_HEAD]):
        attributes = _attributes(_ATTRIBUTE, link[1])
        if "alternate" not in attributes.get("rel", "").lower().split():
            continue
        if not _FEED_TYPES.match(attributes.get("type", "").strip()):
            continue
        href = absolute_url(strip_tags(attributes.get("href", "")), url)
        if href and href not in found:
            found.append(href)
    return found


def page_facts(text: str) -> PageFacts:
    """Title, address, date and main part of a page that holds one post."""
    head = text[:_HEAD]
    meta: dict[str, str] = {}
    for tag in _META.finditer(head):
        attributes = _attributes(_META_ATTRIBUTE, tag[1])
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        meta.setdefault(name, strip_tags(attributes.get("content", "")))
    address = meta.get("og:url")
    for link in _LINK.finditer(head):
        attributes = _attributes(_ATTRIBUTE, link[1])
        if attributes.get("rel", "").lower() == "canonical":
            address = strip_tags(attributes.get("href", "")) or address
            break
    title = _TITLE.search(head)
    return PageFacts(
        title=meta.get("og:title") or (strip_tags(title[1]) if title else ""),
        address=absolute_url(address, None),
        published=meta.get("article:published_time") or meta.get("date"),
        main=_main(text),
    )


def _main(text: str) -> str:
    """The page's only article, or its main part; else all of it."""
    articles = list(_MAIN.finditer(text))
    for name in ("article", "main"):
        starts = [tag.start() for tag in articles if tag[1].lower() == name]
        end = text.lower().rfind(f"</{name}")
        if len(starts) == 1 and end > starts[0]:
            return text[starts[0] : end]
    return text


def _attributes(pattern: re.Pattern[str], tag: str) -> dict[str, str]:
    return {name.lower(): double or single or bare for name, double, single, bare in pattern.findall(tag)}
