"""Encodings: what is declared, what HTTP says, and what the bytes are."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parsing.charset import decode

WORDS = "<p>Caerdydd – “da” £5 é</p>"
LATIN = "<p>café £5</p>"


def declared(name: str, words: str = LATIN) -> str:
    return f'<?xml version="1.0" encoding="{name}"?>{words}'


FINE = [
    (WORDS.encode(), None, WORDS, "UTF-8, as is"),
    (b"<p>plain</p>", None, "<p>plain</p>", "ASCII"),
    (codecs.BOM_UTF8 + WORDS.encode(), "text/xml; charset=iso-8859-1", WORDS, "RFC 7303 §3: the mark outranks HTTP"),
    (WORDS.encode("utf-16"), None, WORDS, "UTF-16 with a mark"),
    (codecs.BOM_UTF16_BE + WORDS.encode("utf-16-be"), None, WORDS, "the other way round"),
    (declared("utf-16", WORDS).encode("utf-16-le"), None, declared("utf-16", WORDS), "UTF-16 without a mark"),
    (declared("utf-16", WORDS).encode("utf-16-be"), None, declared("utf-16", WORDS), "the other way round, without one"),
    (WORDS.encode("utf-32"), None, WORDS, "UTF-32"),
    ('{"a": "é"}'.encode("utf-16-le"), "application/json", '{"a": "é"}', "JSON in UTF-16 without a mark"),
    ('{"a": "é"}'.encode("utf-32-be"), "application/json", '{"a": "é"}', "and in UTF-32"),
    (declared("cp037").encode("cp037"), None, declared("cp037"), "a mainframe's"),
    (declared("iso-8859-1").encode("latin-1"), None, declared("iso-8859-1"), "the declaration"),
    (declared("windows-1252", WORDS).encode("cp1252"), None, declared("windows-1252", WORDS), "Windows"),
    (declared("iso-8859-1", WORDS).encode("cp1252"), None, declared("iso-8859-1", WORDS), "Windows called ISO 8859-1"),
    (declared("iso-8859-2", "ł").encode("iso-8859-2"), None, declared("iso-8859-2", "ł"), "Poland"),
    (declared("windows-1251", "Ж").encode("cp1251"), "application/xml", declared("windows-1251", "Ж"), "Cyrillic"),
    (declared("gb2312", "汉语").encode("gb18030"), None, declared("gb2312", "汉语"), "China"),
    (declared("iso-2022-jp", "日本").encode("iso-2022-jp"), None, declared("iso-2022-jp", "日本"), "ASCII bytes that are not"),
    (LATIN.encode("latin-1"), "text/xml; charset=ISO-8859-1", LATIN, "HTTP"),
    (LATIN.encode("latin-1"), 'text/xml;charset="latin1"', LATIN, "HTTP, in quotes"),
    ("ł".encode("iso-8859-2"), "text/xml; charset=iso-8859-2", "ł", "HTTP alone"),
    (declared("windows-1251", "ł").encode("iso-8859-2"), "text/xml; charset=iso-8859-2", declared("windows-1251", "ł"), "RFC 7303 §3: HTTP outranks the declaration"),
    (declared("iso-8859-1", WORDS).encode(), "text/xml; charset=windows-1252", declared("iso-8859-1", WORDS), "both wrong: it is UTF-8"),
    (declared("utf-8", LATIN).encode(), "text/xml; charset=iso-8859-1", declared("utf-8", LATIN), "a server's default is no knowledge"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "content_type", "text", "why"), FINE, ids=[why for *_, why in FINE])
def test_decoding(body: bytes, content_type: str | None, text: str, why: str):
    assert decode(body, content_type) == (text, None), why


WRONG = [
    (declared("utf-8", WORDS).encode("cp1252"), None, declared("utf-8", WORDS), "Windows called UTF-8"),
    (WORDS.encode("cp1252"), None, WORDS, "Windows, nothing declared"),
    (b"\xef\xbb\xbf" + LATIN.encode("latin-1"), None, LATIN, "a mark of UTF-8 before Latin-1"),
    (WORDS.encode() * 3 + b"\x92", None, WORDS * 3 + "’", "UTF-8 with a slip"),
    (
        WORDS.encode() * 3 + b"\x92",
        "text/xml; charset=iso-8859-1",
        WORDS * 3 + "’",
        "a slip in UTF-8 that HTTP calls Latin-1",
    ),
    (b"plain \xe2\x80", None, "plain â€", "UTF-8 cut off in a character"),
]


@pytest.mark.parametrize(("body", "content_type", "text", "why"), WRONG, ids=[why for *_, why in WRONG])
def test_bytes_that_are_not_what_they_are_called_are_read_and_told_of(
    body: bytes, content_type: str | None, text: str, why: str
):
    found = decode(body, content_type)
    assert found.text == text, why
    assert found.warning
    assert "\n" not in found.warning


@pytest.mark.parametrize(
    "name", ["base64", "rot13", "unicode_escape", "idna", "punycode", "undefined", "nonsense", "zlib", "utf-7"]
)
def test_no_encoding_can_be_named_that_does_more_than_decode(name: str):
    words = declared(name, "<p>\\u0041 café</p>")
    assert decode(words.encode(), f"text/xml; charset={name}").text == words
    if name != "utf-7":
        assert decode(words.encode("latin-1"), f"text/xml; charset={name}").text == words


@given(
    st.binary(max_size=300),
    st.none() | st.sampled_from(["text/xml; charset=utf-16", "text/xml; charset=big5", "x; charset="]),
)
def test_it_never_raises(body: bytes, content_type: str | None):
    assert isinstance(decode(body, content_type).text, str)
    assert isinstance(decode(b'<?xml version="1.0" encoding="euc-jp"?>' + body, content_type).text, str)


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\x00"), min_size=2, max_size=100
    )
)
def test_utf_8_is_utf_8_whatever_is_declared(text: str):
    body = ("é" + text).encode()
    assert decode(body, "text/xml; charset=windows-1251").text == "é" + text
