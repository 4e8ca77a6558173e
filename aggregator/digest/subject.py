"""The subject of a digest: its strongest finding, and how much more there is: pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aggregator.digest.clean import clean_line
from aggregator.digest.words import LABELS, NARRATIVE, beside_place, count
from aggregator.model import OVERALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.digest.model import Article, Body, Finding, Inspection, Trouble, Update

__all__ = ["SUBJECT_LIMIT", "headline", "subject_line"]

SUBJECT_LIMIT: Final = 120
_PLACE_LIMIT: Final = 60
_WORDS_LIMIT: Final = 30
# "CRC poorly", "NPS reasonably well": taken from "performed poorly", they say nothing alone.
_ADVERB: Final = re.compile(r"(?:ly|\bwell)$")


def subject_line(
    title: str,
    *,
    inspections: Sequence[Inspection],
    updates: Sequence[Update],
    flagged: Sequence[Article],
    recent: int,
    troubles: Sequence[Trouble],
) -> str:
    """``Northamptonshire: CRC poor, NPS good — and 3 more``.

    The sequences come with the most important first; ``recent`` counts the other articles.
    """
    more = len(inspections) + len(updates) + len(flagged) - 1
    tail = f" — and {more:,} more" if more > 0 else ""
    room = SUBJECT_LIMIT - len(tail)
    if inspections:
        return headline(inspections[0], room) + tail
    if updates:
        return clean_line(f"Corrected: {_correction(updates[0])}", room) + tail
    if flagged:
        return clean_line(f"Flagged: {flagged[0].title}", room) + tail
    name = clean_line(title, SUBJECT_LIMIT // 2)
    if recent:
        return f"{name}: {count(recent, 'recent article')}"
    if troubles:
        return f"{name}: nothing new, {count(len(troubles), 'feed')} to look at"
    return f"{name}: nothing new"


def headline(told: Inspection, room: int = SUBJECT_LIMIT) -> str:
    """``Northamptonshire: CRC poor, NPS good``, in at most ``room`` characters."""
    judged = [body for body in told.bodies if body.overall] or list(told.bodies)
    line = f"{clean_line(told.title, _PLACE_LIMIT)}: "
    for number, body in enumerate(judged):
        part = f"{', ' if number else ''}{_verdict(body)}"
        if number and len(line) + len(part) > room:
            return clean_line(line, room - 1).rstrip("…") + "…"
        line += part
    return clean_line(line, room)


def _verdict(body: Body) -> str:
    finding = body.overall or body.findings[0]
    aspect = "" if finding.aspect == OVERALL else f"{clean_line(finding.aspect, _PLACE_LIMIT)} "
    return f"{beside_place(body)} {aspect}{_word(finding)}"


def _word(finding: Finding) -> str:
    """The scale's word; for a narrative judgement the inspectors' own, where it is short and stands by itself."""
    own = finding.raw.lower()
    if finding.rating in NARRATIVE and own and len(own) <= _WORDS_LIMIT and not _ADVERB.search(own):
        return own
    return LABELS[finding.rating].lower()


def _correction(update: Update) -> str:
    change = update.changes[0]
    name = change.area or change.provider or update.article.title
    now = LABELS[change.after].lower() if change.after else "no longer rated"
    then = f" (was {LABELS[change.before].lower()})" if change.before else ""
    aspect = "" if change.aspect == OVERALL else f"{change.aspect} "
    return f"{name}: {change.provider_type} {aspect}{now}{then}"
