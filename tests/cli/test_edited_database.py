"""A database that somebody has edited: times that are none end in words, not in a traceback."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Inside

COMMANDS = ["status", "feeds show blog", "entries", "inspections", "digests", "digest --dry-run", "poll"]

TIMES = [
    ("yesterday", "words"),
    ("", "nothing"),
    ("2026-13-45T99:00:00Z", "no day"),
    ("0001-01-01T00:00:00Z", "the calendar's first hour, which is none elsewhere"),
    ("9999-12-31T23:59:59Z", "its last"),
]


def time_columns(inside: Inside) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(inside.folder / "aggregator.db")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return [
            (table, column)
            for table in tables
            for _, column, *_ in connection.execute(f"PRAGMA table_info({table})")
            if re.search(r"_at$|_until$|_since$|^window_", column)
            and connection.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,)
        ]


@pytest.mark.parametrize(("value", "why"), TIMES, ids=[why for _, why in TIMES])
def test_what_is_no_time_is_told_in_words(value: str, why: str, inside_own: Inside):
    config = inside_own.folder / "config.toml"
    config.write_text(config.read_text().replace("https://blog.example/feed/", "http://127.0.0.1:9/refused"))
    inside_own("digest")
    inside_own("poll")
    path = inside_own.folder / "aggregator.db"
    sound = {each: each.read_bytes() for each in inside_own.folder.glob("aggregator.db*")}
    columns = time_columns(inside_own)
    assert {"feeds", "polls", "entries", "sightings", "inspections", "digests"} <= {table for table, _ in columns}
    told = 0
    for table, column in columns:
        for command in COMMANDS[:-1] if table not in {"feeds", "polls"} else COMMANDS:
            for each, content in sound.items():
                each.write_bytes(content)
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute(f"UPDATE {table} SET {column} = ?", (value,))

            done = inside_own(*command.split())  # what is raised, is raised here

            assert "Traceback" not in done.err, f"{why}: {table}.{column}, {command}"
            told += f"'{value}' stands in the database where a time should" in done.err
    assert (told > 0) is (value[:4] not in {"0001", "9999"})


def test_a_time_that_sqlite_s_own_functions_wrote_is_utc(inside_own: Inside):
    with closing(sqlite3.connect(inside_own.folder / "aggregator.db")) as connection, connection:
        connection.execute("UPDATE entries SET published_at = '2019-06-20 05:00:00' WHERE title LIKE 'Wales%'")

    assert "2019-06-20 06:00" in inside_own("entries", "--search", "wales").out
