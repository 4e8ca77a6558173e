"""What leaves: ``digest --send`` and ``--preview``, and ``subscribers``, against a real SMTP server."""

from __future__ import annotations

import email
from email import policy

import pytest

from tests.digest.mail_server import MailServer, Manners


@pytest.fixture
def posted(inside_own):
    """An archive of one's own, with a mail server named in its configuration."""
    with MailServer(Manners(rcpt={"bob@example.org": ["450 4.2.0 greylisted"]})) as server:
        path = inside_own.folder / "config.toml"
        path.write_text(
            path.read_text()
            + f'\n[mail]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nsender = "digest@example.org"\n'
            'recipients = ["Ada <ada@example.org>", "bob@example.org"]\n'
        )
        yield inside_own, server


def test_a_sent_digest_reaches_each_recipient_and_one_that_must_wait_is_told(posted):
    command, server = posted
    done = command("digest", "--send")
    assert done.status == 1  # in part
    assert "sent      ada@example.org" in done.out
    assert "waiting   bob@example.org: 450 4.2.0 greylisted" in done.out
    (taken,) = server.taken
    mail = email.message_from_bytes(taken.content, policy=policy.default)
    assert mail["To"] == "Ada <ada@example.org>"
    assert mail["Subject"] in done.out
    again = command("digest", "--send")
    assert "nothing new" in again.out
    assert len(server.taken) == 1  # nothing is told twice, and the one that waits is not due yet


def test_what_was_sent_to_one_can_be_shown_again_to_the_byte(posted):
    command, server = posted
    command("digest", "--send")
    (taken,) = server.taken

    shown = command("digests", "show", "last", "--to", "ada@example.org")
    assert shown.out.replace("\r\n", "\n") == taken.content.decode().replace("\r\n", "\n")
    assert shown.err == ""
    page = next(
        part
        for part in email.message_from_bytes(taken.content, policy=policy.default).iter_parts()
        if part.get_content_subtype() == "html"
    )
    assert page.get_content().replace("\r\n", "\n") == command("digests", "show", "1", "--format", "html").out

    path = command.folder / "config.toml"
    path.write_text(path.read_text().replace("digest@example.org", "other@example.net"))
    assert "another Message-ID" in command("digests", "show", "1", "--to", "ada@example.org").err
    nobody = command("digests", "show", "1", "--to", "eve@example.org")
    assert (nobody.status, "is not on record for this recipient" in nobody.err) == (2, True)
    assert command("digests", "show", "1", "--to", "ada@example.org", "--format", "html").status == 2


def test_to_whom_a_digest_went_is_listed_and_what_was_refused_can_be_sent_again(posted):
    command, server = posted
    server.manners.rcpt["ada@example.org"] = ["550 5.1.1 no such user"]
    command("digest", "--send")

    rows = {row["recipient"]: row for row in command.rows("digests", "deliveries", "last")}
    assert {name: row["state"] for name, row in rows.items()} == {
        "ada@example.org": "refused",
        "bob@example.org": "waiting",
    }
    assert "550 5.1.1 no such user" in command("digests", "deliveries").out

    assert command("digests", "retry", "1").out == "digest 1: 1 waiting to be sent again\n"
    assert command("digests", "retry", "1").out == "digest 1: nothing to do\n"
    assert {row["state"] for row in command.rows("digests", "deliveries", "1")} == {"waiting"}


def test_a_recipient_of_the_configuration_can_be_shown_a_preview_too(posted):
    command, server = posted
    preview = command("digest", "--preview", "ada@example.org")

    assert "To: Ada <ada@example.org>" in preview.out
    assert server.taken == []
    assert command.rows("digests") == []


def test_sending_to_nobody_is_wrong_usage_and_marks_nothing(inside_own):
    done = inside_own("digest", "--send")
    assert done.status == 2
    assert "nobody to send to" in done.err
    assert inside_own.rows("digests") == []


@pytest.mark.parametrize(
    "words",
    [("--send", "--dry-run"), ("--send", "--since", "7d"), ("--preview", "ada@example.org", "--send")],
    ids=" ".join,
)
def test_what_does_not_go_together_is_wrong_usage(posted, words):
    command, server = posted
    assert command("digest", *words).status == 2
    assert server.taken == []


def test_a_subscriber_comes_is_shown_a_preview_and_leaves(posted):
    command, _ = posted
    assert (
        command("subscribers", "add", "eve@example.org", "--schedule", "weekly", "--provider-type", "NPS").status == 0
    )
    (row,) = command.rows("subscribers", "list")
    assert (row["address"], row["schedule"], row["filter"]) == (
        "eve@example.org",
        "weekly",
        '{"provider_types": ["NPS"]}',
    )
    preview = command("digest", "--preview", "eve@example.org")
    assert "To: eve@example.org" in preview.out
    assert command.rows("digests") == []
    assert "mon 07:00, Europe/London" in command("subscribers", "show", "eve@example.org").out
    assert command("subscribers", "remove", "1").status == 0
    assert command.rows("subscribers") == []
    assert command.rows("subscribers", "list", "--all")[0]["state"] == "removed"
    assert command("subscribers", "remove", "1", "--forget").status == 0
    assert command.rows("subscribers", "list", "--all") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "no address"), "not a mail address"),
        (("add", "eve@example.org", "--at", "25:00"), "not a time of day"),
        (("add", "eve@example.org", "--timezone", "Europe/Lundon"), "not a time zone"),
        (("add", "eve@example.org", "--rating", "splendid"), "ratings"),
        (("remove", "nobody@example.org"), "is no subscriber"),
        (("show", "7"), "is no subscriber"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(inside_own, words, told):
    done = inside_own("subscribers", *words)
    assert done.status == 2
    assert told in done.err
    assert inside_own.rows("subscribers") == []
