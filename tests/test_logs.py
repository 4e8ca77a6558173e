"""One line an event, whatever feeds and servers put into it."""

from __future__ import annotations

import io
import json
import logging
from datetime import datetime, timedelta, timezone

import pytest

from aggregator.logs import configure, event

logger = logging.getLogger("aggregator.test_logs")
HOSTILE = "a\x1b[31mred\r\nfaked line\u2028and\u202eback\x9b\ud800"


@pytest.fixture(autouse=True)
def _as_before():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def logged(log_format, level=logging.INFO):
    stream = io.StringIO()
    configure(log_format, level, stream=stream)
    return stream


def test_a_line_for_people():
    stream = logged("human")
    event(logger, "feed_polled", "notebook: 3 new", feed="notebook", new=3)
    event(logger, "feed_polled", "gazette: 404", level=logging.WARNING)
    first, second = stream.getvalue().splitlines()
    datetime.fromisoformat(first[:19])
    assert first[19:] == " notebook: 3 new"
    assert second[19:] == " warning: gazette: 404"


def test_an_object_for_machines():
    stream = logged("json")
    at = datetime(2026, 6, 10, 7, 0, tzinfo=timezone(timedelta(hours=1)))
    event(logger, "feed_polled", "notebook: 3 new", feed="notebook", new=3, next_poll_at=at, error=None, ids=(1, 2))
    line = json.loads(stream.getvalue())
    assert datetime.fromisoformat(line.pop("time")).tzinfo is not None
    assert line == {
        "level": "info",
        "event": "feed_polled",
        "message": "notebook: 3 new",
        "feed": "notebook",
        "new": 3,
        "next_poll_at": "2026-06-10T06:00:00Z",
        "ids": [1, 2],
    }


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_what_a_feed_wrote_cannot_forge_a_line_or_move_the_cursor(log_format):
    stream = logged(log_format)
    event(logger, "feed_polled", HOSTILE, title=HOSTILE, titles=[HOSTILE])
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert written.splitlines() == [written.rstrip("\n")]
    written.encode("utf-8")
    if log_format == "json":
        line = json.loads(written)
        written = line["message"] + line["title"] + line["titles"][0]
    for character in "\x1b\r\u2028\u202e\x9b\ud800":
        assert character not in written


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_passwords_in_addresses_are_masked(log_format):
    stream = logged(log_format)
    event(logger, "x", "asked https://me:s3cret@feeds.example/x", url="http://t0ken@feeds.example/")
    logger.warning("and %s", "https://me:s3cret@feeds.example/x")
    assert "s3cret" not in stream.getvalue()
    assert "t0ken" not in stream.getvalue()
    assert "https://***@feeds.example/x" in stream.getvalue()


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_a_traceback_is_kept_and_cleaned(log_format):
    stream = logged(log_format)
    try:
        int("at https://me:s3cret@feeds.example/\x1b[2J")
    except ValueError:
        logger.exception("failed")
    assert "https://***@feeds.example/" in stream.getvalue()
    assert "s3cret" not in stream.getvalue()
    assert "\\u001b" not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_values_are_bounded():
    stream = logged("json")
    event(logger, "x", "m" * 100_000, value="v" * 100_000)
    assert len(stream.getvalue()) < 5000


def test_libraries_speak_from_warnings_on_and_levels_hold():
    stream = logged("human")
    logging.getLogger("httpx").info("HTTP Request: GET https://secret.example/")
    event(logger, "detail", "a detail", level=logging.DEBUG)
    logging.getLogger("httpx").warning("a warning")
    assert [line[20:] for line in stream.getvalue().splitlines()] == ["warning: a warning"]


def test_configuring_twice_does_not_say_all_twice():
    logged("human")
    stream = logged("human")
    event(logger, "x", "once")
    assert stream.getvalue().count("once") == 1
