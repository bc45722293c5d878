"""Rows kept outside of memory come back whole, release by release, and a full folder is a clear error."""

import resource

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.errors import SourceAwayError
from neuralbrain.sources.release_rows import ROW, ReleaseRows

PIECES = st.lists(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 4), st.integers(0, 9), st.floats(0, 100)), max_size=20),
    max_size=5,
)


@given(pieces=PIECES)
def test_whatever_was_put_in_comes_back_once_and_sorted(pieces: list[list[tuple[int, int, int, float]]]) -> None:
    """Each release gives back its own rows, sorted, in whatever order and pieces they were put in."""
    with ReleaseRows("a file") as kept:
        for piece in pieces:
            releases = np.array([one[0] for one in piece], dtype=np.int32)
            kept.add(releases, np.array([one[1:] for one in piece], dtype=ROW))
        wanted = {
            number: sorted(one[1:] for piece in pieces for one in piece if one[0] == number) for number in range(-3, 4)
        }
        assert {number: kept.of(number).tolist() for number in range(-3, 4)} == wanted
        assert set(kept.releases) == {number for number, rows in wanted.items() if rows}


def test_a_full_temporary_folder_is_a_passing_fault_of_the_feed() -> None:
    """Where the folder takes no more, the error names the file, and says what to do; it is tried again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    rows = np.zeros(10_000, dtype=ROW)
    with ReleaseRows("hub.csv") as kept:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        try:
            with pytest.raises(SourceAwayError, match=r"hub\.csv cannot be sorted") as raised:
                kept.add(np.zeros(10_000, dtype=np.int32), rows)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert raised.value.error_code == "source-no-room"
    assert raised.value.transient
    assert "TMPDIR" in raised.value.remedy
