"""Which inspection report a rating is from: pure.

A report is known by the body (or, in 2016–18, the area), the inspection programme and its date. Posts about one report
come within weeks of it, and a body is not inspected twice in one programme within a quarter: so the same body, the same
regime and dates within ``WINDOW`` are one report. Names are compared whole: "Kent" is not "Gwent", and "Essex North" is
not "Essex South".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from aggregator.model import ProviderType, RatingValue, When

if TYPE_CHECKING:
    from aggregator.model import Rating

__all__ = ["CRC_AND_NPS", "WINDOW", "Report", "official_page", "regime", "report_for", "same_report"]

CRC_AND_NPS: Final = "CRC+NPS"
"""The provider type of an area report of 2016–18, which judged both in one."""

WINDOW: Final = timedelta(days=92)
"""How far apart two posts on one report may be."""

_WINDOW_WITHIN: Final = timedelta(days=31)
"""The same for a place and the larger one that it is in ("Suffolk", "Norfolk and Suffolk")."""


_OFFICIAL: Final = re.compile(
    r"https?://(?:www\.)?(?:justiceinspectorates\.gov\.uk/hmiprobation|hmiprobation\.justiceinspectorates\.gov\.uk)"
    r"/[^\s\"'<>]{1,300}",
    re.IGNORECASE,
)
"""The inspectorate's pages: under the four inspectorates' common address, and since 2024 under its own."""


def official_page(url: str | None, html: str) -> str | None:
    """The inspectorate's own page on a report, as a post gives it.

    Args:
        url: The post's address: the page itself, where the inspectorate is the publisher.
        html: The post's clean HTML, whose first link to a page on an inspection is taken.
    """
    if url and _OFFICIAL.fullmatch(url):
        return url
    found = [match[0] for match in _OFFICIAL.finditer(html[:_MOST_HTML])]
    return next((link for link in found if "inspection" in link.lower() or "report" in link.lower()), None)


_MOST_HTML: Final = 400_000


def _day(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


# The first day a regime's reports came out, by kind of body; see docs/how-ratings-are-read.md for the sources.
_ADULT: Final = (
    (_day(2014, 6), "early_2014"),  # five reports on the split of probation, to May 2016
    (_day(2016, 8), "quality_impact"),  # Durham, August 2016, to about mid 2018
    (_day(2018, 8, 15), "annual_2018"),  # Merseyside CRC, 26 September 2018, to 26 September 2019
    (_day(2019, 11), "annual_2019"),  # February to July 2020, stopped by Covid; NPS South West in July 2021
)
_UNIFIED: Final = (
    (_day(2021, 6, 26), "pdu_2021"),  # Swansea Neath Port Talbot, January 2022, to autumn 2023
    (_day(2023, 12), "pdu_2023"),  # with the standards of October 2023; first reports early in 2024
)
_DYNAMIC: Final = (*_UNIFIED, (_day(2026, 1), "dynamic_2025"))  # regions, without a grade; fieldwork from October 2025
_DYNAMIC_FIELDWORK: Final = _day(2025, 10)
_YOUTH: Final = (
    (_day(2009, 1), "youth_before_2018"),
    (_day(2018, 7), "youth_2018"),
    (_day(2025, 4), "youth_2025"),
)
_REGIMES: Final = {
    ProviderType.CRC: _ADULT,
    ProviderType.NPS: _ADULT,
    ProviderType.PDU: _UNIFIED,
    ProviderType.REGION: _DYNAMIC,
    ProviderType.YJS: _YOUTH,
}


@dataclass(frozen=True, slots=True)
class Report:
    """One inspection report, as far as a post tells: ``published`` is the post's date until a better one is known."""

    provider_type: str
    provider: str | None
    area: str | None
    regime: str
    published: datetime


def regime(provider_type: ProviderType, published: datetime) -> str:
    """The inspection programme whose reports on such a body came out at the time ("quality_impact", "pdu_2023")."""
    named = "unknown"
    for since, name in _REGIMES[provider_type]:
        if published >= since:
            named = name
    return named


def report_for(rating: Rating, published: datetime) -> Report | None:
    """The report that a rating is from; None for an earlier verdict, and for one said of a whole class of bodies."""
    if rating.when is not When.CURRENT or rating.area is None or rating.area == "England and Wales":
        return None
    programme = regime(rating.provider_type, published)
    narrative = rating.rating in {RatingValue.POSITIVE, RatingValue.MIXED, RatingValue.NEGATIVE}
    if rating.provider_type is ProviderType.REGION and narrative and published >= _DYNAMIC_FIELDWORK:
        programme = "dynamic_2025"
    if programme == "quality_impact":
        return Report(CRC_AND_NPS, None, rating.area, programme, published)
    return Report(rating.provider_type.value, rating.provider, rating.area, programme, published)


def same_report(a: Report, b: Report) -> bool:
    """Whether two posts speak of one report."""
    if a.provider_type != b.provider_type or a.regime != b.regime:
        return False
    apart = abs(a.published - b.published)
    if apart > WINDOW:
        return False
    if _place(a) == _place(b):
        return True
    return a.provider_type == CRC_AND_NPS and apart <= _WINDOW_WITHIN and _lies_within(a, b)


def _words(name: str) -> tuple[str, ...]:
    plain = name.casefold().replace("&", " and ").replace("-", " ").replace(",", " ")
    return tuple(sorted(word for word in plain.split() if word not in {"and", "the", "of"}))


def _place(report: Report) -> tuple[str, ...]:
    """What the report is on, as words in any order: the body where it has a name of its own, else the area."""
    if report.provider_type == ProviderType.CRC.value and report.provider:
        return _words(report.provider.removesuffix("CRC"))
    return _words(report.area or report.provider or "")


def _lies_within(a: Report, b: Report) -> bool:
    small, large = sorted((frozenset(_place(a)), frozenset(_place(b))), key=len)
    return bool(small) and small < large
