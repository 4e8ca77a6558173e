"""What reading ratings costs: CPU time of one core, a post at a time.

python benchmarks/ratings_speed.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from aggregator.model import Block, BlockKind  # noqa: E402 - the checkout's own package, whatever is installed
from aggregator.parsing.blocks import text_blocks  # noqa: E402
from aggregator.ratings import read  # noqa: E402
from tests.ratings.labelled import HERE, blocks_of, posts  # noqa: E402

IN_2019 = datetime(2019, 6, 20, tzinfo=UTC)
ELSEWHERE = (
    "The council has approved a new cycle path along the river. Work begins in spring and should take nine weeks. "
    "Residents were asked for their views last year, and most of them were in favour.\n\n"
)


def cost(title: str, blocks: tuple[Block, ...], rounds: int = 41) -> float:
    """The median CPU time of a reading, in milliseconds."""
    read(title, blocks, published=IN_2019)
    taken = []
    for _ in range(rounds):
        start = time.process_time_ns()
        read(title, blocks, published=IN_2019)
        taken.append((time.process_time_ns() - start) / 1e6)
    return statistics.median(taken)


def main() -> None:
    """Print the figures."""
    none = text_blocks(ELSEWHERE * (6_000 // len(ELSEWHERE) + 1))
    print(f"a 6 kB post that names no body: {cost('A path by the river', none, 301):.3f} ms")

    rows = [row for path in sorted((HERE / "posts").glob("*.txt")) for row in posts(path)]
    plain = [row["text"] for row in rows if row["ratings"] and not row["text"].startswith("<")]
    filler = [text for row in rows if not row["ratings"] for text in [row["text"]] if not text.startswith("<")]
    sixes = []
    for number, text in enumerate(plain[:40]):
        body = text
        while len(body) < 6_000:
            body += "\n\n" + ELSEWHERE + filler[(number + len(body)) % len(filler)]
        sixes.append(cost("Inspectors on probation", blocks_of(body[:6_000]), 9))
    print(f"a 6 kB post that names bodies: {statistics.median(sixes):.2f} ms (median of {len(sixes)} posts)")

    start = time.process_time()
    huge = (Block(BlockKind.PARAGRAPH, "Essex CRC was poor (NPS “good” and " * 150_000, 0),)
    read("probation inspectors", huge, published=IN_2019)
    print(f"5 MB of mentions and grade words: {time.process_time() - start:.1f} s")

    code = "import time; from aggregator.ratings.vocabulary import load; s = time.process_time(); load(); print(time.process_time() - s)"
    loading = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    print(f"loading the vocabulary, once a process: {statistics.median(loading) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
