"""Bytes to text: what a document says of its encoding, what HTTP says, and what its bytes say.

They often disagree, and the bytes are right. RFC 7303 §3: a byte-order mark outranks the charset of the
Content-Type, which outranks the XML declaration. Before either of the two stands a look at the bytes: what is
UTF-8 from end to end, and not plain ASCII, is UTF-8, whatever was declared; no other text is by chance.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from aggregator.parsing.plain import cp1252, one_line

__all__ = ["Decoded", "decode"]

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: How "<?", "<r" or '{"' look in encodings of which ASCII is no part (XML 1.0, appendix F).
_WIDE: Final = (
    (re.compile(rb"[<{]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x00[<{]\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"Lo\xa7\x94"), "cp037"),
)
_DECLARED: Final = re.compile(rb"""\s*<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET: Final = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
#: Encodings in which plain ASCII bytes may mean something else.
_SHIFTING: Final = re.compile(r"iso2022|hz|utf7")
_LATIN: Final = frozenset({"iso8859-1", "cp1252"})
#: Python calls these encodings of text.
_NOT_TEXT: Final = frozenset({"idna", "punycode", "undefined", "unicodeescape", "rawunicodeescape"})
#: Name of the error handler registered below.
_REPLACED: Final = "aggregator.windows-1252"
#: A superset that is meant where the subset is declared (as browsers do).
_MEANT: Final = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254"}


class Decoded(NamedTuple):
    """A document's text, and in words what was wrong with its encoding, if anything."""

    text: str
    warning: str | None = None


def decode(body: bytes, content_type: str | None) -> Decoded:
    """The text of a document. Never raises; what cannot be decoded is replaced, and the warning says so."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _marked(body[len(mark) :], name)
    for pattern, name in _WIDE:
        if pattern.match(body):
            return _marked(body, name)
    http = _codec(_CHARSET.search(content_type or ""))
    declared = _codec(_DECLARED.match(body))
    if body.isascii():
        shifting = next((name for name in (http, declared) if name and _SHIFTING.match(_plain_name(name))), None)
        if shifting:
            return _as(body, shifting)
        return Decoded(body.decode("ascii"))
    try:
        return Decoded(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    claimed = http or declared or "utf-8"
    if not _is_utf8_with_slips(body):
        for said in (http, declared):
            if said in _LATIN:
                return Decoded(cp1252(body.decode("latin-1")))
            if said and said not in {"utf-8", "ascii"}:
                try:
                    return Decoded(body.decode(said))
                except (UnicodeError, LookupError):
                    continue
    return Decoded(
        body.decode("utf-8", _REPLACED),
        f"declared as {one_line(claimed, 40)}, but some of its bytes are not; those were read as windows-1252",
    )


def _is_utf8_with_slips(body: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: two bytes of another encoding rarely look like it."""
    right = body.decode("utf-8", "ignore")
    wrong = len(body) - len(right.encode())
    return sum(not char.isascii() for char in right) > wrong


def _marked(body: bytes, name: str) -> Decoded:
    """A body whose first bytes give its encoding away."""
    try:
        return Decoded(body.decode(name))
    except UnicodeError:
        handler = _REPLACED if name == "utf-8" else "replace"
        return Decoded(body.decode(name, handler), f"holds bytes that are not {name}")


def _as(body: bytes, name: str) -> Decoded:
    try:
        return Decoded(body.decode(name))
    except (UnicodeError, LookupError):
        return Decoded(body.decode("ascii", "replace"), f"declared as {name}, which it is not")


def _codec(match: re.Match[str] | re.Match[bytes] | None) -> str | None:
    """Python's name of a text encoding that is named; None where it is unknown."""
    if match is None:
        return None
    found = match[1]
    name = found.decode("ascii") if isinstance(found, bytes) else found
    try:
        codec = codecs.lookup(name).name
        b"".decode(codec)  # refuses what turns bytes into bytes
    except (LookupError, ValueError):
        return None
    if _plain_name(codec) in _NOT_TEXT or codec.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        return None  # what these would look like was seen already
    return _MEANT.get(codec, codec)


def _plain_name(codec: str) -> str:
    return codec.replace("-", "").replace("_", "").lower()


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """What is not UTF-8 in a text that is called so was pasted from Word: each such byte is windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return cp1252(wrong.decode("latin-1")), error.end


codecs.register_error(_REPLACED, _windows_1252)
