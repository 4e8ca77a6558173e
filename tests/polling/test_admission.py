"""Whose fetch starts next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import FeedState
from aggregator.polling.admission import Admission, server_of


def feed(number: int, server: str) -> FeedState:
    url = f"https://{server}/{number}"
    return FeedState(id=number, name=f"f{number}", url=url, configured_url=url)


def begin_all(queue: Admission) -> list[int]:
    begun = []
    while (following := queue.next()) is not None:
        begun.append(following.id)
    return begun


def test_in_their_order_as_far_as_each_server_has_room():
    queue = Admission(per_host=2)
    queue.add([feed(1, "a"), feed(2, "a"), feed(3, "a"), feed(4, "b"), feed(5, "a"), feed(6, "c")])
    assert begin_all(queue) == [1, 2, 4, 6]
    assert len(queue) == 2


def test_the_place_of_one_that_is_done_goes_to_the_next_of_its_server_before_all_others():
    queue = Admission(per_host=1)
    first = feed(1, "a")
    queue.add([first, feed(2, "a"), feed(3, "a")])
    assert begin_all(queue) == [1]
    queue.add([feed(4, "b")])
    queue.done(first)
    assert begin_all(queue) == [2, 4]


def test_it_tells_whether_more_of_a_server_wait():
    queue = Admission(per_host=1)
    first, second = feed(1, "a"), feed(2, "a")
    queue.add([first, second, feed(3, "b")])
    assert queue.awaits(first)
    assert begin_all(queue) == [1, 3]
    assert queue.awaits(first), "it is held back, not gone"
    queue.done(first)
    assert begin_all(queue) == [2]
    assert not queue.awaits(first)
    queue.add([feed(4, "a")])
    queue.clear()
    assert not queue.awaits(first)


def test_beside_what_stalls_others_of_its_server_may_go():
    """Five feeds that one server never answered held all that was allowed of it, its sound ones behind them."""
    queue = Admission(per_host=1, stalled=2)
    feeds = [feed(number, "a") for number in range(5)]
    queue.add(feeds)
    assert begin_all(queue) == [0]
    queue.stalls(feeds[0])
    assert begin_all(queue) == [4], "from the other end"
    queue.stalls(feeds[4])
    assert begin_all(queue) == [1]
    queue.stalls(feeds[1])
    assert begin_all(queue) == [], "two may stall, and the third keeps its place"
    queue.done(feeds[0])
    assert begin_all(queue) == [3], "until one of these two is done"
    queue.done(feeds[3])
    assert begin_all(queue) == [2]
    for number in (1, 2, 4):
        queue.done(feeds[number])
    assert (queue._under_way, queue._stalled, queue._stalling) == ({}, {}, {})


def test_what_waits_to_stall_may_be_done_before():
    queue = Admission(per_host=2, stalled=1)
    feeds = [feed(number, "a") for number in range(4)]
    queue.add(feeds)
    assert begin_all(queue) == [0, 1]
    queue.stalls(feeds[0])
    assert begin_all(queue) == [3]
    queue.stalls(feeds[1])
    queue.done(feeds[1])
    assert begin_all(queue) == [2]
    for number in (0, 2, 3):
        queue.done(feeds[number])
    assert (queue._under_way, queue._stalled, queue._stalling) == ({}, {}, {})


def test_sound_feeds_behind_many_that_stall_are_found_from_the_other_end():
    queue = Admission(per_host=1, stalled=50)
    feeds = [feed(number, "a") for number in range(50)]
    queue.add(feeds)
    begun = 0
    while True:
        (number,) = begin_all(queue)
        begun += 1
        if number == 49:
            break
        queue.stalls(feeds[number])
    assert begun <= 3


def test_cleared_there_is_nothing_to_begin():
    queue = Admission(per_host=1)
    first = feed(1, "a")
    queue.add([first, feed(2, "a"), feed(3, "b")])
    assert queue.next() == first
    queue.clear()
    queue.done(first)
    assert (len(queue), queue.next()) == (0, None)


def test_a_server_is_host_and_port_without_credentials():
    addresses = ["https://A.example/x", "https://user:word@a.example/y", "https://a.example:8443/z", "http://[::1/"]
    assert [server_of(url) for url in addresses] == ["a.example", "a.example", "a.example:8443", ""]


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.integers(1, 3), st.randoms(use_true_random=False))
def test_each_is_begun_once_and_never_more_of_a_server_than_allowed(servers, per_host, chance):
    queue = Admission(per_host)
    queue.add(feed(number, server) for number, server in enumerate(servers))
    under_way: list[FeedState] = []
    begun: list[int] = []
    while queue or under_way:
        while (following := queue.next()) is not None:
            under_way.append(following)
            begun.append(following.id)
        busy = [server_of(each.url) for each in under_way]
        assert all(busy.count(server) <= per_host for server in busy)
        queue.done(under_way.pop(chance.randrange(len(under_way))))
    assert sorted(begun) == list(range(len(servers)))
