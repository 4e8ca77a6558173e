"""An SMTP server written out by hand, so that it can break off at any point of a session: real ones do."""

from __future__ import annotations

import socket
import threading
from typing import Final, Self

PHASES: Final = ("banner", "ehlo", "mail", "rcpt", "data", "body", "dot", "rset", "quit")

_USUAL: Final = {
    "banner": "220 ready",
    "ehlo": "250-mail.example\r\n250 SIZE 10000000",
    "mail": "250 OK",
    "rcpt": "250 OK",
    "data": "354 go on",
    "dot": "250 2.0.0 taken over",
    "rset": "250 OK",
    "quit": "221 bye",
}
_VERBS: Final = {"EHLO": "ehlo", "HELO": "ehlo", "MAIL": "mail", "RCPT": "rcpt", "DATA": "data", "RSET": "rset"}


class Scripted:
    """Start it with ``with``. ``script`` says what it does in a phase: an answer, "drop" or "stall".

    "body" is in the middle of a message, "dot" after its end, when it has been ``taken``.
    """

    def __init__(self, **script: str) -> None:
        assert set(script) <= set(PHASES)
        self._script = script
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self.heard: list[str] = []
        self.taken: list[bytes] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._serve)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.connections += 1
            thread = threading.Thread(target=self._session, args=[connection])
            thread.start()
            self._threads.append(thread)

    def _session(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                self._speak(connection)
            except OSError:
                return

    def _speak(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        if not self._play(connection, "banner"):
            return
        while line := lines.readline():
            self.heard.append(line.decode("utf-8", "replace").strip())
            verb = self.heard[-1][:4].upper()
            phase = "quit" if verb == "QUIT" else _VERBS.get(verb, "")
            if not phase:
                connection.sendall(b"502 what\r\n")
                continue
            if not self._play(connection, phase):
                return
            if phase == "quit":
                return
            if phase == "data" and self._script.get("data", "354")[:3] == "354":
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    chunk = lines.readline()
                    if not chunk:
                        return
                    body += chunk
                    if "body" in self._script and not self._play(connection, "body"):
                        return
                self.taken.append(body)
                if not self._play(connection, "dot"):
                    return

    def _play(self, connection: socket.socket, phase: str) -> bool:
        """False where the session is over."""
        action = self._script.get(phase, _USUAL.get(phase, ""))
        if action == "stall":
            self._stop.wait(10)
            return False
        if action == "drop":
            return False
        if action:
            connection.sendall(action.encode() + b"\r\n")
        return True
