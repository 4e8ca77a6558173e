"""`aggregator demo --serve`: what it prints is a configuration, and the feeds it names are there."""

import threading
import tomllib
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.config.load import load, load_shipped
from aggregator.demo.server import FEEDS, DemoServer
from aggregator.demo.serving import serve_until_interrupted
from aggregator.demo.settings import config_text
from aggregator.errors import UsageError


def get(url):
    with urllib.request.urlopen(url, timeout=5) as response:
        return response.read().decode()


class Serving:
    """A run in a thread, its lines as they come."""

    def __init__(self, **options):
        self.lines = []
        self.told = threading.Event()
        self.stop = threading.Event()
        self.status = None
        self.thread = threading.Thread(target=self._run, kwargs=options)

    def _run(self, **options):
        self.status = serve_until_interrupted(echo=self._echo, stop=self.stop, **options)

    def _echo(self, text):
        self.lines.append(text)
        if "[[feeds]]" in text:
            self.told.set()

    def __enter__(self):
        self.thread.start()
        assert self.told.wait(5)
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(5)
        assert not self.thread.is_alive()


def test_the_lines_it_prints_are_a_configuration_the_program_takes(tmp_path):
    with Serving() as serving:
        config = tmp_path / "demo.toml"
        config.write_text("\n".join(serving.lines), encoding="utf-8")
        loaded = load(config, environ={}).config
        assert [feed.name for feed in loaded.feeds] == [sample.name for sample in FEEDS]
        assert loaded.flags == load_shipped(environ={}).config.flags
        assert loaded.polling.interval == timedelta(minutes=1)
        authority = loaded.http.allow[0]
        assert all(feed.url.startswith(f"http://{authority}/") for feed in loaded.feeds)
        assert "Probation Notebook" in get(loaded.feeds[0].url)
    assert serving.status == 0


def test_its_feeds_do_not_ask_for_patience_and_its_posts_are_news():
    with Serving() as serving:
        config = tomllib.loads("\n".join(serving.lines))
        bodies = [get(feed["url"]) for feed in config["feeds"][:4]]
    assert not [word for word in ("<ttl>", "<sy:") for body in bodies if word in body]
    assert config["polling"]["first_poll"] == "all"  # of 2019, when CRCs could be rated


def test_the_post_is_edited_after_a_while():
    with Serving(edit_after=timedelta(0)) as serving:
        url = tomllib.loads("\n".join(serving.lines))["feeds"][0]["url"]
        for _ in range(50):
            if edited := "Unpaid work: Outstanding" in get(url):
                break
        assert edited


def test_a_port_that_is_taken_is_told_in_words():
    with (
        DemoServer(started_at=datetime(2019, 9, 19, tzinfo=UTC)) as server,
        pytest.raises(UsageError, match=r"cannot listen there.*Port 0 takes a free one"),
    ):
        serve_until_interrupted(echo=lambda _: None, port=int(server.authority.split(":")[1]))


def test_the_configuration_repeats_every_key_of_the_shipped_flags():
    with DemoServer(started_at=datetime(2019, 9, 19, tzinfo=UTC)) as server:
        written = tomllib.loads(config_text(server))
    assert written["flags"] == [
        {"name": section.name, "provider_types": [kind.value for kind in section.provider_types]}
        for section in load_shipped(environ={}).config.flags
    ]
