"""What came of claims, each computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from paired_examples import daily_table, weekly_table

from neuralbrain.bottleneck.derive import derive
from neuralbrain.domain.event_size import event_sizes
from neuralbrain.domain.observation import Signal, Unit
from neuralbrain.evaluate.claims import outcomes_of

NAN = np.nan
GREEN, YELLOW, RED = range(3)
DECREASING, STABLE, INCREASING = range(3)


def weekly(settled: float, *, median: float = 100.0, history=(100.0,) * 9, threshold: float = 150.0):
    """Return what came of one weekly forecast, the level before being 100."""
    table = replace(weekly_table("AGO", medians=[median]), outbreak_threshold=np.array([threshold]))
    return outcomes_of(table, np.array([[1.0, settled]]), history=np.array([history]))


@pytest.mark.parametrize(
    ("median", "settled", "right"),
    [(100, 125, 1.0), (100, 125.01, 0.0), (100, 75, 1.0), (100, 74.9, 0.0), (8, 13, 1.0), (8, 13.1, 0.0), (0, 5, 1.0)],
)
def test_about_right_is_within_a_quarter_of_the_median_or_five_events(median, settled, right):
    """A bound belongs to it."""
    assert weekly(settled, median=median).confidence[0] == right


@pytest.mark.parametrize(("settled", "happened"), [(150, 0.0), (150.1, 1.0), (0, 0.0)])
def test_an_outbreak_exceeds_the_threshold_that_was_served(settled, happened):
    """At the threshold it is none."""
    assert weekly(settled).outbreak[0] == happened


@pytest.mark.parametrize(("settled", "happened"), [(100, 0.0), (100 + 1e-12, 0.0), (101, 1.0), (99, 0.0)])
def test_growth_is_above_the_level_before(settled, happened):
    """Equal within rounding is no growth."""
    assert weekly(settled).growth[0] == happened


@pytest.mark.parametrize(
    ("settled", "trend"),
    [
        (110.25, STABLE),  # two weeks: 1.05² - 1 is 10.25 %
        (110.3, INCREASING),
        (89.75, STABLE),
        (89.7, DECREASING),
    ],
)
def test_a_trend_is_a_change_of_five_percent_a_week(settled, trend):
    """The change itself is none yet."""
    assert weekly(settled).trend[0] == trend


def test_a_small_level_needs_ten_events_for_a_trend():
    """From 20, ten more are no trend and eleven are."""
    history = (20.0,) * 9
    assert [weekly(one, history=history).trend[0] for one in (30.0, 31.0, 10.0, 9.0)] == [
        STABLE,
        INCREASING,
        STABLE,
        DECREASING,
    ]


def test_the_risk_level_is_that_of_the_formula_for_the_value_that_came():
    """Highest ever is 50 points; with five per cent a day 100; a fall below everything is none."""
    above = 105 * 1.05**14 - 5  # 5 % a day over 14 days, cushioned by 5 events: G is 1, L is 1
    half = 105 * 1.031**14 - 5  # 3.1 %: G is 0.62, so 50 + 31
    assert [weekly(one).risk_level[0] for one in (above, half, 140.0, 100.0, 10.0)] == [RED, RED, YELLOW, GREEN, GREEN]


def test_where_something_is_unknown_nothing_is_said():
    """Without the value nothing, without a threshold no outbreak, without a past neither growth, trend nor risk."""
    unknown = weekly(NAN)
    assert all(np.isnan(one[0]) for one in unknown[:4])
    assert (unknown.trend[0], unknown.risk_level[0]) == (-1, -1)
    assert np.isnan(weekly(100.0, threshold=NAN).outbreak[0])
    blank = weekly(100.0, history=(NAN,) * 9)
    assert np.isnan(blank.growth[0])
    assert (blank.trend[0], blank.risk_level[0], blank.confidence[0]) == (-1, -1, 1.0)


def test_daily_claims_are_about_the_mean_of_seven_days():
    """With three days ahead the last four actual days fill the week, of values and of medians alike."""
    table = daily_table("AGO", medians=[50.0])
    history = np.array([[10.0, 10, 10, 20, 20, 20, 20]])
    came = outcomes_of(table, np.array([[30.0, 40.0, 70.0]]), history=history)
    assert came.settled[0] == pytest.approx((4 * 20 + 30 + 40 + 70) / 7)
    assert came.growth[0] == 1.0, "the mean of the last seven days was 110/7"
    assert came.confidence[0] == 1.0, "the median was 230/7, a quarter of it is more than 10/7"
    assert np.isnan(outcomes_of(table, np.array([[30.0, NAN, 70.0]]), history=history).settled[0])


def test_rates_are_judged_by_events_where_the_population_is_known():
    """Five events are 1 in 100,000 of half a million people; where nobody knows how many, they are nothing."""
    signal = Signal(name="cases", unit=Unit.PER_100K)
    table = replace(weekly_table("AGO", "BDI", signal=signal, medians=[1.0, 1.0]), populations=np.array([5e5, NAN]))
    came = outcomes_of(table, np.array([[1.0, 2.0], [1.0, 2.0]]), history=np.ones((2, 9)))
    assert came.confidence.tolist() == [1.0, 0.0]


def test_a_claim_that_is_certain_comes_true():
    """What the formulas say with certainty of a value is what is judged of it, for any value and history."""
    draw = np.random.default_rng(5)
    regions = ["AGO", "BDI", "COD", "ETH", "KEN", "MOZ", "MWI", "NGA", "RWA", "SOM"]
    history = draw.gamma(1.0, 60.0, (10, 60)).round()
    settled = draw.gamma(1.0, 90.0, (10, 2)).round()
    table = weekly_table(*regions, medians=settled[:, -1].tolist())
    points = np.repeat(settled[:, :, None], 23, axis=2)
    sizes = event_sizes(table.signals, table.populations)
    said = derive(points, history=history, horizons=table.horizons, cadence=table.cadence, event_sizes=sizes)
    table = replace(table, outbreak_threshold=said.outbreak_threshold)
    came = outcomes_of(table, settled, history=history)
    assert came.growth.tolist() == said.growth_probability.tolist()
    assert came.outbreak.tolist() == said.outbreak_probability.tolist()
    assert came.trend.tolist() == said.trend_probabilities.argmax(axis=1).tolist()
    assert came.risk_level.tolist() == said.risk_level_probabilities.argmax(axis=1).tolist()
    assert came.confidence.tolist() == [1.0] * 10
