"""What one connection does when the other side breaks it."""

from __future__ import annotations

import asyncio
import socket
import struct

import httpcore
import pytest

from aggregator.fetching.stream import Stream, _Reader


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
