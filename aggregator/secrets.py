"""Secrets: values that mask themselves, and reading them from where config.toml says they are.

config.toml never holds a secret, only the name of the environment variable (``*_env``) or of the file
(``*_file``) that does. It is read when it is needed, so a rotated password works without a restart.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NoReturn, final

from aggregator.errors import SecretUnavailable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Secret", "read_secret"]

_MASK: Final = "***"
# More than any password, token or proxy address; less than what a path like /dev/zero would give.
_LARGEST_FILE: Final = 64 * 1024


@final
class Secret:
    """A string that no repr, format or log shows. ``reveal`` is the one way to its value.

    It refuses to be pickled: what goes to a worker process or into a file is then known to hold none.
    """

    __slots__ = ("_value",)
    _value: str

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """The value in clear, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return _MASK

    def __format__(self, spec: str) -> str:
        return format(_MASK, spec)

    def __eq__(self, other: object) -> bool:
        return self._value == other._value if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is not pickled")


def read_secret(*, env: str = "", file: Path | None = None, subject: str) -> Secret | None:
    """The secret that config.toml names, or None where it names none.

    One trailing line break is not part of it: editors and ``echo`` leave one. Any other line break or control
    character is refused, for it would end a header line in the middle.

    Args:
        env: The environment variable that holds it; wins over ``file``.
        file: The file that holds it, UTF-8.
        subject: Whose secret it is, for the error ("feed example", "mail").

    Raises:
        SecretUnavailable: The variable or file named is missing, empty, unreadable or not one line of text. The
            error names the variable or file, never what is in it.
    """
    if env:
        value, place = os.environ.get(env), f"the environment variable {env}"
        if value is None:
            raise SecretUnavailable(f"{place} is not set", subject=subject, next_step=f"Set {env} and try again.")
    elif file is not None:
        value, place = _read(file, subject), f"the file {file}"
    else:
        return None
    value = value.removesuffix("\n").removesuffix("\r")
    if not value:
        raise SecretUnavailable(f"{place} is empty", subject=subject)
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in value):
        raise SecretUnavailable(
            f"{place} holds a line break or another control character",
            subject=subject,
            next_step="A secret is one line of text.",
        )
    return Secret(value)


def _read(file: Path, subject: str) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SecretUnavailable(f"the file {file} cannot be read: {why}", subject=subject) from None
    if len(content) > _LARGEST_FILE:
        raise SecretUnavailable(f"the file {file} is too long to be a secret", subject=subject)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # "from None": the decoder's own error quotes the bytes.
        raise SecretUnavailable(f"the file {file} is not UTF-8 text", subject=subject) from None
