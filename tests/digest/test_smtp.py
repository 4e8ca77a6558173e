"""Handing a mail to a real server on loopback, and to some that are none."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from aggregator.config.model import MailSection
from aggregator.digest.smtp import PATIENCE, Mailer
from aggregator.secrets import Secret
from tests.digest.mail_server import Listener, MailServer, Manners, free_port
from tests.digest.scripted import Scripted
from tests.servers.tls import Authority

MESSAGE = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Hello\r\n\r\n.a line that starts with a dot\r\nEnd\r\n"
PASSWORD = "correct horse battery staple"


def settings(port: int, **changes) -> MailSection:
    return MailSection.model_validate(
        {"host": "127.0.0.1", "port": port, "security": "none", "sender": "digest@example.org", **changes}
    )


def send(port: int, *, to="b@example.org", message=MESSAGE, password=None, timeout=1.0, deadline=5.0, **changes):
    with Mailer(settings(port, **changes), password, step_timeout=timeout, deadline=deadline) as mailer:
        return mailer.send("digest@example.org", to, message)


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path)))
    return authority


def test_a_mail_arrives_as_it_was_written():
    with MailServer() as server:
        outcome = send(server.port)

    assert (outcome.kind, outcome.answer) == ("sent", "250 2.0.0 taken over")
    (taken,) = server.taken
    assert (taken.sender, taken.recipient, taken.content) == ("digest@example.org", "b@example.org", MESSAGE)


def test_many_mails_share_a_connection():
    with MailServer() as server, Mailer(settings(server.port), None) as mailer:
        outcomes = [mailer.send("digest@example.org", f"{n}@example.org", MESSAGE) for n in range(5)]

    assert {each.kind for each in outcomes} == {"sent"}
    assert [each.recipient for each in server.taken] == [f"{n}@example.org" for n in range(5)]
    assert server.connections == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_is_encrypted_and_logged_in_as_asked(trusted, security):
    context = trusted.context("localhost", "127.0.0.1")
    encryption = {"starttls": context} if security == "starttls" else {"tls": context}
    with MailServer(login=("me", PASSWORD), **encryption) as server:
        outcome = send(server.port, password=Secret(PASSWORD), security=security, username="me")

    assert outcome.kind == "sent", outcome
    assert (server.taken[0].over_tls, server.taken[0].user) == (True, "me")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_gets_nothing(authority, security):
    context = authority.context("127.0.0.1")
    encryption = {"starttls": context} if security == "starttls" else {"tls": context}
    with MailServer(**encryption) as server:
        outcome = send(server.port, security=security)

    assert outcome.kind == "unreachable"
    assert outcome.answer == (
        f"127.0.0.1:{server.port}: no trusted encryption: the certificate was refused: unable to get local issuer "
        "certificate; SSL_CERT_FILE in the environment can name whom to trust"
    )
    assert server.taken == []


def test_a_certificate_for_another_host_gets_nothing(trusted):
    with MailServer(starttls=trusted.context("mail.example.org")) as server:
        outcome = send(server.port, security="starttls")

    assert outcome.kind == "unreachable"
    assert "certificate is not valid for '127.0.0.1'" in outcome.answer
    assert server.taken == []


@pytest.mark.parametrize(
    ("said", "security", "words", "reason"),
    [
        (bytes([21, 3, 1, 0, 2, 2, 70]), "tls", "it offers no version of TLS that is still safe", "its alert says so"),
        (b"220 mail.example.org\r\n", "tls", "what it speaks on this port is no TLS", "a port for STARTTLS"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "none", "does not speak SMTP", "a web server's port"),
    ],
)
def test_what_is_no_mail_server_or_too_old_a_one_is_told_so(said: bytes, security: str, words: str, reason: str):
    with Listener(said) as server:
        outcome = send(server.port, security=security)

    assert outcome.kind == "unreachable"
    assert words in outcome.answer, reason


def test_a_server_without_starttls_gets_nothing_in_clear():
    """Somebody in between can take STARTTLS out of what a server offers."""
    with MailServer() as server:
        outcome = send(server.port, security="starttls")

    assert outcome.kind == "unreachable"
    assert "does not offer what config.toml asks for" in outcome.answer
    assert server.taken == []


def test_a_refused_login_is_about_the_server_and_shows_no_password(trusted):
    with MailServer(login=("me", PASSWORD), starttls=trusted.context("127.0.0.1")) as server:
        outcome = send(server.port, password=Secret("wrong-" + PASSWORD), security="starttls", username="me")

    assert outcome.kind == "unreachable"
    assert "refuses the login: 535" in outcome.answer
    assert "wrong" not in outcome.answer


def test_a_server_that_repeats_the_password_is_not_quoted():
    with MailServer(Manners(rcpt={"*": [f"550 no such user, and by the way {PASSWORD}"]})) as server:
        outcome = send(server.port, password=Secret(PASSWORD))

    assert outcome.answer == "550 no such user, and by the way ***"


@pytest.mark.parametrize(
    ("manners", "kind", "answer", "why"),
    [
        (Manners(rcpt={"*": ["450 4.2.0 greylisted"]}), "deferred", "450 4.2.0 greylisted", "greylisting: come again"),
        (Manners(rcpt={"*": ["452 too many"]}), "deferred", "452 too many", "a full mailbox"),
        (Manners(rcpt={"*": ["550 5.1.1 no such user"]}), "refused", "550 5.1.1 no such user", "nobody there"),
        (Manners(data={"*": ["554 5.7.1 spam"]}), "refused", "554 5.7.1 spam", "refused for what it says"),
        (Manners(data={"*": ["451 try later"]}), "deferred", "451 try later", "not now, after all of it"),
        (Manners(rcpt={"*": ["drop"]}), "deferred", "the server hung up", "hung up on at RCPT"),
        (Manners(data={"*": ["drop"]}), "deferred", "the server hung up", "hung up on after the data: taken or not?"),
        (Manners(data={"*": ["stall"]}), "deferred", "the server stopped answering", "taken or not?"),
        (Manners(rcpt={"*": ["stall"]}), "deferred", "the server stopped answering", "a tarpit"),
        (
            Manners(mail=["550 5.7.1 who are you"]),
            "unreachable",
            "the sender digest@example.org is refused: 550 5.7.1 who are you",
            "the next would hear the same",
        ),
        (
            Manners(mail=["451 4.7.1 too fast"]),
            "unreachable",
            "the sender digest@example.org is refused: 451 4.7.1 too fast",
            "a limit on us",
        ),
        (Manners(rcpt={"*": ["421 shutting down"]}), "unreachable", "421 shutting down", "it closes the connection"),
    ],
)
def test_what_a_server_says_is_an_outcome(manners, kind, answer, why):
    with MailServer(manners) as server:
        outcome = send(server.port, timeout=0.4)

    assert (outcome.kind, outcome.answer) == (kind, answer), why
    assert server.taken == []


def test_one_recipients_trouble_is_not_anothers():
    troubles = {"gone@example.org": ["550 no"], "grey@example.org": ["450 later"], "drop@example.org": ["drop"]}
    with MailServer(Manners(rcpt=troubles)) as server, Mailer(settings(server.port), None, step_timeout=1) as mailer:
        kinds = {
            name: mailer.send("digest@example.org", f"{name}@example.org", MESSAGE).kind
            for name in ("a", "gone", "b", "grey", "c", "drop", "d")
        }

    assert kinds == {
        "a": "sent",
        "gone": "refused",
        "b": "sent",
        "grey": "deferred",
        "c": "sent",
        "drop": "deferred",
        "d": "sent",
    }
    assert [each.recipient[0] for each in server.taken] == ["a", "b", "c", "d"]


def test_a_connection_that_ended_between_two_mails_is_made_anew():
    with MailServer() as server, Mailer(settings(server.port), None) as mailer:
        assert mailer.send("digest@example.org", "a@example.org", MESSAGE).kind == "sent"
        assert mailer._session is not None
        assert mailer._session.sock is not None
        mailer._session.sock.shutdown(2)
        assert mailer.send("digest@example.org", "b@example.org", MESSAGE).kind == "sent"

    assert server.connections == 2


def test_nobody_there():
    outcome = send(free_port())

    assert outcome.kind == "unreachable"
    assert "cannot be reached: Connection refused" in outcome.answer


@pytest.mark.parametrize(
    ("pieces", "answer", "why"),
    [
        ((), "does not answer", "silence"),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "", "another protocol"),
        ((b"554 go away\r\n",), "554 go away", "refused at the door"),
        ((b"220 hello\r\n", b"502 what\r\n", b"502 what\r\n"), "502 what", "it greets and understands nothing"),
        ((b"\xff\xfe\x00" * 50 + b"\r\n",), "", "noise"),
        ((b"220 " + b"x" * 200_000,), "", "a greeting without end"),
    ],
)
def test_what_is_no_mail_server_is_an_outcome(pieces, answer, why):
    with Listener(*pieces) as listener:
        outcome = send(listener.port, timeout=0.3)

    assert outcome.kind == "unreachable", why
    assert answer in outcome.answer, why
    assert len(outcome.answer) <= 300


def test_an_answer_a_byte_at_a_time_is_hung_up_on():
    """Every byte comes within the time-out of a step; only the deadline over all ends it."""
    with Listener(b"220-hello\r\n", *([b"2", b"2", b"0", b"-", b"x", b"\r\n"] * 50), pause=0.1) as listener:
        started = time.monotonic()
        outcome = send(listener.port, timeout=5.0, deadline=0.8)

    assert outcome.kind == "unreachable"
    assert time.monotonic() - started < 3


def test_an_address_cannot_put_a_command_into_the_session():
    with MailServer() as server:
        outcome = send(server.port, to="b@example.org>\r\nRCPT TO:<c@example.org")

    assert (outcome.kind, outcome.answer) == ("refused", "this is no address that a mail can go to")
    assert server.taken == []


# --- every phase of a session -------------------------------------------------------------------------

# Where the server as a whole is no good, asking it for the next recipient would not help.
_FOR_ALL = ("banner", "ehlo", "mail")
_PER_RECIPIENT = ("rcpt", "data", "body", "dot")


@pytest.mark.parametrize("action", ["drop", "stall", "450 4.3.0 later", "550 5.3.0 never", "\xff\xfe gibberish"])
@pytest.mark.parametrize("phase", [*_FOR_ALL, *_PER_RECIPIENT])
def test_a_server_that_breaks_off_anywhere_is_an_outcome_and_never_a_success(phase, action):
    with Scripted(**{phase: action}) as server:
        started = time.monotonic()
        outcome = send(server.port, timeout=0.2, deadline=2.0)
        taken = time.monotonic() - started

    if phase in _FOR_ALL:
        expected = {"unreachable"}
        if phase == "mail" and action in ("drop", "stall"):
            expected = {"deferred"}  # the connection broke; whether for the next one too is seen with the next one
    elif action == "550 5.3.0 never":
        expected = {"refused"}
    else:
        expected = {"deferred"}
    assert outcome.kind in expected, outcome
    assert outcome.answer
    assert taken < 3


@pytest.mark.parametrize("phase", ["rset", "quit"])
@pytest.mark.parametrize("action", ["drop", "stall", "421 no more"])
def test_what_breaks_after_a_message_was_taken_over_takes_nothing_back(phase, action):
    with Scripted(**{phase: action}) as server, Mailer(settings(server.port), None, step_timeout=0.2) as mailer:
        kinds = [mailer.send("digest@example.org", f"{n}@example.org", MESSAGE).kind for n in range(2)]

    assert kinds == ["sent", "sent"]
    assert len(server.taken) == 2, "each once"


@pytest.mark.parametrize("phase", _PER_RECIPIENT)
@pytest.mark.parametrize("action", ["drop", "stall"])
def test_a_server_that_breaks_off_for_everybody_is_not_asked_for_everybody(phase, action):
    """A hundred recipients, each stalled for half a minute, would be most of an hour, once every few minutes."""
    with Scripted(**{phase: action}) as server, Mailer(settings(server.port), None, step_timeout=0.1) as mailer:
        kinds = [mailer.send("digest@example.org", f"{n}@example.org", MESSAGE).kind for n in range(PATIENCE)]

    assert kinds == ["deferred"] * (PATIENCE - 1) + ["unreachable"]


def test_two_tarpits_in_a_row_are_still_two_recipients():
    troubles = {"a@example.org": ["drop"], "b@example.org": ["drop"], "d@example.org": ["drop"]}
    with MailServer(Manners(rcpt=troubles)) as server, Mailer(settings(server.port), None) as mailer:
        kinds = [mailer.send("digest@example.org", f"{name}@example.org", MESSAGE).kind for name in "abcde"]

    assert kinds == ["deferred", "deferred", "sent", "deferred", "sent"]


def test_an_answer_too_many_makes_no_message_pass_for_sent():
    """Every later answer is then the one to the command before."""
    with Scripted(dot="250 2.0.0 taken over\r\n250 2.0.0 and once more") as server:
        with Mailer(settings(server.port), None, step_timeout=0.3) as mailer:
            kinds = [mailer.send("digest@example.org", f"{n}@example.org", MESSAGE).kind for n in range(4)]

        assert kinds.count("sent") == len(server.taken) == 2
        assert set(kinds) == {"sent", "deferred"}


def test_a_flood_of_lines_is_hung_up_on():
    """Python's client keeps every line of an answer: one without end took all the memory there was."""
    flood = b"250-" + b"x" * 500 + b"\r\n"
    with Listener(b"220 hello\r\n", *[flood * 2000] * 200) as listener:
        tracemalloc.start()
        outcome = send(listener.port, timeout=5.0, deadline=10.0)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert outcome.kind == "unreachable"
    assert "an answer without end" in outcome.answer
    assert peak < 20_000_000


def test_a_message_over_the_servers_limit_is_refused_and_holds_nobody_else_up():
    """It is told at MAIL, where other refusals are about the sender and stop everything."""
    with Scripted(mail="552 5.3.4 Message size exceeds fixed limit") as server:
        outcome = send(server.port)

    assert (outcome.kind, outcome.answer) == ("refused", "552 5.3.4 Message size exceeds fixed limit")
    assert f"size={len(MESSAGE)}" in server.heard[1].lower()


@pytest.mark.parametrize(
    ("recipient", "heard", "why"),
    [
        ("ann@probation.example", "ann@probation.example", "plain"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example", "a host has an ASCII form"),
        ("änn@example.org", None, "a user has none, and SMTPUTF8 would be needed all the way"),
        ("ann@" + "x" * 70 + ".example", None, "no label is so long"),
        ("@example.org", None, "nobody"),
        ("ann@", None, "nowhere"),
        ("ann@b@example.org", None, "two hosts"),
        ("ann,bob@example.org", None, "two users"),
    ],
)
def test_addresses_in_other_letters(recipient, heard, why):
    """One in other letters used to be tried for a day: “'ascii' codec can't encode character”."""
    with Scripted() as server:
        outcome = send(server.port, to=recipient)

    said = [line for line in server.heard if line.upper().startswith("RCPT")]
    assert said == ([f"rcpt TO:<{heard}>"] if heard else []), why
    assert outcome.kind == ("sent" if heard else "refused"), why


def test_a_password_that_the_login_cannot_carry_is_not_shown_in_part():
    with Scripted(ehlo="250-mail.example\r\n250 AUTH PLAIN") as server:
        outcome = send(server.port, username="me", password=Secret("pässword"))

    assert outcome.kind == "unreachable"
    assert "letters that smtplib cannot log in with" in outcome.answer
    assert "ä" not in outcome.answer
    assert "xe4" not in outcome.answer


@pytest.mark.parametrize(
    ("ehlo", "answer", "why"),
    [
        ("250 mail.example", "does not offer what config.toml asks for", "no login at all"),
        ("250-mail.example\r\n250 AUTH GSSAPI", "No suitable authentication method", "none that we can"),
        ("250-mail.example\r\n250 AUTH PLAIN", "502 what", "offered, and not understood"),
    ],
)
def test_a_login_that_cannot_be_had_sends_nothing(ehlo, answer, why):
    with Scripted(ehlo=ehlo) as server:
        outcome = send(server.port, username="me", password=Secret(PASSWORD))

    assert outcome.kind == "unreachable", why
    assert answer in outcome.answer, why
    assert server.taken == []
