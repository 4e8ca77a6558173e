"""`aggregator demo`: the real pipeline over the samples, as a person sees it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.demo import run
from aggregator.errors import UsageError

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture(scope="module")
def told():
    """One run: what it printed."""
    lines: list[str] = []
    assert run(echo=lines.append) == 0
    return "\n".join(lines)


def section(told, beginning, end):
    return told.partition(beginning)[2].partition(end)[0]


def test_the_first_pass_reads_four_feeds_and_tells_what_the_others_are(told):
    table = section(told, "feeds are due.\n", "Who was judged")
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines() if line[:1].isalpha()}
    assert rows["feed"] == ["answer", "new", "changed", "flagged"]
    assert rows["notebook"] == ["200", "5", "0", "3"]
    assert rows["inspectorate"] == ["200", "3", "0", "3"]
    assert rows["planet"] == ["200", "1", "0", "0"]  # the other of its posts came with the notebook already
    assert rows["gazette"][0] == "200"
    assert "HTML page" in table
    assert rows["overworked"][0] == "500"


def test_findings_are_told_once_each_with_their_sentence(told):
    findings = section(told, "Who was judged, on what, and how", "Read as well")
    assert re.findall(r"^(?:CRC|NPS|YJS) .*", findings, re.MULTILINE) == [
        "CRC  Norfolk and Suffolk CRC",
        "NPS  NPS South East and Eastern",
    ]
    verdicts = re.findall(r"^  ([a-z ]+?)  +([a-z ]+?)  +(\d+) posts?$", findings, re.MULTILINE)
    assert ("overall", "requires improvement", "3") in verdicts  # one report, three feeds
    assert ("unpaid work", "outstanding", "1") in verdicts
    assert len(verdicts) == len({verdict[:2] for verdict in verdicts}) + 1  # both bodies' overall is the same
    assert "“Unpaid work was rated ‘Outstanding’.”" in findings


def test_nps_in_its_other_meaning_is_read_and_left_alone(told):
    left_alone = section(told, "Read as well, and not flagged", "the digest")
    title = "Good work with NPS users is rare, and inspectors of prisons should say so"
    assert title in left_alone
    assert "requires improvement: " in left_alone.partition(title)[2]  # and it says why not


def test_the_digest_tells_the_report_and_the_feeds_in_trouble(told):
    digest = section(told, "07:00: the digest", "09:30: a second pass")
    assert "Norfolk and Suffolk CRC" in digest
    assert "https://inspectorate.example/media/press-releases/2019/09/norfolksuffolkcrc/" in digest
    assert "gazette: failing" in digest
    assert "kent-surrey-sussex-19" not in digest  # three months old when its feed was first read: history


def test_the_second_pass_sends_only_what_changed_and_the_edit_is_told_once(told):
    second = told.partition("09:30: a second pass")[2]
    rows = dict(line.split()[:2] for line in second.splitlines() if re.match(r"[a-z]+ +\d{3} ", line))
    assert rows == {
        "notebook": "200",
        "inspectorate": "304",
        "government": "304",
        "planet": "304",
        "gazette": "200",
        "overworked": "500",
    }
    digest = second.partition("What the next digest will say of it")[2]
    assert "norfolk-suffolk-19" in digest
    assert "reviewing: Inadequate" in digest
    assert "South East and Eastern" not in digest  # told at seven


def children():
    """The processes this one started and that still run, or wait to be noticed."""
    return {pid for listed in Path("/proc/self/task").glob("*/children") for pid in listed.read_text().split()}


def test_it_says_the_same_every_time_and_leaves_nothing_behind(told, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    threads, before = set(threading.enumerate()), children()
    again: list[str] = []
    assert run(echo=again.append) == 0
    assert "\n".join(again) == told
    assert list(tmp_path.iterdir()) == []
    assert set(threading.enumerate()) == threads
    assert children() == before


def test_it_asks_for_no_other_machine_and_takes_less_than_ten_seconds(monkeypatch):
    asked = []

    def look_up(host, *arguments, **options):
        asked.append(host)
        return original(host, *arguments, **options)

    original = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    before = time.monotonic()
    assert run(echo=lambda _: None) == 0
    assert time.monotonic() - before < 10
    assert set(asked) <= {"127.0.0.1"}


def test_the_morning_can_be_another():
    lines: list[str] = []
    run(echo=lines.append, now=datetime(2020, 2, 3, 7, 0, tzinfo=UTC))
    assert lines[0].startswith("It is 07:00 on Monday, 3 February 2020.")


def test_what_is_kept_is_there_for_the_other_commands(tmp_path):
    kept = tmp_path / "a" / "demo"
    lines: list[str] = []
    assert run(echo=lines.append, keep=kept) == 0
    assert f"--config {kept / 'config.toml'}" in lines[-1]
    listed = aggregator("--config", kept / "config.toml", "ratings", "--format", "json", cwd=tmp_path)
    assert {row["provider"] for row in json.loads(listed.stdout)} >= {"Norfolk and Suffolk CRC"}
    with pytest.raises(UsageError, match="is not empty"):
        run(echo=lines.append, keep=kept)


def aggregator(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "aggregator", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_the_command_prints_the_same(told, tmp_path):
    assert aggregator("demo", cwd=tmp_path).stdout == told + "\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_serving_ends_in_order(tmp_path, how):
    serving = subprocess.Popen(
        [sys.executable, "-m", "aggregator", "demo", "--serve"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with serving:
        assert serving.stdout is not None
        assert serving.stderr is not None
        for line in serving.stdout:
            if "overworked/feed/" in line:
                break
        serving.send_signal(how)
        assert serving.wait(10) == 0
        assert serving.stderr.read() == ""


@pytest.mark.skipif(not README.exists(), reason="an installed package has no README beside it")
def test_the_readme_shows_what_the_demo_prints(told):
    """The picture may leave lines out, at "…", and may not make any up."""
    picture = re.search(r"^\$ aggregator demo\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert picture
    runs = [lines for lines in re.split(r"^ *…\n", picture[1], flags=re.MULTILINE) if lines]
    assert len(runs) > 1
    rest = told
    for lines in runs:
        assert lines in rest, f"the demo does not print, in this place:\n{lines}"
        rest = rest.partition(lines)[2]
