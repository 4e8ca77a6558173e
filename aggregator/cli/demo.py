"""``aggregator demo``: the whole pipeline on bundled feeds, on this machine alone."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.errors import Exit

__all__ = ["command"]


@click.command("demo")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Leave the configuration and the database there, to look at with the other commands.",
)
@click.option("--serve", is_flag=True, help="Only serve the sample feeds, for a daemon of your own to poll.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where --serve listens; 0: a free port.")
def command(*, keep: Path | None, serve: bool, port: int) -> int:
    """Watch it work on bundled feeds, offline, in seconds.

    Replays a morning on which reports came out: polls sample feeds from a server on this machine, twice, into a
    temporary database, and prints what was flagged, why, and the digest. Reads no config.toml, touches no database
    of yours.
    """
    from aggregator import demo

    if serve:
        if keep:
            raise click.UsageError("--serve keeps nothing; leave --keep out.")
        return demo.serve(echo=click.echo, port=port)
    return demo.run(echo=click.echo, keep=keep) or Exit.FINE
