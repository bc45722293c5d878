"""Real forecasts of real rounds: they pass as valid, and a season of our files has the scores of the yardstick."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from hub_folders import IN_TIME, MODEL, ROUND, forecasts, hub_folder, moved, signal_of, tasks_of
from submissions import csv_of, parquet_of

from hub_bundle import folder, needs_bundle
from neuralbrain.cli.hub_scores import scores_of_files
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.hub.export import round_file
from neuralbrain.hub.hubs import COVID, FLUSIGHT, FileFormat, HubProfile
from neuralbrain.hub.validation import Outcome, validate

SEASON = "2024-25"
BASELINES = {"flusight": "FluSight-baseline", "covid": "CovidHub-baseline"}
STRONG = {"flusight": "UMass-flusion", "covid": "CovidHub-ensemble"}
BUNDLES = {"flusight": FLUSIGHT, "covid": COVID}


pytestmark = needs_bundle


def yardstick() -> ModuleType:
    """Return the program that the folder brings along for scoring."""
    spec = importlib.util.spec_from_file_location("yardstick_of_hubs", folder() / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def forecast_rows(name: str, model: str) -> Iterator[tuple[date, pl.DataFrame]]:
    """Yield the rows of each round of a model, in the columns of the hub."""
    hub = BUNDLES[name]
    table = pl.read_parquet(folder() / f"{name}_forecasts.parquet").filter(pl.col("model_id") == model)
    table = table.with_columns(
        target=pl.lit(hub.targets[0].name),
        output_type=pl.lit("quantile"),
        output_type_id=pl.col("output_type_id").map_elements(lambda one: f"{one:g}", return_dtype=pl.String),
        target_end_date=pl.col("reference_date") + pl.duration(days=7 * pl.col("horizon").cast(pl.Int64)),
        horizon=pl.col("horizon").cast(pl.Int32),
    ).select(hub.columns)
    for (day,), rows in table.group_by(pl.col("reference_date"), maintain_order=True):
        yield day, rows  # type: ignore[misc]


def failed(content: bytes, *, name: str, day: date, ending: str, home: Path) -> dict[str, tuple[str, ...]]:
    """Return the checks that a file of a round fails, and where."""
    tasks = moved(tasks_of(name), days=(day - ROUND[name]).days)
    if name == "flusight":  # in those seasons fractions were taken
        tasks["rounds"][0]["model_tasks"][0]["output_type"]["quantile"]["value"]["type"] = "double"
    hub = hub_folder(home, name, tasks=tasks)
    path = hub / "model-output" / MODEL / f"{day}-{MODEL}.{ending}"
    path.write_bytes(content)
    now = IN_TIME + timedelta(days=(day - ROUND[name]).days)
    results = validate(path, hub_folder=hub, now=now)
    return {one.check: one.verdict.where for one in results if one.verdict.outcome is Outcome.FAILED}


@pytest.mark.parametrize("name", BUNDLES)
def test_real_files_pass(name: str, tmp_path: Path) -> None:
    """The first and the last file of the season of a strong team pass every check, as CSV and as Parquet."""
    rounds = list(forecast_rows(name, STRONG[name]))
    assert len(rounds) > 20
    for place, (day, rows) in enumerate((rounds[0], rounds[-1])):
        text = rows.with_columns(pl.col("value").cast(pl.String))
        assert failed(csv_of(text), name=name, day=day, ending="csv", home=tmp_path / f"c{place}") == {}
        assert failed(parquet_of(rows), name=name, day=day, ending="parquet", home=tmp_path / f"p{place}") == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLES)
def test_every_real_file_passes(name: str, tmp_path: Path) -> None:
    """Every file of the hub's baseline, its ensemble and a strong team passes every check."""
    models = pl.read_parquet(folder() / f"{name}_forecasts.parquet")["model_id"].unique().sort().to_list()
    wrong, count = {}, 0
    for model in models:
        for day, rows in forecast_rows(name, model):
            home = tmp_path / f"{model}-{day}"
            if found := failed(parquet_of(rows), name=name, day=day, ending="parquet", home=home):
                wrong[model, day] = found
            count += 1
    assert wrong == {}
    assert count > 60


def written_season(hub: HubProfile, model: str, *, output: Path) -> None:
    """Write a season of a model's forecasts as our exporter does, out of tables of ours."""
    for day, told in forecast_rows(hub.name, model):
        rows = told.with_columns(level=pl.col("output_type_id").cast(pl.Float64))
        rows = rows.filter(pl.col("horizon") >= 0).sort("location", "horizon", "level")
        complete = rows.filter(pl.len().over("location") == 4 * len(LEVELS))
        codes = complete["location"].unique(maintain_order=True).to_list()
        table = forecasts(
            signal_of(hub, 0),
            [hub.places[one] for one in codes],
            last=day - timedelta(days=7),
            quantiles=complete["value"].to_numpy().reshape(len(codes), 4, len(LEVELS)),
            actual=np.full(len(codes), np.nan),  # without it there are no classes of change
        )
        made = round_file([table], hub=hub, model_id=model, round_date=day, file_format=FileFormat.CSV)
        (output / made.folder).mkdir(parents=True, exist_ok=True)
        (output / made.folder / made.name).write_bytes(made.content)


@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLES)
def test_a_season_of_our_files_is_scored_alike(name: str, tmp_path: Path) -> None:
    """A season written by our exporter has the same scores here as by the program that came with the tasks."""
    hub, score = BUNDLES[name], yardstick()
    for model in (STRONG[name], BASELINES[name]):
        written_season(hub, model, output=tmp_path)
    truth = folder() / f"{name}_truth.parquet"
    first, last = score.HUBS[name].seasons[SEASON]
    for file in tmp_path.rglob("*.csv"):
        if not first <= date.fromisoformat(file.name[:10]) <= last:
            file.unlink()
    ours = scores_of_files(tmp_path / STRONG[name], truth=truth, baseline=tmp_path / BASELINES[name])
    values = pl.read_parquet(truth).select("location", "target_end_date", pl.col("value").cast(pl.Float64))
    parts = [score.load_extra(tmp_path / one, None, score.HUBS[name]) for one in (STRONG[name], BASELINES[name])]
    theirs = score.table(score.score(pl.concat(parts), values), score.HUBS[name], 0.1, 5.0)
    expected = {row["model"]: row for row in theirs.iter_rows(named=True)}
    assert {one["model_id"] for one in ours["scores"]} == set(expected)
    same = {
        "n": "n", "share": "share", "wis": "wis", "absolute_error": "ae", "covered_50": "cov50", "covered_95": "cov95",
        "relative_wis": "rel_wis", "wis_log": "wis_log", "relative_wis_log": "rel_wis_log", "skill": "skill",
    }  # fmt: skip
    for one in ours["scores"]:
        for here, there in same.items():
            assert one[here] == pytest.approx(expected[one["model_id"]][there], rel=1e-9), (one["model_id"], here)
    assert max(one["n"] for one in ours["scores"]) > 5000
