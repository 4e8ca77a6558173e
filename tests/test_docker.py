"""No engine builds the image here, so the Dockerfile is read: what it names must exist, and fit together."""

import fnmatch
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from aggregator.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments), comments gone and continued lines joined."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    joined = re.sub(r"\\\n\s*", " ", "\n".join(line for line in lines if line and not line.startswith("#")))
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


DOCKERFILE = instructions()


def said(instruction: str) -> list[str]:
    return [arguments for word, arguments in DOCKERFILE if word == instruction]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for arguments in said("ENV") for pair in shlex.split(arguments))


def copies() -> list[tuple[list[str], str]]:
    """What is copied from the build context: the sources, and where they go."""
    from_context = [shlex.split(arguments) for arguments in said("COPY") if "--from=" not in arguments]
    return [(words[:-1], words[-1]) for words in from_context]


def test_reading_it_finds_every_instruction():
    known = {
        "ARG",
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "LABEL",
        "ENV",
        "USER",
        "VOLUME",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    }
    assert {word for word, _ in DOCKERFILE} == known
    assert len(said("FROM")) == 2


def test_what_is_copied_exists_and_reaches_the_builder():
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert patterns[0] == "*"
    let_through = {pattern[1:] for pattern in patterns if pattern.startswith("!")}
    sources = [source for group, _ in copies() for source in group]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(Path(source).parts[0], pattern) for pattern in let_through), source
    assert let_through <= {Path(source).parts[0] for source in sources}  # and nothing goes there in vain


def test_files_that_a_step_reads_were_copied_before_it():
    seen: list[str] = []
    for word, arguments in DOCKERFILE:
        if word == "COPY" and "--from=" not in arguments:
            seen += shlex.split(arguments)[:-1]
        if word == "RUN" and "--requirement" in arguments:
            words = shlex.split(arguments)
            assert words[words.index("--requirement") + 1] in seen
        if word == "RUN" and "--no-build-isolation . " in arguments:
            readme, licence = PROJECT["project"]["readme"], PROJECT["project"]["license-files"][0]
            assert {"pyproject.toml", "aggregator", readme, licence} <= set(seen)


def test_dependencies_are_installed_by_hash_and_the_rest_without_asking_a_registry():
    installs = [
        step for arguments in said("RUN") for step in arguments.split("&&") if "pip" in step and " install " in step
    ]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[1]
    assert "--no-build-isolation" in installs[1]


def test_the_virtual_environment_is_where_the_path_says():
    (copied,) = [shlex.split(arguments) for arguments in said("COPY") if "--from=" in arguments]
    _, source, target = copied
    assert source == target  # a virtual environment cannot be moved: its scripts name their interpreter
    assert environment()["PATH"].split(":")[0] == f"{target}/bin"
    assert any(f"-m venv {source} " in arguments for arguments in said("RUN"))


@pytest.mark.parametrize("instruction", ["ENTRYPOINT", "CMD"])
def test_it_is_the_daemon_that_gets_the_signals(instruction):
    # The shell form would put a shell at PID 1, which passes no SIGTERM on.
    (arguments,) = said(instruction)
    assert isinstance(json.loads(arguments), list)


def commands_named() -> list[list[str]]:
    (entrypoint,), (cmd,), (check,) = said("ENTRYPOINT"), said("CMD"), said("HEALTHCHECK")
    return [json.loads(entrypoint) + json.loads(cmd), json.loads(check.partition("CMD ")[2])]


@pytest.mark.parametrize("line", commands_named(), ids=" ".join)
def test_the_commands_it_names_exist(line):
    script, *arguments = line
    assert PROJECT["project"]["scripts"][script] == "aggregator.cli:main"
    context = click.Context(app, info_name=script, **app.context_settings)
    command = app.get_command(context, arguments[0])
    assert command is not None
    command.make_context(arguments[0], arguments[1:], parent=context)  # refuses options that do not exist


def test_it_runs_unprivileged_under_a_fixed_number():
    (user,) = said("USER")
    uid, gid = user.split(":")
    steps = " ".join(said("RUN"))
    assert int(uid) >= 10000
    assert f"--uid {uid} " in steps
    assert f"groupadd --gid {gid} " in steps
    words = [word for word, _ in DOCKERFILE]
    assert "RUN" not in words[words.index("USER") :]


def test_everything_it_keeps_is_in_the_volume():
    (volume,) = json.loads(said("VOLUME")[0])
    (user,) = said("USER")
    uid, gid = user.split(":")
    assert Path(environment()["AGGREGATOR_DATABASE"]).parent == Path(volume)
    assert said("WORKDIR")[-1] == volume
    assert any(f"--owner={uid} --group={gid}" in step and step.endswith(volume) for step in said("RUN"))


def test_a_read_only_root_is_written_to_by_nothing():
    assert environment()["PYTHONDONTWRITEBYTECODE"] == "1"


def test_the_configuration_is_the_shipped_one_where_the_environment_says(tmp_path):
    config = environment()["AGGREGATOR_CONFIG"]
    (shipped,) = [sources[0] for sources, target in copies() if target == config]
    # The variables are those the program reads: a name that is wrong here would be passed over in silence.
    there = tmp_path / "named by the environment.toml"
    there.write_text((ROOT / shipped).read_text(encoding="utf-8"), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "aggregator", "check"],
        env={**os.environ, "AGGREGATOR_CONFIG": str(there), "AGGREGATOR_DATABASE": str(tmp_path / "there.db")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert there.name in checked.stdout + checked.stderr


def test_the_base_is_a_python_the_project_supports():
    (base,) = said("ARG")
    tag = re.fullmatch(r"BASE=python:(\d+)\.(\d+)-slim-[a-z]+", base)
    assert tag is not None
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=").split(".")
    assert (int(tag[1]), int(tag[2])) >= (int(oldest[0]), int(oldest[1]))
    assert {arguments.split()[0] for arguments in said("FROM")} == {"${BASE}"}
