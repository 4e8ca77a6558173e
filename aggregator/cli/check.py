"""``aggregator check``: config.toml, read as every command reads it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.config.load import LoadedConfig
    from aggregator.config.model import Config

__all__ = ["command"]


@click.command("check")
@pass_session
def command(session: Session) -> None:
    """Read config.toml and report every fault, with its line.

    Exit status 2 when there is a fault. What is legal and still looks like an oversight is told as advice.
    """
    from aggregator.config.advice import advice

    loaded = session.config
    click.echo(_summary(loaded))
    for line in (*advice(loaded.config, environ=os.environ), *_unknown_aspects(loaded.config)):
        click.echo(clean(f"advice: {line}"), err=True)


def _unknown_aspects(config: Config) -> Iterator[str]:
    """Advice on rules that ask for a standard which no rating is ever of, so that nothing would meet them."""
    if not any(rule.aspects for rule in config.flags):
        return
    from aggregator.ratings.standards import aspects, meant_by

    known = aspects()
    for rule in config.flags:
        for aspect in rule.aspects:
            if aspect.casefold() not in known:
                meant = meant_by(aspect)
                told = f"did you mean “{meant}”?" if meant else f"known are {', '.join(known)}"
                yield f"flags[{rule.name}].aspects: no rating is ever of “{aspect}”; {told}"


def _summary(loaded: LoadedConfig) -> str:
    config = loaded.config
    enabled = sum(feed.enabled for feed in config.feeds)
    off = len(config.feeds) - enabled
    digest = config.digest
    days = "every day" if len(set(digest.days)) == 7 else ", ".join(digest.days)
    lines = [
        f"{loaded.path}: no faults",
        f"  feeds     {enabled} enabled" + (f", {off} not" if off else ""),
        f"  flags     {', '.join(rule.name for rule in config.flags) or 'none'}",
        f"  digest    {days} at {digest.at:%H:%M}, {digest.timezone}",
        f"  mail      {_mail(loaded)}",
        f"  database  {loaded.database}",
    ]
    return clean("\n".join(lines), keep_lines=True)


def _mail(loaded: LoadedConfig) -> str:
    mail = loaded.config.mail
    if not mail.host or not mail.recipients:
        return "none is sent (no host)" if not mail.host else "none is sent (no recipients)"
    return f"{len(mail.recipients)} recipients by {mail.host}:{mail.port} ({mail.security})"
