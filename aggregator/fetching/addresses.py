"""Which addresses may be connected to: pure.

A feed's address comes from the user, but where it leads (a redirect, a name that resolves anew each time) is up
to others. Without a guard they could have us read what only this machine can reach: routers, databases, a cloud's
metadata service. So every address is judged just before it is connected to (``network``), by an explicit list:
``ipaddress.is_global`` alone calls multicast, 6to4 and NAT64 forms of 127.0.0.1 global.

Facts: the IANA special-purpose address registries, RFC 6890, RFC 6052 and 8215 (NAT64), RFC 7526 (6to4), RFC 4380
(Teredo), RFC 5214 (ISATAP), RFC 9637 (3fff::/20). What cannot be known: a network's own NAT64 prefix (RFC 6052
allows any); behind such a translator its operator must keep private IPv4 out.
"""

from __future__ import annotations

import contextlib
import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

import idna

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BLOCKED_PORTS", "AllowList", "IPAddress", "canonical_host", "refusal", "refusal_of_name"]

IPAddress = IPv4Address | IPv6Address

_IPV4: Final = tuple(
    (IPv4Network(network), words)
    for network, words in (
        ("127.0.0.0/8", "a loopback address"),
        ("10.0.0.0/8", "a private address"),
        ("172.16.0.0/12", "a private address"),
        ("192.168.0.0/16", "a private address"),
        ("169.254.0.0/16", "a link-local address"),
        ("100.64.0.0/10", "a carrier's shared address"),
        ("0.0.0.0/8", "an unspecified address"),
        ("192.0.0.0/24", "an address for protocols"),
        ("192.0.2.0/24", "a documentation address"),
        ("198.51.100.0/24", "a documentation address"),
        ("203.0.113.0/24", "a documentation address"),
        ("192.88.99.0/24", "a 6to4 relay address"),
        ("198.18.0.0/15", "a benchmarking address"),
        ("168.63.129.16/32", "a cloud's host service"),  # Azure's: public by number, local by routing
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
    )
)

_IPV6: Final = tuple(
    (IPv6Network(network), words)
    for network, words in (
        ("::1/128", "a loopback address"),
        ("::/128", "an unspecified address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
        ("::/96", "an IPv4-compatible address"),  # retired by RFC 4291; some stacks still route it by its IPv4
        ("64:ff9b:1::/48", "a local NAT64 address"),
        ("2001::/32", "a Teredo address"),
        ("2001:db8::/32", "a documentation address"),
        ("3fff::/20", "a documentation address"),
        ("2001::/23", "an address for protocols"),
        ("2002::/16", "a 6to4 address"),
    )
)

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})


def refusal(address: IPAddress) -> str | None:
    """What is wrong with connecting to this address ("a loopback address"); None where it is a public one.

    Mapped and NAT64 addresses are judged by the IPv4 address they stand for: the former reach it directly, the
    latter is how an IPv6-only network reaches public IPv4. Teredo and 6to4 are refused whole: retired, and their
    only use today is to hide an IPv4 address. In IPv6 only global unicast, 2000::/3, can be public at all.
    """
    if isinstance(address, IPv4Address):
        return _words(_IPV4, address) or (None if address.is_global else "not a public address")
    if address in _MAPPED or address in _NAT64:
        embedded = refusal(IPv4Address(int(address) & 0xFFFF_FFFF))
        return f"{embedded} inside an IPv6 one" if embedded else None
    if words := _words(_IPV6, address):
        return words
    if address not in _GLOBAL_UNICAST or not address.is_global:
        return "not a public address"
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        # Only a host of that site would take it for a tunnel; a public IPv4 address inside is harmless.
        embedded = refusal(IPv4Address(int(address) & 0xFFFF_FFFF))
        return f"{embedded} inside an IPv6 one" if embedded else None
    return None


def refusal_of_name(host: str) -> str | None:
    """The same for a host that somebody else will look up (a proxy), as far as the name alone tells.

    That is: an address in any of the spellings resolvers take ("127.1", "0x7f000001"), and the names kept for one's
    own machine and network (RFC 6761, 6762, 8375; .internal by ICANN's resolution of 2024).
    """
    address: IPAddress | None = None
    with contextlib.suppress(ValueError):
        address = ip_address(host)
    if address is None:
        with contextlib.suppress(OSError):
            address = IPv4Address(socket.inet_aton(host))
    if address is not None:
        return refusal(address)
    name = "." + host.lower().rstrip(".")
    return "a private name" if name.endswith((".localhost", ".local", ".internal", ".home.arpa")) else None


def _words(table: tuple[tuple[IPv4Network | IPv6Network, str], ...], address: IPAddress) -> str | None:
    return next((words for network, words in table if address in network), None)


# Ports no browser connects to (Fetch standard, "port blocking"): mail, IRC, SIP and the like, where a request line
# could pass for a command. No feed that people read lives there, so nothing is lost; the allow-list overrides it.
# fmt: off
BLOCKED_PORTS: Final = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
    531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
    5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})
# fmt: on

_ENTRY: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s\[\]:/@?#\\*.][^\s\[\]:/@?#\\*]*)):([0-9]{1,5})")

_PATTERN: Final = re.compile(r"[*?]|\A\.|/[0-9]+(?:\Z|:)|:[0-9]*-[0-9]*\Z")  # wildcards, domains, networks, ranges


class AllowList:
    """The hosts and ports that may have private addresses, from exact "host:port" entries.

    A name stands for itself, not for the addresses it has: "intranet.example:80" does not allow
    ``http://10.0.0.5/``, even if that is the same machine. IPv6 is written "[::1]:8080".

    Raises:
        ValueError: An entry is not "host:port"; the message is fit for a person.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = frozenset(self._parse(entry) for entry in entries)

    def permits(self, host: str, port: int) -> bool:
        """Whether this host, as a URL has it (ASCII, IPv6 without brackets), may be private on this port."""
        return bool(self._entries) and (canonical_host(host), port) in self._entries

    @staticmethod
    def _parse(entry: str) -> tuple[str, int]:
        match = _ENTRY.fullmatch(entry.strip())
        if not match and _PATTERN.search(entry.strip()):
            raise ValueError(
                f"{entry!r} is a pattern; each private host and port is named exactly, "
                'like "192.168.1.20:8080" or "[::1]:8080"'
            )
        if not match or not 0 < int(match[3]) < 65536:
            raise ValueError(f'{entry!r} is not a host and port; write it like "192.168.1.20:8080" or "[::1]:8080"')
        try:
            return canonical_host(match[1] or match[2]), int(match[3])
        except ValueError:  # idna's errors and ipaddress's are ValueErrors
            raise ValueError(f"{entry!r} does not start with a host name or address") from None


def canonical_host(host: str) -> str:
    """One spelling for hosts that are the same as URLs see them: case, IDNA, IPv6's zeros.

    Raises:
        ValueError: It is no host.
    """
    if ":" in host:
        return str(IPv6Address(host))
    return host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
