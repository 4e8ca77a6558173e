"""Line numbers of TOML keys: every key that tomllib reads has one, and it is the right one."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config.lines import KeyPath, key_lines


def paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    """Every key path of a parsed document: what the scanner must find, no more and no less."""
    found: set[KeyPath] = {path} if path else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found |= paths(inner, (*path, index))
    return found


DOCUMENT = """\
# a comment with [brackets] and = signs
title = "a # is no comment here"  # but this is
point.x = 1
point.'y z' = 2

[http]
allow = [
    "a:1",  # ] inside a comment
    "b:2",
]
note = \"\"\"
[not.a.table]
still = "text" \\\"\"\"
= \"\"\"\"\"
raw = '''
x = 1''''
when = 1979-05-27 07:32:00

[[feeds]]
url = "https://a/"
headers = { A = "1", "B.C" = [1, { d = 2 }] }

[[feeds]]
  url = "https://b/"
[feeds.headers]
X = "]"

[[feeds.more]]
[[feeds.more]]
k = {}
[a.b.c]
"""


@pytest.mark.parametrize(
    ("path", "line", "reason"),
    [
        (("title",), 2, "a # inside a text"),
        (("point",), 3, "implied by a dotted key"),
        (("point", "y z"), 4, "a quoted part of a dotted key"),
        (("http",), 6, "a table"),
        (("http", "allow", 1), 9, "an element on a line of its own, behind a comment with a bracket"),
        (("http", "note"), 11, "a multi-line text that looks like TOML"),
        (("http", "raw"), 15, "a literal text that ends in a quote of its own"),
        (("http", "when"), 17, "a date and time with a space between"),
        (("feeds", 0), 19, "the first of an array of tables"),
        (("feeds", 0, "headers", "B.C", 1, "d"), 21, "deep in an inline table"),
        (("feeds", 1, "url"), 24, "the second of an array of tables"),
        (("feeds", 1, "headers", "X"), 26, "a table below the newest of an array"),
        (("feeds", 1, "more", 1, "k"), 30, "an array of tables in an array of tables"),
        (("a", "b"), 31, "implied by a longer header"),
    ],
)
def test_a_key_is_found_on_its_line(path, line, reason):
    assert key_lines(DOCUMENT)[path] == line, reason


def test_it_finds_what_tomllib_reads_and_nothing_else():
    assert set(key_lines(DOCUMENT)) == paths(tomllib.loads(DOCUMENT))


def test_windows_line_ends_count_once():
    assert key_lines(DOCUMENT.replace("\n", "\r\n")) == key_lines(DOCUMENT)


def test_an_empty_document_has_no_lines():
    assert key_lines("") == {}
    assert key_lines("# nothing\n\n") == {}


# --- any document -------------------------------------------------------------------------------------

words = st.text("abcXYZ019_-", min_size=1, max_size=6)
odd = st.text("ab .#[]{}='\"\\,é\t", max_size=8)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


keys = words | odd.map(quoted)
layout = st.sampled_from(["", " ", "\n", ' # ] } = "\n', "\n\n  "])
strings = (
    odd.map(quoted)
    | odd.map(lambda text: "'" + text.replace("'", "") + "'")
    | odd.map(lambda text: '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '\n[x]\n"""')
    | odd.map(lambda text: "'''" + text.replace("'", "") + "\n= ''''")
)
scalars = strings | st.sampled_from(["1", "-2.5e3", "true", "07:32:00", "1979-05-27 07:32:00Z", "nan"])


@st.composite
def values(draw, depth: int = 2) -> str:
    kind = draw(st.sampled_from(["scalar", "scalar", "array", "table"])) if depth else "scalar"
    if kind == "array":
        parts = [draw(layout) + draw(values(depth - 1)) + draw(layout) for _ in range(draw(st.integers(0, 3)))]
        return "[" + ",".join(parts) + (draw(layout) if not parts else "") + "]"
    if kind == "table":
        names = draw(st.lists(words, max_size=3, unique=True))
        return "{" + ", ".join(f"{name} = {draw(values(depth - 1))}" for name in names) + "}"
    return str(draw(scalars))


@st.composite
def documents(draw) -> str:
    lines: list[str] = []
    for _ in range(draw(st.integers(0, 4))):
        header = ".".join(draw(st.lists(keys, min_size=1, max_size=2)))
        opening, closing = draw(st.sampled_from([("", ""), ("[", "]"), ("[[", "]]")]))
        if opening:
            lines.append(f"{opening}{header}{closing}")
        lines.extend(f"{name} = {draw(values())}" for name in draw(st.lists(keys, max_size=3)))
    return "\n".join(lines)


@settings(deadline=None)  # a busy machine is no fault
@given(documents())
def test_any_document_is_scanned_as_tomllib_reads_it(text):
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # keys drawn twice, say: never handed to the scanner
    lines = key_lines(text)
    assert set(lines) == paths(data)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.tuples(words, values()), min_size=1, unique_by=lambda pair: pair[0]))
def test_top_level_keys_stand_where_they_were_written(pairs):
    text, expected = "", {}
    for name, value in pairs:
        expected[name,] = text.count("\n") + 1
        text += f"{name} = {value}\n"
    lines = key_lines(text)
    assert {path: lines[path] for path in expected} == expected
