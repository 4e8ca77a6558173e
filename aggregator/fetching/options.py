"""What the fetcher is told: its limits (``FetchOptions``) and what to ask for (``Target``). No I/O, no httpx."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aggregator import __version__
from aggregator.fetching.addresses import AllowList
from aggregator.model import Validators

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from aggregator.secrets import Secret

__all__ = ["FetchOptions", "Target", "user_agent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How servers are asked, as ``[http]`` of config.toml says.

    Attributes:
        user_agent: The User-Agent header, see ``user_agent``.
        deadline: Everything together for one feed: name look-up, redirects, headers and body. Waiting for a turn
            is not counted, waiting for memory is.
        max_size: The largest body taken, in bytes, both as it comes and after decompression.
        concurrency: How many feeds are fetched at once. Those that keep us waiting make room for others, up to
            a few times as many (see ``lanes``).
        per_host: How many of these from one server (host and port), and up to eight times as many of those that keep
            us waiting.
        allow: Private addresses that may be reached, as exact "host:port".

    Raises:
        ValueError: An entry of ``allow`` is not "host:port".
    """

    user_agent: str
    deadline: timedelta
    max_size: int
    concurrency: int
    per_host: int
    allow: frozenset[str]

    def __post_init__(self) -> None:
        AllowList(self.allow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One feed to ask for.

    Attributes:
        name: The feed's name, for logs.
        url: Its http or https address. Kept out of the repr: some addresses are secrets in themselves.
        validators: What its last answer asked to have echoed.
        headers: Extra request headers, sent to the feed's own origin only. They replace ours of the same name.
        basic_auth: User name and password, sent to the feed's own origin only.
        proxy: The address of an http proxy to go through, with its user and password if it wants them.
        ca_file: A CA bundle (PEM) to trust instead of the usual.
    """

    name: str
    url: str = field(repr=False)
    validators: Validators = Validators()
    headers: tuple[tuple[str, str | Secret], ...] = ()
    basic_auth: tuple[str, Secret] | None = None
    proxy: Secret | None = None
    ca_file: Path | None = None


def user_agent(contact: str) -> str:
    """``aggregator/VERSION (+contact)``: who asks, and where a server's owner can complain.

    Without a contact the part in brackets is left out. What would not be one header line is dropped.
    """
    product = f"aggregator/{__version__}"
    words = "".join(character for character in contact if " " <= character <= "~" and character not in "()\\")
    return f"{product} (+{words.strip()})" if words.strip() else product
