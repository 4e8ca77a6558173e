"""A daemon whose mail server never answers: polling goes on beside it, and so does the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aggregator.config.model import Config
from aggregator.digest.dispatch import compose_all
from tests.digest.archive import Archive
from tests.digest.samples import rating
from tests.digest.scripted import Scripted
from tests.servers.feed_server import FeedServer, rss
from tests.test_daemon import Daemon, configure, rows


def test_a_mail_server_that_never_answers_holds_up_no_poll_and_not_the_end(tmp_path):
    now = datetime.now(UTC)
    with FeedServer() as feeds, Scripted(dot="stall") as server:
        mail = (
            f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nsender = "digest@example.org"\n'
            'recipients = ["ann@example.org"]'
        )
        feeds["/a"] = rss("One")
        configure(tmp_path, feeds, "/a", more=mail)
        archive = Archive(tmp_path / "aggregator.db")
        archive.entry("Kent", rating(), seen=now - timedelta(days=2))
        sections = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "digest@example.org"}
        compose_all(
            archive.store,
            Config.model_validate({"mail": {**sections, "recipients": ["ann@example.org"]}}),
            now=now,
        )
        archive.close()

        with Daemon(tmp_path, drain=1) as daemon:
            daemon.wait_for(lambda: server.taken)  # and it waits for an answer from here on
            polls = len(daemon.events("feed_polled"))
            archive = Archive(tmp_path / "aggregator.db")
            with archive.store.write() as connection:
                connection.execute("UPDATE feeds SET next_poll_at = '2017-01-01T00:00:00Z'")
            archive.close()
            daemon.wait_for(lambda: len(daemon.events("feed_polled")) > polls)
            assert rows(tmp_path, "SELECT state FROM deliveries") == [("waiting",)], (
                "it is still waiting for its answer"
            )
            assert daemon.events("delivery") == []
            assert daemon.stop(seconds=5) == 0
