"""Apprise itself, telling a service on loopback: what the stand-in of the outbox's tests cannot vouch for."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from typing import Any, Self

import pytest

from aggregator.config.model import Config
from aggregator.digest import channels
from aggregator.digest.channels import notify
from aggregator.digest.dispatch import compose_all, send
from aggregator.secrets import Secret
from tests.digest.mail_server import free_port
from tests.digest.samples import rating

pytestmark = [
    # One of the libraries that Apprise looks for is old; what it imports is not ours to mend.
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
    pytest.mark.skipif(
        find_spec("apprise") is None and os.environ.get("CI") != "true", reason="no Apprise here: make .venv/.dev"
    ),
]

SEVEN = datetime(2019, 4, 18, 6, 0, tzinfo=UTC)
NOTIFY = Config.model_validate({"notify": {"urls_env": "NOTIFY"}})
MESSAGE = json.dumps(
    {"title": "Kent: CRC inadequate — and 1 more", "body": "“poor” & <b>\nhttps://example.org/1"}
).encode()


class Service:
    """Takes what Apprise's json:// posts; ``status`` is what it answers with, None: nothing at all, "drip": for ever."""

    def __init__(self, status: int | str | None = 200) -> None:
        self.status = status
        self.told: list[dict[str, Any]] = []
        self.stop = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if service.status is None:
                    service.stop.wait(10)
                    return
                if service.status == "drip":
                    try:
                        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                        while not service.stop.wait(0.05):
                            self.wfile.write(b"X-Drip: yes\r\n")
                            self.wfile.flush()
                    except OSError:
                        return
                    return
                service.told.append(posted)
                self.send_response(int(service.status))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"json://user:secret-token@127.0.0.1:{self._server.server_port}/hook?cto=0.5&rto=0.5"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()


def test_a_title_and_a_text_arrive_as_they_are():
    with Service() as service:
        outcome = notify(Secret(service.url), MESSAGE)

    assert outcome.kind == "sent"
    (told,) = service.told
    assert told["title"] == "Kent: CRC inadequate — and 1 more"
    assert told["message"] == "“poor” & <b>\nhttps://example.org/1"


@pytest.mark.parametrize(
    ("status", "why"),
    [(500, "it is broken"), (403, "the token is not good any more"), (None, "it does not answer")],
)
def test_what_is_not_taken_over_is_asked_again_and_shows_no_secret(status, why, caplog):
    caplog.set_level(logging.DEBUG)
    with Service(status) as service:
        outcome = notify(Secret(service.url), MESSAGE)

    assert (outcome.kind, outcome.answer) == ("deferred", "not taken over"), why
    assert "secret-token" not in caplog.text


def test_a_service_that_answers_a_line_at_a_time_is_not_waited_for(monkeypatch):
    """Each line comes within Apprise's time-out, and with it whatever waits behind: it was held up as long as they came."""
    monkeypatch.setattr(channels, "DEADLINE", 0.8)
    with Service("drip") as service:
        started = time.monotonic()
        outcome = notify(Secret(service.url), MESSAGE)
        taken = time.monotonic() - started

    assert (outcome.kind, taken < 3) == ("deferred", True), outcome
    assert outcome.answer == "no answer in time"


def test_nobody_there():
    assert notify(Secret(f"json://127.0.0.1:{free_port()}/?cto=0.5"), MESSAGE).kind == "deferred"


@pytest.mark.parametrize("url", ["smoke://signal", "json://", "no address at all", "://"])
def test_an_address_that_is_none_is_refused(url):
    outcome = notify(Secret(url), MESSAGE)

    assert (outcome.kind, outcome.answer) == ("refused", "the address is none that Apprise knows")


def test_a_new_inspection_and_the_digest_are_told_and_a_broken_service_stops_no_other(archive, monkeypatch):
    with Service(500) as broken, Service() as sound:
        monkeypatch.setenv("NOTIFY", f"{broken.url} {sound.url}")
        compose_all(archive.store, NOTIFY, now=SEVEN - timedelta(hours=9))
        archive.entry("Kent", rating("CRC", "inadequate"), seen=SEVEN - timedelta(hours=2))
        for now in (SEVEN - timedelta(hours=2), SEVEN):
            compose_all(archive.store, NOTIFY, now=now)
            send(archive.store, NOTIFY, clock=lambda now=now: now)  # type: ignore[misc]

        assert [told["title"] for told in sound.told] == ["Kent: CRC inadequate"] * 2
        assert sound.told[0]["message"] == "CRC in Kent: Inadequate\nhttps://example.org/1"

        broken.status = 200
        broken.told.clear()
        later = SEVEN + timedelta(minutes=20)
        send(archive.store, NOTIFY, clock=lambda: later)
        assert len(broken.told) == 2
        assert len(sound.told) == 2, "told once"
    assert "secret-token" not in "\n".join(archive.store.connection.iterdump())
