"""The ways a message leaves other than by SMTP: into a Maildir, and to chat and push services through Apprise."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aggregator.digest.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.secrets import Secret

__all__ = ["into_maildir", "notify"]


def into_maildir(folder: Path, message: bytes) -> Outcome:
    """Put a message into a Maildir, which is made where there is none.

    The same message lands under the same name, so that a repeated attempt adds nothing: where it is there already,
    read or unread, it was delivered.
    """
    name = f"{hashlib.sha256(message).hexdigest()[:40]}.aggregator"
    try:
        for part in ("", "tmp", "new", "cur"):
            (folder / part).mkdir(mode=0o700, exist_ok=True)
        if (folder / "new" / name).exists() or any((folder / "cur").glob(f"{name}*")):
            return Outcome.of("sent", f"is in {folder} already")
        part_file = folder / "tmp" / name
        with part_file.open("wb") as file:
            file.write(message.replace(b"\r\n", b"\n"))  # a mail in a file has the system's line ends
            file.flush()
            os.fsync(file.fileno())
        part_file.rename(folder / "new" / name)
        _sync(folder / "new")
    except OSError as error:
        return Outcome.of("unreachable", f"{folder} cannot be written: {error.strerror or error}")
    return Outcome.of("sent", f"put into {folder}")


def _sync(folder: Path) -> None:
    """Let the renaming survive a power cut; some file systems cannot."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def notify(urls: Secret | None, message: bytes) -> Outcome:
    """Send a title and a text to every Apprise address.

    Args:
        urls: The addresses, separated by spaces. They hold tokens and passwords, so no answer repeats them.
        message: JSON with "title" and "body".
    """
    if urls is None:
        return Outcome.of("unreachable", "config.toml names no addresses to notify")
    try:
        apprise: Any = importlib.import_module("apprise")
    except ImportError:
        return Outcome.of("unreachable", "Apprise is not installed: pip install 'inspection-aggregator[notify]'")
    said = json.loads(message)
    service = apprise.Apprise()
    addresses = urls.reveal().split()
    bad = sum(not service.add(address) for address in addresses)
    if bad or not addresses:
        return Outcome.of("unreachable", f"{bad} of {len(addresses)} addresses are none that Apprise knows")
    # Apprise swallows and logs what goes wrong; True is "all of them took it".
    if service.notify(title=said["title"], body=said["body"], body_format=apprise.NotifyFormat.TEXT):
        return Outcome.of("sent", f"taken by {len(addresses)} of {len(addresses)}")
    return Outcome.of("deferred", f"not taken by all of {len(addresses)}; see the log")
