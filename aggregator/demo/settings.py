"""The configuration of the demo: the shipped flags, and the sample feeds at the address they are served at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aggregator.config.load import load_shipped
from aggregator.demo.server import FEEDS

if TYPE_CHECKING:
    from aggregator.config.model import FlagSection
    from aggregator.demo.server import DemoServer

__all__ = ["config_text"]


def config_text(server: DemoServer, *, interval: str = "30m") -> str:
    """A whole config.toml that follows the sample feeds of a running server.

    Args:
        server: Where they are served.
        interval: How often they are asked, as config.toml takes it.
    """
    parts = [
        f"[http]\nallow = [{json.dumps(server.authority)}]",
        f"[polling]\ninterval = {json.dumps(interval)}\nmin_interval = {json.dumps(interval)}",
        *(_flag(section) for section in load_shipped(environ={}).config.flags),
        *(f'[[feeds]]\nname = "{sample.name}"\nurl = "{server.base}{sample.path}"' for sample in FEEDS),
    ]
    return "\n\n".join(parts) + "\n"


def _flag(section: FlagSection) -> str:
    """A rule with the keys it sets. Strings and lists of strings are written alike in TOML and JSON."""
    written = section.model_dump(mode="json", exclude_defaults=True)
    return "\n".join(["[[flags]]", *(f"{key} = {json.dumps(value)}" for key, value in written.items())])
