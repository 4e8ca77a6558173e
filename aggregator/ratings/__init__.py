"""The ratings a post states: who was rated, on what, how, and whether it is news.

``read`` is the whole interface. The vocabulary is loaded at the first reading, not at import, or by ``prepare``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.model import Block, ExtraBody, Reading

__all__ = ["EXTRACTOR_VERSION", "prepare", "read"]

EXTRACTOR_VERSION: Final = 17
"""Goes up whenever the same post may be read differently; stored with every entry."""


def read(
    title: str, blocks: Sequence[Block], *, published: datetime | None, extra_bodies: Sequence[ExtraBody] = ()
) -> Reading:
    """Read the ratings that a post states.

    Args:
        title: The post's title, plain text.
        blocks: Its text blocks, as parsing made them.
        published: When it was published (UTC), which tells the regime; None where nobody knows.
        extra_bodies: Bodies that the vocabulary does not have, added by the user.

    Returns:
        The ratings with their evidence, and what was looked at and not taken. Empty for text of any other kind: it
        never raises on a text.
    """
    from aggregator.ratings.reader import read_post  # noqa: PLC0415 - the reader's tables wait for the first post

    return read_post(title, blocks, published, tuple(extra_bodies))


def prepare(extra_bodies: Sequence[ExtraBody] = ()) -> None:
    """Load now what the first reading that comes to anything would load.

    Raises:
        VocabularyError: The vocabulary, with the user's bodies, cannot be used.
    """
    from aggregator.ratings import likelihood  # noqa: PLC0415 - as above
    from aggregator.ratings.words.vocabulary import load  # noqa: PLC0415 - as above

    load(tuple(extra_bodies))
    likelihood.load()
    read("", (), published=None)  # the tables that its modules make
