"""How trouble travels inside this room, until ``Fetcher.fetch`` makes a ``model.Failure`` of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.model import FailureKind

__all__ = ["Trouble"]


class Trouble(Exception):
    """An expected failure, with its kind and one line for a person."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
