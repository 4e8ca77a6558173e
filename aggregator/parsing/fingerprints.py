"""The items of an XML feed as stretches of its bytes, so that those that were read before need not be read again.

Most changed documents have one new item and nine that are as they were. ``split`` finds where each item stands without
parsing the document, and gives each a fingerprint of its bytes and of everything else that its reading depends on. What
is read with some items left out (``Split.without``) is read by ``fast_xml``, or all of it is read after all.

That this changes nothing about the other items rests on three things. Items are found exactly: in XML without a DOCTYPE
``<`` begins a tag, a CDATA section, a comment or an instruction and nothing else, so that counting tags tells which
elements are the channel's own; whatever is not as expected is not split. Each item left out was read by ``fast_xml``
before, in a document that began alike, and as an element of the channel it takes nothing from its neighbours. And the
rest is well-formed without it, so the whole is with it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

import nh3

from aggregator import __version__

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["LENGTH", "Split", "split"]

LENGTH: Final = 16
"""Bytes of a fingerprint."""

#: Raised when the same bytes are read as another guid, address, title, text or date than before; a test tells.
_READING: Final = 2
_READER: Final = " ".join(
    (str(_READING), __version__, nh3.__version__, expat.EXPAT_VERSION, unicodedata.unidata_version)  # type: ignore[attr-defined]
).encode()

#: A start or end tag with nothing odd in it: name, attributes in quotes, the end.
_TAG: Final = re.compile(rb"</?([^\s<>/!?\"'=&]++)[^<>\"']*+(?:\"[^<\"]*+\"[^<>\"']*+|'[^<']*+'[^<>\"']*+)*+>")
#: What is split at most; a blog's feed has ten items, and archives are not worth the trouble.
_MOST_TAGS: Final = 20_000
_MOST_ITEMS: Final = 1_000
#: By the root element, as written: how deep its items are, what they are called, and what is round them.
_SHAPES: Final = {b"rss": (2, b"item", b"channel"), b"feed": (1, b"entry", b"feed")}
_SLASH: Final = ord("/")
#: What begins otherwise than a tag, and how that ends.
_SECTIONS: Final = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))


class Split(NamedTuple):
    """Where a document's items stand, and their fingerprints, in its order."""

    body: bytes
    spans: tuple[tuple[int, int], ...]
    fingerprints: tuple[bytes, ...]

    def without(self, known: Collection[bytes]) -> bytes:
        """The document without the items whose fingerprints are known."""
        kept: list[bytes] = []
        end = 0
        for (start, stop), fingerprint in zip(self.spans, self.fingerprints, strict=True):
            if fingerprint in known:
                kept.append(self.body[end:start])
                end = stop
        kept.append(self.body[end:])
        return b"".join(kept)


def split(body: bytes, url: str) -> Split | None:
    """Find the items of a document; None where it is not certain that these, and no others, are its items.

    Args:
        body: XML in UTF-8, from its ``<`` on.
        url: Where it came from: the base of its addresses.
    """
    found = _items(body)
    if found is None:
        return None
    beginning, spans = found
    around = hashlib.sha256(b"\0".join((_READER, url.encode("utf-8", "surrogatepass"), body[:beginning])))
    fingerprints: list[bytes] = []
    for start, stop in spans:
        digest = around.copy()
        digest.update(body[start:stop])
        fingerprints.append(digest.digest()[:LENGTH])
    return Split(body, tuple(spans), tuple(fingerprints))


def _items(body: bytes) -> tuple[int, list[tuple[int, int]]] | None:
    """Where the start tag of what is round the items ends, and the stretch of each item."""
    depth = tags = end = beginning = start = 0
    items_at, item, around = -1, b"", b""
    spans: list[tuple[int, int]] = []
    while (at := body.find(b"<", end)) >= 0:
        tag = _TAG.match(body, at)
        if tag is None:
            end = _section_end(body, at)
            if end < 0:
                return None
            continue
        end = tag.end()
        tags += 1
        is_end = body[at + 1] == _SLASH
        is_start = not is_end and body[end - 2] != _SLASH
        if is_end:
            depth -= 1
        if depth == items_at and tag[1] == item:
            if not is_end:
                start = at
            if not is_start:
                spans.append((start, end))
        elif depth < items_at or items_at < 0:
            if not depth and not is_end:
                if items_at >= 0 or tag[1] not in _SHAPES:
                    return None
                items_at, item, around = _SHAPES[tag[1]]
            if tag[1] == around and not is_end:
                if beginning:
                    return None  # a second channel
                beginning = end
        depth += is_start
        if depth < 0 or tags > _MOST_TAGS or len(spans) > _MOST_ITEMS:
            return None
    return (beginning, spans) if not depth and beginning else None


def _section_end(body: bytes, at: int) -> int:
    """Where a section that begins here ends; -1 where it does not, or is of another kind."""
    for begins, ends in _SECTIONS:
        if body.startswith(begins, at):
            stop = body.find(ends, at + len(begins))
            return stop + len(ends) if stop >= 0 else -1
    return -1
