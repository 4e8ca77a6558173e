"""``aggregator explain``: why a post is flagged, or not."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.cli.explaining import why_not
from aggregator.flags import Rule
from aggregator.model import Field, ProviderType, Rating, RatingValue, When
from aggregator.parsing import entry_from_text

SEED = Path(__file__).resolve().parents[2].parent / "shared" / "seed" / "newsletter-2017-04-20.txt"

ESSEX = (
    "Inspectors rated probation in Essex: Essex Community Rehabilitation Company (CRC) was rated 'Inadequate' overall."
)

RATING_KEYS = {
    "provider_type",
    "provider",
    "area",
    "aspect",
    "rating",
    "raw",
    "when",
    "evidence",
    "start",
    "end",
    "confidence",
    "field",
    "position",
    "reason",
}


def test_a_file_is_explained_as_json_where_nobody_looks(archive):
    done = archive("explain", "letters/wales.txt")
    assert done.status == 0
    row = done.json
    assert row["id"] is None
    assert row["title"] == "Wales: public probation does well"
    assert row["flags"] == ["NPS"]
    assert row["rules"] == ["nps-rating"]
    overall = next(rating for rating in row["ratings"] if rating["aspect"] == "overall")
    assert set(overall) == RATING_KEYS
    assert (overall["provider_type"], overall["rating"], overall["when"]) == ("NPS", "good", "current")
    assert overall["evidence"][overall["start"] : overall["end"]] == overall["raw"]
    assert row["not_met"]["crc-rating"] == "none of its ratings is of a CRC"


def test_a_stored_entry_is_explained_by_number_and_by_standard_input_alike(archive, inside):
    number = next(row["id"] for row in inside.rows("entries") if row["feeds"] == ["wales.txt"])
    stored = inside("explain", str(number)).json
    letter = (archive.folder / "letters" / "wales.txt").read_bytes()
    read = archive("explain", "-", stdin=letter).json
    assert stored["id"] == number
    assert stored["ratings"] == read["ratings"], "stored HTML is read as the letter was"
    assert stored["notes"] == []


def test_a_person_gets_sentences_with_the_words_marked(inside):
    text = inside("explain", "letters/essex.eml", "--format", "text").out
    assert text.startswith("Essex CRC – what the inspectors found\n2018-11-20 06:00 GMT\n")
    assert "flagged crc-rating: " in text
    assert "flagged drones: “drones” in the text" in text
    assert "«Requires improvement»" in text
    assert "not nps-rating: none of its ratings is of the NPS" in text


def test_a_post_that_is_not_flagged_says_why_not(inside):
    text = inside("explain", "letters/quiz.txt", "--format", "text").out
    assert "\nnot flagged\n" in text
    assert "not crc-rating: it states no rating" in text
    assert "not drones: “drones” does not stand in it" in text
    assert "Ratings it states: none" in text


def test_what_was_stored_under_other_rules_is_noted(inside_own):
    with closing(sqlite3.connect(inside_own.folder / "aggregator.db")) as connection:
        connection.execute("DELETE FROM flags")
        connection.execute("UPDATE entries SET extractor_version = 0")
        connection.commit()
    number = next(row["id"] for row in inside_own.rows("entries") if row["feeds"] == ["wales.txt"])
    first, second = inside_own("explain", str(number)).json["notes"]
    assert "version 0 of the extraction" in first
    assert "met no rule" in second


def test_the_shipped_rules_stand_in_where_there_is_no_configuration(empty):
    post = {"id": "a", "title": "x", "text": ESSEX}
    done = empty("explain", "--jsonl", "-", stdin=json.dumps(post).encode())
    assert done.status == 0, done.err
    assert done.json["rules"] == ["crc-rating"]


def test_the_saved_newsletter_of_the_task_is_explained(empty):
    if not SEED.exists():
        pytest.skip("the newsletter it is about is not on this machine")
    row = empty("explain", SEED).json
    assert row["flags"] == ["CRC", "NPS"]
    stated = {(rating["provider_type"], rating["aspect"], rating["rating"]) for rating in row["ratings"]}
    assert {("CRC", "overall", "negative"), ("NPS", "overall", "positive")} <= stated


# --- many posts ---------------------------------------------------------------------------------------


def test_many_posts_a_line_each_in_their_order(empty):
    posts = [
        {"id": "g1", "title": "Essex", "text": ESSEX, "published": "2018-11-20"},
        {"id": 7, "title": "Substances", "html": "<p>NPS were found in good supply.</p>"},
        {"title": None, "text": "Nothing of note."},
        {"id": {"deep": [1]}, "title": "The Wales division of the NPS was rated 'Good'", "date": "2019-06-20"},
    ]
    (empty.folder / "posts.jsonl").write_text("\n\n".join(json.dumps(post) for post in posts))
    done = empty("explain", "--jsonl", "posts.jsonl")
    assert done.status == 0, done.err
    rows = [json.loads(line) for line in done.lines]
    assert [row["id"] for row in rows] == ["g1", 7, 5, {"deep": [1]}], "a post without an id is called by its line"
    assert [row["flags"] for row in rows] == [["CRC"], [], [], ["NPS"]]
    assert set(rows[0]) == {"id", "title", "flags", "rules", "ratings"}
    assert set(rows[0]["ratings"][0]) == RATING_KEYS


def test_of_a_very_long_post_it_says_how_much_was_read(empty):
    """An empty result of five megabytes looked like a verdict on all of them."""
    long = "Probation in Essex goes on. " * 20_000
    (empty.folder / "long.txt").write_text(f"Subject: Probation\n\n{long}Inspectors rated Essex CRC ‘Good’.\n")

    told = empty("explain", "long.txt").json

    assert told["ratings"] == []
    assert told["notes"] == ["only its first 400,000 characters are read for ratings"]


def test_a_body_of_ones_own_is_found_by_its_names(empty):
    """A nickname that no list has: without ``[[bodies]]`` nobody is rated, with it the service is."""
    post = {"title": "Inspection", "text": "HM Inspectorate of Probation rated WVCF ‘Good’.", "published": "2023-05-04"}
    (empty.folder / "posts.jsonl").write_text(json.dumps(post))
    assert empty("explain", "--jsonl", "posts.jsonl").json["flags"] == []

    own = '[[bodies]]\nprovider_type = "YJS"\nname = "Wye Valley Service"\narea = "Herefordshire"\naliases = ["WVCF"]\n'
    (empty.folder / "config.toml").write_text(own)
    row = empty("explain", "--jsonl", "posts.jsonl").json

    assert row["flags"] == ["YJS"]
    assert [(r["provider"], r["area"], r["rating"]) for r in row["ratings"]] == [
        ("Wye Valley Service", "Herefordshire", "good")
    ]


def test_a_line_that_is_no_post_is_told_and_passed_over(empty):
    lines = [
        '{"id": 1, "title": "a"}',
        "nonsense",
        "[1]",
        '{"id": 2, "text": 5}',
        "[" * 5000,
        '{"id": 3, "title": "b"}',
    ]
    (empty.folder / "posts.jsonl").write_text("\n".join(lines))
    done = empty("explain", "--jsonl", "posts.jsonl")
    assert done.status == 1
    assert [json.loads(line)["id"] for line in done.lines] == [1, 3]
    assert done.err.splitlines() == [
        "aggregator: posts.jsonl: line 2: not JSON",
        "aggregator: posts.jsonl: line 3: not an object with title and text",
        "aggregator: posts.jsonl: line 4: text is not a text",
        "aggregator: posts.jsonl: line 5: not JSON",
    ]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["explain", "nope.txt"], 1, "nope.txt: cannot be read: No such file or directory"),
        (["explain", "."], 1, ".: cannot be read: Is a directory"),
        (["explain", "--jsonl", "nope.jsonl"], 2, "nope.jsonl: cannot be read: No such file or directory"),
        (["explain", "--jsonl", "x", "--format", "text"], 2, "--jsonl gives JSON lines, never text"),
        (["explain", "https://nowhere.example/"], 2, "there is no entry https://nowhere.example/"),
    ],
)
def test_what_cannot_be_read_is_told(inside, words, status, told):
    done = inside(*words)
    assert done.status == status
    assert told in done.err


# --- why not ------------------------------------------------------------------------------------------


def rated(kind: ProviderType, area: str, rating: RatingValue, aspect: str) -> Rating:
    return Rating(
        kind, None, area, aspect, rating, "w", When.CURRENT, "w", Field.TEXT, position=0, start=0, end=1,
        confidence=0.9, reason="r",
    )  # fmt: skip


POST = entry_from_text("Two reports", text="On Essex and Wales.")
RATINGS = (
    rated(ProviderType.CRC, "Essex", RatingValue.INADEQUATE, "leadership"),
    rated(ProviderType.NPS, "Wales", RatingValue.GOOD, "overall"),
)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (Rule("r", provider_types=frozenset({ProviderType.YJS})), "none of its ratings is of a YJS"),
        (
            Rule("r", provider_types=frozenset({ProviderType.PDU, ProviderType.REGION})),
            "none of its ratings is of a PDU or a REGION",
        ),
        (Rule("r", areas=("Kent", "Gwent", "Leeds")), "none of its ratings is of Kent, Gwent or Leeds"),
        (
            Rule("r", ratings=frozenset({RatingValue.REQUIRES_IMPROVEMENT})),
            "none of its ratings is requires improvement",
        ),
        (Rule("r", aspects=("staff",)), "none of its ratings is about staff"),
        (Rule("r", areas=("Essex",), when=frozenset({When.PREVIOUS})), "none of its ratings is previous"),
        (Rule("r", words=("drones",)), "“drones” does not stand in it"),
        (
            Rule("r", areas=("Kent",), words=("drones",)),
            "none of its ratings is of Kent; “drones” does not stand in it",
        ),
        (
            Rule("r", areas=("Essex",), ratings=frozenset({RatingValue.GOOD})),
            "no single rating of it fits everything the rule asks",
        ),
    ],
)
def test_an_unmet_rule_says_which_of_its_keys_nothing_fits(rule, why):
    assert why_not(rule, POST, RATINGS) == why


def test_a_post_without_ratings_says_so():
    rule = Rule("r", provider_types=frozenset({ProviderType.CRC}))
    assert why_not(rule, entry_from_text("Quiz", text="How many?"), ()) == "it states no rating"
