"""config.toml, read: found, decoded, checked as a whole, its relative paths resolved.

Every fault is reported at once, each with its line (``errors.ConfigError``).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from aggregator.config.faults import across_sections, from_validation, twice
from aggregator.config.lines import key_lines
from aggregator.config.model import Config
from aggregator.config.shipped import DEFAULT_NAME, shipped_text
from aggregator.errors import ConfigError, ConfigFault, UsageError
from aggregator.flags import Rule
from aggregator.model import ExtraBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.config.model import BodySection, FlagSection

__all__ = ["LoadedConfig", "config_path", "load", "load_shipped", "rule"]

_LARGEST: Final = 4_000_000  # bytes; ten thousand feeds are 1 MB, /dev/zero is not
_SYNTAX_PLACE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_SECOND_TABLE: Final = re.compile(r"Cannot (?:declare|mutate immutable namespace) (\(.*\))(?: twice)?")


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """A configuration and where it came from.

    Attributes:
        path: The file it was read from.
        folder: What its relative paths are relative to.
        database: The database to use: the command line's or the environment's, else the configuration's.
        rules: Its ``[[flags]]``, as ``aggregator.flags`` takes them.
        bodies: Its ``[[bodies]]``, as the reading of ratings takes them.
    """

    config: Config
    path: Path
    folder: Path
    database: Path
    rules: tuple[Rule, ...]
    bodies: tuple[ExtraBody, ...] = ()


def config_path(path: Path | None, *, environ: Mapping[str, str]) -> Path:
    """Which file is meant: the one named, else ``AGGREGATOR_CONFIG``, else ``config.toml`` here."""
    return path or Path(environ.get("AGGREGATOR_CONFIG") or DEFAULT_NAME)


def load(path: Path | None, *, environ: Mapping[str, str], database: Path | None = None) -> LoadedConfig:
    """Read and check a configuration.

    Args:
        path: The file; None: ``AGGREGATOR_CONFIG``, else ``config.toml`` in the current folder.
        environ: The environment; only ``AGGREGATOR_CONFIG`` and ``AGGREGATOR_DATABASE`` are looked at.
        database: The database named on the command line, which comes before every other.

    Raises:
        UsageError: There is no such file, or it cannot be read.
        ConfigError: It is not TOML, or what it says is refused: every fault, in the order of the file.
    """
    path = config_path(path, environ=environ)
    return _checked(_text(path), path, environ=environ, database=database)


def load_shipped(*, environ: Mapping[str, str], database: Path | None = None) -> LoadedConfig:
    """The configuration that ``aggregator init`` writes, as if it stood in the current folder."""
    return _checked(shipped_text(), Path(DEFAULT_NAME), environ=environ, database=database)


def rule(section: FlagSection) -> Rule:
    """One ``[[flags]]`` as ``aggregator.flags`` takes it."""
    return Rule(
        name=section.name,
        provider_types=frozenset(section.provider_types),
        areas=section.areas,
        ratings=frozenset(section.ratings),
        aspects=section.aspects,
        when=frozenset(section.when),
        words=section.words,
    )


def body(section: BodySection) -> ExtraBody:
    """One ``[[bodies]]`` as the reading of ratings takes it."""
    return ExtraBody(section.provider_type, section.name, section.area or None, section.aliases)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise UsageError(
            "there is no such file",
            subject=str(path),
            next_step="`aggregator init` writes one to start from; --config PATH names another.",
        ) from None
    except IsADirectoryError:
        raise UsageError("is a folder, not a file", subject=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", subject=str(path)) from None
    if len(raw) > _LARGEST:
        raise ConfigError(str(path), [ConfigFault("is larger than 4 MB; this is no configuration")])
    try:
        return raw.decode("utf-8-sig")  # Notepad begins with a byte order mark, which TOML does not know
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(str(path), [ConfigFault("is not UTF-8; save the file as UTF-8", line=line)]) from None


def _checked(text: str, path: Path, *, environ: Mapping[str, str], database: Path | None) -> LoadedConfig:
    data = _toml(text, path)
    lines = key_lines(text)
    folder = path.absolute().parent
    faults = list(twice(data, lines))
    config: Config | None = None
    try:
        config = Config.model_validate(data, context={"folder": folder})
        faults += across_sections(config, data, lines)
    except ValidationError as error:
        faults += from_validation(error, data, lines)
    if faults or config is None:
        raise ConfigError(str(path), sorted(faults, key=lambda fault: fault.line or 0))
    from_environment = environ.get("AGGREGATOR_DATABASE")
    return LoadedConfig(
        config=config,
        path=path,
        folder=folder,
        database=database or (Path(from_environment) if from_environment else folder / config.database.path),
        rules=tuple(rule(section) for section in config.flags),
        bodies=tuple(body(section) for section in config.bodies),
    )


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), [_syntax_fault(str(error), text)]) from None
    except RecursionError:
        raise ConfigError(str(path), [ConfigFault("is nested deeper than any configuration")]) from None


def _syntax_fault(message: str, text: str) -> ConfigFault:
    """A syntax error in words; tomllib stops at the first, so there is never a second."""
    place = _SYNTAX_PLACE.search(message)
    line = int(place[1]) if place and place[1] else len(text.splitlines())
    words = _SYNTAX_PLACE.sub("", message)
    if table := _SECOND_TABLE.fullmatch(words):
        name = ".".join(re.findall(r"'([^']*)'", table[1]))
        return ConfigFault(f"[{name}] stands here for the second time", line=line)
    explained = {
        "Cannot overwrite a value": "this key stands in its section already",
        "Invalid value": "the value is not written as TOML knows it (texts need quotes)",
        "Expected '=' after a key in a key/value pair": "a key needs an equals sign and a value after it",
        "Invalid statement": "this is neither a key = value, nor a [section], nor a # comment",
        "Unterminated string": "a text has no closing quote",
        "Unclosed array": "a list has no closing bracket, or lacks a comma",
        "Unclosed inline table": "a { } table has no closing brace, or lacks a comma",
        "Expected newline or end of document after a statement": "something stands behind the value on this line",
        "Illegal character '\\n'": "a text has no closing quote on its line",
        "Unescaped '\\' in a string": "write \\\\ for a backslash, or use 'single quotes'",
    }
    return ConfigFault(explained.get(words, f"not valid TOML: {words}"), line=line)
