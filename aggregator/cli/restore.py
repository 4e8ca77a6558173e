"""``aggregator restore``: see ``backup``."""

from __future__ import annotations

from aggregator.cli.backup import restore as command

__all__ = ["command"]
