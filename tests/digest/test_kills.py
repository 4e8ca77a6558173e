"""Kills at random moments: what the ledger says against what the server received.

At least once to everybody, and for each kill at most one message too many, which is the very same message.
"""

from __future__ import annotations

import email
import random
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from email import policy
from pathlib import Path

from aggregator.digest.dispatch import compose_all, send
from aggregator.store import deliveries
from tests.digest.kills import RECIPIENTS, START, config
from tests.digest.mail_server import MailServer, Manners
from tests.digest.samples import NOW, rating

ROOT = Path(__file__).resolve().parents[2]


def plain_text(content: bytes) -> str:
    """What a mail says in its plain part."""
    body = email.message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def run(what: str, archive, server: MailServer, kills: int) -> int:
    """So many lives that end by a kill, then one that ends by itself."""
    seed = random.randrange(1_000_000)
    done = subprocess.run(
        [sys.executable, "-m", "tests.digest.kills", what, str(archive.path), str(server.port), str(kills), str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    return int(done.stdout)


def identity(content: bytes) -> str:
    return str(email.message_from_bytes(content, policy=policy.default)["Message-ID"])


def judge(archive, server: MailServer, kills: int) -> None:
    """Everybody got everything, the extra ones are copies, and there are no more of them than kills."""
    rows = deliveries.listing(archive.store)
    assert {row["state"] for row in rows} == {"sent"}
    copies: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)
    for taken in server.taken:
        copies[taken.recipient, identity(taken.content)].append(taken.content)
    assert set(copies) == {(row["recipient"], row["message_id"]) for row in rows}, (
        "all that was planned arrived, and no more"
    )
    assert all(len(set(contents)) == 1 for contents in copies.values()), "a repeated message is the same to the byte"
    assert sum(len(contents) - 1 for contents in copies.values()) <= kills
    assert archive.store.problems() == []


def test_two_hundred_kills_while_sending(archive):
    archive.entry("Kent", rating("CRC", "inadequate"), seen=NOW)
    compose_all(archive.store, config(25), now=START)
    # Every twentieth server session hangs up after it has taken the message over.
    troubles = {f"reader-{n}@example.org": ["take, then drop"] for n in range(0, 5000, 20)}
    with MailServer(Manners(data=troubles)) as server:
        kills = run("outbox", archive, server, 200)
        settled(archive, server)

    assert kills == 200
    # They came while mails were on their way: most lives got as far as the server, and some were between a mail that
    # was taken over and its record.
    assert server.connections > kills / 2
    assert len(server.taken) > len({(each.recipient, identity(each.content)) for each in server.taken})
    troubled = sum(not left for left in troubles.values())
    judge(archive, server, kills + troubled)


def settled(archive, server: MailServer) -> None:
    """Give what the server troubled another day."""
    archive.store.connection.execute(
        "UPDATE deliveries SET give_up_at = '2038-01-01T00:00:00Z' WHERE state = 'waiting'"
    )
    archive.store.connection.execute("UPDATE deliveries SET state = 'waiting' WHERE state = 'given_up'")
    send(archive.store, config(server.port), clock=lambda: START + timedelta(days=1000))


def test_kills_at_any_moment_of_composing_and_sending(archive):
    with MailServer() as server:
        kills = run("all", archive, server, 40)

    judge(archive, server, kills)
    entries = archive.value("SELECT count(*) FROM entries")
    told = Counter(row[0] for row in archive.store.connection.execute("SELECT entry_id FROM digest_entries"))
    assert told == Counter(range(1, entries + 1)), "each post is in one digest"
    digests = archive.value("SELECT count(*) FROM digests WHERE entries > 0")
    assert archive.value("SELECT count(*) FROM deliveries") == digests * len(RECIPIENTS)
    for recipient in RECIPIENTS:
        read = "\n".join(plain_text(taken.content) for taken in server.taken if taken.recipient == recipient)
        assert all(f"Post {n}\r\n" in read or f"Post {n}\n" in read for n in range(1, entries + 1))
