"""The kinds of value a key of config.toml may hold: how each is written, and what is refused, in plain words.

A refusal never repeats a value that could be a secret.
"""

from __future__ import annotations

import os
import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from aggregator.fetching.addresses import AllowList, canonical_host
from aggregator.times import DailyWindow, fill_the_day, parse_duration

__all__ = [
    "Address",
    "ClockTime",
    "Contact",
    "Duration",
    "FeedUrl",
    "HostPort",
    "Line",
    "LocalPath",
    "Phrase",
    "PlainHeaders",
    "QuietHours",
    "SecretHeaders",
    "Size",
    "Switch",
    "VariableName",
    "Whole",
]

_SIZES: Final = {"kB": 1000, "MB": 1000**2, "GB": 1000**3}
_SIZE: Final = re.compile(r"\s*(\d{1,12})\s*(kB|MB|GB)\s*")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SPACE_OR_CONTROL: Final = re.compile(r"[\s\x00-\x20\x7f-\x9f]")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_URL: Final = 8000  # what RFC 9110 §4.1 asks every server to take; few take more
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110 §5.6.2
_SECRET_HEADER: Final = re.compile(r"authorization|cookie|token|secret|passw|api-?key|auth-?key", re.IGNORECASE)
# What the fetcher sets itself; a second opinion would break conditional requests, decoding or framing.
_OWN_HEADERS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "if-modified-since",
        "if-none-match",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def _duration(value: object) -> object:
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, timedelta):
        return value
    raise ValueError('a duration is a text with its unit; write it like "90s", "15m", "1h 30m", "7d" or "2w"')


def _size(value: object) -> object:
    """``10 MB`` as bytes; a bare integer is bytes already."""
    if isinstance(value, str):
        if match := _SIZE.fullmatch(value):
            return int(match[1]) * _SIZES[match[2]]
        raise ValueError(f'{value!r} is not a size; write it like "500 kB" or "10 MB"')
    return value


def _clock_time(value: object) -> object:
    if isinstance(value, time) and not (value.second or value.microsecond or value.tzinfo):
        return value
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value)):
        return time(int(match[1]), int(match[2]))
    raise ValueError('not a time of day; write it like "07:00"')


def _window(value: object) -> object:
    if isinstance(value, str):
        return DailyWindow.parse(value)
    if isinstance(value, DailyWindow):
        return value
    raise ValueError('not a stretch of a day; write it like "22:30-05:30"')


def _quiet(value: tuple[DailyWindow, ...]) -> tuple[DailyWindow, ...]:
    if fill_the_day(value):
        raise ValueError("leaves no minute of the day to ask in; enabled = false is how a feed is not polled at all")
    return value


def _line(value: str) -> str:
    """One line, because it ends up in a header, a heading or a terminal."""
    if _CONTROL.search(value):
        raise ValueError("holds a line break or another control character")
    return value


def _contact(value: str) -> str:
    if not (value.isascii() and value.isprintable()) or set(value) & set("()\\"):
        raise ValueError("can hold plain ASCII only, without brackets: it goes into the User-Agent header")
    return value


def _local_path(value: Path, info: ValidationInfo) -> Path:
    """Relative paths are relative to the folder of config.toml, not to where the command is run."""
    folder = (info.context or {}).get("folder")
    # The file is UTF-8, and so are names on disk; an ASCII locale would have Python refuse to open them (PEP 383).
    value = Path(os.fsdecode(str(value).encode("utf-8", "surrogateescape"))).expanduser()
    return folder / value if folder is not None else value


def _feed_url(value: str) -> str:
    if _SPACE_OR_CONTROL.search(value):
        raise ValueError("holds a space, a line break or another control character")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError("is not an address that can be asked: its host or port is malformed") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must start with http:// or https://")
    if not parts.hostname:
        raise ValueError("has no host")
    if len(value) > _LONGEST_URL:
        raise ValueError(f"is longer than {_LONGEST_URL} characters, which no server takes")
    try:
        canonical_host(parts.hostname)
    except ValueError:
        raise ValueError("has a host that cannot be one: no letters that names are made of, or too many") from None
    if port == 0:
        raise ValueError("has port 0, which nothing listens on")
    if "@" in parts.netloc:
        raise ValueError(
            "holds a user name or password in clear; take it out and write username = … and password_env = … instead"
        )
    return value


def _host_port(value: str) -> str:
    """Exactly what the address guard compares with, which says so: no scheme, no path, no pattern, always a port."""
    AllowList([value])
    return value.strip().lower()


# The value is never repeated: a person who misreads the key writes the secret itself here.
_NO_VARIABLE: Final = (
    "is not the name of an environment variable (letters, digits, _); "
    "put the secret into a variable and write the variable's name here"
)


def _variable_name(value: str) -> str:
    if value and not _VARIABLE.fullmatch(value):
        raise ValueError(_NO_VARIABLE)
    return value


def _header_names(value: dict[str, str]) -> dict[str, str]:
    for name in value:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a header name")
        if name.lower() in _OWN_HEADERS:
            raise ValueError(f"{name} is set by the program itself and cannot be given here")
    return value


def _plain_headers(value: dict[str, str]) -> dict[str, str]:
    for name, text in _header_names(value).items():
        if _SECRET_HEADER.search(name):
            raise ValueError(f"{name} looks like a secret; write it under headers_env, with an environment variable")
        if _CONTROL.search(text):
            raise ValueError(f"{name} holds a line break or another control character")
    return value


def _secret_headers(value: dict[str, str]) -> dict[str, str]:
    for name, variable in _header_names(value).items():
        if not _VARIABLE.fullmatch(variable):
            raise ValueError(f"the value of {name} {_NO_VARIABLE}")
    return value


def _address(value: str) -> str:
    local, at, host = value.rpartition("@")
    if not (local and at and host) or _CONTROL.search(value):
        raise ValueError(f"{value!r} is not a mail address")
    if not local.rpartition("<")[2].isascii():
        # Without SMTPUTF8 (RFC 6531), which every server on the way would have to offer, it could not be written to.
        raise ValueError(f"{value!r} has letters before the @ that mail does not carry everywhere; they must be ASCII")
    return value


Whole = Annotated[int, Field(strict=True)]
Switch = Annotated[bool, Field(strict=True)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Size = Annotated[int, Field(strict=True), BeforeValidator(_size)]
Window = Annotated[DailyWindow, BeforeValidator(_window)]
QuietHours = Annotated[tuple[Window, ...], AfterValidator(_quiet)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Line = Annotated[str, AfterValidator(_line)]
Phrase = Annotated[Line, Field(min_length=1)]
Contact = Annotated[Line, AfterValidator(_contact)]
LocalPath = Annotated[Path, AfterValidator(_local_path)]
FeedUrl = Annotated[str, AfterValidator(_feed_url)]
HostPort = Annotated[str, AfterValidator(_host_port)]
VariableName = Annotated[str, AfterValidator(_variable_name)]
PlainHeaders = Annotated[dict[str, str], AfterValidator(_plain_headers)]
SecretHeaders = Annotated[dict[str, str], AfterValidator(_secret_headers)]
Address = Annotated[Line, AfterValidator(_address)]
