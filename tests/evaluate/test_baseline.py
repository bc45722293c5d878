"""The hub baseline: closed forms, what must not matter, and what a series must know."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS, MEDIAN
from neuralbrain.evaluate import baseline as module
from neuralbrain.evaluate.baseline import baseline_quantiles

HISTORIES = st.lists(st.integers(0, 300).map(float), min_size=2, max_size=30).map(np.array)
UPPER = slice(MEDIAN + 1, None)  # never cut at zero


def of(history: Floats, horizon: int) -> Floats:
    """Return the 23 quantiles of one series at one horizon."""
    return baseline_quantiles(np.asarray(history, dtype=float)[None], horizons=(horizon,))[0, 0]


def test_one_step_ahead_by_hand() -> None:
    """10, 14, 12 changed by 4 and -2: the symmetrised changes are -4, -2, 2, 4, a quarter of the way up is -2.5."""
    found = of([10, 14, 12], 1)
    assert found[MEDIAN] == 12
    assert found[6] == 12 - 2.5  # level 0.25, three quarters of the way from -4 to -2
    assert found[[0, 22]] == pytest.approx([12 - 3.94, 12 + 3.94])  # level 0.01: 0.03 of the way
    assert found[[11, 12]] == pytest.approx([12, 12 + (-2 + 4 * 0.65)])  # level 0.55: 1.65 steps up, between -2 and 2


def test_two_steps_are_a_triangle() -> None:
    """One change of 1 makes the uniform distribution from -1 to 1; twice that has its quantiles at -2 + √(8p)."""
    lower = 51 - 2 + np.sqrt(8 * LEVELS[:MEDIAN])
    np.testing.assert_allclose(of([50, 51], 2)[:MEDIAN], lower, atol=1e-6)
    np.testing.assert_allclose(of([50, 51], 2)[UPPER], 102 - lower[::-1], atol=1e-6)


def test_three_steps_are_the_sum_of_three() -> None:
    """Three times the uniform distribution from -1 to 1 has its lower tail's quantiles at -3 + ∛(48p)."""
    tail = LEVELS[:5]  # up to 1/6 the sum of three has this form
    np.testing.assert_allclose(of([50, 51], 3)[:5], 51 - 3 + np.cbrt(48 * tail), atol=1e-6)


@given(HISTORIES)
def test_two_steps_are_the_distribution_of_the_sum(history: Floats) -> None:
    """Integrated over the first change, the chance that both together stay below a quantile is its level."""
    changes = np.diff(history)
    if not changes.any():
        return
    both = np.sort(np.concatenate([changes, -changes]))
    steps = np.linspace(0, 1, len(both))
    first = np.interp((np.arange(4000) + 0.5) / 4000, steps, both)
    cell = np.abs(changes).max() / 2048
    found = of(history, 2)[UPPER] - history[-1]
    for level, value in zip(LEVELS[UPPER], found, strict=True):
        # Sorted changes repeat, so the share at most a value is counted up to the last of equals.
        within = [
            np.interp(value + off * cell - first, both + np.arange(len(both)) * 1e-9, steps).mean() for off in (-2, 2)
        ]
        assert within[0] - 1e-3 <= level <= within[1] + 1e-3


@given(HISTORIES, st.sampled_from([1, 2, 4, 7]))
def test_what_always_holds(history: Floats, horizon: int) -> None:
    """The median is the last value; quantiles do not fall, are not negative, and mirror each other above zero."""
    found = of(history, horizon)
    assert found[MEDIAN] == history[-1]
    assert (np.diff(found) >= 0).all()
    assert (found >= 0).all()
    mirrored = np.maximum(2 * history[-1] - found[::-1], 0)[:MEDIAN]
    np.testing.assert_allclose(found[:MEDIAN], mirrored, atol=1e-9 * (1 + np.abs(history).max()))
    assert found[22] - history[-1] <= horizon * np.abs(np.diff(history)).max() * (1 + 1e-12)


def test_nothing_lies_beyond_all_changes_at_their_largest() -> None:
    """After changes of 1 only, no quantile two steps ahead is more than 2 away, though a cell reaches further."""
    assert of([100, 101, 100], 2)[[0, 22]].tolist() == [98, 102]


def test_a_change_on_the_edge_of_a_cell_is_as_likely_up_as_down() -> None:
    """Of 4,096 a change of 3 is an edge between two of 2,048 cells; its mass and that of -3 mirror each other."""
    shares = np.array([[-4096.0, -3, -3, 3, 3, 4096]]) / 4096
    masses = module._masses(shares, cells=2048)
    np.testing.assert_array_equal(masses, masses[:, ::-1])
    assert masses.sum() == pytest.approx(1)


@given(HISTORIES, st.sampled_from([0.125, 3.0, 1e5]))
def test_the_unit_scales_everything(history: Floats, factor: float) -> None:
    """In another unit all quantiles are as many times larger."""
    for horizon in (1, 3):
        scaled = of(history * factor, horizon)
        np.testing.assert_allclose(scaled, of(history, horizon) * factor, rtol=1e-6, atol=1e-6 * factor)


@given(HISTORIES)
def test_a_higher_level_moves_everything(history: Floats) -> None:
    """The same changes around a value that is 10,000 higher have the same spread, and zero is too far to cut."""
    low, high = of(history, 2), of(history + 10_000, 2)
    np.testing.assert_allclose(high[MEDIAN:] - 10_000, low[MEDIAN:], atol=1e-6)
    np.testing.assert_allclose(high + high[::-1], np.full(23, 2 * (history[-1] + 10_000)))


def test_the_order_of_places_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places in another order, alone or in blocks of another size have the same quantiles to the last bit."""
    random = np.random.default_rng(3)
    history = random.poisson(random.gamma(2, 100, (70, 1)), (70, 60)).astype(float)
    history[random.random(history.shape) < 0.1] = np.nan
    horizons = (1, 2, 4, 8)
    whole = baseline_quantiles(history, horizons=horizons)
    order = random.permutation(len(history))
    np.testing.assert_array_equal(baseline_quantiles(history[order], horizons=horizons), whole[order])
    np.testing.assert_array_equal(baseline_quantiles(history[5:6], horizons=horizons), whole[5:6])
    monkeypatch.setattr(module, "BLOCK_ROWS", 9)
    np.testing.assert_array_equal(baseline_quantiles(history, horizons=horizons), whole)


def test_a_horizon_does_not_depend_on_the_others() -> None:
    """Asked for with others, in any order or twice, a horizon has the quantiles that it has alone."""
    history = np.array([[3.0, 9, 4, 30, 12, 15, 8]])
    together = baseline_quantiles(history, horizons=(8, 1, 2, 28, 2))
    for place, horizon in enumerate((8, 1, 2, 28, 2)):
        np.testing.assert_array_equal(together[0, place], of(history[0], horizon))


def test_many_small_changes_add_up_to_a_normal_spread() -> None:
    """After 28 days of changes with deviation s, the 95 % interval is close to 1.96·s·√28 to either side."""
    history = 1e5 + np.random.default_rng(1).normal(0, 1, 400).cumsum()
    deviation = np.sqrt((np.diff(history) ** 2).mean())
    found = of(history, 28)
    assert (found[21] - found[1]) / 2 == pytest.approx(1.96 * deviation * sqrt(28), rel=0.01)


def test_finer_cells_change_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells sixteen times as fine move no quantile further than (h + 1)/2 of the coarser cells."""
    history = np.random.default_rng(5).negative_binomial(1, 0.01, (5, 120)).astype(float)
    horizons = (2, 4, 7, 16)
    coarse = baseline_quantiles(history, horizons=horizons)
    monkeypatch.setattr(module, "POINTS", module.POINTS * 16)
    fine = baseline_quantiles(history, horizons=horizons)
    largest = np.abs(np.diff(history)).max(axis=1)[:, None]
    for place, (horizon, cells) in enumerate(zip(horizons, (2048, 2048, 1024, 512), strict=True)):
        assert (np.abs(coarse - fine)[:, place] / largest).max() <= (horizon + 1) / 2 / cells


def test_gaps_and_late_places() -> None:
    """A change next to a gap is not used, and each place starts from its own last known value."""
    nan = np.nan
    history = np.array([[10, 14, nan, 90, 88, nan], [nan, nan, 10, 14, nan, nan], [10, 14, 10, 14, 10, 14]])
    found = baseline_quantiles(history, horizons=(1,))[:, 0]
    assert found[:, MEDIAN].tolist() == [88, 14, 14]
    np.testing.assert_allclose(found[0] - 88, of([10, 14, 12], 1) - 12)  # changes of 4 and -2 are all it knows
    np.testing.assert_allclose(found[1], of([10, 14], 1))


def test_a_place_without_two_neighbours_is_unknown() -> None:
    """Nothing, a single value, or values that never stand side by side say nothing of a spread: all is NaN."""
    nan = np.nan
    history = np.array([[nan, nan, nan], [nan, 5, nan], [5, nan, 7], [5, 6, nan]])
    found = baseline_quantiles(history, horizons=(1, 3))
    assert np.isnan(found).all(axis=(1, 2)).tolist() == [True, True, True, False]
    assert not np.isnan(found[3]).any()
    assert np.isnan(baseline_quantiles(np.empty((2, 0)), horizons=(1, 2))).all()
    assert np.isnan(baseline_quantiles(np.ones((2, 1)), horizons=(1, 2))).all()


def test_a_place_that_never_changed() -> None:
    """Zeros, or the same value always, have a baseline that is certain of it, at every horizon."""
    found = baseline_quantiles(np.array([[0.0] * 9, [7.0] * 9]), horizons=(1, 2, 7))
    assert (found[0] == 0).all()
    assert (found[1] == 7).all()


def test_only_the_newest_changes() -> None:
    """A window of so many changes forgets the older ones; one that is longer than the history forgets nothing."""
    history = np.array([[0.0, 500, 10, 14, 12]])
    windowed = baseline_quantiles(history, horizons=(1, 2), window=2)
    np.testing.assert_array_equal(windowed, baseline_quantiles(history[:, 2:], horizons=(1, 2)))
    long = baseline_quantiles(history, horizons=(1, 2), window=99)
    np.testing.assert_array_equal(long, baseline_quantiles(history, horizons=(1, 2)))


def test_shapes_and_refusals() -> None:
    """No places or no horizons are none; a horizon of 0 and an empty window are mistakes of the caller."""
    assert baseline_quantiles(np.empty((0, 9)), horizons=(1, 2)).shape == (0, 2, 23)
    assert baseline_quantiles(np.ones((3, 9)), horizons=()).shape == (3, 0, 23)
    with pytest.raises(ValueError, match="at least one period ahead, got 0"):
        baseline_quantiles(np.ones((3, 9)), horizons=(1, 0))
    with pytest.raises(ValueError, match="at least one change, got 0"):
        baseline_quantiles(np.ones((3, 9)), horizons=(1,), window=0)
