"""Certificates are believed only for the name that was asked for, and only from those one trusts."""

from __future__ import annotations

import asyncio
import re
import socket
from typing import TYPE_CHECKING

import pytest

from aggregator.fetching import Fetcher, Target
from aggregator.model import Document, Failure, FailureKind, Unchanged, Validators
from tests.fetching.asking import fetch, fetch_all, options
from tests.servers.feed_server import FeedServer, answer, gzipped, raw, rss, stall
from tests.servers.loopback import LoopbackServer
from tests.servers.names import serve_names
from tests.servers.tls import Authority

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

FEED = rss("A report")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def ca_file(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return authority.write(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def secure(authority: Authority) -> Iterator[FeedServer]:
    with FeedServer(tls=authority.context()) as server:
        server["/feed"] = answer(FEED, etag='"1"')
        yield server


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_with_its_own_authority(host: str, secure: FeedServer, ca_file: Path):
    fetched = fetch(secure.url("/feed", host=host), secure.authority(host), ca_file=ca_file)

    assert isinstance(fetched, Document)
    assert fetched.body == FEED


def test_conditionally_and_packed(secure: FeedServer, ca_file: Path):
    secure["/packed"] = gzipped(FEED * 50)

    first = fetch(secure.url("/feed"), secure.authority(), ca_file=ca_file)
    second = fetch(secure.url("/feed"), secure.authority(), ca_file=ca_file, validators=first.validators)
    packed = fetch(secure.url("/packed"), secure.authority(), ca_file=ca_file)

    assert isinstance(second, Unchanged)
    assert packed.body == FEED * 50


def test_an_authority_nobody_knows(secure: FeedServer):
    fetched = fetch(secure.url("/feed"), secure.authority())

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.TLS
    assert fetched.message == (
        "the certificate of 127.0.0.1 was refused: unable to get local issuer certificate; "
        "ca_file can name whom to trust"
    )
    assert secure.requests == []


def test_another_name_s_certificate(authority: Authority, ca_file: Path):
    with FeedServer(tls=authority.context("other.example")) as server:
        fetched = fetch(server.url("/feed"), server.authority(), ca_file=ca_file)

    assert fetched.kind is FailureKind.TLS
    assert "127.0.0.1" in fetched.message
    assert server.requests == []


def test_an_expired_certificate(authority: Authority, ca_file: Path):
    with FeedServer(tls=authority.context(expired=True)) as server:
        fetched = fetch(server.url("/feed"), server.authority(), ca_file=ca_file)

    assert fetched.kind is FailureKind.TLS
    assert "expired" in fetched.message


def test_the_name_is_verified_though_the_address_is_connected_to(
    authority: Authority, ca_file: Path, monkeypatch: pytest.MonkeyPatch
):
    """The guard connects to a checked address; SNI and the certificate are still about the name."""
    serve_names(monkeypatch, {"feeds.example": ["127.0.0.1"]})
    with FeedServer(tls=authority.context("feeds.example")) as server:
        server["/feed"] = FEED
        allow = server.authority("feeds.example")

        fetched = fetch(f"https://{allow}/feed", allow, ca_file=ca_file)

    assert isinstance(fetched, Document)
    assert server.requests[0].header("Host") == allow.encode()


class Answering(LoopbackServer):
    """Says this to whoever says hello, and hangs up."""

    def __init__(self, said: bytes) -> None:
        super().__init__()
        self._said = said

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(self._said)
        await writer.drain()


def alert(description: int) -> bytes:
    return bytes([21, 3, 1, 0, 2, 2, description])


OLD_HELLO = bytes([22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1]) + bytes(32) + bytes([0, 0, 47, 0])


@pytest.mark.parametrize(
    ("said", "words", "reason"),
    [
        (
            alert(70),
            r"no version of TLS that is still safe, 1\.2 or newer \(tlsv1 alert protocol version\)",
            "tells so",
        ),
        (OLD_HELLO, r"no version of TLS that is still safe, 1\.2 or newer \(", "goes on as if we spoke TLS 1.0"),
        (b"", "servers that know only TLS before 1.2 may answer so", "hangs up, as some that are too old do"),
        (alert(40), "no cipher that is still safe, or wants a client certificate", "RC4 and the like"),
        (alert(112), "it has no site of that name", "a host of many sites, of which ours is none (RFC 6066 §3)"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "what it speaks on this port is no TLS", "a port of plain HTTP"),
        (alert(80), "no TLS with 127.0.0.1: tlsv1 alert internal error$", "what we have no other words for"),
    ],
)
def test_why_there_is_no_tls(said: bytes, words: str, reason: str, ca_file: Path):
    with Answering(said) as server:
        fetched = fetch(f"https://{server.authority()}/feed", server.authority(), ca_file=ca_file)

    assert fetched.kind is FailureKind.TLS, reason
    assert re.search(words, fetched.message), fetched.message


def test_sites_that_share_an_address_are_told_apart_by_name(
    authority: Authority, ca_file: Path, monkeypatch: pytest.MonkeyPatch
):
    names = ("kent.example", "gwent.example", "stranger.example")
    serve_names(monkeypatch, {name: ["127.0.0.1"] for name in names})
    sites = {name: authority.context(name) for name in names[:2]}
    shared = authority.context("other.example")

    def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        sock.context = sites.get(name or "", shared)

    shared.sni_callback = choose
    with FeedServer(tls=shared) as server:
        server["/feed"] = FEED
        fetched = [fetch(server.url("/feed", host=name), server.authority(name), ca_file=ca_file) for name in names]

    assert [type(each) for each in fetched] == [Document, Document, Failure]
    assert "not valid for 'stranger.example'" in fetched[2].message


@pytest.mark.parametrize(
    ("answer", "whole", "reason"),
    [
        (b"Content-Length: %d\r\n\r\n%b" % (len(FEED), FEED), True, "its length says that it is whole"),
        (b"Content-Length: %d\r\n\r\n%b" % (len(FEED), FEED[:60]), False, "and that it is not"),
        (b"\r\n" + FEED, True, "many servers end a connection so; the parser sees whether the document is whole"),
    ],
)
def test_a_server_that_does_not_say_goodbye(answer: bytes, whole: bool, reason: str, secure: FeedServer, ca_file: Path):
    """No close_notify (RFC 8446 §6.1): it cannot be told from a connection that somebody has cut."""
    secure["/rude"] = raw(b"HTTP/1.1 200 OK\r\n" + answer, then="hang up")

    fetched = fetch(secure.url("/rude"), secure.authority(), ca_file=ca_file)

    assert isinstance(fetched, Document) is whole, reason
    assert whole or fetched.kind is FailureKind.TRUNCATED


def test_plain_http_where_tls_is_due(server: FeedServer, ca_file: Path):
    fetched = fetch(f"https://{server.authority()}/feed", server.authority(), ca_file=ca_file)

    assert fetched.kind is FailureKind.TLS
    assert "no TLS with 127.0.0.1" in fetched.message


def test_tls_where_plain_http_is_due(secure: FeedServer):
    fetched = fetch(f"http://{secure.authority()}/feed", secure.authority())

    assert fetched.kind in (FailureKind.PROTOCOL, FailureKind.CONNECT)


def test_a_server_that_never_shakes_hands(ca_file: Path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        authority = f"127.0.0.1:{silent.getsockname()[1]}"
        fetched = fetch(f"https://{authority}/", authority, deadline=0.3, ca_file=ca_file)

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.TIMEOUT
    assert "agreeing on TLS with 127.0.0.1" in fetched.message


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (stall(), FailureKind.TIMEOUT),
        (raw(), FailureKind.CONNECT),
        (raw(then="reset"), FailureKind.CONNECT),
        (answer(FEED, length=10**4), FailureKind.TRUNCATED),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc", then="reset"), FailureKind.TRUNCATED),
    ],
)
def test_trouble_inside_tls(behaviour, kind: FailureKind, secure: FeedServer, ca_file: Path):
    secure["/bad"] = behaviour

    fetched = fetch(secure.url("/bad"), secure.authority(), ca_file=ca_file, deadline=0.5)

    assert fetched.kind is kind, fetched.message


def test_connections_are_reused_within_a_host(secure: FeedServer, ca_file: Path):
    secure["/feed"] = answer(FEED, etag='"1"')
    known = Validators('"1"')

    fetched = fetch_all(
        options(secure.authority(), per_host=1),
        *(Target(name=str(n), url=secure.url(f"/feed?{n}"), ca_file=ca_file, validators=known) for n in range(8)),
    )

    assert all(isinstance(each, Unchanged) for each in fetched)
    assert secure.connections == 1


@pytest.mark.parametrize(
    ("content", "words"), [(None, "No such file"), (b"", "no certificate"), (b"not a certificate", "no certificate")]
)
def test_a_ca_file_that_is_none(content: bytes | None, words: str, secure: FeedServer, tmp_path: Path):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)

    fetched = fetch(secure.url("/feed"), secure.authority(), ca_file=file)

    assert fetched.kind is FailureKind.CONFIG
    assert words in fetched.message
    assert str(file) in fetched.message


def test_a_ca_file_that_is_replaced_is_read_again(secure: FeedServer, authority: Authority, tmp_path: Path):
    file = Authority().write(tmp_path)

    async def run() -> list[object]:
        async with Fetcher(options(secure.authority())) as fetcher:
            target = Target(name="x", url=secure.url("/feed"), ca_file=file)
            before = await fetcher.fetch(target)
            authority.write(tmp_path)
            return [before, await fetcher.fetch(target)]

    before, after = asyncio.run(run())

    assert isinstance(before, Failure)
    assert before.kind is FailureKind.TLS
    assert isinstance(after, Document)


def test_without_a_system_s_certificates_certifi_s_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from aggregator.fetching.tls import TlsSettings

    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))

    assert TlsSettings().context(None).cert_store_stats()["x509_ca"] > 50


def test_settings_are_made_once():
    from aggregator.fetching.tls import TlsSettings

    settings = TlsSettings()

    assert settings.context(None) is settings.context(None)
