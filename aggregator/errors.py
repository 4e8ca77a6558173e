"""The error tree: each error says what failed, for whom, what happens next, and its exit status.

::

    AggregatorError                 exit 1
     ├── UsageError                 exit 2   the command line was wrong
     ├── ConfigError                exit 2   config.toml was refused: every fault, with its line
     ├── StoreError                 exit 1   the database could not be opened, read or written
     │    ├── DatabaseBusy          exit 1   another process held the lock past the busy timeout
     │    ├── DatabaseReadOnly      exit 1   no permission to write it, or a read-only file system
     │    ├── DatabaseFull          exit 1   the disk, or the database's quota, is full
     │    ├── DatabaseDamaged       exit 1   the file is not a database, or is corrupt
     │    ├── DatabaseReplaced      exit 1   the file was removed or replaced while it was open
     │    └── DatabaseTooNew        exit 1   written by a newer aggregator
     ├── SecretUnavailable          exit 1   a variable or file that config.toml names for a secret gave none
     ├── ImportRefused              exit 1   a file given to ``import`` could not be read as a post or a feed
     └── AlreadyRunning             exit 1   another daemon serves this database

Expected trouble with a *feed* is not an exception: it travels the river as a value, ``model.Failure``, and
ends as a row in ``polls``. What is left, bugs, is not caught.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "AggregatorError",
    "AlreadyRunning",
    "ConfigError",
    "ConfigFault",
    "DatabaseBusy",
    "DatabaseDamaged",
    "DatabaseFull",
    "DatabaseReadOnly",
    "DatabaseReplaced",
    "DatabaseTooNew",
    "Exit",
    "ImportRefused",
    "SecretUnavailable",
    "StoreError",
    "UsageError",
]


class Exit(IntEnum):
    """Exit statuses of the command, documented in ``docs/reference/exit-codes.md``."""

    FINE = 0
    FAILED = 1
    USAGE = 2


class AggregatorError(Exception):
    """The root of every error a person is meant to read.

    Args:
        what: What failed, in a sentence without a full stop.
        subject: The feed, file or table it failed for.
        next_step: What the program will do next, or what the reader can do about it.
    """

    exit_status: Exit = Exit.FAILED

    def __init__(self, what: str, *, subject: str | None = None, next_step: str | None = None) -> None:
        super().__init__(what, subject, next_step)
        self.what = what
        self.subject = subject
        self.next_step = next_step

    def __str__(self) -> str:
        head = f"{self.subject}: {self.what}" if self.subject else self.what
        return f"{head}. {self.next_step}" if self.next_step else head


class UsageError(AggregatorError):
    """The command line asked for something that does not exist or does not fit."""

    exit_status = Exit.USAGE


class ConfigFault:
    """One thing wrong in config.toml: where (1-based line, where known) and what."""

    __slots__ = ("key", "line", "message")

    def __init__(self, message: str, *, key: str = "", line: int | None = None) -> None:
        self.message = message
        self.key = key
        self.line = line

    def __repr__(self) -> str:
        return f"ConfigFault({self.message!r}, key={self.key!r}, line={self.line!r})"

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        key = f"{self.key}: " if self.key else ""
        return f"{where}{key}{self.message}"


class ConfigError(AggregatorError):
    """The configuration was refused. ``faults`` holds every one found, in the order of the file."""

    exit_status = Exit.USAGE

    def __init__(self, path: str, faults: list[ConfigFault]) -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{count} in the configuration", subject=path)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {fault}" for fault in self.faults)])


class StoreError(AggregatorError):
    """The database could not be opened, read or written. Nothing was half-written."""


class DatabaseBusy(StoreError):
    """Another process held the database's lock past the busy timeout."""


class DatabaseReadOnly(StoreError):
    """The database, its folder or its file system cannot be written."""


class DatabaseFull(StoreError):
    """The disk, or the quota, has no room for another page."""


class DatabaseDamaged(StoreError):
    """The file is not an SQLite database, or its pages do not agree with each other."""


class DatabaseReplaced(StoreError):
    """The database's file was removed, or another put in its place, while it was open."""


class DatabaseTooNew(StoreError):
    """A newer aggregator has migrated this database; this one must not guess at its tables."""


class SecretUnavailable(AggregatorError):
    """The environment variable or file that should hold a secret is missing, unreadable or not one line of text."""


class ImportRefused(AggregatorError):
    """A file given to ``import`` holds neither a post nor a feed that can be read."""


class AlreadyRunning(AggregatorError):
    """Another daemon holds this database's daemon lease."""
