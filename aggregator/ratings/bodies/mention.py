"""A body as the text names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.model import ProviderType

__all__ = ["Mention"]


@dataclass(slots=True)
class Mention:
    """A body as the text names it; ``i`` and ``j`` are tokens.

    Attributes:
        type: The kind of body; None where only the rest of the post tells, or nothing does (``other``).
        areas: Places said with it, by their usual names.
        other: It is something this program does not read ratings of: prison, school, drugs.
        generic: A common noun or a pronoun ("the company"), or a body word with no place.
        plural: Said of several, or of the class.
        count: The number word before it ("three CRCs"), as written.
        owner: The firm it was named by.
        provider: The whole name, where the user's configuration gave it.
        demoted: Mentioned in passing ("owned by", "than", "such as"): never the subject.
        bare: A place alone.
    """

    i: int
    j: int
    type: ProviderType | None
    areas: list[str] = field(default_factory=list)
    other: bool = False
    generic: bool = False
    plural: bool = False
    count: str | None = None
    owner: str | None = None
    provider: str | None = None
    demoted: bool = False
    bare: bool = False
    both: bool = False
    any_probation: bool = False
    pronoun: bool = False
    word: str = ""
    listed: bool = False
    trailing: bool = False
