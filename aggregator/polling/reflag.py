"""Read the archive again: today's extraction and today's rules, over what is stored, told as differences.

Posts are read in batches outside of any transaction, and each batch is written in a short one; a post that was edited
in between is left to the poll that stored the edit. What a digest has told is not told again for this: an edit is
told, a better reading of the same words is not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator import flags as rules_over
from aggregator.polling.reports import inspection_ids
from aggregator.ratings import EXTRACTOR_VERSION, read
from aggregator.ratings.inspections import official_page
from aggregator.store import rereading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from aggregator.flags import Rule
    from aggregator.model import ExtraBody, Flag, Rating
    from aggregator.store import Store
    from aggregator.store.rereading import StoredPost

__all__ = ["BATCH", "Difference", "reflag"]

BATCH: Final = 100
"""Posts in one write transaction: a fraction of a second for others to wait."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What reading one post again changed. A rating with other words but the same verdict is no difference."""

    entry_id: int
    title: str
    ratings_gained: tuple[Rating, ...]
    ratings_lost: tuple[Rating, ...]
    flags_gained: tuple[str, ...]
    flags_lost: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.ratings_gained or self.ratings_lost or self.flags_gained or self.flags_lost)


def reflag(
    store: Store,
    rules: Sequence[Rule],
    bodies: Sequence[ExtraBody] = (),
    *,
    now: datetime,
    dry_run: bool = False,
    on_read: Callable[[int], None] | None = None,
) -> Iterator[Difference]:
    """Read every stored post again, and store what comes out differently.

    Args:
        store: The database; open for writing unless ``dry_run``.
        rules: Today's ``[[flags]]``.
        bodies: Today's ``[[bodies]]``.
        now: UTC; the time of flags that are new.
        dry_run: Only tell.
        on_read: Told how many posts have been read, batch by batch.

    Yields:
        Each post on which the readings differ.

    Raises:
        StoreError: The database could not be read or written; the batches before stand.
    """
    versions = {rule.name: rule.version for rule in rules}
    last = 0
    while batch := rereading.posts_after(store, last, limit=BATCH):
        last = batch[-1].id
        readings = [(post, *_read(post, rules, bodies)) for post in batch]
        stale = [each for each in readings if _is_stale(*each, versions)]
        if stale and not dry_run:
            _write(store, stale, versions, now)
        for post, ratings, met in readings:
            if difference := _difference(post, ratings, met):
                yield difference
        if on_read is not None:
            on_read(len(batch))


def _read(
    post: StoredPost, rules: Sequence[Rule], bodies: Sequence[ExtraBody]
) -> tuple[tuple[Rating, ...], tuple[Flag, ...]]:
    from aggregator.parsing.blocks import blocks  # noqa: PLC0415 - a poll's own process never parses

    reading = read(post.title, blocks(post.html), published=post.dated_at, extra_bodies=bodies)
    met = rules_over.apply(rules, title=post.title, text=post.text, ratings=reading.ratings)
    return reading.ratings, met


def _is_stale(post: StoredPost, ratings: tuple[Rating, ...], met: tuple[Flag, ...], versions: dict[str, str]) -> bool:
    found = {flag.rule: (versions[flag.rule], flag.reason) for flag in met}
    return post.extractor_version != EXTRACTOR_VERSION or post.ratings != ratings or post.flags != found


def _write(
    store: Store,
    stale: Sequence[tuple[StoredPost, tuple[Rating, ...], tuple[Flag, ...]]],
    versions: dict[str, str],
    now: datetime,
) -> None:
    with store.write() as connection:
        for post, ratings, met in stale:
            if not rereading.is_as_read(connection, post):
                continue
            published = post.dated_at or post.first_seen_at
            official = official_page(post.url, post.html)
            found = inspection_ids(connection, ratings, published=published, now=now, official_url=official)
            rereading.rewrite(
                connection,
                post.id,
                ratings=list(zip(ratings, found, strict=True)),
                flags=[(flag, versions[flag.rule]) for flag in met],
                extractor_version=EXTRACTOR_VERSION,
                now=now,
            )


def _difference(post: StoredPost, ratings: tuple[Rating, ...], met: tuple[Flag, ...]) -> Difference:
    names = [flag.rule for flag in met]
    return Difference(
        entry_id=post.id,
        title=post.title,
        ratings_gained=_beyond(ratings, post.ratings),
        ratings_lost=_beyond(post.ratings, ratings),
        flags_gained=tuple(name for name in names if name not in post.flags),
        flags_lost=tuple(sorted(set(post.flags) - set(names))),
    )


def _beyond(ratings: Sequence[Rating], others: Sequence[Rating]) -> tuple[Rating, ...]:
    """The ratings whose verdict is not among the others as often."""
    left = Counter(_verdict(rating) for rating in others)
    beyond = []
    for rating in ratings:
        verdict = _verdict(rating)
        if left[verdict] > 0:
            left[verdict] -= 1
        else:
            beyond.append(rating)
    return tuple(beyond)


def _verdict(rating: Rating) -> tuple[str | None, ...]:
    return (rating.provider_type, rating.provider, rating.area, rating.aspect, rating.rating, rating.when)
