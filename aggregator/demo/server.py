"""A feed server on loopback, with manners: validators, 304, gzip, HEAD.

It serves the templates of ``feeds/``, dated relative to a moment that is given. One post is edited in front of the
reader's eyes: see ``DemoServer.edit``.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, Self
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

__all__ = ["FEEDS", "DemoServer", "Sample"]

_LONDON: Final = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Sample:
    """One feed of the demo: what it is called, where it is served, and as what."""

    name: str
    path: str
    template: str | None
    content_type: str
    status: HTTPStatus = HTTPStatus.OK

    @property
    def readable(self) -> bool:
        """Whether it is a feed at all; two of the samples are what feeds turn into."""
        return self.status is HTTPStatus.OK and not self.content_type.startswith("text/html")


FEEDS: Final = (
    Sample("notebook", "/notebook/feed/", "notebook.xml.j2", "application/rss+xml; charset=UTF-8"),
    Sample("inspectorate", "/inspectorate/feed/", "inspectorate.xml.j2", "text/xml; charset=utf-8"),
    Sample(
        "government",
        "/government/probation.atom",
        "government.atom.xml.j2",
        "application/atom+xml; charset=utf-8",
    ),
    Sample("planet", "/planet/feed.json", "planet.json.j2", "application/feed+json"),
    Sample("gazette", "/gazette/feed/", "moved.html.j2", "text/html; charset=utf-8"),
    Sample(
        "overworked",
        "/overworked/feed/",
        None,
        "text/plain; charset=utf-8",
        HTTPStatus.INTERNAL_SERVER_ERROR,
    ),
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A body as it stands now, with the validators it goes out under."""

    status: HTTPStatus
    content_type: str
    body: bytes
    modified: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class DemoServer:
    """The server, running in a thread of its own between ``with`` and its end.

    Args:
        started_at: The moment, aware, that the posts are dated relative to.
        port: 0 takes a free one.
        patient: Whether feeds say how seldom they want to be asked (ttl, sy:updatePeriod).
    """

    def __init__(self, *, started_at: datetime, port: int = 0, patient: bool = True) -> None:
        self.started_at = started_at.astimezone(UTC)
        self._patient = patient
        self._edited_at: datetime | None = None
        self._http = _Server(("127.0.0.1", port), _Handler)
        self._http.demo = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="demo-feeds")
        self._templates = Environment(
            loader=PackageLoader("aggregator.demo", "feeds"),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - the templates are ours and already XML, JSON and HTML
            keep_trailing_newline=True,
        )

    @property
    def authority(self) -> str:
        """Its ``host:port``, as ``http.allow`` takes it."""
        return f"127.0.0.1:{self._http.server_port}"

    @property
    def base(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://{self.authority}"

    def edit(self, *, at: datetime) -> None:
        """From now on the notebook's first post stands as its author left it at ``at``."""
        self._edited_at = at.astimezone(UTC)

    def start(self) -> None:
        """Serve from now on; what comes before waits in the socket's queue."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, and wait until nothing of it is left running."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def answer(self, path: str) -> _Answer | None:
        """What stands at ``path``; None where nothing does."""
        if path == "/":
            listing = "".join(f"{self.base}{sample.path}\n" for sample in FEEDS)
            return _Answer(HTTPStatus.OK, "text/plain; charset=utf-8", listing.encode(), self.started_at)
        sample = next((sample for sample in FEEDS if sample.path == path), None)
        if sample is None:
            return None
        if sample.template is None:
            return _Answer(sample.status, sample.content_type, b"Please come back later.\n", self.started_at)
        body = self._templates.get_template(sample.template).render(self._words()).encode()
        edited = self._edited_at if sample.name == "notebook" else None
        return _Answer(sample.status, sample.content_type, body, edited or self.started_at)

    def _words(self) -> Mapping[str, Any]:
        """What the templates may say: three ways to write a date, counted from the given moment."""

        def moment(**offset: float) -> datetime:
            return self.started_at.replace(microsecond=0) + timedelta(**offset)

        def local(**offset: float) -> str:
            # Zone names are what publishers write in summer, and what parsers trip over: "BST" is UTC+1 in London.
            at = moment(**offset).astimezone(_LONDON)
            return f"{format_datetime(at)[:-6]} {at.tzname()}"

        return {
            "base": self.base,
            "edited": self._edited_at is not None,
            "patient": self._patient,
            "rfc822": lambda **offset: format_datetime(moment(**offset)),
            "rfc3339": lambda **offset: moment(**offset).isoformat(),
            "local": local,
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # their end is waited for, so that a stopped server leaves no thread
    demo: DemoServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 2  # a client that connects and says nothing must not hold the end of the demo up for longer

    def end_headers(self) -> None:
        self.send_header("Connection", "close")  # a kept-alive one would outlive its last answer
        super().end_headers()

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def _send(self, *, with_body: bool) -> None:
        answer = self.server.demo.answer(self.path.partition("?")[0])
        if answer is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        if answer.status is HTTPStatus.OK and self._holds(answer):
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self._validators(answer)
            self.end_headers()
            return
        body, zipped = answer.body, _takes_gzip(self.headers.get("Accept-Encoding", ""))
        if zipped:
            body = gzip.compress(body, mtime=0)
        self.send_response(answer.status)
        if answer.status is HTTPStatus.OK:
            self._validators(answer)
        self.send_header("Content-Type", answer.content_type)
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _holds(self, answer: _Answer) -> bool:
        """Whether the client has this already. If-None-Match outranks If-Modified-Since (RFC 9110 §13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or answer.etag in re.findall(r'"[^"]*"', tags)
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return since.tzinfo is not None and answer.modified.replace(microsecond=0) <= since

    def _validators(self, answer: _Answer) -> None:
        # Weak: the gzipped and the plain body are one representation in meaning, not byte for byte.
        self.send_header("ETag", f"W/{answer.etag}")
        self.send_header("Last-Modified", format_datetime(answer.modified, usegmt=True))
        self.send_header("Vary", "Accept-Encoding")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet: the demo's own lines are the ones to read."""


def _takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding admits gzip: named, or by ``*``, and not with q=0 (RFC 9110 §12.5.3)."""
    offers: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        offers[coding] = not any(re.fullmatch(r"q=0(\.0*)?", piece) for piece in parameters)
    return offers.get("gzip", offers.get("*", False))
