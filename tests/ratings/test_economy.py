"""What every sentence of every post pays for: the first, cheap question has to spare most of them the dear ones.

Counts, not seconds: they say the same on a busy machine.
"""

from __future__ import annotations

from aggregator.ratings.grades.idioms import IDIOM_WORDS
from aggregator.ratings.words.tokens import sentences, tokenise
from tests.ratings.labelled import HERE, blocks_of, posts


def _words() -> list[set[str]]:
    """The words of each sentence of the labelled posts."""
    return [
        set(tokenise(block.text[start:end]).low)
        for path in sorted((HERE / "posts").glob("*.txt"))
        for row in posts(path)
        for block in blocks_of(row["text"])
        for start, end in sentences(block.text)
    ]


def test_most_sentences_are_searched_for_no_figure_of_speech():
    """One phrase looked for by "in" or by "good" made every post cost a fifth more: see ``idioms._EVERYWHERE``."""
    all_words = _words()

    searched = sum(not IDIOM_WORDS.isdisjoint(words) for words in all_words)
    often = sorted(IDIOM_WORDS, key=lambda word: -sum(word in words for words in all_words))[:5]

    assert searched < len(all_words) / 4, f"{searched} of {len(all_words)} sentences, by words like {often}"
