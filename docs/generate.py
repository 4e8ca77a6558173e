#!/usr/bin/env python3
"""Write the generated pages of docs/reference: commands, configuration, database schema, exit statuses.

    python docs/generate.py            write what has changed
    python docs/generate.py --check    change nothing; exit 1 and name the pages that are out of date

The program is the source: its help texts, the descriptions in the configuration's model, the comments in schema.sql
and the error tree. tests/test_docs.py holds the pages to it.
"""

from __future__ import annotations

import re
import sys
from datetime import time, timedelta
from enum import Enum
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, Union, get_args, get_origin

import click
from pydantic_core import PydanticUndefined

from aggregator import errors
from aggregator.cli.app import COMMANDS, INTERRUPTED, app
from aggregator.config.model import BodySection, Config, FeedSection, FlagSection, Section
from aggregator.errors import AggregatorError, Exit
from aggregator.times import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic.fields import FieldInfo

REFERENCE: Final = Path(__file__).resolve().parent / "reference"
NOTE: Final = "<!-- Written by docs/generate.py; change what it is made from, then run `make docs`. -->\n"
HELP_WIDTH: Final = 88


# --- commands -----------------------------------------------------------------------------------------


def commands() -> str:
    """Each command's help, in the order of ``aggregator --help``."""
    settings = {**app.context_settings, "terminal_width": HELP_WIDTH, "max_content_width": HELP_WIDTH}
    root = click.Context(app, info_name="aggregator", **settings)
    parts = ["# Commands\n", NOTE, _help(root)]
    for family in COMMANDS.values():
        for name in family:
            command = app.get_command(root, name)
            assert command is not None
            parts += [f"## {text}\n\n{_help(context)}" for text, context in _contexts(command, name, root)]
    return "\n".join(parts)


def _contexts(command: click.Command, name: str, parent: click.Context) -> Iterator[tuple[str, click.Context]]:
    context = click.Context(command, info_name=name, parent=parent)
    yield context.command_path, context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            inner = command.get_command(context, below)
            assert inner is not None
            yield from _contexts(inner, below, context)


def _help(context: click.Context) -> str:
    return f"```text\n{context.get_help().rstrip()}\n```\n"


# --- config.toml --------------------------------------------------------------------------------------


_ABOUT_CONFIG: Final = """\
`aggregator init` writes a commented one; `aggregator check` reads it and reports every fault with its line. A key that
is left out has its default. Unknown keys are refused. Relative paths are relative to the folder of config.toml.
Durations are written `90s`, `15m`, `1h 30m`, `7d`, `2w`; sizes `500 kB`, `10 MB`.

Secrets never stand in it: a key that ends in `_env` names the environment variable that holds one, a key that ends in
`_file` the file whose first line it is.
"""


_TABLES: Final[dict[str, type[Section]]] = {"feeds": FeedSection, "flags": FlagSection, "bodies": BodySection}


def config() -> str:
    """Every key of config.toml: kind, default, bounds, meaning."""
    parts = [
        "# config.toml\n",
        NOTE,
        _ABOUT_CONFIG,
    ]
    for name in Config.model_fields:
        model = _TABLES.get(name) or type(getattr(Config(), name))
        parts += [f"## {f'[[{name}]]' if name in _TABLES else f'[{name}]'}\n", _first_line(model), _keys(model)]
    parts.append(_environment())
    return "\n".join(parts)


def _keys(model: type[Section]) -> str:
    rows = [
        f"| `{name}` | {_kind(field)} | {_default(field)} | {_cell(field.description or '')} |"
        for name, field in model.model_fields.items()
    ]
    return "\n".join(["| key | kind | default | meaning |", "|---|---|---|---|", *rows, ""])


def _kind(field: FieldInfo) -> str:
    bounds = [_bound(field, name, words) for name, words in _BOUNDS]
    told = ", ".join(bound for bound in bounds if bound)
    kind = _named(field.annotation, is_size=any("_size" in repr(item) for item in field.metadata))
    return f"{kind}; {told}" if told else kind


_BOUNDS: Final = (("gt", "more than"), ("ge", "at least"), ("lt", "less than"), ("le", "at most"))


def _bound(field: FieldInfo, name: str, words: str) -> str | None:
    for item in field.metadata:
        value = getattr(item, name, None)
        if value is not None:
            return f"{words} {format_duration(value) if isinstance(value, timedelta) else f'{value:,}'}"
    return None


def _named(annotation: Any, *, is_size: bool = False) -> str:
    """A type as a person who writes TOML calls it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return _named(next(argument for argument in arguments if argument is not type(None)))
    if origin is Literal:
        return "one of " + ", ".join(f'`"{value}"`' for value in arguments)
    if origin is tuple:
        return "list: " + _named(arguments[0])
    if origin is dict:
        return "table of texts"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "any of " + ", ".join(f'`"{member.value}"`' for member in annotation)
    if is_size:
        return "size"
    names: dict[Any, str] = {
        str: "text",
        int: "whole number",
        bool: "true or false",
        timedelta: "duration",
        time: "time of day",
        Path: "path",
    }
    return names.get(annotation) or _named(getattr(annotation, "__origin__", str))


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "`{}`"
    if field.default is PydanticUndefined:
        return "must be given"
    return "none" if field.default is None else f"`{_toml(field.default, field)}`"


def _toml(value: Any, field: FieldInfo) -> str:
    """A default as it stands in config.toml."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return f'"{format_duration(value)}"'
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, int):
        if any("_size" in repr(item) for item in field.metadata):
            return f'"{value // 1_000_000} MB"'
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item, field) for item in value) + "]"
    return f'"{value}"'


def _environment() -> str:
    return """\
## The environment

| variable | meaning |
|---|---|
| `AGGREGATOR_CONFIG` | The configuration, where `--config` names none; else `config.toml` in the current folder. |
| `AGGREGATOR_DATABASE` | The database, where `--database` names none; else `database.path`. |
| `AGGREGATOR_LOG_FORMAT` | `human` or `json`, where `--log-format` says nothing. |
| `NO_COLOR` | Set to anything: no colours. |

And every variable that a key ending in `_env` names.
"""


# --- the database -------------------------------------------------------------------------------------

_TABLE: Final = re.compile(
    r"((?:^--[^\n]*\n)+)CREATE (VIRTUAL )?TABLE (\w+)(?: USING \w+)? \((?:([^\n]+)\);|\n(.*?)^\)[^\n]*;)$",
    re.MULTILINE | re.DOTALL,
)
_COLUMN: Final = re.compile(r'^ {4}("?)([a-z_]+)\1 (INTEGER|TEXT|REAL|BLOB)\b([^\n]*?),?(?: *-- (.*))?$', re.MULTILINE)


_ABOUT_DATABASE: Final = """\
One SQLite file, made to be read with whatever you like: `sqlite-utils`, Datasette, a notebook. Times are UTC, ISO 8601
text to the second (`2017-04-20T05:01:00Z`), which sorts as text. Read it while the program runs as much as you like;
write to it only through the program.

`PRAGMA user_version` is the schema's version. A newer program migrates an older database, after a copy; an older
program refuses a newer one.
"""


def schema() -> str:
    """Every table and column, from the comments of schema.sql."""
    sql = (files("aggregator.store") / "schema.sql").read_text(encoding="utf-8")
    parts = [
        "# The database\n",
        NOTE,
        _ABOUT_DATABASE,
    ]
    for comment, virtual, name, arguments, body in _TABLE.findall(sql):
        meaning = " ".join(line.removeprefix("--").strip() for line in comment.splitlines())
        parts += [f"## {name}\n", f"{meaning}\n"]
        if virtual:
            columns = [part.strip() for part in arguments.split(",") if "=" not in part]
            parts.append(f"A full-text table over {' and '.join(f'`{column}`' for column in columns)}.\n")
        else:
            parts.append(_columns(body))
    return "\n".join(parts)


def _columns(body: str) -> str:
    rows = ["| column | type | meaning |", "|---|---|---|"]
    for _, name, kind, rest, comment in _COLUMN.findall(body):
        told = [comment[:1].upper() + comment[1:] if comment else ""]
        if reference := re.search(r"REFERENCES (\w+) \((\w+)\)", rest):
            told.append(f"Refers to `{reference[1]}.{reference[2]}`.")
        if choices := re.search(r"IN \(([^)]*)\)", rest):
            told.append("One of " + ", ".join(f"`{choice}`" for choice in re.findall("'([^']*)'", choices[1])) + ".")
        if "PRIMARY KEY" in rest:
            told.append("Primary key.")
        nullable = "" if "NOT NULL" in rest or "PRIMARY KEY" in rest else ", may be NULL"
        rows.append(f"| `{name}` | {kind}{nullable} | {_cell(_sentences(told))} |")
    keys = re.search(r"^ {4}PRIMARY KEY \((.*)\)", body, re.MULTILINE)
    end = f"\nPrimary key: {', '.join(f'`{key.strip()}`' for key in keys[1].split(','))}.\n" if keys else ""
    return "\n".join(rows) + "\n" + end


def _sentences(parts: list[str]) -> str:
    told = [part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part]
    return " ".join(told)


# --- exit statuses ------------------------------------------------------------------------------------


_ABOUT_EXIT: Final = f"""\
| status | meaning |
|---|---|
| {Exit.FINE:d} | Fine. |
| {Exit.FAILED:d} | The work failed, wholly or in part: a feed that could not be polled, a file that could not be \
imported, a database that could not be written. What did work is kept. |
| {Exit.USAGE:d} | Wrong usage: the command line or config.toml was refused, and nothing was done. |
| {INTERRUPTED:d} | Stopped by Ctrl-C; 143 by SIGTERM, 129 by SIGHUP. `aggregator run` is different: it drains \
first, and exits {Exit.FINE:d}. |

`aggregator healthcheck` exits {Exit.FINE:d} when the daemon is alive and well, else {Exit.FAILED:d}. A reader that
has had enough (`aggregator entries | head`) is no error.

Errors go to standard error: what failed, for what, and what comes next. The kinds:

| error | status | meaning |
|---|---|---|
"""


def exit_codes() -> str:
    """What a command's exit status means, and which error has which."""
    rows = [
        f"| `{kind.__name__}` | {kind.exit_status:d} | {_cell(_first_line(kind).strip())} |\n"
        for kind in _kinds(AggregatorError)
    ]
    return "".join(["# Exit statuses\n\n", NOTE, "\n", _ABOUT_EXIT, *rows])


def _kinds(root: type[AggregatorError]) -> Iterator[type[AggregatorError]]:
    """The error tree, without its root, as errors.py has it."""
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, root) and kind is not root:
            yield kind


# --- small things -------------------------------------------------------------------------------------


def _first_line(thing: type) -> str:
    text = (thing.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(text.split()).replace("``", "`") + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PAGES: Final[dict[str, Callable[[], str]]] = {
    "commands.md": commands,
    "config.md": config,
    "schema.md": schema,
    "exit-codes.md": exit_codes,
}


def main() -> int:
    """Write the pages, or with ``--check`` only compare; the exit status."""
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        click.echo(__doc__)
        return 2
    stale = []
    for name, page in PAGES.items():
        path, text = REFERENCE / name, page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        click.echo(f"{'out of date' if check else 'written'}: {', '.join(stale)}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
