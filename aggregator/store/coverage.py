"""Inspection reports as a listing shows them: who covers each, what sources agree on, where they differ, and before.

Read-only. Each post counts once, however often it repeats a rating; a rating that a post merely recalls counts for
nothing here but as a previous one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from aggregator.store.listing import Conditions, limit_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.store.database import Store
    from aggregator.store.listing import Filter

__all__ = ["inspections"]

Row = dict[str, Any]

# Overall first, then by name.
_ORDER: Final = "ORDER BY aspect <> 'overall', aspect"


def inspections(store: Store, wanted: Filter) -> Iterator[Row]:
    """Reports, newest first: the columns of ``inspections``, and more beside them.

    - ``coverage``: how many posts speak of it; ``sources``: the feeds and files they are from;
    - ``ratings``: what all posts that speak of a point agree on, each with how many do, and its ``previous`` rating;
    - ``disagreements``: the points on which they differ, with who says what.
    """
    conditions = Conditions()
    conditions.between("published_at", wanted.since, wanted.until)
    if wanted.provider_types:
        tests = " OR ".join("'+' || provider_type || '+' LIKE ?" for _ in wanted.provider_types)
        conditions.add(f"({tests})", *(f"%+{kind}+%" for kind in wanted.provider_types))
    conditions.whole_words(("coalesce(area, '')", "coalesce(provider, '')"), wanted.area)
    if wanted.ratings:
        inner = Conditions()
        inner.one_of("rating", wanted.ratings)
        conditions.add(
            f"""id IN (SELECT inspection_id FROM ratings {inner} AND "when" = 'current')""",  # noqa: S608 - values are bound
            *inner.values,
        )
    sql = f"SELECT * FROM inspections {conditions} ORDER BY published_at DESC, id DESC LIMIT ?"  # noqa: S608 - values are bound
    for row in rows(store, sql, [*conditions.values, limit_of(wanted)]):
        yield row | _covered(store, row["id"]) | _judged(store, row)


def _covered(store: Store, inspection: int) -> Row:
    (row,) = rows(
        store,
        """
        SELECT count(DISTINCT sightings.entry_id) AS coverage,
            json_group_array(DISTINCT coalesce(feeds.name, source)) AS sources
        FROM sightings LEFT JOIN feeds ON feeds.id = feed_id
        WHERE entry_id IN (SELECT entry_id FROM ratings WHERE inspection_id = ?)
        """,
        [inspection],
    )
    return {"coverage": row["coverage"], "sources": sorted(json.loads(row["sources"]))}


def _judged(store: Store, inspection: Row) -> Row:
    """The current ratings of a report, point by point: agreed on, or not."""
    points: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows(
        store,
        f"""
        SELECT provider_type, aspect, rating, min(provider) AS provider, min(area) AS area,
            count(DISTINCT entry_id) AS posts, json_group_array(DISTINCT entry_id) AS entries
        FROM ratings WHERE inspection_id = ? AND "when" = 'current'
        GROUP BY provider_type, aspect, rating
        {_ORDER}, posts DESC, rating
        """,  # noqa: S608 - a constant
        [inspection["id"]],
    ):
        points[row["provider_type"], row["aspect"]].append(row)
    agreed: list[Row] = []
    disputed: list[Row] = []
    for (kind, aspect), stated in points.items():
        body = {key: stated[0][key] for key in ("provider_type", "provider", "area", "aspect")}
        before = _previous(store, inspection, kind=kind, aspect=aspect, stated=stated)
        if len(stated) == 1:
            agreed.append(body | {"rating": stated[0]["rating"], "posts": stated[0]["posts"], "previous": before})
        else:
            said = [
                {"rating": row["rating"], "posts": row["posts"], "entries": sorted(json.loads(row["entries"]))}
                for row in stated
            ]
            disputed.append(body | {"ratings": said, "previous": before})
    return {"ratings": agreed, "disagreements": disputed}


def _previous(store: Store, inspection: Row, *, kind: str, aspect: str, stated: list[Row]) -> Row | None:
    """What the body was rated before on the same point: by an earlier report stored here, else as a post recalls."""
    earlier = rows(
        store,
        """
        SELECT rating, published_at, inspections.id AS inspection_id, count(DISTINCT entry_id) AS posts
        FROM ratings JOIN inspections ON inspections.id = inspection_id
        WHERE ratings.provider_type = :kind AND ratings."when" = 'current' AND ratings.aspect = :aspect
            AND (ratings.area = :area
                OR (:area IS NULL AND ratings.provider = :provider)
                OR (:whole AND ratings.provider_type = 'CRC' AND inspections.provider IS NOT NULL
                    AND ratings.provider = :provider))
            AND published_at < :before AND inspections.id <> :id
        GROUP BY inspections.id, rating ORDER BY published_at DESC, posts DESC LIMIT 1
        """,
        {
            "kind": kind,
            "aspect": aspect,
            "area": stated[0]["area"] or inspection["area"],
            "provider": stated[0]["provider"],
            # A company is the same one however a post names its area; the reports of 2016–18 are on an area.
            "whole": inspection["provider"] is not None,
            "before": inspection["published_at"],
            "id": inspection["id"],
        },
    )
    for row in earlier:
        return {key: row[key] for key in ("rating", "published_at", "inspection_id")}
    # A recalled rating is from an earlier report, so it points at none that is known: it is found through its post.
    recalled = rows(
        store,
        """
        SELECT rating, count(DISTINCT entry_id) AS posts FROM ratings
        WHERE "when" = 'previous' AND provider_type = :kind AND aspect = :aspect AND (area = :area OR area IS NULL)
            AND entry_id IN (
                SELECT entry_id FROM ratings
                WHERE inspection_id = :id AND provider_type = :kind AND "when" = 'current')
        GROUP BY rating ORDER BY posts DESC, rating LIMIT 1
        """,
        {"kind": kind, "aspect": aspect, "area": stated[0]["area"] or inspection["area"], "id": inspection["id"]},
    )
    for row in recalled:
        return {"rating": row["rating"], "published_at": None, "inspection_id": None}
    return None
