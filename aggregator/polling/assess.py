"""What the entries of a document state, and which of the user's rules they meet: pure.

Takes a ``ParsedFeed`` and gives it back as ``Assessed``: everything once, without the text blocks, which nobody after
this stage needs and which weigh more than the post.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator import flags, ratings
from aggregator.model import AssessedEntry
from aggregator.polling.outcome import Assessed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.flags import Rule
    from aggregator.model import ExtraBody, ParsedEntry, ParsedFeed

__all__ = ["assess", "warm_up"]


def warm_up(bodies: Sequence[ExtraBody] = ()) -> None:
    """Load what the first reading would load: an installation in which that fails should say so before any post."""
    ratings.prepare(bodies)


def assess(parsed: ParsedFeed, rules: Sequence[Rule], bodies: Sequence[ExtraBody] = ()) -> Assessed:
    """Read the ratings of every entry and apply the rules.

    An entry on which the reading fails is a bug of ours and no reason to lose it, or its neighbours: it is kept
    without ratings and flags, and the feed's ``warning`` names it.
    """
    entries: list[AssessedEntry] = []
    warnings = [parsed.warning] if parsed.warning else []
    for entry in parsed.entries:
        try:
            entries.append(_assess_entry(entry, rules, bodies))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, the post must not be lost for it)
            entries.append(AssessedEntry(replace(entry, blocks=())))
            name = entry.title or entry.url or "an entry"
            warnings.append(f"{name[:80]!r} could not be read for ratings ({type(error).__name__}: {str(error)[:80]})")
    return Assessed(replace(parsed, entries=(), warning="; ".join(warnings[:3]) or None), tuple(entries))


def _assess_entry(entry: ParsedEntry, rules: Sequence[Rule], bodies: Sequence[ExtraBody] = ()) -> AssessedEntry:
    """One entry with the ratings it states and the rules it meets, its blocks dropped; ``bodies`` are the user's."""
    reading = ratings.read(entry.title, entry.blocks, published=entry.dated_at, extra_bodies=bodies)
    met = flags.apply(rules, title=entry.title, text=entry.text, ratings=reading.ratings)
    return AssessedEntry(replace(entry, blocks=()), reading.ratings, met)
