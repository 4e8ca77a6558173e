"""Which ``inspections`` row a rating belongs to: found, or made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.ratings.inspections import WINDOW, Report, report_for, same_report
from aggregator.store import inspections

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.model import Rating

__all__ = ["inspection_ids"]


def inspection_ids(
    connection: sqlite3.Connection,
    ratings: Sequence[Rating],
    *,
    published: datetime,
    now: datetime,
    official_url: str | None = None,
) -> list[int | None]:
    """For each rating of one post the report it is from; None where it is from none that is known.

    Args:
        connection: In a write transaction.
        ratings: What the post states.
        published: The post's date, or, where it states none, the moment it was first seen.
        now: UTC.
        official_url: The inspectorate's page that the post is or links to. It is kept where the post is on one report
            only: of a round-up nobody could tell which it belongs to.
    """
    found: dict[Report, int] = {}
    ids: list[int | None] = []
    for rating in ratings:
        report = report_for(rating, published)
        if report is None:
            ids.append(None)
            continue
        if report not in found:
            found[report] = _find_or_create(connection, report, now)
        ids.append(found[report])
    if official_url is not None and len(set(found.values())) == 1:
        inspections.link(connection, next(iter(found.values())), official_url)
    return ids


def _find_or_create(connection: sqlite3.Connection, report: Report, now: datetime) -> int:
    near = inspections.between(
        connection,
        provider_type=report.provider_type,
        regime=report.regime,
        since=report.published - WINDOW,
        until=report.published + WINDOW,
    )
    same = [
        row
        for row in near
        if same_report(report, Report(row.provider_type, row.provider, row.area, row.regime, row.published_at))
    ]
    if not same:
        return inspections.create(
            connection,
            provider_type=report.provider_type,
            provider=report.provider,
            area=report.area,
            regime=report.regime,
            published_at=report.published,
            now=now,
        )
    closest = min(same, key=lambda row: (abs(row.published_at - report.published), row.id))
    inspections.improve(connection, closest.id, provider=report.provider, published_at=report.published)
    return closest.id
