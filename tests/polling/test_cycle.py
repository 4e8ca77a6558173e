"""The river end to end: real servers on loopback, real workers, SQLite on disk."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.config.load import LoadedConfig, load
from aggregator.errors import DatabaseBusy, DatabaseFull
from aggregator.polling import cycle, recorder
from aggregator.polling.cycle import poll_once
from aggregator.polling.owner import new_owner
from aggregator.polling.record import record
from aggregator.polling.setup import feed_entries
from aggregator.store import claims, feeds, open_store
from tests.polling.children import children
from tests.servers.feed_server import FeedServer, after, answer, in_turn, raw, redirect, rss, stall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from aggregator.polling.outcome import Changes
    from aggregator.store import Store
    from tests.servers.feed_server import Behaviour, Received, Wire

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


class House:
    """A configuration and a database in a folder, and a clock that is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW

    def configure(self, urls: dict[str, str], *, allow: Sequence[str], more: str = "", keys: str = "") -> None:
        """Write config.toml and bring the table in step. ``more``: sections; ``keys``: keys for every feed."""
        parts = [f"[http]\nallow = {json.dumps(list(allow))}\n{more}"]
        parts += [f'[[feeds]]\nname = "{name}"\nurl = "{url}"\n{keys}' for name, url in urls.items()]
        (self.folder / "config.toml").write_text("\n".join(parts))
        with self.store() as store:
            feeds.sync(store, feed_entries(self.loaded.config), self.now)

    @property
    def loaded(self) -> LoadedConfig:
        return load(self.folder / "config.toml", environ={})

    def store(self) -> Store:
        return open_store(self.folder / "aggregator.db")

    def poll(self, **options: Any) -> dict[str, Changes]:
        """One pass; what it changed, by feed."""

        async def go() -> list[Changes]:
            with self.store() as store:
                return await poll_once(store, self.loaded, clock=lambda: self.now, **options)

        return {changes.feed: changes for changes in asyncio.run(go())}

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "aggregator.db")) as connection:
            return connection.execute(sql, parameters).fetchall()

    def leased(self) -> list[str]:
        return [name for (name,) in self.rows("SELECT name FROM feeds WHERE lease_owner IS NOT NULL ORDER BY name")]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


# --- what comes of a feed -----------------------------------------------------------------------------


def test_a_pass_stores_what_is_new_and_says_what_comes_next(house, server):
    server["/a"] = answer(rss("First", "Second"), etag='"1"')
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    changes = house.poll()["a"]
    assert (changes.outcome, changes.status, len(changes.new), changes.error) == ("ok", 200, 2, None)
    assert NOW + 30 * MINUTE <= changes.next_poll_at <= NOW + 33 * MINUTE
    assert changes.next_poll_reason == "every 30 minutes"
    assert house.rows("SELECT title FROM entries ORDER BY title") == [("First",), ("Second",)]
    assert house.rows("SELECT outcome, new, http_status FROM polls") == [("ok", 2, 200)]
    assert house.leased() == []


def test_feeds_of_one_host_share_a_connection_though_others_stand_between(house, server):
    with FeedServer() as other:
        for number in range(3):
            server[f"/{number}"] = other[f"/{number}"] = answer(rss("First"), etag='"1"')
        urls = {f"{host.port}-{n}": host.url(f"/{n}") for n in range(3) for host in (server, other)}
        house.configure(urls, allow=[server.authority(), other.authority()], more="concurrency = 1")
        house.poll()
        assert (server.connections, other.connections) == (3, 3)
        house.now += 40 * MINUTE
        assert {changes.outcome for changes in house.poll().values()} == {"unchanged"}
        assert (server.connections, other.connections) == (4, 4)


def test_what_is_not_due_is_not_asked(house, server):
    server["/a"] = rss("First")
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    house.poll()
    house.now += 20 * MINUTE
    assert house.poll() == {}
    house.now += 20 * MINUTE
    assert house.poll()["a"].outcome == "unchanged"
    assert len(server.requests) == 2


def test_items_that_are_as_they_were_are_not_read_again(house, server, monkeypatch):
    """What reaches the record is the new post alone; what is stored is as if all had been read."""
    old = [f"Post {number}" for number in range(3)]
    server["/a"] = in_turn(rss(*old), rss(*old, "News"))
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    house.poll()
    house.now += 60 * MINUTE
    read: list[int] = []

    def spy(store: Any, batch: Any, **more: Any) -> Any:
        read.extend(len(polled.assessed.entries) for polled in batch)
        return record(store, batch, **more)

    monkeypatch.setattr(recorder, "record", spy)
    changes = house.poll()["a"]
    assert read == [1]
    assert (changes.outcome, len(changes.new), len(changes.changed)) == ("ok", 1, 0)
    assert house.rows("SELECT count(*), count(DISTINCT last_seen_at) FROM sightings") == [(4, 1)]


def test_where_an_item_that_was_left_unread_matters_the_document_is_read_whole(house, server):
    """A new item with a known guid: then neither has a guid that tells it from the other."""
    old = rss("One", "Two")
    server["/a"] = in_turn(
        old,
        old.replace(
            b"</channel>", b"<item><title>Three</title><guid isPermaLink='false'>post-0</guid></item></channel>"
        ),
    )
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    house.poll()
    house.now += 60 * MINUTE
    changes = house.poll()["a"]
    assert (changes.outcome, len(changes.new), changes.error) == ("ok", 1, None)
    assert house.rows("SELECT title FROM entries ORDER BY id") == [("One",), ("Two",), ("Three",)]
    assert len(server.requests) == 2, "it is at hand, and not fetched again"
    assert house.leased() == []


def test_unchanged_feeds_cost_no_reading(house, server, monkeypatch):
    """A 304, or the same bytes again, must not start a worker process."""
    server["/validators"] = answer(rss("One"), etag='"1"')
    server["/bytes"] = rss("Two")
    names = {"validators": server.url("/validators"), "bytes": server.url("/bytes")}
    house.configure(names, allow=[server.authority()])
    house.poll()
    house.now += 60 * MINUTE

    def no_process(*_: Any, **__: Any) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", no_process)
    changes = house.poll()
    assert {name: (each.outcome, each.status) for name, each in changes.items()} == {
        "validators": ("unchanged", 304),
        "bytes": ("unchanged", 200),
    }
    assert server.requests_to("/validators")[1].header("If-None-Match") == b'"1"'


def test_each_failure_is_its_feeds_alone(house, server):
    server["/good"] = rss("One")
    server["/missing"] = answer(status=404)
    server["/page"] = answer("<html><body>moved</body></html>", content_type="text/html")
    server["/broken"] = answer("<rss><channel><item>", content_type="text/xml")
    server["/cut"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss>", then="reset")
    names = ["good", "missing", "page", "broken", "cut"]
    urls = {name: server.url(f"/{name}") for name in names} | {"private": "http://127.0.0.1:9/"}
    house.configure(urls, allow=[server.authority()])
    changes = house.poll()
    assert changes.keys() == urls.keys()
    assert [name for name, each in changes.items() if each.error is None] == ["good"]
    kinds = dict(house.rows("SELECT name, error_kind FROM polls JOIN feeds ON feeds.id = feed_id"))
    assert kinds == {
        "good": None,
        "missing": "http_status",
        "page": "not_a_feed",
        "broken": "broken_feed",
        "cut": "truncated",
        "private": "forbidden_address",
    }
    # What the worker found wrong keeps what the server had said.
    assert house.rows("SELECT http_status, bytes > 0 FROM polls WHERE error_kind = 'not_a_feed'") == [(200, 1)]


def test_a_secret_that_is_not_there_is_a_failure_of_its_feed(house, server):
    server["/a"] = rss("One")
    house.configure(
        {"a": server.url("/a")}, allow=[server.authority()], keys='headers_env = { "X-Token" = "NO_SUCH_VARIABLE" }'
    )
    changes = house.poll()["a"]
    assert changes.outcome == "failed"
    assert "NO_SUCH_VARIABLE is not set" in changes.error
    assert server.requests == []


def test_failing_feeds_back_off_and_come_back(house, server):
    server["/a"] = in_turn(answer(status=500), answer(status=500), rss("One"))
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    waits = []
    for _ in range(2):
        waits.append(house.poll()["a"].next_poll_at - house.now)
        house.now += waits[-1]
    assert 30 * MINUTE <= waits[0] <= 33 * MINUTE
    assert 60 * MINUTE <= waits[1] <= 66 * MINUTE
    assert house.poll()["a"].outcome == "ok"
    assert house.rows("SELECT status, failures FROM feeds") == [("ok", 0)]


def test_force_asks_what_is_not_due_but_waits_for_retry_after(house, server):
    server["/a"] = rss("One")
    server["/limited"] = in_turn(answer(status=429, headers=[("Retry-After", "3600")]), rss("Two"))
    house.configure({name: server.url(f"/{name}") for name in ("a", "limited")}, allow=[server.authority()])
    house.poll()
    house.now += 10 * MINUTE
    assert list(house.poll(force=True)) == ["a"]
    house.now += 60 * MINUTE
    assert house.poll(force=True).keys() == {"a", "limited"}


def test_in_quiet_hours_nothing_is_asked_and_each_feed_says_so(house, server):
    """Due when they begin: new ones, and those that fell due while the machine slept. It is 13:00 in London."""
    for name in ("a", "own", "new"):
        server[f"/{name}"] = rss(name)
    urls = {name: server.url(f"/{name}") for name in ("a", "own")}
    quiet = '[polling]\nquiet_hours = ["12:50-14:00"]\n'
    house.now -= 30 * MINUTE
    house.configure(urls, allow=[server.authority()], more=quiet)
    assert house.poll().keys() == {"a", "own"}
    house.now += 45 * MINUTE
    house.configure(urls | {"new": server.url("/new")}, allow=[server.authority()], more=quiet)
    with (house.folder / "config.toml").open("a") as file:
        file.write('quiet_hours = []\n[[feeds]]\nname = "other"\nurl = "http://other.example/"\n')
    assert house.poll().keys() == {"new"}, "the one with quiet hours of its own: none"
    waiting = dict(house.rows("SELECT name, next_poll_reason FROM feeds WHERE name IN ('a', 'own')"))
    assert all(reason.endswith("quiet hours last until Wed 14:00") for reason in waiting.values()), waiting
    assert house.poll(force=True).keys() == {"a", "own", "new"}
    house.now += 3 * 60 * MINUTE
    assert house.poll().keys() == {"a", "own", "new"}


def test_what_is_due_when_quiet_hours_begin_is_put_off(house, server):
    """The times were set before there were quiet hours in config; a feed that was never asked is due in any case."""
    server["/a"], server["/b"] = rss("a"), rss("b")
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    house.poll()
    house.now += 40 * MINUTE
    urls = {name: server.url(f"/{name}") for name in ("a", "b")}
    house.configure(urls, allow=[server.authority()], more='[polling]\nquiet_hours = ["13:30-17:00"]\n')
    assert house.poll() == {}
    for name, at, reason in house.rows("SELECT name, next_poll_at, next_poll_reason FROM feeds"):
        assert "2026-06-10T16:00:00Z" <= at <= "2026-06-10T16:06:00Z", name
        assert reason == "quiet hours last until Wed 17:00"
    assert len(server.requests) == 1
    house.now = datetime(2026, 6, 10, 16, 6, tzinfo=UTC)
    assert house.poll().keys() == {"a", "b"}


def test_named_feeds_only(house, server):
    server["/b"] = rss("One")
    house.configure({name: server.url(f"/{name}") for name in ("a", "b", "c")}, allow=[server.authority()])
    assert house.poll(names=["b"]).keys() == {"b"}


def test_credentials_stay_with_the_server_they_were_given_for(house, server, monkeypatch):
    """After a permanent move to another server is adopted, the configured headers would go there with each poll."""
    with FeedServer() as elsewhere:
        elsewhere["/b"] = rss("One")
        server["/a"] = redirect(elsewhere.url("/b"), 301)
        house.configure(
            {"a": server.url("/a")},
            allow=[server.authority(), elsewhere.authority()],
            keys='headers_env = { "X-Token" = "TOKEN_OF_A" }',
        )
        monkeypatch.setenv("TOKEN_OF_A", "s3cret")
        house.poll()
        house.now += 60 * MINUTE
        assert house.poll()["a"].error is None
        assert server.requests[0].header("X-Token") == b"s3cret"
        assert [request.header("X-Token") for request in elsewhere.requests] == [None, None]
        assert len(server.requests) == 1  # adopted


def test_a_move_to_a_place_that_dies_is_taken_back(house, server):
    """An adopted 301 was for ever: the feed failed each day at a host long given up, and config's address was fine."""
    server["/a"], server["/new"] = redirect("/new", 301), rss("One")
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    house.poll()
    server["/a"], server["/new"] = rss("One", "Two"), answer(b"", 404)
    for _ in range(4):
        house.now += 24 * 60 * MINUTE
        changes = house.poll()["a"]
    assert [request.target for request in server.requests] == [b"/a", b"/new", b"/new", b"/new", b"/new", b"/a"]
    assert (changes.error, len(changes.new)) == (None, 1)


# --- many feeds ---------------------------------------------------------------------------------------


def test_hundreds_of_feeds_in_one_pass_each_once(house, server):
    """More than one claim, one batch and one worker's queue hold."""
    names = [f"f{number}" for number in range(300)]
    for name in names:
        server[f"/{name}"] = rss(f"Post of {name}")
    house.configure({name: server.url(f"/{name}") for name in names}, allow=[server.authority()])
    told: list[str] = []
    changes = house.poll(on_changes=lambda each: told.append(each.feed))
    assert sorted(told) == sorted(changes) == sorted(names)
    assert len(server.requests) == 300
    assert house.leased() == []


@pytest.mark.parametrize(
    ("soon", "lull"),
    [
        (0.0, 60.0),  # all that can come is a slow server's: the last batch of a pass waited a tenth of a second for it
        (60.0, recorder.LULL),  # a pass of 304s is over before a server is known to be slow, and waited just as long
    ],
    ids=["known to be slow", "not known yet"],
)
def test_what_came_is_recorded_without_waiting_for_a_slow_server(house, server, monkeypatch, soon, lull):
    monkeypatch.setattr(recorder, "BATCH_WAIT", 60.0)
    monkeypatch.setattr(recorder, "LULL", lull)
    monkeypatch.setattr(cycle, "SOON", soon)
    server["/quick"] = rss("One")
    server["/slow"] = stall()
    urls = {"quick": server.url("/quick"), "slow": server.url("/slow")}
    house.configure(urls, allow=[server.authority()], more='deadline = "5s"\n')
    stop = asyncio.Event()
    assert list(house.poll(stop=stop, on_changes=lambda _: stop.set())) == ["quick"]


def test_a_slow_server_holds_up_only_itself(house, server):
    """Thirty feeds of a server that never answers, due first, before ten of one that does."""
    with FeedServer(host="127.0.0.2", fallback=stall()) as tarpit:
        slow = {f"slow{number}": tarpit.url(f"/{number}") for number in range(30)}
        good = {f"good{number}": server.url(f"/{number}") for number in range(10)}
        for name in good:
            server[f"/{name.removeprefix('good')}"] = rss(name)
        house.configure(
            slow | good, allow=[server.authority(), tarpit.authority()], more='deadline = "5s"\nconcurrency = 4\n'
        )
        done: dict[str, float] = {}
        started = time.monotonic()
        stop = asyncio.Event()

        def told(changes: Changes) -> None:
            done[changes.feed] = time.monotonic() - started
            if good.keys() <= done.keys():
                stop.set()

        house.poll(on_changes=told, stop=stop)
        assert done.keys() == good.keys()
        assert max(done.values()) < 4
        assert house.leased() == []


def test_what_a_server_does_not_answer_does_not_hold_up_its_other_feeds(house, server):
    """Nine paths that are never answered, on the very server that has three sound ones: these waited 5 s, in turn."""
    names = [f"slow{number}" for number in range(9)] + [f"good{number}" for number in range(3)]
    for name in names:
        server[f"/{name}"] = rss(name) if name.startswith("good") else stall()
    house.configure(
        {name: server.url(f"/{name}") for name in names}, allow=[server.authority()], more='deadline = "5s"\n'
    )
    done: list[str] = []
    started = time.monotonic()
    stop = asyncio.Event()

    def told(changes: Changes) -> None:
        done.append(changes.feed)
        if len(done) == 3:
            stop.set()

    house.poll(on_changes=told, stop=stop)
    assert sorted(done) == ["good0", "good1", "good2"]
    assert time.monotonic() - started < 4


def test_documents_do_not_pile_up_before_the_workers(house, server, monkeypatch):
    """However fast servers are, a pass holds a few documents at a time."""
    from aggregator.polling import cycle, load

    monkeypatch.setattr(load, "MOST_DOCUMENTS", 3)
    held: list[int] = []
    original = cycle._Pass._read

    async def watched_read(self: Any, polled: Any, document: Any, pool: Any) -> Any:
        result = await original(self, polled, document, pool)
        held.append(self._load.documents)
        return result

    monkeypatch.setattr(cycle._Pass, "_read", watched_read)
    names = [f"f{number}" for number in range(60)]
    for name in names:
        server[f"/{name}"] = rss(f"Post of {name}")
    house.configure(
        {name: server.url(f"/{name}") for name in names},
        allow=[server.authority()],
        more="concurrency = 4\nper_host = 4\n",
    )
    assert len(house.poll()) == 60
    assert max(held) <= 3 + 4  # those that were under way when the limit was reached


def test_big_documents_are_in_memory_one_after_the_other(house, server, monkeypatch):
    """What is read from one is recorded before the next is read; small ones go on beside it."""
    from aggregator.polling import cycle

    monkeypatch.setattr(cycle, "BIG", 1000)
    reading = 0
    most = 0
    original = cycle._Pass._read

    async def watched_read(self: Any, polled: Any, document: Any, pool: Any) -> Any:
        nonlocal reading, most
        big = len(document.body) > 1000
        reading += big
        most = max(most, reading)
        try:
            return await original(self, polled, document, pool)
        finally:
            reading -= big

    monkeypatch.setattr(cycle._Pass, "_read", watched_read)
    for number in range(6):
        server[f"/{number}"] = rss(f"Post {number}", "x" * 1000 if number % 2 else "y")
    house.configure({f"f{n}": server.url(f"/{n}") for n in range(6)}, allow=[server.authority()])
    changes = house.poll()
    assert [each.outcome for each in changes.values()] == ["ok"] * 6
    assert most == 1


def test_what_a_pass_could_not_give_back_is_free_for_its_owners_next(house, server):
    """A daemon whose database was locked at the wrong moment must not wait for its own lease."""
    server["/a"] = rss("One")
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    owner = new_owner()
    with house.store() as store:
        claims.claim_due(store, owner=owner, now=NOW, lease=5 * MINUTE, limit=10)
    assert house.poll(owner=owner).keys() == {"a"}


def test_passes_leave_no_files_threads_tasks_or_processes_behind(house, server):
    """A daemon makes thousands of them."""
    for number in range(5):
        server[f"/{number}"] = in_turn(*(rss(f"Post {turn}") for turn in range(12)))
    house.configure({f"f{n}": server.url(f"/{n}") for n in range(5)}, allow=[server.authority()])

    async def go() -> list[tuple[int, int, int]]:
        left = []
        with house.store() as store:
            for _ in range(10):
                assert len(await poll_once(store, house.loaded, clock=lambda: house.now)) == 5
                house.now += 60 * MINUTE
                files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (a count, of our own process)
                left.append((files, threading.active_count(), len(asyncio.all_tasks())))
        return left

    before = children()
    left = asyncio.run(go())
    assert len({tuple(counts) for counts in left[2:]}) == 1, left
    assert children() <= before


# --- stopping -----------------------------------------------------------------------------------------


def test_stop_keeps_what_came_and_gives_the_rest_back(house, server):
    server["/quick"] = rss("One")
    server["/slow"] = stall()
    house.configure({"quick": server.url("/quick"), "slow": server.url("/slow")}, allow=[server.authority()])
    stop = asyncio.Event()
    started = time.monotonic()
    changes = house.poll(stop=stop, on_changes=lambda _: stop.set())
    assert time.monotonic() - started < 5
    assert changes.keys() == {"quick"}
    assert house.leased() == []
    assert house.rows("SELECT count(*) FROM polls") == [(1,)]


def test_a_document_that_came_is_recorded_though_the_pass_was_told_to_stop(house, server):
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()

    def stop_now(behaviour: Behaviour) -> Behaviour:
        async def behave(request: Received, wire: Wire) -> None:
            await behaviour(request, wire)
            loop.call_soon_threadsafe(lambda: loop.call_later(0.05, stop.set))

        return behave

    server["/a"] = stop_now(answer(rss("One")))
    house.configure({"a": server.url("/a")}, allow=[server.authority()])

    async def go() -> list[Changes]:
        with house.store() as store:
            return await poll_once(store, house.loaded, clock=lambda: house.now, stop=stop)

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        changes = runner.run(go())
    assert [(each.feed, len(each.new)) for each in changes] == [("a", 1)]


def test_cancelling_the_pass_gives_its_feeds_back(house, server):
    server["/slow"] = stall()
    house.configure({"slow": server.url("/slow")}, allow=[server.authority()])

    async def go() -> None:
        with house.store() as store:
            polling = asyncio.create_task(poll_once(store, house.loaded, clock=lambda: house.now))
            while not server.requests:  # noqa: ASYNC110 (the server is a thread)
                await asyncio.sleep(0.01)
            assert house.leased() == ["slow"]
            polling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await polling

    asyncio.run(go())
    assert house.leased() == []


def test_what_a_killed_process_had_claimed_is_free_at_once(house, server):
    """Its lease has minutes to go, but this machine knows that it is dead."""
    server["/a"] = rss("One")
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    script = "from aggregator.polling.owner import new_owner; print(new_owner())"
    dead = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    with house.store() as store:
        claims.claim_due(store, owner=dead, now=NOW, lease=5 * MINUTE, limit=10)
    assert house.leased() == ["a"]
    assert house.poll().keys() == {"a"}


def test_what_a_living_process_has_claimed_is_left_to_it(house, server):
    server["/a"] = rss("One")
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    with house.store() as store:
        claims.claim_due(store, owner=new_owner(), now=NOW, lease=5 * MINUTE, limit=10)
    assert house.poll() == {}
    house.now += 6 * MINUTE
    assert house.poll().keys() == {"a"}


def test_two_passes_at_once_ask_each_feed_once(house, server):
    names = [f"f{number}" for number in range(40)]
    for name in names:
        server[f"/{name}"] = after(0.02, answer(rss(name)))
    house.configure({name: server.url(f"/{name}") for name in names}, allow=[server.authority()])

    async def both() -> list[list[Changes]]:
        with house.store() as one, house.store() as other:
            return await asyncio.gather(
                *(poll_once(store, house.loaded, clock=lambda: house.now) for store in (one, other))
            )

    changes = asyncio.run(both())
    assert sorted(each.feed for part in changes for each in part) == sorted(names)
    assert len(server.requests) == 40


# --- trouble with the database ------------------------------------------------------------------------


def test_a_locked_database_ends_the_pass_plainly_and_loses_nothing(house, server):
    house.configure({"a": server.url("/a")}, allow=[server.authority()], more='[database]\nbusy_timeout = "0s"\n')
    lock = sqlite3.connect(house.folder / "aggregator.db", isolation_level=None, check_same_thread=False)

    async def locked_meanwhile(request: Received, wire: Wire) -> None:
        lock.execute("BEGIN IMMEDIATE")
        await answer(rss("One"))(request, wire)

    server["/a"] = locked_meanwhile
    with pytest.raises(DatabaseBusy):
        house.poll()
    lock.execute("ROLLBACK")
    lock.close()
    server["/a"] = rss("One")
    assert house.rows("SELECT count(*) FROM entries, polls") == [(0,)]
    house.now += 10 * MINUTE  # the claim could not be given back either: it lapses
    assert len(house.poll()["a"].new) == 1


def test_no_server_is_asked_for_what_a_full_disk_could_not_hold(house, server, monkeypatch):
    """Called by cron every five minutes, a poll fetched every feed whole each time, for as long as the disk was full."""
    server["/a"] = rss("One")
    house.configure({"a": server.url("/a")}, allow=[server.authority()])
    monkeypatch.setattr("aggregator.store.room.free_bytes", lambda _: 200_000)
    with pytest.raises(DatabaseFull, match="No feed was asked"):
        house.poll()
    assert server.requests == []
    monkeypatch.setattr("aggregator.store.room.free_bytes", lambda _: 300_000)
    house.now += 10 * MINUTE  # the claim was not given back: that would be a write
    assert len(house.poll()["a"].new) == 1


def test_sigkill_in_the_middle_of_passes_loses_and_doubles_nothing(house, server, tmp_path):
    """Killed at different moments: each post is stored once in the end, and validators never outrun posts."""
    names = [f"f{number}" for number in range(12)]
    for name in names:
        server[f"/{name}"] = after(0.01, answer(rss(f"{name} one", f"{name} two"), etag=f'"{name}"'))
    house.configure({name: server.url(f"/{name}") for name in names}, allow=[server.authority()])
    script = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from aggregator.config.load import load
from aggregator.polling.cycle import poll_once
from aggregator.store import open_store
now = datetime.fromisoformat(sys.argv[2])
with open_store(Path(sys.argv[1], "aggregator.db")) as store:
    print("ready", flush=True)
    asyncio.run(poll_once(store, load(Path(sys.argv[1], "config.toml"), environ={}), clock=lambda: now))
"""
    for attempt in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), NOW.isoformat()], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.09 * attempt)
        process.kill()
        process.communicate()
        vouched = house.rows(
            "SELECT name FROM feeds WHERE etag IS NOT NULL AND id NOT IN (SELECT feed_id FROM sightings)"
        )
        assert vouched == []
    house.poll()
    assert house.rows("SELECT count(*), count(DISTINCT title) FROM entries") == [(24, 24)]
    assert house.leased() == []
