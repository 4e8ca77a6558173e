"""What the global options of one command line mean: which configuration, which database, what time it is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import click

from aggregator.times import parse_moment

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from aggregator.config.load import LoadedConfig
    from aggregator.store import Store

__all__ = ["Session", "pass_session"]


@dataclass
class Session:
    """One command line. Everything costly is made when it is first asked for."""

    config_path: Path | None = None
    database_path: Path | None = None
    log_format: Literal["human", "json"] = "human"
    verbose: bool = False
    quiet: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def config(self) -> LoadedConfig:
        """The configuration, which must be there."""
        from aggregator.config.load import load

        return load(self.config_path, environ=os.environ, database=self.database_path)

    @cached_property
    def config_or_shipped(self) -> LoadedConfig:
        """The configuration; where none is named and none stands here, the one that comes with the program.

        For commands that need rules, a time zone or a database's name, and no feeds.
        """
        from aggregator.config.load import config_path, load_shipped

        named = self.config_path is not None or os.environ.get("AGGREGATOR_CONFIG")
        if named or config_path(None, environ=os.environ).exists():
            return self.config
        return load_shipped(environ=os.environ, database=self.database_path)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of local times."""
        return self.config_or_shipped.config.digest.zone

    def configure_logs(self, *, quiet: bool = False) -> None:
        """Send logs to standard error as the global options say; ``quiet``: warnings and errors only."""
        import logging

        from aggregator.logs import configure

        level = logging.WARNING if quiet or self.quiet else logging.DEBUG if self.verbose else logging.INFO
        configure(self.log_format, level)

    def open_store(self, *, create: bool = False, read_only: bool = False) -> Store:
        """The database, open until the command ends.

        Args:
            create: Make it where there is none. A listing in the wrong folder should say so, not make one.
            read_only: Only look at it.

        Raises:
            StoreError: There is none, or it cannot be opened.
        """
        from aggregator.store import open_store

        loaded = self.config_or_shipped
        store = open_store(
            loaded.database,
            busy_timeout=loaded.config.database.busy_timeout,
            create=create,
            read_only=read_only,
        )
        click.get_current_context().call_on_close(store.close)
        return store

    def moment(self, text: str | None, *, option: str, store: Store | None = None) -> datetime | None:
        """What ``--since`` or ``--until`` was given, as UTC; with a ``store``, ``last`` is the last digest's end.

        Raises:
            click.BadParameter: It is no time.
        """
        if text is None:
            return None
        if store is not None and text.strip() == "last":
            from aggregator.store.listing import last_window_end

            return last_window_end(store)
        try:
            return parse_moment(text, now=self.now, zone=self.zone)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=option) from None


pass_session = click.make_pass_decorator(Session, ensure=True)
