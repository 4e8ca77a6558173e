"""The words of a digest, the same in every form: ratings, bodies, directions, times, counts.

No locale: month and day names are written here, so that a digest reads the same wherever it was composed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aggregator.digest.clean import NAME_LIMIT, clean_line
from aggregator.digest.model import Body, Change, Direction, Finding, Previous, TroubleKind
from aggregator.model import NATIONAL, ProviderType, RatingValue
from aggregator.times import in_zone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

__all__ = [
    "ARROWS",
    "LABELS",
    "NARRATIVE",
    "TROUBLES",
    "WORST_FIRST",
    "aspect_name",
    "before",
    "beside_place",
    "body_name",
    "change_line",
    "count",
    "date",
    "listed",
    "moment",
    "month",
    "named",
    "stated_words",
    "whom",
]

WORST_FIRST: Final = (
    *(RatingValue.INADEQUATE, RatingValue.NEGATIVE, RatingValue.REQUIRES_IMPROVEMENT, RatingValue.MIXED),
    *(RatingValue.GOOD, RatingValue.POSITIVE, RatingValue.OUTSTANDING),
)
LABELS: Final = {
    RatingValue.OUTSTANDING: "Outstanding",
    RatingValue.GOOD: "Good",
    RatingValue.REQUIRES_IMPROVEMENT: "Requires improvement",
    RatingValue.INADEQUATE: "Inadequate",
    RatingValue.POSITIVE: "Positive",
    RatingValue.MIXED: "Mixed",
    RatingValue.NEGATIVE: "Negative",
}
# The judgements of 2016–18 were words, not grades: the band is ours, so the words are shown beside it.
NARRATIVE: Final = frozenset({RatingValue.POSITIVE, RatingValue.MIXED, RatingValue.NEGATIVE})

ARROWS: Final = {Direction.UP: "▲", Direction.DOWN: "▼", Direction.SAME: "="}
TROUBLES: Final = {
    TroubleKind.FAILING: "failing",
    TroubleKind.GONE: "gone",
    TroubleKind.QUIET: "gone quiet",
    TroubleKind.RECOVERED: "works again",
}

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def stated_words(finding: Finding) -> str:
    """The words of a narrative judgement, in quotes: ``“poor”``; nothing for a grade, which says it itself."""
    own = finding.raw.strip("‘’“”'\"")
    if finding.rating not in NARRATIVE or not own or own.casefold() == LABELS[finding.rating].casefold():
        return ""
    return f"“{own}”"


def aspect_name(aspect: str) -> str:
    """``Public protection``."""
    return aspect[:1].upper() + aspect[1:]


def whom(provider_type: ProviderType, provider: str | None, area: str | None) -> str:
    """A body as a reader knows it: ``Essex CRC``, ``CRC in Kent``, ``BeNCH CRC (Northamptonshire)``."""
    provider = clean_line(provider or "", NAME_LIMIT)
    area = clean_line(area or "", NAME_LIMIT)
    if provider and area and area.casefold() not in provider.casefold():
        return f"{provider} ({area})"
    if provider:
        return provider
    if area:
        return f"{area} PDU" if provider_type is ProviderType.PDU else f"{provider_type} in {area}"
    return f"{provider_type}, place not stated"


def body_name(body: Body) -> str:
    """``whom`` of a body, with its type where the name does not say it."""
    return named(body.provider_type, body.provider, body.area)


def named(provider_type: ProviderType, provider: str | None, area: str | None) -> str:
    """``whom``, with the type before it where the name does not hold it: ``PDU: Cardiff and Vale``."""
    name = whom(provider_type, provider, area)
    return name if _says_type(name, provider_type) else f"{provider_type}: {name}"


def _says_type(name: str, provider_type: ProviderType) -> bool:
    words = name.replace(",", " ").split()
    return provider_type in words or f"{provider_type}s" in words


def before(previous: Previous, moved: Direction | None) -> str:
    """``▲ up from Inadequate (March 2022)``, ``= Good before too``; ``Good before`` on another scale."""
    label = LABELS[previous.rating]
    at = f" ({month(previous.at)})" if previous.at else ""
    if moved is Direction.SAME:
        return f"{ARROWS[moved]} {label} before too{at}"
    if moved is None:
        return f"{label} before{at}"
    return f"{ARROWS[moved]} {moved} from {label}{at}"


def beside_place(body: Body) -> str:
    """What stands beside a place: ``CRC``, ``region``; of a class who of it, ``two divisions (NPS)``."""
    if body.provider and body.area == NATIONAL:
        who = clean_line(body.provider, NAME_LIMIT)
        return who if _says_type(who, body.provider_type) else f"{who} ({body.provider_type})"
    return "region" if body.provider_type is ProviderType.REGION else body.provider_type.value


def change_line(change: Change) -> str:
    """``Kent CRC, overall: Inadequate (it was Good)``."""
    subject = f"{named(change.provider_type, change.provider, change.area)}, {clean_line(change.aspect, NAME_LIMIT)}"
    if change.after is None:
        return f"{subject}: no longer stated (it was {LABELS[change.before]})" if change.before else subject
    then = f"it was {LABELS[change.before]}" if change.before else "it was not stated"
    return f"{subject}: {LABELS[change.after]} ({then})"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """``20 April 2017, 06:01 BST``."""
    local = in_zone(at, zone)
    name = local.tzname() or ""
    # Zones without a name of their own give "+03", which says nothing about where.
    name = f"UTC{name} ({zone.key})" if name[:1] in "+-" else name
    return f"{date(at, zone)}, {local:%H:%M} {name}"


def date(at: datetime, zone: ZoneInfo, *, weekday: bool = False) -> str:
    """``20 April 2017``, ``Thursday 20 April 2017``."""
    local = in_zone(at, zone)
    day = f"{_DAYS[local.weekday()]} " if weekday else ""
    return f"{day}{local.day} {_MONTHS[local.month - 1]} {local.year}"


def month(at: datetime) -> str:
    """``March 2022``: a report's date, where the day says nothing more."""
    return f"{_MONTHS[at.month - 1]} {at.year}"


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 inspection``, ``12 inspections``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    each = list(items)
    if len(each) < 2:
        return "".join(each)
    return f"{', '.join(each[:-1])} {last} {each[-1]}"
