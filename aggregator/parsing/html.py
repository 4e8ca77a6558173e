"""A stranger's HTML made fit to keep and to show: an allow-list, absolute links, nothing that loads or runs.

nh3 (Rust's ammonia over html5ever) parses as browsers do, so what it lets through cannot be re-read as something
else. Before it stands one guard: markup nested without end costs any HTML parser quadratic time, and formatting
left open is repeated in every paragraph that follows.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from functools import cache
from typing import Final
from urllib.parse import urljoin, urlsplit

import nh3

from aggregator.parsing.hints import hint_words
from aggregator.parsing.plain import word_set
from aggregator.spotting import any_of

__all__ = ["CAPTION_CLASS", "LONGEST_HTML", "clean"]

#: What is read of one post; no post of the field has a tenth of it.
LONGEST_HTML: Final = 2_000_000
#: The class of the ``span`` that stands for a picture and holds its description.
CAPTION_CLASS: Final = "caption"

_BLOCKS: Final = word_set(
    """
    address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4
    h5 h6 header hgroup hr legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul
    """
)
_INLINE: Final = word_set(
    "a abbr b br cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var"
)
#: Gone with all that is in them.
_DROPPED: Final = word_set(
    """
    audio canvas datalist embed head iframe math noembed noframes noscript object script select style svg template
    textarea title video
    """
)
#: Of these, those whose content is gone in HTML, but not in the XHTML that many a feed is made of: "<iframe/>" is all
#: of it there, and without its end tag it is a slip. To an HTML parser the rest of the post stands in it.
_SWALLOWING: Final = word_set(
    "audio canvas iframe noembed noframes noscript object script select style textarea title video"
)
#: Most posts have none of them.
_may_swallow: Final = any_of(f"<{name}" for name in _SWALLOWING)
_CODE: Final = frozenset({"script", "style"})
_SWALLOWER: Final = re.compile(rf"<(/?)({'|'.join(sorted(_SWALLOWING))})(?![\w-])[^<>]*>", re.IGNORECASE)
_ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    **{tag: {"class", "id"} for tag in _BLOCKS - {"td", "th", "tr", "hr"}},
}
_WEB: Final = frozenset({"http", "https"})
_SCHEMES: Final = _WEB | {"mailto"}
_LONGEST_HREF: Final = 4000

_IMAGE: Final = re.compile(r'<img(?: alt="([^"]*)")?>')
#: Overrides and isolates: they turn the order of what follows them, on our page too.
_BIDI: Final = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_is_out_of_order: Final = any_of(("<form", *map(chr, _BIDI)))

_LONG: Final = 20_000
_LONGEST_TAG: Final = 8000
_LONG_TAG: Final = re.compile(rf"<([a-zA-Z][^\s/<>]*)[^<>]{{{_LONGEST_TAG},}}>?")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")

_FEW_TAGS: Final = 400
_MOST_TAGS: Final = 30_000
_DEEPEST: Final = 100
_DEEPEST_FORMATTING: Final = 8
_ANY_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*>?")
_CODE_ELEMENT: Final = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_VOID: Final = word_set("area base br col embed hr img input link meta param source track wbr basefont")
#: HTML's formatting elements: left open, they are opened anew in each block that follows.
_FORMATTING: Final = word_set("a b big code em font i nobr s small strike strong tt u")
#: Elements whose end tag may be left out: a second one ends the first.
_SELF_ENDING: Final = word_set("p li dt dd tr td th thead tbody tfoot option optgroup")


def clean(html: str, *, base: str | None, post: str | None = None) -> str:
    """``html`` with only allowed elements, absolute http(s) and mailto links, and no picture but its description.

    Classes and ids stay where they hint at furniture (``hints.hint_words``). What the result holds is balanced,
    and its text and attributes have ``<``, ``>`` and ``&`` escaped: ``blocks`` relies on that.

    Args:
        html: Any HTML, however broken.
        base: The absolute address relative links are resolved against; None drops their targets.
        post: The post's own address: where a link to a place in it ("#note-1") leads; None: as other links.
    """
    if len(html) > LONGEST_HTML:
        html = html[:LONGEST_HTML]
    if html.count("<") > _FEW_TAGS:
        html = _bounded(html)
    if len(html) > _LONG:
        html = _LONG_TAG.sub(_without_attributes, html)
    if _may_swallow(html):
        html = _without_swallowers(html)
    cleaner = _cleaner()
    _addresses.set((base, post))
    try:
        cleaned = cleaner.clean(html)
    except UnicodeEncodeError:  # a lone surrogate, which JSON can spell, is no text
        cleaned = cleaner.clean(html.encode("utf-8", "ignore").decode("utf-8"))
    if "<img" in cleaned:
        cleaned = _IMAGE.sub(_describe, cleaned)
    if _is_out_of_order(cleaned):
        # Dropping a form's tags would glue the words before it to those in it.
        cleaned = cleaned.replace("<form>", "<div>").replace("</form>", "</div>").translate(_BIDI)
    return cleaned.strip()


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_BLOCKS | _INLINE | {"img", "form"}),
        clean_content_tags=set(_DROPPED),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes=set(_SCHEMES),
        url_relative=_resolved,
        link_rel="noopener noreferrer",
    )


# One cleaner serves all posts; what it calls back must know which it is at. A context is a thread's own.
_addresses: ContextVar[tuple[str | None, str | None]] = ContextVar("_addresses", default=(None, None))


def _resolved(link: str) -> str | None:
    """A relative link as an absolute one; None takes it away. Like ``_attribute`` it must not raise."""
    base, post = _addresses.get()
    if link.startswith("#"):
        base = post or base
    try:
        absolute = urljoin(base, link) if base else ""
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute if parts.scheme in _WEB and parts.netloc else None


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """What is kept of an allowed attribute. It must not raise: nh3 would only report that to stderr."""
    if name in {"class", "id"}:
        return " ".join(hint_words(value)) or None
    if name in {"colspan", "rowspan"}:
        return value if value.isascii() and value.isdecimal() and len(value) <= 3 else None
    if name == "href":
        return value if len(value) <= _LONGEST_HREF else None
    return value


def _describe(image: re.Match[str]) -> str:
    """A picture's description in its place. Without a word in it (an emoji, a spacer) it is text, or nothing."""
    alt = (image[1] or "").strip()
    if not re.search(r"\w\w", alt):
        return alt
    return f'<span class="{CAPTION_CLASS}">{alt}</span>'


def _without_swallowers(html: str) -> str:
    """``html`` without the tags that would take the rest of the post with them: closed in themselves, or never."""
    tags = list(_SWALLOWER.finditer(html))
    ends = {tag[2].lower(): tag.start() for tag in tags if tag[1]}
    kept: list[str] = []
    at = 0
    for tag in tags:
        name = tag[2].lower()
        is_open = name not in _CODE and tag.start() > ends.get(name, -1)
        if not tag[1] and (is_open or tag[0].endswith("/>")):
            kept.append(html[at : tag.start()])
            at = tag.end()
    kept.append(html[at:])
    return "".join(kept)


def _without_attributes(tag: re.Match[str]) -> str:
    """A tag with thousands of attributes costs quadratic time; one with a whole picture in its ``src`` does not."""
    return tag[0] if len(_QUOTED.sub("", tag[0])) < _LONGEST_TAG else f"<{tag[1]}>"


def _bounded(html: str) -> str:
    """``html`` with tags left out that would nest deeper than any post does, or be more than any post has.

    An approximation of how a browser nests, good enough for a bound: real posts are far below it and come out
    as they were.
    """
    kept: list[str] = []
    open_tags: list[str] = []
    formatting = 0
    end = 0
    for count, tag in enumerate(_ANY_TAG.finditer(html)):
        if count >= _MOST_TAGS:  # the words of the rest are kept, its markup is not
            kept.append(html[end : tag.start()])
            kept.append(_ANY_TAG.sub(" ", _CODE_ELEMENT.sub(" ", html[tag.start() :])))
            return "".join(kept)
        name = tag[2].lower()
        if name in _VOID:
            continue
        if tag[1]:
            if name in open_tags:
                while (closed := open_tags.pop()) != name:
                    formatting -= closed in _FORMATTING
                formatting -= name in _FORMATTING
            continue
        if name in _SELF_ENDING and open_tags and open_tags[-1] == name:
            continue
        is_formatting = name in _FORMATTING
        if len(open_tags) >= _DEEPEST or (is_formatting and formatting >= _DEEPEST_FORMATTING):
            kept.append(html[end : tag.start()])
            end = tag.end()
            continue
        open_tags.append(name)
        formatting += is_formatting
    kept.append(html[end:])
    return "".join(kept)
