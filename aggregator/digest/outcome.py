"""What came of handing a message over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from aggregator.digest.clean import clean_line

__all__ = ["ANSWER_LIMIT", "Outcome", "OutcomeKind"]

ANSWER_LIMIT: Final = 300

OutcomeKind = Literal["sent", "refused", "deferred", "unreachable"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said, and what it means.

    Attributes:
        kind: "sent": taken over. "refused": for good, for this recipient. "deferred": not now, for this recipient.
            "unreachable": not now, and for nobody: it is about the server, the login or the folder, not the message.
        answer: In words, one line, without a secret.
    """

    kind: OutcomeKind
    answer: str

    @classmethod
    def of(cls, kind: OutcomeKind, answer: str) -> Outcome:
        """With its answer made fit for a table and a terminal."""
        return cls(kind, clean_line(answer, ANSWER_LIMIT))
