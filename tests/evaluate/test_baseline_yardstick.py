"""Our baseline scores as the hubs' own did, on all tasks of three seasons, from what was known each week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest
from yardstick import forecasts_of, quantiles_of, script, truth_of

from hub_bundle import folder, needs_bundle
from neuralbrain.evaluate.baseline import baseline_quantiles
from neuralbrain.evaluate.relative import Tasks
from neuralbrain.evaluate.score_table import score_table, scored

pytestmark = [needs_bundle, pytest.mark.slow]

HORIZONS = (1, 2, 3, 4)  # weeks after the last one that was known; the hubs count them from 0


class Season(NamedTuple):
    """What a hub's baseline looked at, as the hub chose it.

    Args:
        hub: Name of the hub.
        season: Name of the season.
        since: First week whose changes count.
        pause: First and last week that do not: reporting was voluntary then.
    """

    hub: str
    season: str
    since: date
    pause: tuple[date, date] | None = None


SEASONS = (
    Season(hub="flusight", season="2023-24", since=date(2021, 12, 4)),
    Season(hub="flusight", season="2024-25", since=date(2022, 8, 6), pause=(date(2024, 5, 4), date(2024, 11, 2))),
    Season(hub="covid", season="2024-25", since=date(2021, 12, 4)),
)


def forecasts(season: Season) -> pl.DataFrame:
    """Return our baseline for every origin of a season, one row a task, from the release that it could see."""
    first, last = script().HUBS[season.hub].seasons[season.season]
    origins = pl.read_csv(folder() / f"{season.hub}_origins.csv", try_parse_dates=True)
    releases = pl.read_parquet(folder() / f"{season.hub}_vintages.parquet").filter(
        pl.col("target_end_date") >= season.since
    )
    if season.pause is not None:
        kept = ~pl.col("target_end_date").is_between(*season.pause)
        releases = releases.with_columns(pl.when(kept).then("value"))
    return pl.concat(
        of_origin(releases.filter(as_of=origin["as_of"]), reference_date=origin["reference_date"])
        for origin in origins.iter_rows(named=True)
        if first <= origin["reference_date"] <= last
    )


def of_origin(release: pl.DataFrame, *, reference_date: date) -> pl.DataFrame:
    """Return our baseline of one release."""
    wide = release.sort("target_end_date").pivot(on="target_end_date", index="location", values="value")
    history = wide.drop("location").to_numpy().astype(np.float64)
    quantiles = baseline_quantiles(history, horizons=HORIZONS)
    parts = [
        pl.DataFrame(
            {"location": wide["location"], **{f"q{level}": quantiles[:, place, level] for level in range(23)}}
        ).with_columns(
            model=pl.lit("ours"),
            reference_date=pl.lit(reference_date),
            horizon=pl.lit(place, dtype=pl.Int8),
            target_end_date=pl.lit(reference_date + timedelta(weeks=place)),
        )
        for place in range(len(HORIZONS))
    ]
    return pl.concat(parts)


@pytest.mark.parametrize("season", SEASONS, ids=lambda one: f"{one.hub}-{one.season}")
def test_it_scores_as_the_hubs_baseline(season: Season) -> None:
    """On the hub baseline's own tasks the mean scores differ by less than 3 %, on both scales; so do coverages."""
    theirs = forecasts_of(season.hub, season.season)
    rows = pl.concat([theirs, forecasts(season).select(theirs.columns)]).join(
        truth_of(season.hub).rename({"value": "truth"}), on=["location", "target_end_date"]
    )
    scores = scored(
        rows.select("model", "location", "reference_date", "horizon"),
        quantiles=quantiles_of(rows),
        observed=rows["truth"].to_numpy(),
    )
    name = script().HUBS[season.hub].baseline
    table = score_table(scores, baseline=name, tasks=Tasks())
    ours, hubs = (table.row(by_predicate=pl.col("model") == model, named=True) for model in ("ours", name))
    assert ours["n"] == hubs["n"]
    assert ours["relative_wis"] == pytest.approx(1, abs=0.03)
    assert ours["relative_wis_log"] == pytest.approx(1, abs=0.03)
    assert ours["relative_absolute_error"] == pytest.approx(1, abs=0.01)
    for column in ("covered_50", "covered_95"):
        assert ours[column] == pytest.approx(hubs[column], abs=0.02)


def test_each_quantile_is_the_hubs() -> None:
    """Where the release is the one that the hub's baseline saw, quantiles differ by less than 1 % of their spread."""
    season = SEASONS[2]
    theirs = forecasts_of(season.hub, season.season).filter(model="CovidHub-baseline")
    key = ["location", "reference_date", "horizon"]
    ours = theirs.select(key).join(forecasts(season), on=key, how="left", maintain_order="left")
    first, second = quantiles_of(theirs), quantiles_of(ours)
    spread = np.maximum(first[:, 22] - first[:, 11], 1.0)[:, None]  # a count of one is what rounding may cost
    apart = np.abs(first - second) / spread
    assert len(apart) > 6000
    assert np.median(apart, axis=0).max() < 0.01
    assert np.quantile(apart, 0.95) < 0.02
