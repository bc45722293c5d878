"""Figures of a hub's season, as SVG and as PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.skill_bundle import CODES, Season, entries, hub_entries, settled
from neuralbrain.cli.png import png_of
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import MEDIAN
from neuralbrain.evaluate.events import EventScores
from neuralbrain.publish.figures import (
    Fan,
    Reliability,
    coverage_svg,
    fan_svg,
    reliability_svg,
    weekly_scores_svg,
)
from neuralbrain.publish.series_plot import FONTS

PLACES = {"USA": "United States", "US-CA": "California", "US-NY": "New York", "US-VT": "Vermont"}
EVERY = 4  # origins: fans that do not lie upon each other
CLAIMS = ("confidence", "outbreak", "growth", "RED", "increasing", "decreasing")


def draw(
    season: Season,
    ours: Mapping[str, Sequence[ForecastTable]],
    reference_dates: dict[datetime, date],
    scores: pl.DataFrame,
    claims: Mapping[str, EventScores],
    *,
    folder: Path,
    output: Path,
) -> None:
    """Write all figures of a season.

    Args:
        season: Which.
        ours: Forecasts by the name of their author; fans are the last one's.
        reference_dates: Of each cutoff.
        scores: A row a model and task.
        claims: The scores of each claim.
        folder: Where settled values are.
        output: Where figures go.
    """
    below = f"{season.title}; truth: settled values of the hub's own file."
    mine = {
        name: [one for one in tables if season.first <= reference_dates[one.cutoff] <= season.last]
        for name, tables in ours.items()
    }
    fanned = next(reversed(mine.values()))
    drawings = {
        f"fan-{region}": fan_svg(f"{title}: {season.title}", **_fans(season, fanned, region, folder), below=below)
        for region, title in PLACES.items()
    }
    shown = (*ours, season.baseline, season.ensemble)
    authors = {
        name: entries(tables, [one.quantiles for one in tables], reference_dates, model=name)
        for name, tables in mine.items()
    }
    covered = {name: _coverage(season, *said, folder=folder) for name, said in authors.items()}
    tasks, quantiles = hub_entries(folder, season)
    for name in (season.baseline, season.ensemble):
        its = (tasks["model"] == name).to_numpy()
        covered[name] = _coverage(season, tasks.filter(its), quantiles[its], folder=folder)
    drawings["coverage"] = coverage_svg(f"Coverage: {season.title}", covered=covered, below=below)
    for column, what in (
        ("wis", "Mean WIS by reference date"),
        ("wis_log", "Mean WIS on the log(x + 1) scale by reference date"),
    ):
        drawings[column] = weekly_scores_svg(
            f"Scores: {season.title}", **_weekly(scores, shown, column), what=what, below=below
        )
    for name in CLAIMS:
        curve = claims[name].curve
        drawings[f"reliability-{name}"] = reliability_svg(
            f"{name.capitalize()}: {season.title}", curve=Reliability(*curve), below=below
        )
    for name, drawing in drawings.items():
        file = output / f"{season.label}-{name}"
        file.with_suffix(".svg").write_text(drawing, encoding="utf-8")
        file.with_suffix(".png").write_bytes(png_of(drawing, fonts=FONTS))


def _fans(season: Season, tables: Sequence[ForecastTable], region: str, folder: Path) -> dict[str, object]:
    truth = pl.read_parquet(folder / f"{season.hub}_truth.parquet").filter(
        pl.col("location") == CODES[region], pl.col("target_end_date").is_between(season.first, season.last)
    )
    ordered = truth.sort("target_end_date")
    fans = []
    for table in tables[::EVERY]:
        if region in table.regions:
            row = table.regions.index(region)
            days = table.last_dates[row].astype("datetime64[D]") + np.array(table.days, dtype="timedelta64[D]")
            fans.append(Fan(target_dates=days, quantiles=table.quantiles[row]))
    return {
        "dates": ordered["target_end_date"].to_numpy().astype("datetime64[D]"),
        "values": ordered["value"].cast(pl.Float64).to_numpy(),
        "fans": fans,
    }


def _coverage(season: Season, tasks: pl.DataFrame, quantiles: Floats, *, folder: Path) -> Floats:
    """Return shape (11,): the share of settled values that each central interval held."""
    value = settled(folder, season.hub, tasks)
    known = np.isfinite(value)
    low, high = quantiles[known, :MEDIAN], quantiles[known, :MEDIAN:-1]
    return ((low <= value[known, None]) & (value[known, None] <= high)).mean(axis=0)


def _weekly(scores: pl.DataFrame, models: Sequence[str], column: str) -> dict[str, object]:
    means = scores.group_by("reference_date", "model").agg(pl.col(column).mean())
    wide = means.pivot(on="model", index="reference_date", values=column).sort("reference_date")
    return {
        "dates": wide["reference_date"].to_numpy().astype("datetime64[D]"),
        "scores": {one: wide[one].fill_null(float("nan")).to_numpy() for one in models if one in wide.columns},
    }
