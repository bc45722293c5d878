"""The summary: who stands at the top of which list, and that its words are its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_editions import edition, refusal, table

from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Signal, Unit
from neuralbrain.publish.summary import summary_as_json

RISING, FALLING, STABLE = (0.1, 0.2, 0.7), (0.7, 0.2, 0.1), (0.1, 0.8, 0.1)
COUNTRIES = [one.code for one in LOCATIONS.values() if one.parent == "WORLD"]


def test_lists_are_in_the_order_that_they_say() -> None:
    """Highest risk by score, rising and falling by how sure it is; a tie goes by code."""
    said = summary_as_json(
        edition(
            table(
                ["COD", "BDI", "AGO", "ZMB", "MOZ"],
                risk=[55, 82, 55, 10, np.nan],
                trends=[RISING, RISING, FALLING, FALLING, STABLE],
                growth=[0.6, 0.9, 0.2, 0.1, 0.5],
            )
        )
    )
    assert [one["region"] for one in said["highest_risk"]] == ["BDI", "AGO", "COD", "ZMB"]
    assert [one["region"] for one in said["rising"]] == ["BDI", "COD"]
    assert [one["region"] for one in said["falling"]] == ["ZMB", "AGO"]
    assert said["counts"]["risk_level"] == {"RED": 1, "YELLOW": 2, "GREEN": 1, "unknown": 1}


def test_lists_have_ten_entries_at_most() -> None:
    """Of forty regions the ten at the top are listed, and all are counted."""
    said = summary_as_json(
        edition(table(COUNTRIES[:40], risk=[90] * 40, trends=[RISING] * 40, growth=np.linspace(0.5, 1, 40).tolist()))
    )
    assert len(said["highest_risk"]) == len(said["rising"]) == 10
    assert said["region_count"] == said["counts"]["trend"]["increasing"] == 40


def test_nothing_is_said_about_accuracy_before_a_score() -> None:
    """Accuracy is null with its reason, in the fields and in words."""
    said = summary_as_json(edition(table(["AGO"])))
    assert said["accuracy"] is None
    assert said["reasons"]["accuracy"] == "no forecast has been scored yet"
    assert said["explanation"].endswith("Nothing is said about accuracy: no forecast has been scored yet.")


def test_the_explanation_says_the_numbers() -> None:
    """The words hold the counts, the region of the highest risk, and its rounded median, interval and chances."""
    said = summary_as_json(
        edition(
            table(
                ["AGO", "BDI"],
                medians=[1234, 10],
                risk=[79.9, 20],
                trends=[RISING, FALLING],
                growth=[0.81, 0.004],
            ),
            refused=[refusal("COD")],
        )
    )
    assert said["explanation"] == (
        "Edition 7 is by local, on what was known at 2026-04-01 11:59 UTC. It forecasts 2 regions; the newest reports "
        "are of 2026-03-29. The risk is RED in 0, YELLOW in 1 and GREEN in 1. The highest is that of Angola, 79 of "
        "100. For the week that ends on 2026-04-12 about 1,200 cases are expected there, with a chance of 80 % between "
        "740 and 1,700. The chance that this is above what is usual there is 25 %. It probably rises in 1 region and "
        "falls in 1. The surest rise is that of Angola, with a chance of 81 %. The surest fall is that of Burundi, "
        "with a chance of more than 99 %. 1 series got no forecast because the answer was refused. Nothing is said "
        "about accuracy: no forecast has been scored yet."
    )


def test_what_was_refused_is_listed() -> None:
    """Each refusal stands there with its region, signal, code and sentence."""
    said = summary_as_json(edition(table(["AGO"]), refused=[refusal("COD")]))
    assert said["refused"] == [{"region": "COD", "signal": "cases", "code": "negative", "message": "The median is -3."}]


@pytest.mark.parametrize("unit", [Unit.SHARE, Unit.PER_100K])
def test_rates_keep_their_unit_in_words(unit: Unit) -> None:
    """A rate is said with its unit, not as people."""
    made = table(["AGO"], signal=Signal(name="positivity", unit=unit), medians=[0.12], risk=[10])
    assert f"positivity ({unit.value}) are expected" in summary_as_json(edition(made))["explanation"]


def test_an_edition_without_primary_rows_has_a_summary() -> None:
    """Where no row is primary the lists are empty, and the words say that nothing is forecast."""
    said = summary_as_json(edition(table(["AGO"], signal=Signal(name="admissions", primary=False))))
    assert said["region_count"] == 0
    assert said["highest_risk"] == said["rising"] == said["falling"] == []


def test_an_archive_is_left_out_and_named() -> None:
    """Regions whose last report is more than a year older than the newest are in no list and no count, but named."""
    last = {"BDI": "2011-12-31", "COD": "2025-03-28", "AGO": "2025-03-29"}
    said = summary_as_json(
        edition(table(["AGO", "BDI", "COD", "ZMB"], risk=[10, 90, 80, 20], trends=[RISING] * 4, last_dates=last))
    )
    assert [one["region"] for one in said["highest_risk"]] == ["ZMB", "AGO"]
    assert said["region_count"] == said["counts"]["trend"]["increasing"] == 2
    assert said["left_out"] == ["BDI", "COD"]
    assert "2 regions reported last more than a year before that and are left out here." in said["explanation"]
    assert summary_as_json(edition(table(["AGO"])))["left_out"] == []


def test_accuracy_so_far_is_that_of_the_records_of_its_regions() -> None:
    """Shares weigh regions by what was scored there; of ratios the median is told, and how many are below 1."""
    made = table(["AGO", "BDI", "COD"])
    numbers = np.array([[30, 8, 0.5, 0.6, 0.9], [10, 3, 1.2, 0.2, 1.0], [np.nan] * 5])
    said = summary_as_json(edition(replace(made, record=numbers)))
    assert said["accuracy"] == {
        "scored": 40,
        "regions": 2,
        "coverage_50": pytest.approx((30 * 0.6 + 10 * 0.2) / 40),
        "coverage_95": pytest.approx((30 * 0.9 + 10 * 1.0) / 40),
        "compared": 2,
        "better_than_baseline": 1,
        "median_relative_wis": pytest.approx(0.85),
        "known_by": "2026-04-01T11:59:00Z",
    }
    assert "accuracy" not in said["reasons"]
    assert said["explanation"].endswith(
        "Of 40 forecast values scored in 2 regions, 50 % came to lie in their 50 % interval and 92 % in their 95 % "
        "interval. They were better than the hub baseline in 1 of 2."
    )
