"""What is wrong in a config.toml, in words for the person who wrote it: every fault, with its line.

pydantic finds most faults; here its findings become sentences, get the line they stand on, and, for a key nobody
knows, the nearest one that is known.
"""

from __future__ import annotations

from datetime import date, datetime, time
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel

from aggregator.config.model import Config
from aggregator.errors import ConfigFault
from aggregator.times import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from aggregator.config.lines import KeyPath

__all__ = ["across_sections", "from_validation", "twice"]

# Keys that people write because other programs have them, and what to write here instead.
_SECRETS_IN_CLEAR: Final = {
    "password": "password_env",
    "pass": "password_env",
    "passwd": "password_env",
    "token": "headers_env",
    "auth": "headers_env",
    "api_key": "headers_env",
    "proxy": "proxy_env",
}
_WANTED: Final = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table of keys and values",
    "model_type": "a table of keys and values",
    "model_attributes_type": "a table of keys and values",
    "path_type": "a path in quotes",
}
_BOUNDS: Final = {"greater_than": "more than", "greater_than_equal": "at least", "less_than": "less than"} | {
    "less_than_equal": "at most"
}
_BOUND_KEYS: Final = {
    "greater_than": "gt",
    "greater_than_equal": "ge",
    "less_than": "lt",
    "less_than_equal": "le",
}


def from_validation(
    error: ValidationError, data: Mapping[str, Any], lines: Mapping[KeyPath, int]
) -> Iterator[ConfigFault]:
    """Everything pydantic found, each on the line of its key, or of the table that lacks it."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # it holds something, and what is wrong with that is told already
        path = tuple(detail["loc"])
        message = _message(detail, path)
        if detail["type"] == "missing":
            message, path = f"{path[-1]} is missing", path[:-1]
        yield ConfigFault(message, key=key_name(path, data), line=_line(path, lines))


def twice(data: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> Iterator[ConfigFault]:
    """Names and addresses that may stand once only, found in the raw data: also where something else is wrong."""
    for table, key in (("feeds", "name"), ("feeds", "url"), ("flags", "name"), ("bodies", "name")):
        first: dict[str, KeyPath] = {}
        rows = data.get(table)
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            value = row.get(key) if isinstance(row, dict) else None
            if not isinstance(value, str) or not value:
                continue
            path = (table, index, key)
            if earlier := first.get(value):
                where = f" on line {line}" if (line := lines.get(earlier)) else ""
                yield ConfigFault(
                    f"the same {key} stands{where} already", key=key_name(path, data), line=lines.get(path)
                )
            else:
                first[value] = path


def across_sections(config: Config, data: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> Iterator[ConfigFault]:
    """What is right in itself and wrong beside something else."""
    low, high = config.polling.min_interval, config.polling.max_interval
    for index, feed in enumerate(config.feeds):
        if feed.interval is not None and not low <= feed.interval <= high:
            path = ("feeds", index, "interval")
            yield ConfigFault(
                f"must lie between polling.min_interval ({format_duration(low)}) "
                f"and polling.max_interval ({format_duration(high)})",
                key=key_name(path, data),
                line=lines.get(path),
            )


def key_name(path: KeyPath, data: Mapping[str, Any]) -> str:
    """A key path as a person names it: ``polling.interval``, ``feeds[hmip-news].url``, ``feeds[2].url`` (from 1)."""
    words: list[str] = []
    value: Any = data
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            value = None
        if isinstance(part, int):
            name = value.get("name") if isinstance(value, dict) else None
            words[-1] += f"[{name if isinstance(name, str) and name.isprintable() and name else part + 1}]"
        else:
            words.append(part)
    return ".".join(words)


def _line(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """The line of a key, else of the nearest table around it."""
    for length in range(len(path), 0, -1):
        if line := lines.get(path[:length]):
            return line
    return None


def _message(detail: ErrorDetails, path: KeyPath) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "extra_forbidden":
        return _unknown(path)
    if kind == "value_error":
        return str(context["error"])
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}, not {_described(given)}"
    if kind in _BOUNDS:
        return f"must be {_BOUNDS[kind]} {_bound(context[_BOUND_KEYS[kind]])}"
    if kind in {"literal_error", "enum"}:
        return _choice(str(context["expected"]), given)
    if kind in {"too_short", "string_too_short"}:
        return "must not be empty"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters"
    # A kind nobody foresaw: pydantic's own words are better than none, and hold no input.
    return detail["msg"][:1].lower() + detail["msg"][1:]


def _unknown(path: KeyPath) -> str:
    key = str(path[-1])
    known = _known_keys(path[:-1])
    instead = _SECRETS_IN_CLEAR.get(key.lower())
    if instead in known:
        return f"secrets are not written here in clear; use {instead} = the name of an environment variable"
    if not known:
        return "is no key that is known"
    matches = get_close_matches(key, known, n=1, cutoff=0.5) or get_close_matches(key.lower(), known, n=1, cutoff=0.5)
    what = "section" if len(path) == 1 else "key"
    if matches:
        return f"there is no such {what}; did you mean {matches[0]}?"
    return f"there is no such {what}; known here: {', '.join(known)}"


def _known_keys(path: Sequence[str | int]) -> list[str]:
    """The keys of the section at a path, walked through the model's own annotations."""
    section: Any = Config
    for part in path:
        if isinstance(part, int):
            continue
        annotation = section.model_fields[part].annotation if part in section.model_fields else None
        inner = next((arg for arg in (annotation, *get_args(annotation)) if _is_section(arg)), None)
        if inner is None:
            return []
        section = inner
    return list(section.model_fields)


def _is_section(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _described(value: object) -> str:
    """What was written, by kind: the value itself may be a secret in the wrong place."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (int, "a number"),
        (float, "a fraction"),
        (str, "a text"),
        (list, "a list"),
        (dict, "a table"),
        ((datetime, date, time), "a date or time"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "this")


def _bound(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)  # pydantic writes durations out


def _choice(expected: str, given: object) -> str:
    options = expected.replace("'", "").replace(" or ", ", ").split(", ")
    if not isinstance(given, str):
        return f"must be one of {', '.join(options)}, not {_described(given)}"
    lower = {option.lower(): option for option in options}
    near = get_close_matches(given.lower().replace(" ", "_"), lower, n=1)
    hint = f"; did you mean {lower[near[0]]}?" if near else ""
    return f"{given!r} is not one of {', '.join(options)}{hint}"
