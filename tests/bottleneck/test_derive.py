"""Tests of all derived numbers together."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.derive import derive
from neuralbrain.domain.calendar import Cadence


def derived(history, *, value=100.0, cadence=Cadence.WEEKLY, last_dates=None):
    """Return the derived numbers of one certain forecast."""
    return derive(
        np.full((1, 1, 23), value),
        history=np.array([history], dtype=float),
        horizons=(1,),
        cadence=cadence,
        event_sizes=np.ones(1),
        last_dates=last_dates,
    )


def test_a_flat_forecast_of_a_flat_history():
    """Nothing grows: stable, confident, no outbreak, half a rank: 50·(0.5 + 0) = 25."""
    numbers = derived([100] * 40)
    assert numbers.trend_probabilities.tolist() == [[0, 1, 0]]
    assert (numbers.growth_probability[0], numbers.confidence[0], numbers.risk_score[0]) == (0, 1, 25)
    assert (numbers.outbreak_threshold[0], numbers.outbreak_probability[0], numbers.volatility[0]) == (103, 0, 0)
    assert not any(rows.any() for rows, _ in numbers.missing())


def test_what_cannot_be_derived_has_a_reason():
    """One value gives a risk but no threshold and no volatility; no value gives confidence only."""
    one = {field for rows, told in derived([100]).missing() if rows[0] for field, _ in told}
    assert one == {"outbreak_probability", "outbreak_threshold", "volatility"}
    numbers = derived([np.nan] * 40)
    none = {field for rows, told in numbers.missing() if rows[0] for field, _ in told}
    assert none == one | {
        "growth_probability", "trend", "trend_probabilities", "risk_score", "risk_level", "risk_level_probabilities"
    }  # fmt: skip
    assert numbers.confidence[0] == 1


def test_with_years_and_dates_the_threshold_is_that_of_the_season():
    """A usual peak of 400 is no outbreak where the years are known, and one where the dates are not."""
    peaks = np.abs((np.arange(300) - 300 + 26) % 52 - 26) <= 5
    history = np.where(peaks, 400.0, 100.0)
    history[-26:] = 100
    sunday = np.array(["2026-03-22"], dtype="datetime64[D]")
    seasonal, recent = derived(history, value=400.0, last_dates=sunday), derived(history, value=400.0)
    assert (seasonal.outbreak_probability[0], recent.outbreak_probability[0]) == (0, 1)
    assert seasonal.outbreak_threshold[0] > 400 > recent.outbreak_threshold[0] == 103
    assert (seasonal.threshold_years[0], bool(seasonal.threshold_fitted[0])) == (5, True)
    assert (recent.threshold_years[0], bool(recent.threshold_fitted[0])) == (0, False)


def test_what_is_said_of_the_threshold_is_no_column():
    """The table gets its own columns and nothing else."""
    columns = set(derived([100] * 40).columns())
    assert "outbreak_threshold" in columns
    assert not any(name in columns for name in ("threshold_years", "threshold_fitted"))
