"""Stands in for parsing inside a worker process: does what the document's body says, however bad.

A ``Sabotage`` among the rules is unpickled by the worker before it imports the parser, and puts this one in its place:
the pool, the processes, the pipes and the limits under test are the real ones.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import types
from typing import Any

from aggregator.model import Failure, FailureKind, ParsedFeed
from aggregator.polling.outcome import Assessed

_kept: list[bytearray] = []


class Sabotage:
    """Send it as a rule."""

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        return _install, ()


def _install() -> str:
    _module("aggregator.parsing.document").parse = _parse
    assess = _module("aggregator.polling.assess")
    assess.assess = lambda parsed, _rules, _bodies: Assessed(parsed, ())
    assess.warm_up = lambda _bodies: None
    return "installed"


def _module(name: str) -> Any:
    sys.modules[name] = types.ModuleType(name)
    return sys.modules[name]


def _parse(
    body: bytes, *, url: str, content_type: str | None, known: frozenset[bytes] = frozenset()
) -> ParsedFeed | Failure:
    word, _, argument = body.decode().removeprefix("<").partition(" ")  # in a saved file it must look like XML
    match word:
        case "hang":
            while True:
                time.sleep(1)
        case "exit":
            sys.stderr.write("the ship sinks\n")
            sys.stderr.flush()
            os._exit(int(argument.split()[0]))
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "signal":
            os.kill(os.getpid(), int(argument))
        case "allocate":
            bytearray(int(argument.split()[0]))
        case "keep":
            _kept.append(bytearray(os.urandom(1)) * int(argument))
        case "print":
            sys.stdout.write("x" * int(argument))
            sys.stderr.write("y" * int(argument))
        case "raise":
            raise ValueError(argument)
        case "fail":
            return Failure(FailureKind.BROKEN_FEED, argument)
        case "slow":
            time.sleep(float(argument.split()[0]))
    return ParsedFeed(format="rss20", title=f"{os.getpid()}", site_url=f"{url} {content_type}", entries=())
