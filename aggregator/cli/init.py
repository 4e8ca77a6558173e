"""``aggregator init``: a commented config.toml to start from."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli.session import Session, pass_session
from aggregator.errors import AggregatorError, UsageError

__all__ = ["command"]


@click.command("init")
@pass_session
def command(session: Session) -> None:
    """Write a commented config.toml here, where there is none.

    With --config PATH it is written there. A file that stands there already is left as it is.
    """
    from aggregator.config.shipped import DEFAULT_NAME, shipped_text

    path = session.config_path or Path(DEFAULT_NAME)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(shipped_text())
    except FileExistsError:
        raise UsageError(
            "stands there already and was left as it is",
            subject=str(path),
            next_step="`aggregator check` reads it.",
        ) from None
    except OSError as error:
        raise AggregatorError(f"cannot be written: {error.strerror}", subject=str(path)) from None
    click.echo(f"Wrote {path}. Next: `aggregator check`, then `aggregator poll`.")
