"""Names beyond ASCII on the command line, in locales that know none: nothing crashes, and names are found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.servers.feed_server import FeedServer, rss

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command, Result

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.fixture
def house(empty: Command) -> Command:
    """Two feeds with names that ASCII lacks, in a database whose name it lacks too."""
    empty.environ = {**empty.environ, **ASCII}
    return empty


def poll(house: Command, *words: str) -> Result:
    with FeedServer() as server:
        server["/1"], server["/2"] = rss("Café"), rss("Naïve")
        (house.folder / "config.toml").write_text(
            f'[http]\nallow = ["{server.authority()}"]\n[database]\npath = "gefängnis.db"\n'
            f'[[feeds]]\nname = "Prüfung"\nurl = "{server.url("/1")}"\n'
            f'[[feeds]]\nname = "日本"\nurl = "{server.url("/2")}"\n',
            encoding="utf-8",
        )
        return house("poll", *words)


def test_a_feed_is_found_by_the_name_that_was_typed(house):
    """Python hands over lone surrogates there, which are no name of any feed; and the database's name crashed it."""
    done = poll(house, "Prüfung", "--format", "json")
    assert done.status == 0, done.err
    assert [row["feed"] for row in done.json] == ["Prüfung"]
    assert (house.folder / "gefängnis.db").exists()
    shown = house("feeds", "show", "Prüfung", "--format", "json")
    assert shown.json["name"] == "Prüfung"
    listed = house("entries", "--feed", "Prüfung", "--search", "Café", "--format", "json")
    assert [row["title"] for row in listed.json] == ["Café"]


def test_a_name_that_is_none_is_told_and_what_was_meant(house):
    done = poll(house, "Prufüng")
    assert done.status == 2
    assert "there is no feed 'Prufüng'" in done.err
    assert "Did you mean Prüfung?" in done.err


def test_paths_stay_the_bytes_they_are_and_are_told_as_text(house):
    letter = "Subject: Ünïted\nDate: Thu, 20 Jun 2019 06:00:00 +0100\n\nWords.\n"
    (house.folder / "brïef.txt").write_text(letter, encoding="utf-8")
    poll(house)
    done = house("import", "brïef.txt", "--format", "json", "--output", "größe.json")
    assert done.status == 0, done.err
    written: Path = house.folder / "größe.json"
    assert json.loads(written.read_bytes())[0]["file"] == "brïef.txt"
    found = house("entries", "--feed", "brïef.txt", "--format", "json")
    assert [row["title"] for row in found.json] == ["Ünïted"]
    assert house("explain", "brïef.txt", "--format", "json").status == 0
