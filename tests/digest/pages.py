"""Reading a rendered page back, as a client or a screen reader would."""

from __future__ import annotations

from html.parser import HTMLParser

INLINE = ("b", "span", "a")
VOID = {"meta", "br", "img", "link", "input", "hr", "col", "area", "base", "embed", "source", "track", "wbr"}


class Page(HTMLParser):
    """What stands in a page: its elements in order, its text, its links. Unbalanced tags are an error."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.comments: list[str] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    @property
    def text(self) -> str:
        return " ".join("".join(self._text).split())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append((int(tag[1:]), ""))
        if tag not in VOID:
            self._open.append(tag)
        if tag not in INLINE:
            self._text.append(" ")

    def handle_endtag(self, tag):
        assert self._open
        assert self._open[-1] == tag, f"</{tag}> closes <{self._open[-1]}>"
        self._open.pop()
        if tag not in INLINE:
            self._text.append(" ")

    def handle_data(self, data):
        if "style" not in self._open and "title" not in self._open:
            self._text.append(data)
        if self._open and self._open[-1][0] == "h" and self._open[-1][1:].isdigit():
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    def handle_comment(self, data):
        self.comments.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]
