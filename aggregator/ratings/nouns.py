"""What a scene is made of: the body a rating is of, a heading's reach, the dates that part the regimes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aggregator.model import NATIONAL, ProviderType

if TYPE_CHECKING:
    from aggregator.ratings.bodies.mention import Mention

__all__ = [
    "ENDED",
    "FOUR_POINT_FROM",
    "LONG",
    "LONGEST",
    "NATIONAL",
    "OLD",
    "UNIFIED",
    "YOUTH_FROM",
    "Section",
    "Target",
]

FOUR_POINT_FROM: Final = datetime(2018, 8, 15, tzinfo=UTC)
"""The first report with a grade came out on 26 September 2018; posts announced it some weeks before."""
YOUTH_FROM: Final = datetime(2018, 8, 1, tzinfo=UTC)
"""The first reports with a grade on youth offending services came out in that month, of inspections in June."""
ENDED: Final = datetime(2021, 8, 1, tzinfo=UTC)
"""CRCs and NPS ended on 26 June 2021; the last report on an NPS area came out in July."""
LONG: Final = 20
"""Sentences from which on a post can be about much else."""
LONGEST: Final = 400_000
"""Characters of a post that are read: some sixty times the longest real one seen, and seconds at the very worst."""
UNIFIED: Final = datetime(2021, 6, 26, tzinfo=UTC)

OLD: Final = (ProviderType.CRC, ProviderType.NPS)


@dataclass(frozen=True, slots=True)
class Target:
    """The body a rating is of."""

    type: ProviderType
    provider: str | None
    area: str | None
    how: str
    named: bool = False
    national: bool = False
    vague: bool = False
    joint: bool = False


@dataclass(slots=True)
class Section:
    """What a heading says about what stands under it."""

    level: int
    text: str
    bodies: list[Mention] = field(default_factory=list)
    aspect: str | None = None
    foreign: bool = False
    ours: bool = False
    """It names probation or youth justice, or a body of theirs: in a round-up of all sorts, the section on them."""
    between: bool = False
    place: str | None = None
    finds: bool = False
    """What stands under it was found: "What we found", "Key findings"."""
    judges: bool = False
    """It sums up in words what stands under it ("Strong leaders, poor supervision"): a grade there is of the whole."""
    inspected: bool = False
    """What stands right under it says that our inspectorate has been, or has reported."""
    bygone: bool = False
    """It is on years before there were CRCs: see ``bygone.heading_is_bygone``."""
    earlier: bool = False
    """It is on an earlier inspection: see ``earlier.heading_is_of_before``."""
