"""``aggregator digest``: what no digest has told yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aggregator.cli.options import digest_format_option, output_option, since_option, until_option
from aggregator.cli.output import write_document
from aggregator.cli.session import Session, pass_session
from aggregator.cli.terminal import clean
from aggregator.errors import Exit, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.digest.model import Digest
    from aggregator.digest.render import Form

__all__ = ["command", "write_digest"]


@click.command("digest")
@since_option
@until_option
@digest_format_option
@output_option
@click.option("--skip-empty", is_flag=True, help="Write nothing where there is nothing to tell.")
@click.option("--dry-run", is_flag=True, help="Show it and mark nothing: the same entries are in the next one.")
@click.option("--send", is_flag=True, help="Send it to all that config.toml names, instead of printing it.")
@click.option(
    "--preview",
    metavar="ADDRESS",
    help="Show exactly what this subscriber or recipient would be sent now, and mark nothing.",
)
@pass_session
def command(
    session: Session,
    *,
    since: str | None,
    until: str | None,
    form: Form,
    output: Path | None,
    skip_empty: bool,
    dry_run: bool,
    send: bool,
    preview: str | None,
) -> int | None:
    """Compose what no digest has told yet.

    Prints it, and marks it as told. An entry that was in a digest is in no other, unless an edit changes its
    ratings. With --since or --until the digest holds everything from that time, told or not, and marks nothing.
    """
    from aggregator.digest.service import make_digest

    windowed = since is not None or until is not None
    if preview is not None:
        _preview(session, preview, output=output, alone=not (windowed or dry_run or send))
        return None
    if send:
        if windowed or dry_run:
            raise UsageError(
                "--send sends what no digest has told yet", next_step="Leave --since, --until and --dry-run out."
            )
        return _send(session)
    mark = not dry_run and not windowed
    store = session.open_store(read_only=not mark)
    digest, number = make_digest(
        store,
        session.config_or_shipped.config.digest,
        now=session.now,
        trigger="manual",
        mark=mark,
        since=session.moment(since, option="--since", store=store),
        until=session.moment(until, option="--until", store=store),
    )
    if digest.empty and skip_empty:
        return None
    write_digest(session, digest, form=form, output=output, number=number)
    if number is not None and not session.quiet:
        click.echo(f"recorded as digest {number}; `aggregator digests show {number}` shows it again", err=True)
    return None


def _preview(session: Session, subscriber: str, *, output: Path | None, alone: bool) -> None:
    from aggregator.digest.dispatch import preview

    if not alone:
        raise UsageError(
            "--preview shows what a subscriber's next digest holds",
            next_step="Leave --since, --until, --send and --dry-run out.",
        )
    store = session.open_store(read_only=True)
    _, message = preview(store, session.config_or_shipped.config, subscriber, now=session.now)
    write_document(message, output)


def _send(session: Session) -> int:
    """Exit status 1 where somebody did not get it yet."""
    from datetime import UTC, datetime

    from aggregator.digest.dispatch import send_now

    digest, number, attempts = send_now(session.open_store(), session.config.config, clock=lambda: datetime.now(UTC))
    click.echo(f"digest {number}: {clean(digest.subject)}")
    if not attempts:
        click.echo("sent to nobody: it is empty" if digest.empty else "sent to nobody", err=True)
    for attempt in attempts:
        click.echo(f"{attempt.state:<9} {clean(attempt.recipient)}: {clean(attempt.answer)}")
    waiting = [attempt for attempt in attempts if attempt.state != "sent"]
    if any(attempt.next_attempt_at for attempt in waiting):
        click.echo("What waits is sent by `aggregator run`, or by the next --send.", err=True)
    return Exit.FAILED if waiting else Exit.FINE


def write_digest(session: Session, digest: Digest, *, form: Form, output: Path | None, number: int | None) -> None:
    """A digest in one of its forms, to a file or to standard output, in the time zone it was composed for."""
    from aggregator.digest.render import render, render_bytes

    if form != "eml":
        write_document(render(digest, form, number=number), output)
        return
    from aggregator.digest.render.letter import Letter

    mail = session.config_or_shipped.config.mail
    # One reader is named in it; with several, each would get a mail of his own.
    recipient = mail.recipients[0] if len(mail.recipients) == 1 else ""
    letter = Letter(sender=mail.sender, recipient=recipient)
    write_document(render_bytes(digest, form, number=number, letter=letter), output)
