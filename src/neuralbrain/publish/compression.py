"""How an answer is made smaller for its way: once, and kept beside it."""

from __future__ import annotations

import gzip

CODINGS = ("br", "zstd", "gzip")  # of those that a client likes as much the first is taken: it is the smallest
LEAST_BYTES = 1024  # less fits into one packet however it is written
LARGE_BYTES = 4_000_000  # from here on the best levels take seconds and save a tenth
BROTLI, BROTLI_LARGE = 9, 5
ZSTD, ZSTD_LARGE = 12, 5
GZIP = 6  # its own default; more takes twice as long for a hundredth


def compressed(content: bytes, coding: str) -> bytes:
    """Return content in one of the codings; the same bytes each time.

    Args:
        content: What is sent.
        coding: One of ``CODINGS``.

    Raises:
        ValueError: If it is none of them.

    >>> gzip.decompress(compressed(b"a" * 2000, "gzip")) == b"a" * 2000
    True
    """
    # Loaded when first needed: the command line sends nothing.
    large = len(content) > LARGE_BYTES
    if coding == "br":
        import brotli  # noqa: PLC0415 - see above

        smaller: bytes = brotli.compress(content, quality=BROTLI_LARGE if large else BROTLI)
        return smaller
    if coding == "zstd":
        import zstandard  # noqa: PLC0415 - see above

        return zstandard.ZstdCompressor(level=ZSTD_LARGE if large else ZSTD).compress(content)
    if coding == "gzip":
        return gzip.compress(content, compresslevel=GZIP, mtime=0)
    raise ValueError(f"{coding!r} is none of {CODINGS}")
