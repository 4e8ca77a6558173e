"""Whose turn it is, and how much all may hold together."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetching.lanes import Lanes
from aggregator.fetching.memory import Memory, Share

if TYPE_CHECKING:
    from collections.abc import Callable


class Meter:
    """Counts how many are inside at once, in all and by host."""

    def __init__(self) -> None:
        self.now: dict[str, int] = {}
        self.most = 0
        self.most_of_one = 0

    async def stay(self, host: str, seconds: float = 0.01) -> None:
        self.now[host] = self.now.get(host, 0) + 1
        self.most = max(self.most, sum(self.now.values()))
        self.most_of_one = max(self.most_of_one, self.now[host])
        await asyncio.sleep(seconds)
        self.now[host] -= 1


def test_no_more_than_so_many_at_once_and_of_one_host():
    lanes, meter = Lanes(5, 2), Meter()

    async def visit(host: str) -> None:
        async with lanes.turn(host):
            await meter.stay(host)

    async def run() -> None:
        await asyncio.gather(*(visit(f"host{number % 3}") for number in range(70)))

    asyncio.run(run())

    assert meter.most == 5
    assert meter.most_of_one == 2


def test_waiting_for_one_s_host_takes_no_place_in_the_main_lane():
    """Ten feeds of a slow host must not stand in the way of the feeds of others."""
    lanes, order = Lanes(2, 1), []

    async def visit(host: str, seconds: float) -> None:
        async with lanes.turn(host):
            await asyncio.sleep(seconds)
            order.append(host)

    async def run() -> None:
        await asyncio.gather(*(visit("slow", 0.05) for _ in range(4)), *(visit(f"quick{n}", 0) for n in range(5)))

    asyncio.run(run())

    assert order[:5] == [f"quick{number}" for number in range(5)]


def test_the_slow_step_aside_for_the_next():
    lanes, done = Lanes(2, 2, patience=0.05), []

    async def visit(host: str, seconds: float) -> None:
        async with lanes.turn(host):
            await asyncio.sleep(seconds)
            done.append(host)

    async def run() -> None:
        started = asyncio.get_running_loop().time()
        await asyncio.gather(*(visit(f"slow{n}", 0.6) for n in range(6)), *(visit(f"quick{n}", 0) for n in range(3)))
        assert asyncio.get_running_loop().time() - started < 1, "the slow ones run side by side, too"

    asyncio.run(run())

    assert done[:3] == ["quick0", "quick1", "quick2"]


def test_the_side_lane_has_an_end():
    lanes, meter = Lanes(1, 100, patience=0.01), Meter()

    async def visit() -> None:
        async with lanes.turn("host"):
            await meter.stay("host", 0.2)

    async def run() -> None:
        await asyncio.gather(*(visit() for _ in range(12)))

    asyncio.run(run())

    assert meter.most == 5, "one place in the main lane, four aside"


def test_turns_given_up_are_given_back():
    """Cancelled in the queue, in the main lane or aside: each place is free again afterwards, and none twice."""
    lanes, meter = Lanes(3, 2, patience=0.02), Meter()
    dice = random.Random(1)

    async def visit(host: str, seconds: float) -> None:
        async with lanes.turn(host):
            await asyncio.sleep(seconds)

    async def run() -> None:
        tasks = [asyncio.create_task(visit(f"host{n % 4}", dice.random() / 10)) for n in range(60)]
        for task in tasks:
            await asyncio.sleep(0.002)
            if dice.random() < 0.7:
                dice.choice(tasks).cancel()
            del task
        await asyncio.gather(*tasks, return_exceptions=True)

        async def measured(host: str) -> None:
            async with lanes.turn(host):
                await meter.stay(host, 0.001)

        await asyncio.gather(*(measured(f"host{n}") for n in range(30)))

    asyncio.run(run())

    assert meter.most == 3
    assert lanes._hosts == {}
    assert lanes._side_places == 12


def test_who_else_waits():
    async def run() -> None:
        lanes = Lanes(5, 1)
        async with lanes.turn("host"):
            assert not lanes.is_awaited("host")
            other = asyncio.create_task(_enter(lanes, "host"))
            await asyncio.sleep(0)
            assert lanes.is_awaited("host")
            assert not lanes.is_awaited("another")
        await other
        assert not lanes.is_awaited("host")

    asyncio.run(run())


async def _enter(lanes: Lanes, host: str) -> None:
    async with lanes.turn(host):
        pass


# --- memory -------------------------------------------------------------------------------------------------


def never() -> None:
    raise AssertionError("nobody is slow here")


@given(
    sizes=st.lists(st.integers(0, 50), min_size=1, max_size=12),
    total=st.integers(0, 60),
    free=st.integers(0, 5),
    step=st.integers(1, 10),
    seed=st.integers(0, 1000),
)
def test_all_finish_and_never_hold_more_than_the_total_and_one_limit(
    sizes: list[int], total: int, free: int, step: int, seed: int
):
    """Each body grows a unit at a time. Whatever the order: no two wait for each other, and the sum is bounded."""
    memory, dice = Memory(total, free=free, step=step), random.Random(seed)
    held = dict.fromkeys(range(len(sizes)), 0)
    most = 0

    async def grow(number: int, size: int) -> None:
        nonlocal most
        with memory.share(never) as share:
            for reached in range(1, size + 1):
                held[number] = reached
                most = max(most, sum(held.values()))
                if not memory.grow(share, reached):
                    await memory.wait(share)
                for _ in range(dice.randint(0, 2)):
                    await asyncio.sleep(0)
            held[number] = 0

    async def run() -> None:
        async with asyncio.timeout(5):
            await asyncio.gather(*(grow(number, size) for number, size in enumerate(sizes)))

    asyncio.run(run())

    assert memory._used == 0
    assert memory._shares == set()
    # Each may be one unit over before it is told to wait.
    assert most <= total + max(sizes) + len(sizes) * (free + 1)


def test_small_bodies_do_not_wait_for_large_ones():
    memory = Memory(100, free=10, step=1)
    with memory.share(never) as first, memory.share(never) as second, memory.share(never) as small:
        assert memory.grow(first, 200), "one may go beyond"
        assert not memory.grow(second, 20)
        assert memory.grow(small, 10)


def test_who_holds_memory_and_brings_nothing_is_dismissed_when_others_wait():
    """A server that sends megabytes at once and then a byte now and then; another that keeps coming; and one more."""
    dismissed: list[str] = []
    kilobyte = 1024

    async def run() -> None:
        memory = Memory(1000 * kilobyte, free=0, step=kilobyte, patience=0.05)
        with (
            memory.share(lambda: dismissed.append("drip")) as drip,
            memory.share(lambda: dismissed.append("busy")) as busy,
        ):
            assert memory.grow(drip, 990 * kilobyte)
            assert memory.grow(busy, 20 * kilobyte), "the one that may go beyond"
            with memory.share(lambda: dismissed.append("waiting")) as third:
                assert not memory.grow(third, kilobyte)
                waiting = asyncio.create_task(memory.wait(third))
                for step in range(10):
                    await asyncio.sleep(0.02)
                    memory.grow(drip, 990 * kilobyte + step)
                    memory.grow(busy, (20 + 10 * step) * kilobyte)
                waiting.cancel()
                await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(run())

    assert set(dismissed) == {"drip"}


def test_who_would_hold_memory_longest_makes_room_for_what_is_soon_complete():
    """Sixty servers trickled ten megabytes each; behind them a feed of 1.6 MB waited for memory until its deadline."""
    dismissed: list[str] = []
    kilobyte = 1024

    async def run() -> None:
        memory = Memory(100 * kilobyte, free=0, step=10 * kilobyte, patience=60)
        with contextlib.ExitStack() as shares:

            def begin(name: str, most: int) -> Share:
                return shares.enter_context(memory.share(lambda: dismissed.append(name), most * kilobyte))

            slow = [begin(f"slow {number}", 10_000) for number in range(9)]
            almost = begin("almost complete", 11)
            await asyncio.sleep(0.2)
            for share in (*slow, almost):
                assert memory.grow(share, 10 * kilobyte)
            assert memory.grow(slow[0], 11 * kilobyte), "the one that may go beyond"
            waiting = []
            for share in (begin("large", 10_000_000), begin("soon complete", 16)):
                assert not memory.grow(share, 9 * kilobyte)
                waiting.append(asyncio.create_task(memory.wait(share)))
            await asyncio.sleep(0.01)

            memory._make_room(time.monotonic() + 179)
            assert not dismissed, "nobody was kept waiting for long yet"
            held = memory.hold()
            held.weigh(51 * kilobyte)
            memory._make_room(time.monotonic() + 181)
            assert not dismissed, "what is complete leaves by itself"
            held.release()
            memory._make_room(time.monotonic() + 181)

            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())

    assert len(dismissed) in {1, 2}, "as many as it takes"
    assert all(name.startswith("slow") for name in dismissed)


def test_nobody_is_dismissed_while_nobody_waits():
    async def run() -> None:
        memory = Memory(100, free=0, step=1, patience=0.01)
        with memory.share(never) as idle:
            assert memory.grow(idle, 90)
            await asyncio.sleep(0.05)

    asyncio.run(run())


def test_a_waiter_that_is_cancelled_leaves_nothing_behind():
    async def run() -> None:
        memory = Memory(10, free=0, step=1)
        with memory.share(never) as first:
            assert memory.grow(first, 11), "one may go beyond"
            with memory.share(never) as second:
                assert not memory.grow(second, 5)
                waiting = asyncio.create_task(memory.wait(second))
                await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
            assert memory.grow(first, 12)
        with memory.share(never) as third:
            assert memory.grow(third, 11)

    asyncio.run(run())


def order_of_those_that_wait(*waiting: tuple[str, int, int | None]) -> list[str]:
    """Who gets memory in which order: by name, with so many bytes, of so many at most where that is known."""
    order: list[str] = []

    async def waits(memory: Memory, name: str, size: int, most: int | None) -> None:
        with memory.share(never) if most is None else memory.share(never, most) as share:
            if not memory.grow(share, size):
                await memory.wait(share)
            order.append(name)
            await asyncio.sleep(0)

    async def run() -> None:
        memory = Memory(100, free=0, step=1)
        with memory.share(never) as first, memory.share(never) as beyond:
            assert memory.grow(first, 100)
            assert memory.grow(beyond, 1)
            tasks = [asyncio.create_task(waits(memory, *each)) for each in waiting]
            await asyncio.sleep(0.01)
            assert order == []
        await asyncio.gather(*tasks)

    asyncio.run(run())
    return order


def test_what_is_soon_complete_goes_first():
    """The largest went first: a feed of a megabyte waited behind all of ten."""
    waiting = ("far", 90, 10_000_000), ("near", 40, 41), ("further", 90, 100_000_000)
    assert order_of_those_that_wait(*waiting) == ["near", "far", "further"]


def test_of_those_that_may_be_of_any_size_the_largest_goes_first():
    assert order_of_those_that_wait(("40", 40, None), ("90", 90, None), ("60", 60, None)) == ["90", "60", "40"]


def test_what_is_held_counts_until_it_is_released_and_never_waits():
    async def run() -> None:
        memory = Memory(100, free=10, step=5, patience=0.01)
        held = memory.hold()
        held.weigh(500)
        with memory.share(lambda: None) as first, memory.share(never) as second:
            assert memory.grow(first, 15), "a first step is everybody's"
            assert not memory.grow(second, 20), "nobody goes beyond what complete documents fill"
            waiting = asyncio.create_task(memory.wait(second))
            await asyncio.sleep(0.05)
            assert not waiting.done(), "and what is held is not dismissed for its pace"
            held.weigh(30)
            await waiting
        held.release()
        assert (memory._used, memory._complete) == (0, 0)

    asyncio.run(run())


def test_bodies_that_become_complete_one_after_the_other_do_not_all_stay():
    """Twenty-four documents of ten megabytes, each gone beyond the budget in its turn, waited together to be read."""
    memory, limit = Memory(160, free=1, step=10), 100
    sizes = dict.fromkeys(range(24), 0)
    most = 0

    async def fetch(number: int, reader: asyncio.Lock) -> None:
        nonlocal most
        with memory.share(never) as share:
            for size in range(1, limit + 1):
                if not memory.grow(share, size):
                    await memory.wait(share)
                sizes[number] = size
                most = max(most, sum(sizes.values()))
                await asyncio.sleep(0)
        held = memory.hold()
        held.weigh(limit)
        async with reader:
            for _ in range(500):
                await asyncio.sleep(0)
        sizes[number] = 0
        held.release()

    async def run() -> None:
        reader = asyncio.Lock()
        async with asyncio.timeout(10):
            await asyncio.gather(*(fetch(number, reader) for number in range(24)))

    asyncio.run(run())

    assert memory._used == 0
    assert most <= 2 * 160 + 2 * limit + 24 * (1 + 10), "it was all of them: 24 * 100"


def test_what_stalls_on_one_host_does_not_keep_its_other_feeds_waiting():
    """Thirty tarpits of one server held its two places until their deadlines: its sound feeds waited minutes."""

    async def scene() -> tuple[int, int]:
        lanes = Lanes(100, 2, patience=0.02)
        never = asyncio.Event()

        async def tarpit() -> None:
            async with lanes.turn("host"):
                await never.wait()

        tarpits = [asyncio.create_task(tarpit()) for _ in range(12)]
        await asyncio.sleep(0)
        begun = asyncio.get_running_loop().time()
        async with asyncio.timeout(2), lanes.turn("host"):
            waited = asyncio.get_running_loop().time() - begun
        assert 0.1 < waited < 1  # behind six pairs of them, a moment each
        # With as many as the side places of one host take, whoever comes waits.
        tarpits += [asyncio.create_task(tarpit()) for _ in range(30)]
        await asyncio.sleep(0.5)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), lanes.turn("host"):
                pass
        for task in tarpits:
            task.cancel()
        await asyncio.gather(*tarpits, return_exceptions=True)
        async with asyncio.timeout(0.5), lanes.turn("host"), lanes.turn("host"):
            return 1, 1

    assert asyncio.run(scene()) == (1, 1)


def bringing(pace: int) -> Callable[[], int]:
    """So many bytes a second from now on."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    return lambda: int(pace * (clock() - begun))


def test_a_host_that_never_answers_is_given_up_feed_by_feed_until_its_sound_ones_are_reached():
    """With a hundred tarpits the side places of their host were taken, too, and its sound feeds waited for minutes."""

    async def scene() -> tuple[list[str], float]:
        lanes = Lanes(100, 2, patience=0.02)
        never, given_up = asyncio.Event(), []

        async def tarpit(name: str, pace: int) -> None:
            async with lanes.turn("host") as turn:
                over = asyncio.Event()
                turn.watch(bringing(pace), over.set)
                await over.wait()
                given_up.append(name)

        streaming = [asyncio.create_task(tarpit("streaming", 2000)) for _ in range(3)]
        tarpits = [asyncio.create_task(tarpit("tarpit", number % 3)) for number in range(60)]
        elsewhere = asyncio.create_task(tarpit("elsewhere", 0))
        await asyncio.sleep(0)
        begun = asyncio.get_running_loop().time()
        async with asyncio.timeout(10), lanes.turn("host"):
            waited = asyncio.get_running_loop().time() - begun
        so_far = list(given_up)
        await asyncio.sleep(0.5)
        assert len(given_up) == len(so_far), "nobody waits any more"
        for task in [*streaming, *tarpits, elsewhere]:
            task.cancel()
        await asyncio.gather(*streaming, *tarpits, elsewhere, return_exceptions=True)
        assert not never.is_set()
        assert lanes._hosts == {}
        return so_far, waited

    given_up, waited = asyncio.run(scene())

    assert set(given_up) == {"tarpit"}, "not those that bring something"
    assert 40 <= len(given_up) <= 50, "62 of the 64 that are here may stay: 16 aside, 2 in the main lane"
    assert waited < 8, "and not for the timeout: a busy machine takes longer"


@pytest.mark.parametrize(("hosts", "sound"), [(200, "elsewhere"), (5, "host0")], ids=["a host each", "five hosts"])
def test_servers_that_never_answer_are_given_up_one_by_one_until_the_sound_ones_are_reached(hosts: int, sound: str):
    """Two hundred tarpits took all places, and whoever came behind them waited for their deadlines."""

    async def scene() -> tuple[list[str], float]:
        lanes, given_up = Lanes(8, 4, patience=0.02), []

        async def tarpit(name: str, host: str, pace: int) -> None:
            async with lanes.turn(host) as turn:
                over = asyncio.Event()
                turn.watch(bringing(pace), over.set)
                await over.wait()
                given_up.append(name)

        tasks = [asyncio.create_task(tarpit("streaming", f"streaming{number}", 10**6)) for number in range(5)]
        tasks += [asyncio.create_task(tarpit("tarpit", f"host{number % hosts}", 1500 + number)) for number in range(60)]
        await asyncio.sleep(0)
        begun = asyncio.get_running_loop().time()
        async with asyncio.timeout(10), lanes.turn(sound):
            waited = asyncio.get_running_loop().time() - begun
        so_far = list(given_up)
        await asyncio.sleep(0.5)
        kept = len(tasks) - len(given_up)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert 36 <= kept <= 40, "nobody is given up for whom nobody waits: 32 may be aside, and 8 in the main lane"
        assert lanes._hosts == {}
        assert lanes._aside == {}
        return so_far, waited

    given_up, waited = asyncio.run(scene())

    assert set(given_up) == {"tarpit"}, "not those that bring something"
    assert waited < 3


def test_a_slow_host_has_all_the_time_there_is_while_nobody_waits_for_it():
    async def scene() -> None:
        lanes = Lanes(100, 1, patience=0.01)
        given_up = asyncio.Event()

        async def slow() -> None:
            async with lanes.turn("host") as turn:
                turn.watch(lambda: 0, given_up.set)
                await asyncio.sleep(0.5)

        await asyncio.gather(*(slow() for _ in range(9)))
        assert not given_up.is_set()

    asyncio.run(scene())
