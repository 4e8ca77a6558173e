"""What is legal in a configuration and still looks like an oversight."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from aggregator.config.model import Config

__all__ = ["advice"]


def advice(config: Config, *, environ: Mapping[str, str]) -> Iterator[str]:
    """Advice, a line each. Looks at the environment (never at a value in it) and at whether named files exist."""
    if not any(feed.enabled for feed in config.feeds):
        yield "no feed is enabled, so nothing will be polled"
    if not config.flags:
        yield "there is no rule under [[flags]], so nothing will be flagged"
    owners: dict[str, str] = {}
    for body in config.bodies:
        for name in body.aliases:
            if owners.setdefault(name, body.name) != body.name:
                yield f"bodies[{body.name}].aliases: “{name}” stands for {owners[name]} already, and is read as that"
    if not config.http.contact:
        yield "http.contact is empty; with an address there, a server's owner can reach you before blocking you"
    mail = config.mail
    if mail.host and not mail.recipients:
        yield "mail.host is set and mail.recipients is empty: no mail will be sent"
    if mail.security == "none" and mail.username:
        yield "mail.security is none: the password crosses the network readable"
    yield from _missing("mail.password_env", mail.password_env, environ)
    yield from _absent("mail.password_file", mail.password_file)
    for feed in config.feeds:
        if not feed.enabled:
            continue
        where = f"feeds[{feed.name}]"
        yield from _missing(f"{where}.password_env", feed.password_env, environ)
        yield from _missing(f"{where}.proxy_env", feed.proxy_env, environ)
        for header, variable in feed.headers_env.items():
            yield from _missing(f"{where}.headers_env.{header}", variable, environ)
        yield from _absent(f"{where}.password_file", feed.password_file)
        yield from _absent(f"{where}.ca_file", feed.ca_file)
        secret = feed.username or feed.headers_env
        if secret and feed.url.startswith("http:"):
            yield f"{where}.url is http: its password or secret headers cross the network readable"


def _missing(key: str, variable: str, environ: Mapping[str, str]) -> Iterator[str]:
    if variable and not environ.get(variable):
        yield f"{key} names ${variable}, which is not set here"


def _absent(key: str, path: Path | None) -> Iterator[str]:
    if path is not None and not path.is_file():
        yield f"{key} names {path}, and there is no such file"
