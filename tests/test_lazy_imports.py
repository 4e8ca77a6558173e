"""What a start does not import: ``aggregator --help`` has to answer before a person notices."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# Each costs between 10 and 100 ms, or opens more than a start has any business with.
HEAVY = {
    "apscheduler",
    "asyncio",
    "css_inline",
    "feedparser",
    "httpcore",
    "httpx",
    "jinja2",
    "nh3",
    "pydantic",
    "rich",
    "sqlite3",
    "sqlite_utils",
    "ssl",
}

PROBE = """
import json, sys
{statement}
print(json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
"""


def loaded_after(statement: str) -> set[str]:
    """The top-level modules in a fresh interpreter after a statement."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(statement=statement)], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def command(words: str) -> str:
    """Run a command line in the probe, whatever its exit."""
    return f"""
import contextlib, io
from aggregator.cli.app import run
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    run({words.split()!r})
"""


@pytest.mark.parametrize("words", ["--help", "--version", "poll --help"])
def test_help_imports_nothing_heavy(words):
    assert loaded_after(command(words)) & HEAVY <= ({"asyncio", "ssl"} if words.startswith("poll") else set())


def test_help_of_all_commands_imports_no_command():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "aggregator", "--help"], capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    commands = {name for name in imported if name.startswith("aggregator.cli.")}
    assert commands == {"aggregator.cli.app", "aggregator.cli.session", "aggregator.cli.terminal"}


@pytest.mark.parametrize(
    ("statement", "spared"),
    [
        ("import aggregator", HEAVY | {"click", "dataclasses"}),
        ("import aggregator.model, aggregator.errors, aggregator.times, aggregator.flags", HEAVY | {"click"}),
        ("import aggregator.ratings", HEAVY | {"click"}),
        ("import aggregator.parsing", HEAVY | {"click"}),
        ("import aggregator.config.shipped", HEAVY),
        ("import aggregator.store", HEAVY - {"sqlite3"}),
        ("import aggregator.digest.model", HEAVY),
        ("import aggregator.health, aggregator.logs", HEAVY),
        # A listing reads config.toml and the database, and shows a plain table.
        ("import aggregator.config.load, aggregator.store.listing", HEAVY - {"pydantic", "sqlite3"}),
    ],
)
def test_a_room_imports_no_more_than_it_needs(statement, spared):
    assert loaded_after(statement) & spared == set()
