"""Tests of volatility."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.volatility import volatility


def test_volatility_is_the_mean_relative_change():
    """10 to 15 is half, 15 to 7.5 is half, 7.5 to 30 is three: (0.5 + 0.5 + 3)/3."""
    assert volatility(np.array([[10.0, 15.0, 7.5, 30.0]]))[0] == pytest.approx(4 / 3)


def test_only_the_last_fourteen_values_count():
    """A jump before the last 14 values is forgotten."""
    assert volatility(np.array([[1000.0] + [5.0] * 14]))[0] == 0
    assert volatility(np.array([[1000.0] + [5.0] * 13]))[0] > 0


def test_changes_from_nothing_or_over_a_gap_are_left_out():
    """A change from 0 has no relative size, one over a gap no length; without any there is no number."""
    assert volatility(np.array([[0.0, 4.0, np.nan, 8.0, 6.0]]))[0] == 0.25
    assert np.isnan(volatility(np.array([[0.0, 0.0, np.nan, 7.0]])))[0]
    assert np.isnan(volatility(np.array([[7.0]])))[0]


def test_volatility_is_never_infinite():
    """A change from less than any count or rate can be is left out, as one from 0 is."""
    assert np.isnan(volatility(np.array([[5e-324, 1e10]])))[0]
    assert np.isfinite(volatility(np.array([[1e-11, 1e10] * 7])))[0]
