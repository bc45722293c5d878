"""The table of scores is that of the hub bundle's own script, on every task of every season, whole and in groups."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from yardstick import SEASONS, forecasts_of, quantiles_of, script, truth_of

from hub_bundle import needs_bundle
from neuralbrain.evaluate.relative import Tasks
from neuralbrain.evaluate.score_table import score_table, scored

pytestmark = [needs_bundle, pytest.mark.slow]

EXACT = {"n"}
PAIRS = {
    "n": "n",
    "share": "share",
    "wis": "wis",
    "ae": "absolute_error",
    "cov50": "covered_50",
    "cov95": "covered_95",
    "rel_wis": "relative_wis",
    "skill": "skill",
    "vs_ens": "ratio_to_ensemble",
    "rel_ae": "relative_absolute_error",
    "wis_log": "wis_log",
    "rel_wis_log": "relative_wis_log",
    "skill_log": "skill_log",
    "vs_ens_log": "ratio_to_ensemble_log",
}
"""Column of the script to column of ours; all of its columns but the model's name."""


def ours(hub: str, season: str, *, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return our table of a season."""
    definition = script().HUBS[hub]
    wide = forecasts_of(hub, season)
    known = truth_of(hub).rename({"value": "truth"})
    rows = wide.join(known, on=["location", "target_end_date"], how="left")
    tasks = scored(
        rows.select("model", "location", "reference_date", "horizon"),
        quantiles=quantiles_of(rows),
        observed=rows["truth"].to_numpy(),
    )
    columns = Tasks(by=by)
    return score_table(tasks, baseline=definition.baseline, ensemble=definition.ensemble, tasks=columns)


def compare(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Hold each column of the script against ours, to 1e-9 relative."""
    assert found["model"].to_list() == expected["model"].to_list()
    assert set(expected.columns) - {"model"} == set(PAIRS)
    for theirs, name in PAIRS.items():
        assert found[name].null_count() == expected[theirs].null_count()
        values = (table[column].cast(pl.Float64).to_numpy() for table, column in ((found, name), (expected, theirs)))
        np.testing.assert_allclose(*values, rtol=1e-9, atol=0, err_msg=name)


@pytest.mark.parametrize(("hub", "season"), SEASONS)
def test_every_column_of_every_season(hub: str, season: str) -> None:
    """Models, tasks and all fourteen figures of a season are those of the script."""
    hubs = script()
    scores = hubs.score(forecasts_of(hub, season), truth_of(hub))
    expected = hubs.table(scores, hubs.HUBS[hub], 0.1, 5.0)
    assert len(expected) >= 2
    compare(ours(hub, season), expected)


@pytest.mark.parametrize("group", ["horizon", "location", "reference_date"])
@pytest.mark.parametrize(("hub", "season"), SEASONS)
def test_every_column_of_every_group(hub: str, season: str, group: str) -> None:
    """The same within each horizon, each place and each reference date."""
    hubs = script()
    scores = hubs.score(forecasts_of(hub, season), truth_of(hub))
    found = ours(hub, season, by=(group,)).partition_by(group, as_dict=True)
    parts = scores.partition_by(group, as_dict=True)
    assert set(found) == set(parts)
    for key, part in parts.items():
        compare(found[key], hubs.table(part, hubs.HUBS[hub], 0.1, 5.0))


def test_the_parts_and_the_published_figure() -> None:
    """The three parts add up on both scales, and the ensemble of 2023-24 has the published relative score of 0.731."""
    found = ours("flusight", "2023-24")
    for scale in ("", "_log"):
        parts = sum(found[f"{name}{scale}"] for name in ("dispersion", "overprediction", "underprediction"))
        np.testing.assert_allclose(parts, found[f"wis{scale}"], rtol=1e-12)
    ensemble = found.row(by_predicate=pl.col("model") == "FluSight-ensemble", named=True)
    assert round(ensemble["relative_wis"], 3) == 0.731
