"""XML as text, before any parser sees it: its prolog, its entities, its slips, its missing end.

Parsers never meet a DOCTYPE: it is cut out here, and of the entities it declares only those that stand for a few
plain characters are put in place, by us. So nothing can expand into gigabytes or reach for a file.
"""

from __future__ import annotations

import html.entities
import re
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Prolog", "cut_after_root", "mended", "read_prolog", "whole_items"]

_PREDEFINED: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_SUBSET_PART: Final = re.compile(r"""<!--.*?-->|"[^"]*"|'[^']*'|[\[\]>]""", re.DOTALL)
_ENTITY: Final = re.compile(r"""<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+(?:"([^"]{0,200})"|'([^']{0,200})')\s*>""")
_CHARACTER: Final = re.compile(r"&#(?:\d{1,7}|x[0-9a-fA-F]{1,6});")
_MOST_ENTITIES: Final = 300
#: All that entities of the document's own may add to it, in characters.
_MOST_EXPANSION: Final = 1_000_000

_ROOT: Final = re.compile(r"<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)")
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE: Final = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|&(?:\#(?P<decimal>\d{1,8})|\#[xX](?P<hex>[0-9a-fA-F]{1,7})|(?P<name>[A-Za-z_][\w.-]{0,60}));"
    r"|&",
    re.DOTALL,
)
_ITEM_END: Final = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)


class Prolog(NamedTuple):
    """What stands before the root element.

    Attributes:
        root: The root element's name as written, with its prefix; empty where there is no element.
        start: Where the root element starts.
        doctype: The DOCTYPE as written; empty where there is none.
    """

    root: str
    start: int
    doctype: str


def read_prolog(text: str) -> Prolog:
    """Step over declarations, comments and DOCTYPE to the root element."""
    at, doctype = 0, ""
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if text.startswith("<?", at):
            end = text.find("?>", at)
            at = end + 2 if end >= 0 else len(text)
        elif text.startswith("<!--", at):
            end = text.find("-->", at)
            at = end + 3 if end >= 0 else len(text)
        elif text.startswith("<!", at):
            end = _declaration_end(text, at)
            doctype = doctype or text[at:end]
            at = end
        else:
            break
    root = _ROOT.match(text, at)
    return Prolog(root[1] if root else "", at, doctype)


def _declaration_end(text: str, start: int) -> int:
    depth = 0
    for part in _SUBSET_PART.finditer(text, start):
        if part[0] == "[":
            depth += 1
        elif part[0] == "]":
            depth -= 1
        elif part[0] == ">" and depth <= 0:
            return part.end()
    return len(text)


def plain_entities(doctype: str) -> dict[str, str]:
    """The entities a DOCTYPE declares that stand for a few characters; none that refer to others or to files."""
    found: dict[str, str] = {}
    for name, double, single in _ENTITY.findall(doctype):
        value = double or single
        if name in found or name in _PREDEFINED or len(found) >= _MOST_ENTITIES:
            continue
        if _CHARACTER.fullmatch(value):
            found[name] = html.unescape(value)
        elif not set(value) & {"&", "<", "%"}:
            found[name] = value
    return found


def mended(text: str, own: Mapping[str, str]) -> str:
    """``text`` without characters that XML forbids, with each ``&`` standing for something.

    Args:
        text: XML without its prolog.
        own: Entities that the document declared itself.
    """
    room = _MOST_EXPANSION

    def replace(match: re.Match[str]) -> str:
        nonlocal room
        if match["decimal"] or match["hex"]:
            code = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
            return match[0] if _is_legal(code) else ""
        name = match["name"]
        if not name:
            return "&amp;" if match[0] == "&" else match[0]
        if name in _PREDEFINED:
            return match[0]
        value = own.get(name)
        if value is not None:
            room -= len(value)
            return _escaped(value) if room >= 0 else ""
        value = html.entities.html5.get(f"{name};")
        return value if value is not None else f"&amp;{name};"

    return _REFERENCE.sub(replace, _ILLEGAL.sub("", text))


def _is_legal(code: int) -> bool:
    return code in {9, 10, 13} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _escaped(value: str) -> str:
    return html.escape(_ILLEGAL.sub("", value)).replace("&#x27;", "&#39;")


def cut_after_root(text: str, root: str) -> str | None:
    """``text`` without what follows its root element's end tag; None where that tag is missing."""
    end = text.rfind(f"</{root}")
    return f"{text[:end]}</{root}>" if end >= 0 else None


def whole_items(text: str, root: str) -> str | None:
    """A document that was cut off, up to its last whole item, and closed; None where no item is whole."""
    ends = deque(_ITEM_END.finditer(text), maxlen=1)
    if not ends:
        return None
    whole = text[: ends[0].end()]
    inside_channel = root.lower() == "rss" and "</channel" not in whole
    return f"{whole}{'</channel>' if inside_channel else ''}</{root}>"
