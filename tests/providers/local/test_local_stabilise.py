"""The stabilised scale: there and back, and what it does not let through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuralbrain.domain.observation import Floats, Unit
from neuralbrain.providers.local.stabilise import GROWTH_LIMIT, LARGEST, scale_of


def _units(unit: Unit, count: int) -> np.ndarray:
    return np.full(count, unit.value)


@settings(deadline=None, max_examples=50)
@given(
    values=arrays.arrays(np.float64, (3, 8), elements=st.floats(0.0, 1e9)),
    unit=st.sampled_from([Unit.COUNT, Unit.PER_100K]),
)
def test_there_and_back(values: Floats, unit: Unit) -> None:
    """What was stabilised comes back as it was, to within rounding."""
    scale = scale_of(values, units=_units(unit, 3))
    back = scale.natural(scale.stabilised(values))
    np.testing.assert_allclose(back, values, rtol=1e-9, atol=1e-9 * np.maximum(values.max(), 1.0))


def test_a_gap_stays_a_gap() -> None:
    """Missing values are missing on the stabilised scale and do not move the scale of the others."""
    whole = scale_of(np.array([[4.0, 4.0]]), units=_units(Unit.COUNT, 1))
    gapped = scale_of(np.array([[4.0, np.nan]]), units=_units(Unit.COUNT, 1))
    assert gapped.root == whole.root
    assert np.isnan(gapped.stabilised(np.array([[np.nan]]))).all()


def test_no_quantile_runs_away() -> None:
    """The natural value is limited to a hundred times the highest value and ten events, and to 1 for a share."""
    values = np.array([[5.0, 10.0], [0.2, 0.4]])
    scale = scale_of(values, units=np.array([Unit.COUNT.value, Unit.SHARE.value]))
    found = scale.natural(np.full((2, 1), 1e30))
    assert found[0, 0] == pytest.approx(GROWTH_LIMIT * 20.0)
    assert found[1, 0] == pytest.approx(1.0)
    assert found[1, 0] <= 1.0


def test_enormous_values_do_not_overflow() -> None:
    """The largest value that is let in comes back finite."""
    values = np.full((3, 50), LARGEST)
    scale = scale_of(values, units=np.array([unit.value for unit in Unit]))
    assert np.isfinite(scale.natural(2.0 * scale.stabilised(values))).all()


def test_counting_noise_is_that_of_poisson_counts() -> None:
    """At a level of 100 events the noise is what the stabilised values of Poisson counts have."""
    counts = np.random.default_rng(1).poisson(100.0, (1, 20_000)).astype(np.float64)
    scale = scale_of(counts, units=_units(Unit.COUNT, 1))
    level = scale.stabilised(np.array([[100.0]]))
    expected = scale.stabilised(counts).std()
    assert scale.counting_noise(level, np.array([[1e9]]))[0, 0] == pytest.approx(expected, rel=0.02)
