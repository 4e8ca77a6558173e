"""A worker process: documents in on its standard input, what they say out on its standard output.

Reading a stranger's document is the one place where a few kilobytes can cost minutes or gigabytes, so it happens here,
where the system's limit on memory holds and the pool (``workers``) can kill it. A frame is a length and a pickle; both
ends are ours, and nothing from the network is ever unpickled: a document travels as the ``bytes`` inside a pickle.

The process ignores SIGINT and SIGTERM, which a terminal or a service manager sends to whole groups: what is being read
when the daemon is told to stop still counts. It ends when its standard input does, which covers a killed parent.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from aggregator.model import Failure, FailureKind

if TYPE_CHECKING:
    from aggregator.flags import Rule
    from aggregator.polling.outcome import Assessed

__all__ = ["KEEPABLE", "LENGTH", "Job", "Ready", "Reply", "Setup", "frame", "main"]

LENGTH: Final = struct.Struct(">Q")

KEEPABLE: Final = 24_000_000
"""Bytes that a process may have kept of the documents it read; beyond that a fresh one takes its place."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The first frame in. ``memory``: bytes of address space a document may cost on top of the program itself."""

    rules: tuple[Rule, ...]
    memory: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The first frame out: imports are done, limits are set."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to read."""

    url: str
    content_type: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of the oldest unanswered job. ``retiring``: the process ends now, any later jobs are not begun."""

    result: Assessed | Failure
    retiring: bool = False


def frame(value: object) -> bytes:
    """A value as it travels."""
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def _next_frame(stream: BinaryIO) -> Any:
    """The next value; EOFError at the end of the stream, in the middle of a frame too."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    body = stream.read(LENGTH.unpack(head)[0])
    return pickle.loads(body)  # noqa: S301 (from our parent's pipe)


def main() -> None:
    """Serve until standard input ends. Run by ``WorkerPool`` in a process of its own."""
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
    from aggregator.parsing.document import parse  # noqa: PLC0415 (in the worker only, and after its signals are set)
    from aggregator.polling.assess import assess  # noqa: PLC0415

    # What is loaded now stays: the collector need not walk it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)  # a document makes many objects and few cycles: at the usual 700 it costs a tenth more
    size, resident = _memory()
    _limit_memory(size + setup.memory)
    _send(replies, frame(Ready()))
    while True:
        job: Job = _next_frame(jobs)
        result: Assessed | Failure
        retiring = False
        try:
            parsed = parse(job.body, url=job.url, content_type=job.content_type)
            result = parsed if isinstance(parsed, Failure) else assess(parsed, setup.rules)
            retiring = _memory()[1] > resident + KEEPABLE
            reply = frame(Reply(result, retiring))
        except MemoryError:
            retiring = True
            message = f"reading it took more memory than is allowed ({setup.memory // 1_000_000} MB)"
            reply = frame(Reply(Failure(FailureKind.WORKER, message), retiring))
        except Exception as error:  # noqa: BLE001 (a bug met by one document must not cost the others)
            message = f"reading it failed ({type(error).__name__}: {str(error)[:200]})"
            reply = frame(Reply(Failure(FailureKind.WORKER, message)))
        _send(replies, reply)
        if retiring:
            return


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
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
    """Let this process have ``limit`` bytes of address space, where the system can tell what it has now."""
    if not _memory()[0]:
        return  # the deadline is the only guard there
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


if __name__ == "__main__":
    sys.exit("started by the pool, with frames on its standard input")
