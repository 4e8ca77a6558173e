"""A database on disk with posts in it, for the tests of this room."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aggregator.store import open_store
from aggregator.times import to_text
from tests.digest.samples import NOW

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from aggregator.model import Rating
    from aggregator.store import Store


class Archive:
    """Rows put in as the polling rooms would leave them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store: Store = open_store(path)
        self.entries = 0

    def close(self) -> None:
        self.store.close()

    def feed(self, name: str = "blog", **columns: Any) -> int:
        return self.insert(
            "feeds",
            name=name,
            configured_url=f"https://{name}.example/feed",
            url=f"https://{name}.example/feed",
            next_poll_at=to_text(NOW + timedelta(hours=1)),
            next_poll_reason="interval",
            **{"status": "ok", "last_new_at": to_text(NOW), "first_success_at": to_text(NOW), **columns},
        )

    def entry(
        self,
        title: str = "A post",
        *ratings: Rating,
        feed: int | None = None,
        flags: tuple[str, ...] = (),
        inspection: int | None = None,
        seen: datetime = NOW - timedelta(hours=1),
        **columns: Any,
    ) -> int:
        self.entries += 1
        number = self.insert(
            "entries",
            **{
                "canonical_url": f"https://example.org/{self.entries}",
                "title": title,
                "published_at": to_text(seen),
                "first_seen_at": to_text(seen),
                "news": 1,
                "html": "",
                "text": f"Text of {title}.",
                "content_hash": f"first state of {self.entries}",
                "extractor_version": 1,
                **columns,
            },
        )
        self.insert(
            "sightings",
            entry_id=number,
            feed_id=feed,
            source=None if feed else "saved.txt",
            url=f"https://example.org/{self.entries}",
            title=title,
            published_at=to_text(seen),
            content_hash=f"first state of {self.entries}",
            first_seen_at=to_text(seen),
            last_seen_at=to_text(seen),
        )
        self.rate(number, *ratings, inspection=inspection)
        for rule in flags or tuple(dict.fromkeys(f"{each.provider_type} ratings" for each in ratings)):
            self.insert(
                "flags", entry_id=number, rule=rule, rule_version="1", reason="because", flagged_at=to_text(seen)
            )
        return number

    def rate(self, entry: int, *ratings: Rating, inspection: int | None = None) -> None:
        for each in ratings:
            self.insert("ratings", entry_id=entry, inspection_id=inspection, extractor_version=1, **columns_of(each))

    def edit(self, entry: int, *ratings: Rating, content_hash: str = "edited", at: datetime = NOW) -> None:
        """What the polling rooms do with an edit: the old state is kept with its ratings, the new one put in its place."""
        with self.store.write() as connection:
            connection.row_factory = None
            old = connection.execute(
                "SELECT title, html, text, content_hash FROM entries WHERE id = ?", [entry]
            ).fetchone()
            names = [row[1] for row in connection.execute("PRAGMA table_info(ratings)")]
            then = [
                dict(zip(names, row, strict=True))
                for row in connection.execute("SELECT * FROM ratings WHERE entry_id = ?", [entry])
            ]
            connection.execute(
                "INSERT INTO revisions (entry_id, replaced_at, title, html, text, content_hash, ratings)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [entry, to_text(at), *old, json.dumps(then)],
            )
            connection.execute(
                "UPDATE entries SET content_hash = ?, changed_at = ? WHERE id = ?", [content_hash, to_text(at), entry]
            )
            connection.execute("DELETE FROM ratings WHERE entry_id = ?", [entry])
        self.rate(entry, *ratings)

    def inspection(self, area: str = "Kent", **columns: Any) -> int:
        return self.insert(
            "inspections",
            **{
                "provider_type": "CRC",
                "provider": f"{area} CRC",
                "area": area,
                "regime": "annual_2018",
                "published_at": to_text(NOW - timedelta(hours=6)),
                "first_seen_at": to_text(NOW),
                **columns,
            },
        )

    def insert(self, table: str, **columns: Any) -> int:
        names = ", ".join(f'"{name}"' for name in columns)
        with self.store.write() as connection:
            cursor = connection.execute(
                f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", list(columns.values())
            )
        return int(cursor.lastrowid or 0)

    def value(self, sql: str, *parameters: Any) -> Any:
        return self.store.connection.execute(sql, parameters).fetchone()[0]


def columns_of(each: Rating) -> dict[str, Any]:
    return {
        name: getattr(each, name)
        for name in (
            *("provider_type", "provider", "area", "aspect", "rating", "raw", "when", "evidence"),
            *("field", "position", "start", "end", "confidence", "reason"),
        )
    }
