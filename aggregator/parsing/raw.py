"""What a reader of one format hands on: the feed's own words, nothing cleaned yet.

Two readers of XML (``fast_xml`` and ``feed_xml``) fill these, and must fill them alike; what is made of them is
made in one place, ``entry``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["BREAKS_OFF", "RawFeed", "RawItem", "fuller", "original"]

BREAKS_OFF = "the document breaks off; what was whole was kept"
"""The warning that makes a document incomplete."""


@dataclass(slots=True)
class RawItem:
    """One item.

    Attributes:
        link_is_guid: ``link`` is only the guid, taken for an address because RSS 2.0 says that it may be.
        title_is_markup: True where the format says HTML, False where it says plain text, None where it does not
            say and both occur (RSS).
        content_is_text: The content is plain text, not HTML.
        base: xml:base in force for the content; None where there is none.
    """

    guid: str | None = None
    link: str | None = None
    link_is_guid: bool = False
    title: str = ""
    title_is_markup: bool | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    content: str = ""
    content_is_text: bool = False
    base: str | None = None


@dataclass(slots=True)
class RawFeed:
    """A whole document. ``ttl`` and the ``update_*`` are the words of RSS 2.0 and of the syndication module.

    ``skipped`` counts the items that were left out, see ``newest``.
    """

    format: str = ""
    title: str = ""
    title_is_markup: bool | None = None
    link: str | None = None
    ttl: str | None = None
    update_period: str | None = None
    update_frequency: str | None = None
    items: list[RawItem] = field(default_factory=list)
    skipped: int = 0


def original(link: str | None) -> str | None:
    """A ``feedburner:origLink`` as the post's address: FeedBurner put its own redirects, many dead now, in ``link``."""
    return link.strip() if link and link.strip().lower().startswith(("http://", "https://")) else None


def fuller(content: str, summary: str) -> str:
    """Which of RSS's two texts is the post: "content", unless the "summary" is longer.

    content:encoded always is at least as long as the description. Where it is not, feedparser took something else
    for content: a second description, that of a picture.
    """
    return "content" if content and len(content) >= len(summary) else "summary"
