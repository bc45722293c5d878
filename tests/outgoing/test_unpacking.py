"""A body that is packed is counted by what it becomes, and whole or nothing."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.outgoing.unpacking import Body, TooLargeError, UnpackingError


def collected(body: bytes, *, coding: str, most_bytes: int = 10_000, piece: int = 7) -> bytes:
    """Return a body that came in pieces."""
    collecting = Body(coding, most_bytes=most_bytes)
    for start in range(0, len(body), piece):
        collecting.add(body[start : start + piece])
    return collecting.whole()


@given(content=st.binary(max_size=2000), piece=st.integers(1, 300), level=st.integers(0, 9), split=st.integers(0, 2000))
def test_what_was_packed_comes_out(content: bytes, piece: int, level: int, split: int) -> None:
    """However it is cut and in however many members, the content comes out as it was."""
    packed = gzip.compress(content[:split], level) + gzip.compress(content[split:], level)
    assert collected(packed, coding="gzip", piece=piece) == content
    assert collected(content, coding="", piece=piece) == content


@given(content=st.binary(min_size=1, max_size=500), missing=st.integers(1, 12))
def test_what_ends_too_early_is_refused(content: bytes, missing: int) -> None:
    """A packed body whose end is missing is not taken for a whole one."""
    with pytest.raises(UnpackingError):
        collected(gzip.compress(content)[:-missing], coding="gzip")


@given(st.binary(min_size=1, max_size=500))
def test_no_bytes_break_the_unpacking(body: bytes) -> None:
    """Any bytes are unpacked or refused."""
    try:
        collected(body, coding="gzip")
    except (UnpackingError, TooLargeError):
        return


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", " GZIP "])
def test_gzip_has_two_names(coding: str) -> None:
    """Both names of gzip are understood, in any case."""
    assert collected(gzip.compress(b"x"), coding=coding) == b"x"


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", "identity, gzip"])
def test_other_codings_are_refused(coding: str) -> None:
    """What was not asked for is not tried."""
    with pytest.raises(UnpackingError):
        Body(coding, most_bytes=10)


def test_members_without_end_are_refused() -> None:
    """A body of a great many empty members ends before it has used up much time."""
    with pytest.raises(UnpackingError, match="too many pieces"):
        collected(gzip.compress(b"") * 1500, coding="gzip", most_bytes=10**6, piece=65_536)


def test_what_comes_is_counted_too() -> None:
    """Packed bytes that become nothing count as they come."""
    with pytest.raises(TooLargeError):
        collected(gzip.compress(b"") * 100, coding="gzip", most_bytes=1000)
