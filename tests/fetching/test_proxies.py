"""Through a proxy: what it is told, and what the guard still does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.model import Document, Failure, FailureKind
from aggregator.secrets import Secret
from tests.fetching.asking import fetch
from tests.servers.feed_server import FeedServer, redirect, rss
from tests.servers.proxy_server import ProxyServer
from tests.servers.tls import Authority

if TYPE_CHECKING:
    from pathlib import Path

FEED = rss("A report")


def test_plain_requests_are_forwarded(server: FeedServer):
    server["/feed"] = FEED
    with ProxyServer() as proxy:
        fetched = fetch(
            server.url("/feed?x=1"),
            server.authority(),
            proxy.authority(),
            proxy=Secret(f"http://{proxy.authority()}"),
            headers=(("X-Api-Key", "1"),),
        )

    assert isinstance(fetched, Document)
    assert proxy.requests[0].startswith(f"GET {server.url('/feed?x=1')} HTTP/1.1\r\n".encode())
    assert server.requests[0].header("X-Api-Key") == b"1"


def test_https_goes_through_a_tunnel_that_sees_nothing(tmp_path: Path):
    authority = Authority()
    with FeedServer(tls=authority.context()) as server, ProxyServer() as proxy:
        server["/feed"] = FEED
        fetched = fetch(
            server.url("/feed"),
            server.authority(),
            proxy.authority(),
            proxy=Secret(f"http://reader:open%20sesame@{proxy.authority()}"),
            ca_file=authority.write(tmp_path),
            headers=(("X-Api-Key", "1"),),
        )

    assert isinstance(fetched, Document)
    (head,) = proxy.requests
    assert head.startswith(f"CONNECT {server.authority()} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic cmVhZGVyOm9wZW4gc2VzYW1l\r\n" in head
    assert b"X-Api-Key" not in head
    assert server.requests[0].header("Proxy-Authorization") is None


def test_the_proxy_s_own_address_is_guarded(server: FeedServer):
    with ProxyServer() as proxy:
        fetched = fetch(server.url(), server.authority(), proxy=Secret(f"http://{proxy.authority()}"))

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.FORBIDDEN_ADDRESS
    assert f'"{proxy.authority()}" in http.allow' in fetched.message
    assert proxy.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "169.254.169.254", "[::1]", "x.internal"])
def test_a_proxy_is_not_asked_for_private_addresses(host: str):
    with ProxyServer() as proxy:
        fetched = fetch(f"http://{host}/", proxy.authority(), proxy=Secret(f"http://{proxy.authority()}"))

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.FORBIDDEN_ADDRESS
    assert proxy.requests == []


def test_nor_by_a_redirect(server: FeedServer):
    server["/feed"] = redirect("http://169.254.169.254/latest/meta-data/")
    with ProxyServer() as proxy:
        fetched = fetch(
            server.url("/feed"), server.authority(), proxy.authority(), proxy=Secret(f"http://{proxy.authority()}")
        )

    assert fetched.kind is FailureKind.FORBIDDEN_ADDRESS
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_refuses(scheme: str, tmp_path: Path):
    with ProxyServer(refuse=b"HTTP/1.1 407 \x1b[31mPay first\r\nContent-Length: 0\r\n\r\n") as proxy:
        fetched = fetch(
            f"{scheme}://192.0.2.9:8/", "192.0.2.9:8", proxy.authority(), proxy=Secret(f"http://{proxy.authority()}")
        )

    assert isinstance(fetched, Failure)
    assert fetched.kind in (FailureKind.CONNECT, FailureKind.HTTP_STATUS)
    assert "407" in fetched.message
    assert "the proxy" in fetched.message, "it is not the feed's server that wants to be paid"
    assert fetched.message.isprintable()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("answer", [b"", b"220 mail ESMTP\r\n", b"HTTP/1.1 2000 OK\r\n\r\n"])
def test_a_proxy_that_speaks_no_http_is_blamed_itself(scheme: str, answer: bytes):
    with ProxyServer(refuse=answer) as proxy:
        fetched = fetch(
            f"{scheme}://192.0.2.9:8/", "192.0.2.9:8", proxy.authority(), proxy=Secret(f"http://{proxy.authority()}")
        )

    assert isinstance(fetched, Failure)
    assert fetched.message.startswith("the proxy for 192.0.2.9 does not speak proper HTTP")


@pytest.mark.parametrize(
    "address",
    [
        "proxy.example:3128",
        "socks5://u:sesame@proxy.example",
        "https://u:sesame@proxy.example",
        "http://",
        "",
        "http://[::1",
    ],
)
def test_what_is_no_http_proxy_is_refused_without_quoting_it(address: str):
    fetched = fetch("http://192.0.2.9/", proxy=Secret(address))

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.CONFIG
    assert "sesame" not in fetched.message
    assert "proxy" in fetched.message


def test_proxies_of_the_environment_are_not_used(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    server["/feed"] = FEED
    with ProxyServer() as proxy:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(variable, f"http://{proxy.authority()}")
        fetched = fetch(server.url("/feed"), server.authority(), proxy.authority())

    assert isinstance(fetched, Document)
    assert proxy.requests == []
