"""Scores of quantile forecasts: longhand, properties, and a second opinion."""

from __future__ import annotations

import warnings
from random import Random
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS, MEDIAN
from neuralbrain.evaluate import scores as module
from neuralbrain.evaluate.scores import Scores, on_log_scale, ranks_of, scores_of, weighted_interval_score

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it loads besides
    import scoringrules

STEPS = np.arange(23.0)
"""Quantiles 0, 1, … 22: the median is 11."""

VALUES = st.integers(0, 400).map(lambda quarters: quarters / 4)  # few different values, so that ties are common
QUANTILES = st.lists(VALUES, min_size=23, max_size=23).map(sorted).map(np.array)
MANY = st.lists(st.tuples(QUANTILES, VALUES), min_size=1, max_size=4)


def one(quantiles: Floats, observed: float) -> dict[str, float]:
    """Return the scores of one forecast by name."""
    found = scores_of(np.asarray(quantiles, dtype=float)[None], np.array([observed]))
    return {name: float(values[0]) for name, values in found._asdict().items()}


def longhand(quantiles: Floats, observed: float) -> float:
    """Return the weighted interval score from its definition over 11 intervals and the median, with plain numbers."""
    total = 0.5 * abs(observed - quantiles[11])
    for place in range(11):
        alpha, low, high = 2 * LEVELS[place], quantiles[place], quantiles[22 - place]
        interval = high - low + 2 / alpha * max(low - observed, 0) + 2 / alpha * max(observed - high, 0)
        total += alpha / 2 * interval
    return float(total / 11.5)


def test_a_value_above_the_median_by_hand() -> None:
    """Quantiles 0 to 22, value 13: widths Σ level·(22 - 2·place), one interval missed by 1, the median by 2."""
    levels = [0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45]
    width = sum(level * (22 - 2 * place) for place, level in enumerate(levels))
    assert width == pytest.approx(17.22)
    found = one(STEPS, 13)
    assert found["dispersion"] == pytest.approx(17.22 / 11.5)
    assert found["underprediction"] == pytest.approx((1 + 0.5 * 2) / 11.5)
    assert found["overprediction"] == 0
    assert found["wis"] == pytest.approx(19.22 / 11.5)
    assert found["absolute_error"] == 2
    assert found["bias"] == pytest.approx(1 - 2 * 0.6)  # 13 is the quantile of level 0.6
    assert (found["covered_50"], found["covered_95"]) == (1, 1)


def test_a_value_below_everything_by_hand() -> None:
    """-1 lies below all quantiles: the 11 lower ends are missed by 1 to 11, bias is 1, nothing covers."""
    found = one(STEPS, -1)
    assert found["overprediction"] == pytest.approx((sum(range(1, 12)) + 0.5 * 12) / 11.5)
    assert found["underprediction"] == 0
    assert (found["bias"], found["covered_50"], found["covered_95"]) == (1, 0, 0)


def test_bounds_of_intervals_belong_to_them() -> None:
    """The 50 % interval of 0 to 22 is 6 to 16 and the 95 % interval 1 to 21, bounds included."""
    found = scores_of(np.tile(STEPS, (6, 1)), np.array([6, 16, 5.9, 1, 21, 21.1]))
    assert found.covered_50.tolist() == [1, 1, 0, 0, 0, 0]
    assert found.covered_95.tolist() == [1, 1, 1, 1, 1, 0]


def test_bias_of_zeros() -> None:
    """A forecast whose median is the value has no bias, however many quantiles share it."""
    zeros = np.concatenate([np.zeros(15), np.arange(1.0, 9)])
    assert one(zeros, 0)["bias"] == 0
    assert one(zeros, 1)["bias"] == pytest.approx(1 - 2 * 0.7)  # 1 is the quantile of level 0.7


def test_unknown_is_unknown_in_every_score() -> None:
    """A NaN among the quantiles or for the value makes each score of that forecast NaN, and no other forecast's."""
    quantiles = np.tile(STEPS, (4, 1))
    quantiles[1, 22] = np.nan
    quantiles[2, MEDIAN] = np.nan
    found = scores_of(quantiles, np.array([3.0, 3.0, 3.0, np.nan]))
    for values in found:
        assert np.isnan(values).tolist() == [False, True, True, True]
    assert np.isnan(weighted_interval_score(quantiles, np.array([3.0, 3.0, 3.0, np.nan]))).tolist() == [
        False,
        *(True, True, True),
    ]


def test_shapes_are_kept() -> None:
    """Places by horizons come back as places by horizons, one forecast as one number, none as none."""
    block = np.tile(STEPS, (5, 3, 1))
    assert {values.shape for values in scores_of(block, np.zeros((5, 3)))} == {(5, 3)}
    assert weighted_interval_score(STEPS, np.array(11.0)).shape == ()
    assert {values.shape for values in scores_of(STEPS, np.array(11.0))} == {()}
    assert weighted_interval_score(block, np.array(11.0)).shape == (5, 3)
    assert {values.shape for values in scores_of(np.empty((0, 23)), np.empty(0))} == {(0,)}


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many forecasts are worked on at once, the scores are the same to the last bit."""
    random = np.random.default_rng(7)
    quantiles, observed = np.sort(random.gamma(2, 50, (500, 23)), axis=1), random.gamma(2, 50, 500)
    whole = scores_of(quantiles, observed)
    monkeypatch.setattr(module, "BLOCK", 7)
    for name, values in scores_of(quantiles, observed)._asdict().items():
        np.testing.assert_array_equal(values, getattr(whole, name))
    np.testing.assert_array_equal(weighted_interval_score(quantiles, observed), whole.wis)


@given(QUANTILES, VALUES)
def test_the_mean_pinball_loss_is_the_interval_score(quantiles: Floats, observed: float) -> None:
    """Twice the mean pinball loss equals the definition over intervals, and its three parts add up to it."""
    found = one(quantiles, observed)
    assert found["wis"] == pytest.approx(longhand(quantiles, observed), abs=1e-9)
    parts = found["dispersion"] + found["overprediction"] + found["underprediction"]
    assert found["wis"] == pytest.approx(parts, abs=1e-9)


@given(QUANTILES, VALUES, st.sampled_from([0.25, 3.0, 1000.0]))
def test_the_unit_scales_the_score(quantiles: Floats, observed: float, factor: float) -> None:
    """In another unit, errors and scores are as many times larger, bias and coverage are the same."""
    first, second = one(quantiles, observed), one(quantiles * factor, observed * factor)
    for name in ("wis", "dispersion", "overprediction", "underprediction", "absolute_error"):
        assert second[name] == pytest.approx(first[name] * factor, rel=1e-9, abs=1e-9)
    for name in ("bias", "covered_50", "covered_95"):
        assert second[name] == first[name]


@given(QUANTILES, VALUES)
def test_the_mirror_image_swaps_over_and_under(quantiles: Floats, observed: float) -> None:
    """Turned round, a forecast has the same score, over- and underprediction change places and bias its sign."""
    first, second = one(quantiles, observed), one(-quantiles[::-1], -observed)
    assert second["wis"] == pytest.approx(first["wis"], abs=1e-9)
    assert second["overprediction"] == pytest.approx(first["underprediction"], abs=1e-9)
    assert second["bias"] == pytest.approx(-first["bias"], abs=1e-9)


@given(MANY, st.randoms(use_true_random=False))
def test_the_order_of_forecasts_does_not_matter(many: list[tuple[Floats, float]], random: Random) -> None:
    """Shuffled forecasts have shuffled scores, to the last bit."""
    order = list(range(len(many)))
    random.shuffle(order)
    quantiles, observed = np.stack([row for row, _ in many]), np.array([value for _, value in many])
    first, second = scores_of(quantiles, observed), scores_of(quantiles[order], observed[order])
    for name in Scores._fields:
        np.testing.assert_array_equal(getattr(second, name), getattr(first, name)[order])


@given(QUANTILES, VALUES)
def test_bounds(quantiles: Floats, observed: float) -> None:
    """Scores and parts are not negative, bias is from -1 to 1, and who is in the 50 % interval is in the 95 % one."""
    found = one(quantiles, observed)
    for name in ("wis", "dispersion", "overprediction", "underprediction", "absolute_error"):
        assert found[name] >= 0
    assert -1 <= found["bias"] <= 1
    assert found["covered_50"] <= found["covered_95"]


@given(QUANTILES, VALUES)
def test_bias_is_what_its_definition_says(quantiles: Floats, observed: float) -> None:
    """Below the median the highest level at or under the value makes it, above it the lowest at or over it."""
    found = one(quantiles, observed)["bias"]
    if observed < quantiles[MEDIAN]:
        under = [level for level, value in zip(LEVELS, quantiles, strict=True) if value <= observed]
        assert found == pytest.approx(1 - 2 * max(under, default=0))
    elif observed > quantiles[MEDIAN]:
        over = [level for level, value in zip(LEVELS, quantiles, strict=True) if value >= observed]
        assert found == pytest.approx(1 - 2 * min(over, default=1))
    else:
        assert found == 0


@given(QUANTILES, VALUES)
def test_ranks_say_the_coverage(quantiles: Floats, observed: float) -> None:
    """The value is in the 95 % interval when its level 0.025 is at most it and its level 0.975 is not below it."""
    below, at_most = (int(rank[0]) for rank in ranks_of(quantiles[None], np.array([observed])))
    assert below <= at_most
    assert one(quantiles, observed)["covered_95"] == float(at_most >= 2 and below <= 21)


@given(st.integers(-20, 20), st.sampled_from([0.5, 0.8, 1.25, 2.0]))
def test_the_truth_has_the_best_expected_score(shift: int, factor: float) -> None:
    """Over values of a known distribution, a shifted or stretched forecast has a worse mean than its quantiles."""
    assume(shift or factor != 1.0)
    true = NormalDist(100, 15)
    values = np.array([true.inv_cdf((place + 0.5) / 2000) for place in range(2000)])
    quantiles = np.array([true.inv_cdf(level) for level in LEVELS])
    other = 100 + (quantiles - 100) * factor + shift
    best = weighted_interval_score(np.tile(quantiles, (2000, 1)), values).mean()
    assert weighted_interval_score(np.tile(other, (2000, 1)), values).mean() > best


@given(QUANTILES, VALUES)
def test_a_second_opinion(quantiles: Floats, observed: float) -> None:
    """The score is twice the mean of another implementation's quantile scores, each interval its interval score."""
    losses = scoringrules.quantile_score(np.full(23, observed), quantiles, LEVELS)
    assert one(quantiles, observed)["wis"] == pytest.approx(2 * float(np.mean(losses)), abs=1e-9)
    alpha = 2 * LEVELS[:MEDIAN]
    intervals = scoringrules.interval_score(np.array(observed), quantiles[:MEDIAN], quantiles[:MEDIAN:-1], alpha)
    assert intervals.shape == (MEDIAN,)
    total = float((alpha / 2 * intervals).sum()) + 0.5 * abs(observed - quantiles[MEDIAN])
    assert one(quantiles, observed)["wis"] == pytest.approx(total / 11.5, abs=1e-9)


def test_the_log_scale() -> None:
    """log(x + 1); what is below 0 counts as 0."""
    assert on_log_scale(np.array([0.0, np.e - 1, -3.0])).tolist() == [0, 1, 0]


def test_levels_are_not_confused() -> None:
    """A quantile that is too high costs 1 - level of it: 23 copies of the value but one at level 0.9, 46/23·0.1·10."""
    quantiles = np.full(23, 50.0)
    quantiles[19:] = 60.0  # levels 0.9, 0.95, 0.975 and 0.99 stand 10 too high
    assert one(quantiles, 50)["wis"] == pytest.approx(2 / 23 * 10 * (0.1 + 0.05 + 0.025 + 0.01))
