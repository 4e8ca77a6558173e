"""Pages that stand where a feed should be: bot checks and logins. Pure.

A reader who sees "no entries" looks for the fault in the wrong place; told "a bot check by Cloudflare", they can write
to the site's owner. We name these pages and never try to get past them. Ordinary HTML is not named here: whether it
is a feed after all is the parser's to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aggregator.fetching.answers import Headers

__all__ = ["LOOK_AT", "obstacle", "obstacle_in_headers"]

# How much of a body is looked at: challenge pages are small, and real ones say what they are at the top.
LOOK_AT: Final = 64 * 1024

# Atomic and possessive: with plain groups, "<!---->" forty times over would take longer than the universe has. For the
# same reason no repetition here crosses the next "<".
_HTML_START: Final = re.compile(
    rb"\A(?>\xef\xbb\xbf|\s|<!--.{0,2000}?-->)*+<(?:!doctype\s{1,20}html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TITLE: Final = re.compile(rb"<title[^<>]{0,200}>([^<]{0,300})</title", re.IGNORECASE)

# Marks that only a challenge page carries, in any answer. (Cloudflare also puts "/cdn-cgi/challenge-platform/" on
# ordinary pages, so that alone means nothing.)
_MARKS: Final = (
    (b"_cf_chl_opt", "Cloudflare"),
    (b"cf-browser-verification", "Cloudflare"),
    (b"cf_chl_", "Cloudflare"),
    (b"_incapsula_resource", "Imperva"),
    (b"/.within.website/x/cmd/anubis", "Anubis"),
    (b"ddos-guard", "DDoS-Guard"),
    (b"sucuri_cloudproxy_js", "Sucuri"),
    (b"awswafintegration", "AWS WAF"),
    (b"px-captcha", "HUMAN"),
    (b"captcha-delivery.com", "DataDome"),
)
_CHALLENGE_TITLE: Final = re.compile(
    rb"just a moment|attention required|checking (?:your|the site) (?:browser|connection)|one moment,? please"
    rb"|are you (?:a )?(?:human|robot)|not a (?:ro)?bot|verif(?:y|ying) (?:that )?you are|human verification"
    rb"|security (?:check|verification)|ddos|captcha|bot (?:check|verification)",
    re.IGNORECASE,
)
# Weaker: words that ordinary pages have too, taken as signs only where the status says "go away".
_REFUSED_WORDS: Final = re.compile(
    rb"captcha|challenge|are you (?:a )?(?:human|robot)|enable javascript and cookies|unusual traffic|"
    rb"checking your browser|verify you are|just a moment",
    re.IGNORECASE,
)
_CAPTCHA: Final = re.compile(rb"g-recaptcha|h-captcha|cf-turnstile|frc-captcha", re.IGNORECASE)
_PASSWORD: Final = re.compile(rb"<input\b[^<>]{0,500}\btype\s{0,5}=\s{0,5}[\"']?password", re.IGNORECASE)
_LINK: Final = re.compile(rb"<a\b[^<>]{0,500}\bhref", re.IGNORECASE)
_LOGIN_PATH: Final = re.compile(
    r"/(?:log[-_]?in|sign[-_]?in|wp-login(?:\.php)?|sso|saml2?|oauth2?|authorize)(?:[/.]|\Z)", re.IGNORECASE
)
# A page with more links than this is somebody's website, whatever form is in its corner.
_FEW_LINKS: Final = 25


def obstacle_in_headers(headers: Headers) -> str | None:
    """The obstacle that an answer's headers own up to, as the end of "… stands before the feed"."""
    if (headers.first(b"cf-mitigated") or b"").lower() == b"challenge":
        return "a bot check by Cloudflare"
    if (headers.first(b"x-amzn-waf-action") or b"").lower() in (b"challenge", b"captcha"):
        return "a bot check by AWS WAF"
    return None


def obstacle(status: int, start: bytes, *, path: str, redirected: bool) -> str | None:
    """The obstacle that a page is, judged by its first ``LOOK_AT`` bytes; None where it is none, or no HTML.

    Args:
        status: The answer's status.
        start: The beginning of its body, decoded.
        path: The path of the address it came from.
        redirected: Whether a redirect led there.
    """
    start = start[:LOOK_AT]
    if b"\x00" in start[:64] and start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.replace(b"\x00", b"")[2:]  # UTF-16: good enough to find ASCII words in
    if not _HTML_START.match(start):
        return None
    lowered = start.lower()
    if by := next((by for mark, by in _MARKS if mark in lowered), None):
        return f"a bot check by {by}"
    title = _TITLE.search(start)
    if title and _CHALLENGE_TITLE.search(title[1]):
        return "a bot check"
    if status in (403, 429, 503) and _REFUSED_WORDS.search(start):
        return "a bot check"
    small = len(_LINK.findall(start)) <= _FEW_LINKS
    if small and _PASSWORD.search(start):
        return "a login page"
    if redirected and _LOGIN_PATH.search(path):
        return "a login page"
    if small and _CAPTCHA.search(start):
        return "a bot check"
    return None
