"""A worker process: documents in on its standard input, what they say out on its standard output.

Reading a stranger's document is the one place where a few kilobytes can cost minutes or gigabytes, so it happens here,
where the system's limit on memory holds and the pool (``workers``) can kill it.

The process ignores SIGINT and SIGTERM, which a terminal or a service manager sends to whole groups: what is being read
when the daemon is told to stop still counts. It ends when its standard input does, which covers a killed parent.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from aggregator.errors import ImportRefused
from aggregator.model import Failure, FailureKind
from aggregator.polling.frames import LENGTH, Job, Ready, Reply, Setup, frame, memory_for
from aggregator.polling.memory import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo

    from aggregator.model import AssessedEntry, ParsedFeed
    from aggregator.polling.outcome import Assessed

__all__ = ["main"]

_KEEPABLE: Final = 17_000_000
"""Bytes that a process may have kept of the documents it read; beyond that a fresh one takes its place."""

_PART: Final = 500_000
"""Characters of HTML and text in one reply, so that a big feed is never in memory once more as one frame."""


def main() -> None:
    """Serve until standard input ends. Run by the pool in a process of its own."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    jobs = os.fdopen(os.dup(0), "rb", 1 << 18)
    replies = os.fdopen(os.dup(1), "wb", 1 << 18)
    # A library that prints must not write into the frames, and one that reads must not eat them.
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    with suppress(EOFError, BrokenPipeError):
        _serve(jobs, replies)
    os._exit(0)  # nothing here needs tidying up, and the parent may be waiting


def _serve(jobs: BinaryIO, replies: BinaryIO) -> None:
    setup: Setup = _next_frame(jobs)
    gc.disable()  # imports make no garbage
    from aggregator.parsing.document import parse  # noqa: PLC0415 (in the worker only, and after its signals are set)
    from aggregator.polling.assess import assess, warm_up  # noqa: PLC0415

    def read(job: Job, body: bytes) -> Assessed | Failure:
        parsed: ParsedFeed | Failure
        if job.zone is None:
            parsed = parse(body, url=job.url, content_type=job.content_type, known=job.known)
        else:
            parsed = _saved(job.url, body, job.zone)
        return parsed if isinstance(parsed, Failure) else assess(parsed, setup.rules, setup.bodies)

    warm_up(setup.bodies)
    settle()
    gc.enable()
    base = _memory()
    _send(replies, Ready())
    while _answer(jobs, replies, read, base):
        pass


def _saved(name: str, data: bytes, zone: tzinfo) -> ParsedFeed | Failure:
    from aggregator.parsing.saved import read_saved  # noqa: PLC0415 (polls have no use for it)

    try:
        return read_saved(data, name=name, zone=zone)
    except ImportRefused as error:
        return Failure(FailureKind.NOT_A_FEED, error.what)


def _answer(
    jobs: BinaryIO, replies: BinaryIO, read: Callable[[Job, bytes], Assessed | Failure], base: tuple[int, int]
) -> bool:
    """Read one document, and say what came of it; whether this process is fit for another."""
    job: Job = _next_frame(jobs)
    most = memory_for(job.size, saved=job.zone is not None)
    if base[0]:  # else the system cannot tell what it has now, and the deadline is the only guard
        _limit_memory(base[0] + most)
    fit = True
    try:
        result = read(job, jobs.read(job.size))
        fit = _memory()[1] <= base[1] + _KEEPABLE
        if isinstance(result, Failure):
            _send(replies, Reply((), result, not fit))
            return fit
        for reply in _parts(result, retiring=not fit):
            _send(replies, reply)
    except MemoryError:
        fit = False
        message = f"reading it took more memory than is allowed ({most // 1_000_000} MB)"
        _send(replies, Reply((), Failure(FailureKind.WORKER, message), retiring=True))
    except (EOFError, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 (a bug met by one document must not cost the others)
        message = f"reading it failed ({type(error).__name__}: {str(error)[:200]})"
        _send(replies, Reply((), Failure(FailureKind.WORKER, message)))
    return fit


def _parts(assessed: Assessed, *, retiring: bool) -> Iterator[Reply]:
    """The entries, a few big ones or many small ones at a time; the feed with the last of them."""
    part: list[AssessedEntry] = []
    size = 0
    for each in assessed.entries:
        if size > _PART:
            yield Reply(tuple(part), None)
            part, size = [], 0
        part.append(each)
        size += len(each.entry.html) + len(each.entry.text)
    yield Reply(tuple(part), assessed.feed, retiring)


def _next_frame(stream: BinaryIO) -> Any:
    """The next value; EOFError at the end of the stream, in the middle of a frame too."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    return pickle.loads(stream.read(LENGTH.unpack(head)[0]))  # noqa: S301 (from our parent's socket)


def _send(stream: BinaryIO, value: object) -> None:
    stream.write(frame(value))
    stream.flush()


def _memory() -> tuple[int, int]:
    """Bytes of address space and of resident memory now; zeros where there is no ``/proc``."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 (a Path for each document is waste)
            size, resident = statm.read().split()[:2]
    except OSError:
        return 0, 0
    page = resource.getpagesize()
    return int(size) * page, int(resident) * page


def _limit_memory(limit: int) -> None:
    """Let this process have ``limit`` bytes of address space."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
