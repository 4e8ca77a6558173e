"""The documentation is held to the program: generated pages are fresh, and nothing there is undocumented."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import click
import pytest

from aggregator import __version__, errors
from aggregator.cli.app import COMMANDS, INTERRUPTED, app
from aggregator.cli.options import DIGEST_FORMS
from aggregator.config.load import load
from aggregator.config.model import BodySection, Config, FeedSection, FlagSection
from aggregator.digest.render import FORMS
from aggregator.errors import AggregatorError, Exit
from aggregator.store import open_store

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def generator():
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


# --- generated pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["commands.md", "config.md", "schema.md", "exit-codes.md"])
def test_a_generated_page_is_fresh(name):
    assert generator().PAGES[name]() == page(f"reference/{name}"), "make docs"


def test_every_generated_page_is_tested_here():
    assert set(generator().PAGES) == {"commands.md", "config.md", "schema.md", "exit-codes.md"}


def test_the_generator_tells_a_stale_page(tmp_path, monkeypatch, capsys):
    module = generator()
    shutil.copytree(REFERENCE, tmp_path / "reference")
    monkeypatch.setattr(module, "REFERENCE", tmp_path / "reference")
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert module.main() == 0
    stale = tmp_path / "reference" / "schema.md"
    stale.write_text(stale.read_text() + "old\n")
    assert module.main() == 1
    assert capsys.readouterr().out == "out of date: schema.md\n"


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(app, info_name="aggregator", **app.context_settings)
    found: list[tuple[str, click.Command]] = []
    for family in COMMANDS.values():
        for name in family:
            command = app.get_command(context, name)
            assert command is not None
            found.append((f"aggregator {name}", command))
            if isinstance(command, click.Group):
                found += [(f"aggregator {name} {below}", inner) for below, inner in command.commands.items()]
    return found


@pytest.mark.parametrize(("path", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_is_documented(path, command):
    section = page("reference/commands.md").split(f"## {path}\n")[1].split("\n## ")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.opts[-1] in section, f"{path} {parameter.opts}"


def test_every_command_that_a_document_names_exists():
    """In code, that is; `aggregator backup` of a later version would be a promise."""
    known = {path.removeprefix("aggregator ") for path, _ in commands()} | {"--config", "--database", "--log-format"}
    documents = [ROOT / "README.md", ROOT / "config.toml", *DOCS.glob("*.md"), *DOCS.glob("how-to/*.md")]
    for document in documents:
        text = document.read_text(encoding="utf-8")
        named = re.findall(r"(?:^|`|/|&& )aggregator ((?:--)?[a-z][a-z-]*)", text, re.MULTILINE)
        assert set(named) <= known, document.name


def test_every_key_of_the_configuration_is_documented():
    text = page("reference/config.md")
    sections = {name: type(getattr(Config(), name)) for name in Config.model_fields}
    sections |= {"feeds": FeedSection, "flags": FlagSection, "bodies": BodySection}
    for name, model in sections.items():
        heading = f"## [[{name}]]" if name in {"feeds", "flags", "bodies"} else f"## [{name}]"
        part = text.split(heading)[1].split("\n## ")[0]
        for key, field in model.model_fields.items():
            assert f"| `{key}` |" in part, f"{name}.{key}"
            assert field.description, f"{name}.{key}"


def test_every_table_and_column_is_documented(tmp_path):
    text = page("reference/schema.md")
    with closing(open_store(tmp_path / "a.db")) as store:
        tables = [
            row[0]
            for row in store.connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                " AND name NOT LIKE 'entries_fts_%'"
            )
        ]
        for table in tables:
            part = text.split(f"## {table}\n")[1].split("\n## ")[0]
            assert part.strip().splitlines()[0], f"{table} has no meaning"
            if table == "entries_fts":
                continue
            for column in store.connection.execute(f"PRAGMA table_info({table})"):
                assert f"| `{column[1]}` | {column[2]}" in part, f"{table}.{column[1]}"


def test_every_exit_status_and_error_is_documented():
    text = page("reference/exit-codes.md")
    for status in (*Exit, INTERRUPTED):
        assert re.search(rf"^\| {status:d} \|", text, re.MULTILINE)
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, AggregatorError) and kind is not AggregatorError:
            assert f"| `{name}` | {kind.exit_status:d} |" in text


def test_every_event_is_documented():
    """A name of an event is an interface: somebody's alert waits for it."""
    found = set()
    for file in (ROOT / "aggregator").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "event":
                name = node.args[1]
                assert isinstance(name, ast.Constant), f"{file.name}: an event's name is written out"
                found.add(name.value)
    documented = set(re.findall(r"^\| `([a-z_]+)` \|", page("reference/logs.md"), re.MULTILINE))
    assert found | {"log"} == documented


def test_the_changelog_has_this_version():
    assert re.search(rf"^## \[{re.escape(__version__)}\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_forms_of_a_digest_are_offered_as_they_are_rendered():
    assert DIGEST_FORMS == FORMS


# --- what is written by hand --------------------------------------------------------------------------

WRITTEN = [path for path in sorted(DOCS.rglob("*.md")) if path.parent.name in {"docs", "how-to"}]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def morning(tmp_path_factory):
    """What the tutorial has in its hands: the demo's database and configuration."""
    folder = tmp_path_factory.mktemp("docs")
    subprocess.run(
        [sys.executable, "-m", "aggregator", "demo", "--keep", "morning"], cwd=folder, check=True, capture_output=True
    )
    return folder / "morning"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script as pasted into a shell; all but the poll, for tests ask nobody's server."""
    shell = 'set -eu\naggregator() { if [ "$1" != poll ]; then command aggregator "$@"; fi; }\n'
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AGGREGATOR_")}
    return subprocess.run(
        ["bash", "-c", shell + script],
        cwd=folder,
        env={**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_tutorial_works_as_pasted(tmp_path):
    done = run("\n".join(blocks(page("tutorial.md"), "sh")), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "nps-rating" in done.stdout
    assert (tmp_path / "config.toml").exists()


@pytest.mark.parametrize("name", ["follow-one-area", "get-the-digest-by-mail", "back-up", "read-the-database"])
def test_a_how_to_works_as_pasted(name, morning, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(morning, folder)
    text = page(f"how-to/{name}.md")
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n" + "\n".join(blocks(text, "toml")))
    done = run("\n".join(blocks(text, "sh")), folder)
    assert done.returncode == 0, done.stderr
    if name == "back-up":
        assert done.stdout.count(" entries, ") == 2, "one backup, one restore"
        assert "aggregator.db.before-restore: what was there before" in done.stdout


def test_queries_in_the_documents_run(morning):
    queries = blocks(page("how-to/read-the-database.md"), "sql")
    assert queries
    with closing(sqlite3.connect(morning / "aggregator.db")) as connection:
        for query in queries:
            connection.execute(query).fetchall()


@pytest.mark.parametrize("document", WRITTEN, ids=lambda path: path.name)
def test_configuration_in_a_document_has_no_fault(document, tmp_path):
    for number, block in enumerate(blocks(document.read_text(encoding="utf-8"), "toml")):
        path = tmp_path / f"{number}.toml"
        path.write_text(block, encoding="utf-8")
        load(path, environ={})  # raises, with the line, where there is one
        assert tomllib.loads(block), f"{document.name}, block {number} says something"


def test_the_index_names_every_page():
    text = page("README.md")
    for path in (*DOCS.glob("*.md"), *DOCS.glob("how-to/*.md"), *REFERENCE.glob("*.md")):
        name = path.relative_to(DOCS).as_posix()
        if name != "README.md":
            assert f"({name})" in text, name
