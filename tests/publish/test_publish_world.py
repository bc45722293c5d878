"""The world's sum: what is added, what is not and why, and that nothing is claimed about it."""

from __future__ import annotations

import numpy as np
import pytest
from made_editions import CASES, NEWEST, SPREAD, edition, refusal, table

from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.observation import Measure, Signal, Unit
from neuralbrain.publish.world import NO_CLAIM, RATES, world_as_json, world_of

RATE = Signal(name="rate", unit=Unit.PER_100K)


def test_what_all_parts_report_is_added() -> None:
    """Actuals, medians and deaths are the sums of those of the parts, which are named, and nobody is missing."""
    world = world_as_json(edition(table(["AGO", "BDI"], cases=[10, 30], medians=[20, 40], deaths=[1, 2])))
    assert world["region"] == "WORLD"
    assert world["actual_cases"] == 40
    assert world["actual_deaths"] == 3
    assert world["forecasted_cases"] == [{"day": 7, "value": 60.0}, {"day": 14, "value": 60.0}]
    assert world["forecasted_deaths"] == [{"day": 7, "value": 3.0}, {"day": 14, "value": 3.0}]
    assert world["world"]["parts"] == ["AGO", "BDI"]
    assert world["world"]["missing"] == []
    assert world["world"]["all_report"] is True


def test_quantiles_are_added_level_by_level_and_say_so() -> None:
    """Each of the 23 quantiles is the sum of the parts' quantiles of that level, and a note says what follows."""
    world = world_of(edition(table(["AGO", "BDI"], medians=[20, 40]))).forecast
    np.testing.assert_allclose(world.context.quantiles, np.tile(60 * SPREAD, (2, 1)))
    assert [one.code for one in world.context.findings] == ["world-sum"]


def test_totals_are_added_as_totals() -> None:
    """In a cumulative measure the path goes on from the sum of the totals."""
    totals = Signal(name="cases", measure=Measure.CUMULATIVE)
    world = world_of(edition(table(["AGO", "BDI"], signal=totals, cases=[100, 200], medians=[5, 7]))).forecast
    assert list(world.forecasted_cases) == [{"day": 7, "value": 312.0}, {"day": 14, "value": 324.0}]


def test_who_reported_last_on_another_day_is_named_and_not_added() -> None:
    """A part whose last report is older than the newest is missing, with both days in the reason."""
    world = world_of(edition(table(["AGO", "BDI", "COD"], cases=[1, 2, 4], last_dates={"BDI": "2026-03-15"})))
    assert world.forecast.actual_cases == 5
    assert world.parts == ("AGO", "COD")
    assert world.missing == (("BDI", f"its last report is of 2026-03-15, the newest of {NEWEST}"),)


def test_who_was_refused_is_named() -> None:
    """A refused series of the same signal is missing with its finding; one of another signal is not."""
    made = edition(table(["AGO"]), refused=[refusal("BDI"), refusal("COD", signal="deaths")])
    assert world_of(made).missing == (("BDI", "refused: The median is -3."),)


def test_a_part_of_a_part_is_not_added_twice() -> None:
    """California is counted within the United States, and said to be."""
    world = world_of(edition(table(["USA", "US-CA", "CAN"], cases=[100, 30, 10])))
    assert world.forecast.actual_cases == 110
    assert world.parts == ("CAN", "USA")
    assert world.within == (("US-CA", "USA"),)


def test_subdivisions_alone_are_added() -> None:
    """Where the country itself does not report, its states are parts of the world."""
    world = world_of(edition(table(["US-CA", "US-NY"], cases=[30, 12])))
    assert world.forecast.actual_cases == 42
    assert world.parts == ("US-CA", "US-NY")


def test_rates_are_not_added() -> None:
    """Of rates there is no sum: every number is null, and the reason says why."""
    world = world_as_json(edition(table(["AGO", "BDI"], signal=RATE)))
    assert world["actual_cases"] is None
    assert world["forecasted_cases"] == []
    assert world["context"]["reasons"]["actual_cases"] == RATES
    assert world["context"]["quantiles"] == [[None] * 23] * 2
    assert world["world"]["parts"] == []


def test_the_signal_that_most_regions_have_is_added() -> None:
    """Of two primary signals the one with more regions makes the world; of two equal ones, the count."""
    made = edition(table(["AGO", "BDI"], cases=[1, 2]), table(["USA"], signal=Signal(name="flu"), cases=[50]))
    assert world_of(made).forecast.context.signal == "cases"
    equal = edition(table(["USA"], signal=RATE), table(["AGO"], cases=[1]))
    assert world_of(equal).forecast.context.signal == "cases"


def test_a_source_that_reports_the_world_is_taken_at_its_word() -> None:
    """Where the edition has a primary row of the world, that is the answer, and nothing is added up."""
    world = world_of(edition(table(["AGO", "WORLD"], cases=[1, 999])))
    assert world.forecast.actual_cases == 999
    assert world.parts == ()


def test_a_region_that_two_sources_report_is_added_once() -> None:
    """The first source's row of a region counts."""
    world = world_of(edition(table(["AGO"], cases=[10]), table(["AGO", "BDI"], cases=[11, 5], source="other")))
    assert world.forecast.actual_cases == 15
    assert world.forecast.context.source == "made, other"


def test_only_horizons_that_all_parts_have_are_added() -> None:
    """Of tables with different horizons the common ones remain, each added to its own."""
    first = table(["AGO"], cases=[10], horizons=(1, 2, 3))
    world = world_of(edition(first, table(["BDI"], cases=[5], source="other", horizons=(2, 3)))).forecast
    assert world.context.horizons == (2, 3)
    assert [one["value"] for one in world.forecasted_cases] == [15.0, 15.0]


@pytest.mark.parametrize(
    "made",
    [
        table(["AGO", "BDI"], deaths=[1.0, np.nan]),
        table(
            ["AGO", "BDI"],
            deaths=[1, 2],
            findings={
                "BDI": Finding(code="deaths-date-differs", severity=Severity.NOTE, message="Deaths are of March.")
            },
        ),
    ],
)
def test_deaths_are_added_only_where_all_parts_have_them(made) -> None:
    """Where a part has no deaths, or has them of other days, the world has none, with the reason."""
    world = world_of(edition(made)).forecast
    assert world.actual_deaths is None
    assert len(world.forecasted_deaths) == 0
    assert dict(world.context.reasons)["actual_deaths"] == "not every part has deaths of the same days"


def test_nothing_is_claimed_about_a_sum() -> None:
    """Confidence, risk, outbreak and trend are null, each with the reason."""
    world = world_as_json(edition(table(["AGO"], risk=[90], trends=[(0.1, 0.1, 0.8)])))
    for field in ("confidence_score", "risk_level", "risk_score", "outbreak_probability", "trend"):
        assert world[field] is None
        assert world["context"]["reasons"][field] == NO_CLAIM


def test_regions_are_counted_by_risk_and_trend() -> None:
    """Beside the sum stands how many regions have each level and trend, those without one too."""
    made = edition(table(["AGO", "BDI"], risk=[90, np.nan], trends=[(0.1, 0.1, 0.8), (np.nan,) * 3]))
    counts = world_as_json(made)["world"]["counts"]
    assert counts == {
        "risk_level": {"RED": 1, "YELLOW": 0, "GREEN": 0, "unknown": 1},
        "trend": {"decreasing": 0, "stable": 0, "increasing": 1, "unknown": 1},
    }


def test_the_inhabitants_of_the_parts_are_told() -> None:
    """Whoever wants a rate finds the number of people whose cases were added."""
    world = world_as_json(edition(table(["AGO", "BDI"])))
    assert 0 < world["world"]["population_of_parts"] < world["context"]["population"]


def test_an_edition_without_a_primary_signal_has_no_world() -> None:
    """Where no row is primary every number is null and the reason says so."""
    second = Signal(name="admissions", primary=False)
    world = world_as_json(edition(table(["AGO"], signal=second)))
    assert world["actual_cases"] is None
    assert world["context"]["reasons"]["actual_cases"] == "the edition has no primary signal"


def test_primary_is_told_by_the_signal() -> None:
    """The deaths that go with cases are no part of the sum of cases."""
    deaths = Signal(name="deaths", primary=False)
    world = world_of(edition(table(["AGO"], cases=[10]), table(["AGO", "BDI"], signal=deaths, cases=[1, 2])))
    assert world.forecast.actual_cases == 10
    assert world.forecast.context.signal == CASES.name


@pytest.mark.parametrize(("last", "cases"), [("2025-03-29", 30), ("2025-03-28", 12)])
def test_an_archive_is_no_part_of_the_world_of_today(last: str, cases: float) -> None:
    """A signal that most regions have is left aside where it was reported last more than a year before another."""
    old = table(["COD", "MOZ"], signal=Signal(name="old"), cases=[10, 20], last_dates={"COD": last, "MOZ": last})
    world = world_of(edition(old, table(["AGO"], cases=[12]))).forecast
    assert world.actual_cases == cases


def test_a_feed_of_its_own_about_the_world_counts_while_it_is_of_today() -> None:
    """A row of the whole world is the world's forecast, unless it is an archive's beside newer reports."""
    places, recent = ["WORLD", "COD"], table(["AGO"], cases=[12])
    ended = dict.fromkeys(places, "2024-04-30")
    old = table(places, signal=Signal(name="old"), cases=[99, 10], last_dates=ended)
    assert world_of(edition(old, recent)).forecast.actual_cases == 12
    assert world_of(edition(table(places, cases=[99, 10]), recent)).forecast.actual_cases == 99
    assert world_of(edition(old)).forecast.actual_cases == 99
