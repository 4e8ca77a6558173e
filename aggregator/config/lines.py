"""Where each key of a TOML document stands: key paths to line numbers, which ``tomllib`` does not tell.

The document is already known to be valid TOML (``tomllib`` has read it), so this only has to find its way: through
tables, arrays of tables, dotted and quoted keys, inline tables, multi-line strings and arrays. Grammar: TOML 1.0.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["KeyPath", "key_lines"]

KeyPath = tuple[str | int, ...]
"""``("feeds", 1, "url")`` is the url of the second ``[[feeds]]``."""

_SPACE: Final = re.compile(r"[ \t]*")
_BLANK: Final = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR: Final = re.compile(r"[^,\]}\n#]*")
# A multi-line string may end in one or two quotes of its own before the closing three.
_STRINGS: Final = (
    ('"""', re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{1,2})?', re.DOTALL)),
    ("'''", re.compile(r"'''.*?'''(?:'{1,2})?", re.DOTALL)),
    ('"', re.compile(r'"(?:[^"\\\n]|\\.)*"')),
    ("'", re.compile(r"'[^'\n]*'")),
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """The 1-based line of every table, key and array element of a valid TOML document.

    A table that is only implied (``a`` in ``[a.b]``) has the line that first implies it.
    """
    return _Scanner(text.replace("\r\n", "\n")).document()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.tables: dict[KeyPath, int] = {}  # arrays of tables, and how many each has so far
        self.newlines = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self.skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        assert match, f"not TOML after all, at character {self.at}"
        self.at = match.end()
        return self.at

    def line(self) -> int:
        return bisect_left(self.newlines, self.at) + 1

    def header(self) -> KeyPath:
        """``[a.b]`` or ``[[a.b]]``: the path of the table it opens."""
        line = self.line()
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        path: KeyPath = ()
        keys = list(self.keys())
        self.at += brackets
        for key in keys[:-1]:
            path = self.note((*path, key), line)
            if path in self.tables:  # [feeds.headers] belongs to the newest [[feeds]]
                path = (*path, self.tables[path] - 1)
        path = self.note((*path, keys[-1]), line)
        if brackets == 2:
            index = self.tables.get(path, 0)
            self.tables[path] = index + 1
            path = self.note((*path, index), line)
        return path

    def note(self, path: KeyPath, line: int) -> KeyPath:
        self.lines.setdefault(path, line)
        return path

    def keys(self) -> Iterator[str]:
        """A dotted key, part by part, up to what follows it."""
        while True:
            self.skip(_SPACE)
            start = self.at
            if self.text[start] in "\"'":
                self.string()
                yield tomllib.loads(f"key = {self.text[start : self.at]}")["key"]
            else:
                self.skip(_BARE_KEY)
                yield self.text[start : self.at]
            self.skip(_SPACE)
            if self.text[self.at] != ".":
                return
            self.at += 1

    def pair(self, path: KeyPath) -> None:
        """``key = value``, with whatever the value holds."""
        line = self.line()
        for key in self.keys():
            path = self.note((*path, key), line)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: KeyPath) -> None:
        match self.text[self.at]:
            case '"' | "'":
                self.string()
            case "[":
                for index, _ in enumerate(self.items("]")):
                    self.value(self.note((*path, index), self.line()))
            case "{":
                for _ in self.items("}"):
                    self.pair(path)
            case _:
                self.skip(_SCALAR)

    def items(self, closing: str) -> Iterator[None]:
        """Step to each item of an array or an inline table, and behind its end."""
        self.at += 1
        while self.text[self.skip(_BLANK)] != closing:
            yield
            if self.text[self.skip(_BLANK)] == ",":
                self.at += 1
        self.at += 1

    def string(self) -> None:
        for opening, pattern in _STRINGS:
            if self.text.startswith(opening, self.at):
                self.skip(pattern)
                return
