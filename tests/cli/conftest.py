"""The real command on real files: a folder with a configuration and an archive of a few invented newsletters."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG = """\
[http]
contact = "https://example.org/"

[[feeds]]
name = "blog"
url = "https://blog.example/feed/"

[[feeds]]
name = "resting"
url = "https://resting.example/feed/"
enabled = false

[[flags]]
name = "crc-rating"
provider_types = ["CRC"]

[[flags]]
name = "nps-rating"
provider_types = ["NPS"]

[[flags]]
name = "inadequate-in-essex"
areas = ["Essex"]
ratings = ["inadequate"]

[[flags]]
name = "drones"
words = ["drones"]
"""

# Invented prose; who was rated what is of record.
LETTERS = {
    "wales.txt": """\
Subject: Wales: public probation does well
Date: Thu, 20 Jun 2019 06:00:00 +0100

The Wales division of the NPS has been rated 'Good' overall. Its work with victims was rated 'Outstanding'.
""",
    "essex.eml": """\
From: Letters <letters@example.org>
Subject: =?utf-8?q?Essex_CRC_=E2=80=93_what_the_inspectors_found?=
Date: Tue, 20 Nov 2018 06:00:00 +0000
Content-Type: text/html; charset=utf-8

<p>Essex Community Rehabilitation Company (CRC) was rated 'Requires improvement' overall.</p>
<p>Drones over prisons are another matter.</p>
""",
    "quiz.txt": """\
Subject: Criminal justice quiz
Date: Mon, 02 Dec 2019 06:00:00 +0000

How many prisons are there? Which drug, sold as NPS until 2016, was the first to be banned?
""",
}


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Command:
    """``aggregator`` in a folder, with an environment that holds nothing of the user's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AGGREGATOR_", "LC_", "LANG", "PYTHONUNBUFFERED"))
        }
        self.environ = {**kept, "LANG": "C.UTF-8", "COLUMNS": "100"}

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "aggregator", *words]

    def __call__(self, *words: str | Path, stdin: bytes = b"", environ: dict[str, str] | None = None) -> Result:
        done = subprocess.run(
            self.argv(*map(str, words)),
            cwd=self.folder,
            env=self.environ | (environ or {}),
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def killed_after(process: subprocess.Popen[Any], seconds: float) -> Iterator[None]:
    """A process that says nothing fails its test; without this the test would wait for ever."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.fixture
def empty(tmp_path: Path) -> Command:
    """A folder with nothing in it."""
    return Command(tmp_path)


def furnish(folder: Path) -> Command:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    letters = folder / "letters"
    letters.mkdir()
    for name, text in LETTERS.items():
        (letters / name).write_text(text, encoding="utf-8")
    return Command(folder)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Three newsletters, imported. For tests that only look."""
    command = furnish(tmp_path_factory.mktemp("archive"))
    done = command("import", "letters")
    assert done.status == 0, done.err
    return command


@pytest.fixture
def own_archive(archive: Command, tmp_path: Path) -> Command:
    """The same, for tests that change it."""
    folder = tmp_path / "own"
    shutil.copytree(archive.folder, folder)
    return Command(folder)


class Inside(Command):
    """The command in this process: for tables with many rows, where a process for each would take long."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(folder)
        self.capsys = capsys
        monkeypatch.chdir(folder)
        for name in os.environ:
            if name.startswith("AGGREGATOR_"):
                monkeypatch.delenv(name)

    def __call__(self, *words: str | Path, stdin: bytes = b"", environ: dict[str, str] | None = None) -> Result:
        assert not stdin
        assert not environ
        with pytest.raises(SystemExit) as end:
            run([str(word) for word in words])
        said = self.capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Result(end.value.code, said.out, said.err)

    def rows(self, *words: str | Path) -> Any:
        done = self(*words, "--format", "json")
        assert done.status == 0, done.err
        return done.json


@pytest.fixture
def inside(archive: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    """The archive, looked at in this process."""
    return Inside(archive.folder, capsys, monkeypatch)


@pytest.fixture
def inside_own(own_archive: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    """An archive of the test's own, in this process."""
    return Inside(own_archive.folder, capsys, monkeypatch)
