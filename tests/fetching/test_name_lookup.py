"""Names: looked up beside everything else, and connected to where they lead."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from asyncio.selector_events import BaseSelectorEventLoop
from typing import TYPE_CHECKING

import pytest

from aggregator.fetching import Target
from aggregator.fetching.lookup import Place, taking_turns
from aggregator.model import Document, Failure, FailureKind
from tests.fetching.asking import fetch, fetch_all, options
from tests.servers.feed_server import FeedServer, redirect, rss
from tests.servers.names import serve_names

if TYPE_CHECKING:
    from collections.abc import Iterator

FEED = rss("A report")


@pytest.fixture
def never() -> Iterator[threading.Event]:
    """What a dead name server waits for: let go when the test is over."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "no such host"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "the name server did not answer"),
        (socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure in name resolution"), "Non-recoverable failure"),
        (UnicodeError("label empty or too long"), "not a host name"),
    ],
)
def test_names_without_an_address(error: Exception, words: str, monkeypatch: pytest.MonkeyPatch):
    def fails() -> list[str]:
        raise error

    serve_names(monkeypatch, {"absent.example": fails})

    fetched = fetch("http://absent.example/feed")

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.DNS
    assert words in fetched.message
    assert "absent.example" in fetched.message


@pytest.mark.parametrize("host", ["a..example", "x" * 64 + ".example", "*.example"])
def test_impossible_names(host: str, monkeypatch: pytest.MonkeyPatch):
    serve_names(monkeypatch, {"*.example": []})

    assert fetch(f"http://{host}/").kind in (FailureKind.DNS, FailureKind.CONFIG)


@pytest.mark.parametrize(
    ("host", "looked_up", "reason"),
    [
        ("bücher.example", "xn--bcher-kva.example", "IDNA"),
        ("BÜCHER.Example", "xn--bcher-kva.example", "in capitals"),
        ("bu\u0308cher.example", "xn--bcher-kva.example", "decomposed, as macOS writes file names"),
        ("bücher。example", "xn--bcher-kva.example", "with the full stop of East Asia"),
        ("straße.example", "xn--strae-oqa.example", "a letter of its own since IDNA 2008"),
        ("ｂｌｏｇ.example", "blog.example", "full-width"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example", "IDNA already"),
        ("xn--n3h.example", "xn--n3h.example", "☃, which IDNA 2008 forbids, registries sold and browsers ask"),
        ("under_score.example", "under_score.example", "no host name by RFC 952; blog platforms had some"),
    ],
)
def test_names_are_looked_up_as_browsers_would(
    host: str, looked_up: str, reason: str, server: FeedServer, monkeypatch: pytest.MonkeyPatch
):
    ledger = serve_names(monkeypatch, {looked_up: ["127.0.0.1"]})
    server["/feed"] = FEED
    server["/moved"] = redirect(f"//{host}:{server.port}/feed".encode())
    allow = server.authority(looked_up), server.authority()

    asked = fetch(f"http://{host}:{server.port}/feed", *allow)
    led_there = fetch(server.url("/moved"), *allow)

    assert isinstance(asked, Document), (reason, asked)
    assert isinstance(led_there, Document), (reason, led_there)
    assert ledger == [looked_up, looked_up]
    assert server.requests[0].header("Host") == server.authority(looked_up).encode()


def test_a_fault_of_ours_in_a_look_up_is_raised_not_hidden(monkeypatch: pytest.MonkeyPatch):
    def buggy() -> list[str]:
        raise ZeroDivisionError

    serve_names(monkeypatch, {"feeds.example": buggy})

    with pytest.raises(ZeroDivisionError):
        fetch("http://feeds.example/")


def test_dead_names_do_not_hold_up_the_others(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch, never: threading.Event
):
    """The event loop's own look-ups share a few threads, which a handful of dead names would hold for minutes."""

    def hangs() -> list[str]:
        never.wait(20)
        return []

    names = {f"dead{number}.example": hangs for number in range(20)}
    serve_names(monkeypatch, {**names, "alive.example": lambda: ["127.0.0.1"]})
    server["/feed"] = FEED
    alive = server.authority("alive.example")

    *dead, good = fetch_all(
        options(alive, deadline=0.4),
        *(Target(name=name, url=f"http://{name}/") for name in names),
        Target(name="alive", url=f"http://{alive}/feed"),
    )

    assert isinstance(good, Document)
    assert good.elapsed < 0.4
    assert {failure.kind for failure in dead if isinstance(failure, Failure)} == {FailureKind.TIMEOUT}


def test_one_look_up_serves_all_who_wait_for_it(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    def takes_a_while() -> list[str]:
        time.sleep(0.1)
        return ["127.0.0.1"]

    looked_up = serve_names(monkeypatch, {"feeds.example": takes_a_while})
    server["/feed"] = FEED
    authority = server.authority("feeds.example")

    fetched = fetch_all(
        options(authority), *(Target(name=str(n), url=f"http://{authority}/feed?{n}") for n in range(4))
    )

    assert all(isinstance(each, Document) for each in fetched)
    assert looked_up == ["feeds.example"]


def test_a_waiter_that_gives_up_does_not_take_the_others_along(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    """The look-up of one name is shared: cancelling one fetch must not cancel it for the rest."""
    from aggregator.fetching import Fetcher

    def takes_a_while() -> list[str]:
        time.sleep(0.2)
        return ["127.0.0.1"]

    serve_names(monkeypatch, {"feeds.example": takes_a_while})
    server["/feed"] = FEED
    authority = server.authority("feeds.example")

    async def run() -> object:
        async with Fetcher(options(authority)) as fetcher:
            first, second = (
                asyncio.create_task(fetcher.fetch(Target(name=name, url=f"http://{authority}/feed")))
                for name in ("first", "second")
            )
            await asyncio.sleep(0.05)
            first.cancel()
            return await second

    assert isinstance(asyncio.run(run()), Document)


def test_the_next_address_is_tried_when_one_refuses(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    # Nobody listens on 127.0.0.9 at the server's port.
    serve_names(monkeypatch, {"feeds.example": ["127.0.0.9", "127.0.0.1"]})
    server["/feed"] = FEED
    authority = server.authority("feeds.example")

    assert isinstance(fetch(f"http://{authority}/feed", authority), Document)


def test_the_next_address_is_tried_when_one_does_not_answer(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    """A host whose IPv6 leads nowhere: the first address gets its share of the time, not all of it."""
    serve_names(monkeypatch, {"feeds.example": ["127.0.0.9", "127.0.0.1"]})
    server["/feed"] = FEED
    authority = server.authority("feeds.example")
    real = BaseSelectorEventLoop.sock_connect

    async def sock_connect(self: BaseSelectorEventLoop, sock: socket.socket, address: tuple[str, int]) -> None:
        if address[0] == "127.0.0.9":
            await asyncio.Event().wait()
        await real(self, sock, address)

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", sock_connect)

    fetched = fetch(f"http://{authority}/feed", authority, deadline=0.6)

    assert isinstance(fetched, Document)
    assert 0.25 < fetched.elapsed < 0.6


def test_no_address_that_answers():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        authority = f"127.0.0.1:{nobody.getsockname()[1]}"

        fetched = fetch(f"http://{authority}/", authority)

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.CONNECT
    assert fetched.message == f"no connection to {authority}: Connection refused"
    assert not fetched.answered


def test_addresses_of_both_families_take_turns():
    places = [
        Place(family, (address,))
        for family, address in (
            (socket.AF_INET6, "a"),
            (socket.AF_INET6, "b"),
            (socket.AF_INET6, "a"),
            (socket.AF_INET, "1"),
            (socket.AF_INET, "2"),
            (socket.AF_INET, "3"),
        )
    ]

    assert [place.sockaddr[0] for place in taking_turns(places)] == ["a", "1", "b", "2", "3"]
