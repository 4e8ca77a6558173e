"""The outbox: planned with its digest, frozen before it is sent, sent once, and told what came of it."""

from __future__ import annotations

import email
import json
import sys
import types
from datetime import UTC, datetime, timedelta
from email import policy
from typing import Any, ClassVar

import pytest

from aggregator.config.model import Config
from aggregator.digest.dispatch import compose_all, send, send_now
from aggregator.digest.office import PostOffice
from aggregator.digest.outbox import next_attempt, send_due
from aggregator.digest.outcome import Outcome
from aggregator.digest.readers import subscribe
from aggregator.errors import UsageError
from aggregator.store import deliveries, digests, open_store, subscribers
from aggregator.times import from_text
from tests.digest.mail_server import MailServer, Manners, free_port
from tests.digest.samples import rating

SEVEN = datetime(2019, 4, 18, 6, 0, tzinfo=UTC)
ALL = ("ann@example.org", "bob@example.org", "cem@example.org")


def config(port: int = 25, recipients=ALL, **sections) -> Config:
    mail = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Digest <digest@example.org>",
        "recipients": recipients,
        **sections.pop("mail", {}),
    }
    return Config.model_validate({"mail": mail, **sections})


def composed(archive, settings, now=SEVEN, **columns) -> int:
    archive.entry("Kent", rating("CRC", "inadequate"), seen=now - timedelta(hours=2), **columns)
    (made,) = [one for one in compose_all(archive.store, settings, now=now) if one.reader is None]
    return made.number


def sent(archive, settings, now=SEVEN):
    return send(archive.store, settings, clock=lambda: now)


def states(archive) -> dict[str, str]:
    return {row["recipient"].split("@")[0]: row["state"] for row in deliveries.listing(archive.store)}


def one(archive, **wanted):
    (row,) = [
        row for row in deliveries.listing(archive.store) if all(row[key] == value for key, value in wanted.items())
    ]
    return row


# --- planning -----------------------------------------------------------------------------------------


def test_a_digest_and_where_it_goes_are_recorded_together(archive):
    number = composed(archive, config())

    rows = deliveries.listing(archive.store)
    assert [(row["digest_id"], row["channel"], row["recipient"], row["state"]) for row in reversed(rows)] == [
        (number, "mail", address, "waiting") for address in ALL
    ]
    assert {row["give_up_at"] for row in rows} == {"2019-04-19T06:00:00Z"}, "until the next digest"


def test_an_empty_digest_goes_nowhere_unless_it_is_asked_for(archive):
    composed(archive, config())
    sent_empty = config(digest={"send_empty": True})

    compose_all(archive.store, config(), now=SEVEN + timedelta(days=1))
    assert len(deliveries.listing(archive.store)) == 3
    compose_all(archive.store, sent_empty, now=SEVEN + timedelta(days=2))
    assert len(deliveries.listing(archive.store)) == 6


def test_a_recipient_who_is_named_twice_gets_one(archive):
    composed(archive, config(recipients=["ann@example.org", "Ann <ann@example.org>"]))

    assert len(deliveries.listing(archive.store)) == 1


def test_without_a_server_nothing_is_planned(archive):
    composed(archive, Config.model_validate({"mail": {"recipients": ["ann@example.org"]}}))

    assert deliveries.listing(archive.store) == []


# --- sending ------------------------------------------------------------------------------------------


def test_each_recipient_gets_a_mail_of_their_own_once(archive):
    with MailServer() as server:
        settings = config(server.port)
        number = composed(archive, settings)
        attempts = sent(archive, settings)
        assert sent(archive, settings) == ()

    assert [each.state for each in attempts] == ["sent"] * 3
    assert [each.recipient for each in server.taken] == list(ALL)
    assert server.connections == 1
    messages = [email.message_from_bytes(each.content, policy=policy.default) for each in server.taken]
    assert [message["To"].addresses[0].addr_spec for message in messages] == list(ALL)
    assert len({message["Message-ID"] for message in messages}) == 3
    for message in messages:
        assert message["Subject"] == "Kent: CRC inadequate"
        assert not message.defects
        assert "ann" not in str(message["To"]) or message["To"].addresses[0].addr_spec == "ann@example.org"
        text, page = (part.get_content() for part in message.iter_parts())
        assert "Inadequate" in text
        assert "Inadequate" in page
    row = one(archive, recipient="ann@example.org")
    assert (row["state"], row["attempts"], row["last_answer"]) == ("sent", 1, "250 2.0.0 taken over")
    assert row["message_id"] == messages[0]["Message-ID"]
    assert row["digest_id"] == number
    assert archive.value("SELECT count(*) FROM deliveries WHERE message IS NOT NULL") == 0, "kept until it is sent"


def test_one_bad_recipient_never_stops_another(archive):
    troubles = {"ann@example.org": ["550 5.1.1 no such user"], "bob@example.org": ["450 4.2.0 greylisted"]}
    with MailServer(Manners(rcpt=troubles)) as server:
        settings = config(server.port)
        composed(archive, settings)
        sent(archive, settings)
        assert states(archive) == {"ann": "refused", "bob": "waiting", "cem": "sent"}
        assert one(archive, recipient="ann@example.org")["last_answer"] == "550 5.1.1 no such user"
        assert from_text(one(archive, recipient="bob@example.org")["next_attempt_at"]) == SEVEN + timedelta(minutes=5)

        assert sent(archive, settings, SEVEN + timedelta(minutes=4)) == ()
        sent(archive, settings, SEVEN + timedelta(minutes=5))

    assert states(archive) == {"ann": "refused", "bob": "sent", "cem": "sent"}
    assert [each.recipient for each in server.taken] == ["cem@example.org", "bob@example.org"]


def test_a_server_that_is_down_is_asked_once_a_time_and_everybody_waits(archive):
    settings = config(free_port())
    composed(archive, settings)

    (attempt,) = sent(archive, settings)

    assert (attempt.state, attempt.next_attempt_at) == ("waiting", SEVEN + timedelta(minutes=5))
    assert "cannot be reached" in attempt.answer
    assert states(archive) == dict.fromkeys(("ann", "bob", "cem"), "waiting")
    assert sent(archive, settings, SEVEN + timedelta(minutes=4)) == ()
    assert len(sent(archive, settings, SEVEN + timedelta(minutes=5))) == 1


def test_the_waits_grow_to_two_hours(archive):
    waits = [next_attempt(n, SEVEN) - SEVEN for n in range(1, 9)]

    assert waits == [timedelta(minutes=n) for n in (5, 10, 20, 40, 80, 120, 120, 120)]
    assert next_attempt(10_000, SEVEN) - SEVEN == timedelta(hours=2)


def test_trying_ends_with_the_next_digest_and_the_last_answer_stays(archive):
    with MailServer(Manners(rcpt={"*": ["450 not today"] * 50})) as server:
        settings = config(server.port, recipients=["ann@example.org"])
        number = composed(archive, settings)
        now, tries = SEVEN, 0
        while states(archive) == {"ann": "waiting"}:
            tries += len(sent(archive, settings, now))
            now += timedelta(minutes=30)

        row = one(archive)
        assert row["state"] == "given_up"
        assert row["last_answer"] == "450 not today"
        assert SEVEN + timedelta(hours=21) < from_text(row["finished_at"]) <= SEVEN + timedelta(days=1)
        assert 10 < tries < 20
        assert server.taken == []

        server.manners.rcpt.clear()
        assert deliveries.retry(archive.store, number, now=now, give_up_at=now + timedelta(days=1)) == 1
        sent(archive, settings, now)
    assert states(archive) == {"ann": "sent"}


def test_what_never_had_a_chance_gets_one_however_late(archive):
    """The machine slept over the weekend with a digest in its outbox."""
    with MailServer() as server:
        settings = config(server.port)
        composed(archive, settings)
        sent(archive, settings, SEVEN + timedelta(days=4))

    assert len(server.taken) == 3


def test_the_very_same_bytes_are_sent_again(archive):
    """Whatever became of the templates and of the configuration since the first attempt."""
    with MailServer(Manners(data={"*": ["take, then drop"]})) as server:
        settings = config(server.port, recipients=["ann@example.org"])
        composed(archive, settings)
        sent(archive, settings)
        changed = config(server.port, recipients=["ann@example.org"], mail={"sender": "Other <other@example.net>"})
        sent(archive, changed, SEVEN + timedelta(minutes=5))

    first, second = server.taken
    assert first.content == second.content
    assert states(archive) == {"ann": "sent"}


def test_it_is_frozen_before_it_is_handed_over(archive):
    settings = config()
    composed(archive, settings)
    seen = []

    class Watching(PostOffice):
        def hand_over(self, claimed, message):
            with open_store(archive.path) as other:
                seen.append(
                    other.connection.execute(
                        "SELECT message, message_id FROM deliveries WHERE id = ?", [claimed.id]
                    ).fetchone()
                )
                assert not archive.store.connection.in_transaction
            assert bytes(seen[-1][0]) == message
            assert seen[-1][1].encode() in message
            return Outcome.of("sent", "250")

    send_due(archive.store, Watching(settings), clock=lambda: SEVEN)

    assert len(seen) == 3


def test_a_claim_that_was_lost_is_not_sent(archive):
    """Another process took it over while we were writing it: perhaps our machine was asleep."""
    settings = config(recipients=["ann@example.org"])
    composed(archive, settings)

    class Slow(PostOffice):
        def write(self, store, claimed):
            later = deliveries.claim(store, now=SEVEN + deliveries.LEASE + timedelta(seconds=1), owner="another")
            assert later is not None
            return super().write(store, claimed)

        def hand_over(self, claimed, message):
            raise AssertionError("it is not ours any more")

    assert send_due(archive.store, Slow(settings), clock=lambda: SEVEN) == ()


def test_a_killed_process_holds_a_delivery_for_a_lease_and_no_longer(archive):
    with MailServer() as server:
        settings = config(server.port, recipients=["ann@example.org"])
        composed(archive, settings)
        assert deliveries.claim(archive.store, now=SEVEN, owner="killed") is not None

        assert sent(archive, settings, SEVEN + deliveries.LEASE - timedelta(seconds=1)) == ()
        assert len(sent(archive, settings, SEVEN + deliveries.LEASE)) == 1

    assert one(archive)["attempts"] == 2


def test_clocks_that_stood_wrong_hold_nothing_back(archive):
    with MailServer() as server:
        settings = config(server.port)
        composed(archive, settings)
        future = SEVEN + timedelta(days=4000)
        assert deliveries.claim(archive.store, now=future, owner="killed") is not None
        archive.store.connection.execute(
            "UPDATE deliveries SET next_attempt_at = '2038-01-01T00:00:00Z' WHERE lease_owner IS NULL"
        )
        sent(archive, settings, SEVEN + timedelta(minutes=1))

    assert len(server.taken) == 3


def test_a_digest_that_cannot_be_written_does_not_hold_up_the_others(archive, caplog):
    with MailServer() as server:
        settings = config(server.port, recipients=["ann@example.org"])
        broken = composed(archive, settings)
        whole = composed(archive, settings, now=SEVEN + timedelta(days=1))
        archive.store.connection.execute("UPDATE digests SET content = '{' WHERE id = ?", [broken])
        sent(archive, settings, SEVEN + timedelta(days=1))

    assert one(archive, digest_id=broken)["last_answer"] == "could not be written: JSONDecodeError"
    assert one(archive, digest_id=whole)["state"] == "sent"
    assert "could not be written" in caplog.text


def test_asked_to_stop_it_finishes_what_it_holds_and_takes_no_more(archive):
    with MailServer() as server:
        settings = config(server.port)
        composed(archive, settings)
        answers = iter([False, True])
        send(archive.store, settings, clock=lambda: SEVEN, stop=lambda: next(answers))

    assert len(server.taken) == 1
    assert archive.value("SELECT count(*) FROM deliveries WHERE lease_owner IS NOT NULL") == 0


def test_a_password_that_cannot_be_read_is_said_and_nothing_is_lost(archive, monkeypatch):
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)
    settings = config(mail={"username": "me", "password_env": "SMTP_PASSWORD"})
    composed(archive, settings)

    (attempt,) = sent(archive, settings)

    assert "SMTP_PASSWORD is not set" in attempt.answer
    assert set(states(archive).values()) == {"waiting"}


def test_by_hand_it_is_composed_recorded_and_sent(archive):
    with MailServer() as server:
        settings = config(server.port)
        archive.entry("Kent", rating())
        digest, number, attempts = send_now(archive.store, settings, clock=lambda: SEVEN)

    assert (digests.get(archive.store, number) or {})["trigger"] == "manual"
    assert [each.state for each in attempts] == ["sent"] * 3
    assert not digest.empty


def test_by_hand_what_was_put_off_before_is_sent_as_well(archive):
    """Without a daemon, from cron, what was greylisted one morning never arrived: the next --send sent its own alone."""
    with MailServer(Manners(rcpt={"bob@example.org": ["450 4.2.0 greylisted"]})) as server:
        settings = config(server.port)
        archive.entry("Kent", rating())
        send_now(archive.store, settings, clock=lambda: SEVEN)
        _, _, attempts = send_now(archive.store, settings, clock=lambda: SEVEN + timedelta(days=1))

    assert [(each.digest, each.recipient, each.state) for each in attempts] == [(1, "bob@example.org", "sent")]
    assert sorted(each.recipient[:3] for each in server.taken) == ["ann", "bob", "cem"]


def test_by_hand_with_nobody_to_send_to_nothing_is_marked(archive):
    archive.entry("Kent", rating())

    with pytest.raises(UsageError, match="there is nobody to send to"):
        send_now(archive.store, Config(), clock=lambda: SEVEN)
    assert archive.value("SELECT count(*) FROM digests") == 0


# --- readers ------------------------------------------------------------------------------------------


def test_a_readers_mail_has_the_ways_out_of_the_list(archive, monkeypatch):
    monkeypatch.setenv("LINKS_KEY", "a key of some length")
    with MailServer() as server:
        settings = config(
            server.port,
            recipients=[],
            mail={"unsubscribe": "leave@example.org"},
            links={"public_url": "https://digest.example/", "key_env": "LINKS_KEY"},
        )
        ann = subscribe(archive.store, "ann@example.org", now=SEVEN - timedelta(days=1), at="07:00")
        composed(archive, settings)
        sent(archive, settings)

    message = email.message_from_bytes(server.taken[0].content, policy=policy.default)
    link, mail = [each.strip(" <>") for each in message["List-Unsubscribe"].split(",")]
    assert link.startswith(f"https://digest.example/unsubscribe/{ann.row.id}-")
    assert mail == "mailto:leave@example.org?subject=unsubscribe"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = next(message.iter_parts()).get_content()
    assert link in text
    assert "https://digest.example/preferences/" in text


def test_a_recipient_of_config_toml_can_leave_by_mail_only(archive):
    with MailServer() as server:
        settings = config(server.port, recipients=["Ann <ann@example.org>"], mail={"unsubscribe": "leave@example.org"})
        composed(archive, settings)
        sent(archive, settings)

    message = email.message_from_bytes(server.taken[0].content, policy=policy.default)
    assert message["List-Unsubscribe"] == "<mailto:leave@example.org?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in message
    assert message["To"].addresses[0].display_name == "Ann"


def test_one_who_left_gets_nothing_of_what_was_waiting(archive):
    with MailServer() as server:
        settings = config(server.port, recipients=[])
        ann = subscribe(archive.store, "ann@example.org", now=SEVEN - timedelta(days=1), at="07:00")
        composed(archive, settings)
        subscribers.set_state(archive.store, ann.row.id, "unsubscribed", now=SEVEN)
        assert sent(archive, settings) == ()

    assert server.taken == []
    assert states(archive) == {"ann": "cancelled"}


# --- a folder, and chat -------------------------------------------------------------------------------


def test_a_maildir_gets_the_digest_without_any_server(archive, tmp_path):
    folder = tmp_path / "Maildir"
    settings = Config.model_validate({"mail": {"maildir": str(folder)}})
    composed(archive, settings)
    sent(archive, settings)

    (file,) = (folder / "new").iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Subject"] == "Kent: CRC inadequate"
    assert message.get_content_type() == "multipart/alternative"
    assert b"\r" not in file.read_bytes()
    assert list((folder / "tmp").iterdir()) == []


@pytest.mark.parametrize("read", [False, True])
def test_a_maildir_gets_it_once_though_the_first_time_was_not_recorded(archive, tmp_path, read):
    folder = tmp_path / "Maildir"
    settings = Config.model_validate({"mail": {"maildir": str(folder)}})
    composed(archive, settings)
    sent(archive, settings)
    (file,) = (folder / "new").iterdir()
    if read:
        file.rename(folder / "cur" / f"{file.name}:2,S")
    archive.store.connection.execute("UPDATE deliveries SET state = 'waiting'")

    sent(archive, settings)

    assert len([*(folder / "new").iterdir(), *(folder / "cur").iterdir()]) == 1
    assert one(archive)["state"] == "sent"


def test_a_maildir_that_cannot_be_written_waits(archive, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings = Config.model_validate({"mail": {"maildir": str(tmp_path / "file" / "Maildir")}})
    composed(archive, settings)

    (attempt,) = sent(archive, settings)

    assert attempt.state == "waiting"
    assert "cannot be written: Not a directory" in attempt.answer


class Apprise:
    """Apprise as far as it is used, with a service that keeps what it is told."""

    said: ClassVar[list[tuple[str, str, str]]] = []
    broken: ClassVar[set[str]] = set()

    def add(self, url):
        self.url = url
        return url.startswith("tell://")

    def notify(self, title, body, body_format):
        assert body_format == "text"
        if self.url in Apprise.broken:
            return False
        Apprise.said.append((self.url, title, body))
        return True


@pytest.fixture
def apprise(monkeypatch):
    module: Any = types.ModuleType("apprise")
    module.Apprise = Apprise
    module.NotifyFormat = types.SimpleNamespace(TEXT="text")
    monkeypatch.setitem(sys.modules, "apprise", module)
    monkeypatch.setenv("NOTIFY", "tell://secret-token@one tell://two")
    monkeypatch.setattr(Apprise, "said", [])
    monkeypatch.setattr(Apprise, "broken", set())
    return Apprise


NOTIFY = Config.model_validate({"notify": {"urls_env": "NOTIFY"}})


def test_a_new_inspection_is_told_at_once_and_each_digest_is_announced(archive, apprise):
    compose_all(archive.store, NOTIFY, now=SEVEN - timedelta(hours=9))
    archive.entry("Kent", rating("CRC", "inadequate"), seen=SEVEN - timedelta(hours=8))
    compose_all(archive.store, NOTIFY, now=SEVEN - timedelta(hours=8))
    sent(archive, NOTIFY, SEVEN - timedelta(hours=8))
    assert apprise.said == [
        (url, "Kent: CRC inadequate", "CRC in Kent: Inadequate\nhttps://example.org/1")
        for url in ("tell://secret-token@one", "tell://two")
    ]

    archive.entry("A quiz", seen=SEVEN - timedelta(hours=1))
    compose_all(archive.store, NOTIFY, now=SEVEN)
    sent(archive, NOTIFY, SEVEN)

    assert len(apprise.said) == 4
    _, title, body = apprise.said[2]
    assert title == "Kent: CRC inadequate"
    assert "1 inspection, 1 recent article" in body


def test_alerts_can_be_switched_off_and_on(archive, apprise):
    quiet = Config.model_validate({"notify": {"urls_env": "NOTIFY", "alerts": False, "summary": False}})
    compose_all(archive.store, NOTIFY, now=SEVEN - timedelta(hours=9))
    compose_all(archive.store, quiet, now=SEVEN - timedelta(hours=8))
    archive.entry("Kent", rating(), seen=SEVEN - timedelta(hours=7))
    compose_all(archive.store, quiet, now=SEVEN - timedelta(hours=7))
    compose_all(archive.store, NOTIFY, now=SEVEN - timedelta(hours=6))
    sent(archive, NOTIFY, SEVEN - timedelta(hours=6))

    assert apprise.said == [], "what came while they were off is no news any more"


def test_a_service_that_does_not_take_it_is_asked_again(archive, apprise):
    apprise.broken = {"tell://two"}
    composed(archive, NOTIFY)
    assert [each.state for each in sent(archive, NOTIFY)] == ["sent", "waiting"]
    apprise.broken = set()

    assert [each.state for each in sent(archive, NOTIFY, SEVEN + timedelta(minutes=5))] == ["sent"]


def test_one_broken_service_stops_no_other_and_no_other_is_told_twice(archive, apprise):
    apprise.broken = {"tell://two"}
    composed(archive, NOTIFY)
    for minutes in (0, 5, 15, 35):
        sent(archive, NOTIFY, SEVEN + timedelta(minutes=minutes))

    assert [url for url, _, _ in apprise.said] == ["tell://secret-token@one"]
    assert {row["recipient"]: row["state"] for row in deliveries.listing(archive.store)} == {
        "summary 1": "sent",
        "summary 2": "waiting",
    }


def test_an_address_that_is_none_is_said_by_number_and_not_shown(archive, apprise, monkeypatch):
    monkeypatch.setenv("NOTIFY", "tell://one smoke://signal")
    composed(archive, NOTIFY)

    attempts = {attempt.recipient: attempt for attempt in sent(archive, NOTIFY)}

    assert attempts["summary 1"].state == "sent"
    assert (attempts["summary 2"].state, attempts["summary 2"].answer) == (
        "refused",
        "the address is none that Apprise knows",
    )


def test_an_address_that_was_taken_out_since_is_not_waited_for(archive, apprise, monkeypatch):
    composed(archive, NOTIFY)
    monkeypatch.setenv("NOTIFY", "tell://one")

    assert {attempt.recipient: attempt.state for attempt in sent(archive, NOTIFY)} == {
        "summary 1": "sent",
        "summary 2": "refused",
    }


def test_addresses_that_cannot_be_read_are_said(archive, apprise, monkeypatch):
    monkeypatch.delenv("NOTIFY")
    composed(archive, NOTIFY)

    (attempt,) = sent(archive, NOTIFY)

    assert "NOTIFY is not set" in attempt.answer


def test_without_apprise_it_is_said_how_to_get_it(archive, monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    monkeypatch.setenv("NOTIFY", "tell://one tell://two")
    composed(archive, NOTIFY)

    (attempt,) = sent(archive, NOTIFY)

    assert attempt.answer == "Apprise is not installed: pip install 'inspection-aggregator[notify]'"


def test_no_secret_is_in_the_database(archive, apprise):
    apprise.broken = {"tell://secret-token@one"}
    composed(archive, NOTIFY)
    sent(archive, NOTIFY)

    assert "secret-token" not in "\n".join(archive.store.connection.iterdump())
    (message,) = archive.store.connection.execute("SELECT message FROM deliveries WHERE state = 'waiting'").fetchone()
    assert json.loads(message)["title"] == "Kent: CRC inadequate"
