"""The post office of one configuration: whom a digest goes to, what is written to each, and how it leaves."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from aggregator.digest.addresses import parted
from aggregator.digest.channels import into_maildir, notify
from aggregator.digest.links import Links
from aggregator.digest.model import Digest
from aggregator.digest.outcome import Outcome
from aggregator.digest.render.letter import Letter, as_letter, message_id
from aggregator.digest.schedule import next_window
from aggregator.errors import SecretUnavailable, StoreError
from aggregator.secrets import Secret, read_secret
from aggregator.store import digests, subscribers
from aggregator.store.deliveries import Planned

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.config.model import Config
    from aggregator.digest.smtp import Mailer
    from aggregator.store.database import Store
    from aggregator.store.deliveries import Claimed
    from aggregator.store.subscribers import Channel, SubscriberRow

__all__ = [
    "ALERTS",
    "SUMMARY",
    "PostOffice",
    "can_notify",
    "house_addresses",
    "house_plan",
    "letter_for",
    "reader_plan",
    "written",
]

ALERTS = "alerts"
"""The address of the one subscriber that ``[notify]`` makes: each inspection at once, to "alerts 1" and so on."""

SUMMARY = "summary"
"""The recipients of each digest's announcement: "summary 1" and so on."""

_AT_LEAST = timedelta(days=1)  # however soon the next digest comes, a server may be down for so long


def can_notify(config: Config) -> bool:
    """Whether there are addresses to notify."""
    return bool(config.notify.urls_env or config.notify.urls_file)


def house_addresses(config: Config) -> tuple[str, ...]:
    """The bare addresses of config.toml's recipients, each once."""
    return tuple(dict.fromkeys(parted(recipient)[1] for recipient in config.mail.recipients))


def house_plan(config: Config, digest: Digest) -> tuple[Planned, ...]:
    """Where everybody's digest goes: to the recipients of config.toml, its Maildir, and as an announcement."""
    if digest.empty and not config.digest.send_empty:
        return ()
    until = _give_up(digest.composed_at, config)
    mail = config.mail
    return (
        *(Planned("mail", address, until) for address in house_addresses(config) if mail.host),
        *((Planned("maildir", str(mail.maildir), until),) if mail.maildir else ()),
        *(Planned("notify", target, until) for target in _targets(config, SUMMARY) if config.notify.summary),
    )


def reader_plan(config: Config, row: SubscriberRow, digest: Digest) -> tuple[Planned, ...]:
    """Where a reader's digest goes: to them, unless nothing is in it."""
    if digest.empty:
        return ()
    until = digest.composed_at + (timedelta(days=7) if row.schedule == "weekly" else _AT_LEAST)
    targets = _targets(config, row.address) if row.channel == "notify" else [row.address]
    return tuple(Planned(row.channel, target, until) for target in targets)


def _targets(config: Config, name: str) -> list[str]:
    """A recipient for each address to notify, so that one broken one stops no other; by number, as they hold secrets.

    Where they cannot be read just now, the first one stands for them, and says why when it is tried.
    """
    if not can_notify(config):
        return []
    try:
        return [f"{name} {number}" for number in range(1, len(_urls(config)) + 1)]
    except SecretUnavailable:
        return [f"{name} 1"]


def _urls(config: Config) -> list[Secret]:
    """The addresses to notify.

    Raises:
        SecretUnavailable: They cannot be read.
    """
    urls = read_secret(env=config.notify.urls_env, file=config.notify.urls_file, subject="notify")
    return [Secret(url) for url in urls.reveal().split()] if urls is not None else []


def _give_up(now: datetime, config: Config) -> datetime:
    """Trying ends when the next digest comes, but not within a day."""
    following = next_window(now, at=config.digest.at, days=config.digest.days, zone=config.digest.zone)
    return max(following, now + _AT_LEAST)


def letter_for(config: Config, recipient: str, row: SubscriberRow | None = None, links: Links | None = None) -> Letter:
    """Who writes to whom, and the ways out of the list that this reader has."""
    ways: list[str] = []
    if row is not None and links is not None:
        ways.append(links.to("unsubscribe", row))
    if config.mail.unsubscribe:
        ways.append(f"mailto:{config.mail.unsubscribe}?subject=unsubscribe")
    named = next((each for each in config.mail.recipients if recipient and parted(each)[1] == recipient), recipient)
    return Letter(
        sender=config.mail.sender,
        recipient=named,
        unsubscribe=tuple(ways),
        one_click=row is not None and links is not None,
        preferences=links.to("preferences", row) if row is not None and links is not None else None,
        plain=row is not None and row.format == "text",
    )


class PostOffice:
    """Writes the messages of one configuration and hands them over. Use it in a ``with``, in one thread."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._mailer: Mailer | None = None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What this configuration can send over. What waits for another channel goes on waiting."""
        return (
            *(("mail",) if self._config.mail.host else ()),
            "maildir",
            *(("notify",) if can_notify(self._config) else ()),
        )

    def write(self, store: Store, claimed: Claimed) -> tuple[str, bytes]:
        """The Message-ID and the bytes for one recipient.

        Raises:
            SecretUnavailable: The key for signed links cannot be read.
            StoreError, ValueError: The digest is gone, or cannot be read.
        """
        row = digests.get(store, claimed.digest_id)
        if row is None:
            raise StoreError(f"there is no digest {claimed.digest_id}")
        reader = subscribers.get(store, claimed.subscriber_id) if claimed.subscriber_id is not None else None
        return written(
            self._config,
            Digest.from_json(row["content"]),
            number=claimed.digest_id,
            channel=claimed.channel,
            recipient=claimed.recipient,
            reader=reader,
        )

    def hand_over(self, claimed: Claimed, message: bytes) -> Outcome:
        """Give it to the channel; whatever goes wrong there is an outcome."""
        try:
            if claimed.channel == "maildir":
                return into_maildir(Path(claimed.recipient), message)
            if claimed.channel == "notify":
                urls = _urls(self._config)
                number = int(claimed.recipient.rpartition(" ")[2])
                if number > len(urls):
                    return Outcome.of("refused", "there is no such address any more")
                return notify(urls[number - 1], message)
            return self._mail().send(parted(self._config.mail.sender)[1], claimed.recipient, message)
        except SecretUnavailable as error:
            return Outcome.of("unreachable", str(error))

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._mailer is not None:
            self._mailer.close()
            self._mailer = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _mail(self) -> Mailer:
        if self._mailer is None:
            from aggregator.digest.smtp import Mailer  # noqa: PLC0415 - ssl and smtplib: where mail is sent

            mail = self._config.mail
            password = read_secret(env=mail.password_env, file=mail.password_file, subject="mail")
            self._mailer = Mailer(mail, password)
        return self._mailer


def written(
    config: Config,
    digest: Digest,
    *,
    number: int | None,
    channel: Channel,
    recipient: str,
    reader: SubscriberRow | None,
) -> tuple[str, bytes]:
    """A message as it is sent: its Message-ID and its bytes. The same digest to the same recipient gives the same.

    Raises:
        SecretUnavailable: The key for signed links cannot be read.
    """
    zone = reader.timezone if reader is not None else digest.timezone
    if channel == "notify":
        from aggregator.digest.render.summary import as_summary  # noqa: PLC0415 - where something is written
        from aggregator.digest.render.view import view  # noqa: PLC0415

        shown = view(digest, ZoneInfo(zone), number=number)
        said = {"title": shown.subject, "body": as_summary(shown)}
        return message_id(digest, Letter()), json.dumps(said, ensure_ascii=False).encode()
    letter = letter_for(config, recipient, reader, _links(config)) if channel == "mail" else letter_for(config, "")
    text, page = _parts(digest, zone, number, letter.footer)
    return message_id(digest, letter), as_letter(digest, text, page, letter)


@lru_cache(maxsize=4)
def _parts(
    digest: Digest, zone: str, number: int | None, footer: tuple[tuple[str, str | None], ...]
) -> tuple[str, str]:
    """Rendered once for all who get the same: laying it out costs more than everything else about a mail."""
    from aggregator.digest.render import letter_parts  # noqa: PLC0415 - templates: where something is written

    return letter_parts(digest, zone=ZoneInfo(zone), number=number, footer=footer)


def _links(config: Config) -> Links | None:
    links = config.links
    key = read_secret(env=links.key_env, file=links.key_file, subject="links") if links.public_url else None
    return Links(links.public_url.rstrip("/"), key) if key is not None else None
