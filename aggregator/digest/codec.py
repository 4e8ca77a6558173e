"""Frozen dataclasses to plain JSON values and back, by their type hints. No business logic.

Only what the digest's model is made of: nested dataclasses, tuples of one type, optionals, enums, literals,
UTC times, strings and numbers.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from aggregator.times import from_text, to_text

__all__ = ["from_plain", "to_plain"]

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dicts, lists, strings and numbers that say the same as ``value``."""
    if is_dataclass(value):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, datetime):
        return to_text(value)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def from_plain(kind: type[T], plain: object) -> T:
    """The inverse of ``to_plain``. A key that is missing takes its field's default; an unknown one is passed over.

    Raises:
        ValueError: ``plain`` does not have the shape of ``kind``.
    """
    try:
        built: T = _build(kind, plain)
    except (TypeError, AttributeError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error
    return built


def _build(kind: Any, plain: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (option for option in get_args(kind) if option is not type(None))
        return None if plain is None else _build(inner, plain)
    if origin is tuple:
        (item, _ellipsis) = get_args(kind)
        if not isinstance(plain, list):
            raise ValueError(f"a list was expected, not {plain!r:.60}")
        return tuple(_build(item, each) for each in plain)
    if origin is Literal:
        if plain not in get_args(kind):
            raise ValueError(f"{plain!r:.60} is none of {get_args(kind)}")
        return plain
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a dataclass type is hashable
        given = {each.name: _build(hints[each.name], plain[each.name]) for each in fields(kind) if each.name in plain}
        missing = [
            each.name
            for each in fields(kind)
            if each.name not in given and each.default is MISSING and each.default_factory is MISSING
        ]
        if missing:
            raise ValueError(f"{kind.__name__} lacks {', '.join(missing)}")  # type: ignore[union-attr]
        return kind(**given)  # type: ignore[operator]
    if kind is datetime:
        return from_text(plain)
    if issubclass(kind, StrEnum):
        return kind(plain)
    if not isinstance(plain, kind) or (kind is int and isinstance(plain, bool)):
        raise ValueError(f"{kind.__name__} was expected, not {plain!r:.60}")
    return plain
