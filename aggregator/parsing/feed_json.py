"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from __future__ import annotations

import json
from typing import Any, Final

from aggregator.parsing.raw import MOST_ITEMS, RawFeed, RawItem

__all__ = ["read_json_feed"]

_VERSIONS: Final = "jsonfeed.org/version/1"


def read_json_feed(text: str) -> RawFeed | str:
    """The feed in a JSON document, or in words why there is none. Never raises."""
    try:
        # Numbers stay words: an id may be one, of any length.
        document = json.loads(text, parse_int=str, parse_float=str, strict=False)
    except ValueError as error:
        return f"broken JSON ({error})"
    except RecursionError:
        return "broken JSON (nested without end)"
    if not isinstance(document, dict):
        return "JSON, but no feed: it is a bare list or value"
    version, items = document.get("version"), document.get("items")
    if not isinstance(version, str) or _VERSIONS not in version:
        return "JSON, but no JSON Feed: it names no jsonfeed.org version"
    if not isinstance(items, list):
        return "a JSON Feed without its items"
    return RawFeed(
        format="json11" if version.rstrip("/").endswith("1.1") else "json10",
        title=_words(document.get("title")),
        title_is_markup=False,
        link=_words(document.get("home_page_url")) or None,
        items=[_item(item, document) for item in items[:MOST_ITEMS] if isinstance(item, dict)],
        skipped=max(0, len(items) - MOST_ITEMS),
    )


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
