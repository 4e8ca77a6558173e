"""JSON Feed (jsonfeed.org), which feedparser does not read.

There are 1.0 and 1.1; a later one is read as they are, for 1.1 only added to 1.0, as an RSS of any number is.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from aggregator.parsing.newest import NewestItems
from aggregator.parsing.raw import BREAKS_OFF, RawFeed, RawItem

__all__ = ["read_json_feed"]

_VERSION: Final = re.compile(r"jsonfeed\.org/version/([0-9.]+)")
_FORMATS: Final = {"1": "json10", "1.0": "json10", "1.1": "json11"}
#: Numbers stay words: an id may be one, of any length.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)
_ITEMS: Final = re.compile(r'"items"\s*:\s*\[')
_BETWEEN: Final = re.compile(r"[\s,]*")


def read_json_feed(text: str, warnings: list[str]) -> RawFeed | str:
    """The feed in a JSON document, or in words why there is none. Never raises.

    Args:
        text: The document, from its first bracket on.
        warnings: Takes what was wrong with a document that was read all the same.
    """
    try:
        document, end = _DECODER.raw_decode(text)
    except ValueError as error:
        document = _whole_items(text)
        if document is None:
            return f"broken JSON ({error})"
        warnings += [f"broken JSON ({error})", BREAKS_OFF]
    except RecursionError:
        return "broken JSON (nested without end)"
    else:
        if text[end:].strip("\0 \t\r\n"):
            warnings.append("something follows the end of the JSON; it was left out")
    if not isinstance(document, dict):
        return "JSON, but no feed: it is a bare list or value"
    version, items = document.get("version"), document.get("items")
    named = _VERSION.search(version) if isinstance(version, str) else None
    if named is None:
        return "JSON, but no JSON Feed: it names no jsonfeed.org version"
    if not isinstance(items, list):
        return "a JSON Feed without its items"
    kept = NewestItems()
    for item in items:
        if isinstance(item, dict):
            kept.append(_item(item, document))
    return RawFeed(
        format=_FORMATS.get(named[1], "json"),
        title=_words(document.get("title")),
        title_is_markup=False,
        link=_words(document.get("home_page_url")) or None,
        items=kept.all(),
        skipped=kept.skipped,
    )


def _whole_items(text: str) -> dict[str, Any] | None:
    """What stands before the items of a document that breaks off, and those that are whole; None where none is."""
    start = _ITEMS.search(text)
    if start is None:
        return None
    items: list[Any] = []
    try:
        document = _DECODER.decode(f"{text[: start.end()]}]}}")
        at = start.end()
        while True:
            item, at = _DECODER.raw_decode(text, _BETWEEN.match(text, at).end())  # type: ignore[union-attr]  # matches nothing, too
            items.append(item)
    except (ValueError, RecursionError):
        pass
    return {**document, "items": items} if items else None


def _item(item: dict[str, Any], feed: dict[str, Any]) -> RawItem:
    html = _words(item.get("content_html"))
    return RawItem(
        guid=_words(item.get("id")) or None,
        link=_words(item.get("url")) or None,
        title=_words(item.get("title")),
        title_is_markup=False,
        author=_author(item) or _author(feed),
        published=_words(item.get("date_published")) or None,
        updated=_words(item.get("date_modified")) or None,
        content=html or _words(item.get("content_text")) or _words(item.get("summary")),
        content_is_text=not html,
    )


def _author(of: dict[str, Any]) -> str | None:
    """1.1 has a list of authors, 1.0 one author; both may be there."""
    authors = of.get("authors")
    if not isinstance(authors, list) or not authors:
        authors = [of.get("author")]
    names = [_words(author.get("name")).strip() for author in authors if isinstance(author, dict)]
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""
