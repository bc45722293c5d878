"""Forecasts and observed values side by side, computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from paired_examples import daily_table, panel_of, weekly_table

from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.observation import Measure, Signal
from neuralbrain.evaluate.pairing import history_before, levels_before, observed_of

NAN = np.nan
CUMULATIVE = Signal(name="cases", measure=Measure.CUMULATIVE)


def test_weekly_incidence_at_the_target_dates():
    """Each horizon has the value of its own week; a week that nobody reported is unknown."""
    table = weekly_table("AGO", "BDI", horizons=(1, 2, 3))
    truth = panel_of({"BDI": [1, 5, 6, 7, 8], "AGO": [9, 2, 3, NAN, 4]}, last="2026-04-26")  # four weeks after the last
    np.testing.assert_array_equal(observed_of(table, [truth]), [[2, 3, NAN], [5, 6, 7]])


def test_running_totals_become_new_events():
    """Of totals the steps are what came true; a fall is a correction and unknown, as is a step next to a gap."""
    table = weekly_table("AGO", "BDI", horizons=(1, 2, 3), signal=CUMULATIVE)
    totals = {"AGO": [100, 110, 108, 120], "BDI": [50, NAN, 60, 61]}
    truth = panel_of(totals, last="2026-04-19", signal=CUMULATIVE)
    np.testing.assert_array_equal(observed_of(table, [truth]), [[10, NAN, 12], [NAN, NAN, 1]])


@pytest.mark.parametrize("said_by", ["finding", "measure"])
def test_totals_that_were_forecast_as_they_are_stay_so(said_by):
    """A row whose levels were used as given is held against levels, whether its finding or its measure says so."""
    table = weekly_table("AGO", horizons=(1, 2), signal=CUMULATIVE)
    if said_by == "measure":
        table = replace(table, signals=(replace(CUMULATIVE, measure=Measure.INCIDENT),))
    else:
        note = Finding(code="levels-as-given", severity=Severity.NOTE, message="So.", region="AGO", signal="cases")
        table = replace(table, findings=((note,),))
    truth = panel_of({"AGO": [100, 110, 125]}, last="2026-04-12", signal=CUMULATIVE)
    assert observed_of(table, [truth]).tolist() == [[110.0, 125.0]]


def test_what_is_not_there_is_unknown():
    """Another source, another signal, another cadence, no panel at all, a negative value: nothing is known."""
    table = weekly_table("AGO", horizons=(1,))
    truth = panel_of({"AGO": [1, 2]}, last="2026-04-05")
    others = [
        [],
        [replace(truth, series=tuple(replace(one, source="other") for one in truth.series))],
        [replace(truth, series=tuple(replace(one, signal=Signal(name="other")) for one in truth.series))],
        [panel_of({"AGO": [1, -2]}, last="2026-04-05")],
        [panel_of({"AGO": [1, 2]}, last="2026-04-06")],  # weeks that end on another day
    ]
    assert observed_of(table, [truth]).tolist() == [[2.0]]
    assert all(np.isnan(observed_of(table, panels)).all() for panels in others)


def test_rows_of_different_grids_and_last_dates():
    """Each row counts from its own last actual, on the grid that its series is on."""
    table = weekly_table("AGO", "BDI", horizons=(1,), last_dates={"BDI": "2026-03-27"})
    panels = [panel_of({"AGO": [1, 2]}, last="2026-04-05"), panel_of({"BDI": [3, 4]}, last="2026-04-03")]
    assert observed_of(table, panels).tolist() == [[2.0], [4.0]]


def test_daily_values():
    """Daily forecasts have a value a day."""
    table = daily_table("AGO", horizons=(1, 2, 7))
    truth = panel_of({"AGO": list(range(10))}, last="2026-04-07", table=table)
    assert observed_of(table, [truth]).tolist() == [[3.0, 4.0, 9.0]], "day 7 has 9, so day 1 has 3"


def test_history_ends_with_each_rows_last_actual():
    """What came later is left out, of each row; a row of which nothing is known has nothing."""
    table = weekly_table("AGO", "BDI", "COD", horizons=(1,), last_dates={"BDI": "2026-03-22"})
    known = panel_of({"AGO": [1, 2, 3], "BDI": [4, 5, 6]}, last="2026-03-29")
    np.testing.assert_array_equal(history_before(table, [known]), [[1, 2, 3], [NAN, 4, 5], [NAN, NAN, NAN]])
    assert history_before(table, []).shape == (3, 1)


def test_the_level_before():
    """It is the last week's value; of daily ones the mean of the last seven days, of those that are known."""
    week = weekly_table("AGO", horizons=(1,))
    assert levels_before(week, [panel_of({"AGO": [1, 2, 7]}, last="2026-03-29")]).tolist() == [7.0]
    day = daily_table("AGO", horizons=(1,))
    values = [100, 1, 2, 3, NAN, 5, 6, 7]
    known = panel_of({"AGO": values}, last="2026-03-31", table=day)
    assert levels_before(day, [known]).tolist() == [(1 + 2 + 3 + 5 + 6 + 7) / 6]
