"""Handing mails to an SMTP server: one connection for many, one transaction for each recipient.

Whatever a server does to us, stall, hang up, greylist, refuse, it is an outcome and not an exception; one recipient's
trouble is not another's. Encryption that was asked for is had or nothing is sent: no falling back to clear text.
"""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Self

from aggregator.digest.addresses import on_the_wire
from aggregator.digest.outcome import Outcome
from aggregator.encryption import distrust, tls_reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from aggregator.config.model import MailSection
    from aggregator.secrets import Secret

__all__ = ["DEADLINE", "STEP_TIMEOUT", "Mailer"]

STEP_TIMEOUT: Final = 30.0
"""Seconds for one answer of the server (RFC 5321 would allow it minutes; a digest can wait for a better day)."""

DEADLINE: Final = 120.0
"""Seconds for one message, connecting included: a server that answers a byte at a time is hung up on."""

PATIENCE: Final = 3
"""So many recipients in a row at whom the connection broke: it is not them, it is the server."""

_REPLY: Final = 65_536  # bytes of one answer, all its lines; smtplib keeps whatever comes


class _Trouble(Exception):
    """The connection or the session as a whole is no good."""


class Mailer:
    """One sending of mails. Use it in a ``with``: leaving it says goodbye to the server."""

    def __init__(
        self,
        mail: MailSection,
        password: Secret | None,
        *,
        step_timeout: float = STEP_TIMEOUT,
        deadline: float = DEADLINE,
    ) -> None:
        self._mail = mail
        self._password = password
        self._step_timeout = step_timeout
        self._deadline = deadline
        self._session: smtplib.SMTP | None = None
        self._broken = 0  # recipients in a row

    def send(self, sender: str, recipient: str, message: bytes) -> Outcome:
        """Hand over one message for one recipient.

        Args:
            sender: The envelope's sender, a bare address.
            recipient: The envelope's recipient, a bare address.
            message: The message, CRLF line ends, ASCII.
        """
        envelope = on_the_wire(recipient)
        if envelope is None:
            return Outcome.of("refused", "this is no address that a mail can go to")
        with self._watched():
            try:
                if self._session is not None and not self._alive():
                    self._drop()
                session = self._session or self._connect()
                outcome = self._transaction(session, on_the_wire(sender) or sender, envelope, message)
            except _Trouble as trouble:
                self._drop()
                return Outcome.of("unreachable", self._masked(str(trouble)))
        self._broken = 0 if self._session is not None else self._broken + 1
        return outcome if self._broken < PATIENCE else Outcome.of("unreachable", outcome.answer)

    def close(self) -> None:
        """Say goodbye, where there is somebody to say it to."""
        if self._session is not None:
            with self._watched(), suppress(smtplib.SMTPException, OSError):
                self._session.quit()
            self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the session ----------------------------------------------------------------------------------

    def _connect(self) -> smtplib.SMTP:
        mail = self._mail
        where = f"{mail.host}:{mail.port}"
        try:
            # Our own name is given: smtplib would ask the DNS for it, which can take long and tells a server no more.
            # And no host yet: the session is kept before it connects, so that the deadline can hang up on it.
            session: smtplib.SMTP = (
                _BoundedTLS(
                    local_hostname=_own_name(), timeout=self._step_timeout, context=ssl.create_default_context()
                )
                if mail.security == "tls"
                else _Bounded(local_hostname=_own_name(), timeout=self._step_timeout)
            )
            self._session = session
            # What the certificate is checked against; smtplib sets it only where it connects at once.
            session._host = mail.host  # type: ignore[attr-defined]  # noqa: SLF001
            code, answer = session.connect(mail.host, mail.port)
            if code == -1:
                raise _Trouble(f"{where} does not speak SMTP")
            if code != 220:
                raise _Trouble(f"{where} greets with {_said(code, answer)}")
            session.ehlo_or_helo_if_needed()
            if mail.security == "starttls":
                session.starttls(context=ssl.create_default_context())
                session.ehlo_or_helo_if_needed()
            if mail.username:
                session.login(mail.username, self._password.reveal() if self._password else "")
        except smtplib.SMTPNotSupportedError as error:
            raise _Trouble(f"{where} does not offer what config.toml asks for: {error}") from None
        except smtplib.SMTPAuthenticationError as error:
            raise _Trouble(f"{where} refuses the login: {_said(error.smtp_code, error.smtp_error)}") from None
        except smtplib.SMTPResponseException as error:
            raise _Trouble(f"{where} answers {_said(error.smtp_code, error.smtp_error)}") from None
        except smtplib.SMTPException as error:
            raise _Trouble(f"{where} does not answer" if _timed_out(error) else f"{where}: {error}") from None
        except ssl.SSLCertVerificationError as error:
            refused = distrust(error, remedy="SSL_CERT_FILE in the environment")
            raise _Trouble(f"{where}: no trusted encryption: the certificate was refused: {refused}") from None
        except ssl.SSLError as error:
            raise _Trouble(f"{where}: no trusted encryption: {tls_reason(error)}") from None
        except TimeoutError:
            raise _Trouble(f"{where} does not answer") from None
        except UnicodeEncodeError:  # which would say which letter of the password it is
            raise _Trouble("the username or the password holds letters that smtplib cannot log in with") from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise _Trouble(f"{where} cannot be reached: {why}") from None
        return session

    def _alive(self) -> bool:
        """Whether the server still holds the connection of the message before; it may have ended it meanwhile."""
        try:
            assert self._session is not None
            code, _ = self._session.rset()
        except (smtplib.SMTPException, OSError):
            return False
        return code == 250

    def _drop(self) -> None:
        if self._session is not None:
            with suppress(OSError):
                self._session.close()
            self._session = None

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Hang up when the deadline is over: a time-out for each answer alone can be stretched without end."""

        def hang_up() -> None:
            sock = self._session.sock if self._session is not None else None
            if sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

        watch = threading.Timer(self._deadline, hang_up)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    # --- one message ----------------------------------------------------------------------------------

    def _transaction(self, session: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Outcome:
        try:
            options = [f"size={len(message)}"] if session.has_extn("size") else []
            code, answer = session.mail(sender, options)
            if code == 552 and options:
                return self._declined(code, answer)  # this message is over its limit (RFC 1870)
            if code != 250:
                # It is about who we are, or about now: the next recipient would hear the same.
                raise _Trouble(f"the sender {sender} is refused: {_said(code, answer)}")
            code, answer = session.rcpt(recipient)
            if code not in (250, 251):
                return self._declined(code, answer)
            code, answer = session.data(message)
            if code != 250:
                return self._declined(code, answer)
        except smtplib.SMTPDataError as error:
            return self._declined(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPServerDisconnected, ConnectionError, TimeoutError) as error:
            # After DATA nobody knows whether it was taken over. It is sent again, under the same Message-ID.
            self._drop()
            return Outcome.of("deferred", "the server stopped answering" if _timed_out(error) else "the server hung up")
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            return Outcome.of("deferred", self._masked(str(error)))
        return Outcome.of("sent", _said(code, answer))

    def _declined(self, code: int, answer: bytes | str) -> Outcome:
        said = self._masked(_said(code, answer))
        if code == 421:  # it is about to close the connection (RFC 5321 §3.8)
            raise _Trouble(said)
        if code == -1:
            self._drop()
            return Outcome.of("deferred", said)
        return Outcome.of("refused" if 500 <= code < 600 else "deferred", said)

    def _masked(self, text: str) -> str:
        """A server may repeat what we logged in with."""
        if self._password is not None:
            value = self._password.reveal()
            for form in (value, base64.b64encode(value.encode()).decode()):
                text = text.replace(form, "***")
        return text


class _Answers:
    """What a server says, up to a bound for each answer: one with lines without end would fill the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.left = _REPLY

    def readline(self, size: int = -1) -> bytes:
        line = self._file.readline(size)
        self.left -= len(line)
        if self.left < 0:
            raise OSError("an answer without end")  # smtplib hangs up, and says so
        return line

    def close(self) -> None:
        self._file.close()


class _Bounded(smtplib.SMTP):
    file: Any

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Answers(self.sock.makefile("rb"))
        if self.file is not None:
            self.file.left = _REPLY
        return super().getreply()


class _BoundedTLS(_Bounded, smtplib.SMTP_SSL):
    pass


def _timed_out(error: Exception) -> bool:
    """Whether nothing came in time: smtplib tells of that as of a connection that was closed."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _said(code: int, answer: bytes | str) -> str:
    return f"{code} {answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else answer}"


def _own_name() -> str:
    name = socket.gethostname()
    return name if name.isascii() and name else "localhost"
