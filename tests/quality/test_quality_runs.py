"""Runs of cells, and rows without their gaps."""

from __future__ import annotations

import numpy as np

from neuralbrain.quality.runs import last_known, packed_left, runs_of

FLAGS = np.array([[True, True, False, True], [False, False, False, False], [True, True, True, True]])


def test_runs_have_rows_starts_and_stops():
    """Each run is found once, in the order of rows and positions, and gives its cells back."""
    found = runs_of(FLAGS)
    assert found.rows.tolist() == [0, 0, 2]
    assert found.starts.tolist() == [0, 3, 0]
    assert found.lengths.tolist() == [2, 1, 4]
    assert (found.flags((3, 4)) == FLAGS).all()


def test_chosen_runs_give_only_their_cells():
    """Leaving a run out leaves its cells out."""
    found = runs_of(FLAGS)
    assert found.where(found.lengths > 1).flags((3, 4)).sum(axis=1).tolist() == [2, 0, 4]


def test_the_last_known_position_is_carried():
    """Before the first known cell there is none."""
    assert last_known(np.array([[False, True, False, True]])).tolist() == [[-1, 1, 1, 3]]


def test_packing_keeps_order_and_places():
    """Known values move to the left in their order, and each says where it stood; without gaps nothing moves."""
    packed, places = packed_left(np.array([[np.nan, 5.0, np.nan, 3.0], [1.0, np.nan, 2.0, np.nan]]))
    assert packed[:, :2].tolist() == [[5.0, 3.0], [1.0, 2.0]]
    assert np.isnan(packed[:, 2:]).all()
    assert places[:, :2].tolist() == [[1, 3], [0, 2]]
    assert packed_left(np.array([[4.0, 2.0]]))[1].tolist() == [[0, 1]]
