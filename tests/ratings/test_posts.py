"""Whole posts, labelled before they were first read: are they flagged with the right kinds of body?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aggregator.ratings import read
from tests.ratings.labelled import HERE, blocks_of, flags_of, moment, posts

POSTS = [row for path in sorted((HERE / "posts").glob("*.txt")) if path.stem != "others" for row in posts(path)]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "examples"


@pytest.mark.parametrize("row", POSTS, ids=lambda row: row["id"])
def test_flags_the_right_kinds_of_body(row: dict[str, Any]):
    firm, allowed = flags_of(row)

    got = {
        str(kind) for kind in read(row["title"], blocks_of(row["text"]), published=moment(row["date"])).provider_types
    }

    assert firm <= got <= allowed


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled examples are not beside this checkout")
@pytest.mark.parametrize("name", ["posts.jsonl", "long.jsonl"])
def test_flags_the_examples_as_labelled(name: str):
    wrong = []
    for line in (SHARED / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        published = moment(row["date"]) if row["date"] else None
        got = set(read(row["title"], blocks_of(row.get("html") or row["text"]), published=published).provider_types)
        if bool(got & {"CRC", "NPS"}) != row["flag_crc_nps"] or bool(got & {"PDU", "REGION"}) != row["flag_successor"]:
            wrong.append(row["id"])

    assert wrong == []


def test_no_two_posts_of_a_file_have_one_name():
    # The scorer refuses two of one name, so that `benchmarks/ratings_quality.py` stopped half way.
    for path in (HERE / "posts").glob("*.txt"):
        names = [row["id"] for row in posts(path)]
        assert len(names) == len(set(names)), path.name
