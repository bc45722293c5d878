"""`python -m benchmarks.skill`: what the local provider is worth beside public hubs, on their own releases.

Not among the benchmarks that run unless asked for: it replays 89 origins four times, which takes minutes. Its figures
are about forecasts, not about speed, but for the processor time of an origin.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from benchmarks.skill_bundle import (
    SEASONS,
    VARIABLE,
    Season,
    bundle,
    entries,
    hub_entries,
    opened_home,
    origins,
    replayed,
    settled,
)
from benchmarks.skill_claims import claims_of, print_claims
from benchmarks.skill_figures import draw
from neuralbrain.backtest.known_by import KnownBy
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats
from neuralbrain.evaluate.baseline import baseline_quantiles
from neuralbrain.evaluate.pairing import history_before
from neuralbrain.evaluate.relative import Tasks
from neuralbrain.evaluate.score_table import score_table, scored
from neuralbrain.hub.export import round_file
from neuralbrain.hub.hubs import FileFormat
from neuralbrain.log import configure_logging
from neuralbrain.wiring import Application

OFF, ON, OWN = "NeuralBrain-local", "NeuralBrain-local_calibrated", "NeuralBrain-baseline"
BUILD = Path("build") / "skill"
AGREES = 1e-9  # relative: how far two ways to the same number may differ
HUB_COLUMNS = {"wis": "wis", "rel_wis": "relative_wis", "rel_wis_log": "relative_wis_log", "skill": "skill"}
"""What the yardstick calls a score, and what we do."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replay:
    """The local provider over all origins of one hub.

    Args:
        off: Its tables.
        on: The same, calibrated by its own record.
        own: For each table of ``off``, the baseline's quantiles from the same knowledge, shape (N, H, 23).
        histories: For each table of ``off``, what was known before it, shape (N, T).
        reference_dates: Of each cutoff.
        cpu_seconds: Processor time of each origin, without calibration.
    """

    off: tuple[ForecastTable, ...]
    on: tuple[ForecastTable, ...]
    own: tuple[Floats, ...]
    histories: tuple[Floats, ...]
    reference_dates: dict[datetime, date]
    cpu_seconds: tuple[float, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay, score, print and draw; return 1 where the yardstick's own program comes to other numbers.

    Args:
        arguments: As typed; those of the process unless given.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.skill", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--by", choices=["horizon", "reference_date", "location"], help="one row a value")
    parser.add_argument("--output", type=Path, default=BUILD, help="where files and figures go")
    parser.add_argument("--origins", type=int, help="only the first so many of each hub, to try it out")
    asked = parser.parse_args(arguments)
    folder = bundle()
    if folder is None:
        print(f"No folder shared/benchmarks above the project; {VARIABLE} names one. Nothing is measured.")
        return 0
    configure_logging("error")
    hubs = tuple(dict.fromkeys(season.hub for season in SEASONS))
    agreed = True
    with tempfile.TemporaryDirectory() as temporary:
        here = opened_home(Path(temporary) / "home", folder, hubs)
        try:
            replays = {hub: _replay(here, folder, hub, Path(temporary), first=asked.origins) for hub in hubs}
        finally:
            here.close()
    for season in SEASONS:
        days = {replays[season.hub].reference_dates[one.cutoff] for one in replays[season.hub].off}
        if any(season.first <= day <= season.last for day in days):
            agreed &= _report(season, replays[season.hub], folder=folder, output=asked.output, by=asked.by)
    return 0 if agreed else 1


def _replay(here: Application, folder: Path, hub: str, temporary: Path, *, first: int | None) -> Replay:
    moments = origins(folder, hub)
    cutoffs = tuple(moments)[:first]
    print(f"replaying {len(cutoffs)} origins of {hub} ...", file=sys.stderr, flush=True)
    outcome, off = replayed(here, hub, cutoffs=cutoffs, calibrate=False, output=temporary / f"{hub}-off")
    _, on = replayed(here, hub, cutoffs=cutoffs, calibrate=True, output=temporary / f"{hub}-on")
    histories = tuple(
        history_before(one, KnownBy(here.observations, cutoff=one.cutoff).panels(hub, cutoff=one.cutoff)) for one in off
    )
    own = tuple(baseline_quantiles(history, horizons=one.horizons) for one, history in zip(off, histories, strict=True))
    seconds = tuple(outcome.cpu_seconds.values())
    return Replay(off=off, on=on, own=own, histories=histories, reference_dates=moments, cpu_seconds=seconds)


def _report(season: Season, replay: Replay, *, folder: Path, output: Path, by: str | None) -> bool:
    """Print and draw one season; return whether the yardstick's own program agrees."""
    scores = season_scores(season, replay, folder=folder)
    table = score_table(
        scores, baseline=season.baseline, ensemble=season.ensemble, tasks=Tasks(by=() if by is None else (by,))
    )
    print(f"\n{season.title}: {scores['reference_date'].n_unique()} origins, {scores['location'].n_unique()} places")
    _print_table(table, by=by)
    print(f"processor time of an origin: {statistics.median(replay.cpu_seconds):.2f} s (median)")
    claims = claims_of(season, replay.on, replay.histories, replay.reference_dates, folder=folder)
    print_claims(claims)
    output.mkdir(parents=True, exist_ok=True)
    ours = {OFF: replay.off, ON: replay.on}
    draw(season, ours, replay.reference_dates, scores, claims, folder=folder, output=output)
    files = _hub_files(season, replay.off, replay.reference_dates, output=output)
    return _agrees(season, table if by is None else None, files, folder=folder)


def season_scores(season: Season, replay: Replay, *, folder: Path) -> pl.DataFrame:
    """Return one row a model and task of a season with its scores."""
    ours = [
        entries(replay.off, [one.quantiles for one in replay.off], replay.reference_dates, model=OFF),
        entries(replay.on, [one.quantiles for one in replay.on], replay.reference_dates, model=ON),
        entries(replay.off, replay.own, replay.reference_dates, model=OWN),
        hub_entries(folder, season),
    ]
    tasks = pl.concat(
        [one.select("model", "location", "reference_date", "horizon", "target_end_date") for one, _ in ours]
    )
    quantiles = np.concatenate([numbers for _, numbers in ours])
    inside = tasks["reference_date"].is_between(season.first, season.last).to_numpy()
    within = tasks.filter(inside)
    found = scored(within, quantiles=quantiles[inside], observed=settled(folder, season.hub, within))
    reached = found.filter(pl.col("model") == OFF)["reference_date"].unique()
    return found.filter(pl.col("reference_date").is_in(reached.implode()))


def _print_table(table: pl.DataFrame, *, by: str | None) -> None:
    columns = ["n", "share", "wis", "relative_wis", "skill", "relative_wis_log", "skill_log", "ratio_to_ensemble"]
    columns += ["covered_50", "covered_95", "bias"]
    names = ["model", *([] if by is None else [by])]
    rows = [
        [str(row[name]) for name in names] + [_number(name, row[name]) for name in columns]
        for row in table.iter_rows(named=True)
    ]
    heads = [*names, *columns]
    widths = [max(len(head), *(len(row[place]) for row in rows)) for place, head in enumerate(heads)]
    for row in (heads, *rows):
        print(
            "  ".join(
                cell.ljust(width) if not place else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
        )


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if name == "n" else f"{value:.2f}" if name == "wis" else f"{value:.3f}"


def _hub_files(
    season: Season, tables: Sequence[ForecastTable], reference_dates: Mapping[datetime, date], *, output: Path
) -> Path:
    """Write a file of model output for each round of a season, and return their folder."""
    folder = output / season.label / OFF
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        day = reference_dates[table.cutoff]
        if season.first <= day <= season.last:
            made = round_file(
                (table,), hub=season.profile, model_id=OFF, round_date=day, file_format=FileFormat.PARQUET
            )
            (folder / made.name).write_bytes(made.content)
    return folder


def _agrees(season: Season, table: pl.DataFrame | None, files: Path, *, folder: Path) -> bool:
    """Return whether the yardstick's own program gives the hub files the scores that we give them."""
    program = _yardstick(folder)
    arguments = program.parser().parse_args(
        ["--hub", season.hub, "--season", season.name, "--csv-forecast", str(files), "--name", OFF]
    )
    hub, scores = program.collect(arguments)
    reached = scores.filter(pl.col("model") == OFF)["reference_date"].unique()
    theirs = program.table(scores.filter(pl.col("reference_date").is_in(reached.implode())), hub, 0.1, 5.0)
    hub_row = theirs.row(by_predicate=pl.col("model") == OFF, named=True)
    read = _own_scores(season, files, folder=folder)
    apart = {name: abs(hub_row[name] / read[ours] - 1) for name, ours in HUB_COLUMNS.items() if name != "skill"}
    worst = max(apart.values())
    print(f"hub files in {files}: the yardstick's program differs by {worst:.1e} at most")
    if table is not None:
        exact = table.row(by_predicate=pl.col("model") == OFF, named=True)["relative_wis"]
        print(f"rounded to whole admissions, relative WIS is {read['relative_wis']:.4f} instead of {exact:.4f}")
    return worst <= AGREES


def _own_scores(season: Season, files: Path, *, folder: Path) -> dict[str, Any]:
    """Return our own scores of the hub files, read back through our own reader of model output."""
    long = pl.concat([pl.read_parquet(one) for one in sorted(files.glob("*.parquet"))])
    quantiles = long.filter(pl.col("output_type") == "quantile", pl.col("target") == season.profile.targets[0].name)
    wide = quantiles.filter(pl.col("horizon") >= 0).pivot(
        on="output_type_id", index=["location", "reference_date", "horizon", "target_end_date"], values="value"
    )
    levels = sorted((name for name in wide.columns if name[0].isdigit()), key=float)
    ours = wide.select(
        pl.lit(OFF).alias("model"), "location", "reference_date", pl.col("horizon").cast(pl.Int8), "target_end_date"
    )
    theirs, numbers = hub_entries(folder, season)
    tasks = pl.concat([ours, theirs])
    both = np.concatenate([wide.select(levels).to_numpy(), numbers])
    scores = scored(tasks, quantiles=both, observed=settled(folder, season.hub, tasks))
    reached = scores.filter(pl.col("model") == OFF)["reference_date"].unique()
    table = score_table(
        scores.filter(pl.col("reference_date").is_in(reached.implode())), baseline=season.baseline, tasks=Tasks()
    )
    return table.row(by_predicate=pl.col("model") == OFF, named=True)


def _yardstick(folder: Path) -> ModuleType:
    """Return the yardstick's own program, loaded from where it lies."""
    described = importlib.util.spec_from_file_location("hub_yardstick", folder / "score.py")
    if described is None or described.loader is None:
        raise RuntimeError(f"{folder} holds no score.py")
    program = importlib.util.module_from_spec(described)
    sys.modules[described.name] = program  # its data classes look themselves up there
    described.loader.exec_module(program)
    return program


if __name__ == "__main__":
    sys.exit(main())
