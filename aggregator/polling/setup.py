"""What the configuration means for the rooms of the river: their options, made of its sections."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aggregator.fetching import FetchOptions, Target, user_agent
from aggregator.polling.commit import Versions
from aggregator.polling.record import FeedPolicy, RecordSettings
from aggregator.polling.schedule import Limits
from aggregator.ratings import EXTRACTOR_VERSION
from aggregator.secrets import read_secret
from aggregator.store.feeds import FeedEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.config.load import LoadedConfig
    from aggregator.config.model import Config, FeedSection
    from aggregator.model import FeedState
    from aggregator.secrets import Secret
    from aggregator.times import DailyWindow

__all__ = ["feed_entries", "fetch_options", "quiet_hours", "reading_time", "record_settings", "target"]

_USUAL_PORTS: Final = {"http": 80, "https": 443}


def fetch_options(config: Config) -> FetchOptions:
    """``[http]`` for the fetcher."""
    http = config.http
    return FetchOptions(
        user_agent=user_agent(http.contact),
        deadline=http.deadline - reading_time(http.deadline),
        max_size=http.max_size,
        concurrency=http.concurrency,
        per_host=http.per_host,
        allow=frozenset(http.allow),
    )


def reading_time(deadline: timedelta) -> timedelta:
    """What of a feed's deadline is kept for reading what comes at the last moment."""
    return min(timedelta(seconds=1), deadline / 10)


def feed_entries(config: Config) -> list[FeedEntry]:
    """``[[feeds]]`` for ``store.feeds.sync``."""
    return [FeedEntry(feed.name, feed.url, feed.enabled) for feed in config.feeds]


def quiet_hours(config: Config, feed: FeedSection) -> tuple[DailyWindow, ...]:
    """When this feed is not asked."""
    return config.polling.quiet_hours if feed.quiet_hours is None else feed.quiet_hours


def record_settings(loaded: LoadedConfig, *, owner: str | None = None) -> RecordSettings:
    """``[polling]``, each feed's own wishes, and the versions of what reads posts, for ``record``.

    Args:
        loaded: The configuration.
        owner: Who claimed the feeds.
    """
    polling = loaded.config.polling
    zone = loaded.config.digest.zone
    usual = Limits(polling.interval, polling.min_interval, polling.max_interval, zone, polling.quiet_hours)
    special = {
        feed.name: FeedPolicy(
            replace(usual, interval=feed.interval or polling.interval, quiet=quiet_hours(loaded.config, feed)),
            feed.first_poll or polling.first_poll,
        )
        for feed in loaded.config.feeds
        if feed.interval is not None or feed.first_poll is not None or feed.quiet_hours is not None
    }
    return RecordSettings(
        versions=Versions(EXTRACTOR_VERSION, {rule.name: rule.version for rule in loaded.rules}),
        policy=FeedPolicy(usual, polling.first_poll),
        feeds=special,
        recent=timedelta(days=polling.recent_days),
        owner=owner,
    )


def target(state: FeedState, feed: FeedSection | None) -> Target:
    """What to ask for: the feed's address of today, with what its section says.

    Credentials and headers were given for the server in the configuration. Where the feed has moved to another one
    since (an adopted permanent redirect), they stay at home.

    Args:
        state: The claimed feed.
        feed: Its section; None where it has just been taken out of the configuration.

    Raises:
        SecretUnavailable: An environment variable or file that the section names is not there.
    """
    if feed is None:
        return Target(name=state.name, url=state.url, validators=state.validators)
    subject = f"feed {state.name}"
    headers: dict[str, str | Secret] = {}
    basic_auth: tuple[str, Secret] | None = None
    if _same_server(state.configured_url, state.url):
        headers |= feed.headers
        headers |= _from_environment(feed.headers_env, subject)
        password = read_secret(env=feed.password_env, file=feed.password_file, subject=subject)
        if feed.username and password is not None:
            basic_auth = (feed.username, password)
    return Target(
        name=state.name,
        url=state.url,
        validators=state.validators,
        headers=tuple(headers.items()),
        basic_auth=basic_auth,
        proxy=read_secret(env=feed.proxy_env, subject=subject),
        ca_file=feed.ca_file,
    )


def _from_environment(variables: Mapping[str, str], subject: str) -> dict[str, Secret]:
    found = {name: read_secret(env=variable, subject=subject) for name, variable in variables.items()}
    return {name: secret for name, secret in found.items() if secret is not None}


def _same_server(configured: str, today: str) -> bool:
    """Whether both addresses are of one origin; the step from http to https on the usual ports is not a change."""
    if configured == today:
        return True
    try:
        was, now = urlsplit(configured), urlsplit(today)
        if (was.hostname or "").lower() != (now.hostname or "").lower():
            return False
        was_port, now_port = (url.port or _USUAL_PORTS.get(url.scheme) for url in (was, now))
    except ValueError:
        return False
    if was.scheme == now.scheme:
        return was_port == now_port
    return (was.scheme, was_port, now.scheme, now_port) == ("http", 80, "https", 443)
