"""``aggregator subscribers``: readers with digests of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.options import format_option, output_option
from aggregator.cli.output import Column, emit, write_json
from aggregator.cli.session import Session, pass_session
from aggregator.cli.words import local

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.store.subscribers import SubscriberRow

__all__ = ["command"]

_FILTERS = ("provider_types", "areas", "ratings", "aspects", "when", "words")


@click.group("subscribers", invoke_without_command=True)
@format_option
@output_option
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Give readers digests of their own: when, what, how.

    Without a command behind it, it lists. The recipients in config.toml get everybody's digest and are not listed
    here.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_subscribers, **options, everyone=False)


@command.command("list")
@format_option
@output_option
@click.option("--all", "everyone", is_flag=True, help="Those who left, too.")
@pass_session
def list_subscribers(session: Session, *, form: str, output: Path | None, everyone: bool) -> None:
    """List who gets digests of their own."""
    from dataclasses import asdict

    from aggregator.store.subscribers import listing

    rows = [asdict(row) for row in listing(session.open_store(read_only=True), everyone=everyone)]
    columns = (
        Column("id", "id", right=True),
        Column("address", "address", least=16),
        Column("channel", "by"),
        Column("schedule", "when", _when),
        Column("filter", "filter", lambda row: "" if row["filter"] == "{}" else row["filter"], least=16),
        Column("format", "form"),
        Column("state", "state"),
    )
    emit(rows, form=form, columns=columns, output=output, nothing="no subscribers")


@command.command("add")
@click.argument("address")
@click.option(
    "--schedule",
    type=click.Choice(["at_once", "daily", "weekly"]),
    default="daily",
    show_default=True,
    help="Each report when it comes, or a digest a day or a week.",
)
@click.option("--at", default="07:00", show_default=True, metavar="HH:MM", help="Local time of a daily or weekly one.")
@click.option("--weekday", default="mon", show_default=True, metavar="DAY", help="The day of a weekly one: mon to sun.")
@click.option("--timezone", metavar="ZONE", help="The zone of --at and of times shown. Else digest.timezone.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "text"]),
    default="html",
    show_default=True,
    help="A mail of HTML and text, or of text alone.",
)
@click.option(
    "--channel",
    type=click.Choice(["mail", "maildir"]),
    default="mail",
    show_default=True,
    help="By mail, or into a Maildir folder, whose path is then the ADDRESS.",
)
@click.option("--provider-type", "provider_types", multiple=True, help="Only CRC, NPS, PDU, REGION, YJS; repeatable.")
@click.option("--area", "areas", multiple=True, help='Only this place or body, such as "Wales"; repeatable.')
@click.option("--rating", "ratings", multiple=True, help="Only this rating, such as inadequate; repeatable.")
@click.option("--aspect", "aspects", multiple=True, help='Only this aspect, such as "overall"; repeatable.')
@click.option("--when", "when", multiple=True, help="Ratings that are current (the default) or previous; repeatable.")
@click.option("--word", "words", multiple=True, help="Only posts with this word or phrase; repeatable.")
@pass_session
def add_subscriber(session: Session, /, *, address: str, timezone: str | None, **options: Any) -> None:
    """Give ADDRESS digests of its own.

    Without a filter it gets everything; the filters are those of [[flags]] in config.toml. What is stored already is
    not news to a new reader.
    """
    from aggregator.digest.readers import subscribe

    asked = {key: list(options.pop(key)) for key in _FILTERS}
    reader = subscribe(
        session.open_store(create=True),
        address,
        now=session.now,
        timezone=timezone or session.config_or_shipped.config.digest.timezone,
        asked={key: given for key, given in asked.items() if given},
        **options,
    )
    click.echo(f"subscriber {reader.row.id}: {reader.row.address}")
    if options["channel"] == "mail" and not session.config_or_shipped.config.mail.host:
        click.echo("config.toml names no mail.host yet: digests wait until it does", err=True)


@command.command("remove")
@click.argument("subscriber")
@click.option("--forget", is_flag=True, help="Delete all that is on record about them, too.")
@pass_session
def remove_subscriber(session: Session, *, subscriber: str, forget: bool) -> None:
    """Send SUBSCRIBER (a number or an address) no more."""
    from aggregator.digest.dispatch import find_subscriber
    from aggregator.store import subscribers

    store = session.open_store()
    row = find_subscriber(store, subscriber).row
    if forget:
        subscribers.forget(store, row.id)
    else:
        subscribers.set_state(store, row.id, "removed", now=session.now)
    click.echo(f"{row.address} {'is forgotten' if forget else 'gets no more'}")


@command.command("show")
@click.argument("subscriber")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Its form."
)
@pass_session
def show_subscriber(session: Session, *, subscriber: str, form: str) -> None:
    """Show everything on record about SUBSCRIBER, and what was sent to them."""
    from dataclasses import asdict

    from aggregator.digest.dispatch import find_subscriber
    from aggregator.store.deliveries import listing

    store = session.open_store(read_only=True)
    row = find_subscriber(store, subscriber).row
    sent = listing(store, subscriber=row.id)
    if form == "json":
        write_json({**asdict(row), "deliveries": sent}, None)
        return
    zone = session.zone
    for key, value in _told(row):
        click.echo(f"{key:<9} {value}")
    for delivery in sent:
        at = local(delivery["finished_at"] or delivery["next_attempt_at"], zone)
        click.echo(f"digest {delivery['digest_id']}: {delivery['state']} {at} {delivery['last_answer'] or ''}".rstrip())


def _told(row: SubscriberRow) -> list[tuple[str, str]]:
    from aggregator.cli.terminal import clean

    fields = {"schedule": row.schedule, "at": row.at, "weekday": row.weekday}
    return [
        ("number", str(row.id)),
        ("address", f"{clean(row.address)} ({row.channel})"),
        ("when", f"{_when(fields)}, {row.timezone}"),
        ("filter", "everything" if row.filter == "{}" else clean(row.filter)),
        ("form", row.format),
        ("state", row.state),
    ]


def _when(row: Any) -> str:
    if row["schedule"] == "at_once":
        return "at once"
    return f"{row['weekday'] + ' ' if row['schedule'] == 'weekly' else ''}{row['at']}"
