"""The command as a whole: help, global options, exit statuses, and what must not crash it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from aggregator import __version__
from aggregator.cli.app import COMMANDS, INTERRUPTED, app, run
from tests.cli.conftest import killed_after


def every_command() -> list[tuple[str, click.Command]]:
    context = click.Context(app, info_name="aggregator", **app.context_settings)
    found = []
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {below}", inner) for below, inner in command.commands.items()]
    return found


def test_help_lists_every_command_by_family(empty):
    done = empty("--help")
    assert done.status == 0
    assert done.err == ""
    for family, commands in COMMANDS.items():
        assert f"{family}:" in done.out
        for name, listed in commands.items():
            assert f"  {name} " in done.out
            assert listed.help in " ".join(done.out.split())


def test_the_list_says_what_each_command_says_of_itself():
    """The list is a table, so that listing imports nothing; the two must not drift apart."""
    context = click.Context(app, **app.context_settings)
    for commands in COMMANDS.values():
        for name, listed in commands.items():
            command = app.get_command(context, name)
            assert command is not None
            assert command.name == name
            assert (command.help or "").splitlines()[0] == listed.help


def test_every_option_and_command_is_explained():
    for name, command in every_command():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, f"{name} {parameter.opts}"


def test_version(empty):
    assert empty("--version").out == f"aggregator {__version__}\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["entires"], "No such command 'entires'. Did you mean 'entries'?"),
        (["zzzzzz"], "No such command 'zzzzzz'."),
        (["entries", "--sinse", "7d"], "No such option '--sinse'"),
        (["entries", "--format", "xml"], "'xml' is not one of 'table', 'json', 'jsonl', 'csv'"),
        (["entries", "--limit", "-1"], "-1 is not in the range"),
        (["import"], "Missing argument 'PATH...'"),
        (["demo", "--serve", "--keep", "x"], "--serve keeps nothing"),
    ],
)
def test_wrong_usage_is_told_and_exits_2(capsys, words, told):
    with pytest.raises(SystemExit) as end:
        run(words)
    said = capsys.readouterr()
    assert end.value.code == 2
    assert said.out == ""
    assert told in said.err


def test_a_bare_command_shows_help(empty):
    done = empty()
    assert done.status == 2
    assert "Usage: aggregator" in done.err


def test_global_options_stand_before_or_behind_the_command(archive, tmp_path):
    config, database = archive.folder / "config.toml", archive.folder / "aggregator.db"
    elsewhere = type(archive)(tmp_path)
    before = elsewhere("--config", config, "--database", database, "entries", "--format", "json")
    behind = elsewhere("entries", "--format", "json", "--database", database, "--config", config)
    below = elsewhere("feeds", "list", "--config", config, "--format", "json")
    assert before.status == behind.status == 0
    assert before.json == behind.json
    assert len(before.json) == 3
    assert [row["name"] for row in below.json] == ["blog", "resting"]


def test_the_environment_names_configuration_and_database(archive, tmp_path):
    elsewhere = type(archive)(tmp_path)
    environ = {"AGGREGATOR_CONFIG": str(archive.folder / "config.toml")}
    assert len(elsewhere("entries", "--format", "json", environ=environ).json) == 3
    environ["AGGREGATOR_DATABASE"] = str(tmp_path / "none.db")
    done = elsewhere("entries", environ=environ)
    assert done.status == 1
    assert "none.db: there is no database here yet" in done.err


def test_a_listing_needs_no_configuration_where_the_database_is_named(archive, tmp_path):
    done = type(archive)(tmp_path)("--database", archive.folder / "aggregator.db", "entries", "--format", "json")
    assert len(done.json) == 3
    assert list(tmp_path.iterdir()) == [], "looking leaves nothing behind"


@pytest.mark.parametrize("command", ["poll", "run", "check", "feeds"])
def test_what_needs_a_configuration_says_how_to_get_one(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AGGREGATOR_CONFIG", raising=False)
    with pytest.raises(SystemExit) as end:
        run([command])
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        "aggregator: config.toml: there is no such file. `aggregator init` writes one to start from; "
        "--config PATH names another.\n"
    )


def test_a_listing_in_the_wrong_folder_makes_no_database(empty):
    done = empty("entries")
    assert done.status == 1
    assert "there is no database here yet" in done.err
    assert list(empty.folder.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(empty):
    (empty.folder / "aggregator.db").write_text("The quick brown fox jumps over the lazy dog.\n" * 100)
    done = empty("entries")
    assert done.status == 1
    assert "not an SQLite database" in done.err
    assert "Traceback" not in done.err


def test_faults_in_the_configuration_stop_every_command(own_archive):
    (own_archive.folder / "config.toml").write_text("[digest]\nat = 7\n")
    done = own_archive("entries")
    assert done.status == 2
    assert "line 2: digest.at" in done.err


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_a_terminal_that_knows_ascii_only_gets_the_nearest(archive, environ):
    """Titles are full of dashes and curly quotes; an old terminal must not turn them into a traceback."""
    done = archive("entries", environ=environ)
    assert done.status == 0, done.err
    assert "Essex CRC - what the inspectors found" in done.out
    rows = archive("entries", "--format", "json", environ=environ)
    assert rows.json[-1]["title"] == "Essex CRC – what the inspectors found", "JSON loses nothing"


def test_a_reader_that_has_had_enough_is_no_error(archive):
    """``aggregator entries | head -1``: no traceback, no message, no failure."""
    process = subprocess.Popen(
        archive.argv("entries", "--format", "jsonl"),
        cwd=archive.folder,
        env=archive.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == 0
    assert error == b""


def test_a_full_disk_behind_standard_output_is_told(archive):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            archive.argv("entries"),
            cwd=archive.folder,
            env=archive.environ,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"aggregator: standard output: cannot be written: No space left on device\n"


def test_a_closed_standard_output_crashes_nothing(archive):
    command = " ".join(archive.argv("entries")) + " >&-"
    done = subprocess.run(
        ["sh", "-c", command], cwd=archive.folder, env=archive.environ, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_ctrl_c_is_quiet(archive):
    process = subprocess.Popen(
        archive.argv("explain", "--jsonl", "-"),
        cwd=archive.folder,
        env=archive.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    # The answer to one post says that the command has started; a second it must wait for.
    process.stdin.write(b'{"id": 1, "title": "x", "text": "y"}\n')
    process.stdin.flush()
    with killed_after(process, 30):
        assert process.stdout.readline().startswith(b'{"id": 1'), "an answer does not wait for the next question"
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=30)
    assert process.returncode == INTERRUPTED
    assert (out, error.strip()) == (b"", b"")


def test_a_ctrl_c_that_python_drops_ends_the_command_all_the_same():
    """In a callback of an import's lock, say: it was told as "Exception ignored", and the poll went on to its end."""
    script = """
import os, signal, time
import aggregator.cli, aggregator.cli.app

class Trap:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)

def run():
    Trap()
    print("went on")

aggregator.cli.app.run = run
aggregator.cli.main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_what_else_python_drops_is_told_as_ever():
    script = """
import aggregator.cli, aggregator.cli.app

class Trap:
    def __del__(self):
        raise ValueError("dropped")

aggregator.cli.app.run = lambda: [Trap(), print("went on")] and None
aggregator.cli.main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "went on\n")
    assert "ValueError: dropped" in done.stderr
