"""An SMTP server on loopback that keeps what it takes over, and can be told to misbehave."""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True)
class Taken:
    """One message as the server took it over."""

    sender: str
    recipient: str
    content: bytes
    over_tls: bool
    user: str | None


@dataclass
class Manners:
    """What the server does to whom. Keys are recipients; "*" is everybody. Values are used up from the front.

    A value is an answer ("450 4.2.0 greylisted"), or "drop" (hang up), or "stall" (never answer), or "ok".
    """

    rcpt: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, list[str]] = field(default_factory=dict)
    mail: list[str] = field(default_factory=list)

    @staticmethod
    def next(of: dict[str, list[str]], recipient: str) -> str:
        for key in (recipient, "*"):
            if of.get(key):
                return of[key].pop(0)
        return "ok"


class MailServer:
    """Start it with ``with``; ``taken`` is what it took over, in order."""

    def __init__(
        self,
        manners: Manners | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        size: int | None = None,
    ) -> None:
        self.manners = manners or Manners()
        self.taken: list[Taken] = []
        self.connections = 0
        self.port = free_port()
        self._login = login
        self._tls = tls is not None
        options: dict[str, Any] = {"data_size_limit": size} if size else {}
        if starttls is not None:
            options |= {"tls_context": starttls, "require_starttls": True}
        if login is not None:
            # aiosmtpd does not see that a connection was TLS from its first byte.
            late = starttls is not None
            options |= {"authenticator": self._check, "auth_required": late, "auth_require_tls": late}
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port, ssl_context=tls, **options)

    def __enter__(self) -> Self:
        self._controller.start()
        self.connections = 0  # the controller has looked whether it answers
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _check(self, _server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == self._login, handled=False, auth_data=data)

    # --- what aiosmtpd calls ---------------------------------------------------------------------------

    async def handle_MAIL(self, _server, _session, envelope, address, options):  # noqa: N802 - aiosmtpd's names
        answer = self.manners.mail.pop(0) if self.manners.mail else "ok"
        if answer != "ok":
            return await self._misbehave(_server, answer)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802
        answer = Manners.next(self.manners.rcpt, address)
        if answer != "ok":
            return await self._misbehave(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        answer = Manners.next(self.manners.data, recipient)
        if answer.startswith("take, then "):
            self._take(session, envelope)
            answer = answer.removeprefix("take, then ")
        elif answer == "ok":
            self._take(session, envelope)
            return "250 2.0.0 taken over"
        return await self._misbehave(server, answer)

    def _take(self, session, envelope) -> None:
        for recipient in envelope.rcpt_tos:
            user = getattr(session.auth_data, "login", b"").decode() if session.auth_data else None
            self.taken.append(
                Taken(envelope.mail_from, recipient, envelope.content, self._tls or session.ssl is not None, user)
            )

    async def _misbehave(self, server: SMTP, answer: str) -> str:
        if answer == "drop":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "250 nobody hears this"
        if answer == "stall":
            await asyncio.sleep(30)  # cancelled when the server stops
        return answer


class _Controller(Controller):
    def __init__(self, handler: MailServer, **options: Any) -> None:
        self._server_of = handler
        super().__init__(handler, **options)

    def factory(self) -> SMTP:
        self._server_of.connections += 1
        return super().factory()


class Listener:
    """A port that says what it is told, a piece at a time, to whoever connects; for servers that are no servers."""

    def __init__(self, *pieces: bytes, pause: float = 0.0, then_close: bool = False) -> None:
        self._pieces, self._pause, self._then_close = pieces, pause, then_close
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        self._socket.settimeout(0.05)
        held = []
        while not self._stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                break
            held.append(connection)
            for piece in self._pieces:
                if self._stop.wait(self._pause):
                    break
                try:
                    connection.sendall(piece)
                except OSError:
                    break
            if self._then_close:
                connection.close()
        for connection in held:
            connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
