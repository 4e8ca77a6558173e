"""The queries behind the listings, on tables made for them: dates, previous ratings, disagreement, cost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.store import open_store
from aggregator.store.coverage import inspections
from aggregator.store.listing import DATED, Filter, entries, fts_query, overview

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.store import Store

NOW = datetime(2020, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "a.db")) as opened:
        yield opened


class Archive:
    """Rows as few words as a test needs."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.numbers = count(1)

    def entry(self, published: str | None, *, seen: str = "2020-05-01T00:00:00Z", title: str = "x") -> int:
        number = next(self.numbers)
        self._insert("entries", id=number, title=title, published_at=published, first_seen_at=seen, news=1,
                     content_hash="h", extractor_version=1, html="", text="")  # fmt: skip
        self._insert("sightings", entry_id=number, source=f"{number}.txt", title=title, content_hash="h",
                     first_seen_at=seen, last_seen_at=seen)  # fmt: skip
        return number

    def report(self, published: str, *, kind: str = "CRC", area: str = "Kent") -> int:
        number = next(self.numbers)
        self._insert("inspections", id=number, provider_type=kind, provider=f"{area} {kind}", area=area, regime="r",
                     published_at=published, first_seen_at=published)  # fmt: skip
        return number

    def rating(self, entry: int, report: int | None, rating: str, *, aspect: str = "overall", kind: str = "CRC",
               area: str = "Kent", when: str = "current", provider: str = "") -> None:  # fmt: skip
        provider = provider or f"{area} {kind}"
        self._insert("ratings", entry_id=entry, inspection_id=report, provider_type=kind, provider=provider,
                     area=area, aspect=aspect, rating=rating, raw="w", when=when, evidence="w", field="text",
                     position=0, start=0, end=1, confidence=0.9, reason="r", extractor_version=1)  # fmt: skip

    def _insert(self, table: str, **values: Any) -> None:
        names = ", ".join(f'"{name}"' for name in values)
        with self.store.write() as connection:
            connection.execute(
                f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", [*values.values()]
            )


@pytest.fixture
def rows(store) -> Archive:
    return Archive(store)


# --- when a post is from ------------------------------------------------------------------------------


def test_a_post_from_the_future_does_not_stand_on_top_for_years(store, rows):
    """A feed dated its posts with next year's dates; every listing began with them until then."""
    future = rows.entry("2031-01-01T00:00:00Z", seen="2020-05-01T00:00:00Z")
    later = rows.entry("2020-05-02T00:00:00Z", seen="2020-05-02T00:00:00Z")
    undated = rows.entry(None, seen="2020-04-01T00:00:00Z")
    assert [row["id"] for row in entries(store, Filter())] == [later, future, undated]
    assert [row["id"] for row in entries(store, Filter(since=NOW))] == []


def test_listing_costs_the_same_however_much_is_stored(store, rows):
    """Without its index, sixty thousand posts were sorted for each page of fifty."""
    plan = store.connection.execute(
        f"EXPLAIN QUERY PLAN SELECT * FROM entries ORDER BY {DATED} DESC, entries.id DESC LIMIT 50"
    ).fetchall()
    told = " ".join(row[3] for row in plan)
    assert "entries_by_date" in told
    assert "TEMP B-TREE" not in told


# --- inspections --------------------------------------------------------------------------------------


def test_sources_that_agree_count_once_each_and_those_that_differ_are_named(store, rows):
    report = rows.report("2019-05-01T00:00:00Z")
    first, second, third = (rows.entry("2019-05-01T00:00:00Z") for _ in range(3))
    for entry in (first, first, second, third):  # the first says it twice
        rows.rating(entry, report, "inadequate")
    rows.rating(first, report, "good", aspect="leadership")
    rows.rating(second, report, "good", aspect="leadership")
    rows.rating(third, report, "outstanding", aspect="leadership")
    (row,) = inspections(store, Filter())
    assert row["coverage"] == 3
    assert row["sources"] == [f"{entry}.txt" for entry in (first, second, third)]
    (agreed,) = row["ratings"]
    assert (agreed["aspect"], agreed["rating"], agreed["posts"]) == ("overall", "inadequate", 3)
    (disputed,) = row["disagreements"]
    assert disputed["aspect"] == "leadership"
    assert disputed["ratings"] == [
        {"rating": "good", "posts": 2, "entries": [first, second]},
        {"rating": "outstanding", "posts": 1, "entries": [third]},
    ]


def test_the_previous_rating_is_that_of_the_last_report_before(store, rows):
    for year, rating in (("2017", "negative"), ("2018", "requires_improvement"), ("2020", "outstanding")):
        rows.rating(rows.entry(f"{year}-05-01T00:00:00Z"), rows.report(f"{year}-05-01T00:00:00Z"), rating)
    other = rows.report("2018-12-01T00:00:00Z", area="Gwent")
    rows.rating(rows.entry("2018-12-01T00:00:00Z"), other, "good", area="Gwent")
    report = rows.report("2019-05-01T00:00:00Z")
    entry = rows.entry("2019-05-01T00:00:00Z")
    rows.rating(entry, report, "good")
    rows.rating(entry, report, "inadequate", when="previous")
    row = next(row for row in inspections(store, Filter()) if row["id"] == report)
    (rating,) = row["ratings"]
    assert rating["rating"] == "good"
    assert rating["previous"]["rating"] == "requires_improvement"
    assert rating["previous"]["published_at"] == "2018-05-01T00:00:00Z"


def test_a_company_has_its_previous_rating_however_a_post_names_its_area(store, rows):
    before, report = (
        rows.report("2018-12-01T00:00:00Z", area="Essex"),
        rows.report("2020-02-01T00:00:00Z", area="Essex"),
    )
    rows.rating(rows.entry("2018-12-01T00:00:00Z"), before, "good", area="Essex")
    rows.rating(rows.entry("2020-02-01T00:00:00Z"), report, "inadequate", area="Chelmsford", provider="Essex CRC")
    row = next(row for row in inspections(store, Filter()) if row["id"] == report)
    assert row["ratings"][0]["previous"]["inspection_id"] == before


def test_without_an_earlier_report_the_previous_rating_is_what_a_post_recalls(store, rows):
    report, entry = rows.report("2019-05-01T00:00:00Z"), rows.entry("2019-05-01T00:00:00Z")
    rows.rating(entry, report, "good")
    rows.rating(entry, None, "inadequate", when="previous")
    rows.rating(entry, None, "outstanding", when="previous", area="Gwent")
    rows.rating(rows.entry("2018-05-01T00:00:00Z"), None, "good", when="previous")
    (row,) = inspections(store, Filter())
    assert row["ratings"][0]["previous"] == {"rating": "inadequate", "published_at": None, "inspection_id": None}


def test_a_report_on_two_bodies_keeps_them_apart(store, rows):
    report, entry = rows.report("2017-04-20T00:00:00Z", kind="CRC+NPS"), rows.entry("2017-04-20T00:00:00Z")
    rows.rating(entry, report, "negative")
    rows.rating(entry, report, "positive", kind="NPS")
    (row,) = inspections(store, Filter(provider_types=["NPS"]))
    assert {rating["provider_type"]: rating["rating"] for rating in row["ratings"]} == {
        "CRC": "negative",
        "NPS": "positive",
    }
    assert row["disagreements"] == []


# --- search -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("kent crc", '"kent" "crc"'),
        ('"in kent" poor', '"in kent" "poor"'),
        ('an "open phrase', '"an" "open phrase"'),
        ("inspect*", '"inspect"*'),
        ('say "quo""ted"', '"say" "quo" "ted"'),
        ("a OR b NOT c", '"a" "OR" "b" "NOT" "c"'),
        ("title:x ^y (z) -w", '"title:x" "^y" "(z)" "-w"'),
        ("… – *", None),
        ("", None),
    ],
)
def test_a_search_is_words_not_syntax(text, query):
    assert fts_query(text) == query


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_search_is_ever_malformed(text):
    query = fts_query(text)
    if query is None or "\x00" in query:
        return
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (a, tokenize='porter unicode61 remove_diacritics 2')")
        connection.execute("SELECT * FROM t WHERE t MATCH ?", (query,)).fetchall()


def test_an_empty_database_has_an_overview(store):
    row = overview(store, now=NOW)
    assert (row["entries"], row["feeds"], row["last_digest_at"], row["next_poll_at"]) == (0, 0, None, None)
