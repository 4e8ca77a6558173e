"""What connections are used for again, and what one does when the other side breaks it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

import httpcore
import pytest

from aggregator.fetching import Fetcher, Target, transport
from aggregator.fetching.stream import Stream, _Reader
from aggregator.model import Document, Failure, Fetched, Unchanged, Validators
from tests.fetching.asking import fetch, fetch_all, options
from tests.servers.feed_server import (
    Behaviour,
    FeedServer,
    Received,
    Wire,
    answer,
    chunked,
    in_turn,
    raw,
    redirect,
    rss,
)

FEED = rss("A report")
KNOWN = Validators('"1"')
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
FORGED = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n<forged>"
# A body that stops where it says, and is complete.
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED


def ask_in_turn(server: FeedServer, *paths: str, validators: Validators = KNOWN) -> list[Fetched]:
    """One feed after the other, each waiting for the one before: whatever can be used again is."""
    targets = [Target(name=path, url=server.url(path), validators=validators) for path in paths]
    return fetch_all(options(server.authority(), per_host=1), *targets)


# --- used again -----------------------------------------------------------------------------------------------


def test_a_connection_on_which_nothing_has_changed_serves_its_hosts_next_feed_and_is_closed_then(server: FeedServer):
    server["/feed"] = answer(FEED, etag='"1"')

    async def run() -> tuple[list[Fetched], dict[str, object]]:
        async with Fetcher(options(server.authority(), per_host=1)) as fetcher:
            target = Target(name="feed", url=server.url("/feed"), validators=KNOWN)
            fetched = await asyncio.gather(*(fetcher.fetch(target) for _ in range(4)))
            return list(fetched), dict(fetcher._means.transport._idle)

    fetched, idle = asyncio.run(run())

    assert all(isinstance(each, Unchanged) for each in fetched)
    assert server.connections == 1
    assert idle == {}


def spoken(*pieces: bytes, pause: float = 0.05) -> Behaviour:
    """Each piece by itself, some time after the one before; the connection stays open."""

    async def behave(_: Received, wire: Wire) -> None:
        for number, piece in enumerate(pieces):
            await asyncio.sleep(pause if number else 0)
            await wire.send(piece)

    return behave


UNASKED = [
    (spoken(WHOLE + FORGED), "a second answer with the first"),
    (spoken(WHOLE, FORGED), "a second answer some time after the first"),
    (spoken(UNCHANGED + FORGED), "a second answer with one that has no body"),
    (spoken(UNCHANGED.replace(b"\r\n\r\n", b"\r\nContent-Length: 46\r\n\r\n"), FORGED), "a body that 304 cannot have"),
    (
        spoken(UNCHANGED.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"), FORGED),
        "the same, of unknown length",
    ),
    (redirect("/feed", headers=[("X", "1")]), "no more than a redirect"),
    (chunked(FEED, headers=[("X", "1")]), "no more than chunks"),
]


def test_a_connection_is_kept_while_more_of_its_host_is_to_come(server: FeedServer):
    """One after the other, as when feeds of other hosts stand between: each cost a connection of its own."""
    server["/feed"] = answer(FEED, etag='"1"')

    async def run() -> tuple[list[Fetched], dict[str, object]]:
        async with Fetcher(options(server.authority())) as fetcher:
            target = Target(name="feed", url=server.url("/feed"), validators=KNOWN)
            fetched = [await fetcher.fetch(target, more=more) for more in (lambda: True, lambda: True, lambda: False)]
            return fetched, dict(fetcher._means.transport._idle)

    fetched, idle = asyncio.run(run())

    assert all(isinstance(each, Unchanged) for each in fetched)
    assert server.connections == 1
    assert idle == {}


def test_only_so_many_connections_are_kept_in_all(monkeypatch: pytest.MonkeyPatch):
    """Of a thousand hosts with two feeds each, a thousand connections would be more files than a process may have."""
    monkeypatch.setattr(transport, "_MOST_IDLE_IN_ALL", 2)

    async def run(servers: list[FeedServer]) -> None:
        async with Fetcher(options(*(server.authority() for server in servers))) as fetcher:
            for name in ("first", "second"):
                for server in servers:
                    target = Target(name=name, url=server.url("/feed"), validators=KNOWN)
                    await fetcher.fetch(target, more=lambda: True)
                servers.reverse()

    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(FeedServer()) for _ in range(3)]
        for server in servers:
            server["/feed"] = answer(FEED, etag='"1"')
        asyncio.run(run(list(servers)))

        assert [server.connections for server in servers] == [2, 1, 1], "the one that was idle for longest had to go"


@pytest.mark.parametrize(("behaviour", "why"), UNASKED, ids=[why for _, why in UNASKED])
def test_what_was_not_asked_for_is_nobodys_answer(behaviour: Behaviour, why: str, server: FeedServer):
    """A page that can split its answer in two would otherwise write the next feed of its host.

    The server sends it whether or not another request came meanwhile, so a connection that was used for one would have
    it first.
    """
    server["/first"] = behaviour
    server["/feed"] = answer(FEED)

    _, *others = ask_in_turn(server, "/first", "/feed", "/feed")

    assert [getattr(each, "body", each) for each in others] == [FEED, FEED], why


def test_answers_with_a_body_have_connections_of_their_own(server: FeedServer):
    server["/feed"] = answer(FEED)

    assert all(isinstance(each, Document) for each in ask_in_turn(server, *["/feed"] * 3))
    assert server.connections == 3


# --- closed when it was to be used again ----------------------------------------------------------------------


def test_a_connection_closed_while_idle_costs_nobody_anything(server: FeedServer):
    """The server ends each connection after its first answer without a word of it: no header says so."""
    server["/feed"] = raw(UNCHANGED)

    fetched = ask_in_turn(server, *["/feed"] * 5)

    assert all(isinstance(each, Unchanged) for each in fetched)
    assert 5 <= len(server.requests) <= 9
    assert server.connections == 5


def test_a_connection_closed_on_reuse_is_tried_once_more_on_a_new_one(server: FeedServer):
    """RFC 9112 §9.3.1: the server may close an idle connection just as the next request is on its way."""
    server["/feed"] = in_turn(spoken(UNCHANGED), raw(), answer(FEED))

    first, second = ask_in_turn(server, "/feed", "/feed")

    assert isinstance(first, Unchanged)
    assert isinstance(second, Document)
    assert (server.connections, len(server.requests)) == (2, 3)


def test_what_a_server_had_left_of_one_answer_does_not_fail_the_next_feed(server: FeedServer):
    """It sent the body that a 304 cannot have, and that came when the next feed had asked."""
    server["/feed"] = in_turn(spoken(UNCHANGED), raw(b"<p>Not modified</p>"), answer(FEED))

    first, second = ask_in_turn(server, "/feed", "/feed")

    assert isinstance(first, Unchanged)
    assert isinstance(second, Document)
    assert second.body == FEED
    assert (server.connections, len(server.requests)) == (2, 3)


def test_a_new_connection_that_is_closed_is_not_tried_again(server: FeedServer):
    server["/feed"] = in_turn(raw(), answer(FEED))

    assert isinstance(fetch(server.url("/feed"), server.authority()), Failure)
    assert len(server.requests) == 1


def test_a_fetch_sends_seven_requests_at_most_whatever_the_server_does(server: FeedServer):
    """Five redirects, each followed on a connection that was used before and is closed on the next request."""
    dying = {f"/{number}": redirect(f"/{number + 1}", 302) for number in range(20)}
    seen: set[str] = set()

    def closing_once(path: str, then: Behaviour) -> Behaviour:
        async def behave(request: Received, wire: Wire) -> None:
            if path in seen:
                await then(request, wire)
            else:
                seen.add(path)
                wire.close()

        return behave

    for path, then in dying.items():
        server[path] = closing_once(path, then)
    server["/same"] = spoken(UNCHANGED)

    # A connection for each hop to use again, kept by those that ask the same server beside it.
    async def run() -> Fetched:
        async with Fetcher(options(server.authority(), per_host=4)) as fetcher:
            same = Target(name="same", url=server.url("/same"), validators=KNOWN)
            far = Target(name="far", url=server.url("/0"))
            fetched = await asyncio.gather(*(fetcher.fetch(same) for _ in range(4)), fetcher.fetch(far))
            return fetched[-1]

    fetched = asyncio.run(run())

    assert isinstance(fetched, Failure)
    far = [request for request in server.requests if request.path != "/same"]
    assert len(far) <= 7
    assert max(len(server.requests_to(path)) for path in dying) <= 2


# --- broken ---------------------------------------------------------------------------------------------------


def test_writing_nothing_does_not_take_the_error_away_from_the_read():
    """What a reset looked like for some time: a clean end.

    The empty body of each request was sent. Sending nothing is a call all the same, and after a reset it is the one
    that gets the error; the read after it then saw the end of the connection, not its break.
    """

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            client = socket.create_connection(listener.getsockname())
            client.setblocking(False)
            server, _ = listener.accept()
            server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            server.close()
        await asyncio.sleep(0.02)
        stream = Stream(client)

        await stream.write(b"")

        with pytest.raises(httpcore.ReadError, match="reset"):
            await stream.read(100)
        stream.close()

    asyncio.run(run())


def test_what_came_before_a_break_is_not_forgotten():
    """A TLS server that answers and then resets: asyncio's own reader would give the error and lose the answer."""

    async def run() -> None:
        reader = _Reader()
        reader.feed_data(b"the answer")
        reader.set_exception(ConnectionResetError())

        assert reader.waiting == 10
        assert await reader.read(4) == b"the "
        assert await reader.read(100) == b"answer"
        assert reader.waiting == 0
        with pytest.raises(ConnectionResetError):
            await reader.read(100)

    asyncio.run(run())


def test_reads_that_never_wait_give_others_their_turn():
    """A server faster than we are must not keep the event loop, or no deadline could end it."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def run() -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        with theirs:
            stream = Stream(ours)
            stream.expect_body(10**9, bulk=False)
            counting = asyncio.create_task(count())
            for _ in range(100):
                theirs.send(b"x" * 1000)
                assert await stream.read(1000)
            counting.cancel()
            stream.close()

    asyncio.run(run())

    assert turns >= 10
