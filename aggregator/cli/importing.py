"""``aggregator import``: posts that a person saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.options import format_option, output_option
from aggregator.cli.output import Column, emit
from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import clean, typed
from aggregator.errors import Exit, ImportRefused

if TYPE_CHECKING:
    from aggregator.polling.record import RecordSettings
    from aggregator.store import Store

__all__ = ["command"]


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.UNPROCESSED)
@format_option
@output_option
@pass_session
def command(session: Session, *, paths: tuple[str, ...], form: str, output: Path | None) -> int:
    """Take in saved newsletters and feed files.

    Mails and mailboxes (.eml, .mbox), texts and pages (.txt, .html), feeds (.xml, .json): what a file is, its content
    says. A folder stands for the files in it, - for standard input. What is imported is news: the next digest tells it.
    A post that is stored already, from a feed or an earlier import, stays one entry. A file that cannot be read is
    told and passed over; the exit status is then 1.
    """
    from aggregator.cli.reading import expand
    from aggregator.polling.setup import record_settings

    store = session.open_store(create=True)
    settings = record_settings(session.config_or_shipped)
    rows = [_import(session, store, settings, path) for path in expand(paths)]
    columns = (
        Column("file", "file", least=20),
        Column("status", "status"),
        Column("posts", "posts", right=True),
        Column("new", "new", right=True),
        Column("changed", "changed", right=True),
        Column("flagged", "flagged", right=True),
        Column("note", "", lambda row: row["error"] or row["warning"] or "", least=20),
    )
    emit(rows, form=form, columns=columns, output=output, nothing="no file there could hold a post")
    return Exit.FAILED if any(row["error"] for row in rows) else Exit.FINE


def _import(session: Session, store: Store, settings: RecordSettings, path: str) -> dict[str, Any]:
    from aggregator.cli.reading import read_assessed
    from aggregator.polling.importing import import_entries

    row: dict[str, Any] = {"file": typed(path), "status": "refused", "posts": 0, "new": 0, "changed": 0, "flagged": 0}
    row |= {"error": None, "warning": None, "new_entries": [], "changed_entries": [], "flagged_entries": []}
    config = session.config_or_shipped
    try:
        assessed = read_assessed(path, zone=session.zone, rules=config.rules, bodies=config.bodies)
    except ImportRefused as error:
        click.echo(clean(f"aggregator: {error}"), err=True)
        return row | {"error": error.what}
    changes = import_entries(
        store,
        assessed.entries,
        source=typed(Path(path).name),
        now=session.now,
        settings=settings,
        site_url=assessed.feed.site_url,
    )
    return row | {
        "status": "imported",
        "posts": len(assessed.entries),
        "new": len(changes.new),
        "changed": len(changes.changed),
        "flagged": len(changes.flagged),
        "warning": "; ".join(filter(None, (assessed.feed.warning, changes.warning))) or None,
        "new_entries": list(changes.new),
        "changed_entries": list(changes.changed),
        "flagged_entries": list(changes.flagged),
    }
