"""When two addresses, or two titles, are the same: pure.

An address has two forms. ``canonical_url`` is the address itself without what changes nothing (RFC 3986 §6.2: case,
default port, dot segments, needless escapes) or only tells who clicked (``utm_source``). ``match_key`` is looser: what
copies of one post's address have in common, over http and https, with and without ``www.``. It is no address.

Neither ever confuses ``%2F`` with ``/``, which are different resources (RFC 3986 §2.2), and neither raises.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import unquote

__all__ = ["canonical_url", "guid_key", "is_root", "is_site_root", "key_of", "match_key", "title_key"]

_ADDRESS: Final = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE | re.DOTALL)
_PLAIN: Final = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*[a-z0-9]/(?:[A-Za-z0-9_~-][A-Za-z0-9_~.-]*/)*"
    r"(?:[A-Za-z0-9_~-][A-Za-z0-9_~.-]*)?(?:\?p=[0-9]+)?",
    re.ASCII,
)
"""Most addresses: there is nothing in them to change."""

_UNWANTED: Final = re.compile(r"[\t\n\r]")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]]")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORT: Final = {"http": 80, "https": 443}

_HOST: Final = re.compile(r"[a-z0-9_-][a-z0-9._~-]*")
_LONGEST_HOST: Final = 1000
"""Characters: a name of four times the length that DNS allows, for the escapes in it."""

_TRACKING: Final = frozenset(
    {
        # click identifiers of advertisers and social networks
        *(
            "fbclid",
            "gclid",
            "dclid",
            "gclsrc",
            "gbraid",
            "wbraid",
            "msclkid",
            "yclid",
            "twclid",
            "ttclid",
            "li_fat_id",
        ),
        *("igshid", "igsh", "_ga", "_gl", "_openstat", "wickedid"),
        # mailing services: Mailchimp, Marketo, HubSpot, Vero, Omeda, ConvertKit, Drip
        *("mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking"),
        *("vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "ck_subscriber_id", "__s"),
        # the BBC's campaign marks
        *("at_medium", "at_campaign", "at_campaign_type", "at_format", "at_link_id", "at_link_origin", "at_link_type"),
        *("at_ptr_name", "at_bbc_team", "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee"),
        # WordPress: the same post, with the form to answer a comment opened
        "replytocom",
    }
)
_TRACKING_FAMILIES: Final = ("utm_", "mtm_", "pk_campaign", "pk_kwd", "pk_source", "pk_medium")

_INDEX: Final = re.compile(r"/index\.(?:html?|php)$")
_BLOGGER: Final = re.compile(r"(?:^|\.)blogspot\.[a-z.]+$")
_BLOGGER_COUNTRY: Final = re.compile(r"\.blogspot\.[a-z.]+$")
_UNIVERSAL: Final = re.compile(r"tag:[^,/]+,\d{4}|urn:[a-z0-9]", re.IGNORECASE)
"""Identifiers that are unique in the whole world by their own definition: RFC 4151 and RFC 8141."""

_QUOTES: Final = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"'} | dict.fromkeys("‐‑‒–—―−", "-")
)


def canonical_url(url: str) -> str | None:
    """The one spelling of an http(s) address; None for anything else.

    Scheme and host in lower case, IDNA, no user, no default port, no dot segments; escapes of unreserved characters
    decoded, others in upper case, what must be escaped escaped; no empty query, no fragment, no tracking parameters.
    The order of the other parameters, and doubled slashes, may mean something and stay.
    """
    if _PLAIN.fullmatch(url):
        return url
    cleaned = _UNWANTED.sub("", url.strip("\0\1\2\3\4\5\6\7\x08\x0b\x0c\x0e\x0f \t\r\n\xa0\ufeff"))
    found = _ADDRESS.fullmatch(_slashes(cleaned))
    if found is None:
        return None
    scheme = found[1].lower()
    host = _host(found[2], _DEFAULT_PORT[scheme])
    if host is None:
        return None
    path = _without_dot_segments(_normal_escapes(found[3])) or "/"
    query = _query(found[4] or "", host)
    return f"{scheme}://{host}{path}{query}"


def match_key(url: str) -> str | None:
    """What copies of one post's address have in common; None where ``url`` is no http(s) address.

    The canonical address without scheme, ``www.``, trailing slashes and ``index.html``. The country of a Blogger
    address says where its reader was: ``blogspot.co.uk`` is ``blogspot.com``. ``?p=1234``, WordPress's short address,
    stays an identity of its own; a guid of that form beside a readable link tells that the two are one.
    """
    canonical = canonical_url(url)
    return None if canonical is None else key_of(canonical)


def key_of(canonical: str) -> str:
    """The match key of an address that is in canonical form."""
    address, mark, query = canonical.partition("://")[2].partition("?")
    host, slash, path = address.partition("/")
    if host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    if ".blogspot." in host:
        host = _BLOGGER_COUNTRY.sub(".blogspot.com", host)
    path = slash + path
    if "/index." in path:
        path = _INDEX.sub("", path)
    return host + path.rstrip("/") + mark + query


def guid_key(guid: str) -> str | None:
    """What a guid is beyond its own feed: an address's match key, a ``tag:`` or ``urn:`` itself; else None.

    A guid's fragment tells it from others ("…/post/#comment-7"), and stays. The bare root of a site is nobody's
    identity.
    """
    cleaned = guid.strip()
    if _UNIVERSAL.match(cleaned):
        return cleaned
    key = match_key(cleaned)
    fragment = cleaned.partition("#")[2]
    if key is None or (is_root(key) and not fragment):
        return None
    return f"{key}#{fragment}" if fragment else key


def is_root(key: str) -> bool:
    """Whether a match key is that of a whole site: no path, no query."""
    return "/" not in key and "?" not in key


def is_site_root(url: str) -> bool:
    """Whether an address is that of a whole site: no path, no query."""
    key = match_key(url)
    return key is not None and is_root(key)


def title_key(title: str) -> str:
    """A title without what copies differ in: case, kinds of quotes and dashes, white space, a full stop at the end."""
    folded = unicodedata.normalize("NFKC", title).translate(_QUOTES).casefold()
    return " ".join(folded.split()).rstrip(" .…")


def _slashes(url: str) -> str:
    """Backslashes before the query as the slashes that browsers take them for (WHATWG URL, special schemes)."""
    if "\\" not in url:
        return url
    head, mark, tail = url.partition("?")
    if "#" in head:
        head, hash_, rest = head.partition("#")
        return head.replace("\\", "/") + hash_ + rest + mark + tail
    return head.replace("\\", "/") + mark + tail


def _host(authority: str, default_port: int) -> str | None:
    """Host and port in one spelling, without the user; None where they are none."""
    place = authority.rpartition("@")[2]
    host, colon, port = place.rpartition(":")
    if not colon or "]" in port:
        host, port = place, ""
    if port:
        port = port.lstrip("0") or "0"
        if not (port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= 65535):
            return None
        port = "" if int(port) == default_port else f":{int(port)}"
    if len(host) > _LONGEST_HOST:
        return None
    if host.startswith("["):
        if "%" in host:  # a zone: an address of this machine's own links, nobody's feed
            return None
        try:
            return f"[{IPv6Address(host.removeprefix('[').removesuffix(']')).compressed}]{port}"
        except ValueError:
            return None
    if "%" in host:
        host = unquote(host, errors="replace")
    name = _idna(host).rstrip(".")
    return f"{name}{port}" if name and _HOST.fullmatch(name) else None


def _idna(host: str) -> str:
    if host.isascii():
        return host.lower()
    import idna  # noqa: PLC0415 - its tables take a while to load, and hardly any host needs them

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        # Not a name by IDNA 2008 (an emoji, say), but in use all the same: Punycode without the rules.
        labels = unicodedata.normalize("NFKC", host).lower().split(".")
        try:
            return ".".join(
                label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels
            )
        except UnicodeError:
            return ""


def _normal_escapes(part: str) -> str:
    """Escapes of unreserved characters decoded, the rest in upper case; what must not stand bare escaped (as UTF-8)."""

    def normal(found: re.Match[str]) -> str:
        digits = found[1]
        if digits is None:
            return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))
        character = chr(int(digits, 16))
        return character if character in _UNRESERVED else f"%{digits.upper()}"

    return _ESCAPE.sub(normal, part)


def _without_dot_segments(path: str) -> str:
    """RFC 3986 §5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str, host: str) -> str:
    """The query with its question mark, without what does not select the resource; empty where nothing is left."""
    if not query:
        return ""
    kept = []
    for piece in _normal_escapes(query).split("&"):
        name, _, value = piece.partition("=")
        name = name.lower()
        if not piece or name in _TRACKING or name.startswith(_TRACKING_FAMILIES):
            continue
        if name == "m" and value in {"0", "1"} and _BLOGGER.search(host):
            continue  # Blogger's switch between its mobile and its desktop page
        kept.append(piece)
    return "?" + "&".join(kept) if kept else ""
