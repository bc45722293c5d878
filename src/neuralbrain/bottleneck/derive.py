"""All derived numbers of many forecasts at once, and why one cannot be derived."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from neuralbrain.bottleneck.confidence import confidence
from neuralbrain.bottleneck.growth import span_days
from neuralbrain.bottleneck.level import last_horizon, levels_of
from neuralbrain.bottleneck.outbreak import outbreak
from neuralbrain.bottleneck.reading import Flags
from neuralbrain.bottleneck.remarks import Lacking
from neuralbrain.bottleneck.risk import risk
from neuralbrain.bottleneck.seasonal_bound import seasonal_bounds
from neuralbrain.bottleneck.trend import growth_probability, trend_probabilities
from neuralbrain.bottleneck.volatility import volatility
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Dates, Floats, Integers

NO_PAST = "nothing is known of the past"
SHORT_BASELINE = "fewer than 7 of the 28 periods that end 2 periods before the last actual are known"
OF_THE_THRESHOLD = ("threshold_years", "threshold_fitted")
NO_CHANGE = "no two values in a row are known of which the first is above 0"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derived:
    """The derived numbers of N forecasts, named as in ``ForecastTable``; NaN where one cannot be derived.

    ``threshold_years`` is no number of the table: how many years are known for the outbreak threshold, 0 where fewer
    than three are; ``threshold_fitted`` says whether it rests on them.
    """

    confidence: Floats
    outbreak_probability: Floats
    outbreak_threshold: Floats
    growth_probability: Floats
    trend_probabilities: Floats
    risk_score: Floats
    risk_level_probabilities: Floats
    volatility: Floats
    threshold_years: Integers
    threshold_fitted: Flags

    def columns(self) -> dict[str, Floats]:
        """Return the numbers by the name of their column in ``ForecastTable``."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in OF_THE_THRESHOLD}

    def missing(self) -> tuple[Lacking, ...]:
        """Return which rows lack which numbers, and why."""
        past = ("growth_probability", "trend", "trend_probabilities", "risk_score", "risk_level")
        return (
            (
                np.isnan(self.risk_score),
                tuple((field, NO_PAST) for field in (*past, "risk_level_probabilities")),
            ),
            (
                np.isnan(self.outbreak_threshold),
                tuple((field, SHORT_BASELINE) for field in ("outbreak_probability", "outbreak_threshold")),
            ),
            (np.isnan(self.volatility), (("volatility", NO_CHANGE),)),
        )


def derive(
    quantiles: Floats,
    *,
    history: Floats,
    horizons: tuple[int, ...],
    cadence: Cadence,
    event_sizes: Floats,
    last_dates: Dates | None = None,
) -> Derived:
    """Return the derived numbers of N forecasts.

    Args:
        quantiles: Shape (N, H, 23): of the incidence.
        history: Shape (N, T), T at least 1: the incidence, the last column is the last actual; NaN unknown.
        horizons: H periods after the last actual, ascending.
        cadence: daily or weekly.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.
        last_dates: Shape (N,), datetime64[D]: days of the last actuals; NaT or None where they are unknown, and with
            them what is usual at that time of the year.
    """
    days = span_days(horizons, cadence)
    levels = levels_of(history, cadence)
    now = levels[:, -1]
    last = last_horizon(quantiles, horizons=horizons, history=history, cadence=cadence)
    usual = seasonal_bounds(
        levels,
        last_dates=np.full(len(levels), "NaT", "datetime64[D]") if last_dates is None else last_dates,
        horizon=horizons[-1],
        cadence=cadence,
        event_sizes=event_sizes,
    )
    bound = outbreak(last, levels, event_sizes=event_sizes, usual=usual.threshold)
    danger = risk(last, levels, event_sizes=event_sizes, days=days)
    return Derived(
        confidence=confidence(last, event_sizes=event_sizes),
        outbreak_probability=bound.probability,
        outbreak_threshold=bound.threshold,
        growth_probability=growth_probability(last, now),
        trend_probabilities=trend_probabilities(last, now, event_sizes=event_sizes, days=days, cadence=cadence),
        risk_score=danger.score,
        risk_level_probabilities=danger.level_probabilities,
        volatility=volatility(history),
        threshold_years=usual.years,
        threshold_fitted=np.isfinite(usual.threshold),
    )
