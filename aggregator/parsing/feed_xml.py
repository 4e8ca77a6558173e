"""Any feed in XML, by feedparser: the reader that knows every format and forgives most mistakes.

feedparser gets bytes in a ``BytesIO`` (a string or bytes it might open as a file or an address), its sanitising
and link resolving are off (``html.clean`` does both, faster and more strictly), and it never sees what hurts it:
a DOCTYPE, elements with thousands of attributes, documents nested without end.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

import feedparser

from aggregator.parsing.newest import NewestItems
from aggregator.parsing.plain import one_line
from aggregator.parsing.portions import portions
from aggregator.parsing.raw import BREAKS_OFF, RawFeed, RawItem, fuller, original
from aggregator.parsing.xmltext import Prolog, cut_after_root, mended, plain_entities, whole_items

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_xml_feed"]

_DEEPEST: Final = 500
_MOST_ATTRIBUTES: Final = 250
_MOST_NAMESPACES: Final = 250
#: What is not well-formed costs feedparser some microseconds a character: no more of it is read than this.
_LONGEST_BROKEN: Final = 2_000_000
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_KINDS: Final = _HTML | {"text/plain"}
#: feedparser compares each of an item's tags with all the others, and stumbles over the ends of some elements that
#: were never begun; nobody here reads them. It also takes ``gml_pos`` for ``gml:pos``, and stumbles over that: a name
#: with an underscore is none of any format.
_UNTOLD: Final = re.compile(
    r"(</?)(?:\w+:)?(?:category|keywords|subject|tags|width|height|license|player|pos|poslist|[^\W_]*_\w*)\b",
    re.IGNORECASE,
)
#: A mail address, and what stands round it or the name beside it.
_ADDRESS: Final = re.compile(r"[^\s()<>\"]{1,100}@[^\s()<>\"]{1,255}")
_IN_BRACKETS: Final = re.compile(r"[()<>\"]")
_DECLARATION: Final = b"<?xml version='1.0' encoding='utf-8'?>\n"


class _Hostile(Exception):
    """The document is made to cost time or memory."""


def read_xml_feed(text: str, prolog: Prolog, warnings: list[str], url: str = "") -> RawFeed | str:
    """The feed in an XML document, or in words why there is none. Never raises.

    Args:
        text: The document.
        prolog: What ``xmltext.read_prolog`` found at its start.
        warnings: Takes what was wrong with a document that was read all the same.
        url: Where it came from, what an xml:base in it is relative to.
    """
    own = plain_entities(prolog.doctype) if prolog.doctype else {}
    body = text[prolog.start :]
    if own:
        body = mended(body, own)
    try:
        sound = _made_sound(body, prolog.root, own, warnings)
    except _Hostile as verdict:
        return str(verdict)
    if sound is None:
        return "XML that breaks off before its first item is whole"
    found: RawFeed | None = None
    items = NewestItems()
    # Without a base to go back to, feedparser has the xml:base of one item hold for those that follow it.
    headers = {"content-location": url} if url and "base=" in sound else {}
    try:
        cut = portions(_UNTOLD.sub(r"\1untold", sound).encode("utf-8", "ignore"))
        for portion in cut.documents:
            parsed = feedparser.parse(
                io.BytesIO(_DECLARATION + portion),
                response_headers=headers,
                resolve_relative_uris=False,
                sanitize_html=False,
            )
            found = found or _feed(parsed, prolog)
            if found is None:
                return ""
            for item in _items(parsed, found):
                items.append(item)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in it, only this document is unreadable
        return f"feedparser failed on it ({type(error).__name__})"
    if found is not None:
        found.items, found.skipped = items.all(), items.skipped + cut.skipped
    return found or ""


def _made_sound(body: str, root: str, own: dict[str, str], warnings: list[str]) -> str | None:
    """``body`` as it is if it is well-formed, else mended, else what is whole of it, else as it is."""
    fault = _fault(body)
    if fault is None:
        return body
    body = mended(body, own)
    told = f"not well-formed XML ({fault})"
    if _fault(body) is None:
        warnings.append(f"{told}; mended")
        return body
    ended = cut_after_root(body, root)
    if ended is not None:
        if ended != body and _fault(ended) is None:
            warnings.append("something follows the end of the XML; it was left out")
            return ended
        warnings.append(f"{told}; read as far as it can be made out")
        if len(ended) <= _LONGEST_BROKEN:
            return ended
        body = ended[:_LONGEST_BROKEN]
    whole = whole_items(body, root)
    if whole is None:
        return None
    if _fault(whole) is not None:
        whole = whole_items(whole[:_LONGEST_BROKEN], root)
    warnings.append(BREAKS_OFF)
    return whole


def _fault(body: str) -> str | None:
    """Why ``body`` is not well-formed, or None.

    Raises:
        _Hostile: it is beyond what any feed is.
    """
    depth = namespaces = 0

    def start(_name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _Hostile(f"XML nested more than {_DEEPEST} elements deep")
        if len(attributes) > _MOST_ATTRIBUTES:
            raise _Hostile(f"XML with {len(attributes)} attributes on one element")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declare(_prefix: str | None, _uri: str | None) -> None:
        nonlocal namespaces
        namespaces += 1
        if namespaces > _MOST_NAMESPACES:
            raise _Hostile(f"XML that declares more than {_MOST_NAMESPACES} namespaces")

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartNamespaceDeclHandler = declare
    try:
        parser.Parse(body.encode("utf-8", "ignore"), True)
    except expat.ExpatError as error:
        return one_line(str(error), 120)
    return None


def _feed(parsed: Any, prolog: Prolog) -> RawFeed | None:
    """The feed without its items; None where there is none."""
    feed = parsed.feed
    version = parsed.get("version", "") or ""
    if version == "rss091u" and "netscape" in prolog.doctype.lower():
        version = "rss091n"
    if not version:
        is_channel = prolog.root.lower() == "channel" and (feed or parsed.entries)
        if not is_channel and not parsed.entries:
            return None
        version = "cdf" if is_channel else "unknown"
    is_atom = version.startswith("atom")
    return RawFeed(
        format=version,
        title=_words(feed, "title"),
        title_is_markup=_is_markup(feed, is_atom=is_atom),
        link=_site(feed),
        ttl=_words(feed, "ttl") or None,
        update_period=_words(feed, "sy_updateperiod") or None,
        update_frequency=_words(feed, "sy_updatefrequency") or None,
    )


def _items(parsed: Any, found: RawFeed) -> Iterator[RawItem]:
    is_atom = found.format.startswith("atom")
    inherited = _author(parsed.feed) if is_atom else None
    is_rdf = found.format in {"rss10", "rss090"}
    return (_item(entry, inherited, is_atom=is_atom, is_rdf=is_rdf) for entry in parsed.entries)


def _site(feed: Any) -> str | None:
    """The feed's page. Atom's feed id is none, though feedparser makes a link of it where there is no other."""
    link = _words(feed, "link")
    if dict.get(feed, "guidislink") and link == _words(feed, "id"):
        stated = {_words(stated, "href") for stated in dict.get(feed, "links") or ()}
        return link if link in stated else None
    return link or None


def _item(entry: Any, inherited_author: str | None, *, is_atom: bool, is_rdf: bool) -> RawItem:
    guid, link = _words(entry, "id"), _words(entry, "link")
    published = _words(entry, "published") or _words(entry, "created")
    updated = _words(entry, "updated")
    if not published and not is_atom:
        # RSS 1.0's dc:date, and CDF's lastmod: feedparser calls them "updated", their feeds mean the one date.
        published, updated = updated, ""
    value, kind, base = _content(entry, is_atom=is_atom)
    if not link and (is_rdf or dict.get(entry, "link") == "") and guid.lower().startswith(("http://", "https://")):
        link = guid  # RSS 1.0's rdf:about; or a guid beside an empty <link>, which feedparser does not take for one
    link = original(_words(entry, "feedburner_origlink")) or link
    return RawItem(
        guid=guid or None,
        link=link or _any_alternate(entry),
        link_is_guid=bool(dict.get(entry, "guidislink")) and link == guid,
        title=_words(entry, "title"),
        title_is_markup=_is_markup(entry, is_atom=is_atom),
        author=_author(entry) or inherited_author,
        published=published or None,
        updated=updated or None,
        content=value,
        content_is_text=kind not in _HTML,
        base=base or None,
    )


def _words(of: Any, key: str) -> str:
    # dict.get: feedparser's own get answers some keys with others' values, and warns while it does.
    value = dict.get(of, key)
    return value if isinstance(value, str) else ""


def _is_markup(of: Any, *, is_atom: bool) -> bool | None:
    detail = dict.get(of, "title_detail")
    return detail is not None and _words(detail, "type") in _HTML if is_atom else None


def _any_alternate(entry: Any) -> str | None:
    for link in dict.get(entry, "links") or ():
        if _words(link, "rel") == "alternate" and (href := _words(link, "href")):
            return href
    return None


def _author(of: Any) -> str | None:
    authors: list[Any] = dict.get(of, "authors") or []
    whole = _words(of, "author")
    names = [_words(author, "name").strip() for author in authors]
    address = _words(authors[0], "email") if len(authors) == 1 else ""
    # RSS 2.0's author is an address, with a name behind it. To feedparser a domain ends after four letters.
    if address and re.search(rf"{re.escape(address)}[\w-]", whole):
        names = [" ".join(_IN_BRACKETS.sub(" ", _ADDRESS.sub(" ", whole)).split())]
    return ", ".join(dict.fromkeys(filter(None, names))) or whole or None


def _content(entry: Any, *, is_atom: bool) -> tuple[str, str, str]:
    """Value, media type and xml:base of the fullest text an item has: content before summary, HTML before plain."""
    detail = dict.get(entry, "summary_detail") or {}
    summary = _words(entry, "summary"), _words(detail, "type") or "text/html", _words(detail, "base")
    found = [
        (value, kind, _words(content, "base"))
        for content in dict.get(entry, "content") or ()
        if (value := _words(content, "value")).strip() and (kind := _words(content, "type")) in _KINDS
    ]
    found.sort(key=lambda content: content[1] not in _HTML)
    if not found or (not is_atom and fuller(found[0][0], summary[0]) == "summary"):
        return summary
    return found[0]
