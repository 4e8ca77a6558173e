"""Which post an item is, whose text it has, and whether it is news: scenes played through a real database."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.polling.matching import same_post
from aggregator.polling.plan import NewsPolicy
from tests.polling.desk import FULL, NOON, Desk, post

if TYPE_CHECKING:
    from aggregator.model import AssessedEntry
    from aggregator.polling.outcome import Changes

DAY = timedelta(days=1)
OTHER = FULL.replace("thirty", "forty").replace("county", "city")
THIRD = FULL.replace("thirty", "fifty").replace("county", "valley")
SUMMARY = FULL[:120] + " […]"
A = "https://blog.example/kent-inspection/"
B = "https://blog.example/gwent-inspection/"
T1, T2, T3 = NOON - 3 * DAY, NOON - 2 * DAY, NOON - DAY

Scene = tuple[str, int, list[tuple[str, list["AssessedEntry"]]], str]

# (name, entries expected in the end, polls as (feed, items), why)
ONE_POST: list[Scene] = [
    (
        "the same item again",
        1,
        [("blog", [post(guid="1", url=A)]), ("blog", [post(guid="1", url=A)])],
        "nothing changed",
    ),
    (
        "guid kept, address moved",
        1,
        [("blog", [post(guid="1", url=A)]), ("blog", [post(guid="1", url=B)])],
        "a guid identifies within its feed",
    ),
    (
        "guid kept, rewritten and re-dated at one address",
        1,
        [
            ("blog", [post("League table", guid="1", url=A, published=T1)]),
            ("blog", [post("League table, updated", OTHER, guid="1", url=A, published=T3)]),
        ],
        "a living post",
    ),
    (
        "a release that moved to a host of its own, and was saved again",
        1,
        [
            ("old", [post(guid="http://www.gov.example/?p=7", url="http://www.gov.example/hmi/kent/", published=T1)]),
            ("new", [post(guid="https://hmi.gov.example/?p=9", url="https://hmi.gov.example/news/k", published=T3)]),
        ],
        "the inspectorate's, cross-host copies of which are certain",
    ),
    (
        "an archive with new guids, new addresses and new dates",
        4,
        [
            (
                "blog",
                [
                    post(
                        f"Post {n}",
                        f"{n} {FULL}",
                        guid=f"{site}-{n}",
                        url=f"https://{site}.example/{site}{n}",
                        published=at,
                    )
                    for n in range(4)
                ],
            )
            for site, at in (("one", T1), ("two", T3))
        ],
        "a feed that was moved and saved again says all that it said before",
    ),
    (
        "an undated feed whose addresses have another session in them at each visit",
        4,
        [
            ("blog", [post(f"Post {n}", f"Report {n}.", url=f"https://blog.example/{n}?sid={visit}") for n in range(4)])
            for visit in range(3)
        ],
        "all of it was new at every poll",
    ),
    (
        "an undated feed of notices in the same words, some old and three new",
        7,
        [
            ("jobs", [post(f"Officer, {n}", "Apply now.", url=f"https://jobs.example/{n}") for n in "abcd"]),
            (
                "jobs",
                [
                    *(post(f"Officer, {n}", "Apply now.", url=f"https://jobs.example/new-{n}") for n in "abc"),
                    *(post(f"Officer, {n}", "Apply now.", url=f"https://jobs.example/{n}") for n in "abcd"),
                ],
            ),
        ],
        "its addresses hold, so others are others",
    ),
    (
        "an item twice in one document, its address tracked once",
        1,
        [("blog", [post(guid="1", url=A), post(guid="1", url=A + "?utm_source=x")])],
        "the same guid, address and words",
    ),
    (
        "guid from http to https",
        1,
        [
            ("blog", [post(guid="http://blog.example/?p=7", url="http://blog.example/kent/")]),
            ("blog", [post("New", OTHER, guid="https://blog.example/?p=7", url="https://blog.example/kent/")]),
        ],
        "a guid that is an address counts as one",
    ),
    (
        "guid gains www.",
        1,
        [
            ("blog", [post(guid="https://blog.example/?p=7")]),
            ("blog", [post("New", OTHER, guid="https://www.blog.example/?p=7")]),
        ],
        "the same",
    ),
    (
        "new guid at every build, text edited",
        1,
        [
            ("blog", [post(guid="a1", url=A, published=T1)]),
            ("blog", [post("Another title", OTHER, guid="b2", url=A, published=T1)]),
        ],
        "the address, and the time as its witness",
    ),
    (
        "new guid at every build, undated",
        1,
        [("blog", [post(guid="a1", url=A)]), ("blog", [post(text=OTHER, guid="b2", url=A)])],
        "the address, and the title as its witness",
    ),
    (
        "new guid and tracking parameters at every build",
        1,
        [
            ("blog", [post(guid="a1", url=A + "?utm_source=rss&utm_campaign=1")]),
            ("blog", [post(guid="b2", url="http://www.blog.example/kent-inspection?utm_campaign=2#top")]),
        ],
        "tracking is not part of the address",
    ),
    (
        "new guid at every build, links to the home page only",
        1,
        [
            ("blog", [post(guid="a1", url="https://blog.example/", published=T1)]),
            ("blog", [post(guid="b2", url="https://blog.example/", published=T1)]),
        ],
        "it says the same",
    ),
    (
        "guids given up",
        1,
        [("blog", [post(guid="a1", url=A)]), ("blog", [post("New", OTHER, url=A)])],
        "without a guid the address is the identity",
    ),
    (
        "guids taken up",
        1,
        [("blog", [post(url=A)]), ("blog", [post("New", OTHER, guid="a1", url=A)])],
        "no guid told the post apart before",
    ),
    (
        "no guid, rewritten",
        1,
        [("blog", [post(url=A)]), ("blog", [post("New", OTHER, url=A)])],
        "the address is the identity",
    ),
    (
        "neither guid nor address",
        1,
        [("blog", [post()]), ("blog", [post()])],
        "a hash of what it says",
    ),
    (
        "neither guid nor address, dated by the build",
        1,
        [("blog", [post(published=T1)]), ("blog", [post(published=T2)])],
        "a text of that length is not written twice",
    ),
    (
        "short address as guid beside the readable one, then alone",
        1,
        [
            ("blog", [post(guid="https://blog.example/?p=7", url=A)]),
            ("other", [post(text=SUMMARY, url="http://www.blog.example/?p=7")]),
        ],
        "?p=7 and the readable address meet through the sighting",
    ),
    (
        "short address alone, then as guid beside the readable one",
        1,
        [
            ("other", [post(text=SUMMARY, url="http://www.blog.example/?p=7")]),
            ("blog", [post(guid="https://blog.example/?p=7", url=A)]),
        ],
        "in either order",
    ),
    (
        "three addresses of one release, the bridge last",
        1,
        [
            ("a", [post(text=SUMMARY, guid="https://www.gov.example/?p=9", url="https://www.gov.example/?p=9")]),
            ("b", [post(guid="b-9", url="http://gov.example/press/kent")]),
            ("c", [post(guid="https://gov.example/?p=9", url="https://gov.example/press/kent/")]),
        ],
        "two entries turn out to be one",
    ),
    (
        "a comment's form, a mobile page, another country of Blogger",
        1,
        [
            ("a", [post(guid="x", url="http://b.blogspot.co.uk/2026/03/kent.html?m=0")]),
            ("b", [post(guid="y", url="https://b.blogspot.com/2026/03/kent.html?m=1")]),
            ("c", [post(guid="z", url="https://b.blogspot.com/2026/03/kent.html?replytocom=55#respond")]),
        ],
        "addresses of one page",
    ),
    (
        "two feeds of one site",
        1,
        [("main", [post(guid="7", url=A)]), ("category", [post(guid="7", url=A)])],
        "an entry is one post, however many feeds carry it",
    ),
    (
        "two feeds, other guids, title with the site's name, summary",
        1,
        [
            ("main", [post(guid="7", url=A, published=T1)]),
            ("planet", [post("The Blog: Probation in the county", SUMMARY, guid="x-7", url=A + "?utm_source=planet")]),
        ],
        "the same address, and the title within the other",
    ),
    (
        "two feeds, the title within the other, other words",
        1,
        [
            ("main", [post(guid="7", url=A)]),
            ("planet", [post("The Blog: Probation in the county", OTHER, guid="x-7", url=A)]),
        ],
        "the same address, and a title that is no chance",
    ),
    (
        "two feeds, other title, the same opening",
        1,
        [("main", [post(guid="7", url=A)]), ("planet", [post("Kent", SUMMARY, guid="x-7", url=A)])],
        "the same address, and the same words",
    ),
    (
        "a tag URI in two feeds with other links",
        1,
        [
            ("a", [post(guid="tag:gov.example,2005:/kent", url="https://gov.example/kent")]),
            ("b", [post("K", OTHER, guid="tag:gov.example,2005:/kent", url="https://proxy.example/x/1")]),
        ],
        "unique in the whole world by its definition",
    ),
    (
        "a guid that dates each republication",
        1,
        [
            ("blog", [post(guid=A + "#2026-03-15", url=A, updated=T1)]),
            ("blog", [post(text=OTHER, guid=A + "#2026-03-17", url=A, updated=T3)]),
        ],
        "the address, and the title as its witness",
    ),
    (
        "the feed moved to another host",
        1,
        [
            ("blog", [post(guid="https://old.example/?p=7", url="https://old.example/kent/", published=T1)]),
            (
                "blog",
                [post(text=OTHER, guid="https://new.example/?p=7", url="https://new.example/kent/", published=T1)],
            ),
        ],
        "in one feed, the same title at the same second",
    ),
    (
        "the same release at two hosts in two feeds",
        1,
        [
            ("old", [post(guid="1", url="https://www.old.example/kent", published=T1)]),
            ("new", [post(guid="2", url="https://new.example/news/kent", published=T1)]),
        ],
        "the same words, all of them, at the same second",
    ),
    (
        "item listed twice in one document",
        1,
        [("blog", [post(guid="1", url=A), post(guid="1", url=A)])],
        "a repetition",
    ),
    (
        "item listed twice, dated by the build",
        1,
        [("blog", [post(guid="1", url=A, published=T1), post(guid="1", url=A, published=T2)])] * 2,
        "a repetition",
    ),
    (
        "guid unique, then shared with a newcomer",
        2,
        [
            ("blog", [post(guid="x", url=A)]),
            ("blog", [post(guid="x", url=A), post("Gwent", OTHER, guid="x", url=B)]),
        ],
        "the old one is known by its address, the newcomer is one more",
    ),
    (
        "summary listed first, full text later, same guid",
        1,
        [("blog", [post(text=SUMMARY, guid="1", url=A)]), ("blog", [post(guid="1", url=A)])],
        "an edit",
    ),
    (
        "removed and back again",
        1,
        [("blog", [post(guid="1", url=A)]), ("blog", []), ("blog", [post(guid="1", url=A)])],
        "an entry that left the feed was not deleted",
    ),
]

SEPARATE: list[Scene] = [
    (
        "two posts",
        2,
        [("blog", [post(guid="1", url=A), post("Gwent", OTHER, guid="2", url=B)])],
        "of course",
    ),
    (
        "ten items with one guid",
        10,
        [("blog", [post(f"Post {n}", f"{FULL} {n}", guid="same", url=f"https://blog.example/{n}") for n in range(10)])],
        "a guid that several items have identifies none",
    ),
    (
        "ten items with one guid, twice",
        10,
        [
            (
                "blog",
                [post(f"Post {n}", f"{FULL} {n}", guid="same", url=f"https://blog.example/{n}") for n in range(10)],
            ),
            (
                "blog",
                [post(f"Post {n}", f"{FULL} {n}.", guid="same", url=f"https://blog.example/{n}") for n in range(10)],
            ),
        ],
        "their addresses do",
    ),
    (
        "ten items with one guid and one address",
        10,
        [("blog", [post(f"Post {n}", f"{FULL} {n}", guid="same", url=A) for n in range(10)])] * 2,
        "what they say does",
    ),
    (
        "ten items with one guid, title and date, no address of their own",
        10,
        [
            (
                "blog",
                [post("Update", f"{FULL} {n}", guid="x", url="https://blog.example/", published=T1) for n in range(10)],
            )
        ]
        * 2,
        "what they say does",
    ),
    (
        "items with one address, guids of their own",
        2,
        [("blog", [post("Kent", guid="1", url=A), post("Gwent", OTHER, guid="2", url=A)])] * 2,
        "they merely share a link",
    ),
    (
        "items with one address, one after the other",
        2,
        [
            ("blog", [post("Kent", guid="1", url=A, published=T1)]),
            ("blog", [post("Gwent", OTHER, guid="2", url=A, published=T2)]),
        ],
        "they merely share a link",
    ),
    (
        "items with one address and one title, one after the other",
        3,
        [
            ("blog", [post("Vacancies", FULL, guid="1", url=A, published=T1)]),
            ("blog", [post("Vacancies", OTHER, guid="2", url=A, published=T2)]),
            ("blog", [post("Vacancies", THIRD, guid="3", url=A, published=T3)]),
        ],
        "told apart by guid, date and text",
    ),
    (
        "items without guids at one address, together",
        3,
        [
            ("blog", [post("Kent", url=A), post("Gwent", OTHER, url=A)]),
            ("blog", [post("Gwent", OTHER, url=A), post("Essex", THIRD, url=A)]),
            ("blog", [post("Essex", THIRD, url=A)]),
        ],
        "an address that several items have identifies none, also when one is left over",
    ),
    (
        "items that link to the home page",
        2,
        [
            ("blog", [post("Kent", url="https://blog.example/")]),
            ("blog", [post("Gwent", OTHER, url="https://www.blog.example/index.html")]),
        ],
        "a home page is no post",
    ),
    (
        "a link blog",
        2,
        [
            ("blog", [post("Probation in the county", guid="1", url=A, published=T1)]),
            ("links", [post("Worth reading", "I liked this one by a friend.", guid="l-1", url=A, published=T2)]),
        ],
        "it has the address of what it is about",
    ),
    (
        "a link blog, first",
        2,
        [
            ("links", [post("Worth reading", "I liked this one by a friend.", guid="l-1", url=A, published=T2)]),
            ("blog", [post("Probation in the county", guid=A, url=A, published=T1)]),
        ],
        "in either order",
    ),
    (
        "one title, two places",
        2,
        [("a", [post(guid="1", url=A, published=T1)]), ("b", [post(text=OTHER, guid="1", url="https://b.example/1")])],
        "a title never identifies, nor does another feed's guid",
    ),
    (
        "titles alike",
        2,
        [
            ("blog", [post("An inspection of probation services in Kent", guid="1", published=T1)]),
            ("blog", [post("An inspection of probation services in Gwent", guid="2", published=T1)]),
        ],
        "Kent is not Gwent",
    ),
    (
        "weekly post without guid, address or text",
        2,
        [("blog", [post("Weekly quiz", "", published=T1)]), ("blog", [post("Weekly quiz", "", published=T2)])],
        "its date tells it apart",
    ),
    (
        "undated, without guid or address, one title",
        2,
        [("blog", [post("Update", FULL)]), ("blog", [post("Update", OTHER)])],
        "they merely share a title",
    ),
    (
        "a release reposted word for word",
        2,
        [
            ("inspectorate", [post(guid="1", url="https://gov.example/kent", published=T1)]),
            ("blog", [post(guid="2", url=A, published=T1 + timedelta(hours=3))]),
        ],
        "two posts, and one story in the digest",
    ),
    (
        "guids that number the places, without addresses",
        3,
        [
            ("blog", [post("Kent", FULL, guid="1", published=T1), post("Essex", THIRD, guid="2", published=T1 - DAY)]),
            ("blog", [post("Gwent", OTHER, guid="1", published=T2), post("Kent", FULL, guid="2", published=T1)]),
        ],
        "that two items have no address is nothing that they agree in",
    ),
    (
        "guids that number the places, without dates, of a whole feed at once",
        4,
        [
            ("blog", [post("Kent", FULL, guid="1", url=A), post("Essex", THIRD, guid="2", url=A + "2")]),
            ("blog", [post("Gwent", OTHER, guid="1", url=B), post("Avon", FULL + " x", guid="2", url=B + "2")]),
        ],
        "nothing but the number agrees, and the addresses say otherwise",
    ),
    (
        "an open thread in the same words every week",
        3,
        [
            ("blog", [post("Open thread", FULL, guid=str(week), url=f"{A}{week}", published=T1 + week * 7 * DAY)])
            for week in range(3)
        ],
        "one post a week is no archive that was saved again",
    ),
    (
        "posts of one title and minute in two feeds, and a third without an address",
        3,
        [
            ("quizzes", [post("Weekly quiz", FULL, guid="1", url="https://quiz.example/prisons", published=T1)]),
            ("sports", [post("Weekly quiz", OTHER, guid="1", url="https://sports.example/football", published=T1)]),
            ("notices", [post("Weekly quiz", THIRD, guid="1", published=T1)]),
        ],
        "what has no address of its own is no sign that the others are one: they were made so, and two were lost",
    ),
    (
        "posts of one title and minute in two feeds, neither with an address",
        2,
        [
            ("notices", [post("Update", FULL, published=T1)]),
            ("news", [post("Update", OTHER, published=T1)]),
        ],
        "a title alone never decides, nor does the minute at which two programs are run",
    ),
    (
        "a short post in two feeds, once without an address",
        1,
        [
            ("blog", [post("No post today", "Back on Monday.", guid="1", url=A, published=T1)]),
            ("planet", [post("No post today", "Back on Monday.", published=T1)]),
        ],
        "title, minute and words agree",
    ),
    (
        "an escaped slash",
        2,
        [
            ("a", [post(guid="1", url="https://blog.example/a%2Fb")]),
            ("b", [post(guid="2", url="https://blog.example/a/b")]),
        ],
        "%2F is not a slash",
    ),
    (
        "guids that number the places in the feed",
        3,
        [
            (
                "blog",
                [
                    post("Kent", FULL, guid="1", url=A, published=T1),
                    post("Essex", THIRD, guid="2", url="https://blog.example/e", published=T1),
                ],
            ),
            (
                "blog",
                [
                    post("Gwent", OTHER, guid="1", url=B, published=T2),
                    post("Kent", FULL, guid="2", url=A, published=T1),
                ],
            ),
        ],
        "nothing but the number agrees",
    ),
    (
        "comments on one post",
        3,
        [
            ("blog", [post("Probation in the county", SUMMARY, guid="https://blog.example/?p=7", url=A)]),
            ("comments", [post("Comment on Probation in the county by Ann", FULL, guid=A + "#c1", url=A + "#c1")]),
            ("comments", [post("Comment on Probation in the county by Bob", OTHER, guid=A + "#c2", url=A + "#c2")]),
        ],
        "a comment's address is a place on its post's page",
    ),
    (
        "a guid that turns out to be everybody's",
        3,
        [
            ("blog", [post("Kent", FULL, guid="x")]),
            ("blog", [post("Gwent", OTHER, guid="x"), post("Essex", THIRD, guid="x")]),
        ],
        "it identifies neither of the two, so not the first either",
    ),
    (
        "an address that turns out to be everybody's",
        3,
        [
            ("blog", [post("Kent", FULL, url=A)]),
            ("blog", [post("Gwent", OTHER, url=A), post("Essex", THIRD, url=A)]),
        ],
        "it identifies neither of the two, so not the first either",
    ),
    (
        "a post beside its twin",
        2,
        [
            ("blog", [post(guid="1", url=A, published=T1)]),
            ("blog", [post(guid="1", url=A, published=T1), post(guid="2", url=B, published=T1)]),
        ],
        "the entry is taken by the item that is as it was",
    ),
    (
        "guids that number the places, undated",
        3,
        [
            ("blog", [post("Kent", FULL, guid="1", url=A), post("Essex", THIRD, guid="2", url=A + "e")]),
            ("blog", [post("Gwent", OTHER, guid="1", url=B), post("Kent", FULL, guid="2", url=A)]),
        ],
        "the post that had the number stands beside it",
    ),
    (
        "identical posts in one document, guids of their own",
        2,
        [("blog", [post(guid="1", url=A), post(guid="2", url=B)])] * 2,
        "a document tells its items apart",
    ),
]


@pytest.mark.parametrize(
    ("name", "expected", "polls", "why"),
    ONE_POST + SEPARATE,
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_identity(desk, name, expected, polls, why):
    for feed, items in polls:
        desk.poll(*items, name=feed)
    assert desk.count("entries") == expected, why
    assert desk.store.problems() == []


def test_the_feeds_own_page_is_nobodys_address(desk):
    home = "https://blog.example/news/"
    desk.poll(post("Kent", url="http://www.blog.example/news"), site_url=home)
    desk.poll(post("Gwent", OTHER, url=home), site_url=home)
    assert desk.titles() == ["Kent", "Gwent"]


def test_a_feed_that_gives_new_guids_for_ever_leaves_few_sightings(desk):
    for build in range(20):
        desk.poll(post(guid=f"build-{build}", url=A, published=T1))
    assert desk.count("entries") == 1
    assert desk.count("sightings") == 4
    (newest,) = desk.rows("SELECT guid FROM sightings ORDER BY last_seen_at DESC LIMIT 1")
    assert newest["guid"] == "build-19"


@pytest.mark.parametrize("told", ["both", "the older", "the newer"])
def test_merged_entries_are_told_once(desk, told):
    """Two entries, one or both of them in a digest already, become one, which stays in it."""
    desk.poll(
        post(text=SUMMARY, guid="https://gov.example/?p=9", url="https://gov.example/?p=9", published=T2), name="a"
    )
    desk.poll(post(guid="b-9", url="https://gov.example/press/kent", published=T1, author="R. Webster"), name="b")
    with desk.store.write() as connection:
        connection.execute(
            "INSERT INTO digests (id, composed_at, window_end, trigger, subject, entries, content)"
            " VALUES (1, '2026-03-18T14:00:00Z', '2026-03-18T14:00:00Z', 'manual', 's', 2, '{}')"
        )
        connection.execute(
            "INSERT INTO digest_entries SELECT 1, id, 'new', content_hash FROM entries"
            " WHERE ?1 = 'both' OR (?1 = 'the older') = (id = 1)",
            (told,),
        )
    desk.poll(post(guid="https://gov.example/?p=9", url="https://gov.example/press/kent/"), name="c")
    (entry,) = desk.rows("SELECT * FROM entries")
    assert entry["text"] == FULL
    assert entry["author"] == "R. Webster"
    assert entry["published_at"] == "2026-03-15T12:00:00Z"
    assert entry["first_seen_at"] == "2026-03-18T12:00:00Z"
    assert [row["entry_id"] for row in desk.rows("SELECT entry_id FROM digest_entries")] == [entry["id"]]
    assert [row["text"] for row in desk.rows("SELECT text FROM revisions")] == [SUMMARY]
    assert [row["entry_id"] for row in desk.rows("SELECT entry_id FROM sightings")] == [entry["id"]] * 3
    assert desk.rows("SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'unpaid'") == [{"rowid": entry["id"]}]
    desk.store.connection.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")


# --- whose text ---------------------------------------------------------------------------------------


def state(desk):
    return [row["text"] for row in desk.rows("SELECT text FROM entries")], desk.count("revisions")


def test_a_feeds_change_is_a_revision_whatever_its_length(desk):
    desk.poll(post(guid="1", url=A))
    shorter = FULL[:200] + " That was wrong and is taken back."
    assert desk.poll(post(text=shorter, guid="1", url=A)).changed == (1,)
    assert state(desk) == ([shorter], 1)


@pytest.mark.parametrize("guid", ["1", None])
@pytest.mark.parametrize("url", [A, None])
def test_other_markup_of_the_same_words_is_kept_without_a_revision(desk, guid, url):
    """A link that was put right was never stored: only a change of words counted as one."""
    first = desk.poll(post(guid=guid, url=url, html=f'<p><a href="https://wrong.example/">{FULL}</a></p>'))
    right = f'<p><a href="https://right.example/">{FULL}</a></p>'
    for _ in range(2):
        again = desk.poll(post(guid=guid, url=url, html=right))
        assert (again.new, again.changed) == ((), ())
        assert desk.rows("SELECT id, html, changed_at FROM entries") == [
            {"id": first.new[0], "html": right, "changed_at": None}
        ]
        assert desk.count("revisions") == 0


def test_two_feeds_that_mark_up_the_same_words_differently_do_not_take_turns(desk):
    desk.poll(post(guid="1", url=A, html=f"<p>{FULL}</p>"), name="one")
    desk.poll(post(guid="2", url=A, html=f"<div>{FULL}</div>"), name="other")
    desk.poll(post(guid="2", url=A, html=f"<h2>{FULL}</h2>"), name="other")
    assert desk.rows("SELECT html FROM entries") == [{"html": f"<p>{FULL}</p>"}]
    desk.poll(post(guid="1", url=A, html=f"<p><b>{FULL}</b></p>"), name="one")
    assert desk.rows("SELECT html FROM entries") == [{"html": f"<p><b>{FULL}</b></p>"}]


def test_the_markup_of_a_shorter_copy_is_not_the_posts(desk):
    desk.poll(post(guid="1", url=A), name="full")
    desk.poll(post(text=SUMMARY, guid="1", url=A), name="short")
    desk.poll(post(text=SUMMARY, guid="1", url=A, html=f"<h2>{SUMMARY}</h2>"), name="short")
    assert desk.rows("SELECT html FROM entries") == [{"html": f"<p>{FULL}</p>"}]


def test_a_title_alone_changed_is_a_revision(desk):
    desk.poll(post("Kent", guid="1", url=A))
    assert desk.poll(post("Kent: corrected", guid="1", url=A)).changed == (1,)
    assert [row["title"] for row in desk.rows("SELECT title FROM revisions")] == ["Kent"]


def test_the_fuller_copy_wins_in_either_order(tmp_path):
    for number, order in enumerate((["full", "short"], ["short", "full"])):
        desk = Desk(tmp_path / f"{number}.db")
        for feed in order:
            desk.poll(post(text=FULL if feed == "full" else SUMMARY, guid=feed, url=A), name=feed)
        assert state(desk) == ([FULL], number)
        assert desk.count("sightings") == 2
        desk.close()


def test_a_summary_feed_does_not_take_turns_with_a_full_one(desk):
    for round_ in range(3):
        desk.poll(post(guid="f", url=A), post("x", f"{round_}", guid=f"f{round_}"), name="full")
        desk.poll(post(text=SUMMARY, guid="s", url=A), post("y", f"{round_}", guid=f"s{round_}"), name="short")
    assert desk.count("revisions") == 0
    desk.poll(post(text=OTHER[:100] + " […]", guid="s", url=A), name="short")
    assert desk.count("revisions") == 0
    assert desk.rows("SELECT text FROM entries WHERE id = 1") == [{"text": FULL}]


def test_an_edit_reaches_the_entry_through_whichever_feed_shows_it_first(desk):
    """A planet's copy had some words more; the blog's own edit must not wait for the planet."""
    desk.poll(post(guid="1", url=A), name="blog")
    desk.poll(post(text=FULL + " Copied from a blog.", guid="p1", url=A), name="planet")
    edited = FULL + " Update: good."
    assert desk.poll(post(text=edited, guid="1", url=A), name="blog").changed == (1,)
    assert state(desk)[0] == [edited]


def test_a_feed_that_lags_behind_does_not_bring_an_earlier_state_back(desk):
    desk.poll(post(guid="1", url=A), name="blog")
    desk.poll(post(guid="1", url=A), name="category")
    desk.poll(post(text=OTHER, guid="1", url=A), name="blog")
    desk.poll(post(text=THIRD, guid="1", url=A), name="blog")
    assert desk.poll(post(text=OTHER, guid="1", url=A), name="category").changed == ()
    assert state(desk) == ([THIRD], 2)
    assert desk.poll(post(text=THIRD, guid="1", url=A), name="category").changed == ()
    assert desk.poll(post(guid="old", url=A), name="archive").changed == ()
    assert state(desk) == ([THIRD], 2)


def test_a_feed_that_turns_to_excerpts_edits_nothing(desk):
    """A setting in WordPress: the ratings in the text must not seem taken back."""
    desk.poll(post(guid="1", url=A))
    assert desk.poll(post(text=FULL[:280] + "… Continue reading →", guid="1", url=A)).changed == () or len(FULL) < 600
    desk.poll(post(text=FULL * 3, guid="1", url=A))
    before = desk.count("revisions")
    assert desk.poll(post(text=FULL[:280] + "… Continue reading →", guid="1", url=A)).changed == ()
    assert desk.count("revisions") == before
    assert desk.rows("SELECT text FROM entries") == [{"text": FULL * 3}]


def test_an_older_copy_from_a_second_server_is_no_edit(desk):
    desk.poll(post(guid="1", url=A, published=T1, updated=T1))
    desk.poll(post(text=OTHER, guid="1", url=A, published=T1, updated=T2))
    assert desk.poll(post(guid="1", url=A, published=T1, updated=T1)).changed == ()
    assert state(desk) == ([OTHER], 1)
    assert desk.poll(post(guid="1", url=A, published=T1, updated=T3)).changed == (1,)


def test_a_post_re_dated_keeps_its_first_date_and_no_revision(desk):
    desk.poll(post(guid="1", url=A, published=T1))
    assert desk.poll(post(guid="1", url=A, published=T3)).changed == ()
    (row,) = desk.rows("SELECT published_at, published_raw, updated_at, changed_at FROM entries")
    assert row["published_at"] == "2026-03-15T12:00:00Z"
    assert row["published_raw"] == T1.isoformat()
    assert row["updated_at"] == "2026-03-17T12:00:00Z"
    assert row["changed_at"] is None
    assert desk.count("revisions") == 0


def test_the_earliest_plausible_date_is_the_posts(desk):
    desk.poll(post(guid="1", url=A), name="undated")
    desk.poll(post(guid="1", url=A, published=datetime(1970, 1, 1, tzinfo=UTC)), name="broken")
    desk.poll(post(guid="1", url=A, published=T2), name="later")
    desk.poll(post(guid="1", url=A, published=T1), name="first")
    desk.poll(post(guid="1", url=A, published=T3), name="last")
    (row,) = desk.rows("SELECT published_at, published_raw FROM entries")
    assert row == {"published_at": "2026-03-15T12:00:00Z", "published_raw": T1.isoformat()}


def test_the_address_shown_is_the_readable_one_and_follows_its_feed(desk):
    desk.poll(post(guid="http://blog.example/?p=7", url="http://blog.example/?p=7"), name="a")
    desk.poll(post(guid="http://blog.example/?p=7", url=A), name="b")
    assert desk.rows("SELECT canonical_url FROM entries") == [{"canonical_url": A}]
    desk.poll(post(guid="http://blog.example/?p=7", url="https://new.example/a-longer-address/?x=1"), name="b")
    assert desk.rows("SELECT canonical_url FROM entries") == [
        {"canonical_url": "https://new.example/a-longer-address/?x=1"}
    ]


def test_thousands_of_posts_that_differ_are_not_all_compared_with_each_other(desk, monkeypatch):
    """Twelve feeds of 3,500 posts each, mirrored under other hosts, once held a poll up for minutes."""
    compared = Counter[str]()

    def counting(item, entry, *rest):
        compared["pairs"] += 1
        return same_post(item, entry, *rest)

    monkeypatch.setattr("aggregator.polling.plan.same_post", counting)
    for host in ("a", "b", "c"):
        mirrored = [
            post(f"Post {n}", f"{FULL} {n}", guid=str(n), url=f"https://{host}.example/{n}", published=T1)
            for n in range(400)
        ]
        desk.poll(*mirrored, name=host)
    assert 0 < compared["pairs"] <= 2 * 2 * 400  # each with its copies, not 2 * 400 * 400 times


@pytest.mark.parametrize("alike", ["title", "guid", "url"])
def test_nor_are_thousands_that_have_one_title_guid_or_address(desk, monkeypatch, alike):
    """Fifty thousand items of one title held the write lock for 25 seconds at every poll."""
    compared = Counter[str]()

    def counting(item, entry, *rest):
        compared["pairs"] += 1
        return same_post(item, entry, *rest)

    monkeypatch.setattr("aggregator.polling.plan.same_post", counting)
    items = [
        post(
            "Weekly quiz" if alike == "title" else f"Quiz {n}",
            f"{n} questions",
            guid="quiz" if alike == "guid" else None,
            url=A if alike == "url" else None,
            published=T1 + n * DAY,
        )
        for n in range(300)
    ]
    desk.poll(*items)
    again = desk.poll(*items)
    assert (again.new, again.changed) == ((), ())
    assert compared["pairs"] <= 3 * 300


# --- news ---------------------------------------------------------------------------------------------

LAST = NOON - DAY


@pytest.mark.parametrize(
    ("policy", "published", "news", "why"),
    [
        (NewsPolicy(NOON, first=True), NOON - 6 * DAY, True, "the last seven days of a first document"),
        (NewsPolicy(NOON, first=True), NOON - 8 * DAY, False, "older is history"),
        (NewsPolicy(NOON, first=True), None, False, "undated may be any age: one flood is worse than one miss"),
        (NewsPolicy(NOON, first=True), NOON + 400 * DAY, True, "a future date says nothing old"),
        (NewsPolicy(NOON, first=True, policy="all"), None, True, "as config says"),
        (NewsPolicy(NOON, first=True, policy="baseline"), NOON, False, "as config says"),
        (NewsPolicy(NOON, first=False, last_success_at=LAST), NOON, True, "a new post"),
        (NewsPolicy(NOON, first=False, last_success_at=LAST), None, True, "an undated new post"),
        (NewsPolicy(NOON, first=False, last_success_at=LAST), LAST - 29 * DAY, True, "embargoed, or a late feed"),
        (
            NewsPolicy(NOON, first=False, last_success_at=LAST),
            LAST - 31 * DAY,
            True,
            "one late post: new is what was not seen before",
        ),
        (NewsPolicy(NOON, first=False, last_success_at=NOON - 60 * DAY), NOON - 50 * DAY, True, "the machine slept"),
        (
            NewsPolicy(NOON, first=False, policy="baseline", last_success_at=LAST),
            NOON,
            True,
            "only the first is a baseline",
        ),
        (NewsPolicy(NOON, first=False, by_hand=True), datetime(2017, 4, 20, tzinfo=UTC), True, "a person wants it"),
    ],
)
def test_news(policy, published, news, why):
    assert policy.are_news([published]) == [news], why


def test_a_few_late_posts_are_news_and_a_crowd_of_them_is_an_archive():
    policy = NewsPolicy(NOON, first=False, last_success_at=LAST)
    late, fresh = LAST - 31 * DAY, NOON
    assert policy.are_news([late] * 3 + [fresh]) == [True] * 4
    assert policy.are_news([late] * 4 + [fresh]) == [False] * 4 + [True]


def test_an_archive_saved_again_is_history_and_counted(tmp_path):
    desk = Desk(tmp_path / "a.db", first_poll="recent")
    desk.poll(
        post("Fresh", guid="0", url=A, published=T3), post("Old", OTHER, guid="00", url=B, published=NOON - 90 * DAY)
    )
    old = [
        post(f"Old {n}", f"{FULL} {n}", guid=f"{n}", url=f"{A}{n}", published=NOON - (100 + n) * DAY)
        for n in range(1, 7)
    ]
    changes = desk.poll(post("New", OTHER, guid="n", url=A + "new", published=NOON), *old)
    assert len(changes.new) == 7
    assert changes.warning == "6 posts long past came as new, kept as history"
    news = {row["title"] for row in desk.rows("SELECT title FROM entries WHERE news")}
    assert news == {"Fresh", "New"}
    desk.close()


def test_a_stated_date_in_the_future_stays_apart_from_first_seen(desk):
    desk.poll(post(guid="1", url=A, published=NOON + 365 * DAY))
    assert desk.rows("SELECT published_at, first_seen_at, news FROM entries") == [
        {"published_at": "2027-03-18T12:00:00Z", "first_seen_at": "2026-03-18T12:00:00Z", "news": 1}
    ]


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC, microsecond=0)])
def test_the_ends_of_the_calendar_are_dates_too(desk, moment):
    for item in (post(guid="1", url=A, published=moment, updated=moment), post("Addressless", OTHER, published=moment)):
        assert len(desk.poll(item).new) == 1
        assert desk.poll(item).warning is None
    assert desk.count("entries") == 2


# --- the order of documents ---------------------------------------------------------------------------


@st.composite
def worlds(draw):
    """Posts as they truly are, and documents of several feeds, each with habits of its own, that carry them.

    Returns the documents, each a feed's name and its items, with the number of the post that each item is.
    """
    posts = draw(st.integers(1, 4))
    # A short address (?p=7) tells which post it is only where every feed has it at least as the guid.
    wordpress = draw(st.booleans())
    blogger = not wordpress and draw(st.booleans())
    # What is at other addresses is known by its words alone.
    moved = draw(st.booleans())
    host = "blog.blogspot.co.uk" if blogger else "blog.example"
    documents = []
    for feed in range(draw(st.integers(1, 4))):
        guids = draw(
            st.sampled_from(
                ["short", "short http"] if wordpress else ["own", "tag", "none", "changing", "shared", "place"]
            )
        )
        links = draw(
            st.sampled_from(
                ["plain", "http www", "tracked", "slashless", "replytocom"]
                + (["own host"] if moved else [])
                + (["short"] if wordpress else [])
                + (["m=0", "country"] if blogger else [])
            )
        )
        words = "full" if moved else draw(st.sampled_from(["full", "full", "summary"]))
        dated = draw(st.booleans())
        for build in range(draw(st.integers(1, 2))):
            # A guid that all items have is known as such only where there are two of them.
            least = min(posts, 2 if guids == "shared" else 1)
            numbers = draw(st.lists(st.integers(0, posts - 1), min_size=least, max_size=posts, unique=True))
            copies = [
                _copy(number, feed, build, place, host, guids=guids, links=links, words=words, dated=dated)
                for place, number in enumerate(numbers)
            ]
            documents.append((f"feed{feed}", list(zip(numbers, copies, strict=True))))
    return documents


def _copy(number, feed, build, nth, host, *, guids, links, words, dated):
    place = f"{host}/post-{number}"
    short = f"{host}/?p={number + 1}"
    guid = {
        "own": f"{feed}-{number}",
        "short": f"https://{short}",
        "short http": f"http://www.{short}",
        "tag": f"tag:blog.example,2026:{number}",
        "none": None,
        "changing": f"{feed}-{number}-{build}",
        "shared": "item",
        "place": str(nth),
    }[guids]
    url = {
        "plain": f"https://{place}/",
        "http www": f"http://www.{place}/",
        "tracked": f"https://{place}/?utm_source=feed{feed}&utm_campaign={build}",
        "slashless": f"https://{place}",
        "short": f"https://{short}",
        "replytocom": f"https://{place}/?replytocom={feed}{build}",
        "own host": f"https://posts.{host}/archive/{number}",
        "m=0": f"http://{place}?m=0",
        "country": f"https://{place}".replace(".co.uk", ".com"),
    }[links]
    text = f"{number}: " + (FULL if words == "full" else SUMMARY)
    return post(
        f"Report {number} on the county",
        text,
        guid=guid,
        url=url,
        published=T1 + number * timedelta(minutes=7) if dated else None,
    )


def outcome(path, documents):
    """The entries that the documents leave: each as its post's number, text, date and address."""
    desk = Desk(path)
    try:
        for feed, items in documents:
            desk.poll(*(item for _, item in items), name=feed)
        assert desk.store.problems() == []
        return sorted(
            tuple(row.values())
            for row in desk.rows(
                "SELECT title, text, coalesce(published_at, ''), canonical_url FROM entries ORDER BY title"
            )
        )
    finally:
        desk.close()
        for file in path.parent.glob(path.name + "*"):
            file.unlink()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents=worlds(), seed=st.integers(0, 1000))
def test_the_same_documents_in_any_order_give_the_same_entries(tmp_path_factory, documents, seed):
    path = tmp_path_factory.mktemp("order") / "a.db"
    shuffled = documents[:]
    random.Random(seed).shuffle(shuffled)
    expected = {f"Report {number} on the county" for _, items in documents for number, _ in items}
    first = outcome(path, documents)
    assert [row[0] for row in first] == sorted(expected), "one entry for each post"
    assert outcome(path, shuffled) == first
    assert outcome(path, documents[::-1]) == first


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    documents=st.lists(
        st.lists(
            st.builds(
                post,
                st.sampled_from(["Kent", "Gwent", ""]),
                st.sampled_from([FULL, OTHER, "", "Short."]),
                guid=st.sampled_from([None, "1", "2", A, "https://blog.example/", ""]),
                url=st.sampled_from([None, A, B, "https://blog.example/", A + "?p=1", "not an address"]),
                published=st.sampled_from([None, T1, T2, T1.replace(hour=0)]),
            ),
            max_size=4,
        ),
        max_size=5,
    )
)
def test_whatever_comes_twice_adds_nothing_and_no_two_items_become_one(tmp_path_factory, documents):
    path = tmp_path_factory.mktemp("twice") / "a.db"
    desk = Desk(path)
    try:
        for items in documents:
            desk.poll(*items)
            stood = desk.count("entries")
            again = desk.poll(*items)
            assert again.new == ()
            assert again.changed == ()
            assert desk.count("entries") == stood
            assert again.error is None
        assert desk.store.problems() == []
    finally:
        desk.close()


# --- feeds that number their items, and feeds that date them by the visit ---------------------------------

PLACES = [f"Post {number}" for number in range(8)]


@pytest.mark.parametrize(
    ("dated", "linked", "words"),
    [
        (True, True, "Words of it."),
        (True, False, "Words of it."),
        (True, False, FULL),
        (False, True, "Words of it."),
        (False, False, "Words of it."),
        (False, False, FULL),
    ],
)
def test_guids_that_number_places_lose_no_post(desk: Desk, dated: bool, linked: bool, words: str):
    """Guids 0 to 4 by place, one date for all: each new post took an older one's entry, as its edit."""

    def poll(first: int) -> Changes:
        return desk.poll(
            *(
                post(
                    title,
                    f"{title}: {words}",
                    guid=str(place),
                    url=f"https://blog.example/{title[5:]}" if linked else None,
                    published=NOON if dated else None,
                )
                for place, title in enumerate(PLACES[first : first + 5])
            )
        )

    new = [len(poll(first).new) for first in (3, 2, 0, 0)]

    assert new == [5, 1, 2, 0]
    assert sorted(desk.titles()) == PLACES
    assert desk.count("revisions") == 0


def test_a_place_that_several_posts_had_identifies_none(desk: Desk):
    """All posts of a feed that numbers places are new at once: nothing that was known shows what the guids are."""
    for first in (1, 0, 100):
        desk.poll(*(post(f"Post {first + place}", f"Words {first + place}", guid=str(place)) for place in range(3)))

    assert desk.count("entries") == 3 + 1 + 3
    assert desk.count("revisions") == 0


@pytest.mark.parametrize("published", [None, NOON])
def test_a_guid_still_tells_a_post_whose_words_all_changed(desk: Desk, published: datetime | None):
    """Also where a neighbour has the same date, which then says neither yes nor no."""
    other = post("Other", "Second words.", guid="a2", published=published)
    desk.poll(post("One", "First words.", guid="a1", published=published), other)
    changes = desk.poll(post("Another title", "Third words.", guid="a1", published=published), other)

    assert (len(changes.new), len(changes.changed)) == (0, 1)


@pytest.mark.parametrize("words", ["", "All well.", FULL])
def test_posts_that_are_dated_by_the_visit_are_known_by_their_words(desk: Desk, words: str):
    """A feed without guids and links whose software states the time of the visit brought all its posts at each poll."""
    first = desk.poll(*(post(title, words, published=desk.now) for title in PLACES[3:]))
    again = desk.poll(*(post(title, words, published=desk.now - timedelta(minutes=4)) for title in PLACES[2:7]))
    alone = desk.poll(post(PLACES[4], words, published=desk.now))

    assert [len(changes.new) for changes in (first, again, alone)] == [5, 1, 0]
    assert desk.count("revisions") == 0


def test_posts_of_the_same_short_words_at_their_own_times_stay_several(desk: Desk):
    """A weekly thread is another one each week, also where a poll comes soon after it."""
    times = [NOON + timedelta(days=7 * week) for week in range(3)]
    for week in range(3):
        desk.now = times[week] + timedelta(minutes=5 if week == 2 else 40)
        desk.poll(*(post("Open thread", "Talk here.", published=at) for at in times[: week + 1]))

    assert desk.count("entries") == 3
