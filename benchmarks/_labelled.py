"""The labelled posts of ``labelled/posts.jsonl.xz``."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

__all__ = ["KINDS", "labelled"]

KINDS = ("real", "short", "long")
"""Posts that state facts from real pages; invented ones, short, and of the length of a page."""
_POSTS = Path(__file__).parent / "labelled" / "posts.jsonl.xz"


def labelled() -> list[dict[str, Any]]:
    """Every labelled post: ``labelled/README.md`` tells what its fields mean."""
    with lzma.open(_POSTS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
