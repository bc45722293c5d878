"""The table of scores: what stands in it by hand, who takes part, and what is left out."""

from __future__ import annotations

from math import log

import numpy as np
import polars as pl
import pytest

from neuralbrain.evaluate.relative import Tasks
from neuralbrain.evaluate.score_table import SCORES, score_table, scored
from neuralbrain.evaluate.scores import Scores

TASKS = Tasks(task=("place", "day"))
POINTS = {  # model to the value that all of its quantiles are, for the days 1, 2 and 3; 10 is what happens
    "base": (12.0, 14.0, 10.0),
    "near": (11.0, 12.0, 10.0),
    "far": (30.0, 110.0, 10.0),
    "some": (None, 12.0, None),
}


def rows(points: dict[str, tuple[float | None, ...]] = POINTS, *, observed: float = 10.0) -> pl.DataFrame:
    """Return the scores of forecasts that are points; the score of one is its absolute error."""
    made = [(model, "X", day, value) for model, values in points.items() for day, value in enumerate(values, start=1)]
    frame = pl.DataFrame(made, schema=["model", "place", "day", "point"], orient="row").drop_nulls()
    quantiles = np.repeat(frame["point"].to_numpy()[:, None], 23, axis=1)
    return scored(frame.drop("point"), quantiles=quantiles, observed=np.full(len(frame), observed))


def row(found: pl.DataFrame, model: str) -> dict[str, float]:
    """Return the row of a model."""
    return found.row(by_predicate=pl.col("model") == model, named=True)


def test_the_figures_by_hand() -> None:
    """Points 11, 12 and 10 for three tens: WIS 1, relative to errors of 2, 4 and 0 a half, all of it overprediction."""
    near = row(score_table(rows(), baseline="base", ensemble="some", tasks=TASKS), "near")
    assert (near["n"], near["share"]) == (3, 1)
    assert [near[name] for name in ("wis", "overprediction", "absolute_error")] == pytest.approx([1, 1, 1])
    assert [near[name] for name in ("dispersion", "underprediction")] == [0, 0]
    assert near["bias"] == pytest.approx(2 / 3)
    assert near["covered_50"] == near["covered_95"] == pytest.approx(1 / 3)
    assert near["relative_wis"] == near["relative_absolute_error"] == pytest.approx(0.5)
    assert near["ratio_to_ensemble"] == pytest.approx(1)
    assert near["wis_log"] == pytest.approx((log(12 / 11) + log(13 / 11)) / 3)
    assert near["relative_wis_log"] == pytest.approx(log(12 / 11 * 13 / 11) / log(13 / 11 * 15 / 11))


def test_the_columns_and_their_order() -> None:
    """Every score has its column, the best relative score comes first, and no ensemble means no ratio to it."""
    found = score_table(rows(), baseline="base", tasks=TASKS)
    assert set(SCORES) < set(found.columns)
    assert len(SCORES) == len(Scores._fields) + 5
    assert found.columns[:3] == ["model", "n", "share"]
    assert found["relative_wis"].is_sorted()
    assert found["ratio_to_ensemble"].to_list() == [None] * 4


def test_who_takes_part_in_skill() -> None:
    """Twenty times the baseline's score, or too few of its tasks, is no part of skill; on each scale by itself."""
    found = score_table(rows(), baseline="base", tasks=TASKS, least_share=0.5)
    assert row(found, "far")["relative_wis"] == pytest.approx(20)
    assert row(found, "far")["skill"] is None
    assert row(found, "some")["skill"] is None
    assert row(found, "near")["skill"] == pytest.approx(0.5)
    kind = score_table(rows(), baseline="base", tasks=TASKS, least_share=0.5, largest_ratio=20.5)
    assert row(kind, "far")["skill"] == pytest.approx(20)
    between = score_table(rows(), baseline="base", tasks=TASKS, least_share=0.5, largest_ratio=10)
    assert row(between, "far")["skill"] is None
    assert row(between, "far")["skill_log"] == pytest.approx(row(found, "far")["relative_wis_log"])
    assert row(found, "far")["relative_wis_log"] == pytest.approx(log(31 / 11 * 111 / 11) / log(13 / 11 * 15 / 11))


def test_tasks_that_the_baseline_did_not_make_are_left_out() -> None:
    """Only the days that the baseline forecast count, for means as well."""
    points = {"base": (12.0, None, None), "near": (11.0, 110.0, 10.0)}
    found = score_table(rows(points), baseline="base", tasks=TASKS)
    assert row(found, "near")["n"] == 1
    assert row(found, "near")["wis"] == pytest.approx(1)


def test_unknown_values_are_left_out() -> None:
    """A task whose value is not known, or whose quantiles are not, has no score and no row."""
    frame = pl.DataFrame({"model": ["base"] * 3, "place": "X", "day": [1, 2, 3]})
    quantiles = np.ones((3, 23))
    quantiles[1, 5] = np.nan
    found = scored(frame, quantiles=quantiles, observed=np.array([2.0, 2.0, np.nan]))
    assert found["day"].to_list() == [1]
    assert set(SCORES) < set(found.columns)


def test_a_group_has_the_table_that_it_has_alone() -> None:
    """By day, each table is that of the day's rows."""
    both = score_table(rows(), baseline="base", ensemble="some", tasks=Tasks(task=("place", "day"), by=("day",)))
    for day in (1, 2):
        alone = score_table(rows().filter(day=day), baseline="base", ensemble="some", tasks=TASKS)
        group = both.filter(day=day).drop("day")
        assert group.columns == alone.columns
        for name in alone.columns:
            left, right = group[name].to_list(), alone[name].to_list()
            assert left == (pytest.approx(right) if name != "model" and None not in right else right)
