"""What reading ratings costs: CPU time of one core, a post at a time.

    python benchmarks/ratings_speed.py
    python benchmarks/ratings_speed.py --lines    # and which files do the work, by lines run

Times differ by a tenth from run to run, and more where the machine has other work. The lines of our own code that a
post takes are the same every time: by them a change of a few parts in a hundred can be told.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from aggregator.model import Block, BlockKind  # noqa: E402 - the checkout's own package, whatever is installed
from aggregator.parsing.blocks import text_blocks  # noqa: E402
from aggregator.ratings import read  # noqa: E402
from tests.ratings.labelled import HERE, blocks_of, posts  # noqa: E402

TITLE = "Inspectors on probation"
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


def lines_run(posts: Sequence[tuple[Block, ...]]) -> Counter[str]:
    """How many lines of the reading are run for these posts, by file."""
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> Any:
        file = Path(frame.f_code.co_filename)
        if "ratings" not in file.parts:
            return None
        counted[file.name] += event == "line"
        return count

    sys.settrace(count)
    for blocks in posts:
        read(TITLE, blocks, published=IN_2019)
    sys.settrace(None)
    return counted


def main() -> None:
    """Read the command line, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lines", action="store_true", help="tell which files run the most lines, too")
    given = arguments.parse_args()
    none = text_blocks(ELSEWHERE * (6_000 // len(ELSEWHERE) + 1))
    print(f"a 6 kB post that names no body: {cost('A path by the river', none, 301):.3f} ms")

    rows = [row for path in sorted((HERE / "posts").glob("*.txt")) for row in posts(path)]
    plain = [row["text"] for row in rows if row["ratings"] and not row["text"].startswith("<")]
    filler = [text for row in rows if not row["ratings"] for text in [row["text"]] if not text.startswith("<")]
    sixes = []
    dense = []
    for number, text in enumerate(plain[:40]):
        body = text
        while len(body) < 6_000:
            body += "\n\n" + ELSEWHERE + filler[(number + len(body)) % len(filler)]
        dense.append(blocks_of(body[:6_000]))
        sixes.append(cost(TITLE, dense[-1], 9))
    counted = lines_run(dense)
    print(
        f"a 6 kB post that names bodies: {statistics.median(sixes):.2f} ms (median of {len(sixes)} posts),"
        f" {counted.total() / len(dense):,.0f} lines run"
    )
    for file, lines in counted.most_common(20 if given.lines else 0):
        print(f"    {file:<18}{lines / len(dense):8,.0f}")

    start = time.process_time()
    huge = (Block(BlockKind.PARAGRAPH, "Essex CRC was poor (NPS “good” and " * 150_000, 0),)
    read("probation inspectors", huge, published=IN_2019)
    print(f"5 MB of mentions and grade words: {time.process_time() - start:.1f} s")

    code = "import time; from aggregator.ratings.words.vocabulary import load; s = time.process_time(); load(); print(time.process_time() - s)"
    loading = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    print(f"loading the vocabulary, once a process: {statistics.median(loading) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
