"""``aggregator run``: the daemon."""

from __future__ import annotations

import click

from aggregator.cli.session import Session, pass_session

__all__ = ["command"]


@click.command("run")
@pass_session
def command(session: Session) -> int:
    """Poll, flag and digest until told to stop.

    Every half a minute it asks which feeds are due, and composes the digest when its time has come; what a sleeping
    machine missed is caught up with. Ctrl-C or SIGTERM ends it in order, within ten seconds. A second daemon on the
    same database is refused.
    """
    from aggregator.daemon import run
    from aggregator.polling.memory import settle

    loaded = session.config
    session.configure_logs()
    settle()
    return run(loaded)
