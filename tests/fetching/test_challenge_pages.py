"""Bot checks and logins are called what they are; other pages are left alone."""

from __future__ import annotations

import gzip
import time

import pytest

from aggregator.fetching.pages import obstacle
from aggregator.model import Document, Failure, FailureKind
from tests.fetching.asking import fetch
from tests.servers.feed_server import Behaviour, FeedServer, answer, drip, redirect, rss


def page(title: str, body: str = "", links: int = 0) -> str:
    navigation = "".join(f'<a href="/{number}">Post {number}</a>' for number in range(links))
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{navigation}{body}</body></html>"


def html(text: str, status: int = 200, **headers: str) -> Behaviour:
    return answer(
        text, status, content_type="text/html", headers=[(k.replace("_", "-"), v) for k, v in headers.items()]
    )


PASSWORD = '<form method=post><input name=user><input type="password" name=pass></form>'

OBSTACLES = [
    (html("", 403, cf_mitigated="challenge"), "Cloudflare", "the header says so"),
    (html(page("x"), 200, cf_mitigated="challenge"), "Cloudflare", "whatever the status"),
    (html("", 202, x_amzn_waf_action="challenge"), "AWS WAF", "a 202 that wants a script to run"),
    (html("", 405, x_amzn_waf_action="captcha"), "AWS WAF", "a 405 that wants a picture read"),
    (html(page("Just a moment..."), 403), "bot check", "the best known title"),
    (html(page("Just a moment..."), 503), "bot check", "the same, earlier"),
    (html(page("Einen Moment", "<script>window._cf_chl_opt={}</script>"), 403), "Cloudflare", "in another language"),
    (
        html(page("x", "<script src='/.within.website/x/cmd/anubis/static/js/main.mjs'></script>")),
        "Anubis",
        "with a 200",
    ),
    (html(page("x", "<script src='/_Incapsula_Resource?x'></script>"), 200), "Imperva", "with a 200"),
    (
        html(page("DDoS-Guard", "<script src='/.well-known/ddos-guard/js-challenge/index.js'>"), 403),
        "DDoS-Guard",
        "named",
    ),
    (html(page("Access Denied", "<p>https://errors.edgesuite.net/18.ab"), 403), "firewall by Akamai", "a refusal"),
    (html(page("x", "<h1>Sucuri WebSite Firewall</h1>"), 403), "firewall by Sucuri", "a refusal"),
    (
        html(page("Access denied | example.org used Cloudflare to restrict access"), 403),
        "firewall by Cloudflare",
        "a refusal, not a check",
    ),
    (html(page("Attention Required! | Cloudflare"), 403), "bot check", "by its title"),
    (html(page("Are you a robot?"), 200), "bot check", "by its title, with a 200"),
    (html(page("Denied", "Please complete the captcha."), 403), "bot check", "refused, and a captcha"),
    (html(page("Welcome", "<div class='h-captcha'></div>"), 200), "bot check", "hardly more than a captcha"),
    (html("<!-- x -->\n" + page("Just a moment...")), "bot check", "behind a comment"),
    (html("\ufeff" + page("Just a moment...")), "bot check", "behind a byte order mark"),
    (answer(page("Just a moment...").encode("utf-16"), content_type="text/html"), "bot check", "in UTF-16"),
    (
        answer(gzip.compress(page("Just a moment...").encode()), 403, headers=[("Content-Encoding", "gzip")]),
        "bot check",
        "packed",
    ),
    (html(page("Sign in", PASSWORD)), "login page", "a password field"),
    (html(page("Members", "<INPUT TYPE=Password>")), "login page", "the same in capitals, without quotes"),
    (html(page("Members", PASSWORD), 401), "login page", "with its own status"),
    (html(page("Members", PASSWORD), 403), "login page", "with another"),
]


@pytest.mark.parametrize(("behaviour", "words", "reason"), OBSTACLES, ids=[row[2] + " " + row[1] for row in OBSTACLES])
def test_is_named(behaviour: Behaviour, words: str, reason: str, server: FeedServer):
    server["/feed"] = behaviour

    fetched = fetch(server.url("/feed"), server.authority())

    assert isinstance(fetched, Failure), reason
    assert fetched.kind is FailureKind.CHALLENGE, fetched
    assert words in fetched.message


LOGIN_PATHS = ["/login", "/users/sign_in", "/wp-login.php", "/Account/LogIn", "/auth/oauth2/authorize", "/sso/"]


@pytest.mark.parametrize("path", LOGIN_PATHS)
def test_a_redirect_to_a_login(path: str, server: FeedServer):
    server["/feed"] = redirect(f"{path}?next=/feed")
    server[path] = html(page("Welcome", links=40))

    fetched = fetch(server.url("/feed"), server.authority())

    assert isinstance(fetched, Failure)
    assert fetched.kind is FailureKind.CHALLENGE
    assert "login page" in fetched.message


NOT_OBSTACLES = [
    (html(page("A blog about probation", links=5)), "a page that is no feed: the parser's to say"),
    (html(page("A blog", PASSWORD, links=60)), "a website with a login in its corner"),
    (html(page("A blog", "<div class='g-recaptcha'></div>", links=60)), "a comment form with a captcha"),
    (
        html(page("A blog", "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>")),
        "Cloudflare, at rest",
    ),
    (answer(rss("Just a moment: how captchas came to probation")), "a feed with a post about it"),
    (html(rss("Are you a robot?").decode()), "a feed that calls itself HTML"),
    (answer("<?xml version='1.0'?><feed><title>Just a moment...</title></feed>"), "a feed with an odd title"),
    (answer('{"version": "https://jsonfeed.org/version/1.1", "title": "captcha"}'), "a JSON feed"),
]


@pytest.mark.parametrize(("behaviour", "reason"), NOT_OBSTACLES, ids=[row[1] for row in NOT_OBSTACLES])
def test_is_left_to_the_parser(behaviour: Behaviour, reason: str, server: FeedServer):
    server["/feed"] = behaviour

    assert isinstance(fetch(server.url("/feed"), server.authority()), Document), reason


STATUSES = [
    (html(page("Not found", PASSWORD), 404), FailureKind.HTTP_STATUS, "a missing page is missing, login or not"),
    (html(page("Gone", PASSWORD), 410), FailureKind.GONE, "gone is gone"),
    (html(page("Too fast", "captcha"), 429), FailureKind.RATE_LIMITED, "too fast is too fast"),
    (html(page("Forbidden"), 403), FailureKind.HTTP_STATUS, "forbidden, and no more than that"),
    (html(page("Maintenance", "Back soon"), 503, Retry_After="60"), FailureKind.RATE_LIMITED, "closed for a minute"),
    (answer("captcha challenge", 403, content_type="text/plain"), FailureKind.HTTP_STATUS, "words without a page"),
    (
        answer(b"\x1f\x8bnonsense", 403, headers=[("Content-Encoding", "gzip")]),
        FailureKind.HTTP_STATUS,
        "a broken page",
    ),
    (answer(b"x", 403, headers=[("Content-Encoding", "br")]), FailureKind.HTTP_STATUS, "an unreadable page"),
    (answer(page("Forbidden"), 403, length=10**6), FailureKind.HTTP_STATUS, "a page that stops short"),
]


@pytest.mark.parametrize(("behaviour", "kind", "reason"), STATUSES, ids=[row[2] for row in STATUSES])
def test_the_status_stays_what_it_is(behaviour: Behaviour, kind: FailureKind, reason: str, server: FeedServer):
    server["/feed"] = behaviour

    assert fetch(server.url("/feed"), server.authority()).kind is kind, reason


def test_an_error_page_that_drips_does_not_hide_its_status(server: FeedServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("aggregator.fetching.attempt._PAGE_SECONDS", 0.1)
    server["/feed"] = drip(page("Forbidden") * 50, every=0.02, status=403)

    fetched = fetch(server.url("/feed"), server.authority())

    assert (fetched.kind, fetched.status) == (FailureKind.HTTP_STATUS, 403)
    assert fetched.elapsed < 1


def test_a_bot_check_that_names_a_time_is_not_asked_sooner(server: FeedServer):
    server["/feed"] = html(page("Just a moment..."), 503, Retry_After="600")

    fetched = fetch(server.url("/feed"), server.authority())

    assert fetched.kind is FailureKind.CHALLENGE
    assert fetched.hints.retry_after is not None
    assert fetched.hints.retry_after.total_seconds() == 600


SLOW_TO_READ = [
    (b"<!---->" * 9000 + b"x", "comments without end: each could end at its own end or at any later one"),
    (b"<!--" * 16000, "comments that never end"),
    (b" " * 64000 + b"x", "nothing but blanks, and then no tag"),
    (b"<html>" + b"<a " * 21000, "links that never say where to"),
    (b"<html>" + b"<a" + b" x" * 32000, "one link that never ends"),
    (b"<html>" + b"<input type " * 5000, "fields that never say their type"),
    (b"<html><input " + b"type" + b" " * 60000, "a type that never comes"),
    (b"<html>" + b"<title " * 9000, "titles that never begin"),
    (b"<html><title>" + b"x" * 64000, "a title that never ends"),
]


@pytest.mark.parametrize(("start", "reason"), SLOW_TO_READ, ids=[row[1] for row in SLOW_TO_READ])
def test_no_page_takes_long_to_look_at(start: bytes, reason: str):
    began = time.process_time()

    obstacle(403, start, path="/", redirected=True)

    assert time.process_time() - began < 0.5, reason
