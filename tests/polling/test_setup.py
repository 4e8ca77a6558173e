"""What the configuration means for the rooms of the river."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.config.load import LoadedConfig
from aggregator.config.model import Config, FeedSection
from aggregator.errors import SecretUnavailable
from aggregator.flags import Rule
from aggregator.model import FeedState, Validators
from aggregator.polling.setup import feed_entries, fetch_options, record_settings, target
from aggregator.ratings import EXTRACTOR_VERSION

ADDRESS = "https://blog.example/feed/"
CONFIG = Config.model_validate(
    {
        "http": {"contact": "me@example.org", "allow": ["127.0.0.1:8000"]},
        "polling": {"interval": "40m", "recent_days": 3},
        "feeds": [
            {"name": "plain", "url": ADDRESS},
            {"name": "own", "url": "https://own.example/feed", "interval": "2h", "first_poll": "all"},
            {"name": "off", "url": "https://off.example/feed", "enabled": False},
        ],
    }
)
SECRETIVE = FeedSection.model_validate(
    {
        "name": "own",
        "url": ADDRESS,
        "headers": {"Accept-Language": "cy"},
        "headers_env": {"X-Token": "TOKEN"},
        "username": "reader",
        "password_env": "WORD",
        "proxy_env": "PROXY",
    }
)


def state(url: str = ADDRESS, configured: str = ADDRESS) -> FeedState:
    return FeedState(id=1, name="own", url=url, configured_url=configured, validators=Validators('"1"', None))


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    monkeypatch.setenv("TOKEN", "t0ken")
    monkeypatch.setenv("WORD", "w0rd")
    monkeypatch.setenv("PROXY", "http://proxy.example:3128")


def test_fetch_options_are_those_of_http():
    options = fetch_options(CONFIG)
    assert options.user_agent.endswith("(+me@example.org)")
    assert options.deadline == timedelta(seconds=44), "of 45 seconds the last is for reading what came"
    assert (options.concurrency, options.per_host, options.allow) == (24, 4, frozenset({"127.0.0.1:8000"}))


def test_every_feed_is_named_to_the_store_disabled_ones_too():
    assert [(each.name, each.enabled) for each in feed_entries(CONFIG)] == [
        ("plain", True),
        ("own", True),
        ("off", False),
    ]


def test_record_settings_know_each_feeds_own_wishes():
    rule = Rule("words", words=("CRC",))
    loaded = LoadedConfig(CONFIG, Path("config.toml"), Path(), Path("aggregator.db"), (rule,))
    settings = record_settings(loaded, owner="me")
    plain, own = settings.for_feed("plain"), settings.for_feed("own")
    assert (plain.limits.interval, plain.first_poll) == (timedelta(minutes=40), "recent")
    assert (own.limits.interval, own.first_poll) == (timedelta(hours=2), "all")
    assert plain.limits.zone == own.limits.zone == ZoneInfo("Europe/London")
    assert (settings.recent, settings.owner) == (timedelta(days=3), "me")
    assert (settings.versions.extractor, settings.versions.rules) == (EXTRACTOR_VERSION, {"words": rule.version})


def test_a_target_has_what_its_section_says():
    asked = target(state(), SECRETIVE)
    headers = {name: value if isinstance(value, str) else value.reveal() for name, value in asked.headers}
    assert headers == {"Accept-Language": "cy", "X-Token": "t0ken"}
    assert asked.basic_auth is not None
    assert (asked.basic_auth[0], asked.basic_auth[1].reveal()) == ("reader", "w0rd")
    assert asked.proxy is not None
    assert asked.validators == Validators('"1"', None)
    assert "t0ken" not in repr(asked)
    assert "w0rd" not in repr(asked)


def test_a_feed_that_left_the_configuration_meanwhile_is_asked_plainly():
    asked = target(state(), None)
    assert (asked.url, asked.headers, asked.basic_auth, asked.proxy) == (ADDRESS, (), None, None)


@pytest.mark.parametrize(
    ("today", "stays", "why"),
    [
        ("https://blog.example/other", True, "another path of the same server"),
        ("https://BLOG.example/feed/", True, "the same name in capitals"),
        ("https://blog.example:443/feed/", True, "the usual port, written out"),
        ("https://evil.example/feed/", False, "another host"),
        ("https://www.blog.example/feed/", False, "another host, though it looks like one family"),
        ("https://blog.example:8443/feed/", False, "another port is another server"),
        ("http://blog.example/feed/", False, "in clear"),
        ("https://[broken/", False, "no address at all"),
    ],
)
def test_credentials_stay_with_their_server(today, stays, why):
    asked = target(state(url=today), SECRETIVE)
    assert (asked.basic_auth is not None) is stays, why
    assert bool(asked.headers) is stays, why


def test_from_http_to_https_of_the_same_server_credentials_go_along():
    asked = target(state(url=ADDRESS, configured="http://blog.example/feed/"), SECRETIVE)
    assert asked.basic_auth is not None


def test_a_missing_secret_is_told(monkeypatch):
    monkeypatch.delenv("TOKEN")
    with pytest.raises(SecretUnavailable, match="TOKEN is not set"):
        target(state(), SECRETIVE)
