"""Advice: what is legal in a configuration and still looks like an oversight."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.config.advice import advice
from aggregator.config.model import Config

GOOD: dict[str, Any] = {
    "http": {"contact": "https://example.org/"},
    "feeds": [{"name": "a", "url": "https://example.org/feed"}],
    "flags": [{"name": "x", "words": ["y"]}],
}


def told(changes: dict[str, Any], environ: dict[str, str] | None = None) -> list[str]:
    return list(advice(Config.model_validate(GOOD | changes), environ=environ or {}))


def test_a_whole_configuration_gets_none():
    assert told({}) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"feeds": []}, "no feed is enabled"),
        ({"feeds": [{"url": "https://x/", "enabled": False}]}, "no feed is enabled"),
        ({"flags": []}, "nothing will be flagged"),
        (
            {
                "bodies": [
                    {"provider_type": "PDU", "name": "Two Rivers PDU", "aliases": ["Two Rivers"]},
                    {"provider_type": "YJS", "name": "Two Rivers YJS", "aliases": ["TRY", "Two Rivers"]},
                ]
            },
            "bodies[Two Rivers YJS].aliases: “Two Rivers” stands for Two Rivers PDU already",
        ),
        ({"http": {}}, "http.contact is empty"),
        ({"mail": {"host": "m"}}, "mail.recipients is empty"),
        ({"mail": {"security": "none", "username": "u", "password_env": "HOME"}}, "crosses the network readable"),
        ({"mail": {"password_env": "UNSET_HERE"}}, "mail.password_env names $UNSET_HERE, which is not set here"),
        ({"mail": {"password_file": "/nonexistent"}}, "mail.password_file names /nonexistent"),
        ({"feeds": [{"url": "https://x/", "proxy_env": "P"}]}, "feeds[x].proxy_env names $P"),
        ({"feeds": [{"url": "https://x/", "headers_env": {"A": "P"}}]}, "feeds[x].headers_env.A names $P"),
        ({"feeds": [{"url": "https://x/", "ca_file": "/nonexistent"}]}, "feeds[x].ca_file names /nonexistent"),
        ({"feeds": [{"url": "http://x/", "username": "u"}]}, "feeds[x].url is http"),
    ],
)
def test_an_oversight_is_told(changes, words):
    (line,) = told(changes, {"HOME": "/root"})
    assert words in line


def test_a_variable_that_is_set_is_not_told_nor_shown():
    lines = told({"feeds": [{"url": "https://x/", "proxy_env": "P"}]}, {"P": "http://hunter2@proxy"})
    assert lines == []


def test_a_disabled_feed_needs_no_secret():
    feeds = [*GOOD["feeds"], {"url": "https://x/", "enabled": False, "proxy_env": "P"}]
    assert told({"feeds": feeds}) == []
