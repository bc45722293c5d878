"""Charts: parallel arrays of what was known and what is forecast, with gaps as gaps."""

from __future__ import annotations

import json

import numpy as np
import pytest
from made_editions import CASES, edition, panel, table

from neuralbrain.domain.observation import Measure, Signal
from neuralbrain.publish.chart import chart_as_json, past_of

DEATHS = Signal(name="deaths", primary=False)
GAP = float("nan")


def chart(panels, made=None, *, deaths="deaths"):
    """Return the chart of Angola."""
    row = edition(table(["AGO"], deaths=[2]) if made is None else made).find("AGO")
    assert row is not None
    return chart_as_json(row, panels, deaths=deaths)


def test_the_past_ends_where_the_series_ends() -> None:
    """Gaps inside are null; unknown periods before the first and after the last value are left out."""
    known = panel({("AGO", CASES): [GAP, 3, GAP, 5, GAP], ("BDI", CASES): [1, 1, 1, 1, 1]})
    past = past_of([known], region="AGO", signal="cases")
    assert past is not None
    assert past.values == (3.0, None, 5.0)
    assert [str(day) for day in past.dates] == ["2026-03-08", "2026-03-15", "2026-03-22"]
    assert past.incidence == past.values


def test_totals_are_drawn_as_totals_and_as_new_events() -> None:
    """Of a running total the values are the totals, the incidence the steps between them."""
    totals = Signal(name="cases", measure=Measure.CUMULATIVE)
    known = panel({("AGO", totals): [10, 12, 15, 15, 20, 26, 33, 41]})
    past = past_of([known], region="AGO", signal="cases")
    assert past is not None
    assert past.values == (10.0, 12.0, 15.0, 15.0, 20.0, 26.0, 33.0, 41.0)
    assert past.incidence == (None, 2.0, 3.0, 0.0, 5.0, 6.0, 7.0, 8.0)


def test_arrays_are_parallel() -> None:
    """Past and forecast have as many dates as values, and each interval as many bounds."""
    drawn = chart([panel({("AGO", CASES): [1, 2, 10], ("AGO", DEATHS): [0, GAP, 2]})])
    for line in (drawn["cases"], drawn["deaths"]):
        actual, forecast = line["actual"], line["forecast"]
        assert len(actual["dates"]) == len(actual["values"]) == len(actual["incidence"]) == 3
        lengths = {len(forecast[name]) for name in ("dates", "values", "median")}
        lengths |= {len(one[bound]) for one in forecast["intervals"] for bound in ("low", "high")}
        assert lengths == {2}
        assert [one["coverage"] for one in forecast["intervals"]] == [0.5, 0.8, 0.95]


def test_the_forecast_is_the_rows_own() -> None:
    """Medians, bands and the bound of what is usual are those of the forecast."""
    drawn = chart([panel({("AGO", CASES): [1, 2, 10]})])
    forecast = drawn["cases"]["forecast"]
    assert forecast["dates"] == ["2026-04-05", "2026-04-12"]
    assert forecast["median"] == [10.0, 10.0]
    assert forecast["intervals"][1]["low"] == pytest.approx([6.0, 6.0])  # 10 times (0.5 + 0.1)
    assert forecast["intervals"][1]["high"] == pytest.approx([14.0, 14.0])
    assert drawn["outbreak_threshold"] == 99.0


def test_deaths_are_forecast_from_their_own_last_day() -> None:
    """Deaths that were last known a week before the cases are forecast for the weeks after that."""
    drawn = chart([panel({("AGO", CASES): [1, 2, 10], ("AGO", DEATHS): [0, 2, GAP]})])
    assert drawn["deaths"]["forecast"]["dates"] == ["2026-03-29", "2026-04-05"]


def test_without_deaths_there_is_no_line_of_them() -> None:
    """A feed that counts no deaths has a null where their line would be."""
    drawn = chart([panel({("AGO", CASES): [1, 2, 10]})], table(["AGO"]), deaths=None)
    assert drawn["deaths"] is None


def test_deaths_without_a_forecast_are_drawn_as_past_only() -> None:
    """Deaths that are known and not forecast have a past and a null for the future."""
    drawn = chart([panel({("AGO", CASES): [1, 2, 10], ("AGO", DEATHS): [0, 1, 2]})], table(["AGO"]))
    assert drawn["deaths"]["actual"]["values"] == [0.0, 1.0, 2.0]
    assert drawn["deaths"]["forecast"] is None


def test_a_series_that_was_withdrawn_has_an_empty_past() -> None:
    """Where nothing is known of the series any more the arrays are empty, and the forecast is still drawn."""
    drawn = chart([panel({("AGO", CASES): [GAP, GAP]}), panel({("BDI", CASES): [1, 2]})])
    assert drawn["cases"]["actual"] == {"dates": [], "values": [], "incidence": []}
    assert len(drawn["cases"]["forecast"]["dates"]) == 2


def test_a_chart_is_json() -> None:
    """No number in a chart is anything that JSON cannot say."""
    drawn = chart([panel({("AGO", CASES): [np.nan, 2, 10]})])
    assert json.loads(json.dumps(drawn, allow_nan=False)) == drawn
