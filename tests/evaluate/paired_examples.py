"""Tables of forecasts and panels of values that the tests of pairing, claims and scoring share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Panel, Series, Signal
from publish import made_editions

CASES = Signal(name="cases")
LAST_DAY = "2026-03-31"


def weekly_table(
    *regions: str,
    horizons: tuple[int, ...] = (1, 2),
    signal: Signal = CASES,
    last_dates: Mapping[str, str] | None = None,
    medians: Sequence[float] | None = None,
) -> ForecastTable:
    """Return a table whose last actuals are of 2026-03-29 where no other day is given."""
    return made_editions.table(regions, signal=signal, horizons=horizons, last_dates=last_dates, medians=medians)


def daily_table(
    *regions: str, horizons: tuple[int, ...] = (1, 2, 3), medians: Sequence[float] | None = None
) -> ForecastTable:
    """Return a table of daily values whose last actuals are of 2026-03-31."""
    signal = replace(CASES, cadence=Cadence.DAILY)
    table = made_editions.table(
        regions, signal=signal, horizons=horizons, last_dates=dict.fromkeys(regions, LAST_DAY), medians=medians
    )
    return replace(table, cadence=Cadence.DAILY)


def panel_of(
    rows: Mapping[str, Sequence[float]], *, last: str, signal: Signal = CASES, table: ForecastTable | None = None
) -> Panel:
    """Return what is known of some places, NaN for gaps; daily where the table is."""
    cadence = Cadence.WEEKLY if table is None else table.cadence
    values = np.array(list(rows.values()), dtype=np.float64)
    periods = values.shape[1]
    return Panel(
        series=tuple(Series(source="made", location=place, signal=replace(signal, cadence=cadence)) for place in rows),
        dates=np.datetime64(last, "D") - cadence.days * (periods - 1 - np.arange(periods)),
        values=values,
        cadence=cadence,
        cutoff=made_editions.CUTOFF,
        populations=np.full(len(rows), np.nan),
    )
