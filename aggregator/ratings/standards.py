"""The aspects that a rating can be of, and what a user may mean by another name for one."""

from __future__ import annotations

import difflib
from typing import Final

from aggregator.model import OVERALL, Field
from aggregator.ratings.verdicts.purposes import SOME_STANDARDS
from aggregator.ratings.words.items import annotate
from aggregator.ratings.words.vocabulary import load

__all__ = ["aspects", "meant_by"]

_ALIKE: Final = 0.75


def aspects() -> tuple[str, ...]:
    """The names of all: "overall", the standards by name, and "some standards" where a post does not say which."""
    return (OVERALL, *load().aspects, SOME_STANDARDS)


def meant_by(name: str) -> str | None:
    """The aspect that another name stands for ("victim work", "publik protection"); None where it is anyone's guess."""
    said = annotate(load(), name, Field.TEXT, 0).having("aspect")
    if said:
        return str(said[-1].kinds["aspect"])
    return next(iter(difflib.get_close_matches(name.casefold(), aspects(), n=1, cutoff=_ALIKE)), None)
