"""The demo itself: one morning, two passes over the sample feeds, and what they leave.

The clock is an argument throughout the pipeline, so the morning can be any; the one that is shown by default was
news once.
"""

from __future__ import annotations

import asyncio
import textwrap
from contextlib import closing, contextmanager
from datetime import UTC, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from aggregator.config.load import load
from aggregator.demo.server import FEEDS, DemoServer
from aggregator.demo.settings import MORNING, SECOND_PASS_AFTER, config_text
from aggregator.digest.render import render
from aggregator.digest.service import make_digest
from aggregator.errors import UsageError
from aggregator.model import OVERALL, When
from aggregator.parsing import entry_from_text
from aggregator.polling.cycle import poll_once
from aggregator.ratings import read
from aggregator.store import feeds, open_store
from aggregator.store.listing import Filter, entries, ratings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from aggregator.config.load import LoadedConfig
    from aggregator.polling.outcome import Changes
    from aggregator.store import Store

__all__ = ["replay"]

DIGEST_AFTER: Final = timedelta(minutes=30)

WIDTH: Final = 88


def replay(*, echo: Callable[[str], object], now: datetime | None = None, keep: Path | None = None) -> int:
    """See ``aggregator.demo.run``."""
    morning = (now or MORNING).astimezone(UTC).replace(microsecond=0)
    with _folder(keep) as folder, DemoServer(started_at=morning) as server:
        config = folder / "config.toml"
        config.write_text(config_text(server, one_at_a_time=True), encoding="utf-8")
        loaded = load(config, environ={})
        with closing(open_store(loaded.database, busy_timeout=loaded.config.database.busy_timeout)) as store:
            feeds.sync(store, [feeds.FeedEntry(feed.name, feed.url) for feed in loaded.config.feeds], morning)
            fine = _tell(store, loaded, server, morning, echo)
        if keep is not None:
            echo(f"\nKept in {folder}: try  aggregator --config {config} ratings")
    return 0 if fine else 1


def _tell(
    store: Store, loaded: LoadedConfig, server: DemoServer, morning: datetime, echo: Callable[[str], object]
) -> bool:
    """The story in its order; whether every chapter went as the samples ask."""
    zone = loaded.config.digest.zone
    local = morning.astimezone(zone)
    echo(f"It is {local:%H:%M} on {local:%A}, {local.day} {local:%B %Y}. {len(FEEDS)} feeds are due.\n")
    first = _pass(store, loaded, morning)
    echo(_table(first))

    echo("\n\nWho was judged, on what, and how\n")
    found = list(ratings(store, Filter(rule="any", when=When.CURRENT, since=morning - timedelta(days=7))))
    echo("\n".join(_findings(found)))
    echo("\nRead as well, and not flagged\n")
    echo("\n".join(_left_alone(entries(store, Filter(since=morning - timedelta(days=7))))))

    later = morning + DIGEST_AFTER
    digest, _ = make_digest(store, loaded.config.digest, now=later, trigger="schedule", mark=True)
    echo(_heading(f"{later.astimezone(zone):%H:%M}: the digest"))
    echo(render(digest, "text", zone=zone).rstrip("\n"))

    later = morning + SECOND_PASS_AFTER
    server.edit(at=later - timedelta(minutes=10))
    echo(_heading(f"{later.astimezone(zone):%H:%M}: a second pass. One post was edited; the rest is not sent again"))
    second = _pass(store, loaded, later)
    echo(_table(second))

    digest, _ = make_digest(store, loaded.config.digest, now=later, trigger="manual", mark=False)
    echo("\n\nWhat the next digest will say of it\n")
    echo(render(digest, "text", zone=zone).rstrip("\n"))
    amiss = list(_amiss(first, second, found))
    if amiss:
        echo(_heading("This is not how the demo should go"))
        echo("\n".join(amiss))
    return not amiss


def _pass(store: Store, loaded: LoadedConfig, at: datetime) -> list[Changes]:
    """One pass of the real pipeline, at a moment; the changes in the order of the samples."""
    changes = asyncio.run(poll_once(store, loaded, clock=lambda: at))
    order = [sample.name for sample in FEEDS]
    return sorted(changes, key=lambda each: order.index(each.feed))


def _table(changes: Iterable[Changes]) -> str:
    """What each feed answered and brought. Bytes and times are left out: they would differ from run to run."""
    lines = [f"{'feed':14}{'answer':>6}{'new':>6}{'changed':>9}{'flagged':>9}"]
    for each in changes:
        figures = f"{len(each.new):6}{len(each.changed):9}{len(each.flagged):9}"
        answer = each.status if each.status is not None else "none"
        line = f"{each.feed:14}{answer:>6}{figures if each.error is None else ''}"
        if each.error is not None:
            line = "\n".join(textwrap.wrap(each.error, WIDTH, initial_indent=f"{line}   ", subsequent_indent=" " * 23))
        lines.append(line)
    return "\n".join(lines)


def _findings(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Body by body, each verdict once, with the sentence that gives it most plainly and how many posts do."""
    bodies: dict[tuple[str, str], dict[tuple[str, str], list[dict[str, Any]]]] = {}
    for row in rows:
        body = bodies.setdefault((row["provider_type"], row["provider"] or row["area"] or "unnamed"), {})
        body.setdefault((row["aspect"], row["rating"]), []).append(row)
    for (kind, provider), verdicts in sorted(bodies.items()):
        yield f"{kind}  {provider}"
        for (aspect, rating), told in sorted(verdicts.items(), key=lambda each: (each[0][0] != OVERALL, each[0])):
            posts = len({row["entry_id"] for row in told})
            yield f"  {aspect:20}{rating.replace('_', ' '):24}{posts} {'post' if posts == 1 else 'posts'}"
            plainest = max(told, key=lambda row: (row["confidence"], -row["entry_id"]))
            yield from textwrap.wrap(
                f"“{plainest['evidence']}”", WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 5
            )
        yield ""


def _left_alone(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The posts that met no rule, and why their grade words are none."""
    for row in rows:
        if row["rules"]:
            continue
        yield from textwrap.wrap(row["title"], WIDTH, initial_indent="  ", subsequent_indent="    ")
        post = entry_from_text(row["title"], html=row["html"], published=row["published_at"])
        reading = read(post.title, post.blocks, published=post.published.at if post.published else None)
        reasons: dict[str, list[str]] = {}
        for rejection in reading.rejections:
            reasons.setdefault(rejection.why, []).append(rejection.raw)
        for why, words in reasons.items():
            yield f"    {', '.join(words)}: {why}"


def _amiss(first: Sequence[Changes], second: Sequence[Changes], found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What the pipeline did otherwise than the samples were written to make it do, in words."""
    broken = {sample.name for sample in FEEDS if not sample.readable}
    for each in first:
        if each.error and each.feed not in broken:
            yield f"{each.feed} could not be read: {each.error}"
        elif not each.error and each.feed in broken:
            yield f"{each.feed} was read as a feed"
    if missing := {sample.name for sample in FEEDS} - {each.feed for each in first}:
        yield f"not polled: {', '.join(sorted(missing))}"
    if missing := {"CRC", "NPS"} - {row["provider_type"] for row in found}:
        yield f"no rating was found of a {' or of the '.join(sorted(missing))}"
    if [each.feed for each in second if each.changed] != ["notebook"]:
        yield "the edited post was not noticed"
    if again := [each.feed for each in second if each.new]:
        yield f"came as new a second time: {', '.join(again)}"


def _heading(words: str) -> str:
    return f"\n\n{'-' * WIDTH}\n{words}\n{'-' * WIDTH}\n"


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the demo lives: a folder that goes away with it, or the one that is to be kept."""
    if keep is None:
        with TemporaryDirectory(prefix="aggregator-demo-") as folder:
            yield Path(folder)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        if any(keep.iterdir()):
            raise UsageError("is not empty", subject=str(keep), next_step="Name a folder that is, or none.")
    except OSError as error:
        raise UsageError(f"cannot be used: {error.strerror}", subject=str(keep)) from None
    yield keep.resolve()
