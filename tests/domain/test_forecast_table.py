"""Forecasts in columns: rows say what the arrays say, and the arrays stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.claims import RiskLevel, Trend
from neuralbrain.domain.forecast_table import ForecastTable, number_or_none
from neuralbrain.domain.observation import Measure, Signal
from neuralbrain.domain.quantiles import LEVELS, MEDIAN

MakeTable = Callable[..., ForecastTable]


def test_rows_say_what_the_columns_say(make_table: MakeTable) -> None:
    """Each row takes its region, verdicts and context from its own position."""
    table = make_table()
    first, second = table.row(0), table.row(1)
    assert len(table) == 2
    assert (first.region, first.risk_level, first.trend) == ("USA", RiskLevel.YELLOW, Trend.INCREASING)
    assert (first.provider, first.timestamp, first.context.cutoff) == ("local", table.timestamp, table.cutoff)
    assert (second.region, second.actual_cases, second.context.signal) == ("US-CA", 4.0, "admissions")
    assert second.context.last_date == date(2026, 1, 31)
    assert second.context.target_dates == (date(2026, 2, 7), date(2026, 2, 14))
    assert first.context.quantile_levels == tuple(LEVELS)
    np.testing.assert_array_equal(second.context.quantiles, table.quantiles[1])


def test_nan_leaves_the_table_as_none(make_table: MakeTable) -> None:
    """What cannot be derived is None in the row, for single numbers, groups of three and whole paths."""
    row = make_table().row(1)
    context = row.context
    numbers = (row.actual_deaths, row.confidence_score, row.risk_score, row.outbreak_probability)
    details = (context.population, context.growth_probability, context.outbreak_threshold, context.volatility)
    details = (*details, context.completeness)
    groups = (context.trend_probabilities, context.risk_level_probabilities, context.deaths_quantiles)
    verdicts = (row.risk_level, row.trend)
    assert all(one is None for one in (*numbers, *details, *groups, *verdicts))
    assert len(row.forecasted_deaths) == 0


def test_incident_paths_are_the_medians(make_table: MakeTable) -> None:
    """In an incident measure the path holds the medians themselves, by days after the last actual."""
    assert list(make_table().row(1).forecasted_cases) == [{"day": 7, "value": 5.0}, {"day": 14, "value": 6.0}]


def test_cumulative_paths_go_on_from_the_actual(make_table: MakeTable) -> None:
    """In a cumulative measure the path is the last total and the running sum of the medians, for deaths, too."""
    table = make_table()
    row = table.row(0)
    expected = table.actual_cases[0] + np.cumsum(table.quantiles[0, :, MEDIAN])
    assert list(row.forecasted_cases.values) == expected.tolist() == [1010.0, 1030.0]
    assert row.forecasted_deaths.values == (51.0, 53.0)


def test_cumulative_paths_need_an_actual(make_table: MakeTable) -> None:
    """Without a last total there is no path of totals, rather than one that starts at zero."""
    row = make_table(actual_cases=np.array([np.nan, np.nan])).row(0)
    assert len(row.forecasted_cases) == 0
    incident = make_table(
        signals=(Signal(name="cases", measure=Measure.INCIDENT),) * 2, actual_cases=np.array([np.nan] * 2)
    )
    assert incident.row(0).forecasted_cases.values == (10.0, 20.0)


def test_days_follow_the_cadence(make_table: MakeTable) -> None:
    """A horizon is a day in a daily table and a week in a weekly one."""
    assert make_table().days == (7, 14)
    assert make_table(cadence=Cadence.DAILY, horizons=(1, 3)).days == (1, 3)


def test_arrays_are_read_only(make_table: MakeTable) -> None:
    """No array of a table, nor a view of it that a row hands out, can be written to."""
    table = make_table()
    columns = [getattr(table, column.name) for column in fields(table)]
    arrays = [column for column in columns if isinstance(column, np.ndarray)]
    assert len(arrays) == 15
    assert not any(array.flags.writeable for array in arrays)
    context = table.row(0).context
    assert context.deaths_quantiles is not None
    for view in (context.quantiles, context.deaths_quantiles):
        with pytest.raises(ValueError, match="read-only"):
            view[0, 0] = 0.0


def test_a_missing_row_is_an_error(make_table: MakeTable) -> None:
    """A position past the last row is refused."""
    with pytest.raises(IndexError):
        make_table().row(2)


def test_only_nan_is_none() -> None:
    """Zero is a number; NaN is none; what comes out is a plain float."""
    assert number_or_none(np.float64(0.0)) == 0.0
    assert type(number_or_none(np.float64(1.5))) is float
    assert number_or_none(np.float64(np.nan)) is None
