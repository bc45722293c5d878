"""Brings forecasts and observed values together: what came of each target date, and what was known before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from neuralbrain.domain.finding import LEVELS_AS_GIVEN
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.incidence import incidence_of
from neuralbrain.domain.level import levels_of
from neuralbrain.domain.observation import Dates, Floats, Integers, Measure, Panel, aligned_to_last


class _Match(NamedTuple):
    """The rows of a table that a panel speaks of, shape (M,), the incidence it gives them, (M, T), and its dates."""

    rows: Integers
    incidence: Floats
    dates: Dates


def observed_of(table: ForecastTable, truth: Sequence[Panel]) -> Floats:
    """Return what came true: the incidence of each row's signal at its target dates.

    Running totals become new events per period, as they did before they were forecast; those that were forecast as
    they are stay as they are. A total that falls, a period next to a gap and a negative value are unknown.

    Args:
        table: The forecasts: N rows, H horizons.
        truth: What is known of its source, one panel a cadence and grid.

    Returns:
        Shape (N, H), in the unit of the signal, at least 0; NaN where nothing is known.
    """
    observed = np.full((len(table), len(table.horizons)), np.nan)
    days = np.array(table.days, dtype="timedelta64[D]")
    for match in _matches(table, truth):
        targets = table.last_dates[match.rows].astype("datetime64[D]")[:, None] + days
        place, is_there = _places(targets, match.dates)
        found = np.take_along_axis(match.incidence, place, axis=1)
        observed[match.rows] = np.where(is_there, found, np.nan)
    return observed


def history_before(table: ForecastTable, known: Sequence[Panel]) -> Floats:
    """Return the incidence up to each row's last actual.

    Args:
        table: The forecasts: N rows.
        known: What was known of its source at the table's cutoff, one panel a cadence and grid.

    Returns:
        Shape (N, T), T at least 1; the last column is the last actual; NaN where nothing is known.
    """
    matches = tuple(_matches(table, known))
    periods = max((len(match.dates) for match in matches), default=1)
    history = np.full((len(table), max(periods, 1)), np.nan)
    for match in matches:
        place, is_there = _places(table.last_dates[match.rows].astype("datetime64[D]")[:, None], match.dates)
        rows = aligned_to_last(match.incidence, np.where(is_there, place, -1)[:, 0])
        history[match.rows, history.shape[1] - rows.shape[1] :] = rows
    return history


def levels_before(table: ForecastTable, known: Sequence[Panel]) -> Floats:
    """Return y0: the last week's incidence, for daily feeds the mean of the last seven days.

    Args:
        table: The forecasts: N rows.
        known: What was known of its source at the table's cutoff, one panel a cadence and grid.

    Returns:
        Shape (N,), in the unit of the signal; NaN where nothing is known.

    Source: methods, the four derived numbers.
    """
    return np.asarray(levels_of(history_before(table, known), table.cadence)[:, -1])


def forecast_as_given(table: ForecastTable) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return shape (N,): whether a row's levels were forecast as they are reported, not as new events."""
    return np.array(
        [
            signal.measure is Measure.INCIDENT or any(one.code == LEVELS_AS_GIVEN for one in findings)
            for signal, findings in zip(table.signals, table.findings, strict=True)
        ],
        dtype=bool,
    )


def _matches(table: ForecastTable, panels: Sequence[Panel]) -> Iterator[_Match]:
    as_given = forecast_as_given(table)
    wanted = [(region, signal.name) for region, signal in zip(table.regions, table.signals, strict=True)]
    for panel in panels:
        if panel.cadence is not table.cadence or not len(panel.dates):
            continue
        place = {
            (one.location, one.signal.name): row for row, one in enumerate(panel.series) if one.source == table.source
        }
        found = np.array([place.get(key, -1) for key in wanted], dtype=np.int64)
        rows = np.flatnonzero(found >= 0)
        if len(rows):
            values = panel.values[found[rows]]
            incidence = np.where(as_given[rows, None], values, incidence_of(values))
            yield _Match(rows=rows, incidence=np.where(incidence >= 0, incidence, np.nan), dates=panel.dates)


def _places(days: Dates, dates: Dates) -> tuple[Integers, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]:
    """Return where days stand on a grid, and whether they do, both of the shape of the days."""
    grid = dates.astype("datetime64[D]")
    place = np.minimum(np.searchsorted(grid, days), len(grid) - 1)
    return place, grid[place] == days
