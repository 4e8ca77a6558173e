"""What strangers wrote, made fit to stand in a digest."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.clean import clean_line, excerpt, web_url

WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("  Kent:\n\tCRC  good ", "Kent: CRC good", "white space of any kind is one space"),
        ("Kent\u2028CRC\u2029good\x85now\x0bhere", "Kent CRC good now here", "Unicode's line ends are line ends"),
        ("Kent\u202e doog\u202c", "Kent doog", "bidi overrides would turn the rest of the line round"),
        ("\u2066Kent\u2069\u200f", "Kent", "bidi isolates and marks"),
        ("Ke\x1b[31mnt\x9b", "Ke[31mnt", "an escape byte would colour the terminal"),
        ("Ke\x00nt\x7f", "Kent", "NUL and DEL"),
        (f"{WALES} report", f"{WALES} report", "the flag of Wales"),
        ("\U000e0067\U000e0062 report\U000e007f", "report", "words hidden in tags"),
        ("Not\u00adting\u200bham\ufeff", "Nottingham", "soft hyphen, zero-width space, byte-order mark"),
        ("Kent \U000e0041\U000e007f", "Kent", "tag characters, invisible"),
        ("Kent \ud800!", "Kent !", "a lone surrogate cannot be encoded"),
        ("می‌خواهم 👩‍👧", "می‌خواهم 👩‍👧", "joiners belong to words and emoji"),
        ("", "", "nothing stays nothing"),
    ],
)
def test_a_line_holds_nothing_that_acts(text, line, why):
    assert clean_line(text) == line, why


def test_a_long_line_is_cut_at_a_word():
    assert clean_line("Inspectors found the work of the company wanting", 30) == "Inspectors found the work of…"


def test_a_long_word_is_cut_anywhere():
    assert clean_line("x" * 50, 10) == "x" * 9 + "…"


@given(st.text(), st.integers(5, 60))
def test_a_line_is_one_line_within_its_bound_and_cleaning_it_again_changes_nothing(text, limit):
    line = clean_line(text, limit)

    assert len(line) <= limit
    assert not line or len(line.splitlines()) == 1
    assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    line.encode()
    assert clean_line(line, limit) == line


@given(st.text(), st.text(), st.text())
def test_an_excerpt_still_holds_the_words_at_their_place(before, words, after):
    line, start, end = excerpt(before + words + after, len(before), len(before) + len(words), 100)

    assert line[start:end] == clean_line(words, 100)
    assert len(line) <= 102  # and an ellipsis at either end
    assert line == " ".join(line.split(" ")).strip() == clean_line(line, 200)


@given(st.integers(-5, 50), st.integers(-5, 50))
def test_offsets_that_lie_do_not_break_an_excerpt(start, end):
    line, first, last = excerpt("Overall, the quality of work was poor.", start, end)

    assert 0 <= first <= last <= len(line)


def test_a_long_sentence_is_cut_round_its_words():
    line, start, end = excerpt("before " * 100 + "poor" + " after" * 100, 700, 704, 60)

    assert line[start:end] == "poor"
    assert line.startswith("…before")
    assert line.endswith("after…")


@pytest.mark.parametrize(
    ("url", "is_link", "why"),
    [
        ("https://example.org/a?b=c#d", True, "an address"),
        ("HTTP://EXAMPLE.ORG", True, "schemes are case-insensitive"),
        (" https://example.org/ ", True, "white space round it is not part of it"),
        ("javascript:alert(1)", False, "runs"),
        ("JaVaScRiPt:alert(1)", False, "runs"),
        ("data:text/html,x", False, "runs in some clients"),
        ("vbscript:x", False, "runs in old Outlook"),
        ("ftp://example.org/", False, "not http(s)"),
        ("mailto:someone@example.org", False, "not http(s)"),
        ("//example.org/", False, "no scheme of its own"),
        ("https:///path", False, "no host"),
        ("https://exa mple.org/", False, "a space ends a link in text"),
        ("https://example.org/\njavascript:x", False, "two lines"),
        ("https://example.org\\@evil.example/", False, "browsers read a backslash as a slash"),
        ("https://[::1", False, "not an address"),
        ("https://example.org/" + "x" * 2000, False, "longer than a mail can bear"),
        ("", False, "nothing"),
        (None, False, "nothing"),
    ],
)
def test_only_web_addresses_become_links(url, is_link, why):
    assert (web_url(url) is not None) == is_link, why
