"""Signed links by which a reader changes what comes, or ends it, without logging in.

A link names a purpose and a reader, and carries an HMAC-SHA-256 over both under the installation's key: who has the
mail can use it, nobody can make one. The pages behind them belong to the web part; making and checking are here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from aggregator.secrets import Secret
    from aggregator.store.subscribers import SubscriberRow

__all__ = ["Links", "Purpose", "subscriber_of", "token", "verify"]

Purpose = Literal["unsubscribe", "preferences"]

# 128 bits: beyond guessing, and a link that fits in a line.
_LENGTH: Final = 16
_TOKEN: Final = re.compile(r"([1-9]\d{0,18})-([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Links:
    """Where the pages are (``https://…``, without a slash at the end), and the key."""

    base_url: str
    key: Secret

    def to(self, purpose: Purpose, subscriber: SubscriberRow) -> str:
        """The link of one reader for one purpose."""
        return f"{self.base_url}/{purpose}/{token(self.key, purpose, subscriber)}"


def token(key: Secret, purpose: Purpose, subscriber: SubscriberRow) -> str:
    """What stands at the end of a link: the reader's number and the signature."""
    return f"{subscriber.id}-{_signature(key, purpose, subscriber)}"


def subscriber_of(text: str) -> int | None:
    """The number that a token names, whether its signature is good or not; None where it is no token."""
    match = _TOKEN.fullmatch(text)
    return int(match[1]) if match else None


def verify(key: Secret, purpose: Purpose, text: str, subscriber: SubscriberRow) -> bool:
    """Whether a token was made for this purpose and this reader under this key. Takes the same time either way."""
    match = _TOKEN.fullmatch(text)
    if match is None or int(match[1]) != subscriber.id:
        return False
    return hmac.compare_digest(match[2], _signature(key, purpose, subscriber))


def _signature(key: Secret, purpose: Purpose, subscriber: SubscriberRow) -> str:
    # The address too: a number that another database gave to somebody else opens nothing.
    said = f"aggregator link\0{purpose}\0{subscriber.id}\0{subscriber.address.lower()}"
    made = hmac.new(key.reveal().encode(), said.encode(), hashlib.sha256).digest()[:_LENGTH]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
