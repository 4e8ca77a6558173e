"""What belongs to the page and not to the post: tails of links, comments, cookie notices, share buttons.

Notes to editors stay: they belong to the post.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aggregator.model import BlockKind
from aggregator.ratings.words.tokens import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import Block

__all__ = ["without_furniture"]

_PARTS: Final = frozenset(
    (
        *("cookie", "cookies", "related", "relatedposts", "comments", "comment", "disqus", "share", "sharing"),
        *("sidebar", "recent", "popular", "recommended", "newsletter", "advert", "promo", "breadcrumbs"),
    )
)
_BARE_LINE: Final = 6
"""The level of a heading that is only bold text, or no heading at all: a lure inside an article ("You may also want to
watch:") looks like this, and the article goes on behind it. So it does behind share buttons, whatever their level."""
_BUTTONS: Final = ("have your say", "join the", "leave a", "post a")
_RUN_ON: Final = 120
"""Characters: a longer paragraph that begins with a share button is a post which a page runs on behind it."""
_SHARE: Final = re.compile(r"^(?:\s*share(?: this(?: post| article)?| on \w+)\.?(?=\s))+", re.IGNORECASE)
_TALK: Final = ("comment", "repl", "response", "say", "discussion", "conversation", "readers")


def without_furniture(blocks: Sequence[Block], data: dict[str, Any]) -> list[Block]:
    """The blocks that are the post."""
    hints, headings = data["hints"], data["headings"]
    prefixes, paragraphs, contains = (
        data[name] for name in ("heading_prefixes", "paragraph_prefixes", "paragraph_contains")
    )
    kept: list[Block] = []
    tail = 0  # the level of the furniture heading we are under; 0 outside
    talk = False
    last = _last_heading(blocks)
    titles = _titles_from(blocks)
    length = sum(len(block.text) for block in blocks)
    for number, block in enumerate(blocks):
        if number == last and block.text.lower().startswith(_NEWEST):
            break  # nothing but a list of other posts follows
        if block.hints and any(hint in hints or _hinted(hint) for hint in block.hints):
            continue
        line = block.text[:200].lower().strip("«» :*•").replace("’", "'")
        short = len(block.text) < 60
        opens = (short and (line in headings or line.startswith(prefixes))) or _is_comment_count(line)
        if opens and titles <= number + 1 < len(blocks):
            break  # in plain text each of the titles is a heading of its own
        if opens and not kept and line.startswith(_BUTTONS):
            continue  # a button over the article; the talk itself comes behind it
        if block.kind is BlockKind.HEADING:
            if opens and block.level == 1 and not kept:
                continue  # "Newsletter", over all of it
            if opens:
                tail = _BARE_LINE if line.startswith("share") else block.level or _BARE_LINE
                talk = any(word in line for word in _TALK)
                continue
            if tail and (block.level or _BARE_LINE) > tail:
                continue
            tail = 0
            kept.append(block)
            continue
        if _COUNTED.match(line):
            tail, talk = _BARE_LINE, True
            continue
        if opens and block.kind is BlockKind.PARAGRAPH:
            tail, talk = _BARE_LINE, any(word in line for word in _TALK)
            continue
        if tail >= _BARE_LINE and not talk and _is_prose(block):
            tail = 0
        if tail:
            continue
        if len(block.text) > _RUN_ON and line.startswith("share "):
            rest = _SHARE.sub("", block.text)
            begins = block.start + len(block.text) - len(rest)  # what is quoted is found again by where it stands
            block = block._replace(text=rest, start=begins)  # noqa: PLW2901 (what is left of it is the post)
            line = ""
        if block.kind is BlockKind.PARAGRAPH and (
            line.startswith(paragraphs) or any(word in line for word in contains)
        ):
            if len(block.text) <= max(_RUN_ON, length / 2):
                continue
            block = _behind_furniture(block, (paragraphs, contains))  # noqa: PLW2901 (as above)
        if block.links_only and block.kind in {BlockKind.LIST_ITEM, BlockKind.PARAGRAPH}:
            continue
        tail_at = _TAIL.search(block.text) if ":" in block.text else None
        kept.append(block if tail_at is None else block._replace(text=block.text[: tail_at.start()].rstrip()))
    return kept


def _behind_furniture(block: Block, known: tuple[tuple[str, ...], tuple[str, ...]]) -> Block:
    """What is left of a paragraph that is most of a post ("View this email in your browser. By … on Apr 20, …")."""
    prefixes, contains = known
    start, end = 0, len(block.text)
    for begin, behind in sentences(block.text):
        line = block.text[begin:behind].lower().lstrip("«» :*•").replace("’", "'")
        if begin == start and line.startswith(prefixes):
            start = behind + len(block.text[behind:]) - len(block.text[behind:].lstrip())
        elif any(word in line for word in contains):
            end = begin
            break
    return block._replace(text=block.text[start:end].rstrip(), start=block.start + start)


_TAIL: Final = re.compile(
    r"(?<=[.!?”\"’')])\s+(?:(?:recent|related|latest|popular|other|more)\s+(?:articles|posts|stories|news)"
    r"|most\s+(?:read|popular|viewed)|you\s+may\s+also\s+like)\s*:\s(?=.*\S)"
    r"|\bmost\s+(?:read|popular|viewed)(?:\s+(?:last|this)\s+(?:week|month))?\s*:\s(?=.*\s\|\s)",
    re.IGNORECASE,
)
"""Where a feed has run a list of other posts into the last paragraph: "… Recent articles: One | Two"; a list of what is
most read may follow upon links as well ("Unsubscribe Most read last week: One | Two")."""


_NEWEST: Final = ("recent", "latest", "more ", "other ", "also ", "previous", "around the")


def _last_heading(blocks: Sequence[Block]) -> int:
    """The heading behind which nothing but short list items stands to the end of the post; -1 where there is none."""
    number = len(blocks) - 1
    items = 0
    while number >= 0 and blocks[number].kind is BlockKind.LIST_ITEM and len(blocks[number].text) < 120:
        number -= 1
        items += 1
    return number if items >= 2 and number > 0 and blocks[number].kind is BlockKind.HEADING else -1


def _titles_from(blocks: Sequence[Block]) -> int:
    """The block from which on there is nothing but headings and links to the end of the post."""
    number = len(blocks)
    while number and (blocks[number - 1].kind is BlockKind.HEADING or blocks[number - 1].links_only):
        number -= 1
    return number


def _is_prose(block: Block) -> bool:
    """A paragraph of an article, not a teaser: a full sentence that is no link."""
    return (
        block.kind is BlockKind.PARAGRAPH
        and not block.links_only
        and len(block.text) >= 70
        and block.text.rstrip("”\"’')").endswith((".", "?", "!"))
    )


def _hinted(hint: str) -> bool:
    """Whether a part of a compound class name is a furniture word."""
    return ("-" in hint or "_" in hint) and any(part in _PARTS for part in hint.replace("_", "-").split("-"))


_COUNTED: Final = re.compile(r"\d{1,4} (?:comments|responses|replies):\s")
"""How a page runs its readers' comments into one paragraph: "14 comments: Anonymous said …"."""


_ON_TITLE: Final = tuple(
    f"{noun} {on} {mark}"
    for noun, on in (
        *(("comment", "on"), ("comments", "on"), ("thought", "on"), ("thoughts", "on")),
        *(("response", "to"), ("responses", "to"), ("reply", "to"), ("replies", "to")),
    )
    for mark in "“‘\"'"
)
"""How WordPress heads the talk under a post: "3 thoughts on “Title”"."""


def _is_comment_count(line: str) -> bool:
    first, _, rest = line.partition(" ")
    counted = (first.isdigit() or first in {"no", "one", "two"}) and (
        rest in {"comments", "comment", "responses", "response", "replies", "reply"} or rest.startswith(_ON_TITLE)
    )
    return counted or line.startswith("comments (")
