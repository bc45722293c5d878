"""Series that follow from others, and what is said where they do not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from quality_examples import GAP, panel_for

from neuralbrain.domain.calendar import Cadence, WeekSystem
from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Measure, Unit
from neuralbrain.quality.derived import derived_series, parts_of, weekly_panel

NATIONS = ["GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"]
SUNDAY = np.datetime64("2026-03-22", "D")


def same(values: np.ndarray, expected: list[float]) -> bool:
    """Return whether numbers are the same, gaps included."""
    return np.array_equal(values, expected, equal_nan=True)


def test_what_is_reported_is_not_derived():
    """A region that reports itself is returned as it reports, parts or not, and nothing is stated."""
    panel = panel_for([9, 8], [1, 2], [1, 2], [1, 2], [1, 2], places=["GBR", *NATIONS])
    found = derived_series(panel, location="GBR", signal="cases")
    assert same(found.values, [9, 8])
    assert (found.statement.text, found.statement.parts, found.statement.population_share) == ("", (), None)


def test_counts_are_added_where_all_parts_report():
    """A date that one part lacks has no sum; the newest date has all, so nothing is missing."""
    panel = panel_for([1, 2, 3], [10, GAP, 30], [100, 200, 300], [1000, 2000, 3000], places=NATIONS)
    found = derived_series(panel, location="GBR", signal="cases")
    assert same(found.values, [1111, GAP, 3333])
    assert found.dates.tolist() == panel.dates.tolist()
    assert (found.series.location, found.series.source) == ("GBR", "feed")
    assert found.statement.parts == tuple(NATIONS)
    assert (found.statement.missing, found.statement.population_share) == ((), 1.0)
    assert found.statement.text == "United Kingdom is the sum of its 4 parts where all of them report."


def test_a_missing_part_is_named_and_never_left_out():
    """A part without a series, and one without the newest value, are named with the share of people that is there."""
    panel = panel_for([1, 2], [10, GAP], [100, 200], places=NATIONS[:3])
    found = derived_series(panel, location="GBR", signal="cases")
    assert np.isnan(found.values).all()
    assert found.statement.missing == ("GB-NIR", "GB-WLS")
    people = {code: LOCATIONS[code].population for code in NATIONS}
    assert found.statement.population_share == (people["GB-ENG"] + people["GB-SCT"]) / sum(people.values())
    assert found.statement.text.endswith(
        "There is no value at the newest date: GB-NIR, GB-WLS lack it; the others have 92.6% of the population."
    )


def test_the_world_is_its_inhabited_countries():
    """Every inhabited country reporting 1 makes the sum; without one of them there is none."""
    places = list(parts_of("WORLD"))
    assert "ATA" not in places
    assert "USA" in places
    assert "US-CA" not in places
    found = derived_series(panel_for(*[[1, 1]] * len(places), places=places), location="WORLD", signal="cases")
    assert same(found.values, [len(places)] * 2)
    lacking = derived_series(
        panel_for(*[[1, 1]] * (len(places) - 1), places=places[1:]), location="WORLD", signal="cases"
    )
    assert np.isnan(lacking.values).all()
    assert lacking.statement.missing == (places[0],)


def test_rates_are_averaged_by_population_and_never_added():
    """Rates per 100,000 weigh by people, longhand; of shares the statement says that it is an approximation."""
    rates = [10.0, 20.0, 30.0, 40.0]
    people = [LOCATIONS[code].population for code in NATIONS]
    expected = sum(rate * one for rate, one in zip(rates, people, strict=True)) / sum(people)
    for unit in (Unit.PER_100K, Unit.SHARE):
        panel = panel_for(*[[rate] for rate in rates], places=NATIONS, unit=unit)
        found = derived_series(panel, location="GBR", signal="cases")
        assert found.values[0] == pytest.approx(expected)
        assert "mean of its 4 parts by population" in found.statement.text
        assert ("approximation" in found.statement.text) is (unit is Unit.SHARE)
    lacking = panel_for(*[[rate] for rate in rates[:3]], places=NATIONS[:3], unit=Unit.PER_100K)
    assert np.isnan(derived_series(lacking, location="GBR", signal="cases").values).all()


def test_the_territories_are_not_in_the_united_states():
    """The sum of the states is said to be without the territories, even where these report."""
    states = list(parts_of("USA"))
    panel = panel_for(*[[2.0]] * 51, [100.0], places=[*states, "PRI"])
    found = derived_series(panel, location="USA", signal="cases")
    assert found.values.tolist() == [102.0]
    assert "without the territories" in found.statement.text


def test_nothing_follows_from_nothing():
    """Another signal, a region without parts, and parts that do not report give nothing."""
    panel = panel_for([1.0], places=["GB-ENG"])
    assert derived_series(panel, location="GBR", signal="deaths") is None
    assert derived_series(panel, location="DEU", signal="cases") is None
    assert derived_series(panel, location="USA", signal="cases") is None


@pytest.mark.parametrize(
    ("unit", "measure", "expected"),
    [
        (Unit.COUNT, Measure.INCIDENT, [35.0, GAP]),
        (Unit.PER_100K, Measure.INCIDENT, [35.0, GAP]),
        (Unit.SHARE, Measure.INCIDENT, [5.0, GAP]),
        (Unit.COUNT, Measure.CUMULATIVE, [8.0, GAP]),
    ],
)
def test_whole_weeks_of_known_days(unit: Unit, measure: Measure, expected: list[float]):
    """Days before the first and after the last whole week are left out, and a week that lacks a day has no value."""
    row = [99, 2, 3, 4, 5, 6, 7, 8, 1, 1, GAP, 1, 1, 1, 1, 7, 7]
    panel = panel_for(row, unit=unit, measure=measure, cadence=Cadence.DAILY, last=SUNDAY + 2)
    weeks = weekly_panel(panel, system=WeekSystem.ISO)
    assert weeks.dates.astype(object).tolist() == [date(2026, 3, 15), date(2026, 3, 22)]
    assert same(weeks.values[0], expected)
    assert weeks.cadence is weeks.series[0].signal.cadence is Cadence.WEEKLY


def test_weeks_end_where_the_system_says():
    """MMWR weeks end on Saturday; fewer days than a whole week make no week; weeks stay weeks."""
    days = panel_for([1.0] * 15, cadence=Cadence.DAILY, last=SUNDAY)
    assert weekly_panel(days, system=WeekSystem.MMWR).dates.astype(object).tolist() == [
        date(2026, 3, 14),
        date(2026, 3, 21),
    ]
    assert weekly_panel(days, system=WeekSystem.ISO).dates.astype(object).tolist() == [
        date(2026, 3, 15),
        date(2026, 3, 22),
    ]
    for length in (0, 1, 6, 7, 12):
        short = panel_for([1.0] * length, cadence=Cadence.DAILY, last=SUNDAY - 1)
        assert weekly_panel(short, system=WeekSystem.ISO).values.shape == (1, 0)
    weeks = panel_for([1.0, 2.0])
    assert weekly_panel(weeks, system=WeekSystem.ISO) is weeks


def test_weeks_totals_and_parts_together():
    """Daily totals of the parts become weekly new events of the whole, and each step is said."""
    rows = [[10.0 * place + day for day in range(14)] for place in range(4)]
    panel = panel_for(*rows, places=NATIONS, measure=Measure.CUMULATIVE, cadence=Cadence.DAILY, last=SUNDAY)
    found = derived_series(panel, location="GBR", signal="cases", weekly=WeekSystem.ISO, incident=True)
    assert same(found.values, [GAP, 28])  # each part rises by 7 in a week
    assert (found.series.signal.measure, found.series.signal.cadence) == (Measure.INCIDENT, Cadence.WEEKLY)
    for words in ("sum of its 4 parts", "total of its last day", "steps of the running total"):
        assert words in found.statement.text


def test_incidence_of_a_reported_total():
    """A total that falls has no new events in that period, and a series of new events stays as it is."""
    totals = panel_for([10, 12, 11, 15], places=["DEU"], measure=Measure.CUMULATIVE)
    assert same(derived_series(totals, location="DEU", signal="cases", incident=True).values, [GAP, 2, GAP, 4])
    events = panel_for([3, 1], places=["DEU"])
    assert same(derived_series(events, location="DEU", signal="cases", incident=True).values, [3, 1])
