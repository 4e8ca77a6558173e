"""The outbox against Postfix, beside aiosmtpd: a server written by others, with its own idea of every answer."""

from __future__ import annotations

import email
import os
from datetime import timedelta
from email import policy

import pytest

from aggregator.digest.dispatch import compose_all, send
from aggregator.store import deliveries
from tests.digest.postfix import MISSING, Postfix
from tests.digest.samples import NOW, rating
from tests.digest.test_outbox import config
from tests.digest.test_smtp import MESSAGE
from tests.digest.test_smtp import send as hand_over
from tests.servers.tls import Authority

pytestmark = pytest.mark.skipif(bool(MISSING) and os.environ.get("CI") != "true", reason=MISSING or "it is here")


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def postfix(authority):
    with Postfix(authority, message_size_limit="1000000") as running:
        yield running


def body_of(mail: bytes) -> bytes:
    """The mail from its From on: what stands above was put there on the way."""
    return mail[mail.index(b"\nSubject: ") + 1 :]


def test_a_digest_reaches_a_mailbox_as_it_was_written(archive, postfix):
    """Through Postfix's queue and its delivery agent, with a title of every kind in it."""
    settings = config(postfix.port)
    title = "Ynys Môn: “poor”\r\nBcc: all@example.org"
    archive.entry(title, rating("CRC", "inadequate", area="Kent"), seen=NOW - timedelta(hours=2), author="Ann\nX: y")
    compose_all(archive.store, settings, now=NOW)
    attempts = send(archive.store, settings, clock=lambda: NOW)

    assert [each.state for each in attempts] == ["sent"] * 3, attempts
    assert all(each.answer.startswith("250 2.0.0 Ok: queued as") for each in attempts)
    for row in deliveries.listing(archive.store):
        mail = next(each for each in postfix.mailbox(row["recipient"]) if row["message_id"].encode() in each)
        message = email.message_from_bytes(mail, policy=policy.default)
        assert not message.defects
        assert message["Message-ID"] == row["message_id"]
        assert message["Subject"] == "Kent: CRC inadequate"
        assert "Bcc" not in message
        assert message["Return-Path"] == "<digest@example.org>"
        text, page = (part.get_content() for part in message.iter_parts())
        assert "Ynys Môn: “poor” Bcc: all@example.org" in text
        assert "Ynys Môn: “poor” Bcc: all@example.org" in page
        assert not [line for line in mail.split(b"\n") if len(line) > 998]


def test_what_is_sent_again_is_the_same_message(archive, postfix):
    """A mailbox that got it twice, after a crash, can tell."""
    settings = config(postfix.port, recipients=["dora@example.org"])
    archive.entry("Kent", rating(), seen=NOW - timedelta(hours=2))
    compose_all(archive.store, settings, now=NOW)
    for _ in range(2):
        send(archive.store, settings, clock=lambda: NOW)
        archive.store.connection.execute("UPDATE deliveries SET state = 'waiting', lease_owner = NULL")

    one, other = postfix.mailbox("dora@example.org", 2)
    assert body_of(one) == body_of(other)


def test_one_bad_recipient_stops_no_other(archive, postfix):
    settings = config(
        postfix.port,
        recipients=[f"{name}@example.org" for name in ("eve", "gone", "fay", "grey", "gus", "full", "hal")],
    )
    archive.entry("Kent", rating(), seen=NOW - timedelta(hours=2))
    compose_all(archive.store, settings, now=NOW)
    attempts = {each.recipient.split("@")[0]: each for each in send(archive.store, settings, clock=lambda: NOW)}

    assert {name: each.state for name, each in attempts.items()} == {
        **dict.fromkeys(("eve", "fay", "gus", "hal"), "sent"),
        "gone": "refused",
        "grey": "waiting",
        "full": "waiting",
    }
    assert "550 5.1.1" in attempts["gone"].answer
    assert "450 4.2.0" in attempts["grey"].answer
    assert "452 4.2.2" in attempts["full"].answer
    assert all(len(postfix.mailbox(f"{name}@example.org")) == 1 for name in ("eve", "fay", "gus", "hal"))


@pytest.mark.parametrize(
    ("recipient", "kind", "answer", "why"),
    [
        ("closing@example.org", "unreachable", "421 4.3.2", "it hangs up: nobody gets through"),
        ("ann@elsewhere.example", "refused", "550 5.1.1", "it relays for nobody"),
        ("ann@example.org", "sent", "250 2.0.0 Ok: queued", "it takes it"),
    ],
)
def test_what_postfix_says_is_an_outcome(postfix, recipient, kind, answer, why):
    outcome = hand_over(postfix.port, to=recipient)

    assert outcome.kind == kind, (why, outcome)
    assert answer in outcome.answer, why


def test_encryption_is_had_where_the_certificate_is_trusted(postfix, authority, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path)))

    assert hand_over(postfix.port, to="ina@example.org", security="starttls").kind == "sent"
    assert "(using TLSv1.3 with cipher" in postfix.mailbox("ina@example.org")[0].decode()


def test_and_nothing_is_sent_where_it_is_not(postfix):
    outcome = hand_over(postfix.port, security="starttls")

    assert outcome.kind == "unreachable"
    assert "no trusted encryption" in outcome.answer


def test_a_mail_over_the_servers_limit_is_refused_before_it_is_sent(authority):
    with Postfix(message_size_limit="20000", virtual_mailbox_limit="0") as small:
        outcome = hand_over(small.port, message=MESSAGE + b"x" * 70 + b"\r\n" + b"padding\r\n" * 3000)

        assert (outcome.kind, outcome.answer[:9]) == ("refused", "552 5.3.4")
        assert "message file too big" not in small.log, "SIZE told it"
