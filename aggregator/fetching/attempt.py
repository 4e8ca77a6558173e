"""One feed, asked once: redirects, conditions, status, body, under one deadline."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NoReturn

import httpcore

from aggregator.fetching import hops
from aggregator.fetching._httpx import httpx
from aggregator.fetching.answers import Headers
from aggregator.fetching.decoding import Body, is_gzip
from aggregator.fetching.heads import may_be_http
from aggregator.fetching.network import authority
from aggregator.fetching.pages import LOOK_AT, obstacle, obstacle_in_headers
from aggregator.fetching.transport import Exchange, GuardedTransport
from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean, seconds_words, size_words, status_words
from aggregator.model import Document, Failure, FailureKind, Fetched, Hints, Unchanged, Validators
from aggregator.times import format_duration

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterable, Callable
    from pathlib import Path

    from aggregator.fetching.memory import Memory, Share
    from aggregator.fetching.options import FetchOptions
    from aggregator.fetching.tls import TlsSettings

__all__ = ["Attempt", "Means"]

# Answers that bring the whole feed. 203 is a 200 that a proxy on the way has transformed (RFC 9110 §15.3.4).
_WHOLE: Final = frozenset({200, 203})
# Where the page behind an error status may be a bot check or a login, and how long it may take to be looked at.
_PAGES: Final = frozenset({401, 403, 405, 406, 503})
_PAGE_SECONDS: Final = 3.0
_BLANK: Final = re.compile(rb"[\xef\xbb\xbf\s\x00]*+")  # byte order marks count as nothing, too
# Parts of what h11 says, and what it means to who reads it.
_FAULTS: Final = (
    ("buffer too long", "a line, or all headers together, that have no end"),
    ("conflicting Content-Length", "it gives its body more than one length (Content-Length)"),
    ("bad Content-Length", "it gives its body a length that is no number (Content-Length)"),
    ("Only Transfer-Encoding: chunked", "its body is in a Transfer-Encoding that was not asked for"),
    ("malformed chunk footer", "a chunk of it does not end where its size says"),
    ("_SWITCH_UPGRADE", "it answered 101 Switching Protocols, which was not asked for"),
    ("status_code should be", "its status is not a number between 100 and 999"),
)
# Steps of decoding between two turns of the event loop for others: a millisecond or so.
_STEPS_PER_TURN: Final = 16


@dataclass(frozen=True, slots=True)
class Means:
    """What all attempts share."""

    options: FetchOptions
    transport: GuardedTransport
    memory: Memory
    tls: TlsSettings


class Attempt:
    """One feed's fetch. ``run`` it once.

    Args:
        means: What all attempts share.
        url: Where to begin.
        headers: What to send, hop by hop.
        proxy: An http proxy to go through.
        ca_file: A CA bundle to trust instead of the usual.
        group: Fetches that reuse each other's connections.
        wanted: Whether a connection is worth keeping.
    """

    def __init__(
        self,
        means: Means,
        *,
        url: httpx.URL,
        headers: hops.RequestHeaders,
        proxy: httpx.URL | None,
        ca_file: Path | None,
        group: str,
        wanted: Callable[[], bool],
    ) -> None:
        self._means = means
        self._first = self._url = url
        self._headers = headers
        self._deadline = means.options.deadline.total_seconds()
        self._timeout = asyncio.timeout(self._deadline)
        self._started = asyncio.get_running_loop().time()

        def tls() -> ssl.SSLContext:
            return means.tls.context(ca_file)

        self._exchange = Exchange(
            group=group,
            wanted=wanted,
            ends_at=self._started + self._deadline,
            max_size=means.options.max_size,
            tls=tls,
            tls_key=str(ca_file or ""),
            proxy=proxy,
        )
        self._status: int | None = None
        self._hints = Hints()
        self._body: Body | None = None
        self._permanent = True
        self._asked_to_wait: timedelta | None = None
        self._dismissed: str | None = None

    async def run(self) -> Fetched:
        """The feed's document, or word that it has not changed, or what went wrong."""
        try:
            async with self._timeout:
                return await self._follow()
        except TimeoutError:
            if self._dismissed:
                return self._failure(FailureKind.TIMEOUT, self._dismissed)
            return self._failure(
                FailureKind.TIMEOUT,
                f"no complete answer within {seconds_words(self._deadline)}; time ran out {self._exchange.doing}",
            )
        except Trouble as trouble:
            return self._failure(trouble.kind, trouble.message)

    async def _follow(self) -> Fetched:
        visited = {str(self._url)}
        cookies = False
        while True:
            response, conditional = await self._ask()
            try:
                headers = Headers(response.headers.raw)
                if response.status_code not in hops.REDIRECTS:
                    return await self._settle(response, headers, conditional=conditional)
                # RFC 9110 §10.2.3 would have us wait before going on. A feed behind such a redirect would never be
                # seen; it is the next poll that waits.
                self._asked_to_wait = headers.hints(response.status_code, now=datetime.now(UTC)).retry_after
                self._permanent = self._permanent and response.status_code in hops.PERMANENT
                cookies = cookies or headers.first(b"set-cookie") is not None
                self._url = hops.next_url(self._url, headers.first(b"location"))
            finally:
                await response.aclose()
            if str(self._url) in visited:
                why = "; a cookie was to be brought along, and none is kept" if cookies else ""
                place = hops.place(self._url)
                raise Trouble(FailureKind.REDIRECT, f"redirects go round in a loop by way of {place}{why}")
            if len(visited) > hops.MOST_HOPS:
                raise Trouble(FailureKind.REDIRECT, f"more than {hops.MOST_HOPS} redirects, one after the other")
            visited.add(str(self._url))

    async def _ask(self) -> tuple[httpx.Response, bool]:
        headers, conditional = self._headers.hop(self._url)
        request = httpx.Request("GET", self._url, headers=headers, extensions={"exchange": self._exchange})
        try:
            response = await self._means.transport.handle_async_request(request)
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            self._explain_no_answer(error)
        self._status = response.status_code
        return response, conditional

    async def _settle(self, response: httpx.Response, headers: Headers, *, conditional: bool) -> Fetched:
        """What the last answer of the chain means."""
        status, host = response.status_code, self._host
        hints = headers.hints(status, now=datetime.now(UTC))
        waits = [wait for wait in (hints.retry_after, self._asked_to_wait) if wait is not None]
        self._hints = replace(hints, retry_after=max(waits, default=None))
        if status == 304:
            if not conditional:
                raise Trouble(FailureKind.PROTOCOL, f"{host} answered 304 Not Modified to an unconditional request")
            await self._drain(response)
            return Unchanged(
                status, self._validators(headers), self._hints, elapsed=self._elapsed, wire_bytes=self._wire_bytes
            )
        if status != 429 and (what := obstacle_in_headers(headers)):
            raise Trouble(FailureKind.CHALLENGE, f"{what} stands before the feed ({host}, {status_words(status)})")
        if status in _WHOLE:
            return await self._document(response, headers)
        if status in _PAGES and (what := await self._look(response, headers)):
            raise Trouble(FailureKind.CHALLENGE, f"{what} stands before the feed ({host}, {status_words(status)})")
        raise self._refusal(status)

    def _refusal(self, status: int) -> Trouble:
        answer = f"{self._host} answered {status_words(status)}"
        if status == 410 and self._permanent:
            # Behind a temporary redirect it is only that place that is gone.
            return Trouble(FailureKind.GONE, answer)
        if status == 429 or (status == 503 and self._hints.retry_after is not None):
            wait = self._hints.retry_after
            return Trouble(
                FailureKind.RATE_LIMITED, f"{answer}: come back in {format_duration(wait)}" if wait else answer
            )
        if status == 407 and self._exchange.proxy is not None:
            answer += ": the proxy wants a user name and password, or others than these"
        elif status == 401:
            answer += ": it wants a user name and password, or others than these"
        elif status < 400:
            answer += ", which brings no feed"
        return Trouble(FailureKind.HTTP_STATUS, answer)

    async def _document(self, response: httpx.Response, headers: Headers) -> Document:
        body, body_hash = await self._read(response, headers)
        if _BLANK.fullmatch(body):
            raise Trouble(
                FailureKind.EMPTY, f"{self._host} answered {status_words(response.status_code)} with nothing in it"
            )
        if what := obstacle(200, body[:LOOK_AT], path=self._url.path, redirected=self._redirected):
            raise Trouble(FailureKind.CHALLENGE, f"{what} stands where the feed should be, at {hops.place(self._url)}")
        content_type = headers.text(b"content-type")
        return Document(
            url=str(self._url),
            status=response.status_code,
            content_type=None if content_type is None else clean(content_type),
            body=body,
            body_hash=body_hash,
            validators=self._validators(headers),
            hints=self._hints,
            moved_to=str(self._url) if self._redirected and self._permanent else None,
            elapsed=self._elapsed,
            wire_bytes=self._wire_bytes,
        )

    async def _read(self, response: httpx.Response, headers: Headers) -> tuple[bytes, str]:
        gzip = is_gzip(headers.all(b"content-encoding"))
        stated = headers.content_length()
        max_size = self._means.options.max_size
        if stated is not None and stated > max_size:
            raise Trouble(FailureKind.TOO_LARGE, f"the body has {size_words(stated)}, more than {size_words(max_size)}")
        body = self._body = Body(gzip=gzip, max_size=max_size)
        self._exchange.doing = f"reading from {self._host}"
        steps = 0
        most = max_size if gzip or stated is None else stated
        with self._means.memory.share(self._dismiss, most) as share:
            try:
                async for piece in _pieces(response):
                    for _ in body.feed(piece):
                        if not self._means.memory.grow(share, body.size):
                            await self._wait_for_memory(share)
                        steps += 1
                        if steps % _STEPS_PER_TURN == 0:
                            await asyncio.sleep(0)
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                self._explain_no_end(error, stated)
        return body.finish()

    async def _look(self, response: httpx.Response, headers: Headers) -> str | None:
        """What the page behind an error status is, if it is one with a name. It has a moment to show itself."""
        body = None
        try:
            async with asyncio.timeout(_PAGE_SECONDS):
                body = self._body = Body(gzip=is_gzip(headers.all(b"content-encoding")), max_size=LOOK_AT)
                async for piece in _pieces(response):
                    for _ in body.feed(piece):
                        pass
        except (TimeoutError, Trouble, httpcore.NetworkError, httpcore.ProtocolError):
            pass  # the status says enough; what came may say more
        start = b"" if body is None else body.start(LOOK_AT)
        return obstacle(response.status_code, start, path=self._url.path, redirected=self._redirected)

    @staticmethod
    async def _drain(response: httpx.Response) -> None:
        """Reads what has no body to its end, so that the connection can be used again."""
        with contextlib.suppress(httpcore.NetworkError, httpcore.ProtocolError):
            async for _ in _pieces(response):
                pass

    async def _wait_for_memory(self, share: Share) -> None:
        """Waits for what is ours to give. It counts: the server's connection is held open meanwhile."""
        doing, self._exchange.doing = self._exchange.doing, "waiting for memory that larger feeds held"
        await self._means.memory.wait(share)
        self._exchange.doing = doing

    def received(self) -> int:
        """How many bytes came so far, on the connection in use."""
        stream = self._exchange.stream
        return max(self._wire_bytes, 0 if stream is None else stream.received)

    def give_up(self) -> None:
        """Ends the fetch before its deadline: see ``lanes``."""
        waited = seconds_words(round(self._elapsed, 1))
        self._end(f"no complete answer within {waited} from {self._host}, and other feeds waited for their turn")

    def _dismiss(self) -> None:
        """Ends the fetch before its deadline: see ``memory``."""
        self._end(f"{size_words(self._wire_bytes)} came, so slowly that others had to wait for the memory")

    def _end(self, why: str) -> None:
        if not self._timeout.expired():
            self._dismissed = why
            self._timeout.reschedule(asyncio.get_running_loop().time())

    def _explain_no_answer(self, error: Exception) -> NoReturn:
        host, stream = self._host, self._exchange.stream
        if self._exchange.proxy is not None:
            host = f"the proxy for {host}"
        if isinstance(error, httpcore.LocalProtocolError):
            # Not quoted: h11 names the header value it could not send, which may be a secret.
            raise Trouble(FailureKind.CONFIG, "its address or one of its headers cannot be sent over HTTP") from error
        if isinstance(error, httpcore.NetworkError):
            raise Trouble(FailureKind.CONNECT, f"{host} broke the connection before it answered: {error}") from error
        if stream is not None and stream.ended and not stream.received:
            raise Trouble(FailureKind.CONNECT, f"{host} closed the connection without an answer") from error
        if stream is not None and not may_be_http(stream.greeting):
            raise Trouble(FailureKind.PROTOCOL, f"{host} does not speak HTTP") from error
        if stream is not None and stream.ended:
            raise Trouble(FailureKind.PROTOCOL, f"{host} stopped in the middle of its headers") from error
        raise Trouble(FailureKind.PROTOCOL, f"{host} does not speak proper HTTP: {_fault(error)}") from error

    def _explain_no_end(self, error: Exception, stated: int | None) -> NoReturn:
        of = "" if stated is None else f" of {size_words(stated)}"
        after = f"after {size_words(self._wire_bytes)}{of}"
        stream = self._exchange.stream
        if isinstance(error, httpcore.NetworkError):
            raise Trouble(FailureKind.TRUNCATED, f"the connection broke {after}: {error}") from error
        if stream is not None and stream.ended:
            raise Trouble(FailureKind.TRUNCATED, f"the body ended early, {after}") from error
        raise Trouble(FailureKind.PROTOCOL, f"the body is not proper HTTP, {after}: {_fault(error)}") from error

    def _failure(self, kind: FailureKind, message: str) -> Failure:
        if self._redirected and (place := hops.place(self._url)) not in message:
            message = f"{message} (after a redirect to {place})"
        return Failure(kind, message, self._status, self._hints, elapsed=self._elapsed, wire_bytes=self._wire_bytes)

    def _validators(self, headers: Headers) -> Validators:
        validators = headers.validators()
        return replace(validators, url=str(self._url)) if validators and self._redirected else validators

    @property
    def _redirected(self) -> bool:
        return self._url is not self._first

    @property
    def _host(self) -> str:
        return authority(self._url.raw_host.decode("ascii"))

    @property
    def _elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self._started

    @property
    def _wire_bytes(self) -> int:
        return 0 if self._body is None else self._body.wire_bytes


def _fault(error: Exception) -> str:
    """h11's words for what is wrong, without Python's for how it keeps bytes."""
    said = str(error)
    if words := next((words for part, words in _FAULTS if part in said), None):
        return words
    return clean(re.sub(r"""bytearray\(b(['"])(.*?)\1\)""", r"“\2”", said), 100)


def _pieces(response: httpx.Response) -> AsyncIterable[bytes]:
    """A body as it comes. httpx's own ``aiter_raw`` counts it and could cut it, for a twentieth of a fetch."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream
