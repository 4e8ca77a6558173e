"""A permanent move that leads nowhere is taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.model import FailureKind, Validators
from tests.polling.desk import failure, post

if TYPE_CHECKING:
    from tests.polling.desk import Desk

HOME, NEW = "https://blog.example/feed/", "https://new.example/feed/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def moved(desk: Desk) -> None:
    desk.poll(post(guid="1"), moved_to=NEW, validators=Validators('"x"', None))
    assert (desk.feed().url, desk.feed().validators_url) == (NEW, None)


@pytest.mark.parametrize(
    ("kind", "status", "polls", "apart", "taken_back", "why"),
    [
        (FailureKind.HTTP_STATUS, 404, 2, HOUR, False, "a new server may be set up"),
        (FailureKind.HTTP_STATUS, 404, 3, HOUR, True, "it is not there"),
        (FailureKind.NOT_A_FEED, 200, 3, HOUR, True, "the name was sold"),
        (FailureKind.CHALLENGE, 200, 3, HOUR, True, "a login page: a hotel's network had moved everything"),
        (FailureKind.GONE, 410, 1, HOUR, True, "its server's own word"),
        (FailureKind.DNS, None, 9, HOUR, False, "this machine may be offline"),
        (FailureKind.DNS, None, 3, DAY, True, "not for days"),
        (FailureKind.DNS, None, 2, 9 * DAY, False, "it was asked but twice"),
        (FailureKind.RATE_LIMITED, 429, 9, DAY, False, "the feed is there"),
        (FailureKind.BROKEN_FEED, 200, 9, DAY, False, "so it is"),
        (FailureKind.WORKER, 200, 9, DAY, False, "our own fault"),
    ],
)
def test_when_a_move_leads_nowhere(
    desk: Desk, *, kind: FailureKind, status: int | None, polls: int, apart: timedelta, taken_back: bool, why: str
):
    """A feed whose move was adopted was asked at the dead address for ever, while config's still answered."""
    moved(desk)
    for _ in range(polls):
        assert desk.feed().url == NEW, why
        changes = desk.answer(failure(kind, status))
        desk.now += apart - HOUR
    assert (desk.feed().url == HOME) is taken_back, why
    assert ("its address in config again" in changes.next_poll_reason) is taken_back


def test_what_came_from_where_it_had_moved_to_is_still_vouched_for_there(desk: Desk):
    """Should config's address lead there after all, nothing is fetched anew."""
    moved(desk)
    for _ in range(3):
        desk.answer(failure(FailureKind.HTTP_STATUS, 404))
    feed = desk.feed()
    assert (feed.url, feed.etag, feed.validators_url, feed.failures) == (HOME, '"x"', NEW, 3)
    assert desk.count("entries") == 1
    desk.poll(post(guid="1"), post("B", guid="2"), moved_to=NEW)
    assert (desk.feed().url, desk.feed().failures) == (NEW, 0)


def test_at_its_address_in_config_nothing_is_taken_back(desk: Desk):
    desk.poll(post(guid="1"), validators=Validators('"x"', None))
    for _ in range(4):
        changes = desk.answer(failure(FailureKind.HTTP_STATUS, 404))
    assert (desk.feed().url, desk.feed().validators_url) == (HOME, None)
    assert "config" not in changes.next_poll_reason
