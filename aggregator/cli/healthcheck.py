"""``aggregator healthcheck``: one word for a container or a monitor."""

from __future__ import annotations

import click

from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import clean
from aggregator.errors import Exit

__all__ = ["command"]


@click.command("healthcheck")
@pass_session
def command(session: Session) -> int:
    """Exit 0 when the daemon is alive and well, else 1.

    Well: its last beat is fresh, no feed has been due for long, and no digest is late. It looks at the database, so
    it needs no port. Feeds that fail, or a machine that is offline, are told and make nobody unhealthy.
    """
    from aggregator.health import health

    loaded = session.config_or_shipped
    state = health(loaded.database, loaded.config, session.now)
    for line in state.warnings:
        click.echo(clean(f"warning: {line}"), err=True)
    for line in state.problems:
        click.echo(clean(f"problem: {line}"), err=True)
    if state.ok and not session.quiet:
        click.echo("healthy")
    return Exit.FINE if state.ok else Exit.FAILED
