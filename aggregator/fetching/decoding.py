"""Bodies, bounded while they stream in: wire bytes and decoded bytes, one gzip layer at most. Pure."""

from __future__ import annotations

import hashlib
import io
import zlib
from typing import TYPE_CHECKING, Final

from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean, size_words
from aggregator.model import FailureKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Body", "is_gzip"]

_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_MAGIC: Final = b"\x1f\x8b"
# Output of one decompression step: a bomb is noticed this much late at most.
_STEP: Final = 64 * 1024
# bgzip makes a member of every 64 kB; 50 MB are 800 of them. Empty ones by the hundred thousand are an attack.
_MOST_MEMBERS: Final = 1000
# IANA's registry, with the names from before it. Whatever else stands in a Content-Encoding ("none", "utf-8") names no
# coding, and browsers go by the body then.
_CODINGS: Final = frozenset(
    {b"aes128gcm", b"br", b"compress", b"dcb", b"dcz", b"deflate", b"exi", b"gzip", b"pack200-gzip", b"zstd"}
    | {b"x-compress", b"x-gzip"}
)
# An XML writer that flushes each tag makes pieces of ten bytes. Ten thousand a megabyte and more only cost us time.
_MOST_PIECES: Final = 100_000


def is_gzip(encodings: Sequence[bytes]) -> bool:
    """Whether a body with these Content-Encoding headers is to be decompressed.

    Raises:
        Trouble: An encoding we did not ask for, or more than one: stacked gzip is how a kilobyte becomes a petabyte.
    """
    stack = [coding.strip().lower() for value in encodings for coding in value.split(b",")]
    stack = [coding for coding in stack if coding in _CODINGS]
    if not stack:
        return False
    if stack in ([b"gzip"], [b"x-gzip"]):  # RFC 9110 §8.4.1.3: the same
        return True
    words = clean(", ".join(coding.decode("latin-1") for coding in stack), 60)
    why = "which was not asked for" if len(stack) == 1 else "one over the other"
    raise Trouble(FailureKind.ENCODING, f"the body is encoded as {words}, {why}")


class Body:
    """A body under way. ``feed`` it pieces as they come over the wire, then ``finish``.

    One that begins as gzip does is gzip, whatever its headers say: a feed.xml.gz on a plain file server comes with no
    Content-Encoding, and no feed begins with that control character. It is one layer: gzip inside gzip is refused.

    Args:
        gzip: Whether the pieces are said to be gzip.
        max_size: The most it may have, in bytes, both as it comes and decoded.

    Attributes:
        wire_bytes: What came so far.
        size: What that is decoded.
    """

    __slots__ = (
        "_decompressor",
        "_gzip",
        "_hash",
        "_max_size",
        "_members",
        "_padding",
        "_pieces",
        "_said",
        "_sink",
        "size",
        "wire_bytes",
    )

    def __init__(self, *, gzip: bool, max_size: int) -> None:
        self._gzip = True if gzip else None  # None: its first byte will tell
        self._said = "is said to be" if gzip else "begins as"
        self._max_size = max_size
        self._decompressor = zlib.decompressobj(_GZIP) if gzip else None
        self._members = 0
        self._padding = False
        self._pieces = 0
        self._hash = hashlib.sha256()
        # A BytesIO hands out its buffer without a copy; joining a list of pieces needs twice the memory.
        self._sink = io.BytesIO()
        self.size = 0
        self.wire_bytes = 0

    def feed(self, piece: bytes) -> Iterator[None]:
        """Takes the next piece. Yields after each step of it, so that the caller can let others go on in between.

        Raises:
            Trouble: It is too large, or is not what it says it is.
        """
        self.wire_bytes += len(piece)
        self._pieces += 1
        if self.wire_bytes > self._max_size:
            raise self._too_large()
        if self._pieces > _MOST_PIECES:
            raise Trouble(FailureKind.PROTOCOL, f"the body came in more than {_MOST_PIECES} pieces")
        if self._gzip is None and piece:
            self._gzip = piece.startswith(_GZIP_MAGIC[:1])
            self._decompressor = zlib.decompressobj(_GZIP) if self._gzip else None
        if not self._gzip:
            self._take(piece)
            yield
            return
        while piece:
            if self._decompressor is None:
                # After a complete member: another one, or padding, which gzip itself ignores too.
                if self._padding or not _GZIP_MAGIC.startswith(piece[:2]):
                    self._padding = True
                    return
                self._decompressor = zlib.decompressobj(_GZIP)
            try:
                output = self._decompressor.decompress(piece, _STEP)
            except zlib.error:
                raise Trouble(FailureKind.ENCODING, f"the body is not the gzip it {self._said}") from None
            self._take(output)
            if self._decompressor.eof:
                self._members += 1
                if self._members > _MOST_MEMBERS:
                    raise Trouble(FailureKind.ENCODING, f"the gzip body has more than {_MOST_MEMBERS} members")
                piece, self._decompressor = self._decompressor.unused_data, None
            else:
                piece = self._decompressor.unconsumed_tail
            yield

    def finish(self) -> tuple[bytes, str]:
        """The whole body and its SHA-256 (hex).

        Raises:
            Trouble: The gzip stream has no end, or another one in it.
        """
        if self._decompressor is not None and self.wire_bytes:
            raise Trouble(
                FailureKind.TRUNCATED, f"the gzip body stops in the middle, after {size_words(self.wire_bytes)}"
            )
        if self._gzip and self.start(len(_GZIP_MAGIC)) == _GZIP_MAGIC:
            raise Trouble(FailureKind.ENCODING, "the body is gzip inside gzip, and one layer is all that is unpacked")
        return self._sink.getvalue(), self._hash.hexdigest()

    def start(self, length: int) -> bytes:
        """The first ``length`` decoded bytes, or as many as there are."""
        return bytes(self._sink.getbuffer()[:length])

    def _take(self, output: bytes) -> None:
        self.size += len(output)
        if self.size > self._max_size:
            raise self._too_large()
        self._sink.write(output)
        self._hash.update(output)

    def _too_large(self) -> Trouble:
        return Trouble(FailureKind.TOO_LARGE, f"the body is larger than {size_words(self._max_size)}")
