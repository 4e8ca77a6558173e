"""Learn how likely a post is to report ratings, and tell how much that helps on posts it was not learned from.

    pip install scikit-learn
    python benchmarks/ratings_learning.py            # held out, a batch at a time
    python benchmarks/ratings_learning.py --write    # and learn from all: aggregator/ratings/data/likelihood.json

The words are learned from every labelled post. What the rules found is learned from what they found at first sight
(``first`` in ``labelled/``), beside what words say that were learned from the other batches: the rules were mended by
the posts afterwards, and the words know their own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

try:
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
except ImportError:
    print("not run: scikit-learn is not installed (pip install scikit-learn)")
    sys.exit()

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from _labelled import KINDS, labelled  # noqa: E402 - as below

from aggregator.model import Field, Reading, When  # noqa: E402 - the checkout's own package, whatever is installed
from aggregator.ratings.likelihood import AGAIN, AGAINST, LONG, signs_of, words_of  # noqa: E402
from aggregator.ratings.reader import sentences_of  # noqa: E402
from aggregator.ratings.verdicts.second import may_outweigh  # noqa: E402
from aggregator.ratings.words.vocabulary import load  # noqa: E402
from tests.ratings.labelled import blocks_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WEIGHTS = ROOT / "aggregator" / "ratings" / "data" / "likelihood.json"
WORDS = 2000
"""So many words are kept, the heaviest: with five times as many it is hardly better."""
RARE = 3
"""A word of fewer posts than this is not learned from."""
PENALTY = 1.0
"""The inverse of the L2 penalty."""
SCALE = {"title": 0.5, "lead": 0.5}
TEXT_SCALE = 0.25
"""How much a word of the text counts for the penalty: there are many of them, and each tells less."""
OLD = {"CRC", "NPS"}
_ORDINARY = """
area capital central city country county courts functions greater new of on region see team the upon with
"""
_DATES = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
"""
STATED, MISSED = "stated", "missed"


class Post:
    """A labelled post: its words, whether it reports ratings, and what was read in it at first sight."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        self.reports = bool(row["flags"])
        parts = sentences_of(load(), row["title"], blocks_of(row["text"]))
        self.length = len(parts)
        self.words = list(words_of(parts))
        first = row["first"]
        self.types = {kind for kind, when, *_ in first["ratings"] if when == When.CURRENT}
        self.group = STATED if self.types else MISSED
        # what signs_of looks at, and no more
        ratings: Any = [
            SimpleNamespace(when=When(when), field=Field(field), evidence=evidence, confidence=confidence)
            for _, when, field, evidence, confidence in first["ratings"]
        ]
        rejections: Any = [SimpleNamespace(raw=raw, why=why) for raw, why in first["rejections"]]
        self.reading = Reading(tuple(ratings), tuple(rejections))
        self.signs: dict[str, float] = {}


def scale_of(word: str) -> float:
    """The scale in which a word is learned: one of the title or the lead tells more than one of the text."""
    return SCALE.get(word.partition(" ")[0], TEXT_SCALE) if " " in word else TEXT_SCALE


def learn_words(posts: Sequence[Post]) -> dict[str, float]:
    """The weights of the words, learned from these posts; "" is what counts without any.

    Where and when something happened says nothing on whether a post reports ratings, though batches have it so.
    """
    places = {word for name in load().canonical for word in name.split()}
    deaf_to = (places - set(_ORDINARY.split())) | set(_DATES.split())
    seen = Counter(word for post in posts for word in post.words if word.rpartition(" ")[2] not in deaf_to)
    vectors = DictVectorizer()
    table = vectors.fit_transform([{w: scale_of(w) for w in post.words if seen[w] >= RARE} for post in posts])
    labels = np.array([post.reports for post in posts])
    weights = LogisticRegression(C=PENALTY, max_iter=3000).fit(table, labels).coef_[0]
    kept = np.argsort(-np.abs(weights))[:WORDS]
    model = LogisticRegression(C=PENALTY, max_iter=3000).fit(table[:, kept], labels)
    names = vectors.get_feature_names_out()[kept]
    return {"": model.intercept_[0]} | {w: c * scale_of(w) for w, c in zip(names, model.coef_[0], strict=True)}


def learn_signs(posts: Sequence[Post]) -> dict[str, float]:
    """The weights of what a reading shows, learned from posts of one group."""
    vectors = DictVectorizer()
    table = vectors.fit_transform([post.signs for post in posts])
    model = LogisticRegression(C=PENALTY, max_iter=3000).fit(table, [post.reports for post in posts])
    learned = dict(zip(vectors.get_feature_names_out(), model.coef_[0], strict=True))
    learned[""] += model.intercept_[0]
    return learned


def by_words(posts: Sequence[Post]) -> Callable[[Post], float]:
    """What the words of a post say, learned from these posts; in log-odds."""
    weights = learn_words(posts)
    return lambda post: weights[""] + sum(weights.get(word, 0.0) for word in post.words)


def by_signs(posts: Sequence[Post]) -> Callable[[Post], float]:
    """What words and reading of a post say together, learned from these posts; in log-odds."""
    learned = {group: learn_signs([post for post in posts if post.group == group]) for group in (STATED, MISSED)}
    return lambda post: sum(learned[post.group].get(sign, 0.0) * value for sign, value in post.signs.items())


def held_out(posts: Sequence[Post], learn: Callable[[Sequence[Post]], Callable[[Post], float]]) -> list[float]:
    """What is said of each post by what was learned from the other batches."""
    said: dict[int, float] = {}
    for batch in sorted({post.row["batch"] for post in posts}):
        ask = learn([post for post in posts if post.row["batch"] != batch])
        said.update((id(post), ask(post)) for post in posts if post.row["batch"] == batch)
    return [said[id(post)] for post in posts]


def decided(post: Post, log_odds: float) -> bool:
    """Whether the post is flagged for CRC or NPS in the end.

    What a second look finds is not known of first readings: it is taken to find a body of the right kind, if any.
    """
    if post.group == STATED:
        return bool(post.types & OLD) and not (post.length >= LONG and log_odds < AGAINST)
    looked = log_odds > AGAIN and bool(post.reading.rejections) and may_outweigh(post.reading.rejections)
    return looked and (not post.row["flags"] or "CRC/NPS" in post.row["flags"])


def show(name: str, posts: Sequence[Post], flagged: Sequence[bool]) -> None:
    """A line for each kind of post: how many are flagged for CRC or NPS rightly, wrongly, and not."""
    for kind in KINDS:
        told = [("CRC/NPS" in p.row["flags"], f) for p, f in zip(posts, flagged, strict=True) if p.row["kind"] == kind]
        right, wrong, missed = told.count((True, True)), told.count((False, True)), told.count((True, False))
        print(
            f"{name:<27}{kind:<6} {right:>4} right {wrong:>4} wrong {missed:>4} missed"
            f"   precision {right / (right + wrong):.3f}  recall {right / (right + missed):.3f}"
            f"  F1 {2 * right / (2 * right + wrong + missed):.3f}"
        )


def main() -> None:
    """Read the command line, learn, print, write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="learn from all posts and write the weights")
    given = arguments.parse_args()
    posts = [Post(row) for row in labelled()]
    for post, words in zip(posts, held_out(posts, by_words), strict=True):
        post.signs = signs_of(post.reading, words, post.length)
    said = held_out(posts, by_signs)
    show("the rules, at first sight", posts, [bool(post.types & OLD) for post in posts])
    show("with the likelihood", posts, [decided(*pair) for pair in zip(posts, said, strict=True)])
    if given.write:
        learned = {"words": learn_words(posts)} | {
            group: learn_signs([post for post in posts if post.group == group]) for group in (STATED, MISSED)
        }
        rounded = {name: {w: round(v, 3) for w, v in sorted(weights.items())} for name, weights in learned.items()}
        WEIGHTS.write_text(json.dumps(rounded, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
