"""Samples: of what each is a draw, and how many there are."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hub_folders import ROUND
from submissions import Change, at, checked, csv_of, failed, without

from neuralbrain.hub.hubs import COVID
from neuralbrain.hub.rounds import target_end_date

PLACES, HORIZONS, DRAWS = ("US", "06"), (0, 1, 2), 4
# The hub asks for exactly four samples, each the same within a place: one sample is a course over the horizons.


def drawn(name_of: Callable[[str, int, int], str] = lambda place, _horizon, draw: f"{place}-{draw}") -> pl.DataFrame:
    """Return samples of two places over three weeks, named by place, horizon and draw."""
    rows = [
        {
            "reference_date": str(ROUND["covid"]),
            "target": "wk inc covid hosp",
            "horizon": str(horizon),
            "target_end_date": str(target_end_date(COVID, ROUND["covid"], horizon=horizon)),
            "location": place,
            "output_type": "sample",
            "output_type_id": name_of(place, horizon, draw),
            "value": str(10 * draw + horizon),
        }
        for place in PLACES
        for draw in range(DRAWS)
        for horizon in HORIZONS
    ]
    return pl.DataFrame(rows)


def test_samples_as_the_hub_asks_are_valid() -> None:
    """Courses over the weeks, four a place, pass every check."""
    results = checked(csv_of(drawn()), hub="covid")
    assert failed(results) == set()
    assert [results[name].verdict.outcome.value for name in results if name.startswith("spl_")] == ["pass"] * 5


def test_coarser_samples_are_valid() -> None:
    """A draw over places and weeks at once says more than is asked for and is taken."""
    shared = drawn(lambda _place, _horizon, draw: f"all{draw}")
    assert failed(checked(csv_of(shared), hub="covid")) == {"spl_compound_tid"}  # the same within a place, it says


def test_finer_samples_are_caught() -> None:
    """A draw of its own for every week is finer than a course."""
    fine = drawn(lambda place, horizon, draw: f"{place}-{horizon}-{draw}")
    assert "spl_compound_taskid_set" in failed(checked(csv_of(fine), hub="covid"))


MISTAKES: dict[str, tuple[Change, str]] = {
    "a draw too few": (lambda rows: rows.filter(pl.col("output_type_id") != "06-3"), "spl_n"),
    "a week of one draw left out": (without(1), "spl_non_compound_tid"),
    "a draw of two places": (at(0, output_type_id="06-0"), "spl_compound_tid"),
    "a name too long": (at(0, output_type_id="a-name-of-sixteen"), "valid_vals"),
    "a draw without a name": (at(0, output_type_id=None), "valid_vals"),
    "the same draw of two targets": (
        lambda rows: pl.concat([rows, rows.with_columns(target=pl.lit("wk inc covid prop ed visits"))]),
        "spl_mt_unique",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_of_samples_is_caught(mistake: str) -> None:
    """Samples with one mistake fail the check of that mistake."""
    change, caught = MISTAKES[mistake]
    assert caught in failed(checked(csv_of(change(drawn())), hub="covid"))


def test_how_many_there_are_and_must_be_is_said() -> None:
    """The message names the place, how many samples it has and how many it must have."""
    change, _ = MISTAKES["a draw too few"]
    verdict = checked(csv_of(change(drawn())), hub="covid")["spl_n"].verdict
    assert verdict.where == ("location 06 has 3, and must have 4",)
