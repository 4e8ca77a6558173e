"""From one request to the next: what is sent with each, and where redirects may lead. Pure.

Redirects are followed by hand, for a library that follows them keeps custom headers across origins. What belongs to
the feed (credentials, custom headers, validators) goes to the feed's own origin only; once a redirect has left it,
it stays away, even if a later one leads back.
"""

from __future__ import annotations

import base64
import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from aggregator.fetching._httpx import httpx
from aggregator.fetching.addresses import canonical_host
from aggregator.fetching.network import authority
from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean
from aggregator.model import FailureKind
from aggregator.secrets import Secret

if TYPE_CHECKING:
    from aggregator.fetching.options import Target
    from aggregator.model import Validators

__all__ = [
    "MOST_HOPS",
    "PERMANENT",
    "REDIRECTS",
    "RequestHeaders",
    "bare",
    "next_url",
    "origin",
    "parse_url",
    "place",
    "proxy_url",
]

MOST_HOPS: Final = 5
PERMANENT: Final = frozenset({301, 308})
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_ACCEPT: Final = (
    b"application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    b"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_UNSEEN: Final = dict.fromkeys(map(ord, "\t\r\n"))  # what browsers drop from addresses (WHATWG URL §4.4)
# RFC 9110 §4.2.1: to be refused. httpx takes "http:///feed" for a path, and would ask the redirecting host for it.
_HOSTLESS: Final = re.compile(r"(?:https?:)?//(?:[^/?#@]*@)?(?::[0-9]*)?(?:[/?#]|\Z)", re.IGNORECASE)
_FOUR_NUMBERS: Final = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_HOST: Final = re.compile(r"(?:https?:)?//(?:[^/?#]*@)?(\[[^]/?#]*\]|[^]\[:/?#]*)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Each of these is the program's to set: they frame the message, or must fit what it can decode and believe.
_RESERVED: Final = re.compile(
    "accept-encoding|connection|content-length|expect|host|if-(?:match|modified-since|none-match|range|unmodified-since)"
    "|keep-alive|proxy-(?:authorization|connection)|range|te|trailer|transfer-encoding|upgrade",
    re.IGNORECASE,
)


def parse_url(text: str) -> httpx.URL:
    """A feed's http(s) address.

    Raises:
        Trouble: It is not one. The message does not quote it, for there may be a password in it.
    """
    try:
        text = _with_canonical_host(text.strip())
    except ValueError as error:
        raise Trouble(FailureKind.CONFIG, f"its address has a host that cannot be one: {error}") from None
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise Trouble(FailureKind.CONFIG, "its address is not a URL") from None
    if url.scheme not in ("http", "https"):
        raise Trouble(FailureKind.CONFIG, "its address does not start with http:// or https://")
    if not url.raw_host or not 0 < origin(url)[2] < 65536:
        raise Trouble(FailureKind.CONFIG, "its address has no host or an impossible port")
    return url


def bare(url: httpx.URL) -> httpx.URL:
    """The address without fragment, user and password: what is asked for, shown and stored."""
    if url.fragment or url.userinfo:
        return url.copy_with(fragment=None, username="", password="")
    return url


def proxy_url(proxy: Secret | None) -> httpx.URL | None:
    """A proxy's parsed address.

    Raises:
        Trouble: It is not an http proxy's. The message does not quote it, for there may be a password in it.
    """
    if proxy is None:
        return None
    try:
        url = httpx.URL(_with_canonical_host(proxy.reveal().strip()))
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL()
    if url.scheme != "http" or not url.raw_host:
        raise Trouble(FailureKind.CONFIG, "its proxy is not an http:// address like http://proxy.example:3128")
    return url


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454)."""
    port = url.port
    if port is None:
        port = 443 if url.scheme == "https" else 80
    return url.scheme, url.raw_host.decode("ascii"), port


def place(url: httpx.URL) -> str:
    """The address as messages show it: no user, no password, no query, for keys are kept in these."""
    shown = f"{url.scheme}://{authority(url.raw_host.decode('ascii'), url.port)}{url.path}"
    return clean(shown + ("?…" if url.query else ""), 120)


def next_url(url: httpx.URL, location: bytes | None) -> httpx.URL:
    """Where a redirect leads: absolute, http(s), without fragment or user.

    Raises:
        Trouble: Nowhere we go.
    """
    host = authority(url.raw_host.decode("ascii"))
    if location is None:
        raise Trouble(FailureKind.REDIRECT, f"{host} redirects without saying where to")
    try:
        text = location.decode("utf-8")
    except UnicodeDecodeError:  # not text, so kept as the bytes it is
        text = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in location)
    text = text.translate(_UNSEEN).strip()
    if _HOSTLESS.match(text):
        raise Trouble(FailureKind.REDIRECT, f"{host} redirects to an address without a host")
    try:
        text = _with_canonical_host(text)
    except ValueError as error:
        raise Trouble(FailureKind.REDIRECT, f"{host} redirects to a host that cannot be one: {error}") from None
    try:
        target = url.join(text)
    except (httpx.InvalidURL, ValueError):
        raise Trouble(FailureKind.REDIRECT, f"{host} redirects to what is not an address") from None
    if target.scheme not in ("http", "https"):
        scheme = clean(target.scheme, 20)
        raise Trouble(FailureKind.REDIRECT, f"{host} redirects to a {scheme}: address, which is not http or https")
    if not target.raw_host or not 0 < origin(target)[2] < 65536:
        raise Trouble(FailureKind.REDIRECT, f"{host} redirects to an address without a host or a possible port")
    return bare(target)


def _with_canonical_host(text: str) -> str:
    """The same address, its host in the one spelling that the guard and httpx know.

    Raises:
        ValueError: Its host is none; the message holds nothing else of the address.
    """
    match = _HOST.match(text)
    if match is None or not (host := match[1]):
        return text
    if host.startswith("["):
        if "%" in host:  # RFC 6874, which browsers do not follow either
            raise ValueError("a zone (%…) means something on one machine only")
        return text
    try:
        canonical = canonical_host(host)
    except ValueError:  # idna's errors are some
        raise ValueError("it has letters that names are not made of, or too many") from None
    if not all(map(_is_readable, canonical.split("."))):
        raise ValueError("what stands behind xn-- is no name")
    if _FOUR_NUMBERS.fullmatch(canonical) and not _is_ipv4(canonical):
        raise ValueError("no IPv4 address is written so")
    return text[: match.start(1)] + canonical + text[match.end(1) :]


def _is_readable(label: str) -> bool:
    """Whether it is plain, or Punycode of something. By IDNA 2008 some that are in use, ☃ say, are not to be."""
    if not label.startswith("xn--"):
        return True
    try:
        name = label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return False
    return name.isprintable() and not name.isascii()


def _is_ipv4(host: str) -> bool:
    try:
        return bool(IPv4Address(host).packed)
    except ValueError:
        return False


class RequestHeaders:
    """The headers of one feed's requests, hop by hop.

    Args:
        target: The feed.
        url: Its parsed address; a user and password in it count as ``basic_auth`` where there is none.
        user_agent: Ours.

    Raises:
        Trouble: A header that cannot be sent.
    """

    __slots__ = ("_abroad", "_at_home", "_conditional", "_home", "_own", "_validated")

    def __init__(self, target: Target, url: httpx.URL, user_agent: str) -> None:
        self._home = origin(url)
        self._at_home = True
        general = [
            (b"User-Agent", user_agent.encode("ascii")),
            (b"Accept", _ACCEPT),
            (b"Accept-Encoding", b"gzip"),
        ]
        own = [_header(name, value) for name, value in target.headers]
        given = any(name.lower() == b"authorization" for name, _ in own)
        if not given and (authorization := _authorization(target, url)):
            own.append((b"Authorization", authorization))
        replaced = {name.lower() for name, _ in own}
        self._abroad = general
        self._own = [header for header in general if header[0].lower() not in replaced] + own
        self._conditional = _conditions(target.validators)
        self._validated = target.validators.url

    def hop(self, url: httpx.URL) -> tuple[list[tuple[bytes, bytes]], bool]:
        """What to send to ``url``, and whether it is conditional. To be asked once a hop, in their order."""
        self._at_home = self._at_home and origin(url) == self._home
        # httpx would add Host, but first see whether it can be shown as text, and raise where not so ("xn--n3h").
        headers = [(b"Host", url.netloc), *(self._own if self._at_home else self._abroad)]
        # Validators go to the address that gave them, wherever it is; where that is not known, they stay at home.
        fits = self._at_home if self._validated is None else str(url) == self._validated
        if fits and self._conditional:
            return headers + self._conditional, True
        return headers, False


def _conditions(validators: Validators) -> list[tuple[bytes, bytes]]:
    # Both, as servers that know only one of them expect; RFC 9110 §13.1.3 lets If-None-Match win.
    pairs = ((b"If-None-Match", validators.etag), (b"If-Modified-Since", validators.last_modified))
    return [(name, value.encode("latin-1")) for name, value in pairs if value is not None]


def _header(name: str, value: str | Secret) -> tuple[bytes, bytes]:
    if not _TOKEN.fullmatch(name):
        raise Trouble(FailureKind.CONFIG, f"{clean(name, 40)!r} cannot be the name of a header")
    if _RESERVED.fullmatch(name):
        raise Trouble(FailureKind.CONFIG, f"the header {name} is the program's own to set")
    text = value.reveal() if isinstance(value, Secret) else value
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
        raise Trouble(FailureKind.CONFIG, f"the header {name} holds a line break or another control character")
    return name.encode("ascii"), text.strip().encode("utf-8")


def _authorization(target: Target, url: httpx.URL) -> bytes | None:
    # RFC 7617: user ":" password, UTF-8.
    if target.basic_auth is not None:
        user, password = target.basic_auth[0], target.basic_auth[1].reveal()
    elif url.userinfo:
        user, password = url.username, url.password
    else:
        return None
    if ":" in user or any(ord(character) < 0x20 for character in user + password):
        raise Trouble(FailureKind.CONFIG, "its user name or password holds what basic authentication cannot send")
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode())
