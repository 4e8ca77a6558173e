"""When the demo plays, and its configuration: the shipped flags, and the feeds at the address they are served at."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from aggregator.config.load import load_shipped
from aggregator.demo.server import FEEDS

if TYPE_CHECKING:
    from aggregator.config.model import FirstPoll, FlagSection
    from aggregator.demo.server import DemoServer

__all__ = ["MORNING", "SECOND_PASS_AFTER", "config_text"]

MORNING: Final = datetime(2019, 9, 19, 5, 30, tzinfo=UTC)
"""06:30 in London, on a Thursday in the month when both reports of the samples were new."""

SECOND_PASS_AFTER: Final = timedelta(hours=3)


def config_text(
    server: DemoServer,
    *,
    interval: str = "30m",
    first_poll: FirstPoll = "recent",
    one_at_a_time: bool = False,
) -> str:
    """A whole config.toml that follows the sample feeds of a running server.

    Args:
        server: Where they are served.
        interval: How often they are asked, as config.toml takes it.
        first_poll: What of their first documents is news.
        one_at_a_time: Ask and read feed by feed, in the order of the samples, so that of two feeds with one post it is
            always the same that brings it.
    """
    http = [f"allow = [{json.dumps(server.authority)}]"] + ["concurrency = 1", "per_host = 1"] * one_at_a_time
    polling = [f'interval = "{interval}"', f'min_interval = "{interval}"', f'first_poll = "{first_poll}"']
    polling += ["workers = 1"] * one_at_a_time
    parts = [
        "\n".join(["[http]", *http]),
        "\n".join(["[polling]", *polling]),
        *(_flag(section) for section in load_shipped(environ={}).config.flags),
        *(f'[[feeds]]\nname = "{sample.name}"\nurl = "{server.base}{sample.path}"' for sample in FEEDS),
    ]
    return "\n\n".join(parts) + "\n"


def _flag(section: FlagSection) -> str:
    """A rule with the keys it sets. Strings and lists of strings are written alike in TOML and JSON."""
    written = section.model_dump(mode="json", exclude_defaults=True)
    return "\n".join(["[[flags]]", *(f"{key} = {json.dumps(value)}" for key, value in written.items())])
