"""The releases and forecasts of public hubs: the yardstick that the local provider is held against."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import polars as pl

from neuralbrain.backtest.budget import Budget
from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.run import Backtest, Outcome
from neuralbrain.backtest.workers import ALL_CORES
from neuralbrain.backtest_opening import opened_by, plan_of
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.evaluate.forecast_frame import tables_of
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.hub.hubs import COVID, FLUSIGHT, HubProfile
from neuralbrain.hub.places import UNITED_STATES
from neuralbrain.provider_settings import LOCAL
from neuralbrain.reading import read_feed
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

VARIABLE = "HUB_BENCHMARKS"
"""Environment variable that names the folder with the releases, where it does not lie beside the project."""

CODES = {ours: theirs for theirs, ours in UNITED_STATES.items()}
WEEK = np.timedelta64(7, "D")
HORIZONS = 4  # 0 to 3 weeks after the reference date


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """One season of one hub, as its yardstick has it.

    Args:
        title: For people.
        hub: Name in the files of the yardstick.
        name: The season there.
        profile: How forecasts are handed to the hub.
        first: First reference date.
        last: Last reference date.
        baseline: The hub's own.
        ensemble: The hub's own.
    """

    title: str
    hub: str
    name: str
    profile: HubProfile
    first: date
    last: date
    baseline: str
    ensemble: str

    @property
    def label(self) -> str:
        """Return its short name, fit for a file."""
        return f"{self.hub}-{self.name}"


FLU = {"hub": "flusight", "profile": FLUSIGHT, "baseline": "FluSight-baseline", "ensemble": "FluSight-ensemble"}
CORONA = {"hub": "covid", "profile": COVID, "baseline": "CovidHub-baseline", "ensemble": "CovidHub-ensemble"}
SEASONS = (
    Season(title="Influenza 2023-24", name="2023-24", first=date(2023, 10, 14), last=date(2024, 5, 4), **FLU),
    Season(title="Influenza 2024-25", name="2024-25", first=date(2024, 11, 23), last=date(2025, 5, 31), **FLU),
    Season(title="COVID-19 2024-25", name="2024-25", first=date(2024, 11, 23), last=date(2025, 7, 5), **CORONA),
)


def bundle() -> Path | None:
    """Return the folder with the releases: the one that is named, or the first of that name above this file."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    above = (one / "shared" / "benchmarks" for one in Path(__file__).resolve().parents)
    return next((one for one in above if one.is_dir()), None)


def opened_home(home: Path, folder: Path, hubs: Sequence[str]) -> Application:
    """Return an installation into which every release of some hubs was read, each through its own feed.

    Args:
        home: A data folder that does not exist yet.
        folder: The folder with the releases.
        hubs: Which.
    """
    home.mkdir(parents=True, mode=0o700)
    feeds = {hub: FeedSettings(adapter=f"{hub}-hub", path=str(folder / f"{hub}_vintages.parquet")) for hub in hubs}
    here = Application(Settings().model_copy(update={"home": home, "feeds": feeds, "sources": tuple(feeds)}))
    for hub in hubs:
        read_feed(here.source(hub), here.observations, here.feeds, now=here.clock.now())
    return here


def origins(folder: Path, hub: str) -> dict[datetime, date]:
    """Return the reference date of each cutoff: the end of the day on which its release came out."""
    table = pl.read_csv(folder / f"{hub}_origins.csv", try_parse_dates=True)
    return {
        datetime.combine(row["as_of"], time.max, tzinfo=UTC): row["reference_date"]
        for row in table.sort("reference_date").iter_rows(named=True)
    }


def replayed(
    here: Application, hub: str, *, cutoffs: Sequence[datetime], calibrate: bool, output: Path, workers: int = ALL_CORES
) -> tuple[Outcome, tuple[ForecastTable, ...]]:
    """Return what the local provider forecasts at the cutoffs of a hub, all seasons in one record."""
    plan = plan_of(here, provider=LOCAL, sources=(hub,), cutoffs=cutoffs, calibrate=calibrate)
    folder = ResultFolder(output)
    opening = opened_by(here, plan, budget=Budget())
    outcome = Backtest(plan=plan, folder=folder, open_bench=opening, workers=workers).run()
    if outcome.faults:
        raise RuntimeError(f"{len(outcome.faults)} cutoffs of {hub} failed: {next(iter(outcome.faults.values()))}")
    frame = folder.frame(plan)
    return outcome, () if frame is None else tables_of(frame)


def entries(
    tables: Sequence[ForecastTable],
    quantiles: Sequence[Floats],
    reference_dates: dict[datetime, date],
    *,
    model: str,
) -> tuple[pl.DataFrame, Floats]:
    """Return forecasts as the hub's tasks, and their quantiles of shape (n, 23).

    Args:
        tables: One or more a cutoff.
        quantiles: Of each table, shape (N, H, 23): its own, or another author's for the same tasks.
        reference_dates: Of each cutoff.
        model: Whose they are.
    """
    frames, numbers = [], []
    for table, spread in zip(tables, quantiles, strict=True):
        reference = np.datetime64(reference_dates[table.cutoff], "D")
        targets = table.last_dates.astype("datetime64[D]")[:, None] + np.array(table.days, dtype="timedelta64[D]")
        horizon = (targets - reference) // WEEK
        row, step = np.nonzero((horizon >= 0) & (horizon < HORIZONS))
        frames.append(
            pl.DataFrame(
                {
                    "model": [model] * len(row),
                    "location": [CODES[table.regions[place]] for place in row.tolist()],
                    "reference_date": np.full(len(row), reference),
                    "horizon": horizon[row, step].astype(np.int8),
                    "target_end_date": targets[row, step],
                }
            )
        )
        numbers.append(spread[row, step])
    return pl.concat(frames), np.concatenate(numbers)


def hub_entries(folder: Path, season: Season) -> tuple[pl.DataFrame, Floats]:
    """Return the hub's own forecasts of a season, and their quantiles of shape (n, 23)."""
    long = pl.read_parquet(folder / f"{season.hub}_forecasts.parquet").filter(
        pl.col("reference_date").is_between(season.first, season.last), pl.col("horizon") < HORIZONS
    )
    levels = {round(level, 3): f"q{place}" for place, level in enumerate(LEVELS.tolist())}
    named = long.with_columns(pl.col("output_type_id").round(3).replace_strict(levels, default=None).alias("level"))
    wide = named.drop_nulls("level").pivot(
        on="level", index=["model_id", "location", "reference_date", "horizon"], values="value"
    )
    whole = wide.drop_nulls(list(levels.values())).rename({"model_id": "model"})
    weeks = pl.duration(days=7 * pl.col("horizon").cast(pl.Int64))
    said = whole.select(
        "model",
        "location",
        "reference_date",
        pl.col("horizon").cast(pl.Int8),
        (pl.col("reference_date") + weeks).alias("target_end_date"),
    )
    return said, whole.select(levels.values()).to_numpy()


def settled(folder: Path, hub: str, tasks: pl.DataFrame) -> Floats:
    """Return shape (n,): the settled value of each task, NaN where there is none."""
    truth = pl.read_parquet(folder / f"{hub}_truth.parquet").select(
        "location", "target_end_date", pl.col("value").cast(pl.Float64).alias("settled")
    )
    joined = tasks.join(truth, on=["location", "target_end_date"], how="left", maintain_order="left")
    return joined["settled"].fill_null(float("nan")).to_numpy()
