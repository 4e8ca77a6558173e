"""Letters that a post gives a body: "Cheshire Youth Justice Service (CYJS)" is CYJS from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType
from aggregator.ratings.words.items import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.ratings.words.items import Sentence

__all__ = ["let_letters_stand"]

_KINDS: Final = frozenset((ProviderType.PDU, ProviderType.YJS))
_FEWEST: Final = 3


def let_letters_stand(sentences: Sequence[Sentence]) -> None:
    """Let the letters that stand in brackets behind a body's name mean it in the rest of the post."""
    coined: dict[str, ProviderType] = {}
    for sentence in sentences:
        raw = sentence.tokens.raw
        found = [k for k, word in enumerate(raw) if word in coined and sentence.item_on(k) is None] if coined else []
        if "(" in raw:
            for item in sentence.having("body"):
                kind, _ = item.kinds["body"]
                letters = raw[item.j + 1] if raw[item.j : item.j + 1] == ["("] and item.j + 2 < len(raw) else ""
                if (
                    kind in _KINDS
                    and len(letters) >= _FEWEST
                    and letters.isupper()
                    and raw[item.j + 2] == ")"
                    and sentence.item_on(item.j + 1) is None
                ):
                    coined[letters] = kind
        if found:
            items = [Item(k, k + 1, {"anaphor": coined[raw[k]]}) for k in found]
            sentence.items = sorted([*sentence.items, *items], key=lambda item: item.i)
            sentence.of_kind = {**sentence.of_kind, "anaphor": [*sentence.having("anaphor"), *items]}
            sentence.kinds |= {"anaphor"}
            sentence.on = None
