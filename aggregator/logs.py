"""Logs through the standard library: one line an event, for a person or, with ``--log-format json``, for a machine.

An event is a name ("feed_polled"), a sentence, and fields. What feeds and servers wrote may be in any of them, so no
line leaves with a control character, a mark that reorders text, or the password part of an address.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LogFormat", "configure", "event"]

LogFormat = Literal["human", "json"]

_LONGEST: Final = 2000
"""Characters of one value: a server may put a novel into a status line."""

# C0, DEL, C1; line and paragraph separators; marks that reorder what a reader sees; lone surrogates.
_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/?#\s@]*@")

_NOISY: Final = ("apscheduler", "httpx", "httpcore", "asyncio")


def configure(log_format: LogFormat, level: int = logging.INFO, *, stream: TextIO | None = None) -> None:
    """Send this program's logs to ``stream`` (standard error), at ``level`` and above; libraries' from warnings on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _HumanFormatter())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # A beat that comes while the last one waits for a locked database is skipped, as it should be.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def event(logger: logging.Logger, name: str, message: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event: ``message`` for people, ``name`` and ``fields`` for machines.

    Fields that are None are left out; datetimes are written as UTC ISO 8601.
    """
    if logger.isEnabledFor(level):
        known = {key: value for key, value in fields.items() if value is not None}
        logger.log(level, "%s", message, extra={"event": name, "fields": known})


def _plain(value: object) -> Any:
    """A value as JSON may hold it, and as a terminal may show it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return _line(str(value))


def _line(text: str) -> str:
    text = _CREDENTIALS.sub("***@", _UNPRINTABLE.sub(" ", text[: _LONGEST + 1]))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


class _HumanFormatter(logging.Formatter):
    """``2026-06-10 07:00:03 notebook: 3 new, 1 flagged``, in local time; the level where it is not information."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone()
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        lines = [f"{at:%Y-%m-%d %H:%M:%S} {level}{_line(record.getMessage())}"]
        if record.exc_info:
            lines += [f"  {_line(line)}" for line in self.formatException(record.exc_info).splitlines()]
        return "\n".join(lines)


class _JsonFormatter(logging.Formatter):
    """One JSON object a line: ``time``, ``level``, ``event``, ``message`` and the event's fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields: Mapping[str, Any] = getattr(record, "fields", {})
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "log"),
            "message": _line(record.getMessage()),
        }
        line |= {key: _plain(value) for key, value in fields.items()}
        if record.name != "aggregator" and not record.name.startswith("aggregator."):
            line["logger"] = record.name
        if record.exc_info:
            line["traceback"] = [_line(each) for each in self.formatException(record.exc_info).splitlines()]
        return json.dumps(line, ensure_ascii=False)
