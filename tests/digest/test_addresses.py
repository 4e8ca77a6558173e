"""Addresses as people write them into a configuration, and as mail carries them."""

from __future__ import annotations

import pytest

from aggregator.digest.addresses import on_the_wire, parted


@pytest.mark.parametrize(
    ("text", "name", "address", "why"),
    [
        ("ann@example.org", "", "ann@example.org", "bare"),
        (" ann@example.org ", "", "ann@example.org", "with space around it"),
        ("<ann@example.org>", "", "ann@example.org", "in brackets"),
        ("Ann <ann@example.org>", "Ann", "ann@example.org", "named"),
        (
            "Smith, Ann <ann@example.org>",
            "Smith, Ann",
            "ann@example.org",
            "a comma parts addresses in a header, not here",
        ),
        ("Team: probation <ann@example.org>", "Team: probation", "ann@example.org", "a colon starts a group there"),
        ("me@home <ann@example.org>", "me@home", "ann@example.org", "what is in brackets is the address"),
        ('"Ann \\"A\\" Smith" <ann@example.org>', 'Ann "A" Smith', "ann@example.org", "quoted"),
        ("Ann", "", "Ann", "nothing to part"),
    ],
)
def test_a_name_and_an_address(text, name, address, why):
    assert parted(text) == (name, address), why


def test_an_encoded_word_is_no_address():
    """The library decodes it where a header is made: a line break in it would be one."""
    assert on_the_wire("=?utf-8?q?a=0D=0ABcc:_x?=@example.org") is None
