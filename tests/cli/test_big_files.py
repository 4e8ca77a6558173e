"""Big files are read in a process of their own, which has limits; the command outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from aggregator.cli import reading
from aggregator.errors import ImportRefused
from tests.polling.sabotage import Sabotage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command, Inside

WORDS = "The county's officers were asked about their work in the year. " * 13


def feed(posts: int) -> str:
    items = "".join(
        f"<item><title>Post {n}</title><guid>g{n}</guid><description>{WORDS}{n}</description></item>"
        for n in range(posts)
    )
    return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"


BIG = [
    ("big.xml", feed(1300), 1300, "a feed's archive"),
    (
        "big.mbox",
        "".join(
            f"From a@example.org Thu Apr 20 06:01:00 2017\nSubject: Letter {n}\nDate: Thu, 20 Apr 2017 06:01 BST\n\n"
            f"{WORDS * 8}{n}\n\n"
            for n in range(200)
        ),
        200,
        "years of letters",
    ),
    ("big.txt", "A title\n\n" + "".join(f"{WORDS} {n}\n\n" for n in range(1400)), 1, "one post of as many words"),
]


@pytest.mark.parametrize(("name", "content", "posts", "why"), BIG, ids=[why for *_, why in BIG])
def test_a_big_file_is_imported_like_a_small_one(name: str, content: str, posts: int, why: str, empty: Command):
    assert len(content) > 1_000_000
    (empty.folder / name).write_text(content, encoding="utf-8")
    done = empty("import", name, "--format", "json")
    assert done.status == 0, done.err
    assert [(row["posts"], row["new"]) for row in done.json] == [(posts, posts)], why


BAD = [
    ("allocate 900000000", "reading it took more memory than is allowed (195 MB)", "too much memory"),
    ("kill", "the process that read it died (SIGKILL)", "a death"),
    ("raise oh", "reading it failed (ValueError: oh", "a bug"),
]


@pytest.mark.parametrize(("word", "message", "why"), BAD, ids=[why for *_, why in BAD])
def test_what_happens_to_the_process_happens_to_the_file_alone(word: str, message: str, why: str, tmp_path: Path):
    """Read by the command itself, such a file took the command with it."""
    file = tmp_path / "bad.xml"
    file.write_text(f"<{word} {' ' * 1_100_000}/>")
    with pytest.raises(ImportRefused) as refused:
        reading.read_assessed(str(file), zone=ZoneInfo("UTC"), rules=(Sabotage(),))  # type: ignore[arg-type]
    assert f"bad.xml: cannot be imported: {message}" in str(refused.value), why


def test_what_takes_too_long_is_refused(inside_own: Inside, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "_LONGEST", reading._LONGEST * 0)
    monkeypatch.setattr(reading, "_LONGEST_PER_BYTE", reading._LONGEST_PER_BYTE * 0)
    (inside_own.folder / "big.xml").write_text(feed(1300), encoding="utf-8")
    done = inside_own("import", "big.xml")
    assert done.status == 1
    assert "big.xml: cannot be imported: reading it took longer than 0 s" in done.err


def test_a_big_file_that_is_nothing_is_refused_once(inside_own: Inside):
    (inside_own.folder / "big.pdf").write_bytes(b"%PDF-1.7" + b" " * 1_100_000)
    done = inside_own("import", "big.pdf")
    assert done.status == 1
    assert "big.pdf: cannot be imported: it is a PDF document" in done.err
