"""The ways a message leaves other than by SMTP: into a Maildir, and to chat and push services through Apprise."""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from aggregator.digest.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.secrets import Secret

__all__ = ["DEADLINE", "into_maildir", "notify"]

DEADLINE: Final = 60.0
"""Seconds for one service to take a message over."""


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


def notify(url: Secret, message: bytes) -> Outcome:
    """Send a title and a text to one Apprise address.

    Args:
        url: The address. It holds tokens and passwords, so no answer repeats it.
        message: JSON with "title" and "body".
    """
    try:
        apprise: Any = importlib.import_module("apprise")
    except ImportError:
        return Outcome.of("unreachable", "Apprise is not installed: pip install 'inspection-aggregator[notify]'")
    # It logs addresses it cannot read, as they are.
    logging.getLogger("apprise").disabled = True
    said = json.loads(message)
    service = apprise.Apprise()
    if not service.add(url.reveal()):
        return Outcome.of("refused", "the address is none that Apprise knows")
    taken: list[bool] = []

    def tell() -> None:
        # Apprise turns whatever goes wrong into False.
        taken.append(
            bool(service.notify(title=said["title"], body=said["body"], body_format=apprise.NotifyFormat.TEXT))
        )

    # Its time-outs are for each piece of an answer: a service that says little by little would hold up everything
    # behind it. One that is left to itself may still take the message over, and is told again: at least once.
    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    teller.join(DEADLINE)
    if teller.is_alive():
        return Outcome.of("deferred", "no answer in time")
    return Outcome.of("sent", "taken over") if taken == [True] else Outcome.of("deferred", "not taken over")
