"""Readers with digests of their own: what they ask for, and that each gets theirs, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.config.model import Config
from aggregator.digest.dispatch import compose_all, find_subscriber, preview
from aggregator.digest.readers import parse_filter, subscribe
from aggregator.errors import UsageError
from aggregator.model import ProviderType, RatingValue
from aggregator.store import deliveries, digests, subscribers
from aggregator.times import to_text
from tests.digest.samples import rating

SUNDAY = datetime(2019, 4, 14, 12, 0, tzinfo=UTC)
CONFIG = Config.model_validate({"mail": {"host": "mail.example.org", "sender": "digest@example.org"}})


def at(days: int, hour: int = 12, minute: int = 0) -> datetime:
    return SUNDAY.replace(hour=hour, minute=minute) + timedelta(days=days)


def told_to(made, who: str | None) -> list[list[str]]:
    """The titles of each digest of one reader."""
    return [
        sorted(
            [
                *(e.article.title for e in one.digest.inspections),
                *(e.title for e in one.digest.flagged + one.digest.recent),
            ]
        )
        for one in made
        if one.reader == who
    ]


@pytest.mark.parametrize(
    ("schedule", "now", "last", "expected", "why"),
    [
        ("daily", "2026-10-25T06:59", "2026-10-24T06:00", None, "07:00 GMT is an hour later than the day before"),
        ("daily", "2026-10-25T07:00", "2026-10-24T06:00", "2026-10-25T07:00", "clocks went back"),
        ("daily", "2027-03-28T06:00", "2027-03-27T07:00", "2027-03-28T06:00", "clocks went forward"),
        (
            "daily",
            "2026-10-29T12:00",
            "2026-10-23T06:00",
            "2026-10-29T07:00",
            "asleep over the change: one, the latest",
        ),
        ("daily", "2026-10-23T05:00", "2026-10-23T06:00", None, "the clock was set back"),
        ("weekly", "2026-10-25T06:30", "2026-10-18T06:00", None, "Sunday by summer time, which is over"),
        ("weekly", "2026-10-25T07:00", "2026-10-18T06:00", "2026-10-25T07:00", "Sunday, 07:00 GMT"),
        ("weekly", "2027-03-28T06:00", "2027-03-21T07:00", "2027-03-28T06:00", "Sunday, 07:00 BST"),
        ("weekly", "2026-10-31T12:00", "2026-10-11T06:00", "2026-10-25T07:00", "asleep for three Sundays: the last"),
        ("weekly", "2026-10-24T12:00", "2026-10-18T06:00", None, "a Saturday"),
        ("at_once", "2026-10-25T00:30", "2026-10-25T00:29", "2026-10-25T00:30", "always now"),
    ],
)
def test_a_readers_own_hour_is_local_through_both_changes_of_the_clocks(archive, schedule, now, last, *, expected, why):
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    reader = subscribe(
        archive.store, "ann@example.org", now=moment("2026-01-01T00:00"), schedule=schedule, weekday="sun", at="07:00"
    )

    assert reader.due(moment(last), moment(now)) == (moment(expected) if expected else None), why


def test_a_readers_zone_is_their_own(archive):
    ann = subscribe(archive.store, "ann@example.org", now=at(-9), timezone="America/New_York", at="07:00")

    assert ann.due(at(0, 11), at(1, 10, 59)) is None
    assert ann.due(at(0, 11), at(1, 11)) == at(1, 11), "07:00 EDT"


@pytest.fixture
def town(archive):
    """A database that has been there for a while."""
    archive.entry("Long ago", rating(), seen=at(-30))
    compose_all(archive.store, CONFIG, now=at(-1))
    return archive


# --- what can be asked for ----------------------------------------------------------------------------


def test_a_filter_is_a_rule_in_the_keys_of_flags():
    rule = parse_filter({"provider_types": ["NPS"], "areas": "Wales", "ratings": ["inadequate"], "words": ["MAPPA"]})

    assert rule.provider_types == {ProviderType.NPS}
    assert rule.areas == ("Wales",)
    assert rule.ratings == {RatingValue.INADEQUATE}
    assert rule.words == ("MAPPA",)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"provider": ["NPS"]}, "'provider' is none of"),
        ({"provider_types": ["XYZ"]}, "it can be CRC, NPS, PDU, REGION, YJS"),
        ({"ratings": ["Bad"]}, "it can be outstanding"),
        ({"areas": []}, "areas needs one value or more"),
        ({"areas": [7]}, "areas needs one value or more"),
        ({"words": ["!"]}, "without a letter or a figure"),
        ({"when": ["current"]}, "none are asked for"),
        ({"name": ["x"]}, "'name' is none of"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(asked, why):
    with pytest.raises(UsageError, match=why):
        parse_filter(asked)


@pytest.mark.parametrize(
    ("address", "values", "why"),
    [
        ("ann", {}, "is not a mail address"),
        ("ann@", {}, "is not a mail address"),
        ("ann@example.org\r\nBcc: x@example.org", {}, "is not a mail address"),
        ("a b@example.org", {}, "is not a mail address"),
        ("änn@example.org", {}, "is not a mail address"),
        ("ann@example.org", {"schedule": "hourly"}, "none of at_once, daily, weekly"),
        ("ann@example.org", {"at": "25:00"}, "write it like 07:00"),
        ("ann@example.org", {"weekday": "1"}, "none of mon"),
        ("ann@example.org", {"timezone": "London"}, "write it like Europe/London"),
        ("ann@example.org", {"form": "pdf"}, "neither html nor text"),
        ("ann@example.org", {"channel": "pigeon"}, "none of mail"),
    ],
)
def test_a_subscription_that_makes_no_sense_is_refused(archive, address, values, why):
    with pytest.raises(UsageError, match=why):
        subscribe(archive.store, address, now=SUNDAY, **values)
    assert subscribers.listing(archive.store, everyone=True) == []


def test_a_reader_can_be_found_by_address_in_any_letters_and_by_number(archive):
    added = subscribe(archive.store, "Ann <Ann@Example.org>", now=SUNDAY, at="7:05")

    assert added.row.address == "Ann@Example.org"
    assert added.row.at == "07:05"
    assert (
        find_subscriber(archive.store, "ann@example.ORG").row == find_subscriber(archive.store, str(added.row.id)).row
    )
    with pytest.raises(UsageError, match="is no subscriber"):
        find_subscriber(archive.store, "bob@example.org")
    with pytest.raises(UsageError, match="is subscribed already"):
        subscribe(archive.store, "ANN@example.org", now=SUNDAY)


# --- what each one gets -------------------------------------------------------------------------------


def test_a_daily_reader_gets_what_came_since_they_subscribed_at_their_hour(town):
    subscribe(town.store, "ann@example.org", now=at(0), at="18:00")
    town.entry("First", rating(), seen=at(0, 13))

    assert told_to(compose_all(town.store, CONFIG, now=at(0, 16, 59)), "ann@example.org") == []
    assert told_to(compose_all(town.store, CONFIG, now=at(0, 17)), "ann@example.org") == [["First"]]
    assert told_to(compose_all(town.store, CONFIG, now=at(0, 18)), "ann@example.org") == []
    town.entry("Second", rating(area="Essex"), seen=at(0, 19))
    assert told_to(compose_all(town.store, CONFIG, now=at(1, 17)), "ann@example.org") == [["Second"]]


def test_what_one_reader_was_told_another_was_not(town):
    subscribe(town.store, "ann@example.org", now=at(0), at="09:00")
    subscribe(town.store, "bob@example.org", now=at(0), at="10:00")
    town.entry("News", rating(), seen=at(0, 13))

    made = [*compose_all(town.store, CONFIG, now=at(1, 8)), *compose_all(town.store, CONFIG, now=at(1, 9))]

    assert told_to(made, "ann@example.org") == told_to(made, "bob@example.org") == told_to(made, None) == [["News"]]


def test_a_weekly_reader_gets_one_digest_a_week(town):
    subscribe(town.store, "ann@example.org", now=at(0), schedule="weekly", weekday="wed")
    made: list[object] = []
    for day in range(1, 15):
        if day < 12:
            town.entry(f"Day {day:02}", rating(area=f"Area {day}"), seen=at(day, 3))
        made += compose_all(town.store, CONFIG, now=at(day))

    assert told_to(made, "ann@example.org") == [
        [f"Day {day:02}" for day in range(1, 4)],
        [f"Day {day:02}" for day in range(4, 11)],
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"provider_types": ["NPS"]}, ["NPS Wales good"]),
        ({"areas": ["Wales"]}, ["NPS Wales good", "PDU Wales bad"]),
        ({"ratings": ["inadequate"]}, ["CRC Kent bad", "PDU Wales bad"]),
        ({"ratings": ["inadequate"], "areas": ["Wales"]}, ["PDU Wales bad"]),
        ({"words": ["speech"]}, ["A speech"]),
        ({}, ["A speech", "CRC Kent bad", "NPS Wales good", "PDU Wales bad"]),
    ],
)
def test_a_reader_gets_what_they_asked_for(town, asked, expected):
    subscribe(town.store, "ann@example.org", now=at(0), asked=asked)
    town.entry("CRC Kent bad", rating("CRC", "inadequate", area="Kent"), seen=at(0, 13))
    town.entry("NPS Wales good", rating("NPS", "good", area="Wales"), seen=at(0, 13))
    town.entry("PDU Wales bad", rating("PDU", "inadequate", area="Wales"), seen=at(0, 13))
    town.entry("A speech", seen=at(0, 13))

    assert told_to(compose_all(town.store, CONFIG, now=at(1)), "ann@example.org") == [expected]


def test_a_reader_sees_why_it_is_theirs_and_not_which_rules_the_house_has(town):
    subscribe(town.store, "ann@example.org", now=at(0), asked={"words": ["speech"]})
    town.entry("A speech", seen=at(0, 13), flags=("house rule",))

    (made,) = [one for one in compose_all(town.store, CONFIG, now=at(1)) if one.reader]

    assert made.digest.flagged[0].reasons == ("your filter: “speech” in the title",)


def test_at_once_is_each_report_as_it_comes_and_nothing_else(town):
    subscribe(town.store, "ann@example.org", now=at(0), schedule="at_once")
    town.entry("A quiz", seen=at(0, 13))
    assert told_to(compose_all(town.store, CONFIG, now=at(0, 13)), "ann@example.org") == []

    town.entry("Kent", rating(), seen=at(0, 13, 30))
    assert told_to(compose_all(town.store, CONFIG, now=at(0, 13, 31)), "ann@example.org") == [["Kent"]]
    assert told_to(compose_all(town.store, CONFIG, now=at(0, 13, 32)), "ann@example.org") == []

    town.entry("Essex", rating(area="Essex"), seen=at(0, 14))
    assert told_to(compose_all(town.store, CONFIG, now=at(0, 14)), "ann@example.org") == [["Essex"]]
    assert town.value("SELECT count(*) FROM digests WHERE subscriber_id IS NOT NULL") == 2, "no empty ones"


def test_at_once_knows_only_what_some_rule_asked_for(town):
    subscribe(town.store, "ann@example.org", now=at(0), schedule="at_once")
    subscribe(town.store, "bob@example.org", now=at(0), schedule="at_once", asked={"provider_types": ["YJS"]})
    entry = town.entry("Leeds", rating("YJS", area="Leeds"), seen=at(0, 13))
    town.store.connection.execute("DELETE FROM flags WHERE entry_id = ?", [entry])

    made = compose_all(town.store, CONFIG, now=at(0, 13))

    assert told_to(made, "ann@example.org") == [], "no rule of the house wants it"
    assert told_to(made, "bob@example.org") == [["Leeds"]], "this reader does"


def test_an_edit_that_changes_what_a_reader_was_told_is_told_to_them(town):
    subscribe(town.store, "ann@example.org", now=at(0), schedule="at_once")
    subscribe(town.store, "bob@example.org", now=at(0), schedule="at_once", asked={"areas": ["Wales"]})
    entry = town.entry("Kent", rating("CRC", "good"), seen=at(0, 13))
    compose_all(town.store, CONFIG, now=at(0, 13))
    town.edit(entry, rating("CRC", "inadequate"), at=at(0, 14))

    made = compose_all(town.store, CONFIG, now=at(0, 14))

    (ann,) = [one for one in made if one.reader == "ann@example.org"]
    assert ann.digest.updates[0].changes[0].after is RatingValue.INADEQUATE
    assert told_to(made, "bob@example.org") == []


def test_an_edit_that_makes_a_post_a_readers_concern_is_news_to_them(town):
    subscribe(town.store, "ann@example.org", now=at(0), schedule="at_once", asked={"areas": ["Wales"]})
    entry = town.entry("Somewhere", rating(area="Kent"), seen=at(0, 13))
    assert told_to(compose_all(town.store, CONFIG, now=at(0, 13)), "ann@example.org") == []
    town.edit(entry, rating(area="Wales"), at=at(0, 14))

    (ann,) = [one for one in compose_all(town.store, CONFIG, now=at(0, 14)) if one.reader]

    assert [each.title for each in ann.digest.inspections] == ["Wales"]
    assert not ann.digest.updates, "they were not told of Kent, so nothing is corrected"


def test_edits_from_before_a_reader_came_are_none_of_theirs(town):
    entry = town.entry("Kent", rating("CRC", "good"), seen=at(-5))
    town.edit(entry, rating("CRC", "inadequate"), at=at(-4))
    subscribe(town.store, "ann@example.org", now=at(0), schedule="at_once")

    assert told_to(compose_all(town.store, CONFIG, now=at(1)), "ann@example.org") == []


def test_feeds_in_trouble_are_not_a_readers_concern(town):
    town.feed("broken", status="failing", failures=9, failing_since=to_text(at(0)))
    subscribe(town.store, "ann@example.org", now=at(0))
    town.entry("News", rating(), seen=at(0, 13))

    made = {one.reader: one.digest for one in compose_all(town.store, CONFIG, now=at(1))}

    assert made[None].troubles
    assert not made["ann@example.org"].troubles


def test_an_empty_digest_is_recorded_and_goes_nowhere(town):
    subscribe(town.store, "ann@example.org", now=at(0))

    (ann,) = [one for one in compose_all(town.store, CONFIG, now=at(1)) if one.reader]

    assert ann.digest.empty
    assert deliveries.listing(town.store) == []


def test_one_who_leaves_gets_nothing_more_and_one_who_comes_back_starts_anew(town):
    ann = subscribe(town.store, "ann@example.org", now=at(0))
    town.entry("First", rating(), seen=at(0, 13))
    compose_all(town.store, CONFIG, now=at(1))
    subscribers.set_state(town.store, ann.row.id, "unsubscribed", now=at(1))
    assert [row["state"] for row in deliveries.listing(town.store)] == ["cancelled"]
    town.entry("While away", rating(area="Essex"), seen=at(2))
    assert told_to(compose_all(town.store, CONFIG, now=at(3)), "ann@example.org") == []

    back = subscribe(town.store, "ann@example.org", now=at(4), at="18:00")
    town.entry("Back", rating(area="Gwent"), seen=at(4, 13))

    assert back.row.id == ann.row.id
    assert told_to(compose_all(town.store, CONFIG, now=at(4, 17)), "ann@example.org") == [["Back"]]


def test_one_who_leaves_while_their_digest_is_composed_is_not_written_to(town, monkeypatch):
    ann = subscribe(town.store, "ann@example.org", now=at(0))
    town.entry("First", rating(), seen=at(0, 13))
    record = digests.record

    def left_meanwhile(store, **values):
        if values["subscriber"] == ann.row.id:
            subscribers.set_state(store, ann.row.id, "unsubscribed", now=at(1))
        return record(store, **values)

    monkeypatch.setattr(digests, "record", left_meanwhile)
    compose_all(town.store, CONFIG, now=at(1))

    assert deliveries.listing(town.store) == []
    assert town.value("SELECT count(*) FROM digests WHERE subscriber_id IS NOT NULL") == 1


def test_what_did_not_concern_a_reader_is_not_looked_at_again(town):
    subscribe(town.store, "ann@example.org", now=at(0), asked={"areas": ["Wales"]})
    subscribe(town.store, "bob@example.org", now=at(0), schedule="at_once", asked={"areas": ["Wales"]})
    newest = town.entry("Kent", rating(), seen=at(0, 13))

    compose_all(town.store, CONFIG, now=at(1))

    assert {each.address: each.seen_entry for each in subscribers.listing(town.store)} == {
        "ann@example.org": newest,
        "bob@example.org": newest,
    }


def test_one_who_is_forgotten_leaves_nothing_behind(town):
    ann = subscribe(town.store, "ann@example.org", now=at(0))
    town.entry("First", rating(), seen=at(0, 13))
    compose_all(town.store, CONFIG, now=at(1))
    house = town.value("SELECT count(*) FROM digests WHERE subscriber_id IS NULL")

    subscribers.forget(town.store, ann.row.id)

    assert town.value("SELECT count(*) FROM digests") == house
    assert "ann@example.org" not in "\n".join(town.store.connection.iterdump())
    assert town.store.problems() == []


def test_a_preview_is_the_message_to_the_byte_and_marks_nothing(town):
    ann = subscribe(town.store, "ann@example.org", now=at(0), timezone="America/New_York", form="text")
    town.entry("First", rating(), seen=at(0, 13))
    config = CONFIG.model_copy(
        update={"digest": CONFIG.digest.model_copy(update={"at": CONFIG.digest.at.replace(hour=23)})}
    )

    digest, shown = preview(town.store, config, "ann@example.org", now=at(1))
    assert [each.article.title for each in digest.inspections] == ["First"]
    assert b"EDT" in shown
    assert b"text/html" not in shown

    from aggregator.digest.office import written

    (made,) = [one for one in compose_all(town.store, config, now=at(1)) if one.reader]
    _, message = written(
        config, made.digest, number=made.number, channel="mail", recipient="ann@example.org", reader=ann.row
    )
    assert message == shown
    assert town.value("SELECT count(*) FROM digests WHERE subscriber_id IS NOT NULL") == 1
