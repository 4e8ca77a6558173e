"""Text blocks: what a reader sees as a unit, with the little of its looks that carries meaning.

``blocks`` walks *clean* HTML, what ``html.clean`` gives: balanced, with ``<`` and ``>`` escaped in text and in
attributes. So one split at the tags is a sound tokeniser, ten times as fast as a parser that must expect anything.
``text_blocks`` does the same for plain text.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from typing import Final

from aggregator.model import Block, BlockKind
from aggregator.parsing.aligned import drawn
from aggregator.parsing.hints import hint_words
from aggregator.parsing.lines import BULLETS, Line, is_bold_heading, units, without_bullet
from aggregator.parsing.plain import fold, has_word, word_set
from aggregator.parsing.plain_text import drawn_rows, text_blocks
from aggregator.parsing.preformatted import unfolded
from aggregator.parsing.proto import Proto, placed
from aggregator.parsing.tables import CELL_SEPARATOR, Cell, Table

__all__ = ["blocks", "text_blocks"]

_TAG: Final = re.compile("<([^>]*)>")
_CLASS: Final = re.compile(r'\b(?:class|id)="([^"]*)"')
_SPAN: Final = re.compile(r'\b(col|row)span="(\d{1,3})"')
_CAPTION: Final = 'class="caption"'
#: Elements that hint at furniture by their name alone.
_FURNITURE: Final = {"aside": ("aside",), "nav": ("nav",), "footer": ("footer",)}
#: A definition this short beside its term is a row of a table in all but name.
_LONGEST_ROW: Final = 120
_MOST_HINTS: Final = 16

PARAGRAPH: Final = BlockKind.PARAGRAPH
HEADING: Final = BlockKind.HEADING
QUOTE: Final = BlockKind.QUOTE


def blocks(clean_html: str) -> tuple[Block, ...]:
    """The blocks of a post, in reading order.

    Pictures' descriptions come after the block they stand in; a paragraph, or a line of it, that is short and all
    bold is a heading of level 6; a definition list reads as "term: definition". Linear in the length.

    Args:
        clean_html: What ``html.clean`` gives. Other markup does no harm, but its blocks mean little.
    """
    if "<pre" in clean_html:
        clean_html = unfolded(clean_html)
    # Text and tags by turns; the last two save asking whether there is a next tag.
    pieces = [*_TAG.split(clean_html.replace("&nbsp;", " ")), "", ""]
    walk = _Walk()
    walk.text(pieces[0])
    at = 1
    while at < len(pieces) - 2:
        tag, text = pieces[at], pieces[at + 1]
        if tag in _RUNS and (end := walk.run(pieces, at)):
            at = end
            text = pieces[at + 1]
        else:
            name, _, attributes = (tag, "", "") if tag in _HANDLERS else tag.partition(" ")
            if handler := _HANDLERS.get(name):
                handler(walk, name, attributes)
        if text and (walk.line or not text.isspace()):
            walk.text(text)
        at += 2
    walk.flush()
    return placed(walk.sink)


class _Walk:
    """The state of one walk: the line in progress, the block it is in, and what stands round it."""

    __slots__ = (
        "bold", "captions", "held", "hints", "kind", "level", "line", "lines", "links", "outer", "plain", "sink",
        "stack", "tables", "term", "unlinked",
    )  # fmt: skip

    def __init__(self) -> None:
        self.sink: list[Proto] = []
        # The block
        self.kind = PARAGRAPH
        self.level = 0
        self.hints: tuple[str, ...] = ()
        self.lines: list[Line] = []
        self.captions: list[str] = []
        # The line: its pieces; whether a word of it stands outside bold, outside links
        self.line: list[str] = []
        self.plain = False
        self.unlinked = False
        self.bold = 0
        self.links = 0
        self.held: tuple[list[str], bool, bool] | None = None
        # What is round it
        self.stack: list[tuple[BlockKind, int, tuple[str, ...]]] = []
        self.tables: list[tuple[Table, list[Proto]]] = []
        self.term = ""
        self.outer: list[tuple[list[Proto], str]] = []

    # --- text and lines

    def text(self, raw: str) -> None:
        self.line.append(raw)
        if ((not self.plain and not self.bold) or (not self.unlinked and not self.links)) and has_word(raw):
            self.plain = self.plain or not self.bold
            self.unlinked = self.unlinked or not self.links

    def words(self) -> str:
        """The words of the line, which ends."""
        pieces = self.line
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        pieces.clear()
        self.plain = self.unlinked = False
        return fold(entities.unescape(text) if "&" in text else text)

    def end_line(self) -> Line:
        plain, unlinked = self.plain, self.unlinked
        text = self.words()
        if plain and unlinked:
            return Line(text)
        worded = has_word(text)
        return Line(text, bold=worded and not plain, linked=worded and not unlinked)

    def flush(self) -> None:
        """End the block in progress."""
        if self.lines:
            self._add_lines(self.end_line())
        elif self.line:
            if self.plain and self.unlinked and self.kind is not PARAGRAPH:
                self.sink.append(Proto(self.kind, self.words(), self.level, (), False, self.hints))
            else:
                self._add(self.end_line(), self.kind, self.level)
        if self.captions:
            self.sink.extend(Proto(BlockKind.CAPTION, text, hints=self.hints) for text in self.captions)
            self.captions = []

    def _add(self, line: Line, kind: BlockKind, level: int) -> None:
        text = line.text
        if not text:
            return
        if text[0] in BULLETS and kind in _MAY_HEAD and (item := without_bullet(text)) != text:
            # A list as word processors paste it.
            kind, text = BlockKind.LIST_ITEM, item
        elif line.bold and kind in _MAY_HEAD and is_bold_heading(text):
            kind, level = HEADING, 6
        self.sink.append(Proto(kind, text, level, (), line.linked, self.hints))

    def _add_lines(self, last: Line) -> None:
        """A block with line breaks in it."""
        lines, self.lines = [*self.lines, last], []
        if self.kind is HEADING or self.kind is BlockKind.CAPTION:
            words = " ".join(line.text for line in lines if line.text)
            if words:
                line = Line(words, linked=all(line.linked for line in lines if line.text))
                self._add(line, self.kind, self.level)
            return
        if self.kind not in _MAY_HEAD:
            lines = [line._replace(bold=False) for line in lines]
        rows = drawn([line.text for line in lines]) if any("|" in line.text for line in lines) else {}
        done = 0
        for begin, table in rows.items():
            self._add_units(lines[done:begin])
            self.sink.extend(drawn_rows(table, self.hints))
            done = table.end
        self._add_units(lines[done:])

    def _add_units(self, lines: list[Line]) -> None:
        for unit in units(lines):
            kind = unit.kind if unit.kind is not PARAGRAPH else self.kind
            self.sink.append(Proto(kind, unit.text, unit.level, (), unit.linked, self.hints))

    def run(self, pieces: list[str], at: int) -> int:
        """A whole element with nothing but text, links and emphasis in it: what the handlers would make of it.

        Most are such, and it spares them a handler for each tag.

        Args:
            pieces: Text and tags by turns.
            at: Where its start tag stands.

        Returns:
            Where its end tag stands; 0 where it is none of these, and nothing was done.
        """
        if self.bold or self.links or self.held:
            return 0
        ends = _RUNS[pieces[at]]
        end = at + 2
        text = pieces[at + 1]
        plain = unlinked = True
        if pieces[end] != ends:
            plain = unlinked = has_word(text)
            bold = links = 0
            while (tag := pieces[end]) != ends:
                if (step := _STEPS.get(tag)) is not None:
                    bold += step
                elif tag == "/a":
                    links -= 1
                elif tag == "a" or tag.startswith("a "):
                    links += 1
                else:
                    return 0
                end += 2
                if not (plain and unlinked) and has_word(pieces[end - 1]):
                    plain = plain or not bold
                    unlinked = unlinked or not links
            if bold or links:  # no clean HTML
                return 0
            text = "".join(pieces[at + 1 : end : 2])
        if self.line or self.lines:
            self.flush()
        if text := fold(entities.unescape(text) if "&" in text else text):
            kind, level = _KINDS.get(pieces[at]) or (self.kind, self.level)
            if plain and unlinked and (kind is not PARAGRAPH or text[0] not in BULLETS):
                self.sink.append(Proto(kind, text, level, (), False, self.hints))
            else:
                worded = has_word(text)
                line = Line(text, bold=worded and not plain, linked=worded and not unlinked)
                self._add(line, kind, level)
        return end

    # --- elements; each takes the tag's name and its attributes

    def start(self, name: str, attributes: str) -> None:
        """A block element that is nothing in itself, like div and p."""
        if self.line or self.lines:
            self.flush()
        self.stack.append((self.kind, self.level, self.hints))
        if name in _FURNITURE and self.kind is not QUOTE:
            self._hint(_FURNITURE[name])
        if attributes:
            for names in _CLASS.findall(attributes):
                self._hint(hint_words(names))

    def _hint(self, words: tuple[str, ...]) -> None:
        new = tuple(word for word in words if word not in self.hints)
        if new:
            self.hints = (self.hints + new)[:_MOST_HINTS]

    def end(self, _name: str = "", _attributes: str = "") -> None:
        self.flush()
        if self.stack:
            self.kind, self.level, self.hints = self.stack.pop()

    def start_kind(self, name: str, attributes: str) -> None:
        self.start(name, attributes)
        self.kind, self.level = _KINDS.get(name) or (self.kind, self.level)

    def line_break(self, _name: str, _attributes: str) -> None:
        self.lines.append(self.end_line())

    def rule(self, _name: str, _attributes: str) -> None:
        self.flush()

    def start_bold(self, _name: str, _attributes: str) -> None:
        self.bold += 1

    def end_bold(self, _name: str, _attributes: str) -> None:
        self.bold = max(0, self.bold - 1)

    def start_link(self, _name: str, _attributes: str) -> None:
        self.links += 1

    def end_link(self, _name: str, _attributes: str) -> None:
        self.links = max(0, self.links - 1)

    # --- a picture's description stands aside until its block has ended

    def start_span(self, _name: str, attributes: str) -> None:
        if attributes == _CAPTION and self.held is None:
            self.held = (self.line, self.plain, self.unlinked)
            self.line = []

    def end_span(self, _name: str, _attributes: str) -> None:
        if self.held is not None:
            caption = self.end_line().text
            (self.line, self.plain, self.unlinked), self.held = self.held, None
            if caption and (self.line or any(line.text for line in self.lines)):
                self.captions.append(caption)
            elif caption:
                self.sink.append(Proto(BlockKind.CAPTION, caption, hints=self.hints))

    # --- tables: a cell's blocks go into the cell, a row's into whatever the table stands in

    def start_table(self, name: str, attributes: str) -> None:
        self.start(name, attributes)
        self.kind, self.level = PARAGRAPH, 0
        self.tables.append((Table(), self.sink))

    def end_table(self, _name: str, _attributes: str) -> None:
        self.flush()
        if self.tables:
            table, self.sink = self.tables.pop()
            self.sink.extend(table.end_row())
        self.end()

    def start_head(self, name: str, attributes: str) -> None:
        self.start(name, attributes)
        if self.tables:
            self.tables[-1][0].in_head = name == "thead"

    def end_row(self, _name: str, _attributes: str) -> None:
        self.flush()
        if self.tables:
            table, sink = self.tables[-1]
            sink.extend(table.end_row())
        self.end()

    def start_cell(self, name: str, attributes: str) -> None:
        self.start(name, attributes)
        self.kind, self.level = PARAGRAPH, 0
        if self.tables:
            spans = {which: int(count) for which, count in _SPAN.findall(attributes)} if attributes else {}
            cell = Cell(is_header=name == "th", colspan=spans.get("col", 1), rowspan=spans.get("row", 1))
            self.tables[-1][0].cells.append(cell)
            self.sink = cell.protos

    def end_cell(self, _name: str, _attributes: str) -> None:
        self.end()
        if self.tables:
            self.sink = self.tables[-1][1]

    # --- definition lists: a short definition makes a row with its term, a long one a paragraph

    def start_definition(self, name: str, attributes: str) -> None:
        self.start(name, attributes)
        self.kind, self.level = PARAGRAPH, 0
        self.outer.append((self.sink, self.term))
        self.sink, self.term = [], ""

    def end_term(self, _name: str, _attributes: str) -> None:
        self.end()
        if self.outer:
            found = self.sink
            self.sink, self.term = self.outer.pop()
            self.drop_term()
            self.term = without_bullet(" ".join(proto.text for proto in found))

    def end_definition(self, _name: str, _attributes: str) -> None:
        self.end()
        if not self.outer:
            return
        found = self.sink
        self.sink, term = self.outer.pop()
        self.term = ""
        if term and len(found) == 1 and not found[0].cells:
            text, hints = found[0].text, found[0].hints
            if len(text) <= _LONGEST_ROW and len(term) <= _LONGEST_ROW:
                cells = (term, text)
                self.sink.append(Proto(BlockKind.TABLE_ROW, CELL_SEPARATOR.join(cells), cells=cells, hints=hints))
            else:
                self.sink.append(Proto(PARAGRAPH, f"{term.rstrip(':')}: {text}", hints=hints))
            return
        self.term = term
        self.drop_term()
        self.sink.extend(found)

    def end_definitions(self, _name: str, _attributes: str) -> None:
        self.end()
        self.drop_term()

    def drop_term(self) -> None:
        """A term without a definition is a paragraph of its own."""
        if self.term:
            self.sink.append(Proto(PARAGRAPH, self.term, hints=self.hints))
            self.term = ""


#: Where a short line all in bold is a heading.
_MAY_HEAD: Final = frozenset({PARAGRAPH, QUOTE})
_KINDS: Final = {
    **{f"h{level}": (HEADING, level) for level in range(1, 7)},
    "summary": (HEADING, 6),
    "li": (BlockKind.LIST_ITEM, 0),
    "blockquote": (QUOTE, 0),
    "figcaption": (BlockKind.CAPTION, 0),
    "caption": (BlockKind.CAPTION, 0),
}
_PLAIN_BLOCKS: Final = word_set(
    """
    address article aside center details div dl fieldset figure footer header hgroup legend main nav ol p pre section
    tr ul
    """
)
_INLINE: Final = word_set("abbr cite code del dfn em i ins kbd mark q s samp small sub sup time u var")
#: Elements that hold a run of text as a rule, and their end tags.
_RUNS: Final = {name: f"/{name}" for name in ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6")}
#: What is in a run, but for links, and how much deeper it is in bold after each.
_STEPS: Final = {
    **dict.fromkeys((*_INLINE, *(f"/{name}" for name in _INLINE), "span", "/span"), 0),
    **dict.fromkeys(("b", "strong"), 1),
    **dict.fromkeys(("/b", "/strong"), -1),
}
_Handler = Callable[["_Walk", str, str], None]
_HANDLERS: Final[dict[str, _Handler | None]] = {
    **dict.fromkeys((*_INLINE, *(f"/{name}" for name in _INLINE))),
    **dict.fromkeys(_PLAIN_BLOCKS, _Walk.start),
    **dict.fromkeys(_KINDS, _Walk.start_kind),
    **{f"/{name}": _Walk.end for name in (*_PLAIN_BLOCKS, *_KINDS, "thead", "tbody", "tfoot")},
    **dict.fromkeys(("b", "strong"), _Walk.start_bold),
    **dict.fromkeys(("/b", "/strong"), _Walk.end_bold),
    **dict.fromkeys(("thead", "tbody", "tfoot"), _Walk.start_head),
    **dict.fromkeys(("td", "th"), _Walk.start_cell),
    **dict.fromkeys(("/td", "/th"), _Walk.end_cell),
    **dict.fromkeys(("dt", "dd"), _Walk.start_definition),
    "a": _Walk.start_link,
    "/a": _Walk.end_link,
    "br": _Walk.line_break,
    "hr": _Walk.rule,
    "span": _Walk.start_span,
    "/span": _Walk.end_span,
    "table": _Walk.start_table,
    "/table": _Walk.end_table,
    "/tr": _Walk.end_row,
    "/dt": _Walk.end_term,
    "/dd": _Walk.end_definition,
    "/dl": _Walk.end_definitions,
}
