"""Medians of rows that have gaps."""

from __future__ import annotations

import numpy as np

from neuralbrain.quality.medians import row_medians


def test_medians_leave_out_what_is_missing():
    """Odd and even numbers of values, one, and none."""
    rows = np.array([[3.0, np.nan, 1.0, 8.0], [4.0, 1.0, 2.0, 3.0], [np.nan, np.nan, 5.0, np.nan], [np.nan] * 4])
    medians, counts = row_medians(rows)
    assert medians[:3].tolist() == [3.0, 2.5, 5.0]
    assert np.isnan(medians[3])
    assert counts.tolist() == [3, 4, 1, 0]


def test_the_median_of_an_empty_row_is_unknown():
    """A panel without dates has no medians."""
    medians, counts = row_medians(np.empty((2, 0)))
    assert np.isnan(medians).all()
    assert counts.tolist() == [0, 0]
