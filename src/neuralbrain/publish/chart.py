"""A region's past and future as parallel arrays, ready to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan
from typing import Any

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.forecast import ForecastData, ForecastPath
from neuralbrain.domain.incidence import incidence_of, says_incidence
from neuralbrain.domain.location import location
from neuralbrain.domain.observation import Floats, Measure, Panel
from neuralbrain.domain.quantiles import MEDIAN, position_of

INTERVALS = ((0.5, 0.25, 0.75), (0.8, 0.1, 0.9), (0.95, 0.025, 0.975))  # what a band covers, and its two levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was known of one series, oldest first, one reporting period apart.

    Args:
        dates: Days, or last days of the weeks.
        values: In the series' own measure, None where nothing was known.
        incidence: New events of each period; the values themselves where the series counts those.
    """

    dates: tuple[date, ...]
    values: tuple[float | None, ...]
    incidence: tuple[float | None, ...]


def past_of(panels: Sequence[Panel], *, region: str, signal: str) -> Past | None:
    """Return what was known of a series, from its first known value to its last, or None where nothing was.

    Args:
        panels: What was known of its source at the cutoff.
        region: The region's code.
        signal: The signal's name.
    """
    for panel in panels:
        for row, series in enumerate(panel.series):
            if (series.location, series.signal.name) != (region, signal):
                continue
            known = np.flatnonzero(np.isfinite(panel.values[row]))
            if not len(known):
                return None
            span = slice(int(known[0]), int(known[-1]) + 1)
            values = panel.values[row : row + 1]
            totals = series.signal.measure is Measure.CUMULATIVE and bool(says_incidence(values)[0])
            return Past(
                dates=tuple(panel.dates[span].tolist()),
                values=_plain(values[0, span]),
                incidence=_plain((incidence_of(values) if totals else values)[0, span]),
            )
    return None


def chart_as_json(forecast: ForecastData, panels: Sequence[Panel], *, deaths: str | None) -> dict[str, Any]:
    """Return a region's chart as plain values: parallel arrays, null where nothing is known.

    Bands and medians are of the incidence, as ``incidence`` of the past is; ``values`` are in the feed's measure.

    Args:
        forecast: What is expected.
        panels: What was known of its source at the forecast's cutoff.
        deaths: Name of the signal that counts the deaths of the same disease, if any.
    """
    context = forecast.context
    place = location(forecast.region)
    cases = past_of(panels, region=forecast.region, signal=context.signal)
    died = None if deaths is None else past_of(panels, region=forecast.region, signal=deaths)
    expected_deaths = context.deaths_quantiles
    return {
        "region": forecast.region,
        "name": forecast.region if place is None else place.name,
        "signal": context.signal,
        "unit": context.unit,
        "measure": context.measure,
        "cadence": context.cadence,
        "source": context.source,
        "last_date": context.last_date.isoformat(),
        "outbreak_threshold": context.outbreak_threshold,
        "cases": {
            "signal": context.signal,
            "actual": _actual(cases),
            "forecast": _expected(context.target_dates, context.quantiles, forecast.forecasted_cases),
        },
        "deaths": None
        if died is None and expected_deaths is None
        else {
            "signal": deaths,
            "actual": _actual(died),
            "forecast": None
            if expected_deaths is None
            else _expected(_dates_of_deaths(forecast, died), expected_deaths, forecast.forecasted_deaths),
        },
    }


def _dates_of_deaths(forecast: ForecastData, died: Past | None) -> tuple[date, ...]:
    """Return the days that deaths are forecast for: counted from their own last actual, as a note of the row says."""
    context = forecast.context
    last = context.last_date if died is None else died.dates[-1]
    days = Cadence(context.cadence).days
    return tuple(last + timedelta(days=days * horizon) for horizon in context.horizons)


def _actual(past: Past | None) -> dict[str, Any]:
    if past is None:
        return {"dates": [], "values": [], "incidence": []}
    return {
        "dates": [day.isoformat() for day in past.dates],
        "values": list(past.values),
        "incidence": list(past.incidence),
    }


def _expected(dates: tuple[date, ...], quantiles: Floats, path: ForecastPath) -> dict[str, Any]:
    return {
        "dates": [day.isoformat() for day in dates],
        "values": list(path.values) or [None] * len(dates),
        "median": list(_plain(quantiles[:, MEDIAN])),
        "intervals": [
            {
                "coverage": coverage,
                "low": list(_plain(quantiles[:, position_of(low)])),
                "high": list(_plain(quantiles[:, position_of(high)])),
            }
            for coverage, low, high in INTERVALS
        ],
    }


def _plain(numbers: Floats) -> tuple[float | None, ...]:
    return tuple(None if isnan(one) else one for one in numbers.tolist())
