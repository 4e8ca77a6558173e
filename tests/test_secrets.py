"""Secrets show themselves to nobody who does not ask."""

from __future__ import annotations

import copy
import logging
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import AggregatorError, SecretUnavailable
from aggregator.secrets import Secret, read_secret

if TYPE_CHECKING:
    from pathlib import Path

WORD = "open sesame"


@dataclass
class Holder:
    secret: Secret


@pytest.mark.parametrize(
    "shown",
    [
        str(Secret(WORD)),
        repr(Secret(WORD)),
        f"{Secret(WORD)}",
        f"{Secret(WORD)!r:>20}",
        f"{Secret(WORD):>20}",
        "%s %r" % (Secret(WORD), Secret(WORD)),  # noqa: UP031 -- the form that logging uses
        str(Holder(Secret(WORD))),
        str({"password": Secret(WORD)}),
        str(ValueError(Secret(WORD))),
    ],
)
def test_masked_in_every_form(shown: str):
    assert "sesame" not in shown
    assert "***" in shown


def test_masked_in_logs(caplog: pytest.LogCaptureFixture):
    logging.getLogger("test").warning("password is %s", Secret(WORD))

    assert caplog.messages == ["password is ***"]


def test_reveals_on_request():
    assert Secret(WORD).reveal() == WORD


def test_equality_and_hash_are_of_the_value():
    assert Secret(WORD) == Secret(WORD)
    assert Secret(WORD) != Secret("other")
    assert Secret(WORD) != WORD
    assert len({Secret(WORD), Secret(WORD)}) == 1


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_refuses_to_be_pickled(protocol: int):
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Holder(Secret(WORD)), protocol)


def test_copies_are_itself():
    secret = Secret(WORD)

    assert copy.copy(secret) is secret
    assert copy.deepcopy(Holder(secret)).secret is secret


def test_does_not_change():
    with pytest.raises(AttributeError):
        Secret(WORD)._value = "other"


# --- reading ------------------------------------------------------------------------------------------------


def test_nothing_named_is_no_secret():
    assert read_secret(subject="mail") is None


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FEED_TOKEN", WORD)

    assert read_secret(env="FEED_TOKEN", subject="mail") == Secret(WORD)


@pytest.mark.parametrize(
    ("content", "value", "reason"),
    [
        (b"open sesame", WORD, "as it is"),
        (b"open sesame\n", WORD, "editors end files with a line break"),
        (b"open sesame\r\n", WORD, "and other editors with two characters"),
        (b" open sesame ", " open sesame ", "blanks may be meant"),
        (b"\xef\xbb\xbfopen sesame", WORD, "a byte order mark is the editor's"),
        ("schlüssel".encode(), "schlüssel", "UTF-8"),
    ],
)
def test_from_a_file(content: bytes, value: str, reason: str, tmp_path: Path):
    file = tmp_path / "secret"
    file.write_bytes(content)

    assert read_secret(file=file, subject="mail") == Secret(value), reason


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("FEED_TOKEN", WORD)

    assert read_secret(env="FEED_TOKEN", file=tmp_path / "absent", subject="mail") == Secret(WORD)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n", "empty but for the line break"),
        (b"open\nsesame", "two lines: it would end a header in the middle"),
        (b"open sesame\n\n", "two line breaks at the end"),
        (b"open\rsesame", "a carriage return does the same"),
        (b"open\x00sesame", "a NUL"),
        (b"open\x7fsesame", "a DEL"),
        (b"open \xff sesame", "not UTF-8"),
        (b"open sesame" * 10_000, "too long"),
    ],
)
def test_files_that_hold_no_secret(content: bytes, reason: str, tmp_path: Path):
    file = tmp_path / "secret"
    file.write_bytes(content)

    with pytest.raises(SecretUnavailable) as caught:
        read_secret(file=file, subject="feed sample")

    assert str(file) in str(caught.value), reason
    assert "feed sample" in str(caught.value)
    assert "sesame" not in str(caught.value)
    assert caught.value.__cause__ is None, "the cause of a decoding error quotes the bytes"


def test_files_that_cannot_be_read(tmp_path: Path):
    for file in (tmp_path / "absent", tmp_path):
        with pytest.raises(SecretUnavailable, match=r"cannot be read: (No such file|Is a directory)"):
            read_secret(file=file, subject="mail")


@pytest.mark.parametrize(("value", "reason"), [(None, "is not set"), ("", "is empty"), ("a\nb", "line break")])
def test_variables_that_hold_no_secret(value: str | None, reason: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("FEED_TOKEN", raising=False)
    if value is not None:
        monkeypatch.setenv("FEED_TOKEN", value)

    with pytest.raises(SecretUnavailable, match=f"FEED_TOKEN.*{reason}"):
        read_secret(env="FEED_TOKEN", subject="mail")


def test_an_endless_file_is_not_read_to_its_end():
    from pathlib import Path

    with pytest.raises(SecretUnavailable):
        read_secret(file=Path("/dev/zero"), subject="mail")


def test_is_one_of_our_errors():
    assert issubclass(SecretUnavailable, AggregatorError)
