"""Plain RSS 2.0 and Atom 1.0, by expat alone: what nine feeds of ten are, in a tenth of feedparser's time.

Two rules keep this honest. It takes only what it knows by name: an element, an attribute or an order of elements
that is not in the tables below makes it give up, and feedparser reads the document from the start. And what it
does take it reads as feedparser would, quirks included; ``tests/parsing/test_fast_xml.py`` holds the two together.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn
from xml.parsers import expat

from aggregator.parsing.newest import NewestItems
from aggregator.parsing.raw import RawFeed, RawItem, fuller, original

__all__ = ["PLAIN_ROOTS", "read_plain_feed"]

#: Root elements, as written, that are worth a try.
PLAIN_ROOTS: Final = frozenset({"rss", "feed"})

_ATOM: Final = "http://www.w3.org/2005/Atom "
_CONTENT: Final = "http://purl.org/rss/1.0/modules/content/ "
_DC: Final = "http://purl.org/dc/elements/1.1/ "
_SY: Final = "http://purl.org/rss/1.0/modules/syndication/ "
_SLASH: Final = "http://purl.org/rss/1.0/modules/slash/ "
_WFW: Final = "http://wellformedweb.org/CommentAPI/ "
_THR: Final = "http://purl.org/syndication/thread/1.0 "
_MEDIA: Final = "http://search.yahoo.com/mrss/ "
_FEEDBURNER: Final = "http://rssnamespace.org/feedburner/ext/1.0 "
_XML_BASE: Final = "http://www.w3.org/XML/1998/namespace base"
_JETPACK: Final = "com-wordpress:feed-additions:1 "
_OPENSEARCH: Final = "http://a9.com/-/spec/opensearchrss/1.0/ "
_BLOGGER: Final = "http://schemas.google.com/g/2005 "
_APP: Final = "http://www.w3.org/2007/app "

#: Namespaces that change what feedparser takes a document for.
_OTHER_FORMATS: Final = re.compile(
    r"http://purl\.org/rss/1\.0/$|my\.netscape\.com|userland\.com|purl\.org/(?:atom|pie|echo)"
)
#: Characters that feedparser turns into others (one pattern for each beginning: so they are searched for fast).
_C1: Final = re.compile(rb"\xc2[\x80-\x9f]")
_C1_REFERENCE: Final = re.compile(rb"&#(?:1[2-5]\d|[xX]0*[89][0-9a-fA-F]);")
#: The beginnings of addresses that it mends, and the ends of those that it takes for entities.
_MENDED_ADDRESS: Final = re.compile(r":///|&\w*;")
_RSS_VERSIONS: Final = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_HTML: Final = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
#: Types of Atom text that need no unwrapping, and whether they are HTML.
_TYPES: Final = {"text": False, "text/plain": False, "html": True, "text/html": True}
_LINK_ATTRIBUTES: Final = frozenset({"href", "rel", "type", "title", "hreflang", "length"})
_NO_ATTRIBUTES: Final[dict[str, str]] = {}
_MOST_ATTRIBUTES: Final = 20

_SKIP: Final = "skip"
_ROOT: Final = {"rss": "rss", f"{_ATOM}feed": "feed"}
_CHANNEL: Final = {
    "title": "title",
    "link": "link",
    f"{_ATOM}link": "atom_link",
    "ttl": "ttl",
    f"{_SY}updatePeriod": "update_period",
    f"{_SY}updateFrequency": "update_frequency",
    "item": "item",
    **dict.fromkeys(
        (
            "image", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate",
            "category", "generator", "docs", "cloud", "rating", "skipHours", "skipDays", f"{_SY}updateBase",
            f"{_FEEDBURNER}info", f"{_JETPACK}site",
        ),
        _SKIP,
    ),
}  # fmt: skip
_RSS_ITEM: Final = {
    "title": "title",
    "link": "link",
    f"{_ATOM}link": "atom_link",
    "guid": "guid",
    "pubDate": "published",
    f"{_DC}date": "updated",
    f"{_ATOM}updated": "updated",
    "author": "author",
    f"{_DC}creator": "author",
    "description": "summary",
    f"{_CONTENT}encoded": "content",
    f"{_FEEDBURNER}origLink": "original",
    **dict.fromkeys(
        (
            "category", "comments", "enclosure", f"{_DC}subject", f"{_DC}identifier", f"{_SLASH}comments",
            f"{_SLASH}section", f"{_SLASH}department", f"{_WFW}commentRss", f"{_WFW}comment", f"{_THR}total",
            f"{_JETPACK}post-id", f"{_MEDIA}content", f"{_MEDIA}thumbnail",
        ),
        _SKIP,
    ),
}  # fmt: skip
_FEED: Final = {
    f"{_ATOM}title": "title",
    f"{_ATOM}link": "atom_link",
    f"{_ATOM}author": "person",
    f"{_ATOM}entry": "item",
    **dict.fromkeys(
        (
            f"{_ATOM}id", f"{_ATOM}updated", f"{_ATOM}subtitle", f"{_ATOM}generator", f"{_ATOM}icon", f"{_ATOM}logo",
            f"{_ATOM}rights", f"{_ATOM}category", f"{_OPENSEARCH}totalResults", f"{_OPENSEARCH}startIndex",
            f"{_OPENSEARCH}itemsPerPage",
        ),
        _SKIP,
    ),
}  # fmt: skip
_ENTRY: Final = {
    f"{_ATOM}title": "title",
    f"{_ATOM}link": "atom_link",
    f"{_ATOM}id": "guid",
    f"{_ATOM}published": "published",
    f"{_ATOM}updated": "updated",
    f"{_ATOM}author": "person",
    f"{_ATOM}summary": "summary",
    f"{_ATOM}content": "content",
    f"{_MEDIA}thumbnail": _SKIP,
    f"{_ATOM}category": _SKIP,
    f"{_ATOM}rights": _SKIP,
    f"{_THR}total": _SKIP,
    f"{_THR}in-reply-to": _SKIP,
    f"{_APP}edited": _SKIP,
}
_PERSON: Final = {
    f"{_ATOM}name": "name",
    f"{_ATOM}uri": _SKIP,
    f"{_ATOM}email": _SKIP,
    f"{_BLOGGER}image": _SKIP,
}
#: What may stand inside an element that is passed over, and does nothing there.
_INSIDE: Final = {
    "image": frozenset({"url", "title", "link", "width", "height", "description"}),
    "skipHours": frozenset({"hour"}),
    "skipDays": frozenset({"day"}),
    f"{_MEDIA}content": frozenset({f"{_MEDIA}title", f"{_MEDIA}thumbnail", f"{_MEDIA}credit"}),
}
_NOTHING: Final[frozenset[str]] = frozenset()
#: What the elements inside an element mean; inside any other stands text alone.
_TABLES: Final = {"rss": {"channel": "channel"}, "channel": _CHANNEL, "feed": _FEED, "person": _PERSON}
_LEAF: Final[dict[str, str]] = {}
_CONTAINERS: Final = frozenset({"rss", "feed", "channel", "item", "person"})
#: Those that are something as soon as they begin, whether they have attributes or not.
_BEGUN: Final = _CONTAINERS | {"atom_link"}
_TYPED: Final = frozenset({"title", "summary", "content"})


class _Unusual(Exception):
    """Something that feedparser had better read."""


class _Said:
    """What a feed, or an item, said of itself.

    Attributes:
        words: By field.
        is_html: By field, for those whose type Atom states.
        names: Its authors'.
        alternate: Address of the first alternate, of whatever type.
        guid_is_link: The guid stood in for an address that had not come yet.
    """

    __slots__ = ("alternate", "guid_is_link", "is_html", "names", "permalink", "words")

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.is_html: dict[str, bool] = {}
        self.names: list[str] = []
        self.alternate: str | None = None
        self.permalink = True
        self.guid_is_link = False


def read_plain_feed(body: bytes) -> RawFeed | None:
    """The feed in ``body``, or None where it is not as plain as this reader wants it.

    Args:
        body: The document in UTF-8, from its ``<`` on; what its XML declaration says of the encoding is passed over.
    """
    if _C1.search(body) or _C1_REFERENCE.search(body):
        return None
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 17
    parser.CharacterDataHandler = reader.pieces.append
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = _give_up
    parser.StartNamespaceDeclHandler = _check_namespace
    try:
        parser.Parse(body, True)
    except (_Unusual, expat.ExpatError):
        return None
    return reader.result()


class _Reader:
    """One document while expat walks it."""

    __slots__ = (
        "_feed", "_format", "_inside", "_is_atom", "_items", "_outer", "_said", "_skipping", "_table", "_what",
        "pieces",
    )  # fmt: skip

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._format = ""
        self._is_atom = False
        self._items = NewestItems()
        # What the elements here mean, and what the element is that the reader is in; the same of those round it.
        self._table: dict[str, str] = _ROOT
        self._what = ""
        self._outer: list[tuple[dict[str, str], str]] = []
        # How deep in an element that is passed over, and what may be in it.
        self._skipping = 0
        self._inside = _NOTHING
        self._feed = _Said()
        self._said = self._feed

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Serve as StartElementHandler."""
        if attributes and (_XML_BASE in attributes or "base" in attributes or len(attributes) > _MOST_ATTRIBUTES):
            raise _Unusual
        if self._skipping:
            if self._skipping > 1 or name not in self._inside:
                raise _Unusual
            self._skipping = 2
            return
        what = self._table.get(name)
        if what is None:
            raise _Unusual
        if what is _SKIP:
            self._skipping = 1
            self._inside = _INSIDE.get(name, _NOTHING)
            if name.startswith(_MEDIA) and not self._said.words.get("title"):
                self._inside = _NOTHING  # a picture's title would become the item's
            return
        self._outer.append((self._table, self._what))
        self._what = what
        self._table = _TABLES.get(what, _LEAF)
        if attributes or what in _BEGUN or self._is_atom:
            attributes = self._begin(what, attributes)
            if attributes and any(" " not in key for key in attributes):
                raise _Unusual  # an attribute that is not of another namespace may mean anything
        self.pieces.clear()

    def end(self, _name: str) -> None:
        """Serve as EndElementHandler."""
        if self._skipping:
            self._skipping -= 1
            return
        what = self._what
        if what not in _CONTAINERS:
            if what != "atom_link":
                self._keep(what, "".join(self.pieces).strip())
        elif what == "item":
            self._end_item()
        elif what == "person" and not self._said.names[-1]:
            raise _Unusual
        self._table, self._what = self._outer.pop()

    def result(self) -> RawFeed:
        """What was found, after the end of the document."""
        said, words, items = self._feed, self._feed.words, self._items.all()
        if self._is_atom and said.names:
            inherited = _listed(said.names)
            for item in items:
                item.author = item.author or inherited
        return RawFeed(
            format=self._format,
            title=words.get("title", ""),
            title_is_markup=said.is_html.get("title", False) if self._is_atom else None,
            link=words.get("link"),
            ttl=words.get("ttl") or None,
            update_period=words.get("update_period") or None,
            update_frequency=words.get("update_frequency") or None,
            items=items,
            skipped=self._items.skipped,
        )

    def _begin(self, what: str, attributes: dict[str, str]) -> dict[str, str]:
        """What an element is that has attributes, or others in it; gives the attributes that were not understood."""
        if what == "atom_link":
            self._link(attributes)
            return _NO_ATTRIBUTES
        if what == "guid" and not self._is_atom:
            self._said.permalink = attributes.pop("isPermaLink", "true") == "true"
        elif what == "rss":
            version = attributes.pop("version", "")
            self._format = _RSS_VERSIONS.get(version) or ("rss20" if version.startswith("2.") else "rss")
        elif what == "feed":
            self._format, self._is_atom = "atom10", True
        elif what == "item":
            self._said = _Said()
            self._table = _ENTRY if self._is_atom else _RSS_ITEM
        elif what == "person":
            self._said.names.append("")
        elif self._is_atom and what in _TYPED:
            is_html = _TYPES.get(attributes.pop("type", "text"))
            if is_html is None:
                raise _Unusual
            self._said.is_html[what] = is_html
        return attributes

    def _link(self, attributes: dict[str, str]) -> None:
        href = attributes.get("href", "")
        if not href or _MENDED_ADDRESS.search(href):
            raise _Unusual
        if any(" " not in key and key not in _LINK_ATTRIBUTES for key in attributes):
            raise _Unusual
        if attributes.get("rel", "alternate").lower() == "alternate":
            if attributes.get("type", "text/html").lower() in _HTML:
                self._said.words["link"] = href
            self._said.alternate = self._said.alternate or href

    def _keep(self, what: str, words: str) -> None:
        """The text of an element that ended."""
        if not words.isascii() and _is_misread(words):
            raise _Unusual
        said = self._said
        if what == "author":
            if "@" in words:
                raise _Unusual
            said.names.append(words)
            return
        if what == "name":
            if said.names[-1]:
                raise _Unusual
            said.names[-1] = words
            return
        if what == "link":
            if not words or _MENDED_ADDRESS.search(words):
                raise _Unusual
        elif what in said.words:
            raise _Unusual
        elif what == "guid":
            if not words or _MENDED_ADDRESS.search(words):
                raise _Unusual
            if said.permalink and "link" not in said.words:
                said.words["link"] = words
                said.guid_is_link = True
        said.words[what] = words

    def _end_item(self) -> None:
        said, self._said = self._said, self._feed
        words, is_atom = said.words, self._is_atom
        guid, link = words.get("guid"), original(words.get("original")) or words.get("link")
        published, updated = words.get("published"), words.get("updated")
        if not published and not is_atom:
            published, updated = updated, None
        content, summary = words.get("content", ""), words.get("summary", "")
        field = fuller(content, "" if is_atom else summary)
        self._items.append(
            RawItem(
                guid=guid,
                link=link or said.alternate,
                link_is_guid=said.guid_is_link and link == guid,
                title=words.get("title", ""),
                title_is_markup=said.is_html.get("title", False) if is_atom else None,
                author=_listed(said.names),
                published=published or None,
                updated=updated or None,
                content=content if field == "content" else summary,
                content_is_text=is_atom and not said.is_html.get(field, not words.get(field)),
            )
        )


def _listed(names: list[str]) -> str | None:
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _is_misread(words: str) -> bool:
    """Whether feedparser would take the words for UTF-8 that somebody read as ISO 8859-1."""
    try:
        words.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _give_up(*_anything: object) -> NoReturn:
    raise _Unusual


def _check_namespace(_prefix: str | None, uri: str | None) -> None:
    if uri and _OTHER_FORMATS.search(uri.lower()):
        raise _Unusual
