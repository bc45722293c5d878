"""Two editions compared: what is new, gone, changed or the same, and which change counts as the largest."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from made_editions import CASES, edition, refusal, table

from neuralbrain.domain.edition import Edition
from neuralbrain.domain.observation import Signal
from neuralbrain.publish.diff import diff, diff_as_json, difference

MEASLES = Signal(name="measles", primary=False)


def regions_of(before: Edition, after: Edition) -> list[str]:
    """Return the regions of a comparison, the largest change first."""
    return [one.region for one in diff(before, after).changes]


def test_an_edition_is_the_same_as_itself():
    """Compared with itself an edition has no change, and every series is told as the same."""
    one = edition(table(("AGO", "BDI"), risk=(10, float("nan")), medians=(float("nan"), 3)))
    compared = diff(one, one)
    assert [change.kind for change in compared.changes] == ["same", "same"]
    assert compared.of_kind("new", "gone", "changed") == ()
    assert compared.refusals_new == compared.refusals_gone == ()


def test_series_are_new_or_gone():
    """A region or signal that only one of the two has is new or gone; the same region of another signal is not it."""
    before = edition(table(("AGO", "BDI")))
    after = edition(table(("AGO", "COD")), table(("BDI",), signal=MEASLES))
    kinds = {(one.region, one.signal): one.kind for one in diff(before, after).changes}
    assert kinds == {
        ("AGO", "cases"): "same", ("BDI", "cases"): "gone", ("COD", "cases"): "new", ("BDI", "measles"): "new",
    }  # fmt: skip


def test_two_feeds_of_one_region_are_told_apart():
    """The same region and signal from two feeds are two series."""
    before = edition(table(("AGO",), cases=(1,)), table(("AGO",), cases=(2,), source="other"))
    assert [one.kind for one in diff(before, before).changes] == ["same", "same"]


@pytest.mark.parametrize(
    ("changed", "field", "grew"),
    [
        ({"cases": (30.0,), "medians": (10.0,)}, "actual", 20.0),
        ({"medians": (4.0,)}, "median", -6.0),
        ({"risk": (30.0,)}, "risk_score", 10.0),
    ],
)
def test_a_number_that_grew_is_told_by_how_much(changed: dict[str, tuple[float]], field: str, grew: float):
    """A change of the latest value, of the median at the last horizon and of the score is told as a difference."""
    before = edition(table(("AGO",), risk=(20,)))
    after = edition(table(("AGO",), **{"risk": (20,), **changed}))
    (said,) = diff_as_json(diff(before, after))["series"]
    assert said["kind"] == "changed"
    assert {name for name, value in said["difference"].items() if value} == {field}
    assert said["difference"][field] == pytest.approx(grew)


def test_the_trend_and_the_outbreak_are_compared():
    """A trend that turned and an outbreak that became likelier are a change, also with the same risk."""
    before = table(("AGO",), trends=((0.1, 0.2, 0.7),))
    turned = table(("AGO",), trends=((0.7, 0.2, 0.1),))
    after = replace(turned, outbreak_probability=turned.confidence * 1.5)  # 0.75, where the other has 0.25
    (said,) = diff_as_json(diff(edition(before), edition(after)))["series"]
    assert (said["before"]["trend"], said["after"]["trend"]) == ("increasing", "decreasing")
    assert said["difference"]["outbreak_probability"] == pytest.approx(0.5)
    (said,) = diff_as_json(diff(edition(before), edition(turned)))["series"]
    assert said["kind"] == "changed"


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [(10, 90, 2), (90, 10, -2), (49.9, 50, 1), (50, 49.9, -1), (80, 79.9, -1), (60, 70, 0), (float("nan"), 90, 0)],
)
def test_levels_are_counted_in_steps(before: float, after: float, steps: int):
    """GREEN to RED is two steps up; a series without a level has no step, whatever it is now."""
    (said,) = diff(edition(table(("AGO",), risk=(before,))), edition(table(("AGO",), risk=(after,)))).changes
    assert said.level_steps == steps


def test_the_largest_change_stands_first():
    """Levels come first, by steps and upwards before downwards, then new and gone, then scores, then medians."""
    names = ("AGO", "BDI", "BEN", "CMR", "COD", "COG")
    before = edition(
        table(names, risk=(10, 60, 85, 10, 10, 10), cases=(5, 5, 5, 5, 5, 5), medians=(5, 5, 5, 5, 5, 5)),
        table(("ETH",), risk=(10,)),
    )
    after = edition(
        table(names, risk=(49, 45, 75, 90, 10, 10), cases=(5, 5, 5, 5, 5, 5), medians=(5, 5, 5, 5, 6, 50)),
        table(("KEN",), risk=(10,)),
    )
    # CMR rose two levels; BDI and BEN fell one, BDI by more points; ETH and KEN are in one of the two only;
    # AGO rose 39 points within GREEN; COG's median is ten times as large, COD's a fifth larger.
    assert regions_of(before, after) == ["CMR", "BDI", "BEN", "ETH", "KEN", "AGO", "COG", "COD"]
    raised = edition(table(("AGO", "BDI"), risk=(60, 45)))
    # One level up before one level down, although the fall is the larger in points.
    assert regions_of(edition(table(("AGO", "BDI"), risk=(49, 79))), raised) == ["AGO", "BDI"]


def test_a_small_number_that_doubles_is_a_larger_change_than_a_large_one_that_does_not():
    """Medians are compared on a logarithmic scale: 20 for 10 is more than 1,100 for 1,000."""
    before = edition(table(("AGO", "BDI"), cases=(1, 1), medians=(1000, 10)))
    after = edition(table(("AGO", "BDI"), cases=(1, 1), medians=(1100, 20)))
    assert regions_of(before, after) == ["BDI", "AGO"]


def test_refusals_are_new_or_gone():
    """A refusal is new where only the second edition has it and gone where only the first has, by region and signal."""
    before = edition(table(("AGO",)), refused=[refusal("BDI"), refusal("COD")])
    after = edition(table(("AGO",)), refused=[refusal("COD"), refusal("COD", signal="measles")])
    compared = diff(before, after)
    assert [(one.region, one.signal) for one in compared.refusals_new] == [("COD", "measles")]
    assert [(one.region, one.signal) for one in compared.refusals_gone] == [("BDI", "cases")]


def test_another_author_is_told():
    """Another provider, lock number and other inputs are told apart from numbers that changed."""
    one = edition(table(("AGO",)))
    other = replace(one, header=replace(one.header, number=8, provider="openai", lock_number=4, inputs_digest="x"))
    said = diff_as_json(diff(one, other))
    assert (said["provider_changed"], said["lock_number_changed"], said["inputs_changed"]) == (True, True, True)
    assert said["counts"] == {"new": 0, "gone": 0, "changed": 0, "same": 1}
    said = diff_as_json(diff(one, one))
    assert (said["provider_changed"], said["lock_number_changed"], said["inputs_changed"]) == (False, False, False)


def test_missing_numbers_are_null():
    """What cannot be derived is null in both and in the difference, and the document is JSON."""
    before = edition(table(("AGO", "BDI"), cases=(float("nan"), 1), medians=(float("nan"), 1)))
    after = edition(table(("AGO",), cases=(3,), risk=(55,)))
    said = json.loads(json.dumps(diff_as_json(diff(before, after)), allow_nan=False))
    changed, gone = said["series"] if said["series"][0]["region"] == "AGO" else reversed(said["series"])
    assert changed["before"]["actual"] is None
    assert changed["before"]["median"] is None
    assert changed["difference"]["actual"] is None
    assert (changed["before"]["risk_level"], changed["after"]["risk_level"]) == (None, "YELLOW")
    assert (gone["kind"], gone["after"], gone["difference"]) == ("gone", None, None)


def test_empty_editions_can_be_compared():
    """Two editions without any series have nothing to tell."""
    assert diff(edition(), edition()).changes == ()


def test_the_last_horizon_counts():
    """The median that is compared is the one at the last horizon, with its date."""
    grid = table(("AGO",), cases=(10,), horizons=(1, 2, 3))
    steeper = replace(grid, quantiles=grid.quantiles * [[[1.0], [1.0], [3.0]]])
    (change,) = diff(edition(grid), edition(steeper)).changes
    assert change.before is not None
    assert change.after is not None
    assert (change.before.median, change.after.median) == (10.0, pytest.approx(30.0))
    assert str(change.after.target_date) == "2026-04-19"


def test_a_difference_needs_both_numbers():
    """Where one of two numbers is missing there is no difference, and zero is a number."""
    assert (difference(None, 1.0), difference(1.0, None), difference(0.0, 0.0)) == (None, None, 0.0)


def test_the_signal_of_the_table_is_used():
    """A series is named by the signal that its cases mean."""
    assert [one.signal for one in diff(edition(table(("AGO",))), edition()).changes] == [CASES.name]
