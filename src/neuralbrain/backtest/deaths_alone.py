"""The deaths of a backtest's forecasts as tables of their own, so that they are scored and learnt from like cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from neuralbrain.backtest.known_by import KnownBy
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.incidence import says_incidence
from neuralbrain.domain.observation import Measure, Panel
from neuralbrain.source_ports import Observations


def with_deaths(tables: Sequence[ForecastTable], observations: Observations) -> tuple[ForecastTable, ...]:
    """Return tables, each followed by the deaths in it as if they were forecast alone, where it has any.

    Args:
        tables: The forecasts of a backtest.
        observations: What was known when: it says from which day on each table's deaths were forecast.
    """
    found = list[ForecastTable]()
    for table in tables:
        found.append(table)
        if np.isfinite(table.deaths_quantiles).any():
            known = KnownBy(observations, cutoff=table.cutoff).panels(table.source, cutoff=table.cutoff)
            found.append(deaths_alone(table, known))
    return tuple(found)


def deaths_alone(table: ForecastTable, known: Sequence[Panel]) -> ForecastTable:
    """Return the deaths in a table as if they were forecast alone: their own signals and last actuals, row by row.

    A row without a forecast of deaths keeps its signal and has no last actual. What is derived of cases stays as it
    is and is not about them.

    Args:
        table: N forecasts over H horizons.
        known: What was known of its source at its cutoff, one panel a cadence and grid.
    """
    found = {
        (one.location, one.signal.name): (one.signal, last_date, rises)
        for panel in known
        if panel.cadence is table.cadence
        for one, last_date, rises in zip(panel.series, panel.last_dates, says_incidence(panel.values), strict=True)
    }
    forecast = np.isfinite(table.deaths_quantiles).all(axis=(1, 2))
    signals, last_dates = list(table.signals), np.full(len(table), np.datetime64("NaT", "D"))
    for row in np.flatnonzero(forecast).tolist():
        cases = table.signals[row]
        mate = found.get((table.regions[row], cases.deaths or ""))
        if mate is not None:
            signal, last_dates[row], rises = mate
            as_events = rises or cases.measure is Measure.CUMULATIVE  # as the bottleneck reads totals: ``gather``
            signals[row] = signal if as_events else replace(signal, measure=Measure.INCIDENT)
    return replace(table, signals=tuple(signals), last_dates=last_dates, quantiles=table.deaths_quantiles)
