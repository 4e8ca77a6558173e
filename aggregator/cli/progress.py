"""Progress bars on standard error, for a person who waits."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aggregator.polling.outcome import Changes

__all__ = ["bar", "counting"]


@contextmanager
def bar(total: int) -> Iterator[Callable[[Changes], None]]:
    """A bar over ``total`` feeds; what it gives is told of each that is done. It is gone when all are."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("polling"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[found]}"),
        TimeElapsedColumn(),
    )
    new = failed = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("polling", total=total, found="")

        def advance(changes: Changes) -> None:
            nonlocal new, failed
            new += len(changes.new)
            failed += changes.outcome == "failed"
            found = f"{new} new" + (f", {failed} failed" if failed else "")
            progress.update(task, advance=1, found=found)

        yield advance


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar over ``total`` things; what it gives is told how many more are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.update(task, advance=count)
