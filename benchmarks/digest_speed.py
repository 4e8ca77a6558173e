"""How long a digest takes: composing and rendering one of many entries, in each form.

    python benchmarks/digest_speed.py                  # 500 entries
    python benchmarks/digest_speed.py --entries 5000

A fifth of the entries state ratings (three each, two posts to a report), a fifth are flagged, the rest are not; each has
600 words of text. Prints the median of five runs; exits 1 where rendering 500 entries takes a second or more in any form.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from aggregator.digest.compose import compose
from aggregator.digest.render import FORMS, render
from aggregator.model import Field, ProviderType, Rating, RatingValue, When
from aggregator.store.gathered import Candidate, Gathered, KnownInspection, Sighting, Stated

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.digest.model import Digest

LIMIT = 1.0  # seconds, for 500 entries
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
WORDS = (
    *("inspectors", "found", "officers", "caseload", "planning", "leaders", "staff", "court", "risk", "review"),
    *("victims", "partner", "training", "visit", "the", "of", "in", "and", "Kent", "2019", "work", "good"),
)


def entry(number: int, chance: random.Random) -> Candidate:
    """One post; its number says of which kind."""
    evidence = f"Inspectors judged it good, {' '.join(chance.choices(WORDS, k=20))}."
    rated = [
        Stated(
            Rating(
                provider_type=ProviderType.CRC,
                provider=f"Area {number // 10} CRC",
                area=f"Area {number // 10}",
                aspect=aspect,
                rating=chance.choice(list(RatingValue)[:4]),
                raw="good",
                when=When.CURRENT,
                evidence=evidence,
                field=Field.TEXT,
                position=0,
                start=evidence.index("good"),
                end=evidence.index("good") + 4,
                confidence=0.9,
                reason="for a measurement",
            ),
            number // 10,
        )
        for aspect in ("overall", "leadership", "staff")
    ]
    at = NOW - timedelta(minutes=number)
    return Candidate(
        id=number,
        why="new",
        title=f"Post {number}: {' '.join(chance.choices(WORDS, k=8))}",
        url=f"https://example.org/{number}",
        author="Somebody",
        published_at=at,
        first_seen_at=at,
        changed_at=None,
        content_hash=str(number),
        text=" ".join(chance.choices(WORDS, k=600)),
        ratings=tuple(rated) if number % 5 == 0 else (),
        flags=(("a rule", "its reason"),) if number % 5 < 2 else (),
        sightings=(Sighting(f"Feed {number % 12}", f"https://example.org/{number}"),),
    )


def composed(entries: int) -> Digest:
    """A digest of so many entries, none of them left out."""
    chance = random.Random(7)
    return compose(
        Gathered(
            candidates=tuple(entry(number, chance) for number in range(entries)),
            inspections=tuple(
                KnownInspection(number, f"Area {number} CRC", f"Area {number}", NOW - timedelta(days=1), None)
                for number in range(entries // 10 + 1)
            ),
        ),
        title="Digest",
        timezone="Europe/London",
        recent_articles=entries,
        now=NOW,
        trigger="manual",
        until=NOW,
    )


def median(work: Callable[[], object]) -> float:
    """Seconds, the median of five."""
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def main() -> int:
    """Measure, print, and say by the exit status whether the limit holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=500)
    entries = parser.parse_args().entries
    digest = composed(entries)
    print(
        f"{entries} entries: {len(digest.inspections)} inspections, {len(digest.flagged)} flagged, {len(digest.recent)} others"
    )
    print(f"  compose   {median(lambda: composed(entries)) * 1000:7.0f} ms")
    slowest = 0.0
    for form in FORMS:
        taken = median(lambda form=form: render(digest, form))  # type: ignore[misc]
        slowest = max(slowest, taken)
        print(f"  {form:<9} {taken * 1000:7.0f} ms  {len(render(digest, form).encode()) / 1000:7.1f} kB")
    return int(entries <= 500 and slowest >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
