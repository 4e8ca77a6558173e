"""The pool under documents that hang, crash and grow: real processes, and a parser that does as it is told."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import mode
from typing import Any

import pytest

from aggregator.model import Document, Failure, FailureKind
from aggregator.polling.outcome import Assessed
from aggregator.polling.workers import WorkerPool
from tests.polling.children import children
from tests.polling.sabotage import Sabotage


def document(body: str) -> Document:
    data = body.encode()
    return Document("http://feed.test/", 200, "text/xml", data, hashlib.sha256(data).hexdigest())


def pool(count: int = 1, *, deadline: float = 10, idle: float = 20) -> WorkerPool:
    rules: Any = (Sabotage(),)
    return WorkerPool(count, timedelta(seconds=deadline), rules, idle=timedelta(seconds=idle))


def read(*bodies: str, **options: Any) -> list[Assessed | Failure]:
    async def go() -> list[Assessed | Failure]:
        async with pool(**options) as workers:
            return await asyncio.gather(*(workers.read(document(body)) for body in bodies))

    return asyncio.run(go())


def process_of(result: Assessed | Failure) -> int:
    assert isinstance(result, Assessed)
    return int(result.feed.title or 0)


def test_documents_come_back_assessed_and_in_their_own_hands():
    results = read("a", "b", "c")
    assert [isinstance(result, Assessed) for result in results] == [True] * 3
    assert isinstance(results[0], Assessed)
    assert results[0].feed.site_url == "http://feed.test/ text/xml"


def test_no_process_runs_before_there_is_something_to_read():
    async def go() -> int:
        async with pool(4) as workers:
            await asyncio.sleep(0)
            return workers.running

    assert asyncio.run(go()) == 0


def test_processes_start_ahead_of_the_documents_that_are_expected():
    async def go(documents: int) -> tuple[int, list[Assessed | Failure]]:
        async with pool(3) as workers:
            await workers.expect(documents)
            ahead = workers.running
            return ahead, await asyncio.gather(*(workers.read(document("a")) for _ in range(3)))

    for documents, processes in ((0, 0), (3, 0), (4, 1), (11, 2), (1000, 3)):
        ahead, results = asyncio.run(go(documents))
        assert ahead == processes
        assert [isinstance(result, Assessed) for result in results] == [True] * 3


def test_a_few_documents_take_one_process_and_a_backlog_takes_more():
    assert len({process_of(result) for result in read("a", "b", count=3)}) == 1
    assert len({process_of(result) for result in read(*["slow 0.02"] * 24, count=3)}) == 3


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("exit 3", "the process that read it died (exit status 3: the ship sinks)"),
        ("kill", "the process that read it died (SIGKILL)"),
        (f"signal {int(signal.SIGSEGV)}", "the process that read it died (SIGSEGV)"),
        ("hang", "reading it took longer than 0.5 s"),
        ("allocate 500000000", "reading it took more memory than is allowed (40 MB)"),
        ("raise no such thing", "reading it failed (ValueError: no such thing)"),
    ],
)
def test_only_the_bad_document_fails(bad, message):
    """Those before it, behind it in the same process's pipe, and those that come later, are read."""
    results = read("a", bad, "b", "c", "d", "e", "f", deadline=0.5)
    assert results[1] == Failure(FailureKind.WORKER, message)
    others = results[:1] + results[2:]
    assert all(isinstance(result, Assessed) for result in others), others


def test_every_document_bad_still_ends():
    results = read(*["exit 1", "kill"] * 4, count=2)
    assert all(isinstance(result, Failure) and result.kind is FailureKind.WORKER for result in results)


def test_a_parsers_own_failure_is_passed_on():
    assert read("fail cut off") == [Failure(FailureKind.BROKEN_FEED, "cut off")]


def test_the_deadline_counts_from_when_a_document_is_begun_not_from_when_it_was_queued():
    results = read(*["slow 0.25"] * 4, deadline=0.8)
    assert all(isinstance(result, Assessed) for result in results)


def test_what_is_left_of_its_feed_s_deadline_bounds_a_document():
    async def go() -> list[Assessed | Failure]:
        async with pool(deadline=10) as workers:
            reads = [
                workers.read(document("hang"), within=timedelta(seconds=0.3)),
                workers.read(document("a"), within=timedelta(seconds=60)),
            ]
            return list(await asyncio.gather(*reads))

    late, fine = asyncio.run(go())
    assert late == Failure(FailureKind.WORKER, "reading it took longer than 0.3 s")
    assert isinstance(fine, Assessed)


def test_a_process_that_grew_is_replaced_though_its_document_was_read():
    first, second = read("keep 30000000", "a")
    assert process_of(first) != process_of(second)


BIG = "slow 0.2 " + "x" * 1_500_000


def test_a_big_document_is_read_alone_and_after_the_small_ones():
    """So that the tree's memory is bounded by one big document, however many come at once."""

    async def go() -> tuple[list[str], dict[int, list[int]]]:
        order: list[str] = []
        running: dict[int, list[int]] = {}

        async def ask(name: str, body: str) -> None:
            assert isinstance(await workers.read(document(body)), Assessed)
            order.append(name)

        async def watch() -> None:
            while True:
                running.setdefault(len(order), []).append(workers.running)
                await asyncio.sleep(0.002)

        async with pool(3) as workers:
            watching = asyncio.create_task(watch())
            bodies = [("big1", BIG), ("big2", BIG)] + [(f"small{n}", "slow 0.02") for n in range(12)]
            await asyncio.gather(*(ask(*each) for each in bodies))
            watching.cancel()
        return order, running

    order, running = asyncio.run(go())
    # The first came when nothing else was there; the others wait for it, and the second for the others.
    assert order[0] == "big1"
    assert order[-1] == "big2"
    assert mode(running[0]) == 1  # but for the moments in which it begins and ends
    assert mode(running[13]) == 1
    assert max(max(counts) for counts in running.values()) > 1


def test_small_documents_follow_a_big_one_that_is_fatal():
    results = read("exit 1 " + "x" * 1_500_000, "a", "b", BIG)
    assert [isinstance(result, Assessed) for result in results] == [False, True, True, True]


def test_memory_grows_with_the_document_and_no_further():
    """What is refused to a small document is granted to a big one."""
    small, big = read("allocate 45000000", "allocate 45000000 " + "x" * 1_500_000)
    assert isinstance(small, Failure)
    assert isinstance(big, Assessed)


def test_a_process_that_died_in_its_sleep_costs_nobody_anything():
    """Such as one that the system chose when it ran out of memory."""

    async def go() -> None:
        async with pool() as workers:
            before = process_of(await workers.read(document("a")))
            os.kill(before, signal.SIGKILL)
            while _runs(before):  # noqa: ASYNC110 (another process ends)
                await asyncio.sleep(0.01)
            async with asyncio.timeout(5):
                assert process_of(await workers.read(document("a"))) != before

    asyncio.run(go())


def test_what_a_library_prints_is_not_taken_for_an_answer_and_does_not_block():
    results = read("print 300000", "a")
    assert all(isinstance(result, Assessed) for result in results)


def test_idle_processes_stop_and_come_back_when_needed():
    async def go() -> None:
        async with pool(idle=0.05) as workers:
            before = process_of(await workers.read(document("a")))
            for _ in range(200):
                if not workers.running:
                    break
                await asyncio.sleep(0.01)
            assert workers.running == 0
            assert not _runs(before)
            assert process_of(await workers.read(document("a"))) != before

    asyncio.run(go())


def test_leaving_the_pool_ends_its_processes_even_at_work():
    async def go() -> list[int]:
        async with pool(2) as workers:
            first = process_of(await workers.read(document("a")))
            asked = asyncio.create_task(workers.read(document("hang")))
            await asyncio.sleep(0.05)
        with pytest.raises(asyncio.CancelledError):
            await asked
        return [first]

    started = time.monotonic()
    for process in asyncio.run(go()):
        assert not _runs(process)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("last", "deadline"),
    [
        ("hang", 0.1),  # killed for taking too long
        ("hang " + "x" * 3_000_000, 0.1),  # the same, most of it perhaps not yet sent
        ("exit 3", 5.0),  # died by itself, and is being asked how
        ("keep 45000000", 5.0),  # read, but too fat to go on
    ],
    ids=["hangs", "hangs on a long one", "dies", "retires"],
)
def test_a_process_that_is_being_ended_is_gone_when_the_pool_is_left(last, deadline):
    """The last document's failure ended the pass, leaving cancelled the ending, and a zombie stayed (or a live one)."""

    async def go() -> None:
        for _ in range(5):
            async with pool(deadline=deadline) as workers:
                await workers.read(document(last))
            assert children() == before

    before = children()
    asyncio.run(go())


def test_a_reader_that_gives_up_does_not_disturb_the_others():
    async def go() -> Assessed | Failure:
        async with pool() as workers:
            given_up = asyncio.create_task(workers.read(document("slow 0.2")))
            waiting = asyncio.create_task(workers.read(document("a")))
            await asyncio.sleep(0.05)
            given_up.cancel()
            return await waiting

    assert isinstance(asyncio.run(go()), Assessed)


def test_workers_do_not_listen_to_the_signals_a_group_gets():
    """Ctrl-C and systemd's SIGTERM reach every process; what is being read must still be recorded."""

    async def go() -> Assessed | Failure:
        async with pool() as workers:
            process = process_of(await workers.read(document("a")))
            asked = asyncio.create_task(workers.read(document("slow 0.2")))
            await asyncio.sleep(0.05)
            os.kill(process, signal.SIGINT)
            os.kill(process, signal.SIGTERM)
            return await asked

    assert isinstance(asyncio.run(go()), Assessed)


def test_a_worker_ends_when_its_parent_is_killed():
    """A SIGKILLed daemon must not leave processes behind."""
    script = """
import asyncio, os, signal, sys
sys.path.insert(0, sys.argv[1])
from tests.polling.test_workers import document, pool, process_of
async def go():
    async with pool() as workers:
        print(process_of(await workers.read(document("a"))), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(go())
"""
    command = [sys.executable, "-c", script, str(Path(__file__).parents[2])]
    parent = subprocess.run(command, capture_output=True, text=True, check=False)
    assert parent.returncode == -signal.SIGKILL, parent.stderr
    process = int(parent.stdout)
    deadline = time.monotonic() + 5
    while _runs(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(process)


def _runs(process: int) -> bool:
    """Whether it runs, and not only waits as a zombie for somebody to ask how it ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
