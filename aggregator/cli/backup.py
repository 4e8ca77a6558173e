"""``aggregator backup`` and ``aggregator restore``: the database as one checked file, and back."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.output import is_terminal
from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import abandon, clean
from aggregator.cli.words import size
from aggregator.errors import AggregatorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.store.backup import Copied

__all__ = ["command", "restore"]


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path, allow_dash=True), required=False)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="In a folder: remove all but the newest N backups of this database, once the new one is sound.",
)
@pass_session
def command(session: Session, *, target: Path | None, keep: int | None) -> None:
    """Back the database up, while everything goes on.

    TARGET is a folder, where the backup is named by its time; or a file that does not exist yet; or - for standard
    output. Without it, the folder backups beside the database. What was written is read again and checked before it
    gets its name.
    """
    database = session.config_or_shipped.database
    timeout = session.config_or_shipped.config.database.busy_timeout
    if target is None:
        target = database.parent / "backups"
        _make_folder(target)
    in_folder = str(target) != "-" and target.is_dir()
    if keep is not None and not in_folder:
        raise UsageError("--keep is about a folder of backups", next_step="Name an existing folder, or none")
    from aggregator.store.backup import back_up, backups_in, name_for

    if str(target) == "-":
        _write_out(session, database)
        return
    place = target / name_for(database, session.now) if in_folder else target
    with _in_words(place):
        made = back_up(database, place, busy_timeout=timeout)
        _tell(session, f"{made.path}: {_figures(made)}")
        for old in backups_in(target, database)[keep:] if keep is not None else ():
            old.unlink(missing_ok=True)
            _tell(session, f"{old}: removed, as {keep} newer ones are kept")


def _write_out(session: Session, database: Path) -> None:
    """By way of a temporary file: what leaves has been checked."""
    from aggregator.store.backup import back_up

    if is_terminal(sys.stdout):
        raise UsageError("a backup is nothing for a terminal", next_step="Send it into a file or another program")
    timeout = session.config_or_shipped.config.database.busy_timeout
    with tempfile.TemporaryDirectory(prefix="aggregator-") as folder, _in_words(Path("standard output")):
        made = back_up(database, Path(folder) / "backup.db", busy_timeout=timeout)
        try:
            with made.path.open("rb") as stream:
                shutil.copyfileobj(stream, sys.stdout.buffer, 1 << 20)
            sys.stdout.buffer.flush()
        except OSError:
            abandon(sys.stdout)  # and for a backup, a reader that has had enough is a failure
            raise
        _tell(session, _figures(made), err=True)


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True))
@pass_session
def restore(session: Session, *, source: Path) -> None:
    """Put a backup in the place of the database.

    SOURCE is a backup, or - for standard input. It is checked first. The database that was there is kept beside the
    new one, as NAME.before-restore. Refused while a daemon or anything else has the database open.
    """
    database = session.config_or_shipped.database
    if not database.parent.is_dir():
        raise UsageError("its folder does not exist", subject=str(database), next_step="Create the folder first")
    if str(source) != "-":
        _put_back(session, source, database)
        return
    with tempfile.TemporaryDirectory(prefix="aggregator-") as folder:
        spool = Path(folder) / "standard-input.db"
        with _in_words(spool), spool.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream, 1 << 20)
        _put_back(session, spool, database)


def _put_back(session: Session, source: Path, database: Path) -> None:
    from aggregator.store.backup import restore as put_back

    with _in_words(database):
        made = put_back(source, database)
    _tell(session, f"{made.path}: {_figures(made)}, from {source}")
    if made.kept is not None:
        _tell(session, f"{made.kept}: what was there before; remove it when all is well")


def _make_folder(folder: Path) -> None:
    with _in_words(folder):
        if folder.parent.is_dir():
            folder.mkdir(exist_ok=True)


@contextmanager
def _in_words(subject: Path) -> Iterator[None]:
    """Within it, errors of the file system leave as errors for a person."""
    try:
        yield
    except OSError as error:
        raise AggregatorError(f"cannot be written: {error.strerror}", subject=str(subject)) from None


def _figures(made: Copied) -> str:
    entries = "1 entry" if made.entries == 1 else f"{made.entries:,} entries"
    return f"{entries}, {size(made.size)}, checked"


def _tell(session: Session, line: str, *, err: bool = False) -> None:
    if not session.quiet:
        click.echo(clean(line), err=err)
