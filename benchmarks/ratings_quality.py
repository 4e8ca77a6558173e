"""How well ratings are read: on the labelled examples, on them with their own words held out, and on the batches.

Three figures, for three questions:

- *seen*: the examples the rules were written with. Says whether the rules do what they were written to do.
- *held out*: the same examples in five folds by month (posts about one report fall into one fold). Before a fold is
  read, every phrase of the vocabulary that occurs in no other fold is taken out. Says how much hangs on words that were
  put in for a single post. Rules cannot be taken out so; names of bodies stay.
- *batches*: posts of ``tests/ratings/posts`` and of ``labelled/``, labelled before they were first read. Their figures at
  that first reading stand in ``docs/how-well-ratings-are-read.md``; what this prints is after the rules were mended.

The scorer and the examples are expected beside the checkout (``../shared/examples``); without them the batches are
scored by their flags alone.

    python benchmarks/ratings_quality.py [--verbose]
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT.parent / "shared" / "examples"
sys.path.insert(0, str(ROOT))

from _labelled import KINDS, labelled  # noqa: E402 - as below

from aggregator.ratings import read  # noqa: E402 - the checkout's own package, whatever is installed
from aggregator.ratings.words import vocabulary  # noqa: E402
from tests.ratings.labelled import HERE, blocks_of, flags_of, moment, posts  # noqa: E402

FOLDS = 5


def predict(row: dict[str, Any]) -> dict[str, Any]:
    """A row's reading in the form that the scorer takes."""
    reading = read(
        row["title"],
        blocks_of(row.get("html") or row["text"]),
        published=moment(row["date"]) if row.get("date") else None,
    )
    return {
        "id": row["id"],
        "flags": [str(kind) for kind in reading.provider_types],
        "ratings": [
            {
                "provider_type": str(rating.provider_type),
                "provider": rating.provider,
                "area": rating.area,
                "aspect": rating.aspect,
                "rating": str(rating.rating),
                "when": str(rating.when),
            }
            for rating in reading.ratings
        ],
    }


def load_scorer() -> Any:
    """The scorer beside the examples, as a module; None where it is not there."""
    path = EXAMPLES / "score.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fold_of(row: dict[str, Any], months: list[str]) -> int:
    """The fold of a row: by the month it is of."""
    return months.index((row.get("date") or "")[:7]) % FOLDS


def without(words: Any, kept_text: str, held_text: str) -> Any:
    """The vocabulary's words without those that only the held-out text has."""
    if isinstance(words, dict):
        return {key: without(value, kept_text, held_text) for key, value in words.items()}
    if isinstance(words, list):
        return [word for word in words if not (plain(word) in held_text and plain(word) not in kept_text)]
    return words


def plain(text: str) -> str:
    """Text as phrases are looked for in it."""
    return text.lower().replace("’", "'").replace("-", " ").replace("*", "")


def held_out(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row, read with a vocabulary that lacks what only its fold has."""
    months = sorted({(row.get("date") or "")[:7] for row in rows})
    original = vocabulary._read  # noqa: SLF001 - the benchmark takes words out, nothing else does
    predictions: list[dict[str, Any]] = []
    for fold in range(FOLDS):
        held = [row for row in rows if fold_of(row, months) == fold]
        texts = {
            part: plain(" ".join(f"{r['title']} {r.get('html') or r['text']}" for r in rows if (r in held) is part))
            for part in (True, False)
        }

        def reduced(name: str, texts: dict[bool, str] = texts) -> dict[str, Any]:
            data = original(name)
            if name != "words.toml":
                return data
            return {
                key: value if key in {"bodies", "rating_nouns"} else without(value, texts[False], texts[True])
                for key, value in data.items()
            }

        vocabulary._read = reduced  # noqa: SLF001 - as above
        vocabulary.load.cache_clear()
        predictions += [predict(row) for row in held]
    vocabulary._read = original  # noqa: SLF001 - as above
    vocabulary.load.cache_clear()
    return predictions


def show(name: str, result: dict[str, Any]) -> None:
    """One line of figures, and whom it failed."""
    flags, wide = result["flags"], result["ratings all types"]
    cells = [
        ("flag", flags["crc-or-nps"]),
        ("successor", flags["successor"]),
        ("youth", flags["YJS"]),
        ("type+rating", wide["L2"]),
        ("type+area+overall", wide["L3"]),
    ]
    figures = "  ".join(f"{label} {tally.scores()['F1']:.3f}" for label, tally in cells)
    precision = flags["crc-or-nps"].scores()["P"]
    previous = len(result["previous all types"]["errors"])
    print(
        f"{name:<22} {result['posts']:>4} posts  {figures}  flag precision {precision:.3f}  previous as current {previous}"
    )
    if "--verbose" in sys.argv:
        for label, tally in cells:
            for post, fails in sorted(tally.fails.items()):
                print(f"    {label}: {post}: {'; '.join(fails)}")


def main() -> None:
    """Print the figures."""
    scorer = load_scorer()
    batches = {path.stem: list(posts(path)) for path in sorted((HERE / "posts").glob("*.txt"))}
    if scorer is None:
        for name, rows in batches.items():
            right = sum(flags_of(r)[0] <= set(predict(r)["flags"]) <= flags_of(r)[1] for r in rows)
            print(f"{name}: {right} of {len(rows)} posts flagged as labelled")
        return
    for name in ("posts", "long"):
        rows = [json.loads(line) for line in (EXAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        show(f"{name}, seen", scorer.evaluate(rows, [predict(row) for row in rows]))
        show(f"{name}, held out", scorer.evaluate(rows, held_out(rows)))
    for name, rows in batches.items():
        for row in rows:
            firm, _ = flags_of(row)
            row["flag_crc_nps"] = bool(firm & {"CRC", "NPS"})
            row["flag_successor"] = bool(firm & {"PDU", "REGION"})
            row["flag_yjs"] = "YJS" in firm
        show(name, scorer.evaluate(rows, [predict(row) for row in rows]))
    for kind in KINDS:
        rows = [as_scored(row) for row in labelled() if row["kind"] == kind and row["ratings"] is not None]
        show(f"labelled, {kind}", scorer.evaluate(rows, [predict(row) for row in rows]))


def as_scored(row: dict[str, Any]) -> dict[str, Any]:
    """A row of ``labelled/`` in the form that the scorer takes."""
    flags = {
        "flag_crc_nps": "CRC/NPS" in row["flags"],
        "flag_successor": "PDU/REGION" in row["flags"],
        "flag_yjs": "YJS" in row["flags"],
    }
    return row | flags | {"id": f"{row['batch']}-{row['kind']}-{row['id']}"}


if __name__ == "__main__":
    main()
