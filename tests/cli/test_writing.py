"""The commands that write: ``init``, ``check``, ``import``, ``digest``, ``reflag``, ``poll``, ``run``, ``demo``."""

from __future__ import annotations

import email
import json
import os
import signal
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email import policy
from typing import TYPE_CHECKING

import pytest

from aggregator.config.shipped import shipped_text
from aggregator.demo.server import DemoServer
from aggregator.demo.settings import config_text
from aggregator.polling.reflag import reflag
from aggregator.store import open_store
from tests.cli.conftest import killed_after
from tests.servers.feed_server import FeedServer, answer

if TYPE_CHECKING:
    from collections.abc import Iterator


# --- init and check -----------------------------------------------------------------------------------


def test_init_writes_a_configuration_that_check_finds_no_fault_in(empty):
    done = empty("init")
    assert (done.status, done.err) == (0, "")
    path = empty.folder / "config.toml"
    assert path.read_text() == shipped_text()
    checked = empty("check")
    assert checked.status == 0
    assert checked.lines[0] == "config.toml: no faults"
    assert "crc-rating, nps-rating" in checked.out
    assert "advice: http.contact is empty" in checked.err


def test_init_leaves_what_is_there(empty):
    path = empty.folder / "mine.toml"
    path.write_text("# mine\n")
    done = empty("init", "--config", path)
    assert done.status == 2
    assert "stands there already and was left as it is" in done.err
    assert path.read_text() == "# mine\n"


def test_check_tells_every_fault_with_its_line(empty):
    (empty.folder / "config.toml").write_text('[polling]\nintervall = "30m"\n[http]\nper_host = 0\n')
    done = empty("check")
    assert done.status == 2
    assert done.err.splitlines() == [
        "aggregator: config.toml: 2 faults in the configuration",
        "  line 2: polling.intervall: there is no such key; did you mean interval?",
        "  line 4: http.per_host: must be at least 1",
    ]


def test_check_advises_on_a_standard_that_no_rating_is_of(empty):
    """A rule for "victim work", which is called otherwise here, was met by nothing, and nothing said so."""
    rule = '[[flags]]\nname = "v"\naspects = ["victim work", "publik protection", "Staff", "overall", "catering"]\n'
    (empty.folder / "config.toml").write_text(rule)

    advice = [line for line in empty("check").err.splitlines() if "flags[v]" in line]

    assert [line.partition("no rating is ever of ")[2][:40].partition("?")[0] for line in advice[:2]] == [
        "“victim work”; did you mean “statutory v",
        "“publik protection”; did you mean “publi",
    ]
    assert len(advice) == 3
    assert "“catering”; known are overall, leadership, staff, " in advice[2]


# --- import -------------------------------------------------------------------------------------------


def test_importing_again_keeps_one_entry_each(inside_own):
    rows = inside_own.rows("import", "letters")
    assert [(row["file"], row["status"], row["posts"], row["new"]) for row in rows] == [
        ("letters/essex.eml", "imported", 1, 0),
        ("letters/quiz.txt", "imported", 1, 0),
        ("letters/wales.txt", "imported", 1, 0),
    ]
    assert len(inside_own.rows("entries")) == 3


def test_a_file_that_is_no_post_spoils_nothing(empty):
    (empty.folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (empty.folder / "fine.txt").write_text("A title\n\nNorfolk and Suffolk: a text about probation.\n")
    (empty.folder / "empty.eml").touch()
    done = empty("--database", "new.db", "import", "picture.txt", "fine.txt", "empty.eml", "--format", "json")
    assert done.status == 1
    assert [(row["status"], row["new"]) for row in done.json] == [("refused", 0), ("imported", 1), ("refused", 0)]
    assert "picture.txt: cannot be imported: it is a picture" in done.err
    assert "empty.eml: cannot be imported: it is empty" in done.err
    assert len(empty("--database", "new.db", "entries", "--format", "json").json) == 1


def test_standard_input_can_be_imported(empty):
    done = empty("--database", "new.db", "import", "-", "--format", "json", stdin=b"A title\n\nA text on prisons.\n")
    assert (done.status, done.json[0]["new"]) == (0, 1)


def test_of_a_folder_only_files_are_imported(empty):
    """A named pipe that lay among three thousand feed files held the import for ever: nobody wrote to it."""
    (empty.folder / "saved" / "folder.xml").mkdir(parents=True)
    os.mkfifo(empty.folder / "saved" / "pipe.xml")
    for place in ("fine.txt", "folder.xml/deep.txt"):
        (empty.folder / "saved" / place).write_text(f"Title of {place}\n\nA text on prisons: {place}.\n")
    done = empty("--database", "new.db", "import", "saved", "--format", "json")
    assert (done.status, [(row["file"], row["new"]) for row in done.json]) == (
        0,
        [("saved/fine.txt", 1), ("saved/folder.xml/deep.txt", 1)],
    )


def test_a_file_whose_name_is_no_utf_8_is_imported(empty):
    """One "Prüfung.txt" from an old archive ended the import of its folder with a traceback."""
    name = os.fsdecode("Prüfung.txt".encode("latin-1"))
    try:
        (empty.folder / name).write_text("A title\n\nA text on prisons.\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    for new in (1, 0):
        done = empty("--database", "new.db", "import", ".", "--format", "json")
        assert (done.status, [row["new"] for row in done.json]) == (0, [new])
    with closing(sqlite3.connect(empty.folder / "new.db")) as database:
        assert database.execute("SELECT source FROM sightings").fetchall() == [("Prüfung.txt",)]


def test_a_feed_file_that_breaks_off_is_imported_as_far_as_it_goes_and_told(empty):
    """A saved feed was taken in without a word about what was wrong with it."""
    items = "".join(f"<item><title>Post {n}</title><description>Text {n}</description></item>" for n in range(3))
    (empty.folder / "cut.xml").write_text(f"<rss version='2.0'><channel><title>T</title>{items}"[:-20])
    done = empty("--database", "new.db", "import", "cut.xml", "--format", "json")
    (row,) = done.json
    assert (done.status, row["new"], row["error"]) == (0, 2, None)
    assert "breaks off" in row["warning"]


def test_the_home_page_of_an_imported_feed_is_no_posts_address(empty):
    feed = "<rss version='2.0'><channel><link>https://blog.example/notes</link>{}</channel></rss>"
    item = "<item><title>{0}</title><link>https://blog.example/notes</link><description>{0}</description></item>"
    for name in ("Kent", "Gwent"):
        (empty.folder / "feed.xml").write_text(feed.format(item.format(name)))
        assert empty("--database", "new.db", "import", "feed.xml").status == 0
    assert len(empty("--database", "new.db", "entries", "--format", "json").json) == 2


# --- digest -------------------------------------------------------------------------------------------


def test_a_digest_is_told_once_and_can_be_shown_again(inside_own):
    dry = inside_own("digest", "--dry-run")
    assert "Wales" in dry.out
    assert dry.err == ""
    again = inside_own("digest", "--dry-run")
    assert "Wales" in again.out, "a dry run marks nothing"
    told = inside_own("digest", "--format", "markdown", "--output", "out.md")
    assert told.out == ""
    assert told.err == "recorded as digest 1; `aggregator digests show 1` shows it again\n"
    assert "Wales" in (inside_own.folder / "out.md").read_text()
    assert "Wales" not in inside_own("digest", "--dry-run").out
    shown = inside_own("digests", "show", "1", "--format", "markdown")
    assert shown.out == (inside_own.folder / "out.md").read_text(), "to the byte"
    assert [(row["id"], row["trigger"], row["entries"]) for row in inside_own.rows("digests")] == [(1, "manual", 3)]
    assert inside_own("digests", "show", "last", "--format", "markdown").out == shown.out
    since = inside_own("digest", "--since", "2018-01-01")
    assert "Wales" in since.out, "a window shows what was told too"
    assert since.err == "", "and marks nothing"


def test_an_empty_digest_can_be_skipped(inside_own):
    inside_own("digest")
    path = inside_own.folder / "out.eml"
    done = inside_own("digest", "--skip-empty", "--format", "eml", "--output", path)
    assert (done.status, done.out, done.err) == (0, "", "")
    assert not path.exists()


def test_last_means_since_the_last_digest(inside_own):
    assert len(inside_own.rows("entries", "--since", "last")) == 3, "before the first digest, everything"
    inside_own("digest")
    assert inside_own.rows("entries", "--since", "last") == []


def test_a_digest_as_a_mail_is_a_mail(inside_own):
    inside_own("digest", "--format", "eml", "--dry-run", "--output", "digest.eml")
    message = email.message_from_bytes((inside_own.folder / "digest.eml").read_bytes(), policy=policy.default)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("form", ["html", "json", "text"])
def test_every_form_of_a_digest_is_written(inside_own, form):
    out = inside_own("digest", "--dry-run", "--format", form).out
    assert "Wales" in out
    if form == "json":
        json.loads(out)


# --- reflag -------------------------------------------------------------------------------------------


def test_reflag_applies_todays_rules_to_the_archive(inside_own):
    config = inside_own.folder / "config.toml"
    config.write_text(config.read_text().replace('words = ["drones"]', 'words = ["prisons"]'))
    dry = inside_own.rows("reflag", "--dry-run")
    assert [(row["title"], row["flags_gained"], row["flags_lost"]) for row in dry] == [
        ("Criminal justice quiz", ["drones"], []),
    ]
    assert inside_own.rows("reflag", "--dry-run") == dry, "a dry run changes nothing"
    assert inside_own.rows("reflag") == dry
    assert inside_own.rows("reflag") == []
    assert inside_own.rows("entries", "--search", "quiz")[0]["rules"] == ["drones"]


@contextmanager
def tables(command) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(command.folder / "aggregator.db")) as connection:
        yield connection
        connection.commit()


def test_reflag_takes_back_what_no_longer_holds_and_keeps_when_the_rest_was_flagged(inside_own):
    with tables(inside_own) as database:
        database.execute("UPDATE flags SET flagged_at = '2020-01-01T00:00:00Z'")
    config = inside_own.folder / "config.toml"
    text = config.read_text().replace('provider_types = ["NPS"]', 'provider_types = ["YJS"]')
    config.write_text(text.replace('words = ["drones"]', 'words = ["drones", "kites"]'))
    (row,) = inside_own.rows("reflag")
    assert (row["flags_lost"], row["ratings_lost"]) == (["nps-rating"], [])
    with tables(inside_own) as database:
        flags = dict(database.execute("SELECT rule, flagged_at FROM flags").fetchall())
    # The rule of words has changed, so its flag was written anew; the post met it when it met it.
    assert flags == {"crc-rating": "2020-01-01T00:00:00Z", "drones": "2020-01-01T00:00:00Z"}


def test_reflag_forgets_a_report_that_nothing_speaks_of_any_more(inside_own):
    """An older extraction had read a rating of a body that the post only names."""
    with tables(inside_own) as database:
        database.execute(
            "INSERT INTO inspections (id, provider_type, area, regime, published_at, first_seen_at)"
            " VALUES (99, 'PDU', 'Kent', 'r', '2019-01-01T00:00:00Z', '2019-01-01T00:00:00Z')"
        )
        database.execute("UPDATE ratings SET inspection_id = 99, provider_type = 'PDU' WHERE provider_type = 'NPS'")
    (row,) = inside_own.rows("reflag")
    assert {rating["provider_type"] for rating in row["ratings_lost"]} == {"PDU"}
    assert {row["provider_type"] for row in inside_own.rows("inspections")} == {"CRC", "NPS"}


def test_reflag_leaves_a_post_alone_that_is_edited_meanwhile(own_archive, monkeypatch):
    """The poll that stored the edit has read it; the words that were read here are no longer there."""
    database = own_archive.folder / "aggregator.db"

    def read_while_it_is_edited(_post, _rules, _bodies):
        with tables(own_archive) as other:
            other.execute("UPDATE entries SET content_hash = 'edited'")
        return (), ()

    monkeypatch.setattr("aggregator.polling.reflag._read", read_while_it_is_edited)
    with closing(open_store(database)) as store:
        list(reflag(store, (), now=datetime.now(UTC)))
        assert store.connection.execute("SELECT count(*) FROM ratings").fetchone()[0] > 0


def test_reflag_brings_an_older_reading_up_to_date(inside_own):
    """A better extraction reads what an older one missed; the report it belongs to is found or made."""
    was = inside_own.rows("ratings")
    with tables(inside_own) as database:
        database.execute("DELETE FROM ratings WHERE provider_type = 'NPS'")
        database.execute("DELETE FROM inspections")
        database.execute("DELETE FROM flags")
        database.execute("UPDATE entries SET extractor_version = 0")
    gained = {row["title"]: row["ratings_gained"] for row in inside_own.rows("reflag")}
    assert {rating["provider_type"] for rating in gained["Wales: public probation does well"]} == {"NPS"}
    assert gained["Essex CRC – what the inspectors found"] == []
    forget = ("id", "inspection_id")
    assert [{**row, **dict.fromkeys(forget)} for row in inside_own.rows("ratings")] == [
        {**row, **dict.fromkeys(forget)} for row in was
    ]
    assert len(inside_own.rows("inspections")) == 2
    assert inside_own.rows("reflag") == []


# --- poll, run and demo -------------------------------------------------------------------------------


@pytest.fixture
def served() -> Iterator[DemoServer]:
    with DemoServer(started_at=datetime.now(UTC)) as server:
        yield server


def test_a_poll_tells_what_came_of_each_feed_and_when_it_is_next(served, empty):
    (empty.folder / "config.toml").write_text(config_text(served))
    done = empty("poll", "--format", "json")
    assert done.status == 1, "one feed of the samples answers 500, one is a page"
    rows = {row["feed"]: row for row in done.json}
    assert rows["notebook"]["status"] == "ok"
    assert rows["notebook"]["new"] == len(rows["notebook"]["new_entries"]) > 0
    assert rows["notebook"]["next_poll_at"] > datetime.now(UTC).isoformat()
    assert rows["notebook"]["next_poll_reason"]
    assert (rows["overworked"]["status"], rows["overworked"]["http_status"]) == ("failed", 500)
    assert "500" in rows["overworked"]["error"]
    assert "warning: overworked: 127.0.0.1 answered 500" in done.err, "where nobody looks, a line of log each"
    table = empty("poll", "--force")
    assert table.lines[0].split() == ["FEED", "STATUS", "NEW", "CHANGED", "FLAGGED", "SIZE", "TIME", "NEXT", "POLL"]
    assert "unchanged 304" in table.out
    nothing = empty("poll")
    assert (nothing.status, nothing.out) == (0, "")
    assert "no feed is due; " in nothing.err
    feed = empty("feeds", "show", "overworked", "--format", "json").json
    assert [poll["outcome"] for poll in feed["polls"]] == ["failed", "failed"]
    assert feed["failures"] == 2


def test_a_feed_that_is_gone_is_asked_never_and_not_in_eight_thousand_years(empty):
    """Its due time is the end of the calendar, which the table and the log told as a time to wait for."""
    with FeedServer() as server:
        server["/"] = answer(status=410)
        (empty.folder / "config.toml").write_text(
            f'[http]\nallow = ["{server.authority()}"]\n[[feeds]]\nname = "old"\nurl = "{server.url("/")}"\n'
        )
        done = empty("poll")
    assert done.status == 1
    parked = "parked: its server says it is gone for good (410); `poll --force` tries it once more"
    assert done.lines[1].endswith(f"never: {parked}")
    assert done.err.rstrip().endswith(f"answered 410 Gone; not asked again: {parked}")
    assert "never" in empty("feeds", "list").lines[1]


def test_a_poll_of_named_feeds_asks_only_these(served, empty):
    (empty.folder / "config.toml").write_text(config_text(served))
    done = empty("poll", "planet", "--format", "json", "--log-format", "json")
    assert [row["feed"] for row in done.json] == ["planet"]
    (event,) = [json.loads(line) for line in done.err.splitlines()]
    assert (event["event"], event["feed"], event["level"]) == ("feed_polled", "planet", "info")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["poll", "blgo"], "there is no feed 'blgo' in config.toml. Did you mean blog?"),
        (["poll", "resting"], "the feed resting is disabled in config.toml"),
    ],
)
def test_a_poll_of_what_is_not_there_is_wrong_usage(inside, words, told):
    done = inside(*words)
    assert done.status == 2
    assert told in done.err


def test_the_daemon_starts_is_healthy_and_stops_when_told(served, empty):
    (empty.folder / "config.toml").write_text(config_text(served))
    process = subprocess.Popen(
        empty.argv("--log-format", "json", "run"),
        cwd=empty.folder,
        env=empty.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    events = []
    with killed_after(process, 30):
        for line in process.stderr:
            events.append(json.loads(line))
            if events[-1]["event"] == "pass_done":
                break
    assert events
    assert events[-1]["event"] == "pass_done", events
    healthy = empty("healthcheck")
    second = empty("run")
    os.kill(process.pid, signal.SIGTERM)
    _, rest = process.communicate(timeout=15)
    assert (healthy.status, healthy.out) == (0, "healthy\n")
    assert second.status == 1, "two daemons on one database"
    assert "Traceback" not in second.err
    assert process.returncode == 0
    assert [json.loads(line)["event"] for line in rest.splitlines()][-1] == "stopped"
    assert {event["feed"] for event in events if event["event"] == "feed_polled"} >= {"notebook", "overworked"}


def test_the_demo_runs_without_a_configuration_and_leaves_nothing(empty):
    done = empty("demo")
    assert done.status == 0, done.err
    assert "the digest" in done.out
    assert list(empty.folder.iterdir()) == []
