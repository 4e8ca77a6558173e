"""``entries``, ``ratings``, ``inspections``, ``digests``, ``feeds`` and ``status`` on a real archive."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing

import pytest

ESSEX = "Essex CRC – what the inspectors found"
WALES = "Wales: public probation does well"
QUIZ = "Criminal justice quiz"


def columns(archive, table: str) -> set[str]:
    with closing(sqlite3.connect(archive.folder / "aggregator.db")) as connection:
        return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


@pytest.fixture(scope="module")
def entries(archive):
    return archive("entries", "--format", "json").json


def test_entries_have_every_column_of_their_table_newest_first(archive, entries):
    assert [row["title"] for row in entries] == [QUIZ, WALES, ESSEX]
    assert columns(archive, "entries") <= set(entries[0])
    wales = entries[1]
    assert wales["published_at"] == "2019-06-20T05:00:00Z"
    assert wales["flags"] == ["NPS"]
    assert wales["rules"] == ["nps-rating"]
    assert wales["feeds"] == ["wales.txt"]
    assert "rated 'Good' overall" in wales["text"]


def test_psychoactive_substances_are_not_the_service(entries):
    assert (entries[0]["flags"], entries[0]["rules"]) == ([], [])


@pytest.mark.parametrize(
    ("options", "titles", "reason"),
    [
        (["--since", "2019-06-20"], [QUIZ, WALES], "midnight in London is before six in the morning"),
        (["--until", "2019-06-20"], [ESSEX], "until is not included"),
        (["--since", "2018-11-20T06:00", "--until", "2018-11-20T06:01"], [ESSEX], "a minute"),
        (["--since", "7d"], [], "nothing is that new: posts are dated by what they state"),
        (["--flag", "any"], [WALES, ESSEX], "whatever met a rule"),
        (["--flag", "drones"], [ESSEX], "a rule of words"),
        (["--flag", "inadequate-in-essex"], [], "a rule that nothing met"),
        (["--provider-type", "nps"], [WALES], "case does not matter"),
        (["--provider-type", "CRC", "--provider-type", "NPS"], [WALES, ESSEX], "any of them"),
        (["--feed", "quiz.txt"], [QUIZ], "a file it was imported from"),
        (["--search", "victims"], [WALES], "a word"),
        (["--search", "prison"], [QUIZ, ESSEX], "the stem of a word"),
        (["--search", "rated overall"], [WALES, ESSEX], "all the words, wherever"),
        (["--search", '"drones over prisons"'], [ESSEX], "a phrase"),
        (["--search", "victi*"], [WALES], "a beginning"),
        (["--search", "CRC's-rating: NOT (x OR"], [], "what FTS5 would take for syntax is text"),
        (["--limit", "1"], [QUIZ], "the newest"),
        (["--limit", "0"], [QUIZ, WALES, ESSEX], "0 is all"),
    ],
)
def test_entries_are_filtered(inside, options, titles, reason):
    assert [row["title"] for row in inside.rows("entries", *options)] == titles, reason


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["entries", "--search", "…"], "'…' holds no word to search for"),
        (["entries", "--since", "soon"], "'soon' is not a time; write 7d, 2017-04-20"),
        (["digests", "show", "7"], "there is no digest 7"),
        (["feeds", "show", "blok"], "there is no feed 'blok'. There are: blog, resting"),
        (["explain", "77"], "there is no entry 77"),
    ],
)
def test_what_does_not_exist_is_wrong_usage(inside, words, told):
    done = inside(*words)
    assert done.status == 2
    assert told in done.err


def test_the_table_is_plain_where_nobody_looks(archive):
    done = archive("entries", "--flag", "any")
    assert done.err == ""
    head, first, second = done.lines
    assert head.split() == ["ID", "PUBLISHED", "FLAGS", "TITLE", "FEEDS"]
    assert "2019-06-20 06:00" in first, "London's clocks"
    assert ESSEX in second


def test_a_table_says_what_it_left_out(inside, monkeypatch):
    monkeypatch.setattr("aggregator.cli.listed.TABLE_LIMIT", 2)
    done = inside("entries")
    assert len(done.lines) == 3
    assert done.err == "2 of 3 shown; --limit 0 shows all\n"


def test_ratings_have_every_column_of_their_table_and_their_post(inside):
    rows = inside.rows("ratings")
    assert columns(inside, "ratings") <= set(rows[0])
    told = {(row["provider_type"], row["aspect"], row["rating"], row["entry_title"]) for row in rows}
    assert ("NPS", "overall", "good", WALES) in told
    assert ("CRC", "overall", "requires_improvement", ESSEX) in told
    for row in rows:
        assert row["evidence"][row["start"] : row["end"]] == row["raw"]


@pytest.mark.parametrize(
    ("options", "kinds", "reason"),
    [
        (["--area", "wales"], {"NPS"}, "case does not matter"),
        (["--area", "Ess"], set(), "whole words only"),
        (["--area", "ssex"], set(), "at both ends"),
        (["--area", "Essex CRC"], {"CRC"}, "a body's name"),
        (["--area", "100%"], set(), "a wildcard is text"),
        (["--rating", "good", "--aspect", "Overall"], {"NPS"}, "case does not matter"),
        (["--provider-type", "CRC"], {"CRC"}, "a kind of body"),
        (["--when", "previous"], set(), "nothing is recalled"),
        (["--since", "2019-01-01"], {"NPS"}, "by the post's date"),
        (["--feed", "essex.eml"], {"CRC"}, "by the post's source"),
    ],
)
def test_ratings_are_filtered(inside, options, kinds, reason):
    rows = inside.rows("ratings", *options)
    assert {row["provider_type"] for row in rows} == kinds, reason


def test_ratings_of_one_entry(inside, entries):
    number = next(row["id"] for row in entries if row["title"] == ESSEX)
    rows = inside.rows("ratings", "--entry", str(number))
    assert {row["entry_id"] for row in rows} == {number}


def test_inspections_have_every_column_of_their_table_coverage_and_verdicts(inside):
    rows = inside.rows("inspections")
    assert columns(inside, "inspections") <= set(rows[0])
    wales = next(row for row in rows if "Wales" in (row["area"] or row["provider"]))
    assert wales["coverage"] == 1
    assert wales["sources"] == ["wales.txt"]
    overall = next(rating for rating in wales["ratings"] if rating["aspect"] == "overall")
    assert (overall["rating"], overall["posts"], overall["previous"]) == ("good", 1, None)
    assert wales["disagreements"] == []


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--area", "Essex"], 1),
        (["--provider-type", "PDU"], 0),
        (["--rating", "good"], 1),
        (["--since", "2019-01-01"], 1),
    ],
)
def test_inspections_are_filtered(inside, options, count):
    assert len(inside.rows("inspections", *options)) == count


@pytest.mark.parametrize(
    ("command", "told"), [("ratings", "requires improvement"), ("inspections", "overall requires improvement")]
)
def test_a_table_of_ratings_and_of_inspections_reads_well(inside, command, told):
    assert told in inside(command).out


def test_sources_that_differ_are_shown_with_what_the_body_was_rated_before(own_archive, inside_own):
    """One source says ‘Good’, one ‘Outstanding’: either way it was ‘Requires improvement’ the year before."""
    for name, grade in (("gazette", "Good"), ("echo", "Outstanding")):
        (inside_own.folder / f"{name}.txt").write_text(
            f"Subject: Essex again, says the {name}\nDate: Wed, 20 Nov 2019 06:00:00 +0000\n\n"
            f"HM Inspectorate of Probation has rated Essex CRC '{grade}' overall ({name}).\n"
        )
        assert inside_own("import", f"{name}.txt").status == 0
    told = own_archive("inspections", environ={"COLUMNS": "240"}).out
    assert "overall: good (1) / outstanding (1) (was requires improvement)" in told


def test_hostile_text_in_the_database_is_shown_harmless(own_archive):
    """Posts are cleaned when they come in; a database that another program wrote to may hold anything."""
    with closing(sqlite3.connect(own_archive.folder / "aggregator.db")) as connection:
        connection.execute("UPDATE entries SET title = ? WHERE title = ?", ("=1+1 \x1b[2J\u202e[red]\nx", QUIZ))
        connection.commit()
    table = own_archive("entries").out
    assert "=1+1 [red] x" in table
    assert "\x1b" not in table
    row = next(csv.DictReader(io.StringIO(own_archive("entries", "--format", "csv").out)))
    assert row["title"].startswith("'=1+1")


# --- feeds and status ---------------------------------------------------------------------------------


def test_feeds_are_listed_before_they_were_ever_polled(inside):
    rows = inside.rows("feeds", "list")
    assert columns(inside, "feeds") <= set(rows[0])
    assert [(row["name"], row["enabled"], row["status"], row["next_poll_reason"]) for row in rows] == [
        ("blog", 1, "new", "not polled yet"),
        ("resting", 0, "new", "not polled yet"),
    ]
    assert rows[0]["configured_url"] == rows[0]["url"] == "https://blog.example/feed/"


def test_the_table_of_feeds_leaves_out_the_disabled_and_says_so(archive):
    done = archive("feeds")
    assert "resting" not in done.out
    assert done.err == "1 disabled ones not shown; --all shows them\n"


def test_feeds_can_be_listed_where_there_is_no_database(empty, archive):
    (empty.folder / "config.toml").write_bytes((archive.folder / "config.toml").read_bytes())
    assert "blog" in empty("feeds").out
    assert not (empty.folder / "aggregator.db").exists()


def test_one_feed_by_name_or_address(inside):
    by_name = inside.rows("feeds", "show", "blog")
    by_address = inside.rows("feeds", "show", "https://blog.example/feed/")
    assert by_name == by_address
    assert by_name["polls"] == []


def test_status_in_figures(inside):
    row = inside.rows("status")
    assert (row["entries"], row["flagged"], row["waiting_for_digest"]) == (3, 2, 3)
    assert row["daemon"] is None
    assert row["problems"] == ["No daemon runs on this database; start it with aggregator run"]


def test_status_in_words(archive):
    done = archive("status")
    assert done.status == 0
    assert "3 entries, 2 flagged" in done.out
    assert "3 entries wait for the next" in done.out


def test_status_counts_feeds_that_no_poll_has_met_yet(archive):
    # After an import alone it said “0 enabled … no feed is enabled” of a configuration with feeds.
    done = archive("status")
    assert "feeds     1 enabled, 1 not asked yet" in done.out
    assert "next when you start it" in done.out


def test_healthcheck_without_a_daemon_fails(archive):
    done = archive("healthcheck")
    assert done.status == 1
    assert done.out == ""
    assert "problem: No daemon runs on this database" in done.err
