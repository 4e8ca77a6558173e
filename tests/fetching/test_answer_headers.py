"""What headers say about coming back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetching.answers import LONGEST_WAIT, Headers
from aggregator.model import Hints, Validators

NOW = datetime(2017, 4, 20, 6, 0, tzinfo=UTC)
DATE = (b"Date", b"Thu, 20 Apr 2017 05:00:00 GMT")  # the server's clock is an hour slow


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("headers", "max_age", "reason"),
    [
        ([], None, "nothing said"),
        ([(b"Cache-Control", b"max-age=600")], minutes(10), "max-age"),
        ([(b"cache-control", b"public,Max-Age = 600 , must-revalidate")], minutes(10), "among others, loosely written"),
        ([(b"Cache-Control", b'max-age="600"')], minutes(10), "quoted: RFC 9111 §5.2 asks to take it"),
        ([(b"Cache-Control", b"public"), (b"Cache-Control", b"max-age=600")], minutes(10), "in the second line"),
        ([(b"Cache-Control", b"max-age=600, max-age=60")], minutes(10), "of two the first, RFC 9111 §4.2.1"),
        ([(b"Cache-Control", b"s-maxage=600")], None, "for shared caches"),
        ([(b"Cache-Control", b"max-age=60, s-maxage=600")], minutes(1), "ours is the other one"),
        ([(b"Cache-Control", b"max-age=600"), (b"Age", b"120")], minutes(8), "some of it has passed, RFC 9111 §4.2.3"),
        ([(b"Cache-Control", b"max-age=60"), (b"Age", b"120")], minutes(0), "all of it has"),
        ([(b"Cache-Control", b"max-age=600"), (b"Age", b"old")], minutes(10), "an age that is none"),
        ([(b"Cache-Control", b"max-age=600, no-cache")], minutes(0), "always to be asked"),
        ([(b"Cache-Control", b"max-age=600, no-store")], minutes(0), "never to be kept"),
        ([(b"Cache-Control", b'max-age=600, no-cache="Set-Cookie"')], minutes(10), "no-cache of a header only"),
        ([(b"Cache-Control", b'x="max-age=600"')], None, "inside somebody's quotes"),
        ([(b"Cache-Control", b"max-age=-5")], None, "negative is no age"),
        ([(b"Cache-Control", b"max-age=soon")], None, "nor is a word"),
        ([(b"Cache-Control", b"max-age")], None, "nor nothing"),
        ([(b"Cache-Control", "max-age=٦٠".encode())], None, "nor digits of another script"),
        ([(b"Cache-Control", b"max-age=31536000")], LONGEST_WAIT, "a year is for pictures"),
        ([(b"Cache-Control", b"max-age=" + b"9" * 5000)], LONGEST_WAIT, "more seconds than time has"),
        ([DATE, (b"Expires", b"Thu, 20 Apr 2017 05:30:00 GMT")], minutes(30), "relative to their clock, not ours"),
        ([(b"Expires", b"Thu, 20 Apr 2017 06:30:00 GMT")], minutes(30), "relative to ours where they have none"),
        ([DATE, (b"Expires", b"Thu, 20 Apr 2017 04:00:00 GMT")], minutes(0), "expired already"),
        ([DATE, (b"Expires", b"0")], None, "the usual way to say now"),
        ([DATE, (b"Expires", b"-1")], None, "another"),
        ([DATE, (b"Expires", b"Thu, 20 Apr 2017 05:30:00 GMT"), (b"Cache-Control", b"max-age=60")], minutes(1), "wins"),
        (
            [DATE, (b"Expires", b"Thu, 20 Apr 2017 05:30:00 GMT"), (b"Cache-Control", b"no-cache")],
            minutes(0),
            "wins too",
        ),
        ([(b"Date", b"yesterday"), (b"Expires", b"Thu, 20 Apr 2017 06:30:00 GMT")], minutes(30), "a date that is none"),
        ([DATE, (b"Expires", b"Thu, 20 Apr 2090 05:30:00 GMT")], LONGEST_WAIT, "not in this life"),
    ],
)
def test_max_age(headers: list[tuple[bytes, bytes]], max_age: timedelta | None, reason: str):
    assert Hints(max_age=max_age) == Headers(headers).hints(200, now=NOW), reason


@pytest.mark.parametrize(
    ("headers", "wait", "reason"),
    [
        ([], None, "nothing said"),
        ([(b"Retry-After", b"120")], minutes(2), "seconds"),
        ([(b"retry-after", b" 120 ")], minutes(2), "seconds, with blanks"),
        ([(b"Retry-After", b"0")], minutes(0), "at once"),
        ([(b"Retry-After", b"90.5")], minutes(1.5), "no RFC has fractions; servers do"),
        ([(b"Retry-After", b"-120")], None, "negative"),
        ([(b"Retry-After", b"1e9")], None, "not a number HTTP knows"),
        ([(b"Retry-After", b"9" * 400)], LONGEST_WAIT, "longer than time"),
        ([(b"Retry-After", b"864000")], LONGEST_WAIT, "ten days are too many"),
        ([DATE, (b"Retry-After", b"Thu, 20 Apr 2017 05:10:00 GMT")], minutes(10), "a date, by their clock"),
        ([(b"Retry-After", b"Thu, 20 Apr 2017 06:10:00 GMT")], minutes(10), "a date, by ours"),
        ([DATE, (b"Retry-After", b"Thursday, 20-Apr-17 05:10:00 GMT")], minutes(10), "RFC 850's form"),
        ([DATE, (b"Retry-After", b"Thu Apr 20 05:10:00 2017")], minutes(10), "asctime's form"),
        ([DATE, (b"Retry-After", b"Thu, 20 Apr 2017 01:00:00 GMT")], minutes(0), "in the past"),
        ([DATE, (b"Retry-After", b"Fri, 31 Dec 9999 23:59:59 GMT")], LONGEST_WAIT, "at the end of the calendar"),
        ([(b"Retry-After", b"Fri, 31 Dec 9999 23:59:59 -2359")], None, "beyond it"),
        ([(b"Retry-After", b"tomorrow")], None, "a word"),
        ([(b"Retry-After", b"\xff\xfe")], None, "no text"),
        ([(b"Retry-After", b"1" + b" " * 5000)], minutes(1 / 60), "long, but harmless"),
        ([(b"Retry-After", b""), (b"Retry-After", b"60")], minutes(1), "the first that says something"),
    ],
)
@pytest.mark.parametrize("status", [200, 301, 304, 403, 429, 500, 503])
def test_retry_after(headers: list[tuple[bytes, bytes]], wait: timedelta | None, reason: str, status: int):
    assert Hints(retry_after=wait) == Headers(headers).hints(status, now=NOW), reason


HEADER_NAMES = st.sampled_from(
    [b"Date", b"Age", b"Expires", b"Retry-After", b"Cache-Control", b"ETag", b"Content-Length"]
)
HEADER_VALUES = st.one_of(
    st.binary(max_size=60),
    st.from_regex(rb"(max-age|no-cache|s-maxage)=\"?[0-9]{0,30}\"?,?.{0,10}", fullmatch=True),
    st.from_regex(
        rb"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{0,9} (GMT|[+-][0-9]{1,6})", fullmatch=True
    ),
)


@given(
    headers=st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES), max_size=8), status=st.sampled_from([200, 304, 404, 503])
)
def test_no_header_raises_and_no_wait_is_out_of_bounds(headers: list[tuple[bytes, bytes]], status: int):
    hints = Headers(headers).hints(status, now=NOW)

    for wait in (hints.max_age, hints.retry_after):
        assert wait is None or timedelta() <= wait <= LONGEST_WAIT


@given(etag=st.binary(max_size=100))
def test_validators_are_latin_1_and_so_reversible(etag: bytes):
    validators = Headers([(b"ETag", etag)]).validators()

    assert (validators.etag or "").encode("latin-1") == etag


def test_validators_without_headers():
    assert Headers([]).validators() == Validators()
