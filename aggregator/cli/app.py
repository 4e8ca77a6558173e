"""The group of all commands: lazily loaded, with the global options, and one place where errors become words."""

from __future__ import annotations

import gc
import importlib
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from aggregator import __version__
from aggregator.cli.session import Session
from aggregator.cli.terminal import abandon, clean, prepare_streams, typed
from aggregator.errors import AggregatorError, Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMANDS", "INTERRUPTED", "SIGNALLED", "app", "run"]

SIGNALLED: Final = 128
"""Exit statuses from here on tell by which signal a command was stopped, as shells count."""

INTERRUPTED: Final = SIGNALLED + 2
"""Exit status after Ctrl-C, which is SIGINT."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as ``aggregator --help`` lists it, without importing it."""

    module: str
    help: str


COMMANDS: Final[dict[str, dict[str, Listed]]] = {
    "Set up": {
        "init": Listed("init", "Write a commented config.toml here, where there is none."),
        "check": Listed("check", "Read config.toml and report every fault, with its line."),
        "demo": Listed("demo", "Watch it work on bundled feeds, offline, in seconds."),
    },
    "Follow": {
        "run": Listed("run", "Poll, flag and digest until told to stop."),
        "poll": Listed("poll", "Ask the feeds that are due, once."),
        "import": Listed("importing", "Take in saved newsletters and feed files."),
        "digest": Listed("digest", "Compose what no digest has told yet."),
        "subscribers": Listed("subscribers", "Give readers digests of their own: when, what, how."),
    },
    "Look": {
        "entries": Listed("entries", "List, filter and search posts."),
        "ratings": Listed("ratings", "List who was rated, on what, and how."),
        "inspections": Listed("inspections", "List inspection reports, with what sources agree on."),
        "digests": Listed("digests", "List digests, or show one again."),
        "feeds": Listed("feeds", "List feeds: address, status, next poll and why."),
        "explain": Listed("explain", "Tell why a post is flagged, or not."),
    },
    "Keep": {
        "reflag": Listed("reflag", "Apply today's rules to what is stored."),
        "status": Listed("status", "Tell how things stand, in one screen."),
        "doctor": Listed("doctor", "Look for what is wrong, and say what to do."),
        "backup": Listed("backup", "Back the database up, while everything goes on."),
        "restore": Listed("restore", "Put a backup in the place of the database."),
        "healthcheck": Listed("healthcheck", "Exit 0 when the daemon is alive and well, else 1."),
    },
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and line, and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order of the help page."""
        return [name for family in COMMANDS.values() for name in family]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command's module, whose ``command`` it is."""
        for family in COMMANDS.values():
            if listed := family.get(cmd_name):
                module = importlib.import_module(f"aggregator.cli.{listed.module}")
                command: click.Command = module.command
                return _with_global_options(command)
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a word that is none, name the nearest."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and (near := get_close_matches(args[0], names, n=1)):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The commands by family, from the table alone: listing them imports none."""
        for title, family in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, listed.help) for name, listed in family.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has had enough (``| head``) is no error."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            abandon(sys.stdout)
            return Exit.FINE
        return result


def _remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep a global option, wherever on the line it stood."""
    session = ctx.find_root().ensure_object(Session)
    if ctx.get_parameter_source(str(parameter.name)) is not click.core.ParameterSource.DEFAULT:
        setattr(session, str(parameter.name), value)


def _global_options(*, hidden: bool) -> list[click.Parameter]:
    path = click.Path(path_type=Path)
    common: dict[str, Any] = {"callback": _remember, "expose_value": False, "hidden": hidden}
    return [
        click.Option(
            ["--config", "config_path"],
            type=path,
            metavar="PATH",
            help="The configuration. Else $AGGREGATOR_CONFIG, else ./config.toml.",
            **common,
        ),
        click.Option(
            ["--database", "database_path"],
            type=path,
            metavar="PATH",
            help="The database. Else $AGGREGATOR_DATABASE, else what the configuration says.",
            **common,
        ),
        click.Option(
            ["--log-format"],
            type=click.Choice(["human", "json"]),
            envvar=None if hidden else "AGGREGATOR_LOG_FORMAT",
            help="How events are logged, one a line. Else $AGGREGATOR_LOG_FORMAT, else human.",
            **common,
        ),
        click.Option(["--verbose"], is_flag=True, help="Log more.", **common),
        click.Option(["--quiet"], is_flag=True, help="Log warnings and errors only; no progress.", **common),
    ]


class _Text(click.types.StringParamType):
    """Text, in every locale. What may be a path too says ``click.UNPROCESSED``, and keeps its bytes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word as it was typed."""
        return typed(str(super().convert(value, param, ctx)))


def _read_text(command: click.Command) -> None:
    for parameter in command.params:
        if parameter.type is click.STRING:
            parameter.type = _Text()


def _with_global_options(command: click.Command) -> click.Command:
    """Let global options stand behind the command's name too, where fingers put them."""
    if not any(parameter.name == "config_path" for parameter in command.params):
        _read_text(command)
        command.params.extend(_global_options(hidden=True))
        command.epilog = command.epilog or "Global options (see aggregator --help) may stand here too."
        if isinstance(command, click.Group):
            for below in command.commands.values():
                _with_global_options(below)
    return command


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value and not ctx.resilient_parsing:
        click.echo(f"aggregator {__version__}")
        ctx.exit(Exit.FINE)


app = LazyGroup(
    name="aggregator",
    help=(
        "Follow probation inspection in England and Wales: polls feeds, finds who was rated on what and how, "
        "and tells it once."
    ),
    epilog="Global options may stand before or behind a command. Exit status: 0 fine, 1 failed in part, 2 wrong usage.",
    params=[
        *_global_options(hidden=False),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_version,
            help="Show the version and exit.",
        ),
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line; never returns.

    Args:
        arguments: The words behind ``aggregator``; None: those of ``sys.argv``.
    """
    # Imports and documents make many objects and few cycles: at the usual 700 looking for these is a tenth of a poll.
    gc.set_threshold(20_000)
    prepare_streams()
    status = _status(arguments)
    # At its end the interpreter looks for cycles in all that was ever imported, several times over: 40 ms of a poll, to
    # free what the system takes back a moment later. What is frozen is not looked at.
    gc.freeze()
    sys.exit(status)


def _status(arguments: Sequence[str] | None) -> int:
    try:
        result = app.main(arguments, prog_name="aggregator", standalone_mode=False)
    except click.exceptions.Abort:  # Ctrl-C, as click hands it on
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AggregatorError as error:
        click.echo(f"aggregator: {clean(str(error), keep_lines=True)}", err=True)
        return error.exit_status
    return result if isinstance(result, int) else Exit.FINE
