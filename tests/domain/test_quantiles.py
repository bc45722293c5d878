"""Distributions given by 23 quantiles: probabilities and quantiles checked against longhand and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS, MEDIAN, WEIGHTS, position_of, probability_at_most, row_quantiles

STEPS = np.expm1(np.arange(23.0) + 1)
"""Quantiles that stand at 1, 2, ... 23 on the log(x + 1) scale."""

VALUES = st.integers(0, 400).map(lambda tenths: tenths / 10)  # few different values, so that ties are common
QUANTILES = st.lists(VALUES, min_size=23, max_size=23).map(sorted).map(np.array)


def at_most(quantiles: Floats, threshold: float) -> float:
    """Return the probability for one distribution and one threshold."""
    return float(probability_at_most(quantiles, np.array(threshold)))


def test_levels_are_those_of_the_hubs() -> None:
    """There are 23 levels, symmetric around the median, and they cannot be written to."""
    assert LEVELS.tolist() == [
        *(0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5),
        *(0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99),
    ]
    assert LEVELS[MEDIAN] == 0.5
    assert not LEVELS.flags.writeable
    assert not WEIGHTS.flags.writeable


def test_weights_share_out_all_probability() -> None:
    """Each weight reaches half-way to the neighbouring levels, and together they are one."""
    assert WEIGHTS.sum() == pytest.approx(1)
    assert WEIGHTS[[0, 1, MEDIAN]] == pytest.approx([0.0175, 0.02, 0.05])
    np.testing.assert_allclose(WEIGHTS, WEIGHTS[::-1])


def test_position_of_finds_each_level() -> None:
    """Every hub level is found where it stands, and any other level is refused."""
    assert [position_of(float(level)) for level in LEVELS] == list(range(23))
    with pytest.raises(ValueError, match=r"0\.33"):
        position_of(0.33)


@pytest.mark.parametrize(
    ("place", "probability"),
    [
        (12.0, 0.5),  # the median itself
        (2.5, 0.0375),  # half-way from level 0.025 to 0.05
        (12.2, 0.51),  # a fifth of the way from 0.5 to 0.55
        (1.0, 0.01),
        (23.0, 0.99),
        (0.5, 0.0025),  # below: 0.01 less half of the first step of 0.015
        (0.2, 0.0),  # the line has met zero at 1 - 0.01/0.015 = 0.33
        (23.5, 0.9975),  # above: 0.99 and half of the last step of 0.015
        (24.0, 1.0),
        (700.0, 1.0),
    ],
)
def test_probability_by_hand(place: float, probability: float) -> None:
    """Between levels and in both tails the probability is straight on the log(x + 1) scale."""
    assert at_most(STEPS, np.expm1(place)) == pytest.approx(probability)


@pytest.mark.parametrize(
    ("threshold", "probability"),
    [(4.999, None), (5.0, 0.7), (5.001, None), (0.0, 0.0)],
)
def test_tied_quantiles_are_a_jump(threshold: float, probability: float | None) -> None:
    """Where quantiles share a value, the probability jumps there to the highest of their levels."""
    tied = np.array([*range(1, 5), *[5.0] * 12, *range(10, 17)], dtype=float)  # levels 0.15 to 0.7 share 5
    assert tied.shape == (23,)
    found = at_most(tied, threshold)
    if probability is not None:
        assert found == pytest.approx(probability)
    elif threshold < 5:
        assert 0.1 < found < 0.15
    else:
        assert 0.7 < found < 0.71


def test_ties_at_the_edges_jump_to_zero_and_one() -> None:
    """Tied lowest quantiles leave nothing below them, tied highest ones nothing above."""
    low = np.concatenate([[3.0, 3.0], np.arange(4.0, 25.0)])
    high = np.concatenate([np.arange(1.0, 22.0), [30.0, 30.0]])
    assert [at_most(low, threshold) for threshold in (2.999, 3.0)] == pytest.approx([0.0, 0.025])
    assert at_most(high, 30.0) == 1.0
    assert 0.95 < at_most(high, 29.999) < 0.975


def test_zeros_hold_the_probability_of_no_events() -> None:
    """Of a distribution whose lower quantiles are zero, the chance of none is the highest level at zero."""
    half_zero = np.concatenate([np.zeros(12), np.arange(1.0, 12.0)])
    assert at_most(half_zero, 0.0) == pytest.approx(0.5)
    assert at_most(np.zeros(23), 0.0) == 1.0
    assert at_most(half_zero, -1.0) == at_most(np.zeros(23), -0.5) == 0.0


def test_unknown_stays_unknown() -> None:
    """A NaN among the quantiles or as threshold gives NaN for that row and no other."""
    holed = STEPS.copy()
    holed[5] = np.nan
    quantiles = np.stack([STEPS, holed, STEPS, np.full(23, np.nan), np.full(23, 7.0)])
    thresholds = np.array([np.expm1(12.0), 10.0, np.nan, np.nan, np.nan])
    assert probability_at_most(quantiles, thresholds) == pytest.approx(
        [0.5, np.nan, np.nan, np.nan, np.nan], nan_ok=True
    )


def test_many_shapes_at_once() -> None:
    """Rows and horizons keep their shape."""
    quantiles = np.broadcast_to(STEPS, (4, 3, 23))
    thresholds = np.full((4, 3), np.expm1(12.0))
    assert probability_at_most(quantiles, thresholds) == pytest.approx(np.full((4, 3), 0.5))
    assert probability_at_most(np.empty((0, 23)), np.empty(0)).shape == (0,)


@given(quantiles=QUANTILES, thresholds=st.lists(st.floats(-5, 100), min_size=2, max_size=8).map(sorted))
def test_probability_rises_with_the_threshold(quantiles: Floats, thresholds: list[float]) -> None:
    """A higher threshold is never less probable to hold, and every probability lies from 0 to 1."""
    found = probability_at_most(np.tile(quantiles, (len(thresholds), 1)), np.array(thresholds))
    assert np.all((found >= 0) & (found <= 1))
    assert np.all(np.diff(found) >= -1e-12)


@given(quantiles=QUANTILES, position=st.integers(0, 22))
def test_probability_at_a_quantile_is_its_level(quantiles: Floats, position: int) -> None:
    """At a quantile stands the highest level that shares its value; one at a tied top edge."""
    value = quantiles[position]
    highest = int(np.flatnonzero(quantiles == value)[-1])
    tied_top = highest == 22 and quantiles[21] == value
    assert at_most(quantiles, value) == pytest.approx(1.0 if tied_top else LEVELS[highest])


@given(quantiles=QUANTILES, position=st.integers(0, 21), share=st.floats(0.01, 0.99))
def test_probability_interpolates_between_levels(quantiles: Floats, position: int, share: float) -> None:
    """Between two different quantiles the probability is NumPy's interpolation on the log(x + 1) scale."""
    left, right = np.log1p(quantiles[position : position + 2])
    if right > left:
        place = left + share * (right - left)
        expected = np.interp(place, [left, right], LEVELS[position : position + 2])
        assert at_most(quantiles, np.expm1(place)) == pytest.approx(expected, abs=1e-9)


MATRICES = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=8),
    elements=st.floats(-1e6, 1e6) | st.just(np.nan),
)


@given(values=MATRICES)
def test_row_quantiles_are_those_of_numpy(values: Floats) -> None:
    """Each row's quantiles are NumPy's own, leaving out NaN; a row without values has none."""
    levels = np.array([0.0, 0.01, 0.25, 0.5, 0.9, 1.0])
    found = row_quantiles(values, levels)
    assert found.shape == (len(values), len(levels))
    for row, quantiles in zip(values, found, strict=True):
        if np.isnan(row).all():
            assert np.isnan(quantiles).all()
        else:
            plain = np.nanquantile(row, levels) if np.isnan(row).any() else np.quantile(row, levels)
            np.testing.assert_allclose(quantiles, plain, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (3, 0)])
def test_row_quantiles_of_nothing_are_nan(shape: tuple[int, int]) -> None:
    """No rows give no rows, and rows without columns give NaN."""
    found = row_quantiles(np.empty(shape), np.array([0.5, 0.9]))
    assert found.shape == (shape[0], 2)
    assert np.isnan(found).all()


def test_row_quantiles_leave_their_input_alone() -> None:
    """The values are not sorted in place."""
    values = np.array([[3.0, np.nan, 1.0]])
    row_quantiles(values, LEVELS)
    assert values.tolist()[0][::2] == [3.0, 1.0]
