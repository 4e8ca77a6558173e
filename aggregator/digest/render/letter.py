"""A digest as a mail: text and HTML that say the same, and the headers a digest owes.

The same digest, to the same reader, is the same bytes: what is sent again after a crash is the very message, and its
Message-ID lets a server see that.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from aggregator.digest.addresses import on_the_wire, parted
from aggregator.digest.clean import clean_line

if TYPE_CHECKING:
    from aggregator.digest.model import Digest

__all__ = ["DEFAULT_SENDER", "Letter", "as_letter", "message_id"]

DEFAULT_SENDER: Final = "digest@aggregator.invalid"
"""From, where nobody is named: ``.invalid`` is nobody's (RFC 2606)."""


class _Mail(EmailPolicy):
    """The library's policy for SMTP, but for the subject, which a reader shall see as it was written.

    Between two encoded words a space is lost to the reader (RFC 2047 §6.2), and the library, as it folds, now and then
    leaves one there, or puts one before a long word. The older ``Header`` does not, if such a word is not folded:
    a line may have 998 characters (RFC 5322 §2.1.1), and a subject has 240.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as it goes out."""
        if name != "Subject":
            return super().fold_binary(name, value)
        whole = value.isascii() and max(map(len, value.split()), default=0) > _LONG_WORD
        words = Header(str(value), "us-ascii" if value.isascii() else "utf-8", header_name=name).encode(
            maxlinelen=0 if whole else None, linesep=self.linesep
        )
        return f"{name}: {words}{self.linesep}".encode("ascii")


_LONG_WORD: Final = 60
_MAIL: Final = _Mail(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Letter:
    """Who writes to whom, and what the reader can do about it.

    Attributes:
        sender: ``Name <address>`` or an address; empty: nobody's.
        recipient: The same; empty: the mail has no To.
        message_id: With its angle brackets; None: made from the digest and the recipient.
        unsubscribe: Addresses for List-Unsubscribe, ``mailto:`` or https (RFC 2369), in order of preference.
        one_click: The https one of them takes a POST (RFC 8058).
        preferences: Where the reader can change what comes.
        plain: The reader wants text alone.
    """

    sender: str = ""
    recipient: str = ""
    message_id: str | None = None
    unsubscribe: tuple[str, ...] = ()
    one_click: bool = False
    preferences: str | None = None
    plain: bool = False

    @property
    def footer(self) -> tuple[tuple[str, str | None], ...]:
        """The same in words, for the end of the text and of the page."""
        lines: list[tuple[str, str | None]] = []
        if self.preferences:
            lines.append(("Change what comes and when", self.preferences))
        if self.unsubscribe:
            # A person wants the page, if there is one, rather than a mail to write.
            page = next((url for url in self.unsubscribe if not url.startswith("mailto:")), self.unsubscribe[0])
            lines.append(("Unsubscribe", page))
        return tuple(lines)


def as_letter(digest: Digest, text: str, page: str, letter: Letter) -> bytes:
    """The whole message, ready to be sent or kept: CRLF line ends, ASCII headers."""
    # A subject, a name or an address with a line break in it would be refused by the policy, and the digest with it.
    sender = _address(letter.sender or DEFAULT_SENDER)
    message = EmailMessage(policy=_MAIL)
    message["Subject"] = _words(digest.subject, 240)
    message["From"] = sender
    if letter.recipient:
        message["To"] = _address(letter.recipient)
    message["Date"] = format_datetime(digest.composed_at)
    message["Message-ID"] = letter.message_id or message_id(digest, letter)
    message["List-Id"] = f"<{_label(digest.title)}.{sender.domain or 'aggregator.invalid'}>"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = ", ".join(f"<{url}>" for url in letter.unsubscribe)
        if letter.one_click:
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # No person wrote it (RFC 3834); the other two keep older and Microsoft's auto-responders from answering it.
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "bulk"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text, cte="quoted-printable")
    if letter.plain:
        return message.as_bytes()
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    # The library's own boundary is random; ours is as unlikely to stand in the text, and always the same.
    message.set_boundary(f"=_{_digest_of(digest.to_json(), letter.recipient)}")
    return message.as_bytes()


def message_id(digest: Digest, letter: Letter) -> str:
    """A Message-ID that is the same whenever the same digest goes to the same recipient."""
    domain = _address(letter.sender or DEFAULT_SENDER).domain or "aggregator.invalid"
    return f"<digest.{_digest_of(digest.to_json(), letter.recipient)}@{domain}>"


def _digest_of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _label(title: str) -> str:
    """A List-Id's first label: RFC 2919 wants it to look like a host name."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "digest"


def _words(text: str, limit: int) -> str:
    """Text for a header, without anything that the library would take for an encoded word (RFC 2047).

    It decodes those in what it is given, and before Python 3.11.10 wrote the line breaks in them as line breaks: a post
    could be titled ``=?utf-8?q?a=0D=0ABcc:_all@example.org?=``.
    """
    return clean_line(text, limit).replace("=?", "= ?")


def _address(text: str) -> Address:
    """``Name <user@host>`` as a header wants it; the name cleaned, and left out where it cannot stand."""
    name, address = parted(clean_line(text, 320))
    bare = on_the_wire(address) or DEFAULT_SENDER
    for shown in (_words(name, 120), ""):
        try:
            return Address(display_name=shown, addr_spec=bare)
        except (ValueError, MessageError):  # what the header's own grammar does not take
            continue
    return Address(addr_spec=DEFAULT_SENDER)
