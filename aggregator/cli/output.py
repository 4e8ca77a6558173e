"""Rows in the four forms every listing takes: a table for people, JSON, JSON Lines and CSV for programs.

A row is a mapping with the column names of the tables. JSON and CSV hold every key; a table shows the columns it is
given. Strings come from feeds, so none reaches a terminal, or a spreadsheet, with the power to do something there.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import tempfile
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO

import click

from aggregator.cli.terminal import abandon, clean
from aggregator.errors import AggregatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = ["FORMS", "Column", "Form", "dump_json", "emit", "is_terminal", "opened", "write_document", "write_json"]

Form = Literal["table", "json", "jsonl", "csv"]
FORMS: Final = ("table", "json", "jsonl", "csv")

# Valid in JSON, and yet commands to a terminal (C1) or traps to the eye (bidirectional marks).
_UNSAFE_IN_JSON: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# What a spreadsheet takes for a formula (OWASP, "CSV Injection").
_FORMULA: Final = tuple("=+-@\t\r")
# Long columns that a person opens one at a time: in JSON only.
_NOT_IN_CSV: Final = frozenset({"html", "text", "content"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table for people.

    Attributes:
        show: The cell's text, from the row; None: the row's value under ``key``.
        right: Whether it holds figures, which line up at their end.
        least: To how many columns it may be narrowed, by breaking its lines; 0: not at all.
        optional: Whether it is left out where the terminal is too narrow for all.
    """

    key: str
    title: str
    show: Callable[[Mapping[str, Any]], str] | None = None
    right: bool = False
    least: int = 0
    optional: bool = False

    def cell(self, row: Mapping[str, Any]) -> str:
        """What stands in this column for a row: one line, safe to print."""
        value = row.get(self.key) if self.show is None else self.show(row)
        if isinstance(value, (list, tuple)):
            value = ", ".join(str(item) for item in value)
        return "" if value is None else clean(str(value))


def emit(
    rows: Iterable[Mapping[str, Any]],
    *,
    form: str,
    columns: Sequence[Column],
    output: Path | None = None,
    nothing: str = "nothing to list",
) -> int:
    """Print rows in one of the four forms, or write them to the file ``output``; returns how many there were.

    ``nothing`` is said on standard error where a table would be empty.
    """
    try:
        with opened(output) as stream:
            if form == "table":
                listed = list(rows)
                if not listed:
                    click.echo(nothing, err=True)
                    return 0
                _table(listed, columns, stream)
                return len(listed)
            writer = {"json": _json, "jsonl": _json_lines, "csv": _csv}[form]
            return writer(rows, stream)
    finally:
        # A query that was not read to its end (the reader left) ends now, while its database is still open.
        if isinstance(rows, Generator):
            rows.close()


def dump_json(value: object, stream: TextIO | None = None, *, indent: int | None = None) -> str:
    """JSON that is safe to show on a terminal, in ASCII where the stream knows no more."""
    ascii_only = stream is not None and (stream.encoding or "").lower().replace("-", "") != "utf8"
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=str)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at it."""
    return stream.isatty()


def write_document(text: str | bytes, output: Path | None) -> None:
    """A whole document to a file, or to standard output, byte for byte where it is bytes."""
    with opened(output) as stream:
        if isinstance(text, bytes):
            stream.flush()
            stream.buffer.write(text)  # both are TextIOWrapper or have a buffer like it
            stream.buffer.flush()
        else:
            stream.write(text if text.endswith("\n") else text + "\n")


def write_json(value: object, output: Path | None) -> None:
    """One JSON object to a file, or to standard output, indented for a person."""
    with opened(output) as stream:
        stream.write(dump_json(value, stream, indent=2) + "\n")


@contextmanager
def opened(output: Path | None) -> Iterator[TextIO]:
    """A stream to write to: standard output, or a file that appears whole or not at all.

    Raises:
        AggregatorError: The file cannot be written.
    """
    if output is None or str(output) == "-":
        try:
            yield sys.stdout
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            abandon(sys.stdout)
            raise AggregatorError(f"cannot be written: {error.strerror}", subject="standard output") from None
        return
    try:
        if output.exists() and not output.is_file():  # /dev/null, a pipe: nothing to replace
            with output.open("w", encoding="utf-8", newline="") as stream:
                yield stream
            return
        handle, name = tempfile.mkstemp(dir=output.absolute().parent, prefix=f".{output.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="nearest", newline="") as stream:
                yield stream
            _with_usual_mode(Path(name))
            Path(name).replace(output)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except BrokenPipeError:
        raise
    except OSError as error:
        raise AggregatorError(f"cannot be written: {error.strerror}", subject=str(output)) from None


def _with_usual_mode(path: Path) -> None:
    """The mode a new file would have; ``mkstemp`` keeps it to its owner."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)


def _json(rows: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    """An array, written row by row: an archive need not fit into memory."""
    count = 0
    for row in rows:
        stream.write(("[\n" if count == 0 else ",\n") + dump_json(row, stream))
        count += 1
    stream.write("\n]\n" if count else "[]\n")
    return count


def _json_lines(rows: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    count = 0
    for row in rows:
        stream.write(dump_json(row, stream) + "\n")
        count += 1
    return count


def _csv(rows: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return 0
    keys = [key for key in first if key not in _NOT_IN_CSV]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(keys)
    count = 0
    for row in chain([first], iterator):
        writer.writerow([_csv_cell(row.get(key)) for key in keys])
        count += 1
    return count


def _csv_cell(value: object) -> object:
    if isinstance(value, (list, tuple)):
        value = ", ".join(item if isinstance(item, str) else dump_json(item) for item in value)
    elif isinstance(value, dict):
        value = dump_json(value)
    if not isinstance(value, str):
        return value
    value = clean(value, keep_lines=True)
    return f"'{value}" if value.startswith(_FORMULA) else value


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], stream: TextIO) -> None:
    cells = [[column.cell(row) for column in columns] for row in rows]
    if is_terminal(stream):
        _rich_table(cells, columns, stream)
    else:
        _plain_table(cells, columns, stream)


def _plain_table(cells: Sequence[Sequence[str]], columns: Sequence[Column], stream: TextIO) -> None:
    """Aligned text, nothing folded or cut: for ``grep`` and ``less -S``."""
    lines = [[column.title.upper() for column in columns], *cells]
    widths = [max(_width(line[index]) for line in lines) for index in range(len(columns))]
    for line in lines:
        parts = []
        for cell, width, column in zip(line, widths, columns, strict=True):
            padding = " " * (width - _width(cell))
            parts.append(padding + cell if column.right else cell + padding)
        stream.write("  ".join(parts).rstrip() + "\n")


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


_GAP: Final = 2


def _rich_table(cells: Sequence[Sequence[str]], columns: Sequence[Column], stream: TextIO) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=stream, highlight=False)
    shown = _fitting(cells, columns, console.width)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, _GAP - 1, 0, 0), header_style="bold")
    for index in shown:
        column = columns[index]
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=not column.least,
            overflow="fold",  # a word too long for its column, an address say, is broken, never cut
            min_width=min(column.least, _natural(cells, columns, index)) or None,
        )
    for line in cells:
        # Text, never a string: what a feed writes in square brackets is not markup.
        table.add_row(*(Text(line[index], style=_STYLES.get(line[index], "")) for index in shown))
    console.print(table)


def _fitting(cells: Sequence[Sequence[str]], columns: Sequence[Column], width: int) -> list[int]:
    """Which columns fit side by side: all, or all but some optional ones, the last of them first."""
    shown = list(range(len(columns)))

    def needed() -> int:
        naturals = ((columns[index].least, _natural(cells, columns, index)) for index in shown)
        return sum(min(least, natural) if least else natural for least, natural in naturals) + _GAP * len(shown) - 1

    for index in reversed(shown.copy()):
        if needed() <= width:
            break
        if columns[index].optional:
            shown.remove(index)
    return shown


def _natural(cells: Sequence[Sequence[str]], columns: Sequence[Column], index: int) -> int:
    return max(_width(columns[index].title), *(_width(line[index]) for line in cells))


_STYLES: Final = {
    "outstanding": "bold green",
    "good": "green",
    "positive": "green",
    "requires improvement": "yellow",
    "mixed": "yellow",
    "inadequate": "bold red",
    "negative": "red",
    "ok": "green",
    "unchanged": "green",
    "new": "cyan",
    "failing": "yellow",
    "failed": "red",
    "gone": "red",
}
