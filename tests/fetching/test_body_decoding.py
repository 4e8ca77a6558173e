"""Bodies under way: bounded, one gzip layer at most."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetching.decoding import Body, is_gzip
from aggregator.fetching.trouble import Trouble
from aggregator.model import FailureKind


def read(pieces: list[bytes], *, packed: bool, max_size: int = 100_000) -> tuple[bytes, str]:
    body = Body(gzip=packed, max_size=max_size)
    for piece in pieces:
        for _ in body.feed(piece):
            pass
    return body.finish()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({min(place, len(data)) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(edges)]


CUTS = st.lists(st.integers(0, 3000), max_size=12)


@given(content=st.binary(max_size=3000).filter(lambda content: not content.startswith(b"\x1f")), cuts=CUTS)
def test_plain_bodies_come_out_as_they_went_in(content: bytes, cuts: list[int]):
    assert read(cut(content, cuts), packed=False) == (content, hashlib.sha256(content).hexdigest())


@given(parts=st.lists(st.binary(max_size=800), min_size=1, max_size=4), cuts=CUTS, padding=st.integers(0, 40))
def test_gzip_comes_out_whole_however_it_is_cut(parts: list[bytes], cuts: list[int], padding: int):
    packed = b"".join(gzip.compress(part) for part in parts) + b"\0" * padding

    assert read(cut(packed, cuts), packed=True)[0] == b"".join(parts)
    assert read(cut(packed, cuts), packed=False)[0] == b"".join(parts), "nor if no header says so"


@given(content=st.binary(min_size=1, max_size=2000), missing=st.integers(1, 2000), cuts=CUTS)
def test_gzip_that_lacks_its_end_is_never_whole(content: bytes, missing: int, cuts: list[int]):
    packed = gzip.compress(content)
    short = packed[: max(1, len(packed) - missing)]

    with pytest.raises(Trouble) as caught:
        read(cut(short, cuts), packed=True)

    assert caught.value.kind is FailureKind.TRUNCATED


@given(content=st.binary(max_size=1500), at=st.integers(0, 1499), cuts=CUTS)
def test_gzip_that_was_damaged_is_never_taken_for_whole(content: bytes, at: int, cuts: list[int]):
    packed = bytearray(gzip.compress(content, mtime=0))
    at %= len(packed)
    packed[at] ^= 0x10
    try:
        result = read(cut(bytes(packed), cuts), packed=True)[0]
    except Trouble:
        return
    assert result == content, "only bytes without a meaning (time, system) may change unnoticed"


@pytest.mark.parametrize("packed", [False, True])
def test_the_limit_is_exact(packed: bool):
    content = b"x" * 1000
    wire = gzip.compress(content) if packed else content

    assert read([wire], packed=packed, max_size=1000)[0] == content
    with pytest.raises(Trouble) as caught:
        read([wire], packed=packed, max_size=999)
    assert caught.value.kind is FailureKind.TOO_LARGE


def test_the_limit_is_of_wire_bytes_too():
    """Noise behind the last member is not decoded, and must be limited all the same."""
    with pytest.raises(Trouble) as caught:
        read([gzip.compress(b"x"), b"\0" * 600, b"\0" * 600], packed=True, max_size=1000)

    assert caught.value.kind is FailureKind.TOO_LARGE


def test_a_bomb_is_not_unpacked_to_find_out_that_it_is_one():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([packer.compress(b"\0" * 1_000_000) for _ in range(200)]) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(Trouble):
            read([bomb], packed=True, max_size=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000


def test_a_long_step_gives_way_again_and_again():
    body = Body(gzip=True, max_size=10_000_000)

    turns = sum(1 for _ in body.feed(gzip.compress(b"\0" * 5_000_000)))

    assert turns > 50


def test_crumbs_are_refused_in_the_end():
    with pytest.raises(Trouble) as caught:
        read([b"x"] * 100_001, packed=False, max_size=1_000_000)

    assert caught.value.kind is FailureKind.PROTOCOL


def test_the_beginning_can_be_looked_at_under_way():
    body = Body(gzip=False, max_size=100)
    list(body.feed(b"<html>"))

    assert body.start(4) == b"<htm"
    list(body.feed(b"</html>"))
    assert body.start(99) == b"<html></html>"


@pytest.mark.parametrize(
    ("encodings", "expected"),
    [
        ([], False),
        ([b""], False),
        ([b"identity"], False),
        ([b"gzip"], True),
        ([b"GZip"], True),
        ([b"x-gzip"], True),
        ([b"identity, gzip"], True),
        ([b" gzip ,"], True),
        ([b"identity", b"gzip"], True),
        ([b"gzip, identity"], True),
        ([b"none"], False),
        ([b"UTF-8"], False),
        ([b"binary"], False),
        ([b"utf-8, gzip"], True),
        ([b'"'], False),
    ],
)
def test_encodings_that_are_read(encodings: list[bytes], expected: bool):
    assert expected is is_gzip(encodings)


@pytest.mark.parametrize(
    "encodings",
    [
        [b"br"],
        [b"zstd"],
        [b"deflate"],
        [b"compress"],
        [b"gzip, gzip"],
        [b"gzip", b"gzip"],
        [b"gzip, br"],
        [b"utf-8, br"],
    ],
)
def test_encodings_that_are_not(encodings: list[bytes]):
    with pytest.raises(Trouble) as caught:
        is_gzip(encodings)

    assert caught.value.kind is FailureKind.ENCODING
