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
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

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

from aggregator.model import (  # noqa: E402 - the checkout's own package, whatever is installed
    Field,
    ProviderType,
    Rating,
    RatingValue,
    Reading,
    Rejection,
    When,
    join_blocks,
)
from aggregator.ratings.likelihood import AGAIN, AGAINST, signs_of, words_of  # noqa: E402
from aggregator.ratings.nouns import FOUR_POINT_FROM, LONG  # noqa: E402
from aggregator.ratings.plausible import AGAINST as AT_LEAST  # noqa: E402
from aggregator.ratings.plausible import SHORTEST, is_weighed  # noqa: E402
from aggregator.ratings.plausible import signs_of as of_words  # noqa: E402
from aggregator.ratings.reader import judged, sentences_of  # noqa: E402
from aggregator.ratings.verdicts.second import may_outweigh  # noqa: E402
from aggregator.ratings.words.vocabulary import load  # noqa: E402
from tests.ratings.labelled import blocks_of, moment  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WEIGHTS = ROOT / "aggregator" / "ratings" / "data" / "likelihood.json"
WORDS = 2000
"""So many words are kept, the heaviest: with five times as many it is hardly better."""
RARE = 3
"""A word of fewer posts than this is not learned from."""
PENALTY = 1.0
"""The inverse of the L2 penalty."""
PENALTY_WORDED = 0.1
"""The same for judgements in words, of which there are fewer than of posts."""
SIGNS = 1500
"""So many signs of these are kept."""
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
T = TypeVar("T")


class Post:
    """A labelled post: its words, whether it reports ratings, and what was read in it at first sight."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        self.reports = bool(row["flags"])
        blocks = blocks_of(row["text"])
        parts = sentences_of(load(), row["title"], blocks)
        self.length = len(parts)
        self.words = list(words_of(parts))
        whole = f"{row['title']}\n{join_blocks(blocks)}".lower()
        published = moment(row["date"]) if row["date"] else None
        self.led_in = judged(parts, load(), whole, published).scene.lead_inspected
        first = row["first"]
        self.reading = Reading(
            tuple(_rating(**rating) for rating in first["ratings"]),
            tuple(Rejection(r["raw"], "", Field.TEXT, 0, r["why"]) for r in first["rejections"]),
        )
        self.current = [rating for rating in self.reading.ratings if rating.when is When.CURRENT]
        self.types = {str(rating.provider_type) for rating in self.current}
        self.group = STATED if self.current else MISSED
        self.signs: dict[str, float] = {}
        self.likely = 0.0
        labels = row["ratings"] or []
        now = [label for label in labels if label.get("when", "current") == "current"]
        self.pairs = {(label["provider_type"], label["rating"]) for label in now if not label.get("optional")}
        self.is_labelled = row["ratings"] is not None
        self.any_pairs = {(label["provider_type"], label["rating"]) for label in labels}

    def signs_in_words(self, rating: Rating) -> dict[str, float]:
        """What speaks for one of its judgements in words."""
        scale = bool(self.row["date"]) and moment(self.row["date"]) >= FOUR_POINT_FROM
        return of_words(rating, self.reading, self.likely, long=self.length >= LONG, scale=scale)


def _rating(**said: Any) -> Rating:
    kinds = {
        "provider_type": ProviderType(said["provider_type"]),
        "rating": RatingValue(said["rating"]),
        "when": When(said["when"]),
        "field": Field(said["field"]),
        "provider": said.get("provider"),
        "area": said.get("area"),
    }
    return Rating(**(said | kinds), position=0)


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


def learn_worded(posts: Sequence[Post]) -> dict[str, float]:
    """The weights of what speaks for judgements in words, learned from those that were read at first sight."""
    weighed = [
        (p, rating) for p in posts if not is_refused(p) and p.is_labelled for rating in p.current if is_weighed(rating)
    ]
    vectors = DictVectorizer()
    table = vectors.fit_transform([post.signs_in_words(rating) for post, rating in weighed])
    labels = np.array([_pair(rating) in post.any_pairs for post, rating in weighed])
    weights = LogisticRegression(C=PENALTY_WORDED, max_iter=3000).fit(table, labels).coef_[0]
    kept = np.argsort(-np.abs(weights))[:SIGNS]
    model = LogisticRegression(C=PENALTY_WORDED, max_iter=3000).fit(table[:, kept], labels)
    learned = dict(zip(vectors.get_feature_names_out()[kept], model.coef_[0], strict=True))
    learned[""] = learned.get("", 0.0) + model.intercept_[0]
    return learned


def _pair(rating: Rating) -> tuple[str, str]:
    return str(rating.provider_type), str(rating.rating)


def by_worded(posts: Sequence[Post]) -> Callable[[Post], set[tuple[str, str]]]:
    """The pairs of a post that are left without the unlikely ones, learned from these posts."""
    learned = learn_worded(posts)

    def left(post: Post) -> set[tuple[str, str]]:
        if is_refused(post):
            return set()
        return {
            _pair(rating)
            for rating in post.current
            if not is_weighed(rating)
            or post.length < SHORTEST
            or sum(learned.get(sign, 0.0) * value for sign, value in post.signs_in_words(rating).items()) >= AT_LEAST
        }

    return left


def by_words(posts: Sequence[Post]) -> Callable[[Post], float]:
    """What the words of a post say, learned from these posts; in log-odds."""
    weights = learn_words(posts)
    return lambda post: weights[""] + sum(weights.get(word, 0.0) for word in post.words)


def by_signs(posts: Sequence[Post]) -> Callable[[Post], float]:
    """What words and reading of a post say together, learned from these posts; in log-odds."""
    learned = {group: learn_signs([post for post in posts if post.group == group]) for group in (STATED, MISSED)}
    return lambda post: sum(learned[post.group].get(sign, 0.0) * value for sign, value in post.signs.items())


def held_out(posts: Sequence[Post], learn: Callable[[Sequence[Post]], Callable[[Post], T]]) -> list[T]:
    """What is said of each post by what was learned from the other batches."""
    said: dict[int, T] = {}
    for batch in sorted({post.row["batch"] for post in posts}):
        ask = learn([post for post in posts if post.row["batch"] != batch])
        said.update((id(post), ask(post)) for post in posts if post.row["batch"] == batch)
    return [said[id(post)] for post in posts]


def is_refused(post: Post) -> bool:
    """Whether all that was read in a long post is taken back."""
    return post.group == STATED and post.length >= LONG and post.likely < AGAINST


def decided(post: Post) -> bool:
    """Whether the post is flagged for CRC or NPS in the end.

    What a second look finds is not known of first readings: it is taken to find a body of the right kind, if any.
    """
    if post.group == STATED:
        return bool(post.types & OLD) and not is_refused(post)
    looked = post.likely > AGAIN and bool(post.reading.rejections) and may_outweigh(post.reading.rejections)
    return looked and (not post.row["flags"] or "CRC/NPS" in post.row["flags"])


class Tally(NamedTuple):
    """What is right, wrong and missed in one post."""

    kind: str
    right: int
    wrong: int
    missed: int


def show(name: str, told: Sequence[Tally]) -> None:
    """A line for each kind of post: what is right, wrong and missed."""
    for kind in KINDS:
        of_kind = [tally for tally in told if tally.kind == kind]
        right, wrong = sum(tally.right for tally in of_kind), sum(tally.wrong for tally in of_kind)
        missed = sum(tally.missed for tally in of_kind)
        print(
            f"{name:<30}{kind:<6} {right:>4} right {wrong:>4} wrong {missed:>4} missed"
            f"   precision {right / (right + wrong):.3f}  recall {right / (right + missed):.3f}"
            f"  F1 {2 * right / (2 * right + wrong + missed):.3f}"
        )


def flags(posts: Sequence[Post], flagged: Sequence[bool]) -> list[Tally]:
    """Of each post whether it is flagged for CRC or NPS rightly, wrongly, or not."""
    gold = ["CRC/NPS" in post.row["flags"] for post in posts]
    return [
        Tally(p.row["kind"], int(flag and want), int(flag and not want), int(want and not flag))
        for p, want, flag in zip(posts, gold, flagged, strict=True)
    ]


def pairs(posts: Sequence[Post], read: Sequence[set[tuple[str, str]]]) -> list[Tally]:
    """Of each post how many pairs of provider type and rating are read rightly, wrongly, and not."""
    return [
        Tally(p.row["kind"], len(got & p.pairs), len(got - p.any_pairs), len(p.pairs - got))
        for p, got in zip(posts, read, strict=True)
        if p.is_labelled
    ]


def main() -> None:
    """Read the command line, learn, print, write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="learn from all posts and write the weights")
    given = arguments.parse_args()
    posts = [Post(row) for row in labelled()]
    for post, words in zip(posts, held_out(posts, by_words), strict=True):
        post.signs = signs_of(post.reading, words, post.length, led_in=post.led_in)
    for post, log_odds in zip(posts, held_out(posts, by_signs), strict=True):
        post.likely = log_odds
    show("flags, at first sight", flags(posts, [bool(post.types & OLD) for post in posts]))
    show("flags, of likely posts", flags(posts, [decided(post) for post in posts]))
    show("pairs, at first sight", pairs(posts, [{_pair(rating) for rating in post.current} for post in posts]))
    likely = [set() if is_refused(post) else {_pair(rating) for rating in post.current} for post in posts]
    show("pairs, of likely posts", pairs(posts, likely))
    show("pairs, plausible ones", pairs(posts, held_out(posts, by_worded)))
    if given.write:
        learned = {
            "words": learn_words(posts),
            "stated": learn_signs([post for post in posts if post.group == STATED]),
            "missed": learn_signs([post for post in posts if post.group == MISSED]),
            "worded": learn_worded(posts),
        }
        rounded = {name: {w: round(v, 3) for w, v in sorted(weights.items())} for name, weights in learned.items()}
        WEIGHTS.write_text(json.dumps(rounded, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
