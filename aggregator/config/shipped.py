"""The commented config.toml that comes with the program, without the model that reads it."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

__all__ = ["DEFAULT_NAME", "shipped_text"]

DEFAULT_NAME: Final = "config.toml"

# A copy of the config.toml at the top of the repository, held equal to it by a test: the wheel has no top.
_SHIPPED: Final = "shipped.toml"


def shipped_text() -> str:
    """What ``aggregator init`` writes."""
    return (files("aggregator.config") / _SHIPPED).read_text(encoding="utf-8")
