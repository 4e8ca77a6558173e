"""Rows in four forms, none of which lets what a feed wrote do something to a terminal or a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.cli.output import Column, dump_json, emit, opened, write_document
from aggregator.cli.terminal import clean, prepare_streams
from aggregator.errors import AggregatorError

COLUMNS = (Column("id", "id", right=True), Column("title", "title", least=10), Column("feeds", "feeds", optional=True))
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(rows: list[dict[str, Any]], form: str, capsys: pytest.CaptureFixture[str]) -> str:
    emit(rows, form=form, columns=COLUMNS, nothing="nothing")
    return str(capsys.readouterr().out)


# --- what must not get through ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "safe", "reason"),
    [
        ("a\x1b[31mb", "ab", "a colour: the whole sequence goes, not only its first byte"),
        ("a\x1b]0;title\x07b", "a]0;titleb", "a window's title: without its first byte it is text"),
        ("a\x9b2Jb", "ab", "the same sequences may start with one byte"),
        ("a\rb", "a b", "back to the start of the line"),
        ("a\nb\u2028c\td", "a b c d", "one row, one line"),
        ("a\x00\x08\x7fb", "ab", "null, backspace, delete"),
        ("\u202eevil\u202c", "evil", "reordered letters"),
        ("“Good” – naïve", "“Good” – naïve", "what posts are full of stays"),
        ("👩\u200d👧 شکر", "👩\u200d👧 شکر", "joiners that scripts and pictures need stay"),
    ],
)
def test_text_is_cleaned_for_a_terminal(text, safe, reason):
    assert clean(text) == safe, reason


@settings(deadline=None)  # a busy machine is no fault
@given(st.text())
def test_no_control_character_is_ever_left(text):
    assert not CONTROL.search(clean(text))
    assert "\n" not in clean(text)
    assert not CONTROL.search(clean(text, keep_lines=True))


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.recursive(
        st.text() | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_is_safe_on_a_terminal_and_loses_nothing(value):
    text = dump_json(value)
    assert not CONTROL.search(text)
    assert json.loads(text) == value


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_a_spreadsheet_is_given_no_formula(start, capsys):
    (cell,) = [
        row["title"] for row in csv.DictReader(io.StringIO(shown([{"id": 1, "title": f"{start}1+1"}], "csv", capsys)))
    ]
    assert cell == f"'{start}1+1"


def test_a_number_below_zero_is_no_formula(capsys):
    assert shown([{"id": -1, "title": "x"}], "csv", capsys) == "id,title\n-1,x\n"


def test_markup_of_the_table_library_is_text(tmp_path, monkeypatch):
    """It would take "[red]" for a colour, and "[/]" for an error."""
    text = on_a_terminal([{"id": 1, "title": "[red]CRC[/] [/nothing]", "feeds": []}], 80, monkeypatch, tmp_path)
    assert "[red]CRC[/] [/nothing]" in text


# --- the forms ----------------------------------------------------------------------------------------

ROWS = [
    {"id": 1, "title": "Kent", "text": "long", "feeds": ["a", "b"], "none": None},
    {"id": 20, "title": "Ōmi 日本", "text": "", "feeds": [], "none": None},
]


def test_json_is_an_array_of_whole_rows(capsys):
    assert json.loads(shown(ROWS, "json", capsys)) == ROWS
    assert json.loads(shown([], "json", capsys)) == []


def test_json_lines_are_a_row_each(capsys):
    assert [json.loads(line) for line in shown(ROWS, "jsonl", capsys).splitlines()] == ROWS
    assert shown([], "jsonl", capsys) == ""


def test_csv_joins_lists_and_leaves_out_whole_texts(capsys):
    assert shown(ROWS, "csv", capsys) == 'id,title,feeds,none\n1,Kent,"a, b",\n20,Ōmi 日本,,\n'


def test_csv_keeps_line_breaks_in_their_cell(capsys):
    (row,) = csv.DictReader(io.StringIO(shown([{"id": 1, "title": "a\nb, c"}], "csv", capsys)))
    assert row["title"] == "a\nb, c"


def test_a_plain_table_lines_up_whatever_the_letters_width(capsys):
    assert shown(ROWS, "table", capsys).splitlines() == [
        "ID  TITLE     FEEDS",
        " 1  Kent      a, b",
        "20  Ōmi 日本",
    ]


def test_an_empty_table_says_so_beside_the_output(capsys):
    emit([], form="table", columns=COLUMNS, nothing="no entries")
    assert capsys.readouterr() == ("", "no entries\n")


def test_rows_are_written_as_they_come():
    """An archive need not fit into memory: the first row is out before the last is made."""
    written = io.StringIO()

    def rows():
        yield {"id": 1}
        assert '{"id": 1}' in written.getvalue()
        yield {"id": 2}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", written)
        assert emit(rows(), form="json", columns=COLUMNS) == 2
    assert json.loads(written.getvalue()) == [{"id": 1}, {"id": 2}]


# --- on a terminal ------------------------------------------------------------------------------------


def on_a_terminal(rows: list[dict[str, Any]], width: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("aggregator.cli.output.is_terminal", lambda _stream: True)
    path = tmp_path / "screen.txt"
    emit(rows, form="table", columns=COLUMNS, output=path)
    return str(path.read_text(encoding="utf-8"))


WIDE = [{"id": 1, "title": "one two three four five six", "feeds": ["a-feed-with-a-long-name"]}]


def test_a_wide_terminal_shows_every_column_whole(monkeypatch, tmp_path):
    text = on_a_terminal(WIDE, 80, monkeypatch, tmp_path)
    assert "one two three four five six" in text
    assert "a-feed-with-a-long-name" in text


def test_a_narrow_terminal_breaks_lines_then_leaves_out_what_matters_least(monkeypatch, tmp_path):
    text = on_a_terminal(WIDE, 30, monkeypatch, tmp_path)
    assert "feeds" not in text
    assert "five" in text
    assert all(len(line) <= 30 for line in text.splitlines())


# --- files --------------------------------------------------------------------------------------------


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.json"
    path.write_text("before")

    def rows():
        yield {"id": 1}
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        emit(rows(), form="json", columns=COLUMNS, output=path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path], "nothing is left over"
    emit([{"id": 1}], form="json", columns=COLUMNS, output=path)
    assert json.loads(path.read_text()) == [{"id": 1}]


def test_a_file_has_the_usual_mode(tmp_path):
    before = os.umask(0o027)
    try:
        write_document("x", tmp_path / "out.txt")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.txt").stat().st_mode) == 0o640


@pytest.mark.parametrize("where", ["no/such/folder/x", "."])
def test_a_file_that_cannot_be_written_is_told(tmp_path, where):
    with pytest.raises(AggregatorError, match="cannot be written"):
        write_document("x", tmp_path / where)


def test_a_device_is_written_to_not_replaced():
    write_document("x", Path(os.devnull))
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_bytes_are_written_as_they_are(tmp_path):
    write_document(b"a\r\n\xff", tmp_path / "mail.eml")
    assert (tmp_path / "mail.eml").read_bytes() == b"a\r\n\xff"


def test_a_surrogate_is_written_as_a_question_mark(tmp_path):
    prepare_streams()
    with opened(tmp_path / "x") as stream:
        stream.write("a\udcffb")
    assert (tmp_path / "x").read_text() == "a?b"
