"""The fetcher as a whole: many feeds at once, slow ones among them, and nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator import __version__
from aggregator.fetching import Fetcher, FetchOptions, Target, user_agent
from aggregator.model import Document, Failure, FailureKind, Fetched, Hints
from aggregator.secrets import Secret
from tests.fetching.asking import fetch, fetch_all, options
from tests.servers.feed_server import (
    FeedServer,
    Received,
    Wire,
    after,
    answer,
    bomb,
    drip,
    gzipped,
    raw,
    redirect,
    rss,
    stall,
)

FEED = rss("A report")


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_what_a_request_says(server: FeedServer):
    server["/feed"] = FEED

    fetch(server.url("/feed?format=rss&x=%2F"), server.authority())

    (request,) = server.requests
    assert request.method == b"GET"
    assert request.target == b"/feed?format=rss&x=%2F"
    names = [name.lower() for name, _ in request.headers]
    assert names == [b"host", b"user-agent", b"accept", b"accept-encoding"]
    assert request.header("Host") == server.authority().encode()
    assert request.header("User-Agent") == b"aggregator/test (+https://example.org/contact)"
    assert request.header("Accept-Encoding") == b"gzip"


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("https://example.org/contact", f"aggregator/{__version__} (+https://example.org/contact)"),
        ("", f"aggregator/{__version__}"),
        ("  ", f"aggregator/{__version__}"),
        ("a\r\nX-Evil: 1", f"aggregator/{__version__} (+aX-Evil: 1)"),
        ("me (at home)", f"aggregator/{__version__} (+me at home)"),
        ("büro@example.org", f"aggregator/{__version__} (+bro@example.org)"),
    ],
)
def test_user_agent(contact: str, expected: str):
    assert user_agent(contact) == expected


def test_a_document_says_where_it_is_from_and_what_it_cost(server: FeedServer):
    server["/feed"] = answer(FEED, headers=[("Cache-Control", "max-age=60")], content_type="text/xml; charset=utf-8")

    fetched = fetch(server.url("/feed#top"), server.authority())

    assert isinstance(fetched, Document)
    assert fetched.url == server.url("/feed")
    assert fetched.moved_to is None
    assert fetched.content_type == "text/xml; charset=utf-8"
    assert fetched.hints == Hints(max_age=timedelta(seconds=60))
    assert fetched.wire_bytes == len(FEED)
    assert 0 < fetched.elapsed < 5


def test_wire_bytes_are_those_of_the_wire(server: FeedServer):
    server["/feed"] = gzipped(FEED * 20)

    fetched = fetch(server.url("/feed"), server.authority())

    assert len(fetched.body) == len(FEED) * 20
    assert fetched.wire_bytes < len(FEED)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "http"),
        ("feed.xml", "http"),
        ("ftp://example.org/", "http"),
        ("file:///etc/passwd", "http"),
        ("https://", "no host"),
        ("http://example.org:0/", "port"),
        ("http://example.org:99999/", "port"),
        ("http://[::1", "not a URL"),
        ("http://example.org/\x00", "not a URL"),
        ("http://example.org/a\nb", "not a URL"),
        ("http://u:sesame@exa\x07mple/", "not a URL"),
    ],
)
def test_addresses_that_are_none(url: str, words: str):
    fetched = fetch(url)

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.CONFIG
    assert words in fetched.message
    assert "sesame" not in fetched.message
    assert not fetched.answered


# --- headers and secrets --------------------------------------------------------------------------------------


def test_own_headers_replace_ours(server: FeedServer):
    server["/feed"] = FEED

    fetch(
        server.url("/feed"),
        server.authority(),
        headers=(("user-agent", "Mine/1"), ("Accept", "text/xml"), ("X-Token", Secret(" schlüssel "))),
    )

    (request,) = server.requests
    assert request.header("User-Agent") == b"Mine/1"
    assert request.header("Accept") == b"text/xml"
    assert request.header("X-Token") == "schlüssel".encode()


def test_user_and_password(server: FeedServer):
    server["/feed"] = FEED

    fetch(server.url("/feed"), server.authority(), basic_auth=("reader", Secret("öffne dich:")))

    assert server.requests[0].header("Authorization") == b"Basic cmVhZGVyOsO2ZmZuZSBkaWNoOg=="


def test_user_and_password_in_the_address_are_sent_but_never_shown(server: FeedServer):
    server["/feed"] = FEED
    server["/bad"] = answer(status=500)
    url = server.url("/feed").replace("://", "://reader:open%20sesame@")

    fetched = fetch(url, server.authority())
    failed = fetch(url.replace("/feed", "/bad"), server.authority())

    assert server.requests[0].header("Authorization") == b"Basic cmVhZGVyOm9wZW4gc2VzYW1l"
    assert fetched.url == server.url("/feed")
    assert "sesame" not in repr(failed)
    assert "sesame" not in repr(Target(name="x", url=url))


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ({"headers": (("X-A", Secret("sesame\r\nX-B: 1")),)}, "a line break makes two headers of one"),
        ({"headers": (("X-A", "sesame\nX-B: 1"),)}, "a single line feed does, too, for some"),
        ({"headers": (("X-A", "sesame\x00"),)}, "a NUL"),
        ({"headers": (("X A", Secret("sesame")),)}, "a blank in a name"),
        ({"headers": (("X-A:", Secret("sesame")),)}, "a colon in a name"),
        ({"headers": (("Ünicode", Secret("sesame")),)}, "a name that is no ASCII"),
        ({"headers": (("", Secret("sesame")),)}, "no name"),
        ({"headers": (("Host", "sesame"),)}, "Host is the address's"),
        ({"headers": (("content-length", "5"),)}, "frames the message"),
        ({"headers": (("Transfer-Encoding", "chunked"),)}, "frames the message"),
        ({"headers": (("Accept-Encoding", "br"),)}, "what comes must be readable"),
        ({"headers": (("If-None-Match", "sesame"),)}, "validators are the store's"),
        ({"headers": (("Range", "bytes=0-5"),)}, "a part is no feed"),
        ({"basic_auth": ("a:b", Secret("sesame"))}, "a colon ends the user name"),
        ({"basic_auth": ("a", Secret("sesame\n"))}, "a line break in a password"),
    ],
)
def test_headers_that_cannot_be_sent(target: dict[str, Any], reason: str, server: FeedServer):
    fetched = fetch(server.url("/feed"), server.authority(), **target)

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.CONFIG, reason
    assert "sesame" not in fetched.message
    assert server.requests == []


def test_secrets_are_in_no_log(server: FeedServer, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    server["/feed"] = redirect("/new")
    server["/new"] = FEED

    fetch(
        server.url("/feed").replace("://", "://reader:sesame@"),
        server.authority(),
        headers=(("X-Token", Secret("sesame")),),
    )

    assert "sesame" not in caplog.text
    assert "cmVhZGVyOnNlc2FtZQ" not in caplog.text


# --- many at once ---------------------------------------------------------------------------------------------


def test_tarpits_do_not_hold_up_good_feeds(server: FeedServer):
    """Thirty feeds on servers that drip or say nothing, before thirty good ones, with places for eight."""
    server["/feed"] = FEED
    tarpits = [FeedServer(fallback=drip(FEED, every=0.05) if number % 2 else stall()) for number in range(30)]
    for tarpit in tarpits:
        tarpit.__enter__()
    try:
        allow = [server.authority(), *(tarpit.authority() for tarpit in tarpits)]
        targets = [Target(name="slow", url=tarpit.url("/")) for tarpit in tarpits]
        targets += [Target(name="good", url=server.url("/feed")) for _ in range(30)]

        async def run() -> tuple[float, list[object]]:
            async with Fetcher(options(*allow, deadline=20, concurrency=8, per_host=8)) as fetcher:
                fetcher._lanes.patience = 0.1
                loop = asyncio.get_running_loop()
                started = loop.time()
                tasks = [asyncio.create_task(fetcher.fetch(target)) for target in targets]
                good = await asyncio.gather(*tasks[30:])
                took = loop.time() - started
                for task in tasks[:30]:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                return took, list(good)

        took, good = asyncio.run(run())
    finally:
        for tarpit in tarpits:
            tarpit.__exit__(None, None, None)

    assert all(isinstance(each, Document) for each in good)
    assert took < 3


def test_a_hundred_tarpits_of_one_server_do_not_hold_up_its_good_feeds(server: FeedServer):
    """36 of them held all that one server may have of us, each for its deadline, and the good ones came after all."""
    for number in range(100):
        server[f"/tarpit{number}"] = drip(FEED, every=0.2) if number % 2 else stall()
    server["/good"] = FEED

    async def run() -> tuple[list[Fetched], list[Fetched], float]:
        async with Fetcher(options(server.authority(), deadline=30)) as fetcher:
            fetcher._lanes.patience = 0.01
            tarpits = [
                asyncio.create_task(fetcher.fetch(Target(name="tarpit", url=server.url(f"/tarpit{number}"))))
                for number in range(100)
            ]
            await asyncio.sleep(0)
            begun = asyncio.get_running_loop().time()
            good = await asyncio.gather(
                *(fetcher.fetch(Target(name="good", url=server.url("/good"))) for _ in range(3))
            )
            waited = asyncio.get_running_loop().time() - begun
            given_up = [task.result() for task in tarpits if task.done()]
            for task in tarpits:
                task.cancel()
            await asyncio.gather(*tarpits, return_exceptions=True)
            return list(good), given_up, waited

    good, given_up, waited = asyncio.run(run())

    assert all(isinstance(each, Document) for each in good)
    assert waited < 10
    assert 60 <= len(given_up) <= 70, "of the others 36 may wait on"
    for each in given_up:
        assert isinstance(each, Failure)
        assert each.kind is FailureKind.TIMEOUT
        assert each.message.endswith("from 127.0.0.1, and other feeds waited for their turn")
    assert len(server.requests) == 103, "nothing is asked for twice"


def test_waiting_for_a_turn_is_not_held_against_a_feed(server: FeedServer):
    server["/feed"] = after(0.25, answer(FEED))

    fetched = fetch_all(
        options(server.authority(), deadline=0.9, per_host=1),
        *(Target(name=str(number), url=server.url("/feed")) for number in range(5)),
    )

    assert all(isinstance(each, Document) for each in fetched)


def test_so_many_of_one_server_and_no_more(server: FeedServer):
    now = most = 0

    async def counting(request: Received, wire: Wire) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        await answer(FEED)(request, wire)

    server["/feed"] = counting

    fetch_all(
        options(server.authority(), per_host=3),
        *(Target(name=str(number), url=server.url("/feed")) for number in range(20)),
    )

    assert most == 3


def test_bodies_wait_for_memory_and_all_arrive(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    """Twelve bodies of 190 kB, of which 60 kB count, within 100 kB."""
    monkeypatch.setattr("aggregator.fetching.fetcher._BODIES", 100_000)
    body = b"<" * 190_000
    server["/plain"], server["/packed"] = answer(body), gzipped(body)

    fetched = fetch_all(
        options(server.authority(), per_host=12),
        *(Target(name=str(number), url=server.url("/plain" if number % 2 else "/packed")) for number in range(12)),
    )

    assert [getattr(each, "body", each) == body for each in fetched] == [True] * 12


def test_a_body_that_holds_memory_without_using_its_time_makes_room(server: FeedServer):
    """It brings 190 kB at once and then nothing, while another waits for that memory."""
    body = b"<" * 190_000
    server["/held"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + body, then="stall")
    server["/good"] = after(0.1, answer(body))

    async def run() -> list[object]:
        async with Fetcher(options(server.authority(), per_host=12, deadline=20)) as fetcher:
            fetcher._means.memory._total = 1000
            fetcher._means.memory._step = 1000
            fetcher._means.memory._patience = 0.1
            targets = [Target(name=path, url=server.url(path)) for path in ("/held", "/good")]
            return list(await asyncio.gather(*(fetcher.fetch(target) for target in targets)))

    held, good = asyncio.run(run())

    assert isinstance(good, Document)
    assert good.elapsed < 5
    assert isinstance(held, Failure)
    assert (held.kind, held.status) == (FailureKind.TIMEOUT, 200)
    assert "others had to wait for the memory" in held.message


def test_no_wait_of_ours_stretches_the_deadline(server: FeedServer):
    """The clock once stood still for who waited for memory: such a feed could take twice its deadline."""
    body = b"<" * 190_000
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 190000\r\n\r\n"
    server["/held"] = raw(head + body[:-1], then="stall")
    server["/late"] = after(0.4, raw(head + body[:150_000], body[150_000:]))

    async def run() -> tuple[object, object]:
        async with Fetcher(options(server.authority(), per_host=12, deadline=0.8)) as fetcher:
            fetcher._means.memory._total = 1000
            fetcher._means.memory._step = 1000
            late = asyncio.create_task(fetcher.fetch(Target(name="late", url=server.url("/late"))))
            await asyncio.sleep(0.2)  # so that the memory is held beyond the other's deadline
            held = asyncio.create_task(fetcher.fetch(Target(name="held", url=server.url("/held"))))
            return await late, await held

    late, held = asyncio.run(run())

    for fetched in (late, held):
        assert isinstance(fetched, Failure)
        assert fetched.kind is FailureKind.TIMEOUT
        assert fetched.elapsed < 1.2
    assert isinstance(late, Failure)
    assert late.message.endswith("time ran out waiting for memory that larger feeds held")


# --- the end --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", [0.0, 0.02, 0.1])
def test_cancelling_cancels_and_closes(when: float, server: FeedServer):
    server["/stall"] = stall()
    server["/drip"] = drip(FEED, every=0.01)
    server["/slow"] = redirect("/stall")

    async def run() -> None:
        async with Fetcher(options(server.authority(), deadline=20, per_host=2)) as fetcher:
            tasks = [
                asyncio.create_task(fetcher.fetch(Target(name=path, url=server.url(path))))
                for path in ("/stall", "/drip", "/slow", "/stall")
            ]
            await asyncio.sleep(when)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(result, asyncio.CancelledError) for result in results)
            assert fetcher._lanes._hosts == {}

    before = open_files()
    asyncio.run(run())

    assert open_files() <= before + 4, "the server's side may take a moment longer"


def test_nothing_is_left_behind_by_thousands_of_fetches(server: FeedServer):
    """Files, threads and objects stay flat, whatever the servers do."""
    server["/feed"] = answer(FEED, etag='"1"')
    server["/gzip"] = gzipped(FEED)
    server["/cut"] = answer(FEED, length=10**5)
    server["/reset"] = raw(then="reset")
    server["/bomb"] = bomb(2_000_000)
    server["/loop"] = redirect("/loop")
    server["/html"] = answer("<!doctype html><title>Just a moment...</title>", 403)
    paths = ["/feed", "/gzip", "/cut", "/reset", "/bomb", "/loop", "/html", "/missing"]

    async def run() -> list[tuple[int, int, int]]:
        counts = []
        async with Fetcher(options(server.authority())) as fetcher:
            for _ in range(4):
                await asyncio.gather(
                    *(fetcher.fetch(Target(name=path, url=server.url(path))) for path in paths for _ in range(25))
                )
                await asyncio.sleep(0.05)  # the server's side closes
                gc.collect()
                counts.append((open_files(), threading.active_count(), len(gc.get_objects())))
        return counts

    counts = asyncio.run(run())

    files, threads, objects = zip(*counts[1:], strict=True)
    assert max(files) - min(files) <= 4
    assert max(threads) == min(threads)
    # The server's ledger grows by 200 requests a round; a leak of ours would be more.
    assert objects[-1] - objects[0] < 2 * 200 * 8


def test_importing_the_options_does_not_import_httpx():
    code = "import sys, aggregator.fetching as f; f.FetchOptions; sys.exit('httpx' in sys.modules or 'httpcore' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_importing_the_fetcher_does_not_import_httpx_s_command_line():
    code = (
        "import sys; from aggregator.fetching import Fetcher; import httpx;"
        "sys.exit(bool({'rich', 'pygments', 'httpx._main'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_options_refuse_an_allow_list_that_is_none():
    with pytest.raises(ValueError, match="host and port"):
        options("10.0.0.0/8")


def test_options_are_what_the_config_says():
    assert FetchOptions(
        user_agent="x", deadline=timedelta(seconds=1), max_size=1, concurrency=1, per_host=1, allow=frozenset()
    ) == options(user_agent="x", deadline=1, max_size=1, concurrency=1, per_host=1)
