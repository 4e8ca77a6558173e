"""What config.toml may say: one typed, frozen model, with its defaults.

Every section refuses keys it does not know. ``docs/reference/config.md`` is generated from the descriptions
here, and the shipped config.toml is tested against them. Secrets are never keys: a password is named by the
environment variable (``*_env``) or the file (``*_file``) that holds it, and read when it is needed.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from itertools import count
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from aggregator.config.values import (
    Address,
    ClockTime,
    Contact,
    Duration,
    FeedUrl,
    HostPort,
    Line,
    LocalPath,
    Phrase,
    PlainHeaders,
    QuietHours,
    SecretHeaders,
    Size,
    Switch,
    VariableName,
    Whole,
)
from aggregator.model import ProviderType, RatingValue, When

__all__ = [
    "Config",
    "DatabaseSection",
    "DigestSection",
    "FeedSection",
    "FlagSection",
    "HttpSection",
    "LinksSection",
    "MailSection",
    "NotifySection",
    "PollingSection",
    "Section",
    "Weekday",
]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
FirstPoll = Literal["recent", "baseline", "all"]


def _one_password(variable: str, file: Path | None) -> None:
    if variable and file is not None:
        raise ValueError("password_env and password_file are both given; keep one")


class Section(BaseModel):
    """The manners of every section: frozen, no unknown keys, no values of the wrong type taken quietly."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DatabaseSection(Section):
    """Where everything is kept."""

    path: LocalPath = Field(
        default=Path("aggregator.db"),
        description="The SQLite file; a relative path is relative to the folder of config.toml.",
    )
    busy_timeout: Duration = Field(
        default=timedelta(seconds=30),
        ge=timedelta(0),
        le=timedelta(minutes=10),
        description="How long to wait for another process's write to end before giving up.",
    )


class HttpSection(Section):
    """How servers are asked: each feed once a poll, and no more than five redirects on from there."""

    contact: Contact = Field(
        default="",
        max_length=200,
        description="A page or an address by which a server's owner can reach you; it goes into the User-Agent.",
    )
    deadline: Duration = Field(
        default=timedelta(seconds=45),
        gt=timedelta(0),
        le=timedelta(seconds=45),
        description="Everything together for one feed: name look-up, redirects, headers, body and reading it.",
    )
    max_size: Size = Field(
        default=10_000_000,
        ge=10_000,
        le=50_000_000,
        description="The largest document taken, after decompression.",
    )
    concurrency: Whole = Field(default=24, ge=1, le=100, description="How many feeds are fetched at once.")
    per_host: Whole = Field(
        default=4,
        ge=1,
        le=20,
        description=(
            "How many of these from one host. One that keeps us waiting for a moment no longer counts, up to eight "
            "times as many: what one host never answers must not keep its other feeds from us."
        ),
    )
    allow: tuple[HostPort, ...] = Field(
        default=(),
        description='Private addresses that may be fetched, as exact "host:port"; all others are refused.',
    )


class PollingSection(Section):
    """When feeds are asked, and what their first answer means."""

    interval: Duration = Field(
        default=timedelta(minutes=30),
        description="How long between two polls of a feed, where neither its server nor its rhythm says otherwise.",
    )
    min_interval: Duration = Field(
        default=timedelta(minutes=15), ge=timedelta(minutes=1), description="Never sooner than this."
    )
    max_interval: Duration = Field(
        default=timedelta(days=1),
        le=timedelta(days=7),
        description="Never later than this, unless the server asks for it.",
    )
    quiet_hours: QuietHours = Field(
        default=(),
        description=(
            'Stretches of the local day in which no feed is asked: "22:30-05:30". What falls due is asked after them; '
            "`poll --force` asks all the same."
        ),
    )
    first_poll: FirstPoll = Field(
        default="recent",
        description=(
            'What of a feed\'s first document is news: "recent" (the last days, see recent_days), '
            '"baseline" (nothing) or "all". The rest is kept as history and is in no digest.'
        ),
    )
    recent_days: Whole = Field(default=7, ge=0, le=3650, description='How many days "recent" means.')
    workers: Whole = Field(
        default=2, ge=1, le=32, description="Processes that parse and read posts; they start when needed."
    )
    parse_deadline: Duration = Field(
        default=timedelta(seconds=20),
        gt=timedelta(0),
        le=timedelta(minutes=10),
        description=("How long one document may take to be read, within http.deadline, before its worker is replaced."),
    )
    keep_polls: Duration = Field(
        default=timedelta(days=90),
        ge=timedelta(days=1),
        description="How long the record of single polls is kept.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.min_interval <= self.interval <= self.max_interval:
            raise ValueError("interval must lie between min_interval and max_interval")
        return self


class DigestSection(Section):
    """When the digest is composed, and what goes into it."""

    at: ClockTime = Field(default=time(7, 0), description="Local time of the digest, as HH:MM.")
    days: tuple[Weekday, ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        min_length=1,
        description="The weekdays on which it is composed, by name.",
    )
    timezone: str = Field(default="Europe/London", description="The zone of every local time shown or meant.")
    title: Line = Field(
        default="Probation inspection digest",
        min_length=1,
        max_length=200,
        description="Its name, in subject and heading.",
    )
    recent_articles: Whole = Field(
        default=20, ge=0, le=500, description="How many unflagged posts it lists; the rest are counted."
    )
    send_empty: Switch = Field(
        default=False,
        description="Whether a digest without any entry is delivered; it is recorded either way.",
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone; write it like Europe/London") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone that ``timezone`` names."""
        return ZoneInfo(self.timezone)


class MailSection(Section):
    """How the digest leaves by mail. Without a host, or without recipients, no mail is sent."""

    host: Line = Field(default="", description="The SMTP server; empty: no mail.")
    port: Whole = Field(
        default=587, ge=1, le=65535, description="Its port: 587 for starttls, 465 for tls, 25 for none."
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description='"starttls", "tls" (from the first byte) or "none".'
    )
    username: Line = Field(default="", description="Whom to log in as; empty: no login.")
    password_env: VariableName = Field(default="", description="The environment variable that holds the password.")
    password_file: LocalPath | None = Field(default=None, description="Or the file whose first line is the password.")
    sender: Line = Field(default="", description='The From address, as "Name <digest@example.org>".')
    recipients: tuple[Address, ...] = Field(default=(), description="Addresses the digest goes to.")
    unsubscribe: Line = Field(
        default="", description="An address to which a reader can write to get no more; it goes into List-Unsubscribe."
    )
    maildir: LocalPath | None = Field(
        default=None, description="A Maildir folder the digest is put into as well; it needs no server."
    )

    @field_validator("unsubscribe")
    @classmethod
    def _can_be_written_to(cls, value: str) -> str:
        # It stands in a header between angle brackets, as a mailto: address (RFC 2369).
        if value and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", value):
            raise ValueError(f"{value!r} is not a bare mail address")
        return value

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        if self.host and self.recipients and "@" not in self.sender:
            raise ValueError("sender is needed to send mail: an address the digest comes from")
        if not self.sender.rpartition("@")[0].rpartition("<")[2].isascii():
            raise ValueError("sender has letters before the @ that mail does not carry everywhere; they must be ASCII")
        _one_password(self.password_env, self.password_file)
        return self


class NotifySection(Section):
    """Chat and push, by way of Apprise (the ``notify`` extra). Its addresses hold secrets, so they never stand here."""

    urls_env: VariableName = Field(
        default="", description="The environment variable that holds Apprise addresses, separated by spaces."
    )
    urls_file: LocalPath | None = Field(default=None, description="Or the file whose first line they are.")
    summary: Switch = Field(default=True, description="Whether each digest is announced, in a few lines.")
    alerts: Switch = Field(default=True, description="Whether each new inspection is told at once.")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.urls_env and self.urls_file is not None:
            raise ValueError("urls_env and urls_file are both given; keep one")
        return self


class LinksSection(Section):
    """Signed links by which subscribers change what comes, or end it, in a browser. Something must serve the pages."""

    public_url: Line = Field(
        default="", description="Where the pages are: an https address; empty: mails carry no such links."
    )
    key_env: VariableName = Field(
        default="", description="The environment variable that holds the key they are signed with."
    )
    key_file: LocalPath | None = Field(default=None, description="Or the file whose first line it is.")

    @model_validator(mode="after")
    def _can_be_signed(self) -> Self:
        if self.key_env and self.key_file is not None:
            raise ValueError("key_env and key_file are both given; keep one")
        if self.public_url:
            # One-click unsubscribing is https only (RFC 8058), and a link is a key to somebody's subscription.
            parts = urlsplit(self.public_url)
            if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
                raise ValueError("public_url must be an https address without ? and #")
            if not (self.key_env or self.key_file is not None):
                raise ValueError("public_url needs a key: key_env or key_file")
        return self


class FeedSection(Section):
    """One feed: ``[[feeds]]``."""

    name: Line = Field(
        default="",
        max_length=80,
        description="Its name in listings and on the command line; left out, it is the address's host.",
    )
    url: FeedUrl = Field(description="Its http or https address.")
    enabled: Switch = Field(default=True, description="false: kept here, but not polled.")
    interval: Duration | None = Field(default=None, description="Instead of polling.interval.")
    quiet_hours: QuietHours | None = Field(default=None, description="Instead of polling.quiet_hours; [] means none.")
    first_poll: FirstPoll | None = Field(default=None, description="Instead of polling.first_poll.")
    headers: PlainHeaders = Field(default_factory=dict, description="Extra request headers that are no secret.")
    headers_env: SecretHeaders = Field(
        default_factory=dict, description="Secret request headers: header name = environment variable."
    )
    username: Line = Field(default="", description="For HTTP basic authentication.")
    password_env: VariableName = Field(default="", description="The environment variable that holds its password.")
    password_file: LocalPath | None = Field(default=None, description="Or the file whose first line is the password.")
    proxy_env: VariableName = Field(default="", description="The environment variable that holds a proxy's address.")
    ca_file: LocalPath | None = Field(
        default=None, description="A CA bundle to trust for this feed instead of the usual."
    )

    @field_validator("name")
    @classmethod
    def _can_be_typed(cls, value: str) -> str:
        if value != value.strip() or value.startswith("-"):
            raise ValueError("must not start or end with a space, nor start with a hyphen: it is typed in commands")
        return value

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        _one_password(self.password_env, self.password_file)
        if (self.password_env or self.password_file) and not self.username:
            raise ValueError("a password without a username logs nobody in; username is missing")
        if self.username and any(name.lower() == "authorization" for name in self.headers_env):
            raise ValueError("username and an Authorization header under headers_env are both given; keep one")
        return self


class FlagSection(Section):
    """One rule: ``[[flags]]``. An entry meets it when one of its ratings fits every key that is given."""

    name: Line = Field(min_length=1, max_length=60, description="Its name, in listings and explanations.")
    provider_types: tuple[ProviderType, ...] = Field(default=(), description="Any of CRC, NPS, PDU, REGION, YJS.")
    areas: tuple[Phrase, ...] = Field(
        default=(), description='Places or bodies, whole words, any of: "Wales", "Essex".'
    )
    ratings: tuple[RatingValue, ...] = Field(
        default=(),
        description="Any of outstanding, good, requires_improvement, inadequate, positive, mixed, negative.",
    )
    aspects: tuple[Phrase, ...] = Field(default=(), description='Any of "overall" and the standards\' names.')
    when: tuple[When, ...] = Field(default=(When.CURRENT,), min_length=1, description='"current", "previous" or both.')
    words: tuple[Phrase, ...] = Field(
        default=(),
        description=(
            "Whole words or phrases, any of which the title or text must hold; in capitals they match capitals only. "
            "With no other key, no rating is needed."
        ),
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.provider_types or self.areas or self.ratings or self.aspects or self.words):
            raise ValueError("a rule needs at least one of provider_types, areas, ratings, aspects, words")
        return self


class BodySection(Section):
    """A body that the vocabulary does not have: ``[[bodies]]``. Ratings of it are read like those of any other."""

    provider_type: ProviderType = Field(description="What it is: CRC, NPS, PDU, REGION or YJS.")
    name: Phrase = Field(max_length=120, description="Its full name, as posts give it and listings show it.")
    area: Line = Field(default="", max_length=120, description="The place it covers; empty: its name stands for that.")
    aliases: tuple[Phrase, ...] = Field(
        default=(), description="Other names for it. One in capitals is found in capitals only."
    )


class Config(Section):
    """The whole of config.toml."""

    database: DatabaseSection = DatabaseSection()
    http: HttpSection = HttpSection()
    polling: PollingSection = PollingSection()
    digest: DigestSection = DigestSection()
    mail: MailSection = MailSection()
    notify: NotifySection = NotifySection()
    links: LinksSection = LinksSection()
    feeds: tuple[FeedSection, ...] = ()
    flags: tuple[FlagSection, ...] = ()
    bodies: tuple[BodySection, ...] = ()

    @field_validator("feeds")
    @classmethod
    def _name_the_unnamed(cls, feeds: tuple[FeedSection, ...]) -> tuple[FeedSection, ...]:
        """Call a feed without a name after its host; the second of one host is host-2, and so on."""
        taken = {feed.name for feed in feeds if feed.name}
        named: list[FeedSection] = []
        for feed in feeds:
            if not feed.name:
                host = (urlsplit(feed.url).hostname or "feed").removeprefix("www.")
                name = next(name for n in count(1) if (name := host if n == 1 else f"{host}-{n}") not in taken)
                taken.add(name)
                feed = feed.model_copy(update={"name": name})  # noqa: PLW2901 - the named copy replaces it
            named.append(feed)
        return tuple(named)
