"""Posts imported by hand meet the same posts from feeds, in whichever order they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from aggregator.errors import DatabaseReadOnly
from aggregator.polling.importing import import_entries
from aggregator.store import open_store
from tests.polling.desk import FULL, Desk, post, rating

SENT = datetime(2017, 4, 20, 5, 1, tzinfo=UTC)
URL = "https://blog.example/northants/"
OTHER = "Nobody was inspected this week. " + FULL
FOOTED = FULL + " You receive this because you signed up."


def newsletter(**more):
    """A post from a saved newsletter: neither guid nor address, its time to the minute."""
    return post("Inspectors find probation in the county “poor”", FOOTED, published=SENT, **more)


def feed_item(**more):
    return post(
        "Inspectors find probation in the county &amp; elsewhere"
        if more.pop("renamed", False)
        else 'Inspectors find probation in the county "poor"',
        more.pop("text", FULL),
        guid="https://blog.example/?p=99",
        url=URL,
        published=more.pop("published", SENT + timedelta(seconds=42)),
        **more,
    )


def test_an_import_is_news_and_told_as_changes(desk):
    changes = desk.bring(newsletter(ratings=(rating(),), flags=("crc",)))
    assert (changes.feed, changes.outcome, changes.new, changes.flagged) == ("newsletter.txt", "ok", (1,), (1,))
    assert desk.rows("SELECT news, published_at, canonical_url FROM entries") == [
        {"news": 1, "published_at": "2017-04-20T05:01:00Z", "canonical_url": None}
    ]
    assert desk.rows("SELECT feed_id, source FROM sightings") == [{"feed_id": None, "source": "newsletter.txt"}]
    assert desk.rows("SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'signed'") == [{"rowid": 1}]


def test_importing_twice_keeps_one_entry(desk):
    desk.bring(newsletter())
    again = desk.bring(newsletter())
    moved = desk.bring(newsletter(), source="elsewhere/newsletter.txt")
    assert (again.new, again.changed, moved.new, moved.changed) == ((), (), (), ())
    assert (desk.count("entries"), desk.count("sightings"), desk.count("revisions")) == (1, 2, 0)


@pytest.mark.parametrize("order", list(permutations(["import", "feed", "other feed"])))
def test_a_newsletter_and_feeds_with_its_post_meet_in_any_order(desk, order):
    for step in order:
        if step == "import":
            desk.bring(newsletter())
        else:
            desk.poll(feed_item(), name=step.replace(" ", "-"))
    assert desk.rows("SELECT text, canonical_url, published_at FROM entries") == [
        {"text": FOOTED, "canonical_url": URL, "published_at": "2017-04-20T05:01:00Z"}
    ]
    assert desk.count("sightings") == 3
    assert desk.rows("SELECT news FROM entries") == [{"news": 1}]


def test_importing_what_is_history_makes_it_news(tmp_path):
    desk = Desk(tmp_path / "a.db", first_poll="recent")
    desk.poll(feed_item())
    assert desk.rows("SELECT news FROM entries") == [{"news": 0}]
    assert desk.bring(newsletter()).new == ()
    assert desk.rows("SELECT news FROM entries") == [{"news": 1}]
    desk.close()


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (feed_item(published=SENT + timedelta(minutes=1), text=OTHER), "the next minute, other words"),
        (feed_item(published=SENT + timedelta(days=1)), "tomorrow's post of that title"),
        (feed_item(published=SENT + timedelta(days=7)), "next week's post of that title"),
        (feed_item(published=None), "undated: a title alone never decides"),
        (feed_item(renamed=True), "another title, another text"),
    ],
)
def test_a_newsletter_is_not_any_post_like_it(desk, item, why):
    desk.bring(newsletter())
    desk.poll(item)
    assert desk.count("entries") == 2, why


def test_a_newsletter_is_known_by_its_minute_where_the_feed_has_a_summary(desk):
    desk.bring(newsletter())
    desk.poll(feed_item(text="The inspectorate has been to the county."))
    assert desk.count("entries") == 1


@pytest.mark.parametrize("order", [1, -1])
def test_a_newsletter_whose_clock_differs_is_known_by_its_opening_words(desk, order):
    for step in (lambda: desk.bring(newsletter()), lambda: desk.poll(feed_item(published=SENT - timedelta(hours=5))))[
        ::order
    ]:
        step()
    assert desk.count("entries") == 1


def test_two_newsletters_with_a_date_only_are_two_posts(desk):
    """Midnight is said of every post of a day."""
    midnight = datetime(2017, 4, 19, 23, 0, tzinfo=UTC)  # of the 20th, in British summer time
    desk.bring(post("Weekly quiz", FULL, published=midnight), source="a.eml")
    desk.bring(post("Weekly quiz", OTHER, published=midnight), source="b.eml")
    assert desk.count("entries") == 2


def test_an_imported_feed_file_and_the_feed_meet_by_address(desk):
    desk.bring(post(guid="7", url=URL), post("B", FOOTED, guid="8", url=URL + "b"), source="saved.xml")
    desk.poll(post(guid="7", url=URL), post("C", FULL + " C.", guid="9", url=URL + "c"))
    assert desk.titles() == ["Probation in the county", "B", "C"]


def test_a_guid_means_nothing_in_another_file(desk):
    desk.bring(post("A", FULL, guid="7", url=URL + "a"), source="a.xml")
    desk.bring(post("B", FOOTED, guid="7", url=URL + "b"), source="b.xml")
    assert desk.count("entries") == 2


def test_a_file_that_was_edited_and_imported_again_is_a_revision(desk):
    desk.bring(newsletter())
    changes = desk.bring(post("Inspectors find probation in the county “poor”", FOOTED + " Corrected.", published=SENT))
    assert changes.changed == (1,)
    assert desk.count("entries") == 1


def test_a_post_that_cannot_be_stored_is_told(desk, caplog):
    changes = desk.bring(newsletter(), post("\ud800", guid="x"))
    assert len(changes.new) == 1
    assert "1 of 2 posts could not be stored" in (changes.warning or "")


def test_importing_into_a_database_opened_for_reading_is_refused(desk):
    with open_store(desk.store.path, read_only=True) as reader, pytest.raises(DatabaseReadOnly):
        import_entries(reader, [newsletter()], source="x", now=desk.now, settings=desk.settings)


def test_the_inspectorates_page_is_kept_with_its_report(desk):
    """Reports came without a link, although the inspectorate's own feed gives one for each."""
    own = "https://www.justiceinspectorates.gov.uk/hmiprobation/inspections/northants/"
    desk.poll(post("Northants", FULL, guid="n1", url=own, published=SENT, ratings=(rating(),)), name="hmip")
    assert desk.rows("SELECT official_url FROM inspections") == [{"official_url": own}]

    again = "https://www.justiceinspectorates.gov.uk/hmiprobation/inspections/another/"
    desk.poll(
        post("Northants again", FULL + " More.", guid="n2", url=again, published=SENT, ratings=(rating(),)), name="blog"
    )
    assert desk.rows("SELECT official_url FROM inspections") == [{"official_url": own}], "the first stays"
