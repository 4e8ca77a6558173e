"""Which addresses may be connected to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetching.addresses import BLOCKED_PORTS, AllowList, refusal, refusal_of_name
from aggregator.model import Document, Failure, FailureKind
from tests.fetching.asking import fetch
from tests.servers.feed_server import FeedServer, redirect, rss
from tests.servers.names import serve_names

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED = [
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback: all of 127/8 is"),
    ("10.1.2.3", "private"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private: the last of 172.16/12"),
    ("192.168.0.1", "private"),
    ("169.254.169.254", "link-local: the clouds' metadata"),
    ("100.64.0.1", "shared: a carrier's NAT"),
    ("100.100.100.200", "shared: another cloud's metadata"),
    ("0.0.0.0", "unspecified: Linux connects it to this machine"),
    ("0.1.2.3", "this network"),
    ("192.0.0.192", "for protocols: a third cloud's metadata"),
    ("192.0.2.1", "documentation"),
    ("198.51.100.1", "documentation"),
    ("203.0.113.1", "documentation"),
    ("192.88.99.1", "6to4 relay; is_global calls it global"),
    ("198.18.0.1", "benchmarking"),
    ("198.19.255.255", "benchmarking: the last of it"),
    ("168.63.129.16", "public by number, but a cloud's host service"),
    ("224.0.0.1", "multicast; is_global calls it global"),
    ("239.255.255.255", "multicast: the last of it"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "broadcast"),
    ("::1", "loopback"),
    ("::", "unspecified"),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "private: metadata over IPv6"),
    ("fe80::1", "link-local"),
    ("fe80::1%lo", "link-local with a scope"),
    ("fec0::1", "site-local: retired, still routed by some"),
    ("ff02::1", "multicast; is_global calls it global"),
    ("ff0e::1", "multicast of global scope"),
    ("100::1", "discard-only"),
    ("2001:db8::1", "documentation"),
    ("3fff::1", "documentation; is_global calls it global before Python 3.13"),
    ("2001::1", "Teredo"),
    ("2001:2::1", "benchmarking"),
    ("2001:20::1", "ORCHIDv2, no addresses at all"),
    ("2002:808:808::1", "6to4 even of a public address: retired"),
    ("5f00::1", "segment routing, not global unicast"),
    ("4000::1", "not allocated to anybody"),
    ("::ffff:127.0.0.1", "mapped loopback"),
    ("::ffff:169.254.169.254", "mapped metadata"),
    ("::127.0.0.1", "compatible loopback"),
    ("::8.8.8.8", "compatible, even of a public address: retired"),
    ("64:ff9b::127.0.0.1", "NAT64 loopback; is_global calls it global"),
    ("64:ff9b::10.0.0.1", "NAT64 of a private address"),
    ("64:ff9b:1::8.8.8.8", "a network's own NAT64"),
    ("64:ff9b:1:ffff::1", "a network's own NAT64, whichever part"),
    ("2a00:1450::5efe:10.0.0.1", "ISATAP of a private address"),
    ("2a00:1450::200:5efe:127.0.0.1", "ISATAP, the other form"),
]

PERMITTED = [
    ("8.8.8.8", "plainly public"),
    ("1.1.1.1", "plainly public"),
    ("100.63.255.255", "just below the carriers' range"),
    ("100.128.0.1", "just above it"),
    ("172.32.0.1", "just above 172.16/12"),
    ("198.20.0.1", "just above the benchmarking range"),
    ("223.255.255.254", "the last before multicast"),
    ("2606:4700:4700::1111", "plainly public"),
    ("2001:4860:4860::8888", "2001: by allocation, not special"),
    ("2a00:1450:4001::1", "plainly public"),
    ("::ffff:8.8.8.8", "mapped public: reaches 8.8.8.8"),
    ("64:ff9b::8.8.8.8", "NAT64 of a public address: how IPv6-only networks see IPv4"),
]


@pytest.mark.parametrize(("address", "reason"), REFUSED, ids=lambda value: value)
def test_refuses(address: str, reason: str):
    assert refusal(ip_address(address)), reason


@pytest.mark.parametrize(("address", "reason"), PERMITTED, ids=lambda value: value)
def test_permits(address: str, reason: str):
    assert refusal(ip_address(address)) is None, reason


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1", "a loopback address"),
        ("10.1.2.3", "a private address"),
        ("169.254.169.254", "a link-local address"),
        ("100.64.0.1", "a carrier's shared address"),
        ("198.18.0.1", "a benchmarking address"),
        ("192.0.2.1", "a documentation address"),
        ("fd00::1", "a private address"),
        ("fec0::1", "a site-local address"),
        ("2002:7f00:1::", "a 6to4 address"),
        ("2001::1", "a Teredo address"),
        ("::ffff:10.0.0.1", "a private address inside an IPv6 one"),
        ("4000::1", "not a public address"),
    ],
)
def test_says_what_is_wrong_with_it(address: str, words: str):
    assert words == refusal(ip_address(address))


PRIVATE_IPV4 = st.one_of(
    *(
        st.ip_addresses(v=4, network=network)
        for network in (
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "100.64.0.0/10",
            "0.0.0.0/8",
            "224.0.0.0/4",
        )
    )
)


def _shifted(prefix: str, shift: int, flip: int = 0) -> Callable[[int], int]:
    return lambda ipv4: int(IPv6Address(prefix)) | ((ipv4 ^ flip) << shift)


EMBEDDINGS = {
    "mapped": _shifted("::ffff:0:0", 0),
    "compatible": _shifted("::", 0),
    "NAT64, well-known prefix": _shifted("64:ff9b::", 0),
    "NAT64, local prefix, /96": _shifted("64:ff9b:1::", 0),
    "NAT64, local prefix, /48: split round bits 64 to 71": lambda ipv4: (
        int(IPv6Address("64:ff9b:1::")) | (ipv4 >> 16) << 64 | (ipv4 & 0xFFFF) << 40
    ),
    "6to4": _shifted("2002::", 80),
    "Teredo's server": _shifted("2001::", 64),
    "Teredo's client, obscured": _shifted("2001:0:808:808::", 0, 0xFFFF_FFFF),
    "ISATAP": _shifted("2a00:1450::5efe:0:0", 0),
    "ISATAP, globally unique": _shifted("2a00:1450::200:5efe:0:0", 0),
}


@given(ipv4=PRIVATE_IPV4, embedding=st.sampled_from(sorted(EMBEDDINGS)))
def test_no_private_ipv4_passes_in_any_wrapping(ipv4: IPv4Address, embedding: str):
    assert refusal(ipv4)
    assert refusal(IPv6Address(EMBEDDINGS[embedding](int(ipv4)))), embedding


@given(st.ip_addresses(v=4))
def test_never_permits_what_the_standard_library_calls_private(address: IPv4Address):
    if address.is_private or address.is_reserved or address.is_multicast or address.is_link_local:
        assert refusal(address)


@given(st.ip_addresses(v=6))
def test_permits_no_ipv6_but_global_unicast_and_wrapped_ipv4(address: IPv6Address):
    if refusal(address) is None:
        assert str(address.exploded)[0] in "23" or refusal(IPv4Address(int(address) & 0xFFFF_FFFF)) is None


def test_the_whole_of_each_listed_network_is_refused():
    for network in map(IPv4Network, ("100.64.0.0/10", "172.16.0.0/12", "198.18.0.0/15")):
        assert refusal(network[0])
        assert refusal(network[-1])


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("127.1", True),
        ("0x7f000001", True),
        ("2130706433", True),
        ("017700000001", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("feeds.localhost", True),
        ("printer.local", True),
        ("metadata.google.internal", True),
        ("example.org", False),
        ("8.8.8.8", False),
        ("localhost.example.org", False),
    ],
)
def test_names_that_a_proxy_would_look_up(name: str, refused: bool):
    assert refused is bool(refusal_of_name(name))


# --- the allow-list -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "host", "port", "permitted", "reason"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080, True, "the same"),
        ("127.0.0.1:8080", "127.0.0.1", 8081, False, "another port is another service"),
        ("127.0.0.1:8080", "localhost", 8080, False, "a name is not the address it has"),
        ("127.0.0.1:8080", "127.1", 8080, False, "as written, not as understood"),
        ("intranet.example:80", "intranet.example", 80, True, "a name"),
        ("Intranet.Example:80", "intranet.example", 80, True, "hosts have no case"),
        ("intranet.example:80", "x.intranet.example", 80, False, "exact: no part of a name"),
        ("[::1]:8080", "::1", 8080, True, "URLs lose the brackets"),
        ("[0:0::0:1]:8080", "::1", 8080, True, "zeros may be written or not"),
        ("bücher.example:80", "xn--bcher-kva.example", 80, True, "URLs turn to ASCII"),
    ],
)
def test_allow_list(entry: str, host: str, port: int, permitted: bool, reason: str):
    assert permitted is AllowList([entry]).permits(host, port), reason


@pytest.mark.parametrize(
    "entry",
    [
        "127.0.0.1",
        "127.0.0.1:",
        ":80",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "http://x:80",
        "*:80",
        "::1:80",
        "10.0.0.0/8:80",
        "u@host:80",
        "[zz]:80",
        ".example:80",
        "ho?t:80",
    ],
)
def test_allow_list_refuses_what_is_not_one_host_and_port(entry: str):
    with pytest.raises(ValueError, match="host"):
        AllowList([entry])


@pytest.mark.parametrize("entry", ["*:80", "*.lan:80", "h?st:80", "10.0.0.0/8", "10.0.0.0/8:80", "h:80-90", ".lan:80"])
def test_patterns_are_called_patterns(entry: str):
    with pytest.raises(ValueError, match="is a pattern; each private host and port is named exactly"):
        AllowList([entry])


def test_an_empty_allow_list_permits_nothing():
    assert not AllowList([]).permits("127.0.0.1", 80)


# --- connections ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelling", "reason"),
    [
        ("127.0.0.1", "plain"),
        ("127.1", "short"),
        ("2130706433", "one number"),
        ("0x7f.0.0.1", "hexadecimal"),
        ("017700000001", "octal"),
        ("[::1]", "IPv6"),
        ("[::ffff:127.0.0.1]", "mapped"),
        ("[::ffff:7f00:1]", "mapped, in hexadecimal"),
        ("localhost", "by name"),
        ("LocalHost", "by name, in capitals"),
        ("127.0.0.1@localhost", "behind a user name"),
    ],
)
def test_no_spelling_of_this_machine_is_connected_to(spelling: str, reason: str, server: FeedServer):
    fetched = fetch(f"http://{spelling}:{server.port}/")

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.FORBIDDEN_ADDRESS, reason
    assert "http.allow" in fetched.message
    assert server.connections == 0


def test_what_the_allow_list_names_is_connected_to(server: FeedServer):
    server["/"] = rss("One")

    assert isinstance(fetch(server.url(), server.authority()), Document)


def test_ipv6_loopback_by_allow_list():
    with FeedServer(host="::1") as server:
        server["/"] = rss("One")

        assert isinstance(fetch(server.url(), f"[::1]:{server.port}"), Document)


def test_the_allow_list_opens_one_door_not_the_house(server: FeedServer):
    """A permitted host that redirects to another port of the same machine."""
    with FeedServer() as other:
        other["/"] = rss("Secret")
        server["/"] = redirect(other.url())

        fetched = fetch(server.url(), server.authority())

        assert isinstance(fetched, Failure)
        assert fetched.kind is FailureKind.FORBIDDEN_ADDRESS
        assert other.connections == 0


def test_a_name_that_changes_its_address_after_the_check(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    """DNS rebinding: the first answer is public, the next is this machine.

    There is no next: the address that was checked is the one connected to. The public one here leads nowhere the
    tests may go, so that the connection fails instead of succeeding; what counts is that nobody asked again.
    """
    answers = iter([["192.88.99.7"], ["127.0.0.1"], ["127.0.0.1"]])
    looked_up = serve_names(monkeypatch, {"rebinding.example": lambda: next(answers)})

    fetched = fetch(f"http://rebinding.example:{server.port}/")

    assert isinstance(fetched, Failure)
    assert looked_up == ["rebinding.example"]
    assert server.connections == 0


def test_a_name_with_a_forbidden_address_is_refused(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    serve_names(monkeypatch, {"inside.example": ["127.0.0.1", "10.0.0.1"]})

    fetched = fetch(f"http://inside.example:{server.port}/")

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.FORBIDDEN_ADDRESS
    assert "inside.example has the address 127.0.0.1, which is a loopback address" in fetched.message


def test_a_permitted_name_is_asked_for_by_name(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    serve_names(monkeypatch, {"inside.example": ["127.0.0.1"]})
    server["/"] = rss("One")

    fetched = fetch(f"http://inside.example:{server.port}/", f"inside.example:{server.port}")

    assert isinstance(fetched, Document)
    assert server.requests[0].header("Host") == f"inside.example:{server.port}".encode()


@pytest.mark.parametrize("port", [22, 25, 6667])
def test_ports_of_other_protocols_are_not_spoken_to(port: int):
    assert port in BLOCKED_PORTS

    fetched = fetch(f"http://8.8.8.8:{port}/")

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.FORBIDDEN_ADDRESS
